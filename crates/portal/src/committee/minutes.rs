//! Minutes: read as far as one may, signed with the hash of what was read, corrected by addenda (R24).

use domain::event::SubjectKind;
use domain::identity::available_actions;
use domain::ids::{AgendaItemId, MinutesId, PersonId};
use domain::language::Say as _;
use domain::minutes::{Content, MinutesAction, Signatory};
use engine::{AddAddendum, Error, MinutesView, SignMinutes};
use maud::{Markup, html};

use crate::audit::trail;
use crate::component::{Summary, Tone, alert, badge, paragraphs};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Weight, form_once, submit};
use crate::moment::{day, time};
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

/// Minutes, to read.
pub(crate) async fn show(visit: Visit) -> Answer {
    visit.signed_in()?;
    page(&visit, &Errors::default()).await
}

async fn page(visit: &Visit, errors: &Errors) -> Answer {
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().minutes);
    let view = engine.minutes(actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    let begins_at = match &view.content {
        Some(content) => content.begins_at,
        None => engine.meeting(actor, view.minutes.meeting).await?.ok_or(Error::NotFound)?.meeting.begins_at,
    };
    let actions = available_actions(actor, &view.minutes);
    let done = match visit.field("done") {
        "signed" => text.signed_now,
        "added" => text.addendum_done,
        _ => "",
    };
    let content = html! {
        @if !done.is_empty() { (alert(Tone::Success, done, &html! {})) }
        (signatures(visit, &view))
        @match &view.content {
            None => (alert(Tone::Info, text.not_yet.0, &html! { p class="kern-body" { (text.not_yet.1) } })),
            Some(content) => {
                (wording(visit, &view, content))
                @if actions.contains(&MinutesAction::Sign) { (sign_form(visit, &view, errors)?) }
                (addenda(visit, &view).await?)
                @if actions.contains(&MinutesAction::AddAddendum) { (addendum_form(visit, &view, content, errors)?) }
            }
        }
        (trail(visit, SubjectKind::Minutes, &view.minutes.id.to_string()))
    };
    let title = (text.title)(&day(begins_at, visit.language()));
    let sheet = Sheet::new(title)
        .below("/committee/meetings", visit.text().meetings.title.0)
        .below(format!("/committee/meetings/{}", view.minutes.meeting), (visit.text().meetings.papers)(&time(begins_at, visit.language())));
    Ok(sheet.show_with(visit, errors, &content))
}

const fn code(signatory: Signatory) -> &'static str {
    match signatory {
        Signatory::Chair => "chair",
        Signatory::Keeper => "keeper",
    }
}

fn signatures(visit: &Visit, view: &MinutesView) -> Markup {
    let (text, minutes) = (&visit.text().minutes, &view.minutes);
    let signatures = minutes.state.signatures();
    let name = |id: PersonId| view.names.get(&id).map_or("", String::as_str);
    let unsigned: Vec<&str> = minutes.unsigned().into_iter().map(|signatory| named(text.signatories, code(signatory))).collect();
    let tone = if unsigned.is_empty() { Tone::Success } else { Tone::Warning };
    let is_overdue = !unsigned.is_empty() && minutes.due < visit.engine.today();
    let mut facts = Summary::default().row(visit.text().meetings.state, badge(tone, named(text.states, minutes.state.name())));
    if !signatures.is_empty() {
        let list = html! {
            ul {
                @for signature in &signatures {
                    li { ((text.signed_by)(
                        name(signature.by), named(text.signatories, code(signature.signatory)), &time(signature.at, visit.language()),
                    )) }
                }
            }
        };
        facts = facts.row(text.signatures, list);
    }
    if !unsigned.is_empty() {
        let due = html! { (minutes.due.say(visit.language())) @if is_overdue { " " (badge(Tone::Danger, text.overdue)) } };
        facts = facts.text(text.unsigned, &unsigned.join(", ")).row(text.due, due);
    }
    facts.render()
}

fn wording(visit: &Visit, view: &MinutesView, content: &Content) -> Markup {
    let text = &visit.text().minutes;
    html! {
        section aria-labelledby="text" {
            h2 class="kern-heading-medium" id="text" { (text.text) }
            @if !content.is_whole() { (alert(Tone::Info, text.hidden, &html! {})) }
            div class="panel minutes" lang="de" { (paragraphs(&content.in_words())) }
            @if let (Some(hash), true) = (&view.hash, content.is_whole()) {
                p class="kern-body--small kern-body--muted" { (text.proof) ": " code class="hash" { (hash) } }
            }
        }
    }
}

