//! Branches of a chain that their own device gave up (`docs/log-format.md`, section 10): their rows are set aside, and the
//! other branch is taken where they stood.

use super::arriving::Chains;
use super::{Open, held};
use crate::ServerError;
use domain::fact::{Fact, Kind};
use domain::{ChainHead, Hash, TownCode};
use journal::Entry;
use sqlx::Row;
use std::collections::BTreeSet;

/// A signed head that its device gave up, and the last number of its chain that stands.
pub(super) type GivenUp = (ChainHead, u64);

/// What an entry says its writer gives up.
pub(super) fn given_up_by(entry: &Entry) -> Vec<GivenUp> {
    if entry.kind != Kind::EpochOpened.number() {
        return Vec::new();
    }
    match entry.fact() {
        Ok(Some(Fact::EpochOpened(body))) => {
            body.gives_up(entry.position.device, entry.position.epoch).collect()
        }
        _ => Vec::new(),
    }
}

/// Heads whose branches are not taken any more.
pub(super) async fn known(open: &mut Open, town: TownCode) -> Result<BTreeSet<Hash>, ServerError> {
    let rows = sqlx::query("select hash from given_up where town = $1")
        .bind(i64::from(town.0))
        .fetch_all(&mut **open)
        .await?;
    rows.iter().map(|row| Hash::from_slice(row.try_get(0)?).ok_or_else(|| held::damaged("hash"))).collect()
}

/// Notes them, and moves each chain that stands on such a branch back to the last stretch before it.
pub(super) async fn give_up(
    open: &mut Open,
    town: TownCode,
    chains: &mut Chains,
    given_up: &[GivenUp],
) -> Result<(), ServerError> {
    for (head, kept_seq) in given_up {
        note(open, town, head).await?;
        if held::hash_at(open, town, head).await? == Some(head.hash) {
            let before = set_aside(open, town, head, *kept_seq).await?;
            chains.move_back(before);
        }
    }
    Ok(())
}

async fn note(open: &mut Open, town: TownCode, head: &ChainHead) -> Result<(), ServerError> {
    sqlx::query(
        "insert into given_up (town, device, epoch, seq, hash) values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(i64::from(town.0))
    .bind(head.device.0.as_slice())
    .bind(i64::from(head.epoch.0))
    .bind(head.seq as i64)
    .bind(head.hash.0.as_slice())
    .execute(&mut **open)
    .await?;
    Ok(())
}

/// A stretch that reaches beyond what was kept goes whole: what both branches share of it comes again with the other one.
async fn set_aside(
    open: &mut Open,
    town: TownCode,
    head: &ChainHead,
    kept_seq: u64,
) -> Result<ChainHead, ServerError> {
    sqlx::query(
        "update entry_range set aside = true where town = $1 and device = $2 and epoch = $3 and last_seq > $4 and not aside",
    )
    .bind(i64::from(town.0))
    .bind(head.device.0.as_slice())
    .bind(i64::from(head.epoch.0))
    .bind(kept_seq as i64)
    .execute(&mut **open)
    .await?;
    let row = sqlx::query(
        "with last as (select last_seq, last_hash from entry_range where town = $1 and device = $2 and epoch = $3 \
             and not aside order by last_seq desc limit 1) \
         update chain set head_seq = coalesce((select last_seq from last), 0), \
             head_hash = coalesce((select last_hash from last), $4) \
         where town = $1 and device = $2 and epoch = $3 returning device, epoch, head_seq, head_hash",
    )
    .bind(i64::from(town.0))
    .bind(head.device.0.as_slice())
    .bind(i64::from(head.epoch.0))
    .bind(Hash::ZERO.0.as_slice())
    .fetch_one(&mut **open)
    .await?;
    held::head_of_row(&row)
}
