//! The sync server beside the demo town: on the loopback address, its files in the demo folder.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::demo::Town;
use crate::workspace::Workspace;
use crate::{process, progress};

/// Its package.
pub const SYNC_SERVER: &str = "sync-server";
const PROGRAM: &str = "palika-sync-server";
/// Fixed, so that a second `cargo xtask run --device …` finds the server of the first.
const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 7410);
const START_LIMIT: Duration = Duration::from_secs(30);

/// What a device enters to reach it.
pub fn address() -> String {
    format!("http://{ADDRESS}")
}

/// A server that answers; ended when dropped, unless another run started it.
pub struct Server {
    started: Option<Child>,
}

impl Server {
    /// Starts the server, or finds the one that an earlier `run` started.
    pub fn start(workspace: &Workspace, town: &Town, release: bool) -> Result<Self> {
        if answers() {
            progress::done(&format!("the sync server of another run answers at {ADDRESS}"));
            return Ok(Self { started: None });
        }
        let mut program = Command::new(workspace.program(PROGRAM, release));
        program.arg("--data").arg(town.server()).args(["run", "--listen", &ADDRESS.to_string()]);
        // Its log would run over what a person is to read here.
        let log = town.server().join("server.log");
        fs::create_dir_all(town.server())?;
        program.stdout(Stdio::null()).stderr(fs::File::options().create(true).append(true).open(&log)?);
        let started = program.spawn().with_context(|| process::line_of(&program))?;
        let mut server = Self { started: Some(started) };
        progress::step("sync server", || server.wait())?;
        progress::done(&format!("sync server at {ADDRESS}; its log: {}", log.display()));
        Ok(server)
    }

    fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        while !answers() {
            if let Some(status) = self.started.as_mut().map(Child::try_wait).transpose()?.flatten() {
                bail!("the sync server ended at once with {status}");
            }
            if begun.elapsed() > START_LIMIT {
                bail!("the sync server does not answer at {ADDRESS}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.started.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn answers() -> bool {
    TcpStream::connect_timeout(&ADDRESS, Duration::from_millis(300)).is_ok()
}
