//! Signing in with one provider, and which providers there are.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::federation::Identity;
use domain::fund::ImpossibleValue;
use domain::language::Language;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
};
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    SubjectIdentifier, TokenResponse as _, UserInfoClaims,
};

use crate::claims::{self, Claims, Further};
use crate::error::SignInError;
use crate::http::{Fault, Http};
use crate::known::{Known, Metadata};
use crate::pending::{Answer, Pending};
use crate::settings::{ProviderSettings, Secret, impossible};
use crate::spent::Spent;
use crate::token::{Expected, Flaw, Token, TokenResponse};

/// How many random bytes state and nonce have.
const RANDOM_BYTES: u32 = 32;
/// The longest parameter of an answer that is looked at, in bytes.
const LONGEST_PARAMETER: usize = 4_096;

type Client = openidconnect::Client<
    Further,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenResponse,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A sign-in that was begun.
#[derive(Debug)]
pub struct Redirect {
    /// Where the browser goes.
    pub url: String,
    /// What the sign-in is finished with.
    pub pending: Pending,
}

/// An OpenID provider that people sign in with.
#[derive(Debug)]
pub struct Provider {
    settings: ProviderSettings,
    secret: Option<Secret>,
    issuer: IssuerUrl,
    client_id: ClientId,
    redirect_url: RedirectUrl,
    http: Http,
    known: Known,
    spent: Spent,
}

/// The providers of an installation, in the order of its configuration.
#[derive(Debug, Default)]
pub struct Providers(Vec<Provider>);

impl Providers {
    /// These.
    ///
    /// # Errors
    /// The place of the second with an id that another has: `[1].id`.
    pub fn new(providers: Vec<Provider>) -> Result<Self, ImpossibleValue> {
        let mut ids = BTreeSet::new();
        for (index, provider) in providers.iter().enumerate() {
            if !ids.insert(provider.id()) {
                return Err(impossible(&format!("[{index}].id"), "another id for each provider"));
            }
        }
        Ok(Self(providers))
    }

    /// The provider with that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.id() == id)
    }

    /// All of them: a button each.
    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }
}

