//! The screens, one module each.

pub mod counter;
pub mod devices;
pub mod drawer;
pub mod first_run;
pub mod import;
pub mod property;
pub mod receipts;
pub mod recovery_key;
pub mod sealed;
pub mod settings;
pub mod sign_in;
pub mod staff;
pub mod verify;
