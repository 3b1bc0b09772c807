//! XLSX workbooks, with an independent reader as the oracle, and hostile ones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use import::{Choice, ImportError};
use std::io::Cursor;
use support::{WorkbookBuilder, Xcell, archive, check, found, inline, number};

fn header() -> WorkbookBuilder {
    WorkbookBuilder::default().texts(&["pid", "owner", "mobile", "year", "head", "amount"])
}

#[test]
fn numbers_formulas_shared_texts_and_hidden_rows() {
    let mut builder = WorkbookBuilder::default()
        .texts(&["नगर निगम हल्द्वानी"])
        .texts(&[])
        .texts(&["pid", "owner", "mobile", "PT_TAX 2024-25", "PT_TAX 2025-26"])
        .row(vec![
            inline("PT-1"),
            Xcell::Shared("राम & सिंह"),
            number("9876543210"),
            number("1250.5"),
            number("0.30000000000000004"),
        ])
        .row(vec![
            number("17"),
            inline("Ra_x000D_m"),
            number("9.87654321E9"),
            Xcell::Formula("SUM(D4:E4)", "30.299999999999997".into()),
            Xcell::None,
        ]);
    builder.hidden_rows = vec![4];
    let checked = check(&builder.build()).unwrap();
    assert_eq!(found(&checked), []);
    let rows = checked.take(Choice::WholeFile).unwrap();
    assert_eq!(rows[0].property.property_id, "17");
    assert_eq!((rows[0].property.owner_english.as_str(), rows[0].mobile.as_str()), ("Ra m", "9876543210"));
    assert_eq!(rows[0].dues[0].amount_paise.0, 3_030);
    assert_eq!(rows[1].property.owner_hindi, "राम & सिंह");
    assert_eq!(rows[1].dues.iter().map(|due| due.amount_paise.0).collect::<Vec<_>>(), [125_050, 30]);
}

#[test]
fn a_csv_and_a_workbook_of_one_register_are_one() {
    let csv = "pid,owner,mobile,year,head,amount\nPT-1,Ram,9876543210,2025-26,PT_TAX,480.25\n";
    let book = header()
        .row(vec![
            inline("PT-1"),
            inline("Ram"),
            number("9876543210"),
            inline("2025-26"),
            inline("PT_TAX"),
            number("480.25"),
        ])
        .build();
    assert_eq!(
        check(csv.as_bytes()).unwrap().take(Choice::WholeFile).unwrap(),
        check(&book).unwrap().take(Choice::WholeFile).unwrap()
    );
}

#[test]
fn what_a_spreadsheet_breaks_is_named() {
    let book = header()
        .row(vec![
            inline("PT-1"),
            inline("Ram"),
            Xcell::None,
            Xcell::Date(40_483),
            inline("PT_TAX"),
            number("5"),
        ])
        .row(vec![
            inline("PT-2"),
            inline("Ram"),
            Xcell::None,
            inline("2025-26"),
            inline("PT_TAX"),
            Xcell::Failed,
        ])
        .row(vec![
            inline("PT-3"),
            inline("Ram"),
            Xcell::None,
            inline("2025-26"),
            inline("PT_TAX"),
            number("5.005"),
        ])
        .row(vec![
            number("1.2345678901234567E+17"),
            inline("Ram"),
            Xcell::None,
            inline("2025-26"),
            inline("PT_TAX"),
            number("5"),
        ])
        .row(vec![
            inline("PT-5"),
            inline("Ram"),
            Xcell::None,
            inline("2025-26"),
            inline("PT_TAX"),
            Xcell::Date(40_483),
        ])
        .row(vec![
            inline("PT-6"),
            inline("Ram"),
            Xcell::None,
            inline("2025-26"),
            inline("PT_TAX"),
            number("1000000000.01"),
        ])
        .build();
    let checked = check(&book).unwrap();
    assert_eq!(
        found(&checked),
        [
            (2, "D".into(), "E-IMPORT-020"),
            (3, "F".into(), "E-IMPORT-024"),
            (4, "F".into(), "E-IMPORT-007"),
            (5, "A".into(), "E-IMPORT-021"),
            (6, "F".into(), "E-IMPORT-020"),
            (7, "F".into(), "E-IMPORT-004"),
        ]
    );
}

#[test]
fn joined_cells_carry_names_down_but_never_money() {
    let mut builder = header()
        .texts(&["PT-1", "Ram", "", "2024-25", "PT_TAX", "100"])
        .texts(&["", "", "", "2025-26", "PT_TAX", "200"])
        .texts(&["PT-2", "Mohan", "", "2024-25", "PT_TAX", "300"])
        .texts(&["", "", "", "2025-26", "PT_TAX", ""])
        .texts(&["PT-3", "Sohan", "", "", "", ""]);
    builder.merges = vec!["A2:A3", "B2:B3", "A4:A5", "B4:B5", "F4:F5", "C2:E2"];
    let checked = check(&builder.build()).unwrap();
    let rows = checked.good_rows();
    assert_eq!(rows[0].dues.iter().map(|due| due.amount_paise.0).collect::<Vec<_>>(), [10_000, 20_000]);
    // One amount over two rows of PT-2 belongs to the first; the second is named.
    assert_eq!(
        rows.iter().map(|row| row.property.property_id.as_str()).collect::<Vec<_>>(),
        ["PT-1", "PT-3"]
    );
    assert_eq!(found(&checked), [(5, "F".into(), "E-IMPORT-023")]);
}

