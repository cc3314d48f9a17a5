//! Organisations, and what they are paid to.

use domain::applicant::{Applicant, ApplicantAction as Action, ApplicantKind, BankAccount, Correction, NewApplicant};
use domain::identity::{Permission, Scoped as _, available_actions};
use domain::ids::ApplicantId;
use domain::language::Language;
use engine::Error;
use maud::{Markup, html};

use crate::administration::require;
use crate::application::content::applicant_facts;
use crate::component::{Tone, alert, badge, link_button};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, submit};
use crate::fund::kind_code;
use crate::moment;
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

/// The applicant that the path names, if whoever asks may see it.
pub(crate) async fn load(visit: &Visit) -> Result<Applicant, Failure> {
    visit.signed_in()?;
    let id: ApplicantId = visit.id()?;
    Ok(visit.engine.applicant(&visit.actor, id).await?.ok_or(Error::NotFound)?)
}

/// Where an applicant's own page is.
pub(crate) fn path(applicant: &Applicant) -> String {
    format!("/applicants/{}", applicant.id)
}

/// A page below an applicant's own.
pub(crate) fn sheet(visit: &Visit, applicant: &Applicant, title: &str) -> Sheet {
    Sheet::new(title).below("/desk", visit.text().desk.title).below(path(applicant), &*applicant.name)
}

/// Asks for an organisation to apply for.
pub(crate) async fn new(visit: Visit) -> Answer {
    new_page(&visit, &Errors::default())
}

fn new_page(visit: &Visit, errors: &Errors) -> Answer {
    require(visit, Permission::RegisterApplicant)?;
    let text = &visit.text().applicant;
    let kinds = visit.engine.fund().application.applicant_kinds.iter();
    let kinds: Vec<Choice> =
        kinds.map(|kind| (kind_code(*kind).to_owned(), named(visit.text().start.kinds, kind_code(*kind)).to_owned())).collect();
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.radios(&Question::new("kind", text.kind), &kinds))
        (ask.line(&Question::new("name", text.name).hint(text.name_hint).kind("text", "organization")))
        (ask.area(&Question::new("address", text.address).hint(text.address_hint).kind("text", "street-address"), 3))
        div class="buttons" { (submit(Weight::Primary, text.register)) (link_button(false, "/desk", visit.text().form.cancel)) }
    };
    let form = form_once(visit, "/applicants/new", &fields)?;
    Ok(Sheet::new(text.new.0).below("/desk", visit.text().desk.title).lead(text.new.1).show_with(visit, errors, &form))
}

/// Registers an organisation: of two identical forms, one does.
pub(crate) async fn register(visit: Visit) -> Answer {
    visit.signed_in()?;
    let kinds =
        [ApplicantKind::NonProfitAssociation, ApplicantKind::PublicInstitution, ApplicantKind::LegalPerson, ApplicantKind::NaturalPerson];
    let kind = kinds.into_iter().find(|kind| kind_code(*kind) == visit.field("kind"));
    let Some(kind) = kind else { return new_page(&visit, &Errors::missing(&visit, "kind")) };
    let new = NewApplicant { kind, name: visit.field("name").to_owned(), address: visit.field("address").to_owned() };
    match visit.engine.register_applicant(&visit.call(), new).await {
        Ok(id) => Ok(go_to(&format!("/applicants/{id}?registered=yes"))),
        Err(Error::Refused(refusal)) => new_page(&visit, &Errors::of(&visit, refusal, "name")),
        Err(error) => Err(error.into()),
    }
}

/// An organisation: what is known of it, its accounts, its people.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    let text = &visit.text().applicant;
    let actions = available_actions(&visit.actor, &applicant);
    let accounts = visit.engine.bank_accounts(&visit.actor, &applicant).await?;
    let own = path(&applicant);
    let content = html! {
        @if visit.field("registered") == "yes" {
            (alert(Tone::Success, &(text.registered)(&applicant.name), &html! {
                div class="buttons" { (link_button(true, "/applications/new", visit.text().desk.new)) }
            }))
        }
        @if visit.field("saved") == "yes" { (alert(Tone::Success, text.corrected, &html! {})) }
        @if visit.field("account") == "yes" {
            (alert(Tone::Success, text.account_saved.0, &html! { p class="kern-body" { (text.account_saved.1) } }))
        }
        section aria-labelledby="about" {
            h2 class="kern-heading-medium" id="about" { (text.about) }
            (applicant_facts(&visit, &applicant))
            @if actions.contains(&Action::Correct) { div class="buttons" { (link_button(false, &format!("{own}/edit"), text.edit_link)) } }
        }
        section aria-labelledby="account" {
            h2 class="kern-heading-medium" id="account" { (text.account) }
            (accounts_list(&visit, &accounts))
            @if actions.contains(&Action::NameBankAccount) {
                div class="buttons" {
                    (link_button(false, &format!("{own}/account"), if accounts.is_empty() { text.account_link } else { text.account_other }))
                }
            }
        }
        (joint(&visit, &applicant, actions.contains(&Action::RequireJointRepresentation))?)
        @if visit.actor.may(Permission::ReadMembers, applicant.scope()) {
            section aria-labelledby="people" {
                h2 class="kern-heading-medium" id="people" { (visit.text().membership.title) }
                p { (visit.text().membership.lead) }
                div class="buttons" { (link_button(false, &format!("{own}/people"), visit.text().membership.title)) }
            }
        }
    };
    Ok(Sheet::new(&*applicant.name).below("/desk", visit.text().desk.title).show(&visit, &content))
}

