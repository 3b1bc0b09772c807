//! Computers come to a town: the first with the state's code, further ones with an invitation over a real server or on a
//! stick; what breaks off half way can be done again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{PASSWORD, TOWN, TestOffice, TestShell, exchange, monday, property_id, register, rupees};
use contract::{
    AddStaff, CloseShift, Desk, DuesKnown, FoundTown, InviteDevice, InviteToFile, JoinFromFile, JoinTown,
    Reply, Request, SignIn, Situation, Stage, SyncState, Unlock,
};
use domain::people::Role;
use domain::{Bilingual, UserId};
use office::Office;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use sync_server::{Config, Running, ServerKeys};

struct Server {
    folder: tempfile::TempDir,
    keys: ServerKeys,
    running: Running,
}

impl Server {
    async fn start() -> Server {
        let folder = tempfile::tempdir().unwrap();
        let keys = sync_server::init(folder.path(), None).unwrap();
        let running = serve(folder.path(), &keys).await;
        Server { folder, keys, running }
    }

    async fn code(&self) -> String {
        sync_server::enrolment_code(self.folder.path(), &self.keys, TOWN, 3_600_000).await.unwrap()
    }

    fn found(&self, code: &str) -> Request {
        Request::FoundTown(FoundTown {
            server: self.running.url.clone(),
            code: code.to_owned(),
            town: TOWN,
            administrator: Bilingual::new("विमला पंत", "Vimla Pant"),
            password: PASSWORD.to_owned(),
            passphrase: String::new(),
            device_name: "Counter one".to_owned(),
        })
    }

    /// A town founded here, its administrator at the desk.
    async fn founded(&self) -> TestOffice {
        let folder = tempfile::tempdir().unwrap();
        let shell = TestShell::new(31);
        let office = Office::start(folder.path(), shell.clone()).await;
        let code = self.code().await;
        let Reply::Situation(situation) = office.answer(self.found(&code)).await.unwrap() else { panic!() };
        let admin = situation.person.unwrap().user;
        TestOffice::around(office, shell, folder, self.keys.state_root.clone(), admin)
    }

    /// A further computer with an invitation's code.
    async fn joined(&self, first: &TestOffice, counter: &str) -> TestOffice {
        let Reply::Invitation(invitation) = first.say(invite(counter, first.admin)).await else { panic!() };
        assert_eq!(invitation.server.trim_end_matches('/'), self.running.url);
        let folder = tempfile::tempdir().unwrap();
        let shell = TestShell::new(u64::from(counter.as_bytes()[2]) * 7_919);
        let office = Office::start(folder.path(), shell.clone()).await;
        let ask = self.join(&invitation.code);
        let Reply::Situation(situation) = office.answer(ask).await.unwrap() else { panic!() };
        assert_eq!(situation.stage, Stage::SignIn);
        let made = TestOffice::around(office, shell, folder, self.keys.state_root.clone(), first.admin);
        made.sign_in(first.admin).await;
        made
    }

    fn join(&self, code: &str) -> Request {
        Request::JoinTown(JoinTown {
            server: self.running.url.clone(),
            code: code.to_owned(),
            password: PASSWORD.to_owned(),
            passphrase: String::new(),
        })
    }
}

async fn serve(folder: &Path, keys: &ServerKeys) -> Running {
    sync_server::start(Config::on_this_computer(folder, keys.clone())).await.unwrap()
}

fn invite(counter: &str, user: UserId) -> Request {
    Request::InviteDevice(InviteDevice {
        device_name: format!("Counter {counter}"),
        counter: counter.to_owned(),
        user,
    })
}

