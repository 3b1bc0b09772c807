//! A new device's file before its history is here: it begins from a snapshot, works on it, and takes the log's history in
//! beside that, unfolded. Once all of it is here and nobody sits at the computer, everything is folded from zero, and what
//! came of it is compared with what the snapshot said. Until then nothing that follows from others' entries moves, and only
//! such facts are written here as hang on nothing but this device's own chain, the people and the dues.
//!
//! Why that is sound: what this device's entries name as seen is the snapshot's place, head by head, so every replica,
//! this one at last too, folds them after that past and no earlier. A receipt stays as printed whatever the dues turn out
//! to be; two sums a due make the rest.

use crate::fold::Fold;
use crate::receive::Received;
use crate::rows::Insert;
use crate::snapshot::{Column, Part, TABLES, Table, numbers};
use crate::{Store, StoreError, rows};
use domain::fact::Kind;
use domain::identity::PublicKey;
use domain::register::{Property, PropertyField};
use domain::{ChainHead, DeviceId, Epoch, Hash, Paise, TownCode};
use journal::Range;
use minicbor::bytes::ByteVec;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::collections::HashMap;

/// Meta: when the snapshot was made, by its maker's clock.
const AS_OF: &str = "arriving-as-of";
/// Records indexed for search with one set of statements.
const INDEX_AT_ONCE: usize = 256;

/// A segment that is to come, in its place among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The hash of its bytes.
    pub name: Hash,
    /// A part of the snapshot, and not history.
    pub is_snapshot: bool,
    /// Its bytes as they travel.
    pub bytes: u64,
    /// Entries or rows.
    pub records: u64,
    /// Receipts among them.
    pub receipts: u64,
    /// What they come to.
    pub paise: Paise,
}

/// How far the history has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arriving {
    /// The snapshot is here: the counter may work.
    pub usable: bool,
    /// All of the history is here, and waits for a moment when nobody sits here.
    pub whole: bool,
    /// The snapshot's time, by its maker's clock.
    pub as_of_ms: i64,
    /// Bytes in all, and those that came.
    pub bytes: u64,
    /// See `bytes`.
    pub bytes_done: u64,
    /// Entries of the history in all, and those that came.
    pub records: u64,
    /// See `records`.
    pub records_done: u64,
    /// Receipts in all, and those that came.
    pub receipts: u64,
    /// See `receipts`.
    pub receipts_done: u64,
    /// What the receipts come to, and those that came.
    pub paise: Paise,
    /// See `paise`.
    pub paise_done: Paise,
}

/// Whether a fact hangs on this device's own chain, people and dues alone, and may be written before the history is here.
pub(crate) fn may_precede_history(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Seen
            | Kind::StaffKeyCertified
            | Kind::ShiftOpened
            | Kind::ReceiptIssued
            | Kind::ReceiptCancelled
            | Kind::ReceiptReprinted
            | Kind::ShiftClosed
            | Kind::Remitted
            | Kind::DrawerHandedOver
    )
}

pub(crate) async fn is_arriving(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let one: Option<i64> =
        sqlx::query_scalar("select 1 from arriving limit 1").fetch_optional(connection).await?;
    Ok(one.is_some())
}

impl Store {
    /// Whether this file holds nothing of others yet, or is arriving: the only times at which segments help.
    pub async fn wants_segments(&self) -> Result<bool, StoreError> {
        let held: Option<i64> = sqlx::query_scalar("select 1 from chain where head_seq > 0 limit 1")
            .fetch_optional(&self.reader)
            .await?;
        Ok(held.is_none() || self.arriving().await?.is_some())
    }

