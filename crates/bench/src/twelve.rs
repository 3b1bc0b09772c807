//! A town of twelve counters, made by the office itself for one run: small, because what is measured in it is the line.

use crate::desk::Desk;
use crate::rows::say;
use crate::town::{found, join, register, serve, until_sent};
use anyhow::{Context as _, Result};
use demo::staff::{ADMINISTRATOR, CLERK};
use domain::register::RegisterRow;
use std::path::Path;
use sync_server::Running;

/// Counters of the town.
pub const COUNTERS: usize = 12;
const PROPERTIES: usize = 2_000;

/// The running town.
pub struct Twelve {
    /// Its counters, the first one first, each with an open shift.
    pub desks: Vec<Desk>,
    /// Its register.
    pub rows: Vec<RegisterRow>,
    /// The state's server.
    pub running: Running,
}

impl Twelve {
    /// Makes it below a folder, in which nothing of an earlier run is left.
    pub async fn make(folder: &Path) -> Result<Twelve> {
        say("making a town of twelve counters");
        let _ = std::fs::remove_dir_all(folder);
        let state = folder.join("state");
        std::fs::create_dir_all(&state)?;
        let keys = sync_server::init(&state, None)?;
        let running = serve(&state, &keys).await?;
        let first = found(&folder.join("C01"), &state, &keys, &running.url).await?;
        let mut rows = register()?;
        rows.truncate(PROPERTIES);
        first.office.import_rows(&rows, office::source_of(&rows)).await?;
        first.sign_in(&ADMINISTRATOR).await?;
        first.open_shift().await?;
        first.office.start_exchange().await?;
        let mut desks = vec![first];
        for number in 2..=COUNTERS {
            let counter = format!("C{number:02}");
            let place = folder.join(&counter);
            let inviting = desks.first().context("the first counter")?;
            join(inviting, &running.url, &place, &counter).await?;
            let desk = Desk::open(&place).await?;
            desk.sign_in(&CLERK).await?;
            desk.open_shift().await?;
            desk.office.start_exchange().await?;
            until_sent(&*desk.office.open_town().await?).await?;
            desks.push(desk);
        }
        Ok(Twelve { desks, rows, running })
    }

    /// The second counter: it is not the town's first, so it has seen what others wrote.
    pub fn second(&self) -> Result<&Desk> {
        self.desks.get(1).context("the second counter")
    }

    /// Closes everything.
    pub async fn close(self) {
        for desk in &self.desks {
            desk.office.close().await;
        }
        self.running.shutdown().await;
    }
}
