//! The proof: recomputes the record's chain, the journal's sums and every balance from what is stored, and names the record that is wrong
//! when one is (R28, R45).

use std::collections::BTreeMap;

use domain::budget::{Balances, Movement};
use domain::event::{Hash, SubjectKind};
use domain::identity::{Actor, Permission};
use domain::ids::MinutesId;
use domain::money::Money;
use serde_json::Value;
use store::event::EventFilter;

use crate::{Engine, Error, Result, Window, require};

/// How many records are read at once.
const BATCH: u64 = 1000;

/// How often the proof is made anew because something was written meanwhile.
const MOST_PROOFS: u32 = 3;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which record: `event 17`, `journal entry 2020/5`, `budget year 2020`.
    pub record: String,
    /// What is wrong with it.
    pub what: String,
}

/// What was checked, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many events.
    pub events: u64,
    /// How many journal entries.
    pub entries: u64,
    /// How many budget years.
    pub years: u64,
    /// How many awards.
    pub awards: u64,
    /// The record's last hash: printed and kept elsewhere, it proves later that the record was not made anew.
    pub head: String,
    /// What is wrong; empty if nothing is.
    pub findings: Vec<Finding>,
}

/// The journal as the record proves it: by year and ordinal.
type Proven = BTreeMap<(i64, i64), (i64, Value)>;

/// What an award's entries add up to.
#[derive(Default)]
struct AwardSums {
    committed: Money,
    released: Money,
    paid: Money,
    repaid: Money,
}

impl Engine {
    /// Proves the books, or finds what is wrong with them. It reads; run it while nobody writes, or what is being written may look wrong.
    pub async fn verify(&self) -> Result<Report> {
        let mut report = Report::default();
        let mut proven = self.verify_events(&mut report).await?;
        let sums = self.verify_journal(&mut report, &mut proven).await?;
        for ((year, ordinal), (event, _)) in proven {
            report.find(format!("journal entry {year}/{ordinal}"), format!("is missing; event {event} proves that it was made"));
        }
        self.verify_awards(&mut report, sums).await?;
        self.verify_minutes(&mut report).await?;
        Ok(report)
    }

    /// The proof, for the auditor, who asks for it on a page. It goes through all that there is, so a process does it once at a time. What was
    /// written meanwhile could look wrong: then it is proven again, and if it is written all the time, that is said.
    pub async fn prove(&self, actor: &Actor) -> Result<Report> {
        require(actor, Permission::ReadEvents)?;
        let again_after = std::time::Duration::from_secs(30);
        let Ok(_alone) = self.proof.try_lock() else { return Err(Error::TooMany { again_after }) };
        let db = self.database.reader();
        for _ in 0..MOST_PROOFS {
            let before = store::event::chain_head(db).await?;
            let report = self.verify().await?;
            if report.findings.is_empty() || store::event::chain_head(db).await? == before {
                return Ok(report);
            }
        }
        Err(Error::Unavailable)
    }

    async fn verify_events(&self, report: &mut Report) -> Result<Proven> {
        let db = self.database.reader();
        let mut proven = Proven::new();
        let (mut expected, mut previous) = (1, Hash::genesis());
        loop {
            let batch = store::event::after(db, expected - 1, BATCH).await?;
            let Some(last) = batch.last() else { break };
            let next = last.sequence + 1;
            for event in &batch {
                let record = format!("event {}", event.sequence);
                if event.sequence != expected {
                    report.find(format!("event {expected}"), "is missing".to_owned());
                }
                if event.hash != event.computed_hash() {
                    report.find(record, "was changed: its contents don't have its hash".to_owned());
                } else if event.previous != previous {
                    report.find(record, "doesn't follow the event before: its link is not that event's hash".to_owned());
                }
                for posting in event.proven_postings() {
                    let place = (posting["year"].as_i64().unwrap_or_default(), posting["ordinal"].as_i64().unwrap_or_default());
                    proven.insert(place, (event.sequence, posting));
                }
                previous = event.hash.clone();
                expected = event.sequence + 1;
                report.events += 1;
            }
            expected = next;
        }
        let (head, hash) = store::event::chain_head(db).await?;
        if head != expected - 1 || hash != previous {
            report.find(
                "the record's end".to_owned(),
                format!("is event {} instead of event {head}: events were cut off or added", expected - 1),
            );
        }
        report.head = previous.0;
        Ok(proven)
    }

