//! What a person does: one use case a function, and who may do it.
//!
//! The window, the command line, the server's replicas, the simulator and tests all call this, and nothing below it is
//! called around it. This crate must not know Tauri, HTML, HTTP servers, SQL, or where the clock, randomness, keyring
//! and printer come from: see [`Shell`].

mod alarms;
mod answer;
mod authority;
mod cases;
mod claims;
mod counter;
mod device_keys;
mod devices;
mod digest;
mod drawer;
mod entry_words;
mod error;
mod error_words;
mod exchange;
mod founding;
mod invitation_file;
mod later;
mod local_network;
mod making;
mod masters_view;
mod new_epoch;
mod new_file;
#[allow(clippy::module_inception, reason = "the office is the crate's one object")]
mod office;
mod paper_done;
mod papers;
mod pending_founding;
mod reasons;
mod receipts;
mod refusal;
mod register;
mod running_exchange;
mod shell;
mod sign_in;
mod situation;
mod staff;
mod stick;
mod sync_page;
mod technician;
mod town;
mod verify_paper;

pub use error::OfficeError;
pub use founding::{DevicePackage, Founding, Recovery};
pub use office::Office;
pub use refusal::Refusal;
pub use register::source_of;
pub use shell::{Keyring, PrintError, Shell};
pub use town::Town;
pub use verify_paper::verify_paper_text;
