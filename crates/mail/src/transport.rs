//! The way out: a mail server, or files where there is none.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::fund::ImpossibleValue;
use domain::ids::MessageId;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as SmtpTls, TlsParameters};
use lettre::transport::smtp::response::Code;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::settings::{Settings, Tls};

/// Where mail is submitted (RFC 6409).
const SUBMISSION_PORT: u16 = 587;
/// How long one command may take the server.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a whole e-mail may take; well below the worker's lease, so that nobody else takes it up meanwhile.
pub(crate) const SEND_TIMEOUT: Duration = Duration::from_mins(1);
/// How many e-mails are on their way at the same time, each on a connection of its own.
pub(crate) const AT_ONCE: u32 = 4;
/// How long an unused connection stays open.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The way out.
#[derive(Debug)]
pub enum Transport {
    /// To a mail server.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// Into a folder, one `.eml` file each: for installations without a mail server.
    Files {
        /// The folder.
        folder: PathBuf,
    },
}

/// Why an e-mail did not get out, as it is recorded: a reply code or one word, never an address or content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may work later.
    ForNow(String),
    /// It never will.
    ForGood(String),
}

impl Failure {
    /// The reply code, or the word.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::ForNow(reason) | Self::ForGood(reason) => reason,
        }
    }
}

impl Transport {
    /// The way out that the settings name; into `folder` if they name no server. Connects to nothing yet.
    ///
    /// # Errors
    /// If the settings contradict themselves, or the certificate file can't be read.
    pub async fn open(settings: &Settings, folder: &Path) -> Result<Self, ImpossibleValue> {
        let Some(host) = &settings.host else {
            return Ok(Self::Files { folder: folder.to_owned() });
        };
        let tls = match settings.tls {
            Tls::Starttls => SmtpTls::Required(tls_parameters(host, settings.ca_file.as_deref()).await?),
            Tls::None if is_this_machine(host) => SmtpTls::None,
            Tls::None => return Err(impossible("mail.tls", "\"starttls\"; \"none\" is for a server on the same machine only")),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port.unwrap_or(SUBMISSION_PORT))
            .tls(tls)
            .timeout(Some(COMMAND_TIMEOUT))
            .pool_config(PoolConfig::new().max_size(AT_ONCE).idle_timeout(IDLE_TIMEOUT));
        builder = match (&settings.user, &settings.password) {
            (Some(user), Some(password)) => builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned())),
            (None, None) => builder,
            (Some(_), None) => return Err(impossible("mail.password", "the password of mail.user")),
            (None, Some(_)) => return Err(impossible("mail.user", "the user whose password mail.password is")),
        };
        Ok(Self::Smtp(builder.build()))
    }

    /// Hands the e-mail over.
    ///
    /// # Errors
    /// If it was not taken, or it isn't known that it was.
    pub async fn send(&self, id: MessageId, email: lettre::Message) -> Result<(), Failure> {
        match self {
            Self::Smtp(smtp) => match tokio::time::timeout(SEND_TIMEOUT, smtp.send(email)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(refusal(&error)),
                Err(_) => Err(Failure::ForNow("timeout".to_owned())),
            },
            Self::Files { folder } => write(folder, id, &email.formatted()).await.map_err(|_| Failure::ForNow("file".to_owned())),
        }
    }

    /// Says goodbye to the mail server.
    pub async fn close(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.shutdown().await;
        }
    }
}

async fn tls_parameters(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, ImpossibleValue> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        let unreadable = || impossible("mail.ca-file", "a readable file with certificates (PEM)");
        let pem = tokio::fs::read(path).await.map_err(|_| unreadable())?;
        let certificates = Certificate::from_pem(&pem).map_err(|_| unreadable())?;
        builder = builder.add_root_certificate(certificates);
    }
    builder.build_rustls().map_err(|_| impossible("mail.host", "the name of a mail server"))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn impossible(key: &str, expected: &str) -> ImpossibleValue {
    ImpossibleValue { key: key.to_owned(), expected: expected.to_owned() }
}

/// What the server's answer means for the e-mail.
fn refusal(error: &lettre::transport::smtp::Error) -> Failure {
    if let Some(code) = error.status() {
        return refusal_by_code(code);
    }
    let reason = if error.is_timeout() {
        "timeout"
    } else if error.is_tls() {
        "tls"
    } else if error.is_client() {
        "client"
    } else {
        "connection"
    };
    Failure::ForNow(reason.to_owned())
}

/// A permanent refusal kills the message, unless it is us whom the server refuses: a changed password would kill the whole outbox.
fn refusal_by_code(code: Code) -> Failure {
    let reason = code.to_string();
    let about_us = matches!(reason.as_str(), "530" | "534" | "535" | "538");
    if code.severity == lettre::transport::smtp::response::Severity::PermanentNegativeCompletion && !about_us {
        Failure::ForGood(reason)
    } else {
        Failure::ForNow(reason)
    }
}

/// Under its final name stands nothing or the whole e-mail, also after a crash.
async fn write(folder: &Path, id: MessageId, email: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let unfinished = folder.join(format!(".{id}.part"));
    tokio::fs::write(&unfinished, email).await?;
    tokio::fs::File::open(&unfinished).await?.sync_all().await?;
    tokio::fs::rename(&unfinished, folder.join(format!("{id}.eml"))).await
}

#[cfg(test)]
mod tests {
    use lettre::transport::smtp::response::{Category, Detail, Severity};

    use super::*;

    #[test]
    fn only_a_refusal_of_the_message_itself_is_for_good() {
        use Severity::{PermanentNegativeCompletion as Permanent, TransientNegativeCompletion as Transient};
        let code = |severity, category, detail| refusal_by_code(Code::new(severity, category, detail));
        let for_now = |reason: &str| Failure::ForNow(reason.to_owned());
        let for_good = |reason: &str| Failure::ForGood(reason.to_owned());
        assert_eq!(code(Permanent, Category::MailSystem, Detail::Zero), for_good("550"));
        assert_eq!(code(Permanent, Category::MailSystem, Detail::Four), for_good("554"));
        assert_eq!(code(Transient, Category::MailSystem, Detail::One), for_now("451"));
        assert_eq!(code(Transient, Category::Connections, Detail::One), for_now("421"));
        // The server doesn't believe who we are: nothing is wrong with the message.
        assert_eq!(code(Permanent, Category::Unspecified3, Detail::Five), for_now("535"));
    }
}
