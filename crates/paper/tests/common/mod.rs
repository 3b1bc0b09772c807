//! Papers of Haldwani as they come in practice, for all tests of this crate.
#![allow(dead_code, reason = "each test file uses its own part")]

use domain::drawer::{DenominationCount, count_worth};
use domain::{Bilingual, BusinessDate, Paise};
use paper::*;
use std::sync::Arc;

/// 23-11-2026, 11:22 in India.
pub const MORNING: i64 = 1_795_413_120_000;

pub fn both(hindi: &str, english: &str) -> Bilingual {
    Bilingual::new(hindi, english)
}

pub fn day() -> BusinessDate {
    BusinessDate::new(2026, 11, 23).unwrap()
}

pub fn letterhead() -> Letterhead {
    Letterhead {
        town: both("नगर निगम हल्द्वानी-काठगोदाम", "Municipal Corporation Haldwani-Kathgodam"),
        department: both("शहरी विकास विभाग, उत्तराखण्ड", "Urban Development Department, Uttarakhand"),
        address: both("नैनीताल रोड, हल्द्वानी 263139", "Nainital Road, Haldwani 263139"),
        digits: Digits::Latin,
        emblem: None,
    }
}

/// As long as a signed receipt's code is.
pub fn seal() -> Seal {
    let mut qr = String::from("PALIKA1:");
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut state = 2_463_534_242u32;
    while qr.len() < 520 {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        qr.push(char::from(alphabet[state as usize % alphabet.len()]));
    }
    Seal { qr, chain_head: "9f2c1b77aa".to_owned(), device: "C03-b".to_owned() }
}

pub fn consumer() -> Consumer {
    Consumer {
        name: both("श्रीमती गंगोत्री देवी रौतेला", "Smt. Gangotri Devi Rautela"),
        father_or_husband: both("स्व. कृष्ण चंद्र रौतेला", "Late Krishna Chandra Rautela"),
        id: "UK-248459-014-002317".to_owned(),
        old_id: "14/231-A".to_owned(),
        ward: both("14 – तल्ली बमौरी", "14 – Talli Bamori"),
        locality: both("छड़ायल सुयाल", "Chharail Suyal"),
        address: both("231-ए, शांति विहार कॉलोनी", "231-A, Shanti Vihar Colony"),
    }
}

pub fn line(hindi: &str, english: &str, period: &str, paise: i64) -> ReceiptLine {
    ReceiptLine { head: both(hindi, english), period: period.to_owned(), amount: Paise(paise) }
}

pub fn receipt() -> Receipt {
    Receipt {
        letterhead: letterhead(),
        number: "248459/C03-b/2026-27/000417".to_owned(),
        business_date: day(),
        taken_at_unix_ms: MORNING,
        counter: "C03".to_owned(),
        clerk: both("दीपक बिष्ट", "Deepak Bisht"),
        subject: both("संपत्ति कर", "Property tax"),
        payer: "मोहन सिंह रौतेला".to_owned(),
        consumer: consumer(),
        lines: vec![
            line("गृह कर", "House tax", "2024-25", 218_400),
            line("विलंब शुल्क", "Late fee", "2024-25", 21_840),
            line("गृह कर", "House tax", "2025-26", 218_400),
            line("स्वच्छता शुल्क", "Sanitation charge", "2025-26", 36_000),
            line("गृह कर", "House tax", "2026-27", 240_250),
            line("छूट", "Rebate", "2026-27", -24_025),
        ],
        advance: Paise(9_135),
        total: Paise(720_000),
        balance_after: Some(Paise::ZERO),
        payment: Payment {
            mode: both("नकद", "Cash"),
            details: Vec::new(),
            subject_to_realisation: false,
            tendered: Some(Paise(750_000)),
            change: Some(Paise(30_000)),
        },
        seal: seal(),
        reprint: None,
        leaf: None,
    }
}

pub fn cheque_receipt() -> Receipt {
    let detail =
        |hindi, english, value: &str| Detail { label: both(hindi, english), value: value.to_owned() };
    Receipt {
        payment: Payment {
            mode: both("चेक", "Cheque"),
            details: vec![
                detail("चेक संख्या", "Cheque no.", "004512"),
                detail("चेक दिनांक", "Cheque date", "21-11-2026"),
                detail("बैंक", "Bank", "भारतीय स्टेट बैंक, हल्द्वानी · SBIN0000646"),
            ],
            subject_to_realisation: true,
            tendered: None,
            change: None,
        },
        balance_after: Some(Paise(1_234_500)),
        reprint: Some(Reprint {
            number: 2, reason: both("काग़ज़ फँस गया", "Paper jam")
        }),
        leaf: Some(Leaf { book: "112".to_owned(), leaf: "11218".to_owned(), written_on: day() }),
        ..receipt()
    }
}

