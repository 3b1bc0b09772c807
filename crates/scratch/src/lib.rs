//! Services of others that tests and figures need for a while: the real programs, in a folder that goes with the
//! process that started them. Where a program is not installed, that is an error and no reason to leave a test out.
//!
//! This crate must not know what is tested with them.

pub mod garage;
mod installed;
pub mod postgres;

#[allow(
    clippy::disallowed_methods,
    reason = "a starter waits for a program that says nothing when it is there"
)]
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(50));
}
