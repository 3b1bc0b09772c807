//! The town's keys and first facts.

use crate::dice::Dice;
use domain::demand::{ConsumerCode, DemandBatch, DemandLine, HeadCode, ServiceCode};
use domain::fact::Fact;
use domain::people::{Author, DeviceEnrolled, Role, RoleGranted, StaffEnrolled, TownFounded};
use domain::{Bilingual, BusinessDate, CounterCode, FinancialYear, Hash, Paise, TownCode, UserId};
use journal::{Certificate, KeyPair};

/// Properties with dues.
pub(crate) const CONSUMERS: usize = 6;
/// The user who does everything: authority between people is tested elsewhere.
pub(crate) const USER: UserId = UserId([5; 16]);

/// Stands as the second person at every counter.
pub(crate) const SECOND: UserId = UserId([6; 16]);

/// The second person's key on one device: made there, never carried.
pub(crate) fn second_key(counter: usize) -> KeyPair {
    KeyPair::from_secret([60 + counter as u8; 32])
}

#[derive(Clone)]
pub(crate) struct Town {
    pub(crate) code: TownCode,
    pub(crate) state: KeyPair,
    pub(crate) key: KeyPair,
    pub(crate) of_town: Certificate,
}

pub(crate) fn first_day() -> BusinessDate {
    FinancialYear(2026).first_day()
}

impl Town {
    pub(crate) fn of(dice: &mut Dice) -> Town {
        let mut key = || {
            let mut secret = [0; 32];
            dice.fill(&mut secret);
            KeyPair::from_secret(secret)
        };
        let (state, town_key) = (key(), key());
        let code = TownCode(248_459);
        let of_town = Certificate::town(&state, code, town_key.public(), first_day());
        Town { code, state, key: town_key, of_town }
    }

    pub(crate) fn certify(&self, device: &KeyPair) -> Certificate {
        Certificate::device(&self.key, self.code, device.public(), first_day())
    }

    pub(crate) fn founded(&self, device: &KeyPair, counter: &CounterCode) -> TownFounded {
        TownFounded {
            town: self.code,
            name: Bilingual::new("हल्द्वानी", "Haldwani"),
            town_certificate: self.of_town.to_bytes(),
            device_certificate: self.certify(device).to_bytes(),
            counter: counter.clone(),
            device_name: "first".to_owned(),
            administrator: USER,
            administrator_name: Bilingual::new("प्रशासक", "Administrator"),
        }
    }

    pub(crate) fn enrolled(&self, device: &KeyPair, counter: &CounterCode) -> DeviceEnrolled {
        DeviceEnrolled {
            device: journal::device_of(&device.public()),
            certificate: self.certify(device).to_bytes(),
            counter: counter.clone(),
            name: counter.0.clone(),
        }
    }

    pub(crate) fn demands(&self) -> DemandBatch {
        let years = [FinancialYear(2025), FinancialYear(2026)];
        let lines = (0..CONSUMERS).flat_map(|consumer| {
            years.into_iter().map(move |year| DemandLine {
                consumer: consumer_code(consumer),
                year,
                head: HeadCode::from("PT_TAX"),
                amount_paise: Paise(100_000 + consumer as i64 * 5_000),
            })
        });
        DemandBatch {
            service: ServiceCode::from("PT"),
            source: Hash([9; 32]),
            lines: lines.collect(),
            under: Vec::new(),
        }
    }
}

pub(crate) fn consumer_code(index: usize) -> ConsumerCode {
    ConsumerCode(format!("PT-248459-{index:06}"))
}

/// The people beside the administrator: the same one as clerk, and the second person.
pub(crate) fn people() -> [Fact; 3] {
    [
        RoleGranted { user: USER, role: Role::Clerk }.into(),
        StaffEnrolled { user: SECOND, name: Bilingual::new("पर्यवेक्षक", "Supervisor") }.into(),
        RoleGranted { user: SECOND, role: Role::Supervisor }.into(),
    ]
}

pub(crate) fn author(grant: Hash) -> Author {
    Author { user: USER, grant }
}
