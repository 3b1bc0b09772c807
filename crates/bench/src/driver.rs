//! A window seen from outside: started through WebKitWebDriver, as the tests of the window do, by a launcher that notes
//! the moment and then becomes the program.

use crate::clock;
use anyhow::{Context as _, Result, bail};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The word by which this program, started again, notes the time and becomes another.
pub const LAUNCH: &str = "launch";
const STAMP: &str = "PALIKA_BENCH_STAMP";
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// An open window with its driver. Both end when it is dropped.
pub struct Window {
    client: Client,
    /// The program's process.
    pub process: u32,
    /// When the program was started, in milliseconds since 1970, as the page counts time too.
    pub started_ms: f64,
    _driver: Driver,
}

impl Window {
    /// Starts a program under a driver.
    pub async fn open(program: &Path, arguments: &[&str], scratch: &Path) -> Result<Window> {
        std::fs::create_dir_all(scratch)?;
        let stamp = scratch.join("started");
        let _ = std::fs::remove_file(&stamp);
        let port = free_port()?;
        let driver = Driver::start(port, &stamp)?;
        let program = program.to_string_lossy().into_owned();
        let mut all = vec![LAUNCH.to_owned(), program];
        all.extend(arguments.iter().map(|one| (*one).to_owned()));
        let capabilities = json!({
            "webkitgtk:browserOptions": { "binary": std::env::current_exe()?, "args": all }
        });
        let capabilities = capabilities.as_object().cloned().context("capabilities")?;
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        let begun = clock::now();
        let client = loop {
            match builder.connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(client) => break client,
                Err(error) if begun.elapsed() > PATIENCE => bail!("the window did not open: {error}"),
                Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
            }
        };
        let text = std::fs::read_to_string(&stamp).context("the program was not started")?;
        let (process, started) = text.split_once(' ').context("the launcher's note")?;
        Ok(Window { client, process: process.parse()?, started_ms: started.parse()?, _driver: driver })
    }

    /// Runs a script in the page; `return` gives the value.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Runs a script until it answers with a number.
    pub async fn number_from(&self, script: &str) -> Result<f64> {
        let begun = clock::now();
        while begun.elapsed() < PATIENCE {
            if let Some(number) = self.script(script).await?.as_f64() {
                return Ok(number);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        bail!("the page never answered {script}\n{}", self.client.source().await.unwrap_or_default())
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        for value in text.chars() {
            let keys = KeyActions::new("keyboard".to_owned())
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
            self.client.perform_actions(keys).await?;
        }
        Ok(())
    }

    /// Closes the window as a person would.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

/// Notes who and when, and becomes the program.
pub fn launch(program: &str, arguments: &[String]) -> Result<()> {
    let stamp = PathBuf::from(std::env::var_os(STAMP).context("where to note the time")?);
    #[allow(clippy::disallowed_methods, reason = "the page counts from 1970 too")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let note = format!("{} {}", std::process::id(), now.as_secs_f64() * 1e3);
    #[allow(
        clippy::disallowed_methods,
        reason = "a note of this run: waiting for the disk would be measured"
    )]
    std::fs::write(&stamp, note)?;
    become_program(Command::new(program).args(arguments))
}

#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).context("the program did not start")
}

#[cfg(not(unix))]
fn become_program(_: &mut Command) -> Result<()> {
    bail!("windows are measured on Linux only")
}

struct Driver(Child);

impl Driver {
    fn start(port: u16, stamp: &Path) -> Result<Driver> {
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            // The shell's web view joins a driver only when told so by its environment.
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env(STAMP, stamp)
            .stdout(Stdio::null())
            .spawn();
        Ok(Driver(driver.context("WebKitWebDriver did not start")?))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
