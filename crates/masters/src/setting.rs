//! What a clerk may choose when taking money. Settings limit the screen; they never limit what a merge accepts, since
//! money that was taken was taken.

use crate::error::{Cure, MastersError};
use crate::table::Table;
use domain::demand::{HeadCode, ServiceCode};

const AN_ASKING: Cure = Cure {
    hindi: "\"no\", \"optional\" या \"required\"",
    english: "\"no\", \"optional\" or \"required\"",
};

/// Whether the payer's mobile number is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MobileAsked {
    /// Not at all.
    No,
    /// May be left empty.
    Optional,
    /// Must be given.
    Required,
}

/// The choices for one service or head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectionSetting {
    /// Less than the due may be taken.
    pub part_payment_allowed: bool,
    /// More than the due may be taken; the rest is advance.
    pub advance_allowed: bool,
    /// Whether the payer's mobile number is asked for.
    pub mobile: MobileAsked,
}

impl CollectionSetting {
    /// Where no table says anything: exactly the due.
    pub const STRICT: CollectionSetting = CollectionSetting {
        part_payment_allowed: false,
        advance_allowed: false,
        mobile: MobileAsked::Optional,
    };
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    service: Option<ServiceCode>,
    head: Option<HeadCode>,
    setting: CollectionSetting,
}

/// A table of settings, possibly laid over another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CollectionSettings(Vec<Line>);

impl CollectionSettings {
    /// Reads a table `<folder>/settings`.
    pub fn parse(bytes: &[u8]) -> Result<CollectionSettings, MastersError> {
        let table = Table::new("settings", bytes, &["service", "head", "part", "advance", "mobile"])?;
        let asked = [
            ("no", MobileAsked::No),
            ("optional", MobileAsked::Optional),
            ("required", MobileAsked::Required),
        ];
        let read = table.rows(|row| {
            Ok(Line {
                service: Some(row.text("service")?).filter(|code| *code != "*").map(ServiceCode::from),
                head: Some(row.text("head")?).filter(|code| *code != "*").map(HeadCode::from),
                setting: CollectionSetting {
                    part_payment_allowed: row.yes("part")?,
                    advance_allowed: row.yes("advance")?,
                    mobile: row.choice("mobile", &asked, AN_ASKING)?,
                },
            })
        });
        read.map(CollectionSettings)
    }

    /// A town's lines laid over the state's: a line of the town wins over an equally particular one of the state.
    #[must_use]
    pub fn over(&self, base: &CollectionSettings) -> CollectionSettings {
        CollectionSettings(base.0.iter().chain(&self.0).cloned().collect())
    }

    /// The most particular line that fits: service and head, then service, then all. Of equals the last.
    pub fn get(&self, service: &ServiceCode, head: &HeadCode) -> CollectionSetting {
        self.find(service, Some(head))
    }

    /// For the service as a whole.
    pub fn of_service(&self, service: &ServiceCode) -> CollectionSetting {
        self.find(service, None)
    }

    fn find(&self, service: &ServiceCode, head: Option<&HeadCode>) -> CollectionSetting {
        let fits = |line: &&Line| {
            line.service.as_ref().is_none_or(|code| code == service)
                && line.head.as_ref().is_none_or(|code| Some(code) == head)
        };
        let particular = |line: &&Line| (line.head.is_some(), line.service.is_some());
        let best = self.0.iter().filter(fits).max_by_key(particular);
        best.map_or(CollectionSetting::STRICT, |line| line.setting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lines: &str) -> CollectionSettings {
        let text = format!("service\thead\tpart\tadvance\tmobile\n{lines}");
        CollectionSettings::parse(text.as_bytes()).expect("a table")
    }

    #[test]
    fn the_most_particular_line_wins_and_the_town_over_the_state() {
        let state = table("PT\tPT_TAX\tyes\tno\toptional\nPT\t*\tno\tyes\toptional\n*\t*\tno\tno\tno\n");
        let get = |settings: &CollectionSettings, service: &str, head: &str| {
            let found = settings.get(&service.into(), &head.into());
            (found.part_payment_allowed, found.advance_allowed, found.mobile)
        };
        assert_eq!(get(&state, "PT", "PT_TAX"), (true, false, MobileAsked::Optional));
        assert_eq!(get(&state, "PT", "PT_FIRE_CESS"), (false, true, MobileAsked::Optional));
        assert_eq!(get(&state, "TB", "X"), (false, false, MobileAsked::No));

        let town = table("PT\t*\tyes\tyes\trequired\n").over(&state);
        assert_eq!(get(&town, "PT", "PT_FIRE_CESS"), (true, true, MobileAsked::Required));
        assert_eq!(get(&town, "PT", "PT_TAX"), (true, false, MobileAsked::Optional), "still more particular");
        assert_eq!(town.of_service(&"PT".into()).mobile, MobileAsked::Required);
        assert_eq!(table("").get(&"PT".into(), &"PT_TAX".into()), CollectionSetting::STRICT);
    }
}
