//! What SQLite asks of an open file and of the directory, answered with SQLite's result codes. No pointers.

use super::files::{Entry, FileId};
use super::image::Change;
use super::locks::{HandleId, Region};
use super::machine::Shared;
use super::state::{Admission, InFlight, Operation, OperationKind, Overwrite, State};
use libsqlite3_sys::{
    SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_IOCAP_POWERSAFE_OVERWRITE, SQLITE_IOERR_ACCESS,
    SQLITE_IOERR_CHECKRESERVEDLOCK, SQLITE_IOERR_DELETE, SQLITE_IOERR_DELETE_NOENT, SQLITE_IOERR_FSTAT,
    SQLITE_IOERR_FSYNC, SQLITE_IOERR_LOCK, SQLITE_IOERR_READ, SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMMAP,
    SQLITE_IOERR_SHORT_READ, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE, SQLITE_LOCK_NONE, SQLITE_OPEN_CREATE,
    SQLITE_OPEN_DELETEONCLOSE, SQLITE_OPEN_EXCLUSIVE, SQLITE_SHM_EXCLUSIVE, SQLITE_SHM_UNLOCK,
};
use std::ffi::c_int;
use std::sync::{Arc, Mutex, PoisonError};

/// An open file of one connection, in one life of the machine.
#[derive(Debug)]
pub(super) struct Handle {
    disk: Arc<Shared>,
    boot: u64,
    id: HandleId,
    file: FileId,
    /// Empty for SQLite's own temporary files: they matter to no restart, so the power is not cut at them.
    name: String,
    delete_on_close: bool,
    /// Keeps the memory alive that the connection holds pointers into, whatever happens to the machine.
    regions: Mutex<Vec<Region>>,
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Opens a file, and makes it where the flags say so.
///
/// # Errors
/// `SQLITE_CANTOPEN` when it is not there (or is, with `SQLITE_OPEN_EXCLUSIVE`), or the machine is dead.
pub(super) fn open(disk: &Arc<Shared>, boot: u64, name: Option<&str>, flags: c_int) -> Result<Handle, c_int> {
    let mut state = disk.state();
    if !state.alive(boot) {
        return Err(SQLITE_CANTOPEN);
    }
    let file = match name {
        None => state.files.nameless(),
        Some(name) => match state.files.find(name) {
            Some(_) if flags & SQLITE_OPEN_EXCLUSIVE != 0 && flags & SQLITE_OPEN_CREATE != 0 => {
                return Err(SQLITE_CANTOPEN);
            }
            Some(file) => file,
            None if flags & SQLITE_OPEN_CREATE == 0 => return Err(SQLITE_CANTOPEN),
            None => create(&mut state, boot, name)?,
        },
    };
    state.next_handle += 1;
    let id = state.next_handle;
    if let Some(file) = state.files.get_mut(file) {
        file.open += 1;
    }
    Ok(Handle {
        disk: Arc::clone(disk),
        boot,
        id,
        file,
        name: name.unwrap_or_default().to_owned(),
        delete_on_close: flags & SQLITE_OPEN_DELETEONCLOSE != 0,
        regions: Mutex::new(Vec::new()),
    })
}

fn create(state: &mut State, boot: u64, name: &str) -> Result<FileId, c_int> {
    let file = state.files.nameless();
    let entry = Entry::Created(name.to_owned(), file);
    match state.admit(boot, operation(OperationKind::Create, name, 0, 0)) {
        Admission::Go => {
            state.files.change(entry);
            Ok(file)
        }
        Admission::LastOne => {
            state.in_flight = Some(InFlight::Entry(entry));
            Err(SQLITE_CANTOPEN)
        }
        Admission::Dead => Err(SQLITE_CANTOPEN),
    }
}

/// Deletes a file; open handles keep their bytes.
///
/// # Errors
/// `SQLITE_IOERR_DELETE_NOENT` when there is no such file, `SQLITE_IOERR_DELETE` when the machine is dead.
pub(super) fn delete(disk: &Shared, boot: u64, name: &str, sync_directory: bool) -> Result<(), c_int> {
    let mut state = disk.state();
    if !state.alive(boot) {
        return Err(SQLITE_IOERR_DELETE);
    }
    if state.files.find(name).is_none() {
        return Err(SQLITE_IOERR_DELETE_NOENT);
    }
    let entry = Entry::Deleted(name.to_owned());
    match state.admit(boot, operation(OperationKind::Delete, name, 0, 0)) {
        Admission::Go => {
            state.files.change(entry);
            if sync_directory && !state.sync_is_lost() {
                state.files.sync_directory();
            }
            Ok(())
        }
        Admission::LastOne => {
            state.in_flight = Some(InFlight::Entry(entry));
            drop(state);
            disk.wake_sleepers();
            Err(SQLITE_IOERR_DELETE)
        }
        Admission::Dead => Err(SQLITE_IOERR_DELETE),
    }
}

/// Whether a file is there and not empty: what the `unix` VFS answers, and hot-journal detection expects.
///
/// # Errors
/// `SQLITE_IOERR_ACCESS` when the machine is dead.
pub(super) fn exists(disk: &Shared, boot: u64, name: &str) -> Result<bool, c_int> {
    let state = disk.state();
    if !state.alive(boot) {
        return Err(SQLITE_IOERR_ACCESS);
    }
    let file = state.files.find(name).and_then(|file| state.files.get(file));
    Ok(file.is_some_and(|file| !file.image.cached().is_empty()))
}

fn operation(kind: OperationKind, file: &str, offset: usize, length: usize) -> Operation {
    Operation { kind, file: file.to_owned(), offset_bytes: as_u64(offset), length_bytes: as_u64(length) }
}

impl Handle {
    fn admit(&self, state: &mut State, kind: OperationKind, offset: usize, length: usize) -> Admission {
        if self.name.is_empty() {
            return if state.alive(self.boot) { Admission::Go } else { Admission::Dead };
        }
        let admission = state.admit(self.boot, operation(kind, &self.name, offset, length));
        if admission == Admission::LastOne {
            self.disk.wake_sleepers();
        }
        admission
    }

