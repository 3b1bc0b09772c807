//! Real files or a real database, real HTTP: devices and a server come to the same digest in bad weather, and a wiped server is refilled.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail, and say what it saw"
)]

mod support;

use domain::fact::Fact;
use domain::people::{Author, DeviceRevoked};
use domain::{ChainHead, Epoch, Hash, UserId};
use journal::{Entry, Range};
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::StoreError;
use support::{Kept, Line, TOWN, TestClock, TestTown, server, server_with};
use sync::AlarmKind;

over_files_and_postgres! {
    three_devices_and_a_server_converge_in_bad_weather
    nothing_new_is_one_trip_of_three_kilobytes_for_twelve_devices
    a_clone_is_found_and_both_branches_are_kept
    a_branch_given_up_leaves_the_server_that_held_it
    large_batches_are_cut_where_a_signature_is_held
    a_revoked_device_is_given_nothing_more
    a_device_named_by_somebody_without_authority_goes_on
    a_peer_that_holds_the_middle_of_a_stretch_gets_its_rest
}

async fn three_devices_and_a_server_converge_in_bad_weather(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut devices = Vec::new();
    for number in 1..=3 {
        devices.push(town.device(folder.path(), number).await);
    }
    town.found(&mut devices[0], &[2, 3]).await;
    let author = devices[0].author.unwrap();
    let clock = TestClock::default();
    let calm = Line::to(&running, 41, false);
    // A device may write once its own enrolment has reached it.
    for device in &mut devices {
        device.pass(&calm, &clock).await;
    }
    let mut dice = support::Dice(4_711);
    let storm = Line::to(&running, 42, true);
    for minute in 0..25 {
        clock.0.store(minute * 60_000, Ordering::SeqCst);
        for device in &mut devices {
            if !dice.next().is_multiple_of(3) {
                device.write((dice.next() % 40) as usize + 1, author).await;
                device.add_key().await;
            }
            device.pass(&storm, &clock).await;
        }
    }
    let clear = Line::to(&running, 43, false);
    for round in 1..=3 {
        clock.0.store(round * 10_000_000, Ordering::SeqCst);
        for device in &mut devices {
            device.pass(&clear, &clock).await;
            assert_eq!(device.guest.status().trouble, None);
            assert_eq!(device.guest.status().alarms, []);
        }
    }
    let vector = devices[0].store.vector().await.unwrap();
    assert_eq!(vector.len(), 3);
    assert!(vector.iter().map(|head| head.seq).sum::<u64>() > 500);
    let digest = devices[0].store.digest().await.unwrap();
    let wrapped = devices[0].keys().await;
    for device in &devices {
        assert_eq!(device.store.vector().await.unwrap(), vector);
        assert_eq!(
            device.store.confirmed("server").await.unwrap(),
            vector,
            "the server said it holds everything"
        );
        assert_eq!(device.store.digest().await.unwrap(), digest);
        assert_eq!(device.keys().await, wrapped);
    }
    assert!(!wrapped.is_empty());

    // The centre loses its disks but not its keys: the devices fill it again, without a new enrolment.
    running.shutdown().await;
    let home = kept.home(folder.path().join("new centre")).await;
    let running = server_with(&home, keys).await;
    let line = Line::to(&running, 44, false);
    clock.0.store(50_000_000, Ordering::SeqCst);
    devices[1].pass(&line, &clock).await;
    let emptied =
        devices[1].guest.status().alarms.iter().any(|alarm| alarm.known_kind() == Some(AlarmKind::Empty));
    assert!(emptied, "{:?}", devices[1].guest.status());
    assert!(devices[1].guest.status().entries_sent > 500, "all of it went a second time");
    assert_eq!(devices[1].store.confirmed("server").await.unwrap(), vector);
    assert_eq!(devices[1].store.vector().await.unwrap(), vector, "an empty peer is no instruction");
    let noted = carrier::alarms(&devices[1].store, "server").await.unwrap();
    assert!(noted.iter().any(|noted| noted.alarm.known_kind() == Some(AlarmKind::Empty)));
    running.shutdown().await;
}

