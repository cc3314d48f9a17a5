//! The case officers' pages, through HTTP on both databases: their way from the inbox to the award, what is refused with nothing typed lost,
//! what is foreign, and forms that are sent twice.

use testkit::{App, Backend, Browser, Shown, carried, says, words};

use crate::stage::Stage;

mod check;
mod decision;
mod money;

const SINA: &str = "sachbearbeitung@stadt.example";

/// A fund with an open round, and an officer's browser.
async fn begin(backend: Backend) -> (Stage, Officer) {
    let stage = Stage::begin(App::with_smtp(backend).await).await;
    let browser = stage.app.signed_in(SINA).await;
    (stage, Officer(browser))
}

/// A case officer on the pages.
struct Officer(Browser);

impl Officer {
    /// A page that is there.
    async fn sees(&self, path: &str) -> Shown {
        let shown = self.0.gets(path).await;
        assert_eq!(shown.status, 200, "{path}: {} {}", shown.location, shown.body);
        shown
    }

    /// Sends a page's form to where it goes, with all that it carries.
    async fn sends(&mut self, page: &str, to: &str, fields: &[(&str, &str)]) -> Shown {
        let shown = self.sees(page).await;
        self.sends_seen(&shown, to, fields).await
    }

    /// As [`Officer::sends`], from a page that was seen before.
    async fn sends_seen(&mut self, page: &Shown, to: &str, fields: &[(&str, &str)]) -> Shown {
        let carried = carried(page, to);
        let carried = carried.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<(&str, &str)> = carried.chain(fields.iter().copied()).collect();
        self.0.posts(to, &fields).await
    }

    /// Sends a form, and sees the page to which it leads.
    async fn does(&mut self, page: &str, to: &str, fields: &[(&str, &str)]) -> Shown {
        let sent = self.sends(page, to, fields).await;
        assert_eq!(sent.status, 303, "{to}: {}", errors(&sent));
        let path = sent.location.split('#').next().unwrap_or_default().to_owned();
        Shown { location: path.clone(), ..self.sees(&path).await }
    }
}

/// What the summary of the errors says.
fn errors(shown: &Shown) -> String {
    let (_, rest) = shown.body.split_once("errors__list").unwrap_or(("", shown.body.as_str()));
    rest.split("</ul>").next().unwrap_or_default().to_owned()
}

/// That a page says none of that.
fn is_silent(page: &Shown, unexpected: &[&str]) {
    let words = words(page);
    for part in unexpected {
        assert!(!words.contains(part), "“{part}” is there: {words}");
    }
}

/// Day, month and year of a question of that name.
fn date<'a>(name: &'a str, [day, month, year]: [&'a str; 3]) -> [(String, &'a str); 3] {
    [(format!("{name}-day"), day), (format!("{name}-month"), month), (format!("{name}-year"), year)]
}

/// Fields with dates among them.
fn with<'a>(fields: &[(&'a str, &'a str)], dates: &'a [[(String, &'a str); 3]]) -> Vec<(&'a str, &'a str)> {
    let dates = dates.iter().flatten().map(|(name, value)| (name.as_str(), *value));
    fields.iter().copied().chain(dates).collect()
}

/// The id at the end of a path.
fn last(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
