//! Replication: which entries two replicas of a town owe each other, the messages that carry them, and the patience of
//! the side that calls.
//!
//! Values in, values out. This crate must not know the store, files, HTTP, threads, the clock (times are arguments) or
//! where randomness comes from ([`journal::Entropy`]). Whoever drives it does the IO: the HTTPS carrier, the simulator,
//! a USB stick. `docs/sync-protocol.md` lays out every byte written here.
//!
//! One rule carries the rest: **only what the receiver says it durably holds counts as sent**, and it says so as heads
//! `(seq, hash)`, never as a bare number, so that a hole, a fork and a peer that lost its disk are all visible.

pub mod admit;
pub mod backoff;
pub mod bundle;
pub mod client;
pub mod code;
mod error;
pub mod frame;
pub mod host;
pub mod limits;
pub mod message;
pub mod plan;
pub mod segment;
pub mod watch;

pub use admit::{Admission, Admitted, Guest, Identity, Trust};
pub use bundle::{Cover, Piece};
pub use client::{Action, Client, Event, Status};
pub use error::SyncError;
pub use frame::Credentials;
pub use host::Turn;
pub use message::{Alarm, AlarmKind, Answer, ChainName, KeyCursor, Keys, Offer, ReplicaId};
pub use plan::{Plan, Wanted, plan};
pub use segment::{Catalogue, Segment, SegmentKind, SegmentPiece, Take};
pub use watch::Watch;
