//! What a machine needs before anything can be built: installed where that is possible, else named with the command.

mod debian_source;
pub mod npm;
pub mod programs;
mod rust_std;
mod system;

use anyhow::Result;

use crate::screens::SCREENS_TARGET;
use crate::workspace::Workspace;

/// Everything that `run` and `test` need. Costs 0.1 s where it is all there.
pub fn prepare(workspace: &Workspace, std_from_source: bool) -> Result<()> {
    system::ensure()?;
    rust_std::ensure(workspace, SCREENS_TARGET, std_from_source)
}

/// The judge of the screens' accessibility, which the window's tests run in the page.
pub fn judge(workspace: &Workspace) -> Result<()> {
    npm::ensure(&workspace.root.join("xtask/peers/axe"))
}

/// What lays the bad line of the figures.
pub fn bad_line() -> Result<()> {
    system::ensure_bad_line()
}

/// Only what compiling the screens needs.
pub fn screens_std(workspace: &Workspace) -> Result<()> {
    rust_std::ensure(workspace, SCREENS_TARGET, false)
}
