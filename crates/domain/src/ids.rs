//! Identifiers: one type per thing, so that an award's id can't be passed where an application's is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// Of a person with a sign-in.
    PersonId,
    /// Of a role that a person has for a time.
    GrantId,
    /// Of who applies: an organisation or a natural person.
    ApplicantId,
    /// Of a person's part in an applicant (owner, editor, reader).
    MembershipId,
    /// Of an invitation to act for an applicant.
    InvitationId,
    /// Of a round (Förderrunde).
    RoundId,
    /// Of an application (Antrag).
    ApplicationId,
    /// Of a motion (Beschlussvorschlag).
    MotionId,
    /// Of a ballot (Abstimmung).
    BallotId,
    /// Of a person's time on a seat of the committee.
    HoldingId,
    /// Of a recusal (Befangenheit).
    RecusalId,
    /// Of a meeting of the committee (Sitzung).
    MeetingId,
    /// Of an item on a meeting's agenda (Tagesordnungspunkt).
    AgendaItemId,
    /// Of a person's time at a meeting.
    AttendanceId,
    /// Of a meeting's minutes (Niederschrift).
    MinutesId,
    /// Of an addendum to signed minutes.
    AddendumId,
    /// Of a place on the waiting list (Nachrückliste).
    PlaceId,
    /// Of an award (Bewilligung).
    AwardId,
    /// Of a payout (Auszahlung).
    PayoutId,
    /// Of a bank account that an applicant named.
    BankAccountId,
    /// Of a journal entry (Buchung).
    EntryId,
    /// Of a message in the outbox.
    MessageId,
    /// Of a wish to sign in by e-mail.
    SignInId,
    /// Of a wish to be reached by another address.
    AddressChangeId,
    /// Of a session.
    SessionId,
    /// Of an API token.
    TokenId,
    /// Of a briefing (Unterrichtung).
    BriefingId,
    /// Of a proposal (Entscheidungsvorschlag).
    ProposalId,
    /// Of a what-if.
    WhatIfId,
}
