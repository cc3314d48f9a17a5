//! All that is kept about one person, as one document (GDPR, article 15). `docs/export.md` explains its parts.

use domain::identity::Actor;
use domain::ids::PersonId;
use domain::membership::Ended;
use serde_json::{Value, json};

use crate::work::found;
use crate::{Engine, Error, Result};

/// The version of the document's format; another number means another shape.
const FORMAT: &str = "sonderfonds-person-1";

impl Engine {
    /// All that is kept about the actor. Accounts are shortened, and what would let somebody in is left out.
    pub async fn export(&self, actor: &Actor) -> Result<Value> {
        self.export_of(actor.person.ok_or(Error::Unauthenticated)?).await
    }

    /// All that is kept about a person: for the person, and for the console, which answers a request that came by letter. What the person did
    /// with an application that they are excluded from is left out while they are: it would tell them of it (R16).
    pub async fn export_of(&self, id: PersonId) -> Result<Value> {
        let db = self.database.reader();
        let person = found(store::identity::find_person(db, id).await?)?;
        let invited = match &person.email {
            Some(email) => store::membership::invitations_to(db, email).await?,
            None => Vec::new(),
        };
        let recusals = store::recusal::of_person(db, id).await?;
        let recused: Vec<_> = recusals.iter().filter(|recusal| recusal.stands()).map(|recusal| recusal.application).collect();
        let hidden = store::recusal::things_of(db, &recused).await?;
        let shown = |thing: &dyn ToString| !hidden.contains(&thing.to_string());
        Ok(json!({
            "format": FORMAT,
            "madeAt": self.now(),
            "person": {
                "id": person.id, "name": person.name, "email": person.email, "language": person.language, "knownSince": person.created_at,
            },
            "roles": list(store::role::of_person(db, id).await?, |grant| json!({
                "role": grant.role, "from": grant.from, "until": grant.until, "reason": grant.reason, "grantedAt": grant.granted_at,
                "ended": ended(grant.ended.as_ref()),
            })),
            "memberships": self.memberships(id).await?,
            "invitationsReceived": list(invited, |invitation| json!({
                "applicant": invitation.applicant, "name": invitation.name, "email": invitation.email, "level": invitation.level,
                "at": invitation.created_at, "expiresAt": invitation.expires_at, "state": invitation.state.name(),
            })),
            "invitationsSent": list(store::membership::invitations_by(db, id).await?, |invitation| json!({
                "applicant": invitation.applicant, "level": invitation.level, "at": invitation.created_at, "state": invitation.state.name(),
            })),
            "tokens": list(store::token::of_person(db, id).await?, |token| json!({
                "name": token.name, "access": token.access.code(), "createdAt": token.created_at, "expiresAt": token.expires_at,
                "lastUsedAt": token.last_used_at, "revokedAt": token.revoked_at,
            })),
            "sessions": list(store::session::open_of(db, id, self.now()).await?, |session| json!({
                "device": session.device, "signedInAt": session.created_at, "lastSeenAt": session.last_seen_at, "expiresAt": session.expires_at,
            })),
            "applicationsBegun": list(store::export::applications(db, id).await?, |application| json!({
                "application": application.id, "number": application.number, "title": application.form.title, "at": application.created_at,
            })),
            "accountsNamed": list(store::export::accounts(db, id).await?, |account| json!({
                "applicant": account.applicant, "iban": account.shortened_iban(), "holder": account.holder, "at": account.named_at,
            })),
            "votes": list(store::export::votes(db, id).await?.into_iter().filter(|vote| shown(&vote.ballot)), |vote| json!({
                "ballot": vote.ballot, "choice": vote.choice, "at": vote.cast_at,
            })),
            "attendance": list(store::export::attendance(db, id).await?, |there| json!({
                "meeting": there.meeting, "seat": there.seat, "capacity": there.capacity, "remote": there.remote,
                "arrivedAt": there.arrived_at, "leftAt": there.left_at,
            })),
            "motionsProposed": list(store::export::motions(db, id).await?.into_iter().filter(|motion| shown(&motion.id)), |motion| json!({
                "motion": motion.id, "application": motion.application, "wording": motion.wording, "at": motion.proposed_at,
            })),
            "proposalsPrepared": list(store::export::proposals(db, id).await?.into_iter().filter(|prepared| shown(&prepared.id)), |prepared| json!({
                "proposal": prepared.id, "application": prepared.application, "reasons": prepared.reasons, "at": prepared.prepared_at,
            })),
            "whatIfsSaved": list(store::export::what_ifs(db, id).await?.into_iter().filter(|what_if| shown(&what_if.id)), |what_if| json!({
                "whatIf": what_if.id, "round": what_if.round, "name": what_if.name, "at": what_if.saved_at,
            })),
            "briefingsPosted": list(store::export::briefings(db, id).await?, |briefing| json!({
                "briefing": briefing.id, "title": briefing.news.title, "at": briefing.posted_at,
            })),
            "briefingsRead": list(store::export::briefings_read(db, id).await?, |(briefing, at)| json!({ "briefing": briefing, "at": at })),
            "digest": store::digest::find(db, id).await?.map(|chosen| json!({
                "frequency": chosen.frequency, "toldUntil": chosen.told_until,
            })),
            "seats": list(store::export::seats(db, id).await?, |held| json!({
                "seat": held.seat, "capacity": held.capacity, "since": held.since, "until": held.until,
            })),
            "recusals": list(recusals, |recusal| json!({
                "number": recusal.number, "state": recusal.state.name(), "reason": recusal.reason, "at": recusal.at,
            })),
            "messages": list(store::export::messages(db, id).await?, |message| json!({
                "kind": message.notice.name(), "state": message.state.name(), "at": message.created_at,
            })),
            "events": list(store::export::events(db, id).await?.into_iter().filter(|event| shown(&event.subject.id)), |event| json!({
                "sequence": event.sequence, "at": event.at, "kind": event.kind, "byThisPerson": event.by == Some(id),
                "subject": { "kind": event.subject.kind.name(), "id": event.subject.id },
            })),
        }))
    }

    async fn memberships(&self, id: PersonId) -> Result<Value> {
        let db = self.database.reader();
        let memberships = store::membership::of_person(db, id).await?;
        let ids: Vec<_> = memberships.iter().map(|membership| membership.applicant).collect();
        let applicants = store::applicant::find_many(db, &ids).await?;
        Ok(list(memberships, |membership| {
            let name = applicants.iter().find(|applicant| applicant.id == membership.applicant).map(|applicant| &applicant.name);
            json!({
                "applicant": membership.applicant, "name": name, "level": membership.level, "since": membership.since,
                "ended": ended(membership.ended.as_ref()),
            })
        }))
    }
}

fn list<T>(things: impl IntoIterator<Item = T>, as_json: impl Fn(T) -> Value) -> Value {
    things.into_iter().map(as_json).collect()
}

/// When and why something ended. By whom is somebody else's data.
fn ended(ended: Option<&Ended>) -> Value {
    ended.map_or(Value::Null, |ended| json!({ "at": ended.at, "reason": ended.reason }))
}
