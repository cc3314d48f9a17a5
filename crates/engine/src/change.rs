//! What changed, for those who watch: a hint with an id and nothing else. Whoever gets one reads again, with their own permissions.
//!
//! One process on SQLite hears itself. Several on PostgreSQL hear each other through LISTEN/NOTIFY, sent inside the transaction, so that
//! nothing is announced that was not committed.

use domain::ids::ApplicationId;
use tokio::sync::broadcast;

use crate::Engine;

/// Something that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// An application, or what became of it: its motion, award or payout.
    Application(ApplicationId),
    /// A budget year.
    BudgetYear(i32),
    /// A session or a token was ended.
    Ended(uuid::Uuid),
    /// Hints may have been lost: read again whatever is watched.
    Lost,
}

impl Change {
    pub(crate) fn encode(self) -> Option<String> {
        match self {
            Self::Application(id) => Some(format!("application:{id}")),
            Self::BudgetYear(year) => Some(format!("budget-year:{year}")),
            Self::Ended(id) => Some(format!("ended:{id}")),
            Self::Lost => None,
        }
    }

    fn decode(payload: &str) -> Option<Self> {
        match payload.split_once(':')? {
            ("application", id) => id.parse::<uuid::Uuid>().ok().map(|id| Self::Application(id.into())),
            ("ended", id) => id.parse().ok().map(Self::Ended),
            ("budget-year", year) => year.parse().ok().map(Self::BudgetYear),
            _ => None,
        }
    }
}

/// A stream of changes.
pub struct Changes(broadcast::Receiver<Change>);

impl Changes {
    /// The next change; `None` when the engine is gone.
    pub async fn next(&mut self) -> Option<Change> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Change::Lost),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

impl Engine {
    /// Everything that changes from now on.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes(self.changes.subscribe())
    }

    /// On PostgreSQL: hears what all processes announce, for as long as it is polled. On SQLite it returns at once.
    pub async fn listen(&self) -> crate::Result<()> {
        let Some(mut listener) = self.database.listen().await? else {
            return Ok(());
        };
        loop {
            let change = listener.next().await.map_or(Some(Change::Lost), |payload| Change::decode(&payload));
            if let Some(change) = change {
                self.announce(change);
            }
        }
    }

    pub(crate) fn announce(&self, change: Change) {
        // No receiver is no failure: nobody watches.
        let _ = self.changes.send(change);
    }
}
