use carrier::HostError;
use carrier::wire::Refusal;
use domain::Bilingual;
use journal::JournalError;
use sqlx::postgres::PgDatabaseError;
use std::net::SocketAddr;
use store::StoreError;
use sync::SyncError;

/// Why the server does not start, or refuses a request.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Plain HTTP towards other computers.
    #[error("plain http on {0}: give a certificate and key, or listen on 127.0.0.1")]
    Plain(SocketAddr),
    /// No keys in the data folder.
    #[error("no keys in the data folder: run `palika-sync-server init` first")]
    NoKeys,
    /// Keys are there already.
    #[error("keys are there already; they were not touched")]
    KeysThere,
    /// The passphrase does not open the keys.
    #[error("the keys do not open: {0}")]
    Keys(JournalError),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, String),
    /// Certificate or key cannot be read.
    #[error("certificate or key: {0}")]
    Tls(String),
    /// A file of the server.
    #[error("file: {0}")]
    File(String),
    /// The register of enrolments.
    #[error("register: {0}")]
    Register(String),
    /// No town has this number.
    #[error("no town has this number")]
    NoSuchTown,
    /// The code is not one of ours, or it is too late for it.
    #[error("the code is unknown or expired")]
    Code,
    /// The code was used by another key.
    #[error("the code was used already")]
    CodeUsed,
    /// The town is enrolled.
    #[error("the town is enrolled already")]
    TownEnrolled,
    /// Nothing under that invitation.
    #[error("no such invitation")]
    Invitation,
    /// Somebody took it.
    #[error("the invitation was taken already")]
    InvitationTaken,
    /// Another package lies under that name.
    #[error("another invitation has that name")]
    InvitationThere,
    /// The body is not what the path takes.
    #[error("malformed request")]
    Request,
    /// More at once than this machine carries.
    #[error("too busy")]
    Busy,
    /// The body is longer than the path takes.
    #[error("request too long")]
    TooLong,
    /// No such path.
    #[error("no such path")]
    NoPath,
    /// Not the address of a database.
    #[error("not the address of a database: postgres://USER@HOST/NAME")]
    DatabaseAddress,
    /// The database lacks the tables of this version.
    #[error(
        "the database is not prepared for this version: run `palika-sync-server prepare-database` as its owner"
    )]
    NotPrepared,
    /// The state's database.
    #[error("database: {0}")]
    Database(String),
    /// Not a place for segments.
    #[error("segments: {0}")]
    Segments(String),
    /// A frame that is refused.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// A town's file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<HostError> for ServerError {
    fn from(error: HostError) -> ServerError {
        match error {
            HostError::Log(error) => error.into(),
            HostError::Sync(error) => error.into(),
        }
    }
}

impl From<HostError<ServerError>> for ServerError {
    fn from(error: HostError<ServerError>) -> ServerError {
        match error {
            HostError::Log(error) => error,
            HostError::Sync(error) => error.into(),
        }
    }
}

/// Of the register's file or of the state's database. What passes by itself is told apart: a device then comes again.
impl From<sqlx::Error> for ServerError {
    fn from(error: sqlx::Error) -> ServerError {
        let postgres =
            error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
        match (&error, postgres.map(PgDatabaseError::code)) {
            (sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_), _) => {
                ServerError::Busy
            }
            (_, Some(code)) if PASSING.iter().any(|class| code.starts_with(class)) => {
                tracing::warn!(code, "the database asks for patience");
                ServerError::Busy
            }
            (_, Some(code)) => ServerError::Database(format!("{code}: {error}")),
            (_, None) => ServerError::Register(error.to_string()),
        }
    }
}

/// PostgreSQL's codes of what passes: connection lost, serialization and deadlock, lock not got in time, too many
/// connections, shutting down or starting, statement out of time.
const PASSING: [&str; 6] = ["08", "40", "55P03", "53300", "57P", "57014"];

