//! What each problem says in Hindi and English: first what is wrong, then what to do.

use crate::error::{FileKind, ImportError};
use crate::limits;
use domain::{Bilingual, Language};

impl ImportError {
    /// What happened and what to do.
    pub fn message(&self, language: Language) -> String {
        format!("{} {}", self.what(language), self.cure(language))
    }

    /// What is wrong.
    pub fn what(&self, language: Language) -> String {
        texts(self).0.get(language).to_owned()
    }

    /// What to do about it.
    pub fn cure(&self, language: Language) -> String {
        texts(self).1.get(language).to_owned()
    }
}

/// What is wrong, and the cure.
fn texts(error: &ImportError) -> (Bilingual, Bilingual) {
    row_texts(error)
        .or_else(|| money_texts(error))
        .or_else(|| note_texts(error))
        .unwrap_or_else(|| file_texts(error))
}

type Texts = (Bilingual, Bilingual);

fn say(hindi: &str, english: &str, cure_hindi: &str, cure_english: &str) -> Texts {
    (Bilingual::new(hindi, english), Bilingual::new(cure_hindi, cure_english))
}

fn row_texts(error: &ImportError) -> Option<Texts> {
    use ImportError as E;
    Some(match error {
        E::MissingPropertyId => say(
            "इस पंक्ति में सम्पत्ति संख्या नहीं है।",
            "This row has no property id.",
            "सम्पत्ति संख्या लिखें, या पंक्ति हटा दें।",
            "Write the property id, or delete the row.",
        ),
        E::ConflictingRows { first_row } => say(
            &format!("यही सम्पत्ति पंक्ति {first_row} में दूसरे विवरण के साथ है।"),
            &format!("Row {first_row} has the same property with other details."),
            "दोनों पंक्तियाँ मिलाएँ और सही विवरण रखें; अलग सम्पत्ति हो तो उसकी संख्या ठीक करें।",
            "Compare the two rows and keep the right details; if it is another property, correct its id.",
        ),
        E::UnknownWard => say(
            "इस नगर में इस कोड या नाम का कोई वार्ड नहीं है।",
            "The town has no ward with this code or name.",
            "वार्ड सूची से कोड या नाम लिखें।",
            "Write a code or a name from the list of wards.",
        ),
        E::UnknownLocality => say(
            "इस नगर में इस कोड या नाम का कोई मोहल्ला नहीं है।",
            "The town has no locality with this code or name.",
            "मोहल्ला सूची से कोड या नाम लिखें।",
            "Write a code or a name from the list of localities.",
        ),
        E::AmbiguousLocality { codes } => say(
            "इस नाम के एक से अधिक मोहल्ले हैं।",
            "More than one locality has this name.",
            &format!("वार्ड भी लिखें, या मोहल्ले का कोड: {}।", codes.join(", ")),
            &format!("Write the ward too, or the locality's code: {}.", codes.join(", ")),
        ),
        E::WardDisagrees { ward } => say(
            &format!("यह मोहल्ला वार्ड {ward} में है, पंक्ति में दूसरा वार्ड लिखा है।"),
            &format!("This locality lies in ward {ward}; the row names another ward."),
            "वार्ड या मोहल्ला ठीक करें।",
            "Correct the ward or the locality.",
        ),
        E::BadMobile => say(
            "यह मोबाइल नम्बर नहीं है।",
            "This is not a mobile number.",
            "6, 7, 8 या 9 से आरम्भ होने वाले 10 अंक लिखें, केवल एक नम्बर; न हो तो खाली छोड़ें।",
            "Write 10 digits beginning with 6, 7, 8 or 9, one number only; or leave it empty.",
        ),
        E::TooLong { characters_max } => say(
            &format!("{characters_max} से अधिक अक्षर हैं।"),
            &format!("There are more than {characters_max} characters."),
            "छोटा करके लिखें।",
            "Write it shorter.",
        ),
        E::StrangeCharacters => say(
            "ऐसे चिह्न या अक्षर हैं जो इस स्तम्भ में नहीं आ सकते (जैसे इमोजी या दूसरी लिपि)।",
            "There are signs or letters this column cannot hold (such as emoji or another script).",
            "देवनागरी या अंग्रेज़ी अक्षरों में दोबारा लिखें।",
            "Write it again in Devanagari or Latin letters.",
        ),
        E::LettersLost => say(
            "अक्षर बिगड़ गए हैं (?, \u{25A1} या टूटे अक्षर)। सही नाम इस फ़ाइल में अब नहीं है।",
            "Letters were lost (?, \u{25A1} or broken letters). The right text is no longer in this file.",
            "मूल फ़ाइल को Excel में \"CSV UTF-8\" या .xlsx के रूप में दोबारा सहेजें।",
            "Save the original again from Excel as \"CSV UTF-8\" or as .xlsx.",
        ),
        E::LegacyFont => say(
            "यह नाम कृतिदेव जैसे पुराने फ़ॉण्ट में टाइप किया हुआ है।",
            "This name is typed in a legacy font such as Kruti Dev.",
            "इसे यूनिकोड (मंगल या Noto Sans Devanagari) में बदलकर लिखें।",
            "Convert it to Unicode (Mangal or Noto Sans Devanagari).",
        ),
        E::WrongScript => say(
            "नाम जिस स्तम्भ में है, उसकी लिपि दूसरी है।",
            "The name is not in the script of its column.",
            "हिन्दी स्तम्भ में देवनागरी और अंग्रेज़ी स्तम्भ में अंग्रेज़ी अक्षर लिखें।",
            "Write Devanagari in the Hindi column and Latin letters in the English one.",
        ),
        E::ColumnCount { expected, found } => say(
            &format!("स्तम्भ {expected} हैं, पंक्ति में मान {found} हैं।"),
            &format!("The file has {expected} columns, the row has {found} values."),
            "जिस मान में अल्पविराम हो उसे \" \" में लिखें; पंक्ति कटी हो तो फ़ाइल दोबारा सहेजें।",
            "Put a value that holds a comma in quotation marks; if the row is cut off, save the file again.",
        ),
        _ => return None,
    })
}

