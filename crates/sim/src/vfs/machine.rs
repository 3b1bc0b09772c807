//! The disk as the simulator holds it: boots, power cuts, faults and counters.

use super::ffi::Registration;
use super::files::Files;
use super::image::Settlement;
use super::state::{After, Counters, DiskOptions, Flip, LostSyncs, Operation, State};
use crate::dice::Dice;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Why a disk did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// SQLite refused the VFS.
    #[error("SQLite did not take the simulated disk (code {code}); the run cannot start")]
    NotRegistered {
        /// SQLite's result code.
        code: i32,
    },
}

impl DiskError {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            DiskError::NotRegistered { .. } => "E-SIM-001",
        }
    }
}

/// What all handles of a disk share.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// Told when the power goes.
    power_gone: Condvar,
    registration: Mutex<Option<Registration>>,
    number: u64,
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wake_sleepers(&self) {
        self.power_gone.notify_all();
    }

    /// Sleeps in real time, as SQLite's busy handler asks while another thread holds a lock; not beyond the
    /// machine's life.
    pub(super) fn sleep(&self, boot: u64, duration: Duration) {
        drop(self.power_gone.wait_timeout_while(self.state(), duration, |state| state.alive(boot)));
    }

    fn replace_registration(&self, registration: Option<Registration>) {
        let mut current = self.registration.lock().unwrap_or_else(PoisonError::into_inner);
        *current = registration;
    }
}

/// A life of the machine.
#[derive(Clone, Debug)]
pub struct Boot {
    /// The VFS through which connections of this life open their databases.
    pub vfs_name: String,
    /// What the power cut before this life did; nothing after [`After::Exit`].
    pub settlement: Settlement,
}

/// The disk of one simulated machine. Cloning the handle names the same disk; [`Disk::copy`] makes another.
#[derive(Clone, Debug)]
pub struct Disk {
    shared: Arc<Shared>,
}

impl Disk {
    /// An empty disk in a machine that has not been started.
    pub fn new(options: DiskOptions) -> Self {
        Self::with_files(options, Files::default())
    }

    fn with_files(options: DiskOptions, files: Files) -> Self {
        // Numbers only keep the names apart inside this process; no result depends on them.
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let shared = Shared {
            state: Mutex::new(State::new(options, files)),
            power_gone: Condvar::new(),
            registration: Mutex::new(None),
            number: NEXT.fetch_add(1, Ordering::Relaxed),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Starts the machine: every connection of the life before is dead from here on, whether it was closed
    /// or not, and a VFS with a new name is registered. A planned power cut is forgotten.
    ///
    /// # Errors
    /// When SQLite does not take the VFS.
    pub fn boot(&self, after: After) -> Result<Boot, DiskError> {
        // The old name goes first, so that a pool of the old life cannot open the new disk.
        self.shared.replace_registration(None);
        let mut state = self.shared.state();
        let settlement = match after {
            After::Exit => {
                state.in_flight = None;
                state.files.end_processes();
                Settlement::default()
            }
            After::PowerCut { seed } => {
                state.land_in_flight();
                let sectors = state.sectors();
                state.files.settle(&mut Dice::new(seed), sectors)
            }
        };
        state.boot += 1;
        state.running = true;
        state.cut_after = None;
        let boot = state.boot;
        for word in [
            6,
            boot,
            settlement.sectors_kept,
            settlement.sectors_lost,
            settlement.sectors_torn,
            settlement.entries_lost,
        ] {
            state.mix_trace(word);
        }
        drop(state);
        self.shared.wake_sleepers();
        let vfs_name = format!("sim-{}-{boot}", self.shared.number);
        let registration = Registration::new(&self.shared, boot, &vfs_name)?;
        self.shared.replace_registration(Some(registration));
        Ok(Boot { vfs_name, settlement })
    }

    /// Lets so many more operations that change the disk succeed; in the middle of the next one the power
    /// goes, and everything fails with `SQLITE_IOERR` until the next [`Disk::boot`]. Boot with
    /// [`After::PowerCut`], or with [`After::Exit`] to make it a killed process instead.
    pub fn cut_after(&self, operations: u64) {
        self.shared.state().cut_after = Some(operations);
    }

    /// Forgets a planned power cut.
    pub fn forget_cut(&self) {
        self.shared.state().cut_after = None;
    }

    /// The power goes now, between two operations.
    pub fn cut_now(&self) {
        let mut state = self.shared.state();
        state.running = false;
        state.cut_after = None;
        drop(state);
        self.shared.wake_sleepers();
    }

    /// Whether the machine is on.
    pub fn is_running(&self) -> bool {
        self.shared.state().running
    }

    /// Another disk with what this one would hold if the power went now: an image taken for a backup, or a
    /// clone put into a second machine. This disk and its connections are not touched.
    pub fn copy(&self, seed: u64, options: DiskOptions) -> Disk {
        let state = self.shared.state();
        let mut files = state.files.copy();
        let sectors = state.sectors();
        drop(state);
        files.settle(&mut Dice::new(seed), sectors);
        Self::with_files(options, files)
    }

    /// Sets how many bytes all files together may take. A write beyond is cut short and fails with
    /// `SQLITE_FULL`; bytes already taken can still be overwritten.
    pub fn set_capacity_bytes(&self, capacity_bytes: Option<u64>) {
        self.shared.state().options.capacity_bytes = capacity_bytes;
    }

    /// Sets how often the disk lies about syncs.
    pub fn set_lost_syncs(&self, lost_syncs: LostSyncs) {
        self.shared.state().options.lost_syncs = lost_syncs;
    }

    /// Inverts one bit of a file's synced bytes, as decaying media do. `None` when there is no such file or
    /// nothing of it is on the disk.
    pub fn flip_bit(&self, file: &str, seed: u64) -> Option<Flip> {
        let mut state = self.shared.state();
        let id = state.files.find(file)?;
        let image = &mut state.files.get_mut(id)?.image;
        let length = image.durable_length();
        if length == 0 {
            return None;
        }
        let mut dice = Dice::new(seed);
        let offset = dice.index(length);
        let bit = u8::try_from(dice.below(8)).unwrap_or(0);
        image.flip(offset, bit);
        Some(Flip { offset_bytes: u64::try_from(offset).ok()?, bit })
    }

    /// Sets the clock that SQLite reads (`datetime('now')`), in milliseconds since 1970. It stands still
    /// until set again.
    pub fn set_time_unix_ms(&self, time_unix_ms: i64) {
        self.shared.state().time_unix_ms = time_unix_ms;
    }

    /// What the disk has done.
    pub fn counters(&self) -> Counters {
        self.shared.state().counters
    }

    /// A hash of every operation that changed the disk and of every boot, in order; equal for equal runs.
    pub fn trace(&self) -> u64 {
        self.shared.state().trace
    }

    /// The latest operation that changed the disk or was in flight when the power went.
    pub fn last_operation(&self) -> Option<Operation> {
        self.shared.state().last_operation.clone()
    }

    /// Names and lengths in bytes of the files, as a process of the machine would see them.
    pub fn files(&self) -> Vec<(String, u64)> {
        let state = self.shared.state();
        let length = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
        state.files.names().map(|(name, file)| (name.to_owned(), length(file.image.cached().len()))).collect()
    }

    /// The bytes of a file, as a process of the machine would see them.
    pub fn read(&self, file: &str) -> Option<Vec<u8>> {
        let state = self.shared.state();
        let id = state.files.find(file)?;
        Some(state.files.get(id)?.image.cached().to_vec())
    }
}
