//! What must hold when the weather has cleared, held against what the counters remember: they keep their own books of
//! promises, apart from the store.

use super::counter::{PROPERTY_TAX, Promise, Standing};
use super::town::{CONSUMERS, consumer_code};
use super::{Broken, World, broken};
use domain::{ChainHead, Epoch, FinancialYear, Paise};
use std::collections::{BTreeMap, BTreeSet};
use store::Store;

use store::query::bill::{self, ReceiptRow};
use store::query::cases::{Fate, quarantine};
use store::query::receipts::{Filter, list};

/// More receipts than one run can take.
const RECEIPTS_LISTED: u32 = 10_000;

impl World {
    /// Every replica the same, no series with a gap, nothing that was promised lost or doubled, every due the sum of
    /// what the counters remember.
    pub(super) async fn judge(&mut self) -> Result<(), Broken> {
        let server = self.server.lock().await;
        let store = server.store()?.clone();
        drop(server);
        self.judge_digests(&store).await?;
        self.judge_confirmed().await?;
        let mut reading = store.reading().await.map_err(broken("reading"))?;
        let (rows, _, _) =
            list(&mut reading, &Filter::default(), 0, RECEIPTS_LISTED).await.map_err(broken("receipts"))?;
        drop(reading);
        let again =
            |row: &&ReceiptRow| self.counters.iter().any(|one| one.entered_again.contains(&row.receipt));
        gapless(rows.iter().filter(|row| !again(row)))?;
        self.judge_branches().await?;
        self.welcome_back(&store, &rows).await;
        self.set_aside_what_waits(&store).await?;
        self.judge_promises(&store, &rows).await?;
        self.judge_rogue(&store).await?;
        self.judge_dues(&store).await
    }

    /// A stick, or a colleague's copy, may have brought back what died with a disk, and a clone's half may stand after all.
    async fn welcome_back(&mut self, store: &Store, rows: &[ReceiptRow]) {
        let standing: BTreeMap<_, _> = rows.iter().map(|row| (row.receipt, row.cancelled)).collect();
        for counter in &mut self.counters {
            for gone in [&mut counter.died, &mut counter.on_branch] {
                let (back, still): (Vec<_>, Vec<_>) = std::mem::take(gone)
                    .into_iter()
                    .partition(|promise| standing.contains_key(&promise.receipt));
                *gone = still;
                counter.promised.extend(back);
            }
            for promise in &mut counter.promised {
                if promise.cancelled.is_none() && standing.get(&promise.receipt) == Some(&true) {
                    promise.cancelled = promise.cancelled_once;
                }
            }
            for (entry, amount) in std::mem::take(&mut counter.demanded_once) {
                match store.entry(&entry).await.is_ok() {
                    true => counter.demanded.push((entry, amount)),
                    false => counter.demanded_once.push((entry, amount)),
                }
            }
        }
    }

    /// Everybody holds the same, so what a chain waits for is nowhere: that is right only where a disk died with it. Then the
    /// chain is shown as waiting, with its money, and counts in no sum.
    async fn set_aside_what_waits(&mut self, store: &Store) -> Result<(), Broken> {
        let mut reading = store.reading().await.map_err(broken("reading"))?;
        let held = quarantine(&mut reading).await.map_err(broken("what waits"))?;
        drop(reading);
        let waiting: Vec<_> =
            held.into_iter().filter(|row| row.fate == Fate::Waiting && row.reason == "past").collect();
        if waiting.is_empty() {
            return Ok(());
        }
        if !self.has_lost {
            return Err(Broken("the server waits for entries nobody has".to_owned()));
        }
        self.story.note("chains that wait for what died");
        let waits = |entry: &ChainHead| {
            let same = waiting.iter().find(|row| (row.device, row.epoch) == (entry.device, entry.epoch));
            same.is_some_and(|row| row.seq <= entry.seq)
        };
        for counter in &mut self.counters {
            let (aside, promised): (Vec<Promise>, Vec<Promise>) = std::mem::take(&mut counter.promised)
                .into_iter()
                .partition(|promise| waits(&promise.receipt));
            counter.promised = promised;
            counter.died.extend(aside);
            for promise in &mut counter.promised {
                if promise.cancelled.as_ref().is_some_and(waits) {
                    promise.cancelled_once = promise.cancelled.take();
                }
            }
            let (aside, demanded): (Vec<_>, Vec<_>) =
                std::mem::take(&mut counter.demanded).into_iter().partition(|(entry, _)| waits(entry));
            counter.demanded = demanded;
            counter.demanded_once.extend(aside);
        }
        Ok(())
    }

