//! Services of others that tests and figures need for a while: the real programs, in a folder that goes with the
//! process that started them. Where a program is not installed, that is an error and no reason to leave a test out.
//!
//! This crate must not know what is tested with them.

pub mod postgres;
