//! One file's bytes: as the processes see them, as the platters hold them, and what lies between.

use crate::dice::Dice;
use std::collections::BTreeMap;

/// Tears fall on multiples of this, so that two different 16-byte blocks of ciphertext, never one byte
/// that may be equal by chance, decide how a torn sector reads.
const TEAR_BYTES: usize = 16;

/// A change of a file since it was last synced.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Bytes written.
    Write { offset: usize, bytes: Vec<u8> },
    /// The length set, up or down.
    Resize { length: usize },
}

impl Change {
    fn apply(&self, image: &mut Vec<u8>) {
        match self {
            Change::Write { offset, bytes } => overlay(image, *offset, bytes),
            Change::Resize { length } => image.resize(*length, 0),
        }
    }
}

/// What became of the unsynced changes at a power cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Sectors that hold the newest bytes written.
    pub sectors_kept: u64,
    /// Sectors that fell back to an older or the synced content.
    pub sectors_lost: u64,
    /// Sectors that hold a part of one version and a part of another, or garbage.
    pub sectors_torn: u64,
    /// Created or deleted directory entries that did not happen.
    pub entries_lost: u64,
}

impl Settlement {
    pub(super) fn add(&mut self, other: Settlement) {
        self.sectors_kept += other.sectors_kept;
        self.sectors_lost += other.sectors_lost;
        self.sectors_torn += other.sectors_torn;
        self.entries_lost += other.entries_lost;
    }
}

/// How a power cut treats unsynced sectors; thrown once per cut, so that the two extremes, which some bugs
/// need, are as common as the mixtures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// Everything had reached the disk.
    AllKept,
    /// Nothing had.
    AllLost,
    /// Each sector by itself.
    Mixed,
}

impl Mood {
    pub(super) fn throw(dice: &mut Dice) -> Self {
        match dice.below(6) {
            0 => Mood::AllKept,
            1 => Mood::AllLost,
            _ => Mood::Mixed,
        }
    }
}

/// The sectors of a disk: their size, and whether a torn write may harm the rest of its sector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sectors {
    pub(super) bytes: usize,
    pub(super) garbage_when_torn: bool,
}

/// The bytes of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct FileImage {
    cached: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

impl FileImage {
    /// The bytes as every process of the machine sees them.
    pub(super) fn cached(&self) -> &[u8] {
        &self.cached
    }

    /// Changes the file; durable only after [`FileImage::sync`].
    pub(super) fn change(&mut self, change: Change) {
        change.apply(&mut self.cached);
        self.pending.push(change);
    }

    /// A change that was under way when the power went: no process sees it, the disk may hold it.
    pub(super) fn change_in_flight(&mut self, change: Change) {
        self.pending.push(change);
    }

