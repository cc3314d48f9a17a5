//! Ballots: opened with a frozen electorate, voted on in one of three forms, and closed with a computed result (R19, R21 to R23, R25).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::committee::{Capacity, Computation, Deadlines, Electorate, EnBloc, Motion, Verdict};
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{AgendaItemId, ApplicationId, BallotId, MotionId, PersonId};
use crate::meeting::attendance::seats_present;
use crate::problem::{Problem, Refusal};

/// A ballot on one motion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Its id.
    pub id: BallotId,
    /// Counts the changes.
    pub version: i64,
    /// What is voted on.
    pub motion: MotionId,
    /// The application that the motion is about.
    pub application: ApplicationId,
    /// How it is voted.
    pub form: BallotForm,
    /// Who may vote, by the rules of when it was opened.
    pub electorate: Electorate,
    /// Its place in a vote en bloc.
    pub en_bloc: Option<EnBloc>,
    /// The item of a meeting's agenda that it belongs to.
    pub agenda_item: Option<AgendaItemId>,
    /// The tally of a show of hands, if one was recorded instead of votes (R23).
    pub recorded_tally: Option<Tally>,
    /// Where it stands.
    pub state: BallotState,
    /// How the result came about; `None` while there is none.
    pub computation: Option<Computation>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
}

/// How is voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BallotForm {
    /// In a meeting, each member by device.
    Meeting,
    /// In a meeting, by a show of hands whose tally is recorded (R23).
    Recorded,
    /// In writing (Umlaufverfahren, R21).
    Circular(Deadlines),
}

/// How is voted, without the deadlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is the form of the same name")]
pub enum BallotFormKind {
    Meeting,
    Recorded,
    Circular,
}

impl BallotForm {
    /// A form of that kind: a vote in writing has both deadlines, the others have none (R21).
    pub fn new(
        kind: BallotFormKind,
        objections_until: Option<NaiveDate>,
        votes_until: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self, Refusal> {
        match (kind, objections_until, votes_until) {
            (BallotFormKind::Meeting, None, None) => Ok(Self::Meeting),
            (BallotFormKind::Recorded, None, None) => Ok(Self::Recorded),
            (BallotFormKind::Circular, Some(objections), Some(votes)) => Ok(Self::Circular(Deadlines::new(objections, votes, today)?)),
            (BallotFormKind::Circular, None, _) => Err(Problem::DeadlinesMisplaced.at("objectionsUntil").into()),
            (_, _, _) => Err(Problem::DeadlinesMisplaced.at("votesUntil").into()),
        }
    }

    /// What kind it is.
    #[must_use]
    pub const fn kind(self) -> BallotFormKind {
        match self {
            Self::Meeting => BallotFormKind::Meeting,
            Self::Recorded => BallotFormKind::Recorded,
            Self::Circular(_) => BallotFormKind::Circular,
        }
    }

    /// The form's name, in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Recorded => "recorded",
            Self::Circular(_) => "circular",
        }
    }

    /// The deadlines of a vote in writing.
    #[must_use]
    pub const fn deadlines(self) -> Option<Deadlines> {
        match self {
            Self::Circular(deadlines) => Some(deadlines),
            Self::Meeting | Self::Recorded => None,
        }
    }
}

/// Where a ballot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum BallotState {
    /// Votes are taken.
    Open,
    /// Closed, with the computed result.
    Closed {
        /// When.
        at: DateTime<Utc>,
        /// What was counted.
        tally: Tally,
        /// What follows from it.
        carried: bool,
    },
    /// Ended without a result, for too few were present (R17): the motion is pending again.
    Inquorate {
        /// When.
        at: DateTime<Utc>,
        /// What was counted.
        tally: Tally,
    },
    /// Ended without a result, for a member objected to the form: the motion is pending again, and goes to a meeting (R21), or is voted on
    /// by itself.
    Objected {
        /// When.
        at: DateTime<Utc>,
        /// Who objected.
        by: PersonId,
    },
}

impl BallotState {
    /// The state's name, in the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed { .. } => "closed",
            Self::Inquorate { .. } => "inquorate",
            Self::Objected { .. } => "objected",
        }
    }

    /// Whether it ended, and its motion can be voted on again.
    #[must_use]
    pub const fn is_without_result(&self) -> bool {
        matches!(self, Self::Inquorate { .. } | Self::Objected { .. })
    }

    /// When it ended.
    #[must_use]
    pub const fn ended_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Open => None,
            Self::Closed { at, .. } | Self::Inquorate { at, .. } | Self::Objected { at, .. } => Some(*at),
        }
    }

    /// What was counted at its end.
    #[must_use]
    pub const fn tally(&self) -> Option<Tally> {
        match self {
            Self::Closed { tally, .. } | Self::Inquorate { tally, .. } => Some(*tally),
            Self::Open | Self::Objected { .. } => None,
        }
    }
}

