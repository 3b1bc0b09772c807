//! Everything that can be wrong with a file, each with a stable code. The words are in [`crate::words`].

use domain::{Language, Paise};

/// What is wrong with a row, a column or the whole file. Codes are stable: the manual lists them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", self.code(), self.message(Language::English))]
pub enum ImportError {
    /// The row names no property.
    MissingPropertyId,
    /// Two rows of one property say different things.
    ConflictingRows {
        /// The row that was read first.
        first_row: u64,
    },
    /// Not an amount.
    BadAmount,
    /// More than one demand line may hold.
    AmountTooLarge {
        /// The bound.
        limit_paise: Paise,
    },
    /// Below zero under a head that is owed.
    NegativeAmount,
    /// Above zero under a head that is given.
    PositiveCredit,
    /// More than two decimals.
    BelowPaisa,
    /// No head of the town has this code or name.
    UnknownHead,
    /// No ward of the town has this code or name.
    UnknownWard,
    /// No locality of the town has this code or name.
    UnknownLocality,
    /// Several localities have this name.
    AmbiguousLocality {
        /// Their codes.
        codes: Vec<String>,
    },
    /// The locality lies in another ward than the row says.
    WardDisagrees {
        /// The ward of the masters.
        ward: String,
    },
    /// Not ten digits beginning with 6 to 9.
    BadMobile,
    /// More characters than the field holds.
    TooLong {
        /// The bound.
        characters_max: usize,
    },
    /// Emoji, or letters of a script the field is not written in.
    StrangeCharacters,
    /// Question marks, boxes or mangled letters where Hindi was.
    LettersLost,
    /// Hindi typed in a legacy font: Latin letters that only look like Hindi.
    LegacyFont,
    /// A Latin name in the Hindi column and another in the English one, or the reverse.
    WrongScript,
    /// Not a financial year.
    BadYear,
    /// A spreadsheet made a date of what was typed.
    DateInstead,
    /// A spreadsheet shortened a long number.
    DigitsLost,
    /// The same year and head twice for one property.
    RepeatedDue {
        /// The row that was read first.
        first_row: u64,
    },
    /// Year, head and amount are not all there.
    IncompleteDue,
    /// The formula in the cell failed.
    FailedFormula,
    /// More or fewer values than columns.
    ColumnCount {
        /// Columns of the file.
        expected: usize,
        /// Values in the row.
        found: usize,
    },
    /// More dues than a property can have.
    TooManyDues,

    /// Marks that nobody sees, or an emoji in an address, were taken out.
    InvisibleRemoved,
    /// A name was put in the field of its script.
    NameMoved,
    /// The row repeats another, letter for letter.
    IdenticalRow {
        /// The row that was read first.
        first_row: u64,
    },
    /// No field is read from this column.
    ColumnIgnored,
    /// A row of totals.
    TotalRowSkipped,
    /// Nobody is named as the owner.
    OwnerMissing,
    /// The file was not Unicode and was read as Western European text.
    ReadAsWestern,
    /// The file has no dues at all.
    NoDueColumns,

    /// Nothing in the file.
    EmptyFile,
    /// Not a CSV file and not an XLSX workbook.
    NotATable {
        /// What it seems to be.
        kind: FileKind,
    },
    /// More bytes than are read.
    FileTooLarge {
        /// The bound.
        megabytes_max: u64,
    },
    /// More rows than are read.
    TooManyRows,
    /// More columns than are read.
    TooManyColumns,
    /// No row has the column names.
    NoHeader,
    /// Two columns give the same field.
    ColumnTwice,
    /// Dues in columns of their own and in year, head and amount.
    MixedForms,
    /// Of year, head and amount some are missing.
    IncompleteLongForm {
        /// The missing column.
        missing: &'static str,
    },
    /// A quotation mark that is never closed.
    OpenQuote,
    /// One cell holds more than any value can.
    CellTooLong,
    /// Meant to be UTF-8, but damaged.
    DamagedText,
    /// The workbook cannot be read.
    DamagedWorkbook,
    /// The workbook unpacks to more than is read.
    UnpacksTooLarge,
    /// The workbook needs a password.
    Protected,
    /// No sheet of this name.
    NoSuchSheet {
        /// The names there are.
        sheets: Vec<String>,
    },
    /// A whole column of names in a legacy font.
    LegacyFontThroughout,
    /// The person asked for the whole file, and it has problems.
    NotWhole {
        /// How many problems keep rows out.
        errors: u64,
    },
}

/// What a file that is no table seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A workbook of Excel 2003 or earlier (or any other file of that container).
    OldExcel,
    /// An OpenDocument spreadsheet.
    OpenDocument,
    /// A web page saved with a spreadsheet's name, as portals send them.
    WebPage,
    /// A PDF.
    Pdf,
    /// A picture.
    Picture,
    /// A ZIP archive that holds no workbook.
    Archive,
    /// Bytes that are no text.
    Unknown,
}