    /// Makes all changes durable.
    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            change.apply(&mut self.durable);
        }
    }

    /// Inverts one bit, on the disk and in the operating system's cache.
    pub(super) fn flip(&mut self, offset: usize, bit: u8) {
        for image in [&mut self.durable, &mut self.cached] {
            if let Some(byte) = image.get_mut(offset) {
                *byte ^= 1 << (bit & 7);
            }
        }
    }

    /// The length on the disk.
    pub(super) fn durable_length(&self) -> usize {
        self.durable.len()
    }

    /// The power goes: what was unsynced is kept, lost or torn by chance.
    pub(super) fn settle(&mut self, dice: &mut Dice, mood: Mood, sectors: Sectors) -> Settlement {
        let mut settlement = Settlement::default();
        if self.pending.is_empty() {
            self.cached.clone_from(&self.durable);
            return settlement;
        }
        let lengths = self.lengths();
        let length = match mood {
            Mood::AllKept => lengths.last(),
            Mood::AllLost => lengths.first(),
            Mood::Mixed if dice.chance(1, 2) => lengths.last(),
            Mood::Mixed => dice.pick(&lengths),
        };
        let length = length.copied().unwrap_or(0);
        for (sector, versions) in self.versions(sectors.bytes) {
            let start = sector * sectors.bytes;
            let bytes = choose(&versions, dice, mood, sectors, &mut settlement);
            overlay(&mut self.durable, start, &bytes);
        }
        self.durable.resize(length, 0);
        self.pending.clear();
        self.cached.clone_from(&self.durable);
        settlement
    }

    /// The synced length and the length after each change.
    fn lengths(&self) -> Vec<usize> {
        let mut length = self.durable.len();
        let mut lengths = vec![length];
        for change in &self.pending {
            length = match change {
                Change::Write { offset, bytes } => length.max(offset + bytes.len()),
                Change::Resize { length } => *length,
            };
            lengths.push(length);
        }
        lengths
    }

    /// Every version that each touched sector went through, the synced one first.
    fn versions(&self, sector_bytes: usize) -> BTreeMap<usize, Vec<Vec<u8>>> {
        let mut versions: BTreeMap<usize, Vec<Vec<u8>>> = BTreeMap::new();
        let mut length = self.durable.len();
        for change in &self.pending {
            let (start, end) = match change {
                Change::Write { offset, bytes } => (*offset, offset + bytes.len()),
                Change::Resize { length: shorter } => (*shorter, length),
            };
            if start < end {
                for sector in start / sector_bytes..=(end - 1) / sector_bytes {
                    let known = versions
                        .entry(sector)
                        .or_insert_with(|| vec![self.durable_sector(sector, sector_bytes)]);
                    let mut next = known.last().cloned().unwrap_or_default();
                    change_sector(&mut next, sector * sector_bytes, change);
                    known.push(next);
                }
            }
            length = match change {
                Change::Write { .. } => length.max(end),
                Change::Resize { length } => *length,
            };
        }
        versions
    }

    fn durable_sector(&self, sector: usize, sector_bytes: usize) -> Vec<u8> {
        let bytes = self.durable.iter().skip(sector * sector_bytes).take(sector_bytes);
        let mut bytes: Vec<u8> = bytes.copied().collect();
        bytes.resize(sector_bytes, 0);
        bytes
    }
}

/// Lays bytes over an image, with zeros in any gap.
fn overlay(image: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if image.len() < end {
        image.resize(end, 0);
    }
    if let Some(target) = image.get_mut(offset..end) {
        target.copy_from_slice(bytes);
    }
}

/// Applies a change to the one sector that starts at `start`.
fn change_sector(sector: &mut [u8], start: usize, change: &Change) {
    match change {
        Change::Write { offset, bytes } => {
            let skipped_target = offset.saturating_sub(start);
            let skipped_source = start.saturating_sub(*offset);
            let target = sector.iter_mut().skip(skipped_target);
            for (target, source) in target.zip(bytes.iter().skip(skipped_source)) {
                *target = *source;
            }
        }
        Change::Resize { length } => {
            sector.iter_mut().skip(length.saturating_sub(start)).for_each(|byte| *byte = 0);
        }
    }
}

/// Which bytes a sector holds after the power cut.
fn choose(
    versions: &[Vec<u8>],
    dice: &mut Dice,
    mood: Mood,
    sectors: Sectors,
    settlement: &mut Settlement,
) -> Vec<u8> {
    let newest = versions.len().saturating_sub(1);
    let version = |index: usize| versions.get(index).cloned().unwrap_or_default();
    let outcome = match mood {
        Mood::AllKept => 0,
        Mood::AllLost => 1,
        Mood::Mixed => dice.below(4),
    };
    match outcome {
        0 => {
            settlement.sectors_kept += 1;
            version(newest)
        }
        1 if mood == Mood::AllLost => {
            settlement.sectors_lost += 1;
            version(0)
        }
        1 | 2 => {
            settlement.sectors_lost += 1;
            version(dice.index(newest))
        }
        _ => {
            settlement.sectors_torn += 1;
            let older = dice.index(newest);
            let newer = older + 1 + dice.index(newest - older);
            tear(version(newer), &version(older), dice, sectors)
        }
    }
}

