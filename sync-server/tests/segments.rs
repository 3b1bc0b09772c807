//! A new device takes its town's log as sealed segments from the server, over files and over PostgreSQL alike.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use carrier::Server;
use domain::Hash;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;
use support::{
    Device, Home, Kept, Line, TOWN, TestClock, TestTown, bucket, garage, packing, packing_into, take_all,
};
use sync::segment::{Catalogue, Take};
use sync::{AlarmKind, SyncError};
use sync_server::{Bucket, Running, ServerKeys, init};

over_files_and_postgres! {
    a_new_device_begins_from_segments_and_comes_to_the_same
    a_segment_that_the_shelf_lost_is_made_anew_and_nobody_waits_for_it
    a_device_the_town_trusts_no_further_is_given_no_segment
    what_lies_on_the_shelf_is_sealed
    a_clerk_who_never_leaves_gets_the_history_when_she_pauses
    a_snapshot_that_differed_is_an_alarm_about_whom_it_came_from
    what_lies_in_a_bucket_is_given_by_every_server
    a_bucket_that_refuses_holds_up_no_receipt
}

/// Device 1 with a past, all of it at the server, and three more enrolled.
struct Scene {
    folder: tempfile::TempDir,
    home: Home,
    keys: ServerKeys,
    running: Running,
    town: TestTown,
    first: Device,
}

impl Scene {
    async fn new(kept: Kept) -> Scene {
        Scene::with_bucket(kept, None).await
    }

