//! Real files, real HTTP: devices and a server come to the same digest in bad weather, and a wiped server is refilled.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use std::sync::atomic::Ordering;
use support::{Line, TestClock, TestTown, server, server_with};
use sync::AlarmKind;

#[tokio::test(flavor = "multi_thread")]
async fn three_devices_and_a_server_converge_in_bad_weather() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let (running, keys) = server(&data).await;
    let town = TestTown::enrol(&running, &keys, &data).await;
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
    let data = folder.path().join("new centre");
    let running = server_with(&data, keys).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_is_one_trip_of_three_kilobytes_for_twelve_devices() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let (running, keys) = server(&data).await;
    let town = TestTown::enrol(&running, &keys, &data).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_clone_is_found_and_both_branches_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let (running, keys) = server(&data).await;
    let town = TestTown::enrol(&running, &keys, &data).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[]).await;
    let author = first.author.unwrap();
    let clock = TestClock::default();
    let line = Line::to(&running, 1, false);
    first.write(5, author).await;
    first.pass(&line, &clock).await;
    // The twin: the same device key on a second disk that took the same log before both went on writing.
    let twins = folder.path().join("twin");
    std::fs::create_dir(&twins).unwrap();
    let mut twin = town.device(&twins, 1).await;
    twin.pass(&line, &clock).await;
    assert!(twin.guest.status().own_chain_ahead, "it is told that it is not the first of its name");
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
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_batches_are_cut_where_a_signature_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let (running, keys) = server(&data).await;
    let town = TestTown::enrol(&running, &keys, &data).await;
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
