//! Dates of the office: the business date a shift is opened for, and the financial year (1 April to 31 March).

use jiff::civil::Date;
use minicbor::{Decode, Decoder, Encode, Encoder};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of business, chosen by a person when the shift opens. Not an instant: clocks are for display.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessDate(Date);

/// The text is not a date of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date")]
pub struct DateError;

impl BusinessDate {
    /// Year, month 1–12, day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<BusinessDate, DateError> {
        Date::new(year, month, day).map(BusinessDate).map_err(|_| DateError)
    }

    /// The Indian calendar day of an instant (milliseconds since 1970 UTC; IST is UTC+5:30, without exceptions).
    pub fn from_unix_ms(at_ms: i64) -> BusinessDate {
        const IST_MS: i64 = 19_800_000;
        const DAY_MS: i64 = 86_400_000;
        let days = at_ms.saturating_add(IST_MS).div_euclid(DAY_MS);
        let epoch = Date::constant(1970, 1, 1);
        let span = jiff::Span::new().try_days(days).unwrap_or_default();
        BusinessDate(epoch.saturating_add(span))
    }

    /// `2026-11-23`, or as on paper `23-11-2026` or `23/11/2026`.
    pub fn parse(text: &str) -> Result<BusinessDate, DateError> {
        let parts: Vec<&str> = text.trim().split(['-', '/', '.']).collect();
        let [first, month, last] = parts.as_slice() else { return Err(DateError) };
        let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
        if year.len() != 4 {
            return Err(DateError);
        }
        let number = |text: &str| text.parse::<i16>().map_err(|_| DateError);
        let small = |text: &str| text.parse::<i8>().map_err(|_| DateError);
        BusinessDate::new(number(year)?, small(month)?, small(day)?)
    }

    /// The financial year the day lies in.
    pub fn financial_year(self) -> FinancialYear {
        let starts = if self.0.month() >= 4 { self.0.year() } else { self.0.year() - 1 };
        FinancialYear(starts)
    }

    /// Days from `earlier` to this day; negative when this day is the earlier one.
    pub fn days_since(self, earlier: BusinessDate) -> i32 {
        self.0.since(earlier.0).map(|span| span.get_days()).unwrap_or(0)
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> BusinessDate {
        BusinessDate(self.0.tomorrow().unwrap_or(self.0))
    }

    /// As on paper: `23-11-2026`.
    pub fn on_paper(self) -> String {
        format!("{:02}-{:02}-{:04}", self.0.day(), self.0.month(), self.0.year())
    }

    /// The number `yyyymmdd`.
    pub fn to_number(self) -> u32 {
        u32::from(self.0.year().unsigned_abs()) * 10_000
            + u32::from(self.0.month().unsigned_abs()) * 100
            + u32::from(self.0.day().unsigned_abs())
    }

    /// Reads the number `yyyymmdd`.
    pub fn from_number(number: u32) -> Result<BusinessDate, DateError> {
        let year = i16::try_from(number / 10_000).map_err(|_| DateError)?;
        let month = i8::try_from(number / 100 % 100).map_err(|_| DateError)?;
        let day = i8::try_from(number % 100).map_err(|_| DateError)?;
        BusinessDate::new(year, month, day)
    }
}

impl fmt::Display for BusinessDate {
    /// As in files: `2026-11-23`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for BusinessDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for BusinessDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BusinessDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        BusinessDate::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// In entries a date is the number `yyyymmdd`.
impl<C> Encode<C> for BusinessDate {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.u32(self.to_number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for BusinessDate {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        BusinessDate::from_number(decoder.u32()?).map_err(|_| minicbor::decode::Error::message("not a date"))
    }
}

/// A financial year, named by the calendar year it starts in: `FinancialYear(2026)` is 2026-27.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct FinancialYear(#[n(0)] pub i16);

impl FinancialYear {
    /// Reads `2026-27`, `2026-2027`, `26-27` or `2026`. The second half must follow the first.
    pub fn parse(text: &str) -> Result<FinancialYear, DateError> {
        let text = text.trim();
        let (first, second) = text.split_once(['-', '/', '–']).map_or((text, None), |(a, b)| (a, Some(b)));
        let starts = match (first.len(), first.parse::<i16>()) {
            (4, Ok(year)) => year,
            (2, Ok(year)) => 2000 + year,
            _ => return Err(DateError),
        };
        if !(1900..=2200).contains(&starts) {
            return Err(DateError);
        }
        if let Some(second) = second {
            let ends = second.parse::<i16>().map_err(|_| DateError)?;
            let expected = starts + 1;
            let agrees = match second.len() {
                2 => ends == expected % 100,
                4 => ends == expected,
                _ => false,
            };
            if !agrees {
                return Err(DateError);
            }
        }
        Ok(FinancialYear(starts))
    }

    /// 1 April.
    pub fn first_day(self) -> BusinessDate {
        BusinessDate(Date::new(self.0, 4, 1).unwrap_or(Date::ZERO))
    }

    /// 31 March.
    pub fn last_day(self) -> BusinessDate {
        BusinessDate(Date::new(self.0 + 1, 3, 31).unwrap_or(Date::ZERO))
    }
}

impl fmt::Display for FinancialYear {
    /// `2026-27`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0, (self.0 + 1) % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_turns_on_the_first_of_april() {
        let last = BusinessDate::new(2027, 3, 31).unwrap();
        assert_eq!(last.financial_year().to_string(), "2026-27");
        assert_eq!(last.next().financial_year().to_string(), "2027-28");
        assert_eq!(FinancialYear(1999).to_string(), "1999-00");
    }

    #[test]
    fn an_instant_after_half_past_six_in_the_evening_utc_is_the_next_indian_day() {
        let evening = 1_795_456_799_000; // 2026-11-23T17:59:59Z
        assert_eq!(BusinessDate::from_unix_ms(evening).to_string(), "2026-11-23");
        assert_eq!(BusinessDate::from_unix_ms(evening + 1_801_000).to_string(), "2026-11-24");
        assert_eq!(BusinessDate::from_unix_ms(-1).to_string(), "1970-01-01");
        BusinessDate::from_unix_ms(i64::MAX);
        BusinessDate::from_unix_ms(i64::MIN);
    }

    #[test]
    fn years_as_people_write_them() {
        for text in ["2026-27", "2026-2027", "26-27", "2026", " 2026-27 "] {
            assert_eq!(FinancialYear::parse(text), Ok(FinancialYear(2026)), "{text}");
        }
        for text in ["2026-28", "", "x", "2026-2", "12026", "1800-01"] {
            assert!(FinancialYear::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_in_both_orders() {
        for text in ["2026-11-23", "23-11-2026", "23/11/2026"] {
            assert_eq!(BusinessDate::parse(text).unwrap().on_paper(), "23-11-2026");
        }
        assert!(BusinessDate::parse("31-02-2026").is_err());
        assert!(BusinessDate::parse("23-11-26").is_err());
    }
}
