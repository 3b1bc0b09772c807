//! Two replicas of one town: what one writes the other folds, in any order, to the same digest.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test may fail"
)]

mod support;

use domain::drawer::LeafBookIssued;
use domain::fact::{Fact, RecordChanged, Register};
use domain::identity::DraftId;
use domain::people::{Author, DeviceRevoked};
use domain::receipt::ReceiptReprinted;
use domain::{CounterCode, DeviceId, Epoch, Hash};
use journal::{Range, Record, device_of};
use store::{OpenOptions, Outcome, RawKey, Store, StoreError};
use support::*;

#[tokio::test]
async fn the_same_due_paid_at_two_counters_stands_twice_and_shows_as_excess() {
    let mut one = founded().await;
    let mut two = second_after(&one).await;
    open_shift(&mut one, "C01").await;
    open_shift(&mut two, "C02").await;
    receipt(&one, "C01", 100_000).await;
    receipt(&two, "C02", 100_000).await;
    assert_eq!(due(&one.store).await, (0, 0));
    exchange(&one.store, &two.store).await;
    exchange(&two.store, &one.store).await;
    for replica in [&one, &two] {
        assert_eq!(due(&replica.store).await, (0, 100_000));
        assert!(!replica.store.digest().await.unwrap().incomplete);
    }
    assert_eq!(one.store.digest().await.unwrap(), two.store.digest().await.unwrap());
    let scratch = tempfile::tempdir().unwrap();
    let verified = one.store.verify(scratch.path(), options(false), |_, _| {}).await.unwrap();
    assert_eq!(verified.first_difference, None);
    assert!(verified.entries > 6 && verified.rows > 5 && verified.signatures > 3, "{verified:?}");
}

#[tokio::test]
async fn entries_whose_past_is_not_here_wait_and_fold_when_it_arrives() {
    let mut one = founded().await;
    let mut two = second_after(&one).await;
    open_shift(&mut two, "C02").await;
    receipt(&two, "C02", 40_000).await;
    let late = replica(12).await;
    let range =
        two.store.range_after(device_of(&two.writer.key.public()), Epoch(0), 0, 1 << 20).await.unwrap();
    late.store.receive(range.unwrap(), 1).await.unwrap();
    assert!(late.store.digest().await.unwrap().incomplete);
    exchange(&one.store, &late.store).await;
    assert!(!late.store.digest().await.unwrap().incomplete);
    assert_eq!(late.store.digest().await.unwrap(), two.store.digest().await.unwrap());
    open_shift(&mut one, "C01").await;
}

#[tokio::test]
async fn a_forged_range_and_a_fork_are_kept_as_evidence_and_the_head_does_not_move() {
    let mut one = founded().await;
    open_shift(&mut one, "C01").await;
    let two = second_after(&one).await;
    let device = device_of(&one.writer.key.public());
    let before = two.store.vector().await.unwrap();
    // The twin: a copy of device 10 that went on differently.
    let (one, twin) = copied(one).await;
    receipt(&one, "C01", 1_000).await;
    receipt(&twin, "C01", 2_000).await;
    exchange(&one.store, &two.store).await;
    let range = twin.store.range_after(device, Epoch(0), before[0].seq, 1 << 20).await.unwrap().unwrap();
    let received = two.store.receive(range.clone(), 9).await.unwrap();
    assert_eq!(received.outcome, Outcome::Forked);
    assert_eq!(received.head, one.store.vector().await.unwrap().first().copied());
    let mut forged = range;
    forged.previous = Hash([1; 32]);
    assert!(matches!(two.store.receive(forged, 9).await.unwrap().outcome, Outcome::Refused(_)));
    assert_eq!(due(&two.store).await, due(&one.store).await);
}

