//! Who is trusted how far: the same on every replica, in whatever order the chains arrive.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test may fail"
)]

mod support;

use domain::fact::{DisputeAccepted, Fact};
use domain::people::{Author, DeviceRevoked, Role, RoleGranted, StaffEnrolled};
use domain::{Bilingual, ChainHead, Epoch, Hash, UserId};
use journal::device_of;
use store::StoreError;
use store::verify::Digest;
use support::*;

/// Three devices with everything in common, each at the hands of somebody who may administer and settle.
struct Office {
    devices: Vec<Replica>,
    administrator: Author,
    supervisor: Author,
}

impl Office {
    async fn new() -> Office {
        let one = founded().await;
        let administrator = Author { user: USER, grant: founding_grant(&one.store).await };
        let mut writing = one.store.begin(&one.writer, 2_000).await.unwrap();
        writing.append(Some(administrator), &Fact::from(enrolled(12, "C03"))).await.unwrap();
        let granted = Fact::from(RoleGranted { user: USER, role: Role::Supervisor });
        let grant: Hash = writing.append(Some(administrator), &granted).await.unwrap().hash;
        writing.commit().await.unwrap();
        let devices = vec![one, replica(11).await, replica(12).await];
        let office = Office { devices, administrator, supervisor: Author { user: USER, grant } };
        office.meet().await;
        // Each has written once, so that there is a head to name.
        for device in 0..3 {
            office.write(device).await;
        }
        office.meet().await;
        office
    }

    /// Everybody hears everything.
    async fn meet(&self) {
        for from in &self.devices {
            for to in &self.devices {
                exchange(&from.store, &to.store).await;
            }
        }
    }

    async fn append(&self, device: usize, author: Author, fact: Fact) -> ChainHead {
        let replica = &self.devices[device];
        let mut writing = replica.store.begin(&replica.writer, 3_000).await.unwrap();
        writing.append(Some(author), &fact).await.unwrap();
        writing.commit().await.unwrap()
    }

    /// Something that takes effect only where its writer is trusted.
    async fn write(&self, device: usize) -> ChainHead {
        let seq = self.devices[device].store.vector().await.unwrap().iter().map(|head| head.seq).sum::<u64>();
        let user = UserId([seq as u8; 16]);
        let name = Bilingual::new("क", "K");
        self.append(device, self.administrator, Fact::from(StaffEnrolled { user, name })).await
    }

    async fn revoke(&self, by: usize, last: ChainHead) -> ChainHead {
        let (device, epoch, seq, hash) = (last.device, last.epoch, last.seq, last.hash);
        let revoked = DeviceRevoked { device, epoch, seq, hash, reason: "stolen".into() };
        self.append(by, self.administrator, Fact::from(revoked)).await
    }

    async fn accept(&self, by: usize, head: ChainHead) -> ChainHead {
        let accepted = DisputeAccepted { head, reason: "was at the counter".into() };
        self.append(by, self.supervisor, Fact::from(accepted)).await
    }

    async fn head(&self, device: usize) -> ChainHead {
        let own = device_of(&self.devices[device].writer.key.public());
        *self.devices[device].store.vector().await.unwrap().iter().find(|head| head.device == own).unwrap()
    }

    /// Gives the chains to new replicas in every order. Answers which devices are revoked, and how many people the staff
    /// has; both must be the same everywhere.
    async fn judged(&self) -> (Vec<bool>, usize) {
        let mut all: Vec<(Digest, Vec<bool>, usize)> = Vec::new();
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let hearer = replica(20).await;
            for device in order {
                let from = &self.devices[device];
                let mut after = 0;
                let own = device_of(&from.writer.key.public());
                while let Some(range) = from.store.range_after(own, Epoch(0), after, 1).await.unwrap() {
                    after = range.last_seq();
                    hearer.store.receive(range, 5_000).await.unwrap();
                }
            }
            let digest = hearer.store.digest().await.unwrap();
            assert!(!digest.incomplete, "{order:?}");
            let mut reading = hearer.store.reading().await.unwrap();
            let devices = store::query::people::devices(&mut reading).await.unwrap();
            let revoked = devices.iter().map(|device| device.revoked).collect();
            let staff = store::query::people::staff(&mut reading).await.unwrap().len();
            drop(reading);
            let folder = tempfile::tempdir().unwrap();
            let verified = hearer.store.verify(folder.path(), options(false), |_, _| {}).await.unwrap();
            assert_eq!(verified.first_difference, None, "{order:?}");
            all.push((digest, revoked, staff));
        }
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        let (_, revoked, staff) = all.swap_remove(0);
        (revoked, staff)
    }
}

#[tokio::test]
async fn an_acceptance_lifts_only_the_revocations_it_has_seen() {
    let office = Office::new().await;
    let first = office.write(1).await;
    let second = office.write(1).await;
    let third = office.write(1).await;
    office.meet().await;
    let (_, staff_before) = office.judged().await;
    office.revoke(0, second).await;
    office.revoke(2, first).await;
    office.accept(0, third).await;
    // The third device's revocation was not seen by whoever accepted: its cut holds, and two of the three are lost.
    assert_eq!(office.judged().await, (vec![false, true, false], staff_before - 2));
    office.meet().await;
    office.accept(0, third).await;
    assert_eq!(office.judged().await, (vec![false, true, false], staff_before));
}

