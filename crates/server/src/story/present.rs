//! What the demo shows of the present: a round that is open.

use chrono::Datelike as _;
use domain::applicant::ApplicantKind;
use domain::application::Measure;
use domain::budget::CouncilChange;
use domain::calendar::days_after;
use domain::committee::{BallotFormKind, Choice, Proposal, ProposalKind};
use domain::identity::Actor;
use domain::ids::{ApplicationId, MotionId, RoundId};
use domain::language::{Language, Say as _};
use domain::meeting::{Publicity, Venue};
use domain::money::Money;
use engine::{
    AddAgendaItem, Call, Engine, Error, InviteToMeeting, NewBallotForm, OpenBallot, PrepareProposal, ProposeMotion, RequestChanges,
    RequestPayout, Result, SaveWhatIf, StartApplication, WhatIfLine,
};

use super::{Applicant, CAST, Story, StoryClock, date, euro, form, noon};

/// Announces a round that is open now, unless one is open already, with an application in every state: so that everybody of the cast finds
/// something to do.
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
    /// A round that is open now, with the money of its year and of this one.
    async fn now(&self, sailing: &Actor) -> Result<()> {
        let today = self.engine.today();
        let deadline = days_after(today, 30);
        let year = deadline.year() + 1;
        for year in [today.year(), year] {
            if self.engine.budget_year(&self.finance, year).await?.is_none() {
                self.resolve(year, CouncilChange::Appropriation, euro(175_000), &format!("Drs. 0001/{}", year - 1)).await?;
            }
        }
        let rounds = self.engine.rounds().await?;
        // A year's second round has a code of its own.
        let mut codes = std::iter::once(year.to_string()).chain((2..100).map(|number| format!("{year}-{number}")));
        let code = codes.find(|code| rounds.iter().all(|view| view.round.code != *code)).ok_or(Error::Conflict)?;
        let (first, last) = (date(&format!("{year}-01-01")), date(&format!("{year}-12-31")));
        let round = self.round(&code, deadline, first, last, year).await?;
        let now = Now { story: self, round, code, year };
        now.in_the_office().await?;
        now.in_the_committee().await?;
        now.with_money().await?;
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

/// The open round.
struct Now<'a> {
    story: &'a Story<'a>,
    round: RoundId,
    code: String,
    year: i32,
}

