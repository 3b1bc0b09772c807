//! What a person does: one use case a function, and who may do it.
//!
//! The window, the command line, the server's replicas, the simulator and tests all call this, and nothing below it is
//! called around it. This crate must not know Tauri, HTML, HTTP servers, SQL, or where the clock, randomness, keyring
//! and printer come from: see [`Shell`].

mod authority;
mod counter;
mod drawer_books;
mod error;
mod founding;
mod masters_view;
#[allow(clippy::module_inception, reason = "the office is the crate's one object")]
mod office;
mod papers;
mod shell;
mod sign_in;
mod situation;
mod town;

pub use error::OfficeError;
pub use founding::{DevicePackage, Founding, Recovery};
pub use office::Office;
pub use shell::{Keyring, PrintError, Shell};
pub use town::Town;
