//! Computers that were put back from a backup, and copies that ran beside the original: no number is given twice, no money
//! is lost or counted twice, and what was left in the drawer can be closed and paid in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{
    PASSWORD, TestOffice, backup, code_on, exchange, monday, notes, property_id, put_back,
    put_back_and_started, restarted, rupees, with_backup,
};
use contract::{BankAccount, CloseShift, RecoverReceipt, Remit, Reply, Request, SecondPerson};
use domain::Paise;
use domain::payment::Instrument;
use domain::people::Role;
use store::{OpenOptions, Outcome, Store};

async fn number_of_next(office: &TestOffice) -> String {
    office.open_shift(monday(), rupees(0)).await;
    office.cash(&property_id(2), rupees(100)).await.brief.number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_folder_put_back_is_noticed_and_the_same_backup_twice_gives_no_number_twice() {
    let (one, files) = with_backup().await;
    one.cash(&property_id(1), rupees(100)).await;
    let one = put_back_and_started(one, &files).await;
    assert_eq!(number_of_next(&one).await, "248459/C03-b/2026-27/000001");
    let one = put_back_and_started(one, &files).await;
    assert_eq!(number_of_next(&one).await, "248459/C03-c/2026-27/000001");
    one.must_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn own_entries_that_come_from_elsewhere_end_the_epoch_and_are_kept() {
    let (one, files) = with_backup().await;
    let two = one.neighbour("C04").await;
    one.cash(&property_id(3), rupees(700)).await;
    exchange(&one, &two).await;
    one.office.close().await;
    put_back(&one, &files);
    one.shell.forget_marks();
    let one = restarted(one).await;
    assert!(one.drawer().await.shift.is_some(), "nothing tells yet");
    exchange(&one, &two).await;
    // Whoever presses before the page is asked again is told, and the next press is in the new series.
    let payment = one.payment(&property_id(2), rupees(100), Instrument::exact_cash(rupees(100)));
    assert_eq!(one.refused(Request::TakePayment(payment)).await, "E-STORE-012");
    // Which letter follows is left to chance: a copy that hears of the same must not take the same.
    let number = number_of_next(&one).await;
    assert!(!number.contains("C03-a/") && number.ends_with("/2026-27/000001"), "{number}");
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
    assert_eq!(one.bill(&property_id(3)).await.receipts.len(), 1);
    one.must_verify().await;
    two.must_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_of_a_shift_left_open_before_a_restore_is_counted_and_paid_in() {
    let (one, files) = with_backup().await;
    one.say(Request::Lock).await;
    let one = put_back_and_started(one, &files).await;
    // Nothing was written after the backup, so nothing tells the two apart; a lost mark does.
    one.office.close().await;
    std::fs::remove_file(one.folder.path().join("town.mark")).unwrap();
    let one = restarted(one).await;
    let drawer = one.drawer().await;
    assert!(drawer.shift.is_none());
    let left_open = Some(drawer.left_open[0].shift);
    let close = CloseShift { counted: notes(&[(100, 1)]), difference_reason: String::new(), left_open };
    let closed = one.close_of(Request::CloseShift(close.clone())).await;
    assert_eq!((closed.expected_cash_paise, closed.difference_paise), (rupees(100), Paise::ZERO));
    assert_eq!(one.refused(Request::CloseShift(close)).await, "E-OFFICE-010");
    let Reply::Remittable(in_hand) = one.say(Request::Remittable).await else { panic!() };
    assert_eq!((in_hand.cash_paise, in_hand.closes.len()), (rupees(100), 1));
    let account = BankAccount { bank: "SBIN".to_owned(), account: "30001234567".to_owned() };
    one.paper_of(Request::Remit(Remit { account, cash: notes(&[(100, 1)]), instruments: Vec::new() })).await;
    let Reply::Remittable(in_hand) = one.say(Request::Remittable).await else { panic!() };
    assert_eq!((in_hand.cash_paise, in_hand.closes.len()), (Paise::ZERO, 0));
    one.must_verify().await;
}

fn of_paper(text: &str, consumer: &str, second: Option<SecondPerson>) -> RecoverReceipt {
    RecoverReceipt {
        text: text.to_owned(),
        service: "PT".to_owned(),
        consumer: consumer.to_owned(),
        payer_name: String::new(),
        lines: Vec::new(),
        instrument: Instrument::exact_cash(rupees(700)),
        second,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_died_with_its_disk_comes_back_by_its_paper_and_stays_one_when_its_entry_turns_up() {
    let (one, files) = with_backup().await;
    let lost = one.cash(&property_id(3), rupees(700)).await;
    let paper = code_on(lost.paper.as_ref().unwrap());
    one.office.close().await;
    let dead_disk = backup(&one);
    put_back(&one, &files);
    let one = restarted(one).await;
    let due = one.bill(&property_id(3)).await.total_due_paise;
    let second = one.add_staff("निगरानी", "Supervisor Two", Role::Supervisor).await;
    let second = SecondPerson { user: second, password: PASSWORD.to_owned() };
    one.open_shift(monday(), rupees(0)).await;
    let Reply::Verification(seen) = one.say(Request::VerifyPaper { text: paper.clone() }).await else {
        panic!()
    };
    assert!(seen.may_recover);
    let alone = of_paper(&paper, &property_id(3), Some(one.second()));
    assert_eq!(one.refused(Request::RecoverReceipt(alone)).await, "E-OFFICE-007");
    let ask = of_paper(&paper, &property_id(3), Some(second));
    let back = one.receipt_of(Request::RecoverReceipt(ask.clone())).await;
    assert_eq!(back.brief.number, lost.brief.number, "the number is kept");
    assert_eq!(back.lines, lost.lines);
    assert_eq!(one.bill(&property_id(3)).await.total_due_paise, due.checked_sub(rupees(700)).unwrap());
    assert_eq!(one.refused(Request::RecoverReceipt(ask)).await, "E-OFFICE-090");

    // The dead disk is read after all.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dead.palika");
    #[allow(clippy::disallowed_methods, reason = "what a technician's tool does, not the program")]
    std::fs::write(&path, &dead_disk["town.palika"]).unwrap();
    let options = OpenOptions { key: one.shell.raw_key(), create: false, vfs: None, checkpoint_pages: 1_000 };
    let dead = Store::open(&path, options).await.unwrap();
    let here = one.open_store().await;
    for head in dead.vector().await.unwrap() {
        let mut after = 0;
        while let Some(range) = dead.range_after(head.device, head.epoch, after, 1 << 20).await.unwrap() {
            after = range.last_seq();
            let received = here.receive(range, common::MORNING_MS).await.unwrap();
            assert!(matches!(received.outcome, Outcome::Stored | Outcome::Duplicate));
        }
    }
    dead.close().await;
    let bill = one.bill(&property_id(3)).await;
    assert_eq!((bill.total_due_paise, bill.receipts.len()), (due.checked_sub(rupees(700)).unwrap(), 1));
    one.must_verify().await;

    // Another computer hears of both in the other order, and comes to the same.
    one.sign_in(one.admin).await;
    let two = one.neighbour("C04").await;
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_ran_beside_its_original_gives_its_branch_up_and_every_rupee_counts_once() {
    let (one, files) = with_backup().await;
    let two = one.neighbour("C04").await;
    let three = one.neighbour("C05").await;
    exchange(&one, &two).await;
    exchange(&one, &three).await;
    one.office.close().await;
    let at_the_copying = backup(&one);
    let one = restarted(one).await;
    // The original takes ₹700, which the second computer hears of.
    let original = one.cash(&property_id(3), rupees(700)).await;
    exchange(&one, &two).await;
    one.office.close().await;
    put_back(&one, &at_the_copying);
    let _ = files;
    one.shell.forget_marks();
    let copy = restarted(one).await;
    // The copy takes ₹300 under the same number, which the third hears of.
    let twin = copy.cash(&property_id(4), rupees(300)).await;
    assert_eq!(original.brief.number, twin.brief.number);
    assert_ne!(original.chain_head, twin.chain_head, "the ten characters tell the papers apart");
    exchange(&copy, &three).await;

    // First contact: each side keeps the other's branch as proof.
    let (of_copy, of_two) = (copy.open_store().await, two.open_store().await);
    let own = twin.brief.receipt;
    let held = of_two.vector().await.unwrap().into_iter().find(|head| head.device == own.device).unwrap();
    let proof = of_two.range_after(held.device, held.epoch, 0, 8 << 20).await.unwrap().unwrap();
    let outcome = of_copy.receive(proof, common::MORNING_MS).await.unwrap().outcome;
    assert_eq!(outcome, Outcome::Forked);
    copy.open_shift(monday(), rupees(0)).await;
    let numbers: Vec<String> =
        copy.bill(&property_id(4)).await.receipts.into_iter().map(|receipt| receipt.number).collect();
    assert_eq!(numbers, std::slice::from_ref(&twin.brief.number));
    exchange(&copy, &two).await;
    exchange(&copy, &three).await;
    exchange(&two, &three).await;
    exchange(&copy, &two).await;
    for office in [&copy, &two, &three] {
        assert_eq!(office.bill(&property_id(3)).await.receipts.len(), 1);
        assert_eq!(office.bill(&property_id(4)).await.receipts.len(), 1);
        assert_eq!(office.digest().await, copy.digest().await);
        office.must_verify().await;
    }
}
