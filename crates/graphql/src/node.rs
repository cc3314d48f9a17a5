//! Relay's nodes: every thing with an id can be asked for by it, whatever it is.

use async_graphql::{Context, ID, Interface, Object};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{
    AgendaItemId, ApplicantId, ApplicationId, AwardId, BallotId, BankAccountId, BriefingId, EntryId, GrantId, HoldingId, InvitationId,
    MeetingId, MembershipId, MessageId, MinutesId, MotionId, PayoutId, PersonId, PlaceId, ProposalId, RecusalId, RoundId, SessionId,
    TokenId, WhatIfId,
};
use futures_util::future::try_join_all;
use uuid::Uuid;

use crate::applicant::{Applicant, BankAccount};
use crate::application::Application;
use crate::award::Award;
use crate::briefing::Briefing;
use crate::budget::BudgetYear;
use crate::committee::recusal::Recusal;
use crate::committee::seat::SeatHolding;
use crate::committee::{Ballot, Motion};
use crate::error::{Fault, Nullable, Result};
use crate::identity::Person;
use crate::meeting::Meeting;
use crate::meeting::agenda::AgendaItem;
use crate::membership::{Invitation, Membership};
use crate::minutes::Minutes;
use crate::mutation::Loaded;
use crate::outbox::Message;
use crate::payout::Payout;
use crate::proposal::Proposal;
use crate::role::RoleGrant;
use crate::round::Round;
use crate::session::Session;
use crate::waiting_list::WaitingListPlace;
use crate::what_if::WhatIf;

/// The most nodes that are asked for at once.
pub const MOST_NODES: usize = 100;

/// Something with an id of its own, that `node` finds again.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The thing's id: opaque, and the same for ever."))]
pub enum Node {
    /// An item of an agenda.
    AgendaItem(Box<AgendaItem>),
    /// Who applies.
    Applicant(Box<Applicant>),
    /// An application.
    Application(Box<Application>),
    /// An award.
    Award(Box<Award>),
    /// A ballot.
    Ballot(Box<Ballot>),
    /// A bank account.
    BankAccount(Box<BankAccount>),
    /// A briefing.
    Briefing(Box<Briefing>),
    /// A budget year.
    BudgetYear(Box<BudgetYear>),
    /// An invitation.
    Invitation(Box<Invitation>),
    /// A meeting.
    Meeting(Box<Meeting>),
    /// A membership.
    Membership(Box<Membership>),
    /// A message.
    Message(Box<Message>),
    /// Minutes.
    Minutes(Box<Minutes>),
    /// A motion.
    Motion(Box<Motion>),
    /// A payout.
    Payout(Box<Payout>),
    /// A person.
    Person(Box<Person>),
    /// A proposal.
    Proposal(Box<Proposal>),
    /// A recusal.
    Recusal(Box<Recusal>),
    /// A role that somebody has.
    RoleGrant(Box<RoleGrant>),
    /// A round.
    Round(Box<Round>),
    /// A time on a seat of the committee.
    SeatHolding(Box<SeatHolding>),
    /// A place on the waiting list.
    WaitingListPlace(Box<WaitingListPlace>),
    /// A what-if.
    WhatIf(Box<WhatIf>),
}

/// An id that says of what it is.
pub(crate) trait GlobalId: From<Uuid> {
    /// The GraphQL type of the thing.
    const TYPE: &'static str;

    /// The id within the type.
    fn uuid(&self) -> Uuid;
}

macro_rules! global_ids {
    ($($id:ident => $type:literal,)+) => {$(
        impl GlobalId for $id {
            const TYPE: &'static str = $type;

            fn uuid(&self) -> Uuid {
                self.0
            }
        }
    )+};
}

global_ids! {
    AgendaItemId => "AgendaItem",
    ApplicantId => "Applicant",
    ApplicationId => "Application",
    AwardId => "Award",
    BallotId => "Ballot",
    BankAccountId => "BankAccount",
    BriefingId => "Briefing",
    EntryId => "JournalEntry",
    GrantId => "RoleGrant",
    InvitationId => "Invitation",
    MeetingId => "Meeting",
    MembershipId => "Membership",
    MinutesId => "Minutes",
    HoldingId => "SeatHolding",
    MessageId => "Message",
    MotionId => "Motion",
    PayoutId => "Payout",
    PersonId => "Person",
    SessionId => "Session",
    TokenId => "Token",
    PlaceId => "WaitingListPlace",
    ProposalId => "Proposal",
    RecusalId => "Recusal",
    RoundId => "Round",
    WhatIfId => "WhatIf",
}

/// Which of its type a global id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Almost everything has a UUID.
    Uuid(Uuid),
    /// A budget year is its year.
    Year(i32),
}

const BUDGET_YEAR: &str = "BudgetYear";

