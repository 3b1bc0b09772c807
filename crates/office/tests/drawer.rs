//! Handover, blind count, remittance, pre-printed books: who may, and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{TestOffice, cheque, monday, notes, property_id, rupees, upi, words_of};
use contract::{
    BankAccount, ChangeRole, CloseShift, HandOver, IssueLeafBook, OpenShift, Payment, Remit, Reply, Request,
    SecondPerson,
};
use domain::drawer::DenominationCount;
use domain::payment::Instrument;
use domain::people::Role;
use domain::receipt::LeafReference;
use domain::{BusinessDate, Paise};

fn close(counted: Vec<DenominationCount>, reason: &str) -> Request {
    Request::CloseShift(CloseShift { counted, difference_reason: reason.to_owned(), left_open: None })
}

#[tokio::test]
async fn a_drawer_passes_from_hand_to_hand() {
    let (office, clerk) = TestOffice::at_the_counter().await;
    office.cash(&property_id(1), rupees(500)).await;
    office.take(office.payment(&property_id(4), rupees(2_000), cheque("004711"))).await;
    office.sign_in(office.admin).await;
    let taker = office.add_staff("नीमा आर्य", "Neema Arya", Role::Clerk).await;
    let accountant = office.add_staff("लेखा पाल", "Lekha Pal", Role::Accountant).await;
    let to = |user| SecondPerson { user, ..office.second() };
    let sound = HandOver { to: to(taker), counted: notes(&[(500, 3)]), difference_reason: String::new() };
    // The supervisor does not hold the drawer and cannot give it away.
    assert_eq!(office.refused(Request::HandOver(sound.clone())).await, "E-OFFICE-012");
    office.sign_in(clerk).await;
    let entries = office.entries().await;
    let refusals = [
        (HandOver { to: to(clerk), ..sound.clone() }, "E-OFFICE-007"),
        (HandOver { to: to(accountant), ..sound.clone() }, "E-OFFICE-007"),
        (
            HandOver { to: SecondPerson { password: "wrong".to_owned(), ..to(taker) }, ..sound.clone() },
            "E-OFFICE-004",
        ),
        (HandOver { counted: notes(&[(500, 2)]), ..sound.clone() }, "E-OFFICE-015"),
        (
            HandOver {
                counted: vec![DenominationCount { denomination_paise: Paise(150_000), count: 1 }],
                ..sound.clone()
            },
            "E-OFFICE-018",
        ),
    ];
    for (ask, code) in refusals {
        assert_eq!(office.refused(Request::HandOver(ask.clone())).await, code, "{ask:?}");
    }
    assert_eq!(office.entries().await, entries);

    let Reply::Drawer(drawer) = office.say(Request::HandOver(sound)).await else { panic!() };
    assert_eq!(drawer.shift.as_ref().unwrap().holder, taker);
    let sheet = words_of(drawer.paper.as_ref().unwrap());
    for said in ["Harish Bisht", "Neema Arya", "1,500.00", "2,000.00", "248459/C03-a/2026-27/000002"] {
        assert!(sheet.contains(said), "{said} is not in\n{sheet}");
    }
    // Who gave it away takes no more money; who took it goes on in the same shift and series.
    let payment = office.payment(&property_id(2), rupees(100), Instrument::exact_cash(rupees(100)));
    assert_eq!(office.refused(Request::TakePayment(payment.clone())).await, "E-OFFICE-012");
    assert_eq!(office.refused(close(notes(&[(500, 3)]), "")).await, "E-OFFICE-012");
    office.sign_in(taker).await;
    assert_eq!(office.take(payment).await.brief.number, "248459/C03-a/2026-27/000003");
    let closed = office.close_of(close(notes(&[(500, 3), (100, 1)]), "")).await;
    assert_eq!(closed.difference_paise, Paise::ZERO);
    office.must_verify().await;
}

#[tokio::test]
async fn an_empty_shift_closes_and_leaves_nothing_to_pay_in() {
    let (office, _) = TestOffice::at_the_counter().await;
    let refusals = [
        (Vec::new(), "E-OFFICE-015"),
        (notes(&[(500, 3)]), "E-OFFICE-015"),
        (vec![DenominationCount { denomination_paise: Paise(-50_000), count: 2 }], "E-OFFICE-018"),
        (vec![DenominationCount { denomination_paise: rupees(2_000), count: u32::MAX }; 2], "E-OFFICE-022"),
    ];
    for (counted, code) in refusals {
        assert_eq!(office.refused(close(counted.clone(), "")).await, code, "{counted:?}");
    }
    assert_eq!(office.refused(close(notes(&[(500, 1)]), &"क".repeat(501))).await, "E-OFFICE-029");
    let closed = office.close_of(close(notes(&[(500, 2)]), "")).await;
    assert_eq!((closed.expected.len(), closed.difference_paise), (0, Paise::ZERO));
    let account = BankAccount { bank: "Nainital Bank".to_owned(), account: "001122".to_owned() };
    let remit = Remit { account, cash: Vec::new(), instruments: Vec::new() };
    assert_eq!(office.refused(Request::Remit(remit)).await, "E-OFFICE-021");
    office.must_verify().await;
}