    /// How far the history has come; `None` where nothing is arriving.
    pub async fn arriving(&self) -> Result<Option<Arriving>, StoreError> {
        let mut reader = self.reader.acquire().await?;
        if !is_arriving(&mut reader).await? {
            return Ok(None);
        }
        let row = sqlx::query(
            "select count(*) filter (where kind = 0 and done = 0), 0, sum(bytes), total(bytes) filter (where done = 1), \
             total(records) filter (where kind = 1), total(records) filter (where kind = 1 and done = 1), \
             total(receipts), total(receipts) filter (where done = 1), \
             coalesce(sum(paise), 0), coalesce(sum(paise) filter (where done = 1), 0) from arriving_segment",
        )
        .fetch_one(&mut *reader)
        .await?;
        let count = |at: usize| row.try_get::<f64, _>(at).map(|count| count as u64);
        let as_of = self.meta(AS_OF).await?.and_then(|bytes| bytes.try_into().ok());
        Ok(Some(Arriving {
            usable: row.try_get::<i64, _>(0)? == 0,
            whole: limits(&mut reader).await?.is_some(),
            as_of_ms: as_of.map_or(0, i64::from_be_bytes),
            bytes: row.try_get::<Option<i64>, _>(2)?.unwrap_or(0) as u64,
            bytes_done: count(3)?,
            records: count(4)?,
            records_done: count(5)?,
            receipts: count(6)?,
            receipts_done: count(7)?,
            paise: Paise(row.try_get(8)?),
            paise_done: Paise(row.try_get(9)?),
        }))
    }