fn money_texts(error: &ImportError) -> Option<Texts> {
    use ImportError as E;
    Some(match error {
        E::BadAmount => say(
            "यह राशि नहीं है।",
            "This is not an amount.",
            "केवल अंक लिखें, जैसे 1250 या 1,250.50; कुछ बकाया न हो तो खाली छोड़ें।",
            "Write digits only, such as 1250 or 1,250.50; leave it empty where nothing is owed.",
        ),
        E::AmountTooLarge { limit_paise } => say(
            &format!("राशि एक मद की सीमा ₹{limit_paise} से अधिक है।"),
            &format!("The amount is above the limit of one head, ₹{limit_paise}."),
            "राशि जाँचें; कहीं अंक अधिक तो नहीं लग गए।",
            "Check the amount for digits too many.",
        ),
        E::NegativeAmount => say(
            "इस मद में बकाया ऋणात्मक नहीं हो सकता।",
            "Under this head an outstanding amount cannot be negative.",
            "राशि ठीक करें; अग्रिम जमा हो तो उसे अग्रिम या छूट के मद में लिखें।",
            "Correct the amount; write an advance under a head for advances or rebates.",
        ),
        E::PositiveCredit => say(
            "छूट या अग्रिम की राशि ऋण चिह्न के साथ होनी चाहिए।",
            "A rebate or an advance must carry a minus sign.",
            "राशि के आगे - लगाएँ, जैसे -250; देय राशि हो तो मद ठीक करें।",
            "Put - before the amount, such as -250; if it is owed, correct the head.",
        ),
        E::BelowPaisa => say(
            "राशि में दो से अधिक दशमलव अंक हैं।",
            "The amount has more than two decimals.",
            "पैसे तक पूर्णांकित करके लिखें, जैसे 125.50।",
            "Round it to the paisa, such as 125.50.",
        ),
        E::UnknownHead => say(
            "इस नगर में इस कोड या नाम का कोई मद नहीं है।",
            "The town has no head with this code or name.",
            "मद सूची से कोड या नाम लिखें, जैसे PT_TAX या सम्पत्ति कर।",
            "Write a code or a name from the list of heads, such as PT_TAX or Property tax.",
        ),
        E::BadYear => say(
            "यह एक वित्तीय वर्ष नहीं है।",
            "This is not one financial year.",
            "वर्ष 2023-24 के रूप में लिखें।",
            "Write the year as 2023-24.",
        ),
        E::DateInstead => say(
            "Excel ने लिखे हुए को दिनांक बना दिया है।",
            "Excel has turned what was typed into a date.",
            "स्तम्भ का प्रारूप \"Text\" करें और मान दोबारा लिखें।",
            "Format the column as \"Text\" and type the value again.",
        ),
        E::DigitsLost => say(
            "Excel ने लम्बी संख्या को छोटा कर दिया है, कुछ अंक खो गए हैं।",
            "Excel has shortened a long number; some digits are lost.",
            "स्तम्भ का प्रारूप \"Text\" करें और संख्या दोबारा लिखें।",
            "Format the column as \"Text\" and type the number again.",
        ),
        E::RepeatedDue { first_row } => say(
            &format!("इसी वर्ष और मद की राशि पंक्ति {first_row} में भी है।"),
            &format!("Row {first_row} has an amount for the same year and head."),
            "एक ही पंक्ति रखें; दोनों देय हों तो जोड़कर एक राशि लिखें।",
            "Keep one of them; if both are owed, write their sum once.",
        ),
        E::IncompleteDue => say(
            "वर्ष, मद और राशि तीनों नहीं हैं।",
            "Year, head and amount are not all there.",
            "तीनों लिखें, या कुछ बकाया न हो तो तीनों खाली छोड़ें।",
            "Write all three, or leave all three empty where nothing is owed.",
        ),
        E::FailedFormula => say(
            "इस खाने का सूत्र विफल है।",
            "The formula in this cell has failed.",
            "सूत्र ठीक करें, या उसके स्थान पर मान लिखें।",
            "Correct the formula, or write the value in its place.",
        ),
        E::TooManyDues => say(
            "इस सम्पत्ति पर सम्भव से अधिक बकाया पंक्तियाँ हैं।",
            "This property has more dues than are possible.",
            "जाँचें कि कई सम्पत्तियों पर एक ही संख्या तो नहीं है।",
            "Check whether several properties carry the same id.",
        ),
        _ => return None,
    })
}

