//! The register comes from what the office has: files with errors, files brought twice, one file brought by two
//! computers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;
#[path = "../../import/tests/support/haldwani.rs"]
mod haldwani;

use common::{TestOffice, exchange, property_id, register, row, rupees};
use contract::{ImportCheck, ImportDone, Reply, Request};
use domain::Paise;
use domain::register::RegisterRow;
use std::path::Path;

/// Writes a file into the office's folder and names it as a request does.
fn file(office: &TestOffice, name: &str, bytes: &[u8]) -> String {
    let path = office.folder.path().join(name);
    store::durable_file::replace(&path, bytes).unwrap();
    path.to_string_lossy().into_owned()
}

fn csv(rows: &[RegisterRow]) -> Vec<u8> {
    let mut bytes = Vec::new();
    demo::to_csv(rows.iter().cloned(), &mut bytes).unwrap();
    bytes
}

async fn check(office: &TestOffice, path: &str) -> ImportCheck {
    match office.say(Request::CheckImport { path: path.to_owned() }).await {
        Reply::ImportCheck(check) => check,
        other => panic!("{other:?}"),
    }
}

async fn run(office: &TestOffice, path: &str, good_rows_only: bool) -> ImportDone {
    match office.say(Request::RunImport { path: path.to_owned(), good_rows_only }).await {
        Reply::ImportDone(done) => done,
        other => panic!("{other:?}"),
    }
}

fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/samples").join(name).to_string_lossy().into_owned()
}

#[tokio::test]
async fn a_bad_row_is_named_and_the_file_taken_whole_or_not_at_all() {
    let office = TestOffice::founded().await;
    let text = String::from_utf8(csv(&register())).unwrap();
    let broken =
        text.replacen("700.00", "7oo", 1).replacen("Mohan Singh Rawat,हरि दत्त", "Mohan 🙂 Rawat,हरि दत्त", 1);
    assert_ne!(broken, text);
    let path = file(&office, "broken.csv", broken.as_bytes());
    let found = check(&office, &path).await;
    assert_eq!((found.rows, found.properties, found.problem_count), (8, 4, 2));
    let amount = found.problems.iter().find(|problem| problem.code == "E-IMPORT-003").unwrap();
    // Row 5 as a spreadsheet counts: the names, two dues of property 1, one of property 2, then property 3.
    assert_eq!((amount.row, amount.column.as_str(), amount.value.as_str()), (5, "amount (O)", "7oo"));
    assert!(amount.message.english.contains("Write digits only") && amount.message.hindi.contains("अंक"));
    let name = found.problems.iter().find(|problem| problem.code == "E-IMPORT-015").unwrap();
    assert_eq!((name.row, name.column.as_str()), (6, "owner_english (D)"));
    assert!(name.value.contains("🙂"));

    let entries = office.entries().await;
    let digest = office.digest().await;
    let whole = Request::RunImport { path: path.clone(), good_rows_only: false };
    let problem = office.ask(whole).await.unwrap_err();
    assert_eq!(problem.code, "E-OFFICE-043");
    assert!(problem.message.english.contains('2'), "{problem:?}");
    assert_eq!((office.entries().await, office.digest().await), (entries, digest), "nothing was taken");
    assert_eq!(office.situation().await.town.unwrap().properties, 0);

    let done = run(&office, &path, true).await;
    assert_eq!((done.created, done.left_out), (4, 2));
    assert_eq!(office.situation().await.town.unwrap().properties, 4);
    assert_eq!(office.bill(&property_id(1)).await.total_due_paise, rupees(2_200));
    let missing = Request::Bill { service: "PT".to_owned(), consumer: property_id(3) };
    assert_eq!(office.refused(missing).await, "E-OFFICE-020");

    // Corrected, the rest comes in, and only the rest.
    let whole = file(&office, "whole.csv", text.as_bytes());
    let done = run(&office, &whole, false).await;
    assert_eq!((done.created, done.changed, done.unchanged, done.left_out), (2, 0, 4, 0));
    assert_eq!(done.due_lines, 2);
    assert_eq!(office.bill(&property_id(3)).await.total_due_paise, rupees(700));
    office.must_verify().await;
}

#[tokio::test]
async fn the_same_file_again_and_the_same_register_in_another_form_change_nothing() {
    let office = TestOffice::founded().await;
    let done = run(&office, &sample("register-long.csv"), false).await;
    assert_eq!(done.created, 4);
    let (entries, digest) = (office.entries().await, office.digest().await);
    for name in ["register-long.csv", "register-wide.csv", "register.xlsx"] {
        let done = run(&office, &sample(name), false).await;
        assert_eq!((done.created, done.changed, done.unchanged, done.due_lines), (0, 0, 4, 0), "{name}");
        assert_eq!((office.entries().await, office.digest().await), (entries, digest), "{name}");
    }
    // A mobile that came sealed finds its property.
    let Reply::Hits(hits) = office.say(Request::Search { text: "6100000001".to_owned() }).await else {
        panic!()
    };
    assert_eq!(hits.hits.len(), 1);
    assert_eq!(hits.hits[0].matched, "mobile");
    office.must_verify().await;
}