impl Provider {
    /// A provider by its settings. `redirect_url` is where it sends browsers back to, to the letter as it is registered there:
    /// `https://sonderfonds.example.org/sign-in/callback`. Nothing is asked of the provider yet.
    ///
    /// # Errors
    /// The first value that can't be, with its key below the provider's entry.
    pub fn new(settings: ProviderSettings, secret: Option<Secret>, redirect_url: &str) -> Result<Self, ImpossibleValue> {
        if let Some(value) = settings.impossible_values().into_iter().next() {
            return Err(value);
        }
        let http = Http::new(settings.ca_file.as_deref(), settings.is_plain()).map_err(|expected| impossible("ca-file", expected))?;
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(|_| impossible("issuer", "an address"))?,
            client_id: ClientId::new(settings.client_id.clone()),
            redirect_url: RedirectUrl::new(redirect_url.to_owned())
                .map_err(|_| impossible("redirect-url", "this installation's public address"))?,
            settings,
            secret,
            http,
            known: Known::default(),
            spent: Spent::default(),
        })
    }

    /// Its id: in addresses, in pending sign-ins, in the record.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.settings.id
    }

    /// What people read on the button.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.settings.name.get(language)
    }

    /// Begins a sign-in: state, nonce and code verifier are new, and random.
    ///
    /// # Errors
    /// [`SignInError::Unavailable`], if the provider was not asked yet what it is, and doesn't answer.
    pub async fn begin(&self, now: DateTime<Utc>) -> Result<Redirect, SignInError> {
        let metadata = self.metadata(now).await?;
        let client = self.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            || CsrfToken::new_random_len(RANDOM_BYTES),
            || Nonce::new_random_len(RANDOM_BYTES),
        );
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
        let pending = Pending {
            provider: self.id().to_owned(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            pkce_verifier: verifier.into_secret(),
            created_at: now,
        };
        Ok(Redirect { url: url.into(), pending })
    }

    /// Finishes a sign-in: whom the provider vouches for. A pending sign-in serves once, whatever comes of it.
    ///
    /// # Errors
    /// Why nobody is signed in. Nothing was changed.
    pub async fn finish(&self, pending: Pending, answer: Answer, now: DateTime<Utc>) -> Result<Identity, SignInError> {
        let state = answer.state.as_deref().unwrap_or_default();
        if pending.provider != self.id() || !is_same(state, &pending.state) {
            return self.fails(SignInError::Foreign, "the answer belongs to another sign-in");
        }
        if pending.is_expired(now) {
            return self.fails(SignInError::Expired, "the sign-in took too long");
        }
        if !self.spent.spend(&pending, now) {
            return self.fails(SignInError::Foreign, "the sign-in was finished before");
        }
        let metadata = self.metadata(now).await?;
        let says_whose = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        if answer.iss.as_ref().map_or(says_whose, |issuer| *issuer != *self.issuer) {
            return self.fails(SignInError::Foreign, "the answer is another provider's");
        }
        if let Some(code) = answer.error {
            return self.fails(SignInError::Refused, &format!("the provider's answer was {:?}", shortened(&code)));
        }
        let Some(code) = answer.code.filter(|code| code.len() <= LONGEST_PARAMETER) else {
            return self.fails(SignInError::Foreign, "the answer has no code");
        };
        let response = self.exchange(&metadata, code, pending.pkce_verifier).await?;
        let Some(token) = response.id_token() else {
            return self.fails(SignInError::InvalidToken, "there is no ID token");
        };
        let expected = Expected {
            client: &self.client_id,
            issuer: &self.issuer,
            nonce: &Nonce::new(pending.nonce),
            access_token: response.access_token(),
            begun: pending.created_at,
            now,
        };
        let claims = self.check(&metadata, token, &expected).await?;
        let subject = claims.subject();
        let mut sources = vec![Claims::of(claims)];
        if !sources[0].are_complete(&self.settings) && metadata.userinfo_endpoint().is_some() {
            sources.push(self.user_info(&metadata, response.access_token(), subject).await?);
        }
        match claims::identity(&self.settings, subject, &sources) {
            Some(identity) => Ok(identity),
            None => self.fails(SignInError::InvalidToken, "the subject can't be one"),
        }
    }

    async fn metadata(&self, now: DateTime<Utc>) -> Result<std::sync::Arc<Metadata>, SignInError> {
        let metadata = self.known.metadata(&self.issuer, &self.http, now).await?;
        // The browser goes there, not we: so it is not our way to the provider that refuses it.
        if metadata.authorization_endpoint().url().scheme() != "https" && !self.settings.is_plain() {
            return self.fails(SignInError::Unavailable, "its authorization endpoint is not an https address");
        }
        Ok(metadata)
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let secret = self.secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let methods = metadata.token_endpoint_auth_methods_supported();
        let only_in_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost) && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        Client::from_provider_metadata(metadata.clone(), self.client_id.clone(), secret)
            .set_redirect_uri(self.redirect_url.clone())
            .set_auth_type(if only_in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    /// The code for tokens.
    async fn exchange(&self, metadata: &Metadata, code: String, verifier: String) -> Result<TokenResponse, SignInError> {
        let client = self.client(metadata);
        let Ok(request) = client.exchange_code(AuthorizationCode::new(code)) else {
            return self.fails(SignInError::Unavailable, "it has no token endpoint");
        };
        match request.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&self.http).await {
            Ok(response) => Ok(response),
            Err(RequestTokenError::ServerResponse(response)) => match response.error() {
                CoreErrorResponseType::InvalidGrant => self.fails(SignInError::Foreign, "the code is not good, or no longer"),
                CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
                    self.fails(SignInError::Unavailable, "it does not take client-id and client secret")
                }
                code => self.fails(SignInError::Refused, &format!("the token endpoint's answer was {:?}", shortened(code.as_ref()))),
            },
            Err(RequestTokenError::Request(fault)) => self.unreachable(&fault),
            Err(RequestTokenError::Parse(error, _)) => self
                .fails(SignInError::InvalidToken, &format!("the token endpoint's answer can't be read at {:?}", error.path().to_string())),
            Err(RequestTokenError::Other(_)) => self.fails(SignInError::Unavailable, "the token endpoint's answer is empty"),
        }
    }

    /// The token's claims, if it holds: by the keys that are known, or by those that the provider has now.
    async fn check<'t>(
        &self,
        metadata: &Metadata,
        token: &'t Token,
        expected: &Expected<'_>,
    ) -> Result<&'t crate::token::TokenClaims, SignInError> {
        let mut checked = expected.check(token, metadata.jwks());
        if matches!(checked, Err(Flaw::Key))
            && let Some(keys) = self.known.keys_again(metadata, &self.http, expected.now).await
        {
            checked = expected.check(token, &keys);
        }
        match checked {
            Ok(claims) => Ok(claims),
            Err(Flaw::Key) => self.fails(SignInError::InvalidToken, "the token is not signed by a key of the provider's"),
            Err(Flaw::Other(flaw)) => self.fails(SignInError::InvalidToken, &format!("the token: {flaw}")),
        }
    }

    /// What the provider says of the person besides. It must be the same person.
    async fn user_info(&self, metadata: &Metadata, token: &AccessToken, subject: &SubjectIdentifier) -> Result<Claims, SignInError> {
        let client = self.client(metadata);
        let Ok(request) = client.user_info(token.clone(), Some(subject.clone())) else { return Ok(Claims::default()) };
        let answered: Result<UserInfoClaims<Further, CoreGenderClaim>, _> = request.request_async(&self.http).await;
        match answered {
            Ok(claims) => Ok(Claims::of(&claims)),
            Err(openidconnect::UserInfoError::Request(fault)) => self.unreachable(&fault),
            Err(openidconnect::UserInfoError::ClaimsVerification(_)) => {
                self.fails(SignInError::InvalidToken, "the user-info endpoint speaks of somebody else")
            }
            Err(_) => self.fails(SignInError::Unavailable, "the user-info endpoint's answer can't be read"),
        }
    }

    fn unreachable<T>(&self, fault: &Fault) -> Result<T, SignInError> {
        self.fails(SignInError::Unavailable, &fault.to_string())
    }

    fn fails<T>(&self, error: SignInError, reason: &str) -> Result<T, SignInError> {
        tracing::warn!(provider = self.id(), reason, "nobody is signed in: {error}");
        Err(error)
    }
}

/// Whether two secrets are the same, in a time that does not tell how much of them is.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// As much of a stranger's text as a log needs.
fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
