//! A new device begins from a snapshot, works, and is at last what it would have been without one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test may fail"
)]

mod support;

use domain::fact::{Fact, RecordChanged, Register};
use domain::people::{Author, Role, RoleGranted};
use domain::{Epoch, Hash, Paise};
use journal::{Range, Record, device_of};
use store::{Coming, Part, Store, StoreError};
use support::*;

/// A town with a record, a paid due and a book of leaves' worth of trust: device 10 wrote it all.
async fn town_with_a_past() -> Replica {
    let mut one = Box::pin(founded()).await;
    let mut record = Record::new().unwrap();
    let fields = [("property_id", "PT-1"), ("owner_english", "Ram"), ("owner_hindi", "राम")];
    let device = device_of(&one.writer.key.public());
    let change = record.write(device, Epoch(0), 1, &fields).unwrap().unwrap();
    let document = journal::record::document_of(TOWN, "property", "PT-1");
    let fact = Fact::from(RecordChanged { register: Register::Property, document, change });
    let mut writing = one.store.begin(&one.writer, 1_500).await.unwrap();
    writing.append(one.author, &fact).await.unwrap();
    writing.commit().await.unwrap();
    Box::pin(open_shift(&mut one, "C01")).await;
    Box::pin(receipt(&one, "C01", 30_000)).await;
    one
}

async fn parts_of(store: &Store) -> Vec<Part> {
    let mut snapshot = store.snapshot().await.unwrap().unwrap();
    let mut parts = Vec::new();
    while let Some(part) = snapshot.next_part().await.unwrap() {
        // As it travels.
        parts.push(minicbor::decode(&minicbor::to_vec(&part).unwrap()).unwrap());
    }
    parts
}

async fn history_of(store: &Store) -> Vec<Range> {
    let mut ranges = Vec::new();
    for head in store.vector().await.unwrap() {
        let mut after = 0;
        while let Some(range) = store.range_after(head.device, head.epoch, after, 500).await.unwrap() {
            after = range.last_seq();
            ranges.push(range);
        }
    }
    ranges
}

fn coming(number: u8, is_snapshot: bool) -> Coming {
    let receipts = u64::from(!is_snapshot);
    Coming {
        name: Hash([number; 32]),
        is_snapshot,
        bytes: 10,
        records: 3,
        receipts,
        paise: Paise(30_000 * receipts as i64),
    }
}

/// Device 11 begins from these parts; answers with the history's place.
async fn begun(from: &Replica, parts: Vec<Part>) -> (Replica, i64) {
    let mut two = replica(11).await;
    two.author = from.author;
    let position = from.store.snapshot().await.unwrap().unwrap().position().to_vec();
    let mut segments: Vec<Coming> = (0..parts.len()).map(|number| coming(number as u8, true)).collect();
    let history = segments.len() as i64;
    segments.push(coming(99, false));
    two.store.begin_arriving(&position, &segments, 7).await.unwrap();
    for (place, part) in parts.into_iter().enumerate() {
        assert!(!two.store.arriving().await.unwrap().unwrap().usable);
        two.store.take_part(place as i64, part.clone()).await.unwrap();
        // The answer was lost and it comes once more.
        two.store.take_part(place as i64, part).await.unwrap();
    }
    (two, history)
}