/// A person's vote for their seat. It can be changed until the ballot closes (R22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The ballot.
    pub ballot: BallotId,
    /// Who voted: the seat's member, or the substitute. A person has one seat in an electorate.
    pub member: PersonId,
    /// How they voted.
    pub choice: Choice,
    /// When they last did.
    pub cast_at: DateTime<Utc>,
}

/// What a member can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// For the motion.
    Yes,
    /// Against it.
    No,
    /// Neither; counts for the quorum only (R19).
    Abstain,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// For the motion.
    pub yes: u32,
    /// Against it.
    pub no: u32,
    /// Neither.
    pub abstained: u32,
    /// Seats that were excluded from this item (R16).
    pub excluded: u32,
}

impl Tally {
    /// How many took part: in writing, and where hands are counted, they are who is present (R17).
    #[must_use]
    pub const fn present(self) -> u32 {
        self.yes.saturating_add(self.no).saturating_add(self.abstained)
    }
}

/// What can be done with a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BallotAction {
    /// Vote, or vote otherwise.
    CastVote,
    /// Object to a vote in writing (R21).
    ObjectToCircularVote,
    /// Object to a vote en bloc.
    ObjectToEnBloc,
    /// Record the tally of a show of hands.
    RecordTally,
    /// Close it.
    Close,
}

impl Action for BallotAction {
    const ALL: &'static [Self] = &[Self::CastVote, Self::ObjectToCircularVote, Self::ObjectToEnBloc, Self::RecordTally, Self::Close];

    fn permission(self) -> Permission {
        match self {
            Self::CastVote => Permission::CastVote,
            Self::ObjectToCircularVote | Self::ObjectToEnBloc => Permission::ObjectToBallot,
            Self::RecordTally => Permission::RecordTally,
            Self::Close => Permission::CloseBallot,
        }
    }
}

/// A ballot with the votes cast on it so far: what the guard needs to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotBox {
    /// The ballot.
    pub ballot: Ballot,
    /// The votes, one a person.
    pub votes: Vec<Vote>,
    /// Who is there, for a ballot in a meeting whose attendance is recorded; without one, who takes part is present (R17).
    pub present: Option<Vec<PersonId>>,
    /// Today, in Europe/Berlin.
    pub today: NaiveDate,
}

impl Scoped for BallotBox {
    const READ: Permission = Permission::ReadBallots;

    fn scope(&self) -> Scope {
        Scope::everyone().about(self.ballot.application)
    }
}

impl Guarded for BallotBox {
    type Action = BallotAction;

    fn permits(&self, action: BallotAction, actor: &Actor) -> Result<(), Problem> {
        let ballot = &self.ballot;
        if ballot.state != BallotState::Open {
            return Err(Problem::wrong_state(ballot.state.name(), action));
        }
        let seat = actor.person.and_then(|person| ballot.electorate.seat_of(person));
        match action {
            BallotAction::CastVote | BallotAction::ObjectToCircularVote | BallotAction::ObjectToEnBloc if seat.is_none() => {
                Err(Problem::wrong_state("not in the electorate", action))
            }
            BallotAction::CastVote => self.takes_votes(actor),
            BallotAction::ObjectToCircularVote => match ballot.form.deadlines() {
                None => Err(Problem::NoCircularVote),
                Some(deadlines) if self.today > deadlines.objections_until => {
                    Err(Problem::TooLateToObject { until: deadlines.objections_until })
                }
                Some(_) => Ok(()),
            },
            BallotAction::ObjectToEnBloc if ballot.en_bloc.is_none() => Err(Problem::NotEnBloc),
            BallotAction::RecordTally if ballot.form.deadlines().is_some() => Err(Problem::NoTallyInWriting),
            BallotAction::RecordTally if !self.votes.is_empty() => Err(Problem::VotesAlreadyCast),
            BallotAction::Close => self.can_close(),
            BallotAction::ObjectToEnBloc | BallotAction::RecordTally => Ok(()),
        }
    }
}

impl BallotBox {
    /// Whether the actor's vote is taken now; they are in the electorate.
    fn takes_votes(&self, actor: &Actor) -> Result<(), Problem> {
        let ballot = &self.ballot;
        if ballot.recorded_tally.is_some() {
            return Err(Problem::TallyAlreadyRecorded);
        }
        if let (Some(present), Some(person)) = (&self.present, actor.person)
            && !present.contains(&person)
        {
            return Err(Problem::NotPresent);
        }
        if let Some(deadlines) = ballot.form.deadlines()
            && deadlines.are_over(self.today)
        {
            return Err(Problem::VoteIsOver { until: deadlines.votes_until });
        }
        match actor.person.and_then(|person| ballot.electorate.seat_of(person)) {
            Some((seat, Capacity::Substitute)) => {
                let member = seat.member.map(|member| member.person);
                let may_vote = seat.member.is_some_and(|member| !member.excluded);
                let is_present = |person| self.present.as_ref().is_some_and(|present| present.contains(&person));
                let has_voted = self.votes.iter().any(|vote| Some(vote.member) == member);
                if has_voted {
                    Err(Problem::MemberHasVoted)
                } else if may_vote && member.is_some_and(is_present) {
                    Err(Problem::MemberIsPresent)
                } else {
                    Ok(())
                }
            }
            _ => Ok(()),
        }
    }

