//! The digest the supervisor's page shows. Making it reads every replicated row, which takes seconds in a large town: it
//! is made beside the counter, once for each state of the log, and never by looking at the page.

use crate::{Office, OfficeError, Town};
use domain::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::query::desk::{self, ChainRow};
use store::verify::Digest;
use tokio::task::JoinHandle;

/// A small town's digest is there within this; a page does not wait longer.
const LOOK_WAIT: Duration = Duration::from_millis(250);

/// What is known of the town's digest.
#[derive(Default)]
pub(crate) struct Kept {
    /// The state of the log it was made of, and the digest.
    made: Option<(Hash, Digest)>,
    /// Being made.
    making: Option<JoinHandle<()>>,
}

/// As the page shows it.
pub(crate) struct ShownDigest {
    /// Ten characters; empty while it is being made.
    pub(crate) short: String,
    /// Entries wait for their past or for a newer version.
    pub(crate) incomplete: bool,
}

impl Office {
    /// The digest of what is folded now, where it is known or soon made; the next look finds it otherwise.
    pub(crate) async fn shown_digest(&self, town: &Arc<Town>) -> Result<ShownDigest, OfficeError> {
        let chains = desk::chains(&mut *town.store.reading().await?).await?;
        let state = state_of(&chains);
        if self.digest_of(state).is_none() {
            let making = self.kept_digest().making.take();
            let making = match making {
                Some(making) if !making.is_finished() => making,
                _ => tokio::spawn(make(Arc::clone(town), Arc::clone(&self.digest))),
            };
            self.await_a_little(making).await;
        }
        let behind = chains.iter().any(|chain| chain.folded_seq < chain.head.seq);
        let known = self.digest_of(state);
        Ok(ShownDigest {
            incomplete: known.as_ref().map_or(behind, |digest| digest.incomplete),
            short: known.map(|digest| digest.hash.short()).unwrap_or_default(),
        })
    }

    async fn await_a_little(&self, mut making: JoinHandle<()>) {
        if tokio::time::timeout(LOOK_WAIT, &mut making).await.is_err() {
            self.kept_digest().making = Some(making);
        }
    }

    fn digest_of(&self, state: Hash) -> Option<Digest> {
        self.kept_digest()
            .made
            .as_ref()
            .filter(|(made_of, _)| *made_of == state)
            .map(|(_, made)| made.clone())
    }

    fn kept_digest(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.digest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the digest of one state; where the log moved meanwhile it is of neither, and the next look makes it again.
async fn make(town: Arc<Town>, kept: Arc<Mutex<Kept>>) {
    let Ok(before) = state_now(&town).await else { return };
    let Ok(digest) = town.store.digest().await else { return };
    let Ok(after) = state_now(&town).await else { return };
    if before == after {
        kept.lock().unwrap_or_else(PoisonError::into_inner).made = Some((after, digest));
    }
}

async fn state_now(town: &Town) -> Result<Hash, OfficeError> {
    Ok(state_of(&desk::chains(&mut *town.store.reading().await?).await?))
}

/// Names a state of the log and of how far it is folded: projections are a function of it.
fn state_of(chains: &[ChainRow]) -> Hash {
    let mut bytes = Vec::with_capacity(chains.len() * 68);
    for chain in chains {
        bytes.extend_from_slice(&chain.head.device.0);
        bytes.extend_from_slice(&chain.head.epoch.0.to_be_bytes());
        bytes.extend_from_slice(&chain.head.seq.to_be_bytes());
        bytes.extend_from_slice(&chain.head.hash.0);
        bytes.extend_from_slice(&chain.folded_seq.to_be_bytes());
    }
    journal::hash(&bytes)
}
