//! An installation with years behind it: over several budget years, with what people do in each. The present year is the same in every
//! installation, so that its pages have as many rows wherever they are asked for; what differs is what lies behind it.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::award::{Appeal, AwardState, Notification, Signature};
use domain::committee::{Electorate, ElectorateSeat, Sitting};
use domain::fund::Fund;
use domain::payout::{Certificate, Order, PayoutState};
use store::Database;
use uuid::Uuid;

use super::{AMOUNT, Fill, Table, YEAR, form, id, series};
use crate::Result;

mod sitting;

/// How many applications the present year has.
const PRESENT: u64 = 100;
/// How often the committee meets in a year.
const MEETINGS: u64 = 24;
/// How many briefings are posted in a year.
const BRIEFINGS: u64 = 60;
/// How many of the latest briefings nobody has read.
const UNREAD: u64 = 5;
/// How many events an application leaves in the record.
const EVENTS: u64 = 10;
/// How many e-mails an application causes.
const MESSAGES: u64 = 5;
/// The first instalment, in cents.
const INSTALMENT: i64 = 100_000;
/// Stands where the text of an id, made of a count, has to be.
const PLACEHOLDER: Uuid = Uuid::max();

/// Which applications something is about, as SQL over `s.i`. Their states follow from their last digit: awarded, rejected, waiting,
/// refused, withdrawn; the last two digits are under way in the present year, and were rejected before.
const AWARDED: &str = "s.i % 10 < 4";
const WAITING: &str = "s.i % 10 = 5";

/// How far back it goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    /// How many years there are before the present one.
    pub(crate) years: u64,
    /// How many applications they have together: a multiple of 200, which share their applicants with no others.
    pub(crate) applications: u64,
}

/// Who is who in it.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    /// The members of the committee, by their seats. The first one asks, and the last one, who is excluded from nothing.
    pub(crate) members: Vec<Uuid>,
    /// Who presides, orders payouts and confirms accounts.
    pub(crate) chair: Uuid,
}

impl History {
    /// Only the present year.
    pub(crate) const NONE: Self = Self { years: 0, applications: 0 };

    const fn total(self) -> u64 {
        self.applications + PRESENT
    }

    const fn meetings(self) -> u64 {
        (self.years + 1) * MEETINGS
    }

    /// The budget year of an application.
    fn year(self) -> String {
        let Self { years, applications } = self;
        format!("(CASE WHEN s.i >= {applications} THEN {YEAR} ELSE {YEAR} - {years} + s.i * {years} / {} END)", applications.max(1))
    }

    /// The round of an application: two a year.
    fn round(self) -> String {
        format!("({} * 2 + s.i / 10 % 2)", self.year())
    }

    /// The meeting in which an application is on the agenda.
    fn meeting(self) -> String {
        let Self { years, applications } = self;
        let past = years * MEETINGS;
        format!(
            "(CASE WHEN s.i >= {applications} THEN {past} + (s.i - {applications}) * {MEETINGS} / {PRESENT} ELSE s.i * {past} / {} END)",
            applications.max(1)
        )
    }

    /// Applications that were decided on in a meeting.
    fn decided(self) -> String {
        format!("(s.i % 10 < 6 OR (s.i < {} AND s.i % 10 > 7))", self.applications)
    }

    /// Applications on which there is a vote in writing.
    fn open(self) -> String {
        format!("(s.i >= {} AND s.i % 20 = 9)", self.applications)
    }

    /// Applications whose motion waits for a vote.
    fn pending(self) -> String {
        format!("(s.i >= {} AND s.i % 20 = 19)", self.applications)
    }

    /// `present` for an application of the present year, else `past`.
    fn either(self, present: &str, past: &str) -> String {
        format!("(CASE WHEN s.i >= {} THEN {present} ELSE {past} END)", self.applications)
    }

    /// A meeting that is over, of those counted by `s.i`: the last one is still to come.
    fn is_over(self) -> String {
        format!("s.i < {}", self.meetings() - 1)
    }
}

impl<'a> Fill<'a> {
    /// Fills a database that has people and nothing else.
    pub(crate) async fn history(database: &'a Database, fund: &Fund, office: Uuid, side: &Side, history: History) -> Result<()> {
        let fill = Self { database, office };
        let mut statements = fill.years(history).to_vec();
        statements.extend(fill.applicants(history, side));
        statements.extend(fill.applied(history)?);
        statements.extend(fill.balloted(history, fund, side)?);
        statements.extend(fill.record(history));
        statements.extend(fill.spent(history, side)?);
        statements.extend(fill.meetings(history, side)?);
        statements.extend(fill.excluded(history, side));
        statements.extend(fill.briefings(history, side)?);
        statements.push(fill.messages(history, side));
        fill.write(&statements).await?;
        fill.settle().await
    }

