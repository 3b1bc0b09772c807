//! Masters as forms need them.

use crate::{Office, OfficeError};
use contract::{BankView, Choice, HeadView, MastersView, Reply, ServiceChoice, WardView};
use domain::{Bilingual, BusinessDate};
use masters::ServiceFolder;

/// Miscellaneous services shown at once.
const SERVICES_SHOWN: usize = 50;

impl Office {
    pub(crate) fn masters(&self) -> Result<Reply, OfficeError> {
        let choice = |code: &str, hindi: &str, english: &str| Choice {
            code: code.to_owned(),
            name: Bilingual::new(hindi, english),
        };
        let mut denominations: Vec<_> = masters::denominations()?
            .iter()
            .filter(|denomination| denomination.offered_always)
            .map(|denomination| denomination.value_paise)
            .collect();
        denominations.sort_unstable_by(|a, b| b.cmp(a));
        denominations.dedup();
        Ok(Reply::Masters(Box::new(MastersView {
            cancel_reasons: masters::cancel_reasons()?
                .iter()
                .map(|reason| Choice { code: reason.code.clone(), name: reason.name.clone() })
                .collect(),
            reprint_reasons: vec![
                choice("printer-failed", "प्रिंटर नहीं चला", "The printer failed"),
                choice("paper-spoiled", "काग़ज़ ख़राब हुआ", "The paper was spoiled"),
                choice("office-copy", "कार्यालय प्रति", "Office copy"),
            ],
            difference_reasons: vec![
                choice("change-error", "खुले पैसे देने में भूल", "Error in giving change"),
                choice("short-unknown", "कमी, कारण अज्ञात", "Short, cause unknown"),
                choice("excess-unknown", "अधिक, कारण अज्ञात", "Excess, cause unknown"),
                choice("counterfeit-note", "जाली नोट मिला", "Counterfeit note found"),
            ],
            banks: masters::banks()?
                .iter()
                .map(|bank| Choice { code: bank.code.clone(), name: bank.name.clone() })
                .collect(),
            denominations_paise: denominations,
            today: BusinessDate::from_unix_ms(self.shell.now_ms()),
        })))
    }

    pub(crate) fn towns(&self) -> Result<Reply, OfficeError> {
        let towns = masters::towns()?.iter();
        Ok(Reply::Towns(
            towns.map(|town| Choice { code: town.code.to_string(), name: town.office_name() }).collect(),
        ))
    }

    pub(crate) fn ifsc(&self, code: &str) -> Result<Reply, OfficeError> {
        let code = code.trim().to_ascii_uppercase();
        let bank = masters::banks()?.by_ifsc(&code);
        Ok(Reply::Bank(bank.map(|bank| BankView { bank: bank.name.clone(), branch: String::new() })))
    }

    pub(crate) fn services(&self, text: &str) -> Result<Reply, OfficeError> {
        let groups = masters::groups()?;
        let folder = ServiceFolder::Miscellaneous;
        let heads = folder.heads()?;
        let services = folder.services()?.search(groups, text);
        let choices = services
            .into_iter()
            .take(SERVICES_SHOWN)
            .map(|service| ServiceChoice {
                service: service.code.0.clone(),
                name: service.name.clone(),
                group: groups.get(&service.group).map(|group| group.name.clone()).unwrap_or_default(),
                heads: heads
                    .of(&service.code)
                    .into_iter()
                    .map(|head| HeadView { head: head.code.clone(), name: head.name.clone() })
                    .collect(),
            })
            .collect();
        Ok(Reply::Services(choices))
    }

    pub(crate) async fn boundary(&self) -> Result<Reply, OfficeError> {
        let town = self.town().await?;
        let Some(boundary) = masters::boundary(town.code)? else { return Ok(Reply::Boundary(Vec::new())) };
        let wards = boundary
            .wards()
            .iter()
            .map(|ward| WardView {
                code: ward.code.clone(),
                name: ward.title(),
                localities: boundary
                    .localities_of(ward)
                    .map(|locality| Choice { code: locality.code.clone(), name: locality.name.clone() })
                    .collect(),
            })
            .collect();
        Ok(Reply::Boundary(wards))
    }
}
