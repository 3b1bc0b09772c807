//! A program that ends while its files are still being closed ends well.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, reason = "a test may fail")]

use std::path::Path;
use std::process::Command;
use store::{CHECKPOINT_PAGES, OpenOptions, RawKey, Store};

/// Tells this program, started again, where to open files and end over them.
const FOLDER: &str = "PALIKA_TEST_EXIT_FOLDER";
/// Files whose threads are still closing them at the exit.
const FILES: u8 = 4;
/// The two sides race; one run in some tens went wrong.
const RUNS: u32 = 12;

async fn open_and_let_go(folder: &Path) {
    let mut stores = Vec::new();
    for number in 0..FILES {
        let key = RawKey([number; 48]);
        let options = OpenOptions { key, create: true, vfs: None, checkpoint_pages: CHECKPOINT_PAGES };
        let store = Store::open(&folder.join(format!("{number}.palika")), options).await.unwrap();
        assert!(store.meta("server").await.unwrap().is_none());
        stores.push(store);
    }
}

#[test]
fn a_program_that_ends_while_its_files_are_being_closed_ends_well() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(open_and_let_go(Path::new(&folder)));
        drop(runtime);
        std::process::exit(0);
    }
    for run in 0..RUNS {
        let folder = tempfile::tempdir().unwrap();
        let ended = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "a_program_that_ends_while_its_files_are_being_closed_ends_well",
                "--nocapture",
            ])
            .env(FOLDER, folder.path())
            .output()
            .unwrap();
        assert!(ended.status.success(), "run {run}: {ended:?}");
    }
}
