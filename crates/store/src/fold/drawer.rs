//! Shifts, closes, remittances, handovers, pre-printed books.

use super::money::blank;
use super::{Dispute, Fold, Step};
use crate::StoreError;
use crate::series::Series;
use domain::Hash;
use domain::drawer::{DrawerHandedOver, LeafBookIssued, Remitted, ShiftClosed, ShiftOpened};
use domain::fact::Fact;
use domain::receipt::LeafReference;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// The shift that receipts of a chain name.
pub(super) const SHIFT_BY_HASH: &str = "select shift.seq, counter, business_date, closed_epoch = chain.epoch from shift \
    join chain on chain.id = shift.chain where shift.chain = ? and shift.hash = ? order by shift.seq desc limit 1";

/// Marks receipts as paid in; of two slips the earlier epoch's stands, and in one epoch the first.
const MARK_REMITTED: &str = "update receipt set remitted_epoch = ?1, remitted_seq = ?2 where chain = ?3 \
    and (remitted_epoch is null or (remitted_epoch, remitted_seq) > (?1, ?2))";

/// What the fold must know of a shift to judge its receipts.
#[derive(Clone, Debug)]
pub(super) struct OpenShift {
    pub seq: i64,
    pub hash: Hash,
    pub counter: String,
    pub business_date: u32,
    /// By its own epoch. What a later one closed was open to those who wrote here.
    pub closed: bool,
}

