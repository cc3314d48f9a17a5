//! Signing in with an account of an identity provider's.

use std::net::IpAddr;

use domain::event::{Happening, Subject, SubjectKind};
use domain::federation::{Identity, RoleChange};
use domain::identity::{Person, Role};
use domain::ids::{PersonId, SignInId};
use domain::language::Language;
use domain::problem::Problem;
use domain::sign_in::{Means, is_address};
use domain::text;
use futures_util::FutureExt as _;
use serde_json::json;
use store::federation::Link;

use crate::session::{self, NewSession};
use crate::sign_in::{Browser, SignedIn};
use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result};

impl Engine {
    /// The person that a provider vouches for: whose account it is; else who has the e-mail address, whose account it is from now on; else
    /// somebody who becomes known. Their roles by this provider are those that it vouches for now.
    ///
    /// `identity` comes from a token that was checked. Its address is one that the provider verified or is trusted to know: without one,
    /// nobody who is known already can be signed in by an account that is new here. Who has an account of that provider's is not signed in
    /// by another one with their address, for an office may give an address to a successor.
    ///
    /// The browser gets a session, as after a sign-in by e-mail; it ends sooner.
    pub async fn sign_in_with(&self, identity: Identity, browser: Browser) -> Result<(PersonId, SignedIn)> {
        let (cookie, new) = browser.new_session()?;
        let sign_in = async |identity| {
            let new = new.clone();
            self.run_unattended(&Call::default(), "signInWith", identity, |work, identity| sign_in(work, identity, new).boxed()).await
        };
        let person = match sign_in(identity.clone()).await {
            // Two first sign-ins at once: the slower one finds what the faster one wrote.
            Err(Error::Conflict) => sign_in(identity).await?,
            other => other?,
        };
        let expires_at = Means::Provider.session_ends(self.sign_in_policy(), self.now());
        person.map(|person| (person, SignedIn::Session { cookie, expires_at })).ok_or_else(|| Problem::LinkedToAnotherAccount.into())
    }

    /// Keeps in the record that a sign-in with a provider came to nothing (R45), and why, before it was known whose it was. What a token
    /// that did not hold said of a person is not believed, so nobody is named.
    ///
    /// Refused is a source that does this too often: nobody fills the record by trying.
    pub async fn refuse_sign_in_with(&self, provider: &str, why: &'static str, source: Option<IpAddr>) -> Result<()> {
        self.access.throttle.sign_in(source)?;
        let details = json!({ "provider": provider, "reason": why });
        self.run_unattended(&Call::default(), "refuseSignInWith", details, |work, details| {
            async move {
                let subject = Subject::new(SubjectKind::SignIn, work.id::<SignInId>(), 1);
                work.record(Happening { kind: REFUSED, subject, details }, Vec::new());
                Ok(())
            }
            .boxed()
        })
        .await
    }
}

/// What a refusal stands as in the record.
const REFUSED: &str = "sign-in-with-provider-refused";

/// Who signs in; nobody, if that is refused. The refusal is recorded, so it is committed too.
async fn sign_in(work: &mut Work, identity: Identity, new: NewSession) -> Result<Option<PersonId>> {
    let provider = identity.provider.as_str();
    let person = match store::federation::lock_link(&work.tx, provider, &identity.subject).await? {
        Some(link) => {
            store::federation::note_sign_in(&work.tx, provider, &identity.subject, work.now).await?;
            found(store::federation::lock_person(&work.tx, link.person).await?)?
        }
        None => match link(work, &identity).await? {
            Some(person) => person,
            None => return Ok(None),
        },
    };
    let change = store::federation::set_roles_of_provider(&work.tx, provider, person.id, &identity.roles, work.now, || work.id()).await?;
    if !change.is_empty() {
        let RoleChange { given, taken } = &change;
        let codes = |roles: &std::collections::BTreeSet<Role>| roles.iter().map(|role| role.code()).collect::<Vec<_>>();
        happened(work, "roles-changed-by-provider", &person, json!({ "provider": provider, "given": codes(given), "taken": codes(taken) }));
    }
    happened(work, "signed-in-with-provider", &person, json!({ "provider": provider }));
    work.actor.person = Some(person.id);
    session::begin(work, person.id, &new, Means::Provider, false).await?;
    Ok(Some(person.id))
}

/// Makes the account somebody's: who has its address, or somebody new.
async fn link(work: &mut Work, identity: &Identity) -> Result<Option<Person>> {
    let provider = identity.provider.as_str();
    let email = identity.email.as_deref().map(|email| email.trim().to_lowercase()).filter(|email| is_address(email));
    let known = match &email {
        None => None,
        Some(email) => store::identity::find_person_by_email(&work.tx, email).await?,
    };
    let person = match known {
        Some(known) => {
            let person = found(store::federation::lock_person(&work.tx, known.id).await?)?;
            // Whoever signed in at the same time with the same account was faster: the same again finds the link.
            if store::federation::lock_link(&work.tx, provider, &identity.subject).await?.is_some() {
                return Err(Error::Conflict);
            }
            if store::federation::has_link(&work.tx, provider, person.id).await? {
                happened(work, REFUSED, &person, json!({ "provider": provider, "reason": "another-account" }));
                return Ok(None);
            }
            person
        }
        None => add_person(work, identity, email).await?,
    };
    let link = Link {
        provider: provider.to_owned(),
        subject: identity.subject.clone(),
        person: person.id,
        linked_at: work.now,
        last_sign_in: work.now,
    };
    store::federation::insert_link(&work.tx, &link).await?;
    happened(work, "account-of-provider-linked", &person, json!({ "provider": provider }));
    Ok(Some(person))
}

/// Somebody who was not known. What a provider has no name for goes by its address, or by the provider.
async fn add_person(work: &mut Work, identity: &Identity, email: Option<String>) -> Result<Person> {
    let name = identity.name.as_deref().and_then(|name| text::required_line("name", name).ok());
    let name = name.or_else(|| email.clone()).unwrap_or_else(|| format!("({})", identity.provider));
    let person = Person { id: work.id(), version: 1, name, email, language: Language::De, created_at: work.now };
    store::identity::insert_person(&work.tx, &person).await?;
    happened(work, "person-added", &person, json!({ "roles": [] }));
    Ok(person)
}

fn happened(work: &mut Work, kind: &'static str, person: &Person, details: serde_json::Value) {
    let subject = Subject::new(SubjectKind::Person, person.id, person.version);
    work.record(Happening { kind, subject, details }, Vec::new());
}
