//! One simulated computer: a disk that may fail at any write, and the real store on it.

use super::town::Town;
use super::{Broken, broken};
use crate::dice::Dice;
use crate::vfs::{After, Disk, DiskOptions, LostSyncs, Overwrite, SectorSize};
use journal::Entropy;
use std::path::Path;
use store::{OpenOptions, RawKey, Store, StoreError};
use tokio::sync::OnceCell;

/// Writes until a pending power cut strikes: a commit is some tens of them.
const CUT_WITHIN_WRITES: u64 = 120;
/// Small, so that checkpoints happen within a run.
const CHECKPOINT_PAGES: u32 = 40;
/// Room left on a disk that fills up: enough for some commits, or for none.
const ROOM_LEFT_BYTES: u64 = 96 << 10;
/// One sync in so many is a lie.
const LIES_ONE_IN: u64 = 3;
const FILE: &str = "town.palika";
/// One key for all: what a disk does to a file does not hang on it.
const KEY: RawKey = RawKey([7; 48]);

pub(crate) struct Machine {
    dice: Dice,
    disk: Disk,
    store: Option<Store>,
    is_full: bool,
    /// The disk lied about syncs or changed a bit: nothing it says is sure any more.
    suspect: bool,
    lies: bool,
    /// It was started again since it became suspect: something may be gone, noticed or not.
    unsure: bool,
    /// It lost what it had said it holds: put back, replaced, or found to have lied.
    pub(crate) has_lost: bool,
}

fn options(dice: &mut Dice) -> DiskOptions {
    DiskOptions {
        seed: dice.next_u64(),
        sector_size: if dice.chance(1, 2) { SectorSize::Bytes512 } else { SectorSize::Bytes4096 },
        overwrite: if dice.chance(1, 2) { Overwrite::PowerSafe } else { Overwrite::Garbage },
        capacity_bytes: None,
        lost_syncs: LostSyncs::Never,
        time_unix_ms: 0,
    }
}

impl Machine {
    pub(crate) fn new(mut dice: Dice) -> Machine {
        let disk = Disk::new(options(&mut dice));
        Machine::with(dice, disk)
    }

    fn with(dice: Dice, disk: Disk) -> Machine {
        Machine {
            dice,
            disk,
            store: None,
            is_full: false,
            suspect: false,
            lies: false,
            unsure: false,
            has_lost: false,
        }
    }

    pub(crate) fn store(&self) -> Result<&Store, Broken> {
        self.store.as_ref().ok_or_else(|| Broken("the machine is off".to_owned()))
    }

    /// First start: a new file, bound to the town.
    pub(crate) async fn make(&mut self, town: &Town) -> Result<(), Broken> {
        let empty = EMPTY.get_or_try_init(empty_file).await.map_err(broken("making an empty file"))?;
        let mut own = self.dice.fork("first start");
        self.disk = empty.copy(own.next_u64(), options(&mut own));
        self.boot(After::Exit).await.map_err(broken("first start"))?;
        self.store()?.bind_town(town.code, &town.state.public()).await.map_err(broken("binding"))
    }

    /// The power will go some writes from now.
    pub(crate) fn cut_soon(&mut self, dice: &mut Dice) {
        self.disk.cut_after(dice.below(CUT_WITHIN_WRITES));
    }

    /// No cut is pending any more, and there is room.
    pub(crate) fn spare(&mut self) {
        self.disk.forget_cut();
        self.free();
    }

    /// The disk takes little more.
    pub(crate) fn fill(&mut self, dice: &mut Dice) {
        let used: u64 = self.disk.files().iter().map(|(_, bytes)| bytes).sum();
        self.disk.set_capacity_bytes(Some(used + dice.below(ROOM_LEFT_BYTES)));
        self.is_full = true;
    }

    pub(crate) fn free(&mut self) {
        self.disk.set_capacity_bytes(None);
        self.is_full = false;
    }

    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// From here on the disk says "synced" and has not always.
    pub(crate) fn lie(&mut self) {
        self.disk.set_lost_syncs(LostSyncs::OneIn(LIES_ONE_IN));
        self.lies = true;
    }

    /// A bit of the file or of its log changes by itself.
    pub(crate) fn flip(&mut self, dice: &mut Dice) {
        let name = if dice.chance(1, 3) { format!("{FILE}-wal") } else { FILE.to_owned() };
        self.suspect |= self.disk.flip_bit(&name, dice.next_u64()).is_some();
    }

    /// Nothing this disk says is sure: a failure here is the disk's.
    pub(crate) fn is_suspect(&self) -> bool {
        self.suspect
    }

    /// Whether it was started again on a suspect disk since this was last asked.
    pub(crate) fn came_back_unsure(&mut self) -> bool {
        std::mem::take(&mut self.unsure)
    }

