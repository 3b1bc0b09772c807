//! Whether a device that some entry calls revoked is revoked. That is a matter of the whole fold (who wrote it, under
//! which grant, what was seen), so the town is folded in a file of this server, which may be thrown away, and what came
//! out is noted in the database. A device that nobody called so never waits for this. Segments for new devices are made
//! from the same file.

use super::{Database, held};
use crate::shell::now_ms;
use crate::towns::open_file;
use crate::{ServerError, ServerKeys};
use domain::identity::to_hex;
use domain::{DeviceId, TownCode};
use sqlx::Row;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use store::query::people;
use tokio::sync::Mutex;

/// An exchange waits this long for the fold; it is given nothing where the fold takes longer, and asks again.
const PATIENCE: Duration = Duration::from_secs(5);

/// The files this server folds in.
pub(crate) struct Folds {
    folder: PathBuf,
    keys: ServerKeys,
    open: Mutex<HashMap<TownCode, Arc<Mutex<Option<Store>>>>>,
}

/// What the fold said.
struct Verdict {
    arrival: i64,
    is_whole: bool,
    revoked: Vec<DeviceId>,
}

impl Folds {
    pub(crate) fn new(folder: PathBuf, keys: ServerKeys) -> Arc<Folds> {
        Arc::new(Folds { folder, keys, open: Mutex::default() })
    }

    /// Works it out for a town. Returns when it is done or takes long; it is done in any case.
    pub(crate) async fn judge(self: &Arc<Folds>, database: Database, town: TownCode) {
        let folds = Arc::clone(self);
        let working = tokio::spawn(async move {
            if let Err(error) = folds.folded(&database, town).await {
                tracing::error!(town = town.0, %error, "trust in a device could not be worked out");
            }
        });
        let _ = tokio::time::timeout(PATIENCE, working).await;
    }

    /// A town's file with all that the database holds now received into it.
    pub(crate) async fn folded(&self, database: &Database, town: TownCode) -> Result<Store, ServerError> {
        let place = Arc::clone(self.open.lock().await.entry(town).or_default());
        let mut place = place.lock().await;
        let store = match &*place {
            Some(store) => store.clone(),
            None => place.insert(open_file(&self.folder, &self.keys, town).await?).clone(),
        };
        let verdict = fold(database, town, &store).await?;
        note(database, town, &verdict).await?;
        Ok(store)
    }

    pub(crate) async fn close(&self) {
        for (_, place) in self.open.lock().await.drain() {
            if let Some(store) = place.lock().await.take() {
                store.close().await;
            }
        }
    }
}

/// Takes over what the file lacks. It follows the order of arrivals, so one number says how far it is.
async fn fold(database: &Database, town: TownCode, store: &Store) -> Result<Verdict, ServerError> {
    let cursor = cursor_name(database, town).await?;
    let noted = store.meta(&cursor).await?.and_then(|bytes| bytes.try_into().ok());
    let mut arrival = noted.map_or(0, i64::from_be_bytes);
    loop {
        let mut open = database.begin(town).await?;
        let arrived = held::arrived_after(&mut open, town, arrival).await?;
        open.commit().await?;
        let Some((upto, ranges)) = arrived else { break };
        store.receive_all(ranges, now_ms(), &mut Vec::new()).await?;
        store.set_meta(&cursor, &upto.to_be_bytes()).await?;
        arrival = upto;
    }
    let is_whole = !store.waits_for_past().await?;
    let devices = people::devices(&mut *store.reading().await?).await?;
    let revoked = devices.into_iter().filter(|row| row.revoked).map(|row| row.device).collect();
    Ok(Verdict { arrival, is_whole, revoked })
}

/// Another database counts its arrivals anew.
async fn cursor_name(database: &Database, town: TownCode) -> Result<String, ServerError> {
    let mut open = database.begin(town).await?;
    let row = sqlx::query("select replica from log where town = $1")
        .bind(i64::from(town.0))
        .fetch_one(&mut *open)
        .await?;
    open.commit().await?;
    Ok(format!("arrival/{}", to_hex(row.try_get(0)?)))
}

async fn note(database: &Database, town: TownCode, verdict: &Verdict) -> Result<(), ServerError> {
    let mut open = database.begin(town).await?;
    let later = sqlx::query(
        "update log set judged_arrival = $2, judged_whole = $3 where town = $1 and judged_arrival <= $2",
    )
    .bind(i64::from(town.0))
    .bind(verdict.arrival)
    .bind(verdict.is_whole)
    .execute(&mut *open)
    .await?;
    if later.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query("delete from revoked where town = $1").bind(i64::from(town.0)).execute(&mut *open).await?;
    let devices: Vec<&[u8]> = verdict.revoked.iter().map(|device| device.0.as_slice()).collect();
    sqlx::query("insert into revoked (town, device) select $1, * from unnest($2::bytea[])")
        .bind(i64::from(town.0))
        .bind(devices)
        .execute(&mut *open)
        .await?;
    open.commit().await?;
    Ok(())
}