#[tokio::test]
async fn receipts_taken_before_the_history_is_here_stand_like_any_others() {
    let one = Box::pin(town_with_a_past()).await;
    let (mut two, history) = begun(&one, parts_of(&one.store).await).await;
    let arriving = two.store.arriving().await.unwrap().unwrap();
    assert!(arriving.usable && !arriving.whole);
    assert_eq!((arriving.receipts, arriving.receipts_done, arriving.as_of_ms), (1, 0, 7));
    assert_eq!(due(&two.store).await, (70_000, 0), "demanded and paid before");
    let found = store::search::search(&mut two.store.reading().await.unwrap(), "Ram", 5).await.unwrap();
    assert_eq!(found.len(), 1);
    open_shift(&mut two, "C02").await;
    receipt(&two, "C02", 20_000).await;
    assert_eq!(due(&two.store).await, (50_000, 0));
    assert!(two.store.digest().await.unwrap().incomplete);
    assert!(matches!(
        two.store.verify(two.folder.path(), options(false), |_, _| {}).await,
        Err(StoreError::Arriving)
    ));
    // Meanwhile the first goes on, and what it writes comes by exchange.
    exchange(&two.store, &one.store).await;
    assert_eq!(due(&one.store).await, (50_000, 0), "it has the past the receipt names");
    receipt(&one, "C01", 1_000).await;
    assert_eq!(two.store.take_up(false).await.unwrap(), None, "the history is not here");
    two.store.take_history(history, history_of(&one.store).await, 8).await.unwrap();
    let arriving = two.store.arriving().await.unwrap().unwrap();
    assert!(arriving.whole);
    assert_eq!((arriving.receipts_done, arriving.paise_done), (1, Paise(30_000)));
    assert_eq!(due(&two.store).await, (50_000, 0), "nothing moves before all is folded");
    two.store.attend(true);
    assert_eq!(two.store.take_up(false).await.unwrap(), None, "somebody sits there");
    let taken = two.store.take_up(true).await.unwrap().expect("who has been still for a while");
    assert_eq!(taken.differed, []);
    assert_eq!(two.store.arriving().await.unwrap(), None);
    assert_eq!(due(&two.store).await, (49_000, 0));
    exchange(&one.store, &two.store).await;
    assert_eq!(two.store.digest().await.unwrap(), one.store.digest().await.unwrap());
    assert!(!two.store.digest().await.unwrap().incomplete);
    let verified = two.store.verify(two.folder.path(), options(false), |_, _| {}).await.unwrap();
    assert_eq!(verified.first_difference, None);
    let found = store::search::search(&mut two.store.reading().await.unwrap(), "Ram", 5).await.unwrap();
    assert_eq!(found.len(), 1);
    // And it goes on.
    receipt(&two, "C02", 1_000).await;
    exchange(&two.store, &one.store).await;
    assert_eq!(two.store.digest().await.unwrap(), one.store.digest().await.unwrap());
}

#[tokio::test]
async fn what_hangs_on_the_history_waits_for_it() {
    let one = Box::pin(town_with_a_past()).await;
    let (two, history) = begun(&one, parts_of(&one.store).await).await;
    let admin = Author { user: USER, grant: founding_grant(&two.store).await };
    let granted = Fact::from(RoleGranted { user: USER, role: Role::Supervisor });
    let mut writing = two.store.begin(&two.writer, 9).await.unwrap();
    assert!(matches!(writing.append(Some(admin), &granted).await, Err(StoreError::Arriving)));
    let many = writing.append_all(Some(admin), std::slice::from_ref(&granted)).await;
    assert!(matches!(many, Err(StoreError::Arriving)));
    drop(writing);
    assert!(two.store.snapshot().await.unwrap().is_none(), "nobody begins from who is beginning");
    two.store.take_history(history, history_of(&one.store).await, 8).await.unwrap();
    two.store.take_up(false).await.unwrap().unwrap();
    let mut writing = two.store.begin(&two.writer, 9).await.unwrap();
    writing.append(Some(admin), &granted).await.unwrap();
    writing.commit().await.unwrap();
}

