//! Bounds of everything a person or another machine may send, each with its reason. Tested at the limit and one past.

use crate::Paise;

/// Demand lines in one batch fact: a batch is one signed entry and must stay a small message.
pub const DEMAND_BATCH_LINES_MAX: usize = 1_000;
/// Lines on one receipt: 20 years of 6 heads still fit on two A5 pages.
pub const RECEIPT_LINES_MAX: usize = 120;
/// Characters in a name: longer than any name met, short enough for paper.
pub const NAME_CHARACTERS_MAX: usize = 120;
/// Characters in a free text (narration, reason, address).
pub const TEXT_CHARACTERS_MAX: usize = 500;
/// One receipt: ₹10 crore. More than any bill of the state, less than a slipped finger on the keypad.
pub const RECEIPT_PAISE_MAX: Paise = Paise(10_000_000_000);
/// One demand line: the same bound as a receipt.
pub const DEMAND_PAISE_MAX: Paise = Paise(10_000_000_000);
