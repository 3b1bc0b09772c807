//! Who may do what, and what a wrong password, a wrong key and a missing keyring get: a plain message, nothing harmed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{PASSWORD, TestOffice, TestShell, exchange, monday, property_id, rupees};
use contract::{
    AddStaff, ChangeRole, EditProperty, InviteDevice, OpenShift, Reply, Request, SetPassword, SettleCase,
    SignIn, StaffMember, Stage, Unlock,
};
use domain::people::Role;
use domain::register::PropertyField;
use domain::{Bilingual, Paise, UserId};
use journal::KeyPair;
use office::Office;

async fn staff(office: &TestOffice) -> Vec<StaffMember> {
    match office.say(Request::Staff).await {
        Reply::Staff(staff) => staff,
        other => panic!("{other:?}"),
    }
}

fn sign_in(user: UserId, password: &str) -> Request {
    Request::SignIn(SignIn { user, password: password.to_owned() })
}

fn add(hindi: &str, english: &str, password: &str) -> Request {
    let name = Bilingual::new(hindi, english);
    Request::AddStaff(AddStaff { name, role: Role::Clerk, password: password.to_owned() })
}

fn change(user: UserId, role: Role, reason: &str) -> ChangeRole {
    ChangeRole { user, role, reason: reason.to_owned() }
}

#[tokio::test]
async fn a_person_is_added_works_and_is_let_go() {
    let office = TestOffice::with_register().await;
    let clerk = office.add_clerk().await;
    let listed = staff(&office).await;
    let member = listed.iter().find(|member| member.choice.user == clerk).unwrap();
    assert_eq!(member.roles, [Role::Clerk]);
    assert!(member.choice.has_password);
    office.sign_in(clerk).await;
    let person = office.situation().await.person.unwrap();
    assert_eq!((person.name.english.as_str(), person.roles), ("Harish Bisht", vec![Role::Clerk]));
    office.open_shift(monday(), rupees(0)).await;
    office.cash(&property_id(1), rupees(100)).await;

    // A second role, and the first withdrawn.
    office.sign_in(office.admin).await;
    office.say(Request::GrantRole(change(clerk, Role::Accountant, ""))).await;
    assert_eq!(office.refused(Request::GrantRole(change(clerk, Role::Accountant, ""))).await, "E-OFFICE-072");
    assert_eq!(office.refused(Request::WithdrawRole(change(clerk, Role::Clerk, " "))).await, "E-OFFICE-030");
    office.say(Request::WithdrawRole(change(clerk, Role::Clerk, "स्थानान्तरण"))).await;
    assert_eq!(
        office.refused(Request::WithdrawRole(change(clerk, Role::Clerk, "again"))).await,
        "E-OFFICE-071"
    );
    office.sign_in(clerk).await;
    let payment =
        office.payment(&property_id(2), rupees(10), domain::payment::Instrument::exact_cash(rupees(10)));
    assert_eq!(office.refused(Request::TakePayment(payment)).await, "E-OFFICE-006");

    // The last one withdrawn: the name stays on old papers, the person does not come in again.
    office.sign_in(office.admin).await;
    office.say(Request::WithdrawRole(change(clerk, Role::Accountant, "सेवानिवृत्त"))).await;
    assert_eq!(office.refused(sign_in(clerk, "guessed wrong")).await, "E-OFFICE-004");
    assert_eq!(office.refused(sign_in(clerk, PASSWORD)).await, "E-OFFICE-088");
    assert!(staff(&office).await.iter().any(|member| member.choice.user == clerk && member.roles.is_empty()));
    // Whoever was at the desk before is there still.
    assert_eq!(office.situation().await.person.unwrap().user, office.admin);
    let last = change(office.admin, Role::Administrator, "x");
    assert_eq!(office.refused(Request::WithdrawRole(last)).await, "E-OFFICE-073");
    office.must_verify().await;
}

