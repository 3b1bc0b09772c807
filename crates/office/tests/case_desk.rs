//! One list of all that asks for a person: late receipts, branches given up, entries that are not believed, series whose
//! end nobody knows. Every replica lists the same, each settlement is a fact, and what comes after it asks anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{
    DAY_MS, PASSWORD, TestOffice, backup, code_on, exchange, monday, notes, property_id, put_back,
    put_back_and_started, restarted, rupees, with_backup,
};
use contract::{
    BankAccount, CaseView, CloseShift, EditProperty, RecoverReceipt, Remit, Request, SecondPerson, SettleCase,
};
use domain::payment::Instrument;
use domain::people::Role;
use domain::register::PropertyField;
use domain::{BusinessDate, DeviceId, Hash, Paise};
use office::Shell as _;
use store::Outcome;

async fn open_cases(office: &TestOffice) -> Vec<CaseView> {
    office.sync_page().await.cases.into_iter().filter(|case| case.settled.is_none()).collect()
}

/// The one open case of a kind. Whoever reads it must find what to do in both languages.
async fn the_case(office: &TestOffice, kind: &str) -> CaseView {
    let mut found = cases_of(office, kind).await;
    assert_eq!(found.len(), 1, "{kind}: {found:?}");
    let case = found.remove(0);
    for text in [&case.kind, &case.what, &case.to_do] {
        assert!(!text.hindi.is_empty() && !text.english.is_empty() && text.hindi != text.english, "{case:?}");
    }
    case
}

async fn cases_of(office: &TestOffice, kind: &str) -> Vec<CaseView> {
    let all = open_cases(office).await;
    all.into_iter().filter(|case| case.case.split('/').next() == Some(kind)).collect()
}

async fn settle(office: &TestOffice, case: &CaseView, decision: &str) {
    let ask =
        SettleCase {
            case: case.case.clone(), decision: decision.to_owned(), remark: "पूछताछ हुई".to_owned()
        };
    office.say(Request::SettleCase(ask)).await;
}

async fn must_agree(offices: &[&TestOffice]) {
    for office in offices {
        assert_eq!(office.digest().await, offices[0].digest().await);
        office.must_verify().await;
    }
}

fn tuesday() -> BusinessDate {
    BusinessDate::new(2026, 11, 24).unwrap()
}

async fn pay_in(office: &TestOffice, cash: i64) {
    let account = BankAccount { bank: "SBIN".to_owned(), account: "30001234567".to_owned() };
    let cash = notes(&[(100, u32::try_from(cash / 100).unwrap())]);
    office.paper_of(Request::Remit(Remit { account, cash, instruments: Vec::new() })).await;
}

async fn close(office: &TestOffice, hundreds: u32, left_open: Option<Hash>) {
    let counted = notes(&[(100, hundreds)]);
    let closed = office
        .close_of(Request::CloseShift(CloseShift { counted, difference_reason: String::new(), left_open }))
        .await;
    assert_eq!(closed.difference_paise, Paise::ZERO);
}

async fn supervisor(office: &TestOffice) -> SecondPerson {
    let user = office.add_staff("निगरानी", "Supervisor Two", Role::Supervisor).await;
    SecondPerson { user, password: PASSWORD.to_owned() }
}

