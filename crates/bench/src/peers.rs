//! The same ten thousand receipts from one device through a server to another, by Palika and by what others replicate
//! with: automerge-repo with its sync server, and PouchDB with a CouchDB-style one. All three ends of each on this disk.
//!
//! For the peers each receipt is a document, which is what both tell their users to make of it; to them it is given as
//! JSON with the fields ours has.

use crate::clock;
use crate::desk::Desk;
use crate::history;
use crate::rows::{print, say};
use crate::town::{TOWN, found, join, register_of, serve};
use anyhow::{Context as _, Result, bail};
use carrier::{Broken, Carry, Guest, Server};
use demo::staff::{ADMINISTRATOR, CLERK};
use domain::TownCode;
use domain::fact::{Fact, Kind};
use machine::OperatingSystem;
use measure::{Bar, Row};
use office::Town;
use serde::Deserialize;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::durable_file;
use sync::client::Event;
use tokio::process::Command;

/// Days of history that make ten thousand receipts.
const DAYS: u32 = 10;
const CHANGES: usize = (DAYS * history::RECEIPTS_A_DAY) as usize;
const FASTER_BAR: f64 = 50.0;
const BYTES_BAR: f64 = 0.25;
const PEERS: [&str; 2] = ["automerge.js", "pouch.js"];

