//! The schema: everything that can be asked, done and watched, in one place.

use async_graphql::MergedObject;
use engine::Engine;

use crate::applicant::{ApplicantMutations, ApplicantQueries};
use crate::application::ApplicationQueries;
use crate::application::mutation::ApplicationMutations;
use crate::award::mutation::AwardMutations;
use crate::briefing::BriefingQueries;
use crate::briefing::mutation::BriefingMutations;
use crate::budget::{BudgetMutations, BudgetQueries};
use crate::committee::CommitteeQueries;
use crate::committee::mutation::CommitteeMutations;
use crate::committee::recusal::RecusalMutations;
use crate::committee::seat::{SeatMutations, SeatQueries};
use crate::event::EventQueries;
use crate::fund::FundQueries;
use crate::identity::{IdentityMutations, IdentityQueries};
use crate::limits::Limits;
use crate::meeting::MeetingQueries;
use crate::meeting::mutation::MeetingMutations;
use crate::membership::MembershipMutations;
use crate::minutes::MinutesMutations;
use crate::node::NodeQueries;
use crate::outbox::{OutboxMutations, OutboxQueries};
use crate::payout::PayoutMutations;
use crate::proposal::{ProposalMutations, ProposalQueries};
use crate::role::{RoleMutations, RoleQueries};
use crate::round::{RoundMutations, RoundQueries};
use crate::sign_in::SignInMutations;
use crate::subscription::SubscriptionRoot;
use crate::token::TokenMutations;
use crate::what_if::WhatIfQueries;
use crate::what_if::mutation::WhatIfMutations;

/// What can be asked. Everybody is answered what they may see; of anything else it is said that there is no such thing.
#[derive(MergedObject, Default)]
pub struct Query(
    FundQueries,
    RoundQueries,
    IdentityQueries,
    RoleQueries,
    ApplicantQueries,
    ApplicationQueries,
    CommitteeQueries,
    SeatQueries,
    BudgetQueries,
    OutboxQueries,
    EventQueries,
    NodeQueries,
    BriefingQueries,
    ProposalQueries,
    WhatIfQueries,
    MeetingQueries,
);

/// What can be done: the verbs of the fund. Each is done completely or not at all. What the fund's rules refuse and a person can mend is in
/// the payload's `userErrors`; everything else is an error with a code. Several in one request are done in their order.
#[derive(MergedObject, Default)]
pub struct Mutation(
    IdentityMutations,
    RoleMutations,
    ApplicantMutations,
    MembershipMutations,
    RoundMutations,
    ApplicationMutations,
    CommitteeMutations,
    SeatMutations,
    RecusalMutations,
    BudgetMutations,
    AwardMutations,
    PayoutMutations,
    OutboxMutations,
    SignInMutations,
    TokenMutations,
    BriefingMutations,
    ProposalMutations,
    WhatIfMutations,
    MeetingMutations,
    MinutesMutations,
);

/// The schema over an engine.
pub type Schema = async_graphql::Schema<Query, Mutation, SubscriptionRoot>;

/// The schema over that engine, within these limits.
#[must_use]
pub fn schema(engine: Engine, limits: &Limits) -> Schema {
    limits.build(Schema::build(Query::default(), Mutation::default(), SubscriptionRoot)).data(engine).finish()
}

/// The published schema, as `schema.graphql` holds it.
#[must_use]
pub fn sdl() -> String {
    let options =
        async_graphql::SDLExportOptions::new().prefer_single_line_descriptions().include_specified_by().use_space_ident().indent_width(2);
    let sdl = Schema::build(Query::default(), Mutation::default(), SubscriptionRoot).finish().sdl_with_options(options);
    let lines: Vec<&str> = sdl.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned() + "\n"
}
