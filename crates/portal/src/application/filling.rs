//! Filling an application in, step by step. What is typed is saved at each step, complete or not, and never lost.

use domain::application::{ApplicationAction as Action, Field};
use domain::problem::{Problem, Refusal};
use engine::{Error, SaveDraft};
use maud::{Markup, html};
use poem::Response;

use crate::application::answers::{read, typed, without_empty_rows};
use crate::application::content::{applicant_facts, step_content};
use crate::application::questions::{Setting, questions};
use crate::application::step::{Step, open_in, placed, step_of};
use crate::application::{Case, to_overview, wish};
use crate::component::{Tone, alert, link_button};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Errors, Weight, form_once, submit_to};
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

/// The most empty rows below those that are filled.
const MOST_BLANK_ROWS: usize = 10;

/// What is said above the questions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notice {
    /// Nothing.
    None,
    /// Somebody else saved in between.
    ChangedMeanwhile,
    /// It was saved, but something is missing.
    Saved,
}

fn step(visit: &Visit) -> Result<Step, Failure> {
    Step::of(visit.parameter("step")).ok_or_else(|| Error::NotFound.into())
}

/// Shows a step's questions.
pub(crate) async fn show(visit: Visit) -> Answer {
    let step = step(&visit)?;
    let case = Case::load(&visit).await?;
    visit.permitted(Action::SaveDraft, &case.application)?;
    let open = open_in(step, &case.application);
    if !case.can(Action::SaveDraft) || (open.is_empty() && step != Step::Applicant) {
        return Ok(to_overview(&case));
    }
    if step == Step::Applicant {
        return Ok(applicant_page(&visit, &case));
    }
    let blank_rows = visit.field("more").parse().unwrap_or_default();
    let typed = typed(&case.application.form);
    page(&visit, &case, step, &open, &typed, &Errors::default(), Notice::None, blank_rows)
}

/// Who applies: to look at, and to be corrected elsewhere.
fn applicant_page(visit: &Visit, case: &Case) -> Response {
    let text = visit.text();
    let next = format!("{}/{}", case.path(), Step::Applicant.next().unwrap_or(Step::Project).slug());
    let id = case.application.applicant;
    let content = html! {
        @if let Some(applicant) = &case.applicant { (applicant_facts(visit, applicant)) }
        div class="buttons" {
            (link_button(true, &next, text.steps.applicant_right))
            (link_button(false, &format!("/applicants/{id}/edit"), text.steps.applicant_wrong))
        }
    };
    sheet(visit, case, Step::Applicant).show(visit, &content)
}

fn sheet(visit: &Visit, case: &Case, step: Step) -> Sheet {
    let text = visit.text();
    let number = Step::ALL.iter().position(|other| *other == step).map_or(1, |at| at + 1);
    let of = (text.application.step_of)(&number.to_string(), &Step::ALL.len().to_string());
    Sheet::new(step.title(text))
        .below("/desk", text.desk.title)
        .below(case.path(), case.title(visit))
        .preline(of)
        .lead(named(text.steps.leads, step.slug()))
        .step(number, Step::ALL.len())
}

fn page(
    visit: &Visit,
    case: &Case,
    step: Step,
    open: &[Field],
    typed: &Fields,
    errors: &Errors,
    notice: Notice,
    blank_rows: usize,
) -> Answer {
    let text = &visit.text().application;
    let setting = Setting {
        fund: visit.engine.fund(),
        round: crate::application::round_of(case),
        form: &case.application.form,
        language: visit.language(),
        blank_rows: blank_rows.min(MOST_BLANK_ROWS),
    };
    let ask = Ask::new(visit, typed, errors);
    let fields = html! {
        input type="hidden" name="version" value=(case.application.version);
        // Who presses Enter in a field goes on; the first button of a form is what Enter presses.
        button class="unseen" type="submit" name="do" value="next" tabindex="-1" aria-hidden="true" {}
        (questions(step, open, &ask, &setting))
        div class="buttons" {
            (submit_to(Weight::Primary, "next", None, &html! { (text.save_next) }))
            (submit_to(Weight::Secondary, "save", None, &html! { (text.save) }))
        }
    };
    let action = format!("{}/{}", case.path(), step.slug());
    let wide = if matches!(step, Step::Costs | Step::Financing) { "wide" } else { "" };
    let form = form_once(visit, &action, &fields)?;
    let content = html! {
        @match notice {
            Notice::None => {}
            Notice::ChangedMeanwhile => {
                (alert(Tone::Warning, text.changed_meanwhile.0, &html! {
                    p class="kern-body" { (text.changed_meanwhile.1) }
                    p class="kern-body" { strong { (text.changed_stored) } }
                    (step_content(visit, step, &case.application, case.applicant.as_ref()))
                }))
            }
            Notice::Saved => (alert(Tone::Success, visit.text().applicant.corrected, &html! {})),
        }
        (wish(visit, case))
        p class="kern-body--muted" { (text.optional_note) }
        div class=(wide) { (with_class(&form, wide)) }
        p { a class="kern-link" href=(case.path()) { (text.to_tasks) } }
    };
    Ok(sheet(visit, case, step).show_with(visit, errors, &content))
}

/// Forms with rows are as wide as the page.
fn with_class(form: &Markup, class: &str) -> Markup {
    if class.is_empty() {
        return form.clone();
    }
    maud::PreEscaped(form.0.replacen("<form ", "<form class=\"wide\" ", 1))
}