fn of_paper(text: &str, consumer: &str, amount: Paise, second: SecondPerson) -> Request {
    Request::RecoverReceipt(RecoverReceipt {
        text: text.to_owned(),
        service: "PT".to_owned(),
        consumer: consumer.to_owned(),
        payer_name: String::new(),
        lines: Vec::new(),
        instrument: Instrument::exact_cash(amount),
        second: Some(second),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_of_a_closed_day_is_a_case_until_its_money_is_paid_in_and_narrows_the_unknown_tail() {
    let (one, files) = with_backup().await;
    let lost = one.cash(&property_id(3), rupees(700)).await;
    let paper = code_on(lost.paper.as_ref().unwrap());
    let one = put_back_and_started(one, &files).await;
    let second = supervisor(&one).await;
    let two = one.neighbour("C04").await;

    // The mark outside the folder had heard of more than the backup holds: so much is told, and to everybody.
    exchange(&one, &two).await;
    let tail = the_case(&one, "tail").await;
    assert_eq!(the_case(&two, "tail").await.case, tail.case);
    assert_eq!(tail.sides[0].value, "248459/C03-a/2026-27/000001");
    assert!(tail.what.english.contains("written 1 further entries"), "{}", tail.what.english);
    assert_eq!(tail.amount_paise, None, "nobody knows how much");

    // Monday is closed without it; on Tuesday its paper turns up.
    close(&one, 1, Some(one.drawer().await.left_open[0].shift)).await;
    pay_in(&one, 100).await;
    for office in [&one, &two] {
        office.shell.wait_ms(DAY_MS);
    }
    one.open_shift(tuesday(), rupees(0)).await;
    one.receipt_of(of_paper(&paper, &property_id(3), rupees(700), second)).await;
    exchange(&one, &two).await;
    for office in [&one, &two] {
        let late = the_case(office, "late").await;
        assert_eq!(late.amount_paise, Some(rupees(700)));
        let side = &late.sides[0];
        assert!(side.value.starts_with(&lost.brief.number) && side.who.english == "Vimla Pant", "{side:?}");
        assert!(late.what.english.contains("23-11-2026") && late.what.english.contains("24-11-2026"));
        let narrower = the_case(office, "tail").await;
        assert_ne!(narrower.case, tail.case);
        assert!(narrower.what.english.contains("Entered again from paper: 2026-27/000002"));
        let order: Vec<String> = open_cases(office).await.into_iter().map(|case| case.case).collect();
        assert_eq!(order, [narrower.case, late.case], "oldest money first");
    }
    let tail = the_case(&two, "tail").await;
    settle(&two, &tail, "all-entered").await;
    exchange(&one, &two).await;
    assert!(cases_of(&one, "tail").await.is_empty());

    // Whoever may decide sees it on every screen; a clerk is not troubled with it.
    assert_eq!(one.situation().await.open_cases, open_cases(&one).await.len() as u64);
    let clerk = one.add_clerk().await;
    one.sign_in(clerk).await;
    assert_eq!(one.situation().await.open_cases, 0);
    one.sign_in(one.admin).await;

    // The money goes to the bank: nobody has to say so.
    close(&one, 7, None).await;
    assert_eq!(cases_of(&one, "late").await.len(), 1, "counted, not paid in");
    pay_in(&one, 700).await;
    exchange(&one, &two).await;
    for office in [&one, &two] {
        assert_eq!(open_cases(office).await, []);
    }
    must_agree(&[&one, &two]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_comes_back_after_its_shift_was_paid_in_is_a_case() {
    let one = TestOffice::with_register().await;
    let two = one.neighbour("C04").await;
    one.open_shift(monday(), rupees(0)).await;
    one.cash(&property_id(1), rupees(100)).await;
    one.office.close().await;
    let files = backup(&one);
    let one = restarted(one).await;
    let late = one.cash(&property_id(3), rupees(700)).await;
    exchange(&one, &two).await;
    let one = put_back_and_started(one, &files).await;
    close(&one, 1, Some(one.drawer().await.left_open[0].shift)).await;
    pay_in(&one, 100).await;
    assert_eq!(cases_of(&one, "tail").await.len(), 1);
    exchange(&one, &two).await;
    for office in [&one, &two] {
        let case = the_case(office, "late").await;
        assert_eq!(
            (case.amount_paise, case.receipts.as_slice()),
            (Some(rupees(700)), &[late.brief.receipt][..])
        );
        assert!(case.what.english.contains("not known when the shift"), "{}", case.what.english);
        assert!(cases_of(office, "tail").await.is_empty(), "all that was written is here");
    }
    pay_in(&one, 700).await;
    exchange(&one, &two).await;
    for office in [&one, &two] {
        assert_eq!(open_cases(office).await, []);
    }
    must_agree(&[&one, &two]).await;
}

/// A copy of the first computer that took ₹300 and changed an account, and has just heard of the original; and a third
/// computer that had heard of the copy alone.
async fn a_copy_that_must_give_up() -> (TestOffice, TestOffice) {
    let (one, _) = with_backup().await;
    let two = one.neighbour("C04").await;
    let three = one.neighbour("C05").await;
    exchange(&one, &two).await;
    exchange(&one, &three).await;
    one.office.close().await;
    let at_the_copying = backup(&one);
    let one = restarted(one).await;
    one.cash(&property_id(3), rupees(700)).await;
    exchange(&one, &two).await;
    one.office.close().await;
    put_back(&one, &at_the_copying);
    one.shell.forget_marks();
    let copy = restarted(one).await;
    let twin = copy.cash(&property_id(4), rupees(300)).await;
    let fields = vec![(PropertyField::DoorNumber, "7-B".to_owned())];
    copy.say(Request::EditProperty(EditProperty { consumer: property_id(2), fields, mobile: None })).await;
    exchange(&copy, &three).await;

    let (of_copy, of_two) = (copy.open_store().await, two.open_store().await);
    let device = twin.brief.receipt.device;
    let held = of_two.vector().await.unwrap().into_iter().find(|head| head.device == device).unwrap();
    let proof = of_two.range_after(device, held.epoch, 0, 8 << 20).await.unwrap().unwrap();
    assert_eq!(of_copy.receive(proof, common::MORNING_MS).await.unwrap().outcome, Outcome::Forked);
    (copy, three)
}

/// Both branches begin with the same entry, which stands in the middle of a signed batch.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_whose_branch_was_given_up_ends_in_a_signed_head() {
    let (copy, three) = a_copy_that_must_give_up().await;
    copy.sync_page().await;
    copy.must_verify().await;
    exchange(&copy, &three).await;
    must_agree(&[&copy, &three]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_that_is_given_up_loses_no_receipt_quietly() {
    let (copy, three) = a_copy_that_must_give_up().await;
    // Asking for the page leaves the epoch, and the branch with it.
    let lost = the_case(&copy, "lost").await;
    assert_eq!((lost.amount_paise, lost.sides[0].who.english.as_str()), (Some(rupees(300)), "Vimla Pant"));
    assert!(lost.to_do.english.contains("Open a shift"));
    assert!(cases_of(&copy, "tail").await.is_empty(), "all that was written is known");
    assert!(copy.bill(&property_id(4)).await.receipts.is_empty(), "in no sum");
    exchange(&copy, &three).await;
    let told = the_case(&three, "lost").await;
    assert_eq!((told.case.as_str(), told.amount_paise), (lost.case.as_str(), lost.amount_paise));
    assert!(told.to_do.english.contains("Verify a paper"), "another computer cannot enter it by itself");
    let redo = the_case(&three, "redo").await;
    assert!(redo.sides.iter().any(|side| side.what.english == "Change to the register"), "{redo:?}");
    settle(&three, &redo, "not-needed").await;

    copy.open_shift(monday(), rupees(0)).await;
    exchange(&copy, &three).await;
    for office in [&copy, &three] {
        assert!(cases_of(office, "lost").await.is_empty() && cases_of(office, "redo").await.is_empty());
        assert_eq!(office.bill(&property_id(4)).await.receipts.len(), 1);
    }
    must_agree(&[&copy, &three]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_revoked_computer_wrote_beyond_its_end_is_accepted_by_a_fact() {
    let one = TestOffice::with_register().await;
    let two = one.neighbour("C04").await;
    let three = one.neighbour("C05").await;
    exchange(&one, &two).await;
    exchange(&one, &three).await;
    two.open_shift(monday(), rupees(0)).await;
    two.cash(&property_id(1), rupees(100)).await;
    exchange(&one, &two).await;
    let device = two.office.open_town().await.unwrap().device;
    one.say(Request::RevokeDevice { device, reason: "खो गया".to_owned() }).await;
    let tail = the_case(&one, "tail").await;
    assert_eq!(tail.sides[0].value, "248459/C04-a/2026-27/000001");
    // It has not heard of that.
    let beyond = two.cash(&property_id(3), rupees(700)).await;
    give_chain(&two, &one, device).await;
    exchange(&one, &three).await;
    for office in [&one, &three] {
        let case = the_case(office, "disputed").await;
        assert_eq!((case.amount_paise, case.sides.len()), (Some(rupees(700)), 1));
        assert_eq!(case.sides[0].value, beyond.brief.number);
        assert_ne!(the_case(office, "tail").await.case, tail.case, "more of it is known now");
    }
    let case = the_case(&three, "disputed").await;
    settle(&three, &case, "accept").await;
    let tail = the_case(&three, "tail").await;
    settle(&three, &tail, "nothing-beyond").await;
    assert_eq!(open_cases(&three).await, []);
    exchange(&one, &three).await;
    assert_eq!(open_cases(&one).await, []);
    assert!(one.sync_page().await.quarantine.is_empty());
    let settled: Vec<String> =
        one.sync_page().await.cases.into_iter().map(|case| case.settled.unwrap().english).collect();
    assert_eq!(settled.len(), 2);
    must_agree(&[&one, &three]).await;

    // What was decided holds for what was known: one more entry asks again.
    two.cash(&property_id(3), rupees(50)).await;
    give_chain(&two, &one, device).await;
    assert_eq!(the_case(&one, "disputed").await.amount_paise, Some(rupees(50)));
    the_case(&one, "tail").await;
}

/// Brings one device's chain alone.
async fn give_chain(from: &TestOffice, to: &TestOffice, device: DeviceId) {
    let (source, target) = (from.open_store().await, to.open_store().await);
    let of = |heads: Vec<domain::ChainHead>| heads.into_iter().find(|head| head.device == device);
    let after = of(target.vector().await.unwrap()).map_or(0, |head| head.seq);
    let head = of(source.vector().await.unwrap()).unwrap();
    let range = source.range_after(device, head.epoch, after, 8 << 20).await.unwrap().unwrap();
    assert_eq!(target.receive(range, to.shell.now_ms()).await.unwrap().outcome, Outcome::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_wait_a_day_for_their_past_are_a_case_with_their_money() {
    let one = TestOffice::with_register().await;
    let two = one.neighbour("C04").await;
    let three = one.neighbour("C05").await;
    for office in [&two, &three] {
        exchange(&one, office).await;
    }
    two.open_shift(monday(), rupees(0)).await;
    exchange(&two, &three).await;
    three.open_shift(monday(), rupees(0)).await;
    three.cash(&property_id(3), rupees(700)).await;
    give_chain(&three, &one, three.office.open_town().await.unwrap().device).await;
    assert!(one.sync_page().await.incomplete);
    assert_eq!(open_cases(&one).await, [], "it may come within the day");
    one.shell.wait_ms(DAY_MS);
    let case = the_case(&one, "waiting").await;
    assert_eq!(case.amount_paise, Some(rupees(700)));
    assert!(case.what.english.contains("Waiting for earlier entries of C04"), "{}", case.what.english);
    exchange(&one, &two).await;
    assert_eq!(open_cases(&one).await, []);
    exchange(&one, &three).await;
    must_agree(&[&one, &three]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_bytes_are_a_case_with_the_money_they_claim() {
    let one = TestOffice::with_register().await;
    let two = one.neighbour("C04").await;
    exchange(&one, &two).await;
    two.open_shift(monday(), rupees(0)).await;
    let real = two.cash(&property_id(3), rupees(700)).await;
    let device = real.brief.receipt.device;
    let store = one.open_store().await;
    let held = store.vector().await.unwrap().into_iter().find(|head| head.device == device).unwrap();
    let of_two = two.open_store().await;
    let mut range = of_two.range_after(device, held.epoch, held.seq, 8 << 20).await.unwrap().unwrap();
    range.signature.0[0] ^= 1;
    let received = store.receive(range, one.shell.now_ms()).await.unwrap();
    assert!(matches!(received.outcome, Outcome::Refused(_)), "{received:?}");
    let case = the_case(&one, "refused").await;
    assert_eq!(
        (case.amount_paise, case.sides[0].value.as_str()),
        (Some(rupees(700)), real.brief.number.as_str())
    );
    assert!(case.what.english.contains("signature"), "{}", case.what.english);

    // The true bytes come; what was refused claims nothing any more, and a person puts it away.
    exchange(&one, &two).await;
    let case = the_case(&one, "refused").await;
    assert_eq!(case.amount_paise, None);
    settle(&one, &case, "looked-into").await;
    assert_eq!(open_cases(&one).await, []);
    must_agree(&[&one]).await;
}