async fn nothing_new_is_one_trip_of_three_kilobytes_for_twelve_devices(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &(2..=12).collect::<Vec<_>>()).await;
    let author = first.author.unwrap();
    let clock = TestClock::default();
    let line = Line::to(&running, 1, false);
    first.pass(&line, &clock).await;
    for number in 2..=12 {
        let mut device = town.device(folder.path(), number).await;
        device.pass(&line, &clock).await;
        device.write(3, author).await;
        device.pass(&line, &clock).await;
        device.store.close().await;
    }
    first.pass(&line, &clock).await;
    assert_eq!(first.store.vector().await.unwrap().len(), 12);
    clock.0.store(120_000, Ordering::SeqCst);
    first.pass(&line, &clock).await;
    let (trips, bytes) = (line.trips.load(Ordering::SeqCst), line.bytes.load(Ordering::SeqCst));
    clock.0.store(240_000, Ordering::SeqCst);
    first.pass(&line, &clock).await;
    let bytes = line.bytes.load(Ordering::SeqCst) - bytes;
    assert_eq!(line.trips.load(Ordering::SeqCst) - trips, 1);
    assert!(bytes <= 3_072, "{bytes} bytes");
    println!("idle exchange of 12 devices: {bytes} bytes in frames");
    running.shutdown().await;
}

async fn a_clone_is_found_and_both_branches_are_kept(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[]).await;
    let author = first.author.unwrap();
    let clock = TestClock::default();
    let line = Line::to(&running, 1, false);
    first.write(5, author).await;
    first.pass(&line, &clock).await;
    // The same key on an empty disk is told that it is not the first of its name, and writes nothing under it.
    let place = folder.path().join("empty");
    std::fs::create_dir(&place).unwrap();
    let mut empty = town.device(&place, 1).await;
    empty.pass(&line, &clock).await;
    assert!(empty.guest.status().own_chain_ahead);
    assert!(matches!(empty.store.begin(&empty.writer, 1).await.err(), Some(StoreError::EpochOver)));
    // The twin: a copy of the disk, before both went on writing.
    let mut twin = town.twin(folder.path(), 1, &folder.path().join("twin")).await;
    twin.dice = support::Dice(99_999);
    first.write(4, author).await;
    twin.write(7, author).await;
    clock.0.store(10_000_000, Ordering::SeqCst);
    first.pass(&line, &clock).await;
    let held = first.store.confirmed("server").await.unwrap();
    twin.pass(&line, &clock).await;
    let is_fork = |alarm: &sync::Alarm| alarm.known_kind() == Some(AlarmKind::Fork);
    assert!(twin.guest.status().alarms.iter().any(is_fork), "{:?}", twin.guest.status());
    first.pass(&line, &clock).await;
    assert_eq!(first.store.confirmed("server").await.unwrap(), held, "the server's head did not move");
    assert!(twin.store.confirmed("server").await.unwrap().iter().all(|head| head.seq < 10), "still unsent");
    // The twin was shown the other branch. It gives its own up, and all of them come to the first one's.
    twin.begin_epoch().await;
    clock.0.store(20_000_000, Ordering::SeqCst);
    for _ in 0..2 {
        twin.pass(&line, &clock).await;
        first.pass(&line, &clock).await;
    }
    assert_eq!(twin.store.vector().await.unwrap(), first.store.vector().await.unwrap());
    assert_eq!(twin.store.digest().await.unwrap(), first.store.digest().await.unwrap());
    assert_eq!(twin.store.confirmed("server").await.unwrap(), twin.store.vector().await.unwrap());
    running.shutdown().await;
}

