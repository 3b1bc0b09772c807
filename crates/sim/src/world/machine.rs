//! One simulated computer: a disk that may fail at any write, and the real store on it.

use super::town::Town;
use super::{Broken, broken};
use crate::dice::Dice;
use crate::vfs::{After, Disk, DiskOptions, LostSyncs, Overwrite, SectorSize};
use journal::Entropy;
use std::path::Path;
use store::{OpenOptions, RawKey, Store};

/// Writes until a pending power cut strikes: a commit is some tens of them.
const CUT_WITHIN_WRITES: u64 = 120;
/// Small, so that checkpoints happen within a run.
const CHECKPOINT_PAGES: u32 = 40;
const FILE: &str = "town.palika";

pub(crate) struct Machine {
    dice: Dice,
    disk: Disk,
    key: RawKey,
    store: Option<Store>,
}

impl Machine {
    pub(crate) fn new(mut dice: Dice) -> Machine {
        let disk = Disk::new(DiskOptions {
            seed: dice.next_u64(),
            sector_size: if dice.chance(1, 2) { SectorSize::Bytes512 } else { SectorSize::Bytes4096 },
            overwrite: if dice.chance(1, 2) { Overwrite::PowerSafe } else { Overwrite::Garbage },
            capacity_bytes: None,
            lost_syncs: LostSyncs::Never,
            time_unix_ms: 0,
        });
        let mut key = [0; 48];
        dice.fill(&mut key);
        Machine { dice, disk, key: RawKey(key), store: None }
    }

    pub(crate) fn store(&self) -> Result<&Store, Broken> {
        self.store.as_ref().ok_or_else(|| Broken("the machine is off".to_owned()))
    }

    /// First start: a new file, bound to the town.
    pub(crate) async fn make(&mut self, town: &Town) -> Result<(), Broken> {
        self.boot(After::Exit, true).await?;
        self.store()?.bind_town(town.code, &town.state.public()).await.map_err(broken("binding"))
    }

    /// The power will go some writes from now.
    pub(crate) fn cut_soon(&mut self, dice: &mut Dice) {
        self.disk.cut_after(dice.below(CUT_WITHIN_WRITES));
    }

    /// No cut is pending any more.
    pub(crate) fn spare(&mut self) {
        self.disk.forget_cut();
    }

    pub(crate) fn is_dead(&self) -> bool {
        !self.disk.is_running()
    }

    /// The power is back: what the disk kept is what the store finds.
    pub(crate) async fn revive(&mut self) -> Result<(), Broken> {
        let seed = self.dice.next_u64();
        self.close().await;
        self.boot(After::PowerCut { seed }, false).await
    }

    /// The program is ended and started again; the operating system lives on.
    pub(crate) async fn restart(&mut self) -> Result<(), Broken> {
        self.close().await;
        if self.is_dead() { self.revive().await } else { self.boot(After::Exit, false).await }
    }

    /// Ends the program on this machine.
    pub(crate) async fn close(&mut self) {
        if let Some(store) = self.store.take() {
            store.close().await;
        }
    }

    async fn boot(&mut self, after: After, create: bool) -> Result<(), Broken> {
        let boot = self.disk.boot(after).map_err(broken("boot"))?;
        let options = OpenOptions {
            key: self.key.clone(),
            create,
            vfs: Some(boot.vfs_name),
            checkpoint_pages: CHECKPOINT_PAGES,
        };
        self.store =
            Some(Store::open(Path::new(FILE), options).await.map_err(broken("opening after a restart"))?);
        Ok(())
    }
}

/// Randomness of a simulated machine.
pub(crate) struct SimEntropy(pub(crate) Dice);

impl Entropy for SimEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}