#[tokio::test]
async fn an_instrument_left_in_hand_goes_with_a_later_slip() {
    let (office, _) = TestOffice::at_the_counter().await;
    let first = office.take(office.payment(&property_id(4), rupees(2_000), cheque("000001"))).await;
    let second = office.take(office.payment(&property_id(4), rupees(1_000), cheque("000002"))).await;
    office.take(office.payment(&property_id(3), rupees(700), upi())).await;
    // Nothing of an open shift is remittable.
    let Reply::Remittable(open) = office.say(Request::Remittable).await else { panic!() };
    assert_eq!((open.closes.len(), open.instruments.len()), (0, 0));
    office.close_of(close(notes(&[(500, 2)]), "")).await;
    let account = BankAccount { bank: "Nainital Bank".to_owned(), account: "001122".to_owned() };
    let remit = |instruments| Remit { account: account.clone(), cash: Vec::new(), instruments };
    for (bank, number) in [(" ", "001122"), ("Nainital Bank", "")] {
        let account = BankAccount { bank: bank.to_owned(), account: number.to_owned() };
        let ask = Remit { account, ..remit(vec![first.brief.receipt]) };
        assert_eq!(office.refused(Request::Remit(ask)).await, "E-OFFICE-030");
    }
    let doubled = remit(vec![first.brief.receipt, first.brief.receipt]);
    let slip = words_of(&office.paper_of(Request::Remit(doubled)).await);
    assert!(slip.contains("2,000.00") && !slip.contains("000002 "), "one cheque, once:\n{slip}");
    let Reply::Remittable(left) = office.say(Request::Remittable).await else { panic!() };
    assert_eq!(left.instruments.iter().map(|one| one.receipt).collect::<Vec<_>>(), [second.brief.receipt]);
    assert_eq!(office.refused(Request::Remit(remit(vec![first.brief.receipt]))).await, "E-STORE-008");
    let slip = words_of(&office.paper_of(Request::Remit(remit(vec![second.brief.receipt]))).await);
    assert!(slip.contains("/R0002"), "{slip}");
    office.must_verify().await;
}

#[tokio::test]
async fn leaves_of_a_book_are_entered_once() {
    let (office, clerk) = TestOffice::at_the_counter().await;
    let issue = |book: &str, first_leaf, last_leaf| {
        Request::IssueLeafBook(IssueLeafBook { book: book.to_owned(), first_leaf, last_leaf })
    };
    assert_eq!(office.refused(issue("B-12", 1, 100)).await, "E-OFFICE-006");
    office.sign_in(office.admin).await;
    for (first, last) in [(0, 10), (5, 4), (1, 1_001), (u32::MAX, 1)] {
        assert_eq!(office.refused(issue("B-12", first, last)).await, "E-OFFICE-036", "{first}–{last}");
    }
    assert_eq!(office.refused(issue(" ", 1, 100)).await, "E-OFFICE-030");
    let Reply::LeafBooks(books) = office.say(issue(" B-12 ", 1_201, 1_300)).await else { panic!() };
    assert_eq!((books[0].book.as_str(), books[0].counter.as_str()), ("B-12", "C03"));
    for (first, last) in [(1_201, 1_300), (1_300, 1_400), (2_000, 2_100)] {
        assert_eq!(office.refused(issue("B-12", first, last)).await, "E-OFFICE-036");
    }
    office.say(issue("B-13", 1, 1_000)).await;

    office.sign_in(clerk).await;
    let with_leaf = |book: &str, leaf| Payment {
        leaf: Some(LeafReference { book: book.to_owned(), leaf, written_on: monday() }),
        ..office.payment(&property_id(1), rupees(100), Instrument::exact_cash(rupees(100)))
    };
    let view = office.take(with_leaf("B-12", 1_300)).await;
    assert!(words_of(view.paper.as_ref().unwrap()).contains("B-12"));
    for (book, leaf) in [("B-12", 1_300), ("B-12", 1_301), ("B-12", 1_200), ("B-99", 1)] {
        assert_eq!(office.refused(Request::TakePayment(with_leaf(book, leaf))).await, "E-OFFICE-031");
    }
    let Reply::LeafBooks(books) = office.say(Request::LeafBooks).await else { panic!() };
    assert_eq!(books[0].used, [1_300]);
    office.must_verify().await;
}

