//! An application's file, as the office works on it: checked, changed on request, admitted, refused.

use domain::application::{ApplicationAction as Action, Field, State};
use domain::ids::ApplicationId;
use domain::language::Say as _;
use engine::{CaseFile, Error, RequestChanges, Version};
use maud::{Markup, html};

use crate::component::{Column, Summary, Tone, alert, badge, link_button, money, paragraphs, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, submit};
use crate::moment;
use crate::office::inbox::state_badge;
use crate::office::{asking, done, enter, names, plan, sheet, title};
use crate::page::{Sheet, go_to};
use crate::text::{Said, named};
use crate::visit::{Answer, Visit};

/// The file that the path names, if whoever asks may see it.
pub(crate) async fn load(visit: &Visit) -> Result<CaseFile, Failure> {
    enter(visit)?;
    Ok(visit.engine.case_file(&visit.actor, visit.id()?).await?.ok_or(Error::NotFound)?)
}

/// An application's own page.
pub(crate) fn path(id: ApplicationId) -> String {
    format!("/office/applications/{id}")
}

/// The line above its title.
fn preline(visit: &Visit, file: &CaseFile) -> String {
    let name = file.applicant.as_ref().map(|applicant| applicant.name.as_str()).unwrap_or_default();
    match &file.application.number {
        Some(number) => (visit.text().case_file.preline)(number, name),
        None => (visit.text().case_file.draft_preline)(name),
    }
}

/// A page below the application's own.
pub(crate) fn below(visit: &Visit, file: &CaseFile, heading: &str) -> Sheet {
    sheet(visit, heading)
        .below("/office/applications", visit.text().inbox.title)
        .below(path(file.application.id), title(visit, &file.application))
        .preline(preline(visit, file))
}

/// The file: where it stands, what can be done, the check list, and all that it says.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let file = load(&visit).await?;
    overview_page(&visit, &file, &Errors::default()).await
}

async fn overview_page(visit: &Visit, file: &CaseFile, errors: &Errors) -> Answer {
    let text = &visit.text().case_file;
    let application = &file.application;
    let decided = decision(visit, file).await?;
    let content = html! {
        (done(visit))
        div class="columns" {
            div {
                (actions(visit, file)?)
                section aria-labelledby="check" {
                    h2 class="kern-heading-medium" id="check" { (text.check) }
                    (plan::check_list(visit, file))
                }
                (decided)
                section aria-labelledby="form" {
                    h2 class="kern-heading-medium" id="form" { (text.form) }
                    (plan::content(visit, &application.form))
                }
            }
            div { (aside(visit, file)) }
        }
    };
    let sheet =
        sheet(visit, title(visit, application)).below("/office/applications", visit.text().inbox.title).preline(preline(visit, file));
    Ok(sheet.show_with(visit, errors, &content))
}

/// What is proposed and put for the decision; after it, the way to the award.
async fn decision(visit: &Visit, file: &CaseFile) -> Result<Markup, Failure> {
    let text = &visit.text().case_file;
    let (engine, actor, id) = (&visit.engine, &visit.actor, file.application.id);
    if matches!(file.application.state, State::Draft) {
        return Ok(html! {});
    }
    let prepared = engine.proposal_of(actor, id).await?;
    let motions = engine.motions_of(actor, id).await?;
    Ok(html! {
        section aria-labelledby="proposal" {
            h2 class="kern-heading-medium" id="proposal" { (text.proposal) }
            @match &prepared {
                None => p { (text.no_proposal) },
                Some(prepared) => {
                    p { strong { (crate::office::proposal::words(visit, prepared.proposal)) } }
                    p { (paragraphs(&prepared.reasons)) }
                }
            }
        }
        section aria-labelledby="motions" {
            h2 class="kern-heading-medium" id="motions" { (text.motions) }
            @if motions.is_empty() { p { (text.no_motions) } }
            ul class="things" {
                @for motion in &motions {
                    li {
                        a class="kern-link" href=(format!("/office/motions/{}", motion.id)) { (crate::office::proposal::words(visit, motion.proposal)) }
                        (crate::office::motion::state_badge(visit, motion))
                    }
                }
            }
            @if let State::Awarded { award } = file.application.state {
                p { a href=(format!("/office/awards/{award}")) { (text.award) } }
            }
        }
    })
}

