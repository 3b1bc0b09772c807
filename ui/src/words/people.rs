//! Words of staff and roles.

use super::words;

words! {
    STAFF = "कर्मचारी व भूमिकाएँ", "Staff and roles";
    ADD = "कर्मचारी जोड़ें", "Add a person";
    NAME_HINDI = "नाम (हिन्दी)", "Name (Hindi)";
    NAME_ENGLISH = "नाम (अंग्रेज़ी)", "Name (English)";
    ROLE = "भूमिका", "Role";
    FIRST_PASSWORD = "इस कंप्यूटर पर पहला पासवर्ड", "First password on this computer";
    HAS_PASSWORD = "यहाँ पासवर्ड है", "Password here";
    NO_PASSWORD = "यहाँ पासवर्ड नहीं", "No password here";
    SET_PASSWORD = "पासवर्ड बनाएँ", "Set a password";
    GRANT = "भूमिका दें", "Grant";
    WITHDRAW = "भूमिका वापस लें", "Withdraw";
    WITHDRAW_REASON = "वापस लेने का कारण", "Reason for withdrawing";
    CHOOSE = "सूची से कर्मचारी चुनें: ↑ ↓ और Enter", "Choose a person from the list: ↑ ↓ and Enter";
    NO_ROLE = "कोई भूमिका नहीं", "No role";
    PASSWORD_SET = "पासवर्ड बन गया", "The password is set";
}