fn accounts_list(visit: &Visit, accounts: &[BankAccount]) -> Markup {
    let text = &visit.text().applicant;
    html! {
        @if accounts.is_empty() { p { (text.account_none) } } @else {
            ul class="things" {
                @for account in accounts.iter().rev() {
                    li {
                        div {
                            strong { (account.shortened_iban()) }
                            p class="meta" { span { (account.holder) } span { ((text.account_named)(&moment::day(account.named_at, visit.language()))) } }
                        }
                        @if account.confirmed.is_some() { (badge(Tone::Success, text.account_confirmed)) } @else { (badge(Tone::Info, text.account_unconfirmed)) }
                    }
                }
            }
        }
    }
}

fn joint(visit: &Visit, applicant: &Applicant, changeable: bool) -> Result<Markup, Failure> {
    let text = &visit.text().applicant;
    let required = applicant.joint_representation;
    let button = html! {
        input type="hidden" name="required" value=(if required { "no" } else { "yes" });
        div { (submit(Weight::Secondary, if required { text.joint_lift } else { text.joint_require })) }
    };
    let form = if changeable {
        form_once(visit, &format!("{}/joint", path(applicant)), &button)?
    } else {
        html! {}
    };
    Ok(html! {
        section aria-labelledby="joint" {
            h2 class="kern-heading-medium" id="joint" { (text.joint) }
            p { strong { (if required { text.joint_yes } else { text.joint_no }) } }
            p { (text.joint_lead) }
            (form)
        }
    })
}