#[tokio::test]
async fn files_that_are_no_registers_are_refused_with_a_code_and_their_place() {
    let office = TestOffice::with_register().await;
    let entries = office.entries().await;
    let folder = office.folder.path().to_string_lossy().into_owned();
    let png = file(&office, "picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let empty = file(&office, "empty.csv", b"");
    let zip = file(&office, "half.xlsx", &haldwani::workbook(&csv(&register()))[..600]);
    let bomb = file(&office, "wide.csv", &[b"a,".repeat(2_000), b"\n".to_vec()].concat());
    for path in [png, empty, zip, bomb, folder, "/nonexistent/register.csv".to_owned()] {
        for request in [
            Request::CheckImport { path: path.clone() },
            Request::RunImport { path: path.clone(), good_rows_only: true },
        ] {
            let code = office.refused(request).await;
            assert!(code.starts_with("E-IMPORT-0") || code == "E-OFFICE-042", "{path}: {code}");
        }
    }
    assert_eq!(office.entries().await, entries);
    assert!(office.office.answer(Request::Progress).await.is_ok_and(|reply| reply == Reply::Progress(None)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_computers_that_bring_one_file_end_as_one_register() {
    let one = TestOffice::founded().await;
    let two = one.neighbour("C04").await;
    let rows = haldwani::demo_rows(300);
    let dues: Paise =
        Paise::checked_sum(rows.iter().flat_map(|row| &row.dues).map(|due| due.amount_paise)).unwrap();
    // The same register, as CSV here and as a workbook there, its rows the other way round.
    let here = file(&one, "register.csv", &csv(&rows));
    let reversed: Vec<RegisterRow> = rows.iter().rev().cloned().collect();
    let there = file(&two, "register.xlsx", &haldwani::workbook(haldwani::wide_csv(&reversed).as_bytes()));
    let (checked, again) = (check(&one, &here).await, check(&two, &there).await);
    assert_eq!((checked.problem_count, checked.due_paise), (0, dues));
    assert_eq!((again.problem_count, again.due_paise, again.properties), (0, dues, 300));
    assert_eq!(run(&one, &here, false).await.created, 300);
    assert_eq!(run(&two, &there, false).await.created, 300);
    // A receipt is taken on one side before they ever met.
    one.open_shift(common::monday(), rupees(0)).await;
    let owing = rows.iter().find(|row| row.dues.len() > 2).unwrap().property.property_id.clone();
    let before = one.bill(&owing).await.total_due_paise;
    one.cash(&owing, rupees(1)).await;
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
    for office in [&one, &two] {
        let page = office.sync_page().await;
        assert_eq!((page.cases.len(), page.quarantine.len()), (0, 0), "{page:?}");
        assert_eq!(office.situation().await.town.unwrap().properties, 300);
        assert_eq!(office.bill(&owing).await.total_due_paise, Paise(before.0 - 100));
        let (entries, digest) = (office.open_store().await.vector().await.unwrap(), office.digest().await);
        let done = run(office, if std::ptr::eq(office, &one) { &here } else { &there }, false).await;
        assert_eq!((done.created, done.changed, done.unchanged, done.due_lines), (0, 0, 300, 0));
        assert_eq!(
            (office.open_store().await.vector().await.unwrap(), office.digest().await),
            (entries, digest)
        );
        office.must_verify().await;
    }
    // Found on both by a name and by a mobile that only the other computer sealed last.
    let mobile = rows.iter().find(|row| !row.mobile.is_empty()).unwrap();
    for office in [&one, &two] {
        let ask = Request::Search { text: mobile.mobile.clone() };
        let Reply::Hits(hits) = office.say(ask).await else { panic!() };
        assert!(hits.hits.iter().any(|hit| hit.consumer == mobile.property.property_id));
    }
}

#[tokio::test]
async fn files_that_differ_bring_the_stronger_demand_and_a_case_on_both() {
    let one = TestOffice::founded().await;
    let two = one.neighbour("C04").await;
    one.import(&[row(1, "रमेश जोशी", "Ramesh Joshi", &[(2026, "PT_TAX", 1_000)])]).await;
    two.import(&[row(1, "रमेश जोशी", "Ramesh Joshi", &[(2026, "PT_TAX", 1_200)])]).await;
    exchange(&one, &two).await;
    assert_eq!(one.digest().await, two.digest().await);
    for office in [&one, &two] {
        let bill = office.bill(&property_id(1)).await;
        assert_eq!(bill.total_due_paise, rupees(1_200));
        assert_eq!(bill.cases, [format!("demand/PT/{}/2026-27/PT_TAX", property_id(1))]);
        let page = office.sync_page().await;
        let case = page.cases.iter().find(|case| case.case == bill.cases[0]).unwrap();
        let values: Vec<&str> = case.sides.iter().map(|side| side.value.as_str()).collect();
        assert_eq!(values, ["₹1,000.00", "₹1,200.00"]);
        office.must_verify().await;
    }
}
