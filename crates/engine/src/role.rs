//! Who is known, and the roles that people have for a time.

use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Person, Scope};
use domain::ids::{GrantId, PersonId};
use domain::outbox::Notice;
use domain::problem::Problem;
use domain::role::{Grant, GrantAction, NewGrant};
use futures_util::FutureExt as _;
use serde_json::json;

use crate::identity::NewPerson;
use crate::work::{Call, found};
use crate::{Engine, Page, Result, Window, require};

impl Engine {
    /// Makes a person known, by the administrator. Roles are given apart, each with its dates and reason.
    pub async fn introduce_person(&self, call: &Call, new: NewPerson) -> Result<PersonId> {
        self.run(call, "addPerson", new, |work, new| {
            async move {
                work.require(Permission::AddPerson, Scope::everyone())?;
                if let Some(email) = &new.email
                    && store::identity::find_person_by_email(&work.tx, email.trim()).await?.is_some()
                {
                    return Err(Problem::AddressTaken.at("email").into());
                }
                crate::identity::add_person(work, NewPerson { roles: Vec::new(), ..new }).await
            }
            .boxed()
        })
        .await
    }

    /// Gives somebody else a role for a time, by the administrator. The person is told.
    pub async fn grant_role(&self, call: &Call, new: NewGrant) -> Result<PersonId> {
        self.run(call, "grantRole", new, |work, new| {
            async move {
                work.require(Permission::GrantRole, Scope::everyone())?;
                let person = found(store::identity::find_person(&work.tx, new.person).await?)?;
                let held = store::role::of_person(&work.tx, person.id).await?;
                let grant = Grant::give(work.id(), &new, &held, work.person()?, work.today(), work.now)?;
                store::role::insert(&work.tx, &grant).await?;
                let reason = grant.reason.clone().unwrap_or_default();
                let details = json!({
                    "grant": grant.id, "role": grant.role, "from": grant.from, "until": grant.until, "reason": reason,
                });
                let subject = Subject::new(SubjectKind::Person, person.id, person.version);
                work.record(Happening { kind: "role-granted", subject, details }, Vec::new());
                let notice = Notice::RoleGranted { role: grant.role, from: grant.from, until: grant.until, reason };
                work.tell(vec![person.id], &grant.id.to_string(), &notice);
                Ok(person.id)
            }
            .boxed()
        })
        .await
    }

    /// Ends somebody else's role at once, by the administrator. The person is told.
    pub async fn end_role(&self, call: &Call, id: GrantId, reason: String) -> Result<PersonId> {
        self.run(call, "endRole", (id, reason), |work, (id, reason)| {
            async move {
                work.person()?;
                let grant = found(store::role::lock(&work.tx, id).await?)?;
                work.authorise(&grant, GrantAction::End)?;
                let grant = grant.end(work.person()?, &reason, work.now)?;
                store::role::save(&work.tx, &grant).await?;
                let person = found(store::identity::find_person(&work.tx, grant.person).await?)?;
                let reason = grant.ended.as_ref().and_then(|ended| ended.reason.clone()).unwrap_or_default();
                let subject = Subject::new(SubjectKind::Person, person.id, person.version);
                let details = json!({ "grant": grant.id, "role": grant.role, "reason": reason });
                work.record(Happening { kind: "role-ended", subject, details }, Vec::new());
                let notice = Notice::RoleEnded { role: grant.role, reason };
                work.tell(vec![person.id], &grant.id.to_string(), &notice);
                Ok(person.id)
            }
            .boxed()
        })
        .await
    }

    /// A page of everybody who is known, for the administrator and the auditor; with `search` those whose name or address holds it.
    pub async fn all_persons(&self, actor: &Actor, search: Option<&str>, window: &Window) -> Result<Page<Person>> {
        require(actor, Permission::ReadPersons)?;
        Ok(store::identity::page(self.database.reader(), search, window).await?)
    }

    /// A person that the actor may look up: themself, or anybody for the administrator and the auditor.
    pub async fn person(&self, actor: &Actor, id: PersonId) -> Result<Option<Person>> {
        if !may_read_roles(actor, id) {
            return Ok(None);
        }
        Ok(store::identity::find_person(self.database.reader(), id).await?)
    }

    /// A role that somebody has, had or will have, as [`Self::roles_of`] shows it.
    pub async fn role(&self, actor: &Actor, id: GrantId) -> Result<Option<Grant>> {
        let grant = store::role::find(self.database.reader(), id).await?;
        Ok(grant.filter(|grant| may_read_roles(actor, grant.person)))
    }

    /// All roles of a person, as [`Self::person`] may be looked up; none for everybody else.
    pub async fn roles_of(&self, actor: &Actor, person: PersonId) -> Result<Vec<Grant>> {
        if !may_read_roles(actor, person) {
            return Ok(Vec::new());
        }
        Ok(store::role::of_person(self.database.reader(), person).await?)
    }
}

/// Whether the actor may see which roles that person has.
fn may_read_roles(actor: &Actor, person: PersonId) -> bool {
    actor.person == Some(person) || actor.may(Permission::ReadPersons, Scope::everyone())
}
