//! A bundle on a stick: the fourth carrier. One computer writes what the other lacks, by what it last heard that one
//! holds; the other reads it and writes one back, which says what it holds now. Nothing is clever about losing one: what
//! was never confirmed is written again.

use crate::log_file::{Format, LogFileError, LogPieces, LogReader, LogWriter};
use crate::{guest, noted};
use domain::identity::PublicKey;
use domain::{DeviceId, Epoch};
use journal::{Entropy, device_of};
use std::io::{Read, Write};
use store::Store;
use sync::host::{Outcome, alarm_of, claimed_end};
use sync::limits::{KEYS_MAX, RANGE_BYTES_MAX};
use sync::{Alarm, Cover, Credentials, Keys, Piece, Trust};
use zeroize::Zeroizing;

const FORMAT: Format = Format { magic: *b"PLKBND1\0", purpose: "palika bundle piece 1" };

/// What one bundle carried or brought. No personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Entries in it.
    pub entries: u64,
    /// Of these, the ones that were new to the reader; nothing at the writer.
    pub entries_new: u64,
    /// What a person should hear of.
    pub alarms: Vec<Alarm>,
    /// Some of it builds on what is not here.
    pub lacks_earlier: bool,
    /// An older one than was read before: what it says of its writer is over.
    pub is_old: bool,
}

/// The name under which what a device holds is kept, whichever way it said so.
fn peer_of(device: &DeviceId) -> String {
    format!("device/{device}")
}

/// Writes a bundle for one device. `progress` hears (entries done, entries in all).
pub async fn write_bundle<W: Write>(
    store: &Store,
    credentials: &Credentials,
    epoch: Epoch,
    reader: &PublicKey,
    out: W,
    entropy: &mut dyn Entropy,
    mut progress: impl FnMut(u64, u64),
) -> Result<(W, Carried), LogFileError> {
    let to = device_of(reader);
    let peer = peer_of(&to);
    let held_there = store.confirmed(&peer).await?;
    let key: Zeroizing<[u8; 32]> = Zeroizing::new(journal::random(entropy));
    let cover = Cover {
        town: credentials.town.town,
        to,
        replica: guest::replica(store, credentials, epoch, entropy).await?,
        serial: noted::next_bundle(store, &peer).await?,
        heads: store.vector().await?,
        keys_held: noted::keys_held(store, &peer).await?,
        key: Cover::key_for(reader, &key, entropy)?,
    };
    let owed = cover.owed(&held_there);
    let of: u64 = owed.iter().map(|wanted| wanted.missing).sum();
    let mut writer = LogWriter::begin(out, FORMAT, &cover.to_frame(credentials)?, key)?;
    let mut carried = Carried::default();
    for wanted in owed {
        let (mut after, upto) = (wanted.after_seq, wanted.after_seq.saturating_add(wanted.missing));
        while after < upto {
            let range = store.range_after(wanted.device, wanted.epoch, after, RANGE_BYTES_MAX).await?;
            let Some(range) = range else { break };
            after = range.last_seq();
            carried.entries += range.len() as u64;
            writer.piece(&Piece::Entries(range), entropy)?;
            progress(carried.entries.min(of), of);
        }
    }
    write_keys(store, &cover, &peer, &mut writer, entropy).await?;
    Ok((writer.end(entropy)?, carried))
}

async fn write_keys<W: Write>(
    store: &Store,
    cover: &Cover,
    peer: &str,
    writer: &mut LogWriter<W>,
    entropy: &mut dyn Entropy,
) -> Result<(), LogFileError> {
    let held = noted::keys_held_there(store, peer).await?;
    let mut after = held.filter(|held| held.replica == cover.replica).map_or(0, |held| held.order);
    loop {
        let listed = store.person_keys_after(after, KEYS_MAX as i64).await?;
        if listed.is_empty() {
            return Ok(());
        }
        let keys = Keys::stretch(after, listed);
        after = keys.upto;
        writer.piece(&Piece::Keys(keys), entropy)?;
    }
}

/// A bundle whose cover holds.
pub struct IncomingBundle<R> {
    cover: Cover,
    from: DeviceId,
    pieces: LogPieces<R>,
}

impl<R: Read> IncomingBundle<R> {
    /// Reads the cover: who wrote it, and whether it is for this device.
    pub fn open(
        input: R,
        credentials: &Credentials,
        trust: &Trust<'_>,
    ) -> Result<IncomingBundle<R>, LogFileError> {
        let (reader, frame) = LogReader::begin(input, FORMAT)?;
        let (identity, cover) = Cover::of_frame(&frame, trust)?;
        let own = device_of(&credentials.key.public());
        if cover.to != own {
            return Err(if identity.device == own { LogFileError::Own } else { LogFileError::ForAnother });
        }
        let key = cover.opened_key(&credentials.key)?;
        let pieces = reader.with_key(key, cover.town);
        Ok(IncomingBundle { cover, from: identity.device, pieces })
    }

    /// Who wrote it.
    pub fn from(&self) -> DeviceId {
        self.from
    }

    /// Takes everything in, each range judged by the store like one from the line. What a broken file brought before it
    /// broke stays. `progress` hears the bytes read.
    pub async fn into_store(
        mut self,
        store: &Store,
        now_ms: i64,
        mut progress: impl FnMut(u64),
    ) -> Result<Carried, LogFileError> {
        let peer = peer_of(&self.from);
        let mut carried = Carried::default();
        while let Some(piece) = self.pieces.next_piece()? {
            match piece {
                Piece::Entries(range) => {
                    let (end, entries) = (claimed_end(&range), range.len() as u64);
                    let outcome = guest::outcome(&store.receive(range, now_ms).await?.outcome);
                    carried.entries += entries;
                    carried.entries_new += if outcome == Outcome::Stored { entries } else { 0 };
                    carried.lacks_earlier |= outcome == Outcome::Gap;
                    carried.alarms.extend(alarm_of(&end, &outcome));
                }
                Piece::Keys(keys) => {
                    store.receive_person_keys(&keys.keys).await?;
                    let held = noted::keys_held(store, &peer).await?;
                    noted::set_keys_held(store, &peer, keys.cursor(self.cover.replica, held)).await?;
                }
                Piece::End(_) => {}
            }
            progress(self.pieces.bytes_read());
        }
        carried.is_old =
            !noted::is_newest_bundle(store, &peer, self.cover.replica, self.cover.serial).await?;
        if !carried.is_old {
            store.confirm(&peer, &self.cover.heads, now_ms).await?;
            noted::set_keys_held_there(store, &peer, self.cover.keys_held).await?;
        }
        noted::note_alarms(store, &peer, &carried.alarms, now_ms).await?;
        Ok(carried)
    }
}
