//! The C side: tables of functions that SQLite calls with raw pointers. Everything that can be decided
//! without one is decided in [`super::handle`].
//!
//! What is kept for ever: one `sqlite3_vfs`, its name and a weak reference per boot (about 300 bytes),
//! because SQLite does not say when the last connection has stopped looking at them.

use super::handle::{self, Handle};
use super::machine::{DiskError, Shared};
use libsqlite3_sys::{
    SQLITE_ACCESS_EXISTS, SQLITE_CANTOPEN, SQLITE_CANTOPEN_FULLPATH, SQLITE_IOERR, SQLITE_IOERR_READ,
    SQLITE_IOERR_SHMMAP, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE, SQLITE_NOTFOUND, SQLITE_OK, sqlite3_file,
    sqlite3_filename, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_register,
    sqlite3_vfs_unregister,
};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Longest file name in bytes. SQLite keeps a super-journal's name inside one page of at least 512 bytes.
const MAX_NAME_BYTES: c_int = 511;

/// Julian day of 1970-01-01 00:00 UTC, in milliseconds: SQLite's clock counts from there.
const UNIX_EPOCH_JULIAN_MS: i64 = 210_866_760_000_000;

/// Milliseconds of a day.
const DAY_MS: f64 = 86_400_000.0;

/// The life of a machine that a VFS belongs to.
struct Mount {
    disk: Weak<Shared>,
    boot: u64,
}

impl Mount {
    fn disk(&self) -> Option<Arc<Shared>> {
        self.disk.upgrade()
    }
}

/// A VFS known to SQLite; dropping it takes the name away. Connections still open keep working.
#[derive(Debug)]
pub(super) struct Registration(NonNull<sqlite3_vfs>);

// SAFETY: the pointer is only handed to `sqlite3_vfs_unregister`, which takes SQLite's own mutex.
unsafe impl Send for Registration {}

impl Registration {
    /// Registers a VFS for one life of a disk's machine.
    ///
    /// # Errors
    /// When SQLite refuses it.
    pub(super) fn new(disk: &Arc<Shared>, boot: u64, name: &str) -> Result<Self, DiskError> {
        // Registering makes SQLite ready, and that is libcrypto's first use: before any store is opened.
        cipher::outlive_the_exit();
        let name = CString::new(name).map_err(|_| DiskError::NotRegistered { code: SQLITE_CANTOPEN })?;
        let mount = Box::new(Mount { disk: Arc::downgrade(disk), boot });
        let vfs = NonNull::from(Box::leak(Box::new(vfs_table(name.into_raw(), Box::into_raw(mount)))));
        // SAFETY: the table, its name and its mount are leaked, so they live as long as SQLite may look.
        let code = unsafe { sqlite3_vfs_register(vfs.as_ptr(), 0) };
        if code == SQLITE_OK { Ok(Self(vfs)) } else { Err(DiskError::NotRegistered { code }) }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: the pointer was registered in `new` and is never freed.
        unsafe { sqlite3_vfs_unregister(self.0.as_ptr()) };
    }
}

