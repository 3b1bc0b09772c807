//! Copies, cancellation, certificates: who may, when, and what is written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{TestOffice, cheque, monday, notes, property_id, rupees, words_of};
use contract::{CancelReceipt, CloseShift, PrintState, ReceiptFilter, Reply, Reprint, Request, SecondPerson};
use domain::ChainHead;
use domain::payment::Instrument;
use domain::people::Role;

fn cancel(receipt: ChainHead, second: SecondPerson) -> CancelReceipt {
    let (reason, remark) = ("error-in-receipt".to_owned(), "राशि ग़लत लिखी गई".to_owned());
    CancelReceipt { receipt, reason, remark, second }
}

fn reprint(receipt: ChainHead, second: Option<SecondPerson>) -> Request {
    Request::Reprint(Reprint { receipt, reason: "paper-spoiled".to_owned(), second })
}

#[tokio::test]
async fn a_doubled_enter_is_one_receipt() {
    let (office, _) = TestOffice::at_the_counter().await;
    let payment = office.payment(&property_id(1), rupees(500), Instrument::exact_cash(rupees(500)));
    let (one, other) = tokio::join!(
        office.receipt_of(Request::TakePayment(payment.clone())),
        office.receipt_of(Request::TakePayment(payment.clone())),
    );
    assert_eq!(one.brief.receipt, other.brief.receipt);
    let late = office.take(payment).await;
    assert_eq!(late.brief.receipt, one.brief.receipt);
    assert_eq!(office.shell.printed().len(), 1);
    assert_eq!(office.bill(&property_id(1)).await.total_due_paise, rupees(1_700));
    let next = office.cash(&property_id(1), rupees(100)).await;
    assert_eq!(next.brief.number, "248459/C03-a/2026-27/000002");
    office.must_verify().await;
}

#[tokio::test]
async fn from_the_second_copy_on_a_second_person_signs() {
    let (office, _) = TestOffice::at_the_counter().await;
    let receipt = office.cash(&property_id(1), rupees(500)).await.brief.receipt;
    let unknown = Reprint { receipt, reason: "because".to_owned(), second: None };
    assert_eq!(office.refused(Request::Reprint(unknown)).await, "E-OFFICE-030");

    let first = office.receipt_of(reprint(receipt, None)).await;
    let said = words_of(first.paper.as_ref().unwrap());
    assert!(said.contains("The paper was spoiled"), "{said}");
    let entries = office.entries().await;
    assert_eq!(office.refused(reprint(receipt, None)).await, "E-OFFICE-007");
    let wrong = SecondPerson { password: "something else".to_owned(), ..office.second() };
    assert_eq!(office.refused(reprint(receipt, Some(wrong))).await, "E-OFFICE-004");
    assert_eq!(office.entries().await, entries);
    let second = office.receipt_of(reprint(receipt, Some(office.second()))).await;
    assert_eq!(second.history.len(), 2);
    let paths: Vec<_> = office.shell.printed();
    assert_eq!(paths.len(), 3);
    assert!(paths[0] != paths[1] && paths[1] != paths[2], "each copy is kept: {paths:?}");
    office.must_verify().await;
}

#[tokio::test]
async fn a_copy_is_logged_before_it_is_printed() {
    let (office, _) = TestOffice::at_the_counter().await;
    let receipt = office.cash(&property_id(1), rupees(500)).await.brief.receipt;
    office.shell.printer_gone(true);
    let view = office.receipt_of(reprint(receipt, None)).await;
    assert_eq!(view.paper.as_ref().unwrap().print, PrintState::Failed);
    assert_eq!(view.history.len(), 1);
    // It counts as the first copy although no paper came out: the next one is the second.
    office.shell.printer_gone(false);
    assert_eq!(office.refused(reprint(receipt, None)).await, "E-OFFICE-007");
}

