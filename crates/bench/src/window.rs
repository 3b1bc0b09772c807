//! The window from outside: from the program's start to a focused sign-in field, from Enter there to a focused omnibox,
//! and what it holds of memory with the big town open. Beside it an empty window of the same Tauri
//! (`src-tauri/examples/empty_window.rs`), the two started in turns.

use crate::clock;
use crate::desk::Desk;
use crate::driver::Window;
use crate::rows::{print, say};
use anyhow::{Context as _, Result};
use demo::staff::CLERK;
use journal::lockbox::{self, Effort};
use machine::OperatingSystem;
use measure::{Bar, Row, quantile};
use std::path::Path;
use std::time::Duration;

/// Times the empty window.
const START_BAR: f64 = 1.3;
/// Milliseconds beyond argon2.
const SIGN_IN_BAR: f64 = 150.0;
/// Megabytes: the program's own process, and what all of them may hold beyond the empty window's.
const MEMORY_BAR: f64 = 250.0;
const ROUNDS: usize = 9;
/// After this the first garbage is collected and nothing is drawn any more.
const SETTLED: Duration = Duration::from_secs(3);
/// A letter each, as a clerk looks for somebody.
const TYPED: &str = "mohan si";

/// When a field got the focus, in the page's time: both pages note it themselves as it happens. Asking from outside would
/// measure when the page next has time for a question. The first is the field that stands before the screens do and takes
/// the typing; the second is the sign-in's own, with everything around it: told, and what the other figures begin at.
const EMPTY_FOCUSED: &str = "return window.focusedAt || null;";
const FIELD_FOCUSED: &str = "const noted = performance.getEntriesByName('early field')[0]; \
    return noted ? performance.timeOrigin + noted.startTime : null;";
const SIGN_IN_FOCUSED: &str = "return document.activeElement && document.activeElement.id === 'password' \
    ? performance.timeOrigin + performance.now() : null;";
/// Notes the times of Enter and of the omnibox's focus as they happen, in the page.
const WATCH_SIGN_IN: &str = "\
    addEventListener('keydown', event => { if (event.key === 'Enter') window.enterAt = performance.now(); }, true); \
    addEventListener('focusin', event => { if (event.target.id === 'omnibox') window.omniboxAt = performance.now(); }, true);";
const SIGN_IN_TOOK: &str = "return window.omniboxAt ? window.omniboxAt - window.enterAt : null;";
const HITS_SHOWN: &str = "return document.querySelectorAll('[role=option]').length || null;";

/// Times and bytes of all rounds.
#[derive(Default)]
struct Rounds {
    ours_start_ms: Vec<f64>,
    whole_screen_ms: Vec<f64>,
    empty_start_ms: Vec<f64>,
    sign_in_ms: Vec<f64>,
    argon2_ms: Vec<f64>,
    own_mb: Vec<f64>,
    all_mb: Vec<f64>,
    empty_all_mb: Vec<f64>,
}

/// Prints the rows. `program` is the release window, `empty` the empty one, `counter` the folder of the big town.
pub async fn measure(program: &Path, empty: &Path, counter: &Path, scratch: &Path) -> Result<()> {
    // Who signs in was here before and left a shift open.
    let desk = Desk::open(counter).await?;
    desk.sign_in(&CLERK).await?;
    desk.open_shift().await?;
    desk.office.close().await;
    let mut rounds = Rounds::default();
    // The first start of each reads its files from the disk, and ours keeps what the next one draws. Not counted.
    empty_round(empty, scratch, &mut Rounds::default()).await?;
    first_start(program, counter, scratch).await?;
    for turn in 1..=ROUNDS {
        empty_round(empty, scratch, &mut rounds).await?;
        round(program, counter, scratch, &mut rounds).await?;
        rounds.argon2_ms.push(argon2_ms()?);
        say(&format!("  window {turn} of {ROUNDS}"));
    }
    rows(&mut rounds)
}

