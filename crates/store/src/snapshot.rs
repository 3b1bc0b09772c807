//! What follows from the log at one place of it, for a new device: people, trust, definitions, the register and its dues,
//! as rows of this file's tables. Not receipts, shifts and the rest of the past: they come with the history.
//!
//! A snapshot is its maker's word and holds only until the history it was folded from is here ([`crate::arriving`]).
//! Its numbers of chains, codes, consumers and records are this file's own; an empty file takes them as they are.

use crate::{Store, StoreError};
use domain::{ChainHead, DeviceId, DocumentId, TownCode};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, Transaction};

/// Rows of one part: a new device holds one part in memory at a time.
const PART_ROWS: i64 = 60_000;

/// One table of a snapshot: how it is read and written, and which columns hold a chain's number.
pub(crate) struct Table {
    /// Its number in a part. Never given to another table.
    pub number: u8,
    /// Names it, and begins `insert into`.
    pub name: &'static str,
    /// In the order of the parts' columns.
    pub columns: &'static [&'static str],
    /// Places, from 0, of columns with a chain's number.
    pub chains: &'static [usize],
    /// A unique column or list of columns by which it is read in order.
    pub key: &'static str,
}

/// In the order in which they are given. The new device finds itself among
/// the devices last: until then it does not write.
pub(crate) const TABLES: &[Table] = &[
    Table { number: 1, name: "code", columns: &["id", "text"], chains: &[], key: "id" },
    Table { number: 2, name: "consumer", columns: &["id", "service", "code"], chains: &[], key: "id" },
    Table {
        number: 3,
        name: "record",
        columns: &[
            "id",
            "document",
            "consumer",
            "property_id",
            "old_id",
            "owner_hindi",
            "owner_english",
            "guardian_hindi",
            "guardian_english",
            "door_number",
            "ward",
            "locality",
            "address",
            "usage",
        ],
        chains: &[],
        key: "id",
    },
    Table {
        number: 4,
        name: "due",
        columns: &["consumer", "year", "head", "demand_paise", "applied_paise", "demand_conflict"],
        chains: &[],
        key: "consumer, year, head",
    },
    Table { number: 5, name: "conflict", columns: &["record", "field"], chains: &[], key: "record, field" },
    Table {
        number: 6,
        name: "definition",
        columns: &["hash", "name", "bytes", "chain", "seq"],
        chains: &[3],
        key: "hash",
    },
    Table {
        number: 7,
        name: "town",
        columns: &["code", "name_hindi", "name_english", "certificate", "chain", "seq"],
        chains: &[4],
        key: "code",
    },
    Table {
        number: 8,
        name: "staff",
        columns: &["user", "name_hindi", "name_english", "chain", "seq"],
        chains: &[3],
        key: "user",
    },
    Table {
        number: 9,
        name: "grant_of_role",
        columns: &["hash", "user", "role", "chain", "seq", "force"],
        chains: &[3],
        key: "hash",
    },
    Table {
        number: 10,
        name: "withdrawal",
        columns: &["grant_hash", "chain", "seq", "force"],
        chains: &[1],
        key: "grant_hash, chain, seq",
    },
    Table {
        number: 11,
        name: "staff_key",
        columns: &["device", "user", "certificate", "chain", "seq"],
        chains: &[3],
        key: "device, user, chain, seq",
    },
    Table {
        number: 12,
        name: "revocation",
        columns: &["device", "chain", "seq", "last_epoch", "last_seq"],
        chains: &[1],
        key: "device, chain, seq",
    },
    Table {
        number: 13,
        name: "acceptance",
        columns: &["device", "revocation_chain", "revocation_seq", "chain", "seq", "last_epoch", "last_seq"],
        chains: &[1, 3],
        key: "device, revocation_chain, revocation_seq, chain, seq",
    },
    Table {
        number: 14,
        name: "device_cut",
        columns: &["device", "unlifted_epoch", "unlifted_seq", "epoch", "seq"],
        chains: &[],
        key: "device",
    },
    Table {
        number: 15,
        name: "leaf_book",
        columns: &["book", "first_leaf", "last_leaf", "counter", "chain", "seq"],
        chains: &[4],
        key: "book",
    },
    Table {
        number: 16,
        name: "leaf",
        columns: &["book", "leaf", "chain", "seq"],
        chains: &[2],
        key: "book, leaf, chain, seq",
    },
    Table {
        number: 17,
        name: "case_settled",
        columns: &["name", "chain", "seq", "decision", "remark"],
        chains: &[1],
        key: "name, chain, seq",
    },
    Table {
        number: 19,
        name: "enrolment",
        columns: &["device", "chain", "seq", "force"],
        chains: &[1],
        key: "device, chain, seq",
    },
    Table {
        number: 18,
        name: "device",
        columns: &["device", "chain", "seq", "name", "counter", "certificate"],
        chains: &[1],
        key: "device",
    },
];

