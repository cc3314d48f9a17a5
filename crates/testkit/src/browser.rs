//! Somebody with a browser: follows no redirect by itself, keeps the session's cookie and that of a sign-in with a provider, and says where
//! its requests come from.

use serde_json::{Value, json};

use crate::app::App;
use crate::client::Answer;
use crate::identity_provider::IdentityProvider;

/// A browser on a page of the installation.
#[derive(Debug, Clone)]
pub struct Browser {
    http: reqwest::Client,
    address: String,
    /// The value of the session's cookie.
    pub cookie: Option<String>,
    /// The value of the cookie of a sign-in with a provider that is under way.
    pub pending: Option<String>,
    /// Where its owner was going who had to sign in first.
    pub way: Option<String>,
    /// What the browser says in `Origin` when it sends something.
    pub origin: String,
    /// More headers, as a proxy before the server would add them.
    pub headers: Vec<(String, String)>,
}

/// What a browser got.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The HTTP status.
    pub status: u16,
    /// Where it leads; empty if nowhere.
    pub location: String,
    /// What it sets as cookies, a line for each; empty if nothing.
    pub set_cookie: String,
    /// After how many seconds to come back; empty if at once.
    pub retry_after: String,
    /// The request's id, as the log and [`crate::statements`] know it.
    pub request_id: String,
    /// The page.
    pub body: String,
}

/// Two answers are the same if they say the same: each request has an id of its own.
impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        let said =
            |shown: &Self| (shown.status, shown.location.clone(), shown.set_cookie.clone(), shown.retry_after.clone(), shown.body.clone());
        said(self) == said(other)
    }
}

impl Shown {
    /// The value of a hidden field.
    #[must_use]
    pub fn hidden(&self, name: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("type=\"hidden\" name=\"{name}\" value=\"")).unwrap_or(("", "\""));
        rest.split_once('"').map(|(value, _)| value.to_owned()).unwrap_or_default()
    }
}

