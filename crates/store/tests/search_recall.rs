//! Recall and speed of search in a register of 50,000 owners, on spellings other transliterators made.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may fail, look at the clock and say what it measured"
)]

mod search_town;

use search_town::{Dice, Person, fill, open, people, spellings};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use store::search::search;

const HITS_SHOWN: usize = 10;

async fn finds(
    connection: &mut SqliteConnection,
    people: &[Person],
    query: &str,
    name: &search_town::Name,
) -> bool {
    let hits = search(connection, query, HITS_SHOWN).await.unwrap();
    hits.iter().any(|hit| {
        let found = &people[usize::try_from(hit.property_key).unwrap() - 1].name;
        found.hindi == name.hindi || found.english == name.english
    })
}

async fn recall(connection: &mut SqliteConnection, people: &[Person], split: &str) -> (usize, usize) {
    let mut by_maker: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let misses = std::env::var_os("SEARCH_MISSES").is_some() && split == "tune";
    for spelling in spellings().iter().filter(|s| s.split == split) {
        let found = finds(connection, people, &spelling.query, &spelling.owner).await;
        let of = by_maker.entry(spelling.transliterator.clone()).or_default();
        of.0 += usize::from(found);
        of.1 += 1;
        if misses && !found {
            println!(
                "{} {} -> {:?} {:?}",
                spelling.transliterator, spelling.query, spelling.owner, spelling.recorded
            );
        }
    }
    for (maker, (found, all)) in &by_maker {
        println!("{split} {maker:<24} {found:>4}/{all:<4} {:.1} %", *found as f64 * 100.0 / *all as f64);
    }
    let sum = by_maker.values().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    println!("{split} {:<24} {:>4}/{:<4} {:.1} %", "all", sum.0, sum.1, sum.0 as f64 * 100.0 / sum.1 as f64);
    sum
}

/// Every beginning of queries as clerks type them, from one letter.
fn keystrokes(people: &[Person]) -> Vec<String> {
    let mut dice = Dice(7);
    let mut texts: Vec<String> =
        spellings().into_iter().filter(|s| s.split == "held").step_by(30).map(|s| s.query).collect();
    for _ in 0..60 {
        let person = &people[dice.below(people.len())];
        texts.push(person.name.hindi.clone());
        texts.push(format!("{} {}", person.name.english, person.locality[0]));
        texts.push(person.property.property_id.clone());
        texts.push(person.property.property_id[10..].to_owned());
        texts.push(person.mobile.clone());
        texts.push(person.property.door_number.clone());
    }
    let beginnings = |text: String| {
        let letters: Vec<char> = text.chars().collect();
        (1..=letters.len()).map(|end| letters[..end].iter().collect()).collect::<Vec<String>>()
    };
    texts.into_iter().flat_map(beginnings).collect()
}

/// What this process has spent of the processor, all threads: the same on a busy machine as on an idle one.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// The processor time below which 99 of 100 keystrokes are answered; the wall's clock is told beside it.
async fn speed(connection: &mut SqliteConnection, people: &[Person]) -> Duration {
    // Without optimisation a fourth of them tells as much and the suite stays short.
    let texts: Vec<String> =
        keystrokes(people).into_iter().step_by(if cfg!(debug_assertions) { 4 } else { 1 }).collect();
    let mut walls = Vec::with_capacity(texts.len());
    let mut times: Vec<(Duration, String)> = Vec::with_capacity(texts.len());
    for text in texts {
        let (start, spent) = (Instant::now(), processor_time());
        search(connection, &text, HITS_SHOWN).await.unwrap();
        walls.push(start.elapsed());
        times.push((processor_time() - spent, text));
    }
    times.sort();
    walls.sort();
    for (name, list) in [("processor", times.iter().map(|t| t.0).collect::<Vec<_>>()), ("wall", walls)] {
        let of = |per_thousand: usize| list[(list.len() - 1) * per_thousand / 1000];
        let all = list.len();
        println!(
            "{all} keystrokes, {name}: p50 {:?} p95 {:?} p99 {:?} max {:?}",
            of(500),
            of(950),
            of(990),
            of(1000)
        );
    }
    for (time, text) in times.iter().rev().take(8) {
        println!("  {time:?} {text:?}");
    }
    times[(times.len() - 1) * 990 / 1000].0
}

#[tokio::test]
async fn held_out_spellings_are_found_while_typing() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = open(folder.path()).await;
    let people = people();
    let spent = processor_time();
    fill(&mut connection, &people).await;
    println!("indexed {} owners in {:?} of processor time", people.len(), processor_time() - spent);
    let size = std::fs::metadata(folder.path().join("town.db")).unwrap().len();
    println!("file {:.1} MB", size as f64 / 1e6);
    if std::env::var_os("SEARCH_MISSES").is_some() {
        recall(&mut connection, &people, "tune").await;
    }
    let (found, all) = recall(&mut connection, &people, "held").await;
    let p99 = speed(&mut connection, &people).await;
    assert!(all >= 2_000 && found * 100 >= all * 95, "recall@10 {found} of {all}");
    // Without optimisation the ranking is some ten times slower; the bar is for what is shipped.
    let bar = if cfg!(debug_assertions) { Duration::from_millis(200) } else { Duration::from_millis(15) };
    assert!(p99 <= bar, "p99 {p99:?}");
}
