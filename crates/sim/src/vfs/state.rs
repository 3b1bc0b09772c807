//! What a disk remembers, and the one gate that every operation passes.

use super::files::{Entry, FileId, Files};
use super::image::{Change, Sectors};
use super::locks::HandleId;
use crate::dice::{Dice, mix};

/// The unit a disk writes as a whole, when the power holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SectorSize {
    /// 512 bytes.
    Bytes512,
    /// 4,096 bytes.
    #[default]
    Bytes4096,
}

impl SectorSize {
    /// The size in bytes.
    pub fn bytes(self) -> u16 {
        match self {
            SectorSize::Bytes512 => 512,
            SectorSize::Bytes4096 => 4_096,
        }
    }
}

/// What a torn write does to the bytes of its sector that were not being written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// They stay (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`, what SQLite assumes of today's disks).
    #[default]
    PowerSafe,
    /// The whole sector may become garbage. SQLite is told, and pads each commit to a sector.
    Garbage,
}

/// How often the disk says "synced" and has not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LostSyncs {
    /// Every sync is true.
    #[default]
    Never,
    /// One in so many, by the disk's seed.
    OneIn(u64),
    /// None is true.
    Always,
}

/// How a disk is made.
#[derive(Clone, Debug, Default)]
pub struct DiskOptions {
    /// Decides lost syncs and the randomness SQLite asks of its VFS.
    pub seed: u64,
    /// Size of a sector.
    pub sector_size: SectorSize,
    /// What tearing a sector may harm.
    pub overwrite: Overwrite,
    /// Bytes that all files together may take; `None` is without end.
    pub capacity_bytes: Option<u64>,
    /// How often a sync is lost.
    pub lost_syncs: LostSyncs,
    /// The machine's clock, in milliseconds since 1970, until [`set_time_unix_ms`](super::Disk::set_time_unix_ms).
    pub time_unix_ms: i64,
}

/// How the life of the machine before this boot ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The processes ended or were killed, or there were none; the operating system lived on.
    Exit,
    /// The power was cut; the seed decides what the disk holds.
    PowerCut {
        /// Decides which unsynced sectors and entries are kept, lost or torn.
        seed: u64,
    },
}

/// What an operation that changes the disk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// A file is created.
    Create,
    /// Bytes are written.
    Write,
    /// A file is cut or grown to a length.
    Truncate,
    /// A file is synced.
    Sync,
    /// A file is deleted.
    Delete,
}

/// One operation that changes the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What it does.
    pub kind: OperationKind,
    /// The name under which the file was opened.
    pub file: String,
    /// Where it starts, in bytes (for a truncate: the new length).
    pub offset_bytes: u64,
    /// How many bytes it writes.
    pub length_bytes: u64,
}

/// What a disk has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Operations that change the disk, the one in flight at a power cut included: the places where the
    /// power can be cut.
    pub operations: u64,
    /// Files created.
    pub creates: u64,
    /// Writes.
    pub writes: u64,
    /// Truncations.
    pub truncates: u64,
    /// Syncs, lost ones included.
    pub syncs: u64,
    /// Syncs the disk lied about.
    pub syncs_lost: u64,
    /// Deletes.
    pub deletes: u64,
    /// Reads.
    pub reads: u64,
    /// Bytes written.
    pub bytes_written: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Writes refused for want of space.
    pub writes_refused: u64,
}

/// A bit that [`flip_bit`](super::Disk::flip_bit) inverted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The byte, from the file's start.
    pub offset_bytes: u64,
    /// The bit, 0 the lowest.
    pub bit: u8,
}

/// What was under way when the power went.
#[derive(Debug)]
pub(super) enum InFlight {
    Change(FileId, Change),
    Entry(Entry),
}

/// The gate's answer to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// Do it.
    Go,
    /// The power goes now: leave it in flight and fail.
    LastOne,
    /// The machine is dead, or this is a handle of an earlier life.
    Dead,
}

