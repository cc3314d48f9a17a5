//! `sonderfonds person …`

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use domain::identity::Role;
use domain::language::Language;
use domain::role::Grant;
use engine::NewPerson;

use super::{Failure, say};
use crate::config::Settings;

/// Make people known, and list them.
#[derive(Debug, Subcommand)]
pub(super) enum Person {
    /// Make a person known, with roles or without: applicants need none.
    Add(Add),
    /// List the people who have a role today, each with its last day if it has one, and what they will have, with its first.
    List,
    /// Print all that is kept about a person, as JSON: what the person can ask for (GDPR, article 15).
    Export {
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The name that others see.
    #[arg(long)]
    name: String,
    /// Where e-mail reaches them.
    #[arg(long)]
    email: String,
    /// What they are spoken to in.
    #[arg(long, default_value = "de", value_parser = language())]
    language: Language,
    /// What they are in the fund; may be given several times.
    #[arg(long = "role", value_parser = role())]
    roles: Vec<Role>,
}

impl Person {
    pub(super) async fn run(self, settings: &Settings) -> Result<ExitCode, Failure> {
        let engine = super::engine(settings).await?;
        match self {
            Self::Add(Add { name, email, language, roles }) => {
                if engine.person_by_email(&email.trim().to_lowercase()).await?.is_some() {
                    return Err(Failure::Other(format!("somebody with the address {email} is known already")));
                }
                let person = engine.add_person(NewPerson { name, email: Some(email), language, roles }).await?;
                say(format_args!("{person}"))?;
            }
            Self::List => {
                let db = engine.database().reader();
                let known = store::identity::persons_with_roles(db, &Role::ALL, engine.today()).await.map_err(engine::Error::from)?;
                for person in engine.persons(&known).await? {
                    let grants = store::role::of_person(db, person.id).await.map_err(engine::Error::from)?;
                    let roles: Vec<String> = grants
                        .iter()
                        .filter(|grant| grant.is_current(engine.today()))
                        .map(|grant| in_words(grant, engine.today()))
                        .collect();
                    say(format_args!(
                        "{}\t{}\t{}\t{}\t{}",
                        person.id,
                        person.name,
                        person.email.as_deref().unwrap_or("-"),
                        person.language.code(),
                        roles.join(",")
                    ))?;
                }
            }
            Self::Export { email } => {
                let known = engine.person_by_email(&email.trim().to_lowercase()).await?;
                let person = known.ok_or_else(|| Failure::Other(format!("nobody with the address {email} is known")))?;
                say(format_args!("{:#}", engine.export_of(person.id).await?))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A role, with its first day if that lies ahead and its last one if it has one: `member from 2020-07-01 until 2021-06-30`.
fn in_words(grant: &Grant, today: NaiveDate) -> String {
    let from = if grant.from > today { format!(" from {}", grant.from) } else { String::new() };
    let until = grant.until.map(|until| format!(" until {until}")).unwrap_or_default();
    format!("{}{from}{until}", grant.role.code())
}

/// Reads a role by its code.
pub(super) fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::code))
        .try_map(|code| Role::ALL.into_iter().find(|role| role.code() == code).ok_or("no role"))
}

fn language() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::ALL.map(Language::code))
        .try_map(|code| Language::ALL.into_iter().find(|language| language.code() == code).ok_or("no language"))
}