#[tokio::test]
async fn a_revocation_that_arrives_late_disputes_what_lies_beyond_its_cut_and_money_still_counts() {
    let one = founded().await;
    let mut two = second_after(&one).await;
    open_shift(&mut two, "C02").await;
    let cut = two.store.vector().await.unwrap();
    let own = device_of(&two.writer.key.public());
    let cut = cut.iter().find(|head| head.device == own).unwrap();
    receipt(&two, "C02", 40_000).await;
    exchange(&two.store, &one.store).await;
    let mut writing = one.store.begin(&one.writer, 9_000).await.unwrap();
    let admin = Author { user: USER, grant: founding_grant(&one.store).await };
    let revoked =
        DeviceRevoked { device: own, epoch: Epoch(0), seq: cut.seq, hash: cut.hash, reason: "stolen".into() };
    writing.append(Some(admin), &Fact::from(revoked)).await.unwrap();
    writing.commit().await.unwrap();
    exchange(&one.store, &two.store).await;
    // Another replica hears the revocation before the receipt: the same digest.
    let late = replica(12).await;
    exchange(&one.store, &late.store).await;
    for store in [&one.store, &two.store, &late.store] {
        assert_eq!(due(store).await.0, 60_000, "the money was taken");
        let mut reading = store.reading().await.unwrap();
        let rows = store::query::bill::receipts_of(&mut reading, "PT", "PT-1", 9).await.unwrap();
        assert!(rows[0].disputed);
    }
    let digests = [
        one.store.digest().await.unwrap(),
        two.store.digest().await.unwrap(),
        late.store.digest().await.unwrap(),
    ];
    assert_eq!(digests[0], digests[1]);
    assert_eq!(digests[1], digests[2]);
}

#[tokio::test]
async fn two_devices_that_describe_one_property_differently_keep_both_values_and_agree() {
    let one = founded().await;
    let two = second_after(&one).await;
    for (replica, owner) in [(&one, "Ram"), (&two, "Shyam")] {
        let device: DeviceId = device_of(&replica.writer.key.public());
        let mut record = Record::new().unwrap();
        let fields = [("property_id", "PT-1"), ("owner_english", owner)];
        let change = record.write(device, Epoch(0), 1, &fields).unwrap().unwrap();
        let document = journal::record::document_of(TOWN, "property", "PT-1");
        let fact = Fact::from(RecordChanged { register: Register::Property, document, change });
        let mut writing = replica.store.begin(&replica.writer, 4_000).await.unwrap();
        writing.append(replica.author, &fact).await.unwrap();
        writing.commit().await.unwrap();
    }
    exchange(&one.store, &two.store).await;
    exchange(&two.store, &one.store).await;
    assert_eq!(one.store.digest().await.unwrap(), two.store.digest().await.unwrap());
    let mut reading = one.store.reading().await.unwrap();
    let record = store::query::bill::record(&mut reading, "PT-1").await.unwrap().unwrap();
    let conflicts = store::query::bill::conflicting_fields(&mut reading, record.key).await.unwrap();
    assert_eq!(conflicts, ["owner_english"]);
}

#[tokio::test]
async fn a_wrong_key_another_file_and_a_missing_file_are_told_apart_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.palika");
    let missing = Store::open(&path, options(false)).await.err().unwrap();
    assert_eq!(missing.code(), "E-STORE-002");
    Store::open(&path, options(true)).await.unwrap().close().await;
    let before = std::fs::read(&path).unwrap();
    let wrong = OpenOptions { key: RawKey([8; 48]), ..options(false) };
    assert_eq!(Store::open(&path, wrong).await.err().unwrap().code(), "E-STORE-001");
    assert_eq!(Store::open(&path, options(true)).await.err().unwrap().code(), "E-STORE-003");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn verify_names_the_first_row_that_differs() {
    let mut one = founded().await;
    open_shift(&mut one, "C01").await;
    receipt(&one, "C01", 1_000).await;
    let scratch = tempfile::tempdir().unwrap();
    let mut writing = one.store.begin(&one.writer, 1).await.unwrap();
    sqlx::query("update due set applied_paise = 7").execute(writing.connection()).await.unwrap();
    writing.keep_without_entries().await.unwrap();
    let verified = one.store.verify(scratch.path(), options(false), |_, _| {}).await.unwrap();
    assert!(verified.first_difference.unwrap().starts_with("table due, row 1"), "names the table and row");
    let mut writing = one.store.begin(&one.writer, 1).await.unwrap();
    sqlx::query("update entry set at_ms = at_ms + 1 where kind = 31")
        .execute(writing.connection())
        .await
        .unwrap();
    writing.keep_without_entries().await.unwrap();
    let verified = one.store.verify(scratch.path(), options(false), |_, _| {}).await.unwrap();
    assert!(verified.first_difference.unwrap().contains("do not give its hash"));
}

