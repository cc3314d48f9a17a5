//! Awards from the office's side: the letter, the term, objections, and what is revoked.

use domain::award::{AwardAction as Action, AwardOn, AwardState};
use domain::identity::{available_actions, guard};
use domain::ids::AwardId;
use domain::language::Say as _;
use engine::{AwardQuery, Error, ExtendAwards, NotifyAward};
use maud::{Markup, html};

use crate::component::{Column, Summary, Tone, alert, badge, link_button, money, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Errors, Question, Reader, Weight, form_once, submit};
use crate::moment;
use crate::office::{Known, address, asking, chosen, done, enter, number, pages, sections, sheet, window};
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

const PATH: &str = "/office/awards";

/// What is asked for: states, and those who should have answered.
const STATES: [&str; 6] = ["granted", "notified", "overdue", "accepted", "declined", "revoked"];

fn is_overdue(on: &AwardOn) -> bool {
    matches!(&on.award.state, AwardState::Notified(notification) if notification.accept_by < on.today)
}

fn state_badge(visit: &Visit, on: &AwardOn) -> Markup {
    let (tone, code) = match &on.award.state {
        AwardState::Granted => (Tone::Warning, "granted"),
        AwardState::Notified(_) if is_overdue(on) => (Tone::Danger, "overdue"),
        AwardState::Notified(_) => (Tone::Info, "notified"),
        AwardState::Accepted(_) => (Tone::Success, "accepted"),
        AwardState::Declined { .. } => (Tone::Info, "declined"),
        AwardState::Revoked { .. } => (Tone::Danger, "revoked"),
    };
    badge(tone, named(visit.text().award_desk.states, code))
}

/// The awards, filtered by what stands in the address.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().award_desk;
    let state = STATES.into_iter().find(|state| *state == visit.field("state"));
    let query =
        AwardQuery { state: state.filter(|state| *state != "overdue").map(str::to_owned), overdue: state == Some("overdue"), round: None };
    let mut page = visit.engine.awards(&visit.actor, &query, &window(&visit, true)).await?;
    let count = visit.engine.count_awards(&visit.actor, &query).await?;
    let ways = pages(&visit, PATH, &[("state", state.unwrap_or_default())], &page, true, |on: &AwardOn| on.award.id.to_string());
    page.items.reverse();
    let known = Known::load(&visit, &page.items.iter().map(|on| on.award.application).collect::<Vec<_>>()).await?;
    let rows: Vec<Vec<Markup>> = page.items.iter().map(|on| row(&visit, on, &known)).collect();
    let columns = [
        Column::text(text.application),
        Column::text(visit.text().inbox.project),
        Column::number(text.amount),
        Column::number(text.paid),
        Column::text(text.term),
        Column::text(text.accept_by),
        Column::text(text.state),
    ];
    let fields = html! {
        (table(text.title, &columns, &rows, None))
        div class="buttons" { (submit(Weight::Secondary, text.extend_chosen)) }
    };
    let content = html! {
        (sections(&visit))
        (done(&visit))
        nav aria-label=(text.states_label) {
            ul class="filter" {
                li { a href=(PATH) aria-current=[state.is_none().then_some("true")] { (visit.text().office.all) } }
                @for own in STATES {
                    li { a href=(address(PATH, &[("state", own)])) aria-current=[(state == Some(own)).then_some("true")] { (named(text.states, own)) } }
                }
            }
        }
        p role="status" { ((visit.text().office.count)(&count.to_string())) }
        @if rows.is_empty() { p { (visit.text().office.nothing) } } @else { (asking("/office/awards/extend", true, &fields)) }
        (ways)
    };
    Ok(sheet(&visit, text.title).show(&visit, &content))
}

