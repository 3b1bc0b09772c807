//! What the auditor does with a town's file: proves it, reads it, takes it away to derive everything again, and holds a
//! paper against it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{Place, ask, property_id};
use contract::{CancelReceipt, Reply, Request, SecondPerson};
use demo::staff::ACCOUNTANT;
use domain::Paise;
use domain::identity::PublicKey;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{OpenOptions, Outcome, RawKey, Store};

#[tokio::test(flavor = "multi_thread")]
async fn the_proof_holds_and_says_what_it_proved() {
    let place = Place::with_town(12);
    place.cash(&property_id(1), Paise(50_000)).await;
    let proved = place.json(&["verify"]);
    assert_eq!(proved.code, 0, "{proved:?}");
    let (proved, status) = (proved.json(), place.json(&["status"]).json());
    assert_eq!((&proved["holds"], &proved["first_difference"]), (&true.into(), &Value::Null));
    assert_eq!(proved["digest"], status["digest"]);
    assert_eq!(proved["entries"], status["entries"]);
    assert_eq!((&proved["chains"], &status["chains"][0]["counter"]), (&1.into(), &"C01".into()));
    for counted in ["entries", "signatures", "rows"] {
        assert!(proved[counted].as_u64().unwrap() > 5, "{counted}: {proved}");
    }
    assert_eq!(
        (&status["unsent"]["receipts"], &status["unsent"]["amount_paise"]),
        (&1.into(), &50_000.into())
    );
    let words = place.run(&["verify"]);
    assert!(words.out.contains("Everything holds."), "{words:?}");
    assert!(words.err.contains("Reading the file"), "whoever waits is told for what: {words:?}");
    assert!(place.run(&["status", "--language", "hi"]).out.contains("अनभेजी रसीदें: 1"));
    assert!(!place.folder().join("verify").exists(), "the proof leaves nothing behind");
}

/// The file says that another state certified the town: the proof derives the first entry again and names it.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_tampered_with_is_named_at_its_first_difference() {
    let place = Place::with_town(4);
    let office = place.office().await;
    let town = office.open_town().await.unwrap();
    town.store.bind_town(town.code, &PublicKey([7; 32])).await.unwrap();
    drop(town);
    office.close().await;
    let told = place.json(&["verify"]);
    assert_eq!((told.code, &told.json()["holds"]), (1, &false.into()));
    let difference = told.json()["first_difference"].as_str().unwrap().to_owned();
    assert!(difference.starts_with("table "), "{difference}");
    let words = place.run(&["verify"]);
    assert_eq!(words.code, 1);
    assert!(words.out.contains(&format!("First difference: {difference}")), "{words:?}");
}

/// A page of the encrypted file overwritten: whichever it is, the proof says so; put back, all holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_is_never_a_wrong_answer() {
    let place = Place::with_town(60);
    let path = place.folder().join("town.palika");
    let whole = std::fs::read(&path).unwrap();
    let digest = place.json(&["status"]).json()["digest"].clone();
    for part in 1..12 {
        let mut bytes = whole.clone();
        let at = bytes.len() / 12 * part;
        bytes[at..at + 16].iter_mut().for_each(|byte| *byte ^= 0x55);
        std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), &bytes).unwrap();
        let told = place.json(&["verify"]);
        assert!(told.code == 1 || told.problem().starts_with("E-STORE-"), "part {part}: {told:?}");
    }
    std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), &whole).unwrap();
    let told = place.json(&["verify"]);
    assert_eq!((told.code, &told.json()["digest"]), (0, &digest));
}

/// Another program with the exported lines and `docs/log-format.md`: every hash computed again from the page's own table.
#[tokio::test(flavor = "multi_thread")]
async fn the_lines_given_out_are_enough_to_compute_every_hash_again() {
    let place = Place::with_town(8);
    place.cash(&property_id(1), Paise(12_345)).await;
    let (entries, receipts) = (place.name("entries.jsonl"), place.name("receipts.csv"));
    let told = place.json(&["export", "--entries", &entries, "--receipts", &receipts]);
    assert_eq!(told.code, 0, "{told:?}");
    let lines: Vec<Value> = std::fs::read_to_string(&entries)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.json()["entries"], lines.len());
    let mut previous = "0".repeat(64);
    for (number, line) in (1u64..).zip(&lines) {
        assert_eq!((&line["seq"], &line["previous"]), (&number.into(), &previous.clone().into()));
        let hash = hex(&Sha256::digest(entry_bytes(line)));
        assert_eq!(line["hash"], hash, "{line}");
        previous = hash;
    }
    assert_eq!(place.json(&["status"]).json()["chains"][0]["head"], previous);
    let receipt = lines.iter().find(|line| line["name"] == "ReceiptIssued").expect("a receipt");
    assert!(!receipt.to_string().contains("9876543210"), "the payer's mobile stays sealed");
    let csv = std::fs::read_to_string(&receipts).unwrap();
    let rows: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].starts_with("number,business_date,service,consumer"));
    assert!(rows[1].contains("/C01-a/") && rows[1].contains(",123.45,Cash,standing,false,"), "{}", rows[1]);
    // A file that is there is not touched; nothing asked for is said so.
    let again = place.json(&["export", "--entries", &entries]);
    assert_eq!((again.code, again.problem().as_str()), (4, "E-OFFICE-042"));
    assert_eq!(place.json(&["export"]).problem(), "E-CLI-006");
}

