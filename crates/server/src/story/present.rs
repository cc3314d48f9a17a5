//! What the demo shows of the present: a round that is open.

use chrono::Datelike as _;
use domain::applicant::ApplicantKind;
use domain::application::Measure;
use domain::budget::CouncilChange;
use domain::calendar::days_after;
use domain::committee::ProposalKind;
use domain::identity::Actor;
use domain::ids::{ApplicationId, RoundId};
use domain::money::Money;
use engine::{Call, Engine, Error, PrepareProposal, Result, SaveWhatIf, StartApplication, WhatIfLine};

use super::{CAST, Story, StoryClock, date, euro, form};

/// Announces a round that is open now, with a draft, a submitted and an admitted application, unless one is open already.
pub(crate) async fn open_a_round(engine: &Engine) -> Result<()> {
    if engine.rounds().await?.iter().any(|view| view.is_open) {
        return Ok(());
    }
    let clock = StoryClock::default();
    let actor = async |address: &str| -> Result<Actor> {
        let person = engine.person_by_email(address).await?.map(|person| person.id);
        engine.refreshed(&Actor { person, ..Actor::default() }).await
    };
    let story = Story {
        engine,
        clock: &clock,
        officer: actor(CAST[1].1).await?,
        second_officer: actor(CAST[2].1).await?,
        chair: actor(CAST[4].1).await?,
        relative: actor(CAST[3].1).await?,
        finance: actor(CAST[5].1).await?,
    };
    story.now(&actor(CAST[0].1).await?).await
}

impl Story<'_> {
    /// A round that is open now: one application is admitted, one submitted, and the cast's own applicant has begun a draft.
    async fn now(&self, sailing: &Actor) -> Result<()> {
        let today = self.engine.today();
        let deadline = days_after(today, 30);
        let year = deadline.year() + 1;
        if self.engine.budget_year(&self.finance, year).await?.is_none() {
            self.resolve(year, CouncilChange::Appropriation, euro(175_000), &format!("Drs. 0001/{}", today.year())).await?;
        }
        let rounds = self.engine.rounds().await?;
        // A year's second round has a code of its own.
        let mut codes = std::iter::once(year.to_string()).chain((2..100).map(|number| format!("{year}-{number}")));
        let code = codes.find(|code| rounds.iter().all(|view| view.round.code != *code)).ok_or(Error::Conflict)?;
        let (first, last) = (date(&format!("{year}-01-01")), date(&format!("{year}-12-31")));
        let round = self.round(&code, deadline, first, last, year).await?;
        let (start, end) = (format!("{year}-06-01"), format!("{year}-06-14"));
        let library = self.applicant(&format!("Leseverein Musterbuch {code} e. V."), ApplicantKind::NonProfitAssociation).await?;
        let admitted = self.apply(&library, round, form("tallinn", Measure::VisitOut, euro(8_000), euro(7_000), &start, &end)).await?;
        self.prepare(round, admitted, euro(6_500)).await?;
        let garden = self.applicant(&format!("Gartenverein Mustergrün {code} e. V."), ApplicantKind::NonProfitAssociation).await?;
        let submitted =
            self.draft(&garden, round, form("moshi-rural", Measure::JointProject, euro(12_000), euro(10_000), &start, &end)).await?;
        self.engine.submit_application(&Call::by(&garden.actor), submitted).await?;
        let applicant = sailing.acts_for.keys().next().copied().ok_or(Error::NotFound)?;
        self.engine.start_application(&Call::by(sailing), StartApplication { round, applicant }).await.map(drop)
    }
    /// What the office proposes for an application, and a what-if with it.
    async fn prepare(&self, round: RoundId, application: ApplicationId, amount: Money) -> Result<()> {
        let call = Call::by(&self.officer);
        let kind = ProposalKind::Award;
        let reasons = "Der Plan ist schlüssig; bei den Fahrten ist ein günstigeres Angebot möglich.".to_owned();
        self.engine.prepare_proposal(&call, PrepareProposal { application, kind, amount: Some(amount), reasons }).await?;
        let line = WhatIfLine { application, kind, amount: Some(amount), wording: None };
        let what_if = SaveWhatIf { what_if: None, round, name: "Wie vorgeschlagen".to_owned(), lines: vec![line] };
        self.engine.save_what_if(&call, what_if).await.map(drop)
    }
}