    async fn with_bucket(kept: Kept, bucket: Option<Bucket>) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let home = kept.home(folder.path().join("server")).await;
        let keys = init(&home.data, None).unwrap();
        let running = packing_into(&home, &home.data, keys.clone(), bucket).await;
        let town = TestTown::enrol(&running, &keys, &home).await;
        let mut first = town.device(folder.path(), 1).await;
        town.found(&mut first, &[2, 3, 4, 5]).await;
        let author = first.author.unwrap();
        for _ in 0..40 {
            first.write(10, author).await;
        }
        first.pass(&Line::to(&running, 1, false), &TestClock::default()).await;
        Scene { folder, home, keys, running, town, first }
    }

    fn server(&self) -> Server {
        Server::at(&self.running.url, None).unwrap()
    }

    fn shelf(&self) -> PathBuf {
        self.home.data.join("towns").join(TOWN.to_string()).join("segments")
    }

    async fn is_all_there(&self, device: &Device) {
        assert_eq!(device.store.vector().await.unwrap(), self.first.store.vector().await.unwrap());
        assert_eq!(device.store.digest().await.unwrap(), self.first.store.digest().await.unwrap());
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = listed.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

async fn a_new_device_begins_from_segments_and_comes_to_the_same(kept: Kept) {
    let mut scene = Scene::new(kept).await;
    let mut second = scene.town.device(scene.folder.path(), 2).await;
    take_all(&mut second, &scene.server()).await;
    let arriving = second.store.arriving().await.unwrap().expect("begun from a snapshot");
    assert!(arriving.usable && arriving.whole, "{arriving:?}");
    assert_eq!(
        second.guest.take_up(&TestClock::default()).await.unwrap().expect("nobody sits there").differed,
        []
    );
    scene.is_all_there(&second).await;
    // Another server over the same log gives what was made, and makes nothing again.
    let made = files_in(&scene.shelf());
    let Scene { folder, home, keys, running, town, first } = scene;
    running.shutdown().await;
    let running = packing(&home, keys.clone()).await;
    scene = Scene { folder, home, keys, running, town, first };
    let mut third = scene.town.device(scene.folder.path(), 3).await;
    take_all(&mut third, &scene.server()).await;
    assert!(third.guest.take_up(&TestClock::default()).await.unwrap().is_some());
    scene.is_all_there(&third).await;
    assert_eq!(files_in(&scene.shelf()), made);
    // What came since comes by exchange.
    let author = scene.first.author.unwrap();
    scene.first.write(3, author).await;
    let line = Line::to(&scene.running, 7, false);
    let clock = TestClock::default();
    scene.first.pass(&line, &clock).await;
    third.pass(&line, &clock).await;
    scene.is_all_there(&third).await;
    scene.running.shutdown().await;
}

async fn a_segment_that_the_shelf_lost_is_made_anew_and_nobody_waits_for_it(kept: Kept) {
    let scene = Scene::new(kept).await;
    let mut second = scene.town.device(scene.folder.path(), 2).await;
    take_all(&mut second, &scene.server()).await;
    for file in files_in(&scene.shelf()) {
        std::fs::remove_file(file).unwrap();
    }
    let mut third = scene.town.device(scene.folder.path(), 3).await;
    take_all(&mut third, &scene.server()).await;
    assert!(third.store.arriving().await.unwrap().is_none(), "given up: it comes by exchange");
    third.pass(&Line::to(&scene.running, 2, false), &TestClock::default()).await;
    scene.is_all_there(&third).await;
    let mut fourth = scene.town.device(scene.folder.path(), 4).await;
    take_all(&mut fourth, &scene.server()).await;
    assert!(fourth.guest.take_up(&TestClock::default()).await.unwrap().is_some(), "they are there again");
    scene.is_all_there(&fourth).await;
    scene.running.shutdown().await;
}

async fn a_device_the_town_trusts_no_further_is_given_no_segment(kept: Kept) {
    let mut scene = Scene::new(kept).await;
    let mut second = scene.town.device(scene.folder.path(), 2).await;
    take_all(&mut second, &scene.server()).await;
    let named = files_in(&scene.shelf());
    let name = named[0].file_name().unwrap().to_string_lossy().into_owned();
    let name = Hash::from_slice(&domain::identity::from_hex(&name).unwrap()).unwrap();
    scene.town.revoke(&mut scene.first, 3).await;
    scene.first.pass(&Line::to(&scene.running, 3, false), &TestClock::default()).await;
    assert_eq!(asked(&scene, 4, None).await.unwrap().segments.len(), named.len(), "the others are given all");
    let third = asked(&scene, 3, None).await.unwrap();
    assert_eq!(third, Catalogue::default());
    assert!(asked(&scene, 3, Some(name)).await.is_none());
    scene.running.shutdown().await;
}

async fn a_clerk_who_never_leaves_gets_the_history_when_she_pauses(kept: Kept) {
    let scene = Scene::new(kept).await;
    let mut second = scene.town.device(scene.folder.path(), 2).await;
    take_all(&mut second, &scene.server()).await;
    second.store.attend(true);
    let clock = TestClock::default();
    let at = |seconds: i64| clock.0.store(seconds * 1_000, Ordering::SeqCst);
    for seconds in [0, 30, 59] {
        at(seconds);
        assert_eq!(second.guest.take_up(&clock).await.unwrap(), None, "she has hardly looked up");
    }
    // She begins a receipt and leaves it.
    drop(second.store.begin(&second.writer, 1_795_456_800_000).await.unwrap());
    for seconds in [60, 90, 119] {
        at(seconds);
        assert_eq!(second.guest.take_up(&clock).await.unwrap(), None, "{seconds}");
    }
    at(120);
    assert!(second.guest.take_up(&clock).await.unwrap().is_some());
    assert_eq!(second.store.arriving().await.unwrap(), None);
    scene.is_all_there(&second).await;
    scene.running.shutdown().await;
}

async fn a_snapshot_that_differed_is_an_alarm_about_whom_it_came_from(kept: Kept) {
    let mut scene = Scene::new(kept).await;
    let mut second = scene.town.device(scene.folder.path(), 2).await;
    take_all(&mut second, &scene.server()).await;
    // As though the server had packed another name.
    let mut writing = second.store.begin(&second.writer, 1).await.unwrap();
    sqlx::query("update staff set name_english = 'Somebody' where user = (select max(user) from staff)")
        .execute(writing.connection())
        .await
        .unwrap();
    // What it has seen is its first entry.
    writing.commit().await.unwrap();
    let taken = second.guest.take_up(&TestClock::default()).await.unwrap().unwrap();
    assert_eq!(taken.differed, [("staff".to_owned(), 2)]);
    let noted = carrier::alarms(&second.store, "server").await.unwrap();
    let [noted] = noted.as_slice() else { panic!("{noted:?}") };
    assert_eq!(noted.alarm.known_kind(), Some(AlarmKind::SnapshotDiffered));
    assert_eq!(noted.alarm.detail, "staff 2");
    let line = Line::to(&scene.running, 8, false);
    let later = TestClock(10_000_000.into());
    second.pass(&line, &later).await;
    scene.first.pass(&line, &later).await;
    scene.is_all_there(&second).await;
    scene.running.shutdown().await;
}

/// The names in a folder of the bucket, as the store itself lists them.
async fn objects(folder: &str) -> Vec<String> {
    use futures_util::TryStreamExt as _;
    use object_store::ObjectStore as _;
    let store = object_store::aws::AmazonS3Builder::new()
        .with_endpoint(&garage().endpoint)
        .with_region(scratch::garage::REGION)
        .with_access_key_id(scratch::garage::KEY_ID)
        .with_secret_access_key(scratch::garage::SECRET)
        .with_bucket_name(scratch::garage::BUCKET)
        .with_allow_http(true)
        .build()
        .unwrap();
    let listed: Vec<_> = store.list(Some(&folder.into())).try_collect().await.unwrap();
    let mut names: Vec<String> = listed.into_iter().map(|object| object.location.to_string()).collect();
    names.sort();
    names
}

async fn what_lies_in_a_bucket_is_given_by_every_server(kept: Kept) {
    let (place, other) = match kept {
        Kept::InFiles => ("files/one", "server"),
        Kept::InPostgres => ("database/one", "other server"),
    };
    let mut scene = Scene::with_bucket(kept, Some(bucket(place, scratch::garage::SECRET))).await;
    let mut second = scene.town.device(scene.folder.path(), 2).await;
    take_all(&mut second, &scene.server()).await;
    assert!(second.guest.take_up(&TestClock::default()).await.unwrap().is_some());
    scene.is_all_there(&second).await;
    let made = objects(place).await;
    assert!(
        made.len() > 3 && made.iter().all(|name| name.starts_with(&format!("{place}/{TOWN}/"))),
        "{made:?}"
    );
    assert!(!scene.shelf().exists(), "nothing beside it");
    // Over a database a further server with a folder of its own; over files the same one again.
    scene.running.shutdown().await;
    let data = scene.folder.path().join(other);
    std::fs::create_dir_all(&data).unwrap();
    let store = bucket(place, scratch::garage::SECRET);
    scene.running = packing_into(&scene.home, &data, scene.keys.clone(), Some(store)).await;
    let mut third = scene.town.device(scene.folder.path(), 3).await;
    take_all(&mut third, &scene.server()).await;
    assert!(third.guest.take_up(&TestClock::default()).await.unwrap().is_some());
    scene.is_all_there(&third).await;
    assert_eq!(objects(place).await, made, "nothing was packed again");
    // The log grows past the snapshot twice: what nobody begins from any more is taken away.
    let author = scene.first.author.unwrap();
    let clock = TestClock::default();
    for number in [4, 5] {
        scene.first.write(200, author).await;
        clock.0.fetch_add(10_000_000, Ordering::SeqCst);
        scene.first.pass(&Line::to(&scene.running, 5, false), &clock).await;
        let mut next = scene.town.device(scene.folder.path(), number).await;
        take_all(&mut next, &scene.server()).await;
        assert!(next.guest.take_up(&clock).await.unwrap().is_some());
        scene.is_all_there(&next).await;
    }
    let (kept, gone): (Vec<_>, Vec<_>) = {
        let now = objects(place).await;
        made.into_iter().partition(|name| now.contains(name))
    };
    assert!(!gone.is_empty() && !kept.is_empty(), "snapshots go, history stays: {kept:?} {gone:?}");
    scene.running.shutdown().await;
}

async fn a_bucket_that_refuses_holds_up_no_receipt(kept: Kept) {
    let wrong = scratch::garage::SECRET.replace('4', "5");
    let scene = Scene::with_bucket(kept, Some(bucket("refused", &wrong))).await;
    let mut second = scene.town.device(scene.folder.path(), 2).await;
    let clock = TestClock::default();
    for _ in 0..3 {
        let broken = second.guest.take_segments(&scene.server(), &clock, &mut second.dice).await.unwrap_err();
        assert_eq!(broken.trouble.code, "E-SERVER-017");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    second.pass(&Line::to(&scene.running, 6, false), &clock).await;
    scene.is_all_there(&second).await;
    assert_eq!(objects("refused").await, Vec::<String>::new());
    scene.running.shutdown().await;
}

/// A catalogue, or an empty one where a piece came; nothing where there is no such thing.
async fn asked(scene: &Scene, number: u8, name: Option<Hash>) -> Option<Catalogue> {
    use carrier::Carry;
    let credentials = scene.town.credentials(number);
    let mut challenge = Vec::new();
    for _ in 0..100 {
        let take = Take { town: TOWN, challenge: challenge.clone(), name, offset: 0, bytes: 1 };
        let frame = take.to_frame(&credentials).unwrap();
        let answer = match scene.server().take(TOWN, frame).await {
            Ok(None) => return None,
            Ok(Some(answer)) => answer,
            Err(broken) => {
                assert_eq!(broken.trouble.code, "E-SERVER-017");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        match sync::frame::open::<sync::admit::Challenge>(sync::frame::FrameKind::Challenge, &answer) {
            Ok(asked) => challenge = asked.challenge,
            Err(SyncError::OtherAnswer | SyncError::Malformed(_)) => {
                return Some(Catalogue::of_frame(&answer).unwrap_or_default());
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("never answered");
}

async fn what_lies_on_the_shelf_is_sealed(kept: Kept) {
    let scene = Scene::new(kept).await;
    let mut second = scene.town.device(scene.folder.path(), 2).await;
    take_all(&mut second, &scene.server()).await;
    let files = files_in(&scene.shelf());
    assert!(!files.is_empty());
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        assert!(zstd::stream::decode_all(bytes.as_slice()).is_err(), "packed, but not sealed");
        assert_ne!(
            journal::hash(&bytes).to_hex(),
            file.file_name().unwrap().to_string_lossy(),
            "what its name says is inside the seal"
        );
    }
    scene.running.shutdown().await;
}
