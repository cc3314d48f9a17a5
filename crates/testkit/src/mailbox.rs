//! A real SMTP server per test, and what it received.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

const HOST: &str = "localhost";
const USER: &str = "sonderfonds";
/// Far more than any message takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running SMTP server that insists on STARTTLS and on its account. It ends with this value.
///
/// A recipient such as `reject-550+anna@example.org` is refused with that code, always; `defer-451-2+anna@example.org` is
/// refused twice and then accepted.
#[derive(Debug)]
pub struct Mailbox {
    port: u16,
    password: String,
    certificate: PathBuf,
    mails: watch::Receiver<Vec<ReceivedMail>>,
    question: Mutex<Question>,
}

/// Asks the server whether it has told us everything.
#[derive(Debug)]
struct Question {
    /// The server ends when this is closed, also if the test's process is killed.
    stdin: ChildStdin,
    answer: mpsc::Receiver<()>,
}

/// A message as the server took it from the wire, decoded by a library that had no part in writing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipient; several are separated by `, `.
    pub to: String,
    /// The subject, in plain characters.
    pub subject: String,
    /// Every header, in plain characters, by its name as it was written. Of a repeated one, the last.
    pub headers: BTreeMap<String, String>,
    /// The plain-text body, with `\n` between lines.
    pub text: Option<String>,
    /// The HTML body, with `\n` between lines.
    pub html: Option<String>,
    /// The Message-ID with its angle brackets; empty if there is none.
    pub message_id: String,
    /// All that came; a byte that is not ASCII is shown as `\x…`.
    pub raw: String,
    /// Whether it came over TLS.
    pub tls: bool,
    /// The account that sent it.
    pub user: String,
}

impl Mailbox {
    /// Starts a server on a free port of this machine.
    ///
    /// # Panics
    ///
    /// If it can't be started: a test that can't run has failed.
    pub async fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "no engine runs yet, and nothing depends on the order")]
        let password = Uuid::now_v7().simple().to_string();
        let mut server = spawn(&password);
        let stdin = server.stdin.take().expect("it was asked for");
        let stdout = server.stdout.take().expect("it was asked for");
        let (ready, is_ready) = oneshot::channel();
        let (sender, mails) = watch::channel(Vec::new());
        let (complete, answer) = mpsc::channel();
        std::thread::spawn(move || listen(server, stdout, ready, &sender, &complete));
        let first = is_ready.await.expect("the SMTP server starts; what it complained about is above");
        Self {
            port: first["port"].as_u64().and_then(|port| port.try_into().ok()).expect("a port"),
            password,
            certificate: string(&first["certificate"]).into(),
            mails,
            question: Mutex::new(Question { stdin, answer }),
        }
    }

    /// The host, by the name that the certificate is made for.
    #[must_use]
    pub fn host(&self) -> &'static str {
        HOST
    }

    /// The port on [`Self::host`].
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The only account.
    #[must_use]
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The account's password, another one each time: found in a log or a database, it betrays itself.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The server's own certificate (PEM); a client has to be told to trust it.
    #[must_use]
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// Everything accepted so far, oldest first, and nothing missing: it blocks for the moment that it takes the server to say
    /// that it has told us all.
    ///
    /// # Panics
    ///
    /// If the server is gone.
    #[must_use]
    pub fn received(&self) -> Vec<ReceivedMail> {
        {
            let mut question = self.question.lock().expect("nobody panics while asking");
            question.stdin.write_all(b"\n").expect("the SMTP server runs");
            question.answer.recv_timeout(PATIENCE).expect("the SMTP server answers");
        }
        self.mails.borrow().clone()
    }

    /// Waits until at least `count` messages were accepted and returns all of them, oldest first.
    ///
    /// # Panics
    ///
    /// If they don't come in time, with the recipients and subjects of those that came.
    pub async fn wait_for(&self, count: usize) -> Vec<ReceivedMail> {
        let mut arriving = self.mails.clone();
        let enough = tokio::time::timeout(PATIENCE, arriving.wait_for(|mails| mails.len() >= count)).await;
        if let Ok(Ok(mails)) = enough {
            return mails.clone();
        }
        let came: Vec<_> = self.mails.borrow().iter().map(|mail| (mail.to.clone(), mail.subject.clone())).collect();
        panic!("{count} e-mails were expected, {} came: {came:#?}", came.len());
    }
}

fn spawn(password: &str) -> Child {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/smtp/server.py");
    Command::new(python())
        .arg(script)
        .env("SMTP_USER", USER)
        .env("SMTP_PASSWORD", password)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python was just found")
}

/// A Python that has the SMTP library: the system's first, because Debian's package belongs to that one.
fn python() -> &'static str {
    let has_library = |python: &&str| {
        Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    ["/usr/bin/python3", "python3"]
        .into_iter()
        .find(has_library)
        .expect("a Python with aiosmtpd is there: run the tests with `cargo xtask test`")
}

/// Reads what the server prints until it ends, and then buries it.
fn listen(
    mut server: Child,
    stdout: ChildStdout,
    ready: oneshot::Sender<Value>,
    mails: &watch::Sender<Vec<ReceivedMail>>,
    complete: &mpsc::Sender<()>,
) {
    let mut lines = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .map(|line| serde_json::from_str::<Value>(&line).expect("the server prints JSON"));
    if let Some(first) = lines.next() {
        // If nobody waits any more, the test is over.
        let _ = ready.send(first);
    }
    for line in lines {
        if line["complete"] == true {
            let _ = complete.send(());
        } else {
            mails.send_modify(|mails| mails.push(ReceivedMail::read(&line)));
        }
    }
    let _ = server.wait();
}

impl ReceivedMail {
    fn read(line: &Value) -> Self {
        let headers: BTreeMap<String, String> =
            line["headers"].as_object().into_iter().flatten().map(|(name, value)| (name.clone(), string(value))).collect();
        Self {
            from: string(&line["from"]),
            to: line["to"].as_array().into_iter().flatten().map(string).collect::<Vec<_>>().join(", "),
            subject: string(&line["subject"]),
            text: line["text"].as_str().map(str::to_owned),
            html: line["html"].as_str().map(str::to_owned),
            message_id: headers.get("Message-ID").cloned().unwrap_or_default(),
            raw: string(&line["raw"]),
            tls: line["tls"] == true,
            user: string(&line["user"]),
            headers,
        }
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