#[tokio::test]
async fn a_book_of_one_number_given_to_two_counters_is_the_same_book_on_every_replica() {
    let one = founded().await;
    let two = second_after(&one).await;
    for (replica, counter, last_leaf) in [(&one, "C01", 50), (&two, "C02", 100)] {
        let author = Author { user: USER, grant: supervising_grant(replica).await };
        let issued = LeafBookIssued {
            book: "17".into(),
            first_leaf: 1,
            last_leaf,
            counter: CounterCode(counter.into()),
        };
        let mut writing = replica.store.begin(&replica.writer, 4_000).await.unwrap();
        writing.append(Some(author), &Fact::from(issued)).await.unwrap();
        writing.commit().await.unwrap();
    }
    exchange(&one.store, &two.store).await;
    exchange(&two.store, &one.store).await;
    assert_eq!(one.store.digest().await.unwrap(), two.store.digest().await.unwrap());
    let mut last_leaves = Vec::new();
    for store in [&one.store, &two.store] {
        let book = store::query::books::book(&mut store.reading().await.unwrap(), "17").await.unwrap();
        last_leaves.push(book.unwrap().last_leaf);
    }
    assert_eq!(last_leaves[0], last_leaves[1]);
}

#[tokio::test]
async fn a_copy_that_skips_its_number_is_not_written() {
    let mut one = founded().await;
    open_shift(&mut one, "C01").await;
    let receipt = receipt(&one, "C01", 1_000).await;
    let copy = |copy| ReceiptReprinted { receipt, copy, reason: "jam".into(), approval: None };
    let mut writing = one.store.begin(&one.writer, 4_000).await.unwrap();
    let refused = writing.append(one.author, &Fact::from(copy(0))).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Rule(reason) if reason == "copy-number"), "{refused:?}");
    drop(writing);
    let mut writing = one.store.begin(&one.writer, 4_000).await.unwrap();
    writing.append(one.author, &Fact::from(copy(1))).await.unwrap();
    let refused = writing.append(one.author, &Fact::from(copy(1))).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Rule(reason) if reason == "copy-number"), "{refused:?}");
}

/// A town with a day's receipts, and its chain cut into many ranges.
async fn cut_into_ranges() -> (Replica, Vec<Range>) {
    let mut one = founded().await;
    open_shift(&mut one, "C01").await;
    for paise in 1..=30 {
        receipt(&one, "C01", paise * 100).await;
    }
    let head = one.store.vector().await.unwrap()[0];
    let mut ranges = Vec::new();
    let mut after = 0;
    while let Some(range) = one.store.range_after(head.device, head.epoch, after, 500).await.unwrap() {
        after = range.last_seq();
        ranges.push(range);
    }
    assert!(ranges.len() >= 5, "{}", ranges.len());
    (one, ranges)
}

async fn outcomes(to: &Store, ranges: Vec<Range>) -> Vec<Outcome> {
    let mut received = Vec::new();
    to.receive_all(ranges, 5_000, &mut received).await.unwrap();
    received.into_iter().map(|received| received.outcome).collect()
}

