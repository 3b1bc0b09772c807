//! Each keystroke in the omnibox, on the register of 50,000 owners: the request the screen sends, until its hits are
//! there, by the wall's clock.

use crate::clock;
use crate::desk::Desk;
use crate::rows::{print, say};
use anyhow::{Context as _, Result};
use contract::Request;
use domain::register::RegisterRow;
use measure::{Bar, Row, quantile};
use std::path::Path;

/// Milliseconds.
const BAR: f64 = 15.0;
/// Coprime to the number of houses.
const STRIDE: usize = 15_485_863;
/// Slowest keystrokes that are named.
const TOLD: usize = 40;
/// Owners typed, each in several ways.
const OWNERS: usize = 60;
/// Spellings made by other transliterators (`crates/domain/tests/data/search`); every so many-th is typed.
const SPELLINGS: &str = include_str!("../../domain/tests/data/search/spellings.tsv");
const SPELLINGS_STEP: usize = 30;

/// Prints the row.
pub async fn measure(counter: &Path, rows: &[RegisterRow]) -> Result<()> {
    let desk = Desk::open(counter).await?;
    desk.sign_in(&demo::staff::CLERK).await?;
    let (mut times, mut spent_times): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut typed: Vec<(f64, String)> = Vec::new();
    for text in keystrokes(rows)? {
        let (begun, spent) = (clock::now(), clock::processor_time());
        desk.ask(Request::Search { text: text.clone() }).await?;
        let time = clock::ms(begun.elapsed());
        spent_times.push(clock::ms(clock::processor_time().saturating_sub(spent)));
        typed.push((time, text));
        times.push(time);
    }
    desk.office.close().await;
    let p99 = quantile(&mut times, 0.99).context("no keystrokes")?;
    say(&format!(
        "  of the processor alone: p50 {:.2} ms, p99 {:.2} ms",
        quantile(&mut spent_times, 0.5).context("no keystrokes")?,
        quantile(&mut spent_times, 0.99).context("no keystrokes")?
    ));
    say(&format!(
        "{} keystrokes: p50 {:.2} ms, p99 {p99:.2} ms",
        times.len(),
        quantile(&mut times, 0.5).context("no keystrokes")?,
    ));
    typed.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (time, text) in typed.iter().take(TOLD) {
        say(&format!("  {time:6.2} ms at {text:?}"));
    }
    print(&Row::alone("search among 50,000 owners, a keystroke, p99", p99, "ms", Bar::AtMost(BAR)));
    Ok(())
}

/// Every beginning, from one letter, of what clerks type: names in both scripts, as recorded and misspelt, with a
/// locality, numbers from either end, mobiles, doors.
fn keystrokes(rows: &[RegisterRow]) -> Result<Vec<String>> {
    let boundary = masters::boundary(crate::town::TOWN)?.context("the boundary of the town")?;
    let mut texts: Vec<String> = SPELLINGS
        .lines()
        .filter_map(|line| line.split('\t').nth(3))
        .map(str::to_owned)
        .step_by(SPELLINGS_STEP)
        .collect();
    for turn in 0..OWNERS {
        let row = rows.get(turn * STRIDE % rows.len()).context("an empty register")?;
        let property = &row.property;
        let locality = boundary.localities().iter().find(|one| one.code == property.locality);
        let place = locality.map(|one| one.name.english.as_str()).unwrap_or_default();
        texts.extend([
            property.owner_hindi.clone(),
            format!("{} {place}", property.owner_english),
            property.property_id.clone(),
            property.property_id.chars().skip(10).collect(),
            property.old_id.clone(),
            row.mobile.clone(),
            property.door_number.clone(),
            property.guardian_english.clone(),
        ]);
    }
    let beginnings = |text: String| {
        let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        ends.into_iter().filter_map(move |end| text.get(..end).map(str::to_owned))
    };
    Ok(texts.into_iter().flat_map(beginnings).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::register::Property;

    #[test]
    fn every_beginning_is_typed_in_whichever_script() {
        let property = Property {
            owner_hindi: "सीता".to_owned(),
            property_id: "PT-248459-000001".to_owned(),
            ..Property::default()
        };
        let row = RegisterRow { property, mobile: "6100000001".to_owned(), dues: Vec::new() };
        let typed = keystrokes(&[row]).unwrap();
        for beginning in ["स", "सी", "सीत", "सीता", "PT-2", "00000", "6100000001"] {
            assert!(typed.iter().any(|text| text == beginning), "{beginning}");
        }
    }
}
