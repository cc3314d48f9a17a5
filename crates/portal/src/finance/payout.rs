//! Instalments on their way: certified by one, ordered by another, booked as the bank reports (R36 to R39).

use domain::applicant::BankAccount;
use domain::event::SubjectKind;
use domain::identity::{Denial, Permission, Scoped as _, available_actions, guard};
use domain::ids::{BankAccountId, PayoutId, PersonId};
use domain::language::Say as _;
use domain::payout::{Payout, PayoutAction, PayoutState};
use domain::problem::{Problem, Refusal};
use engine::{BookReturn, CertifyPayout, Error, Key, PayoutCase, Window};
use maud::{Markup, html};

use crate::audit::trail;
use crate::committee::amount;
use crate::component::{Column, Summary, Tone, alert, badge, pagination, paragraphs, table};
use crate::failure::Failure;
use crate::finance::{PAGE, by_state, parts};
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, submit};
use crate::moment::time;
use crate::page::{Sheet, go_to};
use crate::text::{Said, named};
use crate::visit::{Answer, Visit};

const STATES: [&str; 6] = ["requested", "certified", "ordered", "returned", "executed", "refused"];

/// Instalments in one state, the oldest first.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().payouts);
    let state = STATES.into_iter().find(|state| *state == visit.field("state")).unwrap_or("requested");
    let after = visit.field("after").parse().ok().map(Key::Id);
    let page = engine.payout_cases(actor, Some(state), &Window { after, before: None, limit: PAGE, backward: false }).await?;
    let counts = engine.count_payouts(actor).await?;
    let rows: Vec<Vec<Markup>> = page.items.iter().map(|case| row(&visit, case)).collect();
    let columns = [
        Column::text(text.instalment),
        Column::text(text.applicant),
        Column::text(text.needed_by),
        Column::text(text.state),
        Column::number(text.amount),
    ];
    let more = page.items.last().filter(|_| page.has_next);
    let more = more.map(|last| (format!("/finance/payouts?state={state}&after={}", last.payout.id), visit.text().finance.later));
    let content = html! {
        (parts(&visit, None))
        (by_state(&visit, &counts, Some(state)))
        @if rows.is_empty() { p { (text.none) } } @else { (table(text.title.0, &columns, &rows, None)) }
        (pagination(visit.text().form.pages, None, more))
    };
    Ok(Sheet::new(text.title.0).lead(text.title.1).below("/finance", visit.text().finance.title).show(&visit, &content))
}

fn row(visit: &Visit, case: &PayoutCase) -> Vec<Markup> {
    let payout = &case.payout;
    let link = html! { a class="kern-link" href=(format!("/finance/payouts/{}", payout.id)) { (called(visit, case)) } };
    let needed = html! { (payout.needed_by.say(visit.language())) };
    vec![link, html! { (case.applicant.name) }, needed, state_badge(visit, payout), amount(visit, payout.amount)]
}

fn called(visit: &Visit, case: &PayoutCase) -> String {
    (visit.text().payouts.one)(&case.payout.instalment.to_string(), case.application.number.as_deref().unwrap_or_default())
}

fn state_badge(visit: &Visit, payout: &Payout) -> Markup {
    let tone = match payout.state {
        PayoutState::Executed { .. } => Tone::Success,
        PayoutState::Returned { .. } | PayoutState::Refused { .. } => Tone::Danger,
        PayoutState::Requested | PayoutState::Certified(_) => Tone::Warning,
        PayoutState::Ordered(_) => Tone::Info,
    };
    badge(tone, named(visit.text().payouts.states, payout.state.name()))
}

/// What can be done with an instalment, by its name in the address.
pub(crate) const STEPS: [(&str, PayoutAction); 5] = [
    ("certify", PayoutAction::Certify),
    ("order", PayoutAction::Order),
    ("execute", PayoutAction::BookExecution),
    ("return", PayoutAction::BookReturn),
    ("refuse", PayoutAction::Refuse),
];

/// What the path names.
fn step(visit: &Visit) -> Result<PayoutAction, Failure> {
    let found = STEPS.into_iter().find(|(name, _)| *name == visit.parameter("step"));
    found.map(|(_, action)| action).ok_or_else(|| Error::NotFound.into())
}

