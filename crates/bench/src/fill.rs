//! Many applications at once, by SQL that works on whole sets: rows that the program could have written, as far as the schema and the
//! questions of this benchmark look. The record's hashes are made up, so `verify` would not be pleased.
//!
//! Ids are made of a table's digit and a count, so that both sides know each other's rows.

use domain::application::{CostLine, FinancingLine, Form, Measure, ObjectiveClaim};
use domain::money::Money;
use sea_orm::{DbBackend, Statement};
use store::{Connection, Database};
use uuid::Uuid;

use crate::Result;

mod history;

pub(crate) use history::{History, Side};

/// The year whose money everything is about.
pub(crate) const YEAR: i32 = 2020;
/// What is asked for and awarded, in cents.
pub(crate) const AMOUNT: i64 = 250_000;
/// When all of it happened.
const INSTANT: &str = "2019-10-01T10:00:00+00:00";
/// How many of the applications are in the round that is under way; the others are in past rounds.
const CURRENT: u64 = 60;
/// How many applications a past round had.
const ROUND: u64 = 2_000;
/// How many applications one transaction writes.
const CHUNK: u64 = 100_000;
/// The count of the round that is under way.
const CURRENT_ROUND: u64 = 0xff_ffff;

/// The tables whose ids are made here, with their digits.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Table {
    Round = 1,
    Applicant,
    Application,
    Motion,
    Ballot,
    Award,
    Entry,
    Meeting,
    Item,
    Minutes,
    Attendance,
    Payout,
    Place,
    Account,
    Proposal,
    Recusal,
    Briefing,
    Message,
}

/// The id of a row: a UUID of version 7, earlier than any that the program makes now.
pub(crate) fn id(table: Table, count: u64) -> Uuid {
    Uuid::from_u128(0x0160_0000_0000_7000_8000_0000_0000_0000 | (table as u128) << 48 | u128::from(count))
}

/// The id of the round that is under way.
pub(crate) fn current_round() -> Uuid {
    id(Table::Round, CURRENT_ROUND)
}

/// What applications look like, as SQL over `s.i`.
struct Shape {
    /// How many of them are in past rounds.
    past: u64,
    /// The state of the others.
    state: &'static str,
    /// That state as JSON.
    data: &'static str,
    /// Whose they are.
    applicant: String,
}

/// Fills a database that has no application yet. `office` is who did everything.
pub(crate) struct Fill<'a> {
    database: &'a Database,
    office: Uuid,
}

impl<'a> Fill<'a> {
    /// Begins with the budget year and the rounds.
    pub(crate) async fn begin(database: &'a Database, office: Uuid, applications: u64) -> Result<Self> {
        let fill = Self { database, office };
        let year = format!(
            "INSERT INTO budget_year (year, version, appropriated, increases, cuts, carried_in, repaid, committed, paid, carried_out, lapsed) \
             VALUES ({YEAR}, 1, 1000000000000, 0, 0, 0, 0, 0, 0, 0, 0)"
        );
        let round = |series: &str, id: &str, code: &str| {
            format!(
                "INSERT INTO round (id, version, code, deadline, projects_from, projects_until, budget_year, announced_at, last_number) \
                 {series} SELECT {id}, 1, {code}, {}, {}, {}, {YEAR}, {}, 1000000 FROM s",
                fill.date("2019-10-31"),
                fill.date("2020-01-01"),
                fill.date("2020-12-31"),
                fill.instant()
            )
        };
        let past = round(&series(0, applications.div_ceil(ROUND)), &fill.id(Table::Round, "s.i"), "'P' || s.i");
        let current = round(&series(0, 1), &fill.id(Table::Round, &CURRENT_ROUND.to_string()), "'NOW'");
        let applicants = format!(
            "INSERT INTO applicant (id, version, kind, name, address, registered_at) {} \
             SELECT {}, 1, 'non-profit-association', 'Verein Nr. ' || s.i || ' e. V.', 'Musterweg 1, 24103 Kiel', {} FROM s",
            series(0, applications.div_ceil(200) * 20),
            fill.id(Table::Applicant, "s.i"),
            fill.instant()
        );
        fill.write(&[year, past, current, applicants]).await?;
        Ok(fill)
    }

