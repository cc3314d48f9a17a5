//! Seats of the committee: given and ended, day by day.

use chrono::NaiveDate;
use domain::committee::{Capacity, Holding, HoldingAction};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Role, Scope};
use domain::ids::{HoldingId, PersonId};
use domain::problem::Problem;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::work::{Call, found};
use crate::{Engine, Result, require, visible};

/// A seat to be given.
#[derive(Debug, Clone, Serialize)]
pub struct AssignSeat {
    /// The seat's number, from 1.
    pub seat: u32,
    /// To whom: a member of the committee.
    pub person: PersonId,
    /// As what.
    pub capacity: Capacity,
    /// From that day on.
    pub since: NaiveDate,
}

/// A time on a seat that ends.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct VacateSeat {
    /// Whose.
    pub holding: HoldingId,
    /// Its last day.
    pub until: NaiveDate,
}

impl Engine {
    /// Gives a seat of the committee to a person, as its member or as the substitute.
    pub async fn assign_seat(&self, call: &Call, input: AssignSeat) -> Result<HoldingId> {
        self.run(call, "assignSeat", input, |work, input| {
            async move {
                work.require(Permission::AssignSeat, Scope::everyone())?;
                let roles = store::role::of_person(&work.tx, input.person).await?;
                if !roles.iter().any(|grant| grant.is_current(work.today()) && matches!(grant.role, Role::Member | Role::Chair)) {
                    return Err(Problem::NotACommitteeMember.at("personId").into());
                }
                let others = store::seat::since(&work.tx, input.since).await?;
                let committee = work.engine.fund.committee.clone();
                let holding = Holding::assign(work.id(), input.seat, input.person, input.capacity, input.since, &others, &committee)?;
                store::seat::insert(&work.tx, &holding).await?;
                let subject = Subject::new(SubjectKind::Holding, holding.id, holding.version);
                let details =
                    json!({ "seat": holding.seat, "person": holding.person, "capacity": holding.capacity, "since": holding.since });
                work.record(Happening { kind: "seat-assigned", subject, details }, Vec::new());
                Ok(holding.id)
            }
            .boxed()
        })
        .await
    }

    /// Ends a person's time on a seat.
    pub async fn vacate_seat(&self, call: &Call, input: VacateSeat) -> Result<HoldingId> {
        self.run(call, "vacateSeat", input, |work, input| {
            async move {
                work.person()?;
                let holding = found(store::seat::lock(&work.tx, input.holding).await?)?;
                work.authorise(&holding, HoldingAction::Vacate)?;
                let holding = holding.vacate(input.until)?;
                store::seat::save(&work.tx, &holding).await?;
                let subject = Subject::new(SubjectKind::Holding, holding.id, holding.version + 1);
                work.record(Happening { kind: "seat-vacated", subject, details: json!({ "until": input.until }) }, Vec::new());
                Ok(holding.id)
            }
            .boxed()
        })
        .await
    }

    /// Who holds a seat on a day (default: today), by seat.
    pub async fn seat_holdings(&self, actor: &Actor, day: Option<NaiveDate>) -> Result<Vec<Holding>> {
        require(actor, Permission::ReadSeats)?;
        let day = day.unwrap_or_else(|| self.today());
        let mut holdings = store::seat::since(self.database.reader(), day).await?;
        holdings.retain(|holding| holding.holds_on(day));
        Ok(holdings)
    }

    /// A time on a seat that the actor may see.
    pub async fn seat_holding(&self, actor: &Actor, id: HoldingId) -> Result<Option<Holding>> {
        Ok(visible(actor, store::seat::find(self.database.reader(), id).await?))
    }
}
