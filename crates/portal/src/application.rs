//! Applications of one's own: begun, looked at, withdrawn. How they are filled in and handed in stands below.

use domain::applicant::Applicant;
use domain::application::{Application, ApplicationAction as Action, State};
use domain::award::AwardOn;
use domain::identity::{Permission, Scope};
use domain::ids::{ApplicantId, ApplicationId, RoundId};
use domain::language::Say as _;
use domain::problem::Violation;
use domain::round::Round;
use engine::{Error, RoundView, StartApplication};
use maud::{Markup, html};
use poem::Response;

use crate::component::{Task, Tone, alert, link_button, task_list};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Weight, form_once, submit};
use crate::moment;
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

pub(crate) mod answers;
pub(crate) mod content;
pub(crate) mod filling;
pub(crate) mod questions;
pub(crate) mod standing;
pub(crate) mod step;
pub(crate) mod submitting;

use standing::Standing;
use step::{Progress, Step, change_request, open_in};

/// An application with what its pages say of its surroundings.
pub(crate) struct Case {
    pub(crate) application: Application,
    pub(crate) applicant: Option<Applicant>,
    pub(crate) round: RoundView,
    pub(crate) award: Option<AwardOn>,
    pub(crate) actions: Vec<Action>,
}

impl Case {
    /// The application that the path names, if whoever asks may see it.
    pub(crate) async fn load(visit: &Visit) -> Result<Self, Failure> {
        visit.signed_in()?;
        let id: ApplicationId = visit.id()?;
        let (engine, actor) = (&visit.engine, &visit.actor);
        let application = engine.application(actor, id).await?.ok_or(Error::NotFound)?;
        let applicant = engine.applicant(actor, application.applicant).await?;
        let round = engine.rounds_by_ids(&[application.round]).await?.pop().ok_or(Error::NotFound)?;
        let awarded = matches!(application.state, State::Awarded { .. });
        let award = if awarded { engine.award_of(actor, application.id).await? } else { None };
        let actions = engine.application_actions(actor, &application).await?;
        Ok(Self { application, applicant, round, award, actions })
    }

