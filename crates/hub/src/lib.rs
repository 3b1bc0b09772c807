//! What an office computer does for the others of its building while the line to the state is down: it answers them over
//! HTTPS with the town's own keys, tells the local network that it is there, and listens for who else is.
//!
//! This crate must not know what travels (that is `sync`), where it is kept (`store`), or whom to ask (`office`). The
//! clock and randomness are given to it.

mod error;
mod listen;
mod nearby;

pub use error::HubError;
pub use listen::{Answering, Hub};
pub use nearby::{Computer, Nearby, Sighting, addresses};
