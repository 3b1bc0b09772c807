//! How a counter goes on: it exchanges, is restarted, dies and comes back, and begins a new epoch where its file is not
//! what it was.

use super::counter::{Counter, not_found};
use super::machine::SimEntropy;
use super::wire::{Line, Wire};
use super::{Broken, Story, broken};
use carrier::{Clock, Guest};
use domain::{ChainHead, Epoch};
use store::query::desk;
use store::{StoreError, Writer};
use sync::AlarmKind;
use sync::Credentials;
use sync::client::{Event, Status};

/// What one turn with a peer came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turn {
    /// It came to its end.
    pub(super) succeeded: bool,
    /// The peer and this counter name a fork of this counter's own chain.
    pub(super) own_fork: bool,
    /// This counter's own chain grew from elsewhere.
    pub(super) own_ahead: bool,
    /// The town's file failed.
    file_failed: bool,
}

impl Turn {
    fn of(status: &Status, counter: &Counter) -> Turn {
        let own = |alarm: &sync::Alarm| {
            alarm.known_kind() == Some(AlarmKind::Fork) && alarm.device == counter.device()
        };
        Turn {
            succeeded: status.successes > 0,
            own_fork: status.alarms.iter().any(own),
            own_ahead: status.own_chain_ahead,
            file_failed: status.trouble.as_ref().is_some_and(|trouble| trouble.code.starts_with("E-STORE")),
        }
    }
}

impl Counter {
    /// Entries held, of all chains.
    pub(super) async fn entries_held(&self) -> Result<u64, StoreError> {
        let vector = self.machine.store().map_err(not_found)?.vector().await?;
        Ok(vector.iter().map(|head| head.seq).sum())
    }

    /// Entries of the counter's own chain in its present epoch.
    pub(super) async fn own_seq(&self) -> Result<u64, StoreError> {
        Ok(self.own_head(self.writer.epoch).await?.map_or(0, |head| head.seq))
    }

    pub(super) async fn own_head(&self, epoch: Epoch) -> Result<Option<ChainHead>, StoreError> {
        let device = self.device();
        let vector = self.machine.store().map_err(not_found)?.vector().await?;
        Ok(vector.into_iter().find(|head| (head.device, head.epoch) == (device, epoch)))
    }

    /// One turn of the exchange with the server, as the background loop takes it.
    pub(crate) async fn exchange(&mut self, wire: &Wire, story: &mut Story) -> Result<Turn, Broken> {
        let later = self.is_newer.then(|| self.credentials());
        self.ask("server", &wire.of(self.line, later), story).await
    }

    /// One turn with whoever answers at the end of a line.
    pub(super) async fn ask(
        &mut self,
        peer: &str,
        line: &Line<'_>,
        story: &mut Story,
    ) -> Result<Turn, Broken> {
        let credentials = self.credentials();
        let mut entropy = self.entropy("exchange");
        let store = self.machine.store()?.clone();
        let mut turn = Turn::default();
        if let Ok(mut guest) = Guest::new(store, peer, credentials, self.writer.epoch, &mut entropy).await {
            guest.pass(Event::Asked, line, &self.clock, &mut entropy).await;
            turn = Turn::of(guest.status(), self);
        }
        if self.machine.is_dead() {
            self.revive(None, story).await?;
            return Ok(Turn::default());
        }
        if turn.file_failed && self.machine.is_suspect() {
            self.disk_died = true;
            return Ok(Turn::default());
        }
        match self.own_seq().await {
            // What the device itself signed and does not remember: it is not the only one of its kind.
            Ok(seq) if seq > self.mark => {
                if !turn.own_ahead {
                    return Err(Broken(format!("{} was not told that its own chain grew", self.name())));
                }
                self.is_behind = true;
            }
            Ok(_) => {}
            Err(error) => {
                self.after_failure("looking at the own chain", &error, None, story).await?;
            }
        }
        Ok(turn)
    }

    /// Whether the office would begin a new epoch before it writes again.
    pub(super) async fn is_epoch_over(&self) -> Result<bool, Broken> {
        if self.machine.is_dead() {
            return Ok(false);
        }
        let over = self.machine.store()?.is_epoch_over(&self.device(), self.writer.epoch).await;
        match over {
            Err(_) if self.machine.is_suspect() => Ok(false),
            over => over.map_err(broken("asking whether the epoch is over")),
        }
    }

    pub(super) fn credentials(&self) -> Credentials {
        let (town, device) = self.certificates();
        Credentials { town, device, key: self.writer.key.clone() }
    }

    /// Randomness for what is done now.
    pub(super) fn entropy(&self, what: &str) -> SimEntropy {
        SimEntropy(self.dice.fork(&format!("{what} {}", self.clock.forward_ms())))
    }

    pub(crate) fn jump_clock(&mut self, dice: &mut crate::dice::Dice) {
        // A dead battery, a wrong year, or a few hours.
        let jumps = [-self.clock.clock.now_ms(), 2_290_000_000_000, 7_200_000, -86_400_000];
        self.clock.error_ms = dice.pick(&jumps).copied().unwrap_or(0);
    }

    pub(crate) fn right_clock(&mut self) {
        self.clock.error_ms = 0;
    }

    pub(crate) async fn restart(&mut self, story: &mut Story) -> Result<(), Broken> {
        if self.machine.is_dead() {
            return self.revive(None, story).await.map(|_| ());
        }
        let started = self.machine.restart().await;
        self.started(started).await
    }