fn row(visit: &Visit, on: &AwardOn, known: &Known) -> Vec<Markup> {
    let (text, language, award) = (&visit.text().award_desk, visit.language(), &on.award);
    let application = known.get(award.application);
    let number = application.map(|application| number(visit, application)).unwrap_or_default();
    let id = format!("choose-{}", award.id);
    let head = html! {
        @if guard(&visit.actor, on, Action::Extend).is_ok() {
            span class="kern-form-check choose" {
                input class="kern-form-check__checkbox" type="checkbox" id=(id) name="award" value=(award.id);
                label class="kern-label" for=(id) { span class="unseen" { (text.choose) " " } span class="reference" { (number) } }
            }
        } @else { (number) }
    };
    vec![
        head,
        html! {
            a class="kern-link" href=(format!("{PATH}/{}", award.id)) {
                (application.map(|application| crate::office::title(visit, application)).unwrap_or_default())
            }
            @if let Some(application) = application { br; (known.applicant(application)) }
        },
        money(award.amount, language),
        money(award.paid, language),
        html! { ((text.term_value)(&award.term_start.say(language), &award.term_end.say(language))) },
        html! { @if let AwardState::Notified(notification) = &award.state { (notification.accept_by.say(language)) } },
        state_badge(visit, on),
    ]
}

async fn load(visit: &Visit) -> Result<AwardOn, Failure> {
    enter(visit)?;
    let id: AwardId = visit.id()?;
    Ok(visit.engine.award(&visit.actor, id).await?.ok_or(Error::NotFound)?)
}

fn path(on: &AwardOn) -> String {
    format!("{PATH}/{}", on.award.id)
}

/// What its pages are called by: the application's number.
async fn name(visit: &Visit, on: &AwardOn) -> Result<String, Failure> {
    let known = Known::load(visit, &[on.award.application]).await?;
    let number = known.get(on.award.application).map(|application| number(visit, application)).unwrap_or_default();
    Ok((visit.text().award_desk.award_of)(number))
}

async fn below(visit: &Visit, on: &AwardOn, heading: &str) -> Result<Sheet, Failure> {
    Ok(sheet(visit, heading).below(PATH, visit.text().award_desk.title).below(path(on), name(visit, on).await?))
}

/// An award.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    page(&visit, &on, &Errors::default()).await
}

async fn page(visit: &Visit, on: &AwardOn, errors: &Errors) -> Answer {
    let text = &visit.text().award_desk;
    let known = Known::load(visit, &[on.award.application]).await?;
    let actions = available_actions(&visit.actor, on);
    let own = path(on);
    let can = |action| actions.contains(&action);
    let deed = |step: &str, words: &str| form_once(visit, &format!("{own}/{step}"), &submit(Weight::Secondary, words));
    let extend = address("/office/awards/extend", &[("award", &on.award.id.to_string())]);
    let content = html! {
        (done(visit))
        @if let AwardState::Notified(notification) = &on.award.state {
            @if is_overdue(on) { (alert(Tone::Warning, &(text.overdue)(&notification.accept_by.say(visit.language())), &html! {})) }
        }
        (facts(visit, on).row(text.application, known.link(visit, on.award.application)).render())
        p { a href=(format!("/office/ballots/{}", on.award.ballot)) { (text.ballot) } }
        section aria-labelledby="actions" {
            h2 class="kern-heading-medium" id="actions" tabindex="-1" { (text.actions) }
            div class="buttons" {
                @if can(Action::Notify) { (link_button(true, &format!("{own}/notify"), text.notify.0)) }
                @if can(Action::Extend) { (link_button(false, &extend, text.extend.0)) }
                @if can(Action::RecordObjection) { (deed("objection", text.objection)?) }
                @if can(Action::SettleObjection) { (deed("settle", text.settle)?) }
                @if can(Action::Revoke) { (link_button(false, &format!("{own}/revoke"), text.revoke.0)) }
            }
        }
    };
    let number = known.get(on.award.application).map(|application| number(visit, application)).unwrap_or_default();
    Ok(sheet(visit, (text.award_of)(number)).below(PATH, text.title).show_with(visit, errors, &content))
}

