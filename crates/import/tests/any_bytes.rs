//! Whatever the bytes, there is an answer: never a panic, never an endless loop, and equal content gives equal rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use domain::Language;
use import::{Choice, Severity};
use proptest::prelude::*;
use support::{WorkbookBuilder, check};

fn answers(bytes: &[u8]) {
    match check(bytes) {
        Err(problem) => {
            assert_eq!(problem.error.severity(), Severity::Error);
            for language in [Language::Hindi, Language::English] {
                assert!(problem.message(language).contains("E-IMPORT-"));
            }
        }
        Ok(checked) => {
            for problem in checked.problems().kept() {
                assert!(!problem.message(Language::Hindi).is_empty());
            }
            let rows = checked.take(Choice::GoodRowsOnly).unwrap();
            assert!(rows.is_sorted_by(|one, other| one.property.property_id < other.property.property_id));
            for due in rows.iter().flat_map(|row| &row.dues) {
                assert!(!due.amount_paise.is_zero());
                assert!(due.amount_paise.0.abs() <= domain::limits::DEMAND_PAISE_MAX.0);
            }
        }
    }
}

/// Cells that come close to good ones, so that the deep parts are reached.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[0-9]{1,12}(\\.[0-9]{0,3})?",
        "PT-[0-9]{1,2}",
        "20[0-3][0-9]-[0-3][0-9]",
        prop::sample::select(vec![
            "PT_TAX",
            "छूट",
            "W1",
            "M0003",
            "योग",
            "-",
            "\"",
            "jke flag",
            "9876543210",
            "1E+9"
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,12}",
        "\\PC{0,8}",
        any::<String>(),
    ]
}

fn file() -> impl Strategy<Value = String> {
    let header = prop::sample::select(vec![
        "pid,owner,mobile,ward,locality,year,head,amount",
        "property_id;owner_hindi;owner_english;usage;PT_TAX 2024-25;छूट 2025-26",
        "pid\towner\taddress\tdoor_number\told_id",
    ]);
    (header, prop::collection::vec(prop::collection::vec(cell(), 0..9), 0..12), any::<bool>()).prop_map(
        |(header, rows, quoted)| {
            let delimiter = if header.contains(';') {
                ";"
            } else if header.contains('\t') {
                "\t"
            } else {
                ","
            };
            let mut text = header.to_owned();
            for row in rows {
                let cells: Vec<String> = row
                    .iter()
                    .map(
                        |cell| {
                            if quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
                        },
                    )
                    .collect();
                text.push('\n');
                text.push_str(&cells.join(delimiter));
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        answers(&bytes);
    }

    #[test]
    fn any_text_file(text in file()) {
        answers(text.as_bytes());
        answers(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    }

    #[test]
    fn any_damage_to_a_text_file(text in file(), place in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = text.into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        answers(&bytes);
        bytes.truncate(place);
        answers(&bytes);
    }

    #[test]
    fn any_sheet(cells in prop::collection::vec(("[a-z]{0,9}", "\\PC{0,12}", cell()), 0..20)) {
        let mut xml = String::from("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>pid</v></c><c r=\"B1\" t=\"str\"><v>owner</v></c><c r=\"C1\" t=\"str\"><v>PT_TAX 2025-26</v></c></row>");
        for (kind, reference, value) in cells {
            xml.push_str(&format!("<row><c t=\"{kind}\" r=\"{}\"><v>{}</v></c><c><v>{}</v></c></row>", support::escape(&reference), support::escape(&value), support::escape(&value)));
        }
        xml.push_str("</sheetData></worksheet>");
        answers(&WorkbookBuilder { sheet_xml: Some(xml), ..WorkbookBuilder::default() }.build());
    }

    #[test]
    fn any_xml_as_a_sheet(xml in "(<[a-z/!?\\[ =\"']{0,12}>?|[A-Z0-9&;#]{0,6}|</?(sheetData|row|c|v|is|t|mergeCell)[^>]{0,9}>){0,40}") {
        answers(&WorkbookBuilder { sheet_xml: Some(xml), ..WorkbookBuilder::default() }.build());
    }

    #[test]
    fn any_damage_to_a_workbook(place in any::<prop::sample::Index>(), byte: u8, cut in any::<bool>()) {
        let mut bytes = WorkbookBuilder::default()
            .texts(&["pid", "owner", "year", "head", "amount"])
            .texts(&["PT-1", "राम सिंह", "2025-26", "PT_TAX", "125.50"])
            .build();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if cut { bytes.truncate(place); }
        answers(&bytes);
    }

    #[test]
    fn the_order_of_rows_changes_nothing(
        dues in prop::collection::btree_map((1u8..30, 2020i16..2027, 0usize..3), 1i64..1_000_000, 1..60),
        keys in prop::collection::vec(any::<u32>(), 60),
    ) {
        let heads = ["PT_TAX", "SWATCHATHA_TAX", "PT_TIME_INTEREST"];
        let mut lines: Vec<String> = dues
            .iter()
            .map(|((id, year, head), paise)| format!("PT-{id},Owner {id},{year},{},{}.{:02}", heads[*head], paise / 100, paise % 100))
            .collect();
        let read = |lines: &[String]| {
            let file = format!("pid,owner,year,head,amount\n{}\n", lines.join("\n"));
            check(file.as_bytes()).unwrap().take(Choice::WholeFile).unwrap()
        };
        let straight = read(&lines);
        let mut keyed: Vec<(u32, String)> = keys.into_iter().zip(lines.drain(..)).collect();
        keyed.sort();
        let shuffled: Vec<String> = keyed.into_iter().map(|(_, line)| line).collect();
        let turned = read(&shuffled);
        prop_assert_eq!(&straight, &turned);
        prop_assert_eq!(straight.iter().map(|row| row.dues.len()).sum::<usize>(), dues.len());
        let bytes = |rows: &[domain::register::RegisterRow]| {
            let mut bytes = Vec::new();
            import::write_canonical(rows, &mut |chunk| bytes.extend_from_slice(chunk));
            bytes
        };
        prop_assert_eq!(bytes(&straight), bytes(&turned));
    }
}
