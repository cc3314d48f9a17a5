//! Accounts that wait to be confirmed, by another person than who named them (R37).

use domain::applicant::{BankAccount, BankAccountAction};
use domain::identity::available_actions;
use domain::ids::BankAccountId;
use engine::{Error, Key, Window};
use maud::{Markup, html};

use crate::component::{Column, Tone, alert, pagination, table};
use crate::failure::Failure;
use crate::finance::payout::iban;
use crate::finance::{PAGE, parts};
use crate::form::{Errors, Weight, form_once, submit};
use crate::moment::time;
use crate::page::{Sheet, go_to};
use crate::visit::{Answer, Visit};

/// The accounts that nobody has confirmed yet, the oldest first.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    show(&visit, &Errors::default()).await
}

async fn show(visit: &Visit, errors: &Errors) -> Answer {
    let text = &visit.text().payouts;
    let after = visit.field("after").parse().ok().map(Key::Id);
    let page = visit.engine.accounts_to_confirm(&visit.actor, &Window { after, before: None, limit: PAGE, backward: false }).await?;
    let mut rows = Vec::with_capacity(page.items.len());
    for (account, applicant) in &page.items {
        let named = html! { (time(account.named_at, visit.language())) };
        rows.push(vec![html! { (applicant.name) }, html! { (iban(visit, account)) }, named, confirm_form(visit, account)?]);
    }
    let columns = [Column::text(text.applicant), Column::text(text.account), Column::text(text.named_at), Column::text(text.state)];
    let more = page.items.last().filter(|_| page.has_next);
    let more = more.map(|(last, _)| (format!("/finance/accounts?after={}", last.id), visit.text().finance.later));
    let content = html! {
        @if visit.field("done") == "yes" { (alert(Tone::Success, text.confirmed, &html! {})) }
        (parts(visit, None))
        @if rows.is_empty() { p { (text.accounts_none) } } @else { (table(text.accounts.0, &columns, &rows, None)) }
        (pagination(visit.text().form.pages, None, more))
    };
    let sheet = Sheet::new(text.accounts.0).lead(text.accounts.1).below("/finance", visit.text().finance.title);
    Ok(sheet.show_with(visit, errors, &content))
}

fn confirm_form(visit: &Visit, account: &BankAccount) -> Result<Markup, Failure> {
    let text = &visit.text().payouts;
    if !available_actions(&visit.actor, account).contains(&BankAccountAction::Confirm) {
        return Ok(html! { span class="kern-body--muted" { (text.not_by_you) } });
    }
    let fields = html! { input type="hidden" name="account" value=(account.id); (submit(Weight::Secondary, text.confirm)) };
    Ok(form_once(visit, "/finance/accounts", &fields)?)
}

/// Confirms an account.
pub(crate) async fn confirm(visit: Visit) -> Answer {
    visit.signed_in()?;
    let account: BankAccountId = visit.id_in("account")?;
    match visit.engine.confirm_bank_account(&visit.call(), account).await {
        Ok(_) => Ok(go_to("/finance/accounts?done=yes")),
        Err(Error::Refused(mut refusal)) => {
            refusal.0.iter_mut().for_each(|violation| violation.field = None);
            show(&visit, &Errors::of(&visit, refusal, "content")).await
        }
        Err(error) => Err(error.into()),
    }
}
