//! Words that several screens share.

use super::words;
use domain::{Language, Paise};

words! {
    NO_ANSWER =
        "कार्यालय-प्रोग्राम से उत्तर नहीं मिला। जो रसीद कट चुकी है वह सुरक्षित है। वही कार्य दोबारा करें — रसीद दो बार नहीं कटेगी; फिर भी न हो तो प्रोग्राम बंद करके खोलें।",
        "The office program did not answer. Every receipt that was issued is safe. Do the same again: no receipt is issued twice. If it still fails, close the program and open it again.";
    TRY_AGAIN = "फिर प्रयास करें", "Try again";
    LOADING = "खुल रहा है …", "Opening …";
    WORKING = "हो रहा है …", "Working …";
    CLOSE = "बंद करें", "Close";
    BACK = "वापस", "Back";
    SAVED = "सहेजा गया", "Saved";
    REASON = "कारण", "Reason";
    REMARK = "टिप्पणी", "Remark";
    CHOOSE = "— चुनें —", "— choose —";
    PASSWORD = "पासवर्ड", "Password";
    SECOND_PERSON = "दूसरा व्यक्ति", "Second person";
    SECOND_PASSWORD = "दूसरे व्यक्ति का पासवर्ड", "Second person's password";
    AMOUNT = "राशि", "Amount";
    DATE = "दिनांक", "Date";
    COUNTER = "काउंटर", "Counter";
    MODE = "भुगतान का माध्यम", "Mode";
    TOTAL = "योग", "Total";
    MORE_FOR_TECHNICIAN = "तकनीशियन के लिए", "For the technician";
    DEMONSTRATION = "प्रदर्शन नगर — असली धन नहीं", "Demonstration town: no real money";
    NOT_AN_AMOUNT = "राशि समझ में नहीं आई। अंक लिखें, जैसे 1250 या 1250.50।", "That is not an amount. Type figures, such as 1250 or 1250.50.";
    NOT_A_DAY = "दिनांक समझ में नहीं आया। जैसे 23-11-2026 लिखें।", "That is not a date. Type it as 23-11-2026.";
    DAY_HINT = "दिन-मास-वर्ष", "day-month-year";
    PRINTED = "छप गई", "Printed";
    KEPT = "PDF रखी गई", "PDF kept";
    NOT_PRINTED = "नहीं छपा, PDF रखी गई", "Not printed, the PDF is kept";
    NOT_PRINTED_AGAIN = "नहीं छपी — Ctrl+R से दोबारा छापें", "Not printed: Ctrl+R prints again";
    AMOUNT_MISSING = "राशि खाली है। कितनी राशि लेनी है, लिखें।", "The amount is empty. Type how much is to be taken.";
    NOT_ALLOWED = "यह कार्य आपकी भूमिका में नहीं है।", "Your role does not cover this.";
    COUNT = "संख्या", "Count";
    DENOMINATION = "नोट / सिक्का", "Note / coin";
    WORTH = "मूल्य", "Worth";
}

/// `n रसीदें`
pub fn receipts(language: Language, count: u64) -> String {
    match (language, count) {
        (Language::Hindi, 1) => "1 रसीद".to_owned(),
        (Language::Hindi, _) => format!("{count} रसीदें"),
        (Language::English, 1) => "1 receipt".to_owned(),
        (Language::English, _) => format!("{count} receipts"),
    }
}

/// `3 प्रकरण खुले`
pub fn cases(language: Language, count: u64) -> String {
    match (language, count) {
        (Language::Hindi, _) => format!("{count} प्रकरण खुले"),
        (Language::English, 1) => "1 open case".to_owned(),
        (Language::English, _) => format!("{count} open cases"),
    }
}

/// `7 रसीदें ₹12,300.00 भेजनी शेष, 2 दिन पहले से`
pub fn waiting(language: Language, count: u64, amount: Paise, since: Option<String>) -> String {
    let (receipts, amount) = (receipts(language, count), crate::format::rupees(amount));
    let since = since.map_or_else(String::new, |since| format!(" · {since}"));
    match language {
        Language::Hindi => format!("{receipts} {amount} भेजना शेष{since}"),
        Language::English => format!("{receipts} {amount} waiting{since}"),
    }
}

/// `पुराने अभिलेख आ रहे हैं: 12,000 / 3,00,000 रसीदें, ₹1,000.00 / ₹9,000.00 · देय 29-11-2026 10:05 तक के`
pub fn arriving(language: Language, arriving: contract::Arriving) -> String {
    let came = crate::format::rupees(arriving.amount_done_paise);
    let all = crate::format::rupees(arriving.amount_paise);
    let as_of = crate::format::moment(arriving.as_of_ms);
    let (done, of) = (receipts(language, arriving.receipts_done), arriving.receipts);
    let (records, records_of) = (arriving.records_done, arriving.records);
    match (language, arriving.whole) {
        (Language::Hindi, true) => {
            format!("पुराने अभिलेख आ गए; काउंटर एक मिनट रुकते ही जोड़े जाएँगे · देय {as_of} तक के")
        }
        (Language::English, true) => {
            format!(
                "Earlier records are here; taken up once the counter is still for a minute · dues as of {as_of}"
            )
        }
        (Language::Hindi, false) => format!(
            "पुराने अभिलेख आ रहे हैं: {records} / {records_of}, {done} / {of}, {came} / {all} · देय {as_of} तक के"
        ),
        (Language::English, false) => format!(
            "Earlier records arriving: {records} of {records_of}, {done} of {of}, {came} of {all} · dues as of {as_of}"
        ),
    }
}
