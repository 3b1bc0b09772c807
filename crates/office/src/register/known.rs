//! The masters of a town as the reader of files wants them.

use crate::OfficeError;
use domain::TownCode;
use import::{KnownHead, KnownLocality, KnownTown, KnownWard, Sign};
use masters::{HeadCategory, ServiceFolder};

/// Wards, localities and heads a register of the town may name.
pub(super) fn known_town(town: TownCode) -> Result<KnownTown, OfficeError> {
    let boundary = masters::boundary(town)?;
    let wards = boundary.into_iter().flat_map(|boundary| boundary.wards()).map(|ward| {
        let title = ward.title();
        let number = ward.number.map(|number| number.to_string());
        KnownWard {
            code: ward.code.clone(),
            name: ward.name.clone(),
            also: [title.hindi, title.english].into_iter().chain(number).collect(),
            shares_localities_of: ward.listed.clone(),
        }
    });
    let localities =
        boundary.into_iter().flat_map(|boundary| boundary.localities()).map(|locality| KnownLocality {
            code: locality.code.clone(),
            ward: locality.ward.clone(),
            name: locality.name.clone(),
            also: locality.also.clone(),
        });
    let heads = ServiceFolder::PropertyTax.heads()?.iter().map(|head| KnownHead {
        code: head.code.clone(),
        name: head.name.clone(),
        // Registers taken out of the state's live system name heads by its codes.
        also: vec![head.live.clone()],
        sign: sign(head.category),
    });
    Ok(KnownTown::new(wards, localities, heads))
}

const fn sign(category: HeadCategory) -> Sign {
    match category {
        HeadCategory::Rebate | HeadCategory::Exemption | HeadCategory::Advance => Sign::Credit,
        HeadCategory::RoundOff => Sign::Either,
        _ => Sign::Due,
    }
}
