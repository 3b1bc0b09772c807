//! Tables of the counter: banks, payment modes and their fields, cancel reasons, denominations.

use crate::error::{Cure, MastersError};
use crate::table::{Row, Table};
use domain::payment::PaymentMode;
use domain::{Bilingual, Paise};

const A_BANK_KIND: Cure = Cure {
    hindi: "public, private, foreign, small-finance, payments, regional-rural, co-operative या post-office",
    english: "public, private, foreign, small-finance, payments, regional-rural, co-operative or post-office",
};
const FOUR_CAPITALS: Cure = Cure {
    hindi: "रोमन लिपि के चार बड़े अक्षर", english: "four capital letters"
};
const A_MODE: Cure = Cure {
    hindi: "भुगतान के किसी माध्यम का कोड", english: "the code of a payment mode"
};
const A_REALISATION: Cure =
    Cure { hindi: "\"at-once\" या \"after-bank\"", english: "\"at-once\" or \"after-bank\"" };
const A_REMITTANCE: Cure = Cure {
    hindi: "\"cash\", \"instrument\" या \"direct\"",
    english: "\"cash\", \"instrument\" or \"direct\"",
};
const AN_ASKING: Cure = Cure {
    hindi: "\"required\", \"optional\", \"either\" या \"made\"",
    english: "\"required\", \"optional\", \"either\" or \"made\"",
};
const A_SHAPE: Cure = Cure {
    hindi: "फ़ाइल के आरम्भ में बताया गया कोई रूप",
    english: "a shape named at the head of the file",
};
const A_NOTE: Cure =
    Cure { hindi: "\"required\" या \"optional\"", english: "\"required\" or \"optional\"" };
const A_KIND: Cure = Cure { hindi: "\"note\" या \"coin\"", english: "\"note\" or \"coin\"" };
const AN_OFFER: Cure =
    Cure { hindi: "\"always\" या \"on-request\"", english: "\"always\" or \"on-request\"" };

/// Who owns and supervises a bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankKind {
    /// The Government of India.
    Public,
    /// Indian private bank.
    Private,
    /// Foreign bank.
    Foreign,
    /// Small finance bank.
    SmallFinance,
    /// Payments bank.
    Payments,
    /// Regional rural bank.
    RegionalRural,
    /// State, district or urban co-operative bank.
    CoOperative,
    /// Post office.
    PostOffice,
}

/// A bank an instrument can be drawn on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Its code here.
    pub code: String,
    /// The first four letters of its IFSC, where it has its own and it is known.
    pub ifsc: Option<String>,
    /// Who owns it.
    pub kind: BankKind,
    /// Its name.
    pub name: Bilingual,
}

/// All banks, most used first within a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banks(Vec<Bank>);

impl Banks {
    /// Reads the table `counter/banks`.
    pub fn parse(bytes: &[u8]) -> Result<Banks, MastersError> {
        let table = Table::new("counter/banks", bytes, &["code", "ifsc", "kind", "hindi", "english"])?;
        let kinds = [
            ("public", BankKind::Public),
            ("private", BankKind::Private),
            ("foreign", BankKind::Foreign),
            ("small-finance", BankKind::SmallFinance),
            ("payments", BankKind::Payments),
            ("regional-rural", BankKind::RegionalRural),
            ("co-operative", BankKind::CoOperative),
            ("post-office", BankKind::PostOffice),
        ];
        let read = table.keyed("code", |row| {
            let ifsc = row.optional("ifsc");
            if let Some(letters) = ifsc.filter(|i| i.len() != 4 || !i.bytes().all(|b| b.is_ascii_uppercase()))
            {
                return Err(row.bad("ifsc", letters, FOUR_CAPITALS));
            }
            Ok(Bank {
                code: row.text("code")?.to_owned(),
                ifsc: ifsc.map(str::to_owned),
                kind: row.choice("kind", &kinds, A_BANK_KIND)?,
                name: row.name()?,
            })
        });
        read.map(Banks)
    }

    /// The bank of a code.
    pub fn get(&self, code: &str) -> Option<&Bank> {
        self.0.iter().find(|bank| bank.code == code)
    }

    /// The bank an IFSC, or its first four letters, belongs to.
    pub fn by_ifsc(&self, ifsc: &str) -> Option<&Bank> {
        let letters = ifsc.get(..4)?.to_ascii_uppercase();
        self.0.iter().find(|bank| bank.ifsc.as_deref() == Some(letters.as_str()))
    }

    /// Banks one of whose words, in either language, or whose IFSC letters begin as typed.
    pub fn search(&self, typed: &str) -> Vec<&Bank> {
        let typed = typed.trim().to_lowercase();
        let begins = |bank: &&Bank| {
            let all = format!("{} {}", bank.name.hindi, bank.name.english).to_lowercase();
            let ifsc = bank.ifsc.as_deref().unwrap_or_default().to_lowercase();
            all.starts_with(&typed)
                || ifsc.starts_with(&typed)
                || typed.split_whitespace().all(|word| all.split_whitespace().any(|w| w.starts_with(word)))
        };
        self.0.iter().filter(begins).collect()
    }

