//! Tests in the real window: the built shell, its page, a real keyboard's events. `cargo xtask window [NAME]` gives
//! them a virtual display with a session bus and an unlocked keyring.
//!
//! One module a story; `driver` is all they know of WebDriver.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may fail; it waits for a real window by a real clock, and says where its pictures lie"
)]

mod accessibility;
mod counter;
mod driver;
mod early;
mod keys;
mod opening;
mod papers;
mod printer;
mod scanner;
mod scenes;
mod screens;
mod town;
mod troubled_town;
mod two_counters;
