//! The binary: configuration, wiring, HTTP, background work, command line.