/// A sector whose writing was interrupted: new up to a point, old after it; or garbage, on a disk that
/// does not promise to leave the rest of a sector alone.
fn tear(newer: Vec<u8>, older: &[u8], dice: &mut Dice, sectors: Sectors) -> Vec<u8> {
    let mut bytes = newer;
    if sectors.garbage_when_torn {
        dice.fill(&mut bytes);
        return bytes;
    }
    let blocks = sectors.bytes / TEAR_BYTES;
    let written = TEAR_BYTES * (1 + dice.index(blocks.saturating_sub(1)));
    for (target, source) in bytes.iter_mut().zip(older).skip(written) {
        *target = *source;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Change, FileImage, Mood, Sectors};
    use crate::dice::Dice;
    use std::collections::BTreeSet;

    const SECTORS: Sectors = Sectors { bytes: 512, garbage_when_torn: false };

    fn write(offset: usize, value: u8, count: usize) -> Change {
        Change::Write { offset, bytes: vec![value; count] }
    }

    #[test]
    fn synced_bytes_survive_every_cut() {
        for seed in 0..500 {
            let mut dice = Dice::new(seed);
            let mut image = FileImage::default();
            image.change(write(0, 1, 700));
            image.sync();
            image.change(write(700, 2, 3_000));
            image.change(Change::Resize { length: 2_000 });
            image.settle(&mut dice, Mood::Mixed, SECTORS);
            assert!(image.cached().len() >= 700);
            assert!(image.cached()[..700].iter().all(|&byte| byte == 1), "seed {seed}");
            assert!(image.cached()[700..].iter().all(|&byte| byte == 0 || byte == 2), "seed {seed}");
        }
    }

    #[test]
    fn moods_at_their_extremes() {
        let mut image = FileImage::default();
        image.change(write(0, 1, 512));
        image.sync();
        image.change(write(0, 2, 512));
        image.change(write(0, 3, 1_024));
        let mut lost = image.clone();
        let settlement = lost.settle(&mut Dice::new(1), Mood::AllLost, SECTORS);
        assert_eq!(lost.cached(), vec![1; 512]);
        assert_eq!((settlement.sectors_lost, settlement.sectors_torn), (2, 0));
        image.settle(&mut Dice::new(1), Mood::AllKept, SECTORS);
        assert_eq!(image.cached(), vec![3; 1_024]);
    }

    #[test]
    fn a_cut_can_keep_lose_and_tear_and_reorder() {
        let mut outcomes = BTreeSet::new();
        for seed in 0..2_000 {
            let mut image = FileImage::default();
            image.change(write(0, 1, 1_024));
            image.sync();
            image.change(write(0, 2, 512));
            image.change(write(512, 3, 512));
            image.settle(&mut Dice::new(seed), Mood::Mixed, SECTORS);
            let torn = image.cached()[..512].windows(2).any(|pair| pair[0] != pair[1]);
            outcomes.insert((torn, image.cached()[0], image.cached()[512]));
        }
        assert!(outcomes.contains(&(false, 1, 1)), "both lost");
        assert!(outcomes.contains(&(false, 2, 3)), "both kept");
        assert!(outcomes.contains(&(false, 1, 3)), "only the later one kept");
        assert!(outcomes.contains(&(true, 2, 1)), "the first torn");
    }

    #[test]
    fn a_disk_without_the_promise_leaves_garbage() {
        let sectors = Sectors { bytes: 512, garbage_when_torn: true };
        let harmed = (0..100).filter(|&seed| {
            let mut image = FileImage::default();
            image.change(write(0, 1, 100));
            image.sync();
            image.change(write(100, 2, 100));
            image.settle(&mut Dice::new(seed), Mood::Mixed, sectors);
            image.cached()[..100].iter().any(|&byte| byte != 1)
        });
        assert!(harmed.count() > 5);
    }
}
