//! The window where nobody can see it: its test program walks one payment through the demo town, joins a second computer,
//! and keeps pictures and receipt.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};

use super::server;
use crate::test::{Programs, WINDOW_TEST};
use crate::workspace::Workspace;
use crate::{process, progress, virtual_display};

/// The test that walks.
const WALK: &str =
    "two_counters::a_payment_taken_with_the_line_down_stands_in_the_window_of_a_second_computer";
/// Tells the walk where to leave pictures and receipt.
const KEPT_VARIABLE: &str = "PALIKA_WALK_KEEP";
/// Tells the walk the town's folder; without it the walk makes a small town of its own.
const TOWN_VARIABLE: &str = "PALIKA_WALK_TOWN";
/// Tells the walk the server that runs beside that town.
const SERVER_VARIABLE: &str = "PALIKA_WALK_SERVER";
/// The second computer receives the whole town first, in a build that may not be optimised.
const LIMIT: Duration = Duration::from_secs(1800);

/// Walks, and prints the folder with what was kept.
pub fn walk(workspace: &Workspace, programs: &Programs, town: &Path) -> Result<ExitCode> {
    let kept = workspace.root.join("demo/walk");
    let _ = fs::remove_dir_all(&kept);
    fs::create_dir_all(&kept)?;
    let test =
        programs.tests.iter().find(|test| test.name == WINDOW_TEST).context("the walk was not built")?;
    let mut command = test.command();
    command.args(["--exact", WALK, "--nocapture"]);
    command.env(KEPT_VARIABLE, &kept).env(TOWN_VARIABLE, town).env(SERVER_VARIABLE, server::address());
    let home = virtual_display::Home::new()?;
    let mut outer = virtual_display::inside(&command, &home);
    let label = "a payment in the real window, on a virtual display, and a second computer that joins";
    let ran = progress::step(label, || process::captured(&mut outer, LIMIT))?;
    eprintln!("{}", ran.text());
    let mut names: Vec<_> = fs::read_dir(&kept)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    names.sort();
    names.iter().for_each(|name| println!("{}", name.display()));
    println!("kept in {}", kept.display());
    Ok(if ran.is_success() && ran.stdout.contains("1 passed") {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
