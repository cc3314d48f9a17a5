//! Whole-program suites, one file per concern.