fn facts(visit: &Visit, on: &AwardOn) -> Summary {
    let (text, language, award) = (&visit.text().award_desk, visit.language(), &on.award);
    let mut facts = Summary::default()
        .row(text.state, state_badge(visit, on))
        .row(text.amount, html! { (money(award.amount, language)) @if award.hardship { ", " (text.hardship) } })
        .row(text.paid, money(award.paid, language));
    if award.released.is_positive() {
        facts = facts.row(text.released, money(award.released, language));
    }
    facts = facts
        .text(text.term, &(text.term_value)(&award.term_start.say(language), &award.term_end.say(language)))
        .text(text.granted, &moment::day(award.granted_at, language));
    if let Some(notification) = award.state.notification() {
        facts = facts
            .text(text.dispatched, &notification.dispatched_on.say(language))
            .text(text.notified, &notification.notified_on.say(language))
            .text(text.accept_by, &notification.accept_by.say(language))
            .text(text.appeal_until, &notification.appeal_until.say(language));
        if let Some(day) = notification.final_from() {
            facts = facts.text(text.final_from, &day.say(language));
        }
    }
    match &award.state {
        AwardState::Declined { reason } => facts.some_text(text.reason, reason.as_ref()),
        AwardState::Revoked { reason } => facts.some_text(text.reason, Some(reason)),
        _ => facts,
    }
}

/// Asks on which day the letter went out.
pub(crate) async fn notifying(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    if guard(&visit.actor, &on, Action::Notify).is_err() {
        return Ok(go_to(&path(&on)));
    }
    let mut typed = Fields::default();
    typed.put_date("dispatchedOn", Some(visit.engine.today()));
    notify_page(&visit, &on, &typed, &Errors::default()).await
}