    /// What was signed as minutes is what the record says was signed (R24).
    async fn verify_minutes(&self, report: &mut Report) -> Result<()> {
        let db = self.database.reader();
        let mut after = None;
        loop {
            let batch = store::minutes::after(db, after, BATCH).await?;
            let Some(last) = batch.last() else { break };
            after = Some(last.id);
            for minutes in &batch {
                let Some(frozen) = minutes.state.frozen() else { continue };
                let record = format!("minutes {}", minutes.id);
                if !frozen.is_intact() {
                    report.find(record, "were changed: their text doesn't have its hash".to_owned());
                } else if !self.is_signed_in_the_record(minutes.id, &frozen.hash).await? {
                    report.find(record, "were signed under another text: the record has another hash".to_owned());
                }
            }
        }
        Ok(())
    }

    async fn is_signed_in_the_record(&self, minutes: MinutesId, hash: &str) -> Result<bool> {
        let subject = Some((SubjectKind::Minutes, minutes.to_string()));
        let filter = EventFilter { subject, ..EventFilter::default() };
        let page = store::event::page(self.database.reader(), &filter, &Window::last(BATCH)).await?;
        let last = page.items.iter().rev().find(|event| event.kind == "minutes-signed");
        Ok(last.is_some_and(|event| event.details.contains(hash)))
    }

    async fn verify_journal(&self, report: &mut Report, proven: &mut Proven) -> Result<BTreeMap<String, AwardSums>> {
        let db = self.database.reader();
        let mut awards: BTreeMap<String, AwardSums> = BTreeMap::new();
        for year in store::budget::years(db).await? {
            report.years += 1;
            let mut sum = Balances::default();
            let mut ordinal = 0;
            loop {
                let batch = store::budget::entries_after(db, year.year, ordinal, BATCH).await?;
                let Some(last) = batch.last() else { break };
                ordinal = last.ordinal;
                for entry in &batch {
                    report.entries += 1;
                    let record = format!("journal entry {}/{}", year.year, entry.ordinal);
                    let posting = &entry.posting;
                    match proven.remove(&(year.year.into(), entry.ordinal)) {
                        None => report.find(record, "is not proven by any event".to_owned()),
                        Some((event, value)) if value != entry.as_proven() || event != entry.event => {
                            report.find(record, format!("was changed: event {event} proves {value}"));
                        }
                        Some(_) => {}
                    }
                    sum = sum.plus(posting.movement, posting.amount);
                    if let domain::budget::Basis::Award { award } = &posting.basis {
                        awards.entry(award.to_string()).or_default().add(posting.movement, posting.amount);
                    }
                }
            }
            if sum != year.balances {
                let what = format!("its balances {:?} are not the journal's sum {sum:?}", year.balances);
                report.find(format!("budget year {}", year.year), what);
            }
            if year.available().is_negative() {
                report.find(format!("budget year {}", year.year), "more is committed and paid than there is (R26)".to_owned());
            }
        }
        Ok(awards)
    }

    async fn verify_awards(&self, report: &mut Report, mut sums: BTreeMap<String, AwardSums>) -> Result<()> {
        let db = self.database.reader();
        let mut after = None;
        let mut committed: BTreeMap<i32, Money> = BTreeMap::new();
        loop {
            let batch = store::award::after(db, after, BATCH).await?;
            let Some(last) = batch.last() else { break };
            after = Some(last.id);
            for award in &batch {
                report.awards += 1;
                *committed.entry(award.year).or_default() += award.open();
                let sum = sums.remove(&award.id.to_string()).unwrap_or_default();
                let agrees =
                    sum.committed == award.amount && sum.released == award.released && sum.paid == award.paid && sum.repaid == award.repaid;
                if !agrees {
                    report.find(format!("award {}", award.id), "its amounts are not those of its journal entries".to_owned());
                }
            }
        }
        for award in sums.keys() {
            report.find(format!("award {award}"), "has journal entries and does not exist".to_owned());
        }
        for year in store::budget::years(db).await? {
            let open = committed.get(&year.year).copied().unwrap_or_default();
            if open != year.balances.committed {
                let what = format!("{} is committed, and its awards have {open} open", year.balances.committed);
                report.find(format!("budget year {}", year.year), what);
            }
        }
        Ok(())
    }
}

impl Report {
    fn find(&mut self, record: String, what: String) {
        self.findings.push(Finding { record, what });
    }
}

impl AwardSums {
    fn add(&mut self, movement: Movement, amount: Money) {
        match movement {
            Movement::Commitment => self.committed += amount,
            Movement::Release => self.released += amount,
            Movement::Payout => self.paid += amount,
            Movement::PayoutReturn => self.paid -= amount,
            Movement::Repayment => self.repaid += amount,
            _ => {}
        }
    }
}