#[tokio::test]
async fn ranges_of_one_message_are_taken_in_as_they_would_be_one_by_one() {
    let (one, ranges) = cut_into_ranges().await;
    let two = replica(11).await;
    let mut message = ranges.clone();
    // One that came before, in the same message, and one that lies about its end.
    message.insert(3, ranges[1].clone());
    let mut forged = ranges.last().unwrap().clone();
    forged.signature = ranges[0].signature;
    message.push(forged);
    let became = outcomes(&two.store, message).await;
    let stored = became.iter().filter(|outcome| **outcome == Outcome::Stored).count();
    assert_eq!(stored, ranges.len());
    assert_eq!(became[3], Outcome::Duplicate);
    assert!(matches!(became.last().unwrap(), Outcome::Refused(_)));
    assert_eq!(two.store.vector().await.unwrap(), one.store.vector().await.unwrap());
    assert_eq!(two.store.digest().await.unwrap(), one.store.digest().await.unwrap());
    // Where a signature was held a range may be cut again, so all of them must be there.
    let three = replica(12).await;
    exchange(&two.store, &three.store).await;
    assert_eq!(three.store.digest().await.unwrap(), one.store.digest().await.unwrap());
}

#[tokio::test]
async fn a_range_whose_past_comes_after_it_in_the_message_is_a_gap() {
    let (one, ranges) = cut_into_ranges().await;
    let two = replica(11).await;
    let became = outcomes(&two.store, vec![ranges[2].clone(), ranges[0].clone(), ranges[1].clone()]).await;
    assert_eq!(became, [Outcome::Gap, Outcome::Stored, Outcome::Stored]);
    assert_eq!(outcomes(&two.store, ranges).await[..2], [Outcome::Duplicate, Outcome::Duplicate]);
    assert_eq!(two.store.digest().await.unwrap(), one.store.digest().await.unwrap());
}

#[tokio::test]
async fn an_import_that_steps_back_for_people_again_and_again_arrives_whole() {
    let (one, ranges) = cut_into_ranges().await;
    for attended in [false, true] {
        let two = replica(11).await;
        two.store.attend(attended);
        let people = async {
            for turn in 0..200u8 {
                two.store.set_meta("turn", &[turn]).await.unwrap();
            }
        };
        let (became, ()) = tokio::join!(outcomes(&two.store, ranges.clone()), people);
        assert_eq!(became, vec![Outcome::Stored; ranges.len()]);
        assert_eq!(two.store.meta("turn").await.unwrap(), Some(vec![199]));
        assert_eq!(two.store.digest().await.unwrap(), one.store.digest().await.unwrap());
    }
}

#[tokio::test]
async fn a_press_finds_its_own_receipt_though_a_later_epoch_gave_its_number_again() {
    let mut one = founded().await;
    open_shift(&mut one, "C01").await;
    let first = receipt(&one, "C01", 100).await;
    let pressed = press(&one, 1);
    let found = |draft: DraftId| {
        let store = one.store.clone();
        let device = journal::device_of(&one.writer.key.public());
        async move {
            let mut reading = store.reading().await.unwrap();
            store::query::payment::pressed(&mut reading, &draft, &device).await.unwrap()
        }
    };
    assert_eq!(found(pressed).await, Some(first));

    let mut again = Replica {
        store: one.store.clone(),
        writer: store::Writer { town: TOWN, key: one.writer.key.clone(), epoch: Epoch(1) },
        author: one.author,
        shift: one.shift,
        folder: tempfile::tempdir().unwrap(),
    };
    open_shift(&mut again, "C01").await;
    let mut later = receipt(&again, "C01", 200).await;
    while later.seq < first.seq {
        later = receipt(&again, "C01", 200).await;
    }
    assert_eq!(later.seq, first.seq, "the number was given again");
    assert_eq!(found(pressed).await, Some(first));
}
