//! The shell's diary for the technician: when it started, what failed, by code.
//!
//! A line is built from an [`Event`], and no event can carry free text: so no name, mobile or amount reaches the
//! file, however a caller is written.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A diary larger than this is set aside as `shell.log.old` when the shell starts: two files bound the disk it takes.
const DIARY_BYTES_MAX: u64 = 1024 * 1024;

/// What can be noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The program began.
    Started,
    /// The window was closed by a person.
    Closed,
    /// The operating system gave no window.
    NoWindow,
    /// The screens asked for something the shell does not know: screens and shell are of different builds.
    UnknownRequest,
}

impl Event {
    fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Closed => "closed",
            Self::NoWindow => "no-window",
            Self::UnknownRequest => "unknown-request",
        }
    }
}

/// An open diary. Where the folder takes no file, notes are dropped: money is never held up by a log.
pub struct Diary {
    file: Mutex<Option<File>>,
}

impl Diary {
    /// Opens `logs/shell.log` in the town's folder.
    pub fn open(folder: &Path) -> Self {
        Self { file: Mutex::new(open_file(&folder.join("logs"))) }
    }

    /// Appends one line: the time in UTC, the version, the event.
    pub fn note(&self, event: Event) {
        #[allow(clippy::disallowed_methods, reason = "the shell owns the clock")]
        let now = jiff::Timestamp::now();
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = file.as_mut() {
            let _ = writeln!(file, "{now:.3} {} {}", env!("CARGO_PKG_VERSION"), event.word());
        }
    }
}

fn open_file(logs: &Path) -> Option<File> {
    std::fs::create_dir_all(logs).ok()?;
    let path: PathBuf = logs.join("shell.log");
    if std::fs::metadata(&path).is_ok_and(|about| about.len() > DIARY_BYTES_MAX) {
        std::fs::rename(&path, logs.join("shell.log.old")).ok()?;
    }
    OpenOptions::new().create(true).append(true).open(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_appended_and_a_full_diary_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        Diary::open(folder.path()).note(Event::Started);
        Diary::open(folder.path()).note(Event::Closed);
        let path = folder.path().join("logs/shell.log");
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().filter(|line| line.ends_with("started")).count(), 1);
        assert_eq!(text.lines().filter(|line| line.ends_with("closed")).count(), 1);

        File::create(&path).unwrap().set_len(DIARY_BYTES_MAX + 1).unwrap();
        Diary::open(folder.path()).note(Event::Started);
        assert!(std::fs::metadata(&path).unwrap().len() < 100);
        assert!(folder.path().join("logs/shell.log.old").exists());
    }

    #[test]
    fn a_folder_that_cannot_be_written_stops_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town");
        File::create(&file).unwrap();
        Diary::open(&file).note(Event::Started);
    }
}
