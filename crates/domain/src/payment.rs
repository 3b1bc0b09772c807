//! The ways money comes over the counter, and what each must carry.

use crate::{BusinessDate, Paise};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// How money was given. The order is the order of keys on the counter (F6 …).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[cbor(index_only)]
pub enum PaymentMode {
    /// Notes and coins in the drawer.
    #[default]
    #[n(0)]
    Cash,
    /// UPI, asserted by the clerk, realised when the bank's file says so.
    #[n(1)]
    Upi,
    /// A cheque.
    #[n(2)]
    Cheque,
    /// A demand draft.
    #[n(3)]
    DemandDraft,
    /// A card on the bank's machine.
    #[n(4)]
    Card,
    /// NEFT.
    #[n(5)]
    Neft,
    /// RTGS.
    #[n(6)]
    Rtgs,
}

impl PaymentMode {
    /// All, in the order of the keys.
    pub const ALL: [PaymentMode; 7] = [
        PaymentMode::Cash,
        PaymentMode::Upi,
        PaymentMode::Cheque,
        PaymentMode::DemandDraft,
        PaymentMode::Card,
        PaymentMode::Neft,
        PaymentMode::Rtgs,
    ];

    /// True until a bank says the money is there: everything but cash.
    pub const fn subject_to_realisation(self) -> bool {
        !matches!(self, PaymentMode::Cash)
    }

    /// A stable word for files and the masters.
    pub const fn code(self) -> &'static str {
        match self {
            PaymentMode::Cash => "cash",
            PaymentMode::Upi => "upi",
            PaymentMode::Cheque => "cheque",
            PaymentMode::DemandDraft => "demand-draft",
            PaymentMode::Card => "card",
            PaymentMode::Neft => "neft",
            PaymentMode::Rtgs => "rtgs",
        }
    }
}

/// What identifies the payment, by mode. Fields a mode does not use are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(default)]
pub struct Instrument {
    /// How.
    #[n(0)]
    pub mode: PaymentMode,
    /// Cash only: what the payer handed over; the rest is change.
    #[n(1)]
    pub tendered_paise: Paise,
    /// Cheque or draft number (6 digits), UPI or card RRN (12 digits), NEFT/RTGS UTR (16 or 22).
    #[n(2)]
    pub number: String,
    /// Date on the cheque, draft or transfer.
    #[n(3)]
    pub dated: Option<BusinessDate>,
    /// IFSC (11 characters) of the drawee bank's branch, or empty where bank and branch are written out.
    #[n(4)]
    pub ifsc: String,
    /// Bank as printed on the instrument.
    #[n(5)]
    pub bank: String,
    /// Branch as printed on the instrument.
    #[n(6)]
    pub branch: String,
    /// Card: the last four digits.
    #[n(7)]
    pub card_last_four: String,
    /// Card: the terminal's approval code.
    #[n(8)]
    pub approval_code: String,
    /// UPI: our own reference, printed in the QR and matched to the bank's file.
    #[n(9)]
    pub our_reference: String,
}

/// A field of an [`Instrument`] that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum InstrumentError {
    /// Cash handed over is less than the amount.
    #[error("tendered less than the amount")]
    TenderedTooLittle,
    /// A cheque or draft number is six digits.
    #[error("number must be six digits")]
    ChequeNumber,
    /// The instrument needs a date.
    #[error("date missing")]
    DateMissing,
    /// A cheque is not post-dated.
    #[error("date in the future")]
    DateInFuture,
    /// A cheque is stale three months after its date.
    #[error("older than three months")]
    Stale,
    /// IFSC is four letters, a zero and six letters or digits.
    #[error("IFSC malformed")]
    Ifsc,
    /// Neither IFSC nor bank and branch.
    #[error("bank missing")]
    BankMissing,
    /// RRN is twelve digits.
    #[error("RRN must be twelve digits")]
    RetrievalReference,
    /// Last four digits of the card.
    #[error("last four digits missing")]
    CardDigits,
    /// UTR is 16 (NEFT) or 22 (RTGS) letters or digits.
    #[error("UTR malformed")]
    TransferReference,
}

/// A cheque is valid three months from its date (Reserve Bank of India, 1 April 2012).
pub const CHEQUE_VALID_DAYS: i32 = 92;

impl Instrument {
    /// Cash, exactly the amount.
    pub fn exact_cash(amount_paise: Paise) -> Instrument {
        Instrument { tendered_paise: amount_paise, ..Instrument::default() }
    }

    /// What goes back to the payer.
    #[must_use]
    pub fn change_paise(&self, amount_paise: Paise) -> Paise {
        match self.mode {
            PaymentMode::Cash => {
                Paise(self.tendered_paise.0.saturating_sub(amount_paise.0)).or_zero_if_negative()
            }
            _ => Paise::ZERO,
        }
    }

    /// Checks the fields the mode needs, in the order of the form; the first that does not hold is the answer.
    pub fn check(&self, amount_paise: Paise, on: BusinessDate) -> Result<(), InstrumentError> {
        match self.mode {
            PaymentMode::Cash if self.tendered_paise < amount_paise => {
                Err(InstrumentError::TenderedTooLittle)
            }
            PaymentMode::Cash => Ok(()),
            PaymentMode::Upi if self.number.is_empty() => Ok(()),
            PaymentMode::Upi => digits(&self.number, 12, InstrumentError::RetrievalReference),
            PaymentMode::Cheque | PaymentMode::DemandDraft => self.check_cheque(on),
            PaymentMode::Card => {
                digits(&self.card_last_four, 4, InstrumentError::CardDigits)?;
                digits(&self.number, 12, InstrumentError::RetrievalReference)
            }
            PaymentMode::Neft | PaymentMode::Rtgs => self.check_transfer(on),
        }
    }

