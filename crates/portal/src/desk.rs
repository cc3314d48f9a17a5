//! The desk: what waits for somebody, and what is theirs.

use std::collections::BTreeMap;

use domain::applicant::Applicant;
use domain::application::{Application, ApplicationAction, State};
use domain::award::{AwardAction, AwardOn, AwardState};
use domain::identity::{Action as _, Role, Scoped as _, available_actions};
use domain::ids::{ApplicantId, ApplicationId, RoundId};
use domain::language::Say as _;
use engine::{ApplicationQuery, Key, RoundView, Window};
use maud::{Markup, html};

use crate::application::standing::Standing;
use crate::application::title;
use crate::component::{Icon, Tone, alert, icon, link_button, pagination};
use crate::page::Sheet;
use crate::visit::{Answer, Visit};

/// How many applications stand on one page.
const PAGE: u64 = 20;

/// What an application's card says of its surroundings.
struct Card<'a> {
    application: &'a Application,
    applicant: Option<&'a Applicant>,
    round: &'a RoundView,
    award: Option<&'a AwardOn>,
    standing: Standing,
}

/// The desk: of whoever has a part in the fund the one of that part, with the way to what they apply for themselves.
pub(crate) async fn desk(visit: Visit) -> Answer {
    visit.signed_in()?;
    if !visit.actor.roles.is_empty() && visit.field("as") != "applicant" {
        return staff(&visit).await;
    }
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().desk);
    let before = visit.field("before").parse().ok().map(Key::Id);
    let window = Window { after: None, before, limit: PAGE, backward: true };
    let query = ApplicationQuery { own: true, ..ApplicationQuery::default() };
    let mut page = engine.applications(actor, &query, &window).await?;
    page.items.reverse();
    let ids: Vec<ApplicationId> = page
        .items
        .iter()
        .filter(|application| matches!(application.state, State::Awarded { .. }))
        .map(|application| application.id)
        .collect();
    let awards = if ids.is_empty() { Vec::new() } else { engine.awards_of(actor, &ids).await? };
    let awards: BTreeMap<ApplicationId, AwardOn> = awards.into_iter().map(|on| (on.award.application, on)).collect();
    let rounds: BTreeMap<RoundId, RoundView> = engine.rounds().await?.into_iter().map(|view| (view.round.id, view)).collect();
    let own: Vec<ApplicantId> = actor.acts_for.keys().copied().collect();
    let applicants = engine.applicants(actor, &own).await?;
    let invitations = engine.invitations_to(actor).await?;
    let person = engine.viewer(actor).await?;

    let cards: Vec<Card<'_>> = (page.items.iter())
        .filter_map(|application| {
            let (round, award) = (rounds.get(&application.round)?, awards.get(&application.id));
            let standing = Standing::of(application, &round.round, award, engine.today(), visit.text(), visit.language());
            let applicant = applicants.iter().find(|applicant| applicant.id == application.applicant);
            Some(Card { application, applicant, round, award, standing })
        })
        .collect();
    let waiting: Vec<Markup> = cards.iter().filter_map(|card| deed(&visit, card)).collect();
    let open = rounds.values().any(|view| view.is_open);
    let content = html! {
        @if applicants.is_empty() && actor.roles.is_empty() {
            (alert(Tone::Info, text.first.0, &html! { p class="kern-body" { (text.first.1) } }))
            div class="buttons" { (link_button(true, "/applicants/new", visit.text().applicant.new_link)) }
        }
        @if !applicants.is_empty() || !invitations.is_empty() {
            section aria-labelledby="waiting" {
                h2 class="kern-heading-medium" id="waiting" { (text.waiting) }
                @if waiting.is_empty() && invitations.is_empty() {
                    p { strong { (text.nothing.0) ". " } (text.nothing.1) }
                }
                ul class="cards" {
                    @for (case, applicant) in &invitations {
                        li class="card card--waiting" {
                            h3 class="kern-heading-small" { ((visit.text().membership.invitation)(&applicant.name)) }
                            div class="buttons" { (link_button(true, &format!("/invitations/{}", case.invitation.id), text.invitation)) }
                        }
                    }
                    @for card in &waiting { (card) }
                }
            }
        }
        @if !applicants.is_empty() {
            section aria-labelledby="applications" {
                div class="card__head" {
                    h2 class="kern-heading-medium" id="applications" { (text.applications) }
                    @if open { (link_button(waiting.is_empty(), "/applications/new", text.new)) }
                }
                @if cards.is_empty() { p { (text.no_applications) } }
                ul class="cards" { @for card in &cards { (listed(&visit, card)) } }
                (pagination(
                    visit.text().form.pages,
                    None,
                    page.items.last().filter(|_| page.has_previous).map(|last| (format!("/desk?as=applicant&before={}", last.id), visit.text().form.previous)),
                ))
            }
            section aria-labelledby="organisations" {
                h2 class="kern-heading-medium" id="organisations" { (visit.text().applicant.mine) }
                ul class="things" {
                    @for applicant in &applicants {
                        li {
                            a class="kern-link" href=(format!("/applicants/{}", applicant.id)) { (applicant.name) }
                            span class="meta" { (crate::membership::level(&visit, visit.actor.acts_for.get(&applicant.id).copied())) }
                        }
                    }
                }
                p { a class="kern-link" href="/applicants/new" { (icon(Icon::Add)) (visit.text().applicant.new_link) } }
            }
        }
    };
    let greeting = person.map_or_else(|| text.title.to_owned(), |person| (text.greeting)(&person.name));
    Ok(Sheet::new(greeting).titled(text.title).lead(text.lead).show(&visit, &content))
}

