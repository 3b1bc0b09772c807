//! Keeping the index: a few rows a property, in the caller's transaction.

use super::document::{Document, Line};
use super::near::near_keys;
use super::{RECORD, json_numbers, one_text};
use domain::register::Property;
use domain::spelling;
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// One property to be found from now on.
#[derive(Clone, Copy, Debug)]
pub struct IndexEntry<'a> {
    /// The projection's key.
    pub key: i64,
    /// What the register says of it.
    pub property: &'a Property,
    /// Names of its locality (and ward, if that is how people ask), in both languages.
    pub locality_names: &'a [&'a str],
}

/// Indexes or re-indexes one property, and its mobile number if given. An absent number leaves those recorded as they
/// are: only [`remove_mobile`] forgets one.
///
/// # Errors
/// What SQLite says; roll the transaction back.
pub async fn index_property(
    connection: &mut SqliteConnection,
    key: i64,
    property: &Property,
    locality_names: &[&str],
    mobile: Option<&str>,
) -> Result<(), sqlx::Error> {
    index_properties(connection, &[IndexEntry { key, property, locality_names }]).await?;
    match mobile {
        Some(mobile) => add_mobiles(connection, &[(key, mobile)]).await,
        None => Ok(()),
    }
}

/// Indexes or re-indexes many at once: the same few statements for one property or a thousand. Give an import some
/// hundreds at a time.
///
/// # Errors
/// What SQLite says; roll the transaction back.
pub async fn index_properties(
    connection: &mut SqliteConnection,
    entries: &[IndexEntry<'_>],
) -> Result<(), sqlx::Error> {
    let mut rows = String::from("[");
    let mut keys = Vec::with_capacity(entries.len());
    let mut folds = BTreeSet::new();
    for (n, entry) in entries.iter().enumerate() {
        let document = Document::of(entry.property, entry.locality_names);
        let (terms, found) = document.terms();
        folds.extend(found);
        keys.push(entry.key);
        // Tokens hold letters, marks and digits; the only character JSON wants escaped is the line's end.
        let body = document.body().replace('\n', "\\n");
        let (owner, guardian, place, number) = (terms.owner, terms.guardian, terms.place, terms.number);
        let comma = if n == 0 { "" } else { "," };
        let key = entry.key;
        let (id, old) = (document.whole_number(Line::PropertyId), document.whole_number(Line::OldId));
        rows.push_str(&format!(
            "{comma}[{key},\"{body}\",\"{owner}\",\"{guardian}\",\"{place}\",\"{number}\",\"{id}\",\"{old}\"]"
        ));
    }
    rows.push(']');
    remove_text(connection, &keys).await?;
    sqlx::query(
        "insert into search_document (property_key, body, property_number, old_number) \
         select value ->> 0, value ->> 1, value ->> 6, value ->> 7 from json_each(?1)",
    )
    .bind(rows.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into search_text (rowid, owner, guardian, place, number) \
         select value ->> 0, value ->> 2, value ->> 3, value ->> 4, value ->> 5 from json_each(?1)",
    )
    .bind(rows)
    .execute(&mut *connection)
    .await?;
    index_folds(connection, folds.into_iter().collect()).await
}

/// Adds the folds not met before under their near keys. Folds of words no longer in the register stay: they lead to
/// no property, and clearing sweeps them out.
async fn index_folds(connection: &mut SqliteConnection, folds: Vec<String>) -> Result<(), sqlx::Error> {
    // Each fold stands under its own skeleton, so one probe tells whether it is known.
    let known = folds.iter().map(|fold| format!("[\"{}\",\"{fold}\"]", spelling::skeleton(fold)));
    let known = format!("[{}]", known.collect::<Vec<_>>().join(","));
    let sql = sqlx::query(
        "select group_concat(value ->> 1, char(30)) from json_each(?1) k where not exists \
         (select 1 from search_near n where n.near = k.value ->> 0 and n.fold = k.value ->> 1)",
    );
    let fresh = one_text(connection, sql.bind(known)).await?;
    let rows: Vec<String> = fresh
        .split(RECORD)
        .filter(|fold| !fold.is_empty())
        .flat_map(|fold| near_keys(fold).into_iter().map(move |near| format!("[\"{near}\",\"{fold}\"]")))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert or ignore into search_near (near, fold) select value ->> 0, value ->> 1 from json_each(?1)",
    )
    .bind(format!("[{}]", rows.join(",")))
    .execute(connection)
    .await?;
    Ok(())
}

async fn remove_text(connection: &mut SqliteConnection, keys: &[i64]) -> Result<(), sqlx::Error> {
    let keys = json_numbers(keys);
    // Only what is there: a delete of an unknown row would still leave a tombstone in the index.
    sqlx::query(
        "delete from search_text where rowid in (select d.property_key from search_document d \
         where d.property_key in (select value from json_each(?1)))",
    )
    .bind(keys.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::query("delete from search_document where property_key in (select value from json_each(?1))")
        .bind(keys)
        .execute(connection)
        .await?;
    Ok(())
}

/// The property is found no more, by nothing.
///
/// # Errors
/// What SQLite says; roll the transaction back.
pub async fn remove_property(connection: &mut SqliteConnection, key: i64) -> Result<(), sqlx::Error> {
    remove_text(connection, &[key]).await?;
    sqlx::query("delete from search_mobile where property_key = ?1").bind(key).execute(connection).await?;
    Ok(())
}

/// The properties are found by these mobile numbers. Anything but ten digits (after +91 or 0) is not indexed.
///
/// # Errors
/// What SQLite says; roll the transaction back.
pub async fn add_mobiles(
    connection: &mut SqliteConnection,
    mobiles: &[(i64, &str)],
) -> Result<(), sqlx::Error> {
    let rows: Vec<String> = mobiles
        .iter()
        .filter_map(|(key, mobile)| Some((key, super::query::mobile(mobile)?)))
        .map(|(key, digits)| format!("[{key},\"{digits}\",\"{}\"]", digits.chars().rev().collect::<String>()))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert or ignore into search_mobile (property_key, mobile, reversed) \
         select value ->> 0, value ->> 1, value ->> 2 from json_each(?1)",
    )
    .bind(format!("[{}]", rows.join(",")))
    .execute(connection)
    .await?;
    Ok(())
}

/// The property is found by this mobile number no more.
///
/// # Errors
/// What SQLite says; roll the transaction back.
pub async fn remove_mobile(
    connection: &mut SqliteConnection,
    key: i64,
    mobile: &str,
) -> Result<(), sqlx::Error> {
    let Some(digits) = super::query::mobile(mobile) else { return Ok(()) };
    sqlx::query("delete from search_mobile where property_key = ?1 and mobile = ?2")
        .bind(key)
        .bind(digits)
        .execute(connection)
        .await?;
    Ok(())
}

/// Merges what many batches left in the index, so that a keystroke reads one tree and not a dozen. After a first import
/// or a rebuild; the daily trickle is merged by SQLite itself.
///
/// # Errors
/// What SQLite says; roll the transaction back.
pub async fn settle(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("insert into search_text (search_text) values ('optimize')").execute(connection).await?;
    Ok(())
}

/// Empties what is derived from the property projection, to build it again. Mobile numbers stay: they come from
/// sealed fields, whose keys may not be at hand when projections are rebuilt.
///
/// # Errors
/// What SQLite says; roll the transaction back.
pub async fn clear(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("insert into search_text (search_text) values ('delete-all')")
        .execute(&mut *connection)
        .await?;
    sqlx::query("delete from search_document").execute(&mut *connection).await?;
    sqlx::query("delete from search_near").execute(connection).await?;
    Ok(())
}