/// Prints a row of time and one of bytes for each peer.
pub async fn measure(bench: &Path) -> Result<()> {
    let folder = bench.join("peers");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    say(&format!("{CHANGES} receipts from one device to another"));
    let (ours, receipts) = Box::pin(ours(&folder)).await?;
    say(&format!("  Palika: {:.2} s, {} bytes", ours.seconds, ours.bytes));
    durable_file::replace(&folder.join("receipts.json"), &serde_json::to_vec(&receipts)?)?;
    for script in PEERS {
        let peer = peer(script, &folder).await?;
        say(&format!("  {}: {:.2} s, {} bytes", peer.peer, peer.seconds, peer.bytes));
        if peer.changes != CHANGES {
            bail!("{} moved {} of {CHANGES}", peer.peer, peer.changes);
        }
        let rate = |seconds: f64| CHANGES as f64 / seconds;
        print(&Row::beside(
            "10,000 changes to convergence",
            rate(ours.seconds),
            "changes/s",
            &peer.peer,
            rate(peer.seconds),
            Bar::TimesAtLeast(FASTER_BAR),
        ));
        print(&Row::beside(
            "10,000 changes to convergence: bytes",
            ours.bytes as f64,
            "bytes",
            &peer.peer,
            peer.bytes as f64,
            Bar::TimesAtMost(BYTES_BAR),
        ));
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
struct Said {
    #[serde(default)]
    peer: String,
    changes: usize,
    seconds: f64,
    bytes: u64,
}

async fn peer(script: &str, folder: &Path) -> Result<Said> {
    let output = Command::new("node")
        .arg(script)
        .arg(folder.join("receipts.json"))
        .arg(folder.join(script.trim_end_matches(".js")))
        .current_dir("xtask/peers/replication")
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await
        .context("node did not start")?;
    if !output.status.success() {
        bail!("{script} ended with {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("the peer's answer")
}

/// A line that counts what crosses it, heads of requests and answers not included; the peers' bytes include theirs.
struct Counted {
    server: Server,
    bytes: Arc<AtomicUsize>,
}

/// About what the heads of a request and its answer take.
const HEADS_BYTES: usize = 400;

impl Carry for Counted {
    async fn carry(&self, town: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, Broken> {
        self.bytes.fetch_add(frame.len() + HEADS_BYTES, Ordering::Relaxed);
        let answer = self.server.carry(town, frame).await?;
        self.bytes.fetch_add(answer.len(), Ordering::Relaxed);
        Ok(answer)
    }

    async fn watch(&self, town: TownCode, frame: Vec<u8>) -> Result<Option<Vec<u8>>, Broken> {
        self.bytes.fetch_add(frame.len() + HEADS_BYTES, Ordering::Relaxed);
        let answer = Carry::watch(&self.server, town, frame).await?;
        self.bytes.fetch_add(answer.as_ref().map_or(0, Vec::len), Ordering::Relaxed);
        Ok(answer)
    }
}

async fn guest(town: &Town) -> Result<Guest> {
    let credentials = sync::Credentials {
        town: town.of_town.clone(),
        device: town.of_device.clone(),
        key: town.writer.key.clone(),
    };
    Ok(Guest::new(town.store.clone(), "server", credentials, town.writer.epoch, &mut OperatingSystem).await?)
}

/// From the moment both devices may speak until the second holds, and has folded, the last receipt.
async fn ours(folder: &Path) -> Result<(Said, Vec<serde_json::Value>)> {
    let state = folder.join("state");
    std::fs::create_dir_all(&state)?;
    let keys = sync_server::init(&state, None)?;
    let running = serve(&state, &keys).await?;
    let first = found(&folder.join("C01"), &state, &keys, &running.url).await?;
    first.office.start_exchange().await?;
    join(&first, &running.url, &folder.join("C02"), "C02").await?;
    let rows = register_of(1_000)?;
    first.sign_in(&ADMINISTRATOR).await?;
    first.office.stop_exchange();
    let town = first.office.open_town().await?;
    let author = history::author(&town, CLERK.english).await?;
    history::write_days(&town, author, &rows, 0, machine::now_ms(), DAYS).await?;
    let second = Desk::open(&folder.join("C02")).await?;
    let other = second.office.open_town().await?;
    let bytes = Arc::new(AtomicUsize::new(0));
    let line = || anyhow::Ok(Counted { server: Server::at(&running.url, None)?, bytes: Arc::clone(&bytes) });
    let (near, far) = (line()?, line()?);
    let (mut one, mut two) = (guest(&town).await?, guest(&other).await?);
    first.office.answer(contract::Request::Lock).await.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    let head = town.store.vector().await?.into_iter().find(|head| head.device == town.device);
    let head = head.context("the first counter's chain")?;
    let clock = crate::line::MachineClock;
    let begun = clock::now();
    let mut entropy = (OperatingSystem, OperatingSystem);
    let up = one.pass(Event::Asked, &near, &clock, &mut entropy.0);
    let down = async {
        loop {
            two.pass(Event::Asked, &far, &clock, &mut entropy.1).await;
            if other.store.vector().await?.contains(&head) {
                return anyhow::Ok(());
            }
            two.news(&far).await;
        }
    };
    let (_, arrived) = tokio::join!(up, down);
    arrived?;
    let seconds = begun.elapsed().as_secs_f64();
    if other.store.digest().await? != town.store.digest().await? {
        bail!("the second device came to another digest");
    }
    let receipts = receipts_of(&town).await?;
    if town.code != TOWN || receipts.len() != CHANGES {
        bail!("{} receipts", receipts.len());
    }
    for desk in [&first, &second] {
        desk.office.close().await;
    }
    running.shutdown().await;
    let said = Said {
        peer: "Palika".to_owned(),
        changes: CHANGES,
        seconds,
        bytes: bytes.load(Ordering::Relaxed) as u64,
    };
    Ok((said, receipts))
}

async fn receipts_of(town: &Town) -> Result<Vec<serde_json::Value>> {
    let mut receipts = Vec::with_capacity(CHANGES);
    let mut after = 0;
    while let Some(range) = town.store.range_after(town.device, town.writer.epoch, after, 1 << 20).await? {
        after = range.last_seq();
        for (kind, body) in range.bodies() {
            if kind != Kind::ReceiptIssued.number() {
                continue;
            }
            let Ok(Fact::ReceiptIssued(receipt)) = Fact::decode(Kind::ReceiptIssued, body) else { continue };
            receipts.push(serde_json::to_value(receipt)?);
        }
    }
    Ok(receipts)
}
