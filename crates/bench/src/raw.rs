//! Closing a ballot that awards, as the least that a program could do: the same statements as the engine's, in the same order and in one
//! transaction, written by hand. It decides nothing: it knows that the ballot carries and that the money is there.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use engine::Ids;
use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement, Value};
use serde_json::json;
use store::{Database, Tx};
use uuid::Uuid;

use crate::Result;

/// Closes ballots.
pub(crate) struct Raw {
    database: Database,
    ids: Ids,
    chair: Uuid,
}

/// A transaction, and how its database locks rows.
struct Hand<'a> {
    tx: &'a Tx,
    lock: &'static str,
}

impl Hand<'_> {
    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.tx.get_database_backend(), sql, values)
    }

    async fn one(&self, sql: &str, values: Vec<Value>) -> Result<QueryResult> {
        Ok(self.tx.query_one_raw(self.statement(sql, values)).await?.ok_or("a row is missing")?)
    }

    async fn locked(&self, sql: &str, values: Vec<Value>) -> Result<QueryResult> {
        self.one(&format!("{sql}{}", self.lock), values).await
    }

    async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>> {
        Ok(self.tx.query_all_raw(self.statement(sql, values)).await?)
    }

    async fn write(&self, sql: &str, values: Vec<Value>) -> Result<()> {
        match self.tx.execute_raw(self.statement(sql, values)).await?.rows_affected() {
            0 => Err(format!("nothing was written by {sql}").into()),
            _ => Ok(()),
        }
    }
}

/// What the transaction reads of the application.
struct Applied {
    id: Uuid,
    version: i64,
    round: Uuid,
    applicant: Uuid,
    number: String,
    title: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
}

impl Raw {
    /// By that person, in that database.
    pub(crate) fn new(database: Database, chair: Uuid) -> Self {
        Self { database, ids: Ids::default(), chair }
    }

