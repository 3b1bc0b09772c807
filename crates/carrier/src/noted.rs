//! What this replica keeps about its peers beside the log: its own name, how far their keys are held, alarms a person
//! should still find tomorrow, the last success. Local; losing it costs some bytes on the line and nothing else.

use journal::{Entropy, hash, random};
use minicbor::{Decode, Encode};
use store::{Store, StoreError};
use sync::{Alarm, KeyCursor, ReplicaId};

/// Alarms kept for each peer.
const ALARMS_KEPT: usize = 200;
/// The time of success is written at most this often: an idle office does not write to its disk every minute.
const SUCCESS_EVERY_MS: i64 = 10 * 60 * 1_000;

/// An alarm with the time it was last raised.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NotedAlarm {
    /// Milliseconds since 1970, by this computer's clock.
    #[n(0)]
    pub at_ms: i64,
    /// What it was.
    #[n(1)]
    pub alarm: Alarm,
}

/// The name of this copy of the log: a random one kept in the file, mixed with whose copy it is.
pub(crate) async fn replica(
    store: &Store,
    place: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<ReplicaId, StoreError> {
    let kept = match store.meta("replica").await? {
        Some(kept) => kept,
        None => {
            let made: [u8; 16] = random(entropy);
            store.set_meta("replica", &made).await?;
            made.to_vec()
        }
    };
    let mut bytes = b"palika replica 1\0".to_vec();
    bytes.extend_from_slice(&kept);
    bytes.extend_from_slice(place);
    let mut replica = ReplicaId::default();
    replica.0.iter_mut().zip(hash(&bytes).0).for_each(|(to, from)| *to = from);
    Ok(replica)
}

pub(crate) async fn keys_held(store: &Store, peer: &str) -> Result<Option<KeyCursor>, StoreError> {
    read(store, &format!("keys-held/{peer}")).await
}

/// Written only where it moved.
pub(crate) async fn set_keys_held(store: &Store, peer: &str, cursor: KeyCursor) -> Result<(), StoreError> {
    if keys_held(store, peer).await? == Some(cursor) {
        return Ok(());
    }
    write(store, &format!("keys-held/{peer}"), &cursor).await
}

/// How far a peer last said it holds our list of keys.
pub(crate) async fn keys_held_there(store: &Store, peer: &str) -> Result<Option<KeyCursor>, StoreError> {
    read(store, &format!("keys-held-there/{peer}")).await
}

pub(crate) async fn set_keys_held_there(
    store: &Store,
    peer: &str,
    cursor: Option<KeyCursor>,
) -> Result<(), StoreError> {
    match cursor {
        Some(cursor) if keys_held_there(store, peer).await? != Some(cursor) => {
            write(store, &format!("keys-held-there/{peer}"), &cursor).await
        }
        _ => Ok(()),
    }
}

/// The number of the next bundle for a peer. One that is never written leaves a gap, and that harms nothing.
pub(crate) async fn next_bundle(store: &Store, peer: &str) -> Result<u64, StoreError> {
    let name = format!("bundles-written/{peer}");
    let next: u64 = read::<u64>(store, &name).await?.unwrap_or_default().saturating_add(1);
    write(store, &name, &next).await?;
    Ok(next)
}

/// Whether a peer's bundle is newer than all that were read; notes it where it is. Another replica of that peer (its
/// disk was put back) counts anew.
pub(crate) async fn is_newest_bundle(
    store: &Store,
    peer: &str,
    replica: ReplicaId,
    serial: u64,
) -> Result<bool, StoreError> {
    let name = format!("bundle-read/{peer}");
    let last: Option<(ReplicaId, u64)> = read(store, &name).await?;
    if last.is_some_and(|(before, last)| before == replica && last >= serial) {
        return Ok(false);
    }
    write(store, &name, &(replica, serial)).await?;
    Ok(true)
}

/// Alarms raised in exchanges with a peer, newest last.
pub async fn alarms(store: &Store, peer: &str) -> Result<Vec<NotedAlarm>, StoreError> {
    Ok(read(store, &format!("alarms/{peer}")).await?.unwrap_or_default())
}

pub(crate) async fn note_alarms(
    store: &Store,
    peer: &str,
    raised: &[Alarm],
    now_ms: i64,
) -> Result<(), StoreError> {
    if raised.is_empty() {
        return Ok(());
    }
    let mut kept = alarms(store, peer).await?;
    let known = |alarm: &Alarm, kept: &[NotedAlarm]| {
        kept.iter()
            .any(|noted| noted.alarm == *alarm && now_ms.saturating_sub(noted.at_ms).abs() < SUCCESS_EVERY_MS)
    };
    if raised.iter().all(|alarm| known(alarm, &kept)) {
        return Ok(());
    }
    kept.retain(|noted| !raised.contains(&noted.alarm));
    kept.extend(raised.iter().map(|alarm| NotedAlarm { at_ms: now_ms, alarm: alarm.clone() }));
    let surplus = kept.len().saturating_sub(ALARMS_KEPT);
    kept.drain(..surplus);
    write(store, &format!("alarms/{peer}"), &kept).await
}

/// When an exchange with a peer last came to its end, by this computer's clock; up to ten minutes older than the truth.
pub async fn last_success_ms(store: &Store, peer: &str) -> Result<Option<i64>, StoreError> {
    read(store, &format!("success/{peer}")).await
}

pub(crate) async fn note_success(store: &Store, peer: &str, now_ms: i64) -> Result<(), StoreError> {
    match last_success_ms(store, peer).await? {
        Some(last) if (0..SUCCESS_EVERY_MS).contains(&now_ms.saturating_sub(last)) => Ok(()),
        _ => write(store, &format!("success/{peer}"), &now_ms).await,
    }
}

/// What cannot be read any more is as good as never kept.
async fn read<T>(store: &Store, name: &str) -> Result<Option<T>, StoreError>
where
    T: for<'b> Decode<'b, ()>,
{
    Ok(store.meta(name).await?.and_then(|bytes| minicbor::decode(&bytes).ok()))
}

async fn write<T: Encode<()>>(store: &Store, name: &str, value: &T) -> Result<(), StoreError> {
    let bytes = minicbor::to_vec(value).map_err(|error| StoreError::Database(error.to_string()))?;
    store.set_meta(name, &bytes).await
}
