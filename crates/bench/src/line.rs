//! What an exchange puts on the line: bytes and round trips, counted at the carrier.

use crate::rows::{print, say};
use crate::twelve::{COUNTERS, Twelve};
use anyhow::{Context as _, Result, ensure};
use carrier::{Broken, Carry, Clock, Guest, Server};
use domain::fact::Fact;
use domain::receipt::ReceiptIssued;
use domain::{Paise, TownCode};
use machine::OperatingSystem;
use measure::{Bar, Row};
use std::sync::atomic::{AtomicUsize, Ordering};
use store::query::receipts::{Filter, list};
use sync::Credentials;
use sync::client::Event;

/// Receipts of a full day at one counter.
pub(crate) const RECEIPTS: usize = 250;
/// Times the same receipts as compressed JSON.
const WIRE_BAR: f64 = 1.3;
const IDLE_BYTES_BAR: f64 = 3_072.0;
/// The level both are compressed with.
const LEVEL: i32 = 3;

/// A line to the server that counts.
struct Counted {
    server: Server,
    trips: AtomicUsize,
    bytes_up: AtomicUsize,
    bytes_down: AtomicUsize,
}

impl Counted {
    fn to(url: &str) -> Result<Counted> {
        let server = Server::at(url, None)?;
        Ok(Counted { server, trips: 0.into(), bytes_up: 0.into(), bytes_down: 0.into() })
    }

    /// Trips, bytes up and bytes down since it was last asked.
    fn taken(&self) -> (usize, usize, usize) {
        let take = |counter: &AtomicUsize| counter.swap(0, Ordering::Relaxed);
        (take(&self.trips), take(&self.bytes_up), take(&self.bytes_down))
    }
}

impl Carry for Counted {
    async fn carry(&self, town: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, Broken> {
        self.trips.fetch_add(1, Ordering::Relaxed);
        self.bytes_up.fetch_add(frame.len(), Ordering::Relaxed);
        let answer = self.server.carry(town, frame).await?;
        self.bytes_down.fetch_add(answer.len(), Ordering::Relaxed);
        Ok(answer)
    }
}

/// The machine's own.
pub(crate) struct MachineClock;

impl Clock for MachineClock {
    fn now_ms(&self) -> i64 {
        machine::now_ms()
    }

    fn forward_ms(&self) -> i64 {
        machine::now_ms()
    }
}

/// A day of one counter goes to the server, and then nothing.
pub async fn measure(twelve: &Twelve) -> Result<()> {
    let desk = twelve.second()?;
    let town = desk.office.open_town().await?;
    let credentials = Credentials {
        town: town.of_town.clone(),
        device: town.of_device.clone(),
        key: town.writer.key.clone(),
    };
    let line = Counted::to(&twelve.running.url)?;
    let epoch = town.writer.epoch;
    let mut guest =
        Guest::new(town.store.clone(), "measured", credentials, epoch, &mut OperatingSystem).await?;
    // Learns the challenge, and what the server holds.
    guest.pass(Event::Asked, &line, &MachineClock, &mut OperatingSystem).await;
    desk.office.stop_exchange();
    line.taken();
    say(&format!("{RECEIPTS} receipts of one counter"));
    for row in twelve.rows.iter().filter(|row| !row.dues.is_empty()).take(RECEIPTS) {
        desk.take(&row.property.property_id, Paise(10_000)).await?;
    }
    guest.pass(Event::Asked, &line, &MachineClock, &mut OperatingSystem).await;
    let (trips, up, _) = line.taken();
    ensure!(guest.status().trouble.is_none(), "{:?}", guest.status().trouble);
    ensure!(guest.status().entries_sent >= RECEIPTS as u64, "{:?}", guest.status());
    let json = serde_json::to_vec(&issued(&town).await?)?;
    let compressed = zstd::bulk::compress(&json, LEVEL)?;
    say(&format!(
        "  {up} bytes up in {trips} round trips; {} bytes of JSON, compressed {}",
        json.len(),
        compressed.len()
    ));
    let each = |bytes: usize| bytes as f64 / RECEIPTS as f64;
    print(&Row::beside(
        "wire bytes of a receipt in a day's range",
        each(up),
        "bytes",
        "JSON, zstd 3",
        each(compressed.len()),
        Bar::TimesAtMost(WIRE_BAR),
    ));
    guest.pass(Event::Asked, &line, &MachineClock, &mut OperatingSystem).await;
    let (trips, up, down) = line.taken();
    print(&Row::alone("nothing new, 12 devices: round trips", trips as f64, "trips", Bar::AtMost(1.0)));
    print(&Row::alone(
        "nothing new, 12 devices: bytes",
        (up + down) as f64,
        "bytes",
        Bar::AtMost(IDLE_BYTES_BAR),
    ));
    ensure!(town.store.vector().await?.len() == COUNTERS, "a counter has not written");
    Ok(())
}

/// The receipts of the counter as they stand in its log.
async fn issued(town: &office::Town) -> Result<Vec<ReceiptIssued>> {
    let mut reading = town.store.reading().await?;
    let (rows, ..) = list(&mut reading, &Filter::default(), 0, u32::MAX).await?;
    drop(reading);
    let mut facts = Vec::with_capacity(RECEIPTS);
    for row in rows.iter().filter(|row| row.receipt.device == town.device) {
        let entry = town.store.entry(&row.receipt).await?;
        let Fact::ReceiptIssued(fact) = entry.fact()?.context("a fact")? else { continue };
        facts.push(fact);
    }
    ensure!(facts.len() == RECEIPTS, "{} receipts", facts.len());
    Ok(facts)
}