impl ServerError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ServerError::Plain(_) => "E-SERVER-001",
            ServerError::NoKeys => "E-SERVER-002",
            ServerError::KeysThere => "E-SERVER-003",
            ServerError::Keys(_) => "E-SERVER-004",
            ServerError::Listen(..) => "E-SERVER-005",
            ServerError::Tls(_) => "E-SERVER-006",
            ServerError::File(_) => "E-SERVER-007",
            ServerError::Register(_) => "E-SERVER-008",
            ServerError::NoSuchTown => "E-SERVER-009",
            ServerError::Code => "E-SERVER-010",
            ServerError::CodeUsed => "E-SERVER-011",
            ServerError::TownEnrolled => "E-SERVER-012",
            ServerError::Invitation => "E-SERVER-013",
            ServerError::InvitationTaken => "E-SERVER-014",
            ServerError::InvitationThere => "E-SERVER-015",
            ServerError::Request => "E-SERVER-016",
            ServerError::Busy => "E-SERVER-017",
            ServerError::TooLong => "E-SERVER-018",
            ServerError::NoPath => "E-SERVER-019",
            ServerError::DatabaseAddress => "E-SERVER-020",
            ServerError::NotPrepared => "E-SERVER-021",
            ServerError::Database(_) => "E-SERVER-022",
            ServerError::Segments(_) => "E-SERVER-023",
            ServerError::Sync(error) => error.code(),
            ServerError::Store(error) => error.code(),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            ServerError::Request => 400,
            ServerError::Sync(error) => match error {
                SyncError::Version(_) => 426,
                SyncError::TooLarge(_) => 413,
                SyncError::Malformed(_) | SyncError::OtherTown | SyncError::OtherAnswer => 400,
                SyncError::Stranger(_) | SyncError::OtherTownKey | SyncError::Signature => 403,
            },
            ServerError::Code | ServerError::CodeUsed | ServerError::TownEnrolled => 403,
            ServerError::NoSuchTown | ServerError::Invitation | ServerError::NoPath => 404,
            ServerError::InvitationTaken => 410,
            ServerError::InvitationThere => 409,
            ServerError::TooLong => 413,
            ServerError::Busy => 503,
            ServerError::Store(error) if error.is_passing() => 503,
            _ => 500,
        }
    }

    /// What the device is told. What only concerns the server's operator is not.
    pub fn refusal(&self) -> Refusal {
        Refusal { code: self.code().to_owned(), message: self.message() }
    }

    fn message(&self) -> Bilingual {
        let (hindi, english) = match self {
            ServerError::Sync(error) => return error.message(),
            ServerError::NoSuchTown => (
                "इस संख्या का कोई नगर नहीं है। नगर की एलजीडी संख्या जाँचें। कुछ नहीं बदला।",
                "No town has this number. Check the town's LGD number. Nothing was changed.",
            ),
            ServerError::Code => (
                "यह नामांकन कोड मान्य नहीं है या उसकी अवधि बीत गई है। कुछ नहीं बदला। कोड ध्यान से दोबारा लिखें या निदेशालय से नया कोड लें।",
                "This enrolment code is not valid or has expired. Nothing was changed. Type it again with care, or ask the directorate for a new one.",
            ),
            ServerError::CodeUsed => (
                "यह नामांकन कोड पहले ही किसी दूसरे कंप्यूटर पर काम आ चुका है। कुछ नहीं बदला। यदि वह आपका कार्यालय नहीं था तो निदेशालय को तुरंत बताएँ।",
                "This enrolment code was already used on another computer. Nothing was changed. If that was not your office, tell the directorate at once.",
            ),
            ServerError::TownEnrolled => (
                "यह नगर पहले से नामांकित है। नया कंप्यूटर जोड़ने के लिए नगर के किसी कंप्यूटर से आमंत्रण कोड बनाएँ।",
                "This town is enrolled already. To add a computer, make an invitation on one of the town's computers.",
            ),
            ServerError::Invitation => (
                "इस कोड का आमंत्रण नहीं मिला या उसकी अवधि बीत गई है। कुछ नहीं बदला। कोड दोबारा लिखें या नया आमंत्रण बनवाएँ।",
                "There is no invitation under this code, or it has expired. Nothing was changed. Type the code again or have a new invitation made.",
            ),
            ServerError::InvitationTaken => (
                "यह आमंत्रण पहले ही काम आ चुका है। यदि वह कंप्यूटर आपका नहीं है तो प्रशासक को बताएँ कि उस कंप्यूटर को हटाए। नया आमंत्रण बनवाएँ।",
                "This invitation was used already. If that computer is not yours, tell the administrator to end its trust. Have a new invitation made.",
            ),
            ServerError::InvitationThere => (
                "इस नाम का आमंत्रण पहले से है। नया आमंत्रण बनाएँ।",
                "An invitation of that name is there already. Make a new one.",
            ),
            ServerError::Request | ServerError::TooLong | ServerError::NoPath => (
                "सर्वर यह अनुरोध नहीं समझा। कुछ नहीं बदला; आपके अभिलेख सुरक्षित हैं। सर्वर का पता जाँचें और पालिका अद्यतन करें।",
                "The server did not understand the request. Nothing was changed; your records are safe. Check the server's address and update Palika.",
            ),
            ServerError::Busy => (
                "सर्वर अभी व्यस्त है। आपके अभिलेख सुरक्षित हैं; भेजना थोड़ी देर में अपने आप होगा।",
                "The server is busy just now. Your records are safe; sending is tried again by itself in a moment.",
            ),
            ServerError::Store(error) if error.is_passing() => return ServerError::Busy.message(),
            _ => (
                "सर्वर में त्रुटि है। आपके अभिलेख इस कंप्यूटर पर सुरक्षित हैं; भेजना अपने आप दोबारा होगा। बना रहे तो निदेशालय को बताएँ।",
                "The server has a fault. Your records are safe on this computer; sending is tried again by itself. If it stays, tell the directorate.",
            ),
        };
        Bilingual::new(hindi, english)
    }
}
