//! `counter [ROWS…]`: the figures of the counter, all of them or the named ones (`import`, `receipts`, `search`,
//! `paper`, `window`). Run by `cargo xtask bench counter` from the workspace's root.

use anyhow::{Context as _, Result, bail};
use bench::rows::say;
use bench::town::{Copied, Made};
use bench::{driver, importing, printing, receipts, searching, state, town, window};
use std::path::{Path, PathBuf};

const ROWS: [&str; 5] = ["import", "receipts", "search", "paper", "window"];
/// The release window and the empty one; `cargo xtask bench` names them.
const WINDOW: &str = "PALIKA_DESKTOP";
const EMPTY_WINDOW: &str = "PALIKA_EMPTY_WINDOW";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // A launcher must not have started anything before it becomes another program.
    if let [word, program, rest @ ..] = arguments.as_slice()
        && word == driver::LAUNCH
    {
        return driver::launch(program, rest);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.as_slice() {
            [word, folder] if word == state::SERVE => state::serve(Path::new(folder), None).await,
            rows => measure(rows).await,
        }
    })
}

async fn measure(asked: &[String]) -> Result<()> {
    if let Some(unknown) = asked.iter().find(|row| !ROWS.contains(&row.as_str())) {
        bail!("no row {unknown:?}; there are {}", ROWS.join(", "));
    }
    let wanted = |row: &str| asked.is_empty() || asked.iter().any(|one| one == row);
    let bench = target()?.join("bench");
    if wanted("paper") {
        say("receipts as PDF");
        printing::measure(Path::new("xtask/peers"))?;
    }
    if asked.is_empty() || ["import", "receipts", "search", "window"].iter().any(|row| wanted(row)) {
        let made = Made::at(&bench).await?;
        town_rows(&made, &made.run(), &wanted).await?;
    }
    Ok(())
}

async fn town_rows(made: &Made, run: &Path, wanted: &impl Fn(&str) -> bool) -> Result<()> {
    let big = Copied { counter: run.join("counter"), state: run.join("state") };
    let whole = run.join("whole");
    if wanted("import") || !whole.exists() {
        say("300,000 receipts of another counter arrive");
        let _ = std::fs::remove_dir(&whole);
        importing::measure(&made.with_register(run)?).await?;
        std::fs::create_dir(&whole)?;
    }
    if wanted("search") {
        say("keystrokes");
        searching::measure(&big.counter, &town::register()?).await?;
    }
    if wanted("window") {
        say("the window, and an empty one, in turns");
        let named = |name: &str| std::env::var_os(name).map(PathBuf::from).context(name.to_owned());
        window::measure(&named(WINDOW)?, &named(EMPTY_WINDOW)?, &big.counter, run).await?;
    }
    if wanted("receipts") {
        say("receipts");
        let more = made.with_third(run)?;
        // What this leaves is no longer the town the other rows are measured in.
        std::fs::remove_dir(&whole)?;
        receipts::measure(&big.counter, &big.state, &more, &town::register()?).await?;
    }
    Ok(())
}

/// Cargo's target folder: this program lies in `target/release`.
fn target() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().and_then(Path::parent).context("target folder")?.to_owned())
}
