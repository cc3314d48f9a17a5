//! Sign-in by e-mail: ask, then spend the link, or the code on another device.
//!
//! To ask takes the same work whether the address is known or not: the same questions, one request, one message and one event. Who is not
//! known yet registers by spending the link.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::Person;
use domain::ids::{PersonId, SignInId};
use domain::language::Language;
use domain::outbox::Notice;
use domain::problem::{Problem, Refusal};
use domain::sign_in::{Means, Rejection, SignInRequest, Whom, hash, is_address};
use domain::text;
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::session::{NewSession, begin};
use crate::token::random;
use crate::work::{Call, Work};
use crate::{Engine, Result};

/// Within which time the e-mails to one address are counted.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// Somebody's wish to sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskSignIn {
    /// The address that the e-mail goes to.
    pub address: String,
    /// What the page was in; a person whose address is known is written to in their own.
    pub language: Language,
}

/// The browser that signs in.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// Where it is.
    pub source: Option<IpAddr>,
    /// What it says that it is.
    pub user_agent: String,
    /// The session cookie that it sent. It is never adopted: its session ends.
    pub cookie: Option<String>,
}

impl Browser {
    /// What a session of this browser is begun with, and the cookie for it.
    pub(crate) fn new_session(self) -> Result<(String, NewSession)> {
        let cookie = random()?;
        let new = NewSession { hash: hash(&cookie), user_agent: self.user_agent, before: self.cookie.as_deref().map(hash) };
        Ok((cookie, new))
    }
}

/// What somebody signs in with.
#[derive(Debug, Clone)]
pub enum Proof {
    /// What the link carries.
    Link(String),
    /// The code, typed on another device, with the address that it was sent to.
    Code {
        /// The address.
        address: String,
        /// The code as it was typed.
        code: String,
    },
}

/// What became of a sign-in.
#[derive(Debug)]
pub enum SignedIn {
    /// A session has begun.
    Session {
        /// What the browser gets as its cookie, once: kept is its SHA-256.
        cookie: String,
        /// When the session ends at the latest.
        expires_at: DateTime<Utc>,
    },
    /// Link or code are right, but nobody is known by the address: a name is needed to register. Nothing was used up.
    NameNeeded,
}

/// What a sign-in's transaction commits: a refusal is written too.
#[derive(Serialize, Deserialize)]
enum Outcome {
    SignedIn,
    NameNeeded,
    Refused,
}

impl Engine {
    /// Sends a link and a code to the address, unless it was sent enough of them within the hour: then nothing happens, and nothing tells so.
    /// Refused is only what is no address, and a source that asks too often.
    pub async fn ask_sign_in(&self, ask: AskSignIn, source: Option<IpAddr>) -> Result<()> {
        self.access.throttle.sign_in(source)?;
        let address = ask.address.trim().to_lowercase();
        if !is_address(&address) {
            return Err(Problem::AddressWrong.at("address").into());
        }
        let ask = AskSignIn { address, ..ask };
        self.run_unattended(&Call::default(), "askSignIn", ask, |work, ask| async move { ask_sign_in(work, &ask).await }.boxed()).await
    }

    /// Whether the link can be used, and whether it registers somebody. It only reads: mail scanners follow links, and browsers fetch them
    /// beforehand.
    pub async fn sign_in_link(&self, link: &str) -> Result<Option<bool>> {
        let request = store::sign_in::find_by_link(self.database.reader(), &hash(link)).await?;
        let usable = request.filter(|request| request.usable(Means::Link, self.now(), &self.access.policy).is_ok());
        Ok(usable.map(|request| request.person().is_none()))
    }

    /// Signs in by link or code. Whatever is wrong with it, the answer is the same; the record knows which.
    pub async fn sign_in(&self, proof: Proof, name: Option<String>, browser: Browser) -> Result<SignedIn> {
        if matches!(proof, Proof::Code { .. }) {
            self.access.throttle.sign_in(browser.source)?;
        }
        let name = name.map(|name| text::required_line("name", &name)).transpose()?;
        let (cookie, new) = browser.new_session()?;
        let outcome = self
            .run_unattended(&Call::default(), "signIn", (), |work, ()| {
                async move {
                    match &proof {
                        Proof::Link(link) => by_link(work, link, name, &new).await,
                        Proof::Code { address, code } => by_code(work, address, code, name, &new).await,
                    }
                }
                .boxed()
            })
            .await?;
        match outcome {
            Outcome::SignedIn => {
                let expires_at = Means::Link.session_ends(&self.access.policy, self.now());
                Ok(SignedIn::Session { cookie, expires_at })
            }
            Outcome::NameNeeded => Ok(SignedIn::NameNeeded),
            Outcome::Refused => Err(Refusal::from(Problem::SignInOver).into()),
        }
    }
}

