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

    ALARMS = "मिलान में असामान्य", "Odd in exchanges";
    WITH_WHOM = "किसके साथ", "With whom";
    ABOUT = "किसके अभिलेख", "Whose entries";
    WHEN = "कब", "When";
    WHAT_TO_DO = "क्या करें", "What to do";

    NEARBY = "कार्यालय के कंप्यूटर", "Computers of the office";
    NEARBY_MORE = "इसी भवन के कंप्यूटर आपस में बात करते हैं: लाइन न हो तब भी एक काउंटर की रसीद दूसरे पर तुरंत दिखती है।",
        "The computers of this building speak to each other: a receipt of one counter shows at the next at once, also while the line is down.";
    NEARBY_ON = "दूसरे कंप्यूटरों से बात करें", "Speak to the other computers";
    NEARBY_OFF = "बंद है", "Switched off";
    ANSWERS_AT = "इस कंप्यूटर का पता", "This computer's address";
    NO_CABLE = "अभी किसी नेटवर्क से नहीं जुड़ा", "Not on a network just now";
    NEIGHBOUR = "कंप्यूटर", "Computer";
    ADDRESS = "पता", "Address";
    UNKNOWN_COMPUTER = "अभी पता नहीं कौन", "Not known yet";
    NO_NEIGHBOURS = "अभी कोई दूसरा कंप्यूटर नहीं दिखा। जो अपने-आप न दिखे, उसका पता नीचे लिखें।",
        "No other computer has been seen yet. Write the address of one that does not show by itself.";
    PASSED_ON = "दूसरे कंप्यूटर से मिलता है", "Heard through another";
    NEIGHBOUR_ADDRESS = "कंप्यूटर का पता जोड़ें", "Add a computer's address";
    NEIGHBOUR_HINT = "जैसे 192.168.1.5:7421", "Such as 192.168.1.5:7421";
    ADD_NEIGHBOUR = "पता जोड़ें", "Add the address";
    REMOVE_NEIGHBOUR = "पता हटाएँ", "Remove the address";

    NO_OTHER_DEVICE = "इस नगर में अभी कोई दूसरा कंप्यूटर नहीं है जिसके लिए फ़ाइल लिखी जाए। पहले उसे नीचे आमंत्रित करें।",
        "This town has no other computer yet to write a file for. Invite one below first.";
    STICK = "पेन ड्राइव से मिलान", "Exchange by stick";
    STICK_MORE = "जहाँ लाइन नहीं है: दूसरे कंप्यूटर के लिए फ़ाइल लिखें, वहाँ पढ़ें, और वहाँ की फ़ाइल यहाँ पढ़ें। फ़ाइल केवल उसी कंप्यूटर पर खुलती है। खो जाए तो फिर लिख लें।",
        "Where no line is: write a file for the other computer, read it there, and read the one from there here. Only that computer can open it. If it is lost, write it again.";
    STICK_FOR = "किस कंप्यूटर के लिए", "For which computer";
    STICK_WRITE_PATH = "फ़ाइल कहाँ लिखें", "Where to write the file";
    STICK_READ_PATH = "दूसरे कंप्यूटर की फ़ाइल", "The other computer's file";
    STICK_PATH_HINT = "जैसे E:\\c04.palika-bundle", "Such as E:\\c04.palika-bundle";
    STICK_WRITE = "फ़ाइल लिखें", "Write the file";
    STICK_READ = "फ़ाइल पढ़ें", "Read the file";
    STICK_WRITTEN = "अब इसे वहाँ पढ़ें और उत्तर की फ़ाइल वापस लाएँ: तभी यहाँ माना जाएगा कि अभिलेख पहुँच गए।",
        "Now read it there and bring the answer's file back: only then do the entries count as arrived here.";
    STICK_ANSWER = "अब उस कंप्यूटर के लिए उत्तर की फ़ाइल लिखें।", "Now write the answer's file for that computer.";
    STICK_OLD = "यह पुरानी फ़ाइल है: इसके बाद की फ़ाइल पहले पढ़ी जा चुकी है।", "This file is an old one: a later one was read before it.";
    STICK_LACKS = "कुछ अभिलेख पहले के अभिलेखों के बिना नहीं लिए जा सकते। यहाँ से उत्तर की फ़ाइल वहाँ ले जाएँ, फिर वहाँ नई फ़ाइल बनवाएँ।",
        "Some entries cannot be taken without earlier ones. Take the answer's file there, then have a new file made there.";
    STICK_REFUSED = "कुछ अभिलेख नहीं लिए गए; वे \"खुले प्रकरण\" में हैं।", "Some entries were not taken; they are among the open cases.";

    CASES = "खुले प्रकरण", "Open cases";
    CASE_KINDS = "किस प्रकार के", "Of which kind";
    ALL_CASES = "सब", "All";
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
    OPEN_RECEIPT = "रसीद देखें", "Open the receipt";

    QUARANTINE = "रोके गए अभिलेख एक-एक करके (तकनीशियन के लिए)", "Held entries one by one (for the technician)";
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

/// `12 अभिलेख फ़ाइल में`
pub fn entries_written(language: Language, entries: u64) -> String {
    let entries = domain::money::group_indian(entries);
    match language {
        Language::Hindi => format!("{entries} अभिलेख फ़ाइल में"),
        Language::English => format!("{entries} entries in the file"),
    }
}

/// `12 अभिलेख, इनमें 3 नए`
pub fn entries_read(language: Language, entries: u64, entries_new: u64) -> String {
    let (entries, new) = (domain::money::group_indian(entries), domain::money::group_indian(entries_new));
    match language {
        Language::Hindi => format!("{entries} अभिलेख, इनमें {new} नए"),
        Language::English => format!("{entries} entries, {new} of them new"),
    }
}

/// `7 खुले`
pub fn open_count(language: Language, count: usize) -> String {
    match language {
        Language::Hindi => format!("{count} खुले"),
        Language::English => format!("{count} open"),
    }
}
