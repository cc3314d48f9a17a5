//! How a result came about, step by step and in words. It is kept with the ballot and never computed again: whoever asks years later reads
//! what was counted then, by the rules of then (R25).

use serde::{Deserialize, Serialize};

use crate::committee::{Choice, Composition, Electorate, QuorumBasis, Tally};
use crate::language::Language;

/// What was computed, and from what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Computation {
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// What came out.
    pub verdict: Verdict,
}

/// What comes out of a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There were too few: nothing is decided (R17, R18).
    Inquorate,
    /// Carried: more yes than no (R19).
    Carried,
    /// Not carried; a tie is a rejection (R19).
    NotCarried,
}

/// One step of the computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// How the committee is composed on this item.
    Composition(Composition),
    /// How many must be present.
    Quorum {
        /// Why.
        basis: QuorumBasis,
        /// Of how many seats that can vote.
        voting: u32,
        /// How many must be.
        needed: u32,
    },
    /// How many were present; in writing, how many voted or abstained.
    Present {
        /// How many.
        present: u32,
    },
    /// What was counted.
    Votes {
        /// For the motion.
        yes: u32,
        /// Against it.
        no: u32,
        /// Neither.
        abstained: u32,
    },
    /// A tie, and the chair's vote decides it (R19).
    CastingVote {
        /// How the chair voted.
        choice: Choice,
    },
    /// What came out.
    Verdict {
        /// It.
        verdict: Verdict,
    },
}

impl Computation {
    /// Computes the result of a tally by the rules that were frozen with the electorate (R17 to R19). `present` is how many voting members
    /// were; in writing, and where only hands were counted, it is who voted or abstained. `chair` is the chair's own vote.
    #[must_use]
    pub fn of(electorate: &Electorate, present: u32, tally: Tally, chair: Option<Choice>) -> Self {
        Self::compute(electorate.composition(), electorate.rules.casting_vote_of_chair, present, tally, chair)
    }

    /// As [`Computation::of`], for a composition.
    #[must_use]
    pub fn compute(composition: Composition, casting_vote_of_chair: bool, present: u32, tally: Tally, chair: Option<Choice>) -> Self {
        let quorum = composition.quorum();
        let Tally { yes, no, abstained, .. } = tally;
        let mut steps = vec![
            Step::Composition(composition),
            Step::Quorum { basis: quorum.basis, voting: quorum.voting, needed: quorum.needed },
            Step::Present { present },
        ];
        let verdict = if quorum.is_reached_by(present) {
            steps.push(Step::Votes { yes, no, abstained });
            let casting = chair.filter(|choice| casting_vote_of_chair && yes == no && *choice != Choice::Abstain);
            steps.extend(casting.map(|choice| Step::CastingVote { choice }));
            if yes > no || casting == Some(Choice::Yes) { Verdict::Carried } else { Verdict::NotCarried }
        } else {
            Verdict::Inquorate
        };
        steps.push(Step::Verdict { verdict });
        Self { steps, verdict }
    }

    /// The whole computation in words: "11 seats, 1 empty, 1 excluded; more than half of 9 is 5; present 8; 6 yes, 2 no, 0 abstained;
    /// carried".
    #[must_use]
    pub fn in_words(&self, language: Language) -> String {
        self.steps.iter().map(|step| step.in_words(language)).collect::<Vec<_>>().join("; ")
    }
}

impl Step {
    /// The step in words.
    #[must_use]
    pub fn in_words(&self, language: Language) -> String {
        let de = language == Language::De;
        match *self {
            Self::Composition(Composition { seats, empty, excluded }) if de => {
                format!("{seats} {}, {empty} leer, {excluded} ausgeschlossen", if seats == 1 { "Sitz" } else { "Sitze" })
            }
            Self::Composition(Composition { seats, empty, excluded }) => {
                format!("{seats} {}, {empty} empty, {excluded} excluded", if seats == 1 { "seat" } else { "seats" })
            }
            Self::Quorum { basis: QuorumBasis::ThreeSuffice, .. } if de => {
                "mehr als die Hälfte ist ausgeschlossen, also genügen 3".to_owned()
            }
            Self::Quorum { basis: QuorumBasis::ThreeSuffice, .. } => "more than half are excluded, so 3 suffice".to_owned(),
            Self::Quorum { voting, needed, .. } if needed > voting / 2 + 1 => {
                let half = voting / 2 + 1;
                if de {
                    format!("mehr als die Hälfte von {voting} ist {half}, mindestens aber {needed}")
                } else {
                    format!("more than half of {voting} is {half}, but at least {needed}")
                }
            }
            Self::Quorum { voting, needed, .. } if de => format!("mehr als die Hälfte von {voting} ist {needed}"),
            Self::Quorum { voting, needed, .. } => format!("more than half of {voting} is {needed}"),
            Self::Present { present } if de => format!("anwesend {present}"),
            Self::Present { present } => format!("present {present}"),
            Self::Votes { yes, no, abstained } if de => {
                format!("{yes} ja, {no} nein, {abstained} {}", if abstained == 1 { "Enthaltung" } else { "Enthaltungen" })
            }
            Self::Votes { yes, no, abstained } => format!("{yes} yes, {no} no, {abstained} abstained"),
            Self::CastingVote { choice } => match (choice, de) {
                (Choice::Yes, true) => "Stimmengleichheit, die Stimme des Vorsitzes entscheidet: ja",
                (_, true) => "Stimmengleichheit, die Stimme des Vorsitzes entscheidet: nein",
                (Choice::Yes, false) => "a tie, decided by the chair's vote: yes",
                (_, false) => "a tie, decided by the chair's vote: no",
            }
            .to_owned(),
            Self::Verdict { verdict } => match (verdict, de) {
                (Verdict::Inquorate, true) => "nicht beschlussfähig",
                (Verdict::Carried, true) => "angenommen",
                (Verdict::NotCarried, true) => "abgelehnt",
                (Verdict::Inquorate, false) => "no quorum",
                (Verdict::Carried, false) => "carried",
                (Verdict::NotCarried, false) => "not carried",
            }
            .to_owned(),
        }
    }
}
