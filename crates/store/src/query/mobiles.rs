//! The search index of mobiles, which follows from sealed fields: what of it is stale, a little at a time.

use crate::{Store, StoreError, search};
use domain::DocumentId;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// How far contacts, their keys and the records had come when the index of mobiles was last made. A changed contact, a
/// key that came or was erased and a new record each go to the end of their own numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContactsMark {
    contact: i64,
    key: i64,
    record: i64,
}

impl ContactsMark {
    /// As it is kept.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        [self.contact, self.key, self.record].iter().flat_map(|number| number.to_be_bytes()).collect()
    }

    /// `None` for what no mark of today's was.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<ContactsMark> {
        let (numbers, []) = bytes.as_chunks::<8>() else { return None };
        let [contact, key, record] = *numbers else { return None };
        let [contact, key, record] = [contact, key, record].map(i64::from_be_bytes);
        Some(ContactsMark { contact, key, record })
    }
}

/// Where they stand now.
pub async fn contacts_mark(connection: &mut SqliteConnection) -> Result<ContactsMark, StoreError> {
    let row = sqlx::query(
        "select coalesce((select max(id) from contact), 0), coalesce((select max(id) from person_key), 0), \
         coalesce((select max(id) from record), 0)",
    )
    .fetch_one(connection)
    .await?;
    Ok(ContactsMark { contact: row.try_get(0)?, key: row.try_get(1)?, record: row.try_get(2)? })
}

/// What must be looked at to bring the index of mobiles in line with what came since a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// Records, whose contact may have been here before them or have gone.
    Records {
        /// Records up to this one are done.
        after: i64,
    },
    /// Contacts that changed.
    Contacts {
        /// Contacts up to this one are done.
        after: i64,
    },
}

const EVERYTHING: Stale = Stale::Records { after: 0 };

/// Nothing where nothing came. Every record where keys came or went, or where a refold made every contact anew and may
/// have dropped some.
pub async fn stale_contacts(
    connection: &mut SqliteConnection,
    since: Option<ContactsMark>,
    now: ContactsMark,
) -> Result<Vec<Stale>, StoreError> {
    let Some(since) = since else { return Ok(vec![EVERYTHING]) };
    let first: Option<i64> = sqlx::query_scalar("select min(id) from contact").fetch_one(connection).await?;
    let is_anew = since.contact > 0 && first.is_none_or(|first| first > since.contact);
    if now.key != since.key || is_anew {
        return Ok(vec![EVERYTHING]);
    }
    let records = (now.record != since.record).then_some(Stale::Records { after: since.record });
    let contacts = (now.contact != since.contact).then_some(Stale::Contacts { after: since.contact });
    Ok(records.into_iter().chain(contacts).collect())
}

/// A record whose mobile may have changed, and what the index holds of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedContact {
    /// The record.
    pub record: i64,
    /// Its document.
    pub document: DocumentId,
    /// Numbers it is found by now.
    pub indexed: Vec<String>,
}

/// Some of what is stale, and what is stale after them; `None` where that was all.
pub async fn some_stale(
    connection: &mut SqliteConnection,
    stale: Stale,
    limit: i64,
) -> Result<(Vec<IndexedContact>, Option<Stale>), StoreError> {
    let (after, text) = match stale {
        Stale::Records { after } => (
            after,
            "select record.id, record.document, (select group_concat(mobile, ' ') from search_mobile \
             where property_key = record.id), record.id from record where record.id > ? order by record.id limit ?",
        ),
        Stale::Contacts { after } => (
            after,
            "select record.id, record.document, (select group_concat(mobile, ' ') from search_mobile \
             where property_key = record.id), contact.id from contact \
             join record on record.document = contact.document where contact.id > ? order by contact.id limit ?",
        ),
    };
    let rows = sqlx::query(text).bind(after).bind(limit).fetch_all(connection).await?;
    let last: Option<i64> = rows.last().map(|row| row.try_get(3)).transpose()?;
    let some = rows.iter().map(indexed_contact).collect::<Result<_, _>>()?;
    let next = last.map(|after| match stale {
        Stale::Records { .. } => Stale::Records { after },
        Stale::Contacts { .. } => Stale::Contacts { after },
    });
    Ok((some, next))
}

fn indexed_contact(row: &SqliteRow) -> Result<IndexedContact, StoreError> {
    let indexed: Option<String> = row.try_get(2)?;
    Ok(IndexedContact {
        record: row.try_get(0)?,
        document: DocumentId::from_slice(row.try_get(1)?).ok_or(StoreError::NotFound("document"))?,
        indexed: indexed.unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
    })
}

impl Store {
    /// Brings the mobile index in line: numbers to forget, numbers to find, in one short transaction.
    pub async fn index_mobiles(
        &self,
        forget: &[(i64, String)],
        find: &[(i64, String)],
    ) -> Result<(), StoreError> {
        if forget.is_empty() && find.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin_immediate().await?;
        for (record, mobile) in forget {
            search::remove_mobile(&mut transaction, *record, mobile).await?;
        }
        let find: Vec<(i64, &str)> = find.iter().map(|(record, mobile)| (*record, mobile.as_str())).collect();
        search::add_mobiles(&mut transaction, &find).await?;
        transaction.commit().await?;
        Ok(())
    }
}
