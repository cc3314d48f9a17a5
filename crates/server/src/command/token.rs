//! `sonderfonds token`

use std::process::ExitCode;

use chrono::{NaiveDate, TimeDelta};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args};
use domain::calendar::end_of;
use domain::identity::Role;
use domain::token::Access;
use engine::NewToken;

use super::person::role;
use super::{Failure, say};
use crate::config::Settings;

/// Issue a bearer token and print it: nothing else, and only once.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").required(true).args(["role", "person"]))]
pub(super) struct Token {
    /// For a machine of this role.
    #[arg(long, value_parser = role())]
    role: Option<Role>,
    /// For the person with this e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    person: Option<String>,
    /// What its owner calls it.
    #[arg(long, default_value = "command line")]
    name: String,
    /// What it is good for: "read" can ask, and never change anything.
    #[arg(long, default_value = "write", value_parser = access())]
    access: Access,
    /// After how many days it ends; without: never.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=3650))]
    days: Option<i64>,
    /// The last day on which it is good, such as 2027-12-31; without: never.
    #[arg(long, value_name = "DATE", conflicts_with = "days")]
    expires: Option<NaiveDate>,
}

impl Token {
    pub(super) async fn run(self, settings: &Settings) -> Result<ExitCode, Failure> {
        let engine = super::engine(settings).await?;
        let person = match (self.role, self.person) {
            (Some(role), _) => engine.role_account(role).await?,
            (None, Some(address)) => {
                let known = engine.person_by_email(&address.trim().to_lowercase()).await?;
                known
                    .ok_or_else(|| {
                        Failure::Other(format!("nobody with the address {address} is known; see `sonderfonds person add --help`"))
                    })?
                    .id
            }
            (None, None) => return Err(Failure::Other("--role or --person".to_owned())),
        };
        let expires_at = match (self.days, self.expires) {
            (Some(days), _) => Some(engine.now() + TimeDelta::days(days)),
            (None, Some(day)) => Some(end_of(day)),
            (None, None) => None,
        };
        say(format_args!("{}", engine.issue_token(NewToken { person, name: self.name, access: self.access, expires_at }).await?))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads an access by its code.
fn access() -> impl TypedValueParser<Value = Access> {
    PossibleValuesParser::new(Access::ALL.map(Access::code))
        .try_map(|code| Access::ALL.into_iter().find(|access| access.code() == code).ok_or("no access"))
}