    /// Whether whoever asks can do that now.
    pub(crate) fn can(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// Where it stands.
    pub(crate) fn standing(&self, visit: &Visit) -> Standing {
        Standing::of(&self.application, &self.round.round, self.award.as_ref(), visit.engine.today(), visit.text(), visit.language())
    }

    /// Its title, or that it has none yet.
    pub(crate) fn title(&self, visit: &Visit) -> String {
        title(&self.application, visit)
    }

    /// The line above its title.
    pub(crate) fn preline(&self, visit: &Visit) -> String {
        let name = self.applicant.as_ref().map(|applicant| applicant.name.as_str()).unwrap_or_default();
        match &self.application.number {
            Some(number) => (visit.text().application.preline)(number, name),
            None => (visit.text().application.draft_preline)(name),
        }
    }

    /// Its own page.
    pub(crate) fn path(&self) -> String {
        format!("/applications/{}", self.application.id)
    }

    /// A page below its own.
    pub(crate) fn sheet(&self, visit: &Visit, title: &str) -> Sheet {
        Sheet::new(title).below("/desk", visit.text().desk.title).below(self.path(), self.title(visit)).preline(self.preline(visit))
    }
}

/// An application's title, or that it has none yet.
pub(crate) fn title(application: &Application, visit: &Visit) -> String {
    application.form.title.clone().unwrap_or_else(|| visit.text().application.untitled.to_owned())
}

/// Asks for whom and to which round somebody applies.
pub(crate) async fn new(visit: Visit) -> Answer {
    new_page(&visit, &Errors::default()).await
}

async fn new_page(visit: &Visit, errors: &Errors) -> Answer {
    visit.signed_in()?;
    let text = &visit.text().application;
    let rounds: Vec<RoundView> = visit.engine.rounds().await?.into_iter().filter(|view| view.is_open).collect();
    let applicants = may_apply_for(visit).await?;
    let sheet = Sheet::new(text.new.0).below("/desk", visit.text().desk.title).lead(text.new.1);
    if rounds.is_empty() {
        return Ok(sheet.show(visit, &alert(Tone::Info, text.no_round.0, &html! { p class="kern-body" { (text.no_round.1) } })));
    }
    if applicants.is_empty() {
        let content = html! {
            (alert(Tone::Info, text.no_applicant.0, &html! { p class="kern-body" { (text.no_applicant.1) } }))
            @if visit.actor.may(Permission::RegisterApplicant, Scope::everyone()) {
                div class="buttons" { (link_button(true, "/applicants/new", visit.text().applicant.new_link)) }
            }
        };
        return Ok(sheet.show(visit, &content));
    }
    let language = visit.language();
    let applicants: Vec<Choice> = applicants.into_iter().map(|applicant| (applicant.id.to_string(), applicant.name)).collect();
    let rounds: Vec<Choice> = (rounds.iter())
        .map(|view| {
            let until = (visit.text().start.round_until)(&view.round.code, &view.round.deadline.say(language));
            let window =
                (visit.text().start.round_projects)(&view.round.projects_from.say(language), &view.round.projects_until.say(language));
            (view.round.id.to_string(), format!("{until}, {window}"))
        })
        .collect();
    let mut typed = Fields::default();
    // What there is no choice about is chosen.
    typed.put("applicant", chosen(visit.field("applicant"), &applicants));
    typed.put("round", chosen(visit.field("round"), &rounds));
    let ask = Ask::new(visit, &typed, errors);
    let fields = html! {
        (ask.radios(&Question::new("applicant", text.new_for), &applicants))
        (ask.radios(&Question::new("round", text.new_round), &rounds))
        div class="buttons" { (submit(Weight::Primary, text.new_button)) }
    };
    Ok(sheet.show_with(visit, errors, &form_once(visit, "/applications", &fields)?))
}

fn chosen(wanted: &str, choices: &[Choice]) -> String {
    match choices {
        [(only, _)] => only.clone(),
        _ => wanted.to_owned(),
    }
}

/// The applicants for which whoever asks can begin applications.
async fn may_apply_for(visit: &Visit) -> engine::Result<Vec<Applicant>> {
    use domain::identity::{Action as _, Scoped as _};
    let ids: Vec<ApplicantId> = visit.actor.acts_for.keys().copied().collect();
    let begin = domain::applicant::ApplicantAction::StartApplication.permission();
    let applicants = visit.engine.applicants(&visit.actor, &ids).await?;
    Ok(applicants.into_iter().filter(|applicant| visit.actor.may(begin, applicant.scope())).collect())
}

/// Begins an application: of two identical forms, one does.
pub(crate) async fn start(visit: Visit) -> Answer {
    visit.signed_in()?;
    let mut errors = Errors::default();
    if visit.field("applicant").is_empty() {
        errors.add("applicant", visit.text().application.new_for);
    }
    if visit.field("round").is_empty() {
        errors.add("round", visit.text().application.new_round);
    }
    if !errors.is_empty() {
        return new_page(&visit, &errors).await;
    }
    let input = StartApplication { round: visit.id_in::<RoundId>("round")?, applicant: visit.id_in::<ApplicantId>("applicant")? };
    let id = visit.engine.start_application(&visit.call(), input).await?;
    Ok(go_to(&format!("/applications/{id}")))
}

/// An application: its tasks while it is filled in, else what it says and what became of it.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    let text = &visit.text().application;
    let editable = case.can(Action::SaveDraft);
    let violations = if editable { visit.engine.check_application(&visit.actor, &case.application).await? } else { Vec::new() };
    let main = html! {
        @if editable {
            @if visit.field("saved") == "yes" { (saved_notice(&visit, &case)) }
            (round_notice(&visit, &case))
            (wish(&visit, &case))
            section aria-labelledby="tasks" {
                h2 class="kern-heading-medium" id="tasks" { (text.tasks) }
                p { (text.tasks_lead) }
                (tasks(&visit, &case, &violations))
            }
        } @else {
            section aria-label=(text.content) { (content::content(&visit, &case.application, case.applicant.as_ref(), false)) }
        }
    };
    let content = html! {
        div class="columns" {
            div { (standing_card(&visit, &case)) (main) }
            div { (aside(&visit, &case)) }
        }
    };
    let sheet = Sheet::new(case.title(&visit)).below("/desk", visit.text().desk.title).preline(case.preline(&visit));
    Ok(sheet.show(&visit, &content))
}

/// Where it stands, what comes next, and the button for that.
fn standing_card(visit: &Visit, case: &Case) -> Markup {
    let text = &visit.text().application;
    let standing = case.standing(visit);
    html! {
        div class={ "card" @if standing.waits_for_applicant { " card--waiting" } } {
            div { (standing.badge(visit.text())) }
            (standing.render(visit.text()))
            @if case.can(Action::ConfirmSubmission) {
                div class="buttons" { (link_button(true, &format!("{}/check", case.path()), text.confirm_button)) }
            } @else if case.application.signed.is_some() { p { (text.signed_by_me) } }
            @if let Some(award) = &case.award {
                div class="buttons" { (link_button(true, &format!("/awards/{}", award.award.id), visit.text().award.title)) }
            }
        }
    }
}

/// That it was saved: when, where it is found, and until when it is to be handed in.
fn saved_notice(visit: &Visit, case: &Case) -> Markup {
    let (text, language) = (&visit.text().application, visit.language());
    alert(
        Tone::Success,
        &(text.saved_at)(&moment::time(visit.engine.now(), language)),
        &html! {
            p class="kern-body" {
                (text.saved_under)
                @if case.application.number.is_none() && case.round.is_open {
                    " " ((text.deadline)(&case.round.round.code, &case.round.round.deadline.say(language)))
                }
            }
        },
    )
}

