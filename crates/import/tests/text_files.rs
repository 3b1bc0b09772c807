//! CSV files as offices bring them, good and bad.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use domain::{FinancialYear, Paise};
use import::{Choice, Form, ImportError};
use support::{check, found};

const LONG: &str = "\
सम्पत्ति संख्या,भवन स्वामी का नाम,पिता/पति का नाम,मकान नं.,वार्ड,मोहल्ला,मोबाइल,वर्ष,मद,राशि
PT-2,राम सिंह बिष्ट,मोहन सिंह बिष्ट,12/3,तल्ली बमौरी,गांधी नगर,98765 43210,2024-25,सम्पत्ति कर,\"1,250.50\"
PT-2,राम सिंह बिष्ट,मोहन सिंह बिष्ट,12/3,तल्ली बमौरी,गांधी नगर,98765 43210,२०२५-२६,PT_TAX,₹ 1500
PT-2,,,,,,,2025-26,छूट,-300
PT-1,Kamla Devi,,7,,M0003,,2025-26,PT_TAX,480
";

const WIDE: &str = "\
property_id,owner,guardian,door_number,ward,locality,mobile,PT_TAX 2024-25,सम्पत्ति कर 2025-26,छूट 2025-26
PT-1,Kamla Devi,,7,,M0003,,,480,
PT-2,राम सिंह बिष्ट,मोहन सिंह बिष्ट,12/3,W1,M0001,9876543210,1250.5,1500.00,-300
";

#[test]
fn both_forms_say_the_same_register() {
    let long = check(LONG.as_bytes()).unwrap();
    assert_eq!(found(&long), []);
    assert_eq!((long.form(), long.rows_read()), (Form::Long, 4));
    let wide = check(WIDE.as_bytes()).unwrap();
    assert_eq!(found(&wide), []);
    assert_eq!((wide.form(), wide.rows_read()), (Form::Wide, 2));
    assert_eq!(long.totals()[&"PT_TAX".into()], Paise(323_050));
    assert_eq!(long.totals()[&"PT_TIME_REBATE".into()], Paise(-30_000));
    let rows = long.take(Choice::WholeFile).unwrap();
    assert_eq!(rows, wide.take(Choice::WholeFile).unwrap());
    let ram = &rows[1];
    assert_eq!(ram.property.owner_hindi, "राम सिंह बिष्ट");
    assert_eq!((ram.property.ward.as_str(), ram.property.locality.as_str()), ("W1", "M0001"));
    assert_eq!(ram.mobile, "9876543210");
    let dues: Vec<_> =
        ram.dues.iter().map(|due| (due.year.0, due.head.as_str(), due.amount_paise.0)).collect();
    assert_eq!(
        dues,
        [(2024, "PT_TAX", 125_050), (2025, "PT_TAX", 150_000), (2025, "PT_TIME_REBATE", -30_000)]
    );
    assert_eq!(rows[0].property.owner_english, "Kamla Devi");
    assert_eq!(rows[0].property.ward, "W2", "the locality knows its ward");
}

#[test]
fn every_encoding_and_delimiter_gives_the_same_rows() {
    let rows = check(LONG.as_bytes()).unwrap().take(Choice::WholeFile).unwrap();
    let utf16: Vec<u8> = LONG.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut files = vec![
        format!("\u{feff}{LONG}").into_bytes(),
        LONG.replace('\n', "\r\n").into_bytes(),
        LONG.replace('\n', "\r").into_bytes(),
        [b"\xFF\xFE".to_vec(), utf16].concat(),
        format!("sep=,\n\nनगर निगम हल्द्वानी - सम्पत्ति कर पंजिका\n\n{LONG}\n\n").into_bytes(),
    ];
    // The amount keeps its comma; every other becomes the delimiter.
    let quoted = LONG.replace("\"1,250.50\"", "1250.50");
    for delimiter in [";", "\t", "|"] {
        files.push(quoted.replace(',', delimiter).into_bytes());
    }
    for file in files {
        let checked = check(&file).unwrap();
        assert_eq!(
            checked.take(Choice::WholeFile).unwrap(),
            rows,
            "{}",
            String::from_utf8_lossy(&file[..60])
        );
    }
}