#[tokio::test]
async fn names_and_passwords_of_people_are_checked() {
    let office = TestOffice::founded().await;
    let entries = office.entries().await;
    for (ask, code) in [
        (add("हरीश", "Harish", "short"), "E-OFFICE-005"),
        (add("हरीश", "Harish", "सात-७७७"), "E-OFFICE-005"),
        (add("", "Harish", PASSWORD), "E-OFFICE-030"),
        (add("हरीश", " \u{200e} ", PASSWORD), "E-OFFICE-030"),
        (add(&"ह".repeat(5_000), "Harish", PASSWORD), "E-OFFICE-029"),
        (add("विमला पंत", "Vimla Pant", PASSWORD), "E-OFFICE-074"),
    ] {
        assert_eq!(office.refused(ask.clone()).await, code, "{ask:?}");
    }
    let stranger = UserId([9; 16]);
    let grant = Request::GrantRole(change(stranger, Role::Clerk, ""));
    assert_eq!(office.refused(grant).await, "E-OFFICE-070");
    assert_eq!(office.refused(sign_in(stranger, PASSWORD)).await, "E-OFFICE-003");
    assert_eq!(office.entries().await, entries, "nothing was written");
}

#[tokio::test]
async fn a_password_is_set_anew_by_whoever_may_vouch_for_the_person() {
    let office = TestOffice::founded().await;
    let clerk = office.add_clerk().await;
    let other = office.add_staff("दीपक रावत", "Deepak Rawat", Role::Clerk).await;
    let set =
        |password: &str| Request::SetPassword(SetPassword { user: clerk, password: password.to_owned() });
    assert_eq!(office.refused(set("1234567")).await, "E-OFFICE-005");
    office.sign_in(other).await;
    assert_eq!(office.refused(set("another one")).await, "E-OFFICE-006");
    office.sign_in(office.admin).await;
    office.say(set("दूसरा-पासवर्ड")).await;
    assert_eq!(office.refused(sign_in(clerk, PASSWORD)).await, "E-OFFICE-004");
    office.say(sign_in(clerk, "दूसरा-पासवर्ड")).await;
    // The new key approves what the old one would have.
    office.must_verify().await;
}

#[tokio::test]
async fn each_role_does_its_own_and_is_refused_the_rest() {
    let office = TestOffice::with_register().await;
    let people = [
        (office.add_staff("क", "Clerk", Role::Clerk).await, [true, false, false, false, true]),
        (office.add_staff("ल", "Accountant", Role::Accountant).await, [false, false, false, false, true]),
        (office.add_staff("प", "Supervisor", Role::Supervisor).await, [true, true, false, false, true]),
        (
            office.add_staff("प्र", "Administrator", Role::Administrator).await,
            [false, false, true, true, true],
        ),
    ];
    let csv = office.folder.path().join("register.csv");
    let mut bytes = Vec::new();
    demo::to_csv(common::register(), &mut bytes).unwrap();
    store::durable_file::replace(&csv, &bytes).unwrap();
    for (number, (user, allowed)) in people.into_iter().enumerate() {
        office.sign_in(user).await;
        let shift = OpenShift { business_date: monday(), float_paise: Paise::ZERO, confirmed: true };
        let settle = SettleCase {
            case: "double-collection/PT/none/2026-27/PT_TAX/0".to_owned(),
            decision: "advance".to_owned(),
            remark: String::new(),
        };
        let invite =
            InviteDevice { device_name: "x".to_owned(), counter: "C77".to_owned(), user: office.admin };
        let edit = EditProperty {
            consumer: property_id(1),
            fields: vec![(PropertyField::DoorNumber, format!("{number}-A"))],
            mobile: None,
        };
        let asks = [
            Request::OpenShift(shift),
            Request::SettleCase(settle),
            Request::InviteDevice(invite),
            Request::CheckImport { path: csv.to_string_lossy().into_owned() },
            Request::EditProperty(edit),
        ];
        for (ask, allowed) in asks.into_iter().zip(allowed) {
            let closes = matches!(ask, Request::OpenShift(_));
            let named = format!("{ask:?} by {user}");
            match office.ask(ask).await {
                Ok(_) => assert!(allowed, "{named}"),
                Err(problem) => assert_eq!(problem.code != "E-OFFICE-006", allowed, "{named}: {problem:?}"),
            }
            if closes && allowed {
                let close = contract::CloseShift {
                    counted: Vec::new(),
                    difference_reason: String::new(),
                    left_open: None,
                };
                office.close_of(Request::CloseShift(close)).await;
            }
        }
    }
    office.must_verify().await;
}

