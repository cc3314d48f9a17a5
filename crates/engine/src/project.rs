//! Funded projects and the money that is left, as everybody may know them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::applicant::{Applicant, ApplicantKind};
use domain::application::Measure;
use domain::ids::{ApplicantId, ApplicationId, RoundId};
use domain::money::Money;
use domain::round::Round;

use crate::{Engine, Result};

/// A project that is funded. Of a natural person the name is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundedProject {
    /// The application's number.
    pub number: String,
    /// The project's title.
    pub title: String,
    /// Who does it; `None` is a natural person.
    pub applicant: Option<String>,
    /// The codes of the partner cities.
    pub cities: Vec<String>,
    /// What kind of measure it is.
    pub measure: Option<Measure>,
    /// Its first day.
    pub starts_on: Option<NaiveDate>,
    /// What it was awarded and needed, in euro.
    pub amount: Money,
}

impl Engine {
    /// The budget years whose rounds were announced, the latest first. Public.
    pub async fn funding_years(&self) -> Result<Vec<i32>> {
        let mut years: Vec<i32> = store::round::all(self.database.reader()).await?.iter().map(|round| round.budget_year).collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.dedup();
        Ok(years)
    }

    /// The projects that are funded from a year's rounds and whose applicants know it. Public. They are few: the year's money is bounded, and
    /// so is the smallest award (R8).
    pub async fn funded_projects(&self, year: i32) -> Result<Vec<FundedProject>> {
        let db = self.database.reader();
        let rounds: Vec<RoundId> = store::round::of_budget_year(db, year).await?.iter().map(|round| round.id).collect();
        if rounds.is_empty() {
            return Ok(Vec::new());
        }
        let applications = store::application::awarded_in(db, &rounds).await?;
        let ids: Vec<ApplicationId> = applications.iter().map(|application| application.id).collect();
        let awards = store::award::of_applications(db, &ids).await?;
        let needed = awards.into_iter().filter(|award| award.state.notification().is_some());
        let amounts: BTreeMap<ApplicationId, Money> = needed.map(|award| (award.application, award.amount - award.released)).collect();
        let ids: Vec<ApplicantId> = applications.iter().map(|application| application.applicant).collect();
        let applicants = store::applicant::find_many(db, &ids).await?;
        let applicants: BTreeMap<ApplicantId, Applicant> = applicants.into_iter().map(|applicant| (applicant.id, applicant)).collect();
        let funded = applications.into_iter().filter_map(|application| {
            let amount = amounts.get(&application.id).copied()?;
            let applicant = applicants.get(&application.applicant)?;
            Some(FundedProject {
                number: application.number?,
                title: application.form.title.unwrap_or_default(),
                applicant: (applicant.kind != ApplicantKind::NaturalPerson).then(|| applicant.name.clone()),
                cities: application.form.cities,
                measure: application.form.measure,
                starts_on: application.form.starts_on,
                amount,
            })
        });
        Ok(funded.collect())
    }

    /// What is left of the money of a round's year; `None` while it has none. Public: the pages say it where the city wants them to.
    pub async fn remaining_of(&self, round: &Round) -> Result<Option<Money>> {
        Ok(store::budget::find_year(self.database.reader(), round.budget_year).await?.map(|year| year.available()))
    }
}