impl Browser {
    /// A new browser at an app.
    #[must_use]
    pub fn at(app: &App) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { http, address: app.address(), cookie: None, pending: None, way: None, origin: app.origin(), headers: Vec::new() }
    }

    /// The same browser with another cookie.
    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self.clone() }
    }

    /// The same browser on a page of somebody else.
    #[must_use]
    pub fn from_origin(&self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self.clone() }
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.address)).header("Accept-Language", "de");
        if !self.headers.iter().any(|(name, _)| name == "Accept") {
            request = request.header("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        }
        request = request.header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0");
        let cookies =
            [("__Host-sonderfonds", &self.cookie), ("__Host-sonderfonds-provider", &self.pending), ("__Host-sonderfonds-way", &self.way)];
        let cookies: Vec<String> = cookies.iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?))).collect();
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    async fn shown(request: reqwest::RequestBuilder) -> Shown {
        let response = request.send().await.expect("the server answers");
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let cookies = response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let set_cookie = cookies.collect::<Vec<_>>().join("\n");
        let (location, retry_after, request_id) = (header("location"), header("retry-after"), header("x-request-id"));
        Shown {
            status: response.status().as_u16(),
            location,
            set_cookie,
            retry_after,
            request_id,
            body: response.text().await.expect("a text"),
        }
    }

    /// Looks at a page.
    pub async fn gets(&self, path: &str) -> Shown {
        Self::shown(self.request(reqwest::Method::GET, path)).await
    }

    /// Looks whether there is a page.
    pub async fn heads(&self, path: &str) -> Shown {
        Self::shown(self.request(reqwest::Method::HEAD, path)).await
    }

    /// Sends a form, and takes the cookie that comes back.
    pub async fn posts(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let body = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        let request = self.request(reqwest::Method::POST, path).header("Origin", &self.origin);
        let shown = Self::shown(request.header("Content-Type", "application/x-www-form-urlencoded").body(body)).await;
        self.take(&shown);
        shown
    }

    /// Looks at a page, and takes the cookies that come with it.
    pub async fn goes_to(&mut self, path: &str) -> Shown {
        let shown = self.gets(path).await;
        self.take(&shown);
        shown
    }

    fn take(&mut self, shown: &Shown) {
        for line in shown.set_cookie.lines() {
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            let value = Some(value.to_owned()).filter(|value| !value.is_empty());
            match name {
                "__Host-sonderfonds" => self.cookie = value,
                "__Host-sonderfonds-provider" => self.pending = value,
                "__Host-sonderfonds-way" => self.way = value,
                // The tests send it themselves where it matters.
                "__Host-sonderfonds-language" => {}
                other => panic!("a cookie {other}"),
            }
        }
    }

    /// Goes off to a provider and comes up to where it is sent back to: that address, which it has not opened yet.
    pub async fn goes_off_to(&mut self, provider: &IdentityProvider) -> String {
        let sent_off = self.goes_to(&format!("/sign-in/with?provider={}", IdentityProvider::ID)).await;
        assert_eq!(sent_off.status, 303, "{}", sent_off.body);
        let brought = provider.visit(&sent_off.location).await;
        let pairs: Vec<String> = brought.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("/sign-in/callback?{}", pairs.join("&"))
    }

    /// Signs in with a provider: the page on which that ends.
    pub async fn signs_in_with(&mut self, provider: &IdentityProvider) -> Shown {
        let back = self.goes_off_to(provider).await;
        self.goes_to(&back).await
    }

    /// Sends a form of the account page, with its form token.
    pub async fn posts_own(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let token = self.gets("/account").await.hidden("form-token");
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("form-token", token.as_str())]).collect();
        self.posts(path, &fields).await
    }

    /// Asks the API with the cookie, as a script of a page would.
    pub async fn asks_api(&self, query: &str) -> Answer {
        let request = self.request(reqwest::Method::POST, "/graphql").header("Origin", &self.origin);
        let response = request.json(&json!({ "query": query })).send().await.expect("the server answers");
        let status = response.status().as_u16();
        Answer { status, body: response.json::<Value>().await.expect("JSON") }
    }
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A link and a code from an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The link's path and query.
    pub link: String,
    /// What the link carries.
    pub token: String,
    /// The code for another device.
    pub code: String,
}

impl App {
    /// The link and the code of the latest sign-in e-mail to an address, once all that is due was delivered.
    pub async fn letter_to(&self, address: &str) -> Letter {
        self.deliver_mail().await;
        let mails = self.mailbox().received();
        let text = mails.iter().rev().filter(|mail| mail.to == address).find_map(|mail| {
            let text = mail.text.clone().unwrap_or_default();
            text.contains("/sign-in/link?token=").then_some(text)
        });
        let text = text.expect("a sign-in e-mail");
        let (_, token) = text.split_once("/sign-in/link?token=").expect("a link");
        let token: String = token.chars().take_while(char::is_ascii_hexdigit).collect();
        let (_, code) = text.split_once("Code: ").expect("a code");
        let code = code.chars().take(9).collect();
        Letter { link: format!("/sign-in/link?token={token}"), token, code }
    }

    /// A browser in which the person with that address has signed in by a link.
    pub async fn signed_in(&self, address: &str) -> Browser {
        let mut browser = Browser::at(self);
        assert_eq!(browser.posts("/sign-in", &[("address", address)]).await.location, "/sign-in/sent");
        let letter = self.letter_to(address).await;
        let shown = browser.posts("/sign-in/link", &[("token", &letter.token)]).await;
        assert_eq!((shown.status, shown.location.as_str()), (303, "/desk"), "{}", shown.body);
        browser
    }
}

/// The hidden fields of the form that goes there.
///
/// # Panics
/// If the page has no such form.
#[must_use]
pub fn carried(shown: &Shown, to: &str) -> Vec<(String, String)> {
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

/// What a page says, without its elements.
#[must_use]
pub fn words(page: &Shown) -> String {
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
///
/// # Panics
/// If it doesn't.
pub fn says(page: &Shown, expected: &[&str]) {
    let words = words(page);
    for part in expected {
        assert!(words.contains(part), "“{part}” is missing: {words}");
    }
}
