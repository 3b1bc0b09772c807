//! One exchange with the server now, waited for.

use crate::answer::{Answer, Failure, fact, said};
use crate::arguments::Common;
use crate::open::{open, situation};
use contract::{Problem, Situation, SyncState};
use office::Office;
use serde_json::json;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(100);
/// An exchange that has not begun by then has nothing to do.
const BEGINS_WITHIN: u32 = 30;

/// Exchanges until both sides hold the same, or until it fails.
pub async fn run(common: &Common) -> Result<Answer, Failure> {
    let office = open(common).await?;
    if situation(&office).await?.server.is_empty() {
        return Err(Failure::asked(
            "E-CLI-007",
            "server",
            "इस नगर के लिए कोई सर्वर तय नहीं है।",
            "No server is set for this town.",
        ));
    }
    let after = once(&office).await?;
    office.index_mobiles().await?;
    let town = office.open_town().await?;
    let digest = town.store.digest().await?;
    let entries: u64 = town.store.vector().await?.iter().map(|head| head.seq).sum();
    let problem = office.exchange_problem();
    office.close().await;
    let json = json!({
        "state": after.sync,
        "problem": problem,
        "server": after.server,
        "unsent": after.unsent,
        "entries": entries,
        "digest": digest.hash,
        "incomplete": digest.incomplete,
        "arriving": after.arriving,
    });
    let mut lines = vec![
        fact("सर्वर", "Server", &after.server),
        fact("विनिमय", "Exchange", format!("{:?}", after.sync)),
        fact("प्रविष्टियाँ", "Entries", entries),
        fact("अनभेजी रसीदें", "Unsent receipts", after.unsent.receipts),
        fact("अनभेजी राशि ₹", "Unsent ₹", after.unsent.amount_paise),
        fact("सार", "Digest", digest.hash),
    ];
    if let Some(arriving) = after.arriving {
        let of = |done: u64, all: u64| format!("{done} / {all}");
        lines.push(fact("आ चुके अभिलेख", "Records arrived", of(arriving.records_done, arriving.records)));
        lines.push(fact("आ चुकी रसीदें", "Receipts arrived", of(arriving.receipts_done, arriving.receipts)));
        let amount = format!("{} / {}", arriving.amount_done_paise, arriving.amount_paise);
        lines.push(fact("आ चुकी राशि ₹", "₹ arrived", amount));
    }
    if let Some(problem) = problem {
        let Problem { code, message, .. } = problem;
        lines.push(said(format!("{code}: {}", message.hindi), format!("{code}: {}", message.english)));
    }
    Ok(Answer { json, lines, yes: after.sync == SyncState::Idle && after.unsent.receipts == 0 })
}

/// One exchange to its end; what the office says then.
pub async fn once(office: &Office) -> Result<Situation, Failure> {
    office.start_exchange().await?;
    let (mut begun, mut looks) = (false, 0);
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let now = situation(office).await?;
        begun |= now.sync == SyncState::Busy;
        looks += 1;
        if now.sync != SyncState::Busy && (begun || looks >= BEGINS_WITHIN || now.sync == SyncState::Failed) {
            return Ok(now);
        }
    }
}
