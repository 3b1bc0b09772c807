//! What a file is checked against: the wards, localities and heads of one town, handed over by the caller.

use crate::fold::fold;
use domain::Bilingual;
use domain::demand::HeadCode;
use std::collections::HashMap;

/// A ward of the masters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownWard {
    /// Its code, unique in the town.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
    /// What else it is called: its number, its title with the number.
    pub also: Vec<String>,
    /// The ward whose localities are listed under this one too.
    pub shares_localities_of: Option<String>,
}

/// A locality of the masters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLocality {
    /// Its code, unique in the town.
    pub code: String,
    /// The code of the ward it lies in.
    pub ward: String,
    /// Its name; several wards may each have a Gandhi Nagar.
    pub name: Bilingual,
    /// What else it is called: further codes.
    pub also: Vec<String>,
}

/// Which sign an outstanding amount under a head must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Taxes, interest, penalties: zero or more.
    Due,
    /// Rebates and advances: zero or less.
    Credit,
    /// Rounding: either.
    Either,
}

/// A head of the masters that may stand in a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownHead {
    /// Its code.
    pub code: HeadCode,
    /// Its name.
    pub name: Bilingual,
    /// What else it is called: its code in another system.
    pub also: Vec<String>,
    /// The sign its amounts have.
    pub sign: Sign,
}

/// The masters of one town, indexed for look-up by code or by name in either language, whatever the case, the spaces
/// and the usual differences of spelling.
#[derive(Debug, Default)]
pub struct KnownTown {
    wards: HashMap<String, String>,
    /// By the code of a ward: the ward whose localities it shares.
    shared: HashMap<String, String>,
    localities: HashMap<String, Vec<KnownLocality>>,
    heads: HashMap<String, (HeadCode, Sign)>,
    has_localities: bool,
}

/// Why a text names no one locality.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LocalityError {
    Unknown,
    /// The codes it may mean.
    Ambiguous(Vec<String>),
}

impl KnownTown {
    /// Indexes the masters. A town without wards (three of the state have no boundary file) accepts any ward and any
    /// locality as the file writes it.
    pub fn new(
        wards: impl IntoIterator<Item = KnownWard>,
        localities: impl IntoIterator<Item = KnownLocality>,
        heads: impl IntoIterator<Item = KnownHead>,
    ) -> KnownTown {
        let mut town = KnownTown::default();
        for ward in wards {
            for text in [&ward.code, &ward.name.english, &ward.name.hindi].into_iter().chain(&ward.also) {
                let key = fold(text);
                if !key.is_empty() {
                    town.wards.entry(key).or_insert_with(|| ward.code.clone());
                }
            }
            if let Some(owner) = ward.shares_localities_of {
                town.shared.insert(ward.code, owner);
            }
        }
        for locality in localities {
            town.has_localities = true;
            let own = [&locality.code, &locality.name.english, &locality.name.hindi];
            let mut keys: Vec<String> =
                own.into_iter().chain(&locality.also).map(|text| fold(text)).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys.into_iter().filter(|key| !key.is_empty()) {
                town.localities.entry(key).or_default().push(locality.clone());
            }
        }
        for head in heads {
            let usual = usual_names(head.code.as_str()).iter().map(|text| (*text).to_owned());
            let own = [head.code.0.clone(), head.name.english.clone(), head.name.hindi.clone()];
            for text in own.into_iter().chain(head.also).chain(usual) {
                let key = fold(&text);
                if !key.is_empty() {
                    town.heads.entry(key).or_insert_with(|| (head.code.clone(), head.sign));
                }
            }
        }
        town
    }

    pub(crate) fn has_wards(&self) -> bool {
        !self.wards.is_empty()
    }

    pub(crate) fn has_localities(&self) -> bool {
        self.has_localities
    }

    /// The ward's code, by code, name, or either with the word "ward" before it.
    pub(crate) fn ward(&self, text: &str) -> Option<&str> {
        let key = fold(text);
        let bare =
            ["wardno", "ward", "वार्डसंख्या", "वार्डनं", "वार्ड"].iter().find_map(|word| key.strip_prefix(word));
        self.wards.get(&key).or_else(|| self.wards.get(bare?)).map(String::as_str)
    }

    /// Whether the locality may be chosen in the ward.
    pub(crate) fn lies_in(&self, locality: &KnownLocality, ward: &str) -> bool {
        locality.ward == ward || self.shared.get(ward).is_some_and(|owner| *owner == locality.ward)
    }