/// Until when it can be handed in; or that it can't any more.
fn round_notice(visit: &Visit, case: &Case) -> Markup {
    let (text, round, language) = (&visit.text().application, &case.round.round, visit.language());
    if change_request(&case.application).is_some() {
        return html! {};
    }
    if case.round.is_open {
        return html! {};
    }
    html! {
        @if case.application.late_permit.is_some() { (alert(Tone::Info, text.late_permitted, &html! {})) }
        @else { (alert(Tone::Warning, &(text.deadline_over)(&round.deadline.say(language)), &html! {})) }
    }
}

/// What the administration wishes to be changed.
pub(crate) fn wish(visit: &Visit, case: &Case) -> Markup {
    let text = &visit.text().application;
    html! {
        @if let Some(request) = change_request(&case.application) {
            (alert(Tone::Warning, text.changes, &html! {
                p class="kern-body" { strong { (text.changes_wish) ": " } span class="typed" { (request.remark) } }
                p class="kern-body" { ((text.changes_due)(&request.due.say(visit.language()))) " " (text.changes_lead) }
            }))
        }
    }
}

fn tasks(visit: &Visit, case: &Case, violations: &[Violation]) -> Markup {
    let text = &visit.text().application;
    let path = case.path();
    let request = change_request(&case.application).is_some();
    let steps = Step::ALL.into_iter().filter(|step| !request || !open_in(*step, &case.application).is_empty());
    let mut tasks: Vec<Task<'_>> = steps
        .map(|step| {
            let (tone, state) = match step.progress(&case.application.form, violations) {
                Progress::Done => (Tone::Success, text.done),
                Progress::Incomplete => (Tone::Warning, text.incomplete),
                Progress::Untouched => (Tone::Info, text.untouched),
                Progress::Optional => (Tone::Info, visit.text().form.optional),
            };
            Task { path: Some(format!("{path}/{}", step.slug())), words: step.title(visit.text()), tone, state }
        })
        .collect();
    let (tone, state) = if violations.is_empty() { (Tone::Success, text.done) } else { (Tone::Info, text.untouched) };
    tasks.push(Task { path: Some(format!("{path}/check")), words: text.to_check, tone, state });
    task_list(&tasks)
}

fn aside(visit: &Visit, case: &Case) -> Markup {
    let text = &visit.text().application;
    html! {
        div class="aside" {
            p { strong { ((visit.text().desk.round)(&case.round.round.code)) } }
            @if case.application.number.is_none() && case.round.is_open {
                p { ((text.deadline)(&case.round.round.code, &case.round.round.deadline.say(visit.language()))) }
                p { (days_left(visit, case)) }
            }
            p { a href=(format!("{}/history", case.path())) { (text.history_link) } }
            @if case.can(Action::Withdraw) { p { a href=(format!("{}/withdraw", case.path())) { (text.withdraw_link) } } }
        }
    }
}

/// How many days there are to hand it in.
fn days_left(visit: &Visit, case: &Case) -> String {
    let text = &visit.text().application;
    match (case.round.round.deadline - visit.engine.today()).num_days() {
        days if days > 0 => (text.days_left)(&days.to_string()),
        _ => text.last_day.to_owned(),
    }
}

/// What happened to it.
pub(crate) async fn history(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    let text = &visit.text().history;
    let happened = visit.engine.history_of(&visit.actor, &case.application).await?;
    let content = html! {
        @if happened.is_empty() { p { (text.none) } }
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
    Ok(case.sheet(&visit, text.title).lead(text.lead).show(&visit, &content))
}

/// Asks whether it is to be withdrawn.
pub(crate) async fn withdrawal(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    withdrawal_page(&visit, &case, &Errors::default())
}

fn withdrawal_page(visit: &Visit, case: &Case, errors: &Errors) -> Answer {
    visit.permitted(Action::Withdraw, &case.application)?;
    if !case.can(Action::Withdraw) {
        return Ok(go_to(&case.path()));
    }
    let text = &visit.text().application;
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.declaration(&Question::new("confirmed", text.withdraw_confirm)))
        div class="buttons" { (submit(Weight::Primary, text.withdraw_button)) (link_button(false, &case.path(), visit.text().form.cancel)) }
    };
    let page = form_once(visit, &format!("{}/withdraw", case.path()), &fields)?;
    Ok(case.sheet(visit, text.withdraw.0).lead(text.withdraw.1).show_with(visit, errors, &page))
}

/// Withdraws it.
pub(crate) async fn withdraw(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: ApplicationId = visit.id()?;
    if visit.field("confirmed") != "yes" {
        let case = Case::load(&visit).await?;
        return withdrawal_page(&visit, &case, &Errors::missing(&visit, "confirmed"));
    }
    visit.engine.withdraw_application(&visit.call(), id).await?;
    Ok(go_to(&format!("/applications/{id}")))
}

/// What the case's round is, for pages that know only it.
pub(crate) fn round_of(case: &Case) -> &Round {
    &case.round.round
}

/// An answer that leads to the application's own page.
pub(crate) fn to_overview(case: &Case) -> Response {
    go_to(&case.path())
}
