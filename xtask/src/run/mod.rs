//! `cargo xtask run`: from a fresh checkout to the counter of the demo town.

mod demo;
mod server;
mod walk;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::test::{Programs, SHELL};
use crate::workspace::Workspace;
use crate::{prepare, process, progress, screens, virtual_display};

/// The device that the demo town is made on; any other name is a new machine, to be enrolled.
pub const FIRST_DEVICE: &str = "first";
/// The shell's program.
const WINDOW: &str = "palika-desktop";

/// Prepares, builds, makes the demo town once, starts the sync server, opens the window of one device.
pub fn run(workspace: &Workspace, device: &str, release: bool) -> Result<ExitCode> {
    prepare::prepare(workspace, false)?;
    screens::build(workspace, release)?;
    if !virtual_display::has_screen() {
        eprintln!(
            "There is no display here: the same window opens on a virtual one, and a payment is walked through it."
        );
        // The walk is one of the window's tests; built with the others it is not compiled again for `cargo xtask test`.
        let programs = Programs::build(workspace, release)?;
        let town = demo::town(workspace, release)?;
        let _server = server::Server::start(workspace, &town, release)?;
        return walk::walk(workspace, &programs, &town.device(device)?);
    }
    progress::heading("window, command line and sync server");
    let mut cargo = workspace.cargo();
    cargo.args(["build", "-p", SHELL, "-p", demo::COMMAND_LINE, "-p", server::SYNC_SERVER]);
    process::shown(cargo.args(release.then_some("--release")))?;
    let town = demo::town(workspace, release)?;
    let _server = server::Server::start(workspace, &town, release)?;
    open(workspace, &town.device(device)?, release)
}

fn open(workspace: &Workspace, folder: &Path, release: bool) -> Result<ExitCode> {
    progress::done(&format!(
        "the window opens; its town folder is {}; a second computer: cargo xtask run --device second",
        folder.display()
    ));
    let mut window = Command::new(workspace.program(WINDOW, release));
    let status = window.arg("--folder").arg(folder).status().context("the window did not start")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
