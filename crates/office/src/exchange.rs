//! The exchange with the server, beside the counter: started when a town with a server is open, woken by every commit,
//! never in the way of a receipt.

use crate::office::later;
use crate::situation::{SERVER_PEER, server_of};
use crate::{Office, OfficeError, Shell, Town};
use carrier::{Background, Clock, Guest, Server};
use contract::{Problem, SyncState};
use domain::fact::ChainHead;
use std::sync::Arc;
use store::Writing;
use sync::client::Status;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// After so many entries from elsewhere the search index is worth merging.
const SETTLE_AFTER: u64 = 5_000;

/// A running exchange, and what follows each of its turns. Dropped, both stop.
pub(crate) struct Exchange {
    background: Background,
    following: JoinHandle<()>,
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.following.abort();
    }
}

/// The shell's clocks, as the carrier asks for them.
struct ShellClock(Arc<dyn Shell>);

impl Clock for ShellClock {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    fn forward_ms(&self) -> i64 {
        self.0.forward_ms()
    }
}

impl Office {
    /// Starts the exchange in the background, where the open town names a server and none runs yet. Must be called
    /// inside a tokio runtime.
    ///
    /// # Errors
    /// The server's address is not one Palika speaks to, or the file failed.
    pub async fn start_exchange(&self) -> Result<(), OfficeError> {
        later(|| self.begin_exchange()).await
    }

    async fn begin_exchange(&self) -> Result<(), OfficeError> {
        let Some(town) = self.open.read().await.clone() else { return Ok(()) };
        let address = server_of(&town).await?;
        if address.is_empty() || self.exchange(|running| running.is_some()) {
            return Ok(());
        }
        let server =
            Server::at(&address, None).map_err(|error| OfficeError::ServerNotReached(error.to_string()))?;
        let credentials = crate::devices::credentials(&town);
        let mut entropy = self.shell.entropy();
        let guest =
            Guest::new(town.store.clone(), SERVER_PEER, credentials, town.writer.epoch, entropy.as_mut())
                .await?;
        let clock = Arc::new(ShellClock(Arc::clone(&self.shell)));
        let background = Background::start(guest, server, clock, entropy);
        background.asked();
        let following = tokio::spawn(follow(town, background.watch()));
        if let Ok(mut running) = self.background.lock() {
            *running = Some(Exchange { background, following });
        }
        Ok(())
    }

    /// Makes a batch durable and has the others told soon. Every use case ends here, so that none forgets the second.
    pub(crate) async fn commit(&self, writing: Writing) -> Result<ChainHead, OfficeError> {
        let head = writing.commit().await?;
        self.shell.durable();
        self.committed();
        Ok(head)
    }

    fn committed(&self) {
        self.exchange(|running| {
            if let Some(running) = running {
                running.changed();
            }
        });
    }

    /// A person asks for an exchange now.
    pub(crate) fn ask_exchange(&self) {
        self.exchange(|running| {
            if let Some(running) = running {
                running.asked();
            }
        });
    }

    /// Why the last exchange failed, until one succeeds.
    pub fn exchange_problem(&self) -> Option<Problem> {
        self.exchange_state().1
    }

    /// What the exchange is doing, and the last problem until a success.
    pub(crate) fn exchange_state(&self) -> (SyncState, Option<Problem>) {
        self.exchange(|running| {
            let Some(running) = running else { return (SyncState::Off, None) };
            let status = running.status();
            let problem = status.trouble.map(|trouble| Problem {
                code: trouble.code,
                message: trouble.message,
                field: "server".to_owned(),
                detail: String::new(),
            });
            let state = match (status.busy, &problem) {
                (true, _) => SyncState::Busy,
                (false, Some(_)) => SyncState::Failed,
                (false, None) => SyncState::Idle,
            };
            (state, problem)
        })
    }

    fn exchange<T>(&self, look: impl FnOnce(Option<&Background>) -> T) -> T {
        let guard = self.background.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        look(guard.as_ref().map(|exchange| &exchange.background))
    }
}

/// What came from elsewhere must be found by the omnibox here: after each turn mobiles are indexed, and after many
/// entries the index is merged. A failure leaves the index as it was; the next turn tries again.
async fn follow(town: Arc<Town>, mut status: watch::Receiver<Status>) {
    let mut settled = 0;
    while status.changed().await.is_ok() {
        let (busy, received) = {
            let now = status.borrow_and_update();
            (now.busy, now.entries_received)
        };
        if busy {
            continue;
        }
        let _ = later(|| town.index_mobiles()).await;
        if received.saturating_sub(settled) >= SETTLE_AFTER && town.store.settle_search().await.is_ok() {
            settled = received;
        }
    }
}
