//! Is this paper genuine? The text of its QR against the state's root alone, or against a town's file as well.

use crate::answer::{Answer, Failure, fact, said};
use crate::arguments::{Common, VerifyPaper};
use crate::open::{open, read_secret, sign_in};
use contract::{Reply, Request, Verdict, Verification};
use domain::identity::PublicKey;
use office::OfficeError;
use serde_json::json;

/// Checks the text. With `--state-root` no town's file is needed, nor anybody's password.
pub async fn run(common: &Common, ask: &VerifyPaper) -> Result<Answer, Failure> {
    let text = match (&ask.text, &ask.file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => read_secret(file)?.to_string(),
        (None, None) => {
            return Err(Failure::asked(
                "E-CLI-003",
                "text",
                "QR का पाठ दें, या --file से फ़ाइल बताएँ।",
                "Give the text of the QR, or a file with --file.",
            ));
        }
    };
    let verification = match &ask.state_root {
        Some(root) => office::verify_paper_text(&text, &state_root(root)?),
        None => {
            let office = open(common).await?;
            sign_in(&office, common).await?;
            match office.answer(Request::VerifyPaper { text }).await? {
                Reply::Verification(verification) => verification,
                _ => return Err(OfficeError::NoTown.into()),
            }
        }
    };
    Ok(of_verification(&verification))
}

/// The root's 64 hexadecimal digits, or a file that holds them.
fn state_root(text: &str) -> Result<PublicKey, Failure> {
    let read = PublicKey::from_hex(text.trim());
    let read = read.or_else(|| {
        let file = std::fs::read_to_string(text).ok()?;
        PublicKey::from_hex(file.trim())
    });
    read.ok_or_else(|| {
        Failure::asked(
            "E-CLI-004",
            "state_root",
            "राज्य की मूल कुंजी 64 षोडशाधारी अंकों की होती है, या उसकी फ़ाइल का नाम दें।",
            "The state root is 64 hexadecimal digits, or the name of a file that holds them.",
        )
    })
}

fn of_verification(verification: &Verification) -> Answer {
    let words = &verification.words;
    let mut lines = vec![said(words.hindi.clone(), words.english.clone())];
    if let Some(claim) = &verification.claim {
        lines.extend([
            fact("संख्या", "Number", &claim.number),
            fact("दिनांक", "Date", claim.business_date),
            fact("राशि ₹", "Amount ₹", claim.amount_paise),
            fact("प्रविष्टि", "Entry", claim.receipt.hash),
        ]);
    }
    Answer { json: json!(verification), lines, yes: verification.verdict == Verdict::Genuine }
}
