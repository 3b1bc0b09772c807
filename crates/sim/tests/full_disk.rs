//! A disk takes a commit but for its last write: the clerk is told that nothing was recorded, and the receipt must not stand
//! at the next start.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use sim::world::{Plan, Scale, Weather, run};

/// The run in which it was seen, made smaller.
#[tokio::test]
async fn a_receipt_that_a_full_disk_refused_does_not_stand_at_the_next_start() {
    let plan = Plan::of(1_906, Scale::Day).without(Weather::Visits).without(Weather::Flips);
    let plan = plan.only(vec![2, 7, 9, 12, 13, 14, 16, 18, 23, 31, 32, 35, 37, 39]);
    let story = Box::pin(run(&plan)).await.unwrap();
    assert!(story.times("refusals of a full disk") > 0, "{story}");
}