impl ImportError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        use ImportError as E;
        match self {
            E::MissingPropertyId => "E-IMPORT-001",
            E::ConflictingRows { .. } => "E-IMPORT-002",
            E::BadAmount => "E-IMPORT-003",
            E::AmountTooLarge { .. } => "E-IMPORT-004",
            E::NegativeAmount => "E-IMPORT-005",
            E::PositiveCredit => "E-IMPORT-006",
            E::BelowPaisa => "E-IMPORT-007",
            E::UnknownHead => "E-IMPORT-008",
            E::UnknownWard => "E-IMPORT-009",
            E::UnknownLocality => "E-IMPORT-010",
            E::AmbiguousLocality { .. } => "E-IMPORT-011",
            E::WardDisagrees { .. } => "E-IMPORT-012",
            E::BadMobile => "E-IMPORT-013",
            E::TooLong { .. } => "E-IMPORT-014",
            E::StrangeCharacters => "E-IMPORT-015",
            E::LettersLost => "E-IMPORT-016",
            E::LegacyFont => "E-IMPORT-017",
            E::WrongScript => "E-IMPORT-018",
            E::BadYear => "E-IMPORT-019",
            E::DateInstead => "E-IMPORT-020",
            E::DigitsLost => "E-IMPORT-021",
            E::RepeatedDue { .. } => "E-IMPORT-022",
            E::IncompleteDue => "E-IMPORT-023",
            E::FailedFormula => "E-IMPORT-024",
            E::ColumnCount { .. } => "E-IMPORT-025",
            E::TooManyDues => "E-IMPORT-026",
            E::InvisibleRemoved => "E-IMPORT-040",
            E::NameMoved => "E-IMPORT-041",
            E::IdenticalRow { .. } => "E-IMPORT-042",
            E::ColumnIgnored => "E-IMPORT-043",
            E::TotalRowSkipped => "E-IMPORT-044",
            E::OwnerMissing => "E-IMPORT-045",
            E::ReadAsWestern => "E-IMPORT-046",
            E::NoDueColumns => "E-IMPORT-047",
            E::EmptyFile => "E-IMPORT-060",
            E::NotATable { .. } => "E-IMPORT-061",
            E::FileTooLarge { .. } => "E-IMPORT-062",
            E::TooManyRows => "E-IMPORT-063",
            E::TooManyColumns => "E-IMPORT-064",
            E::NoHeader => "E-IMPORT-065",
            E::ColumnTwice => "E-IMPORT-066",
            E::MixedForms => "E-IMPORT-067",
            E::IncompleteLongForm { .. } => "E-IMPORT-068",
            E::OpenQuote => "E-IMPORT-069",
            E::CellTooLong => "E-IMPORT-070",
            E::DamagedText => "E-IMPORT-071",
            E::DamagedWorkbook => "E-IMPORT-072",
            E::UnpacksTooLarge => "E-IMPORT-073",
            E::Protected => "E-IMPORT-074",
            E::NoSuchSheet { .. } => "E-IMPORT-075",
            E::LegacyFontThroughout => "E-IMPORT-076",
            E::NotWhole { .. } => "E-IMPORT-077",
        }
    }

    /// Whether the row is left out, or only said.
    pub fn severity(&self) -> Severity {
        use ImportError as E;
        match self {
            E::InvisibleRemoved
            | E::NameMoved
            | E::IdenticalRow { .. }
            | E::ColumnIgnored
            | E::TotalRowSkipped
            | E::OwnerMissing
            | E::ReadAsWestern
            | E::NoDueColumns => Severity::Note,
            _ => Severity::Error,
        }
    }

    /// One of every kind, for tests and for the manual's list.
    pub fn examples() -> Vec<ImportError> {
        use ImportError as E;
        vec![
            E::MissingPropertyId,
            E::ConflictingRows { first_row: 2 },
            E::BadAmount,
            E::AmountTooLarge { limit_paise: domain::limits::DEMAND_PAISE_MAX },
            E::NegativeAmount,
            E::PositiveCredit,
            E::BelowPaisa,
            E::UnknownHead,
            E::UnknownWard,
            E::UnknownLocality,
            E::AmbiguousLocality { codes: vec!["M0001".into(), "M0007".into()] },
            E::WardDisagrees { ward: "W1".into() },
            E::BadMobile,
            E::TooLong { characters_max: domain::limits::NAME_CHARACTERS_MAX },
            E::StrangeCharacters,
            E::LettersLost,
            E::LegacyFont,
            E::WrongScript,
            E::BadYear,
            E::DateInstead,
            E::DigitsLost,
            E::RepeatedDue { first_row: 2 },
            E::IncompleteDue,
            E::FailedFormula,
            E::ColumnCount { expected: 12, found: 11 },
            E::TooManyDues,
            E::InvisibleRemoved,
            E::NameMoved,
            E::IdenticalRow { first_row: 2 },
            E::ColumnIgnored,
            E::TotalRowSkipped,
            E::OwnerMissing,
            E::ReadAsWestern,
            E::NoDueColumns,
            E::EmptyFile,
            E::NotATable { kind: FileKind::OldExcel },
            E::FileTooLarge { megabytes_max: 128 },
            E::TooManyRows,
            E::TooManyColumns,
            E::NoHeader,
            E::ColumnTwice,
            E::MixedForms,
            E::IncompleteLongForm { missing: "year" },
            E::OpenQuote,
            E::CellTooLong,
            E::DamagedText,
            E::DamagedWorkbook,
            E::UnpacksTooLarge,
            E::Protected,
            E::NoSuchSheet { sheets: vec!["Sheet1".into()] },
            E::LegacyFontThroughout,
            E::NotWhole { errors: 3 },
        ]
    }
}

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The property is left out until the file is corrected.
    Error,
    /// The property is taken; the person should know.
    Note,
}