/// Some columns of some rows. Columns and not rows: what repeats down a column packs far better.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Part {
    /// [`Table::number`]; 0 for the chains the others' numbers speak of.
    #[n(0)]
    pub(crate) table: u8,
    #[n(1)]
    pub(crate) columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Column {
    /// Each as its distance from the one above.
    #[n(0)]
    Numbers(#[n(0)] Vec<i64>),
    /// Numbers of which some are missing.
    #[n(1)]
    Sparse(#[n(0)] Vec<Option<i64>>),
    #[n(2)]
    Texts(#[n(0)] Vec<String>),
    #[n(3)]
    Bytes(#[n(0)] Vec<ByteVec>),
}

impl Column {
    pub(crate) fn len(&self) -> usize {
        match self {
            Column::Numbers(column) => column.len(),
            Column::Sparse(column) => column.len(),
            Column::Texts(column) => column.len(),
            Column::Bytes(column) => column.len(),
        }
    }

    fn of(rows: &[SqliteRow], at: usize) -> Result<Column, StoreError> {
        if let Ok(numbers) = rows.iter().map(|row| row.try_get::<i64, _>(at)).collect::<Result<Vec<_>, _>>() {
            return Ok(Column::Numbers(steps(&numbers)));
        }
        if let Ok(sparse) = rows.iter().map(|row| row.try_get::<Option<i64>, _>(at)).collect() {
            return Ok(Column::Sparse(sparse));
        }
        if let Ok(texts) = rows.iter().map(|row| row.try_get::<String, _>(at)).collect() {
            return Ok(Column::Texts(texts));
        }
        let bytes = rows.iter().map(|row| row.try_get::<Vec<u8>, _>(at).map(Into::into));
        Ok(Column::Bytes(bytes.collect::<Result<_, _>>()?))
    }
}

fn steps(numbers: &[i64]) -> Vec<i64> {
    let before = std::iter::once(0).chain(numbers.iter().copied());
    numbers.iter().zip(before).map(|(number, before)| number.wrapping_sub(before)).collect()
}

/// What [`steps`] were made of.
pub(crate) fn numbers(steps: &[i64]) -> Vec<i64> {
    let mut sum = 0i64;
    steps
        .iter()
        .map(|step| {
            sum = sum.wrapping_add(*step);
            sum
        })
        .collect()
}

impl Part {
    /// How many rows it holds.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.columns.first().map_or(0, |column| column.len() as u64)
    }

    /// Whether it is of the register: what a person counts.
    #[must_use]
    pub fn is_of_records(&self) -> bool {
        TABLES.iter().any(|table| table.number == self.table && table.name == "record")
    }
}

/// A document's name follows from its record's number, as a rule. What can be derived need not travel: 16 bytes that
/// nothing packs are a third of a record.
impl Part {
    fn documents(&mut self) -> Option<(&mut Vec<ByteVec>, &[String])> {
        match self.columns.as_mut_slice() {
            [_, Column::Bytes(documents), _, Column::Texts(numbers), ..] => Some((documents, numbers)),
            _ => None,
        }
    }

    fn leave_out_derived_documents(&mut self, town: TownCode) {
        let Some((documents, numbers)) = self.documents() else { return };
        for (document, number) in documents.iter_mut().zip(numbers) {
            if document.as_slice() == derived(town, number).0 {
                document.clear();
            }
        }
    }

    pub(crate) fn derive_documents(&mut self, town: TownCode) {
        let Some((documents, numbers)) = self.documents() else { return };
        for (document, number) in documents.iter_mut().zip(numbers) {
            if document.is_empty() {
                *document = derived(town, number).0.to_vec().into();
            }
        }
    }
}

fn derived(town: TownCode, number: &str) -> DocumentId {
    journal::record::document_of(town, "property", number)
}

/// A snapshot being read: one moment of the file, however long it takes.
pub struct Snapshot {
    transaction: Transaction<'static, Sqlite>,
    town: TownCode,
    position: Vec<ChainHead>,
    next: Next,
}

enum Next {
    Chains,
    Rows { table: usize, offset: i64 },
}

impl Store {
    /// Begins to read a snapshot. `None` where something here waits for its past, or is still arriving itself: then
    /// what follows from the log is not all here.
    pub async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let Some(town) = self.town().await? else { return Ok(None) };
        let mut transaction = self.reader.begin().await?;
        let partly: Option<i64> = sqlx::query_scalar(
            "select 1 from chain where folded_seq < head_seq union all select 1 from arriving limit 1",
        )
        .fetch_optional(&mut *transaction)
        .await?;
        if partly.is_some() {
            return Ok(None);
        }
        let heads = sqlx::query(
            "select device, epoch, head_seq, head_hash from chain where head_seq > 0 order by device, epoch",
        )
        .fetch_all(&mut *transaction)
        .await?;
        let position = heads.iter().map(crate::log::head_of_row).collect::<Result<_, _>>()?;
        Ok(Some(Snapshot { transaction, town, position, next: Next::Chains }))
    }
}

impl Snapshot {
    /// The place in the log it is of.
    #[must_use]
    pub fn position(&self) -> &[ChainHead] {
        &self.position
    }

    /// The devices it knows. Any other finds nothing of itself in it, and could not write.
    pub async fn devices(&mut self) -> Result<Vec<DeviceId>, StoreError> {
        let devices: Vec<Vec<u8>> =
            sqlx::query_scalar("select device from device").fetch_all(&mut *self.transaction).await?;
        devices
            .iter()
            .map(|bytes| DeviceId::from_slice(bytes).ok_or(StoreError::NotFound("device")))
            .collect()
    }

    /// The next part; `None` after the last.
    pub async fn next_part(&mut self) -> Result<Option<Part>, StoreError> {
        loop {
            match self.next {
                Next::Chains => {
                    self.next = Next::Rows { table: 0, offset: 0 };
                    return Ok(Some(self.chains().await?));
                }
                Next::Rows { table, offset } => {
                    let Some(of) = TABLES.get(table) else { return Ok(None) };
                    let part = self.rows_of(of, offset).await?;
                    let ended = part.rows() < PART_ROWS as u64;
                    self.next = match ended {
                        true => Next::Rows { table: table + 1, offset: 0 },
                        false => Next::Rows { table, offset: offset + PART_ROWS },
                    };
                    if part.rows() > 0 {
                        return Ok(Some(part));
                    }
                }
            }
        }
    }

    async fn chains(&mut self) -> Result<Part, StoreError> {
        let rows =
            sqlx::query("select id, epoch, device, public_key from chain where head_seq > 0 order by id")
                .fetch_all(&mut *self.transaction)
                .await?;
        let columns = (0..4).map(|at| Column::of(&rows, at)).collect::<Result<_, _>>()?;
        Ok(Part { table: 0, columns })
    }

    async fn rows_of(&mut self, table: &Table, offset: i64) -> Result<Part, StoreError> {
        let text = format!(
            "select {} from {} order by {} limit ? offset ?",
            table.columns.join(", "),
            table.name,
            table.key
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(PART_ROWS)
            .bind(offset)
            .fetch_all(&mut *self.transaction)
            .await?;
        let columns = (0..table.columns.len()).map(|at| Column::of(&rows, at)).collect::<Result<_, _>>()?;
        let mut part = Part { table: table.number, columns };
        if part.is_of_records() {
            part.leave_out_derived_documents(self.town);
        }
        Ok(part)
    }
}
