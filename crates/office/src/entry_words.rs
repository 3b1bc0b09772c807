//! What entries of the log are called, and why some were refused, in both languages.

use domain::Bilingual;
use domain::fact::Kind;

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
        Kind::ReceiptRecovered => ("खोई रसीद की पुनः प्रविष्टि", "Lost receipt entered again"),
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
    fn no_kind_is_without_its_words() {
        for kind in Kind::ALL {
            let words = kind_words(kind.number());
            assert_ne!(words.hindi, words.english, "{kind:?}");
        }
        assert!(kind_words(999).english.contains("999"));
    }
}
