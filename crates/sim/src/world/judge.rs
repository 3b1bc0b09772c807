//! What must hold when the weather has cleared, held against what the counters remember: they keep their own books of
//! promises, apart from the store.

use super::counter::PROPERTY_TAX;
use super::town::{CONSUMERS, consumer_code};
use super::{Broken, World, broken};
use domain::{FinancialYear, Paise};
use std::collections::{BTreeMap, BTreeSet};
use store::Store;

use store::query::bill::{self, ReceiptRow};
use store::query::receipts::{Filter, list};

/// More receipts than one run can take.
const RECEIPTS_LISTED: u32 = 10_000;

impl World {
    /// Every replica the same, no series with a gap, nothing that was promised lost or doubled, every due the sum of
    /// what the counters remember.
    pub(super) async fn judge(&self) -> Result<(), Broken> {
        let server = self.server.lock().await;
        let store = server.store()?;
        self.judge_digests(store).await?;
        self.judge_confirmed().await?;
        let mut reading = store.reading().await.map_err(broken("reading"))?;
        let (rows, _, _) =
            list(&mut reading, &Filter::default(), 0, RECEIPTS_LISTED).await.map_err(broken("receipts"))?;
        drop(reading);
        gapless(&rows)?;
        self.judge_promises(store, &rows).await?;
        self.judge_dues(store).await
    }

    async fn judge_digests(&self, store: &Store) -> Result<(), Broken> {
        let digest = store.digest().await.map_err(broken("server's digest"))?;
        if digest.incomplete {
            return Err(Broken("the server waits for entries nobody has".to_owned()));
        }
        for counter in &self.counters {
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
        let brought = self.counters.iter().flat_map(|counter| counter.demanded()).max().copied();
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

fn gapless(rows: &[ReceiptRow]) -> Result<(), Broken> {
    let mut serials: BTreeMap<(&str, i16), BTreeSet<u32>> = BTreeMap::new();
    for row in rows {
        if !serials.entry((&row.counter, row.year.0)).or_default().insert(row.serial) {
            return Err(Broken(format!("{} {} stands twice", row.counter, row.serial)));
        }
        if row.disputed {
            return Err(Broken(format!("{} {} is disputed", row.counter, row.serial)));
        }
    }
    for ((counter, year), numbers) in &serials {
        let last = numbers.last().copied().unwrap_or(0);
        if numbers.len() as u32 != last {
            return Err(Broken(format!("the series of {counter} in {year} has a gap before {last}")));
        }
    }
    Ok(())
}
