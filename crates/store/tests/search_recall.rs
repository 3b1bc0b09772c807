//! Recall of search in a register of 50,000 owners, on spellings other transliterators made. Its speed is measured by
//! `cargo xtask bench counter`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail and say what it measured"
)]

mod search_town;

use search_town::{Person, fill, open, people, spellings};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
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

#[tokio::test]
async fn held_out_spellings_are_found_while_typing() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = open(folder.path()).await;
    let people = people();
    fill(&mut connection, &people).await;
    let size = std::fs::metadata(folder.path().join("town.db")).unwrap().len();
    println!("file {:.1} MB", size as f64 / 1e6);
    if std::env::var_os("SEARCH_MISSES").is_some() {
        recall(&mut connection, &people, "tune").await;
    }
    let (found, all) = recall(&mut connection, &people, "held").await;
    assert!(all >= 2_000 && found * 100 >= all * 95, "recall@10 {found} of {all}");
}
