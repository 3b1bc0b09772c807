//! Where the program's memory comes from.

/// Searching and taking in a log make and drop millions of small texts, for which the C library's allocator asks several
/// times as long. SQLite keeps the C library's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
