//! What runs did, counted: to tell runs apart, and to see that every kind of weather really came.

use std::collections::BTreeMap;
use std::fmt;

/// What must have come at least once in many seeds: a fault nobody meets any more proves nothing.
const WANTED: [&str; 32] = [
    "receipts acknowledged",
    "receipts found after a cut",
    "receipts cancelled",
    "properties described",
    "files of dues",
    "power cuts",
    "power cuts at the server",
    "exchanges",
    "visits",
    "entries by visit",
    "sticks written",
    "sticks read",
    "sticks refused",
    "entries by stick",
    "refusals of a full disk",
    "disks rolled back by a lie",
    "bits flipped",
    "disks replaced",
    "computers put back",
    "epochs opened",
    "clones made",
    "clones found",
    "unknown kinds written",
    "longer bodies written",
    "longer messages",
    "lies told",
    "false ranges kept as evidence",
    "false answers given",
    "devices revoked",
    "centres lost",
    "centres put back",
    "centres rebuilt from devices",
];

/// Counts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story(BTreeMap<&'static str, u64>);

impl Story {
    pub(crate) fn note(&mut self, what: &'static str) {
        self.count(what, 1);
    }

    pub(crate) fn count(&mut self, what: &'static str, times: u64) {
        if times > 0 {
            *self.0.entry(what).or_default() += times;
        }
    }

    pub(crate) fn most(&mut self, what: &'static str, value: u64) {
        let held = self.0.entry(what).or_default();
        *held = value.max(*held);
    }

    /// How often.
    pub fn times(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// Adds another run. What is a largest value stays one.
    pub fn add(&mut self, other: &Story) {
        for (what, times) in &other.0 {
            match what.starts_with("most ") {
                true => self.most(what, *times),
                false => self.count(what, *times),
            }
        }
    }

    /// What never came though it should have.
    pub fn missing(&self) -> Vec<&'static str> {
        WANTED.into_iter().filter(|what| self.times(what) == 0).collect()
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(what, times)| format!("{times} {what}")).collect();
        f.write_str(&parts.join(", "))
    }
}