    /// Closes one.
    pub(crate) async fn close(&self, ballot: Uuid, now: DateTime<Utc>) -> Result<()> {
        let tx = self.database.begin().await?;
        let postgres = self.database.is_postgres();
        let hand = Hand { tx: &tx, lock: if postgres { " FOR NO KEY UPDATE" } else { "" } };

        let row = hand.locked("SELECT version, motion_id, recorded_tally, state FROM ballot WHERE id = $1", vec![ballot.into()]).await?;
        let (ballot_version, motion): (i64, Uuid) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let tally: serde_json::Value = row.try_get_by_index(2)?;
        hand.all("SELECT member_id, choice FROM vote WHERE ballot_id = $1 ORDER BY member_id", vec![ballot.into()]).await?;
        let row = hand.locked("SELECT version, application_id, amount, state FROM motion WHERE id = $1", vec![motion.into()]).await?;
        let (motion_version, application, amount): (i64, Uuid, i64) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let applied = applied(&hand, application).await?;

        let closed = json!({ "state": "closed", "at": instant(now), "tally": tally, "carried": true });
        let sql = "UPDATE ballot SET version = version + 1, state = 'closed', state_data = $1 WHERE id = $2 AND version = $3";
        hand.write(sql, vec![closed.into(), ballot.into(), ballot_version.into()]).await?;
        let sql = "UPDATE motion SET version = version + 1, state = 'decided' WHERE id = $1 AND version = $2";
        hand.write(sql, vec![motion.into(), motion_version.into()]).await?;

        let year: i32 = hand.one("SELECT budget_year FROM round WHERE id = $1", vec![applied.round.into()]).await?.try_get_by_index(0)?;
        let award = self.award(&hand, &applied, ballot, (year, amount), now).await?;
        self.record(&hand, ballot, ballot_version + 1, award, (year, amount), now).await?;
        if postgres {
            for payload in [format!("application:{application}"), format!("budget-year:{year}")] {
                hand.one("SELECT 1 FROM pg_notify($1, $2)", vec!["bench".into(), payload.into()]).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// The award, the year's money, the application, and the e-mails about it.
    async fn award(&self, hand: &Hand<'_>, on: &Applied, ballot: Uuid, (year, amount): (i32, i64), now: DateTime<Utc>) -> Result<Uuid> {
        let sql = "SELECT version, appropriated, increases, cuts, carried_in, repaid, committed, paid, carried_out, lapsed, closed_at \
             FROM budget_year WHERE year = $1";
        let version: i64 = hand.locked(sql, vec![year.into()]).await?.try_get_by_index(0)?;
        let award: Uuid = self.ids.next(now);
        let sql = "INSERT INTO award (id, version, application_id, applicant_id, ballot_id, year, amount, hardship, released, paid, repaid, \
             term_start, term_end, state, state_data, granted_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 0, 0, 0, $8, $9, 'granted', $10, $11)";
        let values = vec![
            award.into(),
            on.id.into(),
            on.applicant.into(),
            ballot.into(),
            year.into(),
            amount.into(),
            false.into(),
            on.starts_on.into(),
            on.ends_on.into(),
            json!({ "state": "granted" }).into(),
            now.into(),
        ];
        hand.write(sql, values).await?;
        let sql = "UPDATE budget_year SET version = version + 1, committed = committed + $1 WHERE year = $2 AND version = $3";
        hand.write(sql, vec![amount.into(), year.into(), version.into()]).await?;
        let name: String = hand.one("SELECT name FROM applicant WHERE id = $1", vec![on.applicant.into()]).await?.try_get_by_index(0)?;
        let sql = "UPDATE application SET version = version + 1, state = 'awarded', state_data = $1 WHERE id = $2 AND version = $3";
        let data = json!({ "state": "awarded", "award": award });
        hand.write(sql, vec![data.into(), on.id.into(), on.version.into()]).await?;
        self.tell(hand, on, &name, amount, now).await?;
        Ok(award)
    }

    /// One e-mail for each person who acts for the applicant, in one statement.
    async fn tell(&self, hand: &Hand<'_>, on: &Applied, name: &str, amount: i64, now: DateTime<Utc>) -> Result<()> {
        let people = hand
            .all(
                "SELECT person_id FROM membership WHERE applicant_id = $1 AND ended_at IS NULL ORDER BY person_id",
                vec![on.applicant.into()],
            )
            .await?;
        let about = json!({ "number": on.number, "title": on.title, "applicant": name });
        let euro = format!("{}.{:02}", amount / 100, amount % 100);
        let notice = json!({ "notice": "application-awarded", "about": about, "amount": euro, "from_waiting_list": false });
        let state = json!({ "state": "pending", "due": instant(now) });
        let (mut rows, mut values) = (Vec::new(), Vec::<Value>::new());
        for person in people {
            let person: Uuid = person.try_get_by_index(0)?;
            let next = values.len();
            let place = |offset: usize| format!("${}", next + offset);
            rows.push(format!(
                "({}, 1, {}, {}, 'application-awarded', {}, 'pending', {}, {}, NULL, 0, {})",
                place(1),
                place(2),
                place(3),
                place(4),
                place(5),
                place(6),
                place(7)
            ));
            let id: Uuid = self.ids.next(now);
            let key = format!("application-awarded:{}:{}:{person}", on.id, on.version);
            values.extend([id.into(), key.into(), person.into(), notice.clone().into(), state.clone().into(), now.into(), now.into()]);
        }
        let sql = format!(
            "INSERT INTO outbox_message (id, version, dedup_key, recipient_id, kind, notice, state, state_data, due, lease_until, attempts, \
             created_at) VALUES {} ON CONFLICT (dedup_key) DO NOTHING",
            rows.join(", ")
        );
        hand.write(&sql, values).await
    }

    /// The event and the journal entry.
    async fn record(
        &self,
        hand: &Hand<'_>,
        ballot: Uuid,
        version: i64,
        award: Uuid,
        (year, amount): (i32, i64),
        now: DateTime<Utc>,
    ) -> Result<()> {
        let last: Option<i64> =
            hand.one("SELECT MAX(ordinal) FROM journal_entry WHERE year = $1", vec![year.into()]).await?.try_get_by_index(0)?;
        let ordinal = last.unwrap_or_default() + 1;
        let row = hand.locked("SELECT sequence, hash FROM event_chain WHERE id = 1", Vec::new()).await?;
        let (last, previous): (i64, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let sequence = last + 1;
        // Not a hash: what hashing costs is the engine's to bear.
        let hash = format!("{sequence:064x}");
        let sql = "UPDATE event_chain SET sequence = $1, hash = $2 WHERE id = 1 AND sequence = $3 AND hash = $4";
        hand.write(sql, vec![sequence.into(), hash.clone().into(), last.into(), previous.clone().into()]).await?;
        let details = json!({ "outcome": "awarded", "carried": true, "postings": [{ "year": year, "ordinal": ordinal, "basis": award }] });
        let sql = "INSERT INTO event (sequence, at, by_id, kind, subject_kind, subject_id, subject_version, details, previous, hash) \
             VALUES ($1, $2, $3, 'ballot-closed', 'ballot', $4, $5, $6, $7, $8)";
        let values = vec![
            sequence.into(),
            now.into(),
            self.chair.into(),
            ballot.to_string().into(),
            version.into(),
            details.to_string().into(),
            previous.into(),
            hash.into(),
        ];
        hand.write(sql, values).await?;
        let sql = "INSERT INTO journal_entry (id, year, ordinal, movement, amount, basis, resolution, award_id, event_sequence, by_id, at) \
             VALUES ($1, $2, $3, 'commitment', $4, 'award', NULL, $5, $6, $7, $8)";
        let id: Uuid = self.ids.next(now);
        let values =
            vec![id.into(), year.into(), ordinal.into(), amount.into(), award.into(), sequence.into(), self.chair.into(), now.into()];
        hand.write(sql, values).await
    }
}

async fn applied(hand: &Hand<'_>, id: Uuid) -> Result<Applied> {
    let day = |name: &str| match hand.tx.get_database_backend() {
        DbBackend::Postgres => format!("CAST(form ->> '{name}' AS DATE)"),
        _ => format!("form ->> '{name}'"),
    };
    let sql = format!(
        "SELECT version, round_id, applicant_id, number, title, {}, {}, state FROM application WHERE id = $1",
        day("startsOn"),
        day("endsOn")
    );
    let row = hand.locked(&sql, vec![id.into()]).await?;
    Ok(Applied {
        id,
        version: row.try_get_by_index(0)?,
        round: row.try_get_by_index(1)?,
        applicant: row.try_get_by_index(2)?,
        number: row.try_get_by_index(3)?,
        title: row.try_get_by_index(4)?,
        starts_on: row.try_get_by_index(5)?,
        ends_on: row.try_get_by_index(6)?,
    })
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
