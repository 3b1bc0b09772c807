//! Heads of account on bills and receipts, with the manual's code each is posted under.

use crate::error::{Cure, MastersError};
use crate::table::{Row, Table};
use domain::Bilingual;
use domain::allocation::HeadKind;
use domain::demand::{HeadCode, ServiceCode};
use std::collections::HashMap;
use std::fmt;

const A_CATEGORY: Cure = Cure {
    hindi: "tax, fee, charge, rent, fine, sale, liability, round-off, penalty, interest, rebate, exemption या advance",
    english: "tax, fee, charge, rent, fine, sale, liability, round-off, penalty, interest, rebate, exemption or advance",
};
const DIGITS_3: Cure = Cure { hindi: "तीन अंक", english: "three digits" };
const DIGITS_2: Cure = Cure { hindi: "दो अंक", english: "two digits" };
const ORDER_FITS: Cure = Cure {
    hindi: "क्रम: छूट व अग्रिम 100 से कम, शास्ति व ब्याज 100 से 199, शेष 200 या अधिक",
    english: "an order below 100 for credits, 100 to 199 for penalty and interest, 200 or more for the rest",
};

/// The order below which a head is a credit.
const CREDIT_ORDER_END: u16 = 100;
/// The order below which a head that is no credit is penalty or interest.
const PENALTY_ORDER_END: u16 = 200;

/// What a head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeadCategory {
    /// Compulsory, under an Act.
    Tax,
    /// For a licence, permit, certificate or entry in a register.
    Fee,
    /// For a service used.
    Charge,
    /// For the use of the town's land or building.
    Rent,
    /// A challan: here the fine is what the service charges, not an addition to something else.
    Fine,
    /// Something sold.
    Sale,
    /// Held for others (deposit, provident fund, GST, the State's share): never income.
    Liability,
    /// The paise that make a bill whole.
    RoundOff,
    /// For paying or declaring late.
    Penalty,
    /// For the time a due stood open.
    Interest,
    /// A deduction for paying early or by order.
    Rebate,
    /// A deduction for who the owner is or what the building is used for.
    Exemption,
    /// Paid before it was due.
    Advance,
}

impl HeadCategory {
    const WORDS: [(&'static str, HeadCategory); 13] = [
        ("tax", HeadCategory::Tax),
        ("fee", HeadCategory::Fee),
        ("charge", HeadCategory::Charge),
        ("rent", HeadCategory::Rent),
        ("fine", HeadCategory::Fine),
        ("sale", HeadCategory::Sale),
        ("liability", HeadCategory::Liability),
        ("round-off", HeadCategory::RoundOff),
        ("penalty", HeadCategory::Penalty),
        ("interest", HeadCategory::Interest),
        ("rebate", HeadCategory::Rebate),
        ("exemption", HeadCategory::Exemption),
        ("advance", HeadCategory::Advance),
    ];

    /// Where money goes first within a period: credits, then penalty and interest, then the heads themselves.
    pub const fn kind(self) -> HeadKind {
        match self {
            HeadCategory::Rebate | HeadCategory::Exemption | HeadCategory::Advance => HeadKind::Credit,
            HeadCategory::Penalty | HeadCategory::Interest => HeadKind::Penalty,
            HeadCategory::Tax
            | HeadCategory::Fee
            | HeadCategory::Charge
            | HeadCategory::Rent
            | HeadCategory::Fine
            | HeadCategory::Sale
            | HeadCategory::Liability
            | HeadCategory::RoundOff => HeadKind::Charge,
        }
    }
}

/// A code of the National Municipal Accounts Manual. The parts are kept apart: all states agree on major and minor,
/// none on what follows (0, 2, 4 or 5 digits).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NmamCode {
    /// Three digits: the line of the financial statement.
    pub major: String,
    /// Two digits: the line of its schedule.
    pub minor: String,
    /// What the state or town uses below; `None` until it has chosen.
    pub detail: Option<String>,
}