fn note_texts(error: &ImportError) -> Option<Texts> {
    use ImportError as E;
    Some(match error {
        E::InvisibleRemoved => say(
            "न दिखने वाले चिह्न या इमोजी हटा दिए गए।",
            "Marks that cannot be seen, or emoji, were taken out.",
            "कुछ करने की आवश्यकता नहीं।",
            "Nothing need be done.",
        ),
        E::NameMoved => say(
            "नाम अपनी लिपि के स्तम्भ में रखा गया।",
            "The name was put in the field of its script.",
            "कुछ करने की आवश्यकता नहीं।",
            "Nothing need be done.",
        ),
        E::IdenticalRow { first_row } => say(
            &format!("यह पंक्ति {first_row} की हूबहू प्रति है; एक बार ली गई।"),
            &format!("This row is a copy of row {first_row}; it was taken once."),
            "कुछ करने की आवश्यकता नहीं।",
            "Nothing need be done.",
        ),
        E::ColumnIgnored => say(
            "यह स्तम्भ पढ़ा नहीं गया।",
            "This column was not read.",
            "आवश्यक हो तो स्तम्भ का नाम प्रारूप-पुस्तिका के अनुसार लिखें।",
            "If it is needed, name it as the description of the format says.",
        ),
        E::TotalRowSkipped => say(
            "योग की पंक्ति छोड़ी गई।",
            "A row of totals was passed over.",
            "कुछ करने की आवश्यकता नहीं।",
            "Nothing need be done.",
        ),
        E::OwnerMissing => say(
            "भवन स्वामी का नाम नहीं है।",
            "No owner is named.",
            "सम्पत्ति ली गई; नाम बाद में पंजिका में भरें।",
            "The property was taken; enter the name in the register later.",
        ),
        E::ReadAsWestern => say(
            "फ़ाइल यूनिकोड में नहीं है; Windows-1252 मानकर पढ़ी गई।",
            "The file is not Unicode; it was read as Windows-1252.",
            "नाम जाँच लें; गलत दिखें तो Excel में \"CSV UTF-8\" के रूप में सहेजें।",
            "Look at the names; if they are wrong, save from Excel as \"CSV UTF-8\".",
        ),
        E::NoDueColumns => say(
            "फ़ाइल में बकाया के स्तम्भ नहीं हैं; केवल सम्पत्तियाँ ली जाएँगी।",
            "The file has no columns of dues; only the properties will be taken.",
            "बकाया भी लाना हो तो वर्ष, मद और राशि के स्तम्भ जोड़ें।",
            "To bring dues too, add columns for year, head and amount.",
        ),
        _ => return None,
    })
}

/// Every text about a whole file also says that nothing has happened yet.
fn file_texts(error: &ImportError) -> Texts {
    let (mut what, cure) = bare_file_texts(error);
    what.hindi.push_str(" पंजिका में अभी कुछ नहीं जोड़ा गया है।");
    what.english.push_str(" Nothing has been added to the register yet.");
    (what, cure)
}

