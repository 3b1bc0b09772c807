//! What each paper claims in its QR, made from its fact alone: the press signs it, and the check of a paper makes it
//! again from the fact held here and compares.

use crate::OfficeError;
use domain::drawer::{DrawerHandedOver, Remitted, ShiftClosed, count_worth};
use domain::receipt::{PaymentCertified, ReceiptIssued, ReceiptNumber};
use domain::{BusinessDate, ChainHead, CounterCode, FinancialYear, Paise, TownCode};
use journal::{Claim, ClaimKind};

/// Where a paper was made.
pub(crate) struct Issuer {
    /// The town.
    pub town: TownCode,
    /// The counter.
    pub counter: CounterCode,
}

impl Issuer {
    fn number(&self, at: &ChainHead, year: FinancialYear, serial: u32) -> ReceiptNumber {
        ReceiptNumber { town: self.town, counter: self.counter.clone(), epoch: at.epoch, year, serial }
    }
}

/// A number as its paper prints it: receipts plain, every other paper with its letter before the serial, so that two
/// papers of one counter never print the same number.
pub(crate) fn number_on_paper(kind: ClaimKind, number: &ReceiptNumber) -> String {
    let letter = match kind {
        ClaimKind::Receipt => return number.to_string(),
        ClaimKind::PaymentCertificate => 'P',
        ClaimKind::DayClose => 'D',
        ClaimKind::Remittance => 'R',
        ClaimKind::Handover => 'H',
    };
    let ReceiptNumber { town, counter, epoch, year, serial } = number;
    format!("{town}/{}-{}/{year}/{letter}{serial:04}", counter.0, epoch.letters())
}

/// A receipt.
pub(crate) fn of_receipt(at: &ChainHead, fact: &ReceiptIssued) -> Result<Claim, OfficeError> {
    Claim::of_receipt(at, fact).ok_or(OfficeError::AmountTooLarge)
}

/// A certificate of payment: day and amount are the receipt's, since they are what it certifies.
pub(crate) fn of_certificate(
    issuer: &Issuer,
    at: &ChainHead,
    certified: &PaymentCertified,
    receipt: &ReceiptIssued,
) -> Result<Claim, OfficeError> {
    Ok(Claim {
        kind: ClaimKind::PaymentCertificate,
        number: issuer.number(at, certified.year, certified.serial),
        business_date: receipt.business_date,
        amount_paise: receipt.total_paise().ok_or(OfficeError::AmountTooLarge)?,
        entry: at.hash,
    })
}

/// A day close sheet; the close itself does not name its serial and day.
pub(crate) fn of_close(
    issuer: &Issuer,
    at: &ChainHead,
    closed: &ShiftClosed,
    serial: u32,
    business_date: BusinessDate,
) -> Result<Claim, OfficeError> {
    Ok(Claim {
        kind: ClaimKind::DayClose,
        number: issuer.number(at, business_date.financial_year(), serial),
        business_date,
        amount_paise: collected(closed).ok_or(OfficeError::AmountTooLarge)?,
        entry: at.hash,
    })
}

/// All modes of a close together.
pub(crate) fn collected(closed: &ShiftClosed) -> Option<Paise> {
    Paise::checked_sum(closed.expected.iter().map(|total| total.amount_paise))
}

/// A remittance slip.
pub(crate) fn of_remittance(issuer: &Issuer, at: &ChainHead, remitted: &Remitted) -> Claim {
    Claim {
        kind: ClaimKind::Remittance,
        number: issuer.number(at, remitted.business_date.financial_year(), remitted.serial),
        business_date: remitted.business_date,
        amount_paise: remitted.amount_paise,
        entry: at.hash,
    }
}

/// A handover sheet. Handovers have no series; the entry's own number names them.
pub(crate) fn of_handover(
    issuer: &Issuer,
    at: &ChainHead,
    handed_over: &DrawerHandedOver,
    business_date: BusinessDate,
) -> Result<Claim, OfficeError> {
    let serial = u32::try_from(at.seq).map_err(|_| OfficeError::AmountTooLarge)?;
    Ok(Claim {
        kind: ClaimKind::Handover,
        number: issuer.number(at, business_date.financial_year(), serial),
        business_date,
        amount_paise: count_worth(&handed_over.counted).ok_or(OfficeError::AmountTooLarge)?,
        entry: at.hash,
    })
}
