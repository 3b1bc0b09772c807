//! Two counters at work without a line: the same due paid twice, one field written twice. Nothing is lost, both show the
//! same, and a person decides by facts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{TestOffice, exchange, monday, property_id, rupees};
use contract::{CancelReceipt, CaseView, EditProperty, Reply, Request, SettleCase};
use domain::Paise;
use domain::people::Role;
use domain::register::PropertyField;

/// Two computers with one register, each with an open shift, the administrator at both.
async fn two_counters() -> (TestOffice, TestOffice) {
    let one = TestOffice::with_register().await;
    let two = one.neighbour("C04").await;
    for office in [&one, &two] {
        office.open_shift(monday(), rupees(0)).await;
    }
    (one, two)
}

async fn open_cases(office: &TestOffice) -> Vec<CaseView> {
    office.sync_page().await.cases.into_iter().filter(|case| case.settled.is_none()).collect()
}

fn settle(case: &str, decision: &str) -> Request {
    Request::SettleCase(SettleCase {
        case: case.to_owned(),
        decision: decision.to_owned(),
        remark: "पक्षों से बात हुई".to_owned(),
    })
}

fn edit(fields: &[(PropertyField, &str)]) -> Request {
    Request::EditProperty(EditProperty {
        consumer: property_id(2),
        fields: fields.iter().map(|(field, value)| (*field, (*value).to_owned())).collect(),
        mobile: None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_due_paid_at_two_counters_stands_twice_until_a_person_decides() {
    let (one, two) = two_counters().await;
    let first = one.cash(&property_id(2), rupees(1_500)).await;
    let second = two.cash(&property_id(2), rupees(1_500)).await;
    exchange(&one, &two).await;
    let mut names = Vec::new();
    for office in [&one, &two] {
        let bill = office.bill(&property_id(2)).await;
        assert_eq!((bill.total_due_paise, bill.advance_paise), (Paise::ZERO, rupees(1_500)));
        assert_eq!(bill.receipts.len(), 2);
        assert!(bill.receipts.iter().all(|receipt| !receipt.cancelled));
        let cases = open_cases(office).await;
        assert_eq!(cases.len(), 1);
        assert_eq!(bill.cases, [cases[0].case.clone()]);
        assert_eq!(cases[0].amount_paise, Some(rupees(1_500)));
        let mut numbers: Vec<&str> = cases[0].sides.iter().map(|side| side.value.as_str()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [first.brief.number.as_str(), second.brief.number.as_str()]);
        assert!(cases[0].sides.iter().all(|side| side.who.english == "Vimla Pant" && side.at_ms > 0));
        names.push(cases[0].case.clone());
    }
    assert_eq!(names[0], names[1], "one case has one name on both");
    assert_eq!(one.digest().await, two.digest().await);

    // Settled at one counter, settled at both.
    assert_eq!(one.refused(settle(&names[0], "keep")).await, "E-OFFICE-081");
    assert_eq!(
        one.refused(settle("double-collection/PT/x/2026-27/PT_TAX/0", "advance")).await,
        "E-OFFICE-045"
    );
    one.say(settle(&names[0], "advance")).await;
    assert!(open_cases(&one).await.is_empty());
    assert_eq!(one.refused(settle(&names[0], "advance")).await, "E-OFFICE-045");
    exchange(&one, &two).await;
    for office in [&one, &two] {
        assert!(open_cases(office).await.is_empty());
        let bill = office.bill(&property_id(2)).await;
        assert!(bill.cases.is_empty());
        assert_eq!(bill.advance_paise, rupees(1_500), "the advance stays");
    }
    assert_eq!(one.digest().await, two.digest().await);
    one.must_verify().await;
    two.must_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settled_double_collection_that_grows_is_open_again() {
    let (one, two) = two_counters().await;
    let three = one.neighbour("C05").await;
    exchange(&one, &two).await;
    three.open_shift(monday(), rupees(0)).await;
    one.cash(&property_id(3), rupees(700)).await;
    let twice = two.cash(&property_id(3), rupees(700)).await;
    three.cash(&property_id(3), rupees(700)).await;
    exchange(&one, &two).await;
    let case = open_cases(&one).await.remove(0);
    assert_eq!(case.amount_paise, Some(rupees(700)));
    one.say(settle(&case.case, "refund")).await;
    assert!(open_cases(&one).await.is_empty());
    // The third counter comes into line a day later.
    exchange(&one, &three).await;
    let grown = open_cases(&one).await.remove(0);
    assert_eq!((grown.amount_paise, grown.sides.len()), (Some(rupees(1_400)), 3));
    assert_ne!(grown.case, case.case);
    assert_eq!(one.bill(&property_id(3)).await.cases, std::slice::from_ref(&grown.case));
    // One of the three is cancelled at its counter: what was decided of the other two is no decision about these.
    exchange(&one, &two).await;
    let second = two.add_staff("निगरानी", "Supervisor Two", Role::Supervisor).await;
    let cancel = CancelReceipt {
        receipt: twice.brief.receipt,
        reason: "error-in-receipt".to_owned(),
        remark: "दो बार लिया गया".to_owned(),
        second: contract::SecondPerson { user: second, password: common::PASSWORD.to_owned() },
    };
    two.receipt_of(Request::CancelReceipt(cancel)).await;
    exchange(&one, &two).await;
    exchange(&one, &three).await;
    exchange(&one, &two).await;
    for office in [&one, &two, &three] {
        let open = open_cases(office).await;
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].amount_paise, open[0].sides.len()), (Some(rupees(700)), 2));
        assert_eq!(office.digest().await, one.digest().await);
    }
    let last = open_cases(&three).await.remove(0);
    three.say(settle(&last.case, "advance")).await;
    exchange(&one, &three).await;
    assert!(open_cases(&one).await.is_empty());
    one.must_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_edit_one_field_are_both_heard() {
    let (one, two) = two_counters().await;
    let clerk = two.add_staff("हरीश बिष्ट", "Harish Bisht", Role::Clerk).await;
    exchange(&one, &two).await;
    two.sign_in(clerk).await;
    one.say(edit(&[
        (PropertyField::OwnerEnglish, "Suresh Bhatt (late)"),
        (PropertyField::DoorNumber, "2-A"),
    ]))
    .await;
    two.shell.wait_ms(3_600_000);
    two.say(edit(&[(PropertyField::OwnerEnglish, "Anita Bhatt"), (PropertyField::Usage, "commercial")]))
        .await;
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
    two.sign_in(two.admin).await;
    for office in [&one, &two] {
        let bill = office.bill(&property_id(2)).await;
        // Fields that only one of them touched agree at once.
        assert_eq!((bill.property.door_number.as_str(), bill.property.usage.as_str()), ("2-A", "commercial"));
        let case = open_cases(office).await.remove(0);
        assert_eq!(case.case, format!("conflict/{}/owner_english", property_id(2)));
        assert_eq!(bill.cases, std::slice::from_ref(&case.case));
        let mut sides: Vec<_> = case
            .sides
            .iter()
            .map(|side| (side.value.as_str(), side.who.english.as_str(), side.counter.as_str(), side.at_ms))
            .collect();
        sides.sort_unstable();
        let at = common::MORNING_MS;
        assert_eq!(
            sides,
            [
                ("Anita Bhatt", "Harish Bisht", "C04", at + 3_600_000),
                ("Suresh Bhatt (late)", "Vimla Pant", "C03", at)
            ]
        );
        assert_eq!(case.decisions.len(), 2);
        let keeps: Vec<_> = case.decisions.iter().filter(|choice| choice.code.starts_with("keep-")).collect();
        assert_eq!(keeps.len(), 1);
        assert_eq!(keeps[0].name.english, format!("Keep: {}", bill.property.owner_english));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keeping_and_choosing_are_facts_that_end_the_conflict_everywhere() {
    for keep in [true, false] {
        let (one, two) = two_counters().await;
        one.say(edit(&[(PropertyField::OwnerEnglish, "Suresh Bhatt (late)")])).await;
        two.say(edit(&[(PropertyField::OwnerEnglish, "Anita Bhatt")])).await;
        exchange(&one, &two).await;
        let shown = one.bill(&property_id(2)).await.property.owner_english;
        let case = open_cases(&one).await.remove(0);
        let prefix = if keep { "keep-" } else { "take-" };
        let decision = case.decisions.iter().find(|choice| choice.code.starts_with(prefix)).unwrap();
        assert_eq!(one.refused(settle(&case.case, "take-0")).await, "E-OFFICE-081");
        one.say(settle(&case.case, &decision.code)).await;
        exchange(&one, &two).await;
        for office in [&one, &two] {
            let owner = office.bill(&property_id(2)).await.property.owner_english;
            assert_eq!(owner == shown, keep, "{owner}");
            assert!(open_cases(office).await.is_empty());
            let settled = office.sync_page().await.cases;
            assert_eq!(settled.len(), 1);
            assert!(settled[0].settled.is_some() && settled[0].case == case.case);
        }
        assert_eq!(one.digest().await, two.digest().await);
        one.must_verify().await;
        two.must_verify().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_supervisors_who_decide_differently_without_a_line_ask_once_more() {
    let (one, two) = two_counters().await;
    one.say(edit(&[(PropertyField::OwnerEnglish, "Suresh Bhatt (late)")])).await;
    two.say(edit(&[(PropertyField::OwnerEnglish, "Anita Bhatt")])).await;
    exchange(&one, &two).await;
    for (office, prefix) in [(&one, "keep-"), (&two, "take-")] {
        let case = open_cases(office).await.remove(0);
        let decision = case.decisions.iter().find(|choice| choice.code.starts_with(prefix)).unwrap();
        office.say(settle(&case.case, &decision.code)).await;
        assert!(open_cases(office).await.is_empty());
    }
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
    for office in [&one, &two] {
        assert_eq!(open_cases(office).await.len(), 1, "{:?}", office.sync_page().await);
    }
    let Reply::SyncPage(_) = one
        .say(settle(
            &open_cases(&one).await[0].case.clone(),
            &open_cases(&one).await[0].decisions[0].code.clone(),
        ))
        .await
    else {
        panic!()
    };
    exchange(&one, &two).await;
    for office in [&one, &two] {
        assert!(open_cases(office).await.is_empty());
        office.must_verify().await;
    }
}
