//! The property register: brought in from files, edited at the desk, found by mobile.

mod edit;
mod import;
mod known;
mod mobiles;
mod take_in;

pub use import::source_of;
