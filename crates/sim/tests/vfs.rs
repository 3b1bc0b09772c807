//! The real SQLCipher through sqlx on the simulated disk, with the power cut at every operation in turn.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod ledger;

use ledger::{Journal, Ledger, Outcome, check, runtime};
use sim::vfs::{After, Disk, DiskOptions, LostSyncs, OperationKind, Overwrite, SectorSize};
use sqlx::{Connection, Row};
use std::collections::BTreeSet;

fn options(seed: u64, sector_size: SectorSize, overwrite: Overwrite) -> DiskOptions {
    DiskOptions { seed, sector_size, overwrite, ..DiskOptions::default() }
}

/// Runs the ledger to its end with no fault and answers how many places there are to cut the power.
async fn places_to_cut(ledger: &Ledger, disk_options: &DiskOptions) -> u64 {
    let disk = Disk::new(disk_options.clone());
    let boot = disk.boot(After::Exit).unwrap();
    let outcome = ledger.run(&boot.vfs_name, 0).await;
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.acknowledged, ledger.transactions);
    disk.counters().operations
}

/// Cuts at one operation, boots, checks, works on, and checks again. `Err` says what was lost.
async fn cut_and_check(
    ledger: &Ledger,
    disk_options: &DiskOptions,
    cut: u64,
    after: After,
) -> Result<Outcome, String> {
    let disk = Disk::new(disk_options.clone());
    let boot = disk.boot(After::Exit).unwrap();
    disk.cut_after(cut);
    let outcome = ledger.run(&boot.vfs_name, 0).await;
    if disk.is_running() {
        return Err(format!("the power was not cut at {cut}"));
    }
    let seed = if let After::PowerCut { seed } = after { seed } else { cut };
    let boot = disk.boot(after).unwrap();
    // The power may go again while the log is being recovered.
    if seed % 3 == 0 {
        disk.cut_after(seed % 7);
        let _ = check(ledger, &boot.vfs_name).await;
    }
    disk.cut_now();
    let boot = disk.boot(after).unwrap();
    let found = check(ledger, &boot.vfs_name).await?;
    let in_flight = u64::from(!outcome.finished);
    if found < outcome.acknowledged || found > outcome.acknowledged + in_flight {
        return Err(format!("{} acknowledged, {found} found", outcome.acknowledged));
    }
    let continued = ledger.run(&boot.vfs_name, found).await;
    if let Some(error) = continued.error {
        return Err(format!("the database does not go on: {error}"));
    }
    match check(ledger, &boot.vfs_name).await? {
        all if all == ledger.transactions => Ok(outcome),
        some => Err(format!("after going on {some} of {} found", ledger.transactions)),
    }
}

/// Cuts at every operation in turn. The number of cuts, and what each failed one lost.
async fn cut_everywhere(
    ledger: &Ledger,
    disk_options: &DiskOptions,
    after: impl Fn(u64) -> After,
) -> (u64, Vec<String>) {
    let places = places_to_cut(ledger, disk_options).await;
    cut_at(ledger, disk_options, (0..places).collect(), after).await
}

async fn cut_at(
    ledger: &Ledger,
    disk_options: &DiskOptions,
    cuts: Vec<u64>,
    after: impl Fn(u64) -> After,
) -> (u64, Vec<String>) {
    let places = u64::try_from(cuts.len()).unwrap();
    let mut failures = Vec::new();
    for cut in cuts {
        if let Err(problem) = cut_and_check(ledger, disk_options, cut, after(cut)).await {
            failures.push(format!("cut {cut}: {problem}"));
        }
    }
    (places, failures)
}

#[test]
fn the_power_cut_at_every_operation_loses_no_acknowledged_transaction() {
    runtime().block_on(async {
        for (sector_size, overwrite) in [
            (SectorSize::Bytes512, Overwrite::PowerSafe),
            (SectorSize::Bytes4096, Overwrite::PowerSafe),
            (SectorSize::Bytes512, Overwrite::Garbage),
            (SectorSize::Bytes4096, Overwrite::Garbage),
        ] {
            let disk_options = options(1, sector_size, overwrite);
            let ledger = Ledger::new(Journal::Wal);
            let (places, failures) =
                cut_everywhere(&ledger, &disk_options, |cut| After::PowerCut { seed: cut }).await;
            assert_eq!(failures, Vec::<String>::new(), "{sector_size:?} {overwrite:?}");
            assert!(places > 200, "{places} places are too few to mean anything");
            println!("{sector_size:?} {overwrite:?}: {places} cuts");
        }
    });
}

