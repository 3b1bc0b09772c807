//! Trust in devices: where it ends, and how far it is given back.
//!
//! Revocations arrive in any order, and may cut off each other's writers. If a revocation had to be trusted to take
//! effect, what came first would count. So authority is read in three ways, each hanging only on the one before it:
//! revocations are judged as though nobody had ever been cut off, acceptances as though every revocation held, and
//! everything else by what follows from both.

use super::{Dispute, Fold, Step};
use crate::StoreError;
use domain::DeviceId;
use domain::fact::DisputeAccepted;
use domain::people::DeviceRevoked;
use sqlx::Row;
use std::collections::BTreeMap;

/// A head's place in its device's life: epoch and number.
pub(super) type Place = (u32, i64);

/// A way to read cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nobody is cut off: by this, revocations are judged.
    Uncut = 0,
    /// Every revocation holds and none is lifted: by this, acceptances are judged.
    Unlifted = 1,
    /// What holds: by this, everything else is judged.
    Settled = 2,
}

const READINGS: [Reading; 3] = [Reading::Uncut, Reading::Unlifted, Reading::Settled];

/// Something for each reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ByReading<T>([T; 3]);

impl<T: Copy> ByReading<T> {
    pub(super) fn make(of: impl FnMut(Reading) -> T) -> ByReading<T> {
        ByReading(READINGS.map(of))
    }

    pub(super) fn at(&self, reading: Reading) -> T {
        let ByReading([uncut, unlifted, settled]) = *self;
        match reading {
            Reading::Uncut => uncut,
            Reading::Unlifted => unlifted,
            Reading::Settled => settled,
        }
    }
}

/// The readings in which an entry has force, as a table keeps them: one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Force(pub(super) i64);

impl Force {
    pub(super) const ALWAYS: Force = Force(7);

    pub(super) fn of(objections: &ByReading<Option<Dispute>>) -> Force {
        let bits = READINGS.into_iter().filter(|reading| objections.at(*reading).is_none());
        Force(bits.map(|reading| 1 << reading as i64).sum())
    }

    pub(super) fn is_in(self, reading: Reading) -> bool {
        self.0 & 1 << reading as i64 != 0
    }
}

/// Where trust in a device ends: by its lowest revocation, and by what is left of them all when they are lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) unlifted: Place,
    pub(super) settled: Place,
}

impl Cut {
    pub(super) fn is_before(&self, place: Place, reading: Reading) -> bool {
        match reading {
            Reading::Uncut => false,
            Reading::Unlifted => place > self.unlifted,
            Reading::Settled => place > self.settled,
        }
    }

    fn of_row(row: &sqlx::sqlite::SqliteRow) -> Result<Cut, StoreError> {
        Ok(Cut { unlifted: (row.try_get(0)?, row.try_get(1)?), settled: (row.try_get(2)?, row.try_get(3)?) })
    }

    pub(super) fn of_rows(rows: &[sqlx::sqlite::SqliteRow]) -> Result<Option<Cut>, StoreError> {
        rows.first().map(Cut::of_row).transpose()
    }
}

/// A device's cut, by its name.
pub(super) const CUT: &str =
    "select unlifted_epoch, unlifted_seq, epoch, seq from device_cut where device = ?";