impl Now<'_> {
    async fn club(&self, name: &str) -> Result<Applicant> {
        self.story.applicant(&format!("{name} {} e. V.", self.code), ApplicantKind::NonProfitAssociation).await
    }

    fn form(&self, city: &str, measure: Measure, total: Money, asks: Money) -> domain::application::Form {
        form(city, measure, total, asks, &format!("{}-06-01", self.year), &format!("{}-06-14", self.year))
    }

    /// An application that is admitted, and who applies.
    async fn admitted(&self, name: &str, city: &str, measure: Measure, asks: Money) -> Result<(Applicant, ApplicationId)> {
        let club = self.club(name).await?;
        let application = self.story.apply(&club, self.round, self.form(city, measure, asks + euro(2_000), asks)).await?;
        Ok((club, application))
    }

    /// One application is submitted, of one more is asked, one has a proposal.
    async fn in_the_office(&self) -> Result<()> {
        let (_, application) = self.admitted("Leseverein Musterbuch", "tallinn", Measure::VisitOut, euro(7_000)).await?;
        self.story.prepare(self.round, application, euro(6_500)).await?;
        for name in ["Gartenverein Mustergrün", "Ruderverein Musterboot"] {
            let club = self.club(name).await?;
            let form = self.form("moshi-rural", Measure::JointProject, euro(12_000), euro(10_000));
            let application = self.story.draft(&club, self.round, form).await?;
            self.story.engine.submit_application(&Call::by(&club.actor), application).await?;
            if name.starts_with("Ruderverein") {
                let remark = "Nennen Sie bei den Fahrtkosten, wer fährt und womit.".to_owned();
                let due = days_after(self.story.engine.today(), 14);
                let fields = vec![domain::application::Field::CostLines, domain::application::Field::Summary];
                self.story
                    .engine
                    .request_changes(&Call::by(&self.story.officer), RequestChanges { application, fields, due, remark })
                    .await?;
            }
        }
        Ok(())
    }

    /// A vote in writing, and a meeting with two motions on its agenda.
    async fn in_the_committee(&self) -> Result<()> {
        let engine = self.story.engine;
        let officer = Call::by(&self.story.officer);
        let (_, written) = self.admitted("Theater Musterbühne", "gdynia", Measure::VisitIn, euro(6_000)).await?;
        let motion = self.motion(written, euro(6_000)).await?;
        let today = engine.today();
        let form = NewBallotForm {
            kind: BallotFormKind::Circular,
            objections_until: Some(days_after(today, 7)),
            votes_until: Some(days_after(today, 14)),
        };
        let ballot = engine.open_ballot(&officer, OpenBallot { motion, form }).await?;
        for (number, choice) in [(2, Choice::Yes), (3, Choice::Yes), (4, Choice::No)] {
            let person = engine.person_by_email(&format!("mitglied{number}@demo.example")).await?.map(|person| person.id);
            let member = engine.refreshed(&Actor { person, ..Actor::default() }).await?;
            engine.cast_vote(&Call::by(&member), ballot, choice).await?;
        }
        let begins_at = noon(&days_after(today, 10).to_string()) + chrono::Duration::hours(5);
        let place = "Rathaus, Magistratssaal".to_owned();
        let meeting = engine
            .call_meeting(&officer, Venue { begins_at, ends_at: begins_at + chrono::Duration::hours(2), place, remote: false })
            .await?;
        let item = AddAgendaItem {
            meeting,
            publicity: Publicity::Public,
            title: "Bericht der Verwaltung".to_owned(),
            application: None,
            motion: None,
        };
        engine.add_agenda_item(&officer, item).await?;
        for (name, city, asks) in [("Jugendchor Musterton", "aarhus", euro(9_000)), ("Turnverein Musterhalle", "vaasa", euro(4_500))] {
            let (_, application) = self.admitted(name, city, Measure::VisitOut, asks).await?;
            let motion = Some(self.motion(application, asks).await?);
            let title = format!("{name}: Förderung {}", self.code);
            let item = AddAgendaItem { meeting, publicity: Publicity::Public, title, application: Some(application), motion };
            engine.add_agenda_item(&officer, item).await?;
        }
        engine.invite_to_meeting(&officer, InviteToMeeting { meeting, short_notice: None }).await.map(drop)
    }

    async fn motion(&self, application: ApplicationId, amount: Money) -> Result<MotionId> {
        let wording = format!("Der Antrag wird mit {} gefördert.", amount.say(Language::De));
        let motion = ProposeMotion { application, kind: ProposalKind::Award, amount: Some(amount), wording };
        self.story.engine.propose_motion(&Call::by(&self.story.officer), motion).await
    }

    /// An award whose letter is to be sent, and one of which money is asked for.
    async fn with_money(&self) -> Result<()> {
        let engine = self.story.engine;
        for (name, city, asks) in [("Schachklub Musterzug", "brest", euro(3_000)), ("Tanzgruppe Musterschritt", "coventry", euro(5_000))] {
            let (club, application) = self.admitted(name, city, Measure::VisitOut, asks).await?;
            let award = self.story.decide(application, Proposal::Award { amount: asks }, (11, 0, 0, 0)).await?.ok_or(Error::NotFound)?;
            if name.starts_with("Tanzgruppe") {
                let today = engine.today();
                self.story.settle(&club, award, &today.to_string()).await?;
                let input = RequestPayout { award, amount: euro(3_000), purpose: "Fahrt".to_owned(), needed_by: days_after(today, 30) };
                engine.request_payout(&Call::by(&club.actor), input).await?;
            }
        }
        Ok(())
    }
}