/// Twenty years of six heads: the limit of a receipt.
pub fn longest_receipt() -> Receipt {
    let heads = [
        ("गृह कर", "House tax"),
        ("जल कर", "Water tax"),
        ("जल निकासी कर", "Drainage tax"),
        ("स्वच्छता शुल्क", "Sanitation charge"),
        ("विलंब शुल्क", "Late fee"),
        ("ब्याज", "Interest"),
    ];
    let lines: Vec<ReceiptLine> = (2007..2027)
        .flat_map(|year| {
            heads.iter().enumerate().map(move |(index, (hindi, english))| {
                let period = format!("{year}-{:02}", (year + 1) % 100);
                line(hindi, english, &period, 10_000 * (index as i64 + 1) + i64::from(year))
            })
        })
        .collect();
    let total = lines.iter().map(|line| line.amount.0).sum();
    Receipt { lines, total: Paise(total), advance: Paise::ZERO, ..receipt() }
}

pub fn certificate() -> Certificate {
    Certificate {
        letterhead: letterhead(),
        number: "248459/CP/2026-27/00023".to_owned(),
        issued_at_unix_ms: MORNING,
        receipt_number: "248459/C03-b/2026-27/000417".to_owned(),
        received_on: day(),
        payer: "मोहन सिंह रौतेला".to_owned(),
        consumer: consumer(),
        subject: both("संपत्ति कर", "Property tax"),
        amount: Paise(720_000),
        mode: both("नकद", "Cash"),
        subject_to_realisation: false,
        applicant: "मोहन सिंह रौतेला".to_owned(),
        fee: Some((Paise(100), "248459/C03-b/2026-27/000981".to_owned())),
        issued_by: both("अनीता जोशी, कर अधीक्षक", "Anita Joshi, Tax Superintendent"),
        seal: seal(),
    }
}

pub fn cancelled() -> CancelledSlip {
    CancelledSlip {
        letterhead: letterhead(),
        receipt_number: "248459/C03-b/2026-27/000417".to_owned(),
        receipt_date: day(),
        amount: Paise(720_000),
        mode: both("नकद", "Cash"),
        payer: "मोहन सिंह रौतेला".to_owned(),
        consumer_name: consumer().name,
        consumer_id: consumer().id,
        counter: "C03".to_owned(),
        cancelled_at_unix_ms: MORNING + 600_000,
        reason: both("गलत खाते में प्रविष्टि", "Entered on the wrong account"),
        remark: "खाता 14/213-A के स्थान पर 14/231-A".to_owned(),
        asked_by: both("दीपक बिष्ट", "Deepak Bisht"),
        approved_by: both("अनीता जोशी", "Anita Joshi"),
        original_surrendered: true,
        replaced_by: "248459/C03-b/2026-27/000418".to_owned(),
        seal: seal(),
    }
}

pub fn cash() -> Vec<DenominationCount> {
    [
        (50_000, 61),
        (20_000, 14),
        (10_000, 38),
        (5_000, 9),
        (2_000, 5),
        (1_000, 12),
        (500, 4),
        (200, 6),
        (100, 7),
    ]
    .into_iter()
    .map(|(value, count)| DenominationCount { denomination_paise: Paise(value), count })
    .collect()
}

pub fn cash_total() -> Paise {
    count_worth(&cash()).unwrap()
}

pub fn day_close() -> DayCloseSheet {
    let mode = |hindi, english, receipts, paise| ModeTotal {
        mode: both(hindi, english),
        receipts,
        amount: Paise(paise),
    };
    let head = |hindi, english, code: &str, paise| HeadTotal {
        head: both(hindi, english),
        nmam_code: code.to_owned(),
        amount: Paise(paise),
    };
    let counted = cash_total();
    DayCloseSheet {
        letterhead: letterhead(),
        number: "248459/C03-b/2026-27/D0041".to_owned(),
        business_date: day(),
        counter: "C03".to_owned(),
        clerk: both("दीपक बिष्ट", "Deepak Bisht"),
        opened_at_unix_ms: MORNING - 5_000_000,
        closed_at_unix_ms: MORNING + 22_000_000,
        modes: vec![
            mode("नकद", "Cash", 41, 3_643_700),
            mode("यू.पी.आई.", "UPI", 17, 1_912_500),
            mode("चेक / ड्राफ़्ट", "Cheque / draft", 3, 4_450_000),
            mode("कार्ड मशीन", "Card machine", 2, 310_050),
        ],
        heads: vec![
            head("गृह कर – चालू", "House tax – current", "110-01-01", 4_201_150),
            head("गृह कर – बकाया", "House tax – arrears", "431-10-01", 4_020_000),
            head("स्वच्छता शुल्क", "Sanitation charge", "140-11-03", 1_202_100),
            head("व्यापार अनुज्ञप्ति शुल्क", "Trade licence fee", "140-12-02", 650_000),
            head("विलंब शुल्क", "Late fee", "140-20-01", 243_000),
        ],
        total: Paise(10_316_250),
        first_receipt: "248459/C03-b/2026-27/000376".to_owned(),
        last_receipt: "248459/C03-b/2026-27/000438".to_owned(),
        receipts: 63,
        cancelled: vec![CancelledLine {
            number: "248459/C03-b/2026-27/000417".to_owned(),
            amount: Paise(720_000),
            reason: both("गलत खाते में प्रविष्टि", "Entered on the wrong account"),
        }],
        float: Paise(200_000),
        remitted: Paise::ZERO,
        expected_cash: Paise(counted.0 + 5_000),
        counted_cash: counted,
        cash: cash(),
        difference: Paise(-5_000),
        difference_reason: "खुले पैसे देते समय ₹ 50 अधिक दिए गए".to_owned(),
        seal: seal(),
    }
}

