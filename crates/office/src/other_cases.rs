//! Cases beside double collections and conflicts: demands that differ, chains that forked, and what was settled.

use crate::case_words::{CaseName, decision_words};
use crate::{Office, OfficeError, Town};
use contract::{CaseSide, CaseView, Choice};
use domain::{Bilingual, Paise};
use store::query::cases::{self, ForkRow, Origin};
use store::query::people::{DeviceRow, StaffRow};

/// Settled cases shown under the open ones, newest first.
const SETTLED_SHOWN: i64 = 20;

impl Office {
    /// Dues that two devices brought different demands for. The stronger one is billed meanwhile.
    pub(crate) async fn unequal_demands(
        &self,
        town: &Town,
        staff: &[StaffRow],
        devices: &[DeviceRow],
    ) -> Result<Vec<CaseView>, OfficeError> {
        let mut reading = town.store.reading().await?;
        let settled = cases::settled(&mut reading).await?;
        let found = cases::unequal_demands(&mut reading).await?;
        drop(reading);
        let mut views = Vec::new();
        for ((service, consumer, year, head), demands) in found {
            let case = format!("demand/{service}/{consumer}/{year}/{head}");
            if settled.contains(&case) {
                continue;
            }
            let strongest = demands.last().map_or(Paise::ZERO, |(amount, _)| *amount);
            let weakest = demands.first().map_or(Paise::ZERO, |(amount, _)| *amount);
            let sides = demands
                .iter()
                .map(|(amount, origin)| side(format!("₹{amount}"), origin, staff, devices))
                .collect();
            views.push(CaseView {
                amount_paise: strongest.checked_sub(weakest),
                sides,
                decisions: choices(&["larger-stands"]),
                ..named(case)?
            });
        }
        Ok(views)
    }

    /// Chains of which two branches are known. Which entries stand is the log's; what the other branch held has to be
    /// looked for on paper.
    pub(crate) async fn forks(
        &self,
        town: &Town,
        devices: &[DeviceRow],
    ) -> Result<Vec<CaseView>, OfficeError> {
        let mut reading = town.store.reading().await?;
        let settled = cases::settled(&mut reading).await?;
        let found = cases::forks(&mut reading).await?;
        drop(reading);
        let mut views = Vec::new();
        for fork in found {
            let case = format!("fork/{}/{}", fork.device.to_hex(), fork.epoch.0);
            if settled.contains(&case) {
                continue;
            }
            let device = devices.iter().find(|known| known.device == fork.device);
            views.push(CaseView {
                what: words_of_fork(&fork, device),
                sides: sides_of_fork(&fork, device),
                decisions: choices(&["entered-again", "no-receipts"]),
                ..named(case)?
            });
        }
        Ok(views)
    }

    /// What was settled lately: the decision, in whose words, where and when.
    pub(crate) async fn settled_cases(
        &self,
        town: &Town,
        staff: &[StaffRow],
        devices: &[DeviceRow],
    ) -> Result<Vec<CaseView>, OfficeError> {
        let rows = cases::settlements(&mut *town.store.reading().await?, SETTLED_SHOWN).await?;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            views.push(CaseView {
                sides: vec![side(row.remark, &row.origin, staff, devices)],
                settled: Some(decision_words(&row.decision)),
                ..named(row.name)?
            });
        }
        Ok(views)
    }
}

/// A case of that name with nothing in it yet.
fn named(case: String) -> Result<CaseView, OfficeError> {
    let CaseName { kind, what, consumer } = CaseName::read(&case)?;
    Ok(CaseView {
        case,
        kind,
        what,
        consumer,
        amount_paise: None,
        receipts: Vec::new(),
        sides: Vec::new(),
        decisions: Vec::new(),
        settled: None,
    })
}

fn side(value: String, origin: &Origin, staff: &[StaffRow], devices: &[DeviceRow]) -> CaseSide {
    let who = origin.user.and_then(|user| staff.iter().find(|person| person.user == user));
    let device = devices.iter().find(|device| device.device == origin.device);
    CaseSide {
        value,
        who: who.map(|person| person.name.clone()).unwrap_or_default(),
        counter: device.map(|device| device.counter.clone()).unwrap_or_default(),
        at_ms: origin.at_ms,
    }
}

fn words_of_fork(fork: &ForkRow, device: Option<&DeviceRow>) -> Bilingual {
    let name =
        device.map_or_else(|| fork.device.to_hex(), |known| format!("{} · {}", known.counter, known.name));
    Bilingual::new(
        format!("{name}: अभिलेख {} से दो शाखाएँ। एक ही उपकरण की दो प्रतियाँ चली हैं।", fork.seq),
        format!("{name}: two branches from entry {}. Two copies of one device were at work.", fork.seq),
    )
}

fn sides_of_fork(fork: &ForkRow, device: Option<&DeviceRow>) -> Vec<CaseSide> {
    let counter = device.map(|known| known.counter.clone()).unwrap_or_default();
    let here = fork.here.map(|branch| (branch, Bilingual::new("यहाँ रखी शाखा", "The branch held here")));
    let there = fork.there.map(|branch| (branch, Bilingual::new("दूसरी शाखा", "The other branch")));
    // The ten characters are on the receipts of each twin: they tell on paper which branch a receipt is of.
    here.into_iter()
        .chain(there)
        .map(|((hash, at_ms), who)| CaseSide { value: hash.short(), who, counter: counter.clone(), at_ms })
        .collect()
}

fn choices(codes: &[&str]) -> Vec<Choice> {
    codes.iter().map(|code| Choice { code: (*code).to_owned(), name: decision_words(code) }).collect()
}