#[tokio::test]
async fn a_cancellation_needs_another_person_a_reason_and_words() {
    let (office, clerk) = TestOffice::at_the_counter().await;
    let receipt = office.cash(&property_id(1), rupees(500)).await.brief.receipt;
    let entries = office.entries().await;
    let other_clerk = {
        office.sign_in(office.admin).await;
        let other = office.add_staff("नीमा आर्य", "Neema Arya", Role::Clerk).await;
        office.sign_in(clerk).await;
        other
    };
    let entries = entries.max(office.entries().await);
    let sound = cancel(receipt, office.second());
    let person = |user| SecondPerson { user, ..office.second() };
    let elsewhere = ChainHead { seq: receipt.seq + 50, ..receipt };
    let refusals = [
        (CancelReceipt { second: person(clerk), ..sound.clone() }, "E-OFFICE-007"),
        (CancelReceipt { second: person(other_clerk), ..sound.clone() }, "E-OFFICE-007"),
        (
            CancelReceipt {
                second: SecondPerson { password: "wrong".to_owned(), ..office.second() },
                ..sound.clone()
            },
            "E-OFFICE-004",
        ),
        (CancelReceipt { second: person(domain::UserId([9; 16])), ..sound.clone() }, "E-OFFICE-007"),
        (CancelReceipt { reason: "because".to_owned(), ..sound.clone() }, "E-OFFICE-030"),
        (CancelReceipt { reason: "cheque-dishonoured".to_owned(), ..sound.clone() }, "E-OFFICE-030"),
        (CancelReceipt { remark: " \u{200f} ".to_owned(), ..sound.clone() }, "E-OFFICE-030"),
        (CancelReceipt { remark: "क".repeat(501), ..sound.clone() }, "E-OFFICE-029"),
        (CancelReceipt { receipt: elsewhere, ..sound.clone() }, "E-STORE-008"),
    ];
    for (ask, code) in refusals {
        assert_eq!(office.refused(Request::CancelReceipt(ask.clone())).await, code, "{ask:?}");
    }
    assert_eq!(office.entries().await, entries);
    assert_eq!(office.bill(&property_id(1)).await.total_due_paise, rupees(1_700));

    let cancelled = office.receipt_of(Request::CancelReceipt(sound.clone())).await;
    assert_eq!(cancelled.history.len(), 1);
    assert!(cancelled.history[0].what.english.contains("Error in the receipt"));
    assert_eq!(office.refused(Request::CancelReceipt(sound)).await, "E-OFFICE-032");
    assert_eq!(office.refused(reprint(receipt, None)).await, "E-OFFICE-032");
    assert_eq!(office.bill(&property_id(1)).await.total_due_paise, rupees(2_200));
    // The number stays used.
    let next = office.cash(&property_id(1), rupees(2_200)).await;
    assert_eq!(next.brief.number, "248459/C03-a/2026-27/000002");
    office.must_verify().await;
}

#[tokio::test]
async fn only_who_holds_the_drawer_cancels_and_only_in_a_shift() {
    let (office, clerk) = TestOffice::at_the_counter().await;
    let receipt = office.cash(&property_id(1), rupees(500)).await.brief.receipt;
    office.sign_in(office.admin).await;
    let accountant = office.add_staff("लेखा पाल", "Lekha Pal", Role::Accountant).await;
    let of_accountant = SecondPerson { user: accountant, ..office.second() };
    assert_eq!(
        office.refused(Request::CancelReceipt(cancel(receipt, of_accountant.clone()))).await,
        "E-OFFICE-012"
    );
    office.sign_in(accountant).await;
    assert_eq!(
        office.refused(Request::CancelReceipt(cancel(receipt, office.second()))).await,
        "E-OFFICE-006"
    );
    office.sign_in(clerk).await;
    let counted = notes(&[(500, 3)]);
    office
        .close_of(Request::CloseShift(CloseShift {
            counted,
            difference_reason: String::new(),
            left_open: None,
        }))
        .await;
    assert_eq!(
        office.refused(Request::CancelReceipt(cancel(receipt, of_accountant.clone()))).await,
        "E-OFFICE-010"
    );

    // In the next shift it may still be cancelled, as long as its cash is in hand; then less goes to the bank, and the
    // cancellation stands on that shift's sheet.
    office.open_shift(monday(), rupees(1_000)).await;
    office.receipt_of(Request::CancelReceipt(cancel(receipt, of_accountant))).await;
    let Reply::Remittable(in_hand) = office.say(Request::Remittable).await else { panic!() };
    assert_eq!(in_hand.cash_paise, domain::Paise::ZERO);
    let counted = notes(&[(500, 2)]);
    let close = CloseShift { counted, difference_reason: String::new(), left_open: None };
    let closed = office.close_of(Request::CloseShift(close)).await;
    let sheet = words_of(&closed.paper);
    assert!(sheet.contains("000001") && !sheet.contains("Cancelled receipts: none"), "{sheet}");
    office.must_verify().await;
}