/// What can be done now: the admission at once, everything else on a page of its own.
fn actions(visit: &Visit, file: &CaseFile) -> Result<Markup, Failure> {
    let text = &visit.text().case_file;
    let own = path(file.application.id);
    let ways: Vec<(String, &str)> = [
        (Action::RequestChanges, "changes", text.changes.0),
        (Action::PermitLateSubmission, "late", text.late.0),
        (Action::ConsentToEarlyStart, "early-start", text.early.0),
        (Action::PrepareProposal, "proposal", text.to_proposal),
        (Action::ProposeMotion, "motion", text.to_motion),
        (Action::RecordRecusal, "recusals", text.recusals.0),
        (Action::Refuse, "refuse", text.refuse.0),
    ]
    .into_iter()
    .filter(|(action, ..)| file.actions.contains(action))
    .map(|(_, step, words)| (format!("{own}/{step}"), words))
    .collect();
    let can_admit = file.actions.contains(&Action::Admit);
    Ok(html! {
        @if can_admit || !ways.is_empty() {
            section aria-labelledby="actions" {
                h2 class="kern-heading-medium" id="actions" { (text.actions) }
                @if can_admit {
                    p { (text.admit_note) }
                    (form_once(visit, &format!("{own}/admit"), &html! { div { (submit(Weight::Primary, text.admit)) } })?)
                }
                div class="buttons" { @for (path, words) in &ways { (link_button(false, path, words)) } }
            }
        }
    })
}

fn aside(visit: &Visit, file: &CaseFile) -> Markup {
    let (text, language) = (&visit.text().case_file, visit.language());
    let application = &file.application;
    let own = path(application.id);
    let mut facts = Summary::default().row(visit.text().inbox.state, state_badge(visit, application));
    facts = facts.text(visit.text().office.round, &file.round.round.code);
    if let Some(at) = application.received_at {
        facts = facts.text(text.received, &moment::time(at, language));
    }
    if let Some(asked) = application.form.amount_requested {
        facts = facts.row(text.asked, money(asked, language));
    }
    facts = facts.row(text.total, money(application.form.total_cost(), language));
    if let Some(applicant) = &file.applicant {
        let kind = named(visit.text().start.kinds, crate::fund::kind_code(applicant.kind));
        let address = crate::component::lines(&applicant.address);
        facts = facts.text(text.applicant, &applicant.name).text(text.kind, kind).row(text.address, address);
    }
    html! {
        div class="aside" {
            (facts.render())
            @if let State::ChangesRequested(request) = &application.state {
                p { strong { ((text.changes_open)(&request.due.say(language))) } }
                p { (paragraphs(&request.remark)) }
            }
            @if let State::Refused { reason } = &application.state { p { strong { (visit.text().office.reason) ": " } (paragraphs(reason)) } }
            @if let Some(permit) = &application.late_permit { p { strong { (text.late_permit) ": " } (paragraphs(&permit.reason)) } }
            @if let Some(consent) = &application.early_start { p { strong { (text.early_start) ": " } (paragraphs(&consent.reason)) } }
            p { a href=(format!("{own}/versions")) { (text.versions) } }
            p { a href=(format!("{own}/history")) { (text.history) } }
            @if !matches!(application.state, State::Draft) { p { a href=(format!("{own}/recusals")) { (text.recusals.0) } } }
        }
    }
}