/// What waits for somebody by what they are in the fund.
async fn staff(visit: &Visit) -> Answer {
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().desk);
    let counts = if engine.has_office(actor) { Some(engine.counts(actor).await?) } else { None };
    let content = html! {
        @if let Some(counts) = &counts { (crate::office::office_desk(visit, counts)) }
        @if engine.has_desk(actor) { (crate::committee::desk(visit).await?) }
        @if actor.is(Role::Finance) || actor.is(Role::CaseOfficer) { (crate::finance::desk(visit, counts.as_ref()).await?) }
        @if engine.has_desk(actor) || actor.is(Role::Finance) { (crate::finance::year::of_today(visit).await?) }
        @if actor.is(Role::Auditor) { (crate::audit::desk(visit)) }
        @if actor.is(Role::Administrator) { (crate::administration::desk(visit)) }
        p { a class="kern-link" href="/desk?as=applicant" { (text.own) } }
    };
    Ok(Sheet::new(text.title).lead(text.staff_lead).show(visit, &content))
}

/// What is to be done about an application by the person who looks, with its button.
fn deed(visit: &Visit, card: &Card<'_>) -> Option<Markup> {
    let text = &visit.text().desk;
    let application = card.application;
    let path = format!("/applications/{}", application.id);
    let may = |action: ApplicationAction| visit.actor.may(action.permission(), application.scope());
    let (path, words) = match &application.state {
        State::Draft if application.signed.is_some() => {
            let by_oneself = application.signed.as_ref().map(|signed| signed.by) == visit.actor.person;
            (!by_oneself && may(ApplicationAction::ConfirmSubmission)).then(|| (format!("{path}/check"), text.confirm))?
        }
        State::Draft if card.standing.waits_for_applicant && may(ApplicationAction::SaveDraft) => (path, text.continue_draft),
        State::ChangesRequested(_) if may(ApplicationAction::SaveDraft) => (path, text.answer),
        State::Awarded { .. } => {
            let on = card.award?;
            let actions = available_actions(&visit.actor, on);
            let award = format!("/awards/{}", on.award.id);
            match on.award.state {
                AwardState::Notified(_) if actions.contains(&AwardAction::Accept) => (award, text.accept),
                _ if actions.contains(&AwardAction::RequestPayout) => (format!("{award}/payouts/new"), text.ask_money),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(html! {
        li class="card card--waiting" {
            div class="card__head" {
                h3 class="kern-heading-small" { (title(application, visit)) }
                (card.standing.badge(visit.text()))
            }
            p class="next" { (icon(Icon::Forward)) span { (card.standing.next) } }
            div class="buttons" { (link_button(true, &path, words)) }
        }
    })
}

/// An application in the list of all.
fn listed(visit: &Visit, card: &Card<'_>) -> Markup {
    let (text, language) = (&visit.text().desk, visit.language());
    let application = card.application;
    html! {
        li class="card" {
            div class="card__head" {
                h3 class="kern-heading-small" {
                    a class="kern-link" href=(format!("/applications/{}", application.id)) { (title(application, visit)) }
                }
                (card.standing.badge(visit.text()))
            }
            p class="meta" {
                @match &application.number { Some(number) => span { ((text.number)(number)) } None => span { (text.no_number) } }
                @if let Some(applicant) = card.applicant { span { (applicant.name) } }
                span { ((text.round)(&card.round.round.code)) }
                @if let Some(asked) = application.form.amount_requested { span { ((text.asked)(&asked.say(language))) } }
                @if let Some(on) = card.award { span { ((text.awarded)(&on.award.amount.say(language))) } }
            }
            p class="next" { (icon(Icon::Forward)) span { (card.standing.next) } }
        }
    }
}
