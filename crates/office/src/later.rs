//! Futures on the heap.

use std::pin::Pin;

/// Makes a future on the heap, in a frame of its own. Without it every arm of the dispatch reserves room for its future
/// on one stack, and in an unoptimised build they add up to more than a thread has. Every way into the office goes
/// through it, so that whoever calls one holds a pointer and not the whole of it.
#[inline(never)]
pub(crate) fn later<'a, F: Future + Send + 'a>(
    make: impl FnOnce() -> F,
) -> Pin<Box<dyn Future<Output = F::Output> + Send + 'a>> {
    Box::pin(make())
}