#[tokio::test]
async fn a_lost_receipt_is_certified_never_copied() {
    let (office, clerk) = TestOffice::at_the_counter().await;
    let view = office.take(office.payment(&property_id(4), rupees(5_000), cheque("004711"))).await;
    let receipt = view.brief.receipt;
    let ask = |issued_to: &str| Request::CertifyPayment { receipt, issued_to: issued_to.to_owned() };
    let paper = office.paper_of(ask("  मोहन सिंह\u{202e} रावत ")).await;
    let said = words_of(&paper);
    for words in
        ["248459/C03-a/2026-27/P0001", view.brief.number.as_str(), "5,000.00", "23-11-2026", "Harish Bisht"]
    {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    assert!(words_of(&office.paper_of(ask("Mohan")).await).contains("/P0002"));
    assert_eq!(office.refused(ask(" ")).await, "E-OFFICE-030");
    assert_eq!(office.refused(ask(&"म".repeat(5_000))).await, "E-OFFICE-029");
    assert_eq!(office.receipt_of(Request::Receipt { receipt }).await.history.len(), 2);
    // Certifying needs no open shift, and an accountant may not.
    office
        .close_of(Request::CloseShift(CloseShift {
            counted: notes(&[(500, 2)]),
            difference_reason: String::new(),
            left_open: None,
        }))
        .await;
    assert!(words_of(&office.paper_of(ask("Mohan")).await).contains("/P0003"));
    office.sign_in(office.admin).await;
    let accountant = office.add_staff("लेखा पाल", "Lekha Pal", Role::Accountant).await;
    office.sign_in(accountant).await;
    assert_eq!(office.refused(ask("Mohan")).await, "E-OFFICE-006");
    // What was cancelled was not received.
    office.sign_in(clerk).await;
    office.open_shift(monday(), rupees(1_000)).await;
    office.receipt_of(Request::CancelReceipt(cancel(receipt, office.second()))).await;
    assert_eq!(office.refused(ask("Mohan")).await, "E-OFFICE-032");
    office.must_verify().await;
}

#[tokio::test]
async fn the_list_narrows_by_what_people_remember() {
    let (office, _) = TestOffice::at_the_counter().await;
    for number in 1..=4 {
        office.cash(&property_id(number), rupees(i64::from(number) * 100)).await;
    }
    office.take(office.payment(&property_id(4), rupees(1_000), cheque("004711"))).await;
    let count = async |filter: ReceiptFilter| match office.say(Request::Receipts(filter)).await {
        Reply::Receipts(list) => (list.count, list.amount_paise.0 / 100),
        other => panic!("{other:?}"),
    };
    let text = |text: &str| ReceiptFilter { text: text.to_owned(), ..ReceiptFilter::default() };
    assert_eq!(count(ReceiptFilter::default()).await, (5, 2_000));
    assert_eq!(count(text("248459/C03-a/2026-27/000003")).await, (1, 300));
    assert_eq!(count(text("PT-248459-000004")).await, (2, 1_400));
    assert_eq!(count(text("100%")).await, (0, 0));
    let cheques =
        ReceiptFilter { mode: Some(domain::payment::PaymentMode::Cheque), ..ReceiptFilter::default() };
    assert_eq!(count(cheques).await, (1, 1_000));
    let tomorrow = ReceiptFilter { from: Some(monday().next()), ..ReceiptFilter::default() };
    assert_eq!(count(tomorrow).await, (0, 0));
    let elsewhere = ReceiptFilter { counter: "C99".to_owned(), ..ReceiptFilter::default() };
    assert_eq!(count(elsewhere).await, (0, 0));
    let beyond = ReceiptFilter { offset: 4, ..ReceiptFilter::default() };
    let Reply::Receipts(list) = office.say(Request::Receipts(beyond)).await else { panic!() };
    assert_eq!((list.receipts.len(), list.count), (1, 5));
}
