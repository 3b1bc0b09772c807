//! The one flat directory of a disk and the files in it, synced and not.

use super::image::{Change, FileImage, Mood, Sectors, Settlement};
use super::locks::{FileLocks, SharedIndex};
use crate::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};

/// A file, whatever its name or whether it still has one.
pub(super) type FileId = u64;

/// A change of the directory since it was last synced.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    /// A name given to a new file.
    Created(String, FileId),
    /// A name taken away.
    Deleted(String),
}

impl Entry {
    fn apply(&self, names: &mut BTreeMap<String, FileId>) {
        match self {
            Entry::Created(name, file) => {
                names.insert(name.clone(), *file);
            }
            Entry::Deleted(name) => {
                names.remove(name);
            }
        }
    }
}

/// A file and what the running processes keep about it.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) image: FileImage,
    pub(super) locks: FileLocks,
    pub(super) index: SharedIndex,
    /// Handles open on it.
    pub(super) open: u32,
}

/// All files of a disk.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: BTreeMap<FileId, File>,
    names: BTreeMap<String, FileId>,
    durable_names: BTreeMap<String, FileId>,
    pending: Vec<Entry>,
    next: FileId,
}

impl Files {
    /// The file of a name.
    pub(super) fn find(&self, name: &str) -> Option<FileId> {
        self.names.get(name).copied()
    }

    /// A file by its id.
    pub(super) fn get(&self, file: FileId) -> Option<&File> {
        self.files.get(&file)
    }

    /// A file by its id.
    pub(super) fn get_mut(&mut self, file: FileId) -> Option<&mut File> {
        self.files.get_mut(&file)
    }

    /// Names and the files they name, in name order.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &File)> {
        self.names.iter().filter_map(|(name, file)| Some((name.as_str(), self.files.get(file)?)))
    }

    /// Bytes taken by all files, deleted but open ones included.
    pub(super) fn used_bytes(&self) -> u64 {
        self.files.values().map(|file| u64::try_from(file.image.cached().len()).unwrap_or(u64::MAX)).sum()
    }

    /// A new, empty file that no name leads to.
    pub(super) fn nameless(&mut self) -> FileId {
        self.next += 1;
        self.files.insert(self.next, File::default());
        self.next
    }

    /// Changes the directory; durable only after a sync.
    pub(super) fn change(&mut self, entry: Entry) {
        entry.apply(&mut self.names);
        self.pending.push(entry);
        self.forget_unreachable();
    }

    /// A directory change that was under way when the power went.
    pub(super) fn change_in_flight(&mut self, entry: Entry) {
        self.pending.push(entry);
    }

    /// Makes a file's bytes durable, and the directory up to the entry that created it.
    pub(super) fn sync(&mut self, file: FileId) {
        if let Some(file) = self.files.get_mut(&file) {
            file.image.sync();
        }
        let created = |entry: &Entry| matches!(entry, Entry::Created(_, created) if *created == file);
        if let Some(position) = self.pending.iter().rposition(created) {
            self.sync_entries(position + 1);
        }
    }

    /// Makes all directory changes durable.
    pub(super) fn sync_directory(&mut self) {
        self.sync_entries(self.pending.len());
    }

    fn sync_entries(&mut self, count: usize) {
        for entry in self.pending.drain(..count) {
            entry.apply(&mut self.durable_names);
        }
        self.forget_unreachable();
    }

    /// The processes end: their locks, shared memory and open files go.
    pub(super) fn end_processes(&mut self) {
        for file in self.files.values_mut() {
            file.locks = FileLocks::default();
            file.index = SharedIndex::default();
            file.open = 0;
        }
        self.forget_unreachable();
    }

    /// The power goes: unsynced bytes and entries are kept or lost by chance.
    pub(super) fn settle(&mut self, dice: &mut Dice, sectors: Sectors) -> Settlement {
        let mood = Mood::throw(dice);
        let happened = match mood {
            Mood::AllKept => self.pending.len(),
            Mood::AllLost => 0,
            Mood::Mixed => dice.index(self.pending.len() + 1),
        };
        let mut settlement = Settlement::default();
        let lost = self.pending.len() - happened;
        settlement.entries_lost = u64::try_from(lost).unwrap_or(u64::MAX);
        self.sync_entries(happened);
        self.pending.clear();
        self.names.clone_from(&self.durable_names);
        for file in self.files.values_mut() {
            settlement.add(file.image.settle(dice, mood, sectors));
        }
        self.end_processes();
        settlement
    }

    /// A copy of the disk for another machine: bytes and entries, no open files.
    pub(super) fn copy(&self) -> Files {
        let bare = |file: &File| File { image: file.image.clone(), ..File::default() };
        Files {
            files: self.files.iter().map(|(id, file)| (*id, bare(file))).collect(),
            names: self.names.clone(),
            durable_names: self.durable_names.clone(),
            pending: self.pending.clone(),
            next: self.next,
        }
    }

    /// Drops files that no handle has open and no possible outcome of a power cut gives a name.
    pub(super) fn forget_unreachable(&mut self) {
        let pending = self.pending.iter().filter_map(|entry| match entry {
            Entry::Created(_, file) => Some(*file),
            Entry::Deleted(_) => None,
        });
        let named = self.names.values().chain(self.durable_names.values()).copied();
        let reachable: BTreeSet<FileId> = named.chain(pending).collect();
        self.files.retain(|id, file| file.open > 0 || reachable.contains(id));
    }

    /// Adds a change under way at the power cut to its file.
    pub(super) fn image_change_in_flight(&mut self, file: FileId, change: Change) {
        if let Some(file) = self.files.get_mut(&file) {
            file.image.change_in_flight(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECTORS: Sectors = Sectors { bytes: 512, garbage_when_torn: false };

    fn with_file(name: &str) -> (Files, FileId) {
        let mut files = Files::default();
        let file = files.nameless();
        files.change(Entry::Created(name.to_owned(), file));
        files.get_mut(file).unwrap().image.change(Change::Write { offset: 0, bytes: vec![7; 100] });
        (files, file)
    }

    #[test]
    fn a_synced_file_keeps_its_name_and_an_unsynced_one_may_not() {
        let mut outcomes = BTreeSet::new();
        for seed in 0..200 {
            let (mut files, file) = with_file("synced");
            files.sync(file);
            let other = files.nameless();
            files.change(Entry::Created("unsynced".to_owned(), other));
            files.settle(&mut Dice::new(seed), SECTORS);
            assert_eq!(files.get(files.find("synced").unwrap()).unwrap().image.cached(), vec![7; 100]);
            outcomes.insert(files.find("unsynced").is_some());
        }
        assert_eq!(outcomes.len(), 2);
    }

    #[test]
    fn an_unsynced_delete_may_come_back() {
        let mut outcomes = BTreeSet::new();
        for seed in 0..200 {
            let (mut files, file) = with_file("journal");
            files.sync(file);
            files.change(Entry::Deleted("journal".to_owned()));
            assert_eq!(files.find("journal"), None);
            files.settle(&mut Dice::new(seed), SECTORS);
            outcomes.insert(files.find("journal").is_some());
        }
        assert_eq!(outcomes.len(), 2);
        let (mut files, file) = with_file("journal");
        files.sync(file);
        files.change(Entry::Deleted("journal".to_owned()));
        files.sync_directory();
        assert_eq!(files.used_bytes(), 0, "a durable delete frees the space");
    }
}
