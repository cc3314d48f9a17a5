//! Whether the token that a provider vouches with holds (OpenID Connect Core 1.0, section 3.1.3.7).

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreTokenType,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, EmptyExtraTokenFields, IdToken, IdTokenClaims, IdTokenFields,
    IdTokenVerifier, IssuerUrl, Nonce, SignatureVerificationError, StandardTokenResponse,
};

use crate::claims::Further;

/// How a token may be signed: by a key of the provider's that is nobody else's. Not "none", and not by the client's secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// How far the provider's clock may be off.
const CLOCKS_DIFFER_BY: TimeDelta = TimeDelta::seconds(60);

pub(crate) type Token = IdToken<Further, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
pub(crate) type TokenClaims = IdTokenClaims<Further, CoreGenderClaim>;
pub(crate) type TokenResponse = StandardTokenResponse<
    IdTokenFields<Further, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>,
    CoreTokenType,
>;

/// What a token is checked against.
pub(crate) struct Expected<'e> {
    pub(crate) client: &'e ClientId,
    pub(crate) issuer: &'e IssuerUrl,
    pub(crate) nonce: &'e Nonce,
    pub(crate) access_token: &'e AccessToken,
    /// When the sign-in began: no token for it is older.
    pub(crate) begun: DateTime<Utc>,
    pub(crate) now: DateTime<Utc>,
}

/// Why a token doesn't hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is not signed by one of these keys; by newer ones it may be.
    Key,
    /// Whatever the keys are. What it is, for the log.
    Other(&'static str),
}

impl Expected<'_> {
    /// The token's claims, if it holds by these keys.
    pub(crate) fn check<'t>(&self, token: &'t Token, keys: &CoreJsonWebKeySet) -> Result<&'t TokenClaims, Flaw> {
        let (begun, now) = (self.begun, self.now);
        let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
            IdTokenVerifier::new_public_client(self.client.clone(), self.issuer.clone(), keys.clone())
                .set_allowed_algs(ALGORITHMS)
                .set_other_audience_verifier_fn(|_| false)
                .set_time_fn(move || now)
                .set_issue_time_verifier_fn(move |issued| {
                    let fits = issued >= begun - CLOCKS_DIFFER_BY && issued <= now + CLOCKS_DIFFER_BY;
                    if fits { Ok(()) } else { Err("issued at another time".to_owned()) }
                });
        let claims = token.claims(&verifier, self.nonce).map_err(|error| flaw(&error))?;
        if claims.authorized_party().is_some_and(|party| party.as_str() != self.client.as_str()) {
            return Err(Flaw::Other("it is for another party"));
        }
        if let Some(expected) = claims.access_token_hash() {
            let unusable = |_| Flaw::Other("its access token can't be hashed");
            let key = token.signing_key(&verifier).map_err(unusable)?;
            let algorithm = token.signing_alg().map_err(unusable)?;
            let hash = AccessTokenHash::from_token(self.access_token, algorithm, key)
                .map_err(|_| Flaw::Other("its access token can't be hashed"))?;
            if hash != *expected {
                return Err(Flaw::Other("it came with another access token"));
            }
        }
        Ok(claims)
    }
}

/// What is wrong, without anything that the token says.
fn flaw(error: &ClaimsVerificationError) -> Flaw {
    Flaw::Other(match error {
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
        ) => return Flaw::Key,
        ClaimsVerificationError::SignatureVerification(_) => "it is not signed in a way that is allowed",
        ClaimsVerificationError::Expired(_) => "it has expired, or was issued at another time",
        ClaimsVerificationError::InvalidAudience(_) => "it is for another audience",
        ClaimsVerificationError::InvalidIssuer(_) => "it is another issuer's",
        ClaimsVerificationError::InvalidNonce(_) => "it is another sign-in's",
        _ => "it can't be read",
    })
}
