//! Towns and computers coming together at the command line, against a real server: enrol, invite, join, sync; and by a
//! file where there is no line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{Place, TOWN, cash_at, palika, property_id, sample};
use contract::{Request, Unlock};
use demo::staff::{ADMINISTRATOR, DemoPerson};
use domain::Paise;
use machine::Machine;
use office::Office;
use std::path::Path;
use std::sync::Arc;
use sync_server::{Config, Running, ServerKeys};

const PASSPHRASE: &str = "कार्यालय की चाबी";

/// The state's server on a free port.
struct State {
    folder: tempfile::TempDir,
    keys: ServerKeys,
    running: Running,
}

impl State {
    async fn start() -> State {
        let folder = tempfile::tempdir().unwrap();
        let keys = sync_server::init(folder.path(), None).unwrap();
        let running = serve(folder.path(), &keys).await;
        State { folder, keys, running }
    }
}

async fn serve(folder: &Path, keys: &ServerKeys) -> Running {
    sync_server::start(Config::on_this_computer(folder, keys.clone())).await.unwrap()
}

/// A computer that opens its file with the passphrase, as one without a keyring does.
struct Computer {
    place: Place,
    passphrase: String,
    password: String,
}

impl Computer {
    fn new() -> Computer {
        let place = Place::empty();
        let passphrase = place.file("passphrase", PASSPHRASE.as_bytes());
        let password = place.file("password", ADMINISTRATOR.password.as_bytes());
        Computer { place, passphrase, password }
    }

    fn run(&self, arguments: &[&str]) -> common::Said {
        self.place.json(&[arguments, &["--passphrase-file", &self.passphrase]].concat())
    }

    fn as_admin(&self, arguments: &[&str]) -> common::Said {
        self.run(&[arguments, &["--user", ADMINISTRATOR.english, "--password-file", &self.password]].concat())
    }

    fn enrol(&self, server: &str, code: &str) -> common::Said {
        let code = self.place.file("code", code.as_bytes());
        self.place.json(&[
            "enrol",
            "--server",
            server,
            "--town",
            "248459",
            "--code-file",
            &code,
            "--device-name",
            "Counter 1",
            "--administrator-hindi",
            ADMINISTRATOR.hindi,
            "--administrator-english",
            ADMINISTRATOR.english,
            "--new-password-file",
            &self.password,
            "--new-passphrase-file",
            &self.passphrase,
        ])
    }

    fn join(&self, from: &[&str], code: &str) -> common::Said {
        let code = self.place.file("code", code.as_bytes());
        let secrets = [
            "--code-file",
            &code,
            "--new-password-file",
            &self.password,
            "--new-passphrase-file",
            &self.passphrase,
        ];
        self.place.json(&[&["join"], from, &secrets].concat())
    }

    async fn cash(&self, number: u32, amount_paise: Paise) {
        let person = DemoPerson { password: ADMINISTRATOR.password, ..ADMINISTRATOR };
        let folder = self.place.folder();
        let office = Office::start(&folder, Arc::new(Machine::without_keyring())).await;
        office.answer(Request::Unlock(Unlock::Passphrase(PASSPHRASE.to_owned()))).await.unwrap();
        cash_at(&office, person, &sample_id(number), amount_paise).await;
        office.close().await;
    }
}

/// A property of the samples.
fn sample_id(number: u32) -> String {
    property_id(900_000 + number)
}

