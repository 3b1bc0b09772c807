//! What each error says, in both languages: what happened, what is safe, what to do.

use crate::OfficeError;
use contract::Problem;
use domain::payment::InstrumentError;
use domain::{Bilingual, Paise};

struct Words {
    code: &'static str,
    field: &'static str,
    hindi: String,
    english: String,
}

fn words(code: &'static str, field: &'static str, hindi: &str, english: &str) -> Words {
    Words { code, field, hindi: hindi.to_owned(), english: english.to_owned() }
}

impl OfficeError {
    /// As the screen shows it.
    pub fn problem(&self) -> Problem {
        if let OfficeError::ServerRefused(problem) | OfficeError::Import(problem) = self {
            return (**problem).clone();
        }
        if let OfficeError::LogFile(error) = self {
            return Problem {
                code: error.code().to_owned(),
                message: error.message(),
                field: "path".to_owned(),
                detail: self.to_string(),
            };
        }
        let Words { code, field, hindi, english } = self.words();
        Problem {
            code: code.to_owned(),
            message: Bilingual { hindi, english },
            field: field.to_owned(),
            detail: self.to_string(),
        }
    }

    fn words(&self) -> Words {
        use OfficeError as E;
        match self {
            E::Store(error) => from_bilingual(error.code(), error.message()),
            E::Journal(error) => from_bilingual(error.code(), error.message()),
            E::Masters(error) => Words {
                code: error.code(),
                field: "",
                hindi: error.message(domain::Language::Hindi),
                english: error.message(domain::Language::English),
            },
            E::Paper(error) => Words {
                code: error.code(),
                field: "",
                hindi: error.message(domain::Language::Hindi).to_owned(),
                english: error.message(domain::Language::English).to_owned(),
            },
            E::Refused(refusal) => {
                Words { field: refusal.field(), ..from_bilingual(refusal.code(), refusal.message()) }
            }
            E::NoTown
            | E::NotSignedIn
            | E::NoPasswordHere
            | E::WrongPassword
            | E::PasswordTooShort
            | E::NotAllowed(_)
            | E::SecondPerson => self.words_of_people(),
            E::NoShift
            | E::ShiftOpen
            | E::NotTheHolder
            | E::DateBeforeLast
            | E::ClockSuspect
            | E::Difference { .. }
            | E::Denomination
            | E::SlipDoesNotAddUp { .. }
            | E::OfflineTooLong
            | E::DeviceRevoked => self.words_of_drawer(),
            E::Instrument(error) => words_of_instrument(*error),
            E::ServerNotReached(_)
            | E::CodeNotAccepted
            | E::File(_)
            | E::ImportProblems(_)
            | E::NoUpiAddress
            | E::NoSuchCase
            | E::ServerRefused(_)
            | E::Import(_) => self.words_of_others(),
            _ => self.words_of_money(),
        }
    }

    fn words_of_people(&self) -> Words {
        use OfficeError as E;
        match self {
            E::NoTown => words(
                "E-OFFICE-001",
                "",
                "यहाँ किसी नगर की फ़ाइल खुली नहीं है। पहले नगर से जुड़ें या फ़ाइल खोलें।",
                "No town's file is open here. Join a town or open the file first.",
            ),
            E::NoPasswordHere => words(
                "E-OFFICE-003",
                "password",
                "इस कंप्यूटर पर आपका पासवर्ड नहीं बना है। पर्यवेक्षक यहाँ साइन-इन करके आपका पासवर्ड बनवाएँ।",
                "You have no password at this computer. Ask a supervisor to sign in here and set it with you.",
            ),
            E::WrongPassword => words(
                "E-OFFICE-004",
                "password",
                "पासवर्ड सही नहीं है। कुछ नहीं बदला गया। दोबारा लिखें।",
                "The password is not right. Nothing was changed. Type it again.",
            ),
            E::PasswordTooShort => words(
                "E-OFFICE-005",
                "password",
                "पासवर्ड में कम से कम आठ अक्षर हों। कुछ नहीं बदला गया।",
                "A password needs at least eight characters. Nothing was changed.",
            ),
            E::NotAllowed(_) => words(
                "E-OFFICE-006",
                "",
                "आपकी भूमिका में यह काम नहीं आता। कुछ नहीं बदला गया। पर्यवेक्षक या प्रशासक से कहें।",
                "Your role does not include this. Nothing was changed. Ask the supervisor or administrator.",
            ),
            E::SecondPerson => words(
                "E-OFFICE-007",
                "second",
                "दूसरा व्यक्ति आपसे अलग हो और उसे स्वीकृति का अधिकार हो। कुछ नहीं बदला गया। पर्यवेक्षक या लेखाकार साइन करें।",
                "The second person must be somebody else who may approve. Nothing was changed. Let a supervisor or accountant sign.",
            ),
            _ => words(
                "E-OFFICE-002",
                "",
                "साइन-इन नहीं है। आपका लिखा सुरक्षित है; साइन-इन करके आगे बढ़ें।",
                "Nobody is signed in. What you typed is safe; sign in and go on.",
            ),
        }
    }