/// What a button of a step asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed<'a> {
    /// Save, and on to the next step if nothing is missing.
    Next,
    /// Save, whatever is missing.
    Save,
    /// Save, and show one more empty row.
    Add,
    /// Save without that row.
    Remove(&'a str, usize),
}

impl<'a> Deed<'a> {
    fn of(button: &'a str) -> Self {
        let row = |rest: &str| rest.parse().ok();
        if let Some(row) = button.strip_prefix("remove-cost-").and_then(row) {
            return Self::Remove("costLines", row);
        }
        if let Some(row) = button.strip_prefix("remove-financing-").and_then(row) {
            return Self::Remove("financingLines", row);
        }
        match button {
            "save" => Self::Save,
            "add-cost" | "add-financing" => Self::Add,
            _ => Self::Next,
        }
    }
}

/// Saves what was typed in a step.
pub(crate) async fn save(visit: Visit) -> Answer {
    let step = step(&visit)?;
    let case = Case::load(&visit).await?;
    visit.permitted(Action::SaveDraft, &case.application)?;
    let open = open_in(step, &case.application);
    let deed = Deed::of(visit.field("do"));
    let removed = if let Deed::Remove(list, row) = deed { Some((list, row)) } else { None };
    let typed = without_empty_rows(&visit.fields, removed);
    let (form, errors) = read(step, &open, &typed, visit.engine.fund(), case.application.form.clone(), visit.text());
    if !errors.is_empty() {
        return page(&visit, &case, step, &open, &typed, &errors, Notice::None, 0);
    }
    let expected_version = visit.field("version").parse().ok();
    let input = SaveDraft { application: case.application.id, expected_version, form: form.clone() };
    match visit.engine.save_draft(&visit.call(), input).await {
        Ok(_) => saved(&visit, step, deed).await,
        Err(Error::Conflict) => changed_meanwhile(&visit, step, &typed).await,
        Err(Error::Refused(refusal)) if is_over(&refusal) => Ok(not_saved(&visit, &case)),
        Err(Error::Refused(refusal)) => {
            let errors = Errors::of(&visit, placed(refusal, &form), step.slug());
            page(&visit, &case, step, &open, &typed, &errors, Notice::None, 0)
        }
        Err(error) => Err(error.into()),
    }
}

/// It is no draft any more.
fn is_over(refusal: &Refusal) -> bool {
    refusal.0.iter().any(|violation| matches!(violation.problem, Problem::WrongState { .. } | Problem::FieldNotOpen))
}

async fn saved(visit: &Visit, step: Step, deed: Deed<'_>) -> Answer {
    let case = Case::load(visit).await?;
    let own = format!("{}/{}", case.path(), step.slug());
    match deed {
        Deed::Save => return Ok(go_to(&format!("{}?saved=yes", case.path()))),
        Deed::Add => {
            let list = if step == Step::Costs { "costLines" } else { "financingLines" };
            let rows = typed(&case.application.form).rows(list);
            let (part, more) = (if step == Step::Costs { "category" } else { "source" }, if rows == 0 { 2 } else { 1 });
            return Ok(go_to(&format!("{own}?more={more}#{list}[{rows}].{part}")));
        }
        Deed::Remove(list, _) => return Ok(go_to(&format!("{own}#{list}"))),
        Deed::Next => {}
    }
    let open = open_in(step, &case.application);
    let mut violations = visit.engine.check_application(&visit.actor, &case.application).await?;
    violations.retain(|violation| step_of(violation) == Some(step));
    if !violations.is_empty() {
        let form = &case.application.form;
        let errors = Errors::of(visit, placed(Refusal(violations), form), step.slug());
        return page(visit, &case, step, &open, &typed(form), &errors, Notice::Saved, 0);
    }
    let mut next = step.next();
    while let Some(step) = next {
        if !open_in(step, &case.application).is_empty() {
            return Ok(go_to(&format!("{}/{}", case.path(), step.slug())));
        }
        next = step.next();
    }
    Ok(go_to(&format!("{}/check", case.path())))
}

/// Somebody else saved in between: what was typed stands beside what is stored, and the next save is meant.
async fn changed_meanwhile(visit: &Visit, step: Step, typed: &Fields) -> Answer {
    let case = Case::load(visit).await?;
    if !case.can(Action::SaveDraft) {
        return Ok(not_saved(visit, &case));
    }
    let open = open_in(step, &case.application);
    let mut response = page(visit, &case, step, &open, typed, &Errors::default(), Notice::ChangedMeanwhile, 0)?;
    response.set_status(poem::http::StatusCode::CONFLICT);
    Ok(response)
}

/// It was handed in, or withdrawn, in between: nothing can be saved, and what was typed is shown to be copied.
fn not_saved(visit: &Visit, case: &Case) -> Response {
    let text = &visit.text().application;
    let texts = visit.fields.iter().filter(|(name, value)| !["form-token", "key", "version", "do"].contains(name) && value.len() > 2);
    let content = html! {
        div class="panel" { @for (_, value) in texts { p class="typed" { (value) } } }
        div class="buttons" { (link_button(true, &case.path(), text.back_link)) }
    };
    let sheet = Sheet::new(text.cannot_save.0).below("/desk", visit.text().desk.title).below(case.path(), case.title(visit));
    sheet.lead(text.cannot_save.1).status(poem::http::StatusCode::CONFLICT).show(visit, &content)
}
