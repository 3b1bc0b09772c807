//! The drawer: shift, count, close, remittance, handover, pre-printed books. Only the device that owns a drawer writes
//! its facts; the second person signs there.

use crate::payment::PaymentMode;
use crate::people::Approval;
use crate::{BusinessDate, ChainHead, CounterCode, Hash, Paise, UserId};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A shift was opened: a person fixed the business date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ShiftOpened {
    /// The counter.
    #[n(0)]
    pub counter: CounterCode,
    /// The day of business of everything in the shift; never before the last one.
    #[n(1)]
    pub business_date: BusinessDate,
    /// Change money in the drawer at the start.
    #[n(2)]
    pub float_paise: Paise,
    /// The clock was far from the last one seen and the person confirmed the date.
    #[n(3)]
    pub clock_suspect: bool,
    /// The close before it.
    #[n(4)]
    pub previous: Option<Hash>,
}

/// So many of one note or coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct DenominationCount {
    /// The note's or coin's worth.
    #[n(0)]
    pub denomination_paise: Paise,
    /// How many.
    #[n(1)]
    pub count: u32,
}

/// The worth of a count, or `None` when it does not fit.
pub fn count_worth(counts: &[DenominationCount]) -> Option<Paise> {
    counts.iter().try_fold(Paise::ZERO, |sum, c| {
        sum.checked_add(c.denomination_paise.checked_mul(i64::from(c.count))?)
    })
}

/// Receipts and money of one mode in a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ModeTotal {
    /// The mode.
    #[n(0)]
    pub mode: PaymentMode,
    /// Receipts that stand.
    #[n(1)]
    pub receipts: u32,
    /// Their sum.
    #[n(2)]
    pub amount_paise: Paise,
}

/// A shift was counted and closed. The count was made blind: the expected sum was shown only after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ShiftClosed {
    /// The entry that opened it.
    #[n(0)]
    pub shift: Hash,
    /// Notes and coins found.
    #[n(1)]
    pub counted: Vec<DenominationCount>,
    /// What the receipts say, by mode, cancelled ones left out.
    #[n(2)]
    pub expected: Vec<ModeTotal>,
    /// Cash that should lie in the drawer: float + cash receipts − handed over − remitted.
    #[n(3)]
    pub expected_cash_paise: Paise,
    /// Counted − expected: short below zero, excess above.
    #[n(4)]
    pub difference_paise: Paise,
    /// Why, where there is a difference.
    #[n(5)]
    pub difference_reason: String,
    /// Receipts issued in the shift.
    #[n(6)]
    pub receipts_issued: u32,
    /// Receipts cancelled in the shift.
    #[n(7)]
    pub receipts_cancelled: u32,
    /// The chain's head before this entry, as printed on the sheet.
    #[n(8)]
    pub head: Hash,
}

/// Money of closed shifts went to the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Remitted {
    /// The slip's serial at this counter in the year.
    #[n(0)]
    pub serial: u32,
    /// The business date.
    #[n(1)]
    pub business_date: BusinessDate,
    /// The bank, as on the slip.
    #[n(2)]
    pub bank: String,
    /// The office's account number.
    #[n(3)]
    pub account: String,
    /// Notes and coins paid in.
    #[n(4)]
    pub cash: Vec<DenominationCount>,
    /// Cheques and drafts paid in: the receipts' entries.
    #[n(5)]
    pub instruments: Vec<ChainHead>,
    /// Cash and instruments together.
    #[n(6)]
    pub amount_paise: Paise,
    /// The closes it empties.
    #[n(7)]
    pub closes: Vec<Hash>,
}

/// One clerk gave the drawer to another in the middle of a shift; the second signed here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct DrawerHandedOver {
    /// The shift that goes on.
    #[n(0)]
    pub shift: Hash,
    /// Who takes over.
    #[n(1)]
    pub to: UserId,
    /// What both counted.
    #[n(2)]
    pub counted: Vec<DenominationCount>,
    /// What should have been there.
    #[n(3)]
    pub expected_cash_paise: Paise,
    /// Why they differ, where they do.
    #[n(4)]
    pub difference_reason: String,
    /// The taker's signature.
    #[n(5)]
    pub approval: Approval,
}

/// A pre-printed receipt book left the stock for a counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct LeafBookIssued {
    /// The book's number.
    #[n(0)]
    pub book: String,
    /// Its first leaf.
    #[n(1)]
    pub first_leaf: u32,
    /// Its last leaf.
    #[n(2)]
    pub last_leaf: u32,
    /// The counter that answers for it.
    #[n(3)]
    pub counter: CounterCode,
}
