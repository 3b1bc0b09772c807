//! An in-memory disk for each simulated machine, given to the real SQLite (SQLCipher, WAL) as a VFS.
//!
//! A [`Disk`] outlives the machine's processes. [`Disk::boot`] starts the next life of the machine and
//! names the VFS of that life; connections of an earlier life can never touch the disk again, as after a
//! real crash. What has not been synced when the power goes is settled sector by sector by a seed.
//!
//! What is modelled:
//! - **Data** written since the last `xSync` of a file is held per sector with every version the sector
//!   went through. At a power cut each sector independently becomes the newest version, an older one, the
//!   synced one, or torn: a prefix of a newer version before the rest of an older one.
//! - **File sizes** are metadata of a journalled file system: the size after the cut is one the file had
//!   between its last sync and the cut, in order. Sectors inside that size whose data was lost read as
//!   they were when synced, or as zeros.
//! - **Directory entries**: creating and deleting a file are held in one ordered list. After a cut a prefix
//!   of that list has happened. A sync of a file makes the entries up to its own creation durable (the
//!   `unix` VFS syncs the directory at the first sync of a new journal; a journalled file system commits
//!   the entry of any synced file); a delete with `syncDir` makes all entries durable. SQLite never renames
//!   a file, so there is no rename. There is one flat directory; paths are plain names.
//! - **The process being killed** (as against the power cut) loses nothing that was written: the operating
//!   system still holds it.
//! - **Full disk, lost syncs, flipped bits**: see [`Disk::set_capacity_bytes`], [`Disk::set_lost_syncs`],
//!   [`Disk::flip_bit`].
//!
//! Not modelled: reordering between a synced and an unsynced state of one file (a truthful sync is a
//! barrier), failing reads, misdirected writes, memory-mapped files.
//!
//! Determinism: for one seed and one *sequential* caller (each statement awaited before the next) the
//! same operations happen in the same order, and [`Disk::trace`] is the same number. The trace covers
//! kind, file, offset and length of every operation that changes the disk, never the bytes: SQLCipher
//! draws its page vectors from OpenSSL. Tears fall on multiples of 16 bytes, so that which bytes a page
//! was encrypted to does not decide how a torn sector reads.

mod files;
mod handle;
mod image;
mod locks;
mod machine;
mod state;

#[allow(unsafe_code, reason = "a SQLite VFS is a table of C functions over raw pointers")]
mod ffi;

pub use image::Settlement;
pub use machine::{Boot, Disk, DiskError};
pub use state::{
    After, Counters, DiskOptions, Flip, LostSyncs, Operation, OperationKind, Overwrite, SectorSize,
};