impl NmamCode {
    /// `140-50`: where all states agree and accounts are consolidated.
    pub fn minor_head(&self) -> String {
        format!("{}-{}", self.major, self.minor)
    }

    /// Revenue income or expenditure, as against a liability or an asset.
    pub fn is_revenue(&self) -> bool {
        self.major.starts_with(['1', '2'])
    }
}

impl fmt::Display for NmamCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.major, self.minor)?;
        self.detail.as_ref().map_or(Ok(()), |detail| write!(f, "-{detail}"))
    }
}

/// A head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its code, in every demand and receipt line.
    pub code: HeadCode,
    /// The service it belongs to; `None` for a head of all services of the folder (the advance).
    pub service: Option<ServiceCode>,
    /// What it is.
    pub category: HeadCategory,
    /// Its place when money is spent within a period.
    pub order: u16,
    /// Where it is posted.
    pub nmam: NmamCode,
    /// As printed.
    pub name: Bilingual,
    /// Its code in the state's live system; mostly the same.
    pub live: String,
}

impl Head {
    /// See [`HeadCategory::kind`].
    pub const fn kind(&self) -> HeadKind {
        self.category.kind()
    }
}

/// The heads of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heads {
    heads: Vec<Head>,
    by_code: HashMap<String, usize>,
}

impl Heads {
    /// Reads a table `<folder>/heads`.
    pub fn parse(bytes: &[u8]) -> Result<Heads, MastersError> {
        let columns =
            ["code", "service", "category", "order", "major", "minor", "detail", "hindi", "english", "live"];
        let heads = Table::new("heads", bytes, &columns)?.keyed("code", read)?;
        let by_code = heads.iter().enumerate().map(|(index, head)| (head.code.0.clone(), index)).collect();
        Ok(Heads { heads, by_code })
    }

    /// The head of a code.
    pub fn get(&self, code: &HeadCode) -> Option<&Head> {
        self.by_code.get(code.as_str()).and_then(|index| self.heads.get(*index))
    }

    /// The head a file of the state's live system means.
    pub fn by_live(&self, code: &str) -> Option<&Head> {
        self.heads.iter().find(|head| head.live == code)
    }

    /// The heads of a service in the order money is spent, those of all services included.
    pub fn of(&self, service: &ServiceCode) -> Vec<&Head> {
        let belongs = |head: &&Head| head.service.as_ref().is_none_or(|owner| owner == service);
        let mut heads: Vec<&Head> = self.heads.iter().filter(belongs).collect();
        heads.sort_by_key(|head| head.order);
        heads
    }

    /// All, in the table's order.
    pub fn iter(&self) -> std::slice::Iter<'_, Head> {
        self.heads.iter()
    }
}

fn read(row: &Row<'_, '_>) -> Result<Head, MastersError> {
    let code = row.text("code")?;
    let service = row.text("service")?;
    let category = row.choice("category", &HeadCategory::WORDS, A_CATEGORY)?;
    let order: u16 = row.number("order")?;
    let kind = match order {
        0..CREDIT_ORDER_END => HeadKind::Credit,
        CREDIT_ORDER_END..PENALTY_ORDER_END => HeadKind::Penalty,
        _ => HeadKind::Charge,
    };
    if kind != category.kind() {
        return Err(row.bad("order", &order.to_string(), ORDER_FITS));
    }
    Ok(Head {
        code: HeadCode::from(code),
        service: (service != "*").then(|| ServiceCode::from(service)),
        category,
        order,
        nmam: NmamCode {
            major: digits(row, "major", 3, DIGITS_3)?,
            minor: digits(row, "minor", 2, DIGITS_2)?,
            detail: row.optional("detail").map(str::to_owned),
        },
        name: row.name()?,
        live: row.optional("live").unwrap_or(code).to_owned(),
    })
}

fn digits(row: &Row<'_, '_>, column: &'static str, count: usize, cure: Cure) -> Result<String, MastersError> {
    let cell = row.text(column)?;
    let fits = cell.len() == count && cell.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(cell.to_owned()) } else { Err(row.bad(column, cell, cure)) }
}
