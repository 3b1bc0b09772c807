//! A counter whose clock stands at 1970, or at 2099: money is taken all the same, under the date a person confirms.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{DAY_MS, MORNING_MS, TestOffice, exchange, monday, notes, property_id, rupees, words_of};
use contract::{CloseShift, OpenShift, Reply, Request};
use domain::payment::Instrument;
use domain::{BusinessDate, Paise};

/// 1 January 1970, and 31 December 2099.
const EPOCH_MS: i64 = 0;
const FAR_MS: i64 = 4_102_358_400_000;

fn open(business_date: BusinessDate, confirmed: bool) -> Request {
    Request::OpenShift(OpenShift { business_date, float_paise: Paise::ZERO, confirmed })
}

async fn close(office: &TestOffice, rupees_in_tens: u32) {
    let counted = notes(&[(10, rupees_in_tens)]);
    office
        .close_of(Request::CloseShift(CloseShift {
            counted,
            difference_reason: String::new(),
            left_open: None,
        }))
        .await;
}

#[tokio::test]
async fn a_clock_at_1970_or_2099_is_asked_about_and_not_believed() {
    for (wrong_ms, name) in
        [(EPOCH_MS, "1970"), (FAR_MS, "2099"), (i64::MIN, "the least"), (i64::MAX, "the most")]
    {
        let (office, _) = TestOffice::at_the_counter().await;
        let before = office.cash(&property_id(1), rupees(10)).await;
        office.shell.set_clock(wrong_ms);
        // The open shift goes on under its date.
        let meanwhile = office.cash(&property_id(1), rupees(20)).await;
        assert_eq!(meanwhile.brief.business_date, monday(), "{name}");
        assert_eq!(meanwhile.brief.number, "248459/C03-a/2026-27/000002", "{name}");
        assert!(words_of(meanwhile.paper.as_ref().unwrap()).contains("23-11-2026"), "{name}");
        let counted = notes(&[(500, 2), (10, 3)]);
        office
            .close_of(Request::CloseShift(CloseShift {
                counted,
                difference_reason: String::new(),
                left_open: None,
            }))
            .await;

        let drawer = office.drawer().await;
        assert!(drawer.clock_suspect, "{name}");
        assert_eq!(drawer.not_before, monday(), "{name}");
        assert!(drawer.refused.is_none(), "a wrong clock does not close the counter: {name}");
        let tuesday = monday().next();
        assert_eq!(office.refused(open(tuesday, false)).await, "E-OFFICE-014", "{name}");
        assert_eq!(
            office.refused(open(BusinessDate::new(2026, 11, 22).unwrap(), true)).await,
            "E-OFFICE-013"
        );
        office.say(open(tuesday, true)).await;
        let after = office.cash(&property_id(1), rupees(30)).await;
        assert_eq!(
            (after.brief.business_date, after.brief.number.as_str()),
            (tuesday, "248459/C03-a/2026-27/000003")
        );
        assert_ne!(after.brief.receipt, before.brief.receipt);
        close(&office, 3).await;

        // The battery is changed: the right date is proposed again, and the days in between are only a jump.
        office.shell.set_clock(MORNING_MS + 2 * DAY_MS);
        let drawer = office.drawer().await;
        assert_eq!(drawer.propose, tuesday.next(), "{name}");
        office.say(open(drawer.propose, true)).await;
        office.cash(&property_id(1), rupees(40)).await;
        office.must_verify().await;
    }
}

#[tokio::test]
async fn every_page_answers_whatever_the_clock_says() {
    let (office, _) = TestOffice::at_the_counter().await;
    office.cash(&property_id(1), rupees(10)).await;
    let clocks = [EPOCH_MS, FAR_MS, i64::MIN, i64::MAX, -1];
    for now_ms in clocks {
        office.shell.set_clock(now_ms);
        let payment = office.payment(&property_id(1), rupees(1), Instrument::exact_cash(rupees(1)));
        assert!(office.ask(Request::Preview(payment)).await.is_ok(), "{now_ms}");
    }
    office.sign_in(office.admin).await;
    for now_ms in clocks {
        office.shell.set_clock(now_ms);
        for ask in [
            Request::Situation,
            Request::Drawer,
            Request::Masters,
            Request::Search { text: "Joshi".to_owned() },
            Request::Bill { service: "PT".to_owned(), consumer: property_id(1) },
            Request::Receipts(Default::default()),
            Request::Remittable,
            Request::SyncPage,
            Request::Staff,
        ] {
            let asked = format!("{ask:?} at {now_ms}");
            assert!(office.ask(ask).await.is_ok(), "{asked}");
        }
    }
}

/// A town founded on a computer with a dead battery: all it writes is sound for the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_town_founded_at_1970_meets_a_counter_of_2099() {
    let shell = common::TestShell::new(7);
    shell.set_clock(EPOCH_MS);
    let one = TestOffice::founded_on(shell, journal::KeyPair::from_secret([1; 32])).await;
    one.import(&common::register()).await;
    let two = one.neighbour("C04").await;
    two.shell.set_clock(FAR_MS);
    for office in [&one, &two] {
        office.say(open(monday(), true)).await;
        office.cash(&property_id(4), rupees(100)).await;
    }
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
    for office in [&one, &two] {
        let bill = office.bill(&property_id(4)).await;
        assert_eq!(bill.total_due_paise, rupees(4_800));
        assert!(bill.receipts.iter().all(|receipt| receipt.business_date == monday()));
        let Reply::SyncPage(page) = office.say(Request::SyncPage).await else { panic!() };
        assert!(page.quarantine.is_empty() && page.cases.is_empty(), "{page:?}");
        office.must_verify().await;
    }
}
