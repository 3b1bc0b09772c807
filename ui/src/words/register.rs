//! Words of the property register: import and editing.

use super::Word;
use super::words;
use domain::Language;
use domain::register::PropertyField;

words! {
    IMPORT = "संपत्ति पंजी आयात", "Import the property register";
    IMPORT_MORE = "CSV या XLSX फ़ाइल। पहले जाँच होती है, कुछ लिखा नहीं जाता। वही फ़ाइल दोबारा लाने से कुछ नहीं बदलता।",
        "A CSV or XLSX file. It is checked first and nothing is written. Importing the same file again changes nothing.";
    PATH = "इस कंप्यूटर पर फ़ाइल का पता", "Path of the file on this computer";
    PATH_HINT = "जैसे D:\\पंजी\\हल्द्वानी.xlsx", "Such as D:\\register\\haldwani.xlsx";
    CHECK = "फ़ाइल जाँचें", "Check the file";
    ROWS = "पढ़ी गई पंक्तियाँ", "Rows read";
    GOOD = "ठीक संपत्तियाँ", "Good properties";
    DUE_LINES = "बकाया प्रविष्टियाँ", "Due lines";
    DUES = "कुल बकाया", "Dues";
    PROBLEMS = "त्रुटियाँ", "Problems";
    NO_PROBLEMS = "कोई त्रुटि नहीं — पूरी फ़ाइल ली जा सकती है।", "No problem: the whole file can be taken.";
    ROW = "पंक्ति", "Row";
    COLUMN = "स्तंभ", "Column";
    VALUE = "मान", "Value";
    CURE = "क्या करें", "What to do";
    TAKE_WHOLE = "पूरी फ़ाइल लें", "Take the whole file";
    TAKE_GOOD = "केवल ठीक पंक्तियाँ लें", "Take good rows only";
    DONE = "पंजी आ गई", "The register is in";
    CREATED = "नई संपत्तियाँ", "New properties";
    CHANGED = "बदली संपत्तियाँ", "Changed properties";
    UNCHANGED = "पहले जैसी", "As they were";
    LEFT_OUT = "छोड़ी गई पंक्तियाँ", "Rows left out";

    EDIT = "संपत्ति का विवरण", "Details of the property";
    EDIT_MORE = "केवल बदले हुए स्थान लिखे जाते हैं। हर बदलाव व्यक्ति और समय सहित दर्ज रहता है।",
        "Only what changed is written. Each change is kept with person and time.";
    MOBILE = "नया मोबाइल", "New mobile";
    MOBILE_HINT = "खाली = जैसा है वैसा रहे", "Empty = leave it as it is";
    NOTHING_CHANGED = "कुछ बदला नहीं", "Nothing was changed";
    DO_SAVE = "बदलाव सहेजें", "Save the changes";
    NO_PROPERTY = "पहले काउंटर पर संपत्ति खोलें।", "Open a property at the counter first.";
}

/// What a field of the register is called.
pub const fn field(field: PropertyField) -> Word {
    match field {
        PropertyField::PropertyId => super::counter::PROPERTY_ID,
        PropertyField::OldId => super::counter::OLD_ID,
        PropertyField::OwnerHindi => {
            Word { hindi: "भवन स्वामी (हिन्दी)", english: "Owner (Hindi)" }
        }
        PropertyField::OwnerEnglish => Word {
            hindi: "भवन स्वामी (अंग्रेज़ी)", english: "Owner (English)"
        },
        PropertyField::GuardianHindi => Word {
            hindi: "पिता / पति (हिन्दी)",
            english: "Father / husband (Hindi)",
        },
        PropertyField::GuardianEnglish => Word {
            hindi: "पिता / पति (अंग्रेज़ी)",
            english: "Father / husband (English)",
        },
        PropertyField::DoorNumber => super::counter::DOOR,
        PropertyField::Ward => super::counter::WARD,
        PropertyField::Locality => Word { hindi: "मोहल्ला", english: "Locality" },
        PropertyField::Address => super::counter::ADDRESS,
        PropertyField::Usage => super::counter::USAGE,
    }
}

/// `1,000 में से पहली 100 दिख रही हैं`
pub fn shown_of(language: Language, shown: usize, all: u64) -> String {
    match language {
        Language::Hindi => format!("{all} में से पहली {shown}"),
        Language::English => format!("first {shown} of {all}"),
    }
}
