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
pub(super) const SHIFT_BY_HASH: &str = "select seq, counter, business_date, closed_seq from shift \
    where chain = ? and hash = ? order by seq desc limit 1";

/// What the fold must know of a shift to judge its receipts.
#[derive(Clone, Debug)]
pub(super) struct OpenShift {
    pub seq: i64,
    pub hash: Hash,
    pub counter: String,
    pub business_date: u32,
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
            closed: row.try_get::<Option<i64>, _>(3)?.is_some(),
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
            "select business_date, closed_seq from shift where chain = ? order by seq desc limit 1",
        )
        .bind(step.chain.id)
        .fetch_optional(&mut *self.connection)
        .await?;
        if let Some(row) = last {
            if row.try_get::<Option<i64>, _>(1)?.is_none() {
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

    pub(super) async fn shift_closed(
        &mut self,
        step: &Step<'_>,
        body: &ShiftClosed,
    ) -> Result<Option<Dispute>, StoreError> {
        self.shift = None;
        let closed = sqlx::query(
            "update shift set closed_seq = ? where chain = ? and hash = ? and closed_seq is null",
        )
        .bind(step.seq())
        .bind(step.chain.id)
        .bind(body.shift.0.as_slice())
        .execute(&mut *self.connection)
        .await?
        .rows_affected();
        Ok((closed != 1).then_some("no-shift"))
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
            // Cash and instruments of the closed shift leave the drawer together: what was not listed stays "in hand"
            // until a later slip lists it.
            let shift: Option<i64> = sqlx::query_scalar(
                "update shift set remitted_seq = ?1 where chain = ?2 and remitted_seq is null and closed_seq = \
                 (select seq from entry where chain = ?2 and hash = ?3) returning seq",
            )
            .bind(step.seq())
            .bind(step.chain.id)
            .bind(close.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
            if let Some(shift) = shift {
                sqlx::query(
                    "update receipt set remitted_seq = ? where chain = ? and shift_seq = ? and mode = 0 \
                     and cancelled_seq is null",
                )
                .bind(step.seq())
                .bind(step.chain.id)
                .bind(shift)
                .execute(&mut *self.connection)
                .await?;
            }
        }
        for instrument in &body.instruments {
            let Some((chain, seq)) = self.place_of(instrument).await? else { continue };
            if chain == step.chain.id {
                sqlx::query("update receipt set remitted_seq = ? where chain = ? and seq = ? and remitted_seq is null")
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
