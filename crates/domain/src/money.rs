//! Money is whole paise in an `i64`, always checked: a sum that does not fit is an error, never a wrap.
//!
//! There is no conversion from a float, and none must be added.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in paise (₹1 = 100). May be negative where a credit is meant (rebates, corrections).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Paise(#[n(0)] pub i64);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// A character that is neither a digit, a grouping comma, a sign nor the decimal point.
    #[error("not a number")]
    NotANumber,
    /// More than two decimals: the smallest coin is a paisa.
    #[error("more than two decimals")]
    BelowPaisa,
    /// More than an `i64` of paise holds.
    #[error("too large")]
    TooLarge,
}

impl Paise {
    /// Nothing.
    pub const ZERO: Paise = Paise(0);

    /// Whole rupees.
    pub const fn from_rupees(rupees: i64) -> Option<Paise> {
        match rupees.checked_mul(100) {
            Some(paise) => Some(Paise(paise)),
            None => None,
        }
    }

    /// `None` when the sum does not fit.
    pub const fn checked_add(self, other: Paise) -> Option<Paise> {
        match self.0.checked_add(other.0) {
            Some(paise) => Some(Paise(paise)),
            None => None,
        }
    }

    /// `None` when the difference does not fit.
    pub const fn checked_sub(self, other: Paise) -> Option<Paise> {
        match self.0.checked_sub(other.0) {
            Some(paise) => Some(Paise(paise)),
            None => None,
        }
    }

    /// `None` when the product does not fit.
    pub const fn checked_mul(self, count: i64) -> Option<Paise> {
        match self.0.checked_mul(count) {
            Some(paise) => Some(Paise(paise)),
            None => None,
        }
    }

    /// The sum of all, or `None` when it does not fit.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Paise>) -> Option<Paise> {
        amounts.into_iter().try_fold(Paise::ZERO, Paise::checked_add)
    }

    /// The amount, or nothing where it is negative.
    #[must_use]
    pub fn or_zero_if_negative(self) -> Paise {
        self.max(Paise::ZERO)
    }

    /// True below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// True at exactly zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads what a person types or a register holds: `1,23,456.50`, `₹ 500`, `Rs. 12`, `१२३`. Grouping commas may
    /// stand anywhere between digits; Devanagari digits count as digits.
    pub fn parse(text: &str) -> Result<Paise, AmountError> {
        let trimmed = text.trim();
        let (negative, unsigned) = match trimmed.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, trimmed),
        };
        let digits = strip_currency(unsigned);
        let (negative, digits) = match digits.strip_prefix('-') {
            Some(rest) if !negative => (true, rest),
            _ => (negative, digits),
        };
        if digits.is_empty() {
            return Err(AmountError::Empty);
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut paise = parse_digits(whole, true)?;
        let mut fraction_digits = fraction.trim_end_matches(['0', '०']).chars();
        for place in [10, 1] {
            let digit = fraction_digits.next().map_or(Ok(0), digit_value)?;
            paise = match paise.checked_mul(10).and_then(|p| p.checked_add(digit)) {
                Some(next) => next,
                None => return Err(AmountError::TooLarge),
            };
            let _ = place;
        }
        if let Some(extra) = fraction_digits.next() {
            digit_value(extra)?;
            return Err(AmountError::BelowPaisa);
        }
        Ok(Paise(if negative { -paise } else { paise }))
    }
}

fn strip_currency(text: &str) -> &str {
    let lower = ["₹", "Rs.", "rs.", "RS.", "Rs", "rs", "INR", "रु.", "रु०", "रु", "रू"];
    let stripped = lower.iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text);
    stripped.trim().trim_end_matches("/-").trim_end()
}

fn digit_value(c: char) -> Result<i64, AmountError> {
    match c {
        '0'..='9' => Ok(i64::from(u32::from(c) - u32::from('0'))),
        '०'..='९' => Ok(i64::from(u32::from(c) - u32::from('०'))),
        _ => Err(AmountError::NotANumber),
    }
}

fn parse_digits(text: &str, allow_empty: bool) -> Result<i64, AmountError> {
    if text.is_empty() && !allow_empty {
        return Err(AmountError::Empty);
    }
    let mut value: i64 = 0;
    for c in text.chars().filter(|c| *c != ',') {
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(digit_value(c).ok()?))
            .ok_or_else(|| digit_value(c).err().unwrap_or(AmountError::TooLarge))?;
    }
    Ok(value)
}

impl fmt::Display for Paise {
    /// Indian grouping with two decimals and no sign of currency: `12,34,567.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let (rupees, paise) = (magnitude / 100, magnitude % 100);
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{paise:02}", group_indian(rupees))
    }
}

/// Groups digits as India reads them: the last three, then pairs (`12,34,567`).
pub fn group_indian(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 2);
    for (index, digit) in digits.chars().enumerate() {
        let remaining = digits.len() - index;
        if index > 0 && (remaining == 3 || (remaining > 3 && remaining % 2 == 1)) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_write() {
        for (text, paise) in [
            ("0", 0),
            ("500", 50_000),
            ("₹ 1,23,456.50", 12_345_650),
            ("Rs. 12/-", 1_200),
            ("१२३.५", 12_350),
            ("-40", -4_000),
            (".5", 50),
            ("7.10", 710),
            ("7.100", 710),
        ] {
            assert_eq!(Paise::parse(text), Ok(Paise(paise)), "{text}");
        }
        for (text, error) in [
            ("", AmountError::Empty),
            ("₹", AmountError::Empty),
            ("12a", AmountError::NotANumber),
            ("1.234", AmountError::BelowPaisa),
            ("1.2.3", AmountError::NotANumber),
            ("999999999999999999", AmountError::TooLarge),
            ("1e5", AmountError::NotANumber),
        ] {
            assert_eq!(Paise::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn groups_by_lakh_and_crore() {
        assert_eq!(Paise(123_456_700).to_string(), "12,34,567.00");
        assert_eq!(Paise(-5).to_string(), "-0.05");
        assert_eq!(Paise(100_000).to_string(), "1,000.00");
        assert_eq!(Paise(i64::MIN).to_string(), "-92,23,37,20,36,85,47,758.08");
    }

    proptest! {
        #[test]
        fn printed_amounts_read_back(paise in -1_000_000_000_000i64..1_000_000_000_000) {
            prop_assert_eq!(Paise::parse(&Paise(paise).to_string()), Ok(Paise(paise)));
        }
        #[test]
        fn any_text_is_an_answer_not_a_panic(text in ".*") {
            let _ = Paise::parse(&text);
        }
    }
}
