//! Everything that can stop a person, with what happened, what is safe, and what to do.

use carrier::LogFileError;
use contract::Problem;
use domain::Paise;
use domain::payment::InstrumentError;
use journal::JournalError;
use store::StoreError;

/// Why the office did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The town's file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys and seals.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The masters could not be read: a broken build.
    #[error("masters: {0}")]
    Masters(#[from] masters::MastersError),
    /// A paper could not be made.
    #[error("paper: {0}")]
    Paper(#[from] paper::PaperError),
    /// No town is open here.
    #[error("no town is open")]
    NoTown,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The person has no password at this device.
    #[error("no password here")]
    NoPasswordHere,
    /// The password is not the person's.
    #[error("wrong password")]
    WrongPassword,
    /// A password shorter than eight characters.
    #[error("password too short")]
    PasswordTooShort,
    /// The person's roles do not allow it.
    #[error("not allowed: {0}")]
    NotAllowed(&'static str),
    /// The second person is the first, or may not approve.
    #[error("the second person may not sign this")]
    SecondPerson,
    /// No shift is open.
    #[error("no shift is open")]
    NoShift,
    /// A shift is open already.
    #[error("a shift is open")]
    ShiftOpen,
    /// Another clerk holds the drawer.
    #[error("another clerk holds the drawer")]
    NotTheHolder,
    /// The business date lies before the last one.
    #[error("date before the last")]
    DateBeforeLast,
    /// The clock does not support the date and nobody has confirmed it.
    #[error("the clock is suspect")]
    ClockSuspect,
    /// The consumer is not in the register.
    #[error("no such consumer")]
    NoSuchConsumer,
    /// The amount is not more than zero.
    #[error("amount not positive")]
    AmountNotPositive,
    /// The amount is above the limit for one receipt.
    #[error("amount too large")]
    AmountTooLarge,
    /// The head's setting allows full payment only.
    #[error("part payment not allowed")]
    PartPaymentNotAllowed,
    /// The head's setting allows no advance.
    #[error("advance not allowed")]
    AdvanceNotAllowed,
    /// Nothing is due and no advance is allowed.
    #[error("nothing is due")]
    NothingDue,
    /// Amounts by head do not add up to the amount.
    #[error("lines do not add up")]
    LinesDoNotAddUp,
    /// A head that is not the service's.
    #[error("no such head")]
    NoSuchHead,
    /// A field of the instrument.
    #[error("instrument: {0}")]
    Instrument(#[from] InstrumentError),
    /// A mobile is ten digits.
    #[error("mobile malformed")]
    Mobile,
    /// A text longer than its field takes.
    #[error("{field} is too long")]
    TooLong {
        /// The field.
        field: &'static str,
        /// Characters it takes.
        characters_max: usize,
    },
    /// A required text is empty.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The draft's name is not 32 hexadecimal digits.
    #[error("draft malformed")]
    Draft,
    /// The leaf is not of a book issued here, or was entered before.
    #[error("leaf not free")]
    Leaf,
    /// Cash counted and expected differ and no reason was given.
    #[error("difference of {difference_paise}")]
    Difference {
        /// Counted − expected.
        difference_paise: Paise,
    },
    /// A counted piece is no note or coin of the masters.
    #[error("no such denomination")]
    Denomination,
    /// The cash on a slip is not the cash in hand.
    #[error("slip of {counted_paise}, in hand {in_hand_paise}")]
    SlipDoesNotAddUp {
        /// What the slip's notes and coins come to.
        counted_paise: Paise,
        /// Cash of closed shifts.
        in_hand_paise: Paise,
    },
    /// A book that is issued already, or whose leaves are no range of at most a thousand.
    #[error("book not free")]
    LeafBook,
    /// The receipt is cancelled already.
    #[error("cancelled already")]
    CancelledAlready,
    /// Its money went to the bank.
    #[error("remitted already")]
    RemittedAlready,
    /// Another device's drawer.
    #[error("another device's drawer")]
    NotThisDrawer,
    /// Collecting here ends until the device has been in contact again.
    #[error("offline too long")]
    OfflineTooLong,
    /// The device's trust was ended.
    #[error("device revoked")]
    DeviceRevoked,
    /// The code of an invitation or enrolment does not hold.
    #[error("code not accepted")]
    CodeNotAccepted,
    /// The server cannot be reached.
    #[error("server not reached: {0}")]
    ServerNotReached(String),
    /// The server said no, in its own words.
    #[error("server refused: {}", .0.code)]
    ServerRefused(Box<Problem>),
    /// A file of the log, on a stick.
    #[error(transparent)]
    LogFile(#[from] LogFileError),
    /// A file could not be read.
    #[error("file: {0}")]
    File(String),
    /// The import file has problems and "good rows only" was not chosen.
    #[error("the file has {0} problems")]
    ImportProblems(u64),
    /// The file could not be read as a register at all.
    #[error("import: {}", .0.code)]
    Import(Box<Problem>),
    /// UPI is not set up here.
    #[error("no UPI address")]
    NoUpiAddress,
    /// People, devices, cases, fields of the register.
    #[error(transparent)]
    Refused(#[from] crate::Refusal),
    /// A case or conflict that is not open.
    #[error("no such case")]
    NoSuchCase,
}
