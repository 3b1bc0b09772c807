//! A disk that says "synced" and has not: after a power cut old pages lie beside new ones, each sound by itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test may fail"
)]

mod support;

use domain::Epoch;
use domain::fact::{EpochOpened, Fact};
use store::{Store, Writer};
use support::*;

#[tokio::test]
async fn a_device_that_begins_anew_believes_nothing_but_the_log() {
    let one = founded().await;
    let two = second_after(&one).await;
    one.store.close().await;
    // Dues and heads as they were before, and a cut that an entry made which is gone.
    let path = one.folder.path().join("t.palika");
    let stale = "update due set demand_paise = 1; delete from grant_of_role; \
        insert into revocation (device, chain, seq, last_epoch, last_seq) select device, id, 99, 0, 1 from chain; \
        insert into device_cut (device, unlifted_epoch, unlifted_seq, epoch, seq) select device, 0, 1, 0, 1 from chain;";
    behind_its_back(&path, stale).await;
    let store = Store::open(&path, options(false)).await.unwrap();
    assert_ne!(store.digest().await.unwrap(), two.store.digest().await.unwrap());
    let earlier = store.vector().await.unwrap();
    let writer = Writer { epoch: Epoch(1), ..one.writer.clone() };
    let mut writing = store.begin(&writer, 9_000).await.unwrap();
    let opened = EpochOpened {
        earlier,
        reason: "the file is behind its mark".to_owned(),
        given_up: None,
        marked: None,
    };
    writing.append(None, &Fact::from(opened)).await.unwrap();
    writing.commit().await.unwrap();
    exchange(&store, &two.store).await;
    assert_eq!(store.vector().await.unwrap(), two.store.vector().await.unwrap());
    assert_eq!(store.digest().await.unwrap(), two.store.digest().await.unwrap());
}
