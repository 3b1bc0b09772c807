//! What cases, entries kept aside and their fields are called, in both languages.

use crate::OfficeError;
use crate::counter::head_name;
use domain::Bilingual;
use domain::demand::HeadCode;
use domain::fact::Kind;
use domain::register::PropertyField;

/// A case read from its stable name.
pub(crate) struct CaseName {
    /// Its kind in words.
    pub(crate) kind: Bilingual,
    /// What it is about.
    pub(crate) what: Bilingual,
    /// The consumer it touches; empty for none.
    pub(crate) consumer: String,
}

impl CaseName {
    /// `double-collection/PT/PT-248459-000123/2026-27/PT_TAX/RECEIPTS`, `demand/…` alike without its end,
    /// `conflict/PT-248459-000123/old_id`, `fork/DEVICE/EPOCH`. A consumer's code may hold a slash itself, so both ends are read from the outside.
    pub(crate) fn read(name: &str) -> Result<CaseName, OfficeError> {
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
        other => Bilingual::new(other, other),
    }
}

/// A decision in words; the code itself where a later version wrote it.
pub(crate) fn decision_words(code: &str) -> Bilingual {
    let (hindi, english) = match code {
        "advance" => ("अग्रिम के रूप में रखें", "Keep as advance"),
        "refund" => ("वापसी की कार्यवाही करें", "Refund to the payer"),
        "larger-stands" => ("बड़ी मांग मान्य रहे", "The larger demand stands"),
        "entered-again" => (
            "दूसरी शाखा की रसीदें उनके क्यूआर से दर्ज की गईं",
            "The other branch's receipts were entered from their QR",
        ),
        "no-receipts" => ("दूसरी शाखा में कोई रसीद नहीं थी", "The other branch held no receipt"),
        code if code.starts_with("keep-") => ("दिख रहा मान रखा गया", "The value shown was kept"),
        code if code.starts_with("take-") => ("दूसरा मान चुना गया", "Another value was chosen"),
        other => (other, other),
    };
    Bilingual::new(hindi, english)
}

/// A field of the register.
pub(crate) fn field_words(key: &str) -> Bilingual {
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

/// What an entry of the log is called; a later version's kind by its number.
pub(crate) fn kind_words(number: u16) -> Bilingual {
    let Some(kind) = Kind::from_number(number) else {
        return match number {
            0 => Bilingual::new("अभिलेख", "Entries"),
            _ => Bilingual::new(
                format!("नए संस्करण का अभिलेख ({number})"),
                format!("A newer version's entry ({number})"),
            ),
        };
    };
    let (hindi, english) = match kind {
        Kind::Seen => ("मिलान-चिह्न", "Heads seen"),
        Kind::EpochOpened => ("उपकरण का नया आरंभ", "Device began anew"),
        Kind::DefinitionPublished => ("नियम-तालिका", "Definition"),
        Kind::TownFounded => ("नगर का आरंभ", "Town founded"),
        Kind::DeviceEnrolled => ("उपकरण जोड़ना", "Device enrolled"),
        Kind::DeviceRevoked => ("उपकरण पर विश्वास समाप्त", "Trust in a device ended"),
        Kind::StaffEnrolled => ("कर्मचारी जोड़ना", "Person added"),
        Kind::RoleGranted => ("भूमिका देना", "Role granted"),
        Kind::RoleWithdrawn => ("भूमिका वापस लेना", "Role withdrawn"),
        Kind::StaffKeyCertified => ("कर्मचारी की कुंजी", "Person's key"),
        Kind::DemandBatch => ("मांग", "Demands"),
        Kind::ShiftOpened => ("पाली खोलना", "Shift opened"),
        Kind::ReceiptIssued => ("रसीद", "Receipt"),
        Kind::ReceiptCancelled => ("रसीद निरस्त करना", "Cancellation"),
        Kind::ReceiptReprinted => ("दोबारा छपाई", "Reprint"),
        Kind::PaymentCertified => ("भुगतान प्रमाण-पत्र", "Certificate of payment"),
        Kind::ShiftClosed => ("पाली बंद करना", "Shift closed"),
        Kind::Remitted => ("बैंक में जमा", "Remittance"),
        Kind::DrawerHandedOver => ("रोकड़ सौंपना", "Handover"),
        Kind::LeafBookIssued => ("छपी बही जारी करना", "Receipt book issued"),
        Kind::AdvanceSpent => ("अग्रिम का समायोजन", "Advance spent"),
        Kind::CaseSettled => ("प्रकरण का निस्तारण", "Case settled"),
        Kind::DisputeAccepted => ("विवादित अभिलेख मान्य करना", "Disputed entries accepted"),
        Kind::RecordChanged => ("संपत्ति-विवरण में बदलाव", "Change to the register"),
        Kind::ContactSealed => ("संपर्क-विवरण", "Contact"),
    };
    Bilingual::new(hindi, english)
}

/// Why bytes were refused. The evidence is kept with the technician's sentence; a person is told what it comes to.
pub(crate) fn refusal_words(reason: &str) -> Bilingual {
    let (hindi, english) = match reason {
        reason if reason.starts_with("the signature") => ("हस्ताक्षर नहीं मिलता", "the signature does not hold"),
        reason if reason.starts_with("the key") => ("कुंजी उस उपकरण की नहीं", "the key is another device's"),
        reason if reason.starts_with("malformed") => ("अभिलेख का रूप टूटा है", "the entries are broken"),
        reason if reason.starts_with("too large") => ("सीमा से बड़ा", "larger than the limit"),
        other => (other, other),
    };
    Bilingual::new(format!("अस्वीकृत: {hindi}"), format!("Refused: {english}"))
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
    fn no_kind_and_no_field_is_without_its_words() {
        for kind in Kind::ALL {
            let words = kind_words(kind.number());
            assert_ne!(words.hindi, words.english, "{kind:?}");
        }
        for field in PropertyField::ALL {
            assert_ne!(field_words(field.key()).english, field.key());
        }
        assert!(kind_words(999).english.contains("999"));
    }
}
