//! The case officers' pages, through HTTP on both databases: their way from the inbox to the award, what is refused with nothing typed lost,
//! what is foreign, and forms that are sent twice.

use testkit::{App, Backend, Browser, Shown};

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

/// The hidden fields of the form that goes there.
fn carried(shown: &Shown, to: &str) -> Vec<(String, String)> {
    let form = shown.body.split("<form").find(|form| form.contains(&format!("action=\"{to}\"")));
    let form = form.unwrap_or_else(|| panic!("no form to {to}: {}", words(shown)));
    let form = form.split("</form>").next().unwrap_or_default();
    let attribute = |input: &str, name: &str| -> String {
        let (_, rest) = input.split_once(&format!(" {name}=\"")).unwrap_or(("", "\""));
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let inputs = form.split("<input").skip(1).map(|input| input.split('>').next().unwrap_or_default());
    let hidden = inputs.filter(|input| input.contains("type=\"hidden\""));
    hidden.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
}

/// What the summary of the errors says.
fn errors(shown: &Shown) -> String {
    let (_, rest) = shown.body.split_once("errors__list").unwrap_or(("", shown.body.as_str()));
    rest.split("</ul>").next().unwrap_or_default().to_owned()
}

/// What a page says, without its elements.
fn words(page: &Shown) -> String {
    let (mut words, mut inside) = (String::new(), false);
    for sign in page.body.chars() {
        match sign {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            _ if !inside => words.push(if sign == '\u{a0}' { ' ' } else { sign }),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// That a page says all of that.
fn says(page: &Shown, expected: &[&str]) {
    let words = words(page);
    for part in expected {
        assert!(words.contains(part), "“{part}” is missing: {words}");
    }
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