/// Requires that two people submit, or no longer.
pub(crate) async fn require_joint(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: ApplicantId = visit.id()?;
    match visit.engine.require_joint_representation(&visit.call(), id, visit.field("required") == "yes").await {
        Ok(_) => Ok(go_to(&format!("/applicants/{id}?saved=yes#joint"))),
        Err(Error::Refused(refusal)) => {
            let applicant = load(&visit).await?;
            let words: Vec<String> = refusal.0.iter().map(|violation| violation.problem.message(visit.language())).collect();
            let content = html! {
                (alert(Tone::Warning, &words.join(" "), &html! {}))
                div class="buttons" { (link_button(true, &format!("{}/people", path(&applicant)), visit.text().membership.title)) }
            };
            let sheet = sheet(&visit, &applicant, visit.text().applicant.joint).status(poem::http::StatusCode::UNPROCESSABLE_ENTITY);
            Ok(sheet.show(&visit, &content))
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows what is known, to be corrected.
pub(crate) async fn edit(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    visit.permitted(Action::Correct, &applicant)?;
    let mut typed = Fields::default();
    let details = &applicant.details;
    typed.put("name", applicant.name.as_str());
    typed.put("address", applicant.address.as_str());
    typed.put_some("registerNumber", details.register.as_ref().map(|register| &register.number));
    typed.put_some("registerCourt", details.register.as_ref().map(|register| &register.court));
    typed.put_date("nonProfitSince", details.non_profit_since);
    typed.put("language", details.language.code());
    typed.put_some("contactName", details.contact.as_ref().map(|contact| &contact.name));
    typed.put_some("contactEmail", details.contact.as_ref().and_then(|contact| contact.email.as_ref()));
    typed.put_some("contactPhone", details.contact.as_ref().and_then(|contact| contact.phone.as_ref()));
    edit_page(&visit, &applicant, &typed, &Errors::default(), false)
}

fn edit_page(visit: &Visit, applicant: &Applicant, typed: &Fields, errors: &Errors, changed_meanwhile: bool) -> Answer {
    let text = &visit.text().applicant;
    let ask = Ask::new(visit, typed, errors);
    let languages = [("de".to_owned(), "Deutsch".to_owned()), ("en".to_owned(), "English".to_owned())];
    let fields = html! {
        input type="hidden" name="version" value=(applicant.version);
        (ask.line(&Question::new("name", text.name).hint(text.name_hint).kind("text", "organization")))
        (ask.area(&Question::new("address", text.address).hint(text.address_hint), 3))
        (ask.line(&Question::new("registerNumber", text.register_number).hint(text.register_number_hint).optional().short()))
        (ask.line(&Question::new("registerCourt", text.register_court).hint(text.register_court_hint).optional()))
        (ask.date(&Question::new("nonProfitSince", text.non_profit_since).hint(text.non_profit_since_hint).optional()))
        (ask.line(&Question::new("contactName", text.contact_name).kind("text", "name").optional()))
        (ask.line(&Question::new("contactEmail", text.contact_email).kind("email", "email").optional()))
        (ask.line(&Question::new("contactPhone", text.contact_phone).kind("tel", "tel").optional().short()))
        (ask.radios(&Question::new("language", text.language), &languages))
        div class="buttons" { (submit(Weight::Primary, visit.text().form.save)) (link_button(false, &path(applicant), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/edit", path(applicant)), &fields)?;
    let content = html! {
        @if changed_meanwhile {
            (alert(Tone::Warning, text.changed_meanwhile.0, &html! {
                p class="kern-body" { (text.changed_meanwhile.1) }
                (applicant_facts(visit, applicant))
            }))
        }
        (form)
    };
    let mut response = sheet(visit, applicant, text.edit.0).lead(text.edit.1).show_with(visit, errors, &content);
    if changed_meanwhile {
        response.set_status(poem::http::StatusCode::CONFLICT);
    }
    Ok(response)
}

/// Corrects what is known.
pub(crate) async fn correct(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    visit.permitted(Action::Correct, &applicant)?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let correction = Correction {
        name: visit.field("name").to_owned(),
        address: visit.field("address").to_owned(),
        register_number: reader.text("registerNumber"),
        register_court: reader.text("registerCourt"),
        non_profit_since: reader.date("nonProfitSince"),
        language: Language::ALL.into_iter().find(|language| language.code() == visit.field("language")).unwrap_or_default(),
        contact_name: reader.text("contactName"),
        contact_email: reader.text("contactEmail"),
        contact_phone: reader.text("contactPhone"),
    };
    if !reader.errors.is_empty() {
        return edit_page(&visit, &applicant, &visit.fields, &reader.errors, false);
    }
    let version = visit.field("version").parse().ok();
    match visit.engine.correct_applicant(&visit.call(), applicant.id, version, correction).await {
        Ok(_) => Ok(go_to(&format!("{}?saved=yes", path(&applicant)))),
        Err(Error::Conflict) => edit_page(&visit, &applicant, &visit.fields, &Errors::default(), true),
        Err(Error::Refused(refusal)) => edit_page(&visit, &applicant, &visit.fields, &Errors::of(&visit, refusal, "name"), false),
        Err(error) => Err(error.into()),
    }
}

/// Asks for a bank account.
pub(crate) async fn account(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    visit.permitted(Action::NameBankAccount, &applicant)?;
    account_page(&visit, &applicant, &Errors::default())
}

fn account_page(visit: &Visit, applicant: &Applicant, errors: &Errors) -> Answer {
    let text = &visit.text().applicant;
    let mut typed = visit.fields.clone();
    if visit.fields.is_empty() {
        typed.put("holder", applicant.name.as_str());
    }
    let ask = Ask::new(visit, &typed, errors);
    let fields = html! {
        (ask.line(&Question::new("iban", text.iban).hint(text.iban_hint)))
        (ask.line(&Question::new("holder", text.holder).hint(text.holder_hint)))
        div class="buttons" { (submit(Weight::Primary, text.account_save)) (link_button(false, &path(applicant), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/account", path(applicant)), &fields)?;
    Ok(sheet(visit, applicant, text.account_new.0).lead(text.account_new.1).show_with(visit, errors, &form))
}

/// Names a bank account.
pub(crate) async fn name_account(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    let (iban, holder) = (visit.field("iban").to_owned(), visit.field("holder").to_owned());
    match visit.engine.name_bank_account(&visit.call(), applicant.id, iban, holder).await {
        Ok(_) => Ok(go_to(&format!("{}?account=yes#account", path(&applicant)))),
        Err(Error::Refused(refusal)) => account_page(&visit, &applicant, &Errors::of(&visit, refusal, "iban")),
        Err(error) => Err(error.into()),
    }
}
