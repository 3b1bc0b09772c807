use domain::Bilingual;
use journal::JournalError;

/// What can go wrong with the town's file.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key does not open the file: another town's, or damaged at the front.
    #[error("the key does not open this file")]
    WrongKey,
    /// There is no file to open.
    #[error("no town file")]
    Missing,
    /// There is a file where a new one should be made.
    #[error("a town file is there already")]
    AlreadyThere,
    /// The file belongs to a newer version of Palika.
    #[error("the file was written by a newer version")]
    Newer,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The disk failed to read or write.
    #[error("the disk failed: {0}")]
    Disk(String),
    /// Another program holds the file too long.
    #[error("the file is busy")]
    Busy,
    /// An entry that is not here was named.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// What was to be written breaks a rule of the fold; nothing was written.
    #[error("refused by the fold: {0}")]
    Rule(String),
    /// Others hold entries of this computer's present epoch that were not written to this file: it was put back from a
    /// backup, or a copy of it is at work. Nothing more is written under that epoch.
    #[error("the epoch is over: entries of it came from elsewhere")]
    EpochOver,
    /// Bytes, keys or signatures.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Anything else the database says.
    #[error("database: {0}")]
    Database(String),
    /// The history of the log is still on its way: what hangs on it must wait.
    #[error("the history is still arriving")]
    Arriving,
    /// A file beside the database.
    #[error("file: {0}")]
    File(String),
}

impl StoreError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::WrongKey => "E-STORE-001",
            StoreError::Missing => "E-STORE-002",
            StoreError::AlreadyThere => "E-STORE-003",
            StoreError::Newer => "E-STORE-004",
            StoreError::DiskFull => "E-STORE-005",
            StoreError::Disk(_) => "E-STORE-006",
            StoreError::Busy => "E-STORE-007",
            StoreError::NotFound(_) => "E-STORE-008",
            StoreError::Rule(_) => "E-STORE-009",
            StoreError::Journal(error) => error.code(),
            StoreError::Database(_) => "E-STORE-010",
            StoreError::File(_) => "E-STORE-011",
            StoreError::EpochOver => "E-STORE-012",
            StoreError::Arriving => "E-STORE-013",
        }
    }

    /// What happened, what is safe, what to do.
    pub fn message(&self) -> Bilingual {
        let (hindi, english) = match self {
            StoreError::WrongKey => (
                "यह कुंजी इस नगर की फ़ाइल नहीं खोलती। फ़ाइल में कुछ नहीं बदला गया। सही कूट-वाक्य या नगर की पुनर्प्राप्ति कुंजी दें।",
                "This key does not open the town's file. Nothing in it was changed. Give the right passphrase or the town's recovery key.",
            ),
            StoreError::Missing => (
                "इस कंप्यूटर पर किसी नगर की फ़ाइल नहीं है। नगर से जुड़ें या बैकअप लौटाएँ।",
                "There is no town's file on this computer. Join a town or restore a backup.",
            ),
            StoreError::AlreadyThere => (
                "यहाँ पहले से एक नगर की फ़ाइल है; उसे छुआ नहीं गया। दूसरा फ़ोल्डर चुनें।",
                "A town's file is here already; it was not touched. Choose another folder.",
            ),
            StoreError::Newer => (
                "यह फ़ाइल पालिका के नए संस्करण की है। कुछ नहीं बदला गया। पालिका को अद्यतन करें।",
                "This file was written by a newer Palika. Nothing was changed. Update Palika.",
            ),
            StoreError::DiskFull => (
                "डिस्क भर गई है, इसलिए यह काम दर्ज नहीं हुआ। पहले की सब रसीदें सुरक्षित हैं। जगह खाली करके दोबारा करें।",
                "The disk is full, so this was not recorded. All earlier receipts are safe. Free some space and do it again.",
            ),
            StoreError::Disk(_) => (
                "डिस्क ने लिखने या पढ़ने में त्रुटि दी; यह काम दर्ज नहीं हुआ। पहले की रसीदें सुरक्षित हैं। तकनीशियन को बुलाएँ।",
                "The disk failed; this was not recorded. Earlier receipts are safe. Call the technician.",
            ),
            StoreError::Busy => (
                "फ़ाइल किसी दूसरे काम में व्यस्त है; कुछ दर्ज नहीं हुआ। थोड़ी देर में दोबारा करें।",
                "The file is busy with other work; nothing was recorded. Try again in a moment.",
            ),
            StoreError::NotFound(_) => (
                "जो अभिलेख माँगा गया वह यहाँ नहीं है। कुछ नहीं बदला गया। सूची ताज़ा करके दोबारा चुनें।",
                "The record asked for is not here. Nothing was changed. Refresh the list and choose again.",
            ),
            StoreError::Rule(_) => (
                "नियम के विरुद्ध होने से यह दर्ज नहीं हुआ। कुछ नहीं बदला गया। पर्यवेक्षक से पूछें।",
                "This breaks a rule and was not recorded. Nothing was changed. Ask the supervisor.",
            ),
            StoreError::EpochOver => (
                "यह कंप्यूटर पुरानी स्थिति में लौटाया गया था या इसकी प्रति कहीं चल रही है; बाद के अभिलेख दूसरे कंप्यूटरों के पास हैं। यह काम दर्ज नहीं हुआ। आगे की रसीदें नई श्रृंखला में होंगी: पाली खोलें और दोबारा करें।",
                "This computer was put back to an earlier state, or a copy of it is at work: other computers hold later entries of it. This was not recorded. Receipts go on in a new series: open a shift and do it again.",
            ),
            StoreError::Journal(error) => return error.message(),
            StoreError::Arriving => (
                "नगर के पुराने अभिलेख अभी आ रहे हैं। रसीदें काटी जा सकती हैं; यह काम उनके आ जाने पर हो सकेगा। कुछ नहीं बदला गया।",
                "The town's earlier records are still arriving. Receipts can be taken; this can be done once they are here. Nothing was changed.",
            ),
            StoreError::Database(_) | StoreError::File(_) => (
                "आँकड़ों की फ़ाइल ने त्रुटि दी; यह काम दर्ज नहीं हुआ। पहले की रसीदें सुरक्षित हैं। तकनीशियन को यह कोड दिखाएँ।",
                "The data file reported an error; this was not recorded. Earlier receipts are safe. Show this code to the technician.",
            ),
        };
        Bilingual::new(hindi, english)
    }

    /// True where trying again may help without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, StoreError::Busy)
    }
}

/// SQLite's primary result codes that mean something to a person.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        let sqlx::Error::Database(database) = &error else {
            return match error {
                sqlx::Error::RowNotFound => StoreError::NotFound("row"),
                sqlx::Error::PoolTimedOut => StoreError::Busy,
                other => StoreError::Database(other.to_string()),
            };
        };
        let extended: i32 = database.code().and_then(|code| code.parse().ok()).unwrap_or(0);
        match extended & 0xff {
            5 | 6 => StoreError::Busy,
            10 => StoreError::Disk(database.message().to_owned()),
            13 => StoreError::DiskFull,
            14 => StoreError::File(database.message().to_owned()),
            26 => StoreError::WrongKey,
            _ => StoreError::Database(database.message().to_owned()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> StoreError {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(_)
            | sqlx::migrate::MigrateError::VersionTooNew(..) => StoreError::Newer,
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            other => StoreError::Database(other.to_string()),
        }
    }
}
