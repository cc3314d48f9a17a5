//! Money of an award: asked for, and what became of that.

use domain::award::AwardAction;
use domain::calendar::months_after;
use domain::language::Say as _;
use domain::money::Money;
use domain::payout::{Payout, PayoutState};
use domain::problem::Problem;
use engine::{Error, RequestPayout};
use maud::{Markup, html};

use crate::award::Case;
use crate::component::{Column, Tone, alert, badge, link_button, money, table};
use crate::form::{Ask, Errors, Question, Reader, Weight, form_once, submit};
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// The payouts of an award.
pub(crate) fn list(visit: &Visit, payouts: &[Payout]) -> Markup {
    let (text, language) = (&visit.text().award, visit.language());
    if payouts.is_empty() {
        return html! { p { (text.payouts_none) } };
    }
    let state = |payout: &Payout| {
        let tone = match payout.state {
            PayoutState::Executed { .. } => Tone::Success,
            PayoutState::Refused { .. } => Tone::Danger,
            PayoutState::Returned { .. } => Tone::Warning,
            _ => Tone::Info,
        };
        let reason = if let PayoutState::Refused { reason } = &payout.state { Some(reason) } else { None };
        html! {
            div {
                (badge(tone, named(text.payout_states, payout.state.name())))
                @if let Some(reason) = reason { div class="meta" { (reason) } }
            }
        }
    };
    let row = |payout: &Payout| {
        vec![
            html! { (payout.instalment) },
            html! { (payout.purpose) },
            html! { (payout.needed_by.say(language)) },
            state(payout),
            money(payout.amount, language),
        ]
    };
    let rows: Vec<Vec<Markup>> = payouts.iter().map(row).collect();
    let counting: Money =
        payouts.iter().filter(|payout| !matches!(payout.state, PayoutState::Refused { .. })).map(|payout| payout.amount).sum();
    let columns = [
        Column::text(text.instalment),
        Column::text(text.for_what),
        Column::text(text.needed_by),
        Column::text(text.state),
        Column::number(visit.text().steps.cost_amount),
    ];
    let sums = [html! { (text.sum) }, html! {}, html! {}, html! {}, money(counting, language)];
    table(text.payouts, &columns, &rows, Some(&sums))
}

/// Asks how much money is needed.
pub(crate) async fn new(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    page(&visit, &case, &Errors::default()).await
}

async fn page(visit: &Visit, case: &Case, errors: &Errors) -> Answer {
    visit.permitted(AwardAction::RequestPayout, &case.on)?;
    if !case.can(AwardAction::RequestPayout) && errors.is_empty() {
        return Ok(go_to(&case.path()));
    }
    let (text, language) = (&visit.text().award, visit.language());
    let accounts = match &case.applicant {
        Some(applicant) => visit.engine.bank_accounts(&visit.actor, applicant).await?,
        None => Vec::new(),
    };
    let left = (text.request_amount_hint)(&(case.on.payable - case.on.requested).say(language));
    let latest = months_after(case.on.today, visit.engine.fund().award.payout_horizon_months);
    let latest = (text.request_needed_by_hint)(&latest.say(language));
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.amount(&Question::new("amount", text.request_amount).hint(&left), None))
        (ask.area(&Question::new("purpose", text.request_purpose).hint(text.request_purpose_hint), 3))
        (ask.date(&Question::new("neededBy", text.request_needed_by).hint(&latest)))
        div class="buttons" { (submit(Weight::Primary, text.request_button)) (link_button(false, &case.path(), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/payouts/new", case.path()), &fields)?;
    let content = html! {
        @if accounts.is_empty() {
            (alert(Tone::Warning, text.request_account.0, &html! {
                p class="kern-body" { (text.request_account.1) }
                div class="buttons" {
                    (link_button(false, &format!("/applicants/{}/account", case.on.award.applicant), visit.text().applicant.account_link))
                }
            }))
        }
        (form)
    };
    Ok(case.sheet(visit, text.request.0).lead(text.request.1).show_with(visit, errors, &content))
}

/// Asks for an instalment: of two identical forms, one does.
pub(crate) async fn request(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let (amount, needed_by) = (reader.amount("amount"), reader.date("neededBy"));
    let mut errors = reader.errors;
    for (name, is_missing) in
        [("amount", amount.is_none()), ("purpose", visit.field("purpose").trim().is_empty()), ("neededBy", needed_by.is_none())]
    {
        if is_missing && !errors.has(name) {
            errors.join(Errors::of(&visit, Problem::Missing.at(name).into(), name));
        }
    }
    let (Some(amount), Some(needed_by), true) = (amount, needed_by, errors.is_empty()) else {
        return page(&visit, &case, &errors).await;
    };
    let award = case.on.award.id;
    let input = RequestPayout { award, amount, purpose: visit.field("purpose").to_owned(), needed_by };
    match visit.engine.request_payout(&visit.call(), input).await {
        Ok(_) => Ok(go_to(&format!("/awards/{award}?done=requested"))),
        Err(Error::Refused(refusal)) => page(&visit, &case, &Errors::of(&visit, refusal, "amount")).await,
        Err(error) => Err(error.into()),
    }
}