fn bare_file_texts(error: &ImportError) -> Texts {
    use ImportError as E;
    match error {
        E::EmptyFile => say("फ़ाइल खाली है।", "The file is empty.", "सही फ़ाइल चुनें।", "Choose the right file."),
        E::NotATable { kind } => {
            let (hindi, english) = kind_words(*kind);
            say(
                &format!("यह {hindi} है, पढ़ी जा सकने वाली तालिका नहीं।"),
                &format!("This is {english}, not a table that can be read."),
                "फ़ाइल को Excel या LibreOffice में खोलकर .xlsx या \"CSV UTF-8\" के रूप में सहेजें।",
                "Open it in Excel or LibreOffice and save it as .xlsx or as \"CSV UTF-8\".",
            )
        }
        E::FileTooLarge { megabytes_max } => say(
            &format!("फ़ाइल {megabytes_max} MB से बड़ी है।"),
            &format!("The file is larger than {megabytes_max} MB."),
            "पंजिका को वार्डवार कई फ़ाइलों में बाँटें।",
            "Split the register into several files, by ward.",
        ),
        E::TooManyRows => say(
            &format!("{} से अधिक पंक्तियाँ हैं।", limits::ROWS_MAX),
            &format!("There are more than {} rows.", limits::ROWS_MAX),
            "पंजिका को वार्डवार कई फ़ाइलों में बाँटें।",
            "Split the register into several files, by ward.",
        ),
        E::TooManyColumns => say(
            &format!("{} से अधिक स्तम्भ हैं।", limits::COLUMNS_MAX),
            &format!("There are more than {} columns.", limits::COLUMNS_MAX),
            "अनावश्यक स्तम्भ हटाएँ।",
            "Delete the columns that are not needed.",
        ),
        E::Protected => say(
            "फ़ाइल पासवर्ड से बन्द है।",
            "The file is locked with a password.",
            "Excel में खोलकर पासवर्ड हटाएँ और दोबारा सहेजें।",
            "Open it in Excel, remove the password and save it again.",
        ),
        E::NoSuchSheet { sheets } => say(
            &format!("इस नाम की शीट नहीं है। उपलब्ध शीटें: {}।", sheets.join(", ")),
            &format!("There is no sheet of this name. The sheets are: {}.", sheets.join(", ")),
            "इनमें से एक चुनें।",
            "Choose one of them.",
        ),
        E::DamagedText => say(
            "फ़ाइल का पाठ इस पंक्ति के पास टूटा हुआ है।",
            "The file's text is damaged near this row.",
            "फ़ाइल दोबारा कॉपी करें, या मूल से \"CSV UTF-8\" के रूप में सहेजें।",
            "Copy the file again, or save it from the original as \"CSV UTF-8\".",
        ),
        E::DamagedWorkbook => say(
            "कार्यपुस्तिका पढ़ी नहीं जा सकी; फ़ाइल टूटी हुई है।",
            "The workbook cannot be read; the file is damaged.",
            "Excel या LibreOffice में खोलकर दोबारा .xlsx के रूप में सहेजें।",
            "Open it in Excel or LibreOffice and save it again as .xlsx.",
        ),
        E::UnpacksTooLarge => say(
            "खोलने पर यह फ़ाइल असाधारण रूप से बड़ी हो जाती है।",
            "Unpacked, this file becomes far too large.",
            "फ़ाइल भरोसे की हो तो केवल पंजिका की शीट नई फ़ाइल में रखकर सहेजें।",
            "If you trust the file, save the register's sheet alone in a new one.",
        ),
        other => layout_texts(other),
    }
}

