//! `sim --seeds N --first SEED`: runs seeds, prints each that fails with what broke, and ends with the counts.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to the terminal")]

use sim::world::{Broken, Story, run};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

struct Asked {
    seeds: u64,
    first: u64,
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Option<Asked> {
    let mut asked = Asked { seeds: 200, first: 1 };
    while let Some(argument) = arguments.next() {
        let value = arguments.next()?.parse().ok()?;
        match argument.as_str() {
            "--seeds" => asked.seeds = value,
            "--first" => asked.first = value,
            _ => return None,
        }
    }
    Some(asked)
}

fn one(seed: u64) -> Result<Story, Broken> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| Broken(format!("no runtime: {error}")))?;
    runtime.block_on(run(seed))
}

fn main() -> ExitCode {
    let Some(asked) = asked(std::env::args().skip(1)) else {
        eprintln!("usage: sim [--seeds N] [--first SEED]");
        return ExitCode::from(2);
    };
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    let all = Mutex::new(Story::default());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= asked.seeds {
                        return;
                    }
                    let seed = asked.first + number;
                    match one(seed) {
                        Ok(story) => add(&all, story),
                        Err(broken) => {
                            eprintln!("seed {seed}: {broken}");
                            eprintln!("  again: cargo xtask sim --seeds 1 --first {seed}");
                            if let Ok(mut failed) = failed.lock() {
                                failed.push(seed);
                            }
                        }
                    }
                }
            });
        }
    });
    let failed = failed.lock().map_or(asked.seeds, |failed| failed.len() as u64);
    if let Ok(all) = all.lock() {
        println!(
            "{} receipts acknowledged, {} found after a cut, {} cancelled; {} properties described, {} files of dues; \
             {} power cuts, {} exchanges; {} sticks written, {} read, {} entries came by them first; {} visits, {} entries came by them",
            all.acknowledged,
            all.found_after_cut,
            all.cancelled,
            all.described,
            all.brought,
            all.power_cuts,
            all.exchanges,
            all.sticks_written,
            all.sticks_read,
            all.entries_by_stick,
            all.visits,
            all.entries_by_visit
        );
    }
    println!("{} passed, {failed} failed", asked.seeds - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn add(all: &Mutex<Story>, one: Story) {
    if let Ok(mut all) = all.lock() {
        all.acknowledged += one.acknowledged;
        all.found_after_cut += one.found_after_cut;
        all.power_cuts += one.power_cuts;
        all.exchanges += one.exchanges;
        all.cancelled += one.cancelled;
        all.described += one.described;
        all.brought += one.brought;
        all.sticks_written += one.sticks_written;
        all.sticks_read += one.sticks_read;
        all.entries_by_stick += one.entries_by_stick;
        all.visits += one.visits;
        all.entries_by_visit += one.entries_by_visit;
    }
}
