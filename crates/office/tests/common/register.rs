//! A small register.

use super::{TOWN, rupees};
use domain::FinancialYear;
use domain::demand::HeadCode;
use domain::register::{OpeningDue, Property, RegisterRow};

/// A register of six properties, ₹ due in brackets: 1 (2,200 in two years), 2 (1,500), 3 (700), 4 (5,000), 5 (nothing),
/// 6 (900 less a rebate of 100).
pub fn register() -> Vec<RegisterRow> {
    vec![
        row(1, "रमेश जोशी", "Ramesh Joshi", &[(2025, "PT_TAX", 1_000), (2026, "PT_TAX", 1_200)]),
        row(2, "सुरेश भट्ट", "Suresh Bhatt", &[(2026, "PT_TAX", 1_500)]),
        row(3, "कमला नेगी", "Kamla Negi", &[(2026, "PT_TAX", 700)]),
        row(4, "मोहन सिंह रावत", "Mohan Singh Rawat", &[(2026, "PT_TAX", 5_000)]),
        row(5, "दीपा पाण्डे", "Deepa Pandey", &[]),
        row(6, "गोपाल तिवारी", "Gopal Tiwari", &[(2026, "PT_TAX", 900), (2026, "PT_TIME_REBATE", -100)]),
    ]
}

/// A property of the register with its dues (year, head, rupees).
pub fn row(number: u32, hindi: &str, english: &str, dues: &[(i16, &str, i64)]) -> RegisterRow {
    let boundary = masters::boundary(TOWN).unwrap().unwrap();
    let mut places =
        boundary.wards().iter().filter_map(|ward| Some((ward, boundary.localities_of(ward).next()?)));
    let (ward, locality) = places.next().unwrap();
    RegisterRow {
        property: Property {
            property_id: property_id(number),
            old_id: format!("H/{number}"),
            owner_hindi: hindi.to_owned(),
            owner_english: english.to_owned(),
            guardian_hindi: "हरि दत्त".to_owned(),
            guardian_english: "Hari Dutt".to_owned(),
            door_number: number.to_string(),
            ward: ward.code.clone(),
            locality: locality.code.clone(),
            address: String::new(),
            usage: "residential".to_owned(),
        },
        mobile: String::new(),
        dues: dues
            .iter()
            .map(|(year, head, amount)| OpeningDue {
                year: FinancialYear(*year),
                head: HeadCode::from(*head),
                amount_paise: rupees(*amount),
            })
            .collect(),
    }
}

/// `PT-248459-000001`.
pub fn property_id(number: u32) -> String {
    format!("PT-248459-{number:06}")
}