    fn words_of_drawer(&self) -> Words {
        use OfficeError as E;
        match self {
            E::ShiftOpen => words(
                "E-OFFICE-011",
                "",
                "एक पाली पहले से खुली है। पहले उसे गिनकर बंद करें।",
                "A shift is open already. Count and close it first.",
            ),
            E::NotTheHolder => words(
                "E-OFFICE-012",
                "",
                "दराज़ अभी दूसरे लिपिक के नाम है। उनसे हस्तांतरण कराएँ; आपका लिखा सुरक्षित है।",
                "Another clerk holds the drawer. Take it over first; what you typed is safe.",
            ),
            E::DateBeforeLast => words(
                "E-OFFICE-013",
                "business_date",
                "कार्य-दिनांक पिछली पाली से पहले का नहीं हो सकता। बाद का दिनांक चुनें।",
                "The business date cannot lie before the last shift's. Choose a later date.",
            ),
            E::ClockSuspect => words(
                "E-OFFICE-014",
                "business_date",
                "कंप्यूटर की घड़ी पर भरोसा नहीं है। कैलेंडर देखकर दिनांक की पुष्टि करें।",
                "The computer's clock cannot be trusted. Check the calendar and confirm the date.",
            ),
            E::Difference { difference_paise } => {
                let (kind_hindi, kind_english) = if difference_paise.is_negative() {
                    ("कम", "short")
                } else {
                    ("अधिक", "in excess")
                };
                let amount = Paise(difference_paise.0.saturating_abs());
                Words {
                    code: "E-OFFICE-015",
                    field: "difference_reason",
                    hindi: format!(
                        "नकद ₹{amount} {kind_hindi} है। दोबारा गिनें, या कारण चुनकर बंद करें। कुछ दर्ज नहीं हुआ।"
                    ),
                    english: format!(
                        "The cash is ₹{amount} {kind_english}. Count again, or choose a reason and close. Nothing was recorded."
                    ),
                }
            }
            E::Denomination => words(
                "E-OFFICE-018",
                "counted",
                "गिनती में ऐसा नोट या सिक्का है जो सूची में नहीं है। कुछ दर्ज नहीं हुआ। सूची के नोट और सिक्के ही गिनें।",
                "The count has a note or coin that is not on the list. Nothing was recorded. Count those on the list.",
            ),
            E::SlipDoesNotAddUp { counted_paise, in_hand_paise } => Words {
                code: "E-OFFICE-019",
                field: "cash",
                hindi: format!(
                    "पर्ची पर नकद ₹{counted_paise} है, जबकि बंद पालियों का नकद ₹{in_hand_paise} जमा होना है। कुछ दर्ज नहीं हुआ। नोट और सिक्के दोबारा गिनें।"
                ),
                english: format!(
                    "The slip has ₹{counted_paise} in cash, but ₹{in_hand_paise} of closed shifts must be paid in. Nothing was recorded. Count the notes and coins again."
                ),
            },
            E::OfflineTooLong => words(
                "E-OFFICE-016",
                "",
                "यह काउंटर बहुत दिनों से सर्वर से नहीं मिला; नई पाली नहीं खुलेगी। चालू काम पूरा किया जा सकता है। लाइन या USB से मिलान कराएँ।",
                "This counter has been out of contact too long; a new shift is refused. Work in progress may be finished. Connect by line or USB.",
            ),
            E::DeviceRevoked => words(
                "E-OFFICE-017",
                "",
                "इस कंप्यूटर की मान्यता समाप्त की गई है; नई पाली नहीं खुलेगी। दर्ज रसीदें सुरक्षित हैं। प्रशासक से मिलें।",
                "Trust in this computer was ended; a new shift is refused. Recorded receipts are safe. See the administrator.",
            ),
            _ => words(
                "E-OFFICE-010",
                "",
                "पाली नहीं खुली है। पहले दराज़ खोलें (Ctrl+B); आपका लिखा सुरक्षित है।",
                "No shift is open. Open the drawer first (Ctrl+B); what you typed is safe.",
            ),
        }
    }

