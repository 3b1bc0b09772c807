//! What the QR on a paper says: number, date, amount and entry, signed by the device, with the certificates that lead
//! to the state root. Any copy of Palika checks it with the state root alone.

use crate::certificate::Certificate;
use crate::entry::Reader;
use crate::key::{KeyPair, verify};
use crate::{CertificateKind, JournalError};
use domain::identity::{PublicKey, Signature};
use domain::receipt::{ReceiptIssued, ReceiptNumber};
use domain::{BusinessDate, ChainHead, CounterCode, Epoch, FinancialYear, Hash, Paise, TownCode};

/// What the QR's text begins with; the rest is base45, which a QR holds as densely as bytes.
pub const PREFIX: &str = "PLK1:";
const LABEL: &str = "palika claim 1";
const COUNTER_BYTES_MAX: usize = 12;

/// Which paper carries the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// A receipt.
    Receipt = 1,
    /// A certificate of payment.
    PaymentCertificate = 2,
    /// A day close sheet: the number's serial is the close's, the amount the collection.
    DayClose = 3,
    /// A remittance slip: the amount is what goes to the bank.
    Remittance = 4,
    /// A handover sheet: the number's serial is the entry's own number in the log, the amount the cash counted.
    Handover = 5,
}

/// What a paper claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which paper.
    pub kind: ClaimKind,
    /// Its number; names town and counter.
    pub number: ReceiptNumber,
    /// The business date.
    pub business_date: BusinessDate,
    /// The amount.
    pub amount_paise: Paise,
    /// The entry it was printed from.
    pub entry: Hash,
}

/// A claim with the device's signature and the certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedClaim {
    /// What is claimed.
    pub claim: Claim,
    /// The device's signature.
    pub signature: Signature,
    /// Town → device.
    pub device: Certificate,
    /// State → town.
    pub town: Certificate,
}

impl Claim {
    /// What the paper of a receipt says; `None` where its lines come to more than fits.
    pub fn of_receipt(at: &ChainHead, receipt: &ReceiptIssued) -> Option<Claim> {
        Some(Claim {
            kind: ClaimKind::Receipt,
            number: receipt.number.clone(),
            business_date: receipt.business_date,
            amount_paise: receipt.total_paise()?,
            entry: at.hash,
        })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(80);
        let counter = self.number.counter.0.as_bytes();
        bytes.push(1);
        bytes.push(self.kind as u8);
        bytes.extend_from_slice(&self.number.town.0.to_be_bytes());
        bytes.push(counter.len() as u8);
        bytes.extend_from_slice(counter);
        bytes.extend_from_slice(&self.number.epoch.0.to_be_bytes());
        bytes.extend_from_slice(&self.number.year.0.to_be_bytes());
        bytes.extend_from_slice(&self.number.serial.to_be_bytes());
        bytes.extend_from_slice(&self.business_date.to_number().to_be_bytes());
        bytes.extend_from_slice(&self.amount_paise.0.to_be_bytes());
        bytes.extend_from_slice(&self.entry.0);
        bytes
    }

    fn read(reader: &mut Reader<'_>) -> Result<Claim, JournalError> {
        let malformed = JournalError::Malformed("claim");
        let kind = match reader.take::<2>()? {
            [1, 1] => ClaimKind::Receipt,
            [1, 2] => ClaimKind::PaymentCertificate,
            [1, 3] => ClaimKind::DayClose,
            [1, 4] => ClaimKind::Remittance,
            [1, 5] => ClaimKind::Handover,
            _ => return Err(malformed),
        };
        let town = TownCode(u32::from_be_bytes(reader.take()?));
        let length = usize::from(u8::from_be_bytes(reader.take()?));
        if length > COUNTER_BYTES_MAX {
            return Err(malformed);
        }
        let counter =
            String::from_utf8(reader.take_slice(length)?.to_vec()).map_err(|_| malformed.clone())?;
        let number = ReceiptNumber {
            town,
            counter: CounterCode(counter),
            epoch: Epoch(u32::from_be_bytes(reader.take()?)),
            year: FinancialYear(i16::from_be_bytes(reader.take()?)),
            serial: u32::from_be_bytes(reader.take()?),
        };
        let date = u32::from_be_bytes(reader.take()?);
        Ok(Claim {
            kind,
            number,
            business_date: BusinessDate::from_number(date).map_err(|_| malformed)?,
            amount_paise: Paise(i64::from_be_bytes(reader.take()?)),
            entry: Hash(reader.take()?),
        })
    }

    /// Signs it with the device's key.
    pub fn sign(self, device: &KeyPair, of_device: &Certificate, of_town: &Certificate) -> SignedClaim {
        let signature = device.sign(LABEL, &self.to_bytes());
        SignedClaim { claim: self, signature, device: of_device.clone(), town: of_town.clone() }
    }
}

