//! Minutes (R24): written, signed by two, corrected by addenda, and reminded of when they are overdue. How they are drawn from the facts is
//! in `facts`.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::calendar::day_of;
use domain::identity::{Actor, Permission, Scope};
use domain::ids::{AddendumId, AgendaItemId, MeetingId, MinutesId, PersonId};
use domain::meeting::AgendaItem;
use domain::minutes::{Addendum, Content, Frozen, Minutes, MinutesAction};
use domain::outbox::Notice;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result, visible};

mod facts;

/// How many minutes one round of the background work takes on, and how many are listed as waiting for a signature.
const MOST_AT_ONCE: u64 = 100;

/// After so many days whoever has not signed overdue minutes is reminded again.
const REMINDED_EVERY: TimeDelta = TimeDelta::days(7);

/// What the keeper adds to minutes.
#[derive(Debug, Clone, Serialize)]
pub struct WriteMinutes {
    /// Which.
    pub minutes: MinutesId,
    /// On the meeting as a whole.
    pub general: String,
    /// On items of its agenda.
    pub items: Vec<(AgendaItemId, String)>,
}

/// Minutes to be signed.
#[derive(Debug, Clone, Serialize)]
pub struct SignMinutes {
    /// Which.
    pub minutes: MinutesId,
    /// The hash of what was read.
    pub hash: String,
}

/// A correction of signed minutes.
#[derive(Debug, Clone, Serialize)]
pub struct AddAddendum {
    /// Of which.
    pub minutes: MinutesId,
    /// The item that it is about, if it is about one.
    pub item: Option<AgendaItemId>,
    /// What it says.
    pub text: String,
}

/// Minutes as somebody may read them.
#[derive(Debug, Clone)]
pub struct MinutesView {
    /// The minutes.
    pub minutes: Minutes,
    /// Their content, without the items from which this person is excluded (R16); `None` before both signed, for whoever has no part in
    /// writing them.
    pub content: Option<Content>,
    /// The whole content's text, if nothing of it is hidden from this person, and its hash.
    pub text: Option<String>,
    /// The hash of the whole content: what is signed.
    pub hash: Option<String>,
    /// The names of who has signed them, and perhaps of others.
    pub names: BTreeMap<PersonId, String>,
}

impl Engine {
    /// Writes what the minutes say besides the facts. What was there before is replaced; a signature that is there lapses.
    pub async fn write_minutes(&self, call: &Call, input: WriteMinutes) -> Result<MinutesId> {
        self.run(call, "writeMinutes", input, |work, input| {
            async move {
                let minutes = work.lock_minutes(input.minutes, MinutesAction::Write).await?;
                let (seen, hidden) = work.agenda_of(&minutes).await?;
                // Of what they may not see they change nothing.
                let kept: Vec<_> = minutes.remarks.items.iter().filter(|remark| hidden.contains(&remark.item)).cloned().collect();
                let lapsed = minutes.state.signatures().len();
                let mut minutes = minutes.write(&input.general, &input.items, &seen)?;
                minutes.remarks.items.extend(kept);
                store::minutes::save(&work.tx, &minutes).await?;
                let details = json!({ "lapsedSignatures": lapsed });
                work.record_minutes("minutes-written", &minutes, minutes.version + 1, details);
                Ok(minutes.id)
            }
            .boxed()
        })
        .await
    }

    /// Signs minutes: once by who presides, once by who keeps them (GO § 41). The first signature freezes what is signed, the second locks
    /// it.
    pub async fn sign_minutes(&self, call: &Call, input: SignMinutes) -> Result<MinutesId> {
        self.run(call, "signMinutes", input, |work, input| {
            async move {
                let minutes = work.lock_minutes(input.minutes, MinutesAction::Sign).await?;
                let (content, _) = facts::content(&work.tx, &work.engine.fund, &minutes).await?;
                let frozen = Frozen::of(&content).map_err(internal)?;
                let minutes = minutes.sign(&input.hash, frozen, &work.actor, work.now)?;
                store::minutes::save(&work.tx, &minutes).await?;
                let signature = minutes.state.signatures().pop();
                let details = json!({
                    "as": signature.map(|signature| signature.signatory), "hash": input.hash, "state": minutes.state.name(),
                });
                work.record_minutes("minutes-signed", &minutes, minutes.version + 1, details);
                Ok(minutes.id)
            }
            .boxed()
        })
        .await
    }

    /// Corrects signed minutes. What was signed stays as it is.
    pub async fn add_addendum(&self, call: &Call, input: AddAddendum) -> Result<MinutesId> {
        self.run(call, "addAddendum", input, |work, input| {
            async move {
                let minutes = work.lock_minutes(input.minutes, MinutesAction::AddAddendum).await?;
                let (seen, _) = work.agenda_of(&minutes).await?;
                let earlier = store::minutes::addenda(&work.tx, minutes.id).await?.len();
                let earlier = u32::try_from(earlier).unwrap_or(u32::MAX);
                let id: AddendumId = work.id();
                let addendum = minutes.amend(id, &input.text, input.item, &seen, earlier, work.person()?, work.now)?;
                store::minutes::append_addendum(&work.tx, &addendum).await?;
                let details = json!({ "addendum": addendum.id, "number": addendum.number, "item": addendum.item });
                work.record_minutes("addendum-added", &minutes, minutes.version, details);
                Ok(minutes.id)
            }
            .boxed()
        })
        .await
    }

    /// Minutes that the actor may see, as far as they may.
    pub async fn minutes(&self, actor: &Actor, id: MinutesId) -> Result<Option<MinutesView>> {
        let minutes = visible(actor, store::minutes::find(self.database.reader(), id).await?);
        self.minutes_view(actor, minutes).await
    }

