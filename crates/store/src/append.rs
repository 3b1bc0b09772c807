//! Writing one's own entries: begin, allot, append, sign, commit. Nothing is shown or printed before `commit` returns.

use crate::arriving::may_precede_history;
use crate::fold::{CHAIN_BY_NAME, ChainState, Fold, LAST_SERIAL, SAVE_CHAIN};
use crate::log::{head_of_row, insert_entries};
use crate::rows::Statement;
use crate::series::Series;
use crate::turns::Way;
use crate::{Store, StoreError, rows};
use domain::fact::{Fact, Seen};
use domain::identity::DraftId;
use domain::people::Author;
use domain::{ChainHead, Epoch, FinancialYear, Hash, TownCode, UserId};
use journal::{Entry, KeyPair, Position};
use sqlx::{Row, Sqlite, SqliteConnection, Transaction};
use std::collections::BTreeMap;

/// Bytes of bodies after which a long batch is signed on the way.
const SIGNED_BYTES: usize = 16 << 10;

const SIGN: &str = "update entry set signature = ? where chain = ? and seq = ?";
const NOTE_PRESS: &str = "insert into press (draft, seq) values (?, ?); delete from draft where user = ?";

/// Who writes: the device's key in its present epoch.
#[derive(Clone)]
pub struct Writer {
    /// The town.
    pub town: TownCode,
    /// The device's key.
    pub key: KeyPair,
    /// Its epoch.
    pub epoch: Epoch,
}

/// An open batch. Dropped without `commit`, it never was.
pub struct Writing {
    transaction: Transaction<'static, Sqlite>,
    writer: Writer,
    state: ChainState,
    appended: usize,
    at_ms: i64,
    press: Option<Press>,
    /// Most kinds of facts must wait for the history.
    arriving: bool,
    store: Store,
}

/// The press of Enter that made a receipt.
struct Press {
    draft: DraftId,
    seq: u64,
    user: UserId,
}

impl Store {
    /// Begins a batch: takes the file's write lock, reads the chain's head, and says first which foreign heads have
    /// been folded since the last batch.
    pub async fn begin(&self, writer: &Writer, at_ms: i64) -> Result<Writing, StoreError> {
        let mut transaction = self.own_batch().await?;
        let (device, epoch) = (journal::device_of(&writer.key.public()), writer.epoch);
        let query = sqlx::query(sqlx::AssertSqlSafe(format!("{CHAIN_BY_NAME}; {UNSEEN_HEADS}; {ARRIVING}")))
            .bind(device.0.as_slice())
            .bind(epoch.0)
            .bind(device.0.as_slice())
            .bind(epoch.0)
            .bind(device.0.as_slice())
            .bind(epoch.0)
            .bind(device.0.as_slice())
            .bind(epoch.0);
        let [chain, unseen, arriving] = rows::answers(&mut transaction, query).await?;
        let state = match chain.first() {
            // What others hold of this chain goes on where this file does not, or did not: a number taken here would
            // be taken twice.
            Some(row) if row.try_get::<i64, _>("came_seq")? > 0 => return Err(StoreError::EpochOver),
            Some(row) => ChainState::of_row(row)?,
            None => ChainState::create(&mut transaction, device, epoch, &writer.key.public()).await?,
        };
        let heads = unseen.iter().map(head_of_row).collect::<Result<Vec<_>, _>>()?;
        let mut writing = Writing {
            transaction,
            writer: writer.clone(),
            state,
            appended: 0,
            at_ms,
            press: None,
            arriving: !arriving.is_empty(),
            store: self.clone(),
        };
        if !heads.is_empty() {
            writing.append(None, &Fact::Seen(Seen { heads })).await?;
        }
        Ok(writing)
    }
}

const ARRIVING: &str = "select 1 from arriving limit 1";

