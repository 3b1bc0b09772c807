//! What a person types off a lost receipt's paper: shown before anything is written, refused where it cannot be what the
//! paper says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{PASSWORD, TestOffice, code_on, monday, property_id, put_back_and_started, rupees, with_backup};
use contract::{Payment, Preview, RecoverReceipt, Reply, Request, SecondPerson};
use domain::FinancialYear;
use domain::payment::Instrument;
use domain::people::Role;
use domain::receipt::ReceiptLine;

async fn preview(office: &TestOffice, ask: &RecoverReceipt) -> Preview {
    match office.say(Request::PreviewRecovery(ask.clone())).await {
        Reply::Preview(preview) => preview,
        other => panic!("{other:?}"),
    }
}

/// An office put back behind what it had written, with the person who signs beside the administrator.
async fn put_back(office: TestOffice, files: &common::Files) -> (TestOffice, SecondPerson) {
    let office = put_back_and_started(office, files).await;
    let user = office.add_staff("निगरानी", "Supervisor Two", Role::Supervisor).await;
    office.open_shift(monday(), rupees(0)).await;
    (office, SecondPerson { user, password: PASSWORD.to_owned() })
}

fn line(year: FinancialYear, head: &str, amount: i64) -> ReceiptLine {
    ReceiptLine { year, head: head.into(), amount_paise: rupees(amount) }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_typed_where_the_paper_says_otherwise_than_the_dues_would() {
    let (one, files) = with_backup().await;
    let lost = one.cash(&property_id(3), rupees(700)).await;
    let text = code_on(lost.paper.as_ref().unwrap());
    let (one, second) = put_back(one, &files).await;
    let ask = RecoverReceipt {
        text,
        service: "PT".to_owned(),
        consumer: property_id(3),
        payer_name: String::new(),
        lines: Vec::new(),
        instrument: Instrument::exact_cash(rupees(700)),
        second: None,
    };
    let shown = preview(&one, &ask).await;
    assert_eq!((shown.amount_paise, &shown.lines), (rupees(700), &lost.lines));
    assert_eq!(one.bill(&property_id(3)).await.receipts.len(), 0, "nothing was written");

    let year = monday().financial_year();
    let with = |lines: Vec<ReceiptLine>| RecoverReceipt { lines, ..ask.clone() };
    let refused = async |lines| one.refused(Request::PreviewRecovery(with(lines))).await;
    assert_eq!(refused(vec![line(year, "PT_TAX", 699)]).await, "E-OFFICE-026");
    assert_eq!(refused(vec![line(year, "NO_SUCH", 700)]).await, "E-OFFICE-027");

    let typed = vec![line(year, "PT_TAX", 450), line(year, "ADVANCE", 250)];
    let shown = preview(&one, &with(typed.clone())).await;
    assert_eq!(shown.advance_paise, rupees(250));
    assert_eq!(one.refused(Request::RecoverReceipt(with(typed.clone()))).await, "E-OFFICE-007");
    let signed = RecoverReceipt { second: Some(second), ..with(typed.clone()) };
    let back = one.receipt_of(Request::RecoverReceipt(signed)).await;
    let entered: Vec<ReceiptLine> = back.lines.into_iter().map(|view| view.line).collect();
    assert_eq!((entered, back.brief.number), (typed, lost.brief.number));
    assert!(!back.may_reprint, "its paper is in the payer's hands");
    one.must_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miscellaneous_receipt_comes_back_with_its_head_and_its_payer() {
    let (one, files) = with_backup().await;
    let year = monday().financial_year();
    let Reply::Services(services) = one.say(Request::Services { text: "RTI".to_owned() }).await else {
        panic!()
    };
    let service = services.iter().find(|service| service.service == "ADMN.RTI").unwrap();
    let head = service.heads.iter().find(|head| head.head.as_str() != "ADVANCE").unwrap();
    let lines = vec![line(year, head.head.as_str(), 10)];
    let payment = Payment {
        service: service.service.clone(),
        payer_name: "सूचना माँगने वाला".to_owned(),
        lines: lines.clone(),
        ..one.payment("", rupees(10), Instrument::exact_cash(rupees(10)))
    };
    let lost = one.take(payment.clone()).await;
    let text = code_on(lost.paper.as_ref().unwrap());
    let (one, second) = put_back(one, &files).await;
    let ask = RecoverReceipt {
        text,
        service: payment.service,
        consumer: String::new(),
        payer_name: payment.payer_name,
        lines,
        instrument: payment.instrument,
        second: Some(second),
    };
    let nobody = RecoverReceipt { payer_name: String::new(), ..ask.clone() };
    assert_eq!(one.refused(Request::PreviewRecovery(nobody)).await, "E-OFFICE-030");
    let no_lines = RecoverReceipt { lines: Vec::new(), ..ask.clone() };
    assert_eq!(one.refused(Request::PreviewRecovery(no_lines)).await, "E-OFFICE-027");
    let back = one.receipt_of(Request::RecoverReceipt(ask)).await;
    assert_eq!((&back.lines, &back.brief.number), (&lost.lines, &lost.brief.number));
    assert_eq!(back.brief.payer_name, lost.brief.payer_name);
    one.must_verify().await;
}
