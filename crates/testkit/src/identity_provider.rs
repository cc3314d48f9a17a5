//! A real OpenID provider per test, with one account, and a browser that signs in there.

use std::collections::BTreeMap;
use std::process::Stdio;

use chrono::{DateTime, Utc};
use domain::federation::GroupRoles;
use domain::identity::Role;
use domain::language::Bilingual;
use oidc::ProviderSettings;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::app::{App, Backend};

/// The most redirects that a browser follows.
const MOST_REDIRECTS: usize = 10;

/// A running provider. It ends with this value.
#[derive(Debug)]
pub struct IdentityProvider {
    process: Child,
    /// What it said when it began: its port, and the client that it knows.
    said: Value,
    http: reqwest::Client,
    /// What it was told, for when it starts again.
    told: Value,
}

impl App {
    /// An app at which people can also sign in with that provider. It is found where the provider sends people back to.
    pub async fn with_provider(backend: Backend, provider: &IdentityProvider) -> Self {
        let origin = provider.redirect_url().strip_suffix("/sign-in/callback").expect("the address of the page").to_owned();
        Self::with_settings(backend, |settings| {
            let secret = settings.data.join("client-secret");
            std::fs::write(&secret, provider.client_secret()).expect("written");
            settings.federation.providers = vec![ProviderSettings { client_secret_file: Some(secret), ..provider.settings() }];
            settings.mail.public_url = Some(origin);
        })
        .await
    }
}

impl IdentityProvider {
    /// What it is called at an app.
    pub const ID: &str = "rathaus";

    /// What an app says of it, without the client's secret: which groups stand for which roles.
    #[must_use]
    pub fn settings(&self) -> ProviderSettings {
        let roles = [("fonds-sachbearbeitung", Role::CaseOfficer), ("fonds-kasse", Role::Finance)];
        ProviderSettings {
            id: Self::ID.to_owned(),
            name: Bilingual { de: "Rathaus".to_owned(), en: "Town hall".to_owned() },
            issuer: self.issuer(),
            client_id: self.client_id().to_owned(),
            client_secret_variable: None,
            client_secret_file: None,
            scopes: ["profile", "email", "groups"].map(str::to_owned).to_vec(),
            groups_claim: "groups".to_owned(),
            email_claim: "email".to_owned(),
            trusts_email: false,
            roles: GroupRoles(roles.into_iter().map(|(group, role)| (group.to_owned(), [role].into())).collect()),
            ca_file: None,
        }
    }

    /// Starts a provider on a free port of this machine, with its clock at that instant.
    pub async fn start(now: DateTime<Utc>) -> Self {
        let (process, said) = spawn(0).await;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let mut provider = Self { process, said, http, told: json!({}) };
        provider.set(json!({ "now": now.timestamp_millis() })).await;
        provider
    }

    /// Its issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.said["port"])
    }

    /// The only client's id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.said["clientId"].as_str().expect("an id")
    }

    /// The only client's secret.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        self.said["clientSecret"].as_str().expect("a secret")
    }

    /// Where it sends browsers back to.
    #[must_use]
    pub fn redirect_url(&self) -> &str {
        self.said["redirectUrl"].as_str().expect("an address")
    }

    /// Sets how it behaves: see `tests/oidc-provider/provider.mjs`.
    pub async fn set(&mut self, values: Value) {
        let answer = self.http.post(format!("{}/test", self.issuer())).json(&values).send().await.expect("the provider runs");
        assert_eq!(answer.status(), 204);
        for (name, value) in values.as_object().expect("an object").iter().filter(|(name, _)| *name != "rotate") {
            self.told[name] = value.clone();
        }
    }

    /// Kills it: nobody answers any more.
    pub async fn stop(&mut self) {
        self.process.kill().await.expect("killed");
    }

    /// Starts it again where it was, as it was told before, but with new keys.
    pub async fn start_again(&mut self) {
        let port = self.said["port"].as_u64().and_then(|port| port.try_into().ok()).expect("a port");
        (self.process, self.said) = spawn(port).await;
        let told = self.told.clone();
        self.set(told).await;
    }

    /// Opens an address of the provider's in a new browser and goes along until it is sent back: the parameters that it brings.
    pub async fn visit(&self, address: &str) -> BTreeMap<String, String> {
        let mut cookies = BTreeMap::new();
        let mut next = address.to_owned();
        for _ in 0..MOST_REDIRECTS {
            let cookie: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = self.http.get(&next).header("cookie", cookie.join("; ")).send().await.expect("the provider runs");
            for set in answer.headers().get_all("set-cookie") {
                let (pair, _) = set.to_str().expect("plain").split_once(';').expect("attributes");
                let (name, value) = pair.split_once('=').expect("a pair");
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let status = answer.status();
            let Some(location) = answer.headers().get("location") else {
                panic!("{status} at {next}: {}", answer.text().await.unwrap_or_default());
            };
            let location = location.to_str().expect("plain").to_owned();
            if location.starts_with(self.redirect_url()) {
                let url = reqwest::Url::parse(&location).expect("an address");
                return url.query_pairs().into_owned().collect();
            }
            next = reqwest::Url::parse(&next).and_then(|base| base.join(&location)).expect("an address").into();
        }
        panic!("more than {MOST_REDIRECTS} redirects, last to {next}");
    }
}

/// Starts the program and waits until it says where it listens.
async fn spawn(port: u16) -> (Child, Value) {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oidc-provider/provider.mjs");
    let mut process = Command::new("node")
        .arg(program)
        .arg(port.to_string())
        .env("NODE_ENV", "test")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("node runs");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    while let Some(line) = lines.next_line().await.expect("its output") {
        if let Ok(said) = serde_json::from_str(&line) {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (process, said);
        }
    }
    panic!("the provider ended without listening; `cargo xtask test` installs what it is made of");
}
