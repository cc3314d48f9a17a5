//! Pages of the portal with a hundred applications in one year, and with ten thousand over twenty. Three programs are asked in turn, as
//! somebody who has signed in: one with the long history, and two with the short one, whose ratio to each other is what is noise here.
//!
//! Pages show the present year, which is the same in all of them: what is compared has as many rows. Only the list of the years itself is
//! longer where there are more, and may take longer.
//!
//! A member who sat on the committee for all those years is excluded from more than one who came last year, and each of their pages leaves
//! that out. So the papers are asked for twice: by such a member, and by one who is excluded from nothing, in whom only the history differs.

use std::time::Duration;

use chrono::TimeDelta;
use domain::session::Session;
use engine::Ids;
use sea_orm::{ConnectionTrait as _, Statement};
use testkit::{Backend, Client};
use uuid::Uuid;

use crate::Result;
use crate::fill::{Fill, History, Side, YEAR};
use crate::load::{Ask, Connection, aside, times_in_turn};
use crate::report::{Report, Wanted, median};
use crate::stage::Stage;

/// How many seats the committee has.
const SEATS: usize = 11;
/// What a page may take where there is more behind it: no longer, but for what is noise.
const WANTED: Wanted = Wanted::Times(1.2);
/// A year in the middle of the long history.
const PAST: i32 = YEAR - 10;

/// Somebody who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Member,
    /// A member who is excluded from nothing.
    Impartial,
    Finance,
    Officer,
    Anybody,
}

/// A page, and how it is asked for.
struct Page {
    name: &'static str,
    who: Who,
    path: String,
    /// The same list far from its beginning, where there is much of it.
    far: Option<String>,
    /// Whether it has a row for each budget year.
    lists_years: bool,
}

/// A program with some years behind it.
struct Installation {
    stage: Stage,
    history: History,
    member: String,
    impartial: String,
    finance: String,
    officer: String,
}

pub(crate) async fn measure(backend: Backend, small: bool, report: &mut Report) -> Result<()> {
    let samples = if small { 31 } else { 201 };
    let long = History { years: 19, applications: if small { 2_000 } else { 10_000 } };
    let one = Installation::begin(backend, History::NONE).await?;
    let other = Installation::begin(backend, History::NONE).await?;
    let large = Installation::begin(backend, long).await?;
    let mut noise = Vec::new();
    for (short, long) in one.pages().await?.into_iter().zip(large.pages().await?) {
        let mut asks = vec![one.ask(short.who, &short.path)?, other.ask(short.who, &short.path)?, large.ask(long.who, &long.path)?];
        asks.extend(long.far.as_deref().map(|far| large.ask(long.who, far)).transpose()?);
        compare(&long, &asks, large.history).await?;
        let times: Vec<Duration> = times_in_turn(asks, samples).await?.into_iter().map(median).collect();
        noise.push(times[1].as_secs_f64() / times[0].as_secs_f64());
        let wanted = if long.lists_years { Wanted::Nothing } else { WANTED };
        report.times(&format!("pages: {}, {} years against 1", long.name, large.history.years + 1), backend, times[2], times[0], wanted);
        if let Some(far) = times.get(3) {
            report.times(&format!("pages: {}, far on against its beginning", long.name), backend, *far, times[2], WANTED);
        }
    }
    noise.sort_unstable_by(f64::total_cmp);
    let (least, most) = (noise.first().copied().unwrap_or_default(), noise.last().copied().unwrap_or_default());
    report.noise("pages: the same page of two installations of 1 year", backend, least, most);
    Ok(())
}

/// All of them are pages, with as many rows.
async fn compare(page: &Page, asks: &[Ask], history: History) -> Result<()> {
    let asks = asks.to_vec();
    let bodies = aside(move || asks.iter().map(|ask| Connection::open(ask.address())?.ask(ask).map(<[u8]>::to_vec)).collect());
    let bodies: Vec<Vec<u8>> = bodies.await?;
    let rows: Vec<usize> = bodies.iter().map(|body| rows(&String::from_utf8_lossy(body))).collect();
    let years = if page.lists_years { usize::try_from(history.years)? } else { 0 };
    let expected = [rows[0], rows[0], rows[0] + years, rows[0] + years];
    if rows[0] == 0 || rows != expected[..rows.len()] {
        return Err(format!("{}: pages of different lengths: {rows:?}", page.name).into());
    }
    Ok(())
}

/// How many rows of tables, cards and sections a page has.
fn rows(page: &str) -> usize {
    ["<tr", "<section", "class=\"card\"", "class=\"tile\""].iter().map(|part| page.matches(part).count()).sum()
}

impl Installation {
    /// Fills one, in the present year.
    async fn begin(backend: Backend, history: History) -> Result<Self> {
        let stage = Stage::begin(backend).await;
        let app = &stage.app;
        app.at("2020-10-01T10:00:00Z");
        let finance = app.person("Kai Kasse", "finance@stadt.example", "de", &["finance"]).await;
        let mut members = Vec::with_capacity(SEATS);
        for seat in 1..=SEATS {
            members.push(app.person(&format!("Sitz {seat}"), &format!("sitz{seat}@stadt.example"), "de", &["member"]).await);
        }
        app.fill_seats(&members.iter().map(|member| member.email.as_str()).collect::<Vec<_>>()).await;
        let mut ids = Vec::with_capacity(SEATS);
        for member in &members {
            ids.push(stage.id_of(member).await?);
        }
        let side = Side { members: ids, chair: stage.id_of(&stage.chair).await? };
        let office = stage.id_of(&stage.officer).await?;
        Fill::history(app.engine().database(), app.engine().fund(), office, &side, history).await?;
        let (member, impartial) = (cookie(&stage, &members[0]).await?, cookie(&stage, &members[SEATS - 1]).await?);
        let (finance, officer) = (cookie(&stage, &finance).await?, cookie(&stage, &stage.officer).await?);
        Ok(Self { stage, history, member, impartial, finance, officer })
    }

