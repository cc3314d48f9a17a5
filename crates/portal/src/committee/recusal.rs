//! A conflict of interest of one's own (R16): declared on a page of its own, since from then on the application is gone.

use domain::application::ApplicationAction;
use domain::identity::{Action as _, Scoped as _};
use domain::ids::ApplicationId;
use engine::{DeclareRecusal, Error};
use maud::html;

use crate::component::{Tone, alert, link_button};
use crate::form::{Ask, Errors, Question, Weight, form_once, submit};
use crate::page::{Sheet, go_to};
use crate::visit::{Answer, Visit};

/// Asks whether somebody has a conflict of interest.
pub(crate) async fn ask(visit: Visit) -> Answer {
    visit.signed_in()?;
    asked(&visit, &Errors::default()).await
}

async fn asked(visit: &Visit, errors: &Errors) -> Answer {
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().ballots);
    let application = engine.application(actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    if !actor.may(ApplicationAction::DeclareRecusal.permission(), application.scope()) {
        return Err(Error::Forbidden.into());
    }
    let applicant = engine.applicant(actor, application.applicant).await?.map(|applicant| applicant.name).unwrap_or_default();
    let number = application.number.as_deref().unwrap_or_default();
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.area(&Question::new("reason", text.recusal_reason).hint(text.recusal_reason_hint).optional(), 3))
        (ask.declaration(&Question::new("confirmed", text.recusal_confirm)))
        div class="buttons" { (submit(Weight::Primary, text.recusal_button)) a class="kern-link" href="/desk" { (visit.text().form.cancel) } }
    };
    let about = (text.recusal_about)(number, application.form.title.as_deref().unwrap_or_default(), &applicant);
    let content = html! {
        p class="kern-body kern-body--bold" { (about) }
        (form_once(visit, &format!("/committee/applications/{}/recusal", application.id), &fields)?)
    };
    Ok(Sheet::new(text.recusal.0).lead(text.recusal.1).below("/desk", visit.text().frame.desk).show_with(visit, errors, &content))
}

/// Takes the declaration. The application is gone for this person, so what follows is a page without it.
pub(crate) async fn declare(visit: Visit) -> Answer {
    visit.signed_in()?;
    let application: ApplicationId = visit.id()?;
    if visit.field("confirmed") != "yes" {
        let errors = Errors::missing(&visit, "confirmed");
        return asked(&visit, &errors).await;
    }
    let reason = Some(visit.field("reason").to_owned()).filter(|reason| !reason.trim().is_empty());
    match visit.engine.declare_recusal(&visit.call(), DeclareRecusal { application, reason }).await {
        Ok(_) => Ok(go_to("/committee/recusal")),
        Err(Error::Refused(refusal)) => asked(&visit, &Errors::of(&visit, refusal, "reason")).await,
        Err(error) => Err(error.into()),
    }
}

/// Says that it is recorded.
pub(crate) async fn declared(visit: Visit) -> Answer {
    visit.signed_in()?;
    let text = &visit.text().ballots;
    let content = html! {
        (alert(Tone::Success, text.recusal_done.0, &html! { p class="kern-body" { (text.recusal_done.1) } }))
        div class="buttons" { (link_button(true, "/desk", visit.text().frame.desk)) }
    };
    Ok(Sheet::new(text.recusal_done.0).show(&visit, &content))
}
