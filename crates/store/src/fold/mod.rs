//! Folding entries into projections: one step an entry, in chain order, a chain at a time, each chain only as far as
//! the past it names is here. Which entries are folded, and what they leave behind, is a function of the set of entries
//! alone, never of the order they arrived in.

pub(crate) mod authority;
mod bulk;
mod drawer;
pub(crate) mod money;
mod people;
mod places;
pub(crate) mod record;
mod recovered;
mod tables;
mod trust;

pub(crate) use money::LAST_SERIAL;
pub(crate) use record::load as load_record;

use crate::log::{INSERT_ENTRY, Loaded, bind_entry, load_entries};
use crate::rows::{Insert, Statement};
use crate::turns::Way;
use crate::{StoreError, rows};
use domain::fact::{Fact, Seen};
use domain::identity::PublicKey;
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode};
use journal::{Entry, JournalError, Position};
use sqlx::{Row, SqliteConnection};
use std::collections::{HashMap, HashSet};
use tables::{PROJECTIONS, TRUST};
use trust::Reading;

/// Entries folded from the file at once.
const PAGE: i64 = 1_024;

/// A chain as the fold needs it.
#[derive(Clone, Debug)]
pub(crate) struct ChainState {
    pub id: i64,
    pub device: DeviceId,
    pub epoch: Epoch,
    pub key: PublicKey,
    pub head_seq: u64,
    pub head_hash: Hash,
    pub folded_seq: u64,
    pub last_at_ms: i64,
}

impl ChainState {
    pub(crate) async fn load_or_create(
        connection: &mut SqliteConnection,
        device: DeviceId,
        epoch: Epoch,
        key: &PublicKey,
    ) -> Result<ChainState, StoreError> {
        let known = sqlx::query(CHAIN_BY_NAME)
            .bind(device.0.as_slice())
            .bind(epoch.0)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = known {
            return ChainState::of_row(&row);
        }
        ChainState::create(connection, device, epoch, key).await
    }

    pub(crate) async fn create(
        connection: &mut SqliteConnection,
        device: DeviceId,
        epoch: Epoch,
        key: &PublicKey,
    ) -> Result<ChainState, StoreError> {
        let id: i64 = sqlx::query_scalar(
            "insert into chain (device, epoch, public_key, head_seq, head_hash, folded_seq, last_at_ms) \
             values (?, ?, ?, 0, ?, 0, 0) returning id",
        )
        .bind(device.0.as_slice())
        .bind(epoch.0)
        .bind(key.0.as_slice())
        .bind(Hash::ZERO.0.as_slice())
        .fetch_one(connection)
        .await?;
        let (head_seq, head_hash, folded_seq, last_at_ms) = (0, Hash::ZERO, 0, 0);
        Ok(ChainState { id, device, epoch, key: *key, head_seq, head_hash, folded_seq, last_at_ms })
    }

    pub(crate) fn of_row(row: &sqlx::sqlite::SqliteRow) -> Result<ChainState, StoreError> {
        Ok(ChainState {
            id: row.try_get(0)?,
            device: rows::device(row.try_get(1)?)?,
            epoch: Epoch(row.try_get(2)?),
            key: PublicKey::from_slice(row.try_get(3)?).ok_or(StoreError::NotFound("key"))?,
            head_seq: row.try_get::<i64, _>(4)? as u64,
            head_hash: rows::hash(row.try_get(5)?)?,
            folded_seq: row.try_get::<i64, _>(6)? as u64,
            last_at_ms: row.try_get(7)?,
        })
    }

    pub(crate) async fn save(&self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        self.saving(sqlx::query(SAVE_CHAIN)).execute(connection).await?;
        Ok(())
    }

    /// The same for a chain that grew by entries from elsewhere.
    pub(crate) async fn save_came(&self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        self.saving(sqlx::query(SAVE_CAME)).bind(self.id).execute(connection).await?;
        Ok(())
    }

    /// Binds the parameters of [`SAVE_CHAIN`].
    pub(crate) fn saving<'q>(&self, query: Statement<'q>) -> Statement<'q> {
        query
            .bind(self.head_seq as i64)
            .bind(self.head_hash.0.to_vec())
            .bind(self.folded_seq as i64)
            .bind(self.last_at_ms)
            .bind(self.id)
    }
}

