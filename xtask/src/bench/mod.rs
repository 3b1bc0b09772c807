//! `cargo xtask bench GROUP`: runs the group's release program, keeps its rows and judges them.
//!
//! A group is a program `GROUP` of the package `bench` that prints `measure::Row` lines. It runs on a virtual display
//! with a keyring, the release window already built, so that a row may start the real thing.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use measure::{Bar, Row};

use crate::test::SHELL;
use crate::workspace::Workspace;
use crate::{prepare, process, progress, screens, virtual_display};

/// Programs of others that a group's figures are held against.
const PEERS: &[(&str, &str)] = &[("counter", "pdfmake"), ("sync", "replication")];
/// The group that lays a bad line.
const ON_A_BAD_LINE: &str = "sync";
/// Tells a benchmark program where the release window lies.
const WINDOW_VARIABLE: &str = "PALIKA_DESKTOP";
/// And where the empty window does, which it is held against.
const EMPTY_WINDOW_VARIABLE: &str = "PALIKA_EMPTY_WINDOW";
const EMPTY_WINDOW: &str = "empty_window";

/// Runs a group; fails when a row does not hold, or when there is none.
pub fn bench(workspace: &Workspace, group: &str) -> Result<ExitCode> {
    prepare::prepare(workspace, false)?;
    if group == ON_A_BAD_LINE {
        prepare::bad_line()?;
    }
    for (_, peer) in PEERS.iter().filter(|(of, _)| *of == group) {
        prepare::npm::ensure(&workspace.root.join("xtask/peers").join(peer))?;
    }
    screens::build(workspace, true)?;
    progress::heading("release build");
    // Apart from the benchmarks: in one call the window would be measured with what only the server asks for.
    process::shown(workspace.cargo().args(["build", "--release", "-p", SHELL, "--bins", "--examples"]))?;
    process::shown(workspace.cargo().args(["build", "--release", "-p", "bench", "--bin", group]))?;
    let rows = rows_of(workspace, group)?;
    keep(workspace, group, &rows)?;
    Ok(if !rows.is_empty() && rows.iter().all(|row| row.holds) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn rows_of(workspace: &Workspace, group: &str) -> Result<Vec<Row>> {
    let home = virtual_display::Home::new()?;
    let mut program = std::process::Command::new(workspace.program(group, true));
    program.current_dir(&workspace.root).env(WINDOW_VARIABLE, workspace.program("palika-desktop", true));
    program.env(EMPTY_WINDOW_VARIABLE, workspace.example(EMPTY_WINDOW, true));
    let mut command = virtual_display::inside(&program, &home);
    let mut child = command.stdout(Stdio::piped()).spawn().context("the benchmark did not start")?;
    let mut rows = Vec::new();
    // Rows appear as they are measured: a run may take minutes.
    for line in BufReader::new(child.stdout.take().context("its output")?).lines() {
        let line = line?;
        match Row::from_line(&line) {
            Some(row) => {
                println!("{}", shown(&row));
                rows.push(row);
            }
            None => eprintln!("{line}"),
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("the benchmark {group} ended with {status}; rows so far: {}", rows.len());
    }
    Ok(rows)
}

fn keep(workspace: &Workspace, group: &str, rows: &[Row]) -> Result<()> {
    let folder = workspace.target.join("bench");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{group}.json"));
    fs::write(&path, serde_json::to_string_pretty(rows)? + "\n")?;
    let held = rows.iter().filter(|row| row.holds).count();
    println!("{held} of {} rows hold; {}", rows.len(), path.display());
    Ok(())
}

fn shown(row: &Row) -> String {
    let mark = if row.holds { '✓' } else { '✗' };
    let peer = match (row.against_value, row.ratio) {
        (Some(value), Some(ratio)) => format!("{} {value:.3} {}, ratio {ratio:.2}", row.against, row.unit),
        _ => String::from("—"),
    };
    let bar = match row.bar {
        Bar::TimesAtMost(bar) => format!("≤ {bar} ×"),
        Bar::TimesAtLeast(bar) => format!("≥ {bar} ×"),
        Bar::AtMost(bar) => format!("≤ {bar} {}", row.unit),
        Bar::AtLeast(bar) => format!("≥ {bar} {}", row.unit),
        Bar::AboveAtMost(bar) => format!("≤ peer + {bar} {}", row.unit),
    };
    format!("{mark} {:52} {:>12.3} {:14} {peer}  [{bar}]", row.name, row.value, row.unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_row_names_figure_peer_ratio_and_bar() {
        let row = Row::beside("receipt, p50", 2.4, "ms", "bare commit", 1.2, Bar::TimesAtMost(3.0));
        let text = shown(&row);
        for part in ["✓ receipt, p50", "2.400 ms", "bare commit 1.200 ms", "ratio 2.00", "≤ 3 ×"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(shown(&Row::alone("slow", 9.0, "s", Bar::AtMost(1.0))).starts_with('✗'));
    }
}
