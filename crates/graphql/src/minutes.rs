//! Minutes (R24): what they hold, who signed them, and what corrects them.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::{Permission, available_actions};
use domain::ids::MinutesId;
use domain::minutes::MinutesState as State;

use crate::error::{Nullable, Result};
use crate::identity::Person;
use crate::meeting::Meeting;
use crate::meeting::agenda::AgendaItem;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id, read_optional_id};
use crate::scalar::{Date, DateTime};
use crate::session::Session;

pub mod content;

use content::MinutesContent;

/// Where minutes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MinutesState {
    /// Being written.
    Draft,
    /// Signed by one; writing again lets the signature lapse.
    HalfSigned,
    /// Signed by both, and locked.
    Signed,
}

/// As what somebody signs minutes (GO § 41).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::minutes::Signatory")]
pub enum Signatory {
    /// Who presides.
    Chair,
    /// Who keeps the minutes.
    Keeper,
}

/// What can be done with minutes. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::minutes::MinutesAction")]
pub enum MinutesAction {
    /// `writeMinutes`: write what they say besides the facts.
    #[graphql(name = "WRITE_MINUTES")]
    Write,
    /// `signMinutes`: sign them.
    #[graphql(name = "SIGN_MINUTES")]
    Sign,
    /// `addAddendum`: correct them.
    AddAddendum,
}

/// The minutes (Niederschrift) of a meeting: drawn from the facts, with what their keeper adds, signed by two, and then locked (R24).
#[derive(Description)]
pub struct Minutes(pub(crate) engine::MinutesView);

#[Object(use_type_description)]
impl Minutes {
    /// The minutes' id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.minutes.id)
    }

    /// Where they stand.
    async fn state(&self) -> MinutesState {
        match self.0.minutes.state {
            State::Draft => MinutesState::Draft,
            State::HalfSigned { .. } => MinutesState::HalfSigned,
            State::Signed { .. } => MinutesState::Signed,
        }
    }

    /// Of which meeting.
    async fn meeting(&self, ctx: &Context<'_>) -> Nullable<Meeting> {
        Meeting::load(&Session::of(ctx), self.0.minutes.meeting).await.transpose()
    }

    /// The last day on which they are signed in time: within 30 days of the meeting.
    async fn due(&self) -> Date {
        self.0.minutes.due.into()
    }

    /// What they hold, without the items from which the person who asks is excluded (R16). Null before both signed, for whoever has no part
    /// in writing them.
    async fn content(&self) -> Option<MinutesContent> {
        self.0.content.clone().map(MinutesContent)
    }

    /// The hash of what they hold, SHA-256 as 64 hexadecimal digits: what is signed, and what the record keeps. Null as `content` is.
    async fn hash(&self) -> Option<&str> {
        self.0.hash.as_deref()
    }

    /// What they hold, as the JSON text that was hashed. Null as `content` is, and for whoever is excluded from any of it (R16).
    async fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// Who signed, the first one first.
    async fn signatures(&self) -> Vec<Signature> {
        self.0.minutes.state.signatures().into_iter().map(Signature).collect()
    }

    /// What corrects them, in its order; none on an item from which the person who asks is excluded (R16).
    async fn addenda(&self, ctx: &Context<'_>) -> Result<Vec<Addendum>> {
        let session = Session::of(ctx);
        let addenda = session.engine().addenda(&session.actor(), &self.0.minutes).await?;
        Ok(addenda.into_iter().map(Addendum).collect())
    }

    /// What the person who asks can do with them now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<MinutesAction> {
        available_actions(&Session::of(ctx).actor(), &self.0.minutes).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Minutes {
    type Id = MinutesId;

    async fn load(session: &Session, id: MinutesId) -> Result<Option<Self>> {
        Ok(session.engine().minutes(&session.actor(), id).await?.map(Self))
    }
}

/// A signature under minutes.
#[derive(Description)]
pub struct Signature(domain::minutes::Signature);

