//! The figures of the counter, measured on the real thing: the real office over a real encrypted file, the real server
//! across a real line, the real window on a display. Beside each figure stands a floor or a peer measured in the same
//! run, so that the machine falls out of the comparison.
//!
//! It prints [`measure::Row`] lines on standard output and says what it is doing on standard error. It must not know how
//! the office does anything: what is measured is what a person or another device would see.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark program: its rows go to standard output, its progress to standard error"
)]

pub mod bad_line;
pub mod clock;
pub mod desk;
pub mod driver;
pub mod first_sync;
pub mod floor;
pub mod hills;
pub mod history;
pub mod importing;
pub mod line;
pub mod nearby;
pub mod peers;
pub mod printing;
pub mod receipts;
pub mod reconnect;
pub mod rows;
pub mod searching;
pub mod simulated;
pub mod state;
pub mod town;
pub mod twelve;
pub mod window;
