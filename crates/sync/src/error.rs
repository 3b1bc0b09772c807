use domain::Bilingual;
use journal::JournalError;

/// Why a message is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// Not a message of this protocol, cut short, or run on.
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// A later version's message.
    #[error("protocol version {0} is not known here")]
    Version(u8),
    /// Beyond a bound of [`crate::limits`].
    #[error("too large: {0}")]
    TooLarge(&'static str),
    /// The certificates do not lead from the state root to this device.
    #[error("the certificates do not lead to the state root: {0}")]
    Stranger(JournalError),
    /// The town is not the one addressed.
    #[error("the message is another town's")]
    OtherTown,
    /// The town is known here under another key.
    #[error("the town is enrolled under another key")]
    OtherTownKey,
    /// The message's signature does not hold.
    #[error("the message's signature does not hold")]
    Signature,
    /// The answer belongs to another question.
    #[error("the answer belongs to another message")]
    OtherAnswer,
}

impl SyncError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            SyncError::Malformed(_) => "E-SYNC-001",
            SyncError::Version(_) => "E-SYNC-002",
            SyncError::TooLarge(_) => "E-SYNC-003",
            SyncError::Stranger(_) => "E-SYNC-004",
            SyncError::OtherTown => "E-SYNC-005",
            SyncError::OtherTownKey => "E-SYNC-006",
            SyncError::Signature => "E-SYNC-007",
            SyncError::OtherAnswer => "E-SYNC-008",
        }
    }

    /// What happened, what is safe, what to do.
    pub fn message(&self) -> Bilingual {
        let (hindi, english) = match self {
            SyncError::Malformed(_) | SyncError::TooLarge(_) | SyncError::OtherAnswer => (
                "सर्वर से मिला उत्तर समझ में नहीं आया, इसलिए उसे छोड़ दिया गया। आपका कोई अभिलेख नहीं बदला; भेजना अपने आप दोबारा होगा। बार-बार दिखे तो तकनीशियन को बताएँ।",
                "A message that came over the network made no sense and was dropped. None of your records changed; sending is tried again by itself. If this keeps showing, tell the technician.",
            ),
            SyncError::Version(_) => (
                "दूसरी ओर पालिका का नया संस्करण है। आपके अभिलेख सुरक्षित हैं और यहीं रखे हैं। भेजने के लिए इस कंप्यूटर की पालिका अद्यतन करें।",
                "The other side runs a newer Palika. Your records are safe and kept here. Update Palika on this computer to send them.",
            ),
            SyncError::Stranger(_) => (
                "इस कंप्यूटर का प्रमाणपत्र राज्य की मूल कुंजी से नहीं जुड़ता, इसलिए विनिमय नहीं हुआ। आपके अभिलेख सुरक्षित हैं। पर्यवेक्षक से कंप्यूटर का नामांकन जाँचने को कहें।",
                "This computer's certificate does not lead to the state's root key, so nothing was exchanged. Your records are safe. Ask the supervisor to check the computer's enrolment.",
            ),
            SyncError::OtherTown => (
                "यह संदेश दूसरे नगर का है, इसलिए नहीं लिया गया। कुछ नहीं बदला। सर्वर का पता जाँचें।",
                "This message is another town's and was not taken. Nothing changed. Check the server's address.",
            ),
            SyncError::OtherTownKey => (
                "सर्वर इस नगर को दूसरी कुंजी से जानता है, इसलिए विनिमय नहीं हुआ। आपके अभिलेख सुरक्षित हैं। राज्य निदेशालय से संपर्क करें।",
                "The server knows this town under another key, so nothing was exchanged. Your records are safe. Contact the state directorate.",
            ),
            SyncError::Signature => (
                "संदेश का हस्ताक्षर सही नहीं है, इसलिए वह नहीं लिया गया। कुछ नहीं बदला। बार-बार दिखे तो पर्यवेक्षक को बताएँ।",
                "The message's signature does not hold, so it was not taken. Nothing changed. If this keeps showing, tell the supervisor.",
            ),
        };
        Bilingual::new(hindi, english)
    }
}
