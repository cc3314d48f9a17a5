//! The steps in which an application is filled in: a few questions each.

use domain::application::{Application, ChangeRequest, Field, Form, State};
use domain::problem::{Refusal, Violation};

use crate::text::{Text, named};

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Applicant,
    Project,
    Cities,
    Objectives,
    Participants,
    Costs,
    Financing,
    Declarations,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Untouched,
    Incomplete,
    Done,
    /// Nothing is filled in, and nothing has to be.
    Optional,
}

impl Step {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 8] = [
        Self::Applicant,
        Self::Project,
        Self::Cities,
        Self::Objectives,
        Self::Participants,
        Self::Costs,
        Self::Financing,
        Self::Declarations,
    ];

    /// Its name in addresses.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Project => "project",
            Self::Cities => "cities",
            Self::Objectives => "objectives",
            Self::Participants => "participants",
            Self::Costs => "costs",
            Self::Financing => "financing",
            Self::Declarations => "declarations",
        }
    }

    /// The step of that name.
    pub(crate) fn of(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// The fields of the form that it asks for.
    pub(crate) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Applicant => &[],
            Self::Project => &[Field::Title, Field::Summary, Field::Measure, Field::PartnerOrganisation, Field::StartsOn, Field::EndsOn],
            Self::Cities => &[Field::Cities],
            Self::Objectives => &[Field::Objectives],
            Self::Participants => &[Field::Participants],
            Self::Costs => &[Field::CostLines],
            Self::Financing => &[Field::AmountRequested, Field::FinancingLines, Field::HardshipReason],
            Self::Declarations => &[Field::NotBegun],
        }
    }

    /// The step that asks for that field.
    pub(crate) fn asking(field: Field) -> Self {
        Self::ALL.into_iter().find(|step| step.fields().contains(&field)).unwrap_or(Self::Applicant)
    }

    /// What it is called.
    pub(crate) fn title(self, text: &Text) -> &'static str {
        named(text.steps.titles, self.slug())
    }

    /// The one after it.
    pub(crate) fn next(self) -> Option<Self> {
        let at = Self::ALL.iter().position(|step| *step == self)?;
        Self::ALL.get(at + 1).copied()
    }

    /// How far it is, with everything that keeps the application from being submitted.
    pub(crate) fn progress(self, form: &Form, violations: &[Violation]) -> Progress {
        let blank = Form::default();
        let touched = form.changed_from(&blank).iter().any(|field| self.fields().contains(field));
        let wrong = violations.iter().any(|violation| step_of(violation) == Some(self));
        match self {
            Self::Applicant => Progress::Done,
            Self::Participants if !touched && !wrong => Progress::Optional,
            _ if !touched && wrong => Progress::Untouched,
            _ if wrong => Progress::Incomplete,
            _ => Progress::Done,
        }
    }
}

/// The field of the form that a violation is about: the head of its path.
pub(crate) fn field_of(violation: &Violation) -> Option<Field> {
    let path = violation.field.as_deref()?;
    let head = path.split(['[', '.']).next().unwrap_or_default();
    Field::ALL.into_iter().find(|field| field.name() == head)
}

/// The step that a violation is mended in.
pub(crate) fn step_of(violation: &Violation) -> Option<Step> {
    field_of(violation).map(Step::asking)
}

/// What may be changed in an application: everything, or what was asked to be changed (R14). `None`: everything.
pub(crate) fn open_fields(application: &Application) -> Option<&[Field]> {
    change_request(application).map(|request| request.fields.as_slice())
}

/// The request for changes, if there is one.
pub(crate) const fn change_request(application: &Application) -> Option<&ChangeRequest> {
    match &application.state {
        State::ChangesRequested(request) => Some(request),
        _ => None,
    }
}

/// Which of a step's fields may be changed.
pub(crate) fn open_in(step: Step, application: &Application) -> Vec<Field> {
    let open = open_fields(application);
    step.fields().iter().copied().filter(|field| open.is_none_or(|open| open.contains(field))).collect()
}

/// The violations, each at the field of the page that can mend it: a page asks for objectives and cities by their names, not by their place.
pub(crate) fn placed(refusal: Refusal, form: &Form) -> Refusal {
    let place = |field: String| {
        if field.starts_with("cities[") {
            return "cities".to_owned();
        }
        let Some((index, rest)) = field.strip_prefix("objectives[").and_then(|rest| rest.split_once(']')) else { return field };
        match index.parse().ok().and_then(|index: usize| form.objectives.get(index)) {
            Some(claim) if rest == ".reason" => format!("reason-{}", claim.objective),
            _ => "objectives".to_owned(),
        }
    };
    let placed = refusal.0.into_iter().map(|violation| Violation { field: violation.field.map(place), ..violation });
    Refusal(placed.collect())
}

#[cfg(test)]
mod tests {
    use domain::application::ObjectiveClaim;
    use domain::problem::Problem;

    use super::*;

    #[test]
    fn every_field_of_the_form_is_asked_for_in_one_step() {
        for field in Field::ALL {
            let asking = Step::ALL.into_iter().filter(|step| step.fields().contains(&field)).count();
            assert_eq!(asking, 1, "{field:?}");
        }
        for step in Step::ALL {
            assert_eq!(Step::of(step.slug()), Some(step));
        }
    }

    #[test]
    fn what_is_wrong_is_placed_where_it_can_be_mended() {
        let claim = |objective: &str| ObjectiveClaim { objective: objective.to_owned(), reason: String::new() };
        let form = Form { objectives: vec![claim("europe"), claim("location")], ..Form::default() };
        let place = |field: &str| placed(Problem::Missing.at(field).into(), &form).0.remove(0).field.expect("a field");
        assert_eq!(place("objectives[1].reason"), "reason-location");
        assert_eq!((place("objectives[0]"), place("objectives[9].reason")), ("objectives".to_owned(), "objectives".to_owned()));
        assert_eq!((place("cities[2]"), place("costLines[2].text")), ("cities".to_owned(), "costLines[2].text".to_owned()));
        assert_eq!(step_of(&Problem::Missing.at("costLines[2].text")), Some(Step::Costs));
        assert_eq!(step_of(&Problem::Missing.at("participants.fromHere")), Some(Step::Participants));
        assert_eq!(step_of(&Problem::Missing.at("round")), None);
    }

    #[test]
    fn an_empty_form_is_untouched_and_a_half_filled_one_incomplete() {
        let missing = |field: &str| vec![Problem::Missing.at(field)];
        let blank = Form::default();
        assert_eq!(Step::Project.progress(&blank, &missing("title")), Progress::Untouched);
        let begun = Form { summary: Some("x".to_owned()), ..Form::default() };
        assert_eq!(Step::Project.progress(&begun, &missing("title")), Progress::Incomplete);
        assert_eq!(Step::Project.progress(&begun, &[]), Progress::Done);
        assert_eq!(Step::Participants.progress(&blank, &[]), Progress::Optional);
    }
}
