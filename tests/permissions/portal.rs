//! Who may open which page and send which form of the portal: each door that the portal has, tried by everybody in a browser, and compared
//! with the committed matrix in `docs/permissions-pages.md` and with what the API permits. A new page or form without a row fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use testkit::{Backend, Browser, Client, Shown};

use super::Everybody;
use crate::portal::in_address;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/permissions-pages.md");
const API: &str = include_str!("../../docs/permissions.md");

/// A door of the portal, on things of [`Everybody`].
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// `GET` or `POST`.
    pub(crate) method: &'static str,
    /// As the portal lists it.
    pub(crate) door: &'static str,
    /// What is special about the thing, where a door has several rows.
    pub(crate) note: &'static str,
    /// Where it is on the thing.
    pub(crate) path: String,
    /// What is sent.
    pub(crate) fields: Vec<(String, String)>,
    /// The things that path and form name, by their ids in the API.
    pub(crate) things: Vec<String>,
    /// The rows of the API's matrix that say the same.
    pub(crate) like: &'static [&'static str],
}

impl Row {
    /// A page on a thing, or on none.
    pub(crate) fn page(door: &'static str, thing: &str, like: &'static [&'static str]) -> Self {
        Self::of("GET", door, thing, like)
    }

    /// A form on a thing, or on none.
    pub(crate) fn form(door: &'static str, thing: &str, like: &'static [&'static str]) -> Self {
        Self::of("POST", door, thing, like)
    }

    fn of(method: &'static str, door: &'static str, thing: &str, like: &'static [&'static str]) -> Self {
        let things: Vec<String> = Some(thing.to_owned()).filter(|thing| !thing.is_empty()).into_iter().collect();
        assert_eq!(door.contains(":id"), !things.is_empty(), "{door}");
        let path = things.iter().fold(door.to_owned(), |path, thing| path.replace(":id", &in_address(thing)));
        Self { method, door, note: "", path, fields: Vec::new(), things, like }
    }

    /// Of a thing that is special.
    pub(crate) fn noted(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    /// With a field that is sent, or stands in the address.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if self.method == "GET" {
            let mark = if self.path.contains('?') { '&' } else { '?' };
            let _ = write!(self.path, "{mark}{name}={value}");
        } else {
            self.fields.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// With the id of another thing in that field.
    pub(crate) fn naming(mut self, name: &str, thing: &str) -> Self {
        self.things.push(thing.to_owned());
        self.with(name, &in_address(thing))
    }

    /// The same with other things: those of the second list for those of the first.
    pub(crate) fn exchanged(&self, thing: &str, other: &str) -> Self {
        let (thing, other) = (in_address(thing), in_address(other));
        let changed = |text: &String| text.replace(&thing, &other);
        let fields = self.fields.iter().map(|(name, value)| (changed(name), changed(value))).collect();
        Self { path: changed(&self.path), fields, ..self.clone() }
    }

    /// What it is called in the matrix.
    fn name(&self) -> String {
        if self.note.is_empty() { self.door.to_owned() } else { format!("{}, {}", self.door, self.note) }
    }

    /// Whether it ends the session of whoever sends it.
    fn ends_session(&self) -> bool {
        self.method == "POST" && ["/sign-out", "/account/sessions/end-all"].contains(&self.door)
    }
}

/// Somebody in a browser.
pub(crate) struct Visitor {
    pub(crate) who: &'static str,
    browser: Browser,
    email: String,
    token: String,
}

impl Visitor {
    /// What the row is answered with.
    pub(crate) async fn tries(&mut self, row: &Row) -> Shown {
        if row.method == "GET" {
            return self.browser.gets(&row.path).await;
        }
        // Who has not signed in gets no form of ours to send.
        if self.token.is_empty() {
            return self.browser.posts(&row.path, &[]).await;
        }
        let own = [("form-token", self.token.as_str())];
        let fields: Vec<(&str, &str)> =
            own.into_iter().chain(row.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))).collect();
        self.browser.posts(&row.path, &fields).await
    }
}

impl Everybody {
    /// Who looks after roles and people.
    pub(crate) fn administrator(&self) -> &Client {
        &self.people.last().expect("the administrator").1
    }

    /// Everybody, each in a browser of their own.
    pub(crate) async fn visitors(&self) -> Vec<Visitor> {
        let mut visitors = Vec::new();
        for (who, client) in &self.people {
            visitors.push(self.visitor(who, &client.email).await);
        }
        visitors
    }

    /// Somebody in a browser, signed in if they have an address.
    pub(crate) async fn visitor(&self, who: &'static str, email: &str) -> Visitor {
        let (browser, token) = if email.is_empty() {
            (Browser::at(&self.stage.app), String::new())
        } else {
            let browser = self.stage.app.signed_in(email).await;
            let token = browser.gets("/account").await.hidden("form-token");
            assert!(!token.is_empty(), "{who} has a form token");
            (browser, token)
        };
        Visitor { who, browser, email: email.to_owned(), token }
    }
}

