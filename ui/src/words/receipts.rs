//! Words of receipts: list, one receipt, reprint, certificate, cancellation, verification.

use super::words;

words! {
    RECEIPTS = "रसीदें", "Receipts";
    FILTER = "संख्या, नाम या संपत्ति", "Number, name or property";
    FROM = "कब से", "From";
    TO = "कब तक", "To";
    ANY_MODE = "सब माध्यम", "Every mode";
    ONLY_HERE = "केवल यह काउंटर", "This counter only";
    NUMBER = "रसीद संख्या", "Receipt number";
    ASSESSEE = "करदाता", "Assessee";
    STATE = "स्थिति", "State";
    STANDS = "मान्य", "Stands";
    CANCELLED = "निरस्त", "Cancelled";
    UNCONFIRMED = "भेजना शेष", "Not sent yet";
    EARLIER = "और पुरानी", "Earlier";
    LATER = "और नई", "Later";
    OPEN = "रसीद देखें", "Open the receipt";
    CHOOSE_ONE = "सूची से रसीद चुनें: ↑ ↓ और Enter", "Choose a receipt from the list: ↑ ↓ and Enter";
    SERVICE = "सेवा", "Service";
    CONSUMER = "खाता", "Account";
    CLERK = "लिपिक", "Clerk";
    CHAIN = "शृंखला चिह्न", "Chain mark";
    LEAF = "छपी बही का पन्ना", "Pre-printed leaf";
    DISPUTED = "विवादित — राशि गिनी जाती है, मान्यता का निर्णय शेष है", "Disputed: the money counts, whether it stands is not settled";
    HISTORY = "क्या-क्या हुआ", "What happened to it";
    REPRINT = "दोबारा छापें", "Reprint";
    REPRINT_MORE = "वही रसीद, वही संख्या; कारण अभिलेख में रहेगा।", "The same receipt, the same number; the reason goes on record.";
    REPRINT_SECOND = "दूसरी बार से पर्यवेक्षक के हस्ताक्षर भी चाहिए।", "From the second time on a supervisor signs too.";
    CERTIFY = "भुगतान प्रमाण-पत्र", "Certificate of payment";
    CERTIFY_MORE = "रसीद की दूसरी प्रति नहीं दी जाती; प्राप्ति का प्रमाण-पत्र दिया जाता है।", "No duplicate receipt is given; a certificate says that the sum was received.";
    ISSUED_TO = "किसे दिया जा रहा है", "Issued to";
    DO_CERTIFY = "प्रमाण-पत्र बनाएँ", "Make the certificate";
    CANCEL = "रसीद निरस्त करें", "Cancel the receipt";
    CANCEL_MORE = "मूल रसीद वापस लें। राशि रोकड़ से निकलेगी। दूसरे व्यक्ति के हस्ताक्षर के बिना निरस्त नहीं होगी।",
        "Take the original back. The money leaves the drawer. Nothing is cancelled without the second person.";
    CHOOSE_SECOND = "दूसरे व्यक्ति का नाम चुनें।", "Choose the second person.";
    DO_CANCEL = "निरस्त करें", "Cancel it";
    KEEP = "न करें", "Keep it";
    MAY_NOT_CANCEL = "यह रसीद यहाँ निरस्त नहीं हो सकती: दूसरे काउंटर की है, या राशि बैंक में जमा हो चुकी है।",
        "This receipt cannot be cancelled here: it is another counter's, or its money was remitted.";
    MAY_NOT_REPRINT = "यह रसीद इस काउंटर पर नहीं छपी थी; प्रमाण-पत्र दिया जा सकता है।",
        "This receipt was not printed at this counter; a certificate can be given.";

    VERIFY = "काग़ज़ की जाँच", "Verify a paper";
    VERIFY_MORE = "रसीद या प्रमाण-पत्र का क्यूआर स्कैन करें, या उसका पाठ यहाँ चिपकाएँ। जाँच बिना नेटवर्क के होती है।",
        "Scan the QR of a receipt or certificate, or paste its text. No network is needed.";
    QR_TEXT = "क्यूआर का पाठ", "Text of the QR";
    DO_VERIFY = "जाँचें", "Verify";
    GENUINE = "असली", "Genuine";
    CANCELLED_SINCE = "असली थी, बाद में निरस्त", "Genuine, cancelled since";
    UNKNOWN_ISSUER = "जारी करने वाला अज्ञात", "Unknown issuer";
    FORGED = "जाली", "Forged";
    NOT_OURS = "पालिका का काग़ज़ नहीं", "Not a Palika paper";
    KNOWN_UNTIL = "निरस्तीकरण की जानकारी यहाँ तक", "Cancellations known up to";
    RECOVER = "यह रसीद फिर दर्ज करें", "Enter this receipt again";
    RECOVER_MORE = "रसीद असली है पर उसका अभिलेख यहाँ नहीं है। जो काग़ज़ पर छपा है वही लिखें; संख्या, दिनांक और राशि क्यूआर से ली जाएगी। राशि खुली पाली की रोकड़ में गिनी जाएगी।",
        "The receipt is genuine, but its record is not here. Type what the paper says; number, date and amount come from the QR. Its money is counted in the open shift's drawer.";
    ACCOUNT_HINT = "नाम, संपत्ति संख्या या मोबाइल; ↑ ↓ और Enter", "Name, property number or mobile; ↑ ↓ and Enter";
    CHOOSE_ACCOUNT = "सूची से खाता चुनें।", "Choose the account from the list.";
    CHOOSE_SERVICE = "सेवा चुनें।", "Choose the service.";
    LINES_AS_PRINTED = "छपी पंक्तियाँ", "Lines as printed";
    LINES_MORE = "खाली छोड़ें तो राशि देय पर वैसे ही बँटेगी जैसे काउंटर पर बँटती। काग़ज़ पर कुछ और हो तो उसे पंक्ति-दर-पंक्ति लिखें।",
        "Left empty, the amount is spread over the dues as the counter would spread it. Where the paper says otherwise, type it line by line.";
    ADD_LINE = "पंक्ति जोड़ें", "Add a line";
    REMOVE_LINE = "पंक्ति हटाएँ", "Remove the line";
    HEAD = "मद", "Head";
    LINE_YEAR = "वर्ष", "Year";
    NOT_A_YEAR = "वर्ष समझ में नहीं आया। जैसे 2026-27 लिखें।", "That is not a financial year. Type it as 2026-27.";
    CHOOSE_HEAD = "हर पंक्ति का मद चुनें।", "Choose the head of every line.";
    COMPARE_PAPER = "दूसरा व्यक्ति काग़ज़ से मिलाए और हस्ताक्षर करे", "The second person compares with the paper and signs";
    DO_RECOVER = "मिलान हुआ — दर्ज करें", "It agrees: enter it";
    NEVER_HEARD = "जारी करने वाले काउंटर की ख़बर यहाँ कभी नहीं आई", "The issuing counter was never heard of here";
}
