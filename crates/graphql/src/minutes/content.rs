//! What minutes hold, as it was recorded and, once signed, as it was signed.

use async_graphql::{Context, Description, ID, Object};
use domain::minutes::{Absentee, Consequence, Content, Decision, Exclusion, Item, Matter, Participant, Presence};

use crate::application::Application;
use crate::committee::seat::SeatCapacity;
use crate::committee::{BallotForm, Computation, ProposalKind, Tally};
use crate::error::Nullable;
use crate::meeting::agenda::Publicity;
use crate::node::id_of;
use crate::scalar::{DateTime, Money};
use crate::session::Session;

/// What minutes hold (GO § 41): time, place, who took part, the agenda, the wording and the result of every motion, and what the keeper adds.
#[derive(Description)]
pub struct MinutesContent(pub(crate) Content);

#[Object(use_type_description)]
impl MinutesContent {
    /// All of it as a text in German, the language of the office.
    async fn in_words(&self) -> String {
        self.0.in_words()
    }

    /// What the committee is called.
    async fn committee(&self) -> &str {
        &self.0.committee
    }

    /// Where it was.
    async fn place(&self) -> &str {
        &self.0.place
    }

    /// Whether it could be attended from afar (GO § 34a).
    async fn remote(&self) -> bool {
        self.0.remote
    }

    /// When the invitation first went out, in UTC.
    async fn invited_at(&self) -> DateTime {
        self.0.invited_at.into()
    }

    /// Why the notice was short (GO § 34); null if it was not.
    async fn short_notice(&self) -> Option<&str> {
        self.0.short_notice.as_deref()
    }

    /// For when it was called, in UTC.
    async fn begins_at(&self) -> DateTime {
        self.0.begins_at.into()
    }

    /// When it was opened, in UTC.
    async fn opened_at(&self) -> DateTime {
        self.0.opening.at.into()
    }

    /// When it was closed, in UTC.
    async fn closed_at(&self) -> DateTime {
        self.0.closed_at.into()
    }

    /// Who presided.
    async fn presided_by(&self) -> &str {
        &self.0.opening.by
    }

    /// For how many seats somebody was there when it was opened (R17).
    async fn present_at_opening(&self) -> u32 {
        self.0.opening.present
    }

    /// How many had to be, nobody being excluded (R17).
    async fn quorum(&self) -> u32 {
        self.0.opening.quorum.needed
    }

    /// When the agenda was last put into another order during the meeting, in UTC; null if it was not.
    async fn reordered_at(&self) -> Option<DateTime> {
        self.0.reordered_at.map(Into::into)
    }

    /// Who took part, by seat.
    async fn present(&self) -> Vec<MinutesParticipant> {
        self.0.present.iter().cloned().map(MinutesParticipant).collect()
    }

    /// The members who did not come at all, by seat.
    async fn absent(&self) -> Vec<MinutesAbsentee> {
        self.0.absent.iter().cloned().map(MinutesAbsentee).collect()
    }

    /// The agenda, in the order in which it was dealt with.
    async fn items(&self) -> Vec<MinutesItem> {
        self.0.items.iter().cloned().map(MinutesItem).collect()
    }

    /// What the keeper adds on the whole.
    async fn remarks(&self) -> &str {
        &self.0.remarks
    }
}

/// Somebody who was at a meeting, as its minutes name them.
#[derive(Description)]
pub struct MinutesParticipant(Participant);

#[Object(use_type_description)]
impl MinutesParticipant {
    /// Who.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// For which seat.
    async fn seat(&self) -> u32 {
        self.0.seat
    }

    /// As its member, or as the substitute.
    async fn capacity(&self) -> SeatCapacity {
        self.0.capacity.into()
    }

    /// From when to when.
    async fn times(&self) -> Vec<MinutesPresence> {
        self.0.times.iter().copied().map(MinutesPresence).collect()
    }
}

/// A time for which somebody was at a meeting.
#[derive(Description)]
pub struct MinutesPresence(Presence);

#[Object(use_type_description)]
impl MinutesPresence {
    /// From when, in UTC.
    async fn from(&self) -> DateTime {
        self.0.from.into()
    }

    /// Until when, in UTC; null: to the end.
    async fn until(&self) -> Option<DateTime> {
        self.0.until.map(Into::into)
    }

    /// Whether from afar (GO § 34a).
    async fn remote(&self) -> bool {
        self.0.remote
    }
}

/// A member who did not come.
#[derive(Description)]
pub struct MinutesAbsentee(Absentee);

#[Object(use_type_description)]
impl MinutesAbsentee {
    /// Who.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whose seat.
    async fn seat(&self) -> u32 {
        self.0.seat
    }

