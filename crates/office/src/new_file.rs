//! A file for a stick or a folder of the person's choice: nothing stands under its name before all of it is on the disk,
//! and a file that is there already is never touched.

use crate::OfficeError;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use store::{StoreError, durable_file};

/// Being written. Dropped before [`NewFile::finish`], it leaves nothing behind.
pub(crate) struct NewFile {
    path: PathBuf,
    beside: PathBuf,
    out: BufWriter<File>,
}

impl NewFile {
    /// Begins, beside its name.
    pub(crate) fn begin(path: &Path) -> Result<NewFile, OfficeError> {
        if path.exists() {
            return Err(OfficeError::File("a file of this name is there already".to_owned()));
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).open(&beside).map_err(of_file)?;
        Ok(NewFile { path: path.to_owned(), beside, out: BufWriter::new(file) })
    }

    /// Readable under its name only now.
    pub(crate) fn finish(mut self) -> Result<(), OfficeError> {
        self.out.flush().map_err(of_file)?;
        self.out.get_ref().sync_all().map_err(of_file)?;
        Ok(durable_file::rename(&self.beside, &self.path)?)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Gone already where it was finished.
        let _ = std::fs::remove_file(&self.beside);
    }
}

fn of_file(error: std::io::Error) -> OfficeError {
    match error.kind() {
        ErrorKind::StorageFull => StoreError::DiskFull.into(),
        _ => OfficeError::File(error.to_string()),
    }
}
