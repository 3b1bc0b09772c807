//! The two languages of the office. Hindi is the first, not a translation.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A language of the screen and of papers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// हिन्दी
    #[default]
    Hindi,
    /// English
    English,
}

/// A name or word in both languages; neither may be missing.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
pub struct Bilingual {
    /// In Devanagari.
    #[n(0)]
    pub hindi: String,
    /// In Latin script.
    #[n(1)]
    pub english: String,
}

impl Bilingual {
    /// Both words.
    pub fn new(hindi: impl Into<String>, english: impl Into<String>) -> Bilingual {
        Bilingual { hindi: hindi.into(), english: english.into() }
    }

    /// The word in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Hindi => &self.hindi,
            Language::English => &self.english,
        }
    }
}