#[test]
fn a_rollback_journal_survives_the_same() {
    runtime().block_on(async {
        // FULL leaves the deletion of the journal, which is the commit, unsynced: the last one may come back.
        let ledger = Ledger { transactions: 6, synchronous: "extra", ..Ledger::new(Journal::Delete) };
        for overwrite in [Overwrite::PowerSafe, Overwrite::Garbage] {
            let disk_options = options(2, SectorSize::Bytes4096, overwrite);
            let (places, failures) =
                cut_everywhere(&ledger, &disk_options, |cut| After::PowerCut { seed: 77_000 + cut }).await;
            assert_eq!(failures, Vec::<String>::new(), "{overwrite:?}");
            println!("rollback journal {overwrite:?}: {places} cuts");
        }
    });
}

#[test]
fn a_process_killed_at_every_operation_loses_nothing() {
    runtime().block_on(async {
        let ledger = Ledger::new(Journal::Wal);
        let disk_options = options(3, SectorSize::Bytes4096, Overwrite::PowerSafe);
        let (places, failures) = cut_everywhere(&ledger, &disk_options, |_| After::Exit).await;
        assert_eq!(failures, Vec::<String>::new());
        println!("killed at {places} operations");
    });
}

/// The proof that the checks above can fail: take away what makes a commit durable, and they do.
#[test]
fn a_disk_that_lies_or_a_database_that_does_not_sync_is_caught() {
    runtime().block_on(async {
        let honest = options(4, SectorSize::Bytes4096, Overwrite::PowerSafe);
        let lying = |lost_syncs| DiskOptions { lost_syncs, ..honest.clone() };
        let wal = Ledger::new(Journal::Wal);
        let lazy = |synchronous| Ledger { synchronous, ..Ledger::new(Journal::Wal) };
        for (name, ledger, disk_options) in [
            ("every sync lost", wal.clone(), lying(LostSyncs::Always)),
            ("one sync in five lost", wal, lying(LostSyncs::OneIn(5))),
            ("synchronous off", lazy("off"), honest.clone()),
            ("synchronous normal", lazy("normal"), honest.clone()),
        ] {
            let cuts = (0..places_to_cut(&ledger, &disk_options).await).step_by(4).collect();
            let (places, failures) =
                cut_at(&ledger, &disk_options, cuts, |cut| After::PowerCut { seed: 500 + cut }).await;
            println!("{name}: caught at {} of {places} cuts", failures.len());
            assert!(failures.len() > 5, "{name} went unseen");
        }
    });
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    runtime().block_on(async {
        let ledger = Ledger { transactions: 40, ..Ledger::new(Journal::Wal) };
        let mut refused_at = BTreeSet::new();
        for capacity_bytes in (40_000..160_000).step_by(7_919) {
            let disk = Disk::new(options(5, SectorSize::Bytes4096, Overwrite::PowerSafe));
            let boot = disk.boot(After::Exit).unwrap();
            let first = Ledger { transactions: 3, ..ledger.clone() }.run(&boot.vfs_name, 0).await;
            assert_eq!((first.error, first.acknowledged), (None, 3));
            disk.set_capacity_bytes(Some(capacity_bytes));
            let full = ledger.run(&boot.vfs_name, 3).await;
            let error = full.error.expect("forty transactions do not fit");
            assert!(error.contains("full"), "{error}");
            assert!(disk.counters().writes_refused > 0);
            refused_at.insert(full.acknowledged);

            // Still full: what was acknowledged can be read, even after a power cut.
            assert_eq!(check(&ledger, &boot.vfs_name).await, Ok(full.acknowledged));
            disk.cut_now();
            let boot = disk.boot(After::PowerCut { seed: capacity_bytes }).unwrap();
            disk.set_capacity_bytes(None);
            assert_eq!(check(&ledger, &boot.vfs_name).await, Ok(full.acknowledged));
            let lifted = ledger.run(&boot.vfs_name, full.acknowledged).await;
            assert_eq!((lifted.error, lifted.acknowledged), (None, ledger.transactions));
            assert_eq!(check(&ledger, &boot.vfs_name).await, Ok(ledger.transactions));
        }
        assert!(refused_at.len() > 5, "refused after {refused_at:?}");
    });
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    runtime().block_on(async {
        let mut traces = BTreeSet::new();
        for seed in 0..12_u64 {
            let mut runs = BTreeSet::new();
            for _ in 0..3 {
                let disk = Disk::new(options(seed, SectorSize::Bytes512, Overwrite::PowerSafe));
                let mut boot = disk.boot(After::Exit).unwrap();
                let ledger = Ledger::new(Journal::Wal);
                let mut done = 0;
                for life in 0..4 {
                    disk.cut_after(20 + seed * 7 + life * 11);
                    done = ledger.run(&boot.vfs_name, done).await.acknowledged;
                    disk.cut_now();
                    boot = disk.boot(After::PowerCut { seed: seed * 100 + life }).unwrap();
                    done = check(&ledger, &boot.vfs_name).await.unwrap().max(done);
                }
                runs.insert((disk.trace(), disk.counters().operations, done));
            }
            assert_eq!(runs.len(), 1, "seed {seed}: {runs:?}");
            traces.extend(runs);
        }
        assert_eq!(traces.len(), 12, "different seeds go different ways");
    });
}

