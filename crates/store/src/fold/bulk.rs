//! Rows gathered while a range is folded, written in few statements. Sums are added up here first, so that a due paid
//! by many receipts of one range is one row touched once.

use super::Fold;
use crate::{StoreError, rows};
use domain::register::Property;
use std::collections::BTreeMap;

/// A due's name in this file: consumer, year, head.
pub(super) type DueKey = (i64, i16, i64);

#[derive(Default)]
pub(super) struct Bulk {
    pub receipts: Vec<ReceiptRow>,
    /// Ordered, so that neighbouring pages are written together.
    pub applied: BTreeMap<DueKey, i64>,
    pub demands: BTreeMap<DueKey, DemandRow>,
    pub serials: BTreeMap<(i64, i64, i16), u32>,
    /// Records to be indexed for search.
    pub changed_records: Vec<(i64, Property)>,
}

pub(super) struct ReceiptRow {
    pub chain: i64,
    pub seq: i64,
    pub year: i16,
    pub serial: u32,
    pub business_date: u32,
    pub shift_seq: i64,
    pub service: i64,
    pub consumer: Option<i64>,
    pub amount_paise: i64,
    pub mode: i64,
    pub payer: String,
    pub disputed: bool,
}

#[derive(Clone, Copy)]
pub(super) struct DemandRow {
    pub amount_paise: i64,
    pub conflict: bool,
}

impl Bulk {
    pub(super) fn apply(&mut self, key: DueKey, paise: i64) {
        let sum = self.applied.entry(key).or_default();
        *sum = sum.saturating_add(paise);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.receipts.is_empty()
            && self.applied.is_empty()
            && self.demands.is_empty()
            && self.serials.is_empty()
            && self.changed_records.is_empty()
    }
}

impl Fold<'_> {
    /// Writes what was gathered. Called before anything reads what the gathered rows change.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        if self.bulk.is_empty() {
            return Ok(());
        }
        let bulk = std::mem::take(&mut self.bulk);
        self.index_records(bulk.changed_records).await?;
        rows::insert_giving_way(
            self.connection,
            &self.way,
            "insert into receipt (chain, seq, year, serial, business_date, shift_seq, service, consumer, amount_paise, \
             mode, payer, disputed) values ",
            12,
            "",
            &bulk.receipts,
            |query, row| {
                query
                    .bind(row.chain)
                    .bind(row.seq)
                    .bind(row.year)
                    .bind(row.serial)
                    .bind(row.business_date)
                    .bind(row.shift_seq)
                    .bind(row.service)
                    .bind(row.consumer)
                    .bind(row.amount_paise)
                    .bind(row.mode)
                    .bind(row.payer.as_str())
                    .bind(row.disputed)
            },
        )
        .await?;
        let demands: Vec<_> = bulk.demands.into_iter().collect();
        rows::insert_giving_way(
            self.connection,
            &self.way,
            "insert into due (consumer, year, head, demand_paise, applied_paise, demand_conflict) values ",
            6,
            STRONGER_DEMAND,
            &demands,
            |query, ((consumer, year, head), row)| {
                query
                    .bind(*consumer)
                    .bind(*year)
                    .bind(*head)
                    .bind(row.amount_paise)
                    .bind(0i64)
                    .bind(row.conflict)
            },
        )
        .await?;
        let applied: Vec<_> = bulk.applied.into_iter().collect();
        rows::insert_giving_way(
            self.connection,
            &self.way,
            "insert into due (consumer, year, head, demand_paise, applied_paise, demand_conflict) values ",
            6,
            "on conflict do update set applied_paise = applied_paise + excluded.applied_paise",
            &applied,
            |query, ((consumer, year, head), paise)| {
                query.bind(*consumer).bind(*year).bind(*head).bind(None::<i64>).bind(*paise).bind(false)
            },
        )
        .await?;
        let serials: Vec<_> = bulk.serials.into_iter().collect();
        rows::insert_giving_way(
            self.connection,
            &self.way,
            "insert into series (chain, kind, year, last_serial) values ",
            4,
            "on conflict do update set last_serial = max(last_serial, excluded.last_serial)",
            &serials,
            |query, ((chain, kind, year), serial)| query.bind(*chain).bind(*kind).bind(*year).bind(*serial),
        )
        .await
    }
}

/// `domain::demand::stronger_demand` in SQL: the larger magnitude, then the larger value; unequal ones leave a mark.
const STRONGER_DEMAND: &str = "on conflict do update set \
    demand_conflict = max(demand_conflict, excluded.demand_conflict, \
        demand_paise is not null and demand_paise <> excluded.demand_paise), \
    demand_paise = case when demand_paise is null \
        or (abs(excluded.demand_paise), excluded.demand_paise) > (abs(demand_paise), demand_paise) \
        then excluded.demand_paise else demand_paise end";