async fn ask_sign_in(work: &mut Work, ask: &AskSignIn) -> Result<()> {
    let access = work.engine.access.clone();
    let known = store::identity::find_person_by_email(&work.tx, &ask.address).await?;
    let asked = store::sign_in::count_since(&work.tx, &access.secret.address_hash(&ask.address), work.now - WINDOW).await?;
    if asked >= u64::from(access.policy.mails_per_hour) {
        return Ok(());
    }
    let known = known.map(|person| (person.id, person.language));
    let request = SignInRequest::ask(work.id(), &ask.address, known, ask.language, &access.secret, work.now, &access.policy);
    store::sign_in::insert(&work.tx, &request).await?;
    let notice = Notice::SignIn { request: request.id, expires_at: request.expires_at, registration: known.is_none() };
    work.tell_one(request.person(), &request.id.to_string(), notice);
    work.record(Happening { kind: "sign-in-asked", subject: subject(&request), details: json!({ "request": request.id }) }, Vec::new());
    Ok(())
}

/// What an event about a request is about: the person, so that they see it, or else the request.
fn subject(request: &SignInRequest) -> Subject {
    match request.person() {
        Some(person) => Subject::new(SubjectKind::Person, person, 1),
        None => Subject::new(SubjectKind::SignIn, request.id, 1),
    }
}

async fn by_link(work: &mut Work, link: &str, name: Option<String>, new: &NewSession) -> Result<Outcome> {
    let Some(request) = store::sign_in::lock_by_link(&work.tx, &hash(link)).await? else { return Ok(Outcome::Refused) };
    match request.usable(Means::Link, work.now, &work.engine.access.policy) {
        Ok(()) => enter(work, &request, Means::Link, name, new).await,
        Err(rejection) => refuse(work, &request, rejection).await,
    }
}

async fn by_code(work: &mut Work, address: &str, code: &str, name: Option<String>, new: &NewSession) -> Result<Outcome> {
    let access = work.engine.access.clone();
    let address_hash = access.secret.address_hash(address.trim());
    // Those that are over, too: that somebody tries their codes belongs into the record.
    let asked = store::sign_in::lock_for_address(&work.tx, &address_hash).await?;
    let usable = |request: &&SignInRequest| request.usable(Means::Code, work.now, &access.policy).is_ok();
    // All are compared, so that the time says nothing of which.
    let right: Vec<&SignInRequest> = asked.iter().filter(|request| request.is_code(code, &access.secret)).collect();
    if let Some(request) = right.iter().copied().find(usable) {
        return enter(work, request, Means::Code, name, new).await;
    }
    // A wrong one counts against every code that it might have been.
    let tried: Vec<SignInId> = asked.iter().filter(usable).map(|request| request.id).collect();
    store::sign_in::count_wrong_code(&work.tx, &tried).await?;
    if let Some(request) = right.first().copied().or(asked.first()) {
        let wrong = request.usable(Means::Code, work.now, &access.policy).err().unwrap_or(Rejection::WrongCode);
        return refuse(work, request, wrong).await;
    }
    Ok(Outcome::Refused)
}

/// Keeps in the record that a request's use was refused: once, so that nobody fills the record by trying.
async fn refuse(work: &mut Work, request: &SignInRequest, rejection: Rejection) -> Result<Outcome> {
    if request.refused_at.is_none() {
        store::sign_in::refused(&work.tx, request.id, work.now).await?;
        let details = json!({ "request": request.id, "why": rejection.name() });
        work.record(Happening { kind: "sign-in-refused", subject: subject(request), details }, Vec::new());
    }
    Ok(Outcome::Refused)
}

/// Uses the request up and begins a session, for a person who is known or becomes it.
async fn enter(work: &mut Work, request: &SignInRequest, means: Means, name: Option<String>, new: &NewSession) -> Result<Outcome> {
    let secret = work.engine.access.secret.clone();
    let (person, registered) = match &request.whom {
        Whom::Known(person) => {
            let person = store::identity::find_person(&work.tx, *person).await?;
            let still_theirs =
                |person: &Person| person.email.as_deref().is_some_and(|email| secret.address_hash(email) == request.address_hash);
            let Some(person) = person.filter(still_theirs) else {
                return refuse(work, request, Rejection::AddressChanged).await;
            };
            (person.id, false)
        }
        // Somebody may have made them known since they asked.
        Whom::Unknown { address } => match (store::identity::find_person_by_email(&work.tx, address).await?, name) {
            (Some(person), _) => (person.id, false),
            (None, None) => return Ok(Outcome::NameNeeded),
            (None, Some(name)) => (register(work, address, name, request.language).await?, true),
        },
    };
    work.actor.person = Some(person);
    store::sign_in::spend(&work.tx, request.id, work.now).await?;
    if request.person().is_none() {
        store::sign_in::belongs_to(&work.tx, request.id, person).await?;
    }
    begin(work, person, new, means, registered).await?;
    Ok(Outcome::SignedIn)
}

async fn register(work: &mut Work, address: &str, name: String, language: Language) -> Result<PersonId> {
    let person = Person { id: work.id(), version: 1, name, email: Some(address.to_owned()), language, created_at: work.now };
    store::identity::insert_person(&work.tx, &person).await?;
    let subject = Subject::new(SubjectKind::Person, person.id, person.version);
    work.record(Happening { kind: "person-registered", subject, details: json!({}) }, Vec::new());
    Ok(person.id)
}