    /// What stands on one half of a clone alone is still in that half's file.
    async fn judge_branches(&mut self) -> Result<(), Broken> {
        for counter in self.counters.iter_mut().filter(|counter| counter.standing == Standing::Twin) {
            counter.machine.restart().await.map_err(broken("a clone's file"))?;
            let store = counter.machine.store()?;
            for promise in &counter.on_branch {
                store.entry(&promise.receipt).await.map_err(broken("a receipt on a clone's branch"))?;
            }
            counter.machine.close().await;
        }
        Ok(())
    }

    async fn judge_digests(&self, store: &Store) -> Result<(), Broken> {
        let digest = store.digest().await.map_err(broken("server's digest"))?;
        for counter in self.counters.iter().filter(|counter| counter.is_serving()) {
            let own = counter.machine.store()?.digest().await.map_err(broken("digest"))?;
            if own != digest {
                let name = counter.name();
                return Err(Broken(format!(
                    "{name} and the server hold the same entries and another digest"
                )));
            }
        }
        Ok(())
    }

    async fn judge_promises(&self, store: &Store, rows: &[ReceiptRow]) -> Result<(), Broken> {
        let mut standing: BTreeMap<_, _> = rows.iter().map(|row| (row.receipt, row.cancelled)).collect();
        for counter in &self.counters {
            for promise in counter.promised() {
                let (seq, name) = (promise.receipt.seq, counter.name());
                match standing.remove(&promise.receipt) {
                    None => return Err(Broken(format!("acknowledged receipt {seq} of {name} is lost"))),
                    Some(cancelled) if cancelled != promise.cancelled.is_some() => {
                        return Err(Broken(format!("receipt {seq} of {name}: cancelled is {cancelled}")));
                    }
                    Some(_) => {}
                }
            }
            for entry in counter.acknowledged() {
                let lost = Broken(format!("acknowledged entry {} of {} is lost", entry.seq, counter.name()));
                store.entry(entry).await.map_err(|_| lost)?;
            }
        }
        match standing.len() {
            0 => Ok(()),
            more => Err(Broken(format!("{more} receipts stand at the server that nobody made"))),
        }
    }

    async fn judge_dues(&self, store: &Store) -> Result<(), Broken> {
        let brought = self.counters.iter().flat_map(|counter| counter.demanded()).max();
        for consumer in 0..CONSUMERS {
            let mut reading = store.reading().await.map_err(broken("reading"))?;
            let code = consumer_code(consumer);
            let dues =
                bill::dues(&mut reading, PROPERTY_TAX.0, code.as_str()).await.map_err(broken("dues"))?;
            let balance =
                |year| dues.iter().find(|due| due.year == FinancialYear(year)).map(|due| due.balance);
            let promises = self.counters.iter().flat_map(|counter| counter.promised());
            let paid: i64 = promises.map(|promise| promise.applied(consumer)).sum();
            let applied = balance(2025).map_or(Paise::ZERO, |balance| balance.applied_paise);
            if applied != Paise(paid) {
                return Err(Broken(format!(
                    "{} paid {paid} paise, applied are {}",
                    code.as_str(),
                    applied.0
                )));
            }
            let demanded = balance(2024).map(|balance| balance.demand_paise.0);
            if demanded != brought {
                return Err(Broken(format!("{} owes {demanded:?}, brought {brought:?}", code.as_str())));
            }
        }
        Ok(())
    }
}

/// Receipts entered again have numbers of the series they came from, and are not asked for here.
fn gapless<'r>(rows: impl Iterator<Item = &'r ReceiptRow>) -> Result<(), Broken> {
    let mut serials: BTreeMap<(&str, Epoch, i16), BTreeSet<u32>> = BTreeMap::new();
    for row in rows {
        let series = (row.counter.as_str(), row.receipt.epoch, row.year.0);
        if !serials.entry(series).or_default().insert(row.serial) {
            return Err(Broken(format!("{} {} stands twice", row.counter, row.serial)));
        }
        if row.disputed {
            return Err(Broken(format!("{} {} is disputed", row.counter, row.serial)));
        }
    }
    for ((counter, _, year), numbers) in &serials {
        let last = numbers.last().copied().unwrap_or(0);
        if numbers.len() as u32 != last {
            return Err(Broken(format!("the series of {counter} in {year} has a gap before {last}")));
        }
    }
    Ok(())
}
