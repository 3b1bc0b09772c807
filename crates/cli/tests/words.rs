//! What a newcomer meets: help for everything, and a clear word with a code where something is not as it should be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{Place, palika, sample};
use demo::staff::{ADMINISTRATOR, CLERK, PASSPHRASE};

/// Every verb with an option of its own that its help must name.
const VERBS: [(&str, &str); 11] = [
    ("demo-town", "--properties"),
    ("import", "--good-rows-only"),
    ("verify", "--passphrase-file"),
    ("status", "--json"),
    ("export", "--log"),
    ("sync", "--json"),
    ("receipts", "--from"),
    ("verify-paper", "--state-root"),
    ("enrol", "--code-file"),
    ("invite", "--counter"),
    ("join", "--file"),
];

#[test]
fn every_verb_has_its_help_and_understands_json() {
    let all = palika(&["--help"]);
    assert_eq!(all.code, 0);
    assert!(all.out.contains("Exit codes: 0 done; 1 done, and the answer is no"), "{}", all.out);
    for (verb, option) in VERBS {
        assert!(all.out.contains(&format!("  {verb}")), "{verb} is not in\n{}", all.out);
        let help = palika(&[verb, "--help"]);
        assert_eq!((help.code, help.err.as_str()), (0, ""), "{verb}");
        for said in [option, "--json", "--folder", "--language"] {
            assert!(help.out.contains(said), "{verb} does not name {said}:\n{}", help.out);
        }
    }
    assert_eq!(palika(&["--version"]).out.trim(), format!("palika {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn arguments_that_make_no_sense_end_with_two_and_say_which() {
    for (arguments, said) in [
        (&["dance"][..], "dance"),
        (&[], "Usage"),
        (&["import"], "<FILE>"),
        (&["demo-town", "--properties", "0"], "0"),
        (&["receipts", "--limit", "99999"], "99999"),
        (&["join", "--code-file", "c", "--new-password-file", "p"], "--server"),
        (&["status", "--password-file", "p"], "--user"),
        (&["import", "f.csv", "--check", "--good-rows-only"], "--check"),
    ] {
        let told = palika(arguments);
        assert_eq!(told.code, 2, "{arguments:?}: {told:?}");
        assert!(told.err.contains(said), "{arguments:?}: {}", told.err);
        assert_eq!(told.out, "");
    }
}

#[test]
fn where_there_is_no_town_every_verb_says_so_and_makes_none() {
    let place = Place::empty();
    let secret = place.file("secret", b"palika-admin\n");
    let who = ["--user", "Meena Joshi", "--password-file", secret.as_str()];
    let new = place.name("out");
    let csv = sample("register-long.csv");
    let invite = ["invite", "--device-name", "x", "--counter", "C04", "--first-user", "Meena Joshi"];
    for verb in [
        vec!["status"],
        vec!["verify"],
        vec!["sync"],
        vec!["receipts"],
        vec!["export", "--log", new.as_str()],
        vec!["import", csv.as_str()],
        vec!["verify-paper", "PLK1:X"],
        invite.to_vec(),
    ] {
        let told = place.json(&[verb.as_slice(), &who].concat());
        assert_eq!((told.code, told.problem().as_str()), (3, "E-STORE-002"), "{verb:?}");
        let words = place.run(&[verb.as_slice(), &who, &["--language", "hi"]].concat());
        assert_eq!((words.code, words.out.as_str()), (3, ""), "{verb:?}");
        assert!(words.err.starts_with("E-STORE-002: इस कंप्यूटर पर"), "{}", words.err);
    }
    assert!(!place.folder().exists(), "asking makes no folder");
}

#[test]
fn a_wrong_key_or_password_is_told_apart_and_harms_nothing() {
    let place = Place::with_town(5);
    let digest = place.json(&["status"]).json()["digest"].clone();
    // Moved to a machine whose keyring does not know the town.
    let key = place.folder().join(machine::DEMONSTRATION_KEY);
    let aside = place.root.path().join("key-aside");
    std::fs::rename(&key, &aside).unwrap();
    let sealed = place.json(&["status"]);
    assert_eq!((sealed.code, sealed.problem().as_str()), (3, "E-STORE-001"));
    let wrong = place.file("wrong", "palika-demO\n".as_bytes());
    for option in ["--passphrase-file", "--recovery-key-file"] {
        let told = place.json(&["verify", option, &wrong]);
        assert_eq!((told.code, told.problem().as_str()), (3, "E-STORE-001"), "{option}");
    }
    let right = place.file("right", format!("{PASSPHRASE}\r\n").as_bytes());
    let opened = place.json(&["status", "--passphrase-file", &right]);
    assert_eq!((opened.code, &opened.json()["digest"]), (0, &digest), "{opened:?}");
    assert!(!key.exists(), "a key brought in a file is not left behind");
    std::fs::rename(&aside, &key).unwrap();

    let csv = sample("register-long.csv");
    let check = ["import", csv.as_str(), "--check"];
    assert_eq!(place.json(&check).problem(), "E-CLI-001");
    let not_his = demo::staff::DemoPerson { password: "palika-clerk", ..ADMINISTRATOR };
    let nobody = demo::staff::DemoPerson { english: "Nobody Here", ..ADMINISTRATOR };
    for (person, code) in [(not_his, "E-OFFICE-004"), (nobody, "E-CLI-002"), (CLERK, "E-OFFICE-006")] {
        let told = place.as_person(person, &check);
        assert_eq!((told.code, told.problem().as_str()), (4, code), "{person:?}");
    }
    let missing = place.json(&["import", &csv, "--user", "Meena Joshi", "--password-file", "/nonexistent"]);
    assert_eq!((missing.code, missing.problem().as_str()), (4, "E-OFFICE-042"));
    // A name in Hindi is a name too.
    let password = place.file("password", ADMINISTRATOR.password.as_bytes());
    let hindi = place.json(&["import", &csv, "--check", "--user", "मीना जोशी", "--password-file", &password]);
    assert_eq!(hindi.code, 0, "{hindi:?}");
    assert_eq!(place.json(&["status"]).json()["digest"], digest);
}

#[test]
fn without_a_server_or_without_a_line_the_exchange_says_why() {
    let place = Place::with_town(3);
    let told = place.json(&["sync"]);
    assert_eq!((told.code, told.problem().as_str()), (4, "E-CLI-007"));
    let folder = tempfile::tempdir().unwrap();
    let password = place.file("new-password", b"a good password");
    let code = place.file("code", b"AAAA-AAAA-AAAA-AAAA\n");
    // A port nobody listens on; an address that would send money in the clear; something that is no address.
    for (server, expected) in [
        ("http://127.0.0.1:9", "E-CARRIER-003"),
        ("http://state.example", "E-CARRIER-002"),
        ("state", "E-CARRIER-001"),
    ] {
        let folder = folder.path().join("new").to_string_lossy().into_owned();
        let common = ["--json", "--folder", folder.as_str()];
        let enrol = [
            &common[..],
            &["enrol", "--server", server, "--town", "248459", "--code-file", &code, "--device-name", "x"],
            &["--administrator-hindi", "क", "--administrator-english", "K", "--new-password-file", &password],
        ]
        .concat();
        let told = palika(&enrol);
        assert_eq!((told.code, told.problem().as_str()), (4, expected), "{told:?}");
        let join = [
            &common[..],
            &["join", "--server", server, "--code-file", &code, "--new-password-file", &password],
        ];
        let told = palika(&join.concat());
        assert_eq!(told.code, 4, "{told:?}");
        assert!(["E-OFFICE-041", expected].contains(&told.problem().as_str()), "{told:?}");
        assert!(!std::path::Path::new(&folder).join("town.palika").exists());
    }
    let place = Place::with_town_at(3, "http://127.0.0.1:9");
    let told = place.json(&["sync"]);
    assert_eq!(told.code, 1, "{told:?}");
    assert_eq!(told.json()["problem"]["code"], "E-CARRIER-003");
    let words = place.run(&["sync"]);
    assert!(words.out.contains("E-CARRIER-003: There is no line to the server."), "{words:?}");
}
