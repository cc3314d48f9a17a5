//! Another e-mail address for the person who asks: confirmed by a link that is sent there, while they are signed in.

use chrono::TimeDelta;
use domain::address::AddressChange;
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Person, Scope};
use domain::ids::PersonId;
use domain::outbox::Notice;
use domain::problem::{Problem, Refusal};
use domain::sign_in::{Credential, hash};
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::work::{Call, Work, found};
use crate::{Engine, Result};

/// Within which time the e-mails to one address, and of one person, are counted.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// What a confirmation's transaction commits: a refusal is written too.
#[derive(Serialize, Deserialize)]
enum Outcome {
    Changed(PersonId),
    Over,
    Taken,
}

impl Engine {
    /// Sends a link to another address, which the person who asks will be reached by once they use it. It takes a session, and a sign-in a
    /// moment ago: who finds an open browser, or a token, takes over no account.
    ///
    /// The answer and the work are the same whether somebody has the address or not. Who was sent enough e-mails within the hour is sent no
    /// more, and nothing tells so.
    pub async fn request_new_address(&self, call: &Call, address: String) -> Result<PersonId> {
        self.run(call, "requestNewAddress", address, |work, address| async move { ask(work, &address).await }.boxed()).await
    }

    /// The address that the link would give the person who asks; nothing if the link is not good, or somebody else's. It only reads.
    pub async fn new_address(&self, actor: &Actor, link: &str) -> Result<Option<String>> {
        let change = store::address::find_by_link(self.database.reader(), &hash(link)).await?;
        let usable = change.filter(|change| Some(change.person) == actor.person && change.usable(self.now()).is_ok());
        Ok(usable.map(|change| change.address))
    }

    /// Makes the address that the link was sent to that of the person who asks. All their other sessions end, and who has the address before
    /// is told. A link of somebody else's is as good as none.
    pub async fn confirm_new_address(&self, call: &Call, link: String) -> Result<PersonId> {
        let link = hash(&link);
        match self.run(call, "confirmNewAddress", link, |work, link| async move { confirm(work, &link).await }.boxed()).await? {
            Outcome::Changed(person) => Ok(person),
            Outcome::Over => Err(Refusal::from(Problem::SignInOver).into()),
            Outcome::Taken => Err(Problem::AddressTaken.at("address").into()),
        }
    }
}

async fn ask(work: &mut Work, address: &str) -> Result<PersonId> {
    work.require(Permission::KeepOwnAccess, Scope::everyone())?;
    let access = work.engine.access.clone();
    let minutes = access.policy.fresh_minutes;
    match work.actor.credential {
        Some(Credential::Session { since, .. }) if work.now - since < TimeDelta::minutes(minutes.into()) => {}
        Some(Credential::Session { .. }) => return Err(Problem::SignInAgain { minutes }.into()),
        _ => return Err(Problem::NotInASession.into()),
    }
    // Kept from everybody else, so that no wish slips past the count.
    let person = found(store::federation::lock_person(&work.tx, work.person()?).await?)?;
    let change = AddressChange::ask(work.id(), &person, address, &access.secret, work.now, &access.policy)?;
    let asked = store::address::count_since(&work.tx, person.id, &change.address_hash, work.now - WINDOW).await?;
    if asked >= u64::from(access.policy.mails_per_hour) {
        return Ok(person.id);
    }
    store::address::insert(&work.tx, &change).await?;
    let notice = Notice::AddressToConfirm { change: change.id, expires_at: change.expires_at };
    work.tell_one(None, &change.id.to_string(), notice);
    happened(work, "address-change-asked", &person, json!({ "change": change.id }));
    Ok(person.id)
}

async fn confirm(work: &mut Work, link: &str) -> Result<Outcome> {
    work.require(Permission::KeepOwnAccess, Scope::everyone())?;
    let Some(Credential::Session { id: this, .. }) = work.actor.credential else { return Err(Problem::NotInASession.into()) };
    let person = found(store::federation::lock_person(&work.tx, work.person()?).await?)?;
    let change = store::address::lock_by_link(&work.tx, link).await?;
    let Some(change) = change.filter(|change| change.person == person.id) else { return Ok(Outcome::Over) };
    if let Err(rejection) = change.usable(work.now) {
        refuse(work, &change, &person, rejection.name()).await?;
        return Ok(Outcome::Over);
    }
    if store::identity::find_person_by_email(&work.tx, &change.address).await?.is_some_and(|other| other.id != person.id) {
        refuse(work, &change, &person, "taken").await?;
        return Ok(Outcome::Taken);
    }
    let person = Person { email: Some(change.address.clone()), ..person };
    store::identity::save_person(&work.tx, &person).await?;
    store::address::spend_all(&work.tx, person.id, work.now).await?;
    let ended = crate::session::end_others(work, person.id, this, "address-changed").await?;
    let changed = Person { version: person.version + 1, ..person };
    happened(work, "address-changed", &changed, json!({ "change": change.id, "sessionsEnded": ended }));
    if change.former.is_some() {
        work.tell_one(None, &change.id.to_string(), Notice::AddressChanged { change: change.id });
    }
    Ok(Outcome::Changed(changed.id))
}

/// Keeps in the record that a link's use was refused: once.
async fn refuse(work: &mut Work, change: &AddressChange, person: &Person, why: &'static str) -> Result<()> {
    if change.refused_at.is_none() {
        store::address::refused(&work.tx, change.id, work.now).await?;
        happened(work, "address-change-refused", person, json!({ "change": change.id, "why": why }));
    }
    Ok(())
}

/// Never with an address: the record is for ever.
fn happened(work: &mut Work, kind: &'static str, person: &Person, details: serde_json::Value) {
    let subject = Subject::new(SubjectKind::Person, person.id, person.version);
    work.record(Happening { kind, subject, details }, Vec::new());
}
