//! The real wiring: database, engine, API, mail worker, and how they start and stop together.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::fund::Fund;
use engine::{Clock, Engine};
use poem::Server;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use store::{Database, StoreError};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::config::{Settings, Unusable};
use crate::http::{Arrivals, Parts, app};
use crate::mailroom::{Mailroom, Running};

/// After how long without a byte a connection is closed. Longer than a request may take, and than a `WebSocket` may be silent.
const IDLE: Duration = Duration::from_secs(4_000);

/// Between two attempts to hear other processes.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);

/// How often it is kept when sessions and tokens were used.
const SAVE_USES: Duration = Duration::from_secs(10);

/// How often ended sessions and sign-ins are forgotten.
const FORGET: Duration = Duration::from_mins(10);

/// How often it is looked who has kept silent about an award (R35), and which votes in writing end (R21).
const SILENCE: Duration = Duration::from_hours(1);

/// How often it is looked whose digest is due: "at once" is within a minute, so that several news of a moment are one e-mail.
const DIGESTS: Duration = Duration::from_mins(1);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder can't be made.
    #[error("the data folder {} can't be made: {error}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The database can't be opened or migrated.
    #[error("the database can't be used: {0}")]
    Database(#[from] StoreError),
    /// The database has not the newest schema, and was to be left as it is.
    #[error("the database has not the newest schema; run `sonderfonds migrate`")]
    NotMigrated,
    /// The installation's secret can't be read or made.
    #[error("the secret in {} can't be used: {error}", folder.display())]
    Secret {
        /// The data folder.
        folder: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A setting that contradicts another one, or what it names.
    #[error("{0}")]
    Setting(#[from] Unusable),
    /// The address can't be listened on.
    #[error("can't listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
}

/// A server at work. It is told to stop when it is dropped; [`RunningServer::shutdown`] also waits until it has.
pub struct RunningServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// The use cases behind it.
    pub engine: Engine,
    stop: watch::Sender<bool>,
    http: JoinHandle<std::io::Result<()>>,
    background: [JoinHandle<()>; 6],
    mailroom: Mailroom,
    /// `None` after it was stopped.
    mail: Mutex<Option<Running>>,
    grace: Duration,
}

/// An engine over the settings' database, for what needs no server: the other commands. The schema is brought up to date, unless the
/// settings say otherwise.
pub async fn open(settings: &Settings, fund: Arc<Fund>, clock: Arc<dyn Clock>) -> Result<Engine, StartError> {
    folder(&settings.data)?;
    let url = settings.database();
    if let Some(file) = url.strip_prefix("sqlite://")
        && let Some(parent) = Path::new(file).parent()
    {
        folder(parent)?;
    }
    let database = Database::open(&url).await?;
    if !settings.no_migrate {
        database.migrate().await?;
    } else if !database.is_migrated().await? {
        return Err(StartError::NotMigrated);
    }
    let secret = crate::secret::load(settings).map_err(|error| StartError::Secret { folder: settings.data.clone(), error })?;
    let rates = Some(settings.limits.to_rates());
    Ok(Engine::new(database, fund, clock).with_sign_in(settings.sign_in.clone(), secret, rates))
}

/// Starts the server.
pub async fn start(settings: Settings, fund: Arc<Fund>, clock: Arc<dyn Clock>) -> Result<RunningServer, StartError> {
    let engine = open(&settings, fund, clock).await?;
    let (stop, stopped) = watch::channel(false);

    let wanted = SocketAddr::new(settings.address, settings.port);
    let cannot = |error| StartError::Listen { address: wanted, error };
    let acceptor = TcpListener::bind(wanted).into_acceptor().await.map_err(cannot)?;
    let address = acceptor.local_addr().iter().find_map(|address| address.as_socket_addr().copied()).unwrap_or(wanted);

    let mailroom = Mailroom::new(engine.clone(), &settings, address.port()).map_err(|value| settings.blame(value))?;
    let limits = settings.limits.to_graphql();
    let parts = Parts {
        schema: graphql::schema(engine.clone(), &limits),
        sdl: limits.introspection.then(graphql::sdl),
        engine: engine.clone(),
        providers: Arc::new(settings.providers(|name| std::env::var(name).ok())?),
        portal: settings.portal.clone(),
        limits,
        graphiql: settings.graphiql,
        shutdown: stopped.clone(),
        arrivals: Arrivals::new(&settings),
        secure: settings.origin().is_some_and(|origin| origin.starts_with("https://")),
    };

    let mail = mailroom.run().await.map_err(|value| settings.blame(value))?;
    let grace = Duration::from_secs(settings.shutdown_seconds);
    let http = tokio::spawn(Server::new_with_acceptor(acceptor).idle_timeout(IDLE).run_with_graceful_shutdown(
        app(parts),
        stopping(stopped),
        Some(grace),
    ));
    let background = [
        tokio::spawn(listen(engine.clone())),
        tokio::spawn(tell_of_silence(engine.clone())),
        tokio::spawn(keep_votes(engine.clone())),
        tokio::spawn(send_digests((!settings.no_digests).then(|| engine.clone()))),
        tokio::spawn(keep_minutes(engine.clone())),
        tokio::spawn(look_after_access(engine.clone())),
    ];
    tracing::info!(%address, database = if engine.database().is_postgres() { "postgresql" } else { "sqlite" }, "started");
    Ok(RunningServer { address, engine, stop, http, background, mailroom, mail: Mutex::new(Some(mail)), grace })
}

impl RunningServer {
    /// Stops: takes no more requests, lets the running ones and the e-mails in hand finish, and closes every `WebSocket`. All of that
    /// within the time that the settings give.
    pub async fn shutdown(mut self) {
        let deadline = Instant::now() + self.grace;
        tracing::info!("stopping");
        self.stop.send_replace(true);
        let mail = self.mail.get_mut().take();
        let mail = async {
            if let Some(mail) = mail {
                mail.stop(self.grace).await;
            }
        };
        let (http, ()) = tokio::join!(tokio::time::timeout_at(deadline, &mut self.http), mail);
        if http.is_err() {
            tracing::warn!("some requests took too long to finish");
            self.http.abort();
        }
        // Each WebSocket holds a receiver, and so did the server.
        if tokio::time::timeout_at(deadline, self.stop.closed()).await.is_err() {
            tracing::warn!("some WebSockets took too long to close");
        }
        self.background.iter().for_each(JoinHandle::abort);
        if let Err(error) = self.engine.save_uses().await {
            tracing::warn!(%error, "could not keep when sessions and tokens were used");
        }
        let closed = self.engine.database().clone().close();
        // A second more, so that SQLite can put its log into its file.
        if tokio::time::timeout_at(deadline + Duration::from_secs(1), closed).await.is_err() {
            tracing::warn!("the database took too long to close");
        }
        tracing::info!("stopped");
    }

    /// Runs until `signal`, or until the server can't go on, and stops.
    pub async fn run_until(mut self, signal: impl Future<Output = ()>) {
        tokio::select! {
            () = signal => {}
            ended = &mut self.http => tracing::error!(?ended, "the server has ended"),
        }
        self.shutdown().await;
    }

    /// Delivers everything that is due. When it returns, no e-mail is on its way: the worker rests meanwhile.
    pub async fn drain_mail(&self) {
        let mut mail = self.mail.lock().await;
        let Some(running) = mail.take() else { return };
        running.stop(self.grace).await;
        let drained = match self.mailroom.worker().await {
            Ok(worker) => worker.drain().await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = drained {
            tracing::error!(error, "the outbox could not be emptied");
        }
        match self.mailroom.run().await {
            Ok(running) => *mail = Some(running),
            Err(error) => tracing::error!(%error, "the mail worker could not be started again"),
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.background.iter().for_each(JoinHandle::abort);
    }
}

/// Waits for the word to stop; a sender that is gone says it too.
async fn stopping(mut stopped: watch::Receiver<bool>) {
    // An error is the second of the two.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Hears what other processes on the same PostgreSQL change. On SQLite there are none.
async fn listen(engine: Engine) {
    while let Err(error) = engine.listen().await {
        tracing::warn!(%error, "can't hear what other processes change; trying again");
        tokio::time::sleep(LISTEN_AGAIN).await;
    }
}

/// Tells the case officers of applicants who neither accepted nor declined in time (R35). Each is told of once, whichever process sees it.
async fn tell_of_silence(engine: Engine) {
    let mut ticks = tokio::time::interval(SILENCE);
    loop {
        ticks.tick().await;
        match engine.tell_of_overdue_acceptances().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "told of applicants who did not answer in time"),
            Err(error) => tracing::warn!(%error, "could not look who did not answer in time"),
        }
    }
}

/// Keeps when sessions and tokens were last used, and forgets what has ended.
async fn look_after_access(engine: Engine) {
    let (mut uses, mut ended) = (tokio::time::interval(SAVE_USES), tokio::time::interval(FORGET));
    loop {
        let (what, done) = tokio::select! {
            _ = uses.tick() => ("could not keep when sessions and tokens were used", engine.save_uses().await),
            _ = ended.tick() => ("could not forget ended sessions and sign-ins", engine.forget_ended_access().await),
        };
        if let Err(error) = done {
            tracing::warn!(%error, "{what}");
        }
    }
}

/// Closes votes in writing at their deadline, and reminds before it (R21). Each once, whichever process sees it.
async fn keep_votes(engine: Engine) {
    let mut ticks = tokio::time::interval(SILENCE);
    loop {
        ticks.tick().await;
        match engine.close_votes_that_are_over().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "closed votes in writing that are over"),
            Err(error) => tracing::warn!(%error, "could not close votes in writing that are over"),
        }
        match engine.remind_of_votes().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "reminded of votes in writing that end soon"),
            Err(error) => tracing::warn!(%error, "could not remind of votes in writing"),
        }
    }
}

/// Sends the digests whose time has come, where the program does so by itself. Each is sent once, whichever process sees it.
async fn send_digests(engine: Option<Engine>) {
    let Some(engine) = engine else { return };
    let mut ticks = tokio::time::interval(DIGESTS);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // A minute after the start, and not at once: who starts and stops the program again sends nothing.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        match engine.send_digests().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "sent digests"),
            Err(error) => tracing::warn!(%error, "could not send digests"),
        }
    }
}

/// Reminds of minutes that are overdue (R24). Each once a week, whichever process sees it.
async fn keep_minutes(engine: Engine) {
    let mut ticks = tokio::time::interval(SILENCE);
    loop {
        ticks.tick().await;
        match engine.remind_of_minutes().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "reminded of minutes that are overdue"),
            Err(error) => tracing::warn!(%error, "could not remind of minutes"),
        }
    }
}

/// Makes a folder that only this program's user can look into.
fn folder(path: &Path) -> Result<(), StartError> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path).map_err(|error| StartError::Folder { path: path.to_owned(), error })
}
