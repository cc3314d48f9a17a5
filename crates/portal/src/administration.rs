//! The administrator: people and their roles, rounds, and the fund's rules as they are set.

use domain::identity::{Permission, Scope};
use engine::Error;
use maud::{Markup, html};

use crate::failure::Failure;
use crate::visit::Visit;

pub(crate) mod parameter;
pub(crate) mod person;
pub(crate) mod role;
pub(crate) mod round;

/// The parts of the administration's pages; the one that is shown is marked.
pub(crate) fn parts(visit: &Visit) -> Markup {
    let text = &visit.text().administration;
    let parts = [
        ("/administration", text.people.0),
        ("/administration/rounds", text.rounds.0),
        ("/administration/parameters", text.parameters.0),
        ("/office/messages", text.outbox),
    ];
    html! {
        nav aria-label=(text.parts) {
            ul class="filter" {
                @for (path, words) in parts {
                    li { a href=(path) aria-current=[(visit.onlooker.path == path).then_some("page")] { (words) } }
                }
            }
        }
    }
}

/// Where an administrator begins: their part of the desk.
pub(crate) fn desk(visit: &Visit) -> Markup {
    html! {
        section aria-labelledby="administration" {
            h2 class="kern-heading-medium" id="administration" { (visit.text().administration.desk) }
            (parts(visit))
        }
    }
}

/// Lets through who looks after the fund: administrators, case officers, auditors.
pub(crate) fn require_staff(visit: &Visit) -> Result<(), Failure> {
    visit.signed_in()?;
    let staff = [Permission::ReadPersons, Permission::AnnounceRound, Permission::ReadEvents];
    let is_staff = staff.iter().any(|permission| visit.actor.may(*permission, Scope::everyone()));
    if is_staff { Ok(()) } else { Err(Error::Forbidden.into()) }
}

/// Lets through who may do that, whatever it is done to.
pub(crate) fn require(visit: &Visit, permission: Permission) -> Result<(), Failure> {
    visit.signed_in()?;
    if visit.actor.may(permission, Scope::everyone()) { Ok(()) } else { Err(Error::Forbidden.into()) }
}
