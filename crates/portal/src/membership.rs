//! Who acts for an organisation: invited, joined, changed, handed over, left.

use std::collections::BTreeMap;

use domain::applicant::{Applicant, ApplicantAction};
use domain::calendar::day_of;
use domain::identity::{Permission, Person, Scoped as _, available_actions};
use domain::ids::{InvitationId, MembershipId, PersonId};
use domain::language::Say as _;
use domain::membership::{InvitationAction, Level, MembershipAction as Action, MembershipCase, NewInvitation};
use engine::{Error, HandOverApplicant};
use maud::{Markup, html};

use crate::applicant::{load, path, sheet};
use crate::component::{Tone, alert, link_button};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Weight, form_once, submit};
use crate::moment;
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

/// What somebody may do, in a word.
pub(crate) fn level(visit: &Visit, level: Option<Level>) -> &'static str {
    level.map(|level| named(visit.text().membership.levels, level.code())).unwrap_or_default()
}

fn levels(visit: &Visit) -> Vec<Choice> {
    let choice = |level: Level| (level.code().to_owned(), named(visit.text().membership.levels_long, level.code()).to_owned());
    Level::ALL.into_iter().map(choice).collect()
}

fn level_of(code: &str) -> Option<Level> {
    Level::ALL.into_iter().find(|level| level.code() == code)
}

/// Everybody who acts for an organisation, and who is invited.
pub(crate) async fn list(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    if !visit.actor.may(Permission::ReadMembers, applicant.scope()) {
        return Err(Error::Forbidden.into());
    }
    page(&visit, &applicant, &visit.fields, &Errors::default()).await
}

async fn page(visit: &Visit, applicant: &Applicant, typed: &Fields, errors: &Errors) -> Answer {
    let text = &visit.text().membership;
    let members = visit.engine.members(&visit.actor, applicant).await?;
    let ids: Vec<PersonId> = members.iter().map(|case| case.membership.person).collect();
    let persons: BTreeMap<PersonId, Person> = visit.engine.persons(&ids).await?.into_iter().map(|person| (person.id, person)).collect();
    let invitations = visit.engine.invitations(&visit.actor, applicant).await?;
    let mine = members.iter().find(|case| Some(case.membership.person) == visit.actor.person);
    let own_actions = mine.map(|case| available_actions(&visit.actor, case)).unwrap_or_default();
    let may_invite = available_actions(&visit.actor, applicant).contains(&ApplicantAction::InviteMember);
    let mut rows = Vec::with_capacity(members.len());
    for case in &members {
        rows.push(member(visit, applicant, case, persons.get(&case.membership.person))?);
    }
    let mut waiting = Vec::with_capacity(invitations.len());
    for case in &invitations {
        let button = submit(Weight::Secondary, text.withdraw);
        let withdrawable = available_actions(&visit.actor, case).contains(&InvitationAction::Withdraw);
        let form = if withdrawable {
            form_once(visit, &format!("/invitations/{}/withdraw", case.invitation.id), &button)?
        } else {
            html! {}
        };
        waiting.push(html! {
            li {
                div {
                    strong { (case.invitation.name) } ", " (case.invitation.email)
                    p class="meta" {
                        span { (level(visit, Some(case.invitation.level))) }
                        span { ((text.invited_until)(&day_of(case.invitation.expires_at).say(visit.language()))) }
                    }
                }
                (form)
            }
        });
    }
    let content = html! {
        @if visit.field("invited") == "yes" { (alert(Tone::Success, text.invited, &html! {})) }
        @if visit.field("saved") == "yes" { (alert(Tone::Success, text.saved, &html! {})) }
        ul class="things" { @for row in &rows { (row) } }
        @if !waiting.is_empty() {
            section aria-labelledby="waiting" {
                h2 class="kern-heading-medium" id="waiting" { (text.waiting) }
                ul class="things" { @for row in &waiting { (row) } }
            }
        }
        @if may_invite { (invite_form(visit, applicant, typed, errors)?) }
        @if own_actions.contains(&Action::HandOver) && members.len() > 1 { (hand_over_form(visit, applicant, &members, &persons)?) }
        @if own_actions.contains(&Action::Leave) {
            section aria-labelledby="leave" {
                h2 class="kern-heading-medium" id="leave" { (text.leave.0) }
                p { (text.leave.1) }
                (form_once(visit, &format!("{}/leave", path(applicant)), &html! { div { (submit(Weight::Secondary, text.leave_button)) } })?)
            }
        }
    };
    Ok(sheet(visit, applicant, text.title).lead(text.lead).show_with(visit, errors, &content))
}

