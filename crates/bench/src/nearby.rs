//! Two counters of one building: from a receipt on the disk of one to the same receipt on the disk of the other.

use crate::clock;
use crate::rows::{print, say};
use crate::twelve::Twelve;
use anyhow::{Context as _, Result, bail};
use contract::{LocalNetwork, Request};
use domain::Paise;
use measure::{Bar, Row, quantile};
use std::time::Duration;

const RECEIPTS: usize = 200;
/// "Visible at the next counter in under a second."
const BAR_MS: f64 = 1_000.0;
const ARRIVAL_WAIT: Duration = Duration::from_secs(20);
/// A clerk does not press again at once.
const BETWEEN: Duration = Duration::from_millis(40);

/// No server runs for them: what arrives came over the local network.
pub async fn measure(twelve: &Twelve) -> Result<()> {
    let (Some(one), Some(two)) = (twelve.desks.get(2), twelve.desks.get(3)) else { bail!("two counters") };
    for desk in [one, two] {
        desk.office.stop_exchange();
        desk.office.start_local_network().await;
    }
    let port = one.office.hub_address().await.context("the first does not answer")?.port();
    // The second only asks: what it hears it hears because it waits for news.
    let settings = LocalNetwork { on: true, addresses: vec![format!("127.0.0.1:{port}")] };
    two.ask(Request::SetLocalNetwork(settings)).await?;
    let (from, to) = (one.office.open_town().await?, two.office.open_town().await?);
    say(&format!("{RECEIPTS} receipts cross the building"));
    let mut times = Vec::with_capacity(RECEIPTS);
    for (at, row) in
        twelve.rows.iter().filter(|row| !row.dues.is_empty()).rev().take(RECEIPTS + 1).enumerate()
    {
        let press = one.take(&row.property.property_id, Paise(10_000)).await?;
        let begun = clock::now();
        let head = from.store.vector().await?.into_iter().find(|head| head.device == from.device);
        let head = head.context("the first counter's chain")?;
        let mut growth = to.store.growth();
        let arrived = async {
            while !to.store.vector().await?.contains(&head) {
                growth.changed().await?;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(ARRIVAL_WAIT, arrived).await.context("a receipt did not arrive")??;
        // With the first they come to know each other.
        if at > 0 {
            // The receipt was on the disk before its paper was made.
            times.push(clock::ms(begun.elapsed()) + press.answered_ms - press.durable_ms);
        }
        tokio::time::sleep(BETWEEN).await;
    }
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let at = quantile(&mut times, share).context("no times")?;
        print(&Row::alone(
            &format!("a receipt at the next counter of the building, {name}"),
            at,
            "ms",
            Bar::AtMost(BAR_MS),
        ));
    }
    Ok(())
}