    /// Lets a person act for the first applicant, who is told of what is decided.
    pub(crate) async fn acts_for_first_applicant(&self, person: Uuid) -> Result<()> {
        let (person, applicant, since) = (self.literal(person), self.literal(id(Table::Applicant, 0)), self.instant());
        self.write(&[format!("INSERT INTO membership (id, version, person_id, applicant_id, level, since) VALUES ({person}, 1, {person}, {applicant}, 'owner', {since})")]).await
    }

    /// Applications as a running fund has them: sixty in the round that is under way, half submitted and half admitted; the others decided
    /// in past rounds, a quarter of them awarded, with motion, ballot, award, event and journal entry.
    pub(crate) async fn applications(&self, count: u64) -> Result<()> {
        let past = count.saturating_sub(CURRENT);
        let shape = Shape {
            past,
            state: "CASE WHEN s.i % 2 = 0 THEN 'submitted' ELSE 'admitted' END",
            data: r#"CASE WHEN s.i % 2 = 0 THEN '{"state":"submitted"}' ELSE '{"state":"admitted"}' END"#,
            applicant: self.applicant_of(),
        };
        for from in (0..count).step_by(usize::try_from(CHUNK)?) {
            let to = count.min(from + CHUNK);
            let awarded = format!("WHERE s.i < {past} AND s.i % 4 = 0");
            let mut statements = vec![self.application(from, to, &shape)?];
            statements.extend(self.decided(from, to, &awarded, true, &shape.applicant));
            statements.extend(self.granted(from, to, &awarded));
            self.write(&statements).await?;
        }
        let awards = past.div_ceil(4);
        let hash = self.hash(&awards.to_string());
        let committed = i64::try_from(awards)? * AMOUNT;
        let year = format!("UPDATE budget_year SET committed = {committed} WHERE year = {YEAR}");
        self.write(&[format!("UPDATE event_chain SET sequence = sequence + {awards}, hash = {hash}"), year]).await?;
        self.settle().await
    }