#[tokio::test]
async fn a_snapshot_that_lies_is_found_out_and_the_log_stands() {
    let one = Box::pin(town_with_a_past()).await;
    // Its maker forgot a payment, and invented a house.
    let liar = replica(10).await;
    exchange(&one.store, &liar.store).await;
    let lies = "update due set applied_paise = 0; \
        insert into record select 77, zeroblob(16), consumer, 'PT-X', '', 'झूठ', 'Phantom', '', '', '', '', '', '', '' \
        from record;";
    let path = liar.folder.path().join("t.palika");
    behind_its_back(&path, lies).await;
    let (mut two, history) = begun(&one, parts_of(&liar.store).await).await;
    assert_eq!(due(&two.store).await, (100_000, 0));
    open_shift(&mut two, "C02").await;
    receipt(&two, "C02", 20_000).await;
    two.store.take_history(history, history_of(&one.store).await, 8).await.unwrap();
    let taken = two.store.take_up(false).await.unwrap().unwrap();
    assert_eq!(taken.differed, [("due".to_owned(), 2), ("record".to_owned(), 1)]);
    assert_eq!(two.store.snapshot_differed().await.unwrap(), "due 2, record 1");
    assert_eq!(due(&two.store).await, (50_000, 0));
    let found = store::search::search(&mut two.store.reading().await.unwrap(), "Phantom", 5).await.unwrap();
    assert_eq!(found, []);
    exchange(&two.store, &one.store).await;
    assert_eq!(two.store.digest().await.unwrap(), one.store.digest().await.unwrap());
}

#[tokio::test]
async fn a_newer_program_leaves_a_snapshot_alone_until_the_history_is_here() {
    let one = town_with_a_past().await;
    let (two, history) = begun(&one, parts_of(&one.store).await).await;
    two.store.close().await;
    let path = two.folder.path().join("t.palika");
    behind_its_back(&path, "update meta set value = x'00000001' where name = 'fold-version'").await;
    let store = Store::open(&path, options(false)).await.unwrap();
    assert!(store.arriving().await.unwrap().unwrap().usable);
    assert_eq!(due(&store).await, (70_000, 0), "demanded and paid before");
    store.take_history(history, history_of(&one.store).await, 8).await.unwrap();
    assert_eq!(store.take_up(false).await.unwrap().unwrap().differed, []);
    assert_eq!(store.digest().await.unwrap(), one.store.digest().await.unwrap());
}

#[tokio::test]
async fn a_snapshot_given_up_half_way_leaves_what_an_exchange_would_have_made() {
    let one = Box::pin(town_with_a_past()).await;
    let two = replica(11).await;
    let parts = parts_of(&one.store).await;
    let position = one.store.snapshot().await.unwrap().unwrap().position().to_vec();
    let segments: Vec<Coming> = (0..parts.len()).map(|number| coming(number as u8, true)).collect();
    two.store.begin_arriving(&position, &segments, 7).await.unwrap();
    for (place, part) in parts.into_iter().take(4).enumerate() {
        two.store.take_part(place as i64, part).await.unwrap();
    }
    two.store.give_up_arriving().await.unwrap();
    assert_eq!(two.store.arriving().await.unwrap(), None);
    exchange(&one.store, &two.store).await;
    assert_eq!(two.store.digest().await.unwrap(), one.store.digest().await.unwrap());
    let again = two.store.begin_arriving(&position, &segments, 7).await;
    assert!(matches!(again, Err(StoreError::Rule(_))), "only an empty file begins from a snapshot");
}

#[tokio::test]
async fn a_part_that_is_not_shaped_like_its_table_is_refused_and_nothing_of_it_stays() {
    let one = Box::pin(town_with_a_past()).await;
    let two = replica(11).await;
    let parts = parts_of(&one.store).await;
    let position = one.store.snapshot().await.unwrap().unwrap().position().to_vec();
    two.store.begin_arriving(&position, &[coming(0, true), coming(1, true)], 7).await.unwrap();
    // Devices before the chains they speak of.
    let refused = two.store.take_part(0, parts.last().unwrap().clone()).await;
    assert!(matches!(refused, Err(StoreError::Journal(_))), "{refused:?}");
    assert_eq!(two.store.segments_to_come().await.unwrap().len(), 2);
}