impl Fold<'_> {
    /// A revocation holds even where its writer was cut off in turn: two devices that revoke each other are both revoked,
    /// and somebody whom neither has cut off takes one of them back.
    pub(super) async fn device_revoked(
        &mut self,
        step: &Step<'_>,
        body: &DeviceRevoked,
        objections: &ByReading<Option<Dispute>>,
    ) -> Result<Option<Dispute>, StoreError> {
        let objection = objections.at(Reading::Uncut);
        if objection.is_some() {
            // It may have had force before another founding of the town came first.
            self.forget("delete from revocation where chain = ? and seq = ?", step).await?;
        } else {
            self.insert_revocation(step, body).await?;
        }
        self.settle_cut(step, &body.device).await?;
        Ok(objection)
    }

    async fn insert_revocation(&mut self, step: &Step<'_>, body: &DeviceRevoked) -> Result<(), StoreError> {
        sqlx::query(
            "insert into revocation (device, chain, seq, last_epoch, last_seq) values (?, ?, ?, ?, ?) \
             on conflict do nothing",
        )
        .bind(body.device.0.as_slice())
        .bind(step.chain.id)
        .bind(step.seq())
        .bind(body.epoch.0)
        .bind(body.seq as i64)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn forget(&mut self, statement: &'static str, step: &Step<'_>) -> Result<(), StoreError> {
        sqlx::query(statement).bind(step.chain.id).bind(step.seq()).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// A supervisor takes a later head of a revoked device for good, against the revocations seen; one that was not seen
    /// still holds.
    pub(super) async fn dispute_accepted(
        &mut self,
        step: &Step<'_>,
        body: &DisputeAccepted,
        objections: &ByReading<Option<Dispute>>,
    ) -> Result<Option<Dispute>, StoreError> {
        let objection = objections.at(Reading::Unlifted);
        if objection.is_some() {
            // It may have had force before the revocation of its own writer was here.
            self.forget("delete from acceptance where chain = ? and seq = ?", step).await?;
        } else {
            self.lift(step, body).await?;
        }
        self.settle_cut(step, &body.head.device).await?;
        Ok(objection)
    }

    async fn lift(&mut self, step: &Step<'_>, body: &DisputeAccepted) -> Result<(), StoreError> {
        sqlx::query(
            "insert into acceptance (device, revocation_chain, revocation_seq, chain, seq, last_epoch, last_seq) \
             select revocation.device, revocation.chain, revocation.seq, ?1, ?2, ?3, ?4 from revocation \
             join chain on chain.id = revocation.chain \
             left join seen on seen.chain = ?1 and seen.device = chain.device and seen.epoch = chain.epoch \
             where revocation.device = ?5 \
             and revocation.seq < case when revocation.chain = ?1 then ?2 else coalesce(seen.seq, 0) + 1 end \
             on conflict do nothing",
        )
        .bind(step.chain.id)
        .bind(step.seq())
        .bind(body.head.epoch.0)
        .bind(body.head.seq as i64)
        .bind(body.head.device.0.as_slice())
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Works out a device's cut again. Where it moved over entries that are folded, everything is folded anew. That comes
    /// to an end: which founding holds hangs on nothing and revocations on no cut, so a first round or two has them all;
    /// acceptances hang on these alone, so the next has those; the one after it finds nothing to move.
    async fn settle_cut(&mut self, step: &Step<'_>, device: &DeviceId) -> Result<(), StoreError> {
        let before = sqlx::query(CUT).bind(device.0.as_slice()).fetch_all(&mut *self.connection).await?;
        let before = Cut::of_rows(&before)?;
        let after = self.cut_of_all(device).await?;
        let Some(moved_from) = lowest_moved(before, after) else { return Ok(()) };
        self.authority.clear();
        self.save_cut(device, after).await?;
        self.must_refold |= self.has_folded_beyond(step, device, moved_from).await?;
        Ok(())
    }

    async fn save_cut(&mut self, device: &DeviceId, cut: Option<Cut>) -> Result<(), StoreError> {
        let query = match cut {
            None => sqlx::query("delete from device_cut where device = ?").bind(device.0.as_slice()),
            Some(Cut { unlifted, settled }) => sqlx::query(
                "insert or replace into device_cut (device, unlifted_epoch, unlifted_seq, epoch, seq) \
                 values (?, ?, ?, ?, ?)",
            )
            .bind(device.0.as_slice())
            .bind(unlifted.0)
            .bind(unlifted.1)
            .bind(settled.0)
            .bind(settled.1),
        };
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    async fn cut_of_all(&mut self, device: &DeviceId) -> Result<Option<Cut>, StoreError> {
        let rows = sqlx::query(
            "select revocation.chain, revocation.seq, revocation.last_epoch, revocation.last_seq, \
             acceptance.last_epoch, acceptance.last_seq from revocation \
             left join acceptance on acceptance.device = revocation.device \
             and revocation_chain = revocation.chain and revocation_seq = revocation.seq \
             where revocation.device = ?",
        )
        .bind(device.0.as_slice())
        .fetch_all(&mut *self.connection)
        .await?;
        let mut unlifted: Option<Place> = None;
        let mut lifted: BTreeMap<(i64, i64), Place> = BTreeMap::new();
        for row in &rows {
            let last: Place = (row.try_get(2)?, row.try_get(3)?);
            unlifted = Some(unlifted.map_or(last, |lowest| lowest.min(last)));
            let accepted: Option<Place> = match row.try_get::<Option<u32>, _>(4)? {
                Some(epoch) => Some((epoch, row.try_get(5)?)),
                None => None,
            };
            let place = lifted.entry((row.try_get(0)?, row.try_get(1)?)).or_insert(last);
            *place = (*place).max(accepted.unwrap_or(last));
        }
        let settled = lifted.into_values().min();
        Ok(unlifted.zip(settled).map(|(unlifted, settled)| Cut { unlifted, settled }))
    }

    /// Whether an entry beyond a place was judged already. The chain that is being folded says in its file only how far it
    /// was before.
    async fn has_folded_beyond(
        &mut self,
        step: &Step<'_>,
        device: &DeviceId,
        place: Place,
    ) -> Result<bool, StoreError> {
        if step.chain.device == *device && (step.chain.epoch.0, step.seq() - 1) > place {
            return Ok(true);
        }
        let beyond: Option<i64> =
            sqlx::query_scalar("select 1 from chain where device = ? and (epoch, folded_seq) > (?, ?)")
                .bind(device.0.as_slice())
                .bind(place.0)
                .bind(place.1)
                .fetch_optional(&mut *self.connection)
                .await?;
        Ok(beyond.is_some())
    }
}

/// The lowest place beyond which something is now judged otherwise; nothing where nothing is.
fn lowest_moved(before: Option<Cut>, after: Option<Cut>) -> Option<Place> {
    let moved = |of: fn(Cut) -> Place| {
        let (before, after) = (before.map(of), after.map(of));
        if before == after { None } else { before.into_iter().chain(after).min() }
    };
    moved(|cut| cut.unlifted).into_iter().chain(moved(|cut| cut.settled)).min()
}
