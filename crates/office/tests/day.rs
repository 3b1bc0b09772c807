//! A day at the counter, from the float to the bank.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{TestOffice, cheque, code_on, monday, notes, property_id, rupees, upi, words_of};
use contract::{BankAccount, CancelReceipt, CloseShift, Remit, Remittable, Reply, Reprint, Request};
use domain::Paise;
use domain::drawer::ModeTotal;
use domain::payment::{Instrument, PaymentMode};

async fn remittable(office: &TestOffice) -> Remittable {
    match office.say(Request::Remittable).await {
        Reply::Remittable(remittable) => remittable,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_day_from_the_float_to_the_bank() {
    let (office, _) = TestOffice::at_the_counter().await;

    // Full, with change; part; more than the due by UPI; a cheque.
    let tendered = Instrument { tendered_paise: rupees(2_500), ..Instrument::default() };
    let full = office.take(office.payment(&property_id(1), rupees(2_200), tendered)).await;
    assert_eq!(full.change_paise, rupees(300));
    assert_eq!(full.balance_after_paise, Paise::ZERO);
    assert_eq!(office.bill(&property_id(1)).await.total_due_paise, Paise::ZERO);
    let part = office.cash(&property_id(2), rupees(500)).await;
    assert_eq!(part.balance_after_paise, rupees(1_000));
    let advance = office.take(office.payment(&property_id(3), rupees(1_000), upi())).await;
    let bill = office.bill(&property_id(3)).await;
    assert_eq!((bill.total_due_paise, bill.advance_paise), (Paise::ZERO, rupees(300)));
    let by_cheque = office.take(office.payment(&property_id(4), rupees(5_000), cheque("004711"))).await;
    let numbers: Vec<String> =
        [&full, &part, &advance, &by_cheque].iter().map(|view| view.brief.number.clone()).collect();
    let expected: Vec<String> = (1..=4).map(|serial| format!("248459/C03-a/2026-27/{serial:06}")).collect();
    assert_eq!(numbers, expected);
    assert_eq!(office.shell.printed().len(), 4);

    // The paper jams once: the same number again, logged.
    let reprint = Reprint { receipt: full.brief.receipt, reason: "printer-failed".to_owned(), second: None };
    let again = office.receipt_of(Request::Reprint(reprint)).await;
    assert_eq!(again.history.len(), 1);
    assert!(words_of(again.paper.as_ref().unwrap()).contains("248459/C03-a/2026-27/000001"));

    // The wrong person's account: cancelled with a second person, and the due opens again.
    let cancel = CancelReceipt {
        receipt: part.brief.receipt,
        reason: "error-in-receipt".to_owned(),
        remark: "दूसरे भट्ट जी का खाता".to_owned(),
        second: office.second(),
    };
    let cancelled = office.receipt_of(Request::CancelReceipt(cancel)).await;
    assert!(
        cancelled.brief.cancelled
            && !cancelled.may_cancel
            && !cancelled.may_reprint
            && !cancelled.may_certify
    );
    assert_eq!(office.bill(&property_id(2)).await.total_due_paise, rupees(1_500));
    let slip = words_of(cancelled.paper.as_ref().unwrap());
    assert!(slip.contains("248459/C03-a/2026-27/000002") && slip.contains("Vimla Pant"), "{slip}");

    // Counted blind and fifty short: told the difference and nothing else, and nothing is written.
    let entries = office.entries().await;
    let counted = notes(&[(500, 6), (100, 1), (50, 1)]);
    let close = CloseShift { counted: counted.clone(), difference_reason: String::new(), left_open: None };
    let problem = office.ask(Request::CloseShift(close)).await.unwrap_err();
    assert_eq!((problem.code.as_str(), problem.field.as_str()), ("E-OFFICE-015", "difference_reason"));
    assert!(problem.message.english.contains("₹50.00 short"), "{problem:?}");
    assert!(!format!("{problem:?}").contains("3,200"), "{problem:?}");
    assert_eq!(office.entries().await, entries);
    assert!(office.drawer().await.shift.is_some());

    // With its reason it closes.
    let close = CloseShift { counted, difference_reason: "short-unknown".to_owned(), left_open: None };
    let closed = office.close_of(Request::CloseShift(close)).await;
    let total = |mode, receipts, amount| ModeTotal { mode, receipts, amount_paise: rupees(amount) };
    assert_eq!(
        closed.expected,
        [
            total(PaymentMode::Cash, 1, 2_200),
            total(PaymentMode::Upi, 1, 1_000),
            total(PaymentMode::Cheque, 1, 5_000)
        ]
    );
    assert_eq!(closed.expected_cash_paise, rupees(3_200));
    assert_eq!(closed.counted_cash_paise, rupees(3_150));
    assert_eq!(closed.difference_paise, rupees(-50));
    let sheet = words_of(&closed.paper);
    for said in [
        "GEN-12",
        "248459/C03-a/2026-27/D0001",
        "248459/C03-a/2026-27/000001 –",
        "248459/C03-a/2026-27/000004",
        "110-01-01",
        "7,900.00",
        "350-41-01",
        "300.00",
        "8,200.00",
        // The cancelled receipt's number stands in a narrow column, on two lines.
        "000002",
        "Error in",
        "Short,",
        closed.chain_head.as_str(),
    ] {
        assert!(sheet.contains(said), "{said} is not in\n{sheet}");
    }
    assert!(code_on(&closed.paper).starts_with("PLK1:"));
    assert!(office.drawer().await.shift.is_none());

    // The cash of the receipts and the cheque go to the bank; the float stays.
    let in_hand = remittable(&office).await;
    assert_eq!(in_hand.cash_paise, rupees(2_200));
    assert_eq!(in_hand.instruments.len(), 1);
    assert_eq!((in_hand.closes.len(), in_hand.accounts.len()), (1, 0));
    let account = BankAccount { bank: "State Bank of India".to_owned(), account: "30294857612".to_owned() };
    let instruments: Vec<_> = in_hand.instruments.iter().map(|receipt| receipt.receipt).collect();
    let short =
        Remit { account: account.clone(), cash: notes(&[(500, 4)]), instruments: instruments.clone() };
    assert_eq!(office.refused(Request::Remit(short)).await, "E-OFFICE-019");
    let remit = Remit { account: account.clone(), cash: notes(&[(500, 4), (200, 1)]), instruments };
    let slip = words_of(&office.paper_of(Request::Remit(remit.clone())).await);
    for said in ["248459/C03-a/2026-27/R0001", "30294857612", "004711", "7,200.00", "23-11-2026"] {
        assert!(slip.contains(said), "{said} is not in\n{slip}");
    }
    let left = remittable(&office).await;
    assert_eq!((left.cash_paise, left.instruments.len(), left.closes.len()), (Paise::ZERO, 0, 0));
    assert_eq!(left.accounts, [account]);
    // The same slip again: its cash is not in hand any more.
    assert_eq!(office.refused(Request::Remit(remit)).await, "E-STORE-008");

    // From here on only a reversal, for cash, cheque and UPI alike.
    for view in [&full, &advance, &by_cheque] {
        let cancel = CancelReceipt {
            receipt: view.brief.receipt,
            reason: "other".to_owned(),
            remark: "देर से".to_owned(),
            second: office.second(),
        };
        assert_eq!(office.refused(Request::CancelReceipt(cancel)).await, "E-OFFICE-033");
    }

    let Reply::Receipts(list) = office.say(Request::Receipts(Default::default())).await else { panic!() };
    assert_eq!((list.count, list.amount_paise), (4, rupees(8_200)));
    let verified = office.must_verify().await;
    assert_eq!(verified.chains, 1);
}

#[tokio::test]
async fn the_next_day_goes_on_in_the_same_series() {
    let (office, _) = TestOffice::at_the_counter().await;
    office.cash(&property_id(1), rupees(100)).await;
    let counted = notes(&[(500, 2), (100, 1)]);
    let close = CloseShift { counted, difference_reason: "never kept".to_owned(), left_open: None };
    let closed = office.close_of(Request::CloseShift(close.clone())).await;
    assert_eq!(closed.difference_paise, Paise::ZERO);
    assert!(!words_of(&closed.paper).contains("never kept"), "an exact count has no reason");
    assert_eq!(office.refused(Request::CloseShift(close)).await, "E-OFFICE-010");

    office.shell.wait_ms(common::DAY_MS);
    let drawer = office.drawer().await;
    assert_eq!(drawer.propose, monday().next());
    assert_eq!(drawer.propose_float_paise, rupees(1_000));
    office.open_shift(drawer.propose, rupees(1_000)).await;
    let next = office.cash(&property_id(1), rupees(200)).await;
    assert_eq!(next.brief.number, "248459/C03-a/2026-27/000002");

    // Two closed days go on one slip.
    let counted = notes(&[(500, 2), (200, 1)]);
    office
        .close_of(Request::CloseShift(CloseShift {
            counted,
            difference_reason: String::new(),
            left_open: None,
        }))
        .await;
    let in_hand = remittable(&office).await;
    assert_eq!((in_hand.cash_paise, in_hand.closes.len()), (rupees(300), 2));
    let account = BankAccount { bank: "Nainital Bank".to_owned(), account: "001122".to_owned() };
    let remit = Remit { account, cash: notes(&[(100, 3)]), instruments: Vec::new() };
    let slip = words_of(&office.paper_of(Request::Remit(remit)).await);
    assert!(slip.contains("23-11-2026 –") && slip.contains("24-11-2026"), "{slip}");
    office.must_verify().await;
}

#[tokio::test]
async fn a_new_financial_year_begins_its_own_series() {
    let office = TestOffice::with_register().await;
    let days = [(2027, 3, 31, "2026-27/000001"), (2027, 4, 1, "2027-28/000001")];
    for (year, month, day, number) in days {
        let business_date = domain::BusinessDate::new(year, month, day).unwrap();
        let open = contract::OpenShift { business_date, float_paise: Paise::ZERO, confirmed: true };
        office.say(Request::OpenShift(open)).await;
        let view = office.cash(&property_id(4), rupees(100)).await;
        assert_eq!(view.brief.number, format!("248459/C03-a/{number}"));
        let close =
            CloseShift { counted: notes(&[(100, 1)]), difference_reason: String::new(), left_open: None };
        let closed = office.close_of(Request::CloseShift(close)).await;
        let serial = number.replace("/000001", "/D0001");
        assert!(words_of(&closed.paper).contains(&serial), "{serial}");
    }
    office.must_verify().await;
}