    /// The segments still to come, with their places, in order.
    pub async fn segments_to_come(&self) -> Result<Vec<(i64, Coming)>, StoreError> {
        let rows = sqlx::query(
            "select place, name, kind, bytes, records, receipts, paise from arriving_segment where done = 0 order by place",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let coming = Coming {
                    name: rows::hash(row.try_get(1)?)?,
                    is_snapshot: row.try_get::<i64, _>(2)? == 0,
                    bytes: row.try_get::<i64, _>(3)? as u64,
                    records: row.try_get::<i64, _>(4)? as u64,
                    receipts: row.try_get::<i64, _>(5)? as u64,
                    paise: Paise(row.try_get(6)?),
                };
                Ok((row.try_get(0)?, coming))
            })
            .collect()
    }

    /// Begins, in a file that holds nothing of others.
    pub async fn begin_arriving(
        &self,
        position: &[ChainHead],
        segments: &[Coming],
        as_of_ms: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_immediate().await?;
        let held: Option<i64> = sqlx::query_scalar("select 1 from chain where head_seq > 0 limit 1")
            .fetch_optional(&mut *transaction)
            .await?;
        if held.is_some() || is_arriving(&mut transaction).await? {
            return Err(StoreError::Rule("segments are for an empty file".into()));
        }
        forget_arrival(&mut transaction).await?;
        POSITION
            .all(&mut transaction, position, |query, head| {
                query
                    .bind(head.device.0.as_slice())
                    .bind(head.epoch.0)
                    .bind(head.seq as i64)
                    .bind(head.hash.0.as_slice())
            })
            .await?;
        let placed: Vec<(usize, &Coming)> = segments.iter().enumerate().collect();
        SEGMENTS
            .all(&mut transaction, &placed, |query, (place, coming)| {
                query
                    .bind(*place as i64)
                    .bind(coming.name.0.as_slice())
                    .bind(i64::from(!coming.is_snapshot))
                    .bind(coming.bytes as i64)
                    .bind(coming.records as i64)
                    .bind(coming.receipts as i64)
                    .bind(coming.paise.0)
            })
            .await?;
        set_meta(&mut transaction, AS_OF, &as_of_ms.to_be_bytes()).await?;
        Ok(transaction.commit().await?)
    }

    /// Takes a part of the snapshot in, once.
    pub async fn take_part(&self, place: i64, part: Part) -> Result<(), StoreError> {
        let town = self.town().await?.ok_or(StoreError::NotFound("town"))?;
        let mut transaction = self.begin_immediate().await?;
        if note_done(&mut transaction, place).await? {
            match part.table {
                0 => take_chains(&mut transaction, &part).await?,
                number => {
                    let table = TABLES.iter().find(|table| table.number == number);
                    // A later version's table: what this one does not know it does not show.
                    if let Some(table) = table {
                        take_rows(&mut transaction, town, table, part).await?;
                    }
                }
            }
        }
        transaction.commit().await?;
        self.grown.send_replace(());
        Ok(())
    }

    /// Takes a segment of history in: ranges like any others, judged as they are, but not folded yet.
    pub async fn take_history(
        &self,
        place: i64,
        ranges: Vec<Range>,
        now_ms: i64,
    ) -> Result<Vec<Received>, StoreError> {
        let mut received = Vec::with_capacity(ranges.len());
        self.receive_all(ranges, now_ms, &mut received).await?;
        note_done(&mut *self.writer.acquire().await?, place).await?;
        Ok(received)
    }

    /// What is missing of the history comes by exchange: no segment is waited for any more.
    pub async fn expect_no_more_segments(&self) -> Result<(), StoreError> {
        sqlx::query("update arriving_segment set done = 1 where kind = 1")
            .execute(&mut *self.writer.acquire().await?)
            .await?;
        Ok(())
    }

    /// Gives the snapshot up, as though there had been none: the log comes by exchange, and the fold follows it. Nothing of
    /// the log itself is touched.
    pub async fn give_up_arriving(&self) -> Result<(), StoreError> {
        let Some(town) = self.town().await? else { return Ok(()) };
        let mut transaction = self.begin_immediate().await?;
        if is_arriving(&mut transaction).await? {
            forget_arrival(&mut transaction).await?;
            let mut fold = Fold::new(&mut transaction, town).await?;
            fold.forget_what_a_snapshot_said().await?;
            fold.settle().await?;
            drop_phantoms(&mut transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}

const POSITION: Insert<'static> =
    Insert { head: "insert into arriving (device, epoch, seq, hash) values ", columns: 4, tail: "" };
const SEGMENTS: Insert<'static> = Insert {
    head: "insert into arriving_segment (place, name, kind, bytes, records, receipts, paise, done) \
           select *, 0 from (values ",
    columns: 7,
    tail: ")",
};

/// Whether it was not done before; it is now.
async fn note_done(connection: &mut SqliteConnection, place: i64) -> Result<bool, StoreError> {
    let noted = sqlx::query("update arriving_segment set done = 1 where place = ? and done = 0")
        .bind(place)
        .execute(connection)
        .await?;
    Ok(noted.rows_affected() > 0)
}

pub(crate) async fn set_meta(
    connection: &mut SqliteConnection,
    name: &str,
    value: &[u8],
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into meta (name, value) values (?, ?) on conflict do update set value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn forget_arrival(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for table in ["arriving", "arriving_chain", "arriving_segment"] {
        sqlx::query(AssertSqlSafe(format!("delete from {table}"))).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Records that no entry made: the snapshot named them, and nobody else does.
pub(crate) async fn drop_phantoms(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let phantoms: Vec<i64> = sqlx::query_scalar(
        "delete from record where not exists (select 1 from record_change where record_change.record = record.id) \
         returning id",
    )
    .fetch_all(&mut *connection)
    .await?;
    for key in phantoms {
        crate::search::remove_property(connection, key).await?;
    }
    Ok(())
}

/// How far each chain of others is folded before the comparison: to the snapshot's place, which must be here, entry for
/// entry. `None` where it is not.
pub(crate) async fn limits(
    connection: &mut SqliteConnection,
) -> Result<Option<HashMap<i64, u64>>, StoreError> {
    let rows = sqlx::query(
        "select chain.id, arriving.seq from arriving left join chain on chain.device = arriving.device \
         and chain.epoch = arriving.epoch and exists (select 1 from entry where entry.chain = chain.id \
         and entry.seq = arriving.seq and entry.hash = arriving.hash)",
    )
    .fetch_all(connection)
    .await?;
    let mut limits = HashMap::with_capacity(rows.len());
    for row in &rows {
        let Some(chain) = row.try_get::<Option<i64>, _>(0)? else { return Ok(None) };
        limits.insert(chain, row.try_get::<i64, _>(1)? as u64);
    }
    Ok(Some(limits))
}

const SHAPE: StoreError = StoreError::Journal(journal::JournalError::Malformed("snapshot"));

/// Chains the other parts speak of, by their numbers there.
async fn take_chains(connection: &mut SqliteConnection, part: &Part) -> Result<(), StoreError> {
    let [Column::Numbers(places), Column::Numbers(epochs), Column::Bytes(devices), Column::Bytes(keys)] =
        part.columns.as_slice()
    else {
        return Err(SHAPE);
    };
    let (places, epochs) = (numbers(places), numbers(epochs));
    for (((place, epoch), device), key) in places.iter().zip(epochs).zip(devices).zip(keys) {
        let device = DeviceId::from_slice(device).ok_or(SHAPE)?;
        let key = PublicKey::from_slice(key).filter(|key| journal::device_of(key) == device).ok_or(SHAPE)?;
        let epoch = Epoch(u32::try_from(epoch).map_err(|_| SHAPE)?);
        let chain = crate::fold::ChainState::load_or_create(connection, device, epoch, &key).await?;
        sqlx::query("insert into arriving_chain (place, chain) values (?, ?)")
            .bind(place)
            .bind(chain.id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// One column as it enters this file.
enum Ready {
    Numbers(Vec<i64>),
    Sparse(Vec<Option<i64>>),
    Texts(Vec<String>),
    Bytes(Vec<ByteVec>),
}

async fn take_rows(
    connection: &mut SqliteConnection,
    town: TownCode,
    table: &'static Table,
    mut part: Part,
) -> Result<(), StoreError> {
    let count = usize::try_from(part.rows()).unwrap_or(usize::MAX);
    if part.columns.len() < table.columns.len() || part.columns.iter().any(|one| one.len() != count) {
        return Err(SHAPE);
    }
    if part.is_of_records() {
        part.derive_documents(town);
    }
    let chains = chains_by_place(connection).await?;
    let mut columns = Vec::with_capacity(table.columns.len());
    for (at, column) in part.columns.into_iter().take(table.columns.len()).enumerate() {
        columns.push(match column {
            Column::Numbers(steps) if table.chains.contains(&at) => {
                let ours = numbers(&steps).into_iter().map(|place| chains.get(&place).copied().ok_or(SHAPE));
                Ready::Numbers(ours.collect::<Result<_, _>>()?)
            }
            Column::Numbers(steps) => Ready::Numbers(numbers(&steps)),
            Column::Sparse(numbers) => Ready::Sparse(numbers),
            Column::Texts(texts) => Ready::Texts(texts),
            Column::Bytes(bytes) => Ready::Bytes(bytes),
        });
    }
    let head = format!("insert into {} ({}) values ", table.name, table.columns.join(", "));
    let places: Vec<usize> = (0..count).collect();
    let insert = Insert { head: &head, columns: table.columns.len(), tail: "" };
    insert
        .all(connection, &places, |query, place| {
            columns.iter().fold(query, |query, column| match column {
                Ready::Numbers(numbers) => query.bind(numbers.get(*place).copied()),
                Ready::Sparse(numbers) => query.bind(numbers.get(*place).copied().flatten()),
                Ready::Texts(texts) => query.bind(texts.get(*place).map(String::as_str)),
                Ready::Bytes(bytes) => query.bind(bytes.get(*place).map(|bytes| bytes.as_slice())),
            })
        })
        .await?;
    match table.name {
        "record" => index(connection, town, &columns, count).await,
        _ => Ok(()),
    }
}

async fn chains_by_place(connection: &mut SqliteConnection) -> Result<HashMap<i64, i64>, StoreError> {
    let rows = sqlx::query("select place, chain from arriving_chain").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Makes records that came findable.
async fn index(
    connection: &mut SqliteConnection,
    town: TownCode,
    columns: &[Ready],
    count: usize,
) -> Result<(), StoreError> {
    let [Ready::Numbers(keys), _, _, texts @ ..] = columns else { return Err(SHAPE) };
    let mut fold = Fold::new(connection, town).await?;
    let mut changed = Vec::with_capacity(INDEX_AT_ONCE);
    for (place, key) in keys.iter().enumerate().take(count) {
        let mut property = Property::default();
        for (field, column) in PropertyField::ALL.into_iter().zip(texts) {
            let Ready::Texts(texts) = column else { return Err(SHAPE) };
            texts.get(place).ok_or(SHAPE)?.clone_into(field.get_mut(&mut property));
        }
        changed.push((*key, property));
        if changed.len() == INDEX_AT_ONCE {
            fold.index_records(std::mem::take(&mut changed)).await?;
        }
    }
    fold.index_records(changed).await
}