/// Looks until it is so. The background works at its own pace; ten seconds without it is a failure.
async fn until(office: &TestOffice, what: &str, is_so: impl AsyncFn(&TestOffice) -> bool) {
    for _ in 0..200 {
        if is_so(office).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: {:?}", office.sync_page().await);
}

async fn receipts(office: &TestOffice) -> u64 {
    match office.say(Request::Receipts(Default::default())).await {
        Reply::Receipts(list) => list.count,
        other => panic!("{other:?}"),
    }
}

async fn sent(office: &TestOffice) -> bool {
    office.situation().await.unsent.receipts == 0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_computer_sees_what_the_first_took_and_the_other_way_round() {
    let server = Server::start().await;
    let one = server.founded().await;
    one.import(&register()).await;
    one.open_shift(monday(), rupees(0)).await;
    let first = one.cash(&property_id(1), rupees(500)).await;
    let two = server.joined(&one, "C04").await;
    assert_eq!(two.situation().await.town.unwrap().counter, "C04");
    until(&two, "the neighbour's receipt", async |two| {
        two.say(Request::SyncNow).await;
        receipts(two).await == 1
    })
    .await;
    until(&two, "a complete exchange", async |two| {
        let staleness = two.bill(&property_id(1)).await.staleness;
        matches!(staleness.known, DuesKnown::AsOf(_))
            && !staleness.warn
            && staleness.unseen_counters.is_empty()
    })
    .await;
    assert_eq!(two.bill(&property_id(1)).await.total_due_paise, rupees(1_700));
    assert_eq!(two.bill(&property_id(1)).await.receipts[0].number, first.brief.number);

    two.open_shift(monday(), rupees(0)).await;
    two.cash(&property_id(1), rupees(700)).await;
    until(&two, "the server confirms", sent).await;
    until(&one, "the second counter's receipt", async |one| {
        one.say(Request::SyncNow).await;
        receipts(one).await == 2
    })
    .await;
    assert_eq!(one.bill(&property_id(1)).await.total_due_paise, rupees(1_000));
    let page = one.sync_page().await;
    assert_eq!(page.devices.len(), 2);
    assert!(page.devices.iter().all(|device| device.last_seen_ms.is_some() && !device.revoked));
    assert!(page.cases.is_empty() && page.quarantine.is_empty(), "{page:?}");
    one.office.close().await;
    two.office.close().await;
    server.running.shutdown().await;
}

/// Whatever is committed goes out by itself; nobody presses a key at the computer it was done on.
#[tokio::test(flavor = "multi_thread")]
async fn every_commit_wakes_the_exchange() {
    let server = Server::start().await;
    let one = server.founded().await;
    let two = server.joined(&one, "C04").await;
    until(&one, "an idle line", async |one| one.sync_page().await.state == SyncState::Idle).await;
    let mut held = 0;
    let mut arrives = async |what: &str| {
        until(&two, what, async |two| {
            two.say(Request::SyncNow).await;
            entries_of_others(two).await > held
        })
        .await;
        // What one act wrote may come in two turns.
        until(&two, what, async |two| {
            two.say(Request::SyncNow).await;
            entries_of_others(two).await == entries_of_this(&one).await
        })
        .await;
        held = entries_of_others(&two).await;
    };
    arrives("the founding").await;
    let name = Bilingual::new("हरीश बिष्ट", "Harish Bisht");
    let staff = AddStaff { name, role: Role::Clerk, password: PASSWORD.to_owned() };
    one.say(Request::AddStaff(staff)).await;
    arrives("a person").await;
    one.import(&register()).await;
    arrives("a register").await;
    one.open_shift(monday(), rupees(0)).await;
    arrives("a shift").await;
    one.cash(&property_id(2), rupees(1_500)).await;
    arrives("a receipt").await;
    let close =
        CloseShift { counted: common::notes(&[(500, 3)]), difference_reason: String::new(), left_open: None };
    one.close_of(Request::CloseShift(close)).await;
    arrives("a close").await;
    // And the omnibox there finds what the register brought.
    let Reply::Hits(hits) = two.say(Request::Search { text: "कमला नेगी".to_owned() }).await
    else {
        panic!()
    };
    assert_eq!(hits.hits[0].consumer, property_id(3));
    one.office.close().await;
    two.office.close().await;
    server.running.shutdown().await;
}

/// The first computer's entries held at another.
async fn entries_of_others(office: &TestOffice) -> u64 {
    office.sync_page().await.devices.iter().filter(|device| !device.here).map(|device| device.entries).sum()
}

async fn entries_of_this(office: &TestOffice) -> u64 {
    office.sync_page().await.devices.iter().filter(|device| device.here).map(|device| device.entries).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn mobiles_of_a_neighbour_are_found_after_a_background_exchange() {
    let server = Server::start().await;
    let one = server.founded().await;
    let two = server.joined(&one, "C04").await;
    let mut rows = register();
    rows[2].mobile = "9876501234".to_owned();
    one.import(&rows).await;
    until(&two, "the mobile is found", async |two| {
        two.say(Request::SyncNow).await;
        let Reply::Hits(hits) = two.say(Request::Search { text: "9876501234".to_owned() }).await else {
            panic!()
        };
        hits.hits.len() == 1 && hits.hits[0].consumer == property_id(3)
    })
    .await;
    one.office.close().await;
    two.office.close().await;
    server.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_invitations_are_good_once_and_for_whom_they_are() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let office = Office::start(folder.path(), TestShell::new(51)).await;
    let wrong = office.answer(server.found("AAAA-AAAA-AAAA-AAAA")).await.unwrap_err();
    assert_eq!(wrong.code, "E-SERVER-010");
    let nobody = office.answer(server.join("nonsense")).await.unwrap_err();
    assert_eq!(nobody.code, "E-OFFICE-041");
    let Reply::Situation(situation) = office.answer(Request::Situation).await.unwrap() else { panic!() };
    assert_eq!(situation.stage, Stage::NoTown);

    let one = server.founded().await;
    assert_eq!(one.refused(invite("C01", one.admin)).await, "E-OFFICE-077");
    assert_eq!(one.refused(invite("चार", one.admin)).await, "E-OFFICE-076");
    assert_eq!(one.refused(invite("C04", UserId([9; 16]))).await, "E-OFFICE-070");
    let Reply::Invitation(invitation) = one.say(invite("C04", one.admin)).await else { panic!() };
    assert_eq!(one.refused(invite("C04", one.admin)).await, "E-OFFICE-077", "given out already");
    let joined = office.answer(server.join(&invitation.code)).await;
    assert!(joined.is_ok(), "{joined:?}");
    // A second computer with the same code: told so, and nothing is left in its folder.
    let late = tempfile::tempdir().unwrap();
    let other = Office::start(late.path(), TestShell::new(52)).await;
    let typed = invitation.code.to_lowercase();
    assert_eq!(other.answer(server.join(&typed)).await.unwrap_err().code, "E-SERVER-014");
    assert!(!late.path().join("town.palika").exists());
    one.office.close().await;
    office.close().await;
    other.close().await;
    server.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_down_uses_up_no_counter() {
    let server = Server::start().await;
    let one = server.founded().await;
    until(&one, "an idle line", async |one| one.sync_page().await.state == SyncState::Idle).await;
    let entries = entries_of_this(&one).await;
    server.running.shutdown().await;
    assert_eq!(one.refused(invite("C04", one.admin)).await, "E-CARRIER-003");
    assert_eq!(entries_of_this(&one).await, entries, "no enrolment was written");
    one.office.close().await;
}

/// A server that lost its disk is filled again by the offices, and the supervisor hears of it: an empty peer is an alarm,
/// not an instruction.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lost_everything_is_filled_again_and_the_page_says_so() {
    let server = Server::start().await;
    let one = server.founded().await;
    one.import(&register()).await;
    one.open_shift(monday(), rupees(0)).await;
    one.cash(&property_id(1), rupees(500)).await;
    until(&one, "the server confirms", sent).await;
    assert_eq!(one.sync_page().await.alarms, Vec::new());
    let listen = server.running.address;
    server.running.shutdown().await;
    std::fs::remove_dir_all(server.folder.path().join("towns")).unwrap();
    let config = Config { listen, ..Config::on_this_computer(server.folder.path(), server.keys.clone()) };
    let running = sync_server::start(config).await.unwrap();
    until(&one, "the alarm", async |one| {
        one.say(Request::SyncNow).await;
        one.sync_page().await.alarms.iter().any(|alarm| alarm.what.english.contains("holds nothing"))
    })
    .await;
    until(&one, "the server holds it again", sent).await;
    assert_eq!(one.sync_page().await.unsent.receipts, 0);
    one.office.close().await;
    running.shutdown().await;
}

/// The state certifies one key for one code. A power cut after its answer must not cost the office a second code.
#[tokio::test(flavor = "multi_thread")]
async fn founding_that_breaks_off_after_the_states_answer_goes_on_with_the_same_code() {
    let server = Server::start().await;
    let code = server.code().await;
    let folder = tempfile::tempdir().unwrap();
    let shell = TestShell::new(61);
    // A folder in the way of the new file: the state answers, then making the file fails.
    let obstacle = folder.path().join("making.palika");
    std::fs::create_dir(&obstacle).unwrap();
    let office = Office::start(folder.path(), shell.clone()).await;
    let broken = office.answer(server.found(&code)).await.unwrap_err();
    assert_eq!(broken.code, "E-OFFICE-042", "{broken:?}");
    office.close().await;
    assert!(!folder.path().join("town.palika").exists());
    // A mistyped code in between takes nothing away.
    let office = Office::start(folder.path(), shell.clone()).await;
    assert_eq!(office.answer(server.found("BBBB-BBBB-BBBB-BBBB")).await.unwrap_err().code, "E-SERVER-010");
    std::fs::remove_dir(&obstacle).unwrap();
    let spoken = code.to_lowercase().replace('-', " ");
    let Reply::Situation(situation) = office.answer(server.found(&spoken)).await.unwrap() else { panic!() };
    assert_eq!(situation.stage, Stage::Open);
    assert!(Path::new(&situation.recovery_key.unwrap().paper).exists());
    let left: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("founding") || name.contains("making"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
    // The code is used up now, for everybody.
    let elsewhere = tempfile::tempdir().unwrap();
    let thief = Office::start(elsewhere.path(), TestShell::new(62)).await;
    assert_eq!(thief.answer(server.found(&code)).await.unwrap_err().code, "E-SERVER-011");
    office.close().await;
    server.running.shutdown().await;
}

/// What a power cut leaves of a file in making: an open one, with its log, and slots beside it. None of it is a town.
#[tokio::test(flavor = "multi_thread")]
async fn leftovers_of_a_file_in_making_are_no_town_and_are_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["making.palika", "making.palika-wal", "making.palika-shm", "making.keys", "town.keys"] {
        store::durable_file::replace(&folder.path().join(name), b"half").unwrap();
    }
    let shell = TestShell::new(71);
    let office = Office::start(folder.path(), shell.clone()).await;
    let Reply::Situation(situation) = office.answer(Request::Situation).await.unwrap() else { panic!() };
    assert_eq!((situation.stage, situation.sealed_because), (Stage::NoTown, None));
    let recovery = office.found(common::founding(&journal::KeyPair::from_secret([1; 32]))).await.unwrap();
    office.close().await;
    shell.empty_keyring();
    let office = Office::start(folder.path(), shell).await;
    office.answer(Request::Unlock(Unlock::RecoveryKey(recovery.key))).await.unwrap();
    office.close().await;
    assert!(!folder.path().join("making.palika").exists() && !folder.path().join("making.keys").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_on_a_stick_needs_no_line_and_opens_with_its_code_only() {
    let one = TestOffice::with_register().await;
    let mobile = "9876501234";
    let mut rows = register();
    rows[2].mobile = mobile.to_owned();
    one.import(&rows).await;
    one.open_shift(monday(), rupees(0)).await;
    one.cash(&property_id(1), rupees(500)).await;
    let path = one.folder.path().join("stick.palika-invitation");
    let ask = |path: &Path| {
        let invite = InviteDevice {
            device_name: "Counter four".to_owned(),
            counter: "C04".to_owned(),
            user: one.admin,
        };
        Request::InviteToFile(InviteToFile { invite, path: path.to_string_lossy().into_owned() })
    };
    let entries = one.entries().await;
    assert_eq!(one.refused(ask(Path::new("/nonexistent/stick"))).await, "E-OFFICE-042");
    assert_eq!(one.entries().await, entries, "no counter was used up");
    assert_eq!(one.bill(&property_id(1)).await.staleness.known, DuesKnown::Whole);
    let Reply::Invitation(invitation) = one.say(ask(&path)).await else { panic!() };
    assert_eq!(invitation.server, "");
    let bytes = std::fs::read(&path).unwrap();
    assert!(!contains(&bytes, "Ramesh".as_bytes()) && !contains(&bytes, mobile.as_bytes()), "sealed");

    let folder = tempfile::tempdir().unwrap();
    let shell = TestShell::new(81);
    let office = Office::start(folder.path(), shell.clone()).await;
    let join = |path: &Path, code: &str| {
        Request::JoinFromFile(JoinFromFile {
            path: path.to_string_lossy().into_owned(),
            code: code.to_owned(),
            password: PASSWORD.to_owned(),
            passphrase: String::new(),
        })
    };
    // Another invitation's code; a file cut short; one with a broken bit; one that is something else.
    let other = sync::code::InvitationCode::generate(shell_entropy(&shell).as_mut()).spoken();
    assert_eq!(office.answer(join(&path, &other)).await.unwrap_err().code, "E-OFFICE-041");
    for (name, spoilt) in [
        ("cut", bytes[..bytes.len() - 100].to_vec()),
        ("bit", bytes.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at == bytes.len() / 2)).collect()),
        ("other", b"PK\x03\x04 something else".to_vec()),
        ("empty", Vec::new()),
    ] {
        let spoilt_path = folder.path().join(format!("{name}.stick"));
        store::durable_file::replace(&spoilt_path, &spoilt).unwrap();
        let problem = office.answer(join(&spoilt_path, &invitation.code)).await.unwrap_err();
        assert_eq!(problem.code, "E-OFFICE-086", "{name}");
        let Reply::Situation(situation) = office.answer(Request::Situation).await.unwrap() else { panic!() };
        assert_eq!(situation.stage, Stage::NoTown, "{name}");
    }
    let Reply::Situation(situation) = office.answer(join(&path, &invitation.code)).await.unwrap() else {
        panic!()
    };
    assert_eq!((situation.stage, situation.town.unwrap().properties), (Stage::SignIn, 6));
    let two = TestOffice::around(office, shell, folder, one.state.clone(), one.admin);
    two.sign_in(one.admin).await;
    assert_eq!(receipts(&two).await, 1);
    let staleness = two.bill(&property_id(1)).await.staleness;
    assert_eq!((staleness.known, staleness.warn), (DuesKnown::NeverExchanged, true), "not the only counter");
    two.office.index_mobiles().await.unwrap();
    let Reply::Hits(hits) = two.say(Request::Search { text: mobile.to_owned() }).await else { panic!() };
    assert_eq!(hits.hits.len(), 1, "the keys of sealed fields came along");
    two.open_shift(monday(), rupees(0)).await;
    let taken = two.cash(&property_id(1), rupees(100)).await;
    assert!(taken.brief.number.starts_with("248459/C04-a/"), "{}", taken.brief.number);
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
    assert_eq!(one.bill(&property_id(1)).await.total_due_paise, rupees(1_600));
    two.must_verify().await;
}

fn shell_entropy(shell: &Arc<TestShell>) -> Box<dyn journal::Entropy> {
    office::Shell::entropy(shell.as_ref())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A file put back from a backup, and a folder that turns up on a second machine, write on under a new epoch: no number
/// is given twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_put_back_and_a_copied_folder_begin_a_new_epoch() {
    let (one, _) = TestOffice::at_the_counter().await;
    one.cash(&property_id(1), rupees(100)).await;
    one.office.close().await;
    let backup = std::fs::read(one.folder.path().join("town.palika")).unwrap();
    let again = Office::start(one.folder.path(), one.shell.clone()).await;
    let one = TestOffice::around(again, one.shell, one.folder, one.state, one.admin);
    one.sign_in(one.admin).await;
    let Situation { desk, .. } = one.situation().await;
    one.say(Request::SaveDesk(Desk { printer: String::new(), ..desk })).await;
    one.office.close().await;

    let path = one.folder.path().join("town.palika");
    std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), &backup).unwrap();
    let again = Office::start(one.folder.path(), one.shell.clone()).await;
    let one = TestOffice::around(again, one.shell, one.folder, one.state, one.admin);
    one.sign_in(one.admin).await;
    one.open_shift(monday(), rupees(0)).await;
    let after = one.cash(&property_id(1), rupees(100)).await;
    assert_eq!(after.brief.number, "248459/C03-b/2026-27/000001");
    one.office.close().await;

    // The same folder on another machine, with its keyring carried over.
    let key = one.shell.raw_key();
    let elsewhere = TestShell::new(99);
    elsewhere.give_key(&one.shell, &key);
    let again = Office::start(one.folder.path(), elsewhere.clone()).await;
    let one = TestOffice::around(again, elsewhere, one.folder, one.state, one.admin);
    one.say(Request::SignIn(SignIn { user: one.admin, password: PASSWORD.to_owned() })).await;
    one.open_shift(monday(), rupees(0)).await;
    let moved = one.cash(&property_id(1), rupees(100)).await;
    assert_eq!(moved.brief.number, "248459/C03-c/2026-27/000001");
    one.must_verify().await;
}