#[test]
fn sheets_are_chosen_by_name() {
    let book = header().texts(&["PT-1", "Ram"]).build();
    assert_eq!(import::sheet_names(&book).unwrap(), ["पंजिका", "Second"]);
    let second = import::check(&book, Some("Second"), &support::town(), &mut |_, _| {}).unwrap();
    assert_eq!(second.good_rows()[0].property.property_id, "PT-9");
    let none = import::check(&book, Some("Third"), &support::town(), &mut |_, _| {}).unwrap_err();
    assert!(matches!(none.error, ImportError::NoSuchSheet { ref sheets } if sheets.len() == 3));
}

/// The same cells through another reader of the format: the demo register with its Hindi, its numbers and its gaps.
#[test]
fn an_independent_reader_sees_the_same_cells() {
    let town = demo::DemoTown {
        town: domain::TownCode(248_459),
        localities: Vec::new(),
        current_year: domain::FinancialYear(2026),
        cleanliness: demo::CleanlinessTax::Percent(100),
    };
    let mut builder = WorkbookBuilder::default().texts(&[
        "pid",
        "owner_hindi",
        "owner_english",
        "mobile",
        "PT_TAX 2026-27",
    ]);
    for row in demo::register(&town, 9, 400) {
        let due = row.dues.iter().find(|due| due.year.0 == 2026 && due.head.as_str() == "PT_TAX");
        let amount =
            due.map(|due| number(&format!("{}.{:02}", due.amount_paise.0 / 100, due.amount_paise.0 % 100)));
        let mobile = if row.mobile.is_empty() { Xcell::None } else { number(&row.mobile) };
        let property = row.property;
        builder = builder.row(vec![
            inline(&property.property_id),
            inline(&property.owner_hindi),
            inline(&property.owner_english),
            mobile,
            amount.unwrap_or(Xcell::None),
        ]);
    }
    let book = builder.build();
    let checked = check(&book).unwrap();
    assert_eq!(checked.problems().errors(), 0, "{:?}", checked.problems().kept());
    let mut oracle: Xlsx<_> = open_workbook_from_rs(Cursor::new(book)).unwrap();
    let range = oracle.worksheet_range("पंजिका").unwrap();
    assert_eq!(range.rows().count(), 401);
    for (cells, row) in range.rows().skip(1).zip(checked.good_rows()) {
        let property = &row.property;
        assert_eq!(cells[0], Data::String(property.property_id.clone()));
        assert_eq!(cells[1], Data::String(property.owner_hindi.clone()));
        assert_eq!(cells[2], Data::String(property.owner_english.clone()));
        assert_eq!(cells[3].to_string(), row.mobile);
        let paise = match &cells[4] {
            Data::Float(rupees) => (rupees * 100.0).round() as i64,
            Data::Int(rupees) => rupees * 100,
            Data::Empty => 0,
            other => panic!("{other:?}"),
        };
        assert_eq!(paise, row.dues.first().map_or(0, |due| due.amount_paise.0));
    }
}

#[test]
fn hostile_workbooks_end_in_a_message() {
    let refused = |bytes: &[u8]| check(bytes).unwrap_err().error;
    let code = |bytes: &[u8]| refused(bytes).code();
    assert_eq!(code(b"PK\x03\x04"), "E-IMPORT-072");
    assert_eq!(code(&archive(&[("readme.txt", "x")])), "E-IMPORT-061");
    assert_eq!(
        code(&archive(&[
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", "<x/>")
        ])),
        "E-IMPORT-061"
    );
    let with_sheet =
        |xml: &str| WorkbookBuilder { sheet_xml: Some(xml.to_owned()), ..WorkbookBuilder::default() }.build();
    let with_shared = |xml: &str| {
        let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row></sheetData></worksheet>";
        WorkbookBuilder {
            sheet_xml: Some(sheet.into()),
            shared_xml: Some(xml.to_owned()),
            ..WorkbookBuilder::default()
        }
        .build()
    };
    assert_eq!(code(&with_sheet("")), "E-IMPORT-072");
    assert_eq!(code(&with_sheet("<worksheet><sheetData><row><c><v>1")), "E-IMPORT-072");
    assert_eq!(code(&with_sheet("<worksheet><sheetData></sheetData></worksheet>")), "E-IMPORT-060");
    // An entity of its own, and a number of shared texts that would be a terabyte if it were believed.
    let entity = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;\">]><worksheet><sheetData><row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>";
    assert_eq!(code(&with_sheet(entity)), "E-IMPORT-072");
    assert_eq!(
        code(&with_shared("<sst uniqueCount=\"99999999999999\"><si><t>a</t></si></sst>")),
        "E-IMPORT-072"
    );
    // A value in the last column a sheet can have, and in one beyond.
    let far = |at: &str| {
        format!(
            "<worksheet><sheetData><row r=\"1\"><c r=\"{at}\" t=\"str\"><v>x</v></c></row></sheetData></worksheet>"
        )
    };
    assert_eq!(code(&with_sheet(&far("XFD1"))), "E-IMPORT-064");
    let long = format!(
        "<worksheet><sheetData><row><c t=\"str\"><v>{}</v></c></row></sheetData></worksheet>",
        "x".repeat(10_001)
    );
    assert_eq!(code(&with_sheet(&long)), "E-IMPORT-070");
    let one_text = format!(
        "<worksheet><sheetData><row><c t=\"str\"><v>{}</v></c></row></sheetData></worksheet>",
        "x".repeat(3 << 20)
    );
    assert_eq!(refused(&with_sheet(&one_text)), ImportError::UnpacksTooLarge);
    // Cells without references, rows out of order, and a million overlapping joined cells are merely odd.
    let odd = "<worksheet><sheetData><row r=\"9\"><c t=\"str\"><v>pid</v></c><c t=\"str\"><v>owner</v></c></row><row r=\"2\"><c><v>5</v></c><c t=\"str\"><v>Ram</v></c></row></sheetData></worksheet>";
    assert_eq!(check(&with_sheet(odd)).unwrap().good_rows().len(), 1);
}
