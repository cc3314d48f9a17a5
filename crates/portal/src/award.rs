//! An award, as those who got it see it: accepted, declined, made final.

use domain::applicant::Applicant;
use domain::application::Application;
use domain::award::{AwardAction as Action, AwardOn, AwardState};
use domain::identity::available_actions;
use domain::ids::AwardId;
use domain::language::Say as _;
use engine::Error;
use maud::html;

use crate::component::{Summary, Tone, alert, link_button, money};
use crate::failure::Failure;
use crate::form::{Ask, Errors, Question, Weight, form_once, submit};
use crate::page::{Sheet, go_to};
use crate::payout;
use crate::visit::{Answer, Visit};

/// An award with what its pages say of its surroundings.
pub(crate) struct Case {
    pub(crate) on: AwardOn,
    pub(crate) application: Application,
    pub(crate) applicant: Option<Applicant>,
    pub(crate) actions: Vec<Action>,
}

impl Case {
    /// The award that the path names, if whoever asks may see it.
    pub(crate) async fn load(visit: &Visit) -> Result<Self, Failure> {
        visit.signed_in()?;
        let id: AwardId = visit.id()?;
        let (engine, actor) = (&visit.engine, &visit.actor);
        let on = engine.award(actor, id).await?.ok_or(Error::NotFound)?;
        let application = engine.application(actor, on.award.application).await?.ok_or(Error::NotFound)?;
        let applicant = engine.applicant(actor, on.award.applicant).await?;
        let actions = available_actions(actor, &on);
        Ok(Self { on, application, applicant, actions })
    }

    /// Whether whoever asks can do that now.
    pub(crate) fn can(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// Its own page.
    pub(crate) fn path(&self) -> String {
        format!("/awards/{}", self.on.award.id)
    }

    fn title(&self) -> String {
        self.application.form.title.clone().unwrap_or_default()
    }

    /// A page below its own.
    pub(crate) fn sheet(&self, visit: &Visit, title: &str) -> Sheet {
        self.below(visit, title).below(self.path(), visit.text().award.title)
    }

    fn below(&self, visit: &Visit, title: &str) -> Sheet {
        let number = self.application.number.as_deref().unwrap_or_default();
        let name = self.applicant.as_ref().map(|applicant| applicant.name.as_str()).unwrap_or_default();
        Sheet::new(title)
            .below("/desk", visit.text().desk.title)
            .below(format!("/applications/{}", self.application.id), self.title())
            .preline((visit.text().application.preline)(number, name))
    }
}

/// The award: what it is, what is to be done, what was paid.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    let (text, language) = (&visit.text().award, visit.language());
    let award = &case.on.award;
    let payouts = visit.engine.payouts_of(&visit.actor, &[award.id]).await?;
    let mut facts = Summary::default()
        .row(text.amount, money(award.amount, language))
        .row(text.paid, money(award.paid, language))
        .row(text.remaining, money(case.on.payable - case.on.requested, language));
    if award.amount - award.released > case.on.payable {
        facts = facts.row(text.held_back, money(award.amount - award.released - case.on.payable, language));
    }
    facts = facts.text(text.term, &(text.term_value)(&award.term_start.say(language), &award.term_end.say(language)));
    if let Some(notification) = award.state.notification() {
        facts = facts.text(text.letter, &(text.letter_value)(&notification.dispatched_on.say(language)));
        if matches!(award.state, AwardState::Notified(_)) {
            facts = facts.text(text.accept_by, &notification.accept_by.say(language));
        }
        facts = facts.text(text.appeal_until, &notification.appeal_until.say(language));
        if let Some(day) = notification.final_from() {
            facts = facts.text(text.final_from, &day.say(language));
        }
    }
    let content = html! {
        @match visit.field("done") {
            "accepted" => (alert(Tone::Success, text.accepted, &html! {})),
            "waived" => (alert(Tone::Success, text.waived, &html! {})),
            "requested" => (alert(Tone::Success, text.requested_done.0, &html! { p class="kern-body" { (text.requested_done.1) } })),
            _ => {}
        }
        div class="buttons" {
            @if case.can(Action::Accept) { (link_button(true, &format!("{}/accept", case.path()), text.accept.0)) }
            @if case.can(Action::RequestPayout) { (link_button(true, &format!("{}/payouts/new", case.path()), text.request_link)) }
            @if case.can(Action::WaiveAppeal) { (link_button(false, &format!("{}/waive-appeal", case.path()), text.waive_link)) }
        }
        (facts.render())
        section aria-labelledby="payouts" {
            h2 class="kern-heading-medium" id="payouts" { (text.payouts) }
            (payout::list(&visit, &payouts))
        }
        // Last, and not as a button: it is seldom what somebody came for.
        @if case.can(Action::Decline) && award.open().is_positive() {
            p { a class="kern-link" href=(format!("{}/decline", case.path())) { (text.decline_link) } }
        }
    };
    Ok(case.below(&visit, text.title).lead((text.lead)(&award.amount.say(language))).show(&visit, &content))
}