pub fn remittance() -> RemittanceSlip {
    let instrument = |number: &str, bank: &str, paise| Instrument {
        kind: both("चेक", "Cheque"),
        number: number.to_owned(),
        date: "21-11-2026".to_owned(),
        bank: bank.to_owned(),
        amount: Paise(paise),
    };
    let cash_total = cash_total();
    RemittanceSlip {
        letterhead: letterhead(),
        number: "248459/C03-b/2026-27/R0019".to_owned(),
        date: day(),
        made_at_unix_ms: MORNING,
        bank: both("भारतीय स्टेट बैंक", "State Bank of India"),
        branch: "हल्द्वानी · SBIN0000646".to_owned(),
        account_number: "30294857612".to_owned(),
        account_name: both("नगर आयुक्त, नगर निगम हल्द्वानी", "Municipal Commissioner, Nagar Nigam Haldwani"),
        counters: "C01, C03".to_owned(),
        collected: "22-11-2026 – 23-11-2026".to_owned(),
        carried_by: both("रमेश चंद्र पंत", "Ramesh Chandra Pant"),
        cash: cash(),
        cash_total,
        instruments: vec![
            instrument("004512", "भारतीय स्टेट बैंक, हल्द्वानी", 2_500_000),
            instrument("771203", "पंजाब नैशनल बैंक, काठगोदाम", 1_200_000),
            instrument("000091", "Nainital Bank, Mukhani", 750_000),
        ],
        instruments_total: Paise(4_450_000),
        total: Paise(cash_total.0 + 4_450_000),
        seal: seal(),
    }
}

pub fn handover() -> HandoverSheet {
    HandoverSheet {
        letterhead: letterhead(),
        number: "248459/C03-b/2026-27/H0007".to_owned(),
        business_date: day(),
        at_unix_ms: MORNING,
        counter: "C03".to_owned(),
        from: both("दीपक बिष्ट", "Deepak Bisht"),
        to: both("पुष्पा नेगी", "Pushpa Negi"),
        last_receipt: "248459/C03-b/2026-27/000417".to_owned(),
        cash: cash(),
        cash_total: cash_total(),
        expected_cash: cash_total(),
        difference: Paise::ZERO,
        difference_reason: String::new(),
        instruments: 3,
        instruments_total: Paise(4_450_000),
        receipt_books: "पुस्तक 112, पर्ण 11219–11300".to_owned(),
        seal: seal(),
    }
}

pub fn recovery_key() -> RecoveryKeySheet {
    RecoveryKeySheet {
        letterhead: letterhead(),
        town_code: "248459".to_owned(),
        made_at_unix_ms: MORNING,
        device: "C03".to_owned(),
        key: "7K2MQ9XW4TRB8HFN3CZD6PVJ5YGA7K2MQ9XW4TRB8HFN3CZD6PVJ".to_owned(),
        fingerprint: "5F-A2-91".to_owned(),
    }
}

pub fn upi() -> UpiSlip {
    UpiSlip {
        letterhead: letterhead(),
        request: UpiRequest {
            payee_vpa: "nnhaldwani@sbi".to_owned(),
            payee_name: "Nagar Nigam Haldwani".to_owned(),
            amount: Paise(720_000),
            reference: "248459C03B26270000417".to_owned(),
            note: "Property tax UK-248459-014-002317".to_owned(),
            merchant_code: Some("9311".to_owned()),
        },
        subject: both("संपत्ति कर", "Property tax"),
        consumer_name: consumer().name,
        consumer_id: consumer().id,
        counter: "C03".to_owned(),
        asked_at_unix_ms: MORNING,
    }
}

/// A shield with a mountain, drawn by rule: stands for a town's emblem.
pub fn emblem() -> Arc<scene::GreyPicture> {
    let side = 160i32;
    let pixels = (0..side * side)
        .map(|at| {
            let (x, y) = (at % side - side / 2, at / side - side / 2);
            let from_centre = x * x + y * y;
            let ring = (68 * 68..76 * 76).contains(&from_centre) || (58 * 58..60 * 60).contains(&from_centre);
            let mountain = from_centre < 56 * 56 && y > 0.max(x.abs() - 30) && y < 40;
            if ring || mountain { 20 } else { 255 }
        })
        .collect();
    Arc::new(scene::GreyPicture { width: 160, height: 160, pixels })
}
