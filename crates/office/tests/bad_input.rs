//! What bad input gets: a named field, a stable code, and nothing lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{TestOffice, cheque, monday, property_id, rupees, words_of};
use contract::{Payment, PrintState, Reply, Reprint, Request};
use domain::limits::RECEIPT_PAISE_MAX;
use domain::payment::Instrument;
use domain::receipt::ReceiptLine;
use domain::{BusinessDate, Paise};

#[tokio::test]
async fn amounts_beyond_reason_are_refused_and_the_limit_itself_is_taken() {
    let (office, _) = TestOffice::at_the_counter().await;
    let with = |amount| office.payment(&property_id(5), amount, Instrument::exact_cash(amount));
    let refusals = [
        (Paise(0), "E-OFFICE-021"),
        (Paise(-1), "E-OFFICE-021"),
        (Paise(i64::MIN), "E-OFFICE-021"),
        (Paise(RECEIPT_PAISE_MAX.0 + 1), "E-OFFICE-022"),
        (rupees(1_000_000_000), "E-OFFICE-022"),
        (Paise(i64::MAX), "E-OFFICE-022"),
    ];
    for (amount, code) in refusals {
        assert_eq!(office.refused(Request::TakePayment(with(amount))).await, code, "{amount:?}");
        assert_eq!(office.refused(Request::Preview(with(amount))).await, code, "{amount:?}");
    }
    let largest = office.take(with(RECEIPT_PAISE_MAX)).await;
    assert_eq!(largest.brief.number, "248459/C03-a/2026-27/000001");
    assert!(words_of(largest.paper.as_ref().unwrap()).contains(&RECEIPT_PAISE_MAX.to_string()));
    assert_eq!(office.bill(&property_id(5)).await.advance_paise, RECEIPT_PAISE_MAX);
    // One paisa is money too.
    let paisa = office.take(with(Paise(1))).await;
    assert!(words_of(paisa.paper.as_ref().unwrap()).contains("0.01"));
    office.must_verify().await;
}

#[tokio::test]
async fn names_of_any_script_are_printed_and_endless_ones_refused() {
    let (office, _) = TestOffice::at_the_counter().await;
    let cash = || office.payment(&property_id(1), rupees(10), Instrument::exact_cash(rupees(10)));
    let endless = Payment { payer_name: "नाम".repeat(5_000), ..cash() };
    let problem = office.ask(Request::TakePayment(endless)).await.unwrap_err();
    assert_eq!((problem.code.as_str(), problem.field.as_str()), ("E-OFFICE-029", "payer_name"));
    let refusals = [
        (Payment { remark: "x".repeat(501), ..cash() }, "E-OFFICE-029"),
        (Payment { payer_mobile: "12345".to_owned(), ..cash() }, "E-OFFICE-028"),
        (Payment { payer_mobile: "९८७६५४३२१०".to_owned(), ..cash() }, "E-OFFICE-028"),
        (Payment { draft: "zz".to_owned(), ..cash() }, "E-OFFICE-035"),
        (Payment { consumer: "PT-248459-999999".to_owned(), ..cash() }, "E-OFFICE-020"),
        (Payment { service: "NO.SUCH".to_owned(), ..cash() }, "E-OFFICE-027"),
    ];
    for (payment, code) in refusals {
        assert_eq!(office.refused(Request::TakePayment(payment.clone())).await, code, "{payment:?}");
    }
    for (typed, kept) in [
        ("🙂 राम\u{202e}प्रसाद", "🙂 रामप्रसाद"),
        ("עברית \u{200f}نام", "עברית نام"),
        ("  Ram\u{0}\tPrasad\r\nJoshi ", "Ram Prasad Joshi"),
        ("क्ष्म्य़ॉ ज्ञानेन्द्र", "क्ष्म्य़ॉ ज्ञानेन्द्र"),
        ("'; drop table receipt; --", "'; drop table receipt; --"),
    ] {
        let view = office.take(Payment { payer_name: typed.to_owned(), ..cash() }).await;
        assert_eq!(view.brief.payer_name, kept);
        assert_eq!(view.paper.unwrap().print, PrintState::Printed);
    }
    let Reply::Receipts(list) = office.say(Request::Receipts(Default::default())).await else { panic!() };
    assert_eq!(list.count, 5);
    office.must_verify().await;
}