#[tokio::test]
async fn without_signing_in_nothing_is_shown_and_nothing_done() {
    let office = TestOffice::with_register().await;
    office.say(Request::Lock).await;
    let situation = office.situation().await;
    assert_eq!((situation.stage, situation.person), (Stage::SignIn, None));
    for ask in [
        Request::Search { text: "जोशी".to_owned() },
        Request::Bill { service: "PT".to_owned(), consumer: property_id(1) },
        Request::Receipts(Default::default()),
        Request::Drawer,
        Request::Staff,
        Request::SyncPage,
        Request::TakePayment(office.payment(&property_id(1), rupees(1), Default::default())),
        Request::RunImport { path: "/nonexistent".to_owned(), good_rows_only: true },
    ] {
        assert_eq!(office.refused(ask.clone()).await, "E-OFFICE-002", "{ask:?}");
    }
}

/// The keys of a town's file, asked for one after the other on machines that have lost something.
#[tokio::test]
async fn a_file_opens_by_keyring_passphrase_or_the_sheet_in_the_safe_and_by_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let shell = TestShell::new(21);
    let state = KeyPair::from_secret([1; 32]);
    let office = Office::start(folder.path(), shell.clone()).await;
    let founding = office::Founding {
        passphrase: "कार्यालय की चाबी".to_owned(), ..common::founding(&state)
    };
    let recovery = office.found(founding).await.unwrap().key;
    office.close().await;
    let before = files_of(folder.path());

    // The keyring opens it without a word.
    let opened = Office::start(folder.path(), shell.clone()).await;
    assert_eq!(stage(&opened).await, Stage::SignIn);
    opened.close().await;

    // A machine without a keyring, one whose keyring forgot, and one whose keyring holds another key.
    shell.keyring_gone(true);
    sealed_but_opens(folder.path(), &shell, Unlock::Passphrase("कार्यालय की चाबी".to_owned())).await;
    shell.keyring_gone(false);
    shell.empty_keyring();
    sealed_but_opens(folder.path(), &shell, Unlock::RecoveryKey(recovery.to_lowercase().replace('-', " ")))
        .await;
    // The key stands in the keyring again, so the next start does not ask.
    let opened = Office::start(folder.path(), shell.clone()).await;
    assert_eq!(stage(&opened).await, Stage::SignIn);
    opened.close().await;
    assert_eq!(files_of(folder.path()).len(), before.len(), "no other file came to be");
}

async fn stage(office: &Office) -> Stage {
    match office.answer(Request::Situation).await.unwrap() {
        Reply::Situation(situation) => situation.stage,
        other => panic!("{other:?}"),
    }
}

/// Names of the files of a folder that are not papers.
fn files_of(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    names.sort();
    names
}

