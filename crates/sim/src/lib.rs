//! The simulator: machines that crash, disks that lie and clocks that jump, all from one seed.
//!
//! It holds the weather, never a rule of the office: it reads no real clock, takes no real randomness and
//! touches no real file. [`vfs`] is the disk under each simulated machine, on which the real store runs; a
//! fake store would prove nothing. [`world`] is a town of such machines.

pub mod dice;
pub mod vfs;
pub mod world;

pub use dice::Dice;