#[test]
fn the_order_of_rows_and_columns_does_not_matter() {
    let mut lines: Vec<&str> = LONG.lines().collect();
    lines[1..].reverse();
    let turned = check(lines.join("\n").as_bytes()).unwrap().take(Choice::WholeFile).unwrap();
    assert_eq!(turned, check(LONG.as_bytes()).unwrap().take(Choice::WholeFile).unwrap());
}

#[test]
fn row_numbers_are_a_spreadsheets() {
    let file = "\n\nRegister\n\nproperty_id,owner,mobile\n\"PT-1\",\"Ram\nSingh\",12\n\nPT-2,Mohan,13\n";
    for file in [file.to_owned(), file.replace('\n', "\r\n")] {
        let checked = check(file.as_bytes()).unwrap();
        // Row 6 has a line feed inside a cell; row 7 is empty.
        let rows: Vec<u64> = found(&checked).iter().filter(|f| f.2 == "E-IMPORT-013").map(|f| f.0).collect();
        assert_eq!(rows, [6, 8]);
    }
}

/// One bad cell in an otherwise good file: the code it gets, and the column it is found in.
#[test]
fn each_bad_value_is_named_with_its_row_and_column() {
    let long = "H\u{928}\u{0}";
    assert!(check(long.as_bytes()).is_err());
    let name_of_5_000 = "क".repeat(5_000);
    let bad: &[(&str, &str, &str)] = &[
        ("A", "", "E-IMPORT-001"),
        ("A", "PT-\u{1f600}", "E-IMPORT-015"),
        ("A", "1.23457E+11", "E-IMPORT-021"),
        ("B", &name_of_5_000, "E-IMPORT-014"),
        ("B", "राम \u{1f600}", "E-IMPORT-015"),
        ("B", "??? ????", "E-IMPORT-016"),
        ("B", "jke flag fc\"V", "E-IMPORT-017"),
        ("C", "Nowhere", "E-IMPORT-009"),
        ("D", "Nowhere", "E-IMPORT-010"),
        ("D", "M0003", "E-IMPORT-012"),
        ("E", "12345", "E-IMPORT-013"),
        ("E", "9876543210/9876543211", "E-IMPORT-013"),
        ("F", "2023-25", "E-IMPORT-019"),
        ("F", "Nov-10", "E-IMPORT-019"),
        ("F", "", "E-IMPORT-023"),
        ("G", "Sewer tax", "E-IMPORT-008"),
        ("G", "", "E-IMPORT-023"),
        ("H", "", "E-IMPORT-023"),
        ("H", "12o", "E-IMPORT-003"),
        ("H", "123,45", "E-IMPORT-003"),
        ("H", "1000000000.01", "E-IMPORT-004"),
        ("H", "9999999999999999999999", "E-IMPORT-004"),
        ("H", "-5", "E-IMPORT-005"),
        ("H", "1.005", "E-IMPORT-007"),
    ];
    for (letter, value, code) in bad {
        let mut cells = ["PT-1", "Ram Singh", "W1", "M0001", "9876543210", "2025-26", "PT_TAX", "100"];
        let column = usize::from(letter.as_bytes()[0] - b'A');
        cells[column] = value;
        let row: Vec<String> =
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let file =
            format!("pid,owner,ward,locality,mobile,year,head,amount\n{}\nPT-7,Good,,,,,,\n", row.join(","));
        let checked = check(file.as_bytes()).unwrap();
        assert_eq!(found(&checked), [(2, (*letter).to_owned(), *code)], "{value}");
        let problem = &checked.problems().kept()[0];
        assert!(problem.value.chars().count() <= 61);
        assert_eq!(checked.clone().take(Choice::WholeFile), Err(ImportError::NotWhole { errors: 1 }));
        let good = checked.take(Choice::GoodRowsOnly).unwrap();
        assert_eq!(
            good.iter().map(|row| row.property.property_id.as_str()).collect::<Vec<_>>(),
            ["PT-7"],
            "{value}"
        );
    }
}

#[test]
fn a_rebate_above_zero_would_be_a_second_tax() {
    let checked = check(b"pid,owner,Rebate 2025-26\nPT-1,Ram,250\nPT-2,Mohan,-250\n").unwrap();
    assert_eq!(found(&checked), [(2, "C".into(), "E-IMPORT-006")]);
}

