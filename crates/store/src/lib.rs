//! Rows, queries, row to domain and back. The only crate that knows SQL.
