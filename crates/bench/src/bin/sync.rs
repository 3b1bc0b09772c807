//! `sync [ROWS…]`: the figures of replication, all of them or the named ones (`line`, `nearby`, `state`). Run by `cargo xtask bench
//! sync` from the workspace's root.

use anyhow::{Context as _, Result, bail};
use bench::twelve::Twelve;
use bench::{line, nearby, reconnect, state};
use std::path::{Path, PathBuf};

const ROWS: [&str; 3] = ["line", "nearby", "state"];

fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match asked.as_slice() {
        [verb, folder, database @ ..] if verb == state::SERVE => {
            runtime.block_on(state::serve(Path::new(folder), database.first().cloned()))
        }
        _ => runtime.block_on(measure(&asked)),
    }
}

async fn measure(asked: &[String]) -> Result<()> {
    if let Some(unknown) = asked.iter().find(|row| !ROWS.contains(&row.as_str())) {
        bail!("no row {unknown:?}; there are {}", ROWS.join(", "));
    }
    let wanted = |row: &str| asked.is_empty() || asked.iter().any(|one| one == row);
    if wanted("state") {
        reconnect::measure(&target()?.join("bench").join("state")).await?;
    }
    if !wanted("line") && !wanted("nearby") {
        return Ok(());
    }
    let twelve = Twelve::make(&target()?.join("bench").join("twelve")).await?;
    if wanted("line") {
        line::measure(&twelve).await?;
    }
    if wanted("nearby") {
        nearby::measure(&twelve).await?;
    }
    twelve.close().await;
    Ok(())
}

/// Cargo's target folder: this program lies in `target/release`.
fn target() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().and_then(Path::parent).context("target folder")?.to_owned())
}
