//! The simulator's program, run over a range of seeds.
//!
//! The program prints each failing seed with what broke and ends with a line `N passed, N failed`, one count a seed.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::test::Counts;
use crate::workspace::Workspace;
use crate::{process, progress};

/// The simulator's program, of the package of the same name.
pub const SIMULATOR: &str = "sim";
/// As many as `cargo xtask test` runs.
pub const SEEDS_IN_TESTS: u64 = 1_000;
/// Whole weeks that `cargo xtask test` runs.
const WEEKS_IN_TESTS: u64 = 4;
const LIMIT: Duration = Duration::from_secs(1200);

fn command(program: &Path, seeds: u64, first: u64) -> Command {
    let mut command = Command::new(program);
    command.args(["--seeds", &seeds.to_string(), "--first", &first.to_string()]);
    command
}

/// `cargo xtask sim`: shows the program's own output.
pub fn simulate(workspace: &Workspace, arguments: Vec<String>) -> Result<ExitCode> {
    process::shown(workspace.cargo().args(["build", "--quiet", "-p", SIMULATOR, "--bin", SIMULATOR]))?;
    let program = workspace.program(SIMULATOR, false);
    let status =
        Command::new(&program).args(arguments).status().with_context(|| program.display().to_string())?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Three offices of a town through a week of the worst weather.
pub fn week(program: &Path) -> Result<Counts> {
    let mut command = Command::new(program);
    command.args(["--week", "--seeds", &WEEKS_IN_TESTS.to_string()]);
    judged("simulator, a week in three offices", &mut command, WEEKS_IN_TESTS)
}

/// The seeds as a suite: every one of them must have run.
pub fn counted(program: &Path, seeds: u64, first: u64) -> Result<Counts> {
    judged(&format!("simulator, {seeds} seeds"), &mut command(program, seeds, first), seeds)
}

fn judged(label: &str, command: &mut Command, seeds: u64) -> Result<Counts> {
    let ran = progress::step(label, || process::captured(command, LIMIT))?;
    let counts = last_counts(&ran.stdout);
    if !ran.is_success() {
        eprintln!("{}", ran.text());
    }
    match counts {
        Some(counts) if counts.passed + counts.failed != seeds => bail!("{counts}, of {seeds} seeds"),
        Some(counts) if ran.is_success() || counts.failed > 0 => Ok(counts),
        _ => bail!("the simulator ended badly"),
    }
}

fn last_counts(stdout: &str) -> Option<Counts> {
    let (passed, failed) = stdout.lines().last()?.split_once(" passed, ")?;
    let failed = failed.strip_suffix(" failed")?;
    Some(Counts { passed: passed.trim().parse().ok()?, failed: failed.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_line_counts() {
        assert_eq!(
            last_counts("1 passed, 0 failed\n199 passed, 1 failed\n"),
            Some(Counts { passed: 199, failed: 1 })
        );
        assert_eq!(last_counts("3 passed, 0 failed\nthread panicked\n"), None);
        assert_eq!(last_counts(""), None);
    }
}
