//! The simulator: machines that crash, disks that lie and clocks that jump, all from one seed.
//!
//! It holds the weather, never a rule of the office: it knows no money, no log and no SQL of the product,
//! reads no real clock, takes no real randomness and touches no real file. [`vfs`] is the disk under each
//! simulated machine, on which the real store runs; a fake store would prove nothing.

pub mod dice;
pub mod vfs;

pub use dice::Dice;