#[test]
fn several_connections_take_turns() {
    runtime().block_on(async {
        let disk = Disk::new(DiskOptions::default());
        let boot = disk.boot(After::Exit).unwrap();
        let ledger = Ledger { transactions: 1, ..Ledger::new(Journal::Wal) };
        assert_eq!(ledger.run(&boot.vfs_name, 0).await.error, None);
        let pool = sqlx::sqlite::SqlitePoolOptions::new()
            .min_connections(4)
            .max_connections(4)
            .connect_with(ledger.connect_options(&boot.vfs_name))
            .await
            .unwrap();
        let mut tasks = Vec::new();
        for writer in 0..4_i64 {
            let pool = pool.clone();
            tasks.push(tokio::spawn(async move {
                for turn in 0..25_i64 {
                    let mut transaction = pool.begin_with("begin immediate").await.unwrap();
                    let seen: i64 = sqlx::query_scalar("select count(*) from line")
                        .fetch_one(&mut *transaction)
                        .await
                        .unwrap();
                    sqlx::query("insert into line (batch, number, payer) values (?, ?, ?)")
                        .bind(1_000 + writer)
                        .bind(turn)
                        .bind(seen)
                        .execute(&mut *transaction)
                        .await
                        .unwrap();
                    transaction.commit().await.unwrap();
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let rows =
            sqlx::query("select payer from line where batch >= 1000 order by rowid").fetch_all(&pool).await;
        let seen: Vec<i64> =
            rows.unwrap().iter().map(|row| row.get::<String, _>(0).parse().unwrap()).collect();
        let before = i64::try_from(ledger.lines).unwrap();
        assert_eq!(seen, (before..before + 100).collect::<Vec<_>>(), "each writer saw all before it");
        pool.close().await;
        assert!(!disk.files().iter().any(|(name, _)| name.ends_with("-wal")), "the last one out cleans up");
    });
}

#[test]
fn a_connection_of_an_earlier_life_is_dead() {
    runtime().block_on(async {
        let disk = Disk::new(DiskOptions::default());
        let ledger = Ledger { transactions: 2, ..Ledger::new(Journal::Wal) };
        let old = disk.boot(After::Exit).unwrap();
        assert_eq!(ledger.run(&old.vfs_name, 0).await.error, None);
        let mut zombie = ledger.connect(&old.vfs_name).await.unwrap();
        sqlx::query("begin immediate").execute(&mut zombie).await.unwrap();
        disk.cut_now();
        let new = disk.boot(After::PowerCut { seed: 1 }).unwrap();
        let trace = disk.trace();
        assert!(sqlx::query("delete from line").execute(&mut zombie).await.is_err());
        assert!(sqlx::query("commit").execute(&mut zombie).await.is_err());
        drop(zombie.close().await);
        assert_eq!(disk.trace(), trace, "it changed nothing");
        assert!(ledger.connect(&old.vfs_name).await.is_err(), "its VFS is gone");
        assert_eq!(check(&ledger, &new.vfs_name).await, Ok(2), "and it holds no lock");
    });
}

#[test]
fn a_flipped_bit_is_never_a_wrong_answer() {
    runtime().block_on(async {
        let ledger = Ledger { transactions: 8, ..Ledger::new(Journal::Wal) };
        let healthy = Disk::new(DiskOptions::default());
        let boot = healthy.boot(After::Exit).unwrap();
        assert_eq!(ledger.run(&boot.vfs_name, 0).await.error, None);
        let (mut noticed, mut healed) = (0, 0);
        for seed in 0..60 {
            let disk = healthy.copy(seed, DiskOptions::default());
            let flip = disk.flip_bit("/town.db", seed).unwrap();
            // The deletion of the log may not have reached the copy; replayed, it overwrites the damage.
            let logged = disk.files().iter().any(|(name, _)| name == "/town.db-wal");
            let boot = disk.boot(After::Exit).unwrap();
            match check(&ledger, &boot.vfs_name).await {
                Ok(found) => {
                    assert_eq!(found, 8, "seed {seed}: a wrong answer without an error");
                    assert!(logged || flip.offset_bytes < 16, "seed {seed}: {flip:?} went unseen");
                    healed += 1;
                }
                Err(_) => noticed += 1,
            }
        }
        println!("of 60 flipped bits {noticed} were noticed, {healed} healed from the log");
        assert!(noticed > 20 && healed > 5);
        assert!(healthy.flip_bit("/nothing", 1).is_none());
    });
}

/// SQLCipher keeps its salt in the first 16 bytes of page 1 and derives the page codes from it, even of a
/// raw key. Where a torn write may spoil a whole sector, the salt can go while the log still holds page 1;
/// a key that carries its salt (48 bytes) opens the database all the same.
#[test]
fn a_raw_key_without_its_salt_can_be_locked_out() {
    runtime().block_on(async {
        let disk_options = options(1, SectorSize::Bytes512, Overwrite::Garbage);
        let bare = Ledger { key_bytes: 32, ..Ledger::new(Journal::Wal) };
        let (_, failures) = cut_everywhere(&bare, &disk_options, |cut| After::PowerCut { seed: cut }).await;
        println!("locked out at {} cuts", failures.len());
        assert!(failures.iter().any(|failure| failure.contains("file is not a database")), "{failures:?}");
    });
}

#[test]
fn a_copy_is_a_disk_of_its_own() {
    runtime().block_on(async {
        let ledger = Ledger { transactions: 6, ..Ledger::new(Journal::Wal) };
        let disk = Disk::new(DiskOptions::default());
        let boot = disk.boot(After::Exit).unwrap();
        let four = Ledger { transactions: 4, ..ledger.clone() };
        assert_eq!(four.run(&boot.vfs_name, 0).await.error, None);
        let backup = disk.copy(9, DiskOptions::default());
        assert_eq!(ledger.run(&boot.vfs_name, 4).await.error, None);
        let other = backup.boot(After::Exit).unwrap();
        assert_eq!(check(&ledger, &other.vfs_name).await, Ok(4), "the backup stands still");
        assert_eq!(ledger.run(&other.vfs_name, 4).await.error, None);
        assert_eq!(check(&ledger, &boot.vfs_name).await, Ok(6));
        assert_eq!(check(&ledger, &other.vfs_name).await, Ok(6));
    });
}

#[test]
fn the_clock_is_the_simulators() {
    runtime().block_on(async {
        let disk = Disk::new(DiskOptions { time_unix_ms: 1_775_000_000_000, ..DiskOptions::default() });
        let boot = disk.boot(After::Exit).unwrap();
        let mut connection = Ledger::new(Journal::Wal).connect(&boot.vfs_name).await.unwrap();
        for (time_unix_ms, expected) in [
            (1_775_000_000_000, "2026-03-31 23:33:20"),
            (0, "1970-01-01 00:00:00"),
            (4_070_908_800_000, "2099-01-01 00:00:00"),
        ] {
            disk.set_time_unix_ms(time_unix_ms);
            let now: String =
                sqlx::query_scalar("select datetime('now')").fetch_one(&mut connection).await.unwrap();
            assert_eq!(now, expected);
        }
        connection.close().await.unwrap();
    });
}

#[test]
fn the_counters_count_what_a_commit_costs() {
    runtime().block_on(async {
        let disk = Disk::new(DiskOptions::default());
        let boot = disk.boot(After::Exit).unwrap();
        let ledger = Ledger { transactions: 1, ..Ledger::new(Journal::Wal) };
        assert_eq!(ledger.run(&boot.vfs_name, 0).await.error, None);
        let mut connection = ledger.connect(&boot.vfs_name).await.unwrap();
        let insert = "insert into line (batch, number, payer) values (99, 0, '')";
        // The first commit also writes and syncs the header of the new log.
        sqlx::query(insert).execute(&mut connection).await.unwrap();
        let before = disk.counters();
        sqlx::query("insert into line values (99, 1, '')").execute(&mut connection).await.unwrap();
        let after = disk.counters();
        assert_eq!(after.syncs - before.syncs, 1, "FULL is one sync a commit");
        assert_eq!(disk.last_operation().map(|operation| operation.kind), Some(OperationKind::Sync));
        assert!(after.bytes_written - before.bytes_written >= 4_096);
        assert_eq!(after.operations - before.operations, after.writes - before.writes + 1);
        connection.close().await.unwrap();
        let size = disk.files().iter().find(|(name, _)| name == "/town.db").map(|(_, size)| *size);
        assert_eq!(disk.read("/town.db").map(|bytes| u64::try_from(bytes.len()).unwrap()), size);
        assert!(!disk.read("/town.db").unwrap().starts_with(b"SQLite format"), "encrypted");
    });
}
