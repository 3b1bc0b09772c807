//! `sim --seeds N --first SEED`: runs seeds, makes each that fails smaller and prints it with what broke, and ends with the
//! counts.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to the terminal")]

use sim::world::{Broken, Plan, Scale, Story, Weather, run, shrink, told};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const USAGE: &str = "usage: sim [--seeds N] [--first SEED] [--week] [--without WEATHER,…] [--events N,…|none] [--as-it-is] [--until-broken]";
/// Every kind of weather must have come in so many seeds.
const SEEDS_FOR_ALL_WEATHER: u64 = 500;
/// Failing seeds made smaller; the rest is only named.
const SHRUNK_MAX: usize = 3;
/// More threads than cores: a commit waits for the thread of its connection.
const THREADS_PER_CORE: usize = 2;

struct Asked {
    seeds: u64,
    first: u64,
    scale: Scale,
    without: Vec<Weather>,
    events: Option<Vec<u32>>,
    /// Failing seeds are not made smaller.
    as_it_is: bool,
    /// The first failing seed is enough.
    until_broken: bool,
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Option<Asked> {
    let mut asked = Asked {
        seeds: 1_000,
        first: 1,
        scale: Scale::Day,
        without: Vec::new(),
        events: None,
        as_it_is: false,
        until_broken: false,
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--week" => asked.scale = Scale::Week,
            "--until-broken" => asked.until_broken = true,
            "--as-it-is" => asked.as_it_is = true,
            "--seeds" => asked.seeds = arguments.next()?.parse().ok()?,
            "--first" => asked.first = arguments.next()?.parse().ok()?,
            "--without" => {
                let names = arguments.next()?;
                asked.without = names.split(',').map(Weather::of_name).collect::<Option<_>>()?;
            }
            "--events" => {
                let numbers = arguments.next()?;
                let listed = numbers.split(',').filter(|number| *number != "none");
                asked.events = Some(listed.map(|number| number.parse().ok()).collect::<Option<_>>()?);
            }
            _ => return None,
        }
    }
    Some(asked)
}

impl Asked {
    fn plan(&self, seed: u64) -> Plan {
        let plan = Plan::of(seed, self.scale);
        let plan = self.without.iter().fold(plan, |plan, weather| plan.without(*weather));
        match &self.events {
            Some(events) => plan.only(events.clone()),
            None => plan,
        }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Broken> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| Broken(format!("no runtime: {error}")))?;
    Ok(runtime.block_on(future))
}

fn one(plan: &Plan) -> Result<Story, Broken> {
    block_on(Box::pin(run(plan)))?
}

/// What broke, how it went there, and how to see it again.
fn report(plan: Plan, broken: Broken, as_it_is: bool) -> Result<(), Broken> {
    let whole = plan.events.len();
    eprintln!("seed {}: {broken}", plan.seed);
    let (plan, broken) = match as_it_is {
        true => (plan, broken),
        false => block_on(Box::pin(shrink(plan, broken)))?,
    };
    let (ended, diary) = block_on(Box::pin(told(&plan)))?;
    eprintln!("  made smaller, from {whole} events to {}: {broken}", plan.events.len());
    for line in diary {
        eprintln!("    {line}");
    }
    if ended.is_ok() {
        eprintln!("    it held when it was run again: something outside the seed decides");
    }
    eprintln!("  again: {}", plan.command());
    Ok(())
}

fn main() -> ExitCode {
    let Some(asked) = asked(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    let all = Mutex::new(Story::default());
    let workers = std::thread::available_parallelism().map_or(1, usize::from) * THREADS_PER_CORE;
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= asked.seeds {
                        return;
                    }
                    let plan = asked.plan(asked.first + number);
                    match one(&plan) {
                        Ok(story) => {
                            if let Ok(mut all) = all.lock() {
                                all.add(&story);
                            }
                        }
                        Err(broken) => {
                            if asked.until_broken {
                                next.store(asked.seeds, Ordering::Relaxed);
                            }
                            if let Ok(mut failed) = failed.lock() {
                                failed.push((plan, broken));
                            }
                        }
                    }
                }
            });
        }
    });
    let all = all.into_inner().unwrap_or_default();
    let failed = failed.into_inner().unwrap_or_default();
    let mut failures = failed.len() as u64;
    for (number, (plan, broken)) in failed.into_iter().enumerate() {
        if number >= SHRUNK_MAX {
            eprintln!("seed {}: {broken}\n  again: {}", plan.seed, plan.command());
        } else if let Err(broken) = report(plan, broken, asked.as_it_is) {
            eprintln!("  {broken}");
        }
    }
    println!("{all}");
    let missing = if asked.seeds >= SEEDS_FOR_ALL_WEATHER { all.missing() } else { Vec::new() };
    if !missing.is_empty() {
        eprintln!("never happened in {} seeds: {}", asked.seeds, missing.join(", "));
        failures = failures.max(1);
    }
    println!("{} passed, {failures} failed", asked.seeds - failures);
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
