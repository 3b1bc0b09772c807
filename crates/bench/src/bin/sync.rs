//! `sync [ROWS…]`: the figures of replication, all of them or the named ones (`line`, `nearby`, `state`, `hills`, `peers`,
//! `first`). Run by `cargo xtask bench sync` from the workspace's root.

use anyhow::{Context as _, Result, bail};
use bench::twelve::Twelve;
use bench::{first_sync, hills, line, nearby, peers, reconnect, state};
use std::path::{Path, PathBuf};

const ROWS: [&str; 6] = ["line", "nearby", "state", "hills", "peers", "first"];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            [state::SERVE, folder, database @ ..] => {
                state::serve(Path::new(folder), database.first().map(|url| (*url).to_owned())).await
            }
            [hills::ANSWER, folder, certified] => {
                hills::answer(Path::new(folder), Path::new(certified)).await
            }
            [hills::CALL, folder, certificate] => {
                hills::call(Path::new(folder), Path::new(certificate)).await
            }
            [first_sync::NEW_COUNTER, folder, url, code] => {
                first_sync::new_counter(Path::new(folder), url, code).await
            }
            [first_sync::FLOOR, counter, folder] => {
                first_sync::bare(Path::new(counter), Path::new(folder)).await
            }
            _ => measure(&arguments).await,
        }
    })
}

async fn measure(asked: &[String]) -> Result<()> {
    if let Some(unknown) = asked.iter().find(|row| !ROWS.contains(&row.as_str())) {
        bail!("no row {unknown:?}; there are {}", ROWS.join(", "));
    }
    let wanted = |row: &str| asked.is_empty() || asked.iter().any(|one| one == row);
    let bench = target()?.join("bench");
    if wanted("state") {
        reconnect::measure(&bench.join("state")).await?;
    }
    if wanted("line") || wanted("nearby") {
        let twelve = Twelve::make(&bench.join("twelve")).await?;
        if wanted("line") {
            line::measure(&twelve).await?;
        }
        if wanted("nearby") {
            nearby::measure(&twelve).await?;
        }
        twelve.close().await;
    }
    if wanted("hills") {
        hills::measure(&bench).await?;
    }
    if wanted("peers") {
        peers::measure(&bench).await?;
    }
    if wanted("first") {
        first_sync::measure(&bench).await?;
    }
    Ok(())
}

/// Cargo's target folder: this program lies in `target/release`.
fn target() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().and_then(Path::parent).context("target folder")?.to_owned())
}
