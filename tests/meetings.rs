//! Meetings and minutes through the API, on both databases: how one is called, invited to, held and recorded, what who is excluded sees of
//! it, a whole year of them, and several things at once.

pub(crate) mod house;
mod procedure;
mod races;
mod year;
