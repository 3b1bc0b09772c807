//! What happened to a receipt, and why it may be in dispute.

use crate::{Office, OfficeError, Town};
use contract::HistoryLine;
use domain::fact::Fact;
use domain::{Bilingual, ChainHead};
use store::query::{people, receipts};

impl Office {
    pub(crate) async fn dispute_words(
        &self,
        town: &Town,
        at: &ChainHead,
    ) -> Result<Option<Bilingual>, OfficeError> {
        let reason = receipts::dispute(&mut *town.store.reading().await?, at).await?;
        Ok(reason.map(|reason| words_of_dispute(&reason)))
    }

    pub(crate) async fn history_of(
        &self,
        town: &Town,
        at: &ChainHead,
    ) -> Result<Vec<HistoryLine>, OfficeError> {
        let mut reading = town.store.reading().await?;
        let staff = people::staff(&mut reading).await?;
        let events = receipts::events(&mut reading, at).await?;
        drop(reading);
        let mut history = Vec::with_capacity(events.len());
        for event in events {
            let entry = town.store.entry(&event).await?;
            let who = entry.author.and_then(|author| staff.iter().find(|person| person.user == author.user));
            let Some(what) = entry.fact()?.and_then(|fact| self.words_of_event(&fact)) else { continue };
            history.push(HistoryLine {
                at_ms: entry.at_ms,
                who: who.map(|person| person.name.clone()).unwrap_or_default(),
                what,
            });
        }
        Ok(history)
    }

    fn words_of_event(&self, fact: &Fact) -> Option<Bilingual> {
        match fact {
            Fact::ReceiptCancelled(body) => {
                let reason = masters::cancel_reasons().ok().and_then(|reasons| reasons.get(&body.reason));
                let reason = reason.map(|reason| reason.name.clone()).unwrap_or_default();
                Some(Bilingual::new(
                    format!("निरस्त: {} {}", reason.hindi, body.remark),
                    format!("Cancelled: {} {}", reason.english, body.remark),
                ))
            }
            Fact::ReceiptReprinted(body) => {
                let as_written = || Bilingual::new(body.reason.as_str(), body.reason.as_str());
                let reason = self.reprint_reason(&body.reason).unwrap_or_else(|_| as_written());
                Some(Bilingual::new(
                    format!("दोबारा छपी ({}): {}", body.copy, reason.hindi),
                    format!("Printed again ({}): {}", body.copy, reason.english),
                ))
            }
            Fact::PaymentCertified(body) => Some(Bilingual::new(
                format!("भुगतान प्रमाण-पत्र {}: {}", body.serial, body.issued_to),
                format!("Certificate of payment {}: {}", body.serial, body.issued_to),
            )),
            _ => None,
        }
    }
}

/// A dispute in people's language. The fold names them by stable words.
pub(crate) fn words_of_dispute(reason: &str) -> Bilingual {
    let (hindi, english) = match reason {
        "beyond-cut" => {
            ("कंप्यूटर की मान्यता समाप्त होने के बाद लिखा गया", "Written after trust in the device was ended")
        }
        "device-not-enrolled" => {
            ("लिखने वाला कंप्यूटर नगर में दर्ज नहीं था", "The device was not enrolled in the town")
        }
        "no-author" | "no-grant" | "role" => {
            ("लिखने वाले के पास इसका अधिकार नहीं था", "The writer had no authority for it")
        }
        "series" | "number" | "number-year" => {
            ("रसीद संख्या की श्रृंखला टूटी है", "The number does not follow its series")
        }
        "shift" | "no-shift" => ("खुली पाली के बाहर लिखा गया", "Written outside an open shift"),
        "claim" => ("रसीद के क्यूआर से मेल नहीं खाता", "It does not agree with the paper's QR"),
        "closed-twice" => ("पाली पहले ही बंद की जा चुकी थी", "The shift had been closed before"),
        "limits" => ("राशि या पंक्तियाँ सीमा से बाहर हैं", "Amount or lines are beyond the limit"),
        "approval-role" | "approval-signature" | "same-person" => {
            ("दूसरे व्यक्ति की स्वीकृति मान्य नहीं है", "The second person's approval does not hold")
        }
        _ => ("नियम के विरुद्ध", "Against a rule"),
    };
    Bilingual::new(format!("विवादित: {hindi}"), format!("Disputed: {english}"))
}
