//! Words of the frame, the keys, and the settings.

use super::{Word, words};
use domain::Language;

words! {
    SCREENS = "पटल", "Screens";
    COUNTER = "काउंटर", "Counter";
    RECEIPTS = "रसीदें", "Receipts";
    DRAWER = "रोकड़", "Drawer";
    IMPORT = "पंजी आयात", "Import";
    STAFF = "कर्मचारी", "Staff";
    DEVICES = "उपकरण", "Devices";
    VERIFY = "रसीद जाँच", "Verify";
    SETTINGS = "सेटिंग", "Settings";
    HELP = "कुंजियाँ", "Keys";
    LOCK = "ताला", "Lock";
    NO_SHIFT_SHORT = "पाली बंद", "No shift";
    NOTHING_WAITING = "सब भेजा जा चुका", "Nothing waiting";
    SERVER_OFF = "सर्वर नहीं जुड़ा", "No server";
    SERVER_GOOD = "सर्वर से मिलान", "Server in step";
    SERVER_LOST = "सर्वर नहीं मिला", "Server not reached";

    KEYS_HEADING = "कुंजियाँ", "Keys";
    KEY_HELP = "यह सूची", "This list";
    KEY_FIND = "खोज", "Search";
    KEY_NUMBER = "संपत्ति संख्या या क्यूआर से खोज", "Search by property number or QR";
    KEY_MOBILE = "मोबाइल से खोज", "Search by mobile";
    KEY_SERVICE = "अन्य प्राप्ति (बिना मांग की सेवा)", "Other receipt (service without demand)";
    KEY_PART = "राशि: आंशिक भुगतान", "Amount: part payment";
    KEY_CASH = "नकद", "Cash";
    KEY_UPI = "यूपीआई", "UPI";
    KEY_CHEQUE = "चेक; फिर से दबाएँ तो डिमांड ड्राफ़्ट", "Cheque; again for demand draft";
    KEY_CARD = "कार्ड मशीन", "Card machine";
    KEY_TRANSFER = "एनईएफ़टी; फिर से दबाएँ तो आरटीजीएस", "NEFT; again for RTGS";
    KEY_PAYER = "भुगतानकर्ता का नाम", "Payer's name";
    KEY_PAYER_MOBILE = "भुगतानकर्ता का मोबाइल", "Payer's mobile";
    KEY_REMARK = "टिप्पणी", "Remark";
    KEY_LEAF = "छपी रसीद-बही का पन्ना", "Leaf of a pre-printed book";
    KEY_EDIT = "संपत्ति का विवरण बदलें", "Edit the property's details";
    KEY_DROP = "अधूरा भुगतान छोड़ें", "Abandon the unfinished payment";
    KEY_CONFIRM = "पुष्टि करें और छापें", "Confirm and print";
    KEY_BACK = "एक क़दम पीछे; लिखा हुआ बना रहता है", "One step back; nothing typed is lost";
    KEY_REPRINT = "पिछली रसीद दोबारा छापें", "Reprint the last receipt";
    KEY_CANCEL = "रसीद निरस्त करें (दूसरे व्यक्ति के साथ)", "Cancel a receipt (with a second person)";
    KEY_BALANCE = "पाली का हिसाब", "Shift balance";
    KEY_LOCK = "ताला लगाएँ", "Lock the screen";
    KEY_LANGUAGE = "हिन्दी / English", "Hindi / English";
    KEY_PICK = "सूची में ऊपर-नीचे", "Up and down in a list";
    KEY_PAGES = "सूची में एक पृष्ठ आगे-पीछे, आरंभ, अंत", "In a list: a page on or back, start, end";
    KEY_TAB = "अगला स्थान, पिछला स्थान", "Next field, previous field";
    KEY_SPACE = "खाने में निशान लगाएँ या हटाएँ", "Tick a box or clear it";
    KEY_ENTER = "आगे: चुनें, जाँचें, राशि लें", "Forward: pick, check, take";

    LANGUAGE = "भाषा", "Language";
    THEME = "रंग", "Colours";
    THEME_SYSTEM = "सिस्टम के अनुसार", "As the system";
    THEME_LIGHT = "उजला", "Light";
    THEME_DARK = "गहरा", "Dark";
    ZOOM = "अक्षरों का आकार", "Size of letters";
    RECEIPT_PAPER = "रसीद का काग़ज़", "Receipt paper";
    PAPER_A5 = "A5", "A5";
    PAPER_ROLL = "80 मि.मी. रोल", "80 mm roll";
    PRINTER = "प्रिंटर", "Printer";
    NO_PRINTER = "कोई नहीं — PDF रखी जाए", "None: keep PDFs";
    SCANNER_PREFIX = "स्कैनर का पहला चिह्न", "The scanner's first character";
    SCANNER_HINT = "जैसे ~ या F12: स्कैन कहीं से भी खोज में जाएगा; खाली = पहले F3 दबाएँ",
        "Such as ~ or F12: a scan goes to the search from anywhere; empty = press F3 first";
    PRINTER_HINT = "प्रिंटर की कतार का नाम; खाली = PDF रखी जाए", "Name of the printer's queue; empty = keep PDFs";
    UPI_ADDRESS = "कार्यालय का यूपीआई पता", "The office's UPI address";
    UPI_HINT = "जैसे nagarnigam@sbi; खाली = यूपीआई नहीं लेते", "Such as nagarnigam@sbi; empty = UPI is not taken";
    DEVANAGARI_DIGITS = "काग़ज़ पर देवनागरी अंक (१२३)", "Devanagari digits on paper (१२३)";
    SETTINGS_NOTE = "ये सेटिंग इसी कंप्यूटर की हैं।", "These settings belong to this computer.";
    KEYS_NOTE = "बदलने के लिए कुंजी चुनें और नई दबाएँ; Delete से वह बंद होती है। वाक्यों में सामान्य कुंजी ही लिखी रहती है।",
        "Choose a key and press the new one; Delete switches it off. Sentences go on naming the usual key.";
    KEY_WAITING = "नई कुंजी दबाएँ…", "Press the new key…";
    KEY_OFF = "बंद", "Off";
    KEY_USUAL = "सामान्य", "Usual";
    KEY_IS_TEXT = "यह कुंजी लिखने की है। Ctrl या Alt के साथ कोई कुंजी, या F1–F24 दबाएँ।",
        "That key types text. Press one with Ctrl or Alt, or F1 to F24.";
    KEYS_ALL_USUAL = "सब सामान्य करें", "All as usual";
    PROGRAM = "प्रोग्राम", "Program";
    VERSION = "संस्करण", "Version";
    TOWN = "नगर", "Town";
    DEVICE = "यह उपकरण", "This device";
    PROPERTIES = "पंजी में संपत्तियाँ", "Properties in the register";
}

/// A key that another act has.
pub fn key_is_taken(by: Word, language: Language) -> String {
    let does = by.get(language);
    match language {
        Language::Hindi => format!("यह कुंजी पहले से किसी काम की है: {does}।"),
        Language::English => format!("That key does something already: {does}."),
    }
}
