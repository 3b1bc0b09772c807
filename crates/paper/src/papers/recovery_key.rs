//! The town's recovery key on paper, for the safe.

use super::{Letterhead, Paper};
use crate::PaperError;
use crate::compose::{Align, Beside, Cell, Column, Composer, Row, fact, label};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Opens the town's database when no password and no computer's keyring does. Printed once, at enrolment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryKeySheet {
    /// The town.
    pub letterhead: Letterhead,
    /// The town's LGD code.
    pub town_code: String,
    /// When the key was made.
    pub made_at_unix_ms: i64,
    /// The device it was made on.
    pub device: String,
    /// The key's letters and figures, without spaces.
    pub key: String,
    /// A few characters by which two sheets are told apart without reading the key.
    pub fingerprint: String,
}

/// The key itself is not for logs.
impl fmt::Debug for RecoveryKeySheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryKeySheet").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

/// Characters read in one breath.
const GROUP: usize = 4;
/// Groups side by side.
const GROUPS_ACROSS: usize = 4;

const STEPS: [(&str, &str); 5] = [
    (
        "1. इस पत्रक को सीलबंद लिफ़ाफ़े में कार्यालय की तिजोरी (दोहरे ताले) में रखें; एक प्रति ज़िला कोषागार में रखी जा सकती है।",
        "1. Keep this sheet in a sealed envelope in the office safe, under double lock; one copy may lie in the district \
         treasury.",
    ),
    (
        "2. इस कुंजी से नगर का पूरा डेटा खुलता है। इसकी फ़ोटो न लें, ई-मेल या संदेश से न भेजें।",
        "2. This key opens all data of the town. Do not photograph it, nor send it by mail or message.",
    ),
    (
        "3. कंप्यूटर बदलने, पासवर्ड भूलने या डिस्क वापस लाने पर पालिका में \"पुनर्प्राप्ति कुंजी\" चुनें और कोड स्कैन करें या समूह टाइप करें।",
        "3. After a change of computer, a forgotten password or a restored disk, choose \"Recovery key\" in Palika and \
         scan the code or type the groups.",
    ),
    (
        "4. कुंजी खो जाए या किसी ने देख ली हो तो तुरंत पर्यवेक्षक को बताएँ; नई कुंजी बनते ही यह पत्रक बेकार हो जाता है।",
        "4. If the key is lost or has been seen, tell the supervisor at once; a new key makes this sheet void.",
    ),
    (
        "5. लिफ़ाफ़ा खोलने का दिनांक, कारण और दो व्यक्तियों के हस्ताक्षर तिजोरी की पंजी में लिखें।",
        "5. Enter the date, the reason and two persons' signatures in the safe's register whenever the envelope is opened.",
    ),
];

impl Paper for RecoveryKeySheet {
    fn title(&self) -> String {
        format!("नगर की पुनर्प्राप्ति कुंजी / Town recovery key {}", self.town_code)
    }

    fn dated_unix_ms(&self) -> i64 {
        self.made_at_unix_ms
    }

    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError> {
        let digits = self.letterhead.digits;
        composer.set_foot(&[&["गोपनीय – केवल तिजोरी के लिए", "Secret – for the safe only"]]);
        composer.letterhead(&self.letterhead, label("नगर की पुनर्प्राप्ति कुंजी", "Town recovery key"));
        composer.banner("गोपनीय", "SECRET", true);
        composer.facts(&[vec![
            fact(label("नगर कोड", "Town code"), &*self.town_code),
            fact(label("बनाने का समय", "Made at"), digits.date_and_time(self.made_at_unix_ms)),
            fact(label("यंत्र", "Device"), &*self.device),
            fact(label("पहचान", "Fingerprint"), &*self.fingerprint),
        ]]);
        self.groups(composer);
        let held = |hindi, english| fact(label(hindi, english), "____________________");
        let facts = vec![
            held("तिजोरी / लिफ़ाफ़ा संख्या", "Safe / envelope no."),
            held("रखने का दिनांक", "Placed on"),
            held("रखने वाले", "Placed by"),
        ];
        let caption = label("कुंजी का कोड", "The key as a code");
        composer.code(&self.key, 33.0, caption, Beside { amount: None, facts })?;
        composer.heading(label("निर्देश", "Instructions"));
        for (hindi, english) in STEPS {
            composer.paragraph(hindi, english);
        }
        composer.signatures(&[
            label("अधिशासी अधिकारी", "Executive officer"),
            label("लेखाकार / रोकड़िया", "Accountant / cashier"),
        ]);
        Ok(())
    }
}

impl RecoveryKeySheet {
    fn groups(&self, composer: &mut Composer<'_>) {
        let characters: Vec<char> = self.key.chars().collect();
        let groups: Vec<String> = characters.chunks(GROUP).map(|group| group.iter().collect()).collect();
        let column = |hindi, english| Column {
            title: label(hindi, english),
            align: Align::Centre,
            sheet: 1.0,
            roll: 1.0,
        };
        let columns = [column("समूह 1", "Group 1"), column("2", " "), column("3", " "), column("4", " ")];
        let rows: Vec<Row> = groups
            .chunks(GROUPS_ACROSS)
            .map(|row| Row::total(row.iter().map(|group| Cell::text(&**group)).collect()))
            .collect();
        composer.table(&columns, &rows);
    }
}
