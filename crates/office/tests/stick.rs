//! The exchange on a stick: two computers without a line come to the same log, whatever becomes of a file on the way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test may fail"
)]

mod common;

use common::*;
use contract::{Bundle, BundleFor, Reply, Request};
use domain::{ChainHead, DeviceId};
use office::Office;
use std::path::{Path, PathBuf};

async fn device_of(office: &TestOffice) -> DeviceId {
    office.situation().await.town.unwrap().device
}

fn ask_for(device: DeviceId, path: &Path) -> Request {
    Request::WriteBundle(BundleFor { device, path: path.to_string_lossy().into_owned() })
}

fn read_of(path: &Path) -> Request {
    Request::ReadBundle { path: path.to_string_lossy().into_owned() }
}

fn put(path: &Path, bytes: &[u8]) {
    store::durable_file::replace(path, bytes).unwrap();
}

/// Writes a bundle from one computer for another, under a new name.
async fn write(from: &TestOffice, to: &TestOffice, name: &str) -> (PathBuf, Bundle) {
    let path = from.folder.path().join(name);
    let Reply::Bundle(bundle) = from.say(ask_for(device_of(to).await, &path)).await else { panic!() };
    (path, bundle)
}

async fn read(to: &TestOffice, path: &Path) -> Bundle {
    let Reply::Bundle(bundle) = to.say(read_of(path)).await else { panic!() };
    bundle
}

async fn vector(office: &TestOffice) -> Vec<ChainHead> {
    office.open_store().await.vector().await.unwrap()
}

/// What one computer knows the other to hold.
async fn confirmed(here: &TestOffice, there: &TestOffice) -> u64 {
    let peer = format!("device/{}", device_of(there).await);
    here.open_store().await.confirmed(&peer).await.unwrap().iter().map(|head| head.seq).sum()
}

