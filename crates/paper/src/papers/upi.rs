//! A UPI payment asked for: the text behind the code, and the code on paper.

use super::{COUNTER, Letterhead, Paper};
use crate::PaperError;
use crate::compose::{Beside, Composer, Fact, fact, label};
use domain::{Bilingual, Paise};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// What a payer's UPI app is asked to pay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpiRequest {
    /// The town's VPA.
    pub payee_vpa: String,
    /// The town's name as the bank knows it.
    pub payee_name: String,
    /// The sum.
    pub amount: Paise,
    /// Our reference, by which the bank's statement is matched; at most 35 characters.
    pub reference: String,
    /// What the payer's app shows.
    pub note: String,
    /// The bank's category of merchant (tax payments: 9311), where the bank gave one.
    pub merchant_code: Option<String>,
}

/// NPCI's limit for a reference.
const REFERENCE_CHARACTERS_MAX: usize = 35;

/// `upi://pay?…` after NPCI's linking specification 1.6; what a UPI QR code holds. A reference longer than 35 characters
/// is cut, since apps refuse it.
pub fn upi_uri(request: &UpiRequest) -> String {
    let amount = request.amount.0.unsigned_abs();
    let reference: String = request.reference.chars().take(REFERENCE_CHARACTERS_MAX).collect();
    let mut uri = String::from("upi://pay?pa=");
    push_encoded(&mut uri, &request.payee_vpa);
    for (name, value) in [
        ("pn", request.payee_name.as_str()),
        ("mc", request.merchant_code.as_deref().unwrap_or_default()),
        ("tr", &reference),
        ("tn", &request.note),
        ("am", &format!("{}.{:02}", amount / 100, amount % 100)),
        ("cu", "INR"),
    ] {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(uri, "&{name}=");
            push_encoded(&mut uri, value);
        }
    }
    uri
}

/// Percent-encodes all but letters, figures and the marks a VPA and a reference are made of.
fn push_encoded(uri: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
}

/// The code on paper, for a payer whose phone does not see the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpiSlip {
    /// The town.
    pub letterhead: Letterhead,
    /// What is asked for.
    pub request: UpiRequest,
    /// What it is for.
    pub subject: Bilingual,
    /// Whose account it is.
    pub consumer_name: Bilingual,
    /// The property's or connection's number.
    pub consumer_id: String,
    /// The counter.
    pub counter: String,
    /// When it was asked.
    pub asked_at_unix_ms: i64,
}

impl Paper for UpiSlip {
    fn title(&self) -> String {
        format!("UPI भुगतान / UPI payment {}", self.request.reference)
    }

    fn dated_unix_ms(&self) -> i64 {
        self.asked_at_unix_ms
    }

    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError> {
        let digits = self.letterhead.digits;
        composer.set_foot(&[&[
            "यह रसीद नहीं है। भुगतान के बाद काउंटर से रसीद लें।",
            "This is not a receipt. Take the receipt at the counter after paying.",
        ]]);
        composer.letterhead(&self.letterhead, label("UPI से भुगतान", "Pay by UPI"));
        composer.facts(&[
            vec![
                Fact::both(label("विषय", "On account of"), &self.subject).share(1.25),
                fact(label("राशि", "Amount"), digits.rupees(self.request.amount)).strong(),
            ],
            vec![
                Fact::both(label("करदाता", "Assessee"), &self.consumer_name).share(1.25),
                fact(label("संपत्ति संख्या", "Property ID"), &*self.consumer_id),
            ],
        ]);
        let facts = vec![
            fact(label("प्राप्तकर्ता VPA", "Payee VPA"), &*self.request.payee_vpa),
            fact(label("प्राप्तकर्ता", "Payee"), &*self.request.payee_name),
            fact(label("संदर्भ", "Reference"), &*self.request.reference),
            fact(COUNTER, &*self.counter),
            fact(label("समय", "Time"), digits.date_and_time(self.asked_at_unix_ms)),
        ];
        let caption = label("किसी भी UPI ऐप से स्कैन करें", "Scan with any UPI app");
        let beside = Beside { amount: Some(self.request.amount), facts };
        composer.code(&upi_uri(&self.request), 56.0, caption, beside)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uri_is_what_apps_read() {
        let request = UpiRequest {
            payee_vpa: "nnhaldwani@sbi".to_owned(),
            payee_name: "Nagar Nigam Haldwani".to_owned(),
            amount: Paise(12_345_650),
            reference: "248459/C03-b/2026-27/000417-0123456789".to_owned(),
            note: "संपत्ति कर & जल".to_owned(),
            merchant_code: Some("9311".to_owned()),
        };
        assert_eq!(
            upi_uri(&request),
            "upi://pay?pa=nnhaldwani@sbi&pn=Nagar%20Nigam%20Haldwani&mc=9311&tr=248459/C03-b/2026-27/000417-0123456\
             &tn=%E0%A4%B8%E0%A4%82%E0%A4%AA%E0%A4%A4%E0%A5%8D%E0%A4%A4%E0%A4%BF%20%E0%A4%95%E0%A4%B0%20%26%20%E0%A4%9C%E0%A4%B2&am=123456.50&cu=INR"
        );
    }
}