    /// An error is right only where the power went, the disk is full or fails. Answers whether the disk kept the batch all
    /// the same: whether the counter's own chain is longer than it was `before`.
    pub(super) async fn after_failure(
        &mut self,
        what: &str,
        error: &StoreError,
        before: Option<u64>,
        story: &mut Story,
    ) -> Result<bool, Broken> {
        if self.machine.is_dead() {
            return self.revive(before, story).await;
        }
        if self.machine.is_full() && matches!(error, StoreError::DiskFull) {
            story.note("refusals of a full disk");
            return Ok(false);
        }
        if self.machine.is_suspect() {
            self.disk_died = true;
            return Ok(false);
        }
        Err(Broken(format!("{what} at {} failed with the power on: {error}", self.name())))
    }

    async fn revive(&mut self, before: Option<u64>, story: &mut Story) -> Result<bool, Broken> {
        story.note("power cuts");
        let started = self.machine.revive().await;
        self.started(started).await?;
        if self.disk_died || self.is_behind {
            return Ok(false);
        }
        let kept = match (before, self.own_seq().await) {
            (Some(before), Ok(now)) => now > before,
            _ => false,
        };
        self.ensure_shift().await?;
        Ok(kept)
    }

    /// What is looked at after a start: whether the file opens, whether it is behind the mark, whether all is there.
    async fn started(&mut self, started: Result<(), StoreError>) -> Result<(), Broken> {
        let looked = match started {
            Ok(()) => self.own_seq().await,
            Err(error) => Err(error),
        };
        match looked {
            Ok(seq) if seq >= self.mark => {
                self.mark = seq;
                self.check_promises().await
            }
            Ok(_) if self.machine.is_suspect() => {
                self.is_behind = true;
                Ok(())
            }
            Ok(seq) => {
                let (name, mark) = (self.name(), self.mark);
                Err(Broken(format!("{name} has {seq} entries after a restart, and had {mark}")))
            }
            Err(_) if self.machine.is_suspect() => {
                self.disk_died = true;
                Ok(())
            }
            Err(error) => Err(Broken(format!("{} after a restart: {error}", self.name()))),
        }
    }

    /// Every receipt that was promised is in the file.
    async fn check_promises(&mut self) -> Result<(), Broken> {
        let lost = self.first_missing().await?;
        match lost {
            None => Ok(()),
            Some(_) if self.machine.is_suspect() => {
                self.disk_died = true;
                Ok(())
            }
            Some(why) => Err(Broken(format!("{why} after a restart of {}", self.name()))),
        }
    }

    /// The first promised entry of this epoch that is not in the file. What was written before it began may be on other
    /// disks alone until it comes back.
    async fn first_missing(&self) -> Result<Option<String>, Broken> {
        let store = self.machine.store()?;
        let receipts = self.promised.iter().map(|promise| &promise.receipt);
        let own = |entry: &&ChainHead| entry.epoch == self.writer.epoch;
        for entry in receipts.chain(self.acknowledged()).filter(own) {
            if let Err(error) = store.entry(entry).await {
                return Ok(Some(format!("entry {} of {} is lost ({error})", entry.seq, entry.device)));
            }
        }
        Ok(None)
    }

    /// Reads all of a disk that is not trusted: what cannot be read must be noticed now.
    pub(super) async fn read_disk(&mut self) {
        if self.machine.is_suspect() && self.machine.read_all().await.is_err() {
            self.disk_died = true;
        }
    }

    /// Begins anew: what was written before stays as it is, and no number of it is given again.
    pub(super) async fn open_epoch(&mut self, reason: &str, story: &mut Story) -> Result<(), Broken> {
        self.is_behind = false;
        let opened = self.try_open_epoch(reason).await;
        let opened = match opened {
            Ok(()) => self.try_open_shift().await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(()) => story.note("epochs opened"),
            Err(error) => {
                self.after_failure("opening an epoch", &error, None, story).await?;
            }
        }
        Ok(())
    }

    async fn try_open_epoch(&mut self, reason: &str) -> Result<(), StoreError> {
        let device = self.device();
        let store = self.machine.store().map_err(not_found)?;
        let epoch = store.next_epoch(&device).await?.max(Epoch(self.writer.epoch.0 + 1));
        let writer = Writer { epoch, ..self.writer.clone() };
        let head = store.open_epoch(&writer, reason, self.now_ms()).await?;
        self.writer = writer;
        self.mark = head.seq;
        Ok(())
    }

    pub(super) async fn ensure_shift(&mut self) -> Result<(), Broken> {
        match self.has_shift().await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(_) if self.machine.is_suspect() => {
                self.disk_died = true;
                return Ok(());
            }
            Err(error) => return Err(broken("looking for a shift")(error)),
        }
        match self.try_open_shift().await {
            Err(_) if self.machine.is_suspect() => {
                self.disk_died = true;
                Ok(())
            }
            opened => opened.map_err(broken("opening a shift after a restart")),
        }
    }

    pub(super) async fn has_shift(&self) -> Result<bool, StoreError> {
        let store = self.machine.store().map_err(not_found)?;
        let mut reading = store.reading().await?;
        let last = desk::last_shift(&mut reading, &self.device(), self.writer.epoch).await?;
        Ok(last.is_some_and(|row| row.closed_seq.is_none()))
    }
}