    /// The locality, by code or name; the ward decides between namesakes.
    pub(crate) fn locality(&self, text: &str, ward: Option<&str>) -> Result<&KnownLocality, LocalityError> {
        let Some(found) = self.localities.get(&fold(text)) else { return Err(LocalityError::Unknown) };
        let inside = |locality: &&KnownLocality| ward.is_none_or(|ward| self.lies_in(locality, ward));
        match (found.as_slice(), found.iter().filter(inside).collect::<Vec<_>>().as_slice()) {
            ([only], _) => Ok(only),
            (_, [only]) => Ok(only),
            (all, _) => {
                Err(LocalityError::Ambiguous(all.iter().map(|locality| locality.code.clone()).collect()))
            }
        }
    }

    pub(crate) fn head(&self, text: &str) -> Option<(&HeadCode, Sign)> {
        self.heads.get(&fold(text)).map(|(code, sign)| (code, *sign))
    }
}

/// What registers call the heads of property tax, beside the masters' own names. Used only for heads the town has.
fn usual_names(code: &str) -> &'static [&'static str] {
    match code {
        "PT_TAX" => {
            &["Property Tax", "House Tax", "General Tax", "सम्पत्ति कर", "भवन कर", "गृह कर", "गृहकर", "सामान्य कर"]
        }
        "SWATCHATHA_TAX" => &[
            "Swachhata Tax",
            "Swachata Tax",
            "Swatchatha Tax",
            "Cleanliness Tax",
            "Sanitation Tax",
            "स्वच्छता कर",
            "सफाई कर",
        ],
        "PT_TIME_INTEREST" => &["Interest", "PT Interest", "ब्याज", "विलम्ब ब्याज"],
        "PT_TIME_PENALTY" => &["Penalty", "शास्ति", "दण्ड", "अर्थदण्ड", "विलम्ब शुल्क"],
        "PT_TIME_REBATE" => &["Rebate", "PT Rebate", "छूट"],
        "PT_PROMOTIONAL_REBATE" => &["Promotional Rebate", "प्रोत्साहन छूट"],
        "ADVANCE" | "PT_ADVANCE_CARRYFORWARD" => &["Advance", "PT Advance", "अग्रिम", "अग्रिम जमा"],
        "PT_FIRE_CESS" => &["Fire Cess", "Fire Tax", "अग्निशमन कर", "अग्नि उपकर"],
        "PT_ROUNDOFF" => &["Round Off", "Rounding", "पूर्णांकन"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn town() -> KnownTown {
        let ward = |code: &str, hindi: &str, english: &str| KnownWard {
            code: code.into(),
            name: Bilingual::new(hindi, english),
            also: Vec::new(),
            shares_localities_of: None,
        };
        let locality = |code: &str, ward: &str, hindi: &str, english: &str| KnownLocality {
            code: code.into(),
            ward: ward.into(),
            name: Bilingual::new(hindi, english),
            also: Vec::new(),
        };
        KnownTown::new(
            [ward("W1", "तल्ली बमौरी", "Talli Bamori"), ward("W2", "गौजाजाली", "Gaujajali")],
            [
                locality("M0001", "W1", "गांधी नगर", "Gandhi Nagar"),
                locality("M0002", "W2", "गांधी नगर", "Gandhi Nagar"),
                locality("M0003", "W2", "भीम नगर", "Bhim Nagar"),
            ],
            [KnownHead {
                code: HeadCode::from("PT_TAX"),
                name: Bilingual::new("सम्पत्ति कर", "Property tax"),
                also: Vec::new(),
                sign: Sign::Due,
            }],
        )
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let town = town();
        for text in
            ["W1", "w1", "Ward W1", "talli-bamori", " TALLI  BAMORI ", "तल्ली बमौरी", "वार्ड तल्ली बमौरी"]
        {
            assert_eq!(town.ward(text), Some("W1"), "{text}");
        }
        assert_eq!(town.ward("Nowhere"), None);
        assert_eq!(town.ward(""), None);
        for text in ["PT_TAX", "pt tax", "property  TAX", "संपत्ति कर", "House-Tax", "गृहकर"]
        {
            assert_eq!(town.head(text).unwrap().0.as_str(), "PT_TAX", "{text}");
        }
        assert!(town.head("Interest").is_none(), "a head the town has not is unknown by any name");
    }

    #[test]
    fn the_ward_decides_between_namesakes() {
        let town = town();
        assert_eq!(town.locality("Bhim nagar", None).unwrap().code, "M0003");
        assert_eq!(town.locality("गाँधी नगर", Some("W2")).unwrap().code, "M0002");
        assert_eq!(
            town.locality("Gandhi Nagar", None),
            Err(LocalityError::Ambiguous(vec!["M0001".into(), "M0002".into()]))
        );
        assert_eq!(town.locality("x", None), Err(LocalityError::Unknown));
        // The only one of the name is found even where the ward disagrees; the caller reports the disagreement.
        assert_eq!(town.locality("M0003", Some("W1")).unwrap().ward, "W2");
    }
}
