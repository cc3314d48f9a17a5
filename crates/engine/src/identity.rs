//! Persons and their roles.

use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Person, Role};
use domain::ids::PersonId;
use domain::language::Language;
use domain::problem::Refusal;
use domain::role::Grant;
use domain::text;
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};

use crate::work::{Call, Work, found};
use crate::{Engine, Result};

/// What a person becomes known with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPerson {
    /// The name that others see.
    pub name: String,
    /// Where e-mail reaches them; a machine has none.
    pub email: Option<String>,
    /// What they are spoken to in.
    pub language: Language,
    /// What they are in the fund.
    pub roles: Vec<Role>,
}

impl Engine {
    /// Makes a person known. Done at the installation's console, by whoever runs it.
    pub async fn add_person(&self, new: NewPerson) -> Result<PersonId> {
        self.run_unattended(&Call::default(), "addPerson", new, |work, new| async move { add_person(work, new).await }.boxed()).await
    }

    /// The person with that e-mail address.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Person>> {
        Ok(store::identity::find_person_by_email(self.database.reader(), email).await?)
    }

    /// The person of the actor.
    pub async fn viewer(&self, actor: &Actor) -> Result<Option<Person>> {
        match actor.person {
            None => Ok(None),
            Some(person) => Ok(store::identity::find_person(self.database.reader(), person).await?),
        }
    }

    /// The names of persons, for whoever may read ballots or events: the caller has asked for that permission.
    pub async fn persons(&self, ids: &[PersonId]) -> Result<Vec<Person>> {
        Ok(store::identity::persons(self.database.reader(), ids).await?)
    }

    /// The machine account of a role: made when it is first asked for.
    pub async fn role_account(&self, role: Role) -> Result<PersonId> {
        let known = store::identity::persons_with_roles(self.database.reader(), &[role], self.today()).await?;
        let name = format!("{} (token)", role.code());
        let persons = store::identity::persons(self.database.reader(), &known).await?;
        if let Some(person) = persons.iter().find(|person| person.email.is_none() && person.name == name) {
            return Ok(person.id);
        }
        self.add_person(NewPerson { name, email: None, language: Language::De, roles: vec![role] }).await
    }

    /// Corrects one's own name and language. Another address has to be confirmed from there: see [`Self::request_new_address`].
    pub async fn correct_myself(&self, call: &Call, name: String, language: Language) -> Result<PersonId> {
        self.run(call, "correctMyself", (name, language), |work, (name, language)| {
            async move {
                let person = found(store::identity::find_person(&work.tx, work.person()?).await?)?;
                let person = person.correct(&name, language)?;
                store::identity::save_person(&work.tx, &person).await?;
                let subject = Subject::new(SubjectKind::Person, person.id, person.version + 1);
                work.record(Happening { kind: "person-corrected", subject, details: serde_json::json!({}) }, Vec::new());
                Ok(person.id)
            }
            .boxed()
        })
        .await
    }
}

pub(crate) async fn add_person(work: &mut Work, new: NewPerson) -> Result<PersonId> {
    let mut violations = Vec::new();
    let name = text::required_line("name", &new.name).unwrap_or_else(|violation| {
        violations.push(violation);
        String::new()
    });
    let email = new.email.map(|email| text::address("email", &email)).transpose().unwrap_or_else(|violation| {
        violations.push(violation);
        None
    });
    Refusal::unless_empty(violations)?;
    let person = Person { id: work.id(), version: 1, name, email, language: new.language, created_at: work.now };
    store::identity::insert_person(&work.tx, &person).await?;
    for role in &new.roles {
        let grant = Grant::at_the_console(work.id(), person.id, *role, work.today(), work.now);
        store::role::insert(&work.tx, &grant).await?;
    }
    let roles: Vec<&str> = new.roles.iter().map(|role| role.code()).collect();
    let happening = Happening {
        kind: "person-added",
        subject: Subject::new(SubjectKind::Person, person.id, person.version),
        details: serde_json::json!({ "roles": roles }),
    };
    work.record(happening, Vec::new());
    Ok(person.id)
}
