//! Demo registers of any size: plausible people of Garhwal, Kumaon and the plains in both scripts, their houses, and
//! what they owe.
//!
//! The same seed gives the same rows, byte for byte, on every machine. This crate must not know the clock, the
//! machine's randomness, files or the masters: wards and localities are given to it.

mod csv;
mod dues;
pub mod landmark;
pub mod names;
mod person;
mod random;
pub mod staff;

pub use csv::to_csv;
pub use dues::CleanlinessTax;

use domain::register::{Property, RegisterRow};
use domain::{FinancialYear, TownCode};
use dues::Assessment;
use landmark::Landmark;
use random::Random;

/// A locality as the masters have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locality {
    /// The ward's code.
    pub ward: String,
    /// The locality's code, unique inside the town.
    pub code: String,
}

/// The town a register is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoTown {
    /// The town.
    pub town: TownCode,
    /// Its localities; where there are none the properties have neither ward nor locality.
    pub localities: Vec<Locality>,
    /// The year of the newest demand.
    pub current_year: FinancialYear,
    /// The town's rule.
    pub cleanliness: CleanlinessTax,
}

/// The register of a town: properties 1 to `count`. A shorter register is the beginning of a longer one.
pub fn register(town: &DemoTown, seed: u64, count: u32) -> impl Iterator<Item = RegisterRow> + '_ {
    (1..=count).map(move |number| property(town, seed, number))
}

/// `PT-248459-000123`
pub fn property_id(town: TownCode, number: u32) -> String {
    format!("PT-{town}-{number:06}")
}

/// India keeps no range of mobile numbers for examples. Numbers in 61… were not given to subscribers when this was
/// written; a demo town must still never send anything to a number it made up.
const MOBILE_FIRST: u64 = 6_100_000_000;

fn property(town: &DemoTown, seed: u64, number: u32) -> RegisterRow {
    let random = &mut Random::for_property(seed, number);
    let landmark = Landmark::at(number);
    let (usage, commercial, institution) = match random.weighted(&[78, 12, 6, 3, 1]) {
        0 => ("आवासीय", false, false),
        1 => ("व्यावसायिक", true, random.chance(20)),
        2 => ("मिश्रित", true, false),
        3 => ("रिक्त भूमि", false, false),
        _ => ("संस्थागत", true, true),
    };
    let person = person::draw(random);
    let (owner, guardian) = match (landmark, institution) {
        (Some(landmark), _) => (landmark.owner(), landmark.guardian()),
        (None, true) => (person::draw_institution(random), domain::Bilingual::default()),
        (None, false) => (person.owner, person.guardian),
    };
    let place = random.pick(&town.localities);
    let door_number = door_number(random);
    let old_id = if random.chance(70) { old_id(random, number) } else { String::new() };
    let address = address(random);
    let mobile = random.chance(64).then(|| (MOBILE_FIRST + u64::from(random.below(99_999_999))).to_string());
    let assessment = Assessment {
        commercial,
        current: town.current_year,
        cleanliness: town.cleanliness,
        must_owe: landmark.is_some(),
    };
    RegisterRow {
        property: Property {
            property_id: property_id(town.town, number),
            old_id,
            owner_hindi: owner.hindi,
            owner_english: owner.english,
            guardian_hindi: guardian.hindi,
            guardian_english: guardian.english,
            door_number,
            ward: place.map(|place| place.ward.clone()).unwrap_or_default(),
            locality: place.map(|place| place.code.clone()).unwrap_or_default(),
            address,
            usage: usage.to_owned(),
        },
        mobile: mobile.unwrap_or_default(),
        dues: assessment.dues(random),
    }
}

fn door_number(random: &mut Random) -> String {
    let house = random.between(1, 480);
    match random.weighted(&[55, 20, 15, 10]) {
        0 => house.to_string(),
        1 => format!("{house}/{}", random.between(1, 12)),
        2 => format!("{house}-{}", random.pick(&["A", "B", "C", "D"]).unwrap_or(&"A")),
        _ => format!("{}-{house}", random.pick(&["D", "K", "LIG", "MIG"]).unwrap_or(&"D")),
    }
}

/// Numbers of the register before this one ran by ward book and leaf.
fn old_id(random: &mut Random, number: u32) -> String {
    format!("{}/{}", random.between(1, 60), number)
}

fn address(random: &mut Random) -> String {
    const PLACES: [&str; 16] = [
        "शिव मन्दिर के पास",
        "प्राथमिक विद्यालय के पीछे",
        "पानी की टंकी के पास",
        "मुख्य मार्ग",
        "गली नं. 2",
        "गली नं. 5",
        "रेलवे क्रॉसिंग के पास",
        "डाकघर के सामने",
        "बस स्टेशन के पास",
        "जामा मस्जिद के पास",
        "गुरुद्वारे के पीछे",
        "नहर के किनारे",
        "Near Post Office",
        "Main Market",
        "Near Water Tank",
        "Behind Primary School",
    ];
    if random.chance(35) { random.pick(&PLACES).map(|place| (*place).to_owned()) } else { None }
        .unwrap_or_default()
}