    fn words_of_money(&self) -> Words {
        use OfficeError as E;
        match self {
            E::NoSuchConsumer => words(
                "E-OFFICE-020",
                "consumer",
                "यह खाता पंजी में नहीं मिला। खोज कर दोबारा चुनें।",
                "This account is not in the register. Search and choose again.",
            ),
            E::AmountNotPositive => words(
                "E-OFFICE-021",
                "amount",
                "राशि शून्य से अधिक हो। रुपये में लिखें।",
                "The amount must be more than zero. Type it in rupees.",
            ),
            E::AmountTooLarge => words(
                "E-OFFICE-022",
                "amount",
                "एक रसीद पर अधिकतम ₹10 करोड़ लिया जा सकता है। राशि जाँचें।",
                "One receipt takes at most ₹10 crore. Check the amount.",
            ),
            E::PartPaymentNotAllowed => words(
                "E-OFFICE-023",
                "amount",
                "इस मद में आंशिक भुगतान की अनुमति नहीं है। पूरी राशि लें।",
                "This head allows no part payment. Take the full amount.",
            ),
            E::AdvanceNotAllowed => words(
                "E-OFFICE-024",
                "amount",
                "इस मद में देय से अधिक (अग्रिम) लेने की अनुमति नहीं है। राशि घटाएँ।",
                "This head allows no advance beyond the due. Lower the amount.",
            ),
            E::NothingDue => words("E-OFFICE-025", "amount", "कोई राशि देय नहीं है।", "Nothing is due."),
            E::LinesDoNotAddUp => words(
                "E-OFFICE-026",
                "lines",
                "मदों का योग राशि के बराबर नहीं है। मद की राशियाँ जाँचें।",
                "The heads do not add up to the amount. Check the amounts by head.",
            ),
            E::NoSuchHead => words(
                "E-OFFICE-027",
                "lines",
                "यह मद इस सेवा में नहीं है। सूची से मद चुनें।",
                "This head does not belong to the service. Choose one from the list.",
            ),
            E::Mobile => words(
                "E-OFFICE-028",
                "payer_mobile",
                "मोबाइल दस अंकों का हो और 6 से 9 के बीच से शुरू हो, या खाली छोड़ें।",
                "A mobile has ten digits and begins with 6 to 9; or leave it empty.",
            ),
            E::TooLong { field, characters_max } => Words {
                code: "E-OFFICE-029",
                field,
                hindi: format!("इसमें अधिकतम {characters_max} अक्षर आते हैं। छोटा करके लिखें; आपका लिखा सुरक्षित है।"),
                english: format!(
                    "This takes at most {characters_max} characters. Shorten it; what you typed is safe."
                ),
            },
            E::Missing(field) => Words {
                code: "E-OFFICE-030",
                field,
                hindi: "यह भरना आवश्यक है।".to_owned(),
                english: "This must be filled in.".to_owned(),
            },
            E::Leaf => words(
                "E-OFFICE-031",
                "leaf",
                "यह पन्ना इस काउंटर को दी गई किसी बही का नहीं है, या पहले दर्ज हो चुका है। बही और पन्ना जाँचें।",
                "This leaf is not of a book issued to this counter, or was entered before. Check book and leaf.",
            ),
            E::LeafBook => words(
                "E-OFFICE-036",
                "book",
                "यह बही संख्या पहले जारी हो चुकी है, या पन्नों की सीमा सही नहीं है (पहला ≤ अंतिम, अधिकतम 1000 पन्ने)। कुछ दर्ज नहीं हुआ।",
                "This book was issued before, or its leaves are no range (first ≤ last, at most 1,000). Nothing was recorded.",
            ),
            E::CancelledAlready => {
                words("E-OFFICE-032", "", "यह रसीद पहले ही निरस्त है।", "This receipt is cancelled already.")
            }
            E::RemittedAlready => words(
                "E-OFFICE-033",
                "",
                "इस रसीद की राशि बैंक में जमा हो चुकी है; अब केवल प्रत्यावर्तन (रिवर्सल) हो सकता है।",
                "This receipt's money went to the bank; only a reversal is possible now.",
            ),
            E::NotThisDrawer => words(
                "E-OFFICE-034",
                "",
                "यह रसीद दूसरे काउंटर की है; यह काम उसी काउंटर पर होगा।",
                "This receipt belongs to another counter; do this there.",
            ),
            _ => words(
                "E-OFFICE-035",
                "draft",
                "यह मसौदा पहचान में नहीं आया। बिल दोबारा खोलें।",
                "This draft is not recognised. Open the bill again.",
            ),
        }
    }

