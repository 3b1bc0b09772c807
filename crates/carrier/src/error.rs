use crate::wire::Refusal;
use domain::Bilingual;
use store::StoreError;
use sync::SyncError;
use sync::client::Trouble;

/// Why an admitted offer could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum HostError<E: std::error::Error + 'static = StoreError> {
    /// The place where the town's log is held.
    #[error(transparent)]
    Log(E),
    /// The answer could not be put together.
    #[error(transparent)]
    Sync(SyncError),
}

/// What can go wrong between this computer and a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// Not the address of a server.
    #[error("not a server's address")]
    Address,
    /// Plain `http://` to another computer.
    #[error("plain http to another computer")]
    Plain,
    /// No line, no such name, nobody answers there.
    #[error("no line to the server: {0}")]
    NoLine(String),
    /// The answer did not come in time.
    #[error("the server did not answer in time")]
    Slow,
    /// The other side cannot prove that it is that server.
    #[error("the server's certificate is not trusted: {0}")]
    Untrusted(String),
    /// The answer makes no sense.
    #[error("the server's answer makes no sense: {0}")]
    Garbage(&'static str),
    /// The server refused, in its own words.
    #[error("refused: {}", .refusal.code)]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its words.
        refusal: Refusal,
        /// It asked for this much patience.
        retry_after_ms: Option<i64>,
    },
}

impl CarrierError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            CarrierError::Address => "E-CARRIER-001",
            CarrierError::Plain => "E-CARRIER-002",
            CarrierError::NoLine(_) => "E-CARRIER-003",
            CarrierError::Slow => "E-CARRIER-004",
            CarrierError::Untrusted(_) => "E-CARRIER-005",
            CarrierError::Garbage(_) => "E-CARRIER-006",
            CarrierError::Refused { refusal, .. } => &refusal.code,
        }
    }

    /// What happened, what is safe, what to do.
    pub fn message(&self) -> Bilingual {
        let (hindi, english) = match self {
            CarrierError::Address => (
                "यह सर्वर का पता नहीं है। पता https:// से शुरू करके दोबारा लिखें। कुछ नहीं बदला।",
                "This is not a server's address. Write it again beginning with https://. Nothing was changed.",
            ),
            CarrierError::Plain => (
                "बिना सुरक्षा (http://) केवल इसी कंप्यूटर के सर्वर से जुड़ा जा सकता है। दूसरे कंप्यूटर के लिए https:// का पता लिखें। कुछ नहीं भेजा गया।",
                "Without encryption (http://) only a server on this same computer can be used. For another computer write an https:// address. Nothing was sent.",
            ),
            CarrierError::NoLine(_) => (
                "सर्वर तक लाइन नहीं है। काम चलता रहेगा: रसीदें इस कंप्यूटर पर सुरक्षित हैं और लाइन आते ही अपने आप भेजी जाएँगी।",
                "There is no line to the server. Work goes on: receipts are safe on this computer and are sent by themselves when the line is back.",
            ),
            CarrierError::Slow => (
                "सर्वर ने समय पर उत्तर नहीं दिया। रसीदें इस कंप्यूटर पर सुरक्षित हैं; भेजना अपने आप दोबारा होगा।",
                "The server did not answer in time. Receipts are safe on this computer; sending is tried again by itself.",
            ),
            CarrierError::Untrusted(_) => (
                "दूसरी ओर का सर्वर अपनी पहचान सिद्ध नहीं कर सका, इसलिए कुछ नहीं भेजा गया। रसीदें सुरक्षित हैं। इस कंप्यूटर की तारीख और सर्वर का पता जाँचें; फिर भी दिखे तो तकनीशियन को बताएँ।",
                "The other side could not prove that it is the server, so nothing was sent. Receipts are safe. Check this computer's date and the server's address; if it stays, tell the technician.",
            ),
            CarrierError::Garbage(_) => (
                "सर्वर की जगह किसी और ने उत्तर दिया, या उत्तर समझ में नहीं आया। कुछ नहीं बदला; रसीदें सुरक्षित हैं और भेजना दोबारा होगा। पता और इंटरनेट जाँचें।",
                "Something other than the server answered, or its answer made no sense. Nothing was changed; receipts are safe and sending is tried again. Check the address and the internet.",
            ),
            CarrierError::Refused { refusal, .. } => return refusal.message.clone(),
        };
        Bilingual::new(hindi, english)
    }

    /// For the supervisor's page.
    pub fn trouble(&self) -> Trouble {
        Trouble { code: self.code().to_owned(), message: self.message() }
    }

    /// How much patience the server asked for.
    pub fn retry_after_ms(&self) -> Option<i64> {
        match self {
            CarrierError::Refused { retry_after_ms, .. } => *retry_after_ms,
            _ => None,
        }
    }
}
