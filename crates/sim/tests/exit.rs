//! A program whose first word to SQLite is a disk's registration, not an opened store, ends well all the same.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, reason = "a test may fail")]

use sim::vfs::{After, Disk, DiskOptions};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use store::{OpenOptions, RawKey, Store};

const CHILD: &str = "PALIKA_TEST_EXIT_OVER_DISKS";
/// Threads that go on opening and closing files while the program ends.
const THREADS: u64 = 4;
const RUNS: u32 = 40;

async fn open_again_and_again(seed: u64, opened: Sender<()>) {
    let disk = Disk::new(DiskOptions { seed, ..DiskOptions::default() });
    let boot = disk.boot(After::Exit).unwrap();
    for number in 0.. {
        let vfs = Some(boot.vfs_name.clone());
        let options = OpenOptions { key: RawKey([7; 48]), create: number == 0, vfs, checkpoint_pages: 1_000 };
        Store::open(Path::new("town.palika"), options).await.unwrap().close().await;
        // Nobody listens any more once the program ends.
        let _ = opened.send(());
    }
}

fn end_while_files_are_opened() -> ! {
    let (opened, hears) = channel();
    for seed in 0..THREADS {
        let opened = opened.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(open_again_and_again(seed, opened));
        });
    }
    for _ in 0..THREADS * 2 {
        hears.recv().unwrap();
    }
    std::process::exit(0)
}

#[test]
fn a_program_that_registers_a_disk_before_it_opens_a_store_ends_well() {
    if std::env::var_os(CHILD).is_some() {
        end_while_files_are_opened();
    }
    for run in 0..RUNS {
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_program_that_registers_a_disk_before_it_opens_a_store_ends_well"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        assert!(ended.status.success(), "run {run}: {ended:?}");
    }
}
