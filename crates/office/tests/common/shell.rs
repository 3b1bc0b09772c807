//! The machine around the office: a clock set by hand, seeded randomness, a keyring in memory, a printer that keeps what
//! it was given or is gone.

use super::MORNING_MS;
use journal::{Entropy, lockbox::Effort};
use office::{Keyring, PrintError, Shell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::RawKey;

/// The machine around the office.
pub struct TestShell {
    machine: String,
    now_ms: AtomicI64,
    seed: AtomicU64,
    keyring: MemoryKeyring,
    keyring_gone: AtomicBool,
    printed: Mutex<Vec<PathBuf>>,
    printer_gone: AtomicBool,
    marks: tempfile::TempDir,
}

#[derive(Default)]
struct MemoryKeyring(Mutex<HashMap<String, Vec<u8>>>);

impl Keyring for MemoryKeyring {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn write(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        self.0.lock().unwrap().insert(name.to_owned(), secret.to_vec());
        Ok(())
    }
}

/// SplitMix64: enough for tests, the same on every run.
struct Dice(u64);

impl Entropy for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
        }
    }
}

impl Shell for TestShell {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    fn entropy(&self) -> Box<dyn Entropy> {
        let turn = self.seed.fetch_add(1, Ordering::SeqCst);
        Box::new(Dice(turn.wrapping_mul(0x2545_f491_4f6c_dd1d)))
    }

    fn machine(&self) -> String {
        self.machine.clone()
    }

    fn marks(&self) -> Option<PathBuf> {
        Some(self.marks.path().to_owned())
    }

    fn keyring(&self) -> Option<&dyn Keyring> {
        (!self.keyring_gone.load(Ordering::SeqCst)).then_some(&self.keyring as &dyn Keyring)
    }

    fn print(&self, _queue: &str, pdf: &Path) -> Result<(), PrintError> {
        if self.printer_gone.load(Ordering::SeqCst) {
            return Err(PrintError("no such printer".to_owned()));
        }
        self.printed.lock().unwrap().push(pdf.to_owned());
        Ok(())
    }

    fn effort(&self) -> Effort {
        Effort { memory_kib: 64, passes: 1 }
    }
}

impl TestShell {
    /// A machine at ten in the morning.
    pub fn new(seed: u64) -> Arc<TestShell> {
        Arc::new(TestShell {
            machine: format!("machine of the test {seed}"),
            now_ms: AtomicI64::new(MORNING_MS),
            // Apart from one another, so that no two machines ever draw alike.
            seed: AtomicU64::new(seed << 32),
            keyring: MemoryKeyring::default(),
            keyring_gone: AtomicBool::new(false),
            printed: Mutex::default(),
            printer_gone: AtomicBool::new(false),
            marks: tempfile::tempdir().unwrap(),
        })
    }

    /// Sets the clock.
    pub fn set_clock(&self, now_ms: i64) {
        self.now_ms.store(now_ms, Ordering::SeqCst);
    }

    /// Forgets the marks kept outside the towns' folders, as a new machine would.
    pub fn forget_marks(&self) {
        for mark in std::fs::read_dir(self.marks.path()).unwrap() {
            std::fs::remove_file(mark.unwrap().path()).unwrap();
        }
    }

    /// Lets time pass.
    pub fn wait_ms(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Unplugs the printer, or plugs it in again.
    pub fn printer_gone(&self, gone: bool) {
        self.printer_gone.store(gone, Ordering::SeqCst);
    }

    /// Takes the keyring away, or brings it back with what it held.
    pub fn keyring_gone(&self, gone: bool) {
        self.keyring_gone.store(gone, Ordering::SeqCst);
    }

    /// The keyring forgets everything, as after the machine was set up anew.
    pub fn empty_keyring(&self) {
        self.keyring.0.lock().unwrap().clear();
    }

    /// What the spooler was given, oldest first.
    pub fn printed(&self) -> Vec<PathBuf> {
        self.printed.lock().unwrap().clone()
    }

    /// Presses of this machine begin here, so that no two machines press alike, nor one twice in two lives.
    pub fn drafts_from(&self) -> u64 {
        self.seed.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Holds the key under the names another machine holds it by.
    pub fn give_key(&self, other: &TestShell, key: &RawKey) {
        let names: Vec<String> = other.keyring.0.lock().unwrap().keys().cloned().collect();
        for name in names {
            self.keyring.0.lock().unwrap().insert(name, key.0.to_vec());
        }
    }

    /// The key of the one file of this machine.
    pub fn raw_key(&self) -> RawKey {
        let secrets = self.keyring.0.lock().unwrap();
        RawKey(secrets.values().next().unwrap().clone().try_into().unwrap())
    }
}