/// Section 1 of `docs/log-format.md`, written from the page.
fn entry_bytes(line: &Value) -> Vec<u8> {
    let number = |name: &str| line[name].as_u64().unwrap();
    let bytes = |value: &Value| unhex(value.as_str().unwrap());
    let mut entry = b"PLK1".to_vec();
    entry.extend((number("town") as u32).to_be_bytes());
    entry.extend(bytes(&line["device"]));
    entry.extend((number("epoch") as u32).to_be_bytes());
    entry.extend(number("seq").to_be_bytes());
    entry.extend(bytes(&line["previous"]));
    entry.extend(line["at_ms"].as_i64().unwrap().to_be_bytes());
    entry.extend((number("kind") as u16).to_be_bytes());
    match &line["author"] {
        Value::Null => entry.push(0),
        author => {
            entry.push(1);
            entry.extend(bytes(&author["user"]));
            entry.extend(bytes(&author["grant"]));
        }
    }
    let body = bytes(&line["body"]);
    entry.extend((body.len() as u32).to_be_bytes());
    entry.extend(body);
    entry
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The log taken away: an empty file elsewhere, the state's root, and nothing else derive the same town.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_given_out_makes_the_same_town_in_an_empty_file() {
    let place = Place::with_town(25);
    place.cash(&property_id(2), Paise(10_000)).await;
    let path = place.name("town.palika-log");
    let told = place.json(&["export", "--log", &path]);
    assert_eq!(told.code, 0, "{told:?}");
    let status = place.json(&["status"]).json();
    let bytes = std::fs::read(&path).unwrap();
    let options = OpenOptions { key: RawKey([5; 48]), create: true, vfs: None, checkpoint_pages: 1_000 };
    let store = Store::open(&place.root.path().join("again.palika"), options).await.unwrap();
    let root = PublicKey::from_hex(status["state_root"].as_str().unwrap()).unwrap();
    store.bind_town(common::TOWN, &root).await.unwrap();
    let mut decoder = minicbor::Decoder::new(&bytes);
    let mut ranges = 0;
    while decoder.position() < bytes.len() {
        let range: journal::Range = decoder.decode().unwrap();
        assert_eq!(store.receive(range, 0).await.unwrap().outcome, Outcome::Stored);
        ranges += 1;
    }
    assert!(ranges > 0);
    let digest = store.digest().await.unwrap();
    assert_eq!(
        (status["digest"].as_str().unwrap(), digest.incomplete),
        (digest.hash.to_hex().as_str(), false)
    );
    // One bit of it changed, and it is refused where it stands.
    let mut spoilt = bytes.clone();
    let at = spoilt.len() / 2;
    spoilt[at] ^= 1;
    let other = place.root.path().join("spoilt.palika");
    let options = OpenOptions { key: RawKey([6; 48]), create: true, vfs: None, checkpoint_pages: 1_000 };
    let store = Store::open(&other, options).await.unwrap();
    store.bind_town(common::TOWN, &root).await.unwrap();
    let mut decoder = minicbor::Decoder::new(&spoilt);
    let mut refused = false;
    while decoder.position() < spoilt.len() {
        let Ok(range) = decoder.decode::<journal::Range>() else {
            refused = true;
            break;
        };
        refused |= store.receive(range, 0).await.unwrap().outcome != Outcome::Stored;
    }
    assert!(refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_listed_filtered_and_told_apart() {
    let place = Place::with_town(6);
    let first = place.cash(&property_id(1), Paise(10_000)).await;
    place.cash(&property_id(2), Paise(20_050)).await;
    let office = place.office().await;
    cancel(&office, &first.brief.receipt).await;
    office.close().await;
    let all = place.json(&["receipts"]).json();
    assert_eq!((&all["count"], &all["standing_paise"]), (&2.into(), &20_050.into()));
    let states: Vec<&str> =
        all["receipts"].as_array().unwrap().iter().map(|r| r["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["standing", "cancelled"], "newest first");
    let one = place.json(&["receipts", "--text", &property_id(2)]).json();
    assert_eq!(one["count"], 1);
    let none = place.json(&["receipts", "--to", "1999-12-31"]).json();
    assert_eq!((&none["count"], &none["standing_paise"]), (&0.into(), &0.into()));
    assert_eq!(place.json(&["receipts", "--limit", "1"]).json()["receipts"].as_array().unwrap().len(), 1);
    assert_eq!(place.json(&["receipts", "--from", "yesterday"]).problem(), "E-CLI-005");
    let words = place.run(&["receipts"]);
    assert!(words.out.contains("200.50\tCash\tstanding"), "{}", words.out);
}

async fn cancel(office: &office::Office, receipt: &domain::ChainHead) {
    let Reply::Situation(situation) = ask(office, Request::Situation).await else { panic!() };
    let of = |english: &str| situation.staff.iter().find(|one| one.name.english == english).unwrap().user;
    let clerk = demo::staff::CLERK;
    let sign_in = contract::SignIn { user: of(clerk.english), password: clerk.password.to_owned() };
    ask(office, Request::SignIn(sign_in)).await;
    let cancel = CancelReceipt {
        receipt: *receipt,
        reason: "error-in-receipt".to_owned(),
        remark: "ग़लत खाता".to_owned(),
        second: SecondPerson { user: of(ACCOUNTANT.english), password: ACCOUNTANT.password.to_owned() },
    };
    ask(office, Request::CancelReceipt(cancel)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_held_against_the_root_alone_or_against_the_towns_file() {
    let place = Place::with_town(4);
    let taken = place.cash(&property_id(1), Paise(77_700)).await;
    let pdf = std::fs::read(&taken.paper.as_ref().unwrap().path).unwrap();
    let text = readback::code(&pdf).unwrap();
    let root = place.json(&["status"]).json()["state_root"].as_str().unwrap().to_owned();
    let root_file = place.file("root", format!("{root}\n").as_bytes());
    let code_file = place.file("code", format!("{text}\n").as_bytes());
    // With the root alone, anywhere, without a town.
    for arguments in [
        vec!["verify-paper", &text, "--state-root", &root],
        vec!["verify-paper", "--file", &code_file, "--state-root", &root_file],
    ] {
        let told = common::palika(&[&["--json"], arguments.as_slice()].concat());
        assert_eq!((told.code, &told.json()["verdict"]), (0, &"Genuine".into()), "{told:?}");
        assert_eq!(told.json()["claim"]["amount_paise"], 77_700);
        assert_eq!(told.json()["claim"]["number"], taken.brief.number);
    }
    let other = "11".repeat(32);
    let told = common::palika(&["--json", "verify-paper", &text, "--state-root", &other]);
    assert_eq!((told.code, &told.json()["verdict"]), (1, &"UnknownIssuer".into()));
    for (text, verdict) in [("PLK1:", "NotOurs"), ("upi://pay?pa=x", "NotOurs"), ("", "NotOurs")] {
        let told = common::palika(&["--json", "verify-paper", text, "--state-root", &root]);
        assert_eq!((told.code, told.json()["verdict"].as_str().unwrap()), (1, verdict), "{text}");
    }
    // One character changed anywhere: in the claim, in the device's certificate, in the town's.
    for at in [40, text.len() / 2, text.len() - 1] {
        let mut forged = text.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        let told = common::palika(&["--json", "verify-paper", &forged, "--state-root", &root]);
        assert_eq!(told.code, 1, "{at}: {told:?}");
        let verdict = told.json()["verdict"].as_str().unwrap().to_owned();
        assert!(["Forged", "NotOurs", "UnknownIssuer"].contains(&verdict.as_str()), "{at}: {told:?}");
    }
    assert_eq!(
        common::palika(&["--json", "verify-paper", &text, "--state-root", "zz"]).problem(),
        "E-CLI-004"
    );
    assert_eq!(common::palika(&["--json", "verify-paper", "--state-root", &root]).problem(), "E-CLI-003");

    // Against the file, the cancellation is known.
    let told = place.as_person(ACCOUNTANT, &["verify-paper", &text]);
    assert_eq!((told.code, &told.json()["verdict"]), (0, &"Genuine".into()), "{told:?}");
    let office = place.office().await;
    cancel(&office, &taken.brief.receipt).await;
    office.close().await;
    let told = place.as_person(ACCOUNTANT, &["verify-paper", &text]);
    assert_eq!((told.code, &told.json()["verdict"]), (1, &"Cancelled".into()), "{told:?}");
}
