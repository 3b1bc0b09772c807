//! Carries exchanges: joins the replication machine of `sync` to the town's file and to HTTPS, on the asking side (a
//! counter in the background) and on the answering side (the state's server, an office computer on the local network).
//!
//! This crate must not know screens, roles, forms or papers, nor decide what is sent (that is `sync`) or what an entry
//! means (that is `store`). The clock and randomness are given to it. Nothing here ever holds up the counter: it works
//! beside it, and every message, time and size is bounded.

mod background;
mod bootstrap;
mod bundle;
mod clock;
pub mod device_tls;
mod error;
mod gate;
mod guest;
mod host;
mod https;
pub mod log_file;
mod neighbour;
mod noted;
mod sealing;
mod shelf;
mod taking;
mod town_log;
pub mod wire;

pub use background::Background;
pub use bundle::{Carried, IncomingBundle, write_bundle};
pub use clock::Clock;
pub use error::{CarrierError, HostError};
pub use gate::{Asked, Gate};
pub use guest::{Broken, Carry, Guest};
pub use host::{Host, Tally};
pub use https::{Enrolled, Server, check_address};
pub use log_file::LogFileError;
pub use neighbour::{HUB_PORT, Neighbour, neighbour_address};
pub use noted::{NotedAlarm, alarms, last_success_ms};
pub use sealing::{Given, SEGMENT_ENTRIES_MIN};
pub use shelf::{FolderShelf, Shelf, Shelved};
pub use town_log::{FileLog, Standing, TownLog, Visit, Visited};
