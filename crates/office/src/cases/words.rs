//! What cases, their decisions and their fields are called, in both languages.

use crate::OfficeError;
use crate::counter::head_name;
use domain::Bilingual;
use domain::demand::HeadCode;
use domain::register::PropertyField;

/// A case read from its stable name.
pub(super) struct CaseName {
    /// Its kind in words.
    pub(super) kind: Bilingual,
    /// What it is about.
    pub(super) what: Bilingual,
    /// The consumer it touches; empty for none.
    pub(super) consumer: String,
}

impl CaseName {
    /// `double-collection/PT/PT-248459-000123/2026-27/PT_TAX/RECEIPTS`, `demand/…` alike without its end,
    /// `conflict/PT-248459-000123/old_id`, all others `KIND/DEVICE/EPOCH…`. A consumer's code may hold a slash itself, so both ends are read from the outside.
    pub(super) fn read(name: &str) -> Result<CaseName, OfficeError> {
        let (kind, rest) = name.split_once('/').unwrap_or((name, ""));
        let (consumer, what) = match kind {
            "double-collection" => of_due(rest.rsplit_once('/').map_or(rest, |(due, _)| due))?,
            "demand" => of_due(rest)?,
            "conflict" => of_field(rest),
            _ => (String::new(), Bilingual::new(rest, rest)),
        };
        Ok(CaseName { kind: kind_of_case(kind), what, consumer })
    }
}

fn of_due(rest: &str) -> Result<(String, Bilingual), OfficeError> {
    let due = rest.split_once('/').and_then(|(service, rest)| {
        let (rest, head) = rest.rsplit_once('/')?;
        let (consumer, year) = rest.rsplit_once('/')?;
        Some((service, consumer, year, head))
    });
    let Some((service, consumer, year, head)) = due else {
        return Ok((String::new(), Bilingual::new(rest, rest)));
    };
    let head = head_name(service, &HeadCode(head.to_owned()))?;
    let what = Bilingual::new(
        format!("{consumer} · {} {year}", head.hindi),
        format!("{consumer} · {} {year}", head.english),
    );
    Ok((consumer.to_owned(), what))
}

fn of_field(rest: &str) -> (String, Bilingual) {
    let Some((consumer, field)) = rest.rsplit_once('/') else {
        return (String::new(), Bilingual::new(rest, rest));
    };
    let field = field_words(field);
    let what =
        Bilingual::new(format!("{consumer} · {}", field.hindi), format!("{consumer} · {}", field.english));
    (consumer.to_owned(), what)
}

fn kind_of_case(kind: &str) -> Bilingual {
    match kind {
        "double-collection" => Bilingual::new("दोहरी वसूली", "Double collection"),
        "demand" => Bilingual::new("मांग में अंतर", "Demands differ"),
        "conflict" => Bilingual::new("दो अलग मान", "Two values"),
        "fork" => Bilingual::new("शृंखला दो हुई", "Chain forked"),
        "late" => Bilingual::new("बंद दिन की रसीद", "Receipt of a closed day"),
        "lost" => Bilingual::new("छोड़ी गई शाखा की रसीद", "Receipt of a branch given up"),
        "redo" => Bilingual::new("फिर करने के कार्य", "To be done again"),
        "tail" => Bilingual::new("शृंखला का अज्ञात छोर", "Unknown end of a series"),
        "disputed" => Bilingual::new("विवादित अभिलेख", "Disputed entries"),
        "waiting" => Bilingual::new("रुके अभिलेख", "Entries that wait"),
        "version" => Bilingual::new("नए संस्करण के अभिलेख", "Entries of a newer version"),
        "refused" => Bilingual::new("अस्वीकृत अभिलेख", "Refused entries"),
        other => Bilingual::new(other, other),
    }
}

/// What a person does before deciding, where every case of the kind asks for the same; else each says its own.
pub(super) fn to_do(kind: &str) -> Bilingual {
    let (hindi, english) = match kind {
        "double-collection" => (
            "करदाता से बात करें: अधिक राशि अग्रिम रहे या लौटाई जाए।",
            "Speak to the payer: the excess stays as advance or is refunded.",
        ),
        "demand" => (
            "दोनों मांगों के आधार देखें; बिल में बड़ी मांग दिख रही है।",
            "Look at what each demand rests on; the bill shows the larger meanwhile.",
        ),
        "conflict" => (
            "मौके या काग़ज़ से देखें कि कौन सा मान सही है।",
            "Find out on the spot or from papers which value is right.",
        ),
        "fork" => (
            "एक ही कंप्यूटर की दो प्रतियाँ चलीं: दूसरी बंद करें। रसीद पर छपे दस चिह्न बताते हैं वह किस शाखा की है।",
            "Two copies of one computer were at work: stop the other. The ten characters on a receipt tell its branch.",
        ),
        "redo" => {
            ("हर कार्य देखें और जो अब भी चाहिए वह फिर करें।", "Look at each act and do again what is still wanted.")
        }
        "tail" => (
            "उस काउंटर की कार्बन प्रतियाँ, बही और रोकड़ देखें; मिली हर रसीद काग़ज़ की जाँच (Alt+7) में क्यूआर से दर्ज करें। फिर घोषित करें कि आगे कुछ है या नहीं।",
            "Look through that counter's papers, books and cash; enter each receipt that is found from its QR at Verify a paper (Alt+7). Then declare whether anything else stands beyond.",
        ),
        _ => ("", ""),
    };
    Bilingual::new(hindi, english)
}

