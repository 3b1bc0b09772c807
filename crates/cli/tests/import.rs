//! `palika demo-town` and `palika import`, as a technician runs them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{Place, sample};
use demo::staff::STAFF;

#[test]
fn a_demo_town_is_made_once_goes_on_where_it_stopped_and_is_never_put_over_another() {
    let place = Place::empty();
    let first = place.json(&["demo-town", "--properties", "20"]);
    assert_eq!(first.code, 0, "{first:?}");
    let json = first.json();
    assert_eq!((&json["properties"], &json["already_there"]), (&20.into(), &false.into()));
    assert_eq!(json["name"]["english"], "Nagar Nigam Haldwani");
    assert_eq!(json["staff"].as_array().unwrap().len(), STAFF.len());
    assert_eq!(json["state_root"].as_str().unwrap().len(), 64);
    assert!(place.state().join("server.keys").exists());
    let digest = place.json(&["status"]).json()["digest"].clone();
    let again = place.run(&["demo-town", "--properties", "20"]);
    assert!(again.out.contains("there already; nothing was changed"), "{again:?}");
    assert_eq!(place.json(&["status"]).json()["digest"], digest);
    // A longer register begins as the shorter one did.
    let more = place.json(&["demo-town", "--properties", "30"]).json();
    assert_eq!((&more["import"]["created"], &more["import"]["unchanged"]), (&10.into(), &20.into()));
    assert_eq!((&more["properties"], &more["already_there"]), (&30.into(), &false.into()));
    let other = place.json(&["demo-town", "--town", "248448"]);
    assert_eq!((other.code, other.problem().as_str()), (4, "E-OFFICE-085"));
    let nowhere = Place::empty().json(&["demo-town", "--town", "1"]);
    assert_eq!((nowhere.code, nowhere.problem().as_str()), (4, "E-OFFICE-084"));
    assert_eq!(place.json(&["verify"]).code, 0);
}

#[test]
fn a_file_with_bad_rows_is_taken_whole_or_not_at_all_unless_asked() {
    let place = Place::with_town(3);
    let text = std::fs::read_to_string(sample("register-long.csv")).unwrap();
    let broken = text.replacen("1250.50", "12.5O", 1).replacen("6100000004", "61000", 1);
    let path = place.file("broken.csv", broken.as_bytes());
    let before = place.json(&["status"]).json();

    for arguments in [&["import", path.as_str(), "--check"][..], &["import", path.as_str()]] {
        let told = place.as_admin(arguments);
        assert_eq!(told.code, 1, "{told:?}");
        let check = &told.json()["check"];
        assert_eq!((&check["properties"], &check["problem_count"]), (&2.into(), &2.into()));
        let amount = &check["problems"][0];
        assert_eq!(amount["code"], "E-IMPORT-003");
        assert_eq!(
            (&amount["row"], &amount["column"], &amount["value"]),
            (&2.into(), &"amount (O)".into(), &"12.5O".into())
        );
        assert!(amount["message"]["english"].as_str().unwrap().contains("Write digits only"));
        assert!(told.json().get("done").is_none());
    }
    assert_eq!(place.json(&["status"]).json()["digest"], before["digest"], "nothing was taken");

    let password = place.file("password", b"palika-admin");
    let who = ["--user", "Meena Joshi", "--password-file", password.as_str()];
    let words = place.run(&[&["import", path.as_str()], &who[..]].concat());
    assert!(words.out.contains("2\tamount (O)\t12.5O\t"), "{}", words.out);
    assert!(words.out.contains("Nothing was taken. Correct the problems, or give --good-rows-only."));
    let hindi = place.run(&[&["import", path.as_str(), "--language", "hi"], &who[..]].concat());
    assert!(hindi.out.contains("कुछ नहीं लिया गया"), "{}", hindi.out);

    let taken = place.as_admin(&["import", &path, "--good-rows-only"]);
    assert_eq!(taken.code, 0, "{taken:?}");
    let done = &taken.json()["done"];
    assert_eq!((&done["created"], &done["left_out"]), (&2.into(), &2.into()));
    let after = place.json(&["status"]).json();
    assert_eq!(after["town"]["properties"], 5);
    // The rest comes with the corrected file, once.
    let whole = place.as_admin(&["import", &sample("register-long.csv")]).json();
    assert_eq!((&whole["done"]["created"], &whole["done"]["unchanged"]), (&2.into(), &2.into()));
    let digest = place.json(&["status"]).json()["digest"].clone();
    for name in ["register-long.csv", "register-wide.csv", "register.xlsx"] {
        let again = place.as_admin(&["import", &sample(name)]).json();
        assert_eq!(
            (&again["done"]["created"], &again["done"]["unchanged"]),
            (&0.into(), &4.into()),
            "{name}"
        );
    }
    assert_eq!(place.json(&["status"]).json()["digest"], digest);
}

#[test]
fn a_workbook_is_taken_like_a_text_file_and_what_is_neither_is_refused() {
    let place = Place::with_town(3);
    let taken = place.as_admin(&["import", &sample("register.xlsx")]);
    assert_eq!((taken.code, &taken.json()["done"]["created"]), (0, &4.into()), "{taken:?}");
    let xlsx = std::fs::read(sample("register.xlsx")).unwrap();
    let half = place.file("half.xlsx", &xlsx[..xlsx.len() / 2]);
    let picture = place.file("picture.xlsx", b"\x89PNG\r\n\x1a\n");
    for path in [half.as_str(), picture.as_str(), "/nonexistent.csv"] {
        let told = place.as_admin(&["import", path]);
        let code = told.problem();
        assert_eq!(told.code, 4, "{path}: {told:?}");
        assert!(code.starts_with("E-IMPORT-") || code == "E-OFFICE-042", "{path}: {code}");
    }
    assert_eq!(place.json(&["verify"]).json()["holds"], true);
}