    /// The budget years and their rounds.
    fn years(&self, history: History) -> [String; 2] {
        let present = u64::from(YEAR.unsigned_abs());
        let first = present - history.years;
        let awarded = |applications: u64| i64::try_from(applications * 4 / 10).unwrap_or_default();
        let past = awarded(history.applications / history.years.max(1)) * AMOUNT;
        let (paid, committed) = (awarded(PRESENT) * INSTALMENT, awarded(PRESENT) * (AMOUNT - INSTALMENT));
        let now = |present: i64, past: i64| format!("CASE WHEN s.i = {YEAR} THEN {present} ELSE {past} END");
        let years = format!(
            "INSERT INTO budget_year (year, version, appropriated, increases, cuts, carried_in, repaid, committed, paid, carried_out, lapsed, \
             closed_at) {} SELECT s.i, 1, {}, 0, 0, 0, 0, {}, {}, 0, {}, CASE WHEN s.i = {YEAR} THEN NULL ELSE {} END FROM s",
            series(first, present + 1),
            now(committed + paid + INSTALMENT, past + INSTALMENT),
            now(committed, 0),
            now(paid, past),
            now(0, INSTALMENT),
            self.moment("s.i", "12-31"),
        );
        let rounds = format!(
            "INSERT INTO round (id, version, code, deadline, projects_from, projects_until, budget_year, announced_at, last_number) {} \
             SELECT {}, 1, (s.i / 2) || '-' || (s.i % 2), {}, {}, {}, s.i / 2, {}, 1000000 FROM s",
            series(first * 2, present * 2 + 2),
            self.id(Table::Round, "s.i"),
            self.day("s.i / 2", "03-01"),
            self.day("s.i / 2", "01-01"),
            self.day("s.i / 2", "12-31"),
            self.moment("s.i / 2", "01-02"),
        );
        [years, rounds]
    }

    /// Applicants, each with an account that was confirmed.
    fn applicants(&self, history: History, side: &Side) -> [String; 2] {
        let (series, at) = (series(0, history.total().div_ceil(200) * 20), self.instant());
        let id = self.id(Table::Applicant, "s.i");
        let applicants = format!(
            "INSERT INTO applicant (id, version, kind, name, address, registered_at) {series} \
             SELECT {id}, 1, 'non-profit-association', CASE WHEN s.i = {} THEN 'Hafenchor' ELSE 'Verein Nr. ' || s.i END || ' e. V.', \
             'Musterweg 1, 24103 Kiel', {at} FROM s",
            // One that applied in the present year alone, to be searched for.
            history.applications / 200 * 20 + 7,
        );
        let accounts = format!(
            "INSERT INTO bank_account (id, version, applicant_id, iban, holder, named_by, named_at, confirmed_by, confirmed_at) {series} \
             SELECT {}, 2, {id}, 'DE02120300000000202051', 'Verein Nr. ' || s.i, {}, {at}, {}, {at} FROM s",
            self.id(Table::Account, "s.i"),
            self.literal(self.office),
            self.literal(side.chair),
        );
        [applicants, accounts]
    }