fn vfs_table(name: *const c_char, mount: *mut Mount) -> sqlite3_vfs {
    sqlite3_vfs {
        iVersion: 2,
        szOsFile: c_int::try_from(size_of::<OpenFile>()).unwrap_or(c_int::MAX),
        mxPathname: MAX_NAME_BYTES,
        pNext: ptr::null_mut(),
        zName: name,
        pAppData: mount.cast(),
        xOpen: Some(vfs_open),
        xDelete: Some(vfs_delete),
        xAccess: Some(vfs_access),
        xFullPathname: Some(vfs_full_pathname),
        xDlOpen: Some(no_library),
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(vfs_randomness),
        xSleep: Some(vfs_sleep),
        xCurrentTime: Some(vfs_current_time),
        xGetLastError: Some(vfs_last_error),
        xCurrentTimeInt64: Some(vfs_current_time_ms),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}

/// What SQLite allocates for each open file: its own header first, then our handle.
#[repr(C)]
struct OpenFile {
    base: sqlite3_file,
    handle: *mut Handle,
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(file_close),
    xRead: Some(file_read),
    xWrite: Some(file_write),
    xTruncate: Some(file_truncate),
    xSync: Some(file_sync),
    xFileSize: Some(file_size),
    xLock: Some(file_lock),
    xUnlock: Some(file_unlock),
    xCheckReservedLock: Some(file_check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(file_sector_size),
    xDeviceCharacteristics: Some(file_device_characteristics),
    xShmMap: Some(file_shm_map),
    xShmLock: Some(file_shm_lock),
    xShmBarrier: Some(file_shm_barrier),
    xShmUnmap: Some(file_shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

fn code(result: Result<(), c_int>) -> c_int {
    result.err().unwrap_or(SQLITE_OK)
}

/// The mount behind a VFS.
///
/// # Safety
/// `vfs` must be a table made by [`vfs_table`].
unsafe fn mount<'a>(vfs: *mut sqlite3_vfs) -> &'a Mount {
    // SAFETY: `pAppData` of our tables is a leaked `Mount`, never written after registration.
    unsafe { &*(*vfs).pAppData.cast::<Mount>() }
}

/// The handle behind an open file.
///
/// # Safety
/// `file` must have been opened by [`vfs_open`] and not closed yet.
unsafe fn handle<'a>(file: *mut sqlite3_file) -> &'a Handle {
    // SAFETY: SQLite hands back the pointer it gave to `vfs_open`, which stored a live box there; every
    // method of `Handle` takes it shared.
    unsafe { &*(*file.cast::<OpenFile>()).handle }
}

/// A name that SQLite passes.
///
/// # Safety
/// `name` must be null or a string that ends in zero and outlives the call.
unsafe fn text<'a>(name: *const c_char) -> Option<&'a str> {
    if name.is_null() {
        return None;
    }
    // SAFETY: not null, and the caller vouches for the rest.
    unsafe { CStr::from_ptr(name) }.to_str().ok()
}

unsafe extern "C" fn vfs_open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let target = file.cast::<OpenFile>();
    // SAFETY: SQLite allocated `szOsFile` bytes at `file`; null methods tell it there is nothing to close.
    unsafe { (*target).base.pMethods = ptr::null() };
    // SAFETY: SQLite passes the table we registered.
    let mount = unsafe { mount(vfs) };
    let Some(disk) = mount.disk() else { return SQLITE_CANTOPEN };
    // SAFETY: SQLite passes null or its own zero-ended name.
    let text = unsafe { text(name) };
    if text.is_none() && !name.is_null() {
        return SQLITE_CANTOPEN;
    }
    match handle::open(&disk, mount.boot, text, flags) {
        Err(code) => code,
        Ok(handle) => {
            let opened = OpenFile {
                base: sqlite3_file { pMethods: &METHODS },
                handle: Box::into_raw(Box::new(handle)),
            };
            // SAFETY: as above, the memory at `file` is ours to fill.
            unsafe { target.write(opened) };
            if !out_flags.is_null() {
                // SAFETY: not null, and SQLite's own variable.
                unsafe { *out_flags = flags };
            }
            SQLITE_OK
        }
    }
}

unsafe extern "C" fn vfs_delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_directory: c_int) -> c_int {
    // SAFETY: SQLite passes the table we registered.
    let mount = unsafe { mount(vfs) };
    // SAFETY: SQLite passes its own zero-ended name.
    let (Some(disk), Some(name)) = (mount.disk(), unsafe { text(name) }) else { return SQLITE_IOERR };
    code(handle::delete(&disk, mount.boot, name, sync_directory != 0))
}

unsafe extern "C" fn vfs_access(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    result: *mut c_int,
) -> c_int {
    // SAFETY: SQLite passes the table we registered.
    let mount = unsafe { mount(vfs) };
    // SAFETY: SQLite passes its own zero-ended name.
    let (Some(disk), Some(name)) = (mount.disk(), unsafe { text(name) }) else { return SQLITE_IOERR };
    match handle::exists(&disk, mount.boot, name) {
        Err(code) => code,
        Ok(exists) => {
            // Whoever may open the directory may read and write in it: one machine, one account.
            let answer = exists || flags != SQLITE_ACCESS_EXISTS;
            // SAFETY: SQLite passes a variable of its own.
            unsafe { *result = c_int::from(answer) };
            SQLITE_OK
        }
    }
}

unsafe extern "C" fn vfs_full_pathname(
    _vfs: *mut sqlite3_vfs,
    name: *const c_char,
    capacity: c_int,
    out: *mut c_char,
) -> c_int {
    if name.is_null() {
        return SQLITE_CANTOPEN_FULLPATH;
    }
    // SAFETY: SQLite passes its own zero-ended name.
    let bytes = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if usize::try_from(capacity).is_ok_and(|capacity| bytes.len() <= capacity) {
        // SAFETY: `out` holds `capacity` bytes, checked just now, and is SQLite's own, apart from `name`.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len()) };
        SQLITE_OK
    } else {
        SQLITE_CANTOPEN_FULLPATH
    }
}

unsafe extern "C" fn no_library(_vfs: *mut sqlite3_vfs, _name: *const c_char) -> *mut c_void {
    ptr::null_mut()
}

unsafe extern "C" fn vfs_randomness(vfs: *mut sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    // SAFETY: SQLite passes the table we registered.
    let mount = unsafe { mount(vfs) };
    let (Some(disk), Ok(length)) = (mount.disk(), usize::try_from(count)) else { return 0 };
    let mut bytes = vec![0; length];
    disk.state().dice.fill(&mut bytes);
    // SAFETY: `out` holds `count` bytes of SQLite's own.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, length) };
    count
}

unsafe extern "C" fn vfs_sleep(vfs: *mut sqlite3_vfs, microseconds: c_int) -> c_int {
    // SAFETY: SQLite passes the table we registered.
    let mount = unsafe { mount(vfs) };
    if let Some(disk) = mount.disk() {
        disk.sleep(mount.boot, Duration::from_micros(u64::try_from(microseconds).unwrap_or(0)));
    }
    microseconds
}

unsafe extern "C" fn vfs_current_time_ms(vfs: *mut sqlite3_vfs, out: *mut sqlite3_int64) -> c_int {
    // SAFETY: SQLite passes the table we registered.
    let mount = unsafe { mount(vfs) };
    let Some(disk) = mount.disk() else { return SQLITE_IOERR };
    let time = disk.state().time_unix_ms.saturating_add(UNIX_EPOCH_JULIAN_MS);
    // SAFETY: SQLite passes a variable of its own.
    unsafe { *out = time };
    SQLITE_OK
}

unsafe extern "C" fn vfs_current_time(vfs: *mut sqlite3_vfs, out: *mut f64) -> c_int {
    let mut milliseconds = 0;
    // SAFETY: the same table, and a variable of ours.
    let code = unsafe { vfs_current_time_ms(vfs, &raw mut milliseconds) };
    // SAFETY: SQLite passes a variable of its own.
    unsafe { *out = milliseconds as f64 / DAY_MS };
    code
}

unsafe extern "C" fn vfs_last_error(_vfs: *mut sqlite3_vfs, _count: c_int, _out: *mut c_char) -> c_int {
    0
}

unsafe extern "C" fn file_close(file: *mut sqlite3_file) -> c_int {
    let target = file.cast::<OpenFile>();
    // SAFETY: `vfs_open` stored a leaked box there, and SQLite closes a file once.
    let handle = unsafe { Box::from_raw((*target).handle) };
    // SAFETY: the memory is SQLite's until this returns; null methods say "closed".
    unsafe { (*target).base.pMethods = ptr::null() };
    handle.close();
    SQLITE_OK
}

unsafe extern "C" fn file_read(
    file: *mut sqlite3_file,
    out: *mut c_void,
    count: c_int,
    offset: sqlite3_int64,
) -> c_int {
    let (Ok(length), Ok(offset)) = (usize::try_from(count), usize::try_from(offset)) else {
        return SQLITE_IOERR_READ;
    };
    // SAFETY: `out` holds `count` bytes of SQLite's own. Zeroing them both makes them initialised for the
    // slice below and gives the zeros that SQLite wants beyond the end of a file.
    unsafe { ptr::write_bytes(out.cast::<u8>(), 0, length) };
    // SAFETY: as above; nobody else touches the buffer during the call.
    let buffer = unsafe { std::slice::from_raw_parts_mut(out.cast::<u8>(), length) };
    // SAFETY: an open file of ours.
    code(unsafe { handle(file) }.read(buffer, offset))
}

unsafe extern "C" fn file_write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    offset: sqlite3_int64,
) -> c_int {
    let (Ok(length), Ok(offset)) = (usize::try_from(count), usize::try_from(offset)) else {
        return SQLITE_IOERR_WRITE;
    };
    // SAFETY: SQLite passes `count` initialised bytes that do not change during the call.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), length) };
    // SAFETY: an open file of ours.
    code(unsafe { handle(file) }.write(bytes, offset))
}

unsafe extern "C" fn file_truncate(file: *mut sqlite3_file, length: sqlite3_int64) -> c_int {
    let Ok(length) = usize::try_from(length) else { return SQLITE_IOERR_TRUNCATE };
    // SAFETY: an open file of ours.
    code(unsafe { handle(file) }.truncate(length))
}

unsafe extern "C" fn file_sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: an open file of ours.
    code(unsafe { handle(file) }.sync())
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, out: *mut sqlite3_int64) -> c_int {
    // SAFETY: an open file of ours.
    match unsafe { handle(file) }.length() {
        Err(code) => code,
        Ok(length) => {
            // SAFETY: SQLite passes a variable of its own.
            unsafe { *out = sqlite3_int64::try_from(length).unwrap_or(sqlite3_int64::MAX) };
            SQLITE_OK
        }
    }
}