fn layout_texts(error: &ImportError) -> Texts {
    use ImportError as E;
    match error {
        E::ColumnTwice => say(
            "यह स्तम्भ दो बार है।",
            "This column is there twice.",
            "एक स्तम्भ हटाएँ या उसका नाम बदलें।",
            "Delete one of them or give it another name.",
        ),
        E::MixedForms => say(
            "बकाया दो ढंग से लिखा है: वर्षवार स्तम्भों में भी और वर्ष/मद/राशि के स्तम्भों में भी।",
            "Dues are written in two ways: in columns by year and in columns for year, head and amount.",
            "एक ही ढंग रखें; योग का स्तम्भ हो तो उसका नाम \"योग\" करें।",
            "Keep one way; if this column is a total, name it \"Total\".",
        ),
        E::IncompleteLongForm { missing } => {
            let hindi = match *missing {
                "year" => "वर्ष",
                "head" => "मद",
                _ => "राशि",
            };
            say(
                &format!("बकाया के लिए \"{hindi}\" का स्तम्भ नहीं है।"),
                &format!("For the dues the column \"{missing}\" is missing."),
                "वर्ष, मद और राशि तीनों स्तम्भ रखें, या हर वर्ष का स्तम्भ \"सम्पत्ति कर 2023-24\" के रूप में नामित करें।",
                "Give all of year, head and amount, or name a column for each year such as \"PT_TAX 2023-24\".",
            )
        }
        E::OpenQuote => say(
            "यहाँ से उद्धरण चिह्न \" खुला रह गया है; आगे की पंक्तियाँ पढ़ी नहीं जा सकतीं।",
            "From here a quotation mark \" was left open; the rows after it cannot be read.",
            "इस पंक्ति में \" बन्द करें या हटाएँ।",
            "Close or delete the \" in this row.",
        ),
        E::CellTooLong => say(
            &format!("एक खाने में {} से अधिक अक्षर हैं।", limits::CELL_CHARACTERS_MAX),
            &format!("One cell holds more than {} characters.", limits::CELL_CHARACTERS_MAX),
            "इस पंक्ति को देखें और छोटा करें।",
            "Look at this row and shorten it.",
        ),
        E::LegacyFontThroughout => say(
            "इस स्तम्भ के नाम कृतिदेव जैसे पुराने फ़ॉण्ट में टाइप किए हुए हैं।",
            "The names in this column are typed in a legacy font such as Kruti Dev.",
            "फ़ाइल को यूनिकोड परिवर्तक से बदलें (कृतिदेव से यूनिकोड), फिर दोबारा लाएँ।",
            "Run the file through a Unicode converter (Kruti Dev to Unicode), then bring it again.",
        ),
        E::NotWhole { errors } => say(
            &format!("फ़ाइल में {errors} त्रुटियाँ हैं, इसलिए पूरी नहीं ली जा सकती।"),
            &format!("The file has {errors} errors and cannot be taken whole."),
            "त्रुटियाँ ठीक करें, या \"केवल सही पंक्तियाँ\" चुनें।",
            "Correct them, or choose \"good rows only\".",
        ),
        _ => say(
            "स्तम्भों के नाम वाली पंक्ति नहीं मिली, या उसमें सम्पत्ति संख्या का स्तम्भ नहीं है।",
            "No row with column names was found, or it has no column for the property id.",
            "पहली पंक्ति में स्तम्भों के नाम लिखें, जैसे property_id या सम्पत्ति संख्या।",
            "Write the column names in the first row, such as property_id.",
        ),
    }
}

fn kind_words(kind: FileKind) -> (&'static str, &'static str) {
    match kind {
        FileKind::OldExcel => (
            "पुराने Excel (.xls) की या पासवर्ड से बन्द फ़ाइल",
            "a file of old Excel (.xls) or one locked with a password",
        ),
        FileKind::OpenDocument => ("OpenDocument फ़ाइल", "an OpenDocument file"),
        FileKind::WebPage => ("वेब पृष्ठ", "a web page"),
        FileKind::Pdf => ("PDF फ़ाइल", "a PDF"),
        FileKind::Picture => ("चित्र", "a picture"),
        FileKind::Archive => ("ZIP फ़ाइल", "a ZIP archive"),
        FileKind::Unknown => ("अज्ञात प्रकार की फ़ाइल", "a file of an unknown kind"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Language;
    use std::collections::BTreeSet;

    #[test]
    fn every_problem_says_what_and_the_cure_in_both_languages() {
        let examples = ImportError::examples();
        let codes: BTreeSet<&str> = examples.iter().map(ImportError::code).collect();
        assert_eq!(codes.len(), examples.len(), "each code once");
        let mut said = BTreeSet::new();
        for error in &examples {
            let (what, cure) = texts(error);
            for text in [&what.hindi, &cure.hindi] {
                assert!(text.chars().any(|c| ('\u{900}'..='\u{97F}').contains(&c)), "{error:?}");
                assert!(text.ends_with(['।', ')']), "{text}");
            }
            for text in [&what.english, &cure.english] {
                assert!(
                    text.ends_with('.') && !text.chars().any(|c| ('\u{900}'..='\u{97F}').contains(&c)),
                    "{text}"
                );
            }
            assert!(said.insert(error.what(Language::Hindi)), "two problems say the same: {error:?}");
        }
    }
}
