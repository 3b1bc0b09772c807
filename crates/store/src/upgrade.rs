//! What a newer program makes of a file that an older one folded: entries it knew no kind for are folded now, and what it
//! folded otherwise is folded anew.

use crate::arriving::is_arriving;
use crate::fold::Fold;
use crate::{Store, StoreError};
use domain::fact::Kind;

/// The version of the fold. Raised with every change after which the same entries give other projections; then each file
/// is folded anew, from its first entry, when the new program first opens it. Files older than this number are version 1.
pub const FOLD_VERSION: u32 = 2;

const FOLDED_BY: &str = "fold-version";

impl Store {
    /// Folds everything anew, in one transaction, where this program reads the log otherwise than the one before it. Where
    /// it does not, nothing is written.
    pub(crate) async fn fold_as_this_version_does(&self) -> Result<(), StoreError> {
        let folded_by = self.folded_by().await?;
        if folded_by > FOLD_VERSION {
            return Err(StoreError::Newer);
        }
        if folded_by == FOLD_VERSION && !self.understands_more().await? {
            return Ok(());
        }
        let town = self.town().await?;
        let mut transaction = self.begin_immediate().await?;
        // A file whose history is still on its way is folded from zero once it is here, and holds nothing until then but
        // what a snapshot said.
        if let Some(town) = town
            && !is_arriving(&mut transaction).await?
        {
            Fold::new(&mut transaction, town).await?.anew().await?;
        }
        sqlx::query(
            "insert into meta (name, value) values (?, ?) on conflict do update set value = excluded.value",
        )
        .bind(FOLDED_BY)
        .bind(FOLD_VERSION.to_be_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    async fn folded_by(&self) -> Result<u32, StoreError> {
        let kept = self.meta(FOLDED_BY).await?.and_then(|bytes| bytes.try_into().ok());
        Ok(kept.map_or(1, u32::from_be_bytes))
    }

    /// Whether an entry that was put aside as unknown is of a kind this program knows.
    async fn understands_more(&self) -> Result<bool, StoreError> {
        let kinds: Vec<i64> = sqlx::query_scalar(
            "select distinct entry.kind from unknown \
             join entry on entry.chain = unknown.chain and entry.seq = unknown.seq",
        )
        .fetch_all(&self.reader)
        .await?;
        let is_known = |kind: i64| u16::try_from(kind).is_ok_and(|kind| Kind::from_number(kind).is_some());
        Ok(kinds.into_iter().any(is_known))
    }
}