async fn notify_page(visit: &Visit, on: &AwardOn, typed: &Fields, errors: &Errors) -> Answer {
    let text = &visit.text().award_desk;
    let ask = Ask::new(visit, typed, errors);
    let fields = html! {
        (ask.date(&Question::new("dispatchedOn", text.notify_day).hint(visit.text().office.day_hint)))
        div class="buttons" { (submit(Weight::Primary, text.notify_button)) (link_button(false, &path(on), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/notify", path(on)), &fields)?;
    Ok(below(visit, on, text.notify.0).await?.lead(text.notify.1).show_with(visit, errors, &form))
}

/// Records the letter's dispatch (R34).
pub(crate) async fn notify(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let day = reader.date("dispatchedOn");
    let mut errors = reader.errors;
    match day {
        Some(dispatched_on) => match visit.engine.notify_award(&visit.call(), NotifyAward { award: on.award.id, dispatched_on }).await {
            Ok(_) => return Ok(go_to(&format!("{}?done=notified", path(&on)))),
            Err(Error::Refused(refused)) => errors = Errors::of(&visit, refused, "dispatchedOn"),
            Err(error) => return Err(error.into()),
        },
        None if errors.is_empty() => errors = Errors::missing(&visit, "dispatchedOn"),
        None => {}
    }
    notify_page(&visit, &on, &visit.fields, &errors).await
}

/// Asks until when the term of one or many awards is to be.
pub(crate) async fn extending(visit: Visit) -> Answer {
    enter(&visit)?;
    extend_page(&visit, &Errors::default()).await
}

async fn extend_page(visit: &Visit, errors: &Errors) -> Answer {
    let text = &visit.text().award_desk;
    let ids: Vec<AwardId> = chosen(&visit.fields, "award")?;
    let awards = visit.engine.awards_by_ids(&visit.actor, &ids).await?;
    let known = Known::load(visit, &awards.iter().map(|on| on.award.application).collect::<Vec<_>>()).await?;
    let ask = Ask::new(visit, &visit.fields, errors);
    let back = match awards[..] {
        [ref only] => path(only),
        _ => PATH.to_owned(),
    };
    let fields = html! {
        section aria-labelledby="awardIds" {
            h2 class="kern-heading-medium" id="awardIds" tabindex="-1" { (text.extend_of) }
            ul class="kern-list kern-list--bullet" {
                @for on in &awards {
                    li {
                        input type="hidden" name="award" value=(on.award.id);
                        (known.link(visit, on.award.application)) ": "
                        ((text.term_value)(&on.award.term_start.say(visit.language()), &on.award.term_end.say(visit.language())))
                    }
                }
            }
        }
        (ask.date(&Question::new("until", text.until).hint(visit.text().office.day_hint)))
        (ask.line(&Question::new("resolution", text.resolution).hint(text.resolution_hint).optional().short()))
        div class="buttons" { (submit(Weight::Primary, text.extend_button)) (link_button(false, &back, visit.text().form.cancel)) }
    };
    let content = if awards.is_empty() {
        html! { p { (text.extend_none) } div class="buttons" { (link_button(true, PATH, text.title)) } }
    } else {
        form_once(visit, "/office/awards/extend", &fields)?
    };
    Ok(sheet(visit, text.extend.0).below(PATH, text.title).lead(text.extend.1).show_with(visit, errors, &content))
}

/// Extends them: all or none (R40).
pub(crate) async fn extend(visit: Visit) -> Answer {
    enter(&visit)?;
    let awards: Vec<AwardId> = chosen(&visit.fields, "award")?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let (until, resolution) = (reader.date("until"), reader.text("resolution"));
    let mut errors = reader.errors;
    match until {
        Some(until) => match visit.engine.extend_awards(&visit.call(), ExtendAwards { awards, until, resolution }).await {
            Ok(awards) => {
                let to = if let [only] = awards[..] { format!("{PATH}/{only}") } else { PATH.to_owned() };
                return Ok(go_to(&format!("{to}?done=extended")));
            }
            Err(Error::Refused(refused)) => errors = Errors::of(&visit, refused, "awardIds"),
            Err(error) => return Err(error.into()),
        },
        None if errors.is_empty() => errors = Errors::missing(&visit, "until"),
        None => {}
    }
    extend_page(&visit, &errors).await
}

/// Back to the award with what was done, or with what refused it.
async fn outcome(visit: &Visit, result: engine::Result<AwardId>, done: &str) -> Answer {
    match result {
        Ok(id) => Ok(go_to(&format!("{PATH}/{id}?done={done}"))),
        Err(Error::Refused(refused)) => {
            let on = load(visit).await?;
            page(visit, &on, &Errors::of(visit, refused, "actions")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Records that the applicant objected: the clock stops (R34).
pub(crate) async fn record_objection(visit: Visit) -> Answer {
    enter(&visit)?;
    let result = visit.engine.record_objection(&visit.call(), visit.id()?).await;
    outcome(&visit, result, "objection").await
}

/// Records that the objection is settled (R34).
pub(crate) async fn settle_objection(visit: Visit) -> Answer {
    enter(&visit)?;
    let result = visit.engine.settle_objection(&visit.call(), visit.id()?).await;
    outcome(&visit, result, "settled").await
}

/// Asks why it is to be revoked.
pub(crate) async fn revoking(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    if guard(&visit.actor, &on, Action::Revoke).is_err() {
        return Ok(go_to(&path(&on)));
    }
    revoke_page(&visit, &on, &Errors::default()).await
}

async fn revoke_page(visit: &Visit, on: &AwardOn, errors: &Errors) -> Answer {
    let text = &visit.text().award_desk;
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.area(&Question::new("reason", text.revoke_reason), 5))
        (ask.declaration(&Question::new("confirmed", text.revoke_confirm)))
        div class="buttons" { (submit(Weight::Primary, text.revoke_button)) (link_button(false, &path(on), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/revoke", path(on)), &fields)?;
    Ok(below(visit, on, text.revoke.0).await?.lead(text.revoke.1).show_with(visit, errors, &form))
}

/// Revokes it.
pub(crate) async fn revoke(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    if visit.field("confirmed") != "yes" {
        return revoke_page(&visit, &on, &Errors::missing(&visit, "confirmed")).await;
    }
    match visit.engine.revoke_award(&visit.call(), on.award.id, visit.field("reason").to_owned()).await {
        Ok(_) => Ok(go_to(&format!("{}?done=revoked", path(&on)))),
        Err(Error::Refused(refused)) => revoke_page(&visit, &on, &Errors::of(&visit, refused, "reason")).await,
        Err(error) => Err(error.into()),
    }
}