    /// All, in the table's order.
    pub fn iter(&self) -> std::slice::Iter<'_, Bank> {
        self.0.iter()
    }
}

/// How money of a mode reaches the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remitted {
    /// Counted by denomination on the slip.
    Cash,
    /// Each instrument listed on the slip.
    Instrument,
    /// It is there already.
    Direct,
}

/// A payment mode as the counter shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentModeInfo {
    /// The mode.
    pub mode: PaymentMode,
    /// Realised when taken; otherwise the receipt says "subject to realisation".
    pub realised_at_once: bool,
    /// How it reaches the bank.
    pub remitted: Remitted,
    /// Its function key.
    pub key: String,
    /// Its name.
    pub name: Bilingual,
    /// Its codes in the state's live system.
    pub live: Vec<String>,
}

/// All payment modes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentModes(Vec<PaymentModeInfo>);

impl PaymentModes {
    /// Reads the table `counter/payment-modes`.
    pub fn parse(bytes: &[u8]) -> Result<PaymentModes, MastersError> {
        let columns = ["code", "realised", "remitted", "key", "hindi", "english", "live"];
        let table = Table::new("counter/payment-modes", bytes, &columns)?;
        let remitted =
            [("cash", Remitted::Cash), ("instrument", Remitted::Instrument), ("direct", Remitted::Direct)];
        let read = table.keyed("code", |row| {
            Ok(PaymentModeInfo {
                mode: mode(row, "code")?,
                realised_at_once: row.choice(
                    "realised",
                    &[("at-once", true), ("after-bank", false)],
                    A_REALISATION,
                )?,
                remitted: row.choice("remitted", &remitted, A_REMITTANCE)?,
                key: row.text("key")?.to_owned(),
                name: row.name()?,
                live: row.list("live", ' '),
            })
        });
        read.map(PaymentModes)
    }

    /// What the table says of a mode.
    pub fn get(&self, mode: PaymentMode) -> Option<&PaymentModeInfo> {
        self.0.iter().find(|info| info.mode == mode)
    }

    /// The mode a file of the state's live system means.
    pub fn by_live(&self, code: &str) -> Option<&PaymentModeInfo> {
        self.0.iter().find(|info| info.live.iter().any(|live| live == code))
    }

    /// All, in the order shown.
    pub fn iter(&self) -> std::slice::Iter<'_, PaymentModeInfo> {
        self.0.iter()
    }
}

fn mode(row: &Row<'_, '_>, column: &'static str) -> Result<PaymentMode, MastersError> {
    row.choice(column, &PaymentMode::ALL.map(|mode| (mode.code(), mode)), A_MODE)
}

/// Whether a field of an instrument must be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Must be filled.
    Required,
    /// May stay empty.
    Optional,
    /// The IFSC, or bank and branch together.
    Either,
    /// The counter makes it.
    Made,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldShape {
    /// That many digits.
    Digits {
        /// At least.
        min: u16,
        /// At most.
        max: u16,
    },
    /// That many letters or digits.
    LettersDigits {
        /// At least.
        min: u16,
        /// At most.
        max: u16,
    },
    /// Any text of at most so many characters.
    Text {
        /// At most.
        max: u16,
    },
    /// An amount.
    Paise,
    /// A bank of the table, or one written out.
    Bank,
    /// Eleven characters, see [`domain::payment::is_ifsc`].
    Ifsc,
    /// Made by the counter.
    Reference,
    /// Not in the future and not older than three months.
    DateOfInstrument,
    /// Not in the future.
    DatePast,
}

impl FieldShape {
    /// Reads a shape as the table writes it.
    pub fn parse(text: &str) -> Option<FieldShape> {
        let parts: Vec<&str> = text.split(' ').collect();
        let number = |text: &str| text.parse::<u16>().ok();
        match *parts.as_slice() {
            ["digits", min, max] => Some(FieldShape::Digits { min: number(min)?, max: number(max)? }),
            ["letters-digits", min, max] => {
                Some(FieldShape::LettersDigits { min: number(min)?, max: number(max)? })
            }
            ["text", max] => Some(FieldShape::Text { max: number(max)? }),
            ["paise"] => Some(FieldShape::Paise),
            ["bank"] => Some(FieldShape::Bank),
            ["ifsc"] => Some(FieldShape::Ifsc),
            ["reference"] => Some(FieldShape::Reference),
            ["date-instrument"] => Some(FieldShape::DateOfInstrument),
            ["date-past"] => Some(FieldShape::DatePast),
            _ => None,
        }
    }
}

/// One field asked for a payment mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentField {
    /// The mode.
    pub mode: PaymentMode,
    /// The field of [`domain::payment::Instrument`] it fills, with hyphens.
    pub field: String,
    /// Whether it must be filled.
    pub asked: Asked,
    /// What it may hold.
    pub shape: FieldShape,
    /// Its label.
    pub name: Bilingual,
}

/// The fields of all modes, in the order asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentFields(Vec<PaymentField>);

