//! Words before the desk is open: first run, sealed file, recovery key, sign-in.

use super::words;

words! {
    WELCOME = "इस कंप्यूटर पर अभी कोई नगर नहीं है", "No town on this computer yet";
    WELCOME_MORE = "नगर के दूसरे कंप्यूटर का आमंत्रण हो तो जुड़ें। नगर का पहला कंप्यूटर हो तो राज्य के कोड से आरंभ करें।",
        "Join with an invitation from another computer of the town. If this is the town's first computer, begin with the state's code.";
    JOIN = "नगर से जुड़ें", "Join a town";
    FOUND = "नगर आरंभ करें", "Found a town";
    SERVER = "सर्वर का पता", "Server address";
    SERVER_HINT = "जैसे https://palika.uk.gov.in", "Such as https://palika.uk.gov.in";
    INVITATION_CODE = "आमंत्रण कोड", "Invitation code";
    STATE_CODE = "राज्य का पंजीकरण कोड", "The state's enrolment code";
    TOWN = "नगर", "Town";
    ADMINISTRATOR_HINDI = "प्रशासक का नाम (हिन्दी)", "Administrator's name (Hindi)";
    ADMINISTRATOR_ENGLISH = "प्रशासक का नाम (अंग्रेज़ी)", "Administrator's name (English)";
    DEVICE_NAME = "इस कंप्यूटर का नाम", "Name of this computer";
    DEVICE_NAME_HINT = "जैसे काउंटर 1", "Such as Counter 1";
    YOUR_PASSWORD = "आपका पासवर्ड इस कंप्यूटर पर", "Your password on this computer";
    PASSPHRASE = "फ़ाइल का कूट-वाक्य", "Passphrase of the file";
    PASSPHRASE_HINT = "ऐच्छिक; कंप्यूटर का कुंजी-कोष खो जाए तब काम आएगा", "Optional: for the day the computer's keyring is lost";
    DO_JOIN = "जुड़ें", "Join";
    DO_FOUND = "आरंभ करें", "Found";

    RECOVERY = "पुनर्प्राप्ति कुंजी", "Recovery key";
    RECOVERY_MORE = "कंप्यूटर ख़राब होने पर नगर की फ़ाइल केवल इसी कुंजी से खुलेगी। यह एक ही बार दिखाई जाती है। इसे छापकर तिजोरी में रखें।",
        "If this computer fails, only this key opens the town's file. It is shown once. Print it and keep it in the safe.";
    RECOVERY_SHEET = "छापने का पन्ना", "The sheet to print";
    RECOVERY_KEPT = "कुंजी छाप ली है और तिजोरी में रख दी है", "The key is printed and kept in the safe";
    GO_ON = "आगे बढ़ें", "Go on";

    SEALED = "नगर की फ़ाइल बंद है", "The town's file is sealed";
    SEALED_MORE = "फ़ाइल सुरक्षित है। नीचे के किसी एक तरीके से खोलें।", "The file is safe. Open it in one of the ways below.";
    WITH_PASSPHRASE = "कूट-वाक्य से खोलें", "Open with the passphrase";
    WITH_RECOVERY_KEY = "छपी हुई पुनर्प्राप्ति कुंजी", "The printed recovery key";
    RECOVERY_KEY_HINT = "चार-चार अक्षरों के समूह, जैसे छपे हैं", "In groups of four, as printed";
    WITH_KEYRING = "कुंजी-कोष से फिर प्रयास करें", "Try the keyring again";
    OPEN = "खोलें", "Open";

    SIGN_IN = "प्रवेश", "Sign in";
    PERSON = "कर्मचारी", "Person";
    PERSON_HINT = "नाम लिखें या ↑ ↓ से चुनें", "Type the name, or choose with ↑ ↓";
    FIRST_PASSWORD = "इस कंप्यूटर पर पहला पासवर्ड पर्यवेक्षक बनाएँगे।", "A supervisor sets the first password on this computer.";
    DO_SIGN_IN = "प्रवेश करें", "Sign in";
    LOCKED_DRAFT = "अधूरा भुगतान सुरक्षित है।", "The unfinished payment is kept.";
}
