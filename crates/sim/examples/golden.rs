//! Writes the log of a simulated week and what it folds to: `cargo run -p sim --example golden SEED FILE` makes `FILE.log`
//! and `FILE.expected`. Kept once for each released format; never made again for an old one.
#![allow(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a developer's tool at a terminal, writing into the source tree"
)]

use sim::world::{Plan, Scale, Weather, exported};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(seed), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: golden SEED FILE".into());
    };
    // What only a later version understands would one day be understood, and change what the log gives.
    let plan = Plan::of(seed.parse()?, Scale::Week).without(Weather::Newer);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let (log, expected) = runtime.block_on(Box::pin(exported(&plan)))?;
    std::fs::write(format!("{file}.log"), &log)?;
    std::fs::write(format!("{file}.expected"), expected)?;
    eprintln!("{} bytes; {:?}", log.len(), plan.weather);
    Ok(())
}
