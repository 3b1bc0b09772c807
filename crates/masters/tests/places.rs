//! The towns, wards and localities as shipped, and that the faults of the state's files are gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use domain::TownCode;
use masters::{Boundary, Grade, Made, boundary, boundary_definitions, districts, towns};
use std::collections::{HashMap, HashSet};

const HALDWANI: TownCode = TownCode(248_459);
const NANDPRAYAG: TownCode = TownCode(248_415);

fn boundaries() -> Vec<&'static Boundary> {
    towns().unwrap().iter().filter_map(|town| boundary(town.code).unwrap()).collect()
}

#[test]
fn the_state_has_its_102_towns_by_grade_and_district() {
    let towns = towns().unwrap();
    let count = |grade| towns.iter().filter(|town| town.grade == grade).count();
    assert_eq!(Grade::ALL.map(count), [11, 39, 52]);

    let mut by_district: HashMap<&str, usize> = HashMap::new();
    for town in towns.iter() {
        let district = districts().unwrap().get(town.district).expect("a district of the state");
        *by_district.entry(&district.name.english).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = by_district.into_iter().collect();
    counts.sort_unstable();
    assert_eq!(
        counts,
        [
            ("Almora", 5),
            ("Bageshwar", 3),
            ("Chamoli", 10),
            ("Champawat", 4),
            ("Dehradun", 7),
            ("Haridwar", 14),
            ("Nainital", 7),
            ("Pauri Garhwal", 7),
            ("Pithoragarh", 5),
            ("Rudraprayag", 5),
            ("Tehri Garhwal", 11),
            ("Udham Singh Nagar", 18),
            ("Uttarkashi", 6),
        ]
    );
    assert_eq!(districts().unwrap().iter().count(), 13);
    let numbers: Vec<u32> = towns.iter().map(|town| town.code.0).collect();
    assert!(numbers.is_sorted(), "the table is ordered by number, so that a new town is one new line");
}

/// The live files give Champawat the district number of Bageshwar, and Ranikhet Chiliyanaula that of Udham Singh Nagar.
#[test]
fn towns_lie_in_their_own_district() {
    let district_of = |live: &str| {
        let town = towns().unwrap().by_live(live).unwrap();
        districts().unwrap().get(town.district).unwrap().name.english.as_str()
    };
    assert_eq!(district_of("champawat"), "Champawat");
    assert_eq!(district_of("ranikhetchiliyanaula"), "Almora");
    assert_eq!(district_of("dwarahat"), "Almora", "the live file says Almoda");
    assert_eq!(district_of("gadarpur"), "Udham Singh Nagar", "the live file says Udhamsingh Nagar");
    assert_eq!(district_of("tehri"), "Tehri Garhwal");
}

#[test]
fn every_spelling_of_the_live_files_means_one_town() {
    let towns = towns().unwrap();
    for (spelling, number) in [
        ("uk.haldwani", 248_459),
        ("uk.uk.chamba", 248_423),
        ("uk.chamba", 248_423),
        ("uk.gairsen", 260_112),
        ("uk.gairsain", 260_112),
        ("uk.karanprayag", 248_417),
        ("uk.chamoli gopeshwar", 248_414),
        ("uk.chamoli-gopeshwar", 248_414),
        ("uk.swargashram jonk", 262_843),
        ("uk.swarnashramjunk", 262_843),
        ("uk.mussorie", 248_429),
    ] {
        assert_eq!(towns.by_live(spelling).map(|town| town.code.0), Some(number), "{spelling}");
    }
    for pseudo in ["uk.testing", "uk.uttarkhand", "uk", ""] {
        assert_eq!(towns.by_live(pseudo), None, "{pseudo:?} is no town");
    }
    for town in towns.iter() {
        assert!(town.live.bytes().all(|byte| byte.is_ascii_lowercase()), "{}", town.live);
        let words: Vec<&str> = town.name.english.split(' ').collect();
        let capitalised = |word: &&str| {
            let (first, rest) = word.split_at(1);
            first == first.to_uppercase() && rest == rest.to_lowercase()
        };
        assert!(words.iter().all(capitalised), "{}", town.name.english);
    }
    assert_eq!(towns.get(HALDWANI).unwrap().office_name().hindi, "नगर निगम हल्द्वानी");
}

/// The state's files list 1,234 wards and 5,407 localities for these towns. Nandprayag's list repeats 3 wards and
/// 26 localities; 32 localities carry a second code for the same name in the same ward; four wards of Haldwani share
/// the code and the localities (260) of another. Kept once each, everything still resolves.
#[test]
fn wards_and_localities_are_all_there_each_once() {
    let all = boundaries();
    assert_eq!(all.len(), 99);
    assert_eq!(all.iter().map(|b| b.wards().len()).sum::<usize>(), 1_234 - 3);

    let once: usize = all.iter().map(|b| b.localities().len()).sum();
    let second_codes: usize = all.iter().flat_map(|b| b.localities()).map(|l| l.also.len()).sum();
    assert_eq!((once, second_codes), (5_089, 32));
    let as_listed: usize = all
        .iter()
        .flat_map(|b| b.wards().iter().flat_map(|ward| b.localities_of(ward)))
        .map(|locality| 1 + locality.also.len())
        .sum();
    assert_eq!(as_listed, 5_407 - 26);

    let haldwani = boundary(HALDWANI).unwrap().unwrap();
    assert_eq!(haldwani.wards().len(), 53);
    let listed: usize = haldwani
        .wards()
        .iter()
        .flat_map(|ward| haldwani.localities_of(ward))
        .map(|locality| 1 + locality.also.len())
        .sum();
    assert_eq!(listed, 1_414);
    assert!(haldwani.wards().iter().all(|ward| haldwani.localities_of(ward).next().is_some()));
    assert_eq!(boundary(NANDPRAYAG).unwrap().unwrap().wards().len(), 4);
}

#[test]
fn three_towns_say_that_they_have_no_boundary() {
    let without: Vec<&str> = towns()
        .unwrap()
        .iter()
        .filter(|town| boundary(town.code).unwrap().is_none())
        .map(|town| town.name.english.as_str())
        .collect();
    assert_eq!(without, ["Chaukhutiya", "Imlikhera", "Tapovan"]);
    for town in towns().unwrap().iter() {
        assert_eq!(town.has_boundary, boundary(town.code).unwrap().is_some(), "{}", town.name.english);
        assert_eq!(boundary_definitions(town.code).count(), if town.has_boundary { 2 } else { 0 });
    }
    assert_eq!(boundary(TownCode(1)), Ok(None));
}

/// A locality is named by a code that must mean one place in its town, whichever of its codes a file uses.
#[test]
fn codes_mean_one_place() {
    for boundary in boundaries() {
        let mut seen = HashSet::new();
        for locality in boundary.localities() {
            for code in std::iter::once(&locality.code).chain(&locality.also) {
                assert!(seen.insert(code), "{} {code}", boundary.town);
                assert_eq!(boundary.locality(code), Some(locality));
            }
            assert!(boundary.ward(&locality.ward).is_some_and(|ward| ward.listed.is_none()));
        }
        for ward in boundary.wards() {
            if let Some(owner) = &ward.listed {
                assert!(boundary.ward(owner).is_some_and(|owner| owner.listed.is_none()), "{owner}");
            }
        }
    }
    let haldwani = boundary(HALDWANI).unwrap().unwrap();
    let heera_nagar = haldwani.ward("W18453-2").unwrap();
    assert_eq!(heera_nagar.name.english, "Heera Nagar");
    assert!(haldwani.localities_of(heera_nagar).any(|locality| locality.name.hindi == "हीरा नगर"));
}

/// Faults met in the live files: the ward's name glued to each locality's, numbers glued to names, capitals, "etc.",
/// stray commas, invisible characters, broken character references, words spelt five ways.
#[test]
fn names_are_clean_in_both_languages() {
    let spoilt =
        ["Coloney", "Residencial", "2364", "Collony", "Maszid", "Enclev", "etc", "#", ";", "\u{200b}"];
    for boundary in boundaries() {
        let wards: Vec<&str> = boundary.wards().iter().map(|ward| ward.name.english.as_str()).collect();
        let names = boundary
            .wards()
            .iter()
            .map(|ward| &ward.name)
            .chain(boundary.localities().iter().map(|locality| &locality.name));
        for name in names {
            let english = name.english.as_str();
            for (text, language) in [(english, "english"), (name.hindi.as_str(), "hindi")] {
                assert!(!text.contains("  ") && text == text.trim(), "{language} {text:?}");
                assert!(!text.ends_with([',', '-', '(']), "{language} {text:?}");
                assert_eq!(text.matches('(').count(), text.matches(')').count(), "{language} {text:?}");
                assert!(text.chars().count() <= domain::limits::NAME_CHARACTERS_MAX, "{language} {text:?}");
            }
            assert!(!spoilt.iter().any(|word| english.contains(word)), "{english:?}");
            assert!(!name.hindi.chars().any(|c| c.is_ascii_alphabetic()), "{:?}", name.hindi);
            assert!(!english.starts_with(|c: char| c.is_ascii_lowercase()), "{english:?}");
            let shouting = |word: &str| word.len() > 6 && word.chars().all(|c| c.is_ascii_uppercase());
            assert!(!english.split(' ').any(shouting), "{english:?}");
            assert!(!wards.iter().any(|ward| english.ends_with(&format!(" - {ward}"))), "{english:?}");
        }
        let mut seen = HashSet::new();
        for locality in boundary.localities() {
            let key = (&locality.ward, locality.name.english.to_lowercase());
            assert!(seen.insert(key), "{} twice in {}", locality.name.english, locality.ward);
        }
    }
}

#[test]
fn ward_numbers_stand_apart_from_names() {
    let dehradun = boundary(TownCode(248_430)).unwrap().unwrap();
    let numbers: Vec<u16> = dehradun.wards().iter().filter_map(|ward| ward.number).collect();
    assert_eq!(numbers, (1..=105).collect::<Vec<u16>>(), "every ward of Dehradun has its number, in order");
    let ward = &dehradun.wards()[10];
    assert_eq!(ward.title().english, "Ward 11 Karanpur");
    assert_eq!(ward.title().hindi, "वार्ड 11 करनपुर");
    for boundary in boundaries() {
        for ward in boundary.wards() {
            let glued = ward.name.english.to_lowercase().contains("ward no");
            assert!(!glued, "{} {}", boundary.town, ward.name.english);
        }
    }
}

#[test]
fn the_office_sees_which_hindi_names_are_unread() {
    for boundary in boundaries() {
        let expected = if boundary.town == HALDWANI { Made::Checked } else { Made::Machine };
        assert!(boundary.wards().iter().all(|ward| ward.made == expected));
        assert!(boundary.localities().iter().all(|locality| locality.made == expected));
    }
}
