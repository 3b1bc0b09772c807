//! Receipts: the facts of money taken, cancelled, reprinted and certified.

use crate::demand::{ConsumerCode, HeadCode, ServiceCode};
use crate::identity::{DraftId, PersonId};
use crate::payment::Instrument;
use crate::people::Approval;
use crate::{Bilingual, BusinessDate, ChainHead, CounterCode, Epoch, FinancialYear, Hash, Paise, TownCode};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A number of the counter's own gapless series, e.g. `248459/C03-b/2026-27/000417`. The letter is the epoch's: a
/// restored device counts in a new series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
pub struct ReceiptNumber {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// The counter.
    #[n(1)]
    pub counter: CounterCode,
    /// The device's epoch.
    #[n(2)]
    pub epoch: Epoch,
    /// The year of the business date.
    #[n(3)]
    pub year: FinancialYear,
    /// 1, 2, 3 … without a gap.
    #[n(4)]
    pub serial: u32,
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ReceiptNumber { town, counter, epoch, year, serial } = self;
        write!(f, "{town}/{}-{}/{year}/{serial:06}", counter.0, epoch.letters())
    }
}

/// One amount on a receipt, as printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ReceiptLine {
    /// The year it was paid for.
    #[n(0)]
    pub year: FinancialYear,
    /// The head, or [`crate::demand::ADVANCE_HEAD`].
    #[n(1)]
    pub head: HeadCode,
    /// Positive for a charge, negative for a credit given.
    #[n(2)]
    pub amount_paise: Paise,
}

/// A text only those may read who hold the person's key: XChaCha20-Poly1305, the person's id as associated data.
/// Erasing the key erases the text everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Sealed {
    /// Whose key opens it.
    #[n(0)]
    pub person: PersonId,
    /// 24 bytes of nonce, then the ciphertext with its tag.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

/// A leaf of a pre-printed receipt book, written by hand while the power was off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct LeafReference {
    /// The book's number as issued from stock.
    #[n(0)]
    pub book: String,
    /// The leaf's printed number.
    #[n(1)]
    pub leaf: u32,
    /// The day written on the leaf.
    #[n(2)]
    pub written_on: BusinessDate,
}

/// Money was taken. Immutable; corrected only by facts that name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ReceiptIssued {
    /// The printed number.
    #[n(0)]
    pub number: ReceiptNumber,
    /// The entry that opened the shift.
    #[n(1)]
    pub shift: Hash,
    /// The shift's business date.
    #[n(2)]
    pub business_date: BusinessDate,
    /// For which service.
    #[n(3)]
    pub service: ServiceCode,
    /// Whose dues; empty for a miscellaneous receipt without an account.
    #[n(4)]
    pub consumer: ConsumerCode,
    /// The assessee's name as printed.
    #[n(5)]
    pub assessee: Bilingual,
    /// Who paid, in any script.
    #[n(6)]
    pub payer_name: String,
    /// The payer's mobile, sealed.
    #[n(7)]
    pub payer_mobile: Option<Sealed>,
    /// What it was for. The sum is the amount taken.
    #[n(8)]
    pub lines: Vec<ReceiptLine>,
    /// How it was paid.
    #[n(9)]
    pub instrument: Instrument,
    /// What was still due after it, as this counter knew it then.
    #[n(10)]
    pub balance_after_paise: Paise,
    /// Set when the money was first written on a pre-printed leaf.
    #[n(11)]
    pub leaf: Option<LeafReference>,
    /// The press that made it.
    #[n(12)]
    pub draft: DraftId,
    /// The version of the paper's template.
    #[n(13)]
    pub template: u16,
    /// Hashes of the definitions it was decided under.
    #[n(14)]
    pub under: Vec<Hash>,
    /// What the money is for, in the clerk's words; may be empty.
    #[n(15)]
    pub remark: String,
}

impl ReceiptIssued {
    /// The amount taken: the sum of the lines. `None` when it does not fit, which no checked receipt reaches.
    pub fn total_paise(&self) -> Option<Paise> {
        Paise::checked_sum(self.lines.iter().map(|line| line.amount_paise))
    }
}

/// A receipt of this drawer was cancelled before remittance; a second person signed here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ReceiptCancelled {
    /// The receipt's entry.
    #[n(0)]
    pub receipt: ChainHead,
    /// The drawer's open shift, which the cash leaves.
    #[n(1)]
    pub shift: Hash,
    /// A reason of the masters.
    #[n(2)]
    pub reason: String,
    /// In the clerk's words.
    #[n(3)]
    pub remark: String,
    /// The second person.
    #[n(4)]
    pub approval: Approval,
}

/// A receipt whose entry is lost was entered again under its own number: its disk died before the entry had reached
/// anybody, or its branch of a forked chain was given up. The money is counted once, also where the lost entry turns up
/// after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ReceiptRecovered {
    /// The text of the QR on its paper: number, date, amount and entry, signed by the device that took the money.
    #[n(0)]
    pub claim: String,
    /// The receipt as its paper says. Its shift is the open one of the drawer that now answers for the money.
    #[n(1)]
    pub receipt: ReceiptIssued,
    /// The second person, who has seen the paper.
    #[n(2)]
    pub approval: Option<Approval>,
    /// The lost entry's own bytes, where they are still at hand: they prove every word of it, so nobody need sign.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub entry: Option<Vec<u8>>,
}

/// The same receipt was printed again at the same counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ReceiptReprinted {
    /// The receipt's entry.
    #[n(0)]
    pub receipt: ChainHead,
    /// 1 for the first reprint.
    #[n(1)]
    pub copy: u32,
    /// Why.
    #[n(2)]
    pub reason: String,
    /// The supervisor, from the second reprint on.
    #[n(3)]
    pub approval: Option<Approval>,
}

/// A certificate that a sum was received on a day: no duplicate receipt is ever issued (U.P. Financial Hand Book Vol V
/// Part I para 75).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct PaymentCertified {
    /// The receipt's entry.
    #[n(0)]
    pub receipt: ChainHead,
    /// The certificate's own serial in the counter's series of the year.
    #[n(1)]
    pub serial: u32,
    /// The year of the series.
    #[n(2)]
    pub year: FinancialYear,
    /// To whom it was given.
    #[n(3)]
    pub issued_to: String,
}

/// Advance of a consumer was spent on dues: lines that sum to zero (a negative line under the advance head).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct AdvanceSpent {
    /// For which service.
    #[n(0)]
    pub service: ServiceCode,
    /// Whose.
    #[n(1)]
    pub consumer: ConsumerCode,
    /// The lines; their sum is zero.
    #[n(2)]
    pub lines: Vec<ReceiptLine>,
    /// The business date.
    #[n(3)]
    pub business_date: BusinessDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_number() {
        let number = ReceiptNumber {
            town: TownCode(248_459),
            counter: CounterCode("C03".into()),
            epoch: Epoch(1),
            year: FinancialYear(2026),
            serial: 417,
        };
        assert_eq!(number.to_string(), "248459/C03-b/2026-27/000417");
    }
}