    /// Applications with what was submitted.
    fn applied(&self, history: History) -> Result<[String; 2]> {
        let state = format!(
            "CASE s.i % 10 WHEN 4 THEN 'rejected' WHEN 5 THEN 'waiting' WHEN 6 THEN 'refused' WHEN 7 THEN 'withdrawn' WHEN 8 THEN {} \
             WHEN 9 THEN {} ELSE 'awarded' END",
            history.either("'submitted'", "'rejected'"),
            history.either("'admitted'", "'rejected'"),
        );
        let rejected = format!(r#"'{{"state":"rejected","ballot":"' || {} || '"}}'"#, self.text_id(Table::Ballot, "s.i"));
        let data = format!(
            r#"CASE s.i % 10 WHEN 4 THEN {rejected} WHEN 5 THEN '{{"state":"waiting","place":"' || {} || '"}}'
            WHEN 6 THEN '{{"state":"refused","reason":"Unvollständig"}}' WHEN 7 THEN '{{"state":"withdrawn"}}' WHEN 8 THEN {} WHEN 9 THEN {}
            ELSE '{{"state":"awarded","award":"' || {} || '"}}' END"#,
            self.text_id(Table::Place, "s.i"),
            history.either(r#"'{"state":"submitted"}'"#, &rejected),
            history.either(r#"'{"state":"admitted"}'"#, &rejected),
            self.text_id(Table::Award, "s.i"),
        );
        let (series, form) = (series(0, history.total()), self.cast(&format!("'{}'", serde_json::to_string(&form())?), "JSONB"));
        let (id, by, at) = (self.id(Table::Application, "s.i"), self.literal(self.office), self.moment(&history.year(), "02-01"));
        let applications = format!(
            "INSERT INTO application (id, version, round_id, applicant_id, number, state, state_data, form, title, amount_requested, \
             received_at, created_by, created_at) {series} SELECT {id}, 3, {}, {}, 'SP-' || {} || '-' || s.i, {state}, {}, {form}, \
             'Chorreise', {AMOUNT}, {at}, {by}, {at} FROM s",
            self.id(Table::Round, &history.round()),
            self.applicant_of(),
            history.year(),
            self.cast(&data, "JSONB"),
        );
        let versions = format!(
            "INSERT INTO application_version (application_id, ordinal, form, by_id, at) {series} SELECT {id}, 1, {form}, {by}, {at} FROM s"
        );
        Ok([applications, versions])
    }

    /// What was proposed, what was put, and how they voted.
    fn balloted(&self, history: History, fund: &Fund, side: &Side) -> Result<[String; 4]> {
        let (decided, open, pending) = (history.decided(), history.open(), history.pending());
        let (series, at, by) = (series(0, history.total()), self.moment(&history.year(), "03-01"), self.literal(self.office));
        let (application, motion, ballot) =
            (self.id(Table::Application, "s.i"), self.id(Table::Motion, "s.i"), self.id(Table::Ballot, "s.i"));
        let motions = format!(
            "INSERT INTO motion (id, version, application_id, applicant_id, kind, amount, wording, state, proposed_by, proposed_at) {series} \
             SELECT {motion}, 1, {application}, {}, 'award', {AMOUNT}, 'Bewilligung von 2.500 Euro', \
             CASE WHEN {open} THEN 'balloting' WHEN {pending} THEN 'pending' ELSE 'decided' END, {by}, {at} FROM s \
             WHERE {decided} OR {open} OR {pending}",
            self.applicant_of(),
        );
        let proposals = format!(
            "INSERT INTO proposal (id, version, application_id, round_id, kind, amount, reasons, motion_id, prepared_by, prepared_at) {series} \
             SELECT {}, 2, {application}, {}, 'award', {AMOUNT}, 'Das Vorhaben dient der Begegnung und ist sparsam geplant.', {motion}, {by}, \
             {at} FROM s WHERE {decided} OR {open} OR {pending}",
            self.id(Table::Proposal, "s.i"),
            self.id(Table::Round, &history.round()),
        );
        let seat = |(number, member): (u32, &Uuid)| ElectorateSeat {
            number,
            member: Some(Sitting { person: (*member).into(), excluded: false }),
            substitute: None,
        };
        let electorate = Electorate {
            seats: (1..).zip(&side.members).map(seat).collect(),
            chair: Some(side.chair.into()),
            rules: fund.committee.clone(),
        };
        let closed = r#"{"state":"closed","at":"2019-11-01T10:00:00Z","tally":{"yes":9,"no":0,"abstained":0,"excluded":0},"carried":true}"#;
        let ballots = format!(
            "INSERT INTO ballot (id, version, motion_id, application_id, form, objections_until, votes_until, electorate, seats, \
             agenda_item_id, state, state_data, opened_at) {series} \
             SELECT {ballot}, 2, {motion}, {application}, CASE WHEN {open} THEN 'circular' ELSE 'meeting' END, \
             CASE WHEN {open} THEN {until} END, CASE WHEN {open} THEN {until} END, {}, {}, CASE WHEN {decided} THEN {} END, \
             CASE WHEN {open} THEN 'open' ELSE 'closed' END, {}, {at} FROM s WHERE {decided} OR {open}",
            self.cast(&format!("'{}'", serde_json::to_string(&electorate)?), "JSONB"),
            side.members.len(),
            self.id(Table::Item, "s.i"),
            self.cast(&format!(r#"CASE WHEN {open} THEN '{{"state":"open"}}' ELSE '{closed}' END"#), "JSONB"),
            until = self.day(&YEAR.to_string(), "11-30"),
        );
        let votes = format!(
            "INSERT INTO vote (ballot_id, member_id, choice, cast_at) {series} SELECT {ballot}, m.id, 'yes', {at} FROM s CROSS JOIN ({}) m \
             WHERE ({decided} AND m.seat BETWEEN 1 AND 9) OR ({open} AND m.seat BETWEEN 5 AND 9)",
            self.persons(&side.members),
        );
        Ok([motions, proposals, ballots, votes])
    }

    /// The record of all that happened. Journal entries rest on it.
    fn record(&self, history: History) -> [String; 2] {
        let events = history.total() * EVENTS;
        let place = "(s.i + 1 + (SELECT sequence FROM event_chain))";
        let written = format!(
            "INSERT INTO event (sequence, at, by_id, kind, subject_kind, subject_id, subject_version, details, previous, hash) {} \
             SELECT {place}, {}, {}, 'application-admitted', 'application', {}, 3, '{{}}', {}, {} FROM s",
            series(0, events),
            self.instant(),
            self.literal(self.office),
            self.text_id(Table::Application, &format!("s.i / {EVENTS}")),
            self.hash("s.i"),
            self.hash("(s.i + 1)"),
        );
        // What is written after this finds its events by counting back from the end.
        let chain = format!("UPDATE event_chain SET sequence = sequence + {events}, hash = {}", self.hash(&events.to_string()));
        [written, chain]
    }

    /// Awards, instalments, the waiting list and the journal.
    fn spent(&self, history: History, side: &Side) -> Result<Vec<String>> {
        let (series, by) = (series(0, history.total()), self.literal(self.office));
        let year = history.year();
        let (award, applicant) = (self.id(Table::Award, "s.i"), self.applicant_of());
        let notified = day(YEAR, 4, 1)?;
        let notification = Notification {
            dispatched_on: notified,
            notified_on: notified,
            accept_by: notified + Days::new(30),
            appeal_until: notified + Days::new(31),
            appeal: Appeal::Running,
        };
        let accepted = serde_json::to_string(&AwardState::Accepted(notification))?;
        let awards = format!(
            "INSERT INTO award (id, version, application_id, applicant_id, ballot_id, year, amount, hardship, released, paid, repaid, \
             term_start, term_end, state, state_data, granted_at) {series} \
             SELECT {award}, 4, {}, {applicant}, {}, {year}, {AMOUNT}, FALSE, 0, {}, 0, {}, {}, 'accepted', {}, {} FROM s WHERE {AWARDED}",
            self.id(Table::Application, "s.i"),
            self.id(Table::Ballot, "s.i"),
            history.either(&INSTALMENT.to_string(), &AMOUNT.to_string()),
            self.day(&year, "06-01"),
            self.day(&year, "06-14"),
            self.cast(&format!("'{accepted}'"), "JSONB"),
            self.moment(&year, "03-15"),
        );
        let mut statements = vec![awards];
        statements.push(self.instalments(history, side, 1)?);
        statements.push(self.instalments(history, side, 2)?);
        statements.push(format!(
            "INSERT INTO waiting_place (id, version, year, position, kind, amount, application_id, applicant_id, ballot_id, state, created_at) \
             {series} SELECT {}, 1, {year}, s.i / 10 + 1, 'award', {AMOUNT}, {}, {applicant}, {}, {}, {} FROM s WHERE {WAITING}",
            self.id(Table::Place, "s.i"),
            self.id(Table::Application, "s.i"),
            self.id(Table::Ballot, "s.i"),
            history.either("'waiting'", "'ended'"),
            self.moment(&year, "03-15"),
        ));
        let first_event = format!("((SELECT sequence FROM event_chain) - {} + 1)", history.total() * EVENTS);
        statements.push(format!(
            "INSERT INTO journal_entry (id, year, ordinal, movement, amount, basis, award_id, event_sequence, by_id, at) {series} \
             SELECT {}, {year}, s.i * 3 + k.number, CASE k.number WHEN 1 THEN 'commitment' ELSE 'payout' END, \
             CASE k.number WHEN 1 THEN {AMOUNT} WHEN 2 THEN {INSTALMENT} ELSE {} END, 'award', {award}, {first_event} + s.i * {EVENTS} + \
             k.number, {by}, {} FROM s CROSS JOIN (SELECT 1 AS number UNION ALL SELECT 2 UNION ALL SELECT 3) k \
             WHERE {AWARDED} AND (k.number < 3 OR s.i < {})",
            self.id(Table::Entry, "(s.i * 3 + k.number)"),
            AMOUNT - INSTALMENT,
            self.moment(&year, "04-01"),
            history.applications,
        ));
        Ok(statements)
    }

    /// One instalment of each award: executed, or in the present year asked for if it is the second.
    fn instalments(&self, history: History, side: &Side, instalment: u64) -> Result<String> {
        let signed = |by: Uuid| Signature { by: by.into(), at: DateTime::<Utc>::UNIX_EPOCH };
        let certificate = Certificate { account: PLACEHOLDER.into(), certified: signed(self.office) };
        let order = Order { certificate, ordered: signed(side.chair), end_to_end_id: "SP-1".to_owned() };
        let executed = serde_json::to_string(&PayoutState::Executed { order, on: day(YEAR, 5, 1)? })?;
        let account = self.text_id(Table::Account, "s.i / 200 * 20 + s.i % 20");
        let executed = format!("'{}'", executed.replace(&PLACEHOLDER.to_string(), &format!("' || {account} || '")));
        let is_first = instalment == 1;
        let either = |requested: &str, executed: &str| {
            if is_first { executed.to_owned() } else { history.either(requested, executed) }
        };
        Ok(format!(
            "INSERT INTO payout (id, version, award_id, applicant_id, instalment, amount, purpose, needed_by, attempt, state, state_data, \
             account_id, end_to_end_id, requested_at) {} \
             SELECT {}, 4, {}, {}, {instalment}, {}, 'Fähre und Bus', {}, 1, {}, {}, {}, {}, {} FROM s WHERE {AWARDED}",
            series(0, history.total()),
            self.id(Table::Payout, &format!("(s.i * 2 + {instalment})")),
            self.id(Table::Award, "s.i"),
            self.applicant_of(),
            if is_first { INSTALMENT } else { AMOUNT - INSTALMENT },
            self.day(&history.year(), "05-31"),
            either("'requested'", "'executed'"),
            self.cast(&either(r#"'{"state":"requested"}'"#, &executed), "JSONB"),
            either("NULL", &self.id(Table::Account, "s.i / 200 * 20 + s.i % 20")),
            either("NULL", &format!("'SP-' || s.i || '-{instalment}'")),
            self.moment(&history.year(), "04-15"),
        ))
    }

    /// E-mails that were sent.
    fn messages(&self, history: History, side: &Side) -> String {
        let (seats, at) = (side.members.len(), self.instant());
        format!(
            "INSERT INTO outbox_message (id, version, dedup_key, recipient_id, kind, notice, state, state_data, attempts, created_at) {} \
             SELECT {}, 2, 'past:' || s.i, m.id, 'ballot-opened', {}, 'sent', {}, 1, {at} FROM s JOIN ({}) m ON m.seat = s.i % {seats}",
            series(0, history.total() * MESSAGES),
            self.id(Table::Message, "s.i"),
            self.cast(r#"'{"notice":"ballot-opened"}'"#, "JSONB"),
            self.cast(r#"'{"state":"sent","at":"2019-11-01T10:00:00Z"}'"#, "JSONB"),
            self.persons(&side.members),
        )
    }

    /// Persons as a table: `id`, and `seat` from 0.
    fn persons(&self, persons: &[Uuid]) -> String {
        let row = |(seat, person): (usize, &Uuid)| format!("SELECT {} AS id, {seat} AS seat", self.literal(*person));
        persons.iter().enumerate().map(row).collect::<Vec<_>>().join(" UNION ALL ")
    }

    /// Ten o'clock on a day of a year that is computed.
    fn moment(&self, year: &str, day: &str) -> String {
        self.cast(&format!("(({year}) || '-{day}T10:00:00+00:00')"), "TIMESTAMPTZ")
    }

    /// A day of a year that is computed.
    fn day(&self, year: &str, day: &str) -> String {
        self.cast(&format!("(({year}) || '-{day}')"), "DATE")
    }
}

fn day(year: i32, month: u32, day: u32) -> Result<NaiveDate> {
    Ok(NaiveDate::from_ymd_opt(year, month, day).ok_or("a day")?)
}

/// What pages of the present year are known by.
impl History {
    /// A meeting that is over.
    pub(crate) fn meeting_that_is_over(self) -> Uuid {
        id(Table::Meeting, self.years * MEETINGS + 12)
    }

    /// A ballot that is closed.
    pub(crate) fn closed_ballot(self) -> Uuid {
        id(Table::Ballot, self.applications + 50)
    }

    /// A ballot on which is voted.
    pub(crate) fn open_ballot(self) -> Uuid {
        id(Table::Ballot, self.applications + 49)
    }

    /// The first of its rounds.
    pub(crate) fn present_round() -> Uuid {
        id(Table::Round, u64::from(YEAR.unsigned_abs()) * 2)
    }
}