async fn a_branch_given_up_leaves_the_server_that_held_it(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[2]).await;
    let author = first.author.unwrap();
    let clock = TestClock::default();
    let line = Line::to(&running, 1, false);
    first.write(5, author).await;
    first.pass(&line, &clock).await;
    let mut twin = town.twin(folder.path(), 1, &folder.path().join("twin")).await;
    twin.dice = support::Dice(99_999);
    first.write(4, author).await;
    twin.write(7, author).await;
    first.pass(&line, &clock).await;
    // By stick the first hears of the twin's branch, and gives up the one that the server holds.
    let own = journal::device_of(&first.credentials.key.public());
    let proof = twin.store.range_after(own, Epoch(0), 0, 1 << 20).await.unwrap().unwrap();
    assert_eq!(first.store.receive(proof.clone(), 9).await.unwrap().outcome, store::Outcome::Forked);
    let given_up = first.store.range_after(own, Epoch(0), 0, 1 << 20).await.unwrap().unwrap();
    first.begin_epoch().await;
    for minute in 1..4 {
        clock.0.store(minute * 10_000_000, Ordering::SeqCst);
        first.pass(&line, &clock).await;
        twin.pass(&line, &clock).await;
    }
    let vector = twin.store.vector().await.unwrap();
    assert_eq!(first.store.vector().await.unwrap(), vector);
    assert_eq!(twin.store.confirmed("server").await.unwrap(), vector);
    assert!(vector.iter().any(|head| head.epoch == Epoch(0) && head.seq == proof.last_seq()));
    // The given-up branch is taken by nobody any more, and a new device comes to the same.
    assert_eq!(twin.store.receive(given_up, 9).await.unwrap().outcome, store::Outcome::Forked);
    let mut second = town.device(folder.path(), 2).await;
    second.pass(&line, &clock).await;
    assert_eq!(second.store.vector().await.unwrap(), vector);
    let digest = twin.store.digest().await.unwrap();
    assert!(!digest.incomplete);
    assert_eq!(second.store.digest().await.unwrap(), digest);
    assert_eq!(first.store.digest().await.unwrap(), digest);
    running.shutdown().await;
}

async fn large_batches_are_cut_where_a_signature_is_held(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[2]).await;
    let author = first.author.unwrap();
    // Four batches of 1,100: the bound of 4,096 entries falls inside the last one.
    for _ in 0..4 {
        first.write(1_100, author).await;
    }
    let own = journal::device_of(&first.credentials.key.public());
    let whole = first.store.range_after(own, domain::Epoch(0), 0, usize::MAX).await.unwrap().unwrap();
    assert!(whole.len() <= journal::range::RANGE_ENTRIES_MAX, "{} entries", whole.len());
    assert!(whole.len() > 3_000 && whole.open().is_ok());
    let clock = TestClock::default();
    let line = Line::to(&running, 1, false);
    first.pass(&line, &clock).await;
    assert_eq!(first.guest.status().trouble, None);
    let vector = first.store.vector().await.unwrap();
    assert_eq!(first.store.confirmed("server").await.unwrap(), vector);
    let mut second = town.device(folder.path(), 2).await;
    second.pass(&line, &clock).await;
    assert_eq!(second.store.vector().await.unwrap(), vector);
    assert_eq!(second.store.digest().await.unwrap(), first.store.digest().await.unwrap());
    println!("4,400 entries twice over the line: {} bytes", line.bytes.load(Ordering::SeqCst));
    running.shutdown().await;
}

async fn a_revoked_device_is_given_nothing_more(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[2, 3]).await;
    let author = first.author.unwrap();
    let clock = TestClock::default();
    let line = Line::to(&running, 1, false);
    first.pass(&line, &clock).await;
    let (mut stolen, mut other) = (town.device(folder.path(), 2).await, town.device(folder.path(), 3).await);
    stolen.pass(&line, &clock).await;
    other.pass(&line, &clock).await;
    stolen.write(2, author).await;
    town.revoke(&mut first, 2).await;
    first.write(5, author).await;
    first.pass(&line, &clock).await;
    let before = stolen.store.vector().await.unwrap();
    stolen.pass(&line, &clock).await;
    let is_told = |alarm: &sync::Alarm| alarm.known_kind() == Some(AlarmKind::Revoked);
    assert!(stolen.guest.status().alarms.iter().any(is_told), "{:?}", stolen.guest.status());
    assert_eq!(stolen.store.vector().await.unwrap(), before, "nothing was given");
    let heard = tokio::time::timeout(Duration::from_secs(2), stolen.guest.news(&line.server)).await;
    assert!(heard.is_err(), "it hears of no news");
    // What it wrote is kept for the supervisor, and nobody else is touched.
    other.pass(&line, &clock).await;
    assert_eq!(other.guest.status().alarms, []);
    let own = journal::device_of(&stolen.credentials.key.public());
    assert!(other.store.vector().await.unwrap().iter().any(|head| head.device == own));
    running.shutdown().await;
}