/// What is asked before something that can't be undone.
struct Confirmation {
    action: Action,
    path: &'static str,
    said: (&'static str, &'static str),
    confirm: &'static str,
    button: &'static str,
    with_reason: bool,
}

fn accepting(visit: &Visit) -> Confirmation {
    let text = &visit.text().award;
    Confirmation {
        action: Action::Accept,
        path: "accept",
        said: text.accept,
        confirm: text.accept_confirm,
        button: text.accept_button,
        with_reason: false,
    }
}

fn declining(visit: &Visit) -> Confirmation {
    let text = &visit.text().award;
    Confirmation {
        action: Action::Decline,
        path: "decline",
        said: text.decline,
        confirm: text.decline_confirm,
        button: text.decline_button,
        with_reason: true,
    }
}

fn waiving(visit: &Visit) -> Confirmation {
    let text = &visit.text().award;
    Confirmation {
        action: Action::WaiveAppeal,
        path: "waive-appeal",
        said: text.waive,
        confirm: text.waive_confirm,
        button: text.waive_button,
        with_reason: false,
    }
}

fn confirmation(visit: &Visit, case: &Case, asked: &Confirmation, errors: &Errors) -> Answer {
    visit.permitted(asked.action, &case.on)?;
    if !case.can(asked.action) {
        return Ok(go_to(&case.path()));
    }
    let text = &visit.text().award;
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        @if asked.with_reason { (ask.area(&Question::new("reason", text.decline_reason).hint(text.decline_reason_hint).optional(), 3)) }
        (ask.declaration(&Question::new("confirmed", asked.confirm)))
        div class="buttons" { (submit(Weight::Primary, asked.button)) (link_button(false, &case.path(), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/{}", case.path(), asked.path), &fields)?;
    Ok(case.sheet(visit, asked.said.0).lead(asked.said.1).show_with(visit, errors, &form))
}

/// The confirmation again, unless it was given: then there is something to do.
async fn unconfirmed(visit: &Visit, asked: &Confirmation) -> Result<Option<poem::Response>, Failure> {
    visit.signed_in()?;
    if visit.field("confirmed") == "yes" {
        return Ok(None);
    }
    let case = Case::load(visit).await?;
    confirmation(visit, &case, asked, &Errors::missing(visit, "confirmed")).map(Some)
}

/// Asks whether it is to be accepted.
pub(crate) async fn acceptance(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    confirmation(&visit, &case, &accepting(&visit), &Errors::default())
}

/// Accepts it.
pub(crate) async fn accept(visit: Visit) -> Answer {
    if let Some(response) = unconfirmed(&visit, &accepting(&visit)).await? {
        return Ok(response);
    }
    let id: AwardId = visit.id()?;
    visit.engine.accept_award(&visit.call(), id).await?;
    Ok(go_to(&format!("/awards/{id}?done=accepted")))
}

/// Asks whether it is to be declined.
pub(crate) async fn refusal(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    confirmation(&visit, &case, &declining(&visit), &Errors::default())
}

/// Declines it, or calls the project off.
pub(crate) async fn decline(visit: Visit) -> Answer {
    if let Some(response) = unconfirmed(&visit, &declining(&visit)).await? {
        return Ok(response);
    }
    let id: AwardId = visit.id()?;
    match visit.engine.decline_award(&visit.call(), id, visit.field("reason").to_owned()).await {
        Ok(_) => Ok(go_to(&format!("/awards/{id}"))),
        Err(Error::Refused(refused)) => {
            let case = Case::load(&visit).await?;
            confirmation(&visit, &case, &declining(&visit), &Errors::of(&visit, refused, "confirmed"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks whether the appeal is to be waived.
pub(crate) async fn waiver(visit: Visit) -> Answer {
    let case = Case::load(&visit).await?;
    confirmation(&visit, &case, &waiving(&visit), &Errors::default())
}

/// Waives the appeal.
pub(crate) async fn waive(visit: Visit) -> Answer {
    if let Some(response) = unconfirmed(&visit, &waiving(&visit)).await? {
        return Ok(response);
    }
    let id: AwardId = visit.id()?;
    visit.engine.waive_appeal(&visit.call(), id).await?;
    Ok(go_to(&format!("/awards/{id}?done=waived")))
}
