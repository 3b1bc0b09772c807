//! Chains of which two branches are known. Which entries stand is the log's; what the other branch held has to be looked
//! for on paper.

use super::{Names, choices, named};
use crate::{OfficeError, Town};
use contract::{CaseSide, CaseView};
use domain::Bilingual;
use store::query::cases::{self, ForkRow};

pub(super) const PREFIX: &str = "fork/";

/// Every forked chain.
pub(super) async fn open(town: &Town, names: &Names) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let settled = cases::settled(&mut reading).await?;
    let found = cases::forks(&mut reading).await?;
    drop(reading);
    let mut views = Vec::new();
    for fork in found {
        let case = format!("{PREFIX}{}/{}", fork.device.to_hex(), fork.epoch.0);
        if settled.contains(&case) {
            continue;
        }
        views.push(CaseView {
            since_ms: Some(fork.received_ms),
            what: what(&fork, names),
            sides: sides(&fork, names),
            decisions: choices(&["entered-again", "no-receipts"]),
            ..named(case)?
        });
    }
    Ok(views)
}

fn what(fork: &ForkRow, names: &Names) -> Bilingual {
    let device = names.label(fork.device);
    Bilingual::new(
        format!("{device}: अभिलेख {} से दो शाखाएँ। एक ही उपकरण की दो प्रतियाँ चली हैं।", fork.seq),
        format!("{device}: two branches from entry {}. Two copies of one device were at work.", fork.seq),
    )
}

fn sides(fork: &ForkRow, names: &Names) -> Vec<CaseSide> {
    let here = fork.here.map(|branch| (branch, Bilingual::new("यहाँ रखी शाखा", "The branch held here")));
    let there = fork.there.map(|branch| (branch, Bilingual::new("दूसरी शाखा", "The other branch")));
    // The ten characters are on the receipts of each twin: they tell on paper which branch a receipt is of.
    let branches = here.into_iter().chain(there);
    branches
        .map(|((hash, at_ms), who)| CaseSide {
            who,
            ..names.side(hash.short(), None, Some(fork.device), at_ms)
        })
        .collect()
}