pub(crate) const SAVE_CHAIN: &str =
    "update chain set head_seq = ?, head_hash = ?, folded_seq = ?, last_at_ms = ? where id = ?";
const SAVE_CAME: &str = "update chain set head_seq = ?, head_hash = ?, folded_seq = ?, last_at_ms = ? where id = ?; \
                         update chain set came_seq = head_seq where id = ?";
pub(crate) const CHAIN_BY_NAME: &str = "select id, device, epoch, public_key, head_seq, head_hash, folded_seq, last_at_ms, came_seq \
                             from chain where device = ? and epoch = ?";
const CHAINS_BEHIND: &str = "select id, device, epoch, public_key, head_seq, head_hash, folded_seq, last_at_ms from chain \
                             where folded_seq < head_seq order by device, epoch";

/// An entry's fact as far as this version can read it.
type Read = Result<Option<Fact>, JournalError>;

/// The entry being folded.
pub(crate) struct Step<'a> {
    pub chain: &'a ChainState,
    pub entry: &'a Entry,
    pub hash: Hash,
}

impl Step<'_> {
    fn seq(&self) -> i64 {
        self.entry.position.seq as i64
    }
}

/// Why a sound entry is disputed; a stable word that the office puts into people's language.
pub(crate) type Dispute = &'static str;

/// One run of the fold inside one transaction.
pub(crate) struct Fold<'c> {
    pub(crate) connection: &'c mut SqliteConnection,
    pub(crate) town: TownCode,
    codes: HashMap<String, i64>,
    /// By service, then code: asked with every line, and not worth a copy of the code each time.
    consumers: HashMap<i64, HashMap<String, i64>>,
    pub(crate) way: Way,
    authority: authority::Known,
    bulk: bulk::Bulk,
    shift: Option<(i64, drawer::OpenShift)>,
    /// Receipts entered again, once the first receipt asks.
    recovered: Option<HashSet<Hash>>,
    must_refold: bool,
    /// By chain, how far it is folded for now; those not named go as far as they can.
    limits: HashMap<i64, u64>,
}

