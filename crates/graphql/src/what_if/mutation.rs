//! What is done with what-ifs.

use async_graphql::{Context, ID, InputObject, Object};

use crate::committee::ProposalKind;
use crate::error::{Nullable, Result};
use crate::mutation::{input, payload};
use crate::node::read_id;
use crate::scalar::{Money, Raw};
use crate::session::Session;
use crate::what_if::WhatIf;

/// A line of a what-if.
#[derive(Debug, InputObject)]
pub struct WhatIfLineInput {
    /// The application: one of the round that was submitted.
    application_id: ID,
    /// What would be decided.
    kind: ProposalKind,
    /// What would be awarded, in euro; for `AWARD` and `HARDSHIP_AWARD` only (R20).
    amount: Option<Raw<Money>>,
    /// The wording of its motion; left out: the usual one, written from the application.
    wording: Option<String>,
}

input! {
    /// A what-if to save.
    SaveWhatIfInput {
        /// Which one is changed; left out: a new one is saved.
        what_if_id: Option<ID>,
        /// Of which round.
        round_id: ID,
        /// What it is called.
        name: String,
        /// Its lines, 1 to 200, in the order in which the committee would decide; each application once.
        lines: Vec<WhatIfLineInput>,
    }
}

input! {
    /// A what-if to throw away.
    DiscardWhatIfInput {
        /// Which what-if.
        what_if_id: ID,
    }
}

input! {
    /// A what-if whose lines are put as motions.
    PutMotionsInput {
        /// Which what-if.
        what_if_id: ID,
    }
}

payload! {
    /// The answer to `saveWhatIf`.
    SaveWhatIfPayload {
        /// The what-if as it is now; null if it was refused.
        what_if: WhatIf
    }
}

payload! {
    /// The answer to `discardWhatIf`.
    DiscardWhatIfPayload {
        /// The what-if as it is now; null if it was refused.
        what_if: WhatIf
    }
}

payload! {
    /// The answer to `putMotions`.
    PutMotionsPayload {
        /// The what-if with its motions; null if it was refused.
        what_if: WhatIf
    }
}

/// What is done with what-ifs.
#[derive(Default)]
pub struct WhatIfMutations;

#[Object]
impl WhatIfMutations {
    /// Saves a what-if, by a case officer. Besides itself it changes nothing: no money is committed by trying.
    async fn save_what_if(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The what-if.")] input: SaveWhatIfInput,
    ) -> Nullable<SaveWhatIfPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::SaveWhatIf {
                what_if: input.what_if_id.map(|id| read_id(&id, "whatIfId")).transpose()?,
                round: read_id(&input.round_id, "roundId")?,
                name: input.name,
                lines: input.lines.into_iter().enumerate().map(|(index, line)| line.read(index)).collect::<Result<_>>()?,
            };
            Ok(session.engine().save_what_if(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Throws a what-if away, by a case officer.
    async fn discard_what_if(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which what-if.")] input: DiscardWhatIfInput,
    ) -> Nullable<DiscardWhatIfPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let what_if = read_id(&input.what_if_id, "whatIfId")?;
            Ok(session.engine().discard_what_if(&session.call(input.idempotency_key), what_if).await?)
        };
        session.answer(outcome).await
    }

    /// Puts all lines of a what-if as motions, in their order, by a case officer: all or none (R20).
    async fn put_motions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which what-if.")] input: PutMotionsInput,
    ) -> Nullable<PutMotionsPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let what_if = read_id(&input.what_if_id, "whatIfId")?;
            Ok(session.engine().put_motions(&session.call(input.idempotency_key), what_if).await?)
        };
        session.answer(outcome).await
    }
}

impl WhatIfLineInput {
    fn read(self, index: usize) -> Result<engine::WhatIfLine> {
        let field = |name: &str| format!("lines[{index}].{name}");
        Ok(engine::WhatIfLine {
            application: read_id(&self.application_id, &field("applicationId"))?,
            kind: self.kind.into(),
            amount: self.amount.map(|amount| amount.read(&field("amount"))).transpose()?,
            wording: self.wording,
        })
    }
}
