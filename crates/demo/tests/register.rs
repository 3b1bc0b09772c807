//! What the rest of the house relies on in a demo register.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use demo::landmark::{self, Landmark};
use demo::{CleanlinessTax, DemoTown, Locality};
use domain::register::RegisterRow;
use domain::{FinancialYear, Paise, TownCode};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

fn haldwani() -> DemoTown {
    let localities =
        (0..200).map(|n| Locality { ward: format!("W{}", n % 53), code: format!("M{n:04}") }).collect();
    DemoTown {
        town: TownCode(248_459),
        localities,
        current_year: FinancialYear(2026),
        cleanliness: CleanlinessTax::Percent(100),
    }
}

fn rows(count: u32) -> Vec<RegisterRow> {
    demo::register(&haldwani(), 2026, count).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_every_machine() {
    let mut file = Vec::new();
    demo::to_csv(demo::register(&haldwani(), 2026, 5_000), &mut file).unwrap();
    let digest: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "ce85f3f000c9ae0eeb98743fccaba512ac9029c1b7da9c02469669779c2598ac");
    let mut other = Vec::new();
    demo::to_csv(demo::register(&haldwani(), 2027, 5_000), &mut other).unwrap();
    assert_ne!(file, other);
}

#[test]
fn a_short_register_is_the_beginning_of_a_long_one() {
    assert_eq!(rows(500), rows(2_000)[..500]);
}

#[test]
fn fifty_thousand_properties_have_fifty_thousand_ids() {
    let rows = rows(50_000);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.property.property_id.as_str()).collect();
    assert_eq!(ids.len(), 50_000);
    assert_eq!(rows[122].property.property_id, "PT-248459-000123");
    let places: BTreeSet<&str> = rows.iter().map(|row| row.property.locality.as_str()).collect();
    assert_eq!(places.len(), 200, "every locality is lived in");
    for row in &rows {
        assert!(!row.property.owner_hindi.is_empty() && !row.property.owner_english.is_empty());
        assert!(row.mobile.is_empty() || (row.mobile.len() == 10 && row.mobile.starts_with("61")));
    }
}

/// The words of every name of the register, in lower case and without the titles.
fn words(row: &RegisterRow) -> impl Iterator<Item = String> {
    let property = &row.property;
    [&property.owner_hindi, &property.owner_english, &property.guardian_hindi, &property.guardian_english]
        .into_iter()
        .flat_map(|name| name.split(' '))
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .into_iter()
}

#[test]
fn six_letters_find_one_owner_or_two_of_one_name() {
    let mut numbers_by_word: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for (row, number) in rows(50_000).iter().zip(1..) {
        for word in words(row) {
            numbers_by_word.entry(word).or_default().insert(number);
        }
    }
    let found = |typed: &str| -> Vec<u32> {
        let hits = numbers_by_word.iter().filter(|(word, _)| word.starts_with(typed));
        hits.flat_map(|(_, numbers)| numbers.iter().copied()).collect()
    };
    for typed in [landmark::UNIQUE_TYPED_ENGLISH, landmark::UNIQUE_TYPED_HINDI] {
        assert_eq!(typed.chars().count(), 6);
        assert_eq!(found(typed), [landmark::UNIQUE.number]);
    }
    for typed in [landmark::TIED_TYPED_ENGLISH, landmark::TIED_TYPED_HINDI] {
        assert_eq!(typed.chars().count(), 6);
        assert_eq!(found(typed), landmark::TIED.map(|landmark| landmark.number));
    }
    // Nor does any name come near when its vowels are dropped, as a search that ignores script will do.
    let bare = |word: &str| word.replace(['a', 'e', 'i', 'o', 'u', 'y', 'h'], "").replace('v', "w");
    for typed in [landmark::UNIQUE_TYPED_ENGLISH, landmark::TIED_TYPED_ENGLISH] {
        let near: Vec<&String> = numbers_by_word
            .keys()
            .filter(|word| bare(word).starts_with(&bare(typed)) && !word.starts_with(typed))
            .collect();
        assert!(near.is_empty(), "near {typed}: {near:?}");
    }
}

#[test]
fn landmarks_owe_money_whatever_the_seed() {
    for seed in 0..200 {
        let rows: Vec<RegisterRow> = demo::register(&haldwani(), seed, 400).collect();
        for landmark in [&landmark::UNIQUE, &landmark::TIED[0], &landmark::TIED[1]] {
            let row = &rows[landmark.number as usize - 1];
            assert_eq!(row.property.owner_hindi, landmark.owner_hindi);
            assert!(row.dues.iter().any(|due| due.year == FinancialYear(2026)), "seed {seed}: {row:?}");
            assert!(Paise::checked_sum(row.dues.iter().map(|due| due.amount_paise)).unwrap() > Paise::ZERO);
        }
    }
    assert_eq!(Landmark::at(124), None);
}

#[test]
fn dues_look_like_a_towns() {
    let rows = rows(20_000);
    let mut heads: BTreeMap<&str, u32> = BTreeMap::new();
    let mut years_owed = [0u32; 8];
    let mut totals = Vec::new();
    for row in &rows {
        let named: BTreeSet<_> = row.dues.iter().map(|due| (due.year, &due.head)).collect();
        assert_eq!(named.len(), row.dues.len(), "each (year, head) once");
        let years: BTreeSet<_> = row.dues.iter().map(|due| due.year).collect();
        years_owed[years.len()] += 1;
        for year in years {
            let of = |head: &str| {
                row.dues
                    .iter()
                    .find(|due| due.year == year && due.head.as_str() == head)
                    .map(|due| due.amount_paise)
            };
            assert!(of("PT_TAX").unwrap() > Paise::ZERO);
            assert_eq!(of("PT_TAX"), of("SWATCHATHA_TAX"), "Haldwani carries it equal");
            assert!(of("PT_TIME_REBATE").is_none_or(Paise::is_negative));
            assert!(of("PT_TIME_REBATE").is_none() || year == FinancialYear(2026));
        }
        for due in &row.dues {
            *heads.entry(due.head.as_str()).or_default() += 1;
            assert!(due.year <= FinancialYear(2026) && due.year >= FinancialYear(2021));
        }
        totals.push(Paise::checked_sum(row.dues.iter().map(|due| due.amount_paise)).unwrap());
    }
    assert_eq!(heads.len(), 4, "{heads:?}");
    assert!(
        years_owed[0] > 0
            && years_owed[1] > years_owed[2]
            && years_owed[2] > years_owed[6]
            && years_owed[6] > 0
    );
    totals.sort_unstable();
    let (median, last) = (totals[totals.len() / 2], totals[totals.len() - 1]);
    assert!(last.0 > 500 * median.0, "a long tail: median {median}, largest {last}");
    assert!((50_000..500_000).contains(&median.0), "median {median}");
}
