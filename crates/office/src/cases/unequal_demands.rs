//! Dues that two devices brought different demands for. The stronger one is billed meanwhile.

use super::{Names, choices, named};
use crate::{OfficeError, Town};
use contract::CaseView;
use domain::Paise;
use store::query::cases;

pub(super) const PREFIX: &str = "demand/";

/// Every due whose demands differ.
pub(super) async fn open(town: &Town, names: &Names) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let settled = cases::settled(&mut reading).await?;
    let found = cases::unequal_demands(&mut reading).await?;
    drop(reading);
    let mut views = Vec::new();
    for ((service, consumer, year, head), demands) in found {
        let case = format!("{PREFIX}{service}/{consumer}/{year}/{head}");
        if settled.contains(&case) {
            continue;
        }
        let strongest = demands.last().map_or(Paise::ZERO, |(amount, _)| *amount);
        let weakest = demands.first().map_or(Paise::ZERO, |(amount, _)| *amount);
        let sides = demands.iter().map(|(amount, origin)| {
            names.side(format!("₹{amount}"), origin.user, Some(origin.device), origin.at_ms)
        });
        views.push(CaseView {
            amount_paise: strongest.checked_sub(weakest),
            sides: sides.collect(),
            decisions: choices(&["larger-stands"]),
            ..named(case)?
        });
    }
    Ok(views)
}
