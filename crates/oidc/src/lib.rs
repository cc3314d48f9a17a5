//! Signing in with an OpenID provider: the relying party's side of the code flow, with PKCE, state and nonce.
//!
//! A sign-in has two halves. [`Provider::begin`] answers where the browser goes, and a [`Pending`] that the caller keeps for that browser
//! alone; [`Provider::finish`] takes the pending sign-in back with what the provider's answer said, and returns the
//! [`Identity`](domain::federation::Identity) that the provider vouches for. Who that is in the fund, and what they may do, is not decided
//! here.
//!
//! A provider is asked for what it is when somebody first signs in with it, and not before: one that is down stops nothing but the
//! sign-ins with it. What it answers is kept for an hour, and never longer.

mod claims;
mod error;
mod http;
mod known;
mod pending;
mod provider;
pub mod settings;
mod spent;
mod token;

pub use error::SignInError;
pub use pending::{Answer, Pending};
pub use provider::{Provider, Providers, Redirect};
pub use settings::{ProviderSettings, Secret};
