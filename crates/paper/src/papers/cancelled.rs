//! The slip that stands for a cancelled receipt.

use super::{CLERK, COUNTER, Letterhead, Paper, REASON, RECEIPT_NUMBER, Seal, VERIFY, set_foot};
use crate::PaperError;
use crate::compose::{Beside, Composer, Fact, fact, label};
use domain::{Bilingual, BusinessDate, Paise};
use serde::{Deserialize, Serialize};

/// The version of the slip's template.
const TEMPLATE_VERSION: u16 = 1;

const LEGEND_HINDI: &str = "मूल रसीद इस पर्ची के साथ नत्थी की जाए।";
const LEGEND_ENGLISH: &str = "The original receipt is to be attached to this slip.";

/// A receipt was cancelled before its money left the drawer; this is filed with the surrendered original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelledSlip {
    /// The town.
    pub letterhead: Letterhead,
    /// The cancelled receipt.
    pub receipt_number: String,
    /// Its business date.
    pub receipt_date: BusinessDate,
    /// Its total.
    pub amount: Paise,
    /// How it was paid.
    pub mode: Bilingual,
    /// Who had paid.
    pub payer: String,
    /// Whose account it was.
    pub consumer_name: Bilingual,
    /// The property's or connection's number.
    pub consumer_id: String,
    /// The counter.
    pub counter: String,
    /// When it was cancelled.
    pub cancelled_at_unix_ms: i64,
    /// Why, from the list of reasons.
    pub reason: Bilingual,
    /// The clerk's own words; may be empty.
    pub remark: String,
    /// Who asked for the cancellation.
    pub asked_by: Bilingual,
    /// The second person, who approved it.
    pub approved_by: Bilingual,
    /// Whether the payer gave the original back.
    pub original_surrendered: bool,
    /// The receipt that took its place; may be empty.
    pub replaced_by: String,
    /// QR, chain, device.
    pub seal: Seal,
}

impl Paper for CancelledSlip {
    fn title(&self) -> String {
        format!("निरस्त रसीद / Cancelled receipt {}", self.receipt_number)
    }

    fn dated_unix_ms(&self) -> i64 {
        self.cancelled_at_unix_ms
    }

    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError> {
        set_foot(composer, &[&[LEGEND_HINDI, LEGEND_ENGLISH]], &self.seal, TEMPLATE_VERSION);
        composer.letterhead(&self.letterhead, label("निरस्त रसीद की पर्ची", "Cancelled receipt slip"));
        composer.banner("निरस्त", "CANCELLED", true);
        composer.facts(&self.particulars());
        let beside = Beside { amount: Some(self.amount), facts: self.people() };
        composer.code(&self.seal.qr, 36.0, VERIFY, beside)?;
        composer.signatures(&[
            label("लिपिक के हस्ताक्षर", "Clerk"),
            label("अनुमोदनकर्ता के हस्ताक्षर", "Approving officer"),
        ]);
        Ok(())
    }
}

impl CancelledSlip {
    fn particulars(&self) -> Vec<Vec<Fact>> {
        let digits = self.letterhead.digits;
        vec![
            vec![
                fact(RECEIPT_NUMBER, &*self.receipt_number).share(1.25),
                fact(label("रसीद का दिनांक", "Receipt date"), digits.date(self.receipt_date)),
            ],
            vec![
                fact(label("राशि", "Amount"), digits.rupees(self.amount)).strong().share(1.25),
                Fact::both(label("भुगतान का माध्यम", "Mode of payment"), &self.mode),
            ],
            vec![
                Fact::both(label("करदाता", "Assessee"), &self.consumer_name).share(1.25),
                fact(label("संपत्ति संख्या", "Property ID"), &*self.consumer_id),
            ],
            vec![fact(label("जमाकर्ता", "Paid by"), &*self.payer).share(1.25), fact(COUNTER, &*self.counter)],
            vec![
                Fact::both(REASON, &self.reason).share(1.25),
                fact(label("टिप्पणी", "Remark"), &*self.remark),
            ],
        ]
    }

    fn people(&self) -> Vec<Fact> {
        let (hindi, english) =
            if self.original_surrendered { ("हाँ", "Yes") } else { ("नहीं", "No") };
        vec![
            fact(
                label("निरस्त करने का समय", "Cancelled at"),
                self.letterhead.digits.date_and_time(self.cancelled_at_unix_ms),
            ),
            Fact::both(CLERK, &self.asked_by),
            Fact::both(label("अनुमोदनकर्ता", "Approved by"), &self.approved_by),
            Fact::both(label("मूल रसीद वापस ली गई", "Original surrendered"), &Bilingual::new(hindi, english)),
            fact(label("बदले में जारी रसीद", "Replaced by receipt"), &*self.replaced_by),
        ]
    }
}