unsafe extern "C" fn file_lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file of ours.
    code(unsafe { handle(file) }.lock(level))
}

unsafe extern "C" fn file_unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file of ours.
    unsafe { handle(file) }.unlock(level);
    SQLITE_OK
}

unsafe extern "C" fn file_check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open file of ours.
    match unsafe { handle(file) }.reserved() {
        Err(code) => code,
        Ok(reserved) => {
            // SAFETY: SQLite passes a variable of its own.
            unsafe { *out = c_int::from(reserved) };
            SQLITE_OK
        }
    }
}

unsafe extern "C" fn file_control(
    _file: *mut sqlite3_file,
    _operation: c_int,
    _argument: *mut c_void,
) -> c_int {
    SQLITE_NOTFOUND
}

unsafe extern "C" fn file_sector_size(file: *mut sqlite3_file) -> c_int {
    // SAFETY: an open file of ours.
    unsafe { handle(file) }.sector_bytes()
}

unsafe extern "C" fn file_device_characteristics(file: *mut sqlite3_file) -> c_int {
    // SAFETY: an open file of ours.
    unsafe { handle(file) }.characteristics()
}

unsafe extern "C" fn file_shm_map(
    file: *mut sqlite3_file,
    index: c_int,
    region_bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: SQLite passes a variable of its own.
    unsafe { *out = ptr::null_mut() };
    let (Ok(index), Ok(region_bytes)) = (usize::try_from(index), usize::try_from(region_bytes)) else {
        return SQLITE_IOERR_SHMMAP;
    };
    // SAFETY: an open file of ours.
    match unsafe { handle(file) }.map_index(index, region_bytes, extend != 0) {
        Err(code) => code,
        Ok(None) => SQLITE_OK,
        Ok(Some(region)) => {
            // The handle keeps the region alive until SQLite unmaps it. Atomics may be written through a
            // shared pointer, so the cast gives SQLite nothing that Rust forbids.
            let memory = region.as_ptr().cast_mut().cast::<c_void>();
            // SAFETY: SQLite passes a variable of its own.
            unsafe { *out = memory };
            SQLITE_OK
        }
    }
}

unsafe extern "C" fn file_shm_lock(
    file: *mut sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: an open file of ours.
    code(unsafe { handle(file) }.lock_index(first, count, flags))
}

unsafe extern "C" fn file_shm_barrier(file: *mut sqlite3_file) {
    // SAFETY: an open file of ours.
    unsafe { handle(file) }.barrier();
}

unsafe extern "C" fn file_shm_unmap(file: *mut sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: an open file of ours.
    unsafe { handle(file) }.leave_index();
    SQLITE_OK
}