#[test]
fn all_problems_of_a_row_are_in_one_report() {
    let checked =
        check("pid,owner,mobile,year,head,amount\nPT-1,राम\u{1f600},12,20x,Nothing,-x\n".as_bytes()).unwrap();
    let codes: Vec<_> = found(&checked).into_iter().map(|found| found.2).collect();
    assert_eq!(codes, ["E-IMPORT-015", "E-IMPORT-013", "E-IMPORT-019", "E-IMPORT-008", "E-IMPORT-003"]);
}

#[test]
fn a_property_stays_out_with_all_its_rows() {
    let checked = check(
        b"pid,owner,year,head,amount\nPT-1,Ram,2024-25,PT_TAX,100\nPT-1,Ram,2025-26,PT_TAX,x\nPT-1,Ram,2023-24,PT_TAX,5\nPT-2,Mohan,2025-26,PT_TAX,7\n",
    )
    .unwrap();
    assert_eq!((checked.properties_left_out(), checked.good_rows().len()), (1, 1));
    assert_eq!(checked.totals()[&"PT_TAX".into()], Paise(700));
}

#[test]
fn rows_of_one_property_must_not_contradict_each_other() {
    let long = check(
        b"pid,owner,mobile,year,head,amount\nPT-1,Ram,,2024-25,PT_TAX,100\nPT-1,,9876543210,2025-26,PT_TAX,100\nPT-1,Shyam,,2023-24,PT_TAX,5\nPT-2,A B,,2025-26,PT_TAX,1\nPT-2,A B,,25-26,House Tax,1\n",
    )
    .unwrap();
    assert_eq!(found(&long), [(4, "B".into(), "E-IMPORT-002"), (6, "F".into(), "E-IMPORT-022")]);
    assert_eq!(long.problems().kept()[1].error, ImportError::RepeatedDue { first_row: 5 });
    let wide =
        check(b"pid,owner,PT_TAX 2025-26\nPT-1,Ram,5\nPT-1,Ram,5\nPT-2,Mohan,5\nPT-2,Mohan,6\n").unwrap();
    assert_eq!(found(&wide), [(3, "".into(), "E-IMPORT-042"), (5, "".into(), "E-IMPORT-002")]);
    assert_eq!(wide.take(Choice::GoodRowsOnly).unwrap().len(), 1);
}

#[test]
fn names_find_the_field_of_their_script() {
    let checked = check(
        "pid,owner_hindi,owner_english\n1,Ram Singh,\n2,,राम सिंह\n3,Ram Singh,राम सिंह\n4,RAM SINGH,Ram Singh\n5,राम,Ram\n6,Ram,Mohan\n7,,\n".as_bytes(),
    )
    .unwrap();
    let names: Vec<(&str, &str)> = checked
        .good_rows()
        .iter()
        .map(|row| (row.property.owner_hindi.as_str(), row.property.owner_english.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("", "Ram Singh"),
            ("राम सिंह", ""),
            ("राम सिंह", "Ram Singh"),
            ("", "Ram Singh"),
            ("राम", "Ram"),
            ("", "")
        ]
    );
    let codes: Vec<(u64, &str)> = found(&checked)
        .into_iter()
        .map(|(row, _, code)| (row, code))
        .filter(|(_, c)| *c != "E-IMPORT-047")
        .collect();
    assert_eq!(
        codes,
        [
            (2, "E-IMPORT-041"),
            (3, "E-IMPORT-041"),
            (4, "E-IMPORT-041"),
            (7, "E-IMPORT-018"),
            (8, "E-IMPORT-045")
        ]
    );
}

#[test]
fn totals_ignored_columns_and_blank_rows_are_said_not_taken() {
    let checked = check(
        "क्रम,pid,owner,PT_TAX 2025-26,कुल,\n1,PT-1,Ram,100,100,\n,,,,,\nयोग,,,100,100,\n2,PT-2,Mohan,-,,loose\n".as_bytes(),
    )
    .unwrap();
    let codes: Vec<(u64, String, &str)> = found(&checked);
    assert_eq!(
        codes,
        [
            (1, "A".into(), "E-IMPORT-043"),
            (1, "E".into(), "E-IMPORT-043"),
            (4, "".into(), "E-IMPORT-044"),
            (5, "F".into(), "E-IMPORT-043"),
        ]
    );
    assert_eq!(checked.problems().errors(), 0);
    assert_eq!(checked.take(Choice::WholeFile).unwrap().len(), 2);
}

