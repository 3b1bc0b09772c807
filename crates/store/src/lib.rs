//! The town's SQLite file: the log, its projections, and the questions the office asks of them.
//!
//! Every write is one `BEGIN IMMEDIATE` transaction that holds entry, document, projection rows and marks, and is on
//! the disk (`synchronous=FULL`) before it answers. This crate must not know who may do what to whom beyond the one
//! table in `domain::authority`, nor forms, papers, the network or the clock. It is the only crate that names sqlx on
//! the desktop; encryption (key slots) and search are modules of it.

mod append;
mod arriving;
mod branch;
pub mod durable_file;
mod error;
mod fold;
pub mod key_slot;
mod log;
mod open;
pub mod query;
mod receive;
mod rows;
pub mod search;
mod series;
mod snapshot;
mod taking_up;
mod turns;
mod upgrade;
pub mod verify;

pub use append::{Writer, Writing};
pub use arriving::{Arriving, Coming};
pub use branch::Noticed;
pub use error::StoreError;
pub use fold::authority::{approval_statement, approve};
pub use fold::money::blank;
pub use open::{CHECKPOINT_PAGES, OpenOptions, RawKey, Store};
pub use receive::{Outcome, Received};
pub use series::Series;
pub use snapshot::{Part, Snapshot};
pub use taking_up::TakenUp;
pub use upgrade::FOLD_VERSION;
