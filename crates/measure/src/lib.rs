//! One row of a benchmark: a figure, the floor or peer measured in the same run, and the bar between them.
//!
//! A benchmark program prints its rows on standard output, one a line ([`Row::to_line`]), whatever it says besides on
//! standard error; `cargo xtask bench` reads the lines, keeps them and judges the run. Must not know what is measured.

use serde::{Deserialize, Serialize};

/// How a figure must stand to be good enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bar {
    /// At most so many times the peer: times, bytes.
    TimesAtMost(f64),
    /// At least so many times the peer: rates.
    TimesAtLeast(f64),
    /// At most this, in the row's unit.
    AtMost(f64),
    /// At least this, in the row's unit.
    AtLeast(f64),
    /// At most the peer and this on top, in the row's unit.
    AboveAtMost(f64),
}

/// A measured figure beside what it is measured against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What was measured, as a person would say it.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// Unit of `value` and `against_value`.
    pub unit: String,
    /// The floor or peer, measured in the same run on the same machine; empty where the bar is absolute.
    pub against: String,
    /// The peer's figure.
    pub against_value: Option<f64>,
    /// `value / against_value`.
    pub ratio: Option<f64>,
    /// What must hold.
    pub bar: Bar,
    /// Whether it does.
    pub holds: bool,
}

impl Row {
    /// A figure with a bar of its own.
    ///
    /// ```
    /// use measure::{Bar, Row};
    /// assert!(Row::alone("search, p99", 9.5, "ms", Bar::AtMost(15.0)).holds);
    /// assert!(!Row::alone("import", 20_000.0, "receipts/CPU-s", Bar::AtLeast(25_000.0)).holds);
    /// ```
    #[must_use]
    pub fn alone(name: &str, value: f64, unit: &str, bar: Bar) -> Self {
        Self::new(name, value, unit, String::new(), None, bar)
    }

    /// A figure beside its peer.
    ///
    /// ```
    /// use measure::{Bar, Row};
    /// let row = Row::beside("receipt, p50", 2.4, "ms", "one bare commit", 1.0, Bar::TimesAtMost(3.0));
    /// assert_eq!(row.ratio, Some(2.4));
    /// assert!(row.holds);
    /// ```
    #[must_use]
    pub fn beside(name: &str, value: f64, unit: &str, against: &str, against_value: f64, bar: Bar) -> Self {
        Self::new(name, value, unit, against.to_owned(), Some(against_value), bar)
    }

    fn new(
        name: &str,
        value: f64,
        unit: &str,
        against: String,
        against_value: Option<f64>,
        bar: Bar,
    ) -> Self {
        let ratio = against_value.map(|peer| value / peer);
        let mut row = Self {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            against,
            against_value,
            ratio,
            bar,
            holds: false,
        };
        row.holds = row.judge();
        row
    }

    /// Whether the figures meet the bar. A figure that is no number, and a bar against a peer that is missing or not
    /// above zero, never do.
    #[must_use]
    pub fn judge(&self) -> bool {
        let ratio = match self.against_value {
            Some(peer) if peer > 0.0 => Some(self.value / peer),
            _ => None,
        };
        self.value.is_finite()
            && match self.bar {
                Bar::TimesAtMost(bar) => ratio.is_some_and(|ratio| ratio <= bar),
                Bar::TimesAtLeast(bar) => ratio.is_some_and(|ratio| ratio >= bar),
                Bar::AtMost(bar) => self.value <= bar,
                Bar::AtLeast(bar) => self.value >= bar,
                Bar::AboveAtMost(bar) => self.against_value.is_some_and(|peer| self.value <= peer + bar),
            }
    }

    /// The row as the line a benchmark program prints.
    #[must_use]
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a line; `None` where it holds no row. What the line claims to hold is judged again.
    #[must_use]
    pub fn from_line(line: &str) -> Option<Self> {
        let mut row: Self = serde_json::from_str(line).ok()?;
        row.holds = row.judge();
        Some(row)
    }
}

/// The value below which this share of the samples lies (nearest rank); `None` without samples. Sorts the samples.
///
/// ```
/// let mut samples: Vec<f64> = (1..=100).map(f64::from).collect();
/// assert_eq!(measure::quantile(&mut samples, 0.99), Some(99.0));
/// assert_eq!(measure::quantile(&mut [], 0.5), None);
/// ```
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a rank among samples"
)]
pub fn quantile(samples: &mut [f64], share: f64) -> Option<f64> {
    samples.sort_by(f64::total_cmp);
    let rank = (share.clamp(0.0, 1.0) * samples.len() as f64).ceil() as usize;
    samples.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bar_holds_on_its_edge_and_not_beyond() {
        for (bar, good, bad) in [
            (Bar::TimesAtMost(3.0), 6.0, 6.1),
            (Bar::TimesAtLeast(3.0), 6.0, 5.9),
            (Bar::AtMost(3.0), 3.0, 3.1),
            (Bar::AtLeast(3.0), 3.0, 2.9),
            (Bar::AboveAtMost(3.0), 5.0, 5.1),
        ] {
            assert!(Row::beside("row", good, "s", "peer", 2.0, bar).holds, "{bar:?}");
            assert!(!Row::beside("row", bad, "s", "peer", 2.0, bar).holds, "{bar:?}");
        }
    }

    #[test]
    fn figures_that_are_none_never_hold() {
        assert!(!Row::beside("row", 0.0, "s", "peer", 0.0, Bar::TimesAtMost(3.0)).holds);
        assert!(!Row::alone("row", 1.0, "s", Bar::TimesAtMost(3.0)).holds);
        assert!(!Row::alone("row", f64::NAN, "s", Bar::AtMost(3.0)).holds);
        assert!(!Row::alone("row", f64::INFINITY, "s", Bar::AtLeast(3.0)).holds);
    }

    #[test]
    fn a_line_is_judged_anew() {
        let mut row = Row::alone("row", 4.0, "s", Bar::AtMost(3.0));
        assert_eq!(Row::from_line(&row.to_line()), Some(row.clone()));
        row.holds = true;
        assert!(!Row::from_line(&row.to_line()).unwrap().holds);
        assert_eq!(Row::from_line("done"), None);
    }
}
