//! What the town's file holds, and what the server has not confirmed.

use crate::answer::{Answer, Failure, fact};
use crate::arguments::Common;
use crate::open::{folder, open, situation};
use serde_json::json;
use store::query::{desk, people};

/// Town, register, chains, unsent money, digest.
pub async fn run(common: &Common) -> Result<Answer, Failure> {
    let office = open(common).await?;
    let situation = situation(&office).await?;
    let town = office.open_town().await?;
    let digest = town.store.digest().await?;
    let mut reading = town.store.reading().await?;
    let chains = desk::chains(&mut reading).await?;
    let devices = people::devices(&mut reading).await?;
    drop(reading);
    let entries: u64 = chains.iter().map(|chain| chain.head.seq).sum();
    let properties = situation.town.as_ref().map_or(0, |town| town.properties);
    let chains = chains.iter().map(|chain| {
        let device = devices.iter().find(|device| device.device == chain.head.device);
        json!({
            "device": chain.head.device,
            "name": device.map(|device| device.name.as_str()),
            "counter": device.map(|device| device.counter.as_str()),
            "revoked": device.is_some_and(|device| device.revoked),
            "epoch": chain.head.epoch,
            "entries": chain.head.seq,
            "folded": chain.folded_seq,
            "head": chain.head.hash,
            "last_at_ms": chain.last_at_ms,
        })
    });
    let json = json!({
        "folder": folder(common),
        "town": situation.town,
        "state_root": town.state_root,
        "server": situation.server,
        "staff": situation.staff.len(),
        "entries": entries,
        "chains": chains.collect::<Vec<_>>(),
        "unsent": situation.unsent,
        "digest": digest.hash,
        "incomplete": digest.incomplete,
        "version": situation.version,
    });
    let name = &town.name;
    let lines = vec![
        fact(
            "नगर",
            "Town",
            format!("{} ({})", if name.english.is_empty() { &name.hindi } else { &name.english }, town.code),
        ),
        fact("कंप्यूटर", "Device", format!("{} ({})", town.identity.name, town.identity.counter.0)),
        fact("संपत्तियाँ", "Properties", properties),
        fact("प्रविष्टियाँ", "Entries", entries),
        fact("अनभेजी रसीदें", "Unsent receipts", situation.unsent.receipts),
        fact("अनभेजी राशि ₹", "Unsent ₹", situation.unsent.amount_paise),
        fact("सर्वर", "Server", &situation.server),
        fact("सार", "Digest", digest.hash),
    ];
    Ok(Answer::yes(json, lines))
}