/// Everything a disk remembers.
#[derive(Debug)]
pub(super) struct State {
    pub(super) options: DiskOptions,
    pub(super) dice: Dice,
    pub(super) files: Files,
    pub(super) counters: Counters,
    /// The life of the machine; handles carry theirs.
    pub(super) boot: u64,
    pub(super) running: bool,
    /// Operations still to succeed before the power goes.
    pub(super) cut_after: Option<u64>,
    pub(super) in_flight: Option<InFlight>,
    pub(super) last_operation: Option<Operation>,
    pub(super) time_unix_ms: i64,
    pub(super) next_handle: HandleId,
    pub(super) trace: u64,
}

impl State {
    pub(super) fn new(options: DiskOptions, files: Files) -> Self {
        Self {
            dice: Dice::new(options.seed),
            time_unix_ms: options.time_unix_ms,
            options,
            files,
            counters: Counters::default(),
            boot: 0,
            running: false,
            cut_after: None,
            in_flight: None,
            last_operation: None,
            next_handle: 0,
            trace: 0,
        }
    }

    /// Whether the life of that number is the present one and has power.
    pub(super) fn alive(&self, boot: u64) -> bool {
        self.running && self.boot == boot
    }

    pub(super) fn sectors(&self) -> Sectors {
        Sectors {
            bytes: usize::from(self.options.sector_size.bytes()),
            garbage_when_torn: self.options.overwrite == Overwrite::Garbage,
        }
    }

    /// Counts an operation that changes the disk and says whether it may happen.
    pub(super) fn admit(&mut self, boot: u64, operation: Operation) -> Admission {
        if !self.alive(boot) {
            return Admission::Dead;
        }
        let counters = &mut self.counters;
        counters.operations += 1;
        match operation.kind {
            OperationKind::Create => counters.creates += 1,
            OperationKind::Write => {
                counters.writes += 1;
                counters.bytes_written += operation.length_bytes;
            }
            OperationKind::Truncate => counters.truncates += 1,
            OperationKind::Sync => counters.syncs += 1,
            OperationKind::Delete => counters.deletes += 1,
        }
        self.note(operation);
        match self.cut_after {
            Some(0) => {
                self.running = false;
                self.cut_after = None;
                Admission::LastOne
            }
            remaining => {
                self.cut_after = remaining.map(|count| count - 1);
                Admission::Go
            }
        }
    }

    fn note(&mut self, operation: Operation) {
        self.mix_trace(match operation.kind {
            OperationKind::Create => 1,
            OperationKind::Write => 2,
            OperationKind::Truncate => 3,
            OperationKind::Sync => 4,
            OperationKind::Delete => 5,
        });
        for byte in operation.file.bytes() {
            self.mix_trace(u64::from(byte));
        }
        self.mix_trace(operation.offset_bytes);
        self.mix_trace(operation.length_bytes);
        self.last_operation = Some(operation);
    }

    pub(super) fn mix_trace(&mut self, word: u64) {
        self.trace = mix(self.trace.rotate_left(5) ^ word);
    }

    /// Whether this sync is to be a lie.
    pub(super) fn sync_is_lost(&mut self) -> bool {
        let lost = match self.options.lost_syncs {
            LostSyncs::Never => false,
            LostSyncs::OneIn(count) => self.dice.chance(1, count),
            LostSyncs::Always => true,
        };
        self.counters.syncs_lost += u64::from(lost);
        lost
    }

    /// How many bytes of a file may still be reached, of those up to `end`.
    pub(super) fn room_until(&self, file: FileId, end: u64) -> u64 {
        let Some(capacity) = self.options.capacity_bytes else { return end };
        let length = self.files.get(file).map_or(0, |file| file.image.cached().len());
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        let free = capacity.saturating_sub(self.files.used_bytes());
        end.min(length.saturating_add(free))
    }

    /// What was under way at the cut joins the changes to be settled.
    pub(super) fn land_in_flight(&mut self) {
        match self.in_flight.take() {
            Some(InFlight::Change(file, change)) => self.files.image_change_in_flight(file, change),
            Some(InFlight::Entry(entry)) => self.files.change_in_flight(entry),
            None => {}
        }
    }
}