impl PaymentFields {
    /// Reads the table `counter/payment-fields`.
    pub fn parse(bytes: &[u8]) -> Result<PaymentFields, MastersError> {
        let columns = ["mode", "field", "asked", "shape", "hindi", "english"];
        let table = Table::new("counter/payment-fields", bytes, &columns)?;
        let asked = [
            ("required", Asked::Required),
            ("optional", Asked::Optional),
            ("either", Asked::Either),
            ("made", Asked::Made),
        ];
        let read = table.rows(|row| {
            let shape = row.text("shape")?;
            Ok(PaymentField {
                mode: mode(row, "mode")?,
                field: row.text("field")?.to_owned(),
                asked: row.choice("asked", &asked, AN_ASKING)?,
                shape: FieldShape::parse(shape).ok_or_else(|| row.bad("shape", shape, A_SHAPE))?,
                name: row.name()?,
            })
        });
        read.map(PaymentFields)
    }

    /// The fields of a mode, in the order asked.
    pub fn of(&self, mode: PaymentMode) -> impl Iterator<Item = &PaymentField> {
        self.0.iter().filter(move |field| field.mode == mode)
    }

    /// All.
    pub fn iter(&self) -> std::slice::Iter<'_, PaymentField> {
        self.0.iter()
    }
}

/// Why a receipt may be cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelReason {
    /// Its code, in the cancellation's fact.
    pub code: String,
    /// The modes it fits; empty for all.
    pub modes: Vec<PaymentMode>,
    /// Whether words are needed beside it.
    pub note_required: bool,
    /// Its name.
    pub name: Bilingual,
    /// Its code in the state's live system.
    pub live: Option<String>,
}

impl CancelReason {
    /// Whether it fits a receipt of this mode.
    pub fn fits(&self, mode: PaymentMode) -> bool {
        self.modes.is_empty() || self.modes.contains(&mode)
    }
}

/// All cancel reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelReasons(Vec<CancelReason>);

impl CancelReasons {
    /// Reads the table `counter/cancel-reasons`.
    pub fn parse(bytes: &[u8]) -> Result<CancelReasons, MastersError> {
        let columns = ["code", "modes", "note", "hindi", "english", "live"];
        let table = Table::new("counter/cancel-reasons", bytes, &columns)?;
        let read = table.keyed("code", |row| {
            Ok(CancelReason {
                code: row.text("code")?.to_owned(),
                modes: modes(row)?,
                note_required: row.choice("note", &[("required", true), ("optional", false)], A_NOTE)?,
                name: row.name()?,
                live: row.optional("live").map(str::to_owned),
            })
        });
        read.map(CancelReasons)
    }

    /// The reason of a code.
    pub fn get(&self, code: &str) -> Option<&CancelReason> {
        self.0.iter().find(|reason| reason.code == code)
    }

    /// Those that fit a receipt of this mode.
    pub fn of(&self, mode: PaymentMode) -> impl Iterator<Item = &CancelReason> {
        self.0.iter().filter(move |reason| reason.fits(mode))
    }

    /// All, in the table's order.
    pub fn iter(&self) -> std::slice::Iter<'_, CancelReason> {
        self.0.iter()
    }
}

fn modes(row: &Row<'_, '_>) -> Result<Vec<PaymentMode>, MastersError> {
    if row.text("modes")? == "*" {
        return Ok(Vec::new());
    }
    let known = |word: &String| {
        let mode = PaymentMode::ALL.into_iter().find(|mode| mode.code() == word);
        mode.ok_or_else(|| row.bad("modes", word, A_MODE))
    };
    row.list("modes", ' ').iter().map(known).collect()
}

/// Note or coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenominationKind {
    /// A bank note.
    Note,
    /// A coin.
    Coin,
}

/// A line of the cash count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denomination {
    /// Its code.
    pub code: String,
    /// Its face value.
    pub value_paise: Paise,
    /// Note or coin.
    pub kind: DenominationKind,
    /// Shown without being asked for.
    pub offered_always: bool,
    /// Its name.
    pub name: Bilingual,
}

/// All denominations, notes before coins, largest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denominations(Vec<Denomination>);

impl Denominations {
    /// Reads the table `counter/denominations`.
    pub fn parse(bytes: &[u8]) -> Result<Denominations, MastersError> {
        let columns = ["code", "paise", "kind", "offered", "hindi", "english"];
        let table = Table::new("counter/denominations", bytes, &columns)?;
        let kinds = [("note", DenominationKind::Note), ("coin", DenominationKind::Coin)];
        let read = table.keyed("code", |row| {
            Ok(Denomination {
                code: row.text("code")?.to_owned(),
                value_paise: Paise(row.number("paise")?),
                kind: row.choice("kind", &kinds, A_KIND)?,
                offered_always: row.choice(
                    "offered",
                    &[("always", true), ("on-request", false)],
                    AN_OFFER,
                )?,
                name: row.name()?,
            })
        });
        read.map(Denominations)
    }

    /// The denomination of a code.
    pub fn get(&self, code: &str) -> Option<&Denomination> {
        self.0.iter().find(|denomination| denomination.code == code)
    }

    /// All, in the order counted.
    pub fn iter(&self) -> std::slice::Iter<'_, Denomination> {
        self.0.iter()
    }
}
