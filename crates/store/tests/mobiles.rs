//! What of the index of mobiles must be made again: nothing after a receipt, one contact after one change, everything
//! after a refold.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test may fail"
)]

mod support;

use domain::drawer::ShiftOpened;
use domain::fact::{ContactSealed, Fact, RecordChanged, Register};
use domain::identity::PersonId;
use domain::people::{Author, DeviceRevoked};
use domain::receipt::Sealed;
use domain::{CounterCode, DocumentId, Epoch, Paise};
use journal::seal::WrappedKey;
use journal::{Record, device_of};
use store::query::mobiles::{self, ContactsMark, Stale};
use support::*;

fn document_of(property: &str) -> DocumentId {
    journal::record::document_of(TOWN, "property", property)
}

async fn write(replica: &Replica, at_ms: i64, fact: impl Into<Fact>) {
    let mut writing = replica.store.begin(&replica.writer, at_ms).await.unwrap();
    writing.append(replica.author, &fact.into()).await.unwrap();
    writing.commit().await.unwrap();
}

async fn describe(replica: &Replica, property: &str) {
    let mut record = Record::new().unwrap();
    let device = device_of(&replica.writer.key.public());
    let change = record.write(device, Epoch(0), 1, &[("property_id", property)]).unwrap().unwrap();
    let document = document_of(property);
    write(replica, 4_000, RecordChanged { register: Register::Property, document, change }).await;
}

async fn contact(replica: &Replica, property: &str, at_ms: i64) {
    let mobile = Sealed { person: PersonId([property.len() as u8; 16]), bytes: vec![at_ms as u8; 60] };
    write(replica, at_ms, ContactSealed { document: document_of(property), mobile }).await;
}

async fn mark(replica: &Replica) -> ContactsMark {
    mobiles::contacts_mark(&mut replica.store.reading().await.unwrap()).await.unwrap()
}

/// The documents of everything stale since then, asked for by twos.
async fn stale_since(replica: &Replica, since: Option<ContactsMark>) -> Vec<DocumentId> {
    let now = mark(replica).await;
    let mut reading = replica.store.reading().await.unwrap();
    let mut found = Vec::new();
    for stale in mobiles::stale_contacts(&mut reading, since, now).await.unwrap() {
        let mut left: Option<Stale> = Some(stale);
        while let Some(stale) = left {
            let (some, next) = mobiles::some_stale(&mut reading, stale, 2).await.unwrap();
            found.extend(some.into_iter().map(|row| row.document));
            left = next;
        }
    }
    found
}

#[tokio::test]
async fn only_what_changed_since_the_mark_is_looked_at_again() {
    let one = founded().await;
    for property in ["PT-1", "PT-2", "PT-3"] {
        describe(&one, property).await;
        contact(&one, property, 5_000).await;
    }
    assert_eq!(stale_since(&one, None).await.len(), 3, "never indexed");
    let indexed = mark(&one).await;
    assert_eq!(ContactsMark::from_bytes(&indexed.to_bytes()), Some(indexed));
    assert_eq!(ContactsMark::from_bytes(&[1; 32]), None, "a mark of another form is none");

    let opened = ShiftOpened {
        counter: CounterCode("C01".into()),
        business_date: on(),
        float_paise: Paise(0),
        clock_suspect: false,
        previous: None,
    };
    write(&one, 6_000, opened).await;
    contact(&one, "PT-2", 4_000).await;
    assert_eq!(mark(&one).await, indexed, "neither a shift nor a contact older than the one that stands");

    contact(&one, "PT-2", 7_000).await;
    assert_eq!(stale_since(&one, Some(indexed)).await, [document_of("PT-2")]);
    let indexed = mark(&one).await;
    describe(&one, "PT-4").await;
    assert_eq!(stale_since(&one, Some(indexed)).await, [document_of("PT-4")]);
    let indexed = mark(&one).await;
    let erased = WrappedKey { person: PersonId([9; 16]), bytes: Vec::new() };
    one.store.receive_person_keys(&[erased]).await.unwrap();
    assert_eq!(stale_since(&one, Some(indexed)).await.len(), 4, "a key may open or close any of them");
}

#[tokio::test]
async fn a_contact_that_a_refold_dropped_is_looked_at_again() {
    let one = founded().await;
    let two = second_after(&one).await;
    let own = device_of(&two.writer.key.public());
    describe(&two, "PT-1").await;
    let cut = two.store.vector().await.unwrap().into_iter().find(|head| head.device == own).unwrap();
    contact(&two, "PT-1", 5_000).await;
    exchange(&two.store, &one.store).await;
    let indexed = mark(&one).await;
    let admin = Author { user: USER, grant: founding_grant(&one.store).await };
    let revoked =
        DeviceRevoked { device: own, epoch: Epoch(0), seq: cut.seq, hash: cut.hash, reason: "stolen".into() };
    let mut writing = one.store.begin(&one.writer, 9_000).await.unwrap();
    writing.append(Some(admin), &Fact::from(revoked)).await.unwrap();
    writing.commit().await.unwrap();
    assert_eq!(stale_since(&one, Some(indexed)).await, [document_of("PT-1")]);
}
