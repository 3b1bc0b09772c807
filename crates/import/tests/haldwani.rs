//! The demo register of Haldwani through its real wards, localities and heads, out to a file and back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

#[path = "support/haldwani.rs"]
mod haldwani;

use domain::Hash;
use domain::demand::ServiceCode;
use domain::limits::DEMAND_BATCH_LINES_MAX;
use domain::register::RegisterRow;
use haldwani::{demo_rows, known_town, wide_csv};
use import::Choice;
use sha2::{Digest, Sha256};

fn sorted(mut rows: Vec<RegisterRow>) -> Vec<RegisterRow> {
    for row in &mut rows {
        row.dues.sort_by(|one, other| (one.year, &one.head).cmp(&(other.year, &other.head)));
    }
    rows
}

fn read(bytes: &[u8]) -> Vec<RegisterRow> {
    let checked = import::check(bytes, None, &known_town(), &mut |_, _| {}).unwrap();
    assert_eq!(checked.problems().errors(), 0, "{:?}", checked.problems().kept().first());
    checked.take(Choice::WholeFile).unwrap()
}

#[test]
fn what_goes_out_comes_back_in_both_forms() {
    let rows = demo_rows(4_000);
    let mut long = Vec::new();
    demo::to_csv(rows.iter().cloned(), &mut long).unwrap();
    let wide = wide_csv(&rows);
    let rows = sorted(rows);
    assert_eq!(read(&long), rows);
    assert_eq!(read(wide.as_bytes()), rows);
}

/// The size of the largest town's register, as a workbook: read whole, to the paisa.
#[test]
fn fifty_thousand_properties_come_out_of_a_workbook() {
    let rows = demo_rows(50_000);
    let book = haldwani::workbook(wide_csv(&rows).as_bytes());
    let mut said = Vec::new();
    let checked = import::check(&book, None, &known_town(), &mut |done, of| said.push((done, of))).unwrap();
    assert_eq!(checked.problems().errors(), 0, "{:?}", checked.problems().kept().first());
    assert_eq!(checked.rows_read(), 50_000);
    let taken = checked.take(Choice::WholeFile).unwrap();
    let dues = |rows: &[RegisterRow]| -> (usize, i64) {
        let all = rows.iter().flat_map(|row| &row.dues);
        (all.clone().count(), all.map(|due| due.amount_paise.0).sum())
    };
    assert_eq!(dues(&taken), dues(&rows));
    assert_eq!(taken.last(), sorted(rows).last());
    let (done, of) = said.last().copied().unwrap();
    assert!(done <= of && said.len() > 10, "the bar moves: {} marks, {done} of {of}", said.len());
    assert!(said.is_sorted());
}

#[test]
fn two_devices_make_the_same_batches_of_one_register() {
    let rows = demo_rows(3_000);
    let mut long = Vec::new();
    demo::to_csv(rows.iter().rev().cloned(), &mut long).unwrap();
    let batches = |rows: &[RegisterRow]| -> Vec<_> {
        let mut hasher = Sha256::new();
        import::write_canonical(rows, &mut |bytes| hasher.update(bytes));
        let source = Hash(hasher.finalize().into());
        import::demand_batches(rows, &ServiceCode::from("PT"), source).collect()
    };
    let (one, other) = (batches(&read(&long)), batches(&read(wide_csv(&rows).as_bytes())));
    assert_eq!(one, other);
    let lines: usize = one.iter().map(|batch| batch.lines.len()).sum();
    assert_eq!(lines, rows.iter().map(|row| row.dues.len()).sum::<usize>());
    assert!(one.iter().all(|batch| batch.lines.len() <= DEMAND_BATCH_LINES_MAX));
    assert!(one.iter().rev().skip(1).all(|batch| batch.lines.len() > DEMAND_BATCH_LINES_MAX - 30));
    let mut changed = rows.clone();
    changed[7].property.door_number.push('x');
    assert_ne!(batches(&sorted(changed))[0].source, one[0].source);
}

