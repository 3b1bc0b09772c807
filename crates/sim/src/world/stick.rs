//! Sticks carried between counters: written, lost, found again behind a cupboard, read twice, broken at a byte.

use super::counter::Counter;
use super::{Broken, Story, World};
use crate::dice::Dice;
use carrier::{IncomingBundle, LogFileError, write_bundle};
use domain::identity::PublicKey;
use domain::{ChainHead, TownCode};
use std::io::Cursor;
use sync::Trust;

/// Sticks that lie about; the oldest is overwritten.
const STICKS: usize = 6;

/// What lies on one.
pub(crate) struct Written {
    to: usize,
    bytes: Vec<u8>,
}

/// All of them, and by whose word a bundle is read.
pub(crate) struct Sticks {
    lying: Vec<Written>,
    town: TownCode,
    state_root: PublicKey,
    town_key: PublicKey,
}

impl Sticks {
    pub(crate) fn of(town: &super::town::Town) -> Sticks {
        Sticks {
            lying: Vec::new(),
            town: town.code,
            state_root: town.state.public(),
            town_key: town.key.public(),
        }
    }

    fn put(&mut self, to: usize, bytes: Vec<u8>) {
        if self.lying.len() == STICKS {
            self.lying.remove(0);
        }
        self.lying.push(Written { to, bytes });
    }

    /// One of those that lie about: taken away, or read and left lying; whole, cut short, or with a broken bit.
    fn take(&mut self, dice: &mut Dice) -> Option<Written> {
        if self.lying.is_empty() {
            return None;
        }
        let at = dice.index(self.lying.len());
        let mut taken = match dice.chance(1, 2) {
            true => self.lying.remove(at),
            false => self.lying.get(at).map(|one| Written { to: one.to, bytes: one.bytes.clone() })?,
        };
        let length = taken.bytes.len().max(1);
        if dice.chance(1, 8) {
            taken.bytes.truncate(dice.index(length));
        } else if dice.chance(1, 8)
            && let Some(byte) = taken.bytes.get_mut(dice.index(length))
        {
            *byte ^= 1 << dice.index(8);
        }
        Some(taken)
    }
}

impl World {
    pub(super) async fn write_stick(&mut self, from: usize, dice: &mut Dice) -> Result<(), Broken> {
        let others: Vec<usize> = self
            .counters
            .iter()
            .filter(|one| one.is_alone() && one.index != from)
            .map(|one| one.index)
            .collect();
        let is_alone = self.counters.get(from).is_some_and(Counter::is_alone);
        let Some(to) = dice.pick(&others).copied().filter(|_| is_alone) else { return Ok(()) };
        let Some(reader) = self.counters.get(to).map(|counter| counter.writer.key.public()) else {
            return Ok(());
        };
        let Some(counter) = self.counters.get_mut(from) else { return Ok(()) };
        if let Some(bytes) = counter.write_stick(&reader, &mut self.story).await? {
            self.story.note("sticks written");
            self.sticks.put(to, bytes);
        }
        // What lies on a stick is not held by anybody yet.
        self.judge_belief(from, to).await
    }

    pub(super) async fn read_stick(&mut self, dice: &mut Dice) -> Result<(), Broken> {
        let Some(stick) = self.sticks.take(dice) else { return Ok(()) };
        let trust = Trust {
            state_root: &self.sticks.state_root,
            town: self.sticks.town,
            town_key: Some(&self.sticks.town_key),
        };
        let reader = self.counters.get_mut(stick.to).filter(|counter| counter.is_alone());
        let Some(counter) = reader else { return Ok(()) };
        counter.read_stick(stick.bytes, &trust, &mut self.story).await
    }

    /// Nobody is believed to hold what they do not: a disk here never loses what it said it kept.
    pub(super) async fn judge_confirmed(&self) -> Result<(), Broken> {
        for here in 0..self.counters.len() {
            for there in 0..self.counters.len() {
                self.judge_belief(here, there).await?;
            }
        }
        Ok(())
    }

    /// Of one by another. A machine that is off says nothing.
    async fn judge_belief(&self, here: usize, there: usize) -> Result<(), Broken> {
        let (Some(here), Some(there)) = (self.counters.get(here), self.counters.get(there)) else {
            return Ok(());
        };
        if !here.is_serving() || !there.is_serving() || there.machine.has_lost {
            return Ok(());
        }
        let peer = format!("device/{}", there.device());
        let believed = here.machine.store()?.confirmed(&peer).await;
        let (Ok(believed), Ok(held)) = (believed, there.machine.store()?.vector().await) else {
            return Ok(());
        };
        let is_held = |head: &ChainHead| {
            let same = held.iter().find(|one| (one.device, one.epoch) == (head.device, head.epoch));
            same.is_some_and(|one| one.seq >= head.seq)
        };
        match believed.iter().all(is_held) {
            true => Ok(()),
            false => {
                Err(Broken(format!("{} believes {} holds more than it does", here.name(), there.name())))
            }
        }
    }
}

impl Counter {
    /// Nothing where the power went.
    async fn write_stick(
        &mut self,
        reader: &PublicKey,
        story: &mut Story,
    ) -> Result<Option<Vec<u8>>, Broken> {
        let credentials = self.credentials();
        let mut entropy = self.entropy("stick");
        let store = self.machine.store()?.clone();
        let written = write_bundle(
            &store,
            &credentials,
            self.writer.epoch,
            reader,
            Vec::new(),
            &mut entropy,
            |_, _| (),
        )
        .await;
        drop(store);
        match written {
            Ok((bytes, _)) => Ok(Some(bytes)),
            Err(error) => {
                self.after_stick("writing a stick", &error, story).await?;
                Ok(None)
            }
        }
    }

    async fn read_stick(
        &mut self,
        bytes: Vec<u8>,
        trust: &Trust<'_>,
        story: &mut Story,
    ) -> Result<(), Broken> {
        let store = self.machine.store()?.clone();
        let read = match IncomingBundle::open(Cursor::new(bytes), &self.credentials(), trust) {
            Ok(bundle) => bundle.into_store(&store, self.now_ms(), |_| ()).await,
            Err(error) => Err(error),
        };
        drop(store);
        match read {
            Ok(carried) => {
                story.note("sticks read");
                story.count("entries by stick", carried.entries_new);
                self.after_reading().await
            }
            Err(
                LogFileError::Sync(_)
                | LogFileError::Malformed
                | LogFileError::Cut
                | LogFileError::ForAnother,
            ) => {
                // A broken stick is refused with words; what came before the break stays.
                story.note("sticks refused");
                self.after_reading().await
            }
            Err(LogFileError::Store(error)) => {
                self.after_stick("reading a stick", &LogFileError::Store(error), story).await
            }
            Err(error) => Err(Broken(format!("reading a stick at {}: {error}", self.name()))),
        }
    }

    /// A stick may have brought back what a disk lost: entries of this computer that it does not remember.
    async fn after_reading(&mut self) -> Result<(), Broken> {
        if self.own_seq().await.is_ok_and(|seq| seq > self.mark) {
            self.is_behind = true;
        }
        Ok(())
    }

    async fn after_stick(
        &mut self,
        what: &str,
        error: &LogFileError,
        story: &mut Story,
    ) -> Result<(), Broken> {
        let LogFileError::Store(error) = error else { return Err(Broken(format!("{what}: {error}"))) };
        self.after_failure(what, error, None, story).await.map(|_| ())
    }
}
