//! The moment in which a new device's file stops resting on a snapshot's word: the history is folded from zero, and what
//! came of it is compared with what the snapshot said ([`crate::arriving`]).

use crate::arriving::{drop_phantoms, forget_arrival, is_arriving, limits, set_meta};
use crate::fold::Fold;
use crate::turns::Way;
use crate::{Store, StoreError};
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::collections::HashMap;

/// Meta: what the snapshot said otherwise than the log, from the last time one was checked.
const DIFFERED: &str = "snapshot-differed";
/// Steps of SQLite's machine between two looks whether somebody waits: some tenths of a millisecond.
const STEPS: i32 = 1_000;

/// What came of folding the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenUp {
    /// Tables and how many of their rows the snapshot had otherwise; none, where its maker spoke the truth.
    pub differed: Vec<(String, u64)>,
}

impl Store {
    /// Folds the history once it is whole, and compares. `None` where nothing is arriving, something is still to come,
    /// somebody sits here, or somebody came meanwhile: it takes seconds, and a payer must not wait for them. Somebody who
    /// has been still for a while counts as gone where the caller says so.
    pub async fn take_up(&self, is_still: bool) -> Result<Option<TakenUp>, StoreError> {
        let whole = self.arriving().await?.is_some_and(|arriving| arriving.whole);
        if !whole || (self.turns.is_attended() && !is_still) {
            return Ok(None);
        }
        let way = self.turns.way_that_always_gives();
        let mut transaction = self.begin_immediate().await?;
        step_back_within_a_statement(&mut transaction, &way).await?;
        let folded = self.fold_history(&mut transaction, &way).await;
        transaction.lock_handle().await?.remove_progress_handler();
        match folded {
            Ok(Some(taken)) => {
                transaction.commit().await?;
                self.checkpoint().await?;
                self.grown.send_replace(());
                Ok(Some(taken))
            }
            Ok(None) => {
                transaction.rollback().await?;
                Ok(None)
            }
            Err(error) => {
                let _ = transaction.rollback().await;
                if way.gave() { Ok(None) } else { Err(error) }
            }
        }
    }

    async fn fold_history(
        &self,
        connection: &mut SqliteConnection,
        way: &Way,
    ) -> Result<Option<TakenUp>, StoreError> {
        let town = self.town().await?.ok_or(StoreError::NotFound("town"))?;
        // Another exchange may have been first.
        if !is_arriving(connection).await? {
            return Ok(None);
        }
        let Some(limits) = limits(connection).await? else { return Ok(None) };
        for (name, sql) in COMPARED {
            let text = format!("drop table if exists temp.was_{name}; create temp table was_{name} as {sql}");
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *connection).await?;
            way.check()?;
        }
        forget_arrival(connection).await?;
        let mut fold = Fold::new(connection, town).await?.giving_way(way.clone()).up_to(limits.clone());
        fold.forget_what_a_snapshot_said().await?;
        fold.settle().await?;
        drop_phantoms(connection).await?;
        if !is_folded_to(connection, &limits).await? {
            // The place named does not hold all of its own past: what is missing comes by exchange.
            return Ok(None);
        }
        let mut taken = TakenUp::default();
        for (name, sql) in COMPARED {
            let text = format!(
                "select (select count(*) from (select * from temp.was_{name} except {sql})) \
                 + (select count(*) from ({sql} except select * from temp.was_{name}))"
            );
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(&mut *connection).await?;
            if rows > 0 {
                taken.differed.push(((*name).to_owned(), rows as u64));
            }
            let text = format!("drop table temp.was_{name}");
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *connection).await?;
            way.check()?;
        }
        let said = taken.differed.iter().map(|(table, rows)| format!("{table} {rows}")).collect::<Vec<_>>();
        set_meta(connection, DIFFERED, said.join(", ").as_bytes()).await?;
        // What came after the snapshot's place.
        Fold::new(connection, town).await?.giving_way(way.clone()).settle().await?;
        Ok(Some(taken))
    }

    /// What the snapshot this device began from said otherwise than the log, in words for the technician: tables and their
    /// rows. Empty where it spoke the truth or there was none.
    pub async fn snapshot_differed(&self) -> Result<String, StoreError> {
        let said = self.meta(DIFFERED).await?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

/// What the counter worked on, by rows that are the same before and after.
const COMPARED: &[(&str, &str)] = &[
    ("device", "select device, name, counter, certificate from device"),
    ("device_cut", "select device, unlifted_epoch, unlifted_seq, epoch, seq from device_cut"),
    ("staff", "select user, name_hindi, name_english from staff"),
    ("grant_of_role", "select hash, user, role, force from grant_of_role"),
    ("definition", "select hash, name from definition"),
    ("leaf_book", "select book, first_leaf, last_leaf, counter from leaf_book"),
    ("case_settled", "select name, chain, seq, decision, remark from case_settled"),
    ("due", "select consumer, year, head, demand_paise, applied_paise, demand_conflict from due"),
    (
        "record",
        "select document, property_id, old_id, owner_hindi, owner_english, guardian_hindi, guardian_english, \
         door_number, ward, locality, address, usage from record",
    ),
];

/// Some statements here go over a whole table. On such a one a person does not wait either: it is broken off.
async fn step_back_within_a_statement(
    connection: &mut SqliteConnection,
    way: &Way,
) -> Result<(), StoreError> {
    let way = way.clone();
    connection.lock_handle().await?.set_progress_handler(STEPS, move || way.check().is_ok());
    Ok(())
}

async fn is_folded_to(
    connection: &mut SqliteConnection,
    limits: &HashMap<i64, u64>,
) -> Result<bool, StoreError> {
    let rows = sqlx::query("select id, folded_seq from chain").fetch_all(connection).await?;
    for row in &rows {
        let (chain, folded): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if limits.get(&chain).is_some_and(|limit| *limit > folded as u64) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turns::Turns;
    use sqlx::Connection as _;
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_statement_over_a_whole_table_is_broken_off_for_a_person() {
        let turns = Turns::new();
        let way = turns.way_that_always_gives();
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        step_back_within_a_statement(&mut connection, &way).await.unwrap();
        let asking = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let _waiting = turns.ask();
            tokio::time::sleep(Duration::from_secs(60)).await;
        });
        let endless =
            "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
        let counted = sqlx::query(endless).fetch_one(&mut connection);
        let broken = tokio::time::timeout(Duration::from_secs(30), counted).await.expect("it steps back");
        assert!(broken.is_err() && way.gave());
        asking.abort();
        connection.lock_handle().await.unwrap().remove_progress_handler();
        let next: i64 = sqlx::query_scalar("select 7").fetch_one(&mut connection).await.unwrap();
        assert_eq!(next, 7);
    }
}