/// Kruti Dev as the typewriter layout of the font maps it, for the letters of names. Written from the layout, not from
/// the detector.
fn kruti_dev(name: &str) -> Option<String> {
    const HALF: &[(&str, &str)] = &[
        ("क", "D"),
        ("ख", "["),
        ("ग", "X"),
        ("च", "P"),
        ("ज", "T"),
        ("त", "R"),
        ("थ", "F"),
        ("ध", "/"),
        ("न", "U"),
        ("प", "I"),
        ("ब", "C"),
        ("भ", "H"),
        ("म", "E"),
        ("ल", "Y"),
        ("व", "O"),
        ("श", "'"),
        ("ष", "\""),
        ("स", "L"),
        ("ण", "."),
    ];
    const WHOLE: &[(&str, &str)] = &[
        ("क", "d"),
        ("ख", "[k"),
        ("ग", "x"),
        ("घ", "?k"),
        ("च", "p"),
        ("छ", "N"),
        ("ज", "t"),
        ("झ", ">"),
        ("ट", "V"),
        ("ठ", "B"),
        ("ड", "M"),
        ("ढ", "<"),
        ("ण", ".k"),
        ("त", "r"),
        ("थ", "Fk"),
        ("द", "n"),
        ("ध", "/k"),
        ("न", "u"),
        ("प", "i"),
        ("फ", "Q"),
        ("ब", "c"),
        ("भ", "Hk"),
        ("म", "e"),
        ("य", ";"),
        ("र", "j"),
        ("ल", "y"),
        ("व", "o"),
        ("श", "'k"),
        ("ष", "\"k"),
        ("स", "l"),
        ("ह", "g"),
        ("अ", "v"),
        ("आ", "vk"),
        ("इ", "b"),
        ("ई", "bZ"),
        ("उ", "m"),
        ("ऊ", "Å"),
        ("ए", ","),
        ("ऐ", ",s"),
        ("ओ", "vks"),
        ("औ", "vkS"),
        ("ा", "k"),
        ("ी", "h"),
        ("ु", "q"),
        ("ू", "w"),
        ("े", "s"),
        ("ै", "S"),
        ("ो", "ks"),
        ("ौ", "kS"),
        ("ं", "a"),
        ("ँ", "¡"),
        ("ृ", "`"),
        ("़", "+"),
        (" ", " "),
    ];
    let find = |table: &[(&str, &str)], c: char| {
        table.iter().find(|(letter, _)| letter.starts_with(c)).map(|(_, key)| (*key).to_owned())
    };
    let characters: Vec<char> = name.chars().collect();
    let mut keys: Vec<String> = Vec::new();
    let mut index = 0;
    while index < characters.len() {
        let c = characters[index];
        let next = characters.get(index + 1).copied();
        match (c, next) {
            ('र', Some('\u{94D}')) => {
                // The reph is typed after its letter and that letter's vowel sign.
                let letter = find(WHOLE, *characters.get(index + 2)?)?;
                keys.push(letter);
                index += 3;
                if let Some(sign) = characters.get(index).filter(|c| "ाीेैोौ".contains(**c)) {
                    keys.push(find(WHOLE, *sign)?);
                    index += 1;
                }
                keys.push("Z".into());
                continue;
            }
            (_, Some('\u{94D}')) if characters.get(index + 2) == Some(&'र') => {
                keys.push(find(WHOLE, c)?);
                keys.push("z".into());
                index += 3;
                continue;
            }
            (_, Some('\u{94D}')) => {
                keys.push(find(HALF, c)?);
                index += 2;
                continue;
            }
            // The short i is typed before its letter.
            (_, Some('ि')) => {
                keys.push("f".into());
                keys.push(find(WHOLE, c)?);
                index += 2;
                continue;
            }
            _ => keys.push(find(WHOLE, c)?),
        }
        index += 1;
    }
    Some(keys.concat())
}

#[test]
fn a_register_in_a_legacy_font_is_refused_and_one_in_english_is_not() {
    assert_eq!(kruti_dev("राम सिंह").unwrap(), "jke flag");
    assert_eq!(kruti_dev("सुरेश चन्द्र शर्मा").unwrap(), "lqjs'k pUnz 'kekZ");
    let rows = demo_rows(5_000);
    let file = |names: &dyn Fn(&RegisterRow) -> Option<String>| {
        let mut text = String::from("pid,owner\n");
        for (row, name) in rows.iter().filter_map(|row| Some((row, names(row)?))) {
            text.push_str(&format!("{},\"{}\"\n", row.property.property_id, name.replace('"', "\"\"")));
        }
        text
    };
    let legacy = file(&|row| kruti_dev(&row.property.owner_hindi));
    let names = legacy.lines().count() - 1;
    assert!(names > 3_500, "{names} of 5,000 names can be typed by the test's layout");
    let refused = import::check(legacy.as_bytes(), None, &known_town(), &mut |_, _| {}).unwrap_err();
    assert_eq!(refused.error.code(), "E-IMPORT-076");
    // A few such names among good ones are each named: how many of them are seen?
    let mixed = format!("{legacy}{}", (0..names * 5).map(|n| format!("X{n},राम\n")).collect::<String>());
    let checked = import::check(mixed.as_bytes(), None, &known_town(), &mut |_, _| {}).unwrap();
    let seen = checked.problems().by_code()["E-IMPORT-017"];
    assert!(seen * 100 >= names as u64 * 90, "{seen} of {names} names in the legacy font were seen");
    // Nobody who writes English is taken for it.
    let english = file(&|row| Some(row.property.owner_english.clone()));
    let checked = import::check(english.as_bytes(), None, &known_town(), &mut |_, _| {}).unwrap();
    assert_eq!(checked.problems().errors(), 0, "{:?}", checked.problems().kept().last());
}
