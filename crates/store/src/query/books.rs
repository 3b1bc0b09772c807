//! Pre-printed receipt books.

use crate::StoreError;
use sqlx::{Row, SqliteConnection};

/// A book with the leaves entered so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookRow {
    /// Its number.
    pub book: String,
    /// First leaf.
    pub first_leaf: u32,
    /// Last leaf.
    pub last_leaf: u32,
    /// The counter that answers for it.
    pub counter: String,
    /// Leaves entered, in order.
    pub used: Vec<u32>,
}

/// One book.
pub async fn book(connection: &mut SqliteConnection, number: &str) -> Result<Option<BookRow>, StoreError> {
    Ok(books(connection).await?.into_iter().find(|book| book.book == number))
}

/// All books, by number.
pub async fn books(connection: &mut SqliteConnection) -> Result<Vec<BookRow>, StoreError> {
    let rows = sqlx::query("select book, first_leaf, last_leaf, counter from leaf_book order by book")
        .fetch_all(&mut *connection)
        .await?;
    let mut books = Vec::with_capacity(rows.len());
    for row in &rows {
        let book: String = row.try_get(0)?;
        let used = sqlx::query_scalar("select distinct leaf from leaf where book = ? order by leaf")
            .bind(&book)
            .fetch_all(&mut *connection)
            .await?;
        books.push(BookRow {
            book,
            first_leaf: row.try_get(1)?,
            last_leaf: row.try_get(2)?,
            counter: row.try_get(3)?,
            used,
        });
    }
    Ok(books)
}
