//! Old and new versions together: what is not understood is kept and passed on, and understood after the upgrade; logs of
//! released versions give for ever what they gave.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test may fail"
)]

mod support;

use domain::identity::PublicKey;
use domain::people::{Author, Role, RoleGranted};
use domain::{ChainHead, TownCode};
use journal::Range;
use store::query::receipts::{Filter, list};
use store::{FOLD_VERSION, Outcome, Store, StoreError};
use support::*;

async fn reopened(replica: &Replica) -> Result<Store, StoreError> {
    Store::open(&replica.folder.path().join("t.palika"), options(false)).await
}

/// An entry of a kind nobody knows, after the chain's head.
async fn written_by_a_later_version(replica: &Replica, kind: u16) -> ChainHead {
    let mut writing = replica.store.begin(&replica.writer, 9_000).await.unwrap();
    let head = writing.append_encoded(replica.author, kind, vec![0x81, 0x01]).await.unwrap();
    writing.commit().await.unwrap();
    head
}

#[tokio::test]
async fn an_unknown_kind_is_kept_and_passed_on_and_holds_nothing_up() {
    let one = founded().await;
    let unknown = written_by_a_later_version(&one, 61).await;
    let mut writing = one.store.begin(&one.writer, 9_100).await.unwrap();
    let granted = RoleGranted { user: USER, role: Role::Supervisor };
    let admin = Author { user: USER, grant: founding_grant(&one.store).await };
    writing.append(Some(admin), &granted.into()).await.unwrap();
    writing.commit().await.unwrap();
    let two = second_after(&one).await;
    let three = replica(12).await;
    exchange(&two.store, &three.store).await;
    let digest = one.store.digest().await.unwrap();
    assert!(digest.incomplete);
    for other in [&two.store, &three.store] {
        let entry = other.entry(&unknown).await.unwrap();
        assert_eq!((entry.kind, entry.body), (61, vec![0x81, 0x01]));
        assert_eq!(other.digest().await.unwrap(), digest);
    }
}

#[tokio::test]
async fn after_the_upgrade_an_entry_that_was_unknown_takes_effect() {
    let one = founded().await;
    let digest = one.store.digest().await.unwrap();
    one.store.close().await;
    // A version that knew no batches of demands would have left this.
    let path = one.folder.path().join("t.palika");
    behind_its_back(
        &path,
        "delete from due; insert into unknown (chain, seq) select chain, seq from entry where kind = 20;",
    )
    .await;
    let store = reopened(&one).await.unwrap();
    assert_eq!(store.digest().await.unwrap(), digest);
    let mut reading = store.reading().await.unwrap();
    let dues = store::query::bill::dues(&mut reading, "PT", "PT-1").await.unwrap();
    assert_eq!(dues[0].balance.demand_paise.0, 100_000);
    drop(reading);
    let scratch = tempfile::tempdir().unwrap();
    let verified = store.verify(scratch.path(), options(false), |_, _| {}).await.unwrap();
    assert_eq!(verified.first_difference, None);
}

#[tokio::test]
async fn what_an_older_fold_left_is_folded_anew_once_and_a_newer_one_is_left_alone() {
    let one = founded().await;
    let digest = one.store.digest().await.unwrap();
    one.store.close().await;
    let path = one.folder.path().join("t.palika");
    let older = "update due set demand_paise = 1; \
        insert or replace into meta (name, value) values ('fold-version', x'00000000');";
    behind_its_back(&path, older).await;
    let store = reopened(&one).await.unwrap();
    assert_eq!(store.digest().await.unwrap(), digest);
    assert_eq!(store.meta("fold-version").await.unwrap(), Some(FOLD_VERSION.to_be_bytes().to_vec()));
    store.close().await;
    behind_its_back(&path, "update meta set value = x'000000ff' where name = 'fold-version';").await;
    assert!(matches!(reopened(&one).await, Err(StoreError::Newer)));
}

/// The kept log of a small town: its ranges, one after the other, as `palika export --log` writes them.
fn kept_ranges() -> Vec<Range> {
    let bytes = include_bytes!("golden/town-0.1.0.log");
    let mut decoder = minicbor::Decoder::new(bytes);
    let mut ranges = Vec::new();
    while decoder.position() < bytes.len() {
        ranges.push(decoder.decode().unwrap());
    }
    ranges
}

/// Lines of `what value`, made with the log.
fn kept(what: &str) -> Vec<&'static str> {
    let lines = include_str!("golden/town-0.1.0.expected").lines();
    lines.filter_map(|line| line.strip_prefix(what)).map(str::trim).collect()
}

async fn of_ranges(ranges: impl IntoIterator<Item = Range>) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("t.palika"), options(true)).await.unwrap();
    let root = PublicKey::from_hex(kept("state-root ")[0]).unwrap();
    let town = TownCode(kept("town ")[0].parse().unwrap());
    store.bind_town(town, &root).await.unwrap();
    for range in ranges {
        let outcome = store.receive(range, 1).await.unwrap().outcome;
        assert!(matches!(outcome, Outcome::Stored | Outcome::Gap), "{outcome:?}");
    }
    (store, folder)
}

/// What was taken, and what everybody owes, as the lines say it.
async fn sums(store: &Store) -> (String, Vec<String>) {
    let mut reading = store.reading().await.unwrap();
    let (_, receipts, taken) = list(&mut reading, &Filter::default(), 0, 0).await.unwrap();
    let mut owed = Vec::new();
    for line in kept("due ") {
        let mut words = line.split(' ');
        let (code, year) = (words.next().unwrap(), words.next().unwrap().parse::<i16>().unwrap());
        let dues = store::query::bill::dues(&mut reading, "PT", code).await.unwrap();
        let balance = dues.iter().find(|due| due.year.0 == year).unwrap().balance;
        owed.push(format!("{code} {year} {} {}", balance.demand_paise.0, balance.applied_paise.0));
    }
    (format!("{receipts} {}", taken.0), owed)
}

#[tokio::test]
async fn a_log_of_0_1_0_gives_for_ever_what_it_gave() {
    let (store, _folder) = of_ranges(kept_ranges()).await;
    let vector: Vec<String> = store
        .vector()
        .await
        .unwrap()
        .iter()
        .map(|head| format!("{} {} {} {}", head.device, head.epoch.0, head.seq, head.hash))
        .collect();
    assert_eq!(vector, kept("head "));
    let (receipts, owed) = sums(&store).await;
    assert_eq!(kept("receipts "), [receipts]);
    assert_eq!(owed, kept("due "));
    // A fold that gives other rows has another version, and a line of its own beside the old ones.
    let digest = store.digest().await.unwrap();
    assert_eq!(kept(&format!("digest {FOLD_VERSION} ")), [digest.hash.to_hex()]);
    // Whatever comes first: a chain whose past is not here waits.
    let mut other_way = kept_ranges();
    other_way.sort_by_key(|range| (std::cmp::Reverse(range.device()), range.epoch, range.first_seq));
    let (other, _folder) = of_ranges(other_way).await;
    assert_eq!(other.digest().await.unwrap(), digest);
}
