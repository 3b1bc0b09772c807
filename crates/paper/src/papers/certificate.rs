//! The certificate of payment: given where a receipt is lost, since no second receipt may be.

use super::{Consumer, Letterhead, Paper, Seal, VERIFY, set_foot};
use crate::PaperError;
use crate::compose::{Beside, Composer, Fact, fact, label};
use domain::{Bilingual, BusinessDate, Paise};
use serde::{Deserialize, Serialize};

/// The version of the certificate's template.
const TEMPLATE_VERSION: u16 = 1;

const LEGEND_HINDI: &str = "यह प्रमाण-पत्र रसीद की प्रति नहीं है (उ.प्र. वित्तीय हस्तपुस्तिका, खंड V भाग I, प्रस्तर 75)।";
const LEGEND_ENGLISH: &str =
    "This certificate is not a copy of the receipt (U.P. Financial Hand Book Vol. V Pt. I, para 75).";

/// Says that on a day a sum was received on an account. It is not a copy of the receipt (U.P. Financial Hand Book
/// Vol. V Pt. I, para 75) and has a series of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The town.
    pub letterhead: Letterhead,
    /// The certificate's own number.
    pub number: String,
    /// When it was issued.
    pub issued_at_unix_ms: i64,
    /// The receipt's number, for the office to find it.
    pub receipt_number: String,
    /// The day the money was received on.
    pub received_on: BusinessDate,
    /// Who brought the money.
    pub payer: String,
    /// Whose account it is.
    pub consumer: Consumer,
    /// What was paid.
    pub subject: Bilingual,
    /// The sum received.
    pub amount: Paise,
    /// How it was paid.
    pub mode: Bilingual,
    /// True where the bank has not yet said that the money has come.
    pub subject_to_realisation: bool,
    /// Who asked for the certificate.
    pub applicant: String,
    /// The fee for the certificate and its receipt, where one was taken.
    pub fee: Option<(Paise, String)>,
    /// Who certifies.
    pub issued_by: Bilingual,
    /// QR, chain, device.
    pub seal: Seal,
}

impl Paper for Certificate {
    fn title(&self) -> String {
        format!("भुगतान प्रमाण-पत्र / Certificate of payment {}", self.number)
    }

    fn dated_unix_ms(&self) -> i64 {
        self.issued_at_unix_ms
    }

    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError> {
        let digits = self.letterhead.digits;
        set_foot(composer, &[&[LEGEND_HINDI], &[LEGEND_ENGLISH]], &self.seal, TEMPLATE_VERSION);
        composer.letterhead(&self.letterhead, label("भुगतान का प्रमाण-पत्र", "Certificate of payment"));
        composer.facts(&[vec![
            fact(label("प्रमाण-पत्र संख्या", "Certificate no."), &*self.number).share(1.25),
            fact(label("जारी करने का दिनांक", "Issued on"), digits.date_and_time(self.issued_at_unix_ms)),
        ]]);
        composer.paragraph(&self.statement_hindi(), &self.statement_english());
        composer.facts(&self.particulars());
        if self.subject_to_realisation {
            composer.banner(
                "राशि की बैंक से वसूली की सूचना अभी प्राप्त नहीं हुई है।",
                "The bank has not yet confirmed that the sum was realised.",
                false,
            );
        }
        let issued_by = Fact::both(label("जारीकर्ता", "Issued by"), &self.issued_by);
        let beside = Beside { amount: Some(self.amount), facts: vec![issued_by] };
        composer.code(&self.seal.qr, 36.0, VERIFY, beside)?;
        composer.signatures(&[label(
            "सक्षम अधिकारी के हस्ताक्षर एवं मुहर",
            "Signature and seal of the authorised officer",
        )]);
        Ok(())
    }
}

impl Certificate {
    fn statement_hindi(&self) -> String {
        let digits = self.letterhead.digits;
        let payer = if self.payer.trim().is_empty() { &self.consumer.name.hindi } else { &self.payer };
        format!(
            "प्रमाणित किया जाता है कि दिनांक {} को {} से \"{}\" के लेखे {} की राशि इस कार्यालय में प्राप्त हुई, \
             जो कार्यालय के अभिलेख में रसीद संख्या {} पर दर्ज है।",
            digits.date(self.received_on),
            payer,
            self.subject.hindi,
            digits.rupees(self.amount),
            self.receipt_number
        )
    }

    fn statement_english(&self) -> String {
        let digits = self.letterhead.digits;
        let payer = if self.payer.trim().is_empty() { &self.consumer.name.english } else { &self.payer };
        format!(
            "Certified that on {} a sum of {} on account of \"{}\" was received in this office from {}, and stands \
             in the records of the office under receipt no. {}.",
            digits.date(self.received_on),
            digits.rupees(self.amount),
            self.subject.english,
            payer,
            self.receipt_number
        )
    }

    fn particulars(&self) -> Vec<Vec<Fact>> {
        let consumer = &self.consumer;
        let fee = self.fee.as_ref().map_or_else(String::new, |(fee, receipt)| {
            format!("{} · {receipt}", self.letterhead.digits.rupees(*fee))
        });
        vec![
            vec![
                Fact::both(label("करदाता", "Assessee"), &consumer.name).share(1.25),
                Fact::both(label("पिता/पति", "Father/husband"), &consumer.father_or_husband),
            ],
            vec![
                fact(label("संपत्ति संख्या", "Property ID"), &*consumer.id),
                fact(label("पुरानी संख्या", "Old ID"), &*consumer.old_id),
                Fact::both(label("वार्ड", "Ward"), &consumer.ward),
            ],
            vec![
                Fact::both(label("मोहल्ला", "Locality"), &consumer.locality),
                Fact::both(label("पता", "Address"), &consumer.address).share(1.4),
            ],
            vec![
                Fact::both(label("भुगतान का माध्यम", "Mode of payment"), &self.mode),
                fact(label("आवेदक", "Applicant"), &*self.applicant),
                fact(label("शुल्क एवं रसीद", "Fee and receipt"), fee),
            ],
        ]
    }
}
