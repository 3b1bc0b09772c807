//! Whose turn it is at the file's one writer. A person at the counter goes first: who takes in what came from elsewhere
//! asks between two statements whether somebody waits, and then lets go of what is half done. It comes again; a payer
//! at the window does not.

use crate::StoreError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Ranges taken in with one transaction while nobody is signed in: pages that many receipts touch are encrypted and
/// written once. While somebody is, it is one range, so that the part of a transaction that nothing can interrupt, its
/// commit, stays a matter of milliseconds.
const RANGES_AT_ONCE: usize = 128;
/// Between two transactions of an import while somebody works here. An import's commit and what folds the log take some
/// 10 ms, and in a rush at the counter they must fall on well fewer than one press in a hundred, also where fifty a second
/// are taken: then the import all but rests.
const PAUSE_AT_WORK: Duration = Duration::from_secs(4);
/// The same after what a neighbour just wrote, a receipt or two: it costs little, and the next must not wait for it.
const PAUSE_AFTER_FEW: Duration = Duration::from_millis(100);
/// So many entries are few.
const FEW: usize = 16;
/// The same while somebody is signed in who has written nothing for a while.
const PAUSE: Duration = Duration::from_millis(12);
/// Pauses of an import without a word from anybody after which a while has passed: some ten seconds.
const QUIET_AFTER: usize = 3;
/// Entries of others after which the write-ahead log is folded into the file, beside the writer and not by it: the
/// counter's own commits go on meanwhile, but on the same disk. Little by little where somebody is there, so that nobody
/// waits for thousands of scattered pages, and as good as never in a rush; while nobody is there, in one go, where a page
/// that changed often is written once.
const ENTRIES_ATTENDED: usize = 512;
const ENTRIES_AT_WORK: usize = 8_192;
const ENTRIES_ALONE: usize = 24_576;
/// So often in a row a transaction is given up; then it is finished, however many people wait.
const PATIENCE: usize = 3;

/// Kept beside the writer.
pub(crate) struct Turns {
    /// Somebody is signed in.
    attended: AtomicBool,
    /// People's own statements and batches that wait for the writer.
    waiting: AtomicUsize,
    /// Pauses of an import since a person last asked for the writer.
    since_asked: AtomicUsize,
    /// What a person has written through this handle: drafts, presses.
    presses: AtomicUsize,
    /// Transactions of an import given up in a row.
    given_up: AtomicUsize,
    /// Entries of others since the write-ahead log was last folded into the file on their account.
    entries: AtomicUsize,
}

impl Turns {
    pub(crate) fn new() -> Arc<Turns> {
        Arc::new(Turns {
            attended: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            since_asked: AtomicUsize::new(0),
            presses: AtomicUsize::new(0),
            given_up: AtomicUsize::new(0),
            entries: AtomicUsize::new(0),
        })
    }

    /// Somebody signed in, or left.
    pub(crate) fn attend(&self, attended: bool) {
        self.attended.store(attended, Ordering::SeqCst);
    }

    /// A person waits for the writer as long as the answer is held.
    pub(crate) fn ask(self: &Arc<Self>) -> Waiting {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.since_asked.store(0, Ordering::SeqCst);
        Waiting(Arc::clone(self))
    }

    /// How many ranges the next transaction of an import may take in. What was given up once is tried again in smaller
    /// pieces.
    pub(crate) fn ranges_at_once(&self) -> usize {
        match self.attended.load(Ordering::SeqCst) {
            true => 1,
            false => (RANGES_AT_ONCE >> self.given_up.load(Ordering::SeqCst).min(8)).max(1),
        }
    }

    /// For the next transaction of an import.
    pub(crate) fn way(self: &Arc<Self>) -> Way {
        if self.given_up.load(Ordering::SeqCst) >= PATIENCE {
            return Way::own();
        }
        Way { turns: Some(Arc::clone(self)), gave: Arc::default() }
    }

    /// For what takes seconds and can wait for hours: it steps back for everybody, however often.
    pub(crate) fn way_that_always_gives(self: &Arc<Self>) -> Way {
        Way { turns: Some(Arc::clone(self)), gave: Arc::default() }
    }