/// A decision in words; the code itself where a later version wrote it.
pub(super) fn decision_words(code: &str) -> Bilingual {
    let (hindi, english) = match code {
        "advance" => ("अग्रिम के रूप में रखें", "Keep as advance"),
        "refund" => ("वापसी की कार्यवाही करें", "Refund to the payer"),
        "larger-stands" => ("बड़ी मांग मान्य रहे", "The larger demand stands"),
        "entered-again" => (
            "दूसरी शाखा की रसीदें उनके क्यूआर से दर्ज की गईं",
            "The other branch's receipts were entered from their QR",
        ),
        "no-receipts" => ("दूसरी शाखा में कोई रसीद नहीं थी", "The other branch held no receipt"),
        "money-found" => {
            ("राशि मिल गई; जमा पर्ची से बैंक जाएगी", "The money was found; it goes to the bank with a slip")
        }
        "money-not-found" => ("राशि नहीं मिली; जाँच दर्ज है", "The money was not found; an inquiry is on record"),
        "at-bank" => ("राशि बैंक में आ चुकी है", "The money is at the bank"),
        "not-at-bank" => ("राशि बैंक में नहीं आई; जाँच दर्ज है", "The money did not arrive; an inquiry is on record"),
        "no-money" => {
            ("इस रसीद के पीछे राशि नहीं थी; जाँच दर्ज है", "No money stood behind it; an inquiry is on record")
        }
        "done-again" => ("कार्य फिर किए गए", "It was done again"),
        "not-needed" => ("अब आवश्यक नहीं", "It is not needed any more"),
        "nothing-beyond" => ("आगे कोई रसीद नहीं कटी", "No receipt was issued beyond it"),
        "all-entered" => ("आगे की सब रसीदें काग़ज़ से दर्ज हैं", "Every receipt beyond it was entered from its paper"),
        "not-to-be-found" => {
            ("शेष का पता नहीं चल सका; जाँच दर्ज है", "The rest cannot be found; an inquiry is on record")
        }
        "accept" => ("अंत तक मान्य करें", "Accept them to the last"),
        "stays-disputed" => ("विवादित ही रहें; देखा गया", "They stay disputed; looked into"),
        "past-lost" => (
            "पहले के अभिलेख नहीं लौटेंगे; काग़ज़ से दर्ज किया गया",
            "The earlier entries do not come back; paper was entered instead",
        ),
        "looked-into" => ("देखा गया; कोई राशि नहीं छूटी", "Looked into; no money is missing"),
        "entered-from-paper" => ("इनकी रसीदें काग़ज़ से दर्ज हैं", "Their receipts were entered from paper"),
        code if code.starts_with("keep-") => ("दिख रहा मान रखा गया", "The value shown was kept"),
        code if code.starts_with("take-") => ("दूसरा मान चुना गया", "Another value was chosen"),
        other => (other, other),
    };
    Bilingual::new(hindi, english)
}

/// A field of the register.
fn field_words(key: &str) -> Bilingual {
    let (hindi, english) = match PropertyField::from_key(key) {
        Some(PropertyField::PropertyId) => ("संपत्ति संख्या", "Property no."),
        Some(PropertyField::OldId) => ("पुरानी संख्या", "Old no."),
        Some(PropertyField::OwnerHindi) => ("भवन स्वामी (हिन्दी)", "Owner (Hindi)"),
        Some(PropertyField::OwnerEnglish) => ("भवन स्वामी (अंग्रेज़ी)", "Owner (English)"),
        Some(PropertyField::GuardianHindi) => ("पिता / पति (हिन्दी)", "Father / husband (Hindi)"),
        Some(PropertyField::GuardianEnglish) => ("पिता / पति (अंग्रेज़ी)", "Father / husband (English)"),
        Some(PropertyField::DoorNumber) => ("मकान सं.", "Door no."),
        Some(PropertyField::Ward) => ("वार्ड", "Ward"),
        Some(PropertyField::Locality) => ("मोहल्ला", "Locality"),
        Some(PropertyField::Address) => ("पता", "Address"),
        Some(PropertyField::Usage) => ("उपयोग", "Usage"),
        None => (key, key),
    };
    Bilingual::new(hindi, english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_from_its_name_even_where_the_consumer_holds_a_slash() {
        let case = CaseName::read("double-collection/PT/34/123/2025-26/PT_TAX/0a1b2c3d4e").unwrap();
        assert_eq!(case.consumer, "34/123");
        assert_eq!(case.kind.english, "Double collection");
        assert!(case.what.english.starts_with("34/123 · ") && case.what.english.ends_with(" 2025-26"));
        let case = CaseName::read("conflict/PT-248459-000123/old_id").unwrap();
        assert_eq!(
            (case.consumer.as_str(), case.what.english.as_str()),
            ("PT-248459-000123", "PT-248459-000123 · Old no.")
        );
        assert_eq!(CaseName::read("of-a-later-version").unwrap().kind.english, "of-a-later-version");
    }

    #[test]
    fn no_kind_of_case_is_without_its_words() {
        for kind in [
            "double-collection",
            "demand",
            "conflict",
            "fork",
            "late",
            "lost",
            "redo",
            "tail",
            "disputed",
            "waiting",
            "version",
            "refused",
        ] {
            let words = kind_of_case(kind);
            assert!(words.english != kind && words.hindi != words.english, "{kind}");
        }
    }

    #[test]
    fn no_field_is_without_its_words() {
        for field in PropertyField::ALL {
            assert_ne!(field_words(field.key()).english, field.key());
        }
    }
}
