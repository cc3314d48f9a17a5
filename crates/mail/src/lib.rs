//! Renders and delivers what the outbox holds.