#[tokio::test]
async fn an_instrument_that_the_bank_would_refuse_is_refused_first() {
    let (office, _) = TestOffice::at_the_counter().await;
    let date = |year, month, day| Some(BusinessDate::new(year, month, day).unwrap());
    let refusals = [
        (Instrument { tendered_paise: rupees(99), ..Instrument::default() }, "E-OFFICE-050"),
        (cheque("12345"), "E-OFFICE-051"),
        (Instrument { dated: None, ..cheque("123456") }, "E-OFFICE-052"),
        (Instrument { dated: Some(monday().next()), ..cheque("123456") }, "E-OFFICE-053"),
        (Instrument { dated: date(2026, 8, 1), ..cheque("123456") }, "E-OFFICE-054"),
        (Instrument { ifsc: "SBIN1000646".to_owned(), ..cheque("123456") }, "E-OFFICE-055"),
        (Instrument { ifsc: String::new(), ..cheque("123456") }, "E-OFFICE-056"),
    ];
    let entries = office.entries().await;
    for (instrument, code) in refusals {
        let payment = office.payment(&property_id(4), rupees(100), instrument.clone());
        // Said before the person confirms, and whatever the screen did, again when the money is taken.
        assert_eq!(office.refused(Request::Preview(payment.clone())).await, code, "{instrument:?}");
        assert_eq!(office.refused(Request::TakePayment(payment)).await, code, "{instrument:?}");
    }
    assert_eq!(office.entries().await, entries);
}

#[tokio::test]
async fn a_vanished_printer_keeps_the_receipt() {
    let (office, _) = TestOffice::at_the_counter().await;
    office.shell.printer_gone(true);
    let view = office.cash(&property_id(1), rupees(500)).await;
    let paper = view.paper.clone().unwrap();
    assert_eq!(paper.print, PrintState::Failed);
    let problem = paper.problem.as_ref().unwrap();
    assert_eq!((problem.code.as_str(), problem.field.as_str()), ("E-OFFICE-060", "printer"));
    assert!(words_of(&paper).contains(&view.brief.number), "the PDF is kept");
    assert_eq!(office.bill(&property_id(1)).await.total_due_paise, rupees(1_700));
    office.shell.printer_gone(false);
    let reprint = Reprint { receipt: view.brief.receipt, reason: "printer-failed".to_owned(), second: None };
    let again = office.receipt_of(Request::Reprint(reprint)).await;
    assert_eq!(again.paper.unwrap().print, PrintState::Printed);
}

#[tokio::test]
async fn a_folder_that_takes_no_papers_keeps_the_receipt_and_the_close() {
    let (office, _) = TestOffice::at_the_counter().await;
    let papers = office.folder.path().join("papers");
    std::fs::remove_dir_all(&papers).ok();
    std::fs::File::create(&papers).unwrap();
    let view = office.cash(&property_id(1), rupees(500)).await;
    assert_eq!(view.paper.as_ref().unwrap().print, PrintState::Failed);
    assert!(view.paper.unwrap().problem.is_some());
    let counted = common::notes(&[(500, 3)]);
    let close = contract::CloseShift { counted, difference_reason: String::new(), left_open: None };
    let closed = office.close_of(Request::CloseShift(close)).await;
    assert_eq!(closed.paper.print, PrintState::Failed);
    assert!(office.drawer().await.shift.is_none());
    office.must_verify().await;
}

#[tokio::test]
async fn a_miscellaneous_receipt_names_its_heads() {
    let (office, _) = TestOffice::at_the_counter().await;
    let Reply::Services(services) = office.say(Request::Services { text: "RTI".to_owned() }).await else {
        panic!()
    };
    let service = services.iter().find(|service| service.service == "ADMN.RTI").unwrap();
    let head = service.heads.iter().find(|head| head.head.as_str() != "ADVANCE").unwrap();
    let line = |amount| ReceiptLine {
        year: monday().financial_year(),
        head: head.head.clone(),
        amount_paise: rupees(amount),
    };
    let misc = |lines: Vec<ReceiptLine>| Payment {
        service: service.service.clone(),
        consumer: String::new(),
        payer_name: "सूचना माँगने वाला".to_owned(),
        lines,
        ..office.payment("", rupees(10), Instrument::exact_cash(rupees(10)))
    };
    let view = office.take(misc(vec![line(10)])).await;
    assert_eq!(view.lines.len(), 1);
    assert!(view.lines[0].name.english == head.name.english);
    let refusals = [
        (misc(vec![line(9)]), "E-OFFICE-026"),
        (misc(vec![line(20), line(-10)]), "E-OFFICE-021"),
        (misc(vec![ReceiptLine { head: "NO_SUCH".into(), ..line(10) }]), "E-OFFICE-027"),
        (Payment { payer_name: String::new(), ..misc(vec![line(10)]) }, "E-OFFICE-030"),
    ];
    for (payment, code) in refusals {
        assert_eq!(office.refused(Request::TakePayment(payment.clone())).await, code, "{payment:?}");
    }
    // On the day's sheet the service tells the many "field fees" apart.
    let counted = common::notes(&[(500, 2), (10, 1)]);
    let close = contract::CloseShift { counted, difference_reason: String::new(), left_open: None };
    let sheet = words_of(&office.close_of(Request::CloseShift(close)).await.paper);
    assert!(sheet.contains("Right to"), "{sheet}");
    office.must_verify().await;
}