/// Foreign heads folded here that the chain has not said it has seen, or that the snapshot this file began from was made
/// at.
const UNSEEN_HEADS: &str = "select chain.device, chain.epoch, chain.folded_seq, entry.hash from chain \
    join entry on entry.chain = chain.id and entry.seq = chain.folded_seq \
    left join seen on seen.chain = (select id from chain where device = ? and epoch = ?) \
        and seen.device = chain.device and seen.epoch = chain.epoch \
    where (chain.device, chain.epoch) <> (?, ?) and chain.folded_seq > coalesce(seen.seq, 0) \
    union all \
    select arriving.device, arriving.epoch, arriving.seq, arriving.hash from arriving \
    left join seen on seen.chain = (select id from chain where device = ? and epoch = ?) \
        and seen.device = arriving.device and seen.epoch = arriving.epoch \
    where arriving.seq > coalesce(seen.seq, 0) order by 1, 2";

impl Writing {
    /// The transaction, for questions whose answers must hold at commit.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// The chain's head so far.
    pub fn head(&self) -> ChainHead {
        ChainHead {
            device: self.state.device,
            epoch: self.state.epoch,
            seq: self.state.head_seq,
            hash: self.state.head_hash,
        }
    }

    /// The next number of a series.
    pub async fn next_serial(&mut self, series: Series, year: FinancialYear) -> Result<u32, StoreError> {
        let last: Option<i64> = sqlx::query_scalar(LAST_SERIAL)
            .bind(self.state.id)
            .bind(series as i64)
            .bind(year.0)
            .fetch_optional(&mut *self.transaction)
            .await?;
        u32::try_from(last.unwrap_or(0) + 1).map_err(|_| StoreError::Rule("series".into()))
    }

    /// Appends one fact and folds it. An own entry that its own fold would dispute is refused here: what is durable of
    /// ours is never in dispute by our own knowledge.
    pub async fn append(&mut self, author: Option<Author>, fact: &Fact) -> Result<ChainHead, StoreError> {
        self.check_arriving(fact)?;
        let pair = self.following(Entry::following(self.writer.town, &self.head(), self.at_ms, author, fact));
        let mut fold = Fold::new(&mut self.transaction, self.writer.town).await?;
        let disputes = fold.own_entry(&mut self.state, &pair, fact).await?;
        if let Some(reason) = disputes {
            return Err(StoreError::Rule(reason));
        }
        self.appended += 1;
        Ok(self.head())
    }

    /// Appends an entry of a kind or with fields that this version may not know, as a later version's program writes it:
    /// kept, passed on, and noted as not understood where it is not.
    pub async fn append_encoded(
        &mut self,
        author: Option<Author>,
        kind: u16,
        body: Vec<u8>,
    ) -> Result<ChainHead, StoreError> {
        let before = self.head();
        let pair = self.following(Entry {
            town: self.writer.town,
            position: Position { device: before.device, epoch: before.epoch, seq: before.seq + 1 },
            previous: before.hash,
            at_ms: self.at_ms,
            kind,
            author,
            body,
        });
        let mut fold = Fold::new(&mut self.transaction, self.writer.town).await?;
        fold.own_encoded(&mut self.state, &pair).await?;
        self.appended += 1;
        Ok(self.head())
    }

    /// Moves the chain's head on to an entry.
    fn following(&mut self, entry: Entry) -> (Entry, Hash) {
        let hash = entry.hash();
        self.state.head_seq = entry.position.seq;
        self.state.head_hash = hash;
        self.state.last_at_ms = entry.at_ms;
        (entry, hash)
    }