#[test]
fn rows_cut_short_and_rows_too_long_are_seen() {
    let checked =
        check(b"pid,owner,door_number,PT_TAX 2025-26\nPT-1,Ram,5,100\nPT-2,Sharma, Mohan,5,100\nPT-3,Ra")
            .unwrap();
    let codes: Vec<(u64, &str)> = found(&checked).into_iter().map(|(row, _, code)| (row, code)).collect();
    assert!(codes.contains(&(3, "E-IMPORT-025")) && codes.contains(&(4, "E-IMPORT-025")), "{codes:?}");
    assert_eq!(checked.good_rows().len(), 1);
}

#[test]
fn whole_files_are_refused_with_the_place() {
    let refused = |file: &str| check(file.as_bytes()).unwrap_err();
    assert_eq!(refused("").error, ImportError::EmptyFile);
    assert_eq!(refused("\n \n").error, ImportError::EmptyFile);
    assert_eq!(refused("pid,owner\n").error, ImportError::EmptyFile);
    assert_eq!(refused("owner,amount\nRam,5\n").error, ImportError::NoHeader);
    assert!(refused("owner,amount\nRam,5\n").value.contains("owner"));
    assert_eq!(refused("pid,owner,Sewer 2023-24\nPT-1,Ram,5\n").error, ImportError::UnknownHead);
    let open = "pid,owner,address,PT_TAX 2024-25,PT_TAX 2025-26\nPT-1,\"Ram,x,5,5\nPT-2,Mohan,y,6,6\nPT-3,Sohan,z,7,7\n";
    assert_eq!((refused(open).row, refused(open).error), (Some(2), ImportError::OpenQuote));
    let long = format!("pid,owner\nPT-1,{}\n", "x".repeat(10_001));
    assert_eq!((refused(&long).row, refused(&long).error), (Some(2), ImportError::CellTooLong));
    let legacy = "pid,owner\n1,jke flag\n2,deyk nsoh\n3,eksgu dqekj\n4,A B\n";
    assert_eq!(refused(legacy).error, ImportError::LegacyFontThroughout);
    let mut long = String::from("pid,owner,year,head,amount\n");
    for (id, name) in ["jke flag", "deyk nsoh", "eksgu dqekj"].into_iter().enumerate() {
        (2010..2026).for_each(|year| long.push_str(&format!("{id},{name},{year},PT_TAX,1\n")));
    }
    assert_eq!(refused(&long).error, ImportError::LegacyFontThroughout);
    let legacy_header = "Øekad,Hkou Lokeh dk uke,firk dk uke\n1,jke flag,';ke flag\n";
    assert_eq!(refused(legacy_header).error, ImportError::LegacyFontThroughout);
    assert_eq!(check(b"%PDF-1.4").unwrap_err().error.code(), "E-IMPORT-061");
}

#[test]
fn progress_ends_at_the_whole_and_never_goes_back() {
    let mut file = String::from("pid,owner,PT_TAX 2025-26\n");
    (0..5_000).for_each(|n| file.push_str(&format!("PT-{n},Ram,{n}\n")));
    let mut heard = Vec::new();
    import::check(file.as_bytes(), None, &support::town(), &mut |done, total| heard.push((done, total)))
        .unwrap();
    assert!(heard.len() >= 5 && heard.is_sorted());
    assert_eq!(heard.last(), Some(&(file.len() as u64, file.len() as u64)));
}

#[test]
fn a_town_without_wards_takes_them_as_written() {
    let town = import::KnownTown::new([], [], support::heads());
    let checked =
        import::check(b"pid,owner,ward,locality\n1,Ram,Ward 3,Bazar\n", None, &town, &mut |_, _| {}).unwrap();
    let property = &checked.good_rows()[0].property;
    assert_eq!((property.ward.as_str(), property.locality.as_str()), ("Ward 3", "Bazar"));
}

#[test]
fn years_at_the_turn_of_the_century() {
    let checked = check(b"pid,owner,PT_TAX 1999-00,PT_TAX 1999-2000 \n1,Ram,5,\n");
    assert_eq!(checked.unwrap_err().error, ImportError::ColumnTwice);
    let checked = check(b"pid,owner,PT_TAX 1999-00\n1,Ram,5\n").unwrap();
    assert_eq!(checked.good_rows()[0].dues[0].year, FinancialYear(1999));
}
