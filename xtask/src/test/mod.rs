//! `cargo xtask test`: every suite, one after the other, and their counts added up.

mod programs;
mod tally;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};

pub use programs::Programs;
pub use tally::{Counts, Tally};

use crate::metadata::Metadata;
use crate::workspace::Workspace;
use crate::{prepare, process, progress, screens, simulate, tidy, virtual_display};

/// The package of the desktop shell, whose test `window` needs a display.
pub const SHELL: &str = "desktop";
/// The test program of the real window.
pub const WINDOW_TEST: &str = "window";
/// A lint run compiles every dependency once for checking.
const LINT_LIMIT: Duration = Duration::from_secs(1800);
/// A test program that takes longer hangs.
const PROGRAM_LIMIT: Duration = Duration::from_secs(900);
/// The window's walks every screen twice, once with a judge at each, in an unoptimised build.
const WINDOW_LIMIT: Duration = Duration::from_secs(3600);

/// Runs everything. The last line of the output is `N passed, N failed`.
pub fn test(workspace: &Workspace) -> Result<ExitCode> {
    let mut tally = Tally::default();
    tally.suite("machine", || prepare::prepare(workspace, false).map(|()| Counts::PASS));
    tally.suite("programs of others", || prepare::programs::ensure(workspace).map(|()| Counts::PASS));
    tally.suite("judge of accessibility", || prepare::judge(workspace).map(|()| Counts::PASS));
    tally.suite("format", || format(workspace));
    for (name, check) in tidy::CHECKS {
        tally.suite(name, || tidy::counted(workspace, *check));
    }
    tally.suite("screens for the window", || screens::build(workspace, false).map(|()| Counts::PASS));
    tally.suite("lints", || lints(workspace));
    match Programs::build(workspace, false) {
        Ok(programs) => built_suites(workspace, &programs, &mut tally),
        Err(error) => {
            eprintln!("✗ the tests do not compile: {error:#}");
            for name in ["tests of the crates", "documentation", "simulator", "window"] {
                tally.not_run(name);
            }
        }
    }
    println!("{}", tally.report());
    Ok(if tally.total().failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn built_suites(workspace: &Workspace, programs: &Programs, tally: &mut Tally) {
    match Metadata::own(workspace) {
        Ok(own) => {
            for package in own.packages {
                tally.suite(&package.name, || crate_tests(programs, &package.name));
            }
        }
        Err(error) => tally.suite("tests of the crates", || Err(error)),
    }
    tally.suite("documentation", || documentation(workspace));
    tally.suite("simulator", || {
        let simulator = programs.binary(simulate::SIMULATOR).context("the simulator was not built")?;
        let seeds = simulate::counted(simulator, simulate::SEEDS_IN_TESTS, 1)?;
        Ok(seeds.and(simulate::week(simulator)?))
    });
    tally.suite("window", || window_tests(programs, None));
}

fn format(workspace: &Workspace) -> Result<Counts> {
    process::shown(workspace.cargo().args(["fmt", "--all", "--check"])).map(|()| Counts::PASS)
}

fn lints(workspace: &Workspace) -> Result<Counts> {
    let mut clippy = workspace.cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]);
    let found = progress::step("clippy", || process::captured(&mut clippy, LINT_LIMIT))?;
    if !found.is_success() {
        bail!("{}", found.text());
    }
    Ok(Counts::PASS)
}

/// The unit and integration tests of one package, the window's apart.
fn crate_tests(programs: &Programs, package: &str) -> Result<Counts> {
    let mut counts = Counts::default();
    let own = programs.tests.iter().filter(|test| test.package == package);
    for test in own.filter(|test| !(test.package == SHELL && test.name == WINDOW_TEST)) {
        let label = format!("{package}: {}", test.name);
        let ran = progress::step(&label, || process::captured(&mut test.command(), PROGRAM_LIMIT))?;
        counts = counts.and(judged(&ran));
    }
    Ok(counts)
}

/// The counts a test program printed; one that ended badly without saying so counts as one failure.
fn judged(ran: &process::Captured) -> Counts {
    let counts = tally::counts_in(&ran.stdout);
    if ran.is_success() {
        return counts;
    }
    eprintln!("{}", ran.text());
    if counts.failed == 0 { counts.and(Counts::FAIL) } else { counts }
}

fn documentation(workspace: &Workspace) -> Result<Counts> {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--workspace", "--doc", "--no-fail-fast"]);
    let ran = progress::step("examples in the documentation", || process::captured(&mut cargo, LINT_LIMIT))?;
    Ok(judged(&ran))
}

fn window_tests(programs: &Programs, name: Option<&str>) -> Result<Counts> {
    let mut tests = programs.tests.iter().filter(|test| test.package == SHELL && test.name == WINDOW_TEST);
    let test = tests.next().context("the window's tests were not built")?;
    let home = virtual_display::Home::new()?;
    let mut command = virtual_display::inside(&test.command(), &home);
    // One window at a time: they share one display, one keyboard focus, one keyring.
    command.arg("--test-threads=1").args(name);
    let ran =
        progress::step("the window, on a virtual display", || process::captured(&mut command, WINDOW_LIMIT))?;
    let counts = judged(&ran);
    if name.is_some() {
        eprintln!("{}", ran.text());
    }
    Ok(counts)
}

/// `cargo xtask window [NAME]`: the window's tests alone.
pub fn window(workspace: &Workspace, name: Option<&str>) -> Result<ExitCode> {
    prepare::prepare(workspace, false)?;
    prepare::judge(workspace)?;
    screens::build(workspace, false)?;
    let programs = Programs::build(workspace, false)?;
    let mut tally = Tally::default();
    tally.suite("window", || window_tests(&programs, name));
    println!("{}", tally.report());
    Ok(if tally.total().failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
