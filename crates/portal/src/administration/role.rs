//! A person and their roles: given for a time and ended, each with its reason.

use domain::event::SubjectKind;
use domain::identity::{Permission, Role, Scope, available_actions};
use domain::ids::{GrantId, PersonId};
use domain::language::Say as _;
use domain::problem::Problem;
use domain::role::{Grant, GrantAction, NewGrant};
use engine::Error;
use maud::{Markup, html};

use crate::administration::require;
use crate::component::{Column, Summary, Tone, alert, link_button, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, submit};
use crate::moment::day;
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

/// A person with their roles.
pub(crate) async fn show(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id = visit.id()?;
    page(&visit, id, &Errors::default()).await
}

async fn page(visit: &Visit, id: PersonId, errors: &Errors) -> Answer {
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().administration);
    let person = engine.person(actor, id).await?.ok_or(Error::NotFound)?;
    let grants = engine.roles_of(actor, id).await?;
    let done = match visit.field("done") {
        "introduced" => text.introduced,
        "granted" => text.granted,
        "ended" => text.end_done,
        _ => "",
    };
    let language = if person.language.code() == "de" { "Deutsch" } else { "English" };
    let is_own = actor.person == Some(id);
    let may_grant = actor.may(Permission::GrantRole, Scope::everyone());
    let content = html! {
        @if !done.is_empty() { (alert(Tone::Success, done, &html! {})) }
        (Summary::default().text(text.email, person.email.as_deref().unwrap_or_default()).text(text.language, language).render())
        section aria-labelledby="roles" {
            h2 class="kern-heading-medium" id="roles" { (text.roles) }
            @if grants.is_empty() { p { (text.roles_none) } } @else { (roles(visit, &grants)) }
        }
        @if may_grant && is_own { p { (text.not_own) } }
        @if may_grant && !is_own { (grant_form(visit, id, errors)?) }
        (crate::audit::trail(visit, SubjectKind::Person, &id.to_string()))
    };
    Ok(Sheet::new(person.name).below("/administration", text.people.0).show_with(visit, errors, &content))
}

fn roles(visit: &Visit, grants: &[Grant]) -> Markup {
    let (text, language) = (&visit.text().administration, visit.language());
    let row = |grant: &Grant| {
        let until = match (&grant.ended, grant.until) {
            (Some(ended), _) => (text.ended)(&day(ended.at, language)),
            (None, Some(until)) => until.say(language),
            (None, None) => String::new(),
        };
        let end = html! {
            @if available_actions(&visit.actor, grant).contains(&GrantAction::End) {
                (link_button(false, &format!("/administration/roles/{}/end", grant.id), text.end))
            }
        };
        let reason = grant.reason.clone().unwrap_or_else(|| text.console.to_owned());
        let role = named(text.role_names, grant.role.code());
        vec![html! { (role) }, html! { (grant.from.say(language)) }, html! { (until) }, html! { (reason) }, end]
    };
    let rows: Vec<Vec<Markup>> = grants.iter().map(row).collect();
    let columns =
        [Column::text(text.role), Column::text(text.from), Column::text(text.until), Column::text(text.reason), Column::text(text.end)];
    table(text.roles, &columns, &rows, None)
}

fn grant_form(visit: &Visit, person: PersonId, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().administration;
    let choices: Vec<Choice> = text.role_names.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
    let mut typed: Fields = visit.fields.clone();
    if typed.get("from-year").is_empty() && errors.is_empty() {
        typed.put_date("from", Some(visit.engine.today()));
    }
    let ask = Ask::new(visit, &typed, errors);
    let fields = html! {
        (ask.radios(&Question::new("role", text.role), &choices))
        (ask.date(&Question::new("from", text.from)))
        (ask.date(&Question::new("until", text.until).hint(text.until_hint).optional()))
        (ask.area(&Question::new("reason", text.reason), 3))
        div class="buttons" { (submit(Weight::Primary, text.grant_button)) }
    };
    Ok(html! {
        section aria-labelledby="grant" {
            h2 class="kern-heading-medium" id="grant" { (text.grant.0) }
            p { (text.grant.1) }
            (form_once(visit, &format!("/administration/people/{person}/roles"), &fields)?)
        }
    })
}

/// Gives a role.
pub(crate) async fn grant(visit: Visit) -> Answer {
    require(&visit, Permission::GrantRole)?;
    let person: PersonId = visit.id()?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let (from, until) = (reader.date("from"), reader.date("until"));
    let mut errors = reader.errors;
    let role = Role::ALL.into_iter().find(|role| role.code() == visit.field("role"));
    for (field, is_missing) in [("role", role.is_none()), ("from", from.is_none())] {
        if is_missing && !errors.has(field) {
            errors.join(Errors::of(&visit, Problem::Missing.at(field).into(), field));
        }
    }
    let (Some(role), Some(from), true) = (role, from, errors.is_empty()) else { return page(&visit, person, &errors).await };
    let new = NewGrant { person, role, from, until, reason: visit.field("reason").to_owned() };
    match visit.engine.grant_role(&visit.call(), new).await {
        Ok(_) => Ok(go_to(&format!("/administration/people/{person}?done=granted"))),
        Err(Error::Refused(refusal)) => page(&visit, person, &Errors::of(&visit, refusal, "role")).await,
        Err(error) => Err(error.into()),
    }
}

/// Asks why a role is to end.
pub(crate) async fn ask_end(visit: Visit) -> Answer {
    visit.signed_in()?;
    asked_end(&visit, &Errors::default()).await
}

async fn asked_end(visit: &Visit, errors: &Errors) -> Answer {
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().administration);
    let id: GrantId = visit.id()?;
    let grant = engine.role(actor, id).await?.ok_or(Error::NotFound)?;
    domain::identity::guard(actor, &grant, GrantAction::End).map_err(Error::from)?;
    let person = engine.person(actor, grant.person).await?.ok_or(Error::NotFound)?;
    let path = format!("/administration/people/{}", person.id);
    let fields = html! {
        (Ask::new(visit, &visit.fields, errors).area(&Question::new("reason", text.end_reason), 3))
        div class="buttons" { (submit(Weight::Primary, text.end)) a class="kern-link" href=(path) { (visit.text().form.cancel) } }
    };
    let content = form_once(visit, &format!("/administration/roles/{id}/end"), &fields)?;
    let title = format!("{}: {}", text.end, named(text.role_names, grant.role.code()));
    Ok(Sheet::new(title).below("/administration", text.people.0).below(path.clone(), person.name).show_with(visit, errors, &content))
}

/// Ends a role.
pub(crate) async fn end(visit: Visit) -> Answer {
    visit.signed_in()?;
    match visit.engine.end_role(&visit.call(), visit.id()?, visit.field("reason").to_owned()).await {
        Ok(person) => Ok(go_to(&format!("/administration/people/{person}?done=ended"))),
        Err(Error::Refused(refusal)) => asked_end(&visit, &Errors::of(&visit, refusal, "reason")).await,
        Err(error) => Err(error.into()),
    }
}
