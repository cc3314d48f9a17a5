//! All that is kept about one person, for the person (GDPR, article 15).

use chrono::{DateTime, Utc};
use domain::applicant::BankAccount;
use domain::application::Application;
use domain::briefing::Briefing;
use domain::committee::{Holding, Motion};
use domain::event::{Event, SubjectKind};
use domain::ids::{BallotId, BriefingId, PersonId};
use domain::meeting::Attendance;
use domain::outbox::Message;
use domain::proposal::Prepared;
use domain::what_if::WhatIf;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, Select};

use crate::entity::{
    application, attendance, bank_account, briefing, briefing_read, motion, outbox_message, proposal, seat_holding, vote, what_if,
};
use crate::event::EventFilter;
use crate::page::{self, Key, MOST, Window};
use crate::row::{self, Stored};
use crate::{Connection, Result, StoreError, event};

/// The most pages of [`MOST`] rows that one list of an export is read in.
const PAGES: usize = 100;

/// A vote that the person cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// On which ballot.
    pub ballot: BallotId,
    /// `yes`, `no` or `abstain`.
    pub choice: String,
    /// When.
    pub cast_at: DateTime<Utc>,
}

/// The votes that the person cast.
pub async fn votes<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Vote>> {
    let query = vote::Entity::find().filter(vote::Column::MemberId.eq(person.0));
    let (mut found, mut window) = (Vec::new(), Window::first(MOST));
    for _ in 0..PAGES {
        let page = page::fetch(db, query.clone(), vote::Column::BallotId, &window).await?;
        window.after = page.items.last().map(|row| Key::Id(row.ballot_id));
        found.extend(page.items.into_iter().map(|row| Vote { ballot: row.ballot_id.into(), choice: row.choice, cast_at: row.cast_at }));
        if !page.has_next {
            return Ok(found);
        }
    }
    Err(too_long())
}

/// The motions that the person put.
pub async fn motions<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Motion>> {
    let query = motion::Entity::find().filter(motion::Column::ProposedBy.eq(person.0));
    all(db, query, motion::Column::Id, |motion: &Motion| Key::Id(motion.id.0)).await
}

/// The proposals that the person prepared last.
pub async fn proposals<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Prepared>> {
    let query = proposal::Entity::find().filter(proposal::Column::PreparedBy.eq(person.0));
    all(db, query, proposal::Column::Id, |prepared: &Prepared| Key::Id(prepared.id.0)).await
}

/// The what-ifs that the person saved last.
pub async fn what_ifs<C: Connection>(db: &C, person: PersonId) -> Result<Vec<WhatIf>> {
    let query = what_if::Entity::find().filter(what_if::Column::SavedBy.eq(person.0));
    all(db, query, what_if::Column::Id, |what_if: &WhatIf| Key::Id(what_if.id.0)).await
}

/// The briefings that the person posted.
pub async fn briefings<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Briefing>> {
    let query = briefing::Entity::find().filter(briefing::Column::PostedBy.eq(person.0));
    all(db, query, briefing::Column::Id, |briefing: &Briefing| Key::Id(briefing.id.0)).await
}

/// The briefings that the person marked as read, and when.
pub async fn briefings_read<C: Connection>(db: &C, person: PersonId) -> Result<Vec<(BriefingId, DateTime<Utc>)>> {
    let query = briefing_read::Entity::find().filter(briefing_read::Column::PersonId.eq(person.0));
    let (mut found, mut window) = (Vec::new(), Window::first(MOST));
    for _ in 0..PAGES {
        let page = page::fetch(db, query.clone(), briefing_read::Column::BriefingId, &window).await?;
        window.after = page.items.last().map(|row| Key::Id(row.briefing_id));
        found.extend(page.items.into_iter().map(|row| (row.briefing_id.into(), row.read_at)));
        if !page.has_next {
            return Ok(found);
        }
    }
    Err(too_long())
}

/// The seats of the committee that the person holds or held.
pub async fn seats<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Holding>> {
    let query = seat_holding::Entity::find().filter(seat_holding::Column::PersonId.eq(person.0));
    all(db, query, seat_holding::Column::Id, |holding: &Holding| Key::Id(holding.id.0)).await
}

/// When the person was at which meeting.
pub async fn attendance<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Attendance>> {
    let query = attendance::Entity::find().filter(attendance::Column::PersonId.eq(person.0));
    all(db, query, attendance::Column::Id, |attendance: &Attendance| Key::Id(attendance.id.0)).await
}

/// The bank accounts that the person named.
pub async fn accounts<C: Connection>(db: &C, person: PersonId) -> Result<Vec<BankAccount>> {
    let query = bank_account::Entity::find().filter(bank_account::Column::NamedBy.eq(person.0));
    all(db, query, bank_account::Column::Id, |account: &BankAccount| Key::Id(account.id.0)).await
}

/// The applications that the person began.
pub async fn applications<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Application>> {
    let query = application::Entity::find().filter(application::Column::CreatedBy.eq(person.0));
    all(db, query, application::Column::Id, |application: &Application| Key::Id(application.id.0)).await
}

/// The messages to the person.
pub async fn messages<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Message>> {
    let query = outbox_message::Entity::find().filter(outbox_message::Column::RecipientId.eq(person.0));
    all(db, query, outbox_message::Column::Id, |message: &Message| Key::Id(message.id.0)).await
}

/// The events that the person caused and those about the person, each once, in the order of the record.
pub async fn events<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Event>> {
    let by = EventFilter { by: Some(person), ..EventFilter::default() };
    let about = EventFilter { subject: Some((SubjectKind::Person, person.to_string())), ..EventFilter::default() };
    let mut found = Vec::new();
    for filter in [by, about] {
        let mut window = Window::first(MOST);
        let mut pages = 0;
        loop {
            let page = event::page(db, &filter, &window).await?;
            window.after = page.items.last().map(|event| Key::Number(event.sequence));
            found.extend(page.items);
            pages += 1;
            if !page.has_next {
                break;
            }
            if pages == PAGES {
                return Err(too_long());
            }
        }
    }
    found.sort_unstable_by_key(|event| event.sequence);
    found.dedup_by_key(|event| event.sequence);
    Ok(found)
}

async fn all<T, C>(
    db: &C,
    query: Select<T::Entity>,
    order: <T::Entity as sea_orm::EntityTrait>::Column,
    key: impl Fn(&T) -> Key,
) -> Result<Vec<T>>
where
    T: Stored,
    C: Connection,
{
    let (mut found, mut window) = (Vec::new(), Window::first(MOST));
    for _ in 0..PAGES {
        let page = row::page::<T, C>(db, query.clone(), order, &window).await?;
        window.after = page.items.last().map(&key);
        found.extend(page.items);
        if !page.has_next {
            return Ok(found);
        }
    }
    Err(too_long())
}

fn too_long() -> StoreError {
    StoreError::other("more rows about one person than an export holds")
}
