//! What ran and how it ended. A suite that ran nothing has failed: a switched-off test must not look like a pass.

use std::fmt;
use std::time::{Duration, Instant};

/// The counts of one suite, or of several added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that ran and held.
    pub passed: u64,
    /// Tests that ran and did not hold, or were left out.
    pub failed: u64,
}

impl Counts {
    /// One check that held.
    pub const PASS: Self = Self { passed: 1, failed: 0 };
    /// One check that did not.
    pub const FAIL: Self = Self { passed: 0, failed: 1 };

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// All suites of one run, in their order.
#[derive(Default)]
pub struct Tally {
    suites: Vec<(String, Counts, Duration)>,
}

impl Tally {
    /// Runs a suite and keeps its counts. An error is shown and counts as one failure; so does a suite with nothing
    /// in it.
    pub fn suite(&mut self, name: &str, run: impl FnOnce() -> anyhow::Result<Counts>) {
        let begun = Instant::now();
        let counts = match run() {
            Ok(Counts { passed: 0, failed: 0 }) => {
                eprintln!("✗ {name}: no test ran");
                Counts::FAIL
            }
            Ok(counts) => counts,
            Err(error) => {
                eprintln!("✗ {name}: {error:#}");
                Counts::FAIL
            }
        };
        let took = begun.elapsed();
        let mark = if counts.failed == 0 { '✓' } else { '✗' };
        eprintln!("{mark} {name}: {counts}, {:.1} s", took.as_secs_f64());
        self.suites.push((name.to_owned(), counts, took));
    }

    /// Counts a suite that could not even be tried, since something before it failed.
    pub fn not_run(&mut self, name: &str) {
        self.suite(name, || anyhow::bail!("not run: what it needs was not built"));
    }

    /// All counts together.
    pub fn total(&self) -> Counts {
        self.suites.iter().fold(Counts::default(), |sum, (_, counts, _)| sum.and(*counts))
    }

    /// The table of suites; the last line is the total alone.
    pub fn report(&self) -> String {
        let mut text = String::from("\n");
        for (name, counts, took) in &self.suites {
            let mark = if counts.failed == 0 { '✓' } else { '✗' };
            text += &format!(
                "{mark} {name:28} {:>6} passed {:>4} failed {:>8.1} s\n",
                counts.passed,
                counts.failed,
                took.as_secs_f64()
            );
        }
        text + &self.total().to_string()
    }
}

/// Adds up the `test result:` lines that Rust's test programs end with. What was ignored or filtered out did not run.
pub fn counts_in(output: &str) -> Counts {
    let results = output.lines().filter_map(|line| line.trim().strip_prefix("test result: "));
    results.fold(Counts::default(), |sum, line| {
        let count = |word: &str| {
            let before = line.split_once(word).map_or("", |(before, _)| before.trim_end());
            before.rsplit(' ').next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0)
        };
        sum.and(Counts { passed: count("passed"), failed: count("failed;") + count("ignored") })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_test_programs_are_added_up() {
        let output = "running 5 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\
                      test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(counts_in(output), Counts { passed: 7, failed: 3 });
        assert_eq!(counts_in("nothing here"), Counts::default());
    }

    #[test]
    fn a_suite_without_tests_and_one_that_breaks_are_failures() {
        let mut tally = Tally::default();
        tally.suite("empty", || Ok(Counts::default()));
        tally.suite("broken", || anyhow::bail!("no"));
        tally.suite("whole", || Ok(Counts { passed: 4, failed: 0 }));
        tally.not_run("left out");
        assert_eq!(tally.total(), Counts { passed: 4, failed: 3 });
        assert_eq!(tally.report().lines().last(), Some("4 passed, 3 failed"));
    }
}
