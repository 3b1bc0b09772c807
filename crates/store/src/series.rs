//! The numbered series of a counter, as the file counts them.

/// A numbered series of a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Receipts.
    Receipt = 1,
    /// Certificates of payment.
    Certificate = 2,
    /// Remittance slips.
    Remittance = 3,
}
