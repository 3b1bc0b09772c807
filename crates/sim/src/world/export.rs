//! The log a run ends with, to be kept in the tree: what a released version gave, later ones must give too.

use super::counter::PROPERTY_TAX;
use super::town::{CONSUMERS, consumer_code};
use super::{Broken, Plan, World, broken};
use domain::ChainHead;
use store::FOLD_VERSION;
use store::Store;
use store::query::bill;
use store::query::receipts::{Filter, list};

/// Bytes of entries in one exported range.
const RANGE_BYTES: usize = 4_000;

/// The log a run ends with, as ranges one after the other, and what it folds to: lines of a word and its value. The digest
/// is that of one version of the fold; heads, receipts and dues are for ever.
///
/// # Errors
/// What did not hold.
pub async fn exported(plan: &Plan) -> Result<(Vec<u8>, String), Broken> {
    let mut world = Box::pin(World::begin(plan.clone())).await?;
    let ended = Box::pin(world.live()).await;
    let exported = match ended {
        Ok(()) => world.export().await,
        Err(broken) => Err(broken),
    };
    world.close().await;
    exported
}

impl World {
    async fn export(&self) -> Result<(Vec<u8>, String), Broken> {
        let server = self.server.lock().await;
        let store = server.store()?;
        let mut expected =
            format!("town {}\nstate-root {}\n", self.town.code, self.town.state.public().to_hex());
        let mut log = Vec::new();
        for head in store.vector().await.map_err(broken("vector"))? {
            let ChainHead { device, epoch, seq, hash } = head;
            expected += &format!("head {device} {} {seq} {hash}\n", epoch.0);
            let mut after = 0;
            while after < seq {
                let range =
                    store.range_after(device, epoch, after, RANGE_BYTES).await.map_err(broken("range"))?;
                let range = range.ok_or_else(|| Broken("a chain ends before its head".to_owned()))?;
                after = range.last_seq();
                minicbor::encode(&range, &mut log).map_err(broken("range"))?;
            }
        }
        expected += &sums(store).await?;
        let digest = store.digest().await.map_err(broken("digest"))?;
        expected += &format!("digest {FOLD_VERSION} {}\n", digest.hash);
        Ok((log, expected))
    }
}

/// What was taken, and what everybody owes.
async fn sums(store: &Store) -> Result<String, Broken> {
    let mut reading = store.reading().await.map_err(broken("reading"))?;
    let (_, receipts, taken) =
        list(&mut reading, &Filter::default(), 0, 0).await.map_err(broken("receipts"))?;
    let mut sums = format!("receipts {receipts} {}\n", taken.0);
    for consumer in 0..CONSUMERS {
        let code = consumer_code(consumer);
        let dues = bill::dues(&mut reading, PROPERTY_TAX.0, code.as_str()).await.map_err(broken("dues"))?;
        for due in dues {
            let (year, balance) = (due.year.0, due.balance);
            let (demand, applied) = (balance.demand_paise.0, balance.applied_paise.0);
            sums += &format!("due {} {year} {demand} {applied}\n", code.as_str());
        }
    }
    Ok(sums)
}
