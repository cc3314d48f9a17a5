//! The way to a provider: TLS, no redirects, no proxies, and a bound on each wait and each answer.

use std::error::Error;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// How long the connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a request may take, with its answer.
const REQUEST: Duration = Duration::from_secs(8);
/// The longest answer, in bytes. Metadata and keys have a few thousand.
const LONGEST_ANSWER: usize = 512 * 1024;

/// Why a request to a provider came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// It did not get there, or what came back broke off.
    #[error("there is no way to it, or the answer broke off: {0:?}")]
    Transport(#[source] Box<dyn Error + Send + Sync>),
    /// Nothing came back in time.
    #[error("no answer within {} seconds", REQUEST.as_secs())]
    TooSlow,
    /// More came back than can be an answer.
    #[error("the answer is longer than {LONGEST_ANSWER} bytes")]
    TooLong,
    /// Something failed at the provider, or on the way to it.
    #[error("the answer's status is {0}")]
    Failure(u16),
    /// The address is not one of TLS.
    #[error("the address is not an https one")]
    Plain,
}

/// Asks one provider.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    plain: bool,
}

impl Http {
    /// A way to a provider whose certificate one of the usual authorities signed, or one of those in the file (PEM). `plain`: without TLS,
    /// to a provider on the same machine. The error says what was expected of the file.
    pub(crate) fn new(ca_file: Option<&Path>, plain: bool) -> Result<Self, &'static str> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = ca_file {
            const EXPECTED: &str = "a readable file with certificates (PEM)";
            let certificates = CertificateDer::pem_file_iter(path).map_err(|_| EXPECTED)?;
            let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(|_| EXPECTED)?;
            let (added, _) = roots.add_parsable_certificates(certificates);
            if added == 0 {
                return Err(EXPECTED);
            }
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| "a machine that can speak TLS")?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(CONNECT));
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls);
        let connector = if plain { builder.https_or_http() } else { builder.https_only() }.enable_http1().wrap_connector(connector);
        Ok(Self { client: Client::builder(TokioExecutor::new()).pool_max_idle_per_host(2).build(connector), plain })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        if request.uri().scheme_str() != Some("https") && !self.plain {
            return Err(Fault::Plain);
        }
        tokio::time::timeout(REQUEST, self.ask(request)).await.unwrap_or(Err(Fault::TooSlow))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let response = self.client.request(request.map(Full::from)).await.map_err(|error| Fault::Transport(error.into()))?;
        if response.status().is_server_error() {
            return Err(Fault::Failure(response.status().as_u16()));
        }
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| if error.is::<LengthLimitError>() { Fault::TooLong } else { Fault::Transport(error) })?;
        Ok(HttpResponse::from_parts(head, body.to_bytes().into()))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
