//! The window where nobody can see it: its test program walks one payment through a small town of its own and keeps
//! pictures and receipt.

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::test::{Programs, SHELL, WINDOW_TEST};
use crate::workspace::Workspace;
use crate::{process, progress, virtual_display};

/// The test that walks.
const WALK: &str = "counter::nine_keys_and_no_click_from_name_to_printed_receipt";
/// Tells the walk where to leave pictures and receipt.
const KEPT_VARIABLE: &str = "PALIKA_WALK_KEEP";
const LIMIT: Duration = Duration::from_secs(600);

/// Walks, and prints the folder with what was kept.
pub fn walk(workspace: &Workspace) -> Result<ExitCode> {
    let kept = workspace.root.join("demo/walk");
    let _ = fs::remove_dir_all(&kept);
    fs::create_dir_all(&kept)?;
    let programs = Programs::build(workspace, &["-p", SHELL, "--test", WINDOW_TEST])?;
    let test =
        programs.tests.iter().find(|test| test.name == WINDOW_TEST).context("the walk was not built")?;
    let mut command = test.command();
    command.args(["--exact", WALK, "--nocapture"]);
    command.env(KEPT_VARIABLE, &kept);
    let home = virtual_display::Home::new()?;
    let mut outer = virtual_display::inside(&command, &home);
    let ran = progress::step("a payment in the real window, on a virtual display", || {
        process::captured(&mut outer, LIMIT)
    })?;
    eprintln!("{}", ran.text());
    for entry in fs::read_dir(&kept)? {
        println!("{}", entry?.path().display());
    }
    println!("kept in {}", kept.display());
    Ok(if ran.is_success() && ran.stdout.contains("1 passed") {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