    /// Reads into the buffer.
    ///
    /// # Errors
    /// `SQLITE_IOERR_SHORT_READ` past the end, with the rest of the buffer left as it was.
    pub(super) fn read(&self, buffer: &mut [u8], offset: usize) -> Result<(), c_int> {
        let mut state = self.disk.state();
        if !state.alive(self.boot) {
            return Err(SQLITE_IOERR_READ);
        }
        state.counters.reads += 1;
        state.counters.bytes_read += as_u64(buffer.len());
        let file = state.files.get(self.file).ok_or(SQLITE_IOERR_READ)?;
        let available = file.image.cached().get(offset..).unwrap_or_default();
        let count = available.len().min(buffer.len());
        if let (Some(target), Some(source)) = (buffer.get_mut(..count), available.get(..count)) {
            target.copy_from_slice(source);
        }
        if count < buffer.len() { Err(SQLITE_IOERR_SHORT_READ) } else { Ok(()) }
    }

    /// Writes the bytes.
    ///
    /// # Errors
    /// `SQLITE_FULL` when the disk holds no more (what fits is written), `SQLITE_IOERR_WRITE` when dead.
    pub(super) fn write(&self, bytes: &[u8], offset: usize) -> Result<(), c_int> {
        let mut state = self.disk.state();
        let admission = self.admit(&mut state, OperationKind::Write, offset, bytes.len());
        let change = |bytes: &[u8]| Change::Write { offset, bytes: bytes.to_vec() };
        match admission {
            Admission::Dead => Err(SQLITE_IOERR_WRITE),
            Admission::LastOne => {
                state.in_flight = Some(InFlight::Change(self.file, change(bytes)));
                Err(SQLITE_IOERR_WRITE)
            }
            Admission::Go => {
                let reach = state.room_until(self.file, as_u64(offset + bytes.len()));
                let fits = usize::try_from(reach).unwrap_or(usize::MAX).saturating_sub(offset);
                let written = bytes.get(..fits).unwrap_or(bytes);
                let file = state.files.get_mut(self.file).ok_or(SQLITE_IOERR_WRITE)?;
                if !written.is_empty() {
                    file.image.change(change(written));
                }
                if written.len() < bytes.len() {
                    state.counters.writes_refused += 1;
                    return Err(SQLITE_FULL);
                }
                Ok(())
            }
        }
    }

    /// Sets the length.
    ///
    /// # Errors
    /// `SQLITE_FULL` when it would grow beyond the disk, `SQLITE_IOERR_TRUNCATE` when dead.
    pub(super) fn truncate(&self, length: usize) -> Result<(), c_int> {
        let mut state = self.disk.state();
        let change = Change::Resize { length };
        match self.admit(&mut state, OperationKind::Truncate, length, 0) {
            Admission::Dead => Err(SQLITE_IOERR_TRUNCATE),
            Admission::LastOne => {
                state.in_flight = Some(InFlight::Change(self.file, change));
                Err(SQLITE_IOERR_TRUNCATE)
            }
            Admission::Go => {
                if state.room_until(self.file, as_u64(length)) < as_u64(length) {
                    return Err(SQLITE_FULL);
                }
                let file = state.files.get_mut(self.file).ok_or(SQLITE_IOERR_TRUNCATE)?;
                file.image.change(change);
                Ok(())
            }
        }
    }

    /// Makes the file durable, unless the disk lies.
    ///
    /// # Errors
    /// `SQLITE_IOERR_FSYNC` when dead.
    pub(super) fn sync(&self) -> Result<(), c_int> {
        let mut state = self.disk.state();
        match self.admit(&mut state, OperationKind::Sync, 0, 0) {
            Admission::Dead | Admission::LastOne => Err(SQLITE_IOERR_FSYNC),
            Admission::Go => {
                if !state.sync_is_lost() {
                    state.files.sync(self.file);
                }
                Ok(())
            }
        }
    }