    /// The substitute who came; null if none did.
    async fn represented_by(&self) -> Option<&str> {
        self.0.represented_by.as_deref()
    }
}

/// An item of the agenda, as minutes tell of it.
#[derive(Description)]
pub struct MinutesItem(Item);

impl MinutesItem {
    fn matter(&self) -> Option<&Matter> {
        self.0.matter.as_ref()
    }
}

#[Object(use_type_description)]
impl MinutesItem {
    /// The item's id.
    async fn agenda_item_id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Its place.
    async fn position(&self) -> u32 {
        self.0.position
    }

    /// Who could listen.
    async fn publicity(&self) -> Publicity {
        self.0.publicity.into()
    }

    /// Whether the person who asks is excluded from it (R16): everything else is null or empty then.
    async fn is_excluded(&self) -> bool {
        self.0.matter.is_none()
    }

    /// What it is called.
    async fn title(&self) -> Option<&str> {
        self.matter().map(|matter| matter.title.as_str())
    }

    /// The application that it was about.
    async fn application(&self, ctx: &Context<'_>) -> Nullable<Application> {
        let application = self.matter()?.application?;
        Session::of(ctx).application(application).await.map(|found| found.map(Application)).transpose()
    }

    /// The application's number, as it was named.
    async fn application_number(&self) -> Option<&str> {
        self.matter()?.about.as_ref().map(|about| about.number.as_str())
    }

    /// Who had no part in the debate because of a conflict of interest (R16).
    async fn excluded(&self) -> Vec<&str> {
        self.matter().map(|matter| matter.excluded.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    /// Why it was taken off for this time; null if it was not.
    async fn deferred_because(&self) -> Option<&str> {
        self.matter()?.deferred.as_ref().map(|deferral| deferral.reason.as_str())
    }

    /// What was voted on, in the order of the votes.
    async fn decisions(&self) -> Vec<MinutesDecision> {
        self.matter().map(|matter| matter.decisions.iter().cloned().map(MinutesDecision).collect()).unwrap_or_default()
    }

    /// What the keeper adds.
    async fn remarks(&self) -> Option<&str> {
        self.matter().map(|matter| matter.remarks.as_str()).filter(|remarks| !remarks.is_empty())
    }
}

/// A ballot, as minutes tell of it.
#[derive(Description)]
pub struct MinutesDecision(Decision);

#[Object(use_type_description)]
impl MinutesDecision {
    /// The ballot's id.
    async fn ballot_id(&self) -> ID {
        id_of(&self.0.ballot)
    }

    /// The motion, word for word.
    async fn wording(&self) -> &str {
        &self.0.wording
    }

    /// What it proposed.
    async fn kind(&self) -> ProposalKind {
        self.0.proposal.kind().into()
    }

    /// What it would award, in euro; null for anything but an award.
    async fn amount(&self) -> Option<Money> {
        self.0.proposal.amount().map(Money)
    }

    /// How was voted.
    async fn form(&self) -> BallotForm {
        self.0.form.into()
    }

    /// Who could not vote because of a conflict of interest (R16).
    async fn excluded(&self) -> Vec<MinutesExclusion> {
        self.0.excluded.iter().cloned().map(MinutesExclusion).collect()
    }

    /// The places of the other items that were voted on in the same vote (en bloc).
    async fn together_with(&self) -> &[u32] {
        &self.0.together_with
    }

    /// When the vote ended, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// What was counted; null if a member objected to the form.
    async fn tally(&self) -> Option<Tally> {
        self.0.tally.map(Into::into)
    }

    /// How the result came about; null if a member objected to the form.
    async fn computation(&self) -> Option<Computation> {
        self.0.computation.clone().map(Computation)
    }

    /// What was committed in the same instant, in euro; null if nothing was.
    async fn awarded(&self) -> Option<Money> {
        match self.0.consequence {
            Some(Consequence::Awarded { amount }) => Some(Money(amount)),
            _ => None,
        }
    }

    /// The place on the waiting list that it gave; null if it gave none.
    async fn waiting_list_position(&self) -> Option<i64> {
        match self.0.consequence {
            Some(Consequence::Waiting { position, .. }) => Some(position),
            _ => None,
        }
    }
}

/// Somebody who could not vote because of a conflict of interest, as minutes name them.
#[derive(Description)]
pub struct MinutesExclusion(Exclusion);

#[Object(use_type_description)]
impl MinutesExclusion {
    /// Who.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The substitute who was there and could vote for the seat instead; null without one.
    async fn represented_by(&self) -> Option<&str> {
        self.0.represented_by.as_deref()
    }
}