async fn two_counters() -> (TestOffice, TestOffice) {
    let one = TestOffice::with_register().await;
    let two = one.neighbour("C04").await;
    one.open_shift(monday(), rupees(0)).await;
    two.open_shift(monday(), rupees(0)).await;
    (one, two)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_counters_come_to_one_log_by_stick_and_carry_nothing_twice_that_was_confirmed() {
    let (one, two) = two_counters().await;
    let mobile = "9876501234";
    let mut rows = register();
    rows[2].mobile = mobile.to_owned();
    one.import(&rows).await;
    one.cash(&property_id(1), rupees(500)).await;
    two.cash(&property_id(1), rupees(300)).await;

    let (path, sent) = write(&one, &two, "monday.palika-bundle").await;
    let bytes = std::fs::read(&path).unwrap();
    for secret in ["Ramesh", "PT-", mobile] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
    let read_there = read(&two, &path).await;
    assert_eq!((read_there.entries, read_there.alarms, read_there.is_old), (sent.entries, 0, false));
    assert_eq!(read_there.counter, "C03");
    let Reply::Hits(hits) = two.say(Request::Search { text: mobile.to_owned() }).await else { panic!() };
    assert_eq!(hits.hits.len(), 1, "the key of the sealed mobile came along");
    assert_eq!(confirmed(&one, &two).await, 0, "nothing is confirmed by having been written");

    let (answer, back) = write(&two, &one, "answer.palika-bundle").await;
    assert!(
        back.entries < sent.entries,
        "of {} only what is known here and not there: {}",
        sent.entries,
        back.entries
    );
    read(&one, &answer).await;
    assert_eq!(vector(&one).await, vector(&two).await);
    assert_eq!(one.digest().await, two.digest().await);
    assert_eq!(
        one.bill(&property_id(1)).await.total_due_paise,
        two.bill(&property_id(1)).await.total_due_paise
    );
    let all: u64 = vector(&one).await.iter().map(|head| head.seq).sum();
    assert_eq!(confirmed(&one, &two).await, all);

    // The second week: one receipt is one receipt, not the town again.
    one.cash(&property_id(2), rupees(100)).await;
    let (path, sent) = write(&one, &two, "second.palika-bundle").await;
    assert!(sent.entries <= 2, "{}", sent.entries);
    let small = std::fs::metadata(&path).unwrap().len();
    assert!(small < 3_000, "{small} bytes");
    assert_eq!(read(&two, &path).await.entries_new, sent.entries);
    assert_eq!(one.digest().await, two.digest().await);
    one.must_verify().await;
    two.must_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stick_that_is_lost_read_twice_or_late_costs_nothing() {
    let (one, two) = two_counters().await;
    one.cash(&property_id(1), rupees(500)).await;
    let (lost, first) = write(&one, &two, "lost").await;
    one.cash(&property_id(2), rupees(100)).await;
    let (second, again) = write(&one, &two, "second").await;
    assert!(again.entries > first.entries, "what was never confirmed is carried again");
    assert!(!read(&two, &second).await.is_old);
    let (answer, _) = write(&two, &one, "answer").await;
    read(&one, &answer).await;
    let held = confirmed(&one, &two).await;

    let twice = read(&two, &second).await;
    assert_eq!((twice.entries_new, twice.is_old), (0, true));
    let late = read(&two, &lost).await;
    assert_eq!((late.entries_new, late.is_old), (0, true), "the first stick was found behind the cupboard");
    let (old_answer, _) = write(&two, &one, "answer-2").await;
    one.cash(&property_id(3), rupees(100)).await;
    let (newer, _) = write(&one, &two, "third").await;
    read(&two, &newer).await;
    let (new_answer, _) = write(&two, &one, "answer-3").await;
    read(&one, &new_answer).await;
    let now = confirmed(&one, &two).await;
    assert!(now > held);
    assert!(read(&one, &old_answer).await.is_old);
    assert_eq!(confirmed(&one, &two).await, now, "an old answer takes nothing back");
    assert_eq!(one.digest().await, two.digest().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_broken_anywhere_is_refused_with_words_and_what_came_whole_stays() {
    let (one, two) = two_counters().await;
    for number in 1..=4 {
        one.cash(&property_id(number), rupees(100)).await;
    }
    let (path, sent) = write(&one, &two, "whole").await;
    let whole = std::fs::read(&path).unwrap();
    let broken = two.folder.path().join("broken");
    let entries = two.entries().await;
    let step = (whole.len() / 60).max(1);
    for at in (0..whole.len()).step_by(step).chain([4, 8, 12, whole.len() - 1]) {
        put(&broken, &whole[..at]);
        let code = two.refused(read_of(&broken)).await;
        assert!(["E-CARRIER-011", "E-CARRIER-012"].contains(&code.as_str()), "cut at {at}: {code}");
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        put(&broken, &flipped);
        let code = two.refused(read_of(&broken)).await;
        assert!(code.starts_with("E-CARRIER-01") || code.starts_with("E-SYNC-00"), "bit at {at}: {code}");
    }
    let held: u64 = vector(&two).await.iter().map(|head| head.seq).sum();
    assert!(held >= entries);
    let healed = read(&two, &path).await;
    assert_eq!((healed.entries, healed.is_old, healed.alarms), (sent.entries, false, 0));
    two.must_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_opens_at_the_computer_it_is_for_and_nowhere_else() {
    let (one, two) = two_counters().await;
    let three = one.neighbour("C05").await;
    let (path, _) = write(&one, &two, "for-two").await;
    assert_eq!(three.refused(read_of(&path)).await, "E-CARRIER-013");
    assert_eq!(one.refused(read_of(&path)).await, "E-CARRIER-014");
    let stranger = TestOffice::founded_under(journal::KeyPair::from_secret([9; 32])).await;
    assert_eq!(stranger.refused(read_of(&path)).await, "E-SYNC-004");

    assert_eq!(one.refused(ask_for(device_of(&one).await, &path)).await, "E-OFFICE-080");
    assert_eq!(one.refused(ask_for(DeviceId([7; 16]), &path)).await, "E-OFFICE-078");
    let before = std::fs::read(&path).unwrap();
    let code = one.refused(ask_for(device_of(&two).await, &path)).await;
    assert!(code.starts_with("E-OFFICE-"), "{code}");
    assert_eq!(std::fs::read(&path).unwrap(), before, "a file that is there is not touched");
    assert_eq!(one.refused(ask_for(device_of(&two).await, Path::new(" "))).await, "E-OFFICE-030");
    assert!(one.refused(read_of(Path::new("/nowhere/at all"))).await.starts_with("E-OFFICE-"));

    let revoked = device_of(&two).await;
    one.say(Request::RevokeDevice { device: revoked, reason: "stolen".to_owned() }).await;
    let path = one.folder.path().join("too-late");
    assert_eq!(one.refused(ask_for(revoked, &path)).await, "E-OFFICE-079");
    assert!(!path.exists());
    // What the revoked one took is heard all the same: it was money.
    two.cash(&property_id(1), rupees(300)).await;
    let (path, _) = write(&two, &one, "from-the-revoked").await;
    assert!(read(&one, &path).await.entries_new > 0);
    one.say(Request::Lock).await;
    assert!(one.refused(read_of(&path)).await.starts_with("E-OFFICE-"), "somebody must be signed in");
}

async fn restarted(office: TestOffice) -> TestOffice {
    let again = Office::start(office.folder.path(), office.shell.clone()).await;
    let made = TestOffice::around(again, office.shell, office.folder, office.state, office.admin);
    made.sign_in(made.admin).await;
    made
}

/// It holds less than it once said: the next bundle begins beyond what it has, and its answer says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_computer_put_back_from_a_backup_is_brought_up_by_stick_with_what_it_had_written_itself() {
    let (one, two) = two_counters().await;
    two.office.close().await;
    let file = two.folder.path().join("town.palika");
    let backup = std::fs::read(&file).unwrap();
    let two = restarted(two).await;
    one.cash(&property_id(1), rupees(500)).await;
    two.cash(&property_id(2), rupees(300)).await;
    let (there, _) = write(&one, &two, "there").await;
    read(&two, &there).await;
    let (back, _) = write(&two, &one, "back").await;
    read(&one, &back).await;
    assert_eq!(vector(&one).await, vector(&two).await);

    two.office.close().await;
    put(&file, &backup);
    let two = restarted(two).await;
    one.cash(&property_id(3), rupees(100)).await;
    let (beyond, sent) = write(&one, &two, "beyond").await;
    let taken = read(&two, &beyond).await;
    assert!(taken.entries_new < sent.entries && taken.lacks_earlier, "{taken:?}");
    two.open_shift(monday(), rupees(0)).await;
    let receipt = two.cash(&property_id(4), rupees(100)).await;
    assert!(receipt.brief.number.starts_with("248459/C04-b/"), "{}", receipt.brief.number);
    let (less, _) = write(&two, &one, "less").await;
    assert!(!read(&one, &less).await.is_old, "another replica counts its bundles anew");
    let (rest, _) = write(&one, &two, "rest").await;
    let taken = read(&two, &rest).await;
    assert!(!taken.lacks_earlier);
    assert_eq!(vector(&one).await, vector(&two).await);
    assert_eq!(one.digest().await, two.digest().await);
    assert_eq!(
        two.bill(&property_id(2)).await.total_due_paise,
        one.bill(&property_id(2)).await.total_due_paise
    );
    two.must_verify().await;
}