    /// In writing: at its deadline, or when all have voted (R21); in a meeting: when anybody has.
    fn can_close(&self) -> Result<(), Problem> {
        match self.ballot.form.deadlines() {
            Some(deadlines) if deadlines.are_over(self.today) || self.is_complete() => Ok(()),
            Some(deadlines) => Err(Problem::NotAllHaveVoted { until: deadlines.votes_until }),
            None if self.ballot.recorded_tally.is_none() && self.votes_cast() == 0 => Err(Problem::NobodyVoted),
            None => Ok(()),
        }
    }

    /// How many seats have voted: all that anybody sees while the ballot is open (R25).
    #[must_use]
    pub fn votes_cast(&self) -> u32 {
        self.ballot.electorate.count(&self.votes).present()
    }

    /// Whether each seat that can vote has.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.votes_cast() == self.ballot.electorate.composition().voting() && self.votes_cast() > 0
    }

    /// For how many seats somebody is present, or has voted and left since; `None` where no attendance is recorded.
    #[must_use]
    pub fn seats_present(&self) -> Option<u32> {
        let voted = self.votes.iter().map(|vote| vote.member);
        let there = self.present.as_ref().map(|present| present.iter().copied().chain(voted).collect::<Vec<_>>());
        there.map(|there| seats_present(&self.ballot.electorate, &there))
    }

    /// Records the tally of a show of hands: of no more than are present, where that is recorded (R23).
    pub fn record_tally(self, yes: u32, no: u32, abstained: u32, excluded: Option<u32>) -> Result<Ballot, Refusal> {
        let present = self.seats_present();
        let ballot = self.ballot.record_tally(yes, no, abstained, excluded)?;
        match (present, ballot.recorded_tally) {
            (Some(present), Some(tally)) if tally.present() > present => Err(Problem::TallyAbovePresent { present }.at("yes").into()),
            _ => Ok(ballot),
        }
    }

    /// Closes the ballot and computes its result by the frozen rules (R17 to R19, R25). Without a quorum it ends without one.
    #[must_use]
    pub fn close(self, now: DateTime<Utc>) -> Ballot {
        let electorate = &self.ballot.electorate;
        let tally = self.ballot.recorded_tally.unwrap_or_else(|| electorate.count(&self.votes));
        // Whoever is there counts for the quorum, also who raises no hand.
        let present = self.seats_present().unwrap_or_default().max(tally.present());
        let chairs_vote = self.votes.iter().find(|vote| Some(vote.member) == electorate.chair).map(|vote| vote.choice);
        let computation = Computation::of(electorate, present, tally, chairs_vote);
        let state = match computation.verdict {
            Verdict::Inquorate => BallotState::Inquorate { at: now, tally },
            verdict => BallotState::Closed { at: now, tally, carried: verdict == Verdict::Carried },
        };
        Ballot { state, computation: Some(computation), ..self.ballot }
    }
}

impl Ballot {
    /// Opens the ballot on a motion.
    #[must_use]
    pub fn open(
        id: BallotId,
        motion: &Motion,
        form: BallotForm,
        electorate: Electorate,
        en_bloc: Option<EnBloc>,
        agenda_item: Option<AgendaItemId>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            version: 1,
            motion: motion.id,
            application: motion.application,
            form,
            electorate,
            en_bloc,
            agenda_item,
            recorded_tally: None,
            state: BallotState::Open,
            computation: None,
            opened_at: now,
        }
    }

    /// Records the tally of a show of hands (R23). It may be recorded again until the ballot closes. `excluded` says how many seats took no
    /// part because of a conflict of interest; it is checked against those whose recusal stands, and left out it is they.
    pub fn record_tally(self, yes: u32, no: u32, abstained: u32, excluded: Option<u32>) -> Result<Self, Refusal> {
        let composition = self.electorate.composition();
        let tally = Tally { yes, no, abstained, excluded: composition.excluded };
        let mut violations = Vec::new();
        if tally.present() > composition.voting() {
            violations.push(Problem::TallyAboveSeats { seats: composition.voting() }.at("yes"));
        }
        if tally.present() == 0 {
            violations.push(Problem::NobodyVoted.at("yes"));
        }
        if excluded.is_some_and(|excluded| excluded != composition.excluded) {
            violations.push(Problem::OthersExcluded { excluded: composition.excluded }.at("excluded"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Self { recorded_tally: Some(tally), ..self })
    }

    /// Ends it because a member objects to its form.
    #[must_use]
    pub fn objected(self, by: PersonId, now: DateTime<Utc>) -> Self {
        Self { state: BallotState::Objected { at: now, by }, ..self }
    }
}
