//! Reads one outstanding amount. From text strictly; from a spreadsheet's number by its decimal digits, never through
//! arithmetic on floats.

use crate::error::ImportError;
use crate::town::Sign;
use domain::Paise;
use domain::limits::DEMAND_PAISE_MAX;
use domain::money::AmountError;

/// Digits after the second decimal that must all be 0, or all 9, for a stored float to mean a whole paisa: nearer than
/// a millionth of one.
const FLOAT_DUST_DIGITS: usize = 6;

/// Reads what a person typed: `1,23,456.50`, `₹ 500`, `१२३`.
pub(crate) fn from_text(text: &str) -> Result<Paise, ImportError> {
    if crate::text::is_shortened_number(text.trim()) {
        return Err(ImportError::DigitsLost);
    }
    if !is_grouped_as_amount(text) {
        return Err(ImportError::BadAmount);
    }
    Paise::parse(text).map_err(|error| match error {
        AmountError::Empty | AmountError::NotANumber => ImportError::BadAmount,
        AmountError::BelowPaisa => ImportError::BelowPaisa,
        AmountError::TooLarge => ImportError::AmountTooLarge { limit_paise: DEMAND_PAISE_MAX },
    })
}

/// `123,45` is a decimal comma from elsewhere, and would be read as 12,345: the last group must have three digits.
fn is_grouped_as_amount(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or(text);
    // "Rs." has a point of its own.
    let whole = if whole.chars().any(|c| c.is_numeric()) { whole } else { text };
    match whole.rsplit_once(',') {
        Some((_, last)) => last.chars().filter(|c| c.is_numeric()).count() == 3,
        None => true,
    }
}

/// Reads the digits of a number cell. A sum in a spreadsheet leaves dust such as `30.299999999999997`; what is nearer
/// than a millionth of a paisa to a whole one is that one, anything else has too many decimals.
pub(crate) fn from_number(digits: &str) -> Result<Paise, ImportError> {
    let plain = plain_decimal(digits).ok_or(ImportError::BadAmount)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let (kept, dust) = match fraction.char_indices().nth(2) {
        Some((cut, _)) => fraction.split_at(cut),
        None => (fraction, ""),
    };
    let paise = from_text(&format!("{whole}.{kept}"))?;
    let near = |digit: char| {
        dust.len() >= FLOAT_DUST_DIGITS && dust.chars().take(FLOAT_DUST_DIGITS).all(|c| c == digit)
    };
    if dust.chars().all(|c| c == '0') || near('0') {
        Ok(paise)
    } else if near('9') {
        let away = if plain.starts_with('-') { Paise(-1) } else { Paise(1) };
        paise.checked_add(away).ok_or(ImportError::AmountTooLarge { limit_paise: DEMAND_PAISE_MAX })
    } else {
        Err(ImportError::BelowPaisa)
    }
}

/// `1.5E3` as `1500`: moves the point as text. `None` where it is no number, or longer than any amount.
pub(crate) fn plain_decimal(number: &str) -> Option<String> {
    const EXPONENT_MAX: i32 = 40;
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= EXPONENT_MAX)?;
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 400 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let length = i32::try_from(digits.len()).ok()?;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let plain = if point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else if point >= length {
        format!("{digits}{}", zeros(point - length))
    } else {
        let (before, after) = digits.split_at(usize::try_from(point).ok()?);
        format!("{before}.{after}")
    };
    Some(format!("{sign}{plain}"))
}

/// The bounds of one demand line, and the sign its head must have.
pub(crate) fn check(amount: Paise, sign: Sign) -> Result<(), ImportError> {
    if amount.0.unsigned_abs() > DEMAND_PAISE_MAX.0.unsigned_abs() {
        return Err(ImportError::AmountTooLarge { limit_paise: DEMAND_PAISE_MAX });
    }
    match sign {
        Sign::Due if amount.is_negative() => Err(ImportError::NegativeAmount),
        Sign::Credit if amount > Paise::ZERO => Err(ImportError::PositiveCredit),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_strictly() {
        for (text, paise) in
            [("1,23,456.50", 12_345_650), ("Rs. 1,250/-", 125_000), ("१२३.५", 12_350), ("-40", -4_000)]
        {
            assert_eq!(from_text(text), Ok(Paise(paise)), "{text}");
        }
        for (text, error) in [
            ("123,45", ImportError::BadAmount),
            ("1,2345", ImportError::BadAmount),
            ("12o", ImportError::BadAmount),
            ("", ImportError::BadAmount),
            ("1.234", ImportError::BelowPaisa),
            ("1.25E+05", ImportError::DigitsLost),
            ("30.299999999999997", ImportError::BelowPaisa),
        ] {
            assert_eq!(from_text(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_stored_float_means_the_paisa_it_is_nearest_to() {
        for (digits, paise) in [
            ("1250", 125_000),
            ("1250.5", 125_050),
            ("0.30000000000000004", 30),
            ("30.299999999999997", 3_030),
            ("-30.299999999999997", -3_030),
            ("999.99999999999994", 100_000),
            ("1.2345E3", 123_450),
            ("1.5e-1", 15),
            ("5E-17", 0),
            ("-0", 0),
            ("12.340000", 1_234),
        ] {
            assert_eq!(from_number(digits), Ok(Paise(paise)), "{digits}");
        }
        for digits in ["1.234", "1.00001", "0.009", "0.2999", "1.0000019"] {
            assert_eq!(from_number(digits), Err(ImportError::BelowPaisa), "{digits}");
        }
        for digits in ["NaN", "inf", "", "1e999", "1.2.3", "--1", "0x10", "१२"] {
            assert_eq!(from_number(digits), Err(ImportError::BadAmount), "{digits}");
        }
        assert!(matches!(from_number("1e30"), Err(ImportError::AmountTooLarge { .. })));
    }

    #[test]
    fn signs_and_the_bound() {
        assert_eq!(check(Paise(-1), Sign::Due), Err(ImportError::NegativeAmount));
        assert_eq!(check(Paise(1), Sign::Credit), Err(ImportError::PositiveCredit));
        assert_eq!(check(Paise(-1), Sign::Either), Ok(()));
        assert_eq!(check(DEMAND_PAISE_MAX, Sign::Due), Ok(()));
        let past = Paise(DEMAND_PAISE_MAX.0 + 1);
        assert!(matches!(check(past, Sign::Due), Err(ImportError::AmountTooLarge { .. })));
        assert!(matches!(check(Paise(i64::MIN), Sign::Either), Err(ImportError::AmountTooLarge { .. })));
    }
}
