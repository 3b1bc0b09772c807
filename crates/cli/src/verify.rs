//! The proof of the town's file.

use crate::answer::{Answer, Failure, Shown, fact, said};
use crate::arguments::Common;
use crate::open::open;
use crate::progress::Bar;
use contract::Progress;
use domain::Bilingual;
use serde_json::json;

/// Entries between two looks at the bar: the proof itself must not wait for the terminal.
const SHOW_EVERY: u64 = 20_000;

/// Reads every page, re-hashes, re-checks, folds again, compares.
pub async fn run(common: &Common, shown: Shown) -> Result<Answer, Failure> {
    let office = open(common).await?;
    let mut bar = Bar::new(shown);
    let (mut next, mut last) = (0, 0);
    let verified = office
        .verify(|done, of| {
            // The second walk, over the projections, counts from the beginning again.
            if done >= next || done < last {
                next = done + SHOW_EVERY;
                let what = match of {
                    0 => Bilingual::new("फ़ाइल पढ़ी जा रही है", "Reading the file"),
                    _ => Bilingual::new("जाँच", "Proving"),
                };
                bar.show(&Progress { what, done, of });
            }
            last = done;
        })
        .await?;
    drop(bar);
    let digest = office.open_town().await?.store.digest().await?;
    let json = json!({
        "holds": verified.first_difference.is_none(),
        "first_difference": verified.first_difference,
        "chains": verified.chains,
        "entries": verified.entries,
        "signatures": verified.signatures,
        "rows": verified.rows,
        "digest": digest.hash,
        "incomplete": digest.incomplete,
    });
    let mut lines = vec![
        fact("शृंखलाएँ", "Chains", verified.chains),
        fact("प्रविष्टियाँ", "Entries", verified.entries),
        fact("हस्ताक्षर", "Signatures", verified.signatures),
        fact("तुलना की गई पंक्तियाँ", "Rows compared", verified.rows),
        fact("सार", "Digest", digest.hash),
    ];
    lines.push(match &verified.first_difference {
        None => said("सब मेल खाता है।", "Everything holds."),
        Some(difference) => {
            said(format!("पहला अंतर: {difference}"), format!("First difference: {difference}"))
        }
    });
    Ok(Answer { json, lines, yes: verified.first_difference.is_none() })
}
