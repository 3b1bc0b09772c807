//! Demands, receipts, cancellations, advance.

use super::authority::approval_statement;
use super::bulk::{DemandRow, ReceiptRow};
use super::{Dispute, Fold, Step};
use crate::StoreError;
use crate::series::Series;
use domain::demand::{DemandBatch, stronger_demand};
use domain::fact::{Fact, Kind};
use domain::identity::Signature;
use domain::limits::{DEMAND_BATCH_LINES_MAX, DEMAND_PAISE_MAX, RECEIPT_LINES_MAX, RECEIPT_PAISE_MAX};
use domain::people::Approval;
use domain::receipt::{AdvanceSpent, PaymentCertified, ReceiptCancelled, ReceiptIssued, ReceiptReprinted};
use domain::{ChainHead, Paise};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// The last number of a series.
pub(crate) const LAST_SERIAL: &str =
    "select last_serial from series where chain = ? and kind = ? and year = ?";

impl Fold<'_> {
    pub(super) async fn demand_batch(&mut self, body: &DemandBatch) -> Result<Option<Dispute>, StoreError> {
        let too_large =
            body.lines.iter().any(|l| l.amount_paise.0.unsigned_abs() > DEMAND_PAISE_MAX.0.unsigned_abs());
        if body.lines.len() > DEMAND_BATCH_LINES_MAX || too_large {
            return Ok(Some("limits"));
        }
        let service = self.code(body.service.as_str()).await?;
        for line in &body.lines {
            let consumer = self.consumer(service, line.consumer.as_str()).await?;
            let head = self.code(line.head.as_str()).await?;
            let key = (consumer, line.year.0, head);
            let amount = line.amount_paise.0;
            self.bulk
                .demands
                .entry(key)
                .and_modify(|row| {
                    row.conflict |= row.amount_paise != amount;
                    row.amount_paise = stronger_demand(Paise(row.amount_paise), Paise(amount)).0;
                })
                .or_insert(DemandRow { amount_paise: amount, conflict: false });
        }
        Ok(None)
    }

    pub(super) async fn receipt_issued(
        &mut self,
        step: &Step<'_>,
        body: &ReceiptIssued,
        objection: Option<Dispute>,
    ) -> Result<Option<Dispute>, StoreError> {
        let objection = match objection {
            Some(objection) => Some(objection),
            None => self.receipt_objection(step, body).await?,
        };
        let replaced = self.was_recovered(&step.hash).await?;
        self.money_taken(step, body, objection.is_some(), replaced).await?;
        let series = (step.chain.id, Series::Receipt as i64, body.number.year.0);
        let last = self.bulk.serials.entry(series).or_default();
        *last = (*last).max(body.number.serial);
        if let Some(leaf) = &body.leaf {
            self.leaf_used(step, leaf).await?;
        }
        Ok(objection)
    }

    /// A receipt's row, and its lines, unless another row stands for it.
    pub(super) async fn money_taken(
        &mut self,
        step: &Step<'_>,
        body: &ReceiptIssued,
        disputed: bool,
        replaced: bool,
    ) -> Result<(), StoreError> {
        let shift = self.shift_of(step, &body.shift).await?;
        let service = self.code(body.service.as_str()).await?;
        let consumer = match body.consumer.as_str() {
            "" => None,
            code => Some(self.consumer(service, code).await?),
        };
        if !replaced {
            self.apply_lines(body, 1).await?;
        }
        let payer = match body.payer_name.as_str() {
            "" if body.assessee.hindi.is_empty() => &body.assessee.english,
            "" => &body.assessee.hindi,
            name => name,
        };
        self.bulk.receipts.push(ReceiptRow {
            chain: step.chain.id,
            seq: step.seq(),
            year: body.number.year.0,
            serial: body.number.serial,
            business_date: body.business_date.to_number(),
            shift_seq: shift.map_or(0, |shift| shift.seq),
            service,
            consumer,
            amount_paise: body.total_paise().unwrap_or(Paise(i64::MAX)).0,
            mode: body.instrument.mode as i64,
            payer: payer.to_owned(),
            disputed,
            replaced,
        });
        Ok(())
    }

    /// Adds a receipt's lines to what is applied, or with −1 takes them off.
    async fn apply_lines(&mut self, receipt: &ReceiptIssued, sign: i64) -> Result<(), StoreError> {
        if receipt.consumer.as_str().is_empty() {
            return Ok(());
        }
        let service = self.code(receipt.service.as_str()).await?;
        let consumer = self.consumer(service, receipt.consumer.as_str()).await?;
        for line in &receipt.lines {
            let head = self.code(line.head.as_str()).await?;
            self.bulk.apply((consumer, line.year.0, head), line.amount_paise.0.saturating_mul(sign));
        }
        Ok(())
    }

    /// Takes the lines of a receipt that no longer counts off again.
    pub(super) async fn unapply(&mut self, receipt: &ChainHead) -> Result<(), StoreError> {
        let entry = crate::log::entry_at(self.connection, self.town, receipt).await?;
        match entry.fact() {
            Ok(Some(Fact::ReceiptIssued(receipt))) => self.apply_lines(&receipt, -1).await,
            Ok(Some(Fact::ReceiptRecovered(recovered))) => self.apply_lines(&recovered.receipt, -1).await,
            _ => Ok(()),
        }
    }

    async fn receipt_objection(
        &mut self,
        step: &Step<'_>,
        body: &ReceiptIssued,
    ) -> Result<Option<Dispute>, StoreError> {
        let total = body.total_paise();
        let within = total.is_some_and(|total| total > Paise::ZERO && total <= RECEIPT_PAISE_MAX);
        if !within || body.lines.is_empty() || body.lines.len() > RECEIPT_LINES_MAX {
            return Ok(Some("limits"));
        }
        let number = &body.number;
        if number.town != self.town || number.epoch != step.chain.epoch {
            return Ok(Some("number"));
        }
        if number.year != body.business_date.financial_year() {
            return Ok(Some("number-year"));
        }
        let Some(shift) = self.shift_of(step, &body.shift).await? else { return Ok(Some("no-shift")) };
        if shift.closed
            || shift.business_date != body.business_date.to_number()
            || shift.counter != number.counter.0
        {
            return Ok(Some("shift"));
        }
        let last = self.last_serial(step, Series::Receipt, number.year.0).await?;
        if number.serial != last + 1 {
            return Ok(Some("series"));
        }
        Ok(None)
    }

    /// The last number of a series, rows not yet written included.
    async fn last_serial(&mut self, step: &Step<'_>, series: Series, year: i16) -> Result<u32, StoreError> {
        let key = (step.chain.id, series as i64, year);
        if let Some(last) = self.bulk.serials.get(&key) {
            return Ok(*last);
        }
        let row = sqlx::query(LAST_SERIAL)
            .bind(key.0)
            .bind(key.1)
            .bind(year)
            .fetch_optional(&mut *self.connection)
            .await?;
        self.learn_serial(step, series, year, row.as_ref())
    }

    /// Keeps the row of [`LAST_SERIAL`] for what follows of the series.
    pub(super) fn learn_serial(
        &mut self,
        step: &Step<'_>,
        series: Series,
        year: i16,
        row: Option<&SqliteRow>,
    ) -> Result<u32, StoreError> {
        let last: i64 = row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0);
        let last = u32::try_from(last).unwrap_or(u32::MAX);
        if last > 0 {
            self.bulk.serials.insert((step.chain.id, series as i64, year), last);
        }
        Ok(last)
    }

    pub(super) async fn series_objection(
        &mut self,
        step: &Step<'_>,
        series: Series,
        year: i16,
        serial: u32,
    ) -> Result<Option<Dispute>, StoreError> {
        let last = self.last_serial(step, series, year).await?;
        if serial != last + 1 {
            return Ok(Some("series"));
        }
        self.bulk.serials.insert((step.chain.id, series as i64, year), serial);
        Ok(None)
    }

    pub(super) async fn receipt_cancelled(
        &mut self,
        step: &Step<'_>,
        body: &ReceiptCancelled,
    ) -> Result<Option<Dispute>, StoreError> {
        let Some((chain, seq)) = self.place_of(&body.receipt).await? else { return Ok(Some("no-receipt")) };
        if chain != step.chain.id {
            return Ok(Some("not-its-drawer"));
        }
        let row = sqlx::query(
            "select cancelled_seq, remitted_epoch, replaced from receipt where chain = ? and seq = ?",
        )
        .bind(chain)
        .bind(seq)
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some(row) = row else { return Ok(Some("no-receipt")) };
        if row.try_get::<Option<i64>, _>(0)?.is_some() {
            return Ok(Some("cancelled-twice"));
        }
        // A later epoch that paid it in did not know of this; the receipt was cancelled before.
        if row.try_get::<Option<u32>, _>(1)?.is_some_and(|epoch| epoch <= step.chain.epoch.0) {
            return Ok(Some("remitted"));
        }
        let replaced: bool = row.try_get(2)?;
        let blank = Fact::from(ReceiptCancelled { approval: blank(&body.approval), ..body.clone() });
        debug_assert!(!approval_statement(blank.kind(), self.town, &blank).is_empty());
        if let Some(objection) = self.approval_objection(step, &body.approval, &blank, true).await? {
            return Ok(Some(objection));
        }
        sqlx::query("update receipt set cancelled_seq = ?, remitted_epoch = null, remitted_seq = null where chain = ? and seq = ?")
            .bind(step.seq())
            .bind(chain)
            .bind(seq)
            .execute(&mut *self.connection)
            .await?;
        if !replaced {
            self.unapply(&body.receipt).await?;
        }
        self.note_receipt_event(step, chain, seq).await?;
        Ok(None)
    }

    pub(super) async fn receipt_reprinted(
        &mut self,
        step: &Step<'_>,
        body: &ReceiptReprinted,
    ) -> Result<Option<Dispute>, StoreError> {
        let Some((chain, seq)) = self.place_of(&body.receipt).await? else { return Ok(Some("no-receipt")) };
        if chain != step.chain.id {
            return Ok(Some("not-its-drawer"));
        }
        // Two copies of one number could not be told apart; and the first needs no second person.
        let copies: i64 = sqlx::query_scalar(
            "select count(*) from receipt_event where receipt_chain = ? and receipt_seq = ? and kind = ?",
        )
        .bind(chain)
        .bind(seq)
        .bind(i64::from(Kind::ReceiptReprinted.number()))
        .fetch_one(&mut *self.connection)
        .await?;
        if i64::from(body.copy) != copies + 1 {
            return Ok(Some("copy-number"));
        }
        match &body.approval {
            None if body.copy > 1 => return Ok(Some("approval-role")),
            None => {}
            Some(approval) => {
                let unsigned = ReceiptReprinted { approval: Some(blank(approval)), ..body.clone() };
                if let Some(objection) =
                    self.approval_objection(step, approval, &Fact::from(unsigned), true).await?
                {
                    return Ok(Some(objection));
                }
            }
        }
        self.note_receipt_event(step, chain, seq).await?;
        Ok(None)
    }

    pub(super) async fn payment_certified(
        &mut self,
        step: &Step<'_>,
        body: &PaymentCertified,
    ) -> Result<Option<Dispute>, StoreError> {
        let Some((chain, seq)) = self.place_of(&body.receipt).await? else { return Ok(Some("no-receipt")) };
        if let Some(objection) =
            self.series_objection(step, Series::Certificate, body.year.0, body.serial).await?
        {
            return Ok(Some(objection));
        }
        self.note_receipt_event(step, chain, seq).await?;
        Ok(None)
    }

    pub(super) async fn advance_spent(&mut self, body: &AdvanceSpent) -> Result<Option<Dispute>, StoreError> {
        if Paise::checked_sum(body.lines.iter().map(|line| line.amount_paise)) != Some(Paise::ZERO) {
            return Ok(Some("advance-sum"));
        }
        let service = self.code(body.service.as_str()).await?;
        let consumer = self.consumer(service, body.consumer.as_str()).await?;
        for line in &body.lines {
            let head = self.code(line.head.as_str()).await?;
            self.bulk.apply((consumer, line.year.0, head), line.amount_paise.0);
        }
        Ok(None)
    }
}

/// An approval before it is signed: what the statement holds in its place.
pub fn blank(approval: &Approval) -> Approval {
    Approval { author: approval.author, signature: Signature([0; 64]) }
}