    fn check_cheque(&self, on: BusinessDate) -> Result<(), InstrumentError> {
        digits(&self.number, 6, InstrumentError::ChequeNumber)?;
        let dated = self.dated.ok_or(InstrumentError::DateMissing)?;
        if dated > on {
            return Err(InstrumentError::DateInFuture);
        }
        if on.days_since(dated) > CHEQUE_VALID_DAYS {
            return Err(InstrumentError::Stale);
        }
        if !self.ifsc.is_empty() {
            return if is_ifsc(&self.ifsc) { Ok(()) } else { Err(InstrumentError::Ifsc) };
        }
        if self.bank.trim().is_empty() || self.branch.trim().is_empty() {
            return Err(InstrumentError::BankMissing);
        }
        Ok(())
    }

    fn check_transfer(&self, on: BusinessDate) -> Result<(), InstrumentError> {
        let length = self.number.chars().count();
        let alphanumeric = self.number.chars().all(|c| c.is_ascii_alphanumeric());
        if !alphanumeric || !matches!(length, 16 | 22) {
            return Err(InstrumentError::TransferReference);
        }
        match self.dated {
            None => Err(InstrumentError::DateMissing),
            Some(dated) if dated > on => Err(InstrumentError::DateInFuture),
            Some(_) => Ok(()),
        }
    }
}

fn digits(text: &str, count: usize, error: InstrumentError) -> Result<(), InstrumentError> {
    let holds = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if holds { Ok(()) } else { Err(error) }
}

/// Four letters, a zero, six letters or digits (Reserve Bank of India).
pub fn is_ifsc(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11
        && bytes.iter().take(4).all(u8::is_ascii_uppercase)
        && bytes.get(4) == Some(&b'0')
        && bytes.iter().skip(5).all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// What a UPI application reads from the QR (NPCI linking specification 1.6). `reference` is ours, at most 35
/// characters, and comes back in the bank's file.
pub fn upi_link(
    payee_address: &str,
    payee_name: &str,
    amount_paise: Paise,
    reference: &str,
    note: &str,
) -> String {
    let rupees = amount_paise.0 / 100;
    let paise = amount_paise.0 % 100;
    format!(
        "upi://pay?pa={}&pn={}&mc=9311&tr={}&tn={}&am={rupees}.{paise:02}&cu=INR",
        percent_encode(payee_address),
        percent_encode(payee_name),
        percent_encode(reference),
        percent_encode(note),
    )
}

fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&crate::identity::to_hex(&[byte]).to_ascii_uppercase());
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on() -> BusinessDate {
        BusinessDate::new(2026, 11, 23).unwrap()
    }

    #[test]
    fn each_mode_names_the_field_that_is_missing() {
        use InstrumentError::*;
        let cheque = Instrument {
            mode: PaymentMode::Cheque,
            number: "123456".into(),
            dated: Some(on()),
            bank: "SBI".into(),
            branch: "Haldwani".into(),
            ..Instrument::default()
        };
        let cases = [
            (Instrument { tendered_paise: Paise(99), ..Instrument::default() }, Err(TenderedTooLittle)),
            (Instrument::exact_cash(Paise(100)), Ok(())),
            (Instrument { mode: PaymentMode::Upi, ..Instrument::default() }, Ok(())),
            (
                Instrument { mode: PaymentMode::Upi, number: "12".into(), ..Instrument::default() },
                Err(RetrievalReference),
            ),
            (cheque.clone(), Ok(())),
            (Instrument { number: "12345".into(), ..cheque.clone() }, Err(ChequeNumber)),
            (Instrument { dated: None, ..cheque.clone() }, Err(DateMissing)),
            (Instrument { dated: Some(on().next()), ..cheque.clone() }, Err(DateInFuture)),
            (
                Instrument { dated: Some(BusinessDate::new(2026, 8, 1).unwrap()), ..cheque.clone() },
                Err(Stale),
            ),
            (Instrument { ifsc: "SBIN1000001".into(), ..cheque.clone() }, Err(Ifsc)),
            (Instrument { ifsc: "SBIN0000646".into(), bank: "".into(), ..cheque.clone() }, Ok(())),
            (Instrument { bank: " ".into(), ..cheque }, Err(BankMissing)),
            (Instrument { mode: PaymentMode::Card, ..Instrument::default() }, Err(CardDigits)),
            (
                Instrument { mode: PaymentMode::Neft, number: "SBIN".into(), ..Instrument::default() },
                Err(TransferReference),
            ),
        ];
        for (instrument, expected) in cases {
            assert_eq!(instrument.check(Paise(100), on()), expected, "{instrument:?}");
        }
    }

    #[test]
    fn upi_links_escape_hindi() {
        let link = upi_link("haldwani@sbi", "नगर निगम", Paise(120_050), "248459C03A1", "PT");
        assert!(link.starts_with("upi://pay?pa=haldwani@sbi&pn=%E0%A4%A8"));
        assert!(link.contains("&am=1200.50&cu=INR"));
    }
}
