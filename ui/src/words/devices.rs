//! Words of devices, exchange with the server, quarantine and cases.

use super::{Word, words};
use domain::Language;

words! {
    DEVICES = "उपकरण व मिलान", "Devices and exchange";
    SERVER = "सर्वर", "Server";
    STATE_OFF = "कोई सर्वर नहीं लिखा है", "No server is set";
    STATE_IDLE = "अगली बारी की प्रतीक्षा", "Waiting for the next turn";
    STATE_BUSY = "आदान-प्रदान हो रहा है", "Exchanging";
    STATE_FAILED = "पिछला प्रयास नहीं हुआ; अपने-आप फिर होगा", "The last try failed; it will be tried again";
    LAST_SUCCESS = "पिछला सफल मिलान", "Last success";
    NEVER = "अभी तक नहीं", "Never yet";
    SYNC_NOW = "अभी मिलान करें", "Exchange now";
    UNSENT_HERE = "यहाँ से भेजना शेष", "Unsent from here";
    INCOMPLETE = "कुछ अभिलेख अपने पूर्व-अभिलेखों की प्रतीक्षा में हैं: यह प्रति अभी अधूरी है।", "Some entries wait for what they build on: this replica is not complete yet.";
    DIGEST = "अभिलेखों का सार", "Digest";

    DEVICE = "उपकरण", "Device";
    LAST_SEEN = "अंतिम ख़बर", "Last seen";
    ENTRIES = "अभिलेख", "Entries";
    UNSENT = "भेजना शेष", "Unsent";
    HERE = "यह कंप्यूटर", "This computer";
    IN_ORDER = "ठीक", "In order";
    REVOKED = "विश्वास समाप्त", "Trust ended";
    FORKED = "शृंखला दो हुई", "Chain forked";
    INVITE = "नया उपकरण जोड़ें", "Invite a device";
    DEVICE_NAME = "उपकरण का नाम", "Name of the device";
    DEVICE_COUNTER = "काउंटर", "Counter";
    COUNTER_HINT = "जैसे C04", "Such as C04";
    FIRST_USER = "वहाँ पहले कौन प्रवेश करेगा", "Who signs in there first";
    DO_INVITE = "आमंत्रण कोड बनाएँ", "Make the invitation code";
    CODE_ONCE = "यह कोड एक ही बार दिखता है। नए कंप्यूटर पर लिखें।", "This code is shown once. Type it at the new computer.";
    REVOKE = "विश्वास समाप्त करें", "End trust";
    REVOKE_REASON = "विश्वास समाप्त करने का कारण", "Reason for ending trust";
    REVOKE_MORE = "इस उपकरण की अब तक की रसीदें बनी रहेंगी; आगे की विवादित रहेंगी। राशि फिर भी गिनी जाएगी।",
        "Its receipts up to now stand; later ones are disputed. Their money still counts.";

    CASES = "खुले प्रकरण", "Open cases";
    NO_CASES = "कोई प्रकरण खुला नहीं है।", "No case is open.";
    DECISION = "निर्णय", "Decision";
    SETTLE = "निस्तारण करें", "Settle";
    SETTLED = "निस्तारित", "Settled";
    SETTLED_LATELY = "हाल में निस्तारित", "Settled lately";
    DOUBLE_COLLECTION = "दोहरी वसूली", "Double collection";
    UNEQUAL_DEMANDS = "मांग में अंतर", "Demands differ";
    TWO_VALUES = "दो अलग मान", "Two values";
    CASE_MONEY = "प्रकरण में राशि", "Money in it";
    OPEN_BILL = "खाता खोलें", "Open the account";

    QUARANTINE = "रोके गए अभिलेख", "Held entries";
    NO_QUARANTINE = "कोई अभिलेख रुका नहीं है।", "No entry is held.";
    FATE = "क्यों", "Why";
    WHAT = "क्या", "What";
    SERIAL = "क्रम", "No.";
}

/// What kind of case a stable name speaks of, for a line on a bill.
pub fn case_kind(name: &str) -> Word {
    match name.split('/').next() {
        Some("double-collection") => DOUBLE_COLLECTION,
        Some("demand") => UNEQUAL_DEMANDS,
        Some("conflict") => TWO_VALUES,
        _ => CASES,
    }
}

/// `7 खुले`
pub fn open_count(language: Language, count: usize) -> String {
    match language {
        Language::Hindi => format!("{count} खुले"),
        Language::English => format!("{count} open"),
    }
}
