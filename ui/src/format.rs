//! How amounts, days and times are written on the screen, and read from what people type.

use domain::{BusinessDate, Language, Paise};

/// `₹1,23,456.00`
pub fn rupees(amount: Paise) -> String {
    match amount.is_negative() {
        true => format!("−₹{}", amount.to_string().trim_start_matches('-')),
        false => format!("₹{amount}"),
    }
}

/// As it stands in a cell: no sign of currency, a dash for nothing.
pub fn cell(amount: Paise) -> String {
    match amount.0 {
        0 => "–".to_owned(),
        paise if paise < 0 => format!("−{}", amount.to_string().trim_start_matches('-')),
        _ => amount.to_string(),
    }
}

/// As it stands in a field a person edits: `1250.50`, `1200`.
pub fn plain(amount: Paise) -> String {
    let text = amount.to_string().replace(',', "");
    text.strip_suffix(".00").map_or_else(|| text.clone(), str::to_owned)
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// India is five and a half hours before UTC, without exceptions.
const IST_MS: i64 = 5 * HOUR_MS + 30 * MINUTE_MS;

/// `18:05` in India.
pub fn time_of_day(at_ms: i64) -> String {
    let in_day = at_ms.saturating_add(IST_MS).rem_euclid(DAY_MS);
    format!("{:02}:{:02}", in_day / HOUR_MS, in_day % HOUR_MS / MINUTE_MS)
}

/// `23-11-2026 18:05`
pub fn moment(at_ms: i64) -> String {
    format!("{} {}", BusinessDate::from_unix_ms(at_ms).on_paper(), time_of_day(at_ms))
}

/// How long ago, in the largest whole unit: `2 दिन पहले`, `3 h ago`.
pub fn ago(at_ms: i64, now_ms: i64, language: Language) -> String {
    let passed = now_ms.saturating_sub(at_ms).max(0);
    let (count, hindi, english) = match passed {
        0..MINUTE_MS => return pick(language, "अभी", "just now").to_owned(),
        MINUTE_MS..HOUR_MS => (passed / MINUTE_MS, "मिनट", "min"),
        HOUR_MS..DAY_MS => (passed / HOUR_MS, "घंटे", "h"),
        _ => (passed / DAY_MS, "दिन", if passed < 2 * DAY_MS { "day" } else { "days" }),
    };
    match language {
        Language::Hindi => format!("{count} {hindi} पहले"),
        Language::English => format!("{count} {english} ago"),
    }
}

fn pick<'a>(language: Language, hindi: &'a str, english: &'a str) -> &'a str {
    match language {
        Language::Hindi => hindi,
        Language::English => english,
    }
}

/// A day as people type it on a keypad: `23-11-2026`, `23/11`, `231126`, `23112026`. Without a year it is the latest
/// such day that is not after `today`, since instruments and leaves are dated in the past.
pub fn read_day(text: &str, today: BusinessDate) -> Option<BusinessDate> {
    let text: String = text.trim().chars().map(latin_digit).collect();
    if let Ok(day) = BusinessDate::parse(&text) {
        return Some(day);
    }
    let parts = split_day(&text)?;
    let number = |part: &String| part.parse::<i16>().ok();
    let small = |part: &String| part.parse::<i8>().ok();
    match parts.as_slice() {
        [day, month] => {
            let year = today.to_string().get(..4)?.parse::<i16>().ok()?;
            let this_year = BusinessDate::new(year, small(month)?, small(day)?).ok()?;
            if this_year <= today {
                Some(this_year)
            } else {
                BusinessDate::new(year - 1, small(month)?, small(day)?).ok()
            }
        }
        [day, month, year] => {
            let year = if year.len() == 2 { 2000 + number(year)? } else { number(year)? };
            BusinessDate::new(year, small(month)?, small(day)?).ok()
        }
        _ => None,
    }
}

fn split_day(text: &str) -> Option<Vec<String>> {
    if text.chars().all(|c| c.is_ascii_digit()) {
        let part = |from: usize, to: usize| text.get(from..to).map(str::to_owned);
        return match text.len() {
            4 => Some(vec![part(0, 2)?, part(2, 4)?]),
            6 => Some(vec![part(0, 2)?, part(2, 4)?, part(4, 6)?]),
            8 => Some(vec![part(0, 2)?, part(2, 4)?, part(4, 8)?]),
            _ => None,
        };
    }
    Some(text.split(['-', '/', '.', ' ']).map(str::to_owned).collect())
}

/// Devanagari digits count as digits wherever a number is typed.
pub fn latin_digit(c: char) -> char {
    match c {
        '०'..='९' => char::from_digit(u32::from(c) - u32::from('०'), 10).unwrap_or(c),
        _ => c,
    }
}

/// The digits of a text, Devanagari ones turned.
pub fn digits_only(text: &str) -> String {
    text.chars().map(latin_digit).filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_as_india_reads_them() {
        assert_eq!(rupees(Paise(12_345_650)), "₹1,23,456.50");
        assert_eq!(rupees(Paise(-5_000)), "−₹50.00");
        assert_eq!(cell(Paise::ZERO), "–");
        assert_eq!(plain(Paise(120_000)), "1200");
        assert_eq!(plain(Paise(120_050)), "1200.50");
    }

    #[test]
    fn days_are_read_as_the_keypad_gives_them() {
        let today = BusinessDate::new(2026, 11, 23).unwrap();
        let day = |text: &str| read_day(text, today).map(|day| day.to_string());
        for text in
            ["23-11-2026", "23/11", "2311", "231126", "23112026", "२३-११-२०२६", "23.11.26", "2026-11-23"]
        {
            assert_eq!(day(text).as_deref(), Some("2026-11-23"), "{text}");
        }
        assert_eq!(day("24-11").as_deref(), Some("2025-11-24"), "a day after today is last year's");
        for text in ["", "31-02-2026", "abc", "1", "23-13", "23--11"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_indian() {
        assert_eq!(moment(1_795_456_799_000), "23-11-2026 23:29");
        assert_eq!(ago(0, 3 * 86_400_000, Language::Hindi), "3 दिन पहले");
        assert_eq!(ago(0, 86_400_000, Language::English), "1 day ago");
        assert_eq!(ago(10, 0, Language::English), "just now");
    }
}
