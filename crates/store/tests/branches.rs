//! A device that ran twice gives one of its branches up: no more than the proof contradicts, and nothing of what both share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use domain::people::{Author, Role, RoleGranted};
use domain::{ChainHead, Epoch, fact::Fact};
use journal::device_of;
use store::{Outcome, Writer};
use support::{Replica, USER, copied, exchange, founded, founding_grant, replica, second_after};

/// Something harmless, one entry each time; by another clock another entry.
async fn write(replica: &Replica, times: usize, at_ms: i64) {
    let admin = Author { user: USER, grant: founding_grant(&replica.store).await };
    for _ in 0..times {
        let mut writing = replica.store.begin(&replica.writer, at_ms).await.unwrap();
        let granted = RoleGranted { user: USER, role: Role::Supervisor };
        writing.append(Some(admin), &Fact::from(granted)).await.unwrap();
        writing.commit().await.unwrap();
    }
}

async fn head(replica: &Replica, epoch: Epoch) -> ChainHead {
    let device = device_of(&replica.writer.key.public());
    let vector = replica.store.vector().await.unwrap();
    *vector.iter().find(|head| (head.device, head.epoch) == (device, epoch)).unwrap()
}

/// Shows a replica what the other holds after a number, and lets it begin a new epoch over it.
async fn shown(replica: &mut Replica, other: &Replica, after_seq: u64) {
    let device = device_of(&replica.writer.key.public());
    let proof = other.store.range_after(device, Epoch(0), after_seq, 1 << 20).await.unwrap().unwrap();
    assert_eq!(replica.store.receive(proof, 9).await.unwrap().outcome, Outcome::Forked);
    assert!(replica.store.is_epoch_over(&device, replica.writer.epoch).await.unwrap());
    let epoch = replica.store.next_epoch(&device).await.unwrap();
    replica.writer = Writer { epoch, ..replica.writer.clone() };
    replica.store.open_epoch(&replica.writer, "a copy was at work", 5_000).await.unwrap();
    assert!(!replica.store.is_epoch_over(&device, epoch).await.unwrap());
}

#[tokio::test]
async fn a_proof_that_does_not_reach_back_gives_up_only_what_it_contradicts() {
    let one = founded().await;
    let common = head(&one, Epoch(0)).await.seq;
    let (one, mut twin) = copied(one).await;
    write(&one, 5, 4_000).await;
    write(&twin, 4, 4_500).await;
    // The other's entry after this one's head names another entry before itself: the head alone is contradicted.
    shown(&mut twin, &one, common + 4).await;
    assert_eq!(head(&twin, Epoch(0)).await.seq, common + 3);
    // The whole of the other branch shows the place where they part.
    shown(&mut twin, &one, common).await;
    assert_eq!(head(&twin, Epoch(0)).await.seq, common);
    exchange(&one.store, &twin.store).await;
    assert_eq!(head(&twin, Epoch(0)).await, head(&one, Epoch(0)).await);
    // Whoever held the given-up branch comes to the same.
    exchange(&twin.store, &one.store).await;
    assert_eq!(one.store.digest().await.unwrap(), twin.store.digest().await.unwrap());
}

#[tokio::test]
async fn epochs_that_gave_branches_up_fold_the_same_whichever_is_heard_of_first() {
    let one = founded().await;
    let common = head(&one, Epoch(0)).await.seq;
    let (one, mut twin) = copied(one).await;
    write(&one, 5, 4_000).await;
    write(&twin, 4, 4_500).await;
    shown(&mut twin, &one, common + 4).await;
    shown(&mut twin, &one, common).await;
    exchange(&one.store, &twin.store).await;
    exchange(&twin.store, &one.store).await;
    // A new replica gets the short chains first, whose writer had seen a head that nobody holds any more.
    let late = replica(12).await;
    let mut vector = twin.store.vector().await.unwrap();
    vector.sort_by_key(|head| std::cmp::Reverse(head.epoch));
    for head in vector {
        let range = twin.store.range_after(head.device, head.epoch, 0, 1 << 20).await.unwrap().unwrap();
        assert_eq!(late.store.receive(range, 9).await.unwrap().outcome, Outcome::Stored);
    }
    let digest = late.store.digest().await.unwrap();
    assert!(!digest.incomplete);
    for other in [&one, &twin] {
        assert_eq!(other.store.digest().await.unwrap(), digest);
    }
}

#[tokio::test]
async fn who_held_the_given_up_branch_sets_it_aside_and_takes_the_other() {
    let one = founded().await;
    let common = head(&one, Epoch(0)).await.seq;
    let (one, mut twin) = copied(one).await;
    write(&one, 2, 4_000).await;
    write(&twin, 4, 4_500).await;
    let two = second_after(&twin).await;
    let device = device_of(&twin.writer.key.public());
    let given_up = twin.store.range_after(device, Epoch(0), common, 1 << 20).await.unwrap().unwrap();
    shown(&mut twin, &one, common).await;
    exchange(&one.store, &twin.store).await;
    exchange(&twin.store, &two.store).await;
    exchange(&twin.store, &two.store).await;
    assert_eq!(two.store.vector().await.unwrap(), twin.store.vector().await.unwrap());
    assert_eq!(two.store.digest().await.unwrap(), twin.store.digest().await.unwrap());
    // The given-up branch is not taken back from a stick that still has it.
    assert_eq!(two.store.receive(given_up, 9).await.unwrap().outcome, Outcome::Forked);
    assert_eq!(two.store.vector().await.unwrap(), twin.store.vector().await.unwrap());
}