#[tokio::test]
async fn the_business_date_is_a_persons_where_the_clock_is_not_believed() {
    let office = TestOffice::with_register().await;
    office.open_shift(monday(), Paise::ZERO).await;
    office.close_of(close(Vec::new(), "")).await;
    let open = |business_date, confirmed| {
        Request::OpenShift(OpenShift { business_date, float_paise: Paise::ZERO, confirmed })
    };
    let tuesday = monday().next();
    // A battery died: the clock says 1970.
    office.shell.set_clock(0);
    let drawer = office.drawer().await;
    assert!(drawer.clock_suspect);
    assert_eq!((drawer.propose, drawer.not_before), (monday(), monday()));
    assert_eq!(office.refused(open(monday(), false)).await, "E-OFFICE-014");
    assert_eq!(office.refused(open(BusinessDate::from_unix_ms(0), true)).await, "E-OFFICE-013");
    office.say(open(tuesday, true)).await;
    let view = office.cash(&property_id(1), rupees(100)).await;
    assert_eq!(view.brief.business_date, tuesday);
    assert!(view.brief.number.starts_with("248459/C03-a/2026-27/"));
    office.close_of(close(notes(&[(100, 1)]), "")).await;
    // Its own entries agree with the clock now; the date a person confirmed still does not.
    assert!(office.drawer().await.clock_suspect);
    // A slip made while no shift is open takes the day a person set, not the clock's.
    let account = BankAccount { bank: "Nainital Bank".to_owned(), account: "001122".to_owned() };
    let remit = Remit { account, cash: notes(&[(100, 1)]), instruments: Vec::new() };
    let slip = words_of(&office.paper_of(Request::Remit(remit)).await);
    assert!(slip.contains("24-11-2026") && slip.contains("/2026-27/R0001"), "{slip}");

    // Or it was set to 2099: a shift of that day only on a person's word, and money is still taken.
    office.shell.set_clock(4_083_000_000_000);
    let drawer = office.drawer().await;
    assert!(drawer.clock_suspect && drawer.refused.is_none());
    assert_eq!(office.refused(open(drawer.propose, false)).await, "E-OFFICE-014");
    assert_eq!(office.refused(open(monday(), true)).await, "E-OFFICE-013");
    office.say(open(tuesday.next(), true)).await;
    let view = office.cash(&property_id(1), rupees(100)).await;
    assert_eq!(view.brief.business_date, tuesday.next());
    office.close_of(close(notes(&[(100, 1)]), "")).await;
    assert_eq!(office.refused(open(office.drawer().await.propose, false)).await, "E-OFFICE-014");
    // Set right again, it is believed from the next entry on.
    office.shell.set_clock(common::MORNING_MS + 3 * common::DAY_MS);
    assert_eq!(office.refused(open(office.drawer().await.propose, false)).await, "E-OFFICE-014");
    office.say(open(office.drawer().await.propose, true)).await;
    assert!(!office.drawer().await.clock_suspect);
    office.must_verify().await;
}

#[tokio::test]
async fn each_role_does_its_own_work_and_no_more() {
    let (office, clerk) = TestOffice::at_the_counter().await;
    // A clerk enrols nobody, grants nothing, issues no books, brings no register in.
    let name = domain::Bilingual::new("नया", "New");
    let add = contract::AddStaff { name, role: Role::Supervisor, password: common::PASSWORD.to_owned() };
    assert_eq!(office.refused(Request::AddStaff(add)).await, "E-OFFICE-006");
    let grant = ChangeRole { user: clerk, role: Role::Supervisor, reason: String::new() };
    assert_eq!(office.refused(Request::GrantRole(grant)).await, "E-OFFICE-006");
    let rows = [common::row(9, "नया", "New", &[])];
    assert!(office.office.import_rows(&rows, office::source_of(&rows)).await.is_err());
    office.close_of(close(notes(&[(500, 2)]), "")).await;

    // An accountant pays in and issues books but takes no money.
    office.sign_in(office.admin).await;
    let accountant = office.add_staff("लेखा पाल", "Lekha Pal", Role::Accountant).await;
    office.sign_in(accountant).await;
    let open = OpenShift { business_date: monday(), float_paise: Paise::ZERO, confirmed: true };
    assert_eq!(office.refused(Request::OpenShift(open)).await, "E-OFFICE-006");
    let payment = office.payment(&property_id(1), rupees(100), Instrument::exact_cash(rupees(100)));
    assert_eq!(office.refused(Request::TakePayment(payment)).await, "E-OFFICE-006");
    let book = IssueLeafBook { book: "B-1".to_owned(), first_leaf: 1, last_leaf: 100 };
    office.say(Request::IssueLeafBook(book)).await;

    // An administrator who is nothing else has no hand in the drawer.
    office.sign_in(office.admin).await;
    let admin = office.add_staff("प्रशासन अधिकारी", "Admin Officer", Role::Administrator).await;
    office.sign_in(admin).await;
    let remit = Remit {
        account: BankAccount { bank: "Bank".to_owned(), account: "1".to_owned() },
        cash: Vec::new(),
        instruments: Vec::new(),
    };
    assert_eq!(office.refused(Request::Remit(remit)).await, "E-OFFICE-006");
    // And nobody at all does anything while the screen is locked.
    office.say(Request::Lock).await;
    assert_eq!(office.refused(Request::Drawer).await, "E-OFFICE-002");
    assert_eq!(office.refused(Request::Receipts(Default::default())).await, "E-OFFICE-002");
    office.must_verify().await;
}
