//! The power goes, comes back, and goes again while the first commit after it is written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use sim::vfs::{After, Disk, DiskOptions, Overwrite, SectorSize};
use std::path::Path;
use store::{OpenOptions, RawKey, Store};

const LIVES: u64 = 6;
/// Writes until the power goes; a commit is some of them.
const CUT_WITHIN_WRITES: u64 = 12;

fn options(vfs: String, create: bool) -> OpenOptions {
    // No checkpoint on the way: what is committed stays in the write-ahead log.
    OpenOptions { key: RawKey([7; 48]), create, vfs: Some(vfs), checkpoint_pages: 1_000 }
}

fn name(life: u64, number: u64) -> String {
    format!("life {life} number {number}")
}

/// Some lives of one file, each ended by a power cut while one of its first commits is written. Answers what is missing
/// of what was acknowledged.
async fn lives(seed: u64) -> Option<String> {
    let disk = Disk::new(DiskOptions {
        seed,
        sector_size: SectorSize::Bytes4096,
        overwrite: Overwrite::Garbage,
        ..DiskOptions::default()
    });
    let mut after = After::Exit;
    let mut acknowledged: Vec<String> = Vec::new();
    for life in 0..LIVES {
        let boot = disk.boot(after).unwrap();
        let store = Store::open(Path::new("town.palika"), options(boot.vfs_name, life == 0)).await.unwrap();
        for name in &acknowledged {
            if store.meta(name).await.unwrap().is_none() {
                return Some(format!("seed {seed}: {name} is gone in life {life}"));
            }
        }
        disk.cut_after((seed * 31 + life * 17) % CUT_WITHIN_WRITES);
        for number in 0.. {
            let name = name(life, number);
            if store.set_meta(&name, &seed.to_be_bytes()).await.is_err() {
                break;
            }
            acknowledged.push(name);
        }
        store.close().await;
        after = After::PowerCut { seed: seed * LIVES + life };
    }
    None
}

#[tokio::test]
async fn what_was_committed_outlives_a_second_power_cut_before_the_next_commit_is_done() {
    let mut gone = Vec::new();
    for seed in 1..=60 {
        gone.extend(lives(seed).await);
    }
    assert!(gone.is_empty(), "{gone:#?}");
}