impl Fold<'_> {
    /// The shift an entry of this chain names. The last one asked for is remembered: a day's receipts name one shift.
    pub(super) async fn shift_of(
        &mut self,
        step: &Step<'_>,
        hash: &Hash,
    ) -> Result<Option<OpenShift>, StoreError> {
        if let Some((chain, shift)) = &self.shift
            && *chain == step.chain.id
            && shift.hash == *hash
        {
            return Ok(Some(shift.clone()));
        }
        let row = sqlx::query(SHIFT_BY_HASH)
            .bind(step.chain.id)
            .bind(hash.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
        self.learn_shift(step, hash, row.as_ref())
    }

    /// Keeps the row of [`SHIFT_BY_HASH`] for the receipts that follow.
    pub(super) fn learn_shift(
        &mut self,
        step: &Step<'_>,
        hash: &Hash,
        row: Option<&SqliteRow>,
    ) -> Result<Option<OpenShift>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let shift = OpenShift {
            seq: row.try_get(0)?,
            hash: *hash,
            counter: row.try_get(1)?,
            business_date: row.try_get(2)?,
            closed: row.try_get::<Option<bool>, _>(3)?.unwrap_or_default(),
        };
        self.shift = Some((step.chain.id, shift.clone()));
        Ok(Some(shift))
    }

    pub(super) async fn shift_opened(
        &mut self,
        step: &Step<'_>,
        body: &ShiftOpened,
    ) -> Result<Option<Dispute>, StoreError> {
        let last = sqlx::query(
            "select business_date, closed_epoch from shift where chain = ? order by seq desc limit 1",
        )
        .bind(step.chain.id)
        .fetch_optional(&mut *self.connection)
        .await?;
        if let Some(row) = last {
            if row.try_get::<Option<u32>, _>(1)? != Some(step.chain.epoch.0) {
                return Ok(Some("shift-open"));
            }
            if row.try_get::<u32, _>(0)? > body.business_date.to_number() {
                return Ok(Some("date-before-last"));
            }
        }
        let counter: Option<String> = sqlx::query_scalar("select counter from device where device = ?")
            .bind(step.chain.device.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
        if counter.as_deref() != Some(body.counter.0.as_str()) {
            return Ok(Some("counter"));
        }
        let holder = step.entry.author.map(|author| author.user.0.to_vec()).unwrap_or_default();
        sqlx::query(
            "insert into shift (chain, seq, hash, counter, business_date, float_paise, holder, opened_at_ms) \
             values (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(step.chain.id)
        .bind(step.seq())
        .bind(step.hash.0.as_slice())
        .bind(&body.counter.0)
        .bind(body.business_date.to_number())
        .bind(body.float_paise.0)
        .bind(holder)
        .bind(step.entry.at_ms)
        .execute(&mut *self.connection)
        .await?;
        Ok(None)
    }

    /// A shift is closed by its own epoch, or by a later one of the same device: what was put back from a backup has
    /// notes in its drawer. Where both closed it the earlier epoch's close holds, whichever was known first.
    pub(super) async fn shift_closed(
        &mut self,
        step: &Step<'_>,
        body: &ShiftClosed,
    ) -> Result<Option<Dispute>, StoreError> {
        self.shift = None;
        let shift = sqlx::query(
            "select shift.chain, shift.seq, closed_epoch, closed_seq from shift join chain on chain.id = shift.chain \
             where chain.device = ? and chain.epoch <= ? and hash = ? order by chain.epoch limit 1",
        )
        .bind(step.chain.device.0.as_slice())
        .bind(step.chain.epoch.0)
        .bind(body.shift.0.as_slice())
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some(shift) = shift else { return Ok(Some("no-shift")) };
        let (chain, seq): (i64, i64) = (shift.try_get(0)?, shift.try_get(1)?);
        let closed: Option<u32> = shift.try_get(2)?;
        if closed == Some(step.chain.epoch.0) {
            return Ok(Some("no-shift"));
        }
        self.note_close(step, (chain, seq)).await?;
        match closed {
            Some(earlier) if earlier < step.chain.epoch.0 => return Ok(Some("closed-twice")),
            Some(later) => self.dispute_close(step, later, shift.try_get(3)?).await?,
            None => {}
        }
        sqlx::query("update shift set closed_epoch = ?, closed_seq = ? where chain = ? and seq = ?")
            .bind(step.chain.epoch.0)
            .bind(step.seq())
            .bind(chain)
            .bind(seq)
            .execute(&mut *self.connection)
            .await?;
        Ok(None)
    }

    async fn note_close(&mut self, step: &Step<'_>, shift: (i64, i64)) -> Result<(), StoreError> {
        sqlx::query(
            "insert into shift_close (hash, shift_chain, shift_seq, chain, seq) values (?, ?, ?, ?, ?)",
        )
        .bind(step.hash.0.as_slice())
        .bind(shift.0)
        .bind(shift.1)
        .bind(step.chain.id)
        .bind(step.seq())
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// A later epoch's close that held until the earlier one's was here.
    async fn dispute_close(&mut self, step: &Step<'_>, epoch: u32, seq: i64) -> Result<(), StoreError> {
        sqlx::query(
            "insert into disputed (chain, seq, reason) select id, ?, 'closed-twice' from chain \
             where device = ? and epoch = ? on conflict do nothing",
        )
        .bind(seq)
        .bind(step.chain.device.0.as_slice())
        .bind(epoch)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    pub(super) async fn remitted(
        &mut self,
        step: &Step<'_>,
        body: &Remitted,
    ) -> Result<Option<Dispute>, StoreError> {
        let year = body.business_date.financial_year();
        if let Some(objection) = self.series_objection(step, Series::Remittance, year.0, body.serial).await? {
            return Ok(Some(objection));
        }
        for close in &body.closes {
            self.remit_close(step, close).await?;
        }
        for listed in &body.instruments {
            let own = listed.device == step.chain.device && listed.epoch <= step.chain.epoch;
            if own && let Some((chain, seq)) = self.place_of(listed).await? {
                sqlx::query(sqlx::AssertSqlSafe(format!("{MARK_REMITTED} and seq = ?4")))
                    .bind(step.chain.epoch.0)
                    .bind(step.seq())
                    .bind(chain)
                    .bind(seq)
                    .execute(&mut *self.connection)
                    .await?;
            }
        }
        sqlx::query(
            "insert into remittance (chain, seq, year, serial, business_date, bank, account, amount_paise) \
             values (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(step.chain.id)
        .bind(step.seq())
        .bind(year.0)
        .bind(body.serial)
        .bind(body.business_date.to_number())
        .bind(&body.bank)
        .bind(&body.account)
        .bind(body.amount_paise.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(None)
    }

    /// Cash and instruments of a closed shift leave the drawer together: what was not listed stays "in hand" until a
    /// later slip lists it, and so does cash that the writer did not know of.
    async fn remit_close(&mut self, step: &Step<'_>, close: &Hash) -> Result<(), StoreError> {
        let found = sqlx::query(
            "select shift_chain, shift_seq, chain.epoch from shift_close join chain on chain.id = shift_chain \
             where hash = ? and chain.device = ? and chain.epoch <= ?",
        )
        .bind(close.0.as_slice())
        .bind(step.chain.device.0.as_slice())
        .bind(step.chain.epoch.0)
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some(found) = found else { return Ok(()) };
        let (chain, seq): (i64, i64) = (found.try_get(0)?, found.try_get(1)?);
        sqlx::query(
            "update shift set remitted_epoch = ?1, remitted_seq = ?2 where chain = ?3 and seq = ?4 \
             and (remitted_epoch is null or (remitted_epoch, remitted_seq) > (?1, ?2))",
        )
        .bind(step.chain.epoch.0)
        .bind(step.seq())
        .bind(chain)
        .bind(seq)
        .execute(&mut *self.connection)
        .await?;
        let known_seq = match chain == step.chain.id {
            true => step.seq(),
            false => self.seen_of(step, found.try_get(2)?).await?,
        };
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{MARK_REMITTED} and shift_seq = ?4 and mode = 0 and cancelled_seq is null and seq <= ?5"
        )))
        .bind(step.chain.epoch.0)
        .bind(step.seq())
        .bind(chain)
        .bind(seq)
        .bind(known_seq)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// How far the writer knew an earlier epoch of its own device.
    async fn seen_of(&mut self, step: &Step<'_>, epoch: u32) -> Result<i64, StoreError> {
        let seen: Option<i64> =
            sqlx::query_scalar("select seq from seen where chain = ? and device = ? and epoch = ?")
                .bind(step.chain.id)
                .bind(step.chain.device.0.as_slice())
                .bind(epoch)
                .fetch_optional(&mut *self.connection)
                .await?;
        Ok(seen.unwrap_or(0))
    }

    pub(super) async fn drawer_handed_over(
        &mut self,
        step: &Step<'_>,
        body: &DrawerHandedOver,
    ) -> Result<Option<Dispute>, StoreError> {
        if body.approval.author.user != body.to {
            return Ok(Some("approval-role"));
        }
        let unsigned = DrawerHandedOver { approval: blank(&body.approval), ..body.clone() };
        if let Some(objection) =
            self.approval_objection(step, &body.approval, &Fact::from(unsigned), false).await?
        {
            return Ok(Some(objection));
        }
        let moved =
            sqlx::query("update shift set holder = ? where chain = ? and hash = ? and closed_seq is null")
                .bind(body.to.0.as_slice())
                .bind(step.chain.id)
                .bind(body.shift.0.as_slice())
                .execute(&mut *self.connection)
                .await?
                .rows_affected();
        Ok((moved != 1).then_some("no-shift"))
    }

    pub(super) async fn leaf_book_issued(
        &mut self,
        step: &Step<'_>,
        body: &LeafBookIssued,
    ) -> Result<Option<Dispute>, StoreError> {
        if body.first_leaf > body.last_leaf {
            return Ok(Some("limits"));
        }
        let held = sqlx::query_as("select chain, seq from leaf_book where book = ?")
            .bind(&body.book)
            .fetch_optional(&mut *self.connection)
            .await?;
        if !self.stands_first(step, held).await? {
            return Ok(None);
        }
        sqlx::query(
            "insert or replace into leaf_book (book, first_leaf, last_leaf, counter, chain, seq) values (?, ?, ?, ?, ?, ?)",
        )
        .bind(&body.book)
        .bind(body.first_leaf)
        .bind(body.last_leaf)
        .bind(&body.counter.0)
        .bind(step.chain.id)
        .bind(step.seq())
        .execute(&mut *self.connection)
        .await?;
        Ok(None)
    }

    pub(super) async fn leaf_used(
        &mut self,
        step: &Step<'_>,
        leaf: &LeafReference,
    ) -> Result<(), StoreError> {
        sqlx::query("insert into leaf (book, leaf, chain, seq) values (?, ?, ?, ?)")
            .bind(&leaf.book)
            .bind(leaf.leaf)
            .bind(step.chain.id)
            .bind(step.seq())
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