/// Admits it.
pub(crate) async fn admit(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: ApplicationId = visit.id()?;
    match visit.engine.admit_application(&visit.call(), id).await {
        Ok(_) => Ok(go_to(&format!("{}?done=admitted", path(id)))),
        Err(Error::Refused(refused)) => {
            let file = load(&visit).await?;
            overview_page(&visit, &file, &Errors::of(&visit, refused, "actions")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks what is to be changed.
pub(crate) async fn changes(visit: Visit) -> Answer {
    let file = load(&visit).await?;
    if !file.actions.contains(&Action::RequestChanges) {
        return Ok(go_to(&path(file.application.id)));
    }
    changes_page(&visit, &file, &Errors::default())
}

fn changes_page(visit: &Visit, file: &CaseFile, errors: &Errors) -> Answer {
    let text = &visit.text().case_file;
    let ask = Ask::new(visit, &visit.fields, errors);
    let own = path(file.application.id);
    let choices: Vec<Choice> =
        Field::ALL.into_iter().map(|field| (field.name().to_owned(), named(text.fields, field.name()).to_owned())).collect();
    let fields = html! {
        div class="checks--columns" { (ask.checkboxes(&Question::new("fields", text.changes_fields), &choices)) }
        (ask.area(&Question::new("remark", text.changes_remark).hint(text.changes_remark_hint), 5))
        (ask.date(&Question::new("due", text.changes_due).hint(visit.text().office.day_hint)))
        div class="buttons" { (submit(Weight::Primary, text.changes_button)) (link_button(false, &own, visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{own}/changes"), &fields)?;
    Ok(below(visit, file, text.changes.0).lead(text.changes.1).show_with(visit, errors, &form))
}

/// Sends the request for changes.
pub(crate) async fn request_changes(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: ApplicationId = visit.id()?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let due = reader.date("due");
    let mut errors = reader.errors;
    if due.is_none() && errors.is_empty() {
        errors = Errors::missing(&visit, "due");
    }
    if let (Some(due), true) = (due, errors.is_empty()) {
        let fields = Field::ALL.into_iter().filter(|field| visit.fields.has("fields", field.name())).collect();
        let input = RequestChanges { application: id, fields, due, remark: visit.field("remark").to_owned() };
        match visit.engine.request_changes(&visit.call(), input).await {
            Ok(_) => return Ok(go_to(&format!("{}?done=changes", path(id)))),
            Err(Error::Refused(refused)) => errors = Errors::of(&visit, refused, "fields"),
            Err(error) => return Err(error.into()),
        }
    }
    changes_page(&visit, &load(&visit).await?, &errors)
}

/// The deeds that need nothing but a reason, by their names in the address.
pub(crate) const STEPS: [(&str, Action); 3] =
    [("refuse", Action::Refuse), ("late", Action::PermitLateSubmission), ("early-start", Action::ConsentToEarlyStart)];

/// A deed that needs nothing but a reason.
struct Reasoned {
    action: Action,
    step: &'static str,
    said: Said,
    label: &'static str,
    button: &'static str,
    done: &'static str,
}

fn reasoned(visit: &Visit) -> Result<Reasoned, Failure> {
    let text = &visit.text().case_file;
    let label = visit.text().office.reason;
    let found = STEPS.into_iter().find(|(step, _)| *step == visit.parameter("step"));
    let (step, action) = found.ok_or(Error::NotFound)?;
    let (said, label, button, done) = match action {
        Action::Refuse => (text.refuse, text.refuse_reason, text.refuse_button, "refused"),
        Action::PermitLateSubmission => (text.late, label, text.late_button, "late"),
        _ => (text.early, label, text.early_button, "early"),
    };
    Ok(Reasoned { action, step, said, label, button, done })
}

/// Asks for the reason of a refusal, of a late submission, of an early start.
pub(crate) async fn reason(visit: Visit) -> Answer {
    let file = load(&visit).await?;
    let deed = reasoned(&visit)?;
    if !file.actions.contains(&deed.action) {
        return Ok(go_to(&path(file.application.id)));
    }
    reason_page(&visit, &file, &deed, &Errors::default())
}

fn reason_page(visit: &Visit, file: &CaseFile, deed: &Reasoned, errors: &Errors) -> Answer {
    let ask = Ask::new(visit, &visit.fields, errors);
    let own = path(file.application.id);
    let fields = html! {
        (ask.area(&Question::new("reason", deed.label).hint(visit.text().case_file.reason_hint), 5))
        div class="buttons" { (submit(Weight::Primary, deed.button)) (link_button(false, &own, visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{own}/{}", deed.step), &fields)?;
    Ok(below(visit, file, deed.said.0).lead(deed.said.1).show_with(visit, errors, &form))
}

/// Does it, for that reason.
pub(crate) async fn give_reason(visit: Visit) -> Answer {
    enter(&visit)?;
    let deed = reasoned(&visit)?;
    let (id, reason): (ApplicationId, String) = (visit.id()?, visit.field("reason").to_owned());
    let (engine, call) = (&visit.engine, visit.call());
    let result = match deed.action {
        Action::Refuse => engine.refuse_application(&call, id, reason).await,
        Action::PermitLateSubmission => engine.permit_late_submission(&call, id, reason).await,
        _ => engine.consent_to_early_start(&call, id, reason).await,
    };
    match result {
        Ok(_) => Ok(go_to(&format!("{}?done={}", path(id), deed.done))),
        Err(Error::Refused(refused)) => {
            let errors = Errors::of(&visit, refused, "reason");
            reason_page(&visit, &load(&visit).await?, &deed, &errors)
        }
        Err(error) => Err(error.into()),
    }
}

/// Two of its versions beside each other.
pub(crate) async fn versions(visit: Visit) -> Answer {
    let file = load(&visit).await?;
    let text = &visit.text().case_file;
    let versions = visit.engine.versions(&visit.actor, &file.application).await?;
    let by = names(&visit, versions.iter().map(|version| version.by).collect()).await?;
    let called = |version: &Version| {
        let day = moment::day(version.at, visit.language());
        let name = by.get(&version.by).map(String::as_str).unwrap_or_default();
        format!("{}, {name}", (text.version)(&version.ordinal.to_string(), &day))
    };
    let mut shown: Vec<(String, String, domain::application::Form)> =
        versions.iter().map(|version| (version.ordinal.to_string(), called(version), version.form.clone())).collect();
    if versions.last().is_none_or(|last| last.form != file.application.form) {
        shown.push(("now".to_owned(), text.version_now.to_owned(), file.application.form.clone()));
    }
    let last = shown.len().saturating_sub(1);
    let at = |name: &str, otherwise: usize| shown.iter().position(|(code, ..)| code == visit.field(name)).unwrap_or(otherwise);
    let (left, right) = (at("left", last.saturating_sub(1)), at("right", last));
    let content = html! {
        @if let [only] = &shown[..] {
            p { (text.versions_one) }
            (alone(&visit, only))
        } @else if let (Some(one), Some(other)) = (shown.get(left), shown.get(right)) {
            (version_choice(&visit, &file, &shown, left, right))
            (beside(&visit, one, other))
        }
    };
    Ok(below(&visit, &file, text.versions).lead(text.versions_lead).show(&visit, &content))
}

type Shown = (String, String, domain::application::Form);

fn version_choice(visit: &Visit, file: &CaseFile, shown: &[Shown], left: usize, right: usize) -> Markup {
    let text = &visit.text().case_file;
    let choices: Vec<Choice> = shown.iter().map(|(code, words, _)| (code.clone(), words.clone())).collect();
    let mut typed = Fields::default();
    for (name, index) in [("left", left), ("right", right)] {
        typed.put_some(name, shown.get(index).map(|(code, ..)| code));
    }
    let errors = Errors::default();
    let ask = Ask::new(visit, &typed, &errors);
    let fields = html! {
        div class="filters" {
            (ask.select(&Question::new("left", text.left), "", &choices))
            (ask.select(&Question::new("right", text.right), "", &choices))
            div { (submit(Weight::Secondary, text.show)) }
        }
    };
    html! { search aria-label=(text.versions_choose) { (asking(&format!("{}/versions", path(file.application.id)), true, &fields)) } }
}

/// The only version.
fn alone(visit: &Visit, (_, called, form): &Shown) -> Markup {
    let text = &visit.text().case_file;
    let rows: Vec<_> =
        Field::ALL.into_iter().map(|field| vec![html! { (named(text.fields, field.name())) }, said(visit, form, field)]).collect();
    table(text.versions, &[Column::text(text.field), Column::text(called)], &rows, None)
}

/// What a version says of a field.
fn said(visit: &Visit, form: &domain::application::Form, field: Field) -> Markup {
    plan::value(visit, form, field).unwrap_or_else(|| html! { span class="kern-body--muted" { (visit.text().case_file.empty) } })
}

fn beside(visit: &Visit, left: &Shown, right: &Shown) -> Markup {
    let text = &visit.text().case_file;
    let changed = right.2.changed_from(&left.2);
    let row = |field: Field| {
        let mark = if changed.contains(&field) {
            badge(Tone::Warning, text.changed)
        } else {
            html! { (text.unchanged) }
        };
        vec![html! { (named(text.fields, field.name())) }, mark, said(visit, &left.2, field), said(visit, &right.2, field)]
    };
    let columns = [Column::text(text.field), Column::text(text.changed), Column::text(&left.1), Column::text(&right.1)];
    let (first, rest): (Vec<Field>, Vec<Field>) = Field::ALL.into_iter().partition(|field| changed.contains(field));
    let rows: Vec<Vec<Markup>> = first.into_iter().chain(rest).map(row).collect();
    table(text.versions, &columns, &rows, None)
}

/// What happened to it.
pub(crate) async fn history(visit: Visit) -> Answer {
    let file = load(&visit).await?;
    let text = &visit.text().history;
    let happened = visit.engine.history_of(&visit.actor, &file.application).await?;
    let content = html! {
        @if happened.is_empty() { (alert(Tone::Info, text.none, &html! {})) }
        ol class="timeline" {
            @for happening in &happened {
                li {
                    p { strong { (named(text.kinds, &happening.kind)) } @if let Some(amount) = happening.amount { ": " (amount.say(visit.language())) } }
                    p class="meta" {
                        span { (moment::time(happening.at, visit.language())) }
                        @if happening.by_oneself { span { (text.you) } }
                    }
                    @if let Some(reason) = &happening.reason { p class="typed" { (reason) } }
                }
            }
        }
    };
    Ok(below(&visit, &file, visit.text().case_file.history).lead(text.lead).show(&visit, &content))
}
