//! What no compiler checks: the arrows between crates, who may name which library, the words and sizes of files,
//! licences. Each check answers with its findings, one a line.

mod arrows;
mod desktop;
mod licences;
mod tree;
mod words;

use std::process::ExitCode;

use anyhow::Result;

use crate::test::{Counts, Tally};
use crate::workspace::Workspace;

/// One check: its findings, empty when all is well.
pub type Check = fn(&Workspace) -> Result<Vec<String>>;

/// Every check by name.
pub const CHECKS: &[(&str, Check)] = &[
    ("arrows between crates", arrows::arrows),
    ("libraries kept to their crate", arrows::fenced_libraries),
    ("what the desktop carries", desktop::server_only),
    ("crates say what they are", tree::opening_words),
    ("words of machines", words::machine_words),
    ("licences", licences::licences),
];

/// A check as a suite.
pub fn counted(workspace: &Workspace, check: Check) -> Result<Counts> {
    let findings = check(workspace)?;
    for finding in &findings {
        eprintln!("  {finding}");
    }
    Ok(if findings.is_empty() { Counts::PASS } else { Counts::FAIL })
}

/// `cargo xtask tidy`.
pub fn tidy(workspace: &Workspace) -> Result<ExitCode> {
    let mut tally = Tally::default();
    for (name, check) in CHECKS {
        tally.suite(name, || counted(workspace, *check));
    }
    for (path, lines) in tree::long_files(workspace)? {
        eprintln!("  {path}: {lines} lines; a file a reader can hold has fewer than {}", tree::LINES_WANTED);
    }
    println!("{}", tally.report());
    Ok(if tally.total().failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
