//! Makes a failing run smaller: leaves out kinds of weather and stretches of events as long as it still breaks the same
//! way.

use super::plan::{Plan, Weather};
use super::{Broken, run};

/// Runs tried for one failing seed at the most.
const TRIES: u32 = 150;

/// A smaller run that still fails, with how it fails.
pub async fn shrink(plan: Plan, broken: Broken) -> (Plan, Broken) {
    let mut smallest = (plan, broken);
    let mut tries = TRIES;
    for weather in Weather::ALL {
        let smaller = smallest.0.without(weather);
        try_smaller(&mut smallest, smaller, &mut tries).await;
    }
    let mut stretch = smallest.0.events.len().div_ceil(2);
    while stretch > 0 && tries > 0 {
        let mut at = 0;
        while at < smallest.0.events.len() && tries > 0 {
            let mut events = smallest.0.events.clone();
            events.drain(at..(at + stretch).min(events.len()));
            let smaller = smallest.0.only(events);
            if !try_smaller(&mut smallest, smaller, &mut tries).await {
                at += stretch;
            }
        }
        stretch /= 2;
    }
    smallest
}

async fn try_smaller(smallest: &mut (Plan, Broken), smaller: Plan, tries: &mut u32) -> bool {
    if smaller == smallest.0 || *tries == 0 {
        return false;
    }
    *tries -= 1;
    match run(&smaller).await {
        Err(broken) if broken.is_like(&smallest.1) => {
            *smallest = (smaller, broken);
            true
        }
        _ => false,
    }
}