/// One instalment, with what can be done with it.
pub(crate) async fn show(visit: Visit) -> Answer {
    visit.signed_in()?;
    page(&visit, &Errors::default()).await
}

async fn page(visit: &Visit, errors: &Errors) -> Answer {
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().payouts);
    let case = engine.payout_case(actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    let accounts = engine.bank_accounts(actor, &case.applicant).await?;
    let people = signatories(visit, &case.payout).await?;
    let content = html! {
        @if visit.field("done") == "yes" { (alert(Tone::Success, text.done, &html! {})) }
        (facts(visit, &case, &accounts, &people))
        (deeds(visit, &case, &accounts, errors)?)
        (trail(visit, SubjectKind::Payout, &case.payout.id.to_string()))
    };
    let sheet = Sheet::new(called(visit, &case)).lead(&case.applicant.name).below("/finance", visit.text().finance.title);
    let list = format!("/finance/payouts?state={}", case.payout.state.name());
    Ok(sheet.below(list, text.title.0).show_with(visit, errors, &content))
}

/// The names of who certified and ordered.
async fn signatories(visit: &Visit, payout: &Payout) -> engine::Result<Vec<(PersonId, String)>> {
    let certified = payout.state.certificate().map(|certificate| certificate.certified.by);
    let ordered = payout.state.order().map(|order| order.ordered.by);
    let ids: Vec<PersonId> = certified.into_iter().chain(ordered).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(visit.engine.persons(&ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

fn facts(visit: &Visit, case: &PayoutCase, accounts: &[BankAccount], people: &[(PersonId, String)]) -> Markup {
    let (text, language, payout) = (&visit.text().payouts, visit.language(), &case.payout);
    let name = |id: PersonId| people.iter().find(|(own, _)| *own == id).map_or("", |(_, name)| name.as_str());
    let signed = |signature: &domain::award::Signature| (text.signed)(name(signature.by), &time(signature.at, language));
    let award = (text.award_value)(&case.award.amount.say(language), &case.award.paid.say(language));
    let mut facts = Summary::default()
        .row(text.state, state_badge(visit, payout))
        .row(text.amount, amount(visit, payout.amount))
        .row(text.purpose, paragraphs(&payout.purpose))
        .text(text.needed_by, &payout.needed_by.say(language))
        .text(text.number, case.application.form.title.as_deref().unwrap_or_default())
        .text(text.award, &award);
    if let Some(certificate) = payout.state.certificate() {
        if let Some(account) = accounts.iter().find(|account| account.id == certificate.account) {
            facts = facts.text(text.account, &iban(visit, account));
        }
        facts = facts.text(text.certified, &signed(&certificate.certified));
    }
    if let Some(order) = payout.state.order() {
        facts = facts.text(text.ordered, &signed(&order.ordered)).text(text.reference, &order.end_to_end_id);
    }
    match &payout.state {
        PayoutState::Executed { on, .. } => facts.text(text.executed_on, &on.say(language)),
        PayoutState::Returned { on, reason, .. } => facts.text(text.returned_on, &(text.returned_value)(&on.say(language), reason)),
        PayoutState::Refused { reason } => facts.text(text.refused, reason),
        _ => facts,
    }
    .render()
}

/// The IBAN, whole for those who may see it.
pub(crate) fn iban(visit: &Visit, account: &BankAccount) -> String {
    let whole = visit.actor.may(Permission::ReadIban, account.scope());
    let iban = if whole { account.iban.to_string() } else { account.shortened_iban() };
    format!("{iban}, {}", account.holder)
}

/// What can be done now, each with its form.
fn deeds(visit: &Visit, case: &PayoutCase, accounts: &[BankAccount], errors: &Errors) -> Result<Markup, Failure> {
    let (text, payout) = (&visit.text().payouts, &case.payout);
    let actions = available_actions(&visit.actor, payout);
    let confirmed: Vec<Choice> = (accounts.iter().filter(|account| account.confirmed.is_some()))
        .map(|account| (account.id.to_string(), iban(visit, account)))
        .collect();
    let ask = Ask::new(visit, &visit.fields, errors);
    let deed = |name: &str, said: Said, fields: &Markup, button: &str, weight: Weight| -> Result<Markup, Failure> {
        let id = format!("deed-{name}");
        let body = html! { (fields) div class="buttons" { (submit(weight, button)) } };
        Ok(html! {
            section aria-labelledby=(id) {
                h2 class="kern-heading-medium" id=(id) { (said.0) }
                p { (said.1) }
                (form_once(visit, &format!("/finance/payouts/{}/{name}", payout.id), &body)?)
            }
        })
    };
    let own_certificate = matches!(guard(&visit.actor, payout, PayoutAction::Order), Err(Denial::State(Problem::CertifierCannotOrder)));
    Ok(html! {
        @if actions.contains(&PayoutAction::Certify) {
            @if confirmed.is_empty() {
                (alert(Tone::Warning, text.no_account, &html! {
                    p class="kern-body" { a class="kern-link" href="/finance/accounts" { (text.accounts.0) } }
                }))
            } @else {
                @let fields = ask.radios(&Question::new("bankAccountId", text.certify_account), &confirmed);
                (deed("certify", text.certify, &fields, text.certify_button, Weight::Primary)?)
            }
        }
        @if own_certificate { (alert(Tone::Info, text.other_person, &html! {})) }
        @if actions.contains(&PayoutAction::Order) { (deed("order", text.order, &html! {}, text.order_button, Weight::Primary)?) }
        @if actions.contains(&PayoutAction::BookExecution) {
            (deed("execute", text.execute, &ask.date(&Question::new("on", text.execute_on)), text.execute_button, Weight::Primary)?)
        }
        @if actions.contains(&PayoutAction::BookReturn) {
            @let fields = html! {
                (ask.date(&Question::new("returnedOn", text.give_back_on)))
                (ask.line(&Question::new("reason", text.give_back_reason).hint(text.give_back_reason_hint).short()))
            };
            (deed("return", text.give_back, &fields, text.give_back_button, Weight::Secondary)?)
        }
        @if actions.contains(&PayoutAction::Refuse) {
            (deed("refuse", text.refuse, &ask.area(&Question::new("reason", text.refuse_reason), 3), text.refuse_button, Weight::Secondary)?)
        }
    })
}

/// Does what the path names.
pub(crate) async fn take(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: PayoutId = visit.id()?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let (engine, call) = (&visit.engine, visit.call());
    let case = engine.payout_case(&visit.actor, id).await?.ok_or(Error::NotFound)?;
    let action = step(&visit)?;
    visit.permitted(action, &case.payout)?;
    let (done, otherwise) = match action {
        PayoutAction::Certify => {
            let Ok(account) = visit.id_in::<BankAccountId>("bankAccountId") else {
                let errors = Errors::missing(&visit, "bankAccountId");
                return page(&visit, &errors).await;
            };
            (engine.certify_payout(&call, CertifyPayout { payout: id, account }).await, "bankAccountId")
        }
        PayoutAction::Order => (engine.order_payout(&call, id).await, "content"),
        PayoutAction::BookExecution => {
            let Some(on) = reader.date("on") else { return undated(&visit, reader.errors, "on").await };
            (engine.book_payout_execution(&call, id, on).await, "on")
        }
        PayoutAction::BookReturn => {
            let Some(on) = reader.date("returnedOn") else { return undated(&visit, reader.errors, "returnedOn").await };
            let reason = visit.field("reason").trim().to_owned();
            (engine.book_payout_return(&call, BookReturn { payout: id, on, reason }).await.map_err(on_its_own_field), "returnedOn")
        }
        PayoutAction::Refuse => (engine.refuse_payout(&call, id, visit.field("reason").to_owned()).await, "reason"),
    };
    match done {
        Ok(_) => Ok(go_to(&format!("/finance/payouts/{id}?done=yes"))),
        Err(Error::Refused(refusal)) => page(&visit, &Errors::of(&visit, refusal, otherwise)).await,
        Err(error) => Err(error.into()),
    }
}

async fn undated(visit: &Visit, mut errors: Errors, field: &str) -> Answer {
    if !errors.has(field) {
        errors.join(Errors::missing(visit, field));
    }
    page(visit, &errors).await
}

/// The day of a return has a field of its own, since that of an execution is asked for on the same page.
fn on_its_own_field(error: Error) -> Error {
    let Error::Refused(Refusal(mut violations)) = error else { return error };
    for violation in &mut violations {
        if violation.field.as_deref() == Some("on") {
            violation.field = Some("returnedOn".to_owned());
        }
    }
    Error::Refused(Refusal(violations))
}