fn invite<'a>(counter: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let words = ["invite", "--device-name", "Counter", "--counter", counter, "--first-user", "Meena Joshi"];
    [&words[..], more].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_town_is_founded_a_computer_joins_and_each_hears_of_the_other() {
    let state = State::start().await;
    let url = state.running.url.clone();
    let hour_ms = 3_600_000;
    let code = sync_server::enrolment_code(state.folder.path(), &state.keys, TOWN, hour_ms).await.unwrap();
    let one = Computer::new();
    let wrong = one.enrol(&url, "AAAA-AAAA-AAAA-AAAA");
    assert_eq!((wrong.code, wrong.problem().as_str()), (4, "E-SERVER-010"));
    let founded = one.enrol(&url, &code);
    assert_eq!(founded.code, 0, "{founded:?}");
    let paper = founded.json()["recovery_key_paper"].as_str().unwrap().to_owned();
    assert!(std::fs::read(&paper).unwrap().starts_with(b"%PDF"), "{paper}");
    assert!(!founded.out.contains("recovery_key\""), "the key itself is on paper only");
    let twice = one.enrol(&url, &code);
    assert_eq!((twice.code, twice.problem().as_str()), (4, "E-STORE-003"));

    assert_eq!(one.as_admin(&["import", &sample("register-long.csv")]).code, 0);
    one.cash(1, Paise(5_000)).await;
    let before = one.run(&["status"]).json();
    assert_eq!(before["unsent"]["receipts"], 1);
    let synced = one.run(&["sync"]);
    assert_eq!((synced.code, &synced.json()["unsent"]["receipts"]), (0, &0.into()), "{synced:?}");

    let invited = one.as_admin(&invite("C04", &[]));
    assert_eq!(invited.code, 0, "{invited:?}");
    let code = invited.json()["code"].as_str().unwrap().to_owned();
    assert_eq!(one.as_admin(&invite("C04", &[])).problem(), "E-OFFICE-077");
    let two = Computer::new();
    assert_eq!(two.join(&["--server", &url], "not a code").problem(), "E-OFFICE-041");
    let joined = two.join(&["--server", &url], &code);
    assert_eq!((joined.code, &joined.json()["town"]["counter"]), (0, &"C04".into()), "{joined:?}");
    let synced = two.run(&["sync"]);
    assert_eq!(synced.code, 0, "{synced:?}");
    let listed = two.run(&["receipts"]).json();
    assert_eq!((&listed["count"], &listed["standing_paise"]), (&1.into(), &5_000.into()));
    // And back.
    two.cash(2, Paise(7_500)).await;
    assert_eq!(two.run(&["sync"]).code, 0);
    assert_eq!(one.run(&["sync"]).code, 0);
    let (here, there) = (one.run(&["status"]).json(), two.run(&["status"]).json());
    assert_eq!(here["digest"], there["digest"]);
    assert_eq!(one.run(&["receipts"]).json()["count"], 2);
    for computer in [&one, &two] {
        let proved = computer.run(&["verify"]);
        assert_eq!((proved.code, &proved.json()["chains"]), (0, &2.into()), "{proved:?}");
    }
    state.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_in_a_file_needs_no_server() {
    let place = Place::with_town(15);
    place.cash(&property_id(1), Paise(9_900)).await;
    let stick = place.name("counter-4.invitation");
    let invited = place.as_admin(&invite("C04", &["--file", &stick]));
    assert_eq!((invited.code, &invited.json()["server"]), (0, &"".into()), "{invited:?}");
    let code = invited.json()["code"].as_str().unwrap().to_owned();
    let again = place.as_admin(&invite("C05", &["--file", &stick]));
    assert_eq!((again.code, again.problem().as_str()), (4, "E-OFFICE-042"), "the file is there already");
    // Without a server the other way is refused, and says so.
    let online = place.as_admin(&invite("C05", &[]));
    assert_eq!((online.code, online.problem().as_str()), (4, "E-CARRIER-001"));
    let two = Computer::new();
    let other = two.join(&["--file", &stick], "0000-0000-0000-0000-0000");
    assert_eq!((other.code, other.problem().as_str()), (4, "E-OFFICE-041"));
    let joined = two.join(&["--file", &stick], &code);
    assert_eq!(joined.code, 0, "{joined:?}");
    assert_eq!(
        (&joined.json()["town"]["properties"], &joined.json()["town"]["counter"]),
        (&15.into(), &"C04".into())
    );
    let (here, there) = (place.json(&["receipts"]).json(), two.run(&["receipts"]).json());
    assert_eq!(here["receipts"], there["receipts"]);
    assert_eq!(two.run(&["verify"]).code, 0);
    two.cash_of_demo(1, Paise(100)).await;
    assert_eq!(two.run(&["receipts"]).json()["count"], 2);
    let missing = Computer::new().join(&["--file", "/nonexistent"], &code);
    assert_eq!((missing.code, missing.problem().as_str()), (4, "E-OFFICE-042"));
}

impl Computer {
    /// Cash on a property of the demo register.
    async fn cash_of_demo(&self, number: u32, amount_paise: Paise) {
        let folder = self.place.folder();
        let office = Office::start(&folder, Arc::new(Machine::without_keyring())).await;
        office.answer(Request::Unlock(Unlock::Passphrase(PASSPHRASE.to_owned()))).await.unwrap();
        cash_at(&office, ADMINISTRATOR, &property_id(number), amount_paise).await;
        office.close().await;
    }
}

/// The program of the state's end itself, beside `palika`: keys, a code, and a process that serves.
#[test]
fn the_demo_towns_state_serves_what_the_demo_town_sends() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = Place::empty();
        let state = place.state();
        std::fs::create_dir_all(&state).unwrap();
        let keys = sync_server::init(&state, None).unwrap();
        let running = serve(&state, &keys).await;
        let url = running.url.clone();
        let folder = place.folder().to_string_lossy().into_owned();
        let made = palika(&["--folder", &folder, "demo-town", "--properties", "40", "--server", &url]);
        assert_eq!(made.code, 0, "{made:?}");
        place.cash(&property_id(3), Paise(4_200)).await;
        let synced = place.json(&["sync"]);
        assert_eq!((synced.code, &synced.json()["unsent"]["receipts"]), (0, &0.into()), "{synced:?}");
        let listed = place.json(&["receipts"]).json();
        assert_eq!(listed["receipts"][0]["confirmed"], true);
        running.shutdown().await;
    });
}
