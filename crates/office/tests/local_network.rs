//! Computers of one building, with no server and no line: they find each other, and what one writes the others hold.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{PASSWORD, TestOffice, monday, property_id, register, rupees};
use contract::{AddStaff, LocalNetwork, LocalNetworkView, Reply, Request, SyncState};
use domain::Bilingual;
use domain::people::Role;
use journal::KeyPair;
use std::time::Duration;

async fn view(office: &TestOffice) -> LocalNetworkView {
    match office.say(Request::LocalNetwork).await {
        Reply::LocalNetwork(view) => *view,
        other => panic!("{other:?}"),
    }
}

async fn receipts(office: &TestOffice) -> u64 {
    match office.say(Request::Receipts(Default::default())).await {
        Reply::Receipts(list) => list.count,
        other => panic!("{other:?}"),
    }
}

async fn until(office: &TestOffice, what: &str, is_so: impl AsyncFn(&TestOffice) -> bool) {
    for _ in 0..600 {
        if is_so(office).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: {:?} {:?}", view(office).await, office.sync_page().await);
}

/// What somebody types at `office` to reach `other`.
async fn introduce(office: &TestOffice, other: &TestOffice) {
    let port = other.office.hub_address().await.unwrap().port();
    let settings = LocalNetwork { on: true, addresses: vec![format!("127.0.0.1:{port}")] };
    office.say(Request::SetLocalNetwork(settings)).await;
}

/// Each test its own town: all of them share this machine's network, and the same town made twice from one seed would
/// be clones of each other.
async fn pair(seed: u8) -> (TestOffice, TestOffice) {
    let shell = common::TestShell::new(u64::from(seed) * 104_729);
    let one = TestOffice::founded_on(shell, KeyPair::from_secret([seed; 32])).await;
    one.import(&register()).await;
    let two = one.neighbour("C04").await;
    (one, two)
}

/// Nobody typed anything: each says that it is there, and is believed by its key alone.
#[tokio::test(flavor = "multi_thread")]
async fn two_counters_find_each_other_and_a_payment_at_one_is_at_the_other() {
    let (one, two) = pair(21).await;
    one.office.start_local_network().await;
    two.office.start_local_network().await;
    let found = async |office: &TestOffice| {
        view(office).await.neighbours.iter().any(|one| one.state == SyncState::Idle)
    };
    until(&one, "the second computer is found", found).await;
    until(&two, "the first computer is found", found).await;
    assert_eq!(view(&one).await.neighbours[0].counter, "C04");
    one.open_shift(monday(), rupees(0)).await;
    one.cash(&property_id(1), rupees(500)).await;
    until(&two, "the receipt", async |two| receipts(two).await == 1).await;
    two.open_shift(monday(), rupees(0)).await;
    two.cash(&property_id(1), rupees(700)).await;
    until(&one, "the second's receipt", async |one| receipts(one).await == 2).await;
    assert_eq!(one.bill(&property_id(1)).await.total_due_paise, rupees(1_000));
    until(&one, "one log", async |one| one.digest().await == two.digest().await).await;
    // The state has heard of nothing: that it lies on two disks is not what "sent" means.
    assert_eq!(one.situation().await.unsent.receipts, 1);
    one.office.close().await;
    two.office.close().await;
}

/// The one that nobody can reach (a firewall) hears of a payment because it waits for news, not because a minute passed.
#[tokio::test(flavor = "multi_thread")]
async fn who_only_asks_hears_at_once() {
    let (one, two) = pair(22).await;
    one.office.start_local_network().await;
    introduce(&two, &one).await;
    until(&two, "an exchange", async |two| {
        view(two).await.neighbours.iter().any(|one| one.typed && one.last_success_ms.is_some())
    })
    .await;
    one.open_shift(monday(), rupees(0)).await;
    one.cash(&property_id(1), rupees(500)).await;
    until(&two, "the receipt", async |two| receipts(two).await == 1).await;
    one.office.close().await;
    two.office.close().await;
}

/// The third speaks to the second alone; what the first wrote reaches it all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_brings_goes_on_to_the_next() {
    let (one, two) = pair(23).await;
    let three = one.neighbour("C05").await;
    common::exchange(&one, &two).await;
    two.office.start_local_network().await;
    introduce(&one, &two).await;
    introduce(&three, &two).await;
    one.open_shift(monday(), rupees(0)).await;
    one.cash(&property_id(2), rupees(1_500)).await;
    until(&three, "the receipt", async |three| receipts(three).await == 1).await;
    let name = Bilingual::new("हरीश बिष्ट", "Harish Bisht");
    let staff = AddStaff { name, role: Role::Clerk, password: PASSWORD.to_owned() };
    three.say(Request::AddStaff(staff)).await;
    until(&one, "one log", async |one| one.digest().await == three.digest().await).await;
    for office in [&one, &two, &three] {
        office.must_verify().await;
        office.office.close().await;
    }
}

/// Another town's computer sits at that address today: it is not spoken to, and the page says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_at_the_address_is_told_nothing() {
    let (one, two) = pair(24).await;
    let stranger = TestOffice::founded_on(common::TestShell::new(4_711), KeyPair::from_secret([8; 32])).await;
    stranger.office.start_local_network().await;
    introduce(&one, &stranger).await;
    until(&one, "the address is refused", async |one| {
        let typed = view(one).await.neighbours.into_iter().find(|one| one.typed).unwrap();
        typed.problem.is_some_and(|problem| problem.code == "E-CARRIER-005")
            && typed.state == SyncState::Failed
    })
    .await;
    assert_eq!(stranger.sync_page().await.devices.len(), 1);
    // Switched off, nothing answers and nothing is asked.
    one.say(Request::SetLocalNetwork(LocalNetwork { on: false, addresses: Vec::new() })).await;
    assert!(one.office.hub_address().await.is_none() && view(&one).await.neighbours.is_empty());
    let refused = |address: &str| {
        Request::SetLocalNetwork(LocalNetwork { on: true, addresses: vec![address.to_owned()] })
    };
    assert_eq!(one.refused(refused("https://x/")).await, "E-OFFICE-089");
    for office in [&one, &two, &stranger] {
        office.office.close().await;
    }
}