fn member(visit: &Visit, applicant: &Applicant, case: &MembershipCase, person: Option<&Person>) -> Result<Markup, Failure> {
    let text = &visit.text().membership;
    let membership = &case.membership;
    let actions = available_actions(&visit.actor, case);
    let oneself = Some(membership.person) == visit.actor.person;
    let mut typed = Fields::default();
    typed.put(format!("level-{}", membership.id), membership.level.code());
    let errors = Errors::default();
    let ask = Ask::new(visit, &typed, &errors);
    let name = format!("level-{}", membership.id);
    let choices: Vec<Choice> = Level::ALL.into_iter().map(|own| (own.code().to_owned(), level(visit, Some(own)).to_owned())).collect();
    let change = html! {
        input type="hidden" name="membership" value=(membership.id);
        (ask.select(&Question::new(&name, text.level), "", &choices))
        div { (submit(Weight::Secondary, text.change)) }
    };
    let reason = format!("reason-{}", membership.id);
    let end = html! {
        input type="hidden" name="membership" value=(membership.id);
        (ask.line(&Question::new(&reason, text.end_reason)))
        div { (submit(Weight::Secondary, text.end)) }
    };
    let own = path(applicant);
    let who = person.map(|person| person.name.as_str()).unwrap_or_default();
    Ok(html! {
        li {
            div {
                strong { (who) } @if oneself { " (" (text.you) ")" }
                p class="meta" { span { (level(visit, Some(membership.level))) } span { (text.since) " " (moment::day(membership.since, visit.language())) } }
            }
            @if !oneself && (actions.contains(&Action::Change) || actions.contains(&Action::End)) {
                details class="more" {
                    summary { (text.change) span class="unseen" { ": " (who) } }
                    div class="more__body" {
                        @if actions.contains(&Action::Change) { (form_once(visit, &format!("{own}/people/change"), &change)?) }
                        @if actions.contains(&Action::End) { (form_once(visit, &format!("{own}/people/end"), &end)?) }
                    }
                }
            }
        }
    })
}

fn invite_form(visit: &Visit, applicant: &Applicant, typed: &Fields, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().membership;
    let ask = Ask::new(visit, typed, errors);
    let fields = html! {
        (ask.line(&Question::new("name", text.invite_name)))
        (ask.line(&Question::new("email", text.invite_email).kind("email", "off")))
        (ask.radios(&Question::new("level", text.level), &levels(visit)))
        div class="buttons" { (submit(Weight::Primary, text.invite_button)) }
    };
    Ok(html! {
        section aria-labelledby="invite" {
            h2 class="kern-heading-medium" id="invite" { (text.invite.0) }
            p { (text.invite.1) }
            (form_once(visit, &format!("{}/people", path(applicant)), &fields)?)
        }
    })
}

fn hand_over_form(
    visit: &Visit,
    applicant: &Applicant,
    members: &[MembershipCase],
    persons: &BTreeMap<PersonId, Person>,
) -> Result<Markup, Failure> {
    let text = &visit.text().membership;
    let others = members.iter().filter(|case| Some(case.membership.person) != visit.actor.person);
    let others: Vec<Choice> =
        others.filter_map(|case| Some((case.membership.id.to_string(), persons.get(&case.membership.person)?.name.clone()))).collect();
    let remains: Vec<Choice> = [Level::Editor, Level::Reader]
        .into_iter()
        .map(|own| (own.code().to_owned(), level(visit, Some(own)).to_owned()))
        .chain([("nothing".to_owned(), text.remains_not.to_owned())])
        .collect();
    let mut typed = Fields::default();
    typed.put("remains", Level::Editor.code());
    let errors = Errors::default();
    let ask = Ask::new(visit, &typed, &errors);
    let fields = html! {
        (ask.select(&Question::new("successor", text.successor), visit.text().form.choose, &others))
        (ask.radios(&Question::new("remains", text.remains), &remains))
        div class="buttons" { (submit(Weight::Secondary, text.hand_over_button)) }
    };
    Ok(html! {
        section aria-labelledby="hand-over" {
            h2 class="kern-heading-medium" id="hand-over" { (text.hand_over.0) }
            p { (text.hand_over.1) }
            (form_once(visit, &format!("{}/people/hand-over", path(applicant)), &fields)?)
        }
    })
}

