use domain::Bilingual;

/// What can be wrong with bytes, keys or signatures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The bytes end early, run on, or do not follow the format.
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// A signature does not hold.
    #[error("the signature of the {0} does not hold")]
    Signature(&'static str),
    /// The public key is not the device's.
    #[error("the key is not that device's")]
    NotThatDevice,
    /// The password, passphrase or code does not open the box, or the box was altered.
    #[error("wrong secret")]
    WrongSecret,
    /// A personal field does not open: another key, or altered.
    #[error("the sealed field does not open")]
    NotOpened,
    /// A document's change does not apply.
    #[error("the change does not apply: {0}")]
    Change(String),
    /// A range longer than this version accepts.
    #[error("too large: {0}")]
    TooLarge(&'static str),
}

impl JournalError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            JournalError::Malformed(_) => "E-JOURNAL-001",
            JournalError::Signature(_) => "E-JOURNAL-002",
            JournalError::NotThatDevice => "E-JOURNAL-003",
            JournalError::WrongSecret => "E-JOURNAL-004",
            JournalError::NotOpened => "E-JOURNAL-005",
            JournalError::Change(_) => "E-JOURNAL-006",
            JournalError::TooLarge(_) => "E-JOURNAL-007",
        }
    }

    /// What happened, what is safe, what to do.
    pub fn message(&self) -> Bilingual {
        match self {
            JournalError::WrongSecret => Bilingual::new(
                "पासवर्ड या कोड सही नहीं है। कुछ नहीं बदला गया है। दोबारा ध्यान से लिखें।",
                "The password or code is not right. Nothing was changed. Type it again with care.",
            ),
            JournalError::NotOpened => Bilingual::new(
                "यह निजी जानकारी इस कंप्यूटर पर नहीं खुल सकती (कुंजी नहीं है या मिटा दी गई है)। बाकी अभिलेख सुरक्षित है।",
                "This personal detail cannot be opened here (its key is missing or erased). The rest of the record is safe.",
            ),
            _ => Bilingual::new(
                "प्राप्त अभिलेख की जाँच में त्रुटि मिली। उसे नहीं जोड़ा गया; आपके अपने अभिलेख सुरक्षित हैं। पर्यवेक्षक को दिखाएँ।",
                "A received record failed its check. It was not taken in; your own records are safe. Show this to the supervisor.",
            ),
        }
    }
}
