//! The use cases: authorise, load, decide, save, post, record, enqueue, commit.
