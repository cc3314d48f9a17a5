//! What is known of a provider: where its doors are, and by which keys it signs. Asked for when it is needed, kept for a while.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::error::SignInError;
use crate::http::{Fault, Http};

/// How long metadata and keys are good for.
const GOOD_FOR: TimeDelta = TimeDelta::hours(1);
/// How long a provider that did not answer is left in peace: nobody waits twice for the same silence.
const LEFT_IN_PEACE: TimeDelta = TimeDelta::seconds(5);
/// How often keys are asked for because a token names one that is not known.
const KEYS_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// How long metadata and keys may take together.
const PATIENCE: Duration = Duration::from_secs(10);

/// What OpenID Connect Discovery does not name, and the sign-in needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Further {
    /// Whether each answer says whose it is (RFC 9207).
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Further {}

pub(crate) type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A provider's metadata with its keys, kept.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    metadata: Option<(Arc<Metadata>, DateTime<Utc>)>,
    failed_at: Option<DateTime<Utc>>,
    keys_again_at: Option<DateTime<Utc>>,
}

/// Whether `then` is less than `span` ago. What lies in the future is not: the clock was put back.
fn within(span: TimeDelta, then: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    then <= now && now - then < span
}

impl Known {
    /// The provider's metadata. Only one asks at a time; who waited for a failure shares it.
    pub(crate) async fn metadata(&self, issuer: &IssuerUrl, http: &Http, now: DateTime<Utc>) -> Result<Arc<Metadata>, SignInError> {
        let mut state = self.0.lock().await;
        if let Some((metadata, since)) = &state.metadata
            && within(GOOD_FOR, *since, now)
        {
            return Ok(metadata.clone());
        }
        if state.failed_at.is_some_and(|failed| within(LEFT_IN_PEACE, failed, now)) {
            return Err(SignInError::Unavailable);
        }
        if let Some(metadata) = in_time(Metadata::discover_async(issuer.clone(), http)).await {
            let metadata = Arc::new(metadata);
            state.metadata = Some((metadata.clone(), now));
            state.failed_at = None;
            Ok(metadata)
        } else {
            state.metadata = None;
            state.failed_at = Some(now);
            Err(SignInError::Unavailable)
        }
    }

    /// The provider's keys as they are now, because a token was signed by one that `metadata` does not have; nothing if that was asked less
    /// than a minute ago.
    pub(crate) async fn keys_again(&self, metadata: &Metadata, http: &Http, now: DateTime<Utc>) -> Option<CoreJsonWebKeySet> {
        {
            let mut state = self.0.lock().await;
            if state.keys_again_at.is_some_and(|asked| within(KEYS_AGAIN, asked, now)) {
                return None;
            }
            state.keys_again_at = Some(now);
        }
        let keys = in_time(CoreJsonWebKeySet::fetch_async(metadata.jwks_uri(), http)).await?;
        let mut state = self.0.lock().await;
        if let Some((metadata, _)) = &mut state.metadata {
            *metadata = Arc::new(Metadata::clone(metadata).set_jwks(keys.clone()));
        }
        Some(keys)
    }
}

async fn in_time<T>(question: impl Future<Output = Result<T, DiscoveryError<Fault>>>) -> Option<T> {
    let reason = match tokio::time::timeout(PATIENCE, question).await {
        Ok(Ok(found)) => return Some(found),
        Ok(Err(error)) => described(&error),
        Err(_) => format!("no answer within {} seconds", PATIENCE.as_secs()),
    };
    tracing::warn!(reason, "an OpenID provider can't be asked what it is");
    None
}

/// What was wrong, without what a stranger wrote.
fn described(error: &DiscoveryError<Fault>) -> String {
    match error {
        DiscoveryError::Request(fault) => fault.to_string(),
        DiscoveryError::Parse(error) => format!("its metadata can't be read at {:?}", error.path().to_string()),
        DiscoveryError::Response(status, ..) => format!("it answered with status {status}, or not with JSON"),
        DiscoveryError::Validation(_) => "its metadata is that of another issuer".to_owned(),
        _ => "its metadata can't be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_kept_for_its_time_and_not_when_the_clock_was_put_back() {
        let then = DateTime::UNIX_EPOCH;
        for (seconds, kept) in [(-1, false), (0, true), (3_599, true), (3_600, false)] {
            assert_eq!(within(GOOD_FOR, then, then + TimeDelta::seconds(seconds)), kept, "{seconds}");
        }
    }
}
