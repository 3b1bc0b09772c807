//! Pre-printed receipt books: issued from stock, their leaves entered once.

use crate::OfficeError;
use domain::receipt::LeafReference;
use store::Writing;
use store::query::books;

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
