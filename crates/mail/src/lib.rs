//! Renders and delivers what the outbox holds.
//!
//! From a [`Notice`](domain::outbox::Notice) to an e-mail: `wording` says it in the recipient's language, [`templates`] lays that out
//! as text and HTML with a link to the page that `page` names, [`message`] puts headers around both, [`transport`] hands it over, and
//! [`worker`] does so for all that are due.

mod calendar;
pub mod letterhead;
pub mod message;
mod page;
pub mod settings;
pub mod templates;
pub mod transport;
mod wording;
mod words;
pub mod worker;

pub use letterhead::{Letterhead, Links};
pub use settings::{Password, Settings, Tls};
pub use transport::Transport;
pub use worker::Worker;
