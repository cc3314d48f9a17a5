//! The real wiring with a fixed clock, a database per test and a mailbox. Used by tests only.
