//! What a municipality does: money, dates, masters, the register, demands, receipts, the drawer, people.
//!
//! Values and folds only. This crate must not know the clock, randomness, files, SQL, Automerge or the
//! screen; it compiles to wasm so that the window shows the same sums the books hold.
#![deny(clippy::float_arithmetic)]

pub mod allocation;
pub mod authority;
pub mod date;
pub mod definition;
pub mod demand;
pub mod drawer;
pub mod fact;
pub mod identity;
pub mod language;
pub mod limits;
pub mod money;
pub mod payment;
pub mod people;
pub mod receipt;
pub mod register;
pub mod spelling;
pub mod words;

pub use date::{BusinessDate, FinancialYear};
pub use identity::{ChainHead, CounterCode, DeviceId, DocumentId, Epoch, Hash, TownCode, UserId};
pub use language::{Bilingual, Language};
pub use money::Paise;
