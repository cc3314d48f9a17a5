//! Where an application stands, in plain words: what it is, what comes next, and until when.

use chrono::NaiveDate;
use domain::application::{Application, State};
use domain::award::{Appeal, AwardOn, AwardState};
use domain::language::{Language, Say as _};
use domain::round::Round;
use maud::{Markup, html};

use crate::component::{Icon, Tone, badge, icon};
use crate::text::{Text, named};

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Its name in the texts.
    pub(crate) code: &'static str,
    /// What comes next.
    pub(crate) next: String,
    /// Why, where somebody gave a reason.
    pub(crate) reason: Option<String>,
    /// Whether something is to be done by those who apply.
    pub(crate) waits_for_applicant: bool,
}

impl Standing {
    /// Of an application to that round, with its award.
    pub(crate) fn of(
        application: &Application,
        round: &Round,
        award: Option<&AwardOn>,
        today: NaiveDate,
        text: &Text,
        language: Language,
    ) -> Self {
        let states = &text.states;
        let plain = |code, next: &str| Self { code, next: next.to_owned(), reason: None, waits_for_applicant: false };
        let waits = |standing: Self| Self { waits_for_applicant: true, ..standing };
        let because =
            |standing: Self, reason: &str| Self { reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()), ..standing };
        match &application.state {
            State::Draft if application.signed.is_some() => waits(plain("signed", states.next_signed)),
            State::Draft => {
                let days = (round.deadline - today).num_days();
                if days < 0 && application.late_permit.is_none() {
                    return plain("draft", &(states.next_draft_over)(&round.deadline.say(language)));
                }
                waits(plain("draft", &(states.next_draft)(&round.deadline.say(language), &days.max(0).to_string())))
            }
            State::Submitted => plain("submitted", states.next_submitted),
            State::ChangesRequested(request) => {
                let said = if today > request.due { states.next_changes_over } else { states.next_changes };
                waits(plain("changes-requested", &said(&request.due.say(language))))
            }
            State::Admitted => plain("admitted", states.next_admitted),
            State::Refused { reason } => because(plain("refused", states.next_none), reason),
            State::Withdrawn => plain("withdrawn", states.next_none),
            State::Rejected { .. } => plain("rejected", states.next_none),
            State::Waiting { .. } => plain("waiting", states.next_waiting),
            State::Awarded { .. } => match award {
                None => plain("granted", states.next_granted),
                Some(award) => Self::of_award(award, text, language),
            },
        }
    }

    fn of_award(on: &AwardOn, text: &Text, language: Language) -> Self {
        let states = &text.states;
        let plain = |code, next: &str| Self { code, next: next.to_owned(), reason: None, waits_for_applicant: false };
        let award = &on.award;
        match &award.state {
            AwardState::Granted => plain("granted", states.next_granted),
            AwardState::Notified(notification) => {
                let said = if on.today > notification.accept_by { states.next_notified_over } else { states.next_notified };
                Self { waits_for_applicant: true, ..plain("notified", &said(&notification.accept_by.say(language))) }
            }
            AwardState::Accepted(_) if !award.open().is_positive() => plain("paid", states.next_paid),
            AwardState::Accepted(notification) => match notification.final_from() {
                None => plain("accepted", states.next_objected),
                Some(day) if on.today < day && notification.appeal == Appeal::Running => {
                    plain("accepted", &(states.next_accepted)(&day.say(language)))
                }
                Some(_) => {
                    let left = on.payable - on.requested;
                    if left.is_positive() {
                        plain("accepted", &(states.next_payable)(&left.say(language)))
                    } else {
                        plain("accepted", states.next_submitted)
                    }
                }
            },
            AwardState::Declined { reason } => Self { reason: reason.clone(), ..plain("declined", states.next_none) },
            AwardState::Revoked { reason } => Self { reason: Some(reason.clone()), ..plain("revoked", states.next_none) },
        }
    }

    /// How it is meant.
    pub(crate) fn tone(&self) -> Tone {
        match self.code {
            "granted" | "accepted" | "paid" => Tone::Success,
            "notified" | "changes-requested" | "signed" => Tone::Warning,
            "refused" | "rejected" | "revoked" => Tone::Danger,
            _ => Tone::Info,
        }
    }

    /// Its name, as a badge.
    pub(crate) fn badge(&self, text: &Text) -> Markup {
        badge(self.tone(), named(text.states.names, self.code))
    }

    /// What it is and what comes next, in sentences.
    pub(crate) fn render(&self, text: &Text) -> Markup {
        html! {
            p { (named(text.states.said, self.code)) }
            @if let Some(reason) = &self.reason { p { strong { (text.states.reason) ": " } span class="typed" { (reason) } } }
            p class="next" { (icon(Icon::Forward)) span { strong { (text.states.next) ": " } (self.next) } }
        }
    }
}
