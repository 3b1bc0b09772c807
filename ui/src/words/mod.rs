//! Every word of the screens, Hindi first. A [`Word`] cannot be made without both languages, so a missing one does not
//! compile. One file a part of the office; sentences with values in them are functions that match on the language.

pub mod common;
pub mod counter;
pub mod devices;
pub mod drawer;
pub mod people;
pub mod receipts;
pub mod register;
pub mod settings;
pub mod start;

use domain::payment::PaymentMode;
use domain::people::Role;
use domain::{Bilingual, Language};

/// One word or sentence in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// In Devanagari.
    pub hindi: &'static str,
    /// In Latin script.
    pub english: &'static str,
}

impl Word {
    /// The word in one language.
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::Hindi => self.hindi,
            Language::English => self.english,
        }
    }

    /// As the office's own type, where a reply's word and a screen's may stand at the same place.
    pub fn both(self) -> Bilingual {
        Bilingual::new(self.hindi, self.english)
    }
}

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident = $hindi:literal, $english:literal;)*) => {
        $($(#[$meta])* pub const $name: $crate::words::Word =
            $crate::words::Word { hindi: $hindi, english: $english };)*
    };
}
pub(crate) use words;

/// The tag of a language for `lang` attributes.
pub const fn tag(language: Language) -> &'static str {
    match language {
        Language::Hindi => "hi",
        Language::English => "en",
    }
}

/// How a mode of payment is called.
pub const fn mode(mode: PaymentMode) -> Word {
    match mode {
        PaymentMode::Cash => Word { hindi: "नकद", english: "Cash" },
        PaymentMode::Upi => Word { hindi: "यूपीआई", english: "UPI" },
        PaymentMode::Cheque => Word { hindi: "चेक", english: "Cheque" },
        PaymentMode::DemandDraft => {
            Word { hindi: "डिमांड ड्राफ़्ट", english: "Demand draft" }
        }
        PaymentMode::Card => Word { hindi: "कार्ड", english: "Card" },
        PaymentMode::Neft => Word { hindi: "एनईएफ़टी", english: "NEFT" },
        PaymentMode::Rtgs => Word { hindi: "आरटीजीएस", english: "RTGS" },
    }
}

/// How a role is called.
pub const fn role(role: Role) -> Word {
    match role {
        Role::Clerk => Word { hindi: "लिपिक", english: "Clerk" },
        Role::Accountant => Word { hindi: "लेखाकार", english: "Accountant" },
        Role::Supervisor => Word { hindi: "पर्यवेक्षक", english: "Supervisor" },
        Role::Administrator => Word { hindi: "प्रशासक", english: "Administrator" },
    }
}