/// Invites somebody.
pub(crate) async fn invite(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    visit.permitted(ApplicantAction::InviteMember, &applicant)?;
    let Some(level) = level_of(visit.field("level")) else {
        return page(&visit, &applicant, &visit.fields, &Errors::missing(&visit, "level")).await;
    };
    let new =
        NewInvitation { applicant: applicant.id, name: visit.field("name").to_owned(), email: visit.field("email").to_owned(), level };
    match visit.engine.invite_member(&visit.call(), new).await {
        Ok(_) => Ok(go_to(&format!("{}/people?invited=yes", path(&applicant)))),
        Err(Error::Refused(refusal)) => page(&visit, &applicant, &visit.fields, &Errors::of(&visit, refusal, "email")).await,
        Err(error) => Err(error.into()),
    }
}

/// What a command about somebody's part came to: back to the list, or the list with what refused it.
async fn outcome<T>(visit: &Visit, done: engine::Result<T>) -> Answer {
    let applicant = load(visit).await?;
    match done {
        Ok(_) => Ok(go_to(&format!("{}/people?saved=yes", path(&applicant)))),
        Err(Error::Refused(mut refusal)) => {
            refusal.0.iter_mut().for_each(|violation| violation.field = None);
            page(visit, &applicant, &Fields::default(), &Errors::of(visit, refusal, "content")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Raises or lowers what somebody may do.
pub(crate) async fn change(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: MembershipId = visit.id_in("membership")?;
    let level = level_of(visit.field(&format!("level-{id}"))).ok_or(Error::NotFound)?;
    let done = visit.engine.change_membership(&visit.call(), id, level).await;
    outcome(&visit, done).await
}

/// Ends somebody's part.
pub(crate) async fn end(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: MembershipId = visit.id_in("membership")?;
    let reason = visit.field(&format!("reason-{id}")).to_owned();
    let done = visit.engine.end_membership(&visit.call(), id, reason).await;
    outcome(&visit, done).await
}

/// Hands the organisation over.
pub(crate) async fn hand_over(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    visit.permitted(Action::HandOver, &applicant)?;
    let Ok(successor) = visit.id_in::<MembershipId>("successor") else {
        let mut errors = Errors::default();
        errors.add("successor", visit.text().membership.successor);
        return page(&visit, &applicant, &Fields::default(), &errors).await;
    };
    let input = HandOverApplicant { applicant: applicant.id, successor, remains: level_of(visit.field("remains")) };
    visit.engine.hand_over_applicant(&visit.call(), input).await?;
    Ok(go_to("/desk"))
}

/// Stops acting for the organisation.
pub(crate) async fn leave(visit: Visit) -> Answer {
    let applicant = load(&visit).await?;
    match visit.engine.leave_applicant(&visit.call(), applicant.id).await {
        Ok(_) => Ok(go_to("/desk")),
        Err(error) => outcome::<()>(&visit, Err(error)).await,
    }
}

/// An invitation, to whom it is addressed.
pub(crate) async fn invitation(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: InvitationId = visit.id()?;
    let (case, applicant) = visit.engine.invitation(&visit.actor, id).await?.ok_or(Error::NotFound)?;
    let text = &visit.text().membership;
    let actions = available_actions(&visit.actor, &case);
    let long = named(text.levels_long, case.invitation.level.code());
    let content = html! {
        @if case.expired { p { (text.expired) } }
        div class="buttons" {
            @if case.mine && actions.contains(&InvitationAction::Accept) {
                (form_once(&visit, &format!("/invitations/{id}/accept"), &submit(Weight::Primary, text.accept))?)
            }
            @if case.mine && actions.contains(&InvitationAction::Decline) {
                (form_once(&visit, &format!("/invitations/{id}/decline"), &submit(Weight::Secondary, text.decline))?)
            }
            @if !case.mine { (link_button(false, "/desk", visit.text().desk.title)) }
        }
    };
    let sheet = Sheet::new((text.invitation)(&applicant.name)).below("/desk", visit.text().desk.title);
    Ok(sheet.lead((text.invitation_lead)(&applicant.name, long)).show(&visit, &content))
}

/// Accepts an invitation.
pub(crate) async fn accept(visit: Visit) -> Answer {
    visit.signed_in()?;
    visit.engine.accept_invitation(&visit.call(), visit.id()?).await?;
    Ok(go_to("/desk"))
}

/// Declines an invitation.
pub(crate) async fn decline(visit: Visit) -> Answer {
    visit.signed_in()?;
    visit.engine.decline_invitation(&visit.call(), visit.id()?).await?;
    Ok(go_to("/desk"))
}

/// Takes an invitation back.
pub(crate) async fn withdraw(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: InvitationId = visit.id()?;
    let (case, _) = visit.engine.invitation(&visit.actor, id).await?.ok_or(Error::NotFound)?;
    visit.engine.withdraw_invitation(&visit.call(), id).await?;
    Ok(go_to(&format!("/applicants/{}/people?saved=yes", case.invitation.applicant)))
}
