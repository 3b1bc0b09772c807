//! The state's server, in a process of its own: what it spends of the processor is not the counter's.

use crate::rows::say;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::process::Stdio;
use sync_server::{Config, open_keys, start};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

/// The word by which this program, started again, becomes the server.
pub const SERVE: &str = "serve";

/// A running server. Dropped, it ends.
pub struct State {
    /// Where it listens.
    pub url: String,
    child: Child,
}

impl State {
    /// Starts the server over its folder.
    pub async fn start(folder: &Path) -> Result<State> {
        State::spawn(Command::new(std::env::current_exe()?).arg(SERVE).arg(folder)).await
    }

    /// Starts the server over a database.
    pub async fn start_over(folder: &Path, database: &str) -> Result<State> {
        State::spawn(Command::new(std::env::current_exe()?).arg(SERVE).arg(folder).arg(database)).await
    }

    async fn spawn(command: &mut Command) -> Result<State> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the server did not start")?;
        let output = child.stdout.take().context("the server's output")?;
        let url = BufReader::new(output).lines().next_line().await?.context("the server ended at once")?;
        Ok(State { url, child })
    }

    /// The most memory it ever had, in millions of bytes.
    pub fn resident_peak_mb(&self) -> Result<f64> {
        let process = self.child.id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
        let kib: f64 = peak.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1_024.0 / 1e6)
    }

    /// Ends it as a person would: what runs is finished, the files are closed.
    pub async fn stop(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        self.child.wait().await?;
        Ok(())
    }
}

/// Bytes of messages and segments that crossed a server's line so far, without the heads of HTTP, by its own account.
pub async fn bytes_crossed(url: &str) -> Result<u64> {
    let address = url.strip_prefix("http://").context("a plain address")?.trim_end_matches('/');
    let mut line = tokio::net::TcpStream::connect(address).await?;
    line.write_all(
        format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
    )
    .await?;
    let mut text = String::new();
    line.read_to_string(&mut text).await?;
    ["bytes_in", "bytes_out", "segment_bytes_out"].iter().map(|name| number(&text, name)).sum()
}

fn number(text: &str, name: &str) -> Result<u64> {
    let before = format!("palika_{name}_total ");
    let line = text.lines().find_map(|line| line.strip_prefix(&before)).context("the server's numbers")?;
    Ok(line.trim().parse()?)
}

/// The server itself: serves until its standard input is closed, which also happens when its parent dies.
pub async fn serve(folder: &Path, database: Option<String>) -> Result<()> {
    let keys = open_keys(folder, None)?;
    let running = start(Config { database, ..Config::on_this_computer(folder, keys) }).await?;
    println!("{}", running.url);
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    running.shutdown().await;
    say("the server has stopped");
    Ok(())
}
