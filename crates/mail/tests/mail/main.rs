//! What people get to read, and how it gets out of the house.

mod email;
mod files;
mod rendered;
mod samples;
mod settings;
mod worker;
