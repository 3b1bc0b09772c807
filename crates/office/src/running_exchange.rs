//! The running exchanges of an open town, one for each peer it speaks to, and what follows each of their turns.

use crate::later::later;
use crate::{OfficeError, Shell, Town};
use carrier::{Background, Carry, Clock, Guest};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use sync::client::Status;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// After so many entries from elsewhere the search index is worth merging.
const SETTLE_AFTER: u64 = 5_000;

/// All of them, by the peer's name.
#[derive(Default)]
pub(crate) struct Exchanges(Mutex<BTreeMap<String, Exchange>>);

impl Exchanges {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Exchange>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one with a turn, unless one with that peer runs. Must be called inside a tokio runtime.
    pub(crate) async fn begin<C: Carry + 'static>(
        self: &Arc<Self>,
        town: Arc<Town>,
        peer: &str,
        carrier: C,
        shell: &Arc<dyn Shell>,
    ) -> Result<(), OfficeError> {
        if self.runs(peer) {
            return Ok(());
        }
        let credentials = crate::devices::credentials(&town);
        let mut entropy = shell.entropy();
        let guest =
            Guest::new(town.store.clone(), peer, credentials, town.writer.epoch, entropy.as_mut()).await?;
        let clock = Arc::new(ShellClock(Arc::clone(shell)));
        let background = Background::start(guest, carrier, clock, shell.entropy());
        background.asked();
        let others = Others { all: Arc::downgrade(self), but: peer.to_owned() };
        let following = tokio::spawn(follow(town, background.watch(), others));
        self.lock().entry(peer.to_owned()).or_insert(Exchange { background, following });
        Ok(())
    }

    pub(crate) fn runs(&self, peer: &str) -> bool {
        self.lock().contains_key(peer)
    }

    pub(crate) fn end(&self, peer: &str) {
        self.lock().remove(peer);
    }

    pub(crate) fn end_all(&self) {
        self.lock().clear();
    }

    /// How the exchange with one peer goes; `None` where none runs.
    pub(crate) fn status(&self, peer: &str) -> Option<Status> {
        self.lock().get(peer).map(|exchange| exchange.background.status())
    }

    /// Something was committed here.
    pub(crate) fn changed(&self) {
        self.changed_but("");
    }

    /// Something came from one peer: the others may want it.
    pub(crate) fn changed_but(&self, peer: &str) {
        self.lock().iter().filter(|(name, _)| *name != peer).for_each(|(_, one)| one.background.changed());
    }

    /// A person asks for an exchange now.
    pub(crate) fn asked(&self) {
        self.lock().values().for_each(|one| one.background.asked());
    }
}

/// One of them. Dropped, it stops.
struct Exchange {
    background: Background,
    following: JoinHandle<()>,
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.following.abort();
    }
}

/// Whoever else is spoken to.
struct Others {
    all: Weak<Exchanges>,
    but: String,
}

/// The shell's clocks, as the carrier asks for them.
pub(crate) struct ShellClock(pub(crate) Arc<dyn Shell>);

impl Clock for ShellClock {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    fn forward_ms(&self) -> i64 {
        self.0.forward_ms()
    }
}

/// What came from elsewhere goes on to the others, and must be found by the omnibox here: after each turn mobiles are
/// indexed, and after many entries the index is merged. A failure leaves the index as it was; the next turn tries again.
async fn follow(town: Arc<Town>, mut status: watch::Receiver<Status>, others: Others) {
    let (mut passed_on, mut settled) = (0, 0);
    while status.changed().await.is_ok() {
        let (busy, received) = {
            let now = status.borrow_and_update();
            (now.busy, now.entries_received)
        };
        if busy {
            continue;
        }
        if received > passed_on {
            passed_on = received;
            if let Some(all) = others.all.upgrade() {
                all.changed_but(&others.but);
            }
        }
        let _ = later(|| town.index_mobiles()).await;
        if received.saturating_sub(settled) >= SETTLE_AFTER && town.store.settle_search().await.is_ok() {
            settled = received;
        }
    }
}