impl<'c> Fold<'c> {
    pub(crate) async fn new(
        connection: &'c mut SqliteConnection,
        town: TownCode,
    ) -> Result<Fold<'c>, StoreError> {
        Ok(Fold {
            connection,
            town,
            codes: HashMap::new(),
            consumers: HashMap::new(),
            way: Way::own(),
            authority: authority::Known::default(),
            bulk: bulk::Bulk::default(),
            shift: None,
            recovered: None,
            must_refold: false,
            limits: HashMap::new(),
        })
    }

    /// The same on behalf of somebody else, who steps back where a person waits.
    pub(crate) fn giving_way(self, way: Way) -> Fold<'c> {
        Fold { way, ..self }
    }

    /// The same, these chains no further than here.
    pub(crate) fn up_to(self, limits: HashMap<i64, u64>) -> Fold<'c> {
        Fold { limits, ..self }
    }

    /// Folds consecutive entries that follow `state.folded_seq`, until one waits for its past. Saves how far it came;
    /// what was gathered is written by [`Fold::settle`].
    pub(crate) async fn chain(
        &mut self,
        state: &mut ChainState,
        entries: &[&(Entry, Hash)],
    ) -> Result<bool, StoreError> {
        let before = state.folded_seq;
        let facts: Vec<Read> = entries.iter().map(|(entry, _)| entry.fact()).collect();
        self.learn_consumers(&facts).await?;
        for (pair, fact) in entries.iter().zip(&facts) {
            if let Ok(Some(Fact::Seen(seen))) = fact
                && !self.past_is_here(seen).await?
            {
                break;
            }
            self.entry(state, pair, fact).await?;
            state.folded_seq = pair.0.position.seq;
        }
        state.save(self.connection).await?;
        Ok(state.folded_seq > before)
    }

    /// Folds every chain that can go on, until none can; then, where trust moved behind what was folded, folds everything
    /// anew.
    pub(crate) async fn settle(&mut self) -> Result<(), StoreError> {
        self.flush().await?;
        self.advance_all().await?;
        while std::mem::take(&mut self.must_refold) {
            self.forget_projections().await?;
            self.advance_all().await?;
        }
        Ok(())
    }

    /// Whether the history of a new device's file is still on its way.
    pub(crate) async fn is_arriving(&mut self) -> Result<bool, StoreError> {
        crate::arriving::is_arriving(self.connection).await
    }

    /// Whether everything will be folded anew.
    pub(crate) fn begins_anew(&self) -> bool {
        self.must_refold
    }

    /// Folds everything from the first entries on, what is known of trust too: nothing but the log is believed.
    pub(crate) async fn anew(&mut self) -> Result<(), StoreError> {
        self.forget_trust().await?;
        self.must_refold = true;
        self.settle().await
    }

    async fn advance_all(&mut self) -> Result<(), StoreError> {
        loop {
            let behind = sqlx::query(CHAINS_BEHIND).fetch_all(&mut *self.connection).await?;
            let mut moved = false;
            for row in &behind {
                let mut state = ChainState::of_row(row)?;
                let end =
                    self.limits.get(&state.id).map_or(state.head_seq, |limit| state.head_seq.min(*limit));
                while state.folded_seq < end {
                    let position = Position { device: state.device, epoch: state.epoch, seq: 0 };
                    let page = load_entries(
                        self.connection,
                        state.id,
                        self.town,
                        position,
                        state.folded_seq as i64,
                        PAGE.min((end - state.folded_seq) as i64),
                    )
                    .await?;
                    let page: Vec<(Entry, Hash)> =
                        page.into_iter().map(|Loaded { entry, hash, .. }| (entry, hash)).collect();
                    let page: Vec<&(Entry, Hash)> = page.iter().collect();
                    let went_on = self.chain(&mut state, &page).await?;
                    self.flush().await?;
                    if !went_on {
                        break;
                    }
                    moved = true;
                }
            }
            if !moved {
                return Ok(());
            }
        }
    }

    /// Drops every projection and starts each chain at nothing. Revocations, acceptances and the cuts they make stay:
    /// they are what the refold must know first.
    pub(crate) async fn forget_projections(&mut self) -> Result<(), StoreError> {
        self.codes.clear();
        self.consumers.clear();
        self.authority.clear();
        self.shift = None;
        self.recovered = None;
        for table in PROJECTIONS {
            sqlx::query(sqlx::AssertSqlSafe(format!("delete from {table}")))
                .execute(&mut *self.connection)
                .await?;
        }
        sqlx::query("update chain set folded_seq = 0").execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Drops every projection, and what must be known before a refold as well: all of it came from somebody's word.
    pub(crate) async fn forget_what_a_snapshot_said(&mut self) -> Result<(), StoreError> {
        self.forget_trust().await?;
        self.forget_projections().await
    }

    async fn forget_trust(&mut self) -> Result<(), StoreError> {
        for table in TRUST {
            sqlx::query(sqlx::AssertSqlSafe(format!("delete from {table}")))
                .execute(&mut *self.connection)
                .await?;
        }
        Ok(())
    }

    /// Writes and folds one own entry; returns why it would be disputed.
    pub(crate) async fn own_entry(
        &mut self,
        state: &mut ChainState,
        pair: &(Entry, Hash),
        fact: &Fact,
    ) -> Result<Option<String>, StoreError> {
        let chain = state.clone();
        let step = Step { chain: &chain, entry: &pair.0, hash: pair.1 };
        if let Fact::EpochOpened(_) = fact {
            // The file is not what it was: under a sound log may lie pages that a disk kept from before.
            let head_seq = pair.0.position.seq.saturating_sub(1);
            let before = ChainState { head_seq, head_hash: pair.0.previous, ..chain.clone() };
            before.save(self.connection).await?;
            self.anew().await?;
        }
        let dispute = match (fact, step.entry.author) {
            (Fact::Seen(seen), _) if !seen.heads.is_empty() => {
                self.write_seen(&step, pair, seen).await?;
                None
            }
            (Fact::ReceiptIssued(receipt), Some(author)) => {
                // Nobody can have entered again what is only now written.
                self.recovered.get_or_insert_default();
                self.write_receipt(&step, pair, author, receipt).await?;
                self.judge(&step, fact).await?
            }
            _ => {
                let query = bind_entry(sqlx::query(INSERT_ENTRY), chain.id, pair);
                query.execute(&mut *self.connection).await?;
                self.judge(&step, fact).await?
            }
        };
        self.flush().await?;
        state.folded_seq = pair.0.position.seq;
        self.settle_own(state).await?;
        Ok(dispute.map(str::to_owned))
    }

    /// Writes and folds one own entry that may be of a later version's kind.
    pub(crate) async fn own_encoded(
        &mut self,
        state: &mut ChainState,
        pair: &(Entry, Hash),
    ) -> Result<(), StoreError> {
        bind_entry(sqlx::query(INSERT_ENTRY), state.id, pair).execute(&mut *self.connection).await?;
        self.entry(&state.clone(), pair, &pair.0.fact()).await?;
        self.flush().await?;
        state.folded_seq = pair.0.position.seq;
        self.settle_own(state).await
    }

    async fn settle_own(&mut self, state: &ChainState) -> Result<(), StoreError> {
        if self.must_refold {
            // The refold walks the chains as the file has them, this one with its new entries.
            state.save(self.connection).await?;
            self.settle().await?;
        }
        Ok(())
    }

    /// Folds own entries of one batch; returns why the first in dispute would be disputed.
    pub(crate) async fn own_entries(
        &mut self,
        state: &mut ChainState,
        entries: &[(Entry, Hash)],
        facts: &[Fact],
    ) -> Result<Option<Dispute>, StoreError> {
        for (pair, fact) in entries.iter().zip(facts) {
            let step = Step { chain: state, entry: &pair.0, hash: pair.1 };
            let dispute = self.judge(&step, fact).await?;
            if dispute.is_some() {
                return Ok(dispute);
            }
            state.folded_seq = pair.0.position.seq;
        }
        self.flush().await?;
        self.settle_own(state).await?;
        Ok(None)
    }

    async fn entry(
        &mut self,
        state: &ChainState,
        pair: &(Entry, Hash),
        fact: &Read,
    ) -> Result<(), StoreError> {
        self.way.check()?;
        let step = Step { chain: state, entry: &pair.0, hash: pair.1 };
        let fact = match fact {
            Ok(Some(fact)) => fact,
            Ok(None) => return self.note_unknown(&step).await,
            Err(_) => return self.note_dispute(&step, "malformed").await,
        };
        match self.judge(&step, fact).await? {
            None => Ok(()),
            Some(reason) => self.note_dispute(&step, reason).await,
        }
    }

    /// Authority first, then the kind's own rule. Money folds even in dispute, because it was taken; everything else
    /// takes effect only when it holds.
    async fn judge(&mut self, step: &Step<'_>, fact: &Fact) -> Result<Option<Dispute>, StoreError> {
        // What a writer had seen is testimony, not an act: it needs no authority and folds even beyond a cut.
        if let Fact::Seen(seen) = fact {
            self.seen(step, seen).await?;
            return Ok(None);
        }
        let objections = self.objections(step, fact).await?;
        let objection = objections.at(Reading::Settled);
        match fact {
            Fact::ReceiptIssued(receipt) => return self.receipt_issued(step, receipt, objection).await,
            Fact::RecordChanged(change) => return self.record_changed(step, change, objection).await,
            Fact::DeviceRevoked(body) => return self.device_revoked(step, body, &objections).await,
            Fact::DisputeAccepted(body) => return self.dispute_accepted(step, body, &objections).await,
            Fact::DeviceEnrolled(body) => return self.device_enrolled(step, body, &objections).await,
            Fact::RoleGranted(body) => return self.role_granted(step, body, &objections).await,
            Fact::RoleWithdrawn(body) => return self.role_withdrawn(step, body, &objections).await,
            _ => {}
        }
        if objection.is_some() {
            return Ok(objection);
        }
        if reads_what_is_gathered(fact) {
            self.flush().await?;
        }
        match fact {
            Fact::Seen(_)
            | Fact::ReceiptIssued(_)
            | Fact::RecordChanged(_)
            | Fact::DeviceRevoked(_)
            | Fact::DisputeAccepted(_)
            | Fact::DeviceEnrolled(_)
            | Fact::RoleGranted(_)
            | Fact::RoleWithdrawn(_)
            | Fact::EpochOpened(_) => Ok(None),
            Fact::ReceiptRecovered(body) => self.receipt_recovered(step, body).await,
            Fact::DefinitionPublished(body) => self.definition_published(step, body).await,
            Fact::TownFounded(body) => self.town_founded(step, body).await,
            Fact::StaffEnrolled(body) => self.staff_enrolled(step, body).await,
            Fact::StaffKeyCertified(body) => self.staff_key_certified(step, body).await,
            Fact::DemandBatch(body) => self.demand_batch(body).await,
            Fact::ShiftOpened(body) => self.shift_opened(step, body).await,
            Fact::ReceiptCancelled(body) => self.receipt_cancelled(step, body).await,
            Fact::ReceiptReprinted(body) => self.receipt_reprinted(step, body).await,
            Fact::PaymentCertified(body) => self.payment_certified(step, body).await,
            Fact::ShiftClosed(body) => self.shift_closed(step, body).await,
            Fact::Remitted(body) => self.remitted(step, body).await,
            Fact::DrawerHandedOver(body) => self.drawer_handed_over(step, body).await,
            Fact::LeafBookIssued(body) => self.leaf_book_issued(step, body).await,
            Fact::AdvanceSpent(body) => self.advance_spent(body).await,
            Fact::CaseSettled(body) => self.case_settled(step, body).await,
            Fact::ContactSealed(body) => self.contact_sealed(step, body).await,
        }
    }

    async fn seen(&mut self, step: &Step<'_>, seen: &Seen) -> Result<(), StoreError> {
        self.authority.clear();
        let chain = step.chain.id;
        SEEN.all(self.connection, &seen.heads, |query, head| bind_seen(query, chain, head)).await
    }

    /// An own entry of this kind with what it leaves behind, as one text: it goes before a receipt that somebody waits
    /// for.
    async fn write_seen(
        &mut self,
        step: &Step<'_>,
        pair: &(Entry, Hash),
        seen: &Seen,
    ) -> Result<(), StoreError> {
        self.authority.clear();
        let text = format!("{INSERT_ENTRY}; {}", SEEN.text(seen.heads.len()));
        let query = bind_entry(sqlx::query(sqlx::AssertSqlSafe(text)), step.chain.id, pair);
        let query = seen.heads.iter().fold(query, |query, head| bind_seen(query, step.chain.id, head));
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    async fn note_unknown(&mut self, step: &Step<'_>) -> Result<(), StoreError> {
        sqlx::query("insert into unknown (chain, seq) values (?, ?) on conflict do nothing")
            .bind(step.chain.id)
            .bind(step.seq())
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn note_dispute(&mut self, step: &Step<'_>, reason: Dispute) -> Result<(), StoreError> {
        sqlx::query("insert into disputed (chain, seq, reason) values (?, ?, ?) on conflict do nothing")
            .bind(step.chain.id)
            .bind(step.seq())
            .bind(reason)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}

/// Whether folding a fact asks for, or changes, rows that may still be gathered: receipts, dues, series, records. Shifts
/// open and close between the receipts of every range, and touch none of them.
fn reads_what_is_gathered(fact: &Fact) -> bool {
    !matches!(fact, Fact::DemandBatch(_) | Fact::ShiftOpened(_) | Fact::ShiftClosed(_))
}

fn bind_seen<'q>(query: Statement<'q>, chain: i64, head: &'q ChainHead) -> Statement<'q> {
    query.bind(chain).bind(head.device.0.as_slice()).bind(head.epoch.0).bind(head.seq as i64)
}

const SEEN: Insert<'static> = Insert {
    head: "insert into seen (chain, device, epoch, seq) values ",
    columns: 4,
    tail: "on conflict do update set seq = max(seq, excluded.seq)",
};
