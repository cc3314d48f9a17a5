//! The pages of the committee, of finance, of the auditor and of the administrator, through HTTP on both databases: the way of each from page
//! to page, what is refused with nothing typed lost, what is foreign, and forms that are sent twice.

use testkit::{App, Browser, Shown, says, words};

mod committee;
mod control;
mod finance;

/// Somebody who has signed in, on the pages.
struct Walker(Browser);

impl Walker {
    async fn with(app: &App, address: &str) -> Self {
        Self(app.signed_in(address).await)
    }

    /// A page that is there.
    async fn sees(&self, path: &str) -> Shown {
        let shown = self.0.gets(path).await;
        assert_eq!(shown.status, 200, "{path}: {}", shown.body);
        shown
    }

    /// Sends a form of a page that was seen.
    async fn sends(&mut self, page: &Shown, path: &str, fields: &[(&str, &str)]) -> Shown {
        let (token, key) = (page.hidden("form-token"), page.hidden("key"));
        let own = [("form-token", token.as_str()), ("key", key.as_str())];
        let fields: Vec<(&str, &str)> = own.into_iter().filter(|(_, value)| !value.is_empty()).chain(fields.iter().copied()).collect();
        self.0.posts(path, &fields).await
    }
}

/// The first link of a page that begins so.
fn link(page: &Shown, beginning: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("href=\"{beginning}")).unwrap_or_else(|| panic!("no link {beginning}: {}", page.body));
    format!("{beginning}{}", rest.split('"').next().expect("an end"))
}

/// That a page says none of that.
fn is_silent(page: &Shown, unexpected: &[&str]) {
    for part in unexpected {
        assert!(!page.body.contains(part), "“{part}” is there: {}", words(page));
    }
}
