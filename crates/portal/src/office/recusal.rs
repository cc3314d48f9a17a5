//! Who is excluded from an application (R16), as the office records it.

use domain::application::ApplicationAction as Action;
use domain::ids::ApplicationId;
use engine::{Error, RecordRecusal};
use maud::html;

use crate::component::{Tone, alert, badge, link_button, paragraphs};
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Weight, form_once, submit};
use crate::moment;
use crate::office::application::path;
use crate::office::{done, enter, names, number, sheet, title};
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// Who is excluded, who may be, and a form to record it.
pub(crate) async fn list(visit: Visit) -> Answer {
    page(&visit, &Errors::default()).await
}

async fn page(visit: &Visit, errors: &Errors) -> Answer {
    enter(visit)?;
    let id: ApplicationId = visit.id()?;
    let text = &visit.text().case_file;
    let application = visit.engine.application(&visit.actor, id).await?.ok_or(Error::NotFound)?;
    let exclusions = visit.engine.exclusions(&visit.actor, &application).await?;
    let can = visit.engine.application_actions(&visit.actor, &application).await?.contains(&Action::RecordRecusal);
    let persons = exclusions.recusals.iter().map(|recusal| recusal.person).chain(exclusions.seats.iter().map(|held| held.person));
    let names = names(visit, persons.chain(exclusions.proposed.iter().copied()).collect()).await?;
    let name = |person| names.get(&person).map(String::as_str).unwrap_or_default();
    let stands = |person| exclusions.recusals.iter().any(|recusal| recusal.person == person && recusal.stands());
    let mut choices: Vec<Choice> = (exclusions.seats.iter())
        .filter(|held| !stands(held.person))
        .map(|held| (held.person.to_string(), name(held.person).to_owned()))
        .collect();
    choices.sort_by(|a, b| a.1.cmp(&b.1));
    let mut typed = Fields::default();
    let proposed = exclusions.proposed.first().map(ToString::to_string).unwrap_or_default();
    typed.put("personId", if visit.field("personId").is_empty() { proposed.as_str() } else { visit.field("personId") });
    typed.put("reason", visit.field("reason"));
    let ask = Ask::new(visit, &typed, errors);
    let fields = html! {
        (ask.select(&Question::new("personId", text.recusal_person), visit.text().form.choose, &choices))
        (ask.area(&Question::new("reason", text.recusal_reason).optional(), 3))
        div class="buttons" { (submit(Weight::Primary, text.recusal_button)) (link_button(false, &path(id), visit.text().form.cancel)) }
    };
    let content = html! {
        (done(visit))
        @if exclusions.recusals.is_empty() { p { (text.recusals_none) } }
        ul class="things" {
            @for recusal in &exclusions.recusals {
                li {
                    div {
                        strong { (name(recusal.person)) }
                        p class="meta" { span { (moment::day(recusal.at, visit.language())) } }
                        @if let Some(reason) = &recusal.reason { p { (paragraphs(reason)) } }
                    }
                    (badge(Tone::Info, named(text.recusal_states, recusal.state.name())))
                }
            }
        }
        @if !exclusions.proposed.is_empty() {
            (alert(Tone::Warning, text.recusal_proposed.0, &html! {
                p class="kern-body" { (text.recusal_proposed.1) }
                ul { @for person in &exclusions.proposed { li { (name(*person)) } } }
            }))
        }
        @if can {
            section aria-labelledby="record" {
                h2 class="kern-heading-medium" id="record" { (text.recusal_record) }
                (form_once(visit, &format!("{}/recusals", path(id)), &fields)?)
            }
        }
    };
    let sheet = sheet(visit, text.recusals.0)
        .below("/office/applications", visit.text().inbox.title)
        .below(path(id), title(visit, &application))
        .preline(number(visit, &application));
    Ok(sheet.lead(text.recusals.1).show_with(visit, errors, &content))
}

/// Records it. The person is told.
pub(crate) async fn record(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: ApplicationId = visit.id()?;
    if visit.field("personId").is_empty() {
        return page(&visit, &Errors::missing(&visit, "personId")).await;
    }
    let reason = Some(visit.field("reason").to_owned()).filter(|reason| !reason.trim().is_empty());
    let input = RecordRecusal { application: id, person: visit.id_in("personId")?, reason };
    let oneself = visit.actor.person == Some(input.person);
    match visit.engine.record_recusal(&visit.call(), input).await {
        // Who records that of themselves sees the application no more.
        Ok(_) if oneself => Ok(go_to("/office/applications?done=recused")),
        Ok(_) => Ok(go_to(&format!("{}/recusals?done=recused", path(id)))),
        Err(Error::Refused(refused)) => page(&visit, &Errors::of(&visit, refused, "personId")).await,
        Err(error) => Err(error.into()),
    }
}
