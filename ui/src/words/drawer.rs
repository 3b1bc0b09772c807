//! Words of the drawer: shift, count, close, handover, remittance, pre-printed books.

use super::words;

words! {
    DRAWER = "रोकड़ पेटी", "Drawer";
    TASKS = "कार्य", "Tasks";
    OPEN_SHIFT = "पाली खोलें", "Open the shift";
    BUSINESS_DATE = "कार्य-दिवस", "Business date";
    FLOAT = "आरंभ में खुले पैसे (₹)", "Float at the start (₹)";
    CLOCK_SUSPECT = "कंप्यूटर की घड़ी पिछले दिन से मेल नहीं खाती। कैलेंडर देखकर दिनांक की पुष्टि करें।",
        "The computer's clock does not agree with the last day. Look at a calendar and confirm the date.";
    CONFIRM_DATE = "कार्य-दिवस यही है, मैंने जाँच लिया", "This is the business date; I have checked";
    NOT_BEFORE = "इससे पहले का दिनांक नहीं", "No date before";
    DO_OPEN = "पाली खोलें", "Open shift";
    REFUSED = "नई पाली नहीं खुल सकती", "No new shift can be opened";

    RUNNING = "चालू पाली", "Running shift";
    OPENED_AT = "खुली", "Opened";
    HOLDER = "रोकड़ किसके पास", "Drawer held by";
    RECEIPTS = "रसीदें", "Receipts";
    COLLECTED = "वसूली, सब माध्यम", "Collected, every mode";
    BLIND = "पहले गिनें। अपेक्षित राशि गिनती के बाद दिखेगी।", "Count first. The expected sum shows after the count.";

    LEFT_OPEN = "कंप्यूटर लौटाए जाने से पहले की पाली अभी खुली है; उसकी रोकड़ गिनें:", "A shift of before this computer was put back is still open; count its cash:";
    CLOSE_SHIFT = "गिनें और पाली बंद करें", "Count and close";
    DO_COUNT = "गिनती पूरी", "Count complete";
    DO_CLOSE = "पाली बंद करें", "Close the shift";
    DIFFERENCE_REASON = "अंतर का कारण", "Reason of the difference";
    COUNT_DIFFERS = "गिनती में अंतर है। फिर गिनें, या कारण चुनकर बंद करें।", "The count differs. Count again, or choose the reason and close.";
    CLOSED = "पाली बंद हुई", "Shift closed";
    EXPECTED = "अपेक्षित", "Expected";
    DIFFERENCE = "अंतर", "Difference";
    EXACT = "ठीक", "exact";
    SHORT = "कमी", "short";
    EXCESS = "अधिकता", "excess";
    EXPECTED_CASH = "अपेक्षित नकद", "Cash expected";
    COUNTED_CASH = "गिना हुआ नकद", "Cash counted";
    CHAIN_HEAD = "शृंखला चिह्न", "Chain head";
    SHEET = "दैनिक बंदी पत्रक", "Day close sheet";

    HAND_OVER = "रोकड़ सौंपें", "Hand the drawer over";
    HAND_OVER_MORE = "दोनों मिलकर गिनें; लेने वाला अपने पासवर्ड से हस्ताक्षर करे।", "Count together; the taker signs with the password.";
    DO_HAND_OVER = "सौंपें", "Hand over";
    HANDED_OVER = "रोकड़ सौंप दी गई", "The drawer was handed over";
    HANDOVER_SHEET = "सुपुर्दगी पत्रक — दोनों हस्ताक्षर करें", "Handover sheet: both sign it";

    REMIT = "बैंक में जमा", "Pay in at the bank";
    REMIT_MORE = "बंद पालियों की राशि। बैंक और खाता पर्ची पर छपेगा।", "Money of closed shifts. Bank and account are printed on the slip.";
    REMITTABLE_CASH = "जमा योग्य नकद", "Cash to pay in";
    INSTRUMENTS = "चेक व ड्राफ़्ट", "Cheques and drafts";
    NO_INSTRUMENTS = "कोई चेक या ड्राफ़्ट हाथ में नहीं।", "No cheque or draft in hand.";
    BANK = "बैंक", "Bank";
    ACCOUNT = "खाता संख्या", "Account number";
    DO_REMIT = "जमा पर्ची बनाएँ", "Make the slip";
    REMITTED = "जमा पर्ची बन गई", "The slip is made";
    NOTHING_TO_REMIT = "बंद पालियों में जमा के लिए कुछ शेष नहीं।", "Closed shifts have nothing left to pay in.";

    BOOKS = "छपी रसीद-बहियाँ", "Pre-printed receipt books";
    BOOK = "बही संख्या", "Book number";
    FIRST_LEAF = "पहला पन्ना", "First leaf";
    LAST_LEAF = "अंतिम पन्ना", "Last leaf";
    USED = "दर्ज पन्ने", "Leaves entered";
    LEFT = "शेष", "Left";
    ISSUE_BOOK = "बही जारी करें", "Issue a book";
    NO_BOOKS = "कोई बही जारी नहीं हुई है।", "No book has been issued.";
    NOT_A_LEAF = "पन्ने की संख्या अंकों में लिखें।", "Type the leaf's number in figures.";
}