impl SignedClaim {
    /// The QR's text. Of each certificate only key, day and signature travel: the rest follows from the claim.
    pub fn to_text(&self) -> String {
        let mut bytes = self.claim.to_bytes();
        bytes.extend_from_slice(&self.signature.0);
        for certificate in [&self.device, &self.town] {
            bytes.extend_from_slice(&certificate.key.0);
            bytes.extend_from_slice(&certificate.issued_on.to_number().to_be_bytes());
            bytes.extend_from_slice(&certificate.signature.0);
        }
        format!("{PREFIX}{}", base45::encode(&bytes))
    }

    /// Reads a QR's text; checks nothing yet.
    pub fn from_text(text: &str) -> Result<SignedClaim, JournalError> {
        let malformed = JournalError::Malformed("claim");
        let code = text.trim().strip_prefix(PREFIX).ok_or(malformed.clone())?;
        if code.len() > 2_000 {
            return Err(JournalError::TooLarge("claim"));
        }
        let bytes = base45::decode(code).map_err(|_| malformed.clone())?;
        let mut reader = Reader { rest: &bytes };
        let claim = Claim::read(&mut reader)?;
        let signature = Signature(reader.take()?);
        let town_code = claim.number.town;
        let device = short_certificate(&mut reader, CertificateKind::Device, town_code)?;
        let town = short_certificate(&mut reader, CertificateKind::Town, town_code)?;
        if !reader.rest.is_empty() {
            return Err(malformed);
        }
        Ok(SignedClaim { claim, signature, device, town })
    }

    /// Checks signature and certificates down from the state's root key.
    pub fn verify(&self, state_root: &PublicKey) -> Result<(), JournalError> {
        self.town.verify(state_root)?;
        self.verify_under_town()
    }

    /// Checks signature and device certificate under the town's key as the paper gives it, whoever vouches for that:
    /// tells a paper of another state from a forged one.
    pub fn verify_under_town(&self) -> Result<(), JournalError> {
        self.device.verify(&self.town.key)?;
        verify(&self.device.key, LABEL, &self.claim.to_bytes(), &self.signature, "claim")
    }
}

fn short_certificate(
    reader: &mut Reader<'_>,
    kind: CertificateKind,
    town: TownCode,
) -> Result<Certificate, JournalError> {
    let key = PublicKey(reader.take()?);
    let issued_on = BusinessDate::from_number(u32::from_be_bytes(reader.take()?))
        .map_err(|_| JournalError::Malformed("claim"))?;
    let subject = match kind {
        CertificateKind::Device => crate::device_of(&key).0,
        _ => [0; 16],
    };
    Ok(Certificate { kind, town, subject, key, issued_on, signature: Signature(reader.take()?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn signed() -> (KeyPair, SignedClaim) {
        let on = BusinessDate::new(2026, 11, 23).unwrap();
        let (state, town, device) =
            (KeyPair::from_secret([1; 32]), KeyPair::from_secret([2; 32]), KeyPair::from_secret([3; 32]));
        let code = TownCode(248_459);
        let claim = Claim {
            kind: ClaimKind::Receipt,
            number: ReceiptNumber {
                town: code,
                counter: CounterCode("C03".into()),
                epoch: Epoch(0),
                year: FinancialYear(2026),
                serial: 417,
            },
            business_date: on,
            amount_paise: Paise(123_456),
            entry: Hash([7; 32]),
        };
        let of_town = Certificate::town(&state, code, town.public(), on);
        let of_device = Certificate::device(&town, code, device.public(), on);
        (state, claim.sign(&device, &of_device, &of_town))
    }

    #[test]
    fn a_paper_is_checked_with_the_state_root_alone() {
        let (state, signed) = signed();
        let text = signed.to_text();
        assert!(text.len() <= 560, "{} characters", text.len());
        let read = SignedClaim::from_text(&text).unwrap();
        assert_eq!(read, signed);
        assert_eq!(read.verify(&state.public()), Ok(()));
        assert!(read.verify(&KeyPair::from_secret([8; 32]).public()).is_err());
    }

    #[test]
    fn a_changed_amount_is_forged() {
        let (state, mut signed) = signed();
        signed.claim.amount_paise = Paise(1_123_456);
        assert_eq!(signed.verify(&state.public()), Err(JournalError::Signature("claim")));
    }

    proptest! {
        #[test]
        fn foreign_text_is_an_answer_not_a_panic(text in ".*") {
            let _ = SignedClaim::from_text(&format!("{PREFIX}{text}"));
        }
    }
}
