//! Reasons people choose from the lists of the forms, and the words they are printed with.

use crate::{Office, OfficeError};
use contract::{MastersView, Reply};
use domain::Bilingual;
use domain::limits::TEXT_CHARACTERS_MAX;

impl Office {
    fn lists(&self) -> Result<MastersView, OfficeError> {
        match self.masters()? {
            Reply::Masters(lists) => Ok(*lists),
            _ => Err(OfficeError::Missing("reason")),
        }
    }

    /// The words of a reprint's reason; one that is not in the list is no reason.
    pub(crate) fn reprint_reason(&self, code: &str) -> Result<Bilingual, OfficeError> {
        let reasons = self.lists()?.reprint_reasons;
        let known = reasons.into_iter().find(|reason| reason.code == code);
        known.map(|reason| reason.name).ok_or(OfficeError::Missing("reason"))
    }

    /// A cash difference's reason as printed. Forms give a code of the list; a technician's words are printed as they
    /// are.
    pub(crate) fn difference_words(&self, reason: &str) -> Result<String, OfficeError> {
        let reasons = self.lists()?.difference_reasons;
        let known = reasons.into_iter().find(|known| known.code == reason).map(|known| known.name);
        Ok(known.map_or_else(|| reason.to_owned(), |name| format!("{} / {}", name.hindi, name.english)))
    }
}

/// A text as it may be recorded: cleaned, and not longer than its field takes.
pub(crate) fn text(field: &'static str, typed: &str) -> Result<String, OfficeError> {
    let cleaned = crate::counter::clean(typed);
    if cleaned.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(OfficeError::TooLong { field, characters_max: TEXT_CHARACTERS_MAX });
    }
    Ok(cleaned)
}

/// A name as it may be recorded: like a text, shorter, and not empty.
pub(crate) fn name(field: &'static str, typed: &str) -> Result<String, OfficeError> {
    use domain::limits::NAME_CHARACTERS_MAX;
    let cleaned = crate::counter::clean(typed);
    if cleaned.is_empty() {
        return Err(OfficeError::Missing(field));
    }
    if cleaned.chars().count() > NAME_CHARACTERS_MAX {
        return Err(OfficeError::TooLong { field, characters_max: NAME_CHARACTERS_MAX });
    }
    Ok(cleaned)
}
