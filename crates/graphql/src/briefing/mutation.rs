//! What is done with briefings and digests.

use async_graphql::{Context, ID, Object};
use domain::briefing::News;

use crate::briefing::{Briefing, BriefingKind, DigestFrequency};
use crate::error::{Nullable, Result};
use crate::identity::Viewer;
use crate::mutation::{input, payload};
use crate::node::read_id;
use crate::scalar::{Date, Raw};
use crate::session::Session;

input! {
    /// A briefing to post.
    PostBriefingInput {
        /// The day on which it happened, or happens.
        on: Raw<Date>,
        /// The partner cities that it is about, by their codes; at least one.
        cities: Vec<String>,
        /// What kind of news it is.
        kind: BriefingKind,
        /// Its title, at most 200 characters.
        title: String,
        /// Its text, at most 5,000 characters.
        text: String,
        /// The number of the council paper; left out: there is none.
        paper: Option<String>,
    }
}

input! {
    /// A correction of a briefing: all that it tells from now on.
    CorrectBriefingInput {
        /// Which briefing.
        briefing_id: ID,
        /// The version that the person saw; with another one stored, somebody else corrected it in between and the answer is `CONFLICT`.
        /// Left out: whatever is stored is replaced.
        expected_version: Option<i64>,
        /// The day on which it happened, or happens.
        on: Raw<Date>,
        /// The partner cities that it is about, by their codes; at least one.
        cities: Vec<String>,
        /// What kind of news it is.
        kind: BriefingKind,
        /// Its title, at most 200 characters.
        title: String,
        /// Its text, at most 5,000 characters.
        text: String,
        /// The number of the council paper; left out: there is none.
        paper: Option<String>,
    }
}

input! {
    /// A briefing to take back.
    WithdrawBriefingInput {
        /// Which briefing.
        briefing_id: ID,
        /// Why; it goes into the record.
        reason: String,
    }
}

input! {
    /// Briefings that were read.
    MarkBriefingsReadInput {
        /// Which briefings, 1 to 100.
        briefing_ids: Vec<ID>,
    }
}

input! {
    /// How often one gets a digest.
    ChooseDigestInput {
        /// How often.
        frequency: DigestFrequency,
    }
}

payload! {
    /// The answer to `postBriefing`.
    PostBriefingPayload {
        /// The new briefing; null if it was refused.
        briefing: Briefing
    }
}

payload! {
    /// The answer to `correctBriefing`.
    CorrectBriefingPayload {
        /// The briefing as it is now; null if it was refused.
        briefing: Briefing
    }
}

payload! {
    /// The answer to `withdrawBriefing`.
    WithdrawBriefingPayload {
        /// The briefing as it is now; null if it was refused.
        briefing: Briefing
    }
}

payload! {
    /// The answer to `markBriefingsRead`.
    MarkBriefingsReadPayload {
        /// The person who asks, with how many briefings are unread now; null if it was refused.
        viewer: Viewer
    }
}

payload! {
    /// The answer to `chooseDigest`.
    ChooseDigestPayload {
        /// The person who asks, with how often they get a digest now; null if it was refused.
        viewer: Viewer
    }
}

/// What is done with briefings and digests.
#[derive(Default)]
pub struct BriefingMutations;

#[Object]
impl BriefingMutations {
    /// Posts a briefing, by a case officer. Whoever follows the fund's work is told with their next digest.
    async fn post_briefing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The briefing.")] input: PostBriefingInput,
    ) -> Nullable<PostBriefingPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let PostBriefingInput { on, cities, kind, title, text, paper, idempotency_key } = input;
            let news = News { on: on.read("on")?, cities, kind: kind.into(), title, text, paper };
            Ok(session.engine().post_briefing(&session.call(idempotency_key), news).await?)
        };
        session.answer(outcome).await
    }

    /// Says a briefing otherwise, by a case officer. The record keeps what it said before.
    async fn correct_briefing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The correction.")] input: CorrectBriefingInput,
    ) -> Nullable<CorrectBriefingPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let CorrectBriefingInput { briefing_id, expected_version, on, cities, kind, title, text, paper, idempotency_key } = input;
            let news = News { on: on.read("on")?, cities, kind: kind.into(), title, text, paper };
            let command = engine::CorrectBriefing { briefing: read_id(&briefing_id, "briefingId")?, expected_version, news };
            Ok(session.engine().correct_briefing(&session.call(idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Takes a briefing back, by a case officer. The committee doesn't see it any more.
    async fn withdraw_briefing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which briefing, and why.")] input: WithdrawBriefingInput,
    ) -> Nullable<WithdrawBriefingPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let briefing = read_id(&input.briefing_id, "briefingId")?;
            Ok(session.engine().withdraw_briefing(&session.call(input.idempotency_key), briefing, input.reason).await?)
        };
        session.answer(outcome).await
    }

    /// Keeps that the person who asks has read these briefings. Once more is no harm.
    async fn mark_briefings_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which briefings.")] input: MarkBriefingsReadInput,
    ) -> Nullable<MarkBriefingsReadPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let ids = input.briefing_ids.iter().enumerate();
            let ids = ids.map(|(index, id)| read_id(id, &format!("briefingIds[{index}]"))).collect::<Result<_>>()?;
            Ok(session.engine().mark_briefings_read(&session.call(input.idempotency_key), ids).await?)
        };
        session.answer(outcome).await
    }

    /// Chooses how often the person who asks gets a digest: for the committee, case officers and finance.
    async fn choose_digest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How often.")] input: ChooseDigestInput,
    ) -> Nullable<ChooseDigestPayload> {
        let session = Session::of(ctx);
        let outcome = async { Ok(session.engine().choose_digest(&session.call(input.idempotency_key), input.frequency.into()).await?) };
        session.answer(outcome).await
    }
}