    /// Appends many facts of one author and folds them together: what one statement can gather is written once. As in
    /// [`Writing::append`], the first one our own fold would dispute refuses the batch.
    ///
    /// A long batch is signed on the way as well as at its end: whoever receives it cuts ranges where a signature is
    /// held, and takes it in short transactions even though here it was one.
    pub async fn append_all(&mut self, author: Option<Author>, facts: &[Fact]) -> Result<(), StoreError> {
        let mut entries = Vec::with_capacity(facts.len());
        let mut signed = Vec::new();
        let mut unsigned_bytes = 0;
        for fact in facts {
            self.check_arriving(fact)?;
            let (entry, own) =
                self.following(Entry::following(self.writer.town, &self.head(), self.at_ms, author, fact));
            unsigned_bytes += entry.body.len();
            if unsigned_bytes >= SIGNED_BYTES {
                signed.push(self.head());
                unsigned_bytes = 0;
            }
            entries.push((entry, own));
        }
        let all: Vec<_> = entries.iter().collect();
        insert_entries(&mut self.transaction, self.state.id, &all, &BTreeMap::new(), &Way::own()).await?;
        for head in signed {
            self.sign(&head).await?;
        }
        let mut fold = Fold::new(&mut self.transaction, self.writer.town).await?;
        if let Some(reason) = fold.own_entries(&mut self.state, &entries, facts).await? {
            return Err(StoreError::Rule(reason.to_owned()));
        }
        self.appended += facts.len();
        Ok(())
    }

    fn check_arriving(&self, fact: &Fact) -> Result<(), StoreError> {
        match self.arriving && !may_precede_history(fact.kind()) {
            true => Err(StoreError::Arriving),
            false => Ok(()),
        }
    }

    async fn sign(&mut self, head: &ChainHead) -> Result<(), StoreError> {
        self.signing(SIGN.to_owned(), head).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// A text that begins with [`SIGN`], its parameters bound.
    fn signing(&self, text: String, head: &ChainHead) -> Statement<'static> {
        let signature = self.writer.key.sign_head(self.writer.town, head.epoch, head.seq, &head.hash);
        sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(signature.0.to_vec())
            .bind(self.state.id)
            .bind(head.seq as i64)
    }

    /// Remembers, with the commit, the press that made a receipt, and lets its draft go.
    pub fn note_press(&mut self, draft: &DraftId, receipt: &ChainHead, user: &UserId) {
        self.press = Some(Press { draft: *draft, seq: receipt.seq, user: *user });
    }

    /// Makes what was written beside the log durable, where no entry was appended.
    pub async fn keep_without_entries(self) -> Result<(), StoreError> {
        if self.appended > 0 {
            return Err(StoreError::Rule("entries must be signed".into()));
        }
        Ok(self.transaction.commit().await?)
    }

    /// Signs the head and makes all of it durable.
    pub async fn commit(mut self) -> Result<ChainHead, StoreError> {
        let head = self.head();
        if self.appended == 0 {
            return Ok(head);
        }
        self.state.folded_seq = self.state.head_seq;
        let press = self.press.take();
        let mut text = format!("{SIGN}; {SAVE_CHAIN}");
        if press.is_some() {
            text = format!("{text}; {NOTE_PRESS}");
        }
        let mut query = self.state.saving(self.signing(text, &head));
        if let Some(press) = press {
            query = query.bind(press.draft.0.to_vec()).bind(press.seq as i64).bind(press.user.0.to_vec());
        }
        query.execute(&mut *self.transaction).await?;
        if let Err(error) = self.transaction.commit().await {
            self.store.write_over_failed_commit().await;
            return Err(error.into());
        }
        self.store.grown.send_replace(());
        Ok(head)
    }
}

impl Store {
    /// A commit that failed at its last write may lie whole in the write-ahead log, and stand when the file is next opened,
    /// though somebody was told that it was not recorded. The next commit is written over it, in room the log has already:
    /// this one, which means nothing. Where even that fails, the press finds its receipt.
    async fn write_over_failed_commit(&self) {
        let Ok(mut transaction) = self.begin_immediate().await else { return };
        let written = sqlx::query(
            "insert into meta (name, value) values ('failed-commits', x'01') \
             on conflict do update set value = iif(value = x'01', x'02', x'01')",
        )
        .execute(&mut *transaction)
        .await;
        if written.is_ok() {
            let _ = transaction.commit().await;
        }
    }
}