    /// Its disk has told no lie and lost no bit.
    pub(crate) fn is_sound(&self) -> bool {
        !self.suspect && !self.lies
    }

    /// What the disk would hold if the power went now.
    pub(crate) fn copy_disk(&self, dice: &mut Dice) -> Disk {
        let mut own = self.dice.fork("copy");
        self.disk.copy(dice.next_u64(), options(&mut own))
    }

    /// A second computer with a copy of this one's disk.
    pub(crate) async fn twin(&self, dice: &mut Dice) -> Result<Machine, Broken> {
        let disk = self.copy_disk(dice);
        let mut twin = Machine::with(dice.fork("twin"), disk);
        twin.boot(After::Exit).await.map_err(broken("starting a clone"))?;
        Ok(twin)
    }

    /// Puts an old copy in the disk's place.
    pub(crate) async fn put_back(&mut self, copy: &Disk, dice: &mut Dice) -> Result<(), Broken> {
        self.close().await;
        let mut own = self.dice.fork("put back");
        self.disk = copy.copy(dice.next_u64(), options(&mut own));
        (self.is_full, self.suspect, self.lies, self.has_lost) = (false, false, false, true);
        self.boot(After::Exit).await.map_err(broken("starting from an old copy"))
    }

    pub(crate) fn is_dead(&self) -> bool {
        !self.disk.is_running()
    }

    /// The power is back: what the disk kept is what the store finds.
    pub(crate) async fn revive(&mut self) -> Result<(), StoreError> {
        let seed = self.dice.next_u64();
        self.suspect |= self.lies;
        self.close().await;
        self.free();
        self.boot(After::PowerCut { seed }).await
    }

    /// The program is ended and started again; the operating system lives on.
    pub(crate) async fn restart(&mut self) -> Result<(), StoreError> {
        if self.is_dead() {
            return self.revive().await;
        }
        self.close().await;
        self.free();
        match self.is_dead() {
            // Closing writes too.
            true => self.revive().await,
            false => self.boot(After::Exit).await,
        }
    }

    /// Ends the program on this machine.
    pub(crate) async fn close(&mut self) {
        if let Some(store) = self.store.take() {
            store.close().await;
        }
    }

    /// Reads every page, and everything that is replicated.
    pub(crate) async fn read_all(&self) -> Result<(), StoreError> {
        let store = self.store().map_err(|_| StoreError::Missing)?;
        if let Some(damage) = store.damage().await? {
            return Err(StoreError::Disk(damage));
        }
        store.digest().await?;
        for head in store.vector().await? {
            let mut after = 0;
            while after < head.seq {
                let range = store.range_after(head.device, head.epoch, after, 1 << 20).await?;
                let range = range.ok_or(StoreError::NotFound("entry"))?;
                after = range.last_seq();
                range.open()?;
            }
        }
        self.check_tables(store).await
    }

    /// Under a sound log may lie pages of the tables that the disk kept from before: only folding it again shows that.
    async fn check_tables(&self, store: &Store) -> Result<(), StoreError> {
        let scratch = Disk::new(DiskOptions::default());
        let again = open(&scratch, After::Exit, true).await?;
        let copied = store.copy_log_into(&again, &mut |_, _| ()).await;
        let (own, folded) = (store.digest().await, again.digest().await);
        again.close().await;
        copied?;
        match own?.hash == folded?.hash {
            true => Ok(()),
            false => Err(StoreError::Disk("the tables are not what the log gives".to_owned())),
        }
    }

    async fn boot(&mut self, after: After) -> Result<(), StoreError> {
        self.unsure |= self.suspect;
        self.has_lost |= self.suspect;
        self.store = Some(open(&self.disk, after, false).await?);
        Ok(())
    }
}

/// A file just made, the same for every machine: making it costs as much as an hour of work at a counter.
static EMPTY: OnceCell<Disk> = OnceCell::const_new();

async fn empty_file() -> Result<Disk, StoreError> {
    let disk = Disk::new(DiskOptions::default());
    open(&disk, After::Exit, true).await?.close().await;
    Ok(disk)
}

async fn open(disk: &Disk, after: After, create: bool) -> Result<Store, StoreError> {
    let boot = disk.boot(after).map_err(|error| StoreError::Disk(error.to_string()))?;
    let options =
        OpenOptions { key: KEY, create, vfs: Some(boot.vfs_name), checkpoint_pages: CHECKPOINT_PAGES };
    Store::open(Path::new(FILE), options).await
}

/// Randomness of a simulated machine.
pub(crate) struct SimEntropy(pub(crate) Dice);

impl Entropy for SimEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}