/// The global id of a thing.
pub(crate) fn id_of<T: GlobalId>(id: &T) -> ID {
    encode(T::TYPE, Which::Uuid(id.uuid()))
}

/// The global id of a budget year.
pub(crate) fn id_of_year(year: i32) -> ID {
    encode(BUDGET_YEAR, Which::Year(year))
}

/// The global id: the type, a colon, and the UUID's or year's bytes, as base64url.
pub(crate) fn encode(kind: &str, which: Which) -> ID {
    let mut bytes = format!("{kind}:").into_bytes();
    match which {
        Which::Uuid(id) => bytes.extend(id.as_bytes()),
        Which::Year(year) => bytes.extend(year.to_be_bytes()),
    }
    ID(URL_SAFE_NO_PAD.encode(bytes))
}

/// Of what type a global id is, and which one.
pub(crate) fn decode(id: &ID) -> Option<(String, Which)> {
    // No id is longer; what is, is not worth decoding.
    if id.len() > 64 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(id.as_str()).ok()?;
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let kind = std::str::from_utf8(&bytes[..colon]).ok()?;
    let which = &bytes[colon + 1..];
    let which = if kind == BUDGET_YEAR {
        Which::Year(i32::from_be_bytes(which.try_into().ok()?))
    } else {
        Which::Uuid(Uuid::from_slice(which).ok()?)
    };
    Some((kind.to_owned(), which))
}

/// The id within its type that an input's field names.
pub(crate) fn read_id<T: GlobalId>(id: &ID, field: &str) -> Result<T> {
    match decode(id) {
        Some((kind, Which::Uuid(id))) if kind == T::TYPE => Ok(id.into()),
        _ => Err(Fault::bad_input(field, format!("this is not the id of a thing of type {}", T::TYPE))),
    }
}

/// As [`read_id`], where the field may be absent.
pub(crate) fn read_optional_id<T: GlobalId>(id: Option<&ID>, field: &str) -> Result<Option<T>> {
    id.map(|id| read_id(id, field)).transpose()
}

/// Things by their ids.
#[derive(Default)]
pub struct NodeQueries;

#[Object]
impl NodeQueries {
    /// The thing with that id; null if there is none, or none that the person who asks may see.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "The id of any thing.")] id: ID) -> Nullable<Node> {
        find(&Session::of(ctx), &id).await.transpose()
    }

    /// The things with those ids, in their order, each null as with `node`. At most 100 at once.
    #[graphql(complexity = "1 + child_complexity.saturating_mul(ids.len().clamp(1, MOST_NODES))")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids of any things, at most 100.")] ids: Vec<ID>,
    ) -> Nullable<Vec<Option<Node>>> {
        if ids.len() > MOST_NODES {
            return Some(Err(Fault::bad_input("ids", format!("at most {MOST_NODES} nodes can be asked for at once"))));
        }
        let session = Session::of(ctx);
        Some(try_join_all(ids.iter().map(|id| find(&session, id))).await)
    }
}

async fn find(session: &Session, id: &ID) -> Result<Option<Node>> {
    let Some((kind, which)) = decode(id) else { return Ok(None) };
    let id = match which {
        Which::Year(year) => return Ok(BudgetYear::load(session, year).await?.map(|year| Node::BudgetYear(Box::new(year)))),
        Which::Uuid(id) => id,
    };
    macro_rules! find {
        ($($type:ident),+ $(,)?) => {
            match kind.as_str() {
                $(stringify!($type) => $type::load(session, id.into()).await?.map(|thing| Node::$type(Box::new(thing))),)+
                _ => None,
            }
        };
    }
    Ok(find!(
        AgendaItem,
        Applicant,
        Application,
        Award,
        Ballot,
        BankAccount,
        Briefing,
        Invitation,
        Meeting,
        Membership,
        Message,
        Minutes,
        Motion,
        Payout,
        Person,
        Proposal,
        Recusal,
        RoleGrant,
        Round,
        SeatHolding,
        WaitingListPlace,
        WhatIf
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_and_only_as_what_it_is() {
        let id = ApplicationId(Uuid::from_u128(7));
        let global = id_of(&id);
        assert!(!global.contains("Application"), "opaque");
        assert_eq!(read_id::<ApplicationId>(&global, "applicationId").expect("its id"), id);
        assert_eq!(decode(&id_of_year(2020)), Some(("BudgetYear".to_owned(), Which::Year(2020))));
        let short = ID(URL_SAFE_NO_PAD.encode("Award:7"));
        for wrong in [global, ID(String::new()), ID("!".to_owned()), ID("a".repeat(10_000)), short, id_of_year(2020)] {
            let fault = read_id::<AwardId>(&wrong, "awardId").expect_err("not an award's id");
            assert!(matches!(fault, Fault::Failed { field: Some(field), .. } if field == "awardId"));
        }
    }
}