    fn words_of_others(&self) -> Words {
        use OfficeError as E;
        match self {
            E::ServerNotReached(_) => words(
                "E-OFFICE-040",
                "server",
                "सर्वर से संपर्क नहीं हुआ। आपका काम यहाँ सुरक्षित है और अपने आप फिर भेजा जाएगा।",
                "The server cannot be reached. Your work is safe here and will be sent again by itself.",
            ),
            E::CodeNotAccepted => words(
                "E-OFFICE-041",
                "code",
                "यह कोड मान्य नहीं है: ग़लत लिखा है, पुराना है या प्रयोग हो चुका है। नया कोड लें।",
                "This code is not accepted: mistyped, expired or used. Ask for a new one.",
            ),
            E::File(_) => words(
                "E-OFFICE-042",
                "path",
                "फ़ाइल नहीं पढ़ी जा सकी। नाम और स्थान जाँचें; कुछ नहीं बदला गया।",
                "The file could not be read. Check its name and place; nothing was changed.",
            ),
            E::ImportProblems(count) => Words {
                code: "E-OFFICE-043",
                field: "path",
                hindi: format!(
                    "फ़ाइल में {count} त्रुटियाँ हैं, इसलिए कुछ नहीं लिया गया। उन्हें सुधारें, या \"केवल सही पंक्तियाँ\" चुनें।"
                ),
                english: format!(
                    "The file has {count} problems, so nothing was taken. Correct them, or choose \"good rows only\"."
                ),
            },
            E::NoUpiAddress => words(
                "E-OFFICE-044",
                "upi",
                "इस काउंटर पर कार्यालय का UPI पता दर्ज नहीं है। सेटिंग में लिखें।",
                "No UPI address of the office is set at this counter. Enter it in settings.",
            ),
            _ => words(
                "E-OFFICE-045",
                "case",
                "यह प्रकरण खुला नहीं है। सूची ताज़ा करें।",
                "This case is not open. Refresh the list.",
            ),
        }
    }
}

fn from_bilingual(code: &'static str, message: Bilingual) -> Words {
    Words { code, field: "", hindi: message.hindi, english: message.english }
}

fn words_of_instrument(error: InstrumentError) -> Words {
    use InstrumentError as I;
    match error {
        I::TenderedTooLittle => words(
            "E-OFFICE-050",
            "tendered",
            "दी गई नकदी राशि से कम है। पूरी नकदी लें या राशि घटाएँ।",
            "The cash handed over is less than the amount. Take all of it or lower the amount.",
        ),
        I::ChequeNumber => words(
            "E-OFFICE-051",
            "number",
            "चेक/ड्राफ़्ट संख्या छह अंकों की होती है।",
            "A cheque or draft number has six digits.",
        ),
        I::DateMissing => words("E-OFFICE-052", "dated", "तारीख लिखें।", "Enter the date."),
        I::DateInFuture => words(
            "E-OFFICE-053",
            "dated",
            "आगे की तारीख का चेक नहीं लिया जाता।",
            "A post-dated instrument is not taken.",
        ),
        I::Stale => words(
            "E-OFFICE-054",
            "dated",
            "चेक/ड्राफ़्ट तीन महीने से पुराना है; बैंक नहीं मानेगा। नया लें।",
            "The instrument is older than three months; the bank will refuse it. Ask for a new one.",
        ),
        I::Ifsc => words(
            "E-OFFICE-055",
            "ifsc",
            "IFSC में 11 अक्षर होते हैं: चार अक्षर, शून्य, फिर छह (जैसे SBIN0000646)।",
            "An IFSC has 11 characters: four letters, a zero, then six (e.g. SBIN0000646).",
        ),
        I::BankMissing => words(
            "E-OFFICE-056",
            "bank",
            "IFSC लिखें, या बैंक और शाखा दोनों लिखें।",
            "Enter the IFSC, or both bank and branch.",
        ),
        I::RetrievalReference => words(
            "E-OFFICE-057",
            "number",
            "संदर्भ संख्या (RRN) 12 अंकों की होती है।",
            "The reference number (RRN) has 12 digits.",
        ),
        I::CardDigits => words(
            "E-OFFICE-058",
            "card_last_four",
            "कार्ड के अंतिम चार अंक लिखें।",
            "Enter the card's last four digits.",
        ),
        I::TransferReference => words(
            "E-OFFICE-059",
            "number",
            "UTR 16 या 22 अक्षर-अंकों का होता है।",
            "A UTR has 16 or 22 letters and digits.",
        ),
    }
}
