//! The locks of one database file and the shared memory of its WAL index, for all processes of a machine.

use libsqlite3_sys::{
    SQLITE_BUSY, SQLITE_LOCK_EXCLUSIVE, SQLITE_LOCK_NONE, SQLITE_LOCK_PENDING, SQLITE_LOCK_RESERVED,
    SQLITE_LOCK_SHARED, SQLITE_SHM_NLOCK,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// One open file of one connection.
pub(super) type HandleId = u64;

/// The five-level lock of a database file, with the meaning the `unix` VFS gives it.
#[derive(Debug, Default)]
pub(super) struct FileLocks {
    shared: BTreeSet<HandleId>,
    /// Who holds reserved, pending or exclusive, and which of them.
    writer: Option<(HandleId, c_int)>,
}

impl FileLocks {
    fn level(&self, owner: HandleId) -> c_int {
        match self.writer {
            Some((writer, level)) if writer == owner => level,
            _ if self.shared.contains(&owner) => SQLITE_LOCK_SHARED,
            _ => SQLITE_LOCK_NONE,
        }
    }

    /// Raises the lock of a handle.
    ///
    /// # Errors
    /// `SQLITE_BUSY` when another handle's lock forbids it.
    pub(super) fn raise(&mut self, owner: HandleId, level: c_int) -> Result<(), c_int> {
        if self.level(owner) >= level {
            return Ok(());
        }
        let other_writer = self.writer.filter(|(writer, _)| *writer != owner);
        if level == SQLITE_LOCK_SHARED {
            if other_writer.is_some_and(|(_, held)| held >= SQLITE_LOCK_PENDING) {
                return Err(SQLITE_BUSY);
            }
            self.shared.insert(owner);
            return Ok(());
        }
        if other_writer.is_some() {
            return Err(SQLITE_BUSY);
        }
        if level == SQLITE_LOCK_EXCLUSIVE && self.shared.iter().any(|holder| *holder != owner) {
            // Pending keeps new readers out while the writer waits for the present ones to leave.
            self.writer = Some((owner, SQLITE_LOCK_PENDING));
            return Err(SQLITE_BUSY);
        }
        self.writer = Some((owner, level));
        Ok(())
    }

    /// Lowers the lock of a handle to shared or none.
    pub(super) fn lower(&mut self, owner: HandleId, level: c_int) {
        if self.writer.is_some_and(|(writer, _)| writer == owner) {
            self.writer = None;
        }
        if level == SQLITE_LOCK_NONE {
            self.shared.remove(&owner);
        }
    }

    /// Whether any handle holds reserved or more.
    pub(super) fn reserved(&self) -> bool {
        self.writer.is_some_and(|(_, level)| level >= SQLITE_LOCK_RESERVED)
    }
}

/// One region of the WAL index. Atomics, because several connections' threads write it through raw
/// pointers: the words must be memory that Rust never assumes to be unchanged.
pub(super) type Region = Arc<[AtomicU64]>;

/// The shared memory that connections to one database keep beside the WAL.
#[derive(Debug, Default)]
pub(super) struct SharedIndex {
    users: BTreeSet<HandleId>,
    regions: Vec<Region>,
    slots: BTreeMap<c_int, Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    shared: BTreeSet<HandleId>,
    exclusive: Option<HandleId>,
}

impl SharedIndex {
    /// The region of that index, made when `extend`; `None` when it is not there.
    pub(super) fn map(
        &mut self,
        owner: HandleId,
        index: usize,
        region_bytes: usize,
        extend: bool,
    ) -> Option<Region> {
        self.users.insert(owner);
        while extend && self.regions.len() <= index {
            let words = region_bytes.div_ceil(size_of::<AtomicU64>());
            self.regions.push((0..words).map(|_| AtomicU64::new(0)).collect());
        }
        self.regions.get(index).cloned()
    }

    /// Takes `count` locks from `first`, all or none.
    ///
    /// # Errors
    /// `SQLITE_BUSY` when another handle holds one of them in a way that forbids it.
    pub(super) fn lock(
        &mut self,
        owner: HandleId,
        first: c_int,
        count: c_int,
        exclusive: bool,
    ) -> Result<(), c_int> {
        let range = first..(first + count).min(SQLITE_SHM_NLOCK);
        let free = |slot: &Slot| {
            let unwritten = slot.exclusive.is_none_or(|holder| holder == owner);
            unwritten && (!exclusive || slot.shared.iter().all(|holder| *holder == owner))
        };
        if !range.clone().all(|index| self.slots.get(&index).is_none_or(free)) {
            return Err(SQLITE_BUSY);
        }
        for index in range {
            let slot = self.slots.entry(index).or_default();
            if exclusive {
                slot.exclusive = Some(owner);
            } else {
                slot.shared.insert(owner);
            }
        }
        Ok(())
    }

    /// Gives `count` locks from `first` back.
    pub(super) fn unlock(&mut self, owner: HandleId, first: c_int, count: c_int) {
        for index in first..first + count {
            if let Some(slot) = self.slots.get_mut(&index) {
                slot.release(owner);
            }
        }
    }

    /// Ends a handle's use. True when it was the last one: the memory is then forgotten, and the next user
    /// rebuilds the index from the WAL, as after the last process closed the real file.
    pub(super) fn leave(&mut self, owner: HandleId) -> bool {
        self.users.remove(&owner);
        self.slots.values_mut().for_each(|slot| slot.release(owner));
        self.users.is_empty()
    }
}

impl Slot {
    fn release(&mut self, owner: HandleId) {
        self.shared.remove(&owner);
        if self.exclusive == Some(owner) {
            self.exclusive = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_writer_among_readers() {
        let mut locks = FileLocks::default();
        for owner in [1, 2] {
            assert_eq!(locks.raise(owner, SQLITE_LOCK_SHARED), Ok(()));
        }
        assert_eq!(locks.raise(1, SQLITE_LOCK_RESERVED), Ok(()));
        assert!(locks.reserved());
        assert_eq!(locks.raise(2, SQLITE_LOCK_RESERVED), Err(SQLITE_BUSY));
        assert_eq!(locks.raise(3, SQLITE_LOCK_SHARED), Ok(()), "reserved lets readers in");
        assert_eq!(locks.raise(1, SQLITE_LOCK_EXCLUSIVE), Err(SQLITE_BUSY));
        assert_eq!(locks.raise(4, SQLITE_LOCK_SHARED), Err(SQLITE_BUSY), "pending does not");
        locks.lower(2, SQLITE_LOCK_NONE);
        locks.lower(3, SQLITE_LOCK_NONE);
        assert_eq!(locks.raise(1, SQLITE_LOCK_EXCLUSIVE), Ok(()));
        locks.lower(1, SQLITE_LOCK_SHARED);
        assert!(!locks.reserved());
        assert_eq!(locks.raise(4, SQLITE_LOCK_SHARED), Ok(()));
    }

    #[test]
    fn index_locks_are_taken_all_or_none() {
        let mut index = SharedIndex::default();
        assert!(index.map(1, 0, 32_768, false).is_none());
        assert_eq!(index.map(1, 1, 32_768, true).map(|region| region.len() * 8), Some(32_768));
        index.map(2, 0, 32_768, false);
        assert_eq!(index.lock(1, 4, 1, false), Ok(()));
        assert_eq!(index.lock(2, 4, 1, false), Ok(()), "two readers");
        assert_eq!(index.lock(2, 3, 5, true), Err(SQLITE_BUSY));
        assert_eq!(index.lock(1, 3, 1, true), Ok(()), "nothing of the refused range is held");
        assert_eq!(index.lock(2, 3, 1, false), Err(SQLITE_BUSY));
        index.unlock(1, 3, 1);
        assert_eq!(index.lock(2, 3, 1, false), Ok(()));
        assert!(!index.leave(1));
        assert_eq!(index.lock(2, 4, 1, true), Ok(()), "leaving gave the lock back");
        assert!(index.leave(2));
    }
}
