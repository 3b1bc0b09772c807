//! Words of the counter.

use super::words;
use domain::Language;

words! {
    FIND = "भुगतानकर्ता खोजें", "Find the payer";
    FIND_PLACEHOLDER = "नाम, संपत्ति सं., मोबाइल, मकान सं., मोहल्ला", "Name, property no., mobile, door no., locality";
    FIND_NUMBER_PLACEHOLDER = "संपत्ति संख्या लिखें या क्यूआर स्कैन करें", "Type the property number or scan the QR";
    FIND_MOBILE_PLACEHOLDER = "10 अंकों का मोबाइल", "10-digit mobile";
    FIND_SERVICE_PLACEHOLDER = "सेवा या मद का नाम", "Service or head";
    BY_ANYTHING = "सब", "All";
    BY_NUMBER = "संख्या", "Number";
    BY_MOBILE = "मोबाइल", "Mobile";
    BY_SERVICE = "अन्य प्राप्ति", "Other";
    HITS = "मिले हुए नाम", "Matches";
    NO_HIT = "इस खोज से कोई नहीं मिला। वर्तनी बदलें, या मोबाइल (F4) अथवा संपत्ति संख्या (F3) से खोजें।",
        "Nobody matches. Try another spelling, or search by mobile (F4) or property number (F3).";
    TIE = "पहले दो नाम एक-से मिलते हैं। ↓ से सही नाम चुनें, फिर Enter।",
        "The first two match equally. Choose with ↓, then Enter.";
    MORE_HITS = "और भी हैं — थोड़ा और लिखें", "There are more: type a little further";
    FIND_HELP = "नाम के कुछ अक्षर लिखें — हिन्दी या अंग्रेज़ी में, जैसे बोला जाता है।",
        "Type a few letters of the name, in Hindi or Latin script, as it is spoken.";
    NO_DUE = "कुछ देय नहीं", "Nothing due";
    MATCHED_GUARDIAN = "पिता/पति", "father/husband";
    MATCHED_ID = "संपत्ति सं.", "property no.";
    MATCHED_OLD_ID = "पुरानी सं.", "old no.";
    MATCHED_MOBILE = "मोबाइल", "mobile";
    MATCHED_DOOR = "मकान सं.", "door no.";
    MATCHED_LOCALITY = "मोहल्ला", "locality";

    BILL_EMPTY = "यहाँ बिल खुलेगा", "The bill opens here";
    PROPERTY_ID = "संपत्ति संख्या", "Property no.";
    OLD_ID = "पुरानी संख्या", "Old no.";
    GUARDIAN = "पिता / पति", "Father / husband";
    ADDRESS = "पता", "Address";
    DOOR = "मकान सं.", "Door no.";
    WARD = "वार्ड", "Ward";
    MOBILE = "मोबाइल", "Mobile";
    USAGE = "उपयोग", "Usage";
    YEAR = "वर्ष", "Year";
    ARREARS = "बकाया", "Arrears";
    CURRENT = "चालू वर्ष", "Current year";
    CREDITS = "छूट व समायोजन", "Rebates and credits";
    ADVANCE = "जमा अग्रिम", "Advance held";
    TOTAL_DUE = "कुल देय", "Total due";
    DUES_GRID = "वर्ष और मद के अनुसार देय", "Dues by year and head";
    LAST_RECEIPTS = "पिछली रसीदें", "Last receipts";
    NO_RECEIPTS = "इस खाते की कोई रसीद यहाँ नहीं है।", "No receipt of this account here.";
    OPEN_CASES = "खुले प्रकरण", "Open cases";
    EDIT_PROPERTY = "विवरण बदलें", "Edit details";
    CANCELLED = "निरस्त", "Cancelled";
    ONLY_COUNTER = "देय पूर्ण — इस नगर का यही एक काउंटर है", "Dues complete: this is the town's only counter";
    NEVER_EXCHANGED = "सर्वर से अभी एक भी पूरा मिलान नहीं — दूसरे काउंटरों की वसूली इसमें छूटी हो सकती है", "No exchange completed yet: what other counters took may be missing here";

    TENDER = "भुगतान", "Payment";
    TENDER_EMPTY = "पहले भुगतानकर्ता चुनें।", "Choose the payer first.";
    AMOUNT_TO_TAKE = "लेने की राशि (₹)", "Amount to take (₹)";
    FULL_PAYMENT = "पूरा भुगतान", "Full payment";
    PART_PAYMENT = "आंशिक भुगतान", "Part payment";
    WITH_ADVANCE = "देय से अधिक — शेष अग्रिम में", "More than due: the rest is advance";
    ONLY_FULL = "इस मद में केवल पूरा भुगतान", "Full payment only under this head";
    TENDERED = "दी गई नकदी (₹)", "Cash handed over (₹)";
    TENDERED_HINT = "खाली = ठीक उतनी ही राशि", "Empty = the exact amount";
    CHANGE = "वापसी", "Change";
    SHORT_BY = "कम", "Short by";
    CHEQUE_NUMBER = "चेक संख्या", "Cheque number";
    DRAFT_NUMBER = "ड्राफ़्ट संख्या", "Draft number";
    UTR = "यूटीआर", "UTR";
    RRN = "आरआरएन", "RRN";
    SIX_DIGITS = "6 अंक", "6 digits";
    TWELVE_DIGITS = "12 अंक", "12 digits";
    TWELVE_DIGITS_OPTIONAL = "12 अंक; भुगतान के बाद, यदि दिखे", "12 digits; after payment, if shown";
    SIXTEEN_CHARACTERS = "16 अक्षर", "16 characters";
    TWENTY_TWO_CHARACTERS = "22 अक्षर", "22 characters";
    INSTRUMENT_DATE = "दिनांक", "Date";
    IFSC = "आईएफ़एससी", "IFSC";
    IFSC_HINT = "या बैंक व शाखा", "or bank, branch";
    BANK = "बैंक", "Bank";
    BRANCH = "शाखा", "Branch";
    CHEQUE_OR_DRAFT = "चेक / ड्राफ़्ट", "Cheque / DD";
    NEFT_OR_RTGS = "एनईएफ़टी / आरटीजीएस", "NEFT / RTGS";
    CARD_LAST_FOUR = "कार्ड के अंतिम 4 अंक", "Card's last 4 digits";
    APPROVAL_CODE = "अनुमोदन कोड", "Approval code";
    PAYER_NAME = "भुगतानकर्ता का नाम", "Payer's name";
    PAYER_NAME_HINT = "खाली = करदाता स्वयं", "Empty = the assessee";
    PAYER_MOBILE = "मोबाइल", "Mobile";
    MOBILE_HINT = "ऐच्छिक", "Optional";
    LEAF_TOGGLE = "छपी रसीद-बही का पन्ना", "Leaf of a pre-printed book";
    LEAF_BOOK = "बही संख्या", "Book no.";
    LEAF_NUMBER = "पन्ना संख्या", "Leaf no.";
    LEAF_DATE = "पन्ने का दिनांक", "Date on the leaf";
    LEAF_NUMBER_MISSING = "पन्ने की छपी संख्या अंकों में लिखें।", "Type the leaf's printed number in figures.";
    REALISATION = "बैंक से वसूली के अधीन", "Subject to realisation";
    SHOW_CODE = "भुगतानकर्ता इसे स्कैन करे", "The payer scans this";
    UPI_REFERENCE = "हमारा संदर्भ", "Our reference";
    GO_CONFIRM = "जाँचें", "Check";
    DROP_DRAFT = "यह भुगतान छोड़ें", "Abandon this payment";
    RESTORED = "अधूरा भुगतान वापस लाया गया — जाँचकर आगे बढ़ें", "Unfinished payment restored: check it and go on";
    MISC_HEADS = "मद और राशि", "Heads and amounts";
    PROPERTY_TAX = "संपत्ति कर", "Property tax";
    SERVICE_GROUP = "वर्ग", "Group";

    CONFIRM = "राशि की पुष्टि करें", "Confirm the amount";
    TAKE = "राशि मिली — रसीद काटें", "Money received: issue receipt";
    TAKING = "रसीद लिखी जा रही है …", "Writing the receipt …";
    GO_BACK = "बदलें", "Change";
    BALANCE_AFTER = "इसके बाद शेष", "Left after it";
    TO_ADVANCE = "अग्रिम में", "To advance";
    PAID_BY = "देने वाला", "Paid by";
    LINES = "रसीद की पंक्तियाँ", "Lines of the receipt";
    RECEIPT_ISSUED = "रसीद कट गई", "Receipt issued";

    SHIFT = "पाली", "Shift";
    SHIFT_SUM = "आज की वसूली", "Collected";
    NO_SHIFT = "पाली नहीं खुली है। पहले पाली खोलें।", "No shift is open. Open one first.";
    OPEN_SHIFT = "पाली खोलें", "Open the shift";
}

/// `देय 21-11-2026 18:05 तक (2 दिन पहले)`
pub fn dues_as_of(language: Language, at: &str, ago: &str) -> String {
    match language {
        Language::Hindi => format!("देय {at} तक के ज्ञात ({ago})"),
        Language::English => format!("Dues as of {at} ({ago})"),
    }
}

/// `न सुने गए काउंटर: C02, C05`
pub fn unseen_counters(language: Language, counters: &[String]) -> String {
    let counters = counters.join(", ");
    match language {
        Language::Hindi => format!("इसके बाद की ख़बर नहीं: काउंटर {counters}"),
        Language::English => format!("Not heard since: counter {counters}"),
    }
}

/// `5 मिले`
pub fn hit_count(language: Language, count: usize) -> String {
    match (language, count) {
        (Language::Hindi, _) => format!("{count} मिले"),
        (Language::English, 1) => "1 match".to_owned(),
        (Language::English, _) => format!("{count} matches"),
    }
}
