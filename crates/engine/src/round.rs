//! Rounds: announced by the office, seen by everybody.

use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Permission, Scope};
use domain::ids::RoundId;
use domain::problem::Problem;
use domain::round::{NewRound, Round};
use futures_util::FutureExt as _;

use crate::work::Call;
use crate::{Engine, Result};

/// A round as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundView {
    /// The round.
    pub round: Round,
    /// Whether an application that is submitted now is in time (R3).
    pub is_open: bool,
}

impl Engine {
    /// Announces a round.
    pub async fn announce_round(&self, call: &Call, new: NewRound) -> Result<RoundId> {
        self.run(call, "announceRound", new, |work, new| {
            async move {
                work.require(Permission::AnnounceRound, Scope::everyone())?;
                let round = Round::announce(work.id(), new, work.now)?;
                if store::round::find_by_code(&work.tx, &round.code).await?.is_some() {
                    return Err(Problem::RoundCodeTaken.at("code").into());
                }
                store::round::insert(&work.tx, &round).await?;
                let subject = Subject::new(SubjectKind::Round, round.id, round.version);
                let details = serde_json::json!({ "code": round.code, "deadline": round.deadline, "budgetYear": round.budget_year });
                work.record(Happening { kind: "round-announced", subject, details }, Vec::new());
                Ok(round.id)
            }
            .boxed()
        })
        .await
    }

    /// The rounds with those ids.
    pub async fn rounds_by_ids(&self, ids: &[RoundId]) -> Result<Vec<RoundView>> {
        let rounds = store::round::find_many(self.database.reader(), ids).await?;
        Ok(rounds.into_iter().map(|round| self.view(round)).collect())
    }

    /// All rounds, in the order in which they were announced.
    pub async fn rounds(&self) -> Result<Vec<RoundView>> {
        let rounds = store::round::all(self.database.reader()).await?;
        Ok(rounds.into_iter().map(|round| self.view(round)).collect())
    }

    fn view(&self, round: Round) -> RoundView {
        let is_open = round.is_in_time(self.now());
        RoundView { round, is_open }
    }
}