    /// The question of somebody who has signed in, ready to be sent.
    fn ask(&self, who: Who, path: &str) -> Result<Ask> {
        let cookie = match who {
            Who::Member => &self.member,
            Who::Impartial => &self.impartial,
            Who::Finance => &self.finance,
            Who::Officer => &self.officer,
            Who::Anybody => return Ok(Ask::get(self.stage.address()?, path)),
        };
        Ok(Ask::page(self.stage.address()?, path, cookie))
    }

    async fn pages(&self) -> Result<Vec<Page>> {
        let page = |who, name, path: &str| Page { name, who, path: path.to_owned(), far: None, lists_years: false };
        let round = History::present_round();
        let papers = format!("/committee/meetings/{}", self.history.meeting_that_is_over());
        let inbox = |name, fields: &str| page(Who::Officer, name, &format!("/office/applications{fields}"));
        let last_page = if self.history.applications > 5_000 { 99 * 25 - 1 } else { 75 * 25 - 1 };
        Ok(vec![
            page(Who::Finance, "the year", &format!("/finance?year={YEAR}")),
            Page { lists_years: true, ..page(Who::Finance, "all years", "/finance/years") },
            Page {
                far: self
                    .far(&format!("/finance/journal?year={PAST}&before="), "journal_entry", "ordinal", &format!("year = {PAST}"), 25)
                    .await?,
                ..page(Who::Finance, "the journal", &format!("/finance/journal?year={YEAR}"))
            },
            page(Who::Finance, "the waiting list", &format!("/finance/waiting-list?year={YEAR}")),
            page(Who::Finance, "payouts asked for", "/finance/payouts"),
            Page {
                far: self.far("/finance/payouts?state=executed&after=", "payout", "id", "state = 'executed'", 1_000).await?,
                ..page(Who::Finance, "payouts executed", "/finance/payouts?state=executed")
            },
            page(Who::Finance, "finance's desk", "/desk"),
            page(Who::Member, "a member's desk", "/desk"),
            Page {
                far: self.far("/committee/meetings?before=", "meeting", "id", "TRUE", 20).await?,
                ..page(Who::Member, "meetings", "/committee/meetings")
            },
            page(Who::Member, "papers of a meeting", &papers),
            page(Who::Impartial, "papers, excluded from nothing", &papers),
            Page {
                far: self.far("/committee/ballots?before=", "ballot", "id", "TRUE", 100).await?,
                ..page(Who::Member, "ballots", "/committee/ballots")
            },
            page(Who::Member, "a closed ballot", &format!("/committee/ballots/{}", self.history.closed_ballot())),
            page(Who::Member, "an open ballot", &format!("/committee/ballots/{}", self.history.open_ballot())),
            Page {
                far: self.far("/briefings?before=", "briefing", "position", "TRUE", 10).await?,
                ..page(Who::Member, "briefings", "/briefings")
            },
            page(Who::Member, "briefings of a city and year", &format!("/briefings?city=tallinn&year={YEAR}")),
            page(Who::Member, "briefings unread", "/briefings?unread=yes"),
            page(Who::Officer, "the office's desk", "/office"),
            Page { far: self.far("/office/applications?after=", "application", "id", "TRUE", last_page).await?, ..inbox("the inbox", "") },
            inbox("the inbox, newest first", "?order=newest"),
            inbox("the inbox by state", "?state=admitted"),
            inbox("the inbox by round", &format!("?round={round}")),
            inbox("the inbox by round and state", &format!("?round={round}&state=awarded")),
            inbox("the inbox by city", "?city=tallinn&order=newest"),
            inbox("the inbox by number", "?q=SP-2020-"),
            inbox("the inbox by applicant", "?q=Hafenchor"),
            page(Who::Anybody, "funded projects", "/projects"),
        ])
    }

    /// The address of a part of a list in the order of `key` that begins after, or ends before, so many of its rows. Only the long history has
    /// that many.
    async fn far(&self, path: &str, table: &str, key: &str, which: &str, rows: u64) -> Result<Option<String>> {
        if self.history.years == 0 {
            return Ok(None);
        }
        let db = self.stage.app.engine().database().reader();
        let sql = format!("SELECT {key} FROM {table} WHERE {which} ORDER BY {key} LIMIT 1 OFFSET {rows}");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?.ok_or("a longer list")?;
        let key = if key == "id" { row.try_get_by_index::<Uuid>(0)?.to_string() } else { row.try_get_by_index::<i64>(0)?.to_string() };
        Ok(Some(format!("{path}{key}")))
    }
}

/// The cookie of a session that somebody has begun.
async fn cookie(stage: &Stage, person: &Client) -> Result<String> {
    let engine = stage.app.engine();
    let (now, cookie) = (engine.now(), format!("bench-{}", person.email));
    let hash = domain::sign_in::hash(&cookie);
    let session = Session::begin(Ids::default().next(now), stage.id_of(person).await?.into(), hash, "", now + TimeDelta::days(30), now);
    let tx = engine.database().begin().await?;
    store::session::insert(&tx, &session).await?;
    tx.commit().await?;
    Ok(cookie)
}
