//! A running program with people who ask, and a database that is filled.

use std::net::SocketAddr;

use serde_json::Value;
use testkit::{App, Backend, Client};
use uuid::Uuid;

use crate::Result;
use crate::fill::Fill;
use crate::load::Ask;

/// A program, a case officer and a chair.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) officer: Client,
    pub(crate) chair: Client,
}

impl Stage {
    /// A program on an empty database.
    pub(crate) async fn begin(backend: Backend) -> Self {
        let app = App::start(backend).await;
        app.at("2019-10-01T10:00:00Z");
        let officer = app.person("Sina Sachbearbeitung", "office@stadt.example", "de", &["case-officer"]).await;
        let chair = app.person("Vera Vorsitz", "chair@stadt.example", "de", &["chair"]).await;
        Self { app, officer, chair }
    }

    /// A program with that many applications.
    pub(crate) async fn with_applications(backend: Backend, count: u64) -> Result<Self> {
        let stage = Self::begin(backend).await;
        stage.fill(count).await?.applications(count).await?;
        Ok(stage)
    }

    /// Begins to fill the database, with room for that many applications.
    pub(crate) async fn fill(&self, count: u64) -> Result<Fill<'_>> {
        Fill::begin(self.app.engine().database(), self.id_of(&self.officer).await?, count).await
    }

    /// A person's id in the database.
    pub(crate) async fn id_of(&self, person: &Client) -> Result<Uuid> {
        Ok(self.app.engine().person_by_email(&person.email).await?.ok_or("the person is known")?.id.0)
    }

    /// Where the program listens.
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        socket(&self.app.address())
    }

    /// The case officer's question, ready to be sent.
    pub(crate) fn ask(&self, query: &str, variables: &Value) -> Result<Ask> {
        Ok(Ask::graphql(self.address()?, token(&self.officer)?, query, variables))
    }
}

/// `127.0.0.1:40001` of `http://127.0.0.1:40001`.
pub(crate) fn socket(address: &str) -> Result<SocketAddr> {
    Ok(address.trim_start_matches("http://").trim_end_matches('/').parse()?)
}

/// A person's bearer token.
pub(crate) fn token(person: &Client) -> Result<&str> {
    Ok(person.token().ok_or("the person has a token")?)
}