async fn sealed_but_opens(folder: &std::path::Path, shell: &std::sync::Arc<TestShell>, right: Unlock) {
    let office = Office::start(folder, shell.clone()).await;
    let Reply::Situation(situation) = office.answer(Request::Situation).await.unwrap() else { panic!() };
    assert_eq!(situation.stage, Stage::Sealed);
    let because = situation.sealed_because.unwrap();
    assert_eq!(because.code, "E-STORE-001");
    assert!(!because.message.hindi.is_empty() && !because.message.english.is_empty());
    let bytes = std::fs::read(folder.join("town.palika")).unwrap();
    let wrong = [
        Unlock::Keyring,
        Unlock::Passphrase("कार्यालय की चाभी".to_owned()),
        Unlock::Passphrase(String::new()),
        Unlock::RecoveryKey("0000-0000-0000-0000-0000-0000-0000-0000".to_owned()),
    ];
    for unlock in wrong {
        let problem = office.answer(Request::Unlock(unlock.clone())).await.unwrap_err();
        assert_eq!(problem.code, "E-STORE-001", "{unlock:?}");
    }
    assert!(std::fs::read(folder.join("town.palika")).unwrap() == bytes, "a wrong key changes nothing");
    office.answer(Request::Unlock(right)).await.unwrap();
    assert_eq!(stage(&office).await, Stage::SignIn);
    office.close().await;
}

#[tokio::test]
async fn another_towns_file_in_the_folder_is_left_alone() {
    let ours = TestOffice::founded().await;
    let theirs = TestOffice::founded_on(TestShell::new(8), KeyPair::from_secret([7; 32])).await;
    ours.office.close().await;
    theirs.office.close().await;
    let path = ours.folder.path().join("town.palika");
    std::fs::copy(theirs.folder.path().join("town.palika"), &path).unwrap();
    let office = Office::start(ours.folder.path(), ours.shell.clone()).await;
    let Reply::Situation(situation) = office.answer(Request::Situation).await.unwrap() else { panic!() };
    assert_eq!(situation.stage, Stage::Sealed);
    assert_eq!(situation.sealed_because.unwrap().code, "E-STORE-001");
    let problem = office.found(common::founding(&ours.state)).await.err().unwrap().problem();
    assert_eq!(problem.code, "E-STORE-003", "nothing is founded over a file that is there");
    let bytes = std::fs::read(theirs.folder.path().join("town.palika")).unwrap();
    assert!(std::fs::read(&path).unwrap() == bytes);
}

#[tokio::test]
async fn a_damaged_front_of_the_file_is_told_and_not_repaired() {
    let office = TestOffice::founded().await;
    office.office.close().await;
    let path = office.folder.path().join("town.palika");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..64].fill(0);
    std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), &bytes).unwrap();
    let again = Office::start(office.folder.path(), office.shell.clone()).await;
    let Reply::Situation(situation) = again.answer(Request::Situation).await.unwrap() else { panic!() };
    assert_eq!(situation.stage, Stage::Sealed);
    assert_eq!(situation.sealed_because.unwrap().code, "E-STORE-001");
    assert!(std::fs::read(&path).unwrap() == bytes);
}

/// What one counter grants, the other obeys, whatever was done there meanwhile.
#[tokio::test]
async fn a_role_withdrawn_elsewhere_ends_here_with_the_next_exchange() {
    let one = TestOffice::with_register().await;
    let two = one.neighbour("C04").await;
    let clerk = one.add_clerk().await;
    exchange(&one, &two).await;
    // Known there, but without a password until somebody vouches.
    assert_eq!(two.refused(sign_in(clerk, PASSWORD)).await, "E-OFFICE-003");
    two.say(Request::SetPassword(SetPassword { user: clerk, password: PASSWORD.to_owned() })).await;
    two.sign_in(clerk).await;
    two.open_shift(monday(), rupees(0)).await;
    two.cash(&property_id(2), rupees(200)).await;
    one.say(Request::WithdrawRole(change(clerk, Role::Clerk, "निलम्बित"))).await;
    // Not heard there yet: the receipt stands.
    two.cash(&property_id(2), rupees(300)).await;
    exchange(&one, &two).await;
    let payment = two.payment(&property_id(2), rupees(1), domain::payment::Instrument::exact_cash(rupees(1)));
    assert_eq!(two.refused(Request::TakePayment(payment)).await, "E-OFFICE-006");
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
    assert_eq!(one.bill(&property_id(2)).await.total_due_paise, rupees(1_000));
    assert!(one.sync_page().await.quarantine.is_empty());
    one.must_verify().await;
    two.must_verify().await;
}