    /// A person writes something.
    pub(crate) fn press(&self) {
        self.presses.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn presses(&self) -> usize {
        self.presses.load(Ordering::SeqCst)
    }

    pub(crate) fn is_attended(&self) -> bool {
        self.attended.load(Ordering::SeqCst)
    }

    /// A transaction of an import was committed, with so many entries.
    pub(crate) async fn finished(&self, entries: usize) {
        self.given_up.store(0, Ordering::SeqCst);
        if self.attended.load(Ordering::SeqCst) {
            tokio::time::sleep(self.pause(entries)).await;
        }
    }

    /// Somebody asked for the writer a little while ago.
    fn is_at_work(&self) -> bool {
        self.since_asked.load(Ordering::SeqCst) < QUIET_AFTER
    }

    fn pause(&self, entries: usize) -> Duration {
        if !self.is_at_work() {
            return PAUSE;
        }
        if entries < FEW {
            return PAUSE_AFTER_FEW;
        }
        self.since_asked.fetch_add(1, Ordering::SeqCst);
        PAUSE_AT_WORK
    }

    /// A transaction of an import was given up.
    pub(crate) fn gave_way(&self) {
        self.given_up.fetch_add(1, Ordering::SeqCst);
    }

    /// Counts entries of others; true where the write-ahead log should be folded on their account.
    pub(crate) fn is_time_to_fold(&self, entries: usize) -> bool {
        let so_far = self.entries.fetch_add(entries, Ordering::SeqCst) + entries;
        let every = match self.attended.load(Ordering::SeqCst) {
            true if self.is_at_work() => ENTRIES_AT_WORK,
            true => ENTRIES_ATTENDED,
            false => ENTRIES_ALONE,
        };
        if so_far >= every {
            self.entries.store(0, Ordering::SeqCst);
        }
        so_far >= every
    }
}

/// Somebody waits for the writer.
pub(crate) struct Waiting(Arc<Turns>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether a transaction steps back for a waiting person.
#[derive(Clone, Default)]
pub(crate) struct Way {
    turns: Option<Arc<Turns>>,
    gave: Arc<AtomicBool>,
}

impl Way {
    /// A person's own transaction, which steps back for nobody.
    pub(crate) fn own() -> Way {
        Way::default()
    }

    /// [`StoreError::Busy`] where somebody waits.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &self.turns {
            Some(turns) if turns.waiting.load(Ordering::SeqCst) > 0 => {
                self.gave.store(true, Ordering::SeqCst);
                Err(StoreError::Busy)
            }
            _ => Ok(()),
        }
    }

    /// Whether it stepped back.
    pub(crate) fn gave(&self) -> bool {
        self.gave.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_import_steps_back_while_somebody_waits() {
        let turns = Turns::new();
        let way = turns.way();
        assert!(way.check().is_ok());
        let waiting = turns.ask();
        assert!(matches!(way.check(), Err(StoreError::Busy)));
        assert!(way.gave() && Way::own().check().is_ok());
        turns.gave_way();
        assert_eq!(turns.ranges_at_once(), RANGES_AT_ONCE / 2);
        drop(waiting);
        assert!(turns.way().check().is_ok());
        turns.finished(FEW).await;
        assert_eq!(turns.ranges_at_once(), RANGES_AT_ONCE);
        turns.attend(true);
        assert_eq!(turns.ranges_at_once(), 1);
    }

    #[tokio::test]
    async fn an_import_that_always_steps_back_is_finished_in_the_end() {
        let turns = Turns::new();
        let _waiting = turns.ask();
        let mut tries = 0;
        while turns.way().check().is_err() {
            turns.gave_way();
            tries += 1;
            assert!(tries <= PATIENCE);
        }
        turns.finished(FEW).await;
        assert!(turns.way().check().is_err());
    }

    #[test]
    fn an_import_is_slower_until_the_person_has_been_still_for_a_while() {
        let turns = Turns::new();
        let pauses = |turns: &Turns| (0..QUIET_AFTER).all(|_| turns.pause(FEW) == PAUSE_AT_WORK);
        assert!((0..1_000).all(|_| turns.pause(1) == PAUSE_AFTER_FEW));
        assert!(pauses(&turns));
        assert_eq!(turns.pause(FEW), PAUSE);
        assert_eq!(turns.pause(1), PAUSE);
        drop(turns.ask());
        assert!(pauses(&turns));
    }

    #[test]
    fn the_log_is_folded_once_in_so_many_entries() {
        let turns = Turns::new();
        let third = ENTRIES_ALONE.div_ceil(3);
        let times: Vec<bool> = (0..6).map(|_| turns.is_time_to_fold(third)).collect();
        assert_eq!(times, [false, false, true, false, false, true]);
        turns.attend(true);
        assert!(!turns.is_time_to_fold(ENTRIES_AT_WORK - 1));
        assert!(turns.is_time_to_fold(1));
        assert!((0..QUIET_AFTER).all(|_| turns.pause(FEW) == PAUSE_AT_WORK));
        assert!(turns.is_time_to_fold(ENTRIES_ATTENDED));
    }
}