/// The form to sign: it carries the hash of the text above it, so that what is signed is what was read.
fn sign_form(visit: &Visit, view: &MinutesView, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().minutes;
    let hash = view.hash.as_ref().filter(|_| view.text.is_some());
    let typed = Fields::default();
    let fields = |hash: &str| {
        html! {
            input type="hidden" name="hash" value=(hash);
            (Ask::new(visit, &typed, errors).declaration(&Question::new("confirmed", text.sign_confirm)))
            div class="buttons" { (submit(Weight::Primary, text.sign_button)) }
        }
    };
    Ok(html! {
        section aria-labelledby="sign" {
            h2 class="kern-heading-medium" id="sign" { (text.sign.0) }
            @match hash {
                None => p { (text.sign_whole) },
                Some(hash) => {
                    p { (text.sign.1) }
                    (form_once(visit, &format!("/committee/minutes/{}/sign", view.minutes.id), &fields(hash))?)
                }
            }
        }
    })
}

/// Signs what was read.
pub(crate) async fn sign(visit: Visit) -> Answer {
    visit.signed_in()?;
    let minutes: MinutesId = visit.id()?;
    if visit.field("confirmed") != "yes" {
        let view = visit.engine.minutes(&visit.actor, minutes).await?.ok_or(Error::NotFound)?;
        visit.permitted(MinutesAction::Sign, &view.minutes)?;
        let errors = Errors::missing(&visit, "confirmed");
        return page(&visit, &errors).await;
    }
    match visit.engine.sign_minutes(&visit.call(), SignMinutes { minutes, hash: visit.field("hash").to_owned() }).await {
        Ok(_) => Ok(go_to(&format!("/committee/minutes/{minutes}?done=signed"))),
        Err(Error::Refused(mut refusal)) => {
            refusal.0.iter_mut().for_each(|violation| violation.field = None);
            page(&visit, &Errors::of(&visit, refusal, "confirmed")).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn addenda(visit: &Visit, view: &MinutesView) -> Result<Markup, Failure> {
    let text = &visit.text().minutes;
    let addenda = visit.engine.addenda(&visit.actor, &view.minutes).await?;
    if addenda.is_empty() && view.minutes.state.signed_at().is_none() {
        return Ok(html! {});
    }
    let position = |id: AgendaItemId| {
        let item = view.content.as_ref().and_then(|content| content.items.iter().find(|item| item.id == id));
        item.map(|item| (visit.text().meetings.item)(&item.position.to_string()))
    };
    Ok(html! {
        section aria-labelledby="addenda" {
            h2 class="kern-heading-medium" id="addenda" { (text.addenda) }
            @if addenda.is_empty() { p { (text.addenda_none) } }
            ul class="cards" {
                @for addendum in &addenda {
                    li class="card" {
                        h3 class="kern-heading-small" { ((text.addendum)(&addendum.number.to_string())) }
                        p class="meta" {
                            span { (time(addendum.at, visit.language())) }
                            @if let Some(item) = addendum.item.and_then(position) { span { (item) } }
                        }
                        p { (paragraphs(&addendum.text)) }
                    }
                }
            }
        }
    })
}

fn addendum_form(visit: &Visit, view: &MinutesView, content: &Content, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().minutes;
    let item = |item: &domain::minutes::Item| -> Option<Choice> {
        let matter = item.matter.as_ref()?;
        Some((item.id.to_string(), format!("{}. {}", item.position, matter.title)))
    };
    let items: Vec<Choice> = content.items.iter().filter_map(item).collect();
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.select(&Question::new("agendaItemId", text.addendum_item), text.addendum_whole, &items))
        (ask.area(&Question::new("text", text.addendum_text), 5))
        div class="buttons" { (submit(Weight::Secondary, text.addendum_button)) }
    };
    Ok(html! {
        section aria-labelledby="addendum" {
            h2 class="kern-heading-medium" id="addendum" { (text.addendum_new.0) }
            p { (text.addendum_new.1) }
            (form_once(visit, &format!("/committee/minutes/{}/addendum", view.minutes.id), &fields)?)
        }
    })
}

/// Adds an addendum.
pub(crate) async fn amend(visit: Visit) -> Answer {
    visit.signed_in()?;
    let minutes: MinutesId = visit.id()?;
    let item = if visit.field("agendaItemId").is_empty() { None } else { Some(visit.id_in::<AgendaItemId>("agendaItemId")?) };
    match visit.engine.add_addendum(&visit.call(), AddAddendum { minutes, item, text: visit.field("text").to_owned() }).await {
        Ok(_) => Ok(go_to(&format!("/committee/minutes/{minutes}?done=added"))),
        Err(Error::Refused(refusal)) => page(&visit, &Errors::of(&visit, refusal, "text")).await,
        Err(error) => Err(error.into()),
    }
}