/// What came back, in one word.
pub(crate) fn word(shown: &Shown, row: &Row, who: &str) -> &'static str {
    match shown.status {
        // To be signed out leads there as well, and says so with a cookie.
        303 if shown.location == "/sign-in" && !shown.set_cookie.contains("__Host-sonderfonds=") => "sign in",
        200 | 205 | 303 | 409 | 410 | 422 => "yes",
        403 => {
            assert!(!shown.body.contains("Das Formular passt nicht"), "{who} sends {} with another's token", row.door);
            "no"
        }
        404 => "hidden",
        other => panic!("{who} {} {}: {other} {}", row.method, row.path, shown.body),
    }
}

/// Each row with what everybody is answered, in the order of the people.
type Tried = Vec<(Row, Vec<&'static str>)>;

async fn tried(all: &Everybody, visitors: &mut [Visitor], rows: Vec<Row>) -> Tried {
    let mut tried = Vec::new();
    for row in rows {
        let mut words = Vec::new();
        for visitor in visitors.iter_mut() {
            let shown = visitor.tries(&row).await;
            words.push(word(&shown, &row, visitor.who));
            if row.ends_session() && !visitor.email.is_empty() {
                *visitor = all.visitor(visitor.who, &visitor.email.clone()).await;
            }
        }
        tried.push((row, words));
    }
    tried
}

async fn matrix(backend: Backend) -> (String, Vec<String>) {
    let all = Everybody::begin(backend).await;
    let mut visitors = all.visitors().await;
    let mut page = String::from(
        "# Who may open which page\n\nEach page and each form of the portal, tried against the real server by `tests/permissions`, each by everybody in a browser. *yes*: permitted, so far\n\
         as the rules allow it; *no*: refused (403); *hidden*: there is no such page for this person (404), as there is none where nothing is; *sign in*:\n\
         led to the sign-in. The people are those of [the API's matrix](permissions.md); whatever is permitted here is permitted there.\n",
    );
    assert_no_door_is_missing(&all);
    let names: Vec<&str> = visitors.iter().map(|visitor| visitor.who).collect();
    let mut differences = Vec::new();
    for (title, rows) in [("page", all.pages()), ("form", all.forms())] {
        let _ = write!(page, "\n| {title} | {} |\n| --- |{}\n", names.join(" | "), " --- |".repeat(names.len()));
        let tried = tried(&all, &mut visitors, rows).await;
        for (row, words) in &tried {
            let _ = writeln!(page, "| {} | {} |", row.name(), words.join(" | "));
        }
        differences.extend(differences_from_the_api(&names, &tried, title == "form"));
    }
    (page, differences)
}

/// Every door of the portal has its row, and every row its door.
fn assert_no_door_is_missing(all: &Everybody) {
    let doors: BTreeSet<(&str, String)> = portal::doors().into_iter().map(|door| (door.method, door.path)).collect();
    let tried: BTreeSet<(&str, String)> = all.pages().iter().chain(&all.forms()).map(|row| (row.method, row.door.to_owned())).collect();
    let missing: Vec<_> = doors.symmetric_difference(&tried).collect();
    assert!(missing.is_empty(), "without a row, or without a door: {missing:?}");
}

/// Who may do what by the API's matrix.
fn by_the_api() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut people: Vec<&str> = Vec::new();
    let mut rows = BTreeMap::new();
    for line in API.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (name, words) = (cells[0], &cells[1..]);
        if name == "query" || name == "mutation" {
            people = words.to_vec();
        } else {
            let may = people.iter().zip(words).filter(|(_, word)| **word == "yes").map(|(who, _)| (*who).to_owned());
            rows.insert(name, may.collect());
        }
    }
    rows
}

/// Where the portal permits what the API doesn't, or the other way round. A page of one office is not every page of an operation: what the
/// API permits has to be permitted at one of its doors.
fn differences_from_the_api(names: &[&str], tried: &Tried, both_ways: bool) -> Vec<String> {
    let api = by_the_api();
    let mut differences = Vec::new();
    let mut offered: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (row, words) in tried {
        let may: BTreeSet<String> = names.iter().zip(words).filter(|(_, word)| **word == "yes").map(|(who, _)| (*who).to_owned()).collect();
        if row.like.is_empty() {
            continue;
        }
        let there: BTreeSet<String> =
            row.like.iter().flat_map(|like| api.get(like).unwrap_or_else(|| panic!("the API's matrix has no {like}"))).cloned().collect();
        for who in may.difference(&there) {
            differences.push(format!("{} {}: {who} may, but not by the API", row.method, row.name()));
        }
        for like in row.like {
            offered.entry(like).or_default().extend(may.iter().cloned());
        }
    }
    if both_ways {
        for (like, may) in offered {
            for who in api[like].difference(&may) {
                differences.push(format!("{like}: {who} may by the API, but nowhere in the portal"));
            }
        }
    }
    differences
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_of_the_pages_is_what_the_server_does() {
    for backend in Backend::ALL {
        let (matrix, differences) = Box::pin(matrix(backend)).await;
        if std::env::var_os("UPDATE_PERMISSIONS").is_some() {
            std::fs::write(PAGE, &matrix).expect("written");
        }
        let page = std::fs::read_to_string(PAGE).expect("docs/permissions-pages.md");
        assert_eq!(matrix, page, "{backend:?}: look at the difference; if it is meant, run with UPDATE_PERMISSIONS=1");
        assert!(differences.is_empty(), "{backend:?}: {differences:#?}");
    }
}
