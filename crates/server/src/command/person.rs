//! `sonderfonds person …`

use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use domain::identity::Role;
use domain::language::Language;
use engine::NewPerson;

use super::{Failure, say};
use crate::config::Settings;

/// Make people known, and list them.
#[derive(Debug, Subcommand)]
pub(super) enum Person {
    /// Make a person known, with roles or without: applicants need none.
    Add(Add),
    /// List the people who have a role.
    List,
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
                let known = store::identity::persons_with_roles(db, &Role::ALL).await.map_err(engine::Error::from)?;
                for person in engine.persons(&known).await? {
                    let roles = store::identity::roles_of(db, person.id).await.map_err(engine::Error::from)?;
                    let roles: Vec<&str> = roles.iter().map(|role| role.code()).collect();
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
        }
        Ok(ExitCode::SUCCESS)
    }
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
