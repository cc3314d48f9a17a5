//! Handing an application in: checked once more, submitted, confirmed by a second person, received.

use domain::application::{ApplicationAction as Action, State};
use domain::ids::ApplicationId;
use domain::problem::{Refusal, Violation};
use engine::Error;
use maud::{Markup, html};

use crate::application::content::content;
use crate::application::step::{Step, change_request, placed, step_of};
use crate::application::{Case, to_overview};
use crate::component::{Tone, alert, link_button};
use crate::form::{Weight, form_once, said, submit};
use crate::page::{Sheet, go_to};
use crate::visit::{Answer, Visit};

/// Shows everything once more, with what still keeps it from being handed in.
pub(crate) async fn check(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    visit.permitted(Action::Submit, &case.application)?;
    if case.can(Action::ConfirmSubmission) {
        return confirmation(&visit, &case);
    }
    if !case.can(Action::SaveDraft) {
        return Ok(to_overview(&case));
    }
    let violations = visit.engine.check_application(&visit.actor, &case.application).await?;
    check_page(&visit, &case, &violations, false)
}

fn check_page(visit: &Visit, case: &Case, violations: &[Violation], tried: bool) -> Answer {
    let text = &visit.text().application;
    let joint = case.applicant.as_ref().is_some_and(|applicant| applicant.joint_representation);
    let words = if change_request(&case.application).is_some() { text.submit_changes } else { text.submit };
    let fields = html! {
        p { (text.submit_note) }
        @if joint { p { (text.submit_joint_note) } }
        div class="buttons" {
            (submit(Weight::Primary, words))
            (link_button(false, &case.path(), text.to_tasks))
        }
    };
    let form = form_once(visit, &format!("{}/check", case.path()), &fields)?;
    let content = html! {
        (findings(visit, case, violations, tried))
        (content(visit, &case.application, case.applicant.as_ref(), true))
        (form)
    };
    let title =
        if tried && !violations.is_empty() { format!("{} {}", visit.text().form.error, text.check.0) } else { text.check.0.to_owned() };
    let status = if tried { poem::http::StatusCode::UNPROCESSABLE_ENTITY } else { poem::http::StatusCode::OK };
    Ok(case.sheet(visit, text.check.0).titled(title).lead(text.check.1).status(status).show(visit, &content))
}

/// What is missing, each leading to the question that it is about; or that nothing is.
fn findings(visit: &Visit, case: &Case, violations: &[Violation], tried: bool) -> Markup {
    let text = &visit.text().application;
    if violations.is_empty() {
        return alert(Tone::Success, text.check_right.0, &html! { p class="kern-body" { (text.check_right.1) } });
    }
    let entry = |violation: &Violation| {
        let words = said(visit.text(), visit.language(), violation);
        let Some(step) = step_of(violation) else { return html! { (words) } };
        let at = placed(Refusal(vec![violation.clone()]), &case.application.form).0.pop().and_then(|violation| violation.field);
        let path = format!("{}/{}#{}", case.path(), step.slug(), at.unwrap_or_default());
        html! { (step.title(visit.text())) ": " a href=(path) { (words) } }
    };
    let mut ordered: Vec<&Violation> = violations.iter().collect();
    ordered.sort_by_key(|violation| step_of(violation).map(|step| Step::ALL.iter().position(|other| *other == step)));
    let list = html! { ul class="errors__list" { @for violation in ordered { li { (entry(violation)) } } } };
    if tried {
        return html! {
            div class="errors" id="errors" role="alert" tabindex="-1" aria-labelledby="errors-title" {
                h2 class="errors__title" id="errors-title" { (text.check_wrong.0) }
                (list)
            }
        };
    }
    alert(Tone::Warning, text.check_wrong.0, &html! { p class="kern-body" { (text.check_wrong.1) } (list) })
}

/// Hands it in: of two identical forms, one does.
pub(crate) async fn submit_application(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: ApplicationId = visit.id()?;
    match visit.engine.submit_application(&visit.call(), id).await {
        Ok(_) => Ok(go_to(&format!("/applications/{id}/submitted"))),
        Err(Error::Refused(refusal)) => {
            let case = Case::load(&visit).await?;
            // Somebody else handed it in meanwhile: then this is done.
            if !case.can(Action::SaveDraft) {
                return Ok(to_overview(&case));
            }
            check_page(&visit, &case, &refusal.0, true)
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows what was handed in, to the second person.
fn confirmation(visit: &Visit, case: &Case) -> Answer {
    let text = &visit.text().application;
    let fields = html! {
        p { (text.submit_note) }
        div class="buttons" { (submit(Weight::Primary, text.confirm_button)) (link_button(false, &case.path(), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/confirm", case.path()), &fields)?;
    let content = html! { (content(visit, &case.application, case.applicant.as_ref(), false)) (form) };
    Ok(case.sheet(visit, text.confirm.0).lead(text.confirm.1).show(visit, &content))
}

/// Confirms as the second person.
pub(crate) async fn confirm(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: ApplicationId = visit.id()?;
    match visit.engine.confirm_submission(&visit.call(), id).await {
        Ok(_) => Ok(go_to(&format!("/applications/{id}/submitted"))),
        Err(Error::Refused(refusal)) => {
            let case = Case::load(&visit).await?;
            let words: Vec<String> = refusal.0.iter().map(|violation| said(visit.text(), visit.language(), violation)).collect();
            let content = html! {
                (alert(Tone::Danger, visit.text().application.check_wrong.0, &html! { @for words in &words { p class="kern-body" { (words) } } }))
                div class="buttons" { (link_button(true, &case.path(), visit.text().application.back_link)) }
            };
            let sheet = case.sheet(&visit, visit.text().application.confirm.0).status(poem::http::StatusCode::UNPROCESSABLE_ENTITY);
            Ok(sheet.show(&visit, &content))
        }
        Err(error) => Err(error.into()),
    }
}

/// That it was received: its number, and what comes next.
pub(crate) async fn submitted(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    let text = &visit.text().application;
    if case.application.signed.is_some() {
        let content = html! {
            (alert(Tone::Info, text.signed.0, &html! { p class="kern-body" { (text.signed.1) } }))
            div class="buttons" { (link_button(true, "/desk", visit.text().desk.title)) }
        };
        return Ok(Sheet::new(case.title(&visit)).below("/desk", visit.text().desk.title).show(&visit, &content));
    }
    let Some(number) = case.application.number.as_deref().filter(|_| !matches!(case.application.state, State::Draft)) else {
        return Ok(to_overview(&case));
    };
    let content = html! {
        (alert(Tone::Success, text.submitted_number, &html! { p class="number" { (number) } }))
        section aria-labelledby="next" {
            h2 class="kern-heading-medium" id="next" { (text.submitted_next) }
            ol class="kern-list kern-list--number" { @for step in text.submitted_steps { li { (step) } } }
        }
        div class="buttons" {
            (link_button(true, "/desk", visit.text().desk.title))
            (link_button(false, &case.path(), text.back_link))
        }
    };
    Ok(Sheet::new(text.submitted).below("/desk", visit.text().desk.title).preline(case.preline(&visit)).show(&visit, &content))
}
