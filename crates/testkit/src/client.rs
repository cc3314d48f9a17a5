//! Somebody who uses the API: a bearer token and plain HTTP.

use serde_json::{Value, json};

/// A person, or nobody, at the API.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    address: String,
    token: Option<String>,
    /// The e-mail address under which the person is known; empty for nobody.
    pub email: String,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body: `data`, `errors`.
    pub body: Value,
}

impl Answer {
    /// The codes of the errors.
    #[must_use]
    pub fn codes(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("(no code)").to_owned()).collect()
    }
}

impl Client {
    /// Somebody at the server under `address` (`http://127.0.0.1:8080`), with a token or without.
    #[must_use]
    pub fn new(address: &str, token: Option<String>, email: &str) -> Self {
        Self { http: reqwest::Client::new(), address: address.to_owned(), token, email: email.to_owned() }
    }

    /// The person's bearer token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Sends a query or a mutation, whatever comes back.
    ///
    /// # Panics
    /// If the server doesn't answer with JSON.
    pub async fn send(&self, query: &str, variables: Value) -> Answer {
        self.try_send(query, variables).await.expect("the server answers")
    }

    /// As [`Client::send`], where the server may be gone.
    pub async fn try_send(&self, query: &str, variables: Value) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.post(format!("{}/graphql", self.address)).json(&json!({ "query": query, "variables": variables }));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        Ok(Answer { status, body: response.json().await? })
    }

    /// Asks, and gets `data` without any error.
    ///
    /// # Panics
    /// If there is an error.
    pub async fn asks(&self, query: &str, variables: Value) -> Value {
        let answer = self.send(query, variables).await;
        assert!(answer.body.get("errors").is_none(), "{} asked {query}: {}", self.email, answer.body);
        answer.body["data"].clone()
    }

    /// Sends the mutation `verb` with its one input.
    pub async fn mutates(&self, verb: &str, input: Value, selection: &str) -> Answer {
        let (query, variables) = mutation(verb, &input, selection);
        self.send(&query, variables).await
    }

    /// As [`Client::mutates`], where the server may be gone.
    pub async fn try_mutates(&self, verb: &str, input: Value, selection: &str) -> Result<Answer, reqwest::Error> {
        let (query, variables) = mutation(verb, &input, selection);
        self.try_send(&query, variables).await
    }

    /// The same person at another server.
    #[must_use]
    pub fn at(&self, address: String) -> Self {
        Self { address, ..self.clone() }
    }

    /// The same client with another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// Does what `verb` says, and gets the payload.
    ///
    /// # Panics
    /// If it was refused.
    pub async fn does(&self, verb: &str, input: Value, selection: &str) -> Value {
        let answer = self.mutates(verb, input, selection).await;
        let payload = answer.body["data"][verb].clone();
        assert!(answer.body.get("errors").is_none() && payload["userErrors"] == json!([]), "{} {verb}: {}", self.email, answer.body);
        payload
    }

    /// Is refused by the fund's rules: `R9 amountRequested` for each violation, `-` where there is no rule or no field.
    ///
    /// # Panics
    /// If it was not refused, or for another reason.
    pub async fn is_refused(&self, verb: &str, input: Value) -> Vec<String> {
        let answer = self.mutates(verb, input, "__typename").await;
        assert!(answer.body.get("errors").is_none(), "{} {verb}: {}", self.email, answer.body);
        let errors = answer.body["data"][verb]["userErrors"].as_array().cloned().unwrap_or_default();
        assert!(!errors.is_empty(), "{} {verb} was not refused: {}", self.email, answer.body);
        errors.iter().map(|error| format!("{} {}", error["rule"].as_str().unwrap_or("-"), error["field"].as_str().unwrap_or("-"))).collect()
    }
}

/// The document and variables of a mutation with one input.
fn mutation(verb: &str, input: &Value, selection: &str) -> (String, Value) {
    let mut name = verb.to_owned();
    name[..1].make_ascii_uppercase();
    let query =
        format!("mutation($input: {name}Input!) {{ {verb}(input: $input) {{ {selection} userErrors {{ code rule field message }} }} }}");
    (query, json!({ "input": input }))
}