async fn a_device_named_by_somebody_without_authority_goes_on(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[2, 3]).await;
    // The third's key is sound, and nobody granted its writer anything.
    let key = town.credentials(3).key;
    let named = journal::device_of(&town.credentials(2).key.public());
    let start =
        ChainHead { device: journal::device_of(&key.public()), epoch: Epoch(0), seq: 0, hash: Hash::ZERO };
    let author = Author { user: UserId([8; 16]), grant: Hash([1; 32]) };
    let reason = "spite".to_owned();
    let fact = DeviceRevoked { device: named, epoch: Epoch(0), seq: 0, hash: Hash::ZERO, reason };
    let entry = Entry::following(TOWN, &start, 1_795_456_800_000, Some(author), &Fact::from(fact));
    let head = entry.head();
    let signature = key.sign_head(TOWN, head.epoch, head.seq, &head.hash);
    first.store.receive(Range::pack(key.public(), &[entry], signature).unwrap(), 0).await.unwrap();
    let clock = TestClock::default();
    let line = Line::to(&running, 1, false);
    first.pass(&line, &clock).await;
    let mut second = town.device(folder.path(), 2).await;
    second.pass(&line, &clock).await;
    assert_eq!(second.guest.status().trouble, None);
    assert_eq!(second.guest.status().alarms, []);
    assert_eq!(second.store.vector().await.unwrap(), first.store.vector().await.unwrap());
    running.shutdown().await;
}

async fn a_peer_that_holds_the_middle_of_a_stretch_gets_its_rest(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[2]).await;
    let author = first.author.unwrap();
    first.write(3, author).await;
    // The second got the beginning on another way; the server gets all of it in one stretch.
    let own = journal::device_of(&first.credentials.key.public());
    let beginning = first.store.range_after(own, domain::Epoch(0), 0, usize::MAX).await.unwrap().unwrap();
    let mut second = town.device(folder.path(), 2).await;
    second.store.receive(beginning, 0).await.unwrap();
    for _ in 0..4 {
        first.write(2, author).await;
    }
    let clock = TestClock::default();
    let line = Line::to(&running, 1, false);
    first.pass(&line, &clock).await;
    second.pass(&line, &clock).await;
    assert_eq!(second.guest.status().trouble, None);
    assert_eq!(second.guest.status().alarms, []);
    assert_eq!(second.store.vector().await.unwrap(), first.store.vector().await.unwrap());
    // And one that brings again what is held, with something new behind it.
    first.write(1, author).await;
    let again = first.store.range_after(own, domain::Epoch(0), 2, usize::MAX).await.unwrap().unwrap();
    let mut third = town.device(&folder.path().join("server"), 2).await;
    third
        .store
        .receive(first.store.range_after(own, domain::Epoch(0), 0, 1).await.unwrap().unwrap(), 0)
        .await
        .unwrap();
    third.store.receive(again, 0).await.unwrap();
    clock.0.store(10_000_000, Ordering::SeqCst);
    first.pass(&line, &clock).await;
    third.pass(&line, &clock).await;
    assert_eq!(third.guest.status().trouble, None);
    assert_eq!(third.store.vector().await.unwrap(), first.store.vector().await.unwrap());
    running.shutdown().await;
}