fn rows(rounds: &mut Rounds) -> Result<()> {
    let middle = |list: &mut Vec<f64>| quantile(list, 0.5).context("no rounds");
    say(&format!("  the whole sign-in screen stands after {:.0} ms", middle(&mut rounds.whole_screen_ms)?));
    let start = (middle(&mut rounds.ours_start_ms)?, middle(&mut rounds.empty_start_ms)?);
    print(&Row::beside(
        "cold start to a focused sign-in field",
        start.0,
        "ms",
        "empty window",
        start.1,
        Bar::TimesAtMost(START_BAR),
    ));
    let sign_in = (middle(&mut rounds.sign_in_ms)?, middle(&mut rounds.argon2_ms)?);
    print(&Row::beside(
        "Enter at sign-in to a focused omnibox",
        sign_in.0,
        "ms",
        "argon2 alone",
        sign_in.1,
        Bar::AboveAtMost(SIGN_IN_BAR),
    ));
    let own = middle(&mut rounds.own_mb)?;
    print(&Row::alone("resident memory, own process", own, "MB", Bar::AtMost(MEMORY_BAR)));
    let all = (middle(&mut rounds.all_mb)?, middle(&mut rounds.empty_all_mb)?);
    print(&Row::beside(
        "resident memory, all processes",
        all.0,
        "MB",
        "empty window",
        all.1,
        Bar::AboveAtMost(MEMORY_BAR),
    ));
    Ok(())
}

async fn empty_round(program: &Path, scratch: &Path, rounds: &mut Rounds) -> Result<()> {
    let window = Window::open(program, &[], scratch).await?;
    rounds.empty_start_ms.push(window.number_from(EMPTY_FOCUSED).await? - window.started_ms);
    tokio::time::sleep(SETTLED).await;
    rounds.empty_all_mb.push(memory(window.process)?.1);
    window.close().await
}

async fn open_counter(program: &Path, counter: &Path, scratch: &Path) -> Result<Window> {
    Window::open(program, &["--folder", &counter.to_string_lossy()], scratch).await
}

/// A start that is not counted: it ends when the whole sign-in stands, for only then is the early field's look kept.
async fn first_start(program: &Path, counter: &Path, scratch: &Path) -> Result<()> {
    let window = open_counter(program, counter, scratch).await?;
    window.number_from(SIGN_IN_FOCUSED).await?;
    tokio::time::sleep(SETTLED).await;
    window.close().await
}

async fn round(program: &Path, counter: &Path, scratch: &Path, rounds: &mut Rounds) -> Result<()> {
    let window = open_counter(program, counter, scratch).await?;
    rounds.ours_start_ms.push(window.number_from(FIELD_FOCUSED).await? - window.started_ms);
    rounds.whole_screen_ms.push(window.number_from(SIGN_IN_FOCUSED).await? - window.started_ms);
    window.script(WATCH_SIGN_IN).await?;
    window.type_text(CLERK.password).await?;
    window.type_text("\u{e007}").await?;
    rounds.sign_in_ms.push(window.number_from(SIGN_IN_TOOK).await?);
    window.type_text(TYPED).await?;
    window.number_from(HITS_SHOWN).await?;
    tokio::time::sleep(SETTLED).await;
    let (own, all) = memory(window.process)?;
    rounds.own_mb.push(own);
    rounds.all_mb.push(all);
    window.close().await
}

/// Deriving a key from a password as sign-in does it, and nothing else.
fn argon2_ms() -> Result<f64> {
    let locked = lockbox::lock("a password", "bench", &[7; 32], Effort::default(), &mut OperatingSystem)?;
    let begun = clock::now();
    lockbox::open("a password", "bench", &locked)?;
    Ok(clock::ms(begun.elapsed()))
}

/// Resident megabytes (`VmRSS`) of a process, and of it with all that descend from it. Pages that two of them share
/// count twice, in the empty window as in ours.
fn memory(process: u32) -> Result<(f64, f64)> {
    let own = resident_mb(process).context("the window is gone")?;
    let mut family = vec![process];
    let mut at = 0;
    let processes = processes()?;
    while let Some(parent) = family.get(at).copied() {
        family.extend(processes.iter().filter(|(_, its)| *its == parent).map(|(child, _)| *child));
        at += 1;
    }
    Ok((own, family.into_iter().filter_map(resident_mb).sum()))
}

/// Every process with its parent.
fn processes() -> Result<Vec<(u32, u32)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // It may have ended meanwhile.
        if let Some(parent) = status(process, "PPid:").and_then(|text| text.parse().ok()) {
            found.push((process, parent));
        }
    }
    Ok(found)
}

fn resident_mb(process: u32) -> Option<f64> {
    let kib: f64 = status(process, "VmRSS:")?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn status(process: u32, field: &str) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next().map(str::to_owned)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_a_process_and_of_those_below_it_is_read() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let own_number = std::process::id();
        assert!(processes().unwrap().contains(&(child.id(), own_number)));
        let (own, all) = memory(own_number).unwrap();
        assert!(own > 1.0 && all > own, "{own} MB, {all} MB with the child");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(memory(child.id()).is_err(), "a process that is gone has none");
    }
}
