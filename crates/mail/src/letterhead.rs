//! What is the same on every message: whose it is, where it comes from, where it leads.

use std::sync::Arc;

use domain::fund::{Fund, ImpossibleValue};
use domain::ids::SignInId;
use domain::outbox::Notice;
use domain::sign_in::Secret;
use lettre::Address;

use crate::page;
use crate::settings::Settings;

/// The sender's side of every message.
#[derive(Debug, Clone)]
pub struct Letterhead {
    fund: Arc<Fund>,
    from: Address,
    contact: Option<String>,
    /// Whether people can be led to the installation from elsewhere: it was said where it is.
    is_public: bool,
    links: Links,
}

/// What links that sign somebody in are made of.
#[derive(Debug, Clone)]
pub struct Links {
    /// The installation's secret.
    pub secret: Secret,
    /// Where people find the installation, without a slash at the end: `https://foerderung.example.org`.
    pub origin: String,
}

impl Letterhead {
    /// Of that fund, as the installation is set up.
    ///
    /// # Errors
    /// If `from` is no e-mail address, or `public-url` no address of a web page.
    pub fn new(fund: Arc<Fund>, settings: &Settings, links: Links) -> Result<Self, ImpossibleValue> {
        let impossible = |key: &str, expected: &str| ImpossibleValue { key: key.to_owned(), expected: expected.to_owned() };
        let from = settings.from.parse().map_err(|_| impossible("mail.from", "an e-mail address"))?;
        let is_web_address = |url: &&String| {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\".contains(&byte)))
        };
        if settings.public_url.as_ref().is_some_and(|url| !is_web_address(&url)) {
            return Err(impossible("mail.public-url", "an address such as https://foerderung.example.org"));
        }
        Ok(Self { fund, from, contact: settings.contact.clone(), is_public: settings.public_url.is_some(), links })
    }

    /// The fund that writes.
    #[must_use]
    pub fn fund(&self) -> &Fund {
        &self.fund
    }

    /// The address that it writes from.
    #[must_use]
    pub fn from(&self) -> &Address {
        &self.from
    }

    /// How readers reach the office.
    #[must_use]
    pub fn contact(&self) -> Option<&str> {
        self.contact.as_deref()
    }

    /// Where the message's link leads: a sign-in's, or another address's, to the page that spends it, any other to the page that it is about.
    pub(crate) fn link(&self, notice: &Notice) -> Option<String> {
        match notice {
            Notice::SignIn { request, .. } => {
                Some(format!("{}/sign-in/link?token={}", self.links.origin, self.links.secret.link(*request)))
            }
            Notice::AddressToConfirm { change, .. } => {
                Some(format!("{}/account/address/link?token={}", self.links.origin, self.links.secret.address_link(*change)))
            }
            _ => self.is_public.then(|| format!("{}{}", self.links.origin, page::of(notice))),
        }
    }

    /// The code of a sign-in, and where it is typed.
    pub(crate) fn code(&self, request: SignInId) -> (String, String) {
        (self.links.secret.code(request), format!("{}/sign-in/code", self.links.origin))
    }
}
