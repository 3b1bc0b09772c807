//! News between servers: a device waits at one, a receipt comes in at another. The database passes on which towns grew.
//! A notice may be lost with a server; it only says when to look, and a device looks by itself every minute.

use crate::ServerError;
use domain::TownCode;
use sqlx::postgres::{PgListener, PgPool};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

const CHANNEL: &str = "palika_growth";
/// Notices are gathered this long: the database passes them on one commit at a time, and a receipt must not queue
/// behind another's notice.
const GATHER: Duration = Duration::from_millis(20);
/// A notice may be 8,000 bytes.
const TOWNS_IN_NOTICE: usize = 500;
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Who waits here, and what is to be told elsewhere.
pub(super) struct News {
    growths: Mutex<HashMap<TownCode, watch::Sender<()>>>,
    grown: Mutex<BTreeSet<TownCode>>,
    wake: Notify,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl News {
    pub(super) async fn start(pool: PgPool) -> Result<Arc<News>, ServerError> {
        let news = Arc::new(News {
            growths: Mutex::default(),
            grown: Mutex::default(),
            wake: Notify::new(),
            tasks: Mutex::default(),
        });
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.ignore_pool_close_event(true);
        listener.listen(CHANNEL).await?;
        let listening = tokio::spawn(Arc::clone(&news).listen(listener));
        let telling = tokio::spawn(Arc::clone(&news).tell(pool));
        held(&news.tasks).extend([listening, telling]);
        Ok(news)
    }

    /// Told when the town grows.
    pub(super) fn growth(&self, town: TownCode) -> watch::Receiver<()> {
        held(&self.growths).entry(town).or_insert_with(|| watch::Sender::new(())).subscribe()
    }

    /// The town grew at this server.
    pub(super) fn has_grown(&self, town: TownCode) {
        self.wake_here(town);
        held(&self.grown).insert(town);
        self.wake.notify_one();
    }

    pub(super) async fn stop(&self) {
        let tasks = std::mem::take(&mut *held(&self.tasks));
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
    }

    fn wake_here(&self, town: TownCode) {
        let mut growths = held(&self.growths);
        if growths.get(&town).is_some_and(|growth| growth.receiver_count() == 0) {
            growths.remove(&town);
        }
        if let Some(growth) = growths.get(&town) {
            growth.send_replace(());
        }
    }

    async fn listen(self: Arc<News>, mut listener: PgListener) {
        loop {
            match listener.try_recv().await {
                Ok(Some(notice)) => {
                    for town in notice.payload().split(',').filter_map(|town| town.parse().ok()) {
                        self.wake_here(TownCode(town));
                    }
                }
                // The line was lost and is back: what was said meanwhile was not heard, so everybody looks.
                Ok(None) => held(&self.growths).values().for_each(|growth| {
                    growth.send_replace(());
                }),
                Err(error) => {
                    tracing::warn!(%error, "no news from the database");
                    tokio::time::sleep(RECONNECT_PAUSE).await;
                }
            }
        }
    }

    async fn tell(self: Arc<News>, pool: PgPool) {
        loop {
            self.wake.notified().await;
            tokio::time::sleep(GATHER).await;
            let towns: Vec<String> =
                std::mem::take(&mut *held(&self.grown)).iter().map(ToString::to_string).collect();
            for some in towns.chunks(TOWNS_IN_NOTICE) {
                if let Err(error) = notify(&pool, &some.join(",")).await {
                    tracing::warn!(%error, "news was not passed on");
                }
            }
        }
    }
}

/// Nothing is lost with a notice, so its commit waits for no disk.
async fn notify(pool: &PgPool, towns: &str) -> Result<(), sqlx::Error> {
    let mut telling = pool.begin_with("begin; set local synchronous_commit = off").await?;
    sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(towns).execute(&mut *telling).await?;
    telling.commit().await
}

/// A thread that died holding the lock left what is still whole.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