#[Object(use_type_description)]
impl Signature {
    /// Whose.
    async fn person(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.by, Permission::ReadMinutes).await
    }

    /// As what.
    async fn signatory(&self) -> Signatory {
        self.0.signatory.into()
    }

    /// When, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }
}

/// A correction of signed minutes (Nachtrag). It stands beside them; they stay as they are.
#[derive(Description)]
pub struct Addendum(domain::minutes::Addendum);

#[Object(use_type_description)]
impl Addendum {
    /// Its number, from 1.
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// The item that it is about; null if it is about no single one.
    async fn agenda_item(&self, ctx: &Context<'_>) -> Nullable<AgendaItem> {
        AgendaItem::load(&Session::of(ctx), self.0.item?).await.transpose()
    }

    /// What it says.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Who wrote it.
    async fn person(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.by, Permission::ReadMinutes).await
    }

    /// When, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }
}

/// What the keeper adds to an item.
#[derive(Debug, async_graphql::InputObject)]
pub struct MinutesRemarkInput {
    /// To which item.
    agenda_item_id: ID,
    /// What.
    text: String,
}

input! {
    /// What the keeper adds to minutes. It takes the place of what was there.
    WriteMinutesInput {
        /// Which minutes.
        minutes_id: ID,
        /// On the meeting as a whole. Everybody who may see the minutes reads it: what is about one application belongs to its item (R16).
        general: String,
        /// On items of its agenda.
        items: Vec<MinutesRemarkInput>,
    }
}

input! {
    /// Minutes to sign.
    SignMinutesInput {
        /// Which minutes.
        minutes_id: ID,
        /// The `hash` of what was read: what was changed since is not signed.
        hash: String,
    }
}

input! {
    /// A correction of signed minutes.
    AddAddendumInput {
        /// Of which minutes.
        minutes_id: ID,
        /// What it says.
        text: String,
        /// The item that it is about, if it is about one.
        agenda_item_id: Option<ID>,
    }
}

payload! {
    /// The answer to `writeMinutes`.
    WriteMinutesPayload {
        /// The minutes as they are now; null if it was refused.
        minutes: Minutes
    }
}

payload! {
    /// The answer to `signMinutes`.
    SignMinutesPayload {
        /// The minutes as they are now; null if it was refused.
        minutes: Minutes
    }
}

payload! {
    /// The answer to `addAddendum`.
    AddAddendumPayload {
        /// The minutes as they are now; null if it was refused.
        minutes: Minutes
    }
}

/// What is done with minutes.
#[derive(Default)]
pub struct MinutesMutations;

#[Object]
impl MinutesMutations {
    /// Writes what minutes say besides the facts, by a case officer, until both have signed (R24). A signature that is there lapses.
    async fn write_minutes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what they say.")] input: WriteMinutesInput,
    ) -> Nullable<WriteMinutesPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let remark = |remark: MinutesRemarkInput| Ok((read_id(&remark.agenda_item_id, "items.agendaItemId")?, remark.text));
            let command = engine::WriteMinutes {
                minutes: read_id(&input.minutes_id, "minutesId")?,
                general: input.general,
                items: input.items.into_iter().map(remark).collect::<Result<_>>()?,
            };
            Ok(session.engine().write_minutes(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Signs minutes: once by the chair, and once by a case officer, who is another person (R24). After the second signature they are locked.
    async fn sign_minutes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what was read.")] input: SignMinutesInput,
    ) -> Nullable<SignMinutesPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::SignMinutes { minutes: read_id(&input.minutes_id, "minutesId")?, hash: input.hash };
            Ok(session.engine().sign_minutes(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Corrects signed minutes by an addendum, by the chair or a case officer (R24). What was signed stays as it is.
    async fn add_addendum(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which, and what it says.")] input: AddAddendumInput,
    ) -> Nullable<AddAddendumPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::AddAddendum {
                minutes: read_id(&input.minutes_id, "minutesId")?,
                item: read_optional_id(input.agenda_item_id.as_ref(), "agendaItemId")?,
                text: input.text,
            };
            Ok(session.engine().add_addendum(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }
}
