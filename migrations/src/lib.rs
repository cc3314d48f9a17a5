//! The database schema, step by step. Steps are frozen once landed.