    /// The length in bytes.
    ///
    /// # Errors
    /// `SQLITE_IOERR_FSTAT` when dead.
    pub(super) fn length(&self) -> Result<usize, c_int> {
        let state = self.disk.state();
        if !state.alive(self.boot) {
            return Err(SQLITE_IOERR_FSTAT);
        }
        state.files.get(self.file).map(|file| file.image.cached().len()).ok_or(SQLITE_IOERR_FSTAT)
    }

    /// Raises the lock.
    ///
    /// # Errors
    /// `SQLITE_BUSY` when another connection forbids it, `SQLITE_IOERR_LOCK` when dead.
    pub(super) fn lock(&self, level: c_int) -> Result<(), c_int> {
        let mut state = self.disk.state();
        if !state.alive(self.boot) {
            return Err(SQLITE_IOERR_LOCK);
        }
        state.files.get_mut(self.file).ok_or(SQLITE_IOERR_LOCK)?.locks.raise(self.id, level)
    }

    /// Lowers the lock. The dead hold none, so there it does nothing.
    pub(super) fn unlock(&self, level: c_int) {
        let mut state = self.disk.state();
        if state.alive(self.boot)
            && let Some(file) = state.files.get_mut(self.file)
        {
            file.locks.lower(self.id, level);
        }
    }

    /// Whether any connection is about to write.
    ///
    /// # Errors
    /// `SQLITE_IOERR_CHECKRESERVEDLOCK` when dead.
    pub(super) fn reserved(&self) -> Result<bool, c_int> {
        let state = self.disk.state();
        if !state.alive(self.boot) {
            return Err(SQLITE_IOERR_CHECKRESERVEDLOCK);
        }
        Ok(state.files.get(self.file).is_some_and(|file| file.locks.reserved()))
    }

    /// A region of the WAL index; `None` when it is not there and not to be made.
    ///
    /// # Errors
    /// `SQLITE_IOERR_SHMMAP` when dead.
    pub(super) fn map_index(
        &self,
        index: usize,
        region_bytes: usize,
        extend: bool,
    ) -> Result<Option<Region>, c_int> {
        let mut state = self.disk.state();
        if !state.alive(self.boot) {
            return Err(SQLITE_IOERR_SHMMAP);
        }
        let file = state.files.get_mut(self.file).ok_or(SQLITE_IOERR_SHMMAP)?;
        let region = file.index.map(self.id, index, region_bytes, extend);
        if let Some(region) = &region {
            self.regions.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(region));
        }
        Ok(region)
    }

    /// Takes or gives back locks of the WAL index.
    ///
    /// # Errors
    /// `SQLITE_BUSY` when another connection forbids it, `SQLITE_IOERR_SHMLOCK` when dead.
    pub(super) fn lock_index(&self, first: c_int, count: c_int, flags: c_int) -> Result<(), c_int> {
        let mut state = self.disk.state();
        let unlocks = flags & SQLITE_SHM_UNLOCK != 0;
        if !state.alive(self.boot) {
            return if unlocks { Ok(()) } else { Err(SQLITE_IOERR_SHMLOCK) };
        }
        let file = state.files.get_mut(self.file).ok_or(SQLITE_IOERR_SHMLOCK)?;
        if unlocks {
            file.index.unlock(self.id, first, count);
            return Ok(());
        }
        file.index.lock(self.id, first, count, flags & SQLITE_SHM_EXCLUSIVE != 0)
    }

    /// Ends the use of the WAL index. Its pointers are not used after this.
    pub(super) fn leave_index(&self) {
        let mut state = self.disk.state();
        if state.alive(self.boot)
            && let Some(file) = state.files.get_mut(self.file)
            && file.index.leave(self.id)
        {
            file.index = Default::default();
        }
        self.regions.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What other threads wrote to the WAL index before is seen after.
    pub(super) fn barrier(&self) {
        std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
        drop(self.disk.state());
    }

    /// The sector size in bytes, for SQLite's padding.
    pub(super) fn sector_bytes(&self) -> c_int {
        c_int::from(self.disk.state().options.sector_size.bytes().cast_signed())
    }

    /// What the disk promises, as SQLite's `SQLITE_IOCAP_` flags.
    pub(super) fn characteristics(&self) -> c_int {
        match self.disk.state().options.overwrite {
            Overwrite::PowerSafe => SQLITE_IOCAP_POWERSAFE_OVERWRITE,
            Overwrite::Garbage => 0,
        }
    }

    /// Closes the file; never fails, dead or alive.
    pub(super) fn close(self) {
        self.leave_index();
        self.unlock(SQLITE_LOCK_NONE);
        let mut state = self.disk.state();
        if !state.alive(self.boot) {
            return;
        }
        if let Some(file) = state.files.get_mut(self.file) {
            file.open = file.open.saturating_sub(1);
        }
        if self.delete_on_close && state.files.find(&self.name) == Some(self.file) {
            state.files.change(Entry::Deleted(self.name.clone()));
        } else {
            state.files.forget_unreachable();
        }
    }
}
