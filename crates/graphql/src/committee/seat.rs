//! Seats of the committee, and who holds them (R17, R22).

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::{Permission, available_actions};
use domain::ids::HoldingId;

use crate::error::{Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::{Date, Raw};
use crate::session::Session;

/// As what somebody holds a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::Capacity")]
pub enum SeatCapacity {
    /// The member whose seat it is.
    Member,
    /// Who votes where the member does not (R22).
    Substitute,
}

/// What can be done with a time on a seat. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::HoldingAction")]
pub enum SeatHoldingAction {
    /// `vacateSeat`: end it.
    #[graphql(name = "VACATE_SEAT")]
    Vacate,
}

/// That a person holds a seat of the committee, from one day on and until another one.
#[derive(Description)]
pub struct SeatHolding(domain::committee::Holding);

#[Object(use_type_description)]
impl SeatHolding {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// The seat's number, from 1.
    async fn seat(&self) -> u32 {
        self.0.seat
    }

    /// Who.
    async fn person(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.person, Permission::ReadSeats).await
    }

    /// As what.
    async fn capacity(&self) -> SeatCapacity {
        self.0.capacity.into()
    }

    /// The first day.
    async fn since(&self) -> Date {
        self.0.since.into()
    }

    /// The last day; null: it goes on.
    async fn until(&self) -> Option<Date> {
        self.0.until.map(Into::into)
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<SeatHoldingAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for SeatHolding {
    type Id = HoldingId;

    async fn load(session: &Session, id: HoldingId) -> Result<Option<Self>> {
        Ok(session.engine().seat_holding(&session.actor(), id).await?.map(Self))
    }
}

/// A seat as it was when a ballot was opened.
#[derive(Description)]
pub struct BallotSeat(pub(crate) domain::committee::ElectorateSeat);

#[Object(use_type_description)]
impl BallotSeat {
    /// Its number, from 1.
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// Its member; null if the seat was empty.
    async fn member(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.member?.person, Permission::ReadBallots).await
    }

    /// Who votes where the member does not; null without one.
    async fn substitute(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.substitute?.person, Permission::ReadBallots).await
    }

    /// Whether nobody held it.
    async fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it was held, and nobody could vote for it because of a conflict of interest (R16).
    async fn is_excluded(&self) -> bool {
        self.0.is_excluded()
    }
}

input! {
    /// A seat to give.
    AssignSeatInput {
        /// The seat's number, from 1.
        seat: u32,
        /// To whom: a person with the role of member or chair.
        person_id: ID,
        /// As what.
        capacity: SeatCapacity,
        /// From that day on.
        since: Raw<Date>,
    }
}

input! {
    /// A time on a seat to end.
    VacateSeatInput {
        /// Whose.
        seat_holding_id: ID,
        /// Its last day.
        until: Raw<Date>,
    }
}

payload! {
    /// The answer to `assignSeat`.
    AssignSeatPayload {
        /// The new holding; null if it was refused.
        seat_holding: SeatHolding
    }
}

payload! {
    /// The answer to `vacateSeat`.
    VacateSeatPayload {
        /// The holding as it is now; null if it was refused.
        seat_holding: SeatHolding
    }
}

/// Questions about seats.
#[derive(Default)]
pub struct SeatQueries;

#[Object]
impl SeatQueries {
    /// Who holds which seat of the committee on a day, by seat; for the committee, case officers, the auditor and the administrator.
    async fn seat_holdings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; left out: today.")] on: Option<Raw<Date>>,
    ) -> Nullable<Vec<SeatHolding>> {
        let found = async {
            let session = Session::of(ctx);
            let day = on.map(|day| day.read("on")).transpose()?;
            let holdings = session.engine().seat_holdings(&session.actor(), day).await?;
            Ok(holdings.into_iter().map(SeatHolding).collect())
        };
        Some(found.await)
    }
}

/// What is done with seats.
#[derive(Default)]
pub struct SeatMutations;

#[Object]
impl SeatMutations {
    /// Gives a seat of the committee to a person from a day on, by a case officer or the administrator. Nobody holds two (R22).
    async fn assign_seat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which seat, and whose.")] input: AssignSeatInput,
    ) -> Nullable<AssignSeatPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::AssignSeat {
                seat: input.seat,
                person: read_id(&input.person_id, "personId")?,
                capacity: input.capacity.into(),
                since: input.since.read("since")?,
            };
            Ok(session.engine().assign_seat(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Ends a person's time on a seat, by a case officer or the administrator.
    async fn vacate_seat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and when.")] input: VacateSeatInput,
    ) -> Nullable<VacateSeatPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command =
                engine::VacateSeat { holding: read_id(&input.seat_holding_id, "seatHoldingId")?, until: input.until.read("until")? };
            Ok(session.engine().vacate_seat(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }
}
