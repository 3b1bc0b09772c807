use carrier::wire::Refusal;
use carrier::{CarrierError, HostError};
use domain::Bilingual;
use sync::SyncError;

/// Why this computer does not answer its neighbours, or refuses one.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The address cannot be listened on.
    #[error("cannot listen: {0}")]
    Listen(String),
    /// The key does not serve for TLS.
    #[error(transparent)]
    Tls(#[from] CarrierError),
    /// The local network cannot be asked who is there.
    #[error("local network: {0}")]
    Discovery(String),
    /// A frame that is refused.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The town's file.
    #[error(transparent)]
    Host(#[from] HostError),
    /// More at once than an office computer carries.
    #[error("too busy")]
    Busy,
    /// The body is longer than a frame.
    #[error("request too long")]
    TooLong,
    /// No such path.
    #[error("no such path")]
    NoPath,
}

impl HubError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            HubError::Listen(_) => "E-HUB-001",
            HubError::Discovery(_) => "E-HUB-002",
            HubError::Busy => "E-HUB-003",
            HubError::TooLong => "E-HUB-004",
            HubError::NoPath => "E-HUB-005",
            HubError::Tls(error) => error.code(),
            HubError::Sync(error) => error.code(),
            HubError::Host(HostError::Sync(error)) => error.code(),
            HubError::Host(HostError::Log(error)) => error.code(),
        }
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        match self {
            HubError::Sync(SyncError::Version(_)) => 426,
            HubError::Sync(SyncError::TooLarge(_)) | HubError::TooLong => 413,
            HubError::Sync(
                SyncError::Stranger(_)
                | SyncError::OtherTownKey
                | SyncError::OtherTown
                | SyncError::Signature,
            ) => 403,
            HubError::Sync(_) => 400,
            HubError::NoPath => 404,
            HubError::Busy => 503,
            HubError::Host(HostError::Log(error)) if error.is_passing() => 503,
            _ => 500,
        }
    }

    pub(crate) fn refusal(&self) -> Refusal {
        Refusal { code: self.code().to_owned(), message: self.message() }
    }

    /// What happened, what is safe, what to do.
    pub fn message(&self) -> Bilingual {
        let (hindi, english) = match self {
            HubError::Tls(error) => return error.message(),
            HubError::Sync(error) => return error.message(),
            HubError::Host(HostError::Sync(error)) => return error.message(),
            HubError::Host(HostError::Log(error)) => return error.message(),
            HubError::Listen(_) => (
                "यह कंप्यूटर कार्यालय के दूसरे कंप्यूटरों को उत्तर नहीं दे पा रहा है। काम चलता रहेगा और सब रसीदें सुरक्षित हैं। पालिका बंद करके फिर खोलें; बना रहे तो तकनीशियन को बताएँ।",
                "This computer cannot answer the other computers of the office. Work goes on and every receipt is safe. Close Palika and open it again; if it stays, tell the technician.",
            ),
            HubError::Discovery(_) => (
                "कार्यालय के दूसरे कंप्यूटर अपने-आप नहीं खोजे जा सके। काम चलता रहेगा। दूसरे कंप्यूटर का पता नीचे लिखें।",
                "The other computers of the office could not be looked for. Work goes on. Write the other computer's address below.",
            ),
            HubError::Busy => (
                "वह कंप्यूटर अभी व्यस्त है। अभिलेख सुरक्षित हैं; थोड़ी देर में अपने-आप फिर होगा।",
                "That computer is busy just now. Your records are safe; it is tried again by itself in a moment.",
            ),
            HubError::TooLong | HubError::NoPath => (
                "वह कंप्यूटर यह अनुरोध नहीं समझा। कुछ नहीं बदला। दोनों कंप्यूटरों पर पालिका अद्यतन करें।",
                "That computer did not understand the request. Nothing was changed. Update Palika on both computers.",
            ),
        };
        Bilingual::new(hindi, english)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_own_code_and_speaks_both_languages() {
        let errors = [
            HubError::Listen(String::new()),
            HubError::Discovery(String::new()),
            HubError::Busy,
            HubError::TooLong,
            HubError::NoPath,
        ];
        let mut codes: Vec<&str> = errors.iter().map(HubError::code).collect();
        codes.dedup();
        assert_eq!(codes.len(), errors.len());
        for error in &errors {
            let message = error.message();
            assert!(message.hindi.chars().any(|c| ('\u{900}'..='\u{97f}').contains(&c)), "{error}");
            assert!(message.english.is_ascii() && !message.english.is_empty(), "{error}");
        }
    }

    #[test]
    fn who_is_refused_and_who_shall_come_again_is_told_apart() {
        assert_eq!(HubError::from(SyncError::OtherTown).status(), 403);
        assert_eq!(HubError::Busy.status(), 503);
        assert_eq!(HubError::TooLong.status(), 413);
        assert_eq!(HubError::NoPath.status(), 404);
    }
}