/// Judged as though nobody were cut off: what its writer had coming cannot depend on it.
#[tokio::test]
async fn a_revocation_holds_even_beyond_its_writers_cut() {
    let office = Office::new().await;
    let (last, third) = (office.head(1).await, office.head(2).await);
    office.revoke(1, third).await;
    office.write(2).await;
    office.revoke(0, last).await;
    let (revoked, _) = office.judged().await;
    assert_eq!(revoked, [false, true, true]);
}

#[tokio::test]
async fn of_devices_that_revoke_each_other_a_third_takes_one_back() {
    let office = Office::new().await;
    let (_, staff) = office.judged().await;
    let (one, two) = (office.head(0).await, office.head(1).await);
    office.revoke(0, two).await;
    office.revoke(1, one).await;
    let later = office.write(0).await;
    office.write(1).await;
    assert_eq!(office.judged().await, (vec![true, true, false], staff), "neither writes with force any more");
    office.meet().await;
    let back = Fact::from(DisputeAccepted { head: later, reason: "it is ours".into() });
    let replica = &office.devices[0];
    let mut writing = replica.store.begin(&replica.writer, 3_000).await.unwrap();
    let refused = writing.append(Some(office.supervisor), &back).await;
    assert!(
        matches!(refused, Err(StoreError::Rule(reason)) if reason == "beyond-cut"),
        "nobody takes itself back"
    );
    drop(writing);
    office.accept(2, later).await;
    assert_eq!(office.judged().await, (vec![true, true, false], staff + 1), "the first is trusted that far");
}

#[tokio::test]
async fn a_device_that_revokes_all_others_in_a_ring_is_no_endless_round() {
    let office = Office::new().await;
    let heads = [office.head(0).await, office.head(1).await, office.head(2).await];
    for device in 0..3 {
        office.revoke(device, heads[(device + 1) % 3]).await;
        office.write(device).await;
    }
    let (revoked, _) = office.judged().await;
    assert_eq!(revoked, [true, true, true]);
}

/// Whoever was given a role by a device that turns out to have been cut off before has none, and what was done with it
/// falls, on every replica.
#[tokio::test]
async fn a_role_given_beyond_the_cut_gives_nothing_but_the_power_to_revoke() {
    let office = Office::new().await;
    let (last, first) = (office.head(1).await, office.head(0).await);
    let clerk = office
        .append(1, office.administrator, Fact::from(RoleGranted { user: USER, role: Role::Administrator }))
        .await;
    office.meet().await;
    let given = Author { user: USER, grant: clerk.hash };
    let (_, staff) = office.judged().await;
    let name = Bilingual::new("ख", "Kh");
    office.append(2, given, Fact::from(StaffEnrolled { user: UserId([77; 16]), name })).await;
    assert_eq!(office.judged().await.1, staff + 1);
    office.revoke(0, last).await;
    assert_eq!(office.judged().await, (vec![false, true, false], staff));
    let (device, epoch, seq, hash) = (first.device, first.epoch, first.seq, first.hash);
    let revoked = DeviceRevoked { device, epoch, seq, hash, reason: "stolen".into() };
    office.append(2, given, Fact::from(revoked)).await;
    assert_eq!(office.judged().await.0, [true, true, false]);
}

/// The state's code used twice: two computers each believe to be the town's first, and each revokes a device.
#[tokio::test]
async fn a_town_founded_twice_is_the_same_town_in_any_order() {
    let (one, other) = (replica(10).await, replica(13).await);
    for (replica, name, further) in [(&one, "Haldwani", 11), (&other, "Haldwani Kathgodam", 12)] {
        let mut writing = replica.store.begin(&replica.writer, 1_000).await.unwrap();
        let founded = Fact::from(founding(&replica.writer, name));
        let administrator = Author { user: USER, grant: writing.append(None, &founded).await.unwrap().hash };
        let joined = enrolled(further, "C02");
        let revoked = DeviceRevoked {
            device: joined.device,
            epoch: Epoch(0),
            seq: 0,
            hash: Hash::ZERO,
            reason: "never used".into(),
        };
        writing.append(Some(administrator), &Fact::from(joined)).await.unwrap();
        writing.append(Some(administrator), &Fact::from(revoked)).await.unwrap();
        writing.commit().await.unwrap();
    }
    exchange(&one.store, &other.store).await;
    exchange(&other.store, &one.store).await;
    assert_eq!(one.store.digest().await.unwrap(), other.store.digest().await.unwrap());
    for replica in [&one, &other] {
        let folder = tempfile::tempdir().unwrap();
        let verified = replica.store.verify(folder.path(), options(false), |_, _| {}).await.unwrap();
        assert_eq!(verified.first_difference, None);
        let mut reading = replica.store.reading().await.unwrap();
        let devices = store::query::people::devices(&mut reading).await.unwrap();
        let revoked: Vec<bool> = devices.iter().map(|device| device.revoked).collect();
        assert_eq!(revoked, [false, true], "the devices of one founding");
    }
}
