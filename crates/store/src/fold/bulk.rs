//! Rows gathered while a range is folded, written in few statements. Sums are added up here first, so that a due paid
//! by many receipts of one range is one row touched once.

use super::Fold;
use crate::StoreError;
use crate::rows::{Insert, Statement};
use domain::register::Property;
use std::collections::BTreeMap;

/// A due's name in this file: consumer, year, head.
pub(super) type DueKey = (i64, i16, i64);
/// A series' name in this file: chain, kind, year.
pub(super) type SeriesKey = (i64, i64, i16);

#[derive(Default)]
pub(super) struct Bulk {
    pub receipts: Vec<ReceiptRow>,
    /// Ordered, so that neighbouring pages are written together.
    pub applied: BTreeMap<DueKey, i64>,
    pub demands: BTreeMap<DueKey, DemandRow>,
    pub serials: BTreeMap<SeriesKey, u32>,
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
    /// Another row is the receipt.
    pub replaced: bool,
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

/// Up to so many rows of each table travel as one text: what one receipt leaves behind.
const FEW: usize = 8;

impl Fold<'_> {
    /// Writes what was gathered. Called before anything reads what the gathered rows change.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        if self.bulk.is_empty() {
            return Ok(());
        }
        let Bulk { receipts, applied, demands, serials, changed_records } = std::mem::take(&mut self.bulk);
        self.index_records(changed_records).await?;
        let demands: Vec<_> = demands.into_iter().collect();
        DEMANDS.all_giving_way(self.connection, &self.way, &demands, bind_demand).await?;
        let (applied, serials): (Vec<_>, Vec<_>) =
            (applied.into_iter().collect(), serials.into_iter().collect());
        if let (1..=FEW, 0..=FEW, 0..=FEW) = (receipts.len(), applied.len(), serials.len()) {
            return self.write_together(&receipts, &applied, &serials).await;
        }
        RECEIPTS.all_giving_way(self.connection, &self.way, &receipts, bind_receipt).await?;
        APPLIED.all_giving_way(self.connection, &self.way, &applied, bind_applied).await?;
        SERIALS.all_giving_way(self.connection, &self.way, &serials, bind_serial).await
    }

    async fn write_together(
        &mut self,
        receipts: &[ReceiptRow],
        applied: &[(DueKey, i64)],
        serials: &[(SeriesKey, u32)],
    ) -> Result<(), StoreError> {
        let counts = [(&RECEIPTS, receipts.len()), (&APPLIED, applied.len()), (&SERIALS, serials.len())];
        let texts = counts.iter().filter(|(_, rows)| *rows > 0).map(|(insert, rows)| insert.text(*rows));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(texts.collect::<Vec<_>>().join("; ")));
        query = receipts.iter().fold(query, bind_receipt);
        query = applied.iter().fold(query, bind_applied);
        query = serials.iter().fold(query, bind_serial);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}

const RECEIPTS: Insert<'static> = Insert {
    head: "insert into receipt (chain, seq, year, serial, business_date, shift_seq, service, consumer, amount_paise, \
           mode, payer, disputed, replaced) values ",
    columns: 13,
    tail: "",
};

fn bind_receipt<'q>(query: Statement<'q>, row: &'q ReceiptRow) -> Statement<'q> {
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
        .bind(row.replaced)
}

const INTO_DUE: &str =
    "insert into due (consumer, year, head, demand_paise, applied_paise, demand_conflict) values ";

fn bind_due<'q>(
    query: Statement<'q>,
    (consumer, year, head): &DueKey,
    demand_paise: Option<i64>,
    applied_paise: i64,
    conflict: bool,
) -> Statement<'q> {
    query.bind(*consumer).bind(*year).bind(*head).bind(demand_paise).bind(applied_paise).bind(conflict)
}

const DEMANDS: Insert<'static> = Insert { head: INTO_DUE, columns: 6, tail: STRONGER_DEMAND };

fn bind_demand<'q>(query: Statement<'q>, (key, row): &'q (DueKey, DemandRow)) -> Statement<'q> {
    bind_due(query, key, Some(row.amount_paise), 0, row.conflict)
}

const APPLIED: Insert<'static> = Insert {
    head: INTO_DUE,
    columns: 6,
    tail: "on conflict do update set applied_paise = applied_paise + excluded.applied_paise",
};

fn bind_applied<'q>(query: Statement<'q>, (key, paise): &'q (DueKey, i64)) -> Statement<'q> {
    bind_due(query, key, None, *paise, false)
}

const SERIALS: Insert<'static> = Insert {
    head: "insert into series (chain, kind, year, last_serial) values ",
    columns: 4,
    tail: "on conflict do update set last_serial = max(last_serial, excluded.last_serial)",
};

fn bind_serial<'q>(
    query: Statement<'q>,
    ((chain, kind, year), serial): &'q (SeriesKey, u32),
) -> Statement<'q> {
    query.bind(*chain).bind(*kind).bind(*year).bind(*serial)
}

/// `domain::demand::stronger_demand` in SQL: the larger magnitude, then the larger value; unequal ones leave a mark.
const STRONGER_DEMAND: &str = "on conflict do update set \
    demand_conflict = max(demand_conflict, excluded.demand_conflict, \
        demand_paise is not null and demand_paise <> excluded.demand_paise), \
    demand_paise = case when demand_paise is null \
        or (abs(excluded.demand_paise), excluded.demand_paise) > (abs(demand_paise), demand_paise) \
        then excluded.demand_paise else demand_paise end";
