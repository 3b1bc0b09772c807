//! What stood on branches that their own device gave up: this file still has the entries where it once held the branch,
//! beside the log. Each receipt among them is lost until somebody enters it again.

use crate::{StoreError, rows};
use domain::fact::{Fact, Kind};
use domain::receipt::{ReceiptCancelled, ReceiptIssued, ReceiptRecovered};
use domain::{ChainHead, DeviceId, Epoch, Hash, UserId};
use journal::{Certificate, Claim, Entry, KeyPair};
use sqlx::{Row, SqliteConnection};
use std::collections::HashSet;

/// A receipt of such a branch that nobody entered again so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostReceipt {
    /// Where it stood.
    pub at: ChainHead,
    /// Who took the money.
    pub user: Option<UserId>,
    /// By the device's clock, milliseconds since 1970.
    pub at_ms: i64,
    /// Its bytes.
    pub entry: Vec<u8>,
    /// What it says.
    pub receipt: ReceiptIssued,
}

impl LostReceipt {
    /// The fact that enters it again, in an open shift of the device that took the money: the lost entry's own bytes prove
    /// it, and the device signs the claim its paper carries. `None` where its lines come to more than fits.
    pub fn entered_again(
        self,
        shift: Hash,
        key: &KeyPair,
        of_device: &Certificate,
        of_town: &Certificate,
    ) -> Option<ReceiptRecovered> {
        let claim = Claim::of_receipt(&self.at, &self.receipt)?.sign(key, of_device, of_town);
        Some(ReceiptRecovered {
            claim: claim.to_text(),
            receipt: ReceiptIssued { shift, ..self.receipt },
            approval: None,
            entry: Some(self.entry),
        })
    }
}

/// Anything else of such a branch that somebody did, and that has no effect any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostAct {
    /// Where it stood.
    pub at: ChainHead,
    /// The last head of its branch: one name for all of it, on every replica.
    pub branch: Hash,
    /// Its kind.
    pub kind: u16,
    /// Whose act.
    pub user: Option<UserId>,
    /// By the device's clock, milliseconds since 1970.
    pub at_ms: i64,
}

/// More than a page can show.
const LOST_MAX: i64 = 2_000;

/// Entries that are nowhere in the log: what a device gave up beyond need came back with the next exchange.
const ASIDE: &str = "select device, epoch, seq, hash, kind, at_ms, bytes from aside where (?1 is null or device = ?1) \
    and not exists (select 1 from entry join chain on chain.id = entry.chain where chain.device = aside.device \
        and chain.epoch = aside.epoch and entry.seq = aside.seq and entry.hash = aside.hash) ";

/// Receipts of one device's given-up branches, or of all, oldest first; those cancelled on their branch are none.
pub async fn lost_receipts(
    connection: &mut SqliteConnection,
    device: Option<&DeviceId>,
) -> Result<Vec<LostReceipt>, StoreError> {
    let sql = format!(
        "{ASIDE} and kind in (?2, ?3) and not exists (select 1 from recovered where recovered.original = aside.hash) \
         order by device, epoch, seq"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(device.map(|device| device.0.to_vec()))
        .bind(i64::from(Kind::ReceiptIssued.number()))
        .bind(i64::from(Kind::ReceiptCancelled.number()))
        .fetch_all(connection)
        .await?;
    let mut cancelled = HashSet::new();
    let mut lost = Vec::new();
    for row in &rows {
        let bytes: Vec<u8> = row.try_get(6)?;
        let entry = Entry::from_bytes(&bytes)?;
        let (at, user, at_ms) = (head_of(row)?, entry.author.map(|author| author.user), entry.at_ms);
        match entry.fact()? {
            Some(Fact::ReceiptIssued(receipt)) => {
                lost.push(LostReceipt { at, user, at_ms, entry: bytes, receipt });
            }
            Some(Fact::ReceiptCancelled(ReceiptCancelled { receipt, .. })) => {
                cancelled.insert(receipt.hash);
            }
            _ => {}
        }
    }
    lost.retain(|one| !cancelled.contains(&one.at.hash));
    Ok(lost)
}

/// What people did on given-up branches besides taking money: a close, a change to the register, a cancellation. A shift
/// that was opened there needs nothing, and neither does a second print.
pub async fn lost_acts(connection: &mut SqliteConnection) -> Result<Vec<LostAct>, StoreError> {
    let sql =
        format!("{ASIDE} and kind not in (?2, ?3, ?4, ?5, ?6) order by device, epoch, seq limit {LOST_MAX}");
    let needs_nothing =
        [Kind::Seen, Kind::EpochOpened, Kind::ShiftOpened, Kind::ReceiptIssued, Kind::ReceiptReprinted];
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(None::<Vec<u8>>);
    let query = needs_nothing.into_iter().fold(query, |query, kind| query.bind(i64::from(kind.number())));
    let rows = query.fetch_all(&mut *connection).await?;
    let mut acts: Vec<LostAct> = Vec::with_capacity(rows.len());
    for row in &rows {
        let at = head_of(row)?;
        let same = acts.last().filter(|act| (act.at.device, act.at.epoch) == (at.device, at.epoch));
        let branch = match same {
            Some(act) => act.branch,
            None => branch_of(connection, &at).await?,
        };
        let entry = Entry::from_bytes(row.try_get(6)?)?;
        acts.push(LostAct {
            at,
            branch,
            kind: row.try_get::<i64, _>(4)? as u16,
            user: entry.author.map(|author| author.user),
            at_ms: row.try_get(5)?,
        });
    }
    Ok(acts)
}

async fn branch_of(connection: &mut SqliteConnection, at: &ChainHead) -> Result<Hash, StoreError> {
    let hash: Option<Vec<u8>> = sqlx::query_scalar(
        "select hash from given_up where device = ? and epoch = ? order by seq desc, hash limit 1",
    )
    .bind(at.device.0.as_slice())
    .bind(at.epoch.0)
    .fetch_optional(connection)
    .await?;
    hash.map_or(Ok(at.hash), |hash| rows::hash(&hash))
}

fn head_of(row: &sqlx::sqlite::SqliteRow) -> Result<ChainHead, StoreError> {
    Ok(ChainHead {
        device: rows::device(row.try_get(0)?)?,
        epoch: Epoch(row.try_get(1)?),
        seq: row.try_get::<i64, _>(2)? as u64,
        hash: rows::hash(row.try_get(3)?)?,
    })
}
