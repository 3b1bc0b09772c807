//! Pre-printed receipt books: issued from stock, their leaves entered once.

use crate::{Office, OfficeError, reasons};
use contract::{IssueLeafBook, LeafBook, Reply};
use domain::drawer::LeafBookIssued;
use domain::fact::{Fact, Kind};
use domain::receipt::LeafReference;
use store::Writing;
use store::query::books;

/// Leaves of one book: the largest printed have a hundred; a thousand is a slipped key.
const LEAVES_MAX: u32 = 1_000;

impl Office {
    pub(crate) async fn leaf_books(&self) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let books = books::books(&mut *town.store.reading().await?).await?;
        Ok(Reply::LeafBooks(
            books
                .into_iter()
                .map(|book| LeafBook {
                    book: book.book,
                    first_leaf: book.first_leaf,
                    last_leaf: book.last_leaf,
                    counter: book.counter,
                    used: book.used,
                })
                .collect(),
        ))
    }

    /// Issues a book to this counter. A book's number is printed on each leaf and names it in the whole town, so it is
    /// issued once, whatever leaves it had.
    pub(crate) async fn issue_leaf_book(&self, ask: IssueLeafBook) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let author = town.author(&session.user, Kind::LeafBookIssued).await?;
        let book = reasons::name("book", &ask.book)?;
        let is_range = ask.first_leaf >= 1
            && ask.first_leaf <= ask.last_leaf
            && ask.last_leaf - ask.first_leaf < LEAVES_MAX;
        if !is_range {
            return Err(OfficeError::LeafBook);
        }
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        if books::book(writing.connection(), &book).await?.is_some() {
            return Err(OfficeError::LeafBook);
        }
        let issued = LeafBookIssued {
            book,
            first_leaf: ask.first_leaf,
            last_leaf: ask.last_leaf,
            counter: town.identity.counter.clone(),
        };
        writing.append(Some(author), &Fact::from(issued)).await?;
        self.commit(writing).await?;
        self.leaf_books().await
    }
}

/// A leaf may be entered where its book was issued to this counter and nobody entered it before.
pub(crate) async fn check_leaf(
    writing: &mut Writing,
    counter: &str,
    leaf: &LeafReference,
) -> Result<(), OfficeError> {
    let book = books::book(writing.connection(), &leaf.book).await?.ok_or(OfficeError::Leaf)?;
    let within = (book.first_leaf..=book.last_leaf).contains(&leaf.leaf);
    if book.counter != counter || !within || book.used.contains(&leaf.leaf) {
        return Err(OfficeError::Leaf);
    }
    Ok(())
}