    /// Admitted applications of the first applicant, each with an open ballot and a tally that carries it: all but closed.
    pub(crate) async fn open_ballots(&self, count: u64) -> Result<()> {
        let applicant = self.literal(id(Table::Applicant, 0));
        let shape = Shape { past: 0, state: "'admitted'", data: r#"'{"state":"admitted"}'"#, applicant: applicant.clone() };
        let mut statements = vec![self.application(0, count, &shape)?];
        statements.extend(self.decided(0, count, "", false, &applicant));
        self.write(&statements).await?;
        self.settle().await
    }

    /// Lets PostgreSQL do at once what it does by itself a minute later.
    async fn settle(&self) -> Result<()> {
        if self.database.is_postgres() {
            self.database.reader().execute_unprepared("VACUUM ANALYZE").await?;
        }
        Ok(())
    }

    /// Blocks of two hundred applications share twenty applicants: a page has twenty different ones.
    fn applicant_of(&self) -> String {
        self.id(Table::Applicant, "s.i / 200 * 20 + s.i % 20")
    }

    fn application(&self, from: u64, to: u64, shape: &Shape) -> Result<String> {
        let Shape { past, state: current, data: current_data, applicant } = shape;
        let state = format!(
            "CASE WHEN s.i >= {past} THEN {current} ELSE \
             CASE s.i % 4 WHEN 0 THEN 'awarded' WHEN 1 THEN 'rejected' WHEN 2 THEN 'refused' ELSE 'withdrawn' END END"
        );
        let data = format!(
            r#"CASE WHEN s.i >= {past} THEN {current_data} ELSE CASE s.i % 4 WHEN 0 THEN '{{"state":"awarded","award":"' || {award} || '"}}'
            WHEN 1 THEN '{{"state":"rejected","ballot":"' || {ballot} || '"}}' WHEN 2 THEN '{{"state":"refused","reason":"Unvollständig"}}'
            ELSE '{{"state":"withdrawn"}}' END END"#,
            award = self.text_id(Table::Award, "s.i"),
            ballot = self.text_id(Table::Ballot, "s.i"),
        );
        Ok(format!(
            "INSERT INTO application (id, version, round_id, applicant_id, number, state, state_data, form, title, amount_requested, \
             received_at, created_by, created_at) {series} \
             SELECT {id}, 3, CASE WHEN s.i >= {past} THEN {now} ELSE {then} END, {applicant}, \
             CASE WHEN s.i >= {past} THEN 'SP-NOW-' ELSE 'SP-P' || s.i / {ROUND} || '-' END || s.i, {state}, {data}, {form}, 'Chorreise', \
             {AMOUNT}, {at}, {by}, {at} FROM s",
            series = series(from, to),
            id = self.id(Table::Application, "s.i"),
            now = self.literal(current_round()),
            then = self.id(Table::Round, &format!("s.i / {ROUND}")),
            data = self.cast(&data, "JSONB"),
            form = self.cast(&format!("'{}'", serde_json::to_string(&form())?), "JSONB"),
            at = self.instant(),
            by = self.literal(self.office),
        ))
    }

    /// Motions and ballots, closed or open.
    fn decided(&self, from: u64, to: u64, which: &str, closed: bool, applicant: &str) -> [String; 2] {
        let (motion, ballot) = if closed { ("decided", "closed") } else { ("balloting", "open") };
        let tally = r#"{"yes":8,"no":1,"abstained":2,"excluded":0}"#;
        let data = if closed {
            format!(r#"'{{"state":"closed","at":"2019-11-01T10:00:00Z","tally":{tally},"carried":true}}'"#)
        } else {
            r#"'{"state":"open"}'"#.to_owned()
        };
        let motions = format!(
            "INSERT INTO motion (id, version, application_id, applicant_id, kind, amount, wording, state, proposed_by, proposed_at) {} \
             SELECT {}, 1, {}, {applicant}, 'award', {AMOUNT}, 'Bewilligung von 2.500 Euro', '{motion}', {}, {} FROM s {which}",
            series(from, to),
            self.id(Table::Motion, "s.i"),
            self.id(Table::Application, "s.i"),
            self.literal(self.office),
            self.instant(),
        );
        let ballots = format!(
            "INSERT INTO ballot (id, version, motion_id, application_id, form, electorate, seats, recorded_tally, state, state_data, opened_at) {} \
             SELECT {}, 2, {}, {}, 'recorded', {}, 11, {}, '{ballot}', {}, {} FROM s {which}",
            series(from, to),
            self.id(Table::Ballot, "s.i"),
            self.id(Table::Motion, "s.i"),
            self.id(Table::Application, "s.i"),
            self.cast("'[]'", "JSONB"),
            self.cast(&format!("'{tally}'"), "JSONB"),
            self.cast(&data, "JSONB"),
            self.instant(),
        );
        [motions, ballots]
    }

    /// Awards, with the event and the journal entry of each.
    fn granted(&self, from: u64, to: u64, which: &str) -> [String; 3] {
        let (series, at, by) = (series(from, to), self.instant(), self.literal(self.office));
        let place = "(s.i / 4 + 1 + (SELECT sequence FROM event_chain))";
        let awards = format!(
            "INSERT INTO award (id, version, application_id, applicant_id, ballot_id, year, amount, hardship, released, paid, repaid, \
             term_start, term_end, state, state_data, granted_at) {series} \
             SELECT {}, 1, {}, {}, {}, {YEAR}, {AMOUNT}, FALSE, 0, 0, 0, {}, {}, 'granted', {}, {at} FROM s {which}",
            self.id(Table::Award, "s.i"),
            self.id(Table::Application, "s.i"),
            self.applicant_of(),
            self.id(Table::Ballot, "s.i"),
            self.date("2020-06-01"),
            self.date("2020-06-14"),
            self.cast(r#"'{"state":"granted"}'"#, "JSONB"),
        );
        let events = format!(
            "INSERT INTO event (sequence, at, by_id, kind, subject_kind, subject_id, subject_version, details, previous, hash) {series} \
             SELECT {place}, {at}, {by}, 'ballot-closed', 'ballot', {}, 3, '{{}}', {}, {} FROM s {which}",
            self.text_id(Table::Ballot, "s.i"),
            self.hash("s.i / 4"),
            self.hash("(s.i / 4 + 1)"),
        );
        let entries = format!(
            "INSERT INTO journal_entry (id, year, ordinal, movement, amount, basis, award_id, event_sequence, by_id, at) {series} \
             SELECT {}, {YEAR}, s.i / 4 + 1, 'commitment', {AMOUNT}, 'award', {}, {place}, {by}, {at} FROM s {which}",
            self.id(Table::Entry, "s.i"),
            self.id(Table::Award, "s.i"),
        );
        [awards, events, entries]
    }

    async fn write(&self, statements: &[String]) -> Result<()> {
        let tx = self.database.begin().await?;
        for statement in statements {
            tx.execute_unprepared(statement).await.map_err(|error| format!("{error}\n{statement}"))?;
        }
        Ok(tx.commit().await?)
    }

    /// An id from a count, as text.
    fn text_id(&self, table: Table, count: &str) -> String {
        let start = format!("01600000-0000-7000-8{:03x}-", table as u8);
        if self.database.is_postgres() {
            format!("('{start}' || lpad(to_hex({count}), 12, '0'))")
        } else {
            format!("printf('{start}%012x', {count})")
        }
    }

    /// An id from a count.
    fn id(&self, table: Table, count: &str) -> String {
        let text = self.text_id(table, count);
        if self.database.is_postgres() { format!("CAST({text} AS UUID)") } else { format!("unhex({text}, '-')") }
    }

    fn literal(&self, id: Uuid) -> String {
        if self.database.is_postgres() { format!("CAST('{id}' AS UUID)") } else { format!("X'{}'", id.simple()) }
    }

    /// Sixty-four digits, other ones for each count.
    fn hash(&self, count: &str) -> String {
        if self.database.is_postgres() { format!("lpad(to_hex({count}), 64, '0')") } else { format!("printf('%064x', {count})") }
    }

    fn instant(&self) -> String {
        self.cast(&format!("'{INSTANT}'"), "TIMESTAMPTZ")
    }

    fn date(&self, day: &str) -> String {
        self.cast(&format!("'{day}'"), "DATE")
    }

    /// SQLite keeps all of these as text.
    fn cast(&self, value: &str, kind: &str) -> String {
        format!("CAST({value} AS {})", if self.database.is_postgres() { kind } else { "TEXT" })
    }
}

/// The counts from `from` to before `to`, as `s.i`.
fn series(from: u64, to: u64) -> String {
    format!("WITH RECURSIVE s(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM s WHERE i + 1 < {to})")
}

/// What everybody asks for.
fn form() -> Form {
    let line = |category: &str, text: &str, cents| CostLine {
        category: category.to_owned(),
        text: text.to_owned(),
        amount: Money::from_cents(cents),
        reason: None,
    };
    Form {
        title: Some("Chorreise".to_owned()),
        summary: Some("Ein Chor fährt mit vierzig Jugendlichen nach Tallinn und gibt dort mit dem Partnerchor zwei Konzerte.".to_owned()),
        measure: Some(Measure::VisitOut),
        cities: vec!["tallinn".to_owned(), "gdynia".to_owned()],
        objectives: vec![ObjectiveClaim { objective: "global-responsibility".to_owned(), reason: "Begegnung".to_owned() }],
        starts_on: chrono::NaiveDate::from_ymd_opt(2020, 6, 1),
        ends_on: chrono::NaiveDate::from_ymd_opt(2020, 6, 14),
        cost_lines: vec![line("transport", "Fähre und Bus", 250_000), line("accommodation", "Jugendherberge", 50_000)],
        financing_lines: vec![FinancingLine {
            source: "own-funds".to_owned(),
            text: "Beiträge".to_owned(),
            amount: Money::from_cents(50_000),
        }],
        amount_requested: Some(Money::from_cents(AMOUNT)),
        not_begun: true,
        ..Form::default()
    }
}

/// How many rows a table has.
pub(crate) async fn count(db: &impl Connection, table: &str) -> Result<i64> {
    let backend: DbBackend = db.get_database_backend();
    let row = db.query_one_raw(Statement::from_string(backend, format!("SELECT COUNT(*) FROM {table}"))).await?;
    Ok(row.ok_or("a count has a row")?.try_get_by_index(0)?)
}