    /// Those of a meeting; `None` before it is over.
    pub async fn minutes_of(&self, actor: &Actor, meeting: MeetingId) -> Result<Option<MinutesView>> {
        let minutes = visible(actor, store::minutes::of_meeting(self.database.reader(), meeting).await?);
        self.minutes_view(actor, minutes).await
    }

    /// Those of a meeting, without their content: for whoever writes them, of whose items they may see what they may see of the agenda.
    pub async fn minutes_to_write(&self, actor: &Actor, meeting: MeetingId) -> Result<Option<Minutes>> {
        let minutes = visible(actor, store::minutes::of_meeting(self.database.reader(), meeting).await?);
        Ok(minutes.filter(|_| actor.may(Permission::WriteMinutes, Scope::everyone())))
    }

    /// The addenda to minutes, in their order; none on an item from which the actor is excluded (R16).
    pub async fn addenda(&self, actor: &Actor, minutes: &Minutes) -> Result<Vec<Addendum>> {
        let db = self.database.reader();
        // Before both have signed there are none.
        if minutes.state.signed_at().is_none() {
            return Ok(Vec::new());
        }
        let agenda = store::meeting::agenda::of_meeting(db, minutes.meeting).await?;
        let is_seen = |id| agenda.iter().any(|item| item.id == id && item.is_seen_by(actor));
        let all = store::minutes::addenda(db, minutes.id).await?;
        Ok(all.into_iter().filter(|addendum| addendum.item.is_none_or(is_seen)).collect())
    }

    async fn minutes_view(&self, actor: &Actor, minutes: Option<Minutes>) -> Result<Option<MinutesView>> {
        let Some(minutes) = minutes else { return Ok(None) };
        let signed = minutes.state.signed_at().is_some();
        if !signed && !actor.may(Permission::ReadDraftMinutes, Scope::everyone()) {
            let names = self.signatories(&minutes).await?;
            return Ok(Some(MinutesView { minutes, content: None, text: None, hash: None, names }));
        }
        let (frozen, names) = if let Some(frozen) = minutes.state.frozen() {
            (frozen.clone(), self.signatories(&minutes).await?)
        } else {
            let (content, names) = facts::content(self.database.reader(), &self.fund, &minutes).await?;
            (Frozen::of(&content).map_err(internal)?, names)
        };
        let content = frozen.content().map_err(internal)?.as_seen_by(actor);
        let text = Some(frozen.text).filter(|_| content.is_whole());
        Ok(Some(MinutesView { minutes, content: Some(content), text, hash: Some(frozen.hash), names }))
    }

    async fn signatories(&self, minutes: &Minutes) -> Result<BTreeMap<PersonId, String>> {
        let signed: Vec<PersonId> = minutes.state.signatures().iter().map(|signature| signature.by).collect();
        let persons = if signed.is_empty() { Vec::new() } else { self.persons(&signed).await? };
        Ok(persons.into_iter().map(|person| (person.id, person.name)).collect())
    }

    /// Reminds those who have not signed minutes that are overdue (R24), and again each week. Returns of how many minutes.
    pub async fn remind_of_minutes(&self) -> Result<usize> {
        let since = self.now() - REMINDED_EVERY;
        let overdue = store::minutes::to_remind_of(self.database.reader(), self.today(), since, MOST_AT_ONCE).await?;
        let mut count = 0;
        let program = Call::default();
        for minutes in overdue {
            let reminded = self.run_unattended(&program, "remindOfMinutes", minutes.id, move |work, id| {
                async move {
                    let minutes = found(store::minutes::lock(&work.tx, id).await?)?;
                    if minutes.state.signed_at().is_some() {
                        return Err(Error::Conflict);
                    }
                    store::minutes::mark_reminded(&work.tx, id, since, work.now).await?;
                    let meeting = found(store::meeting::find(&work.tx, minutes.meeting).await?)?;
                    let held_on = meeting.state.opened_at().map_or_else(|| meeting.day(), day_of);
                    let notice = Notice::MinutesOverdue { held_on, due: minutes.due };
                    let roles: Vec<_> = minutes.unsigned().into_iter().map(domain::minutes::Signatory::role).collect();
                    let people = store::identity::persons_with_roles(&work.tx, &roles, work.today()).await?;
                    let signed: Vec<_> = minutes.state.signatures().iter().map(|signature| signature.by).collect();
                    let people = people.into_iter().filter(|person| !signed.contains(person)).collect();
                    work.tell(people, &format!("{id}:{}", work.today()), &notice);
                    Ok(())
                }
                .boxed()
            });
            match reminded.await {
                Ok(()) => count += 1,
                // Another process was faster, or they were signed in the meantime.
                Err(Error::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }
}

fn internal(error: serde_json::Error) -> Error {
    Error::Internal(Box::new(error))
}

impl Work {
    async fn lock_minutes(&mut self, id: MinutesId, action: MinutesAction) -> Result<Minutes> {
        self.person()?;
        let minutes = found(store::minutes::lock(&self.tx, id).await?)?;
        self.authorise(&minutes, action)?;
        Ok(minutes)
    }

    /// The items that were on the meeting's agenda: those that the actor sees, and the others (R16).
    async fn agenda_of(&self, minutes: &Minutes) -> Result<(Vec<AgendaItemId>, Vec<AgendaItemId>)> {
        let agenda = store::meeting::agenda::of_meeting(&self.tx, minutes.meeting).await?;
        let (seen, hidden): (Vec<AgendaItem>, Vec<AgendaItem>) = agenda.into_iter().partition(|item| item.is_seen_by(&self.actor));
        let ids = |items: Vec<AgendaItem>| items.into_iter().map(|item| item.id).collect();
        Ok((ids(seen), ids(hidden)))
    }
}
