//! Is this paper genuine? The codes are read from the printed papers themselves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{TestOffice, code_on, notes, property_id, rupees};
use contract::{BankAccount, CancelReceipt, CloseShift, Remit, Reply, Request, Verdict, Verification};
use domain::Paise;
use journal::{KeyPair, SignedClaim};

async fn verify(office: &TestOffice, text: &str) -> Verification {
    match office.say(Request::VerifyPaper { text: text.to_owned() }).await {
        Reply::Verification(verification) => verification,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_printed_receipt_is_genuine_until_it_is_cancelled() {
    let (office, _) = TestOffice::at_the_counter().await;
    let view = office.cash(&property_id(1), rupees(500)).await;
    let text = code_on(view.paper.as_ref().unwrap());
    office.shell.wait_ms(60_000);
    office.cash(&property_id(2), rupees(100)).await;

    let genuine = verify(&office, &format!(" {text}\n")).await;
    assert_eq!(genuine.verdict, Verdict::Genuine);
    let claim = genuine.claim.unwrap();
    assert_eq!(claim.receipt, view.brief.receipt);
    assert_eq!((claim.number, claim.amount_paise), (view.brief.number.clone(), rupees(500)));
    assert_eq!(claim.known_until_ms, Some(common::MORNING_MS + 60_000));

    let cancel = CancelReceipt {
        receipt: view.brief.receipt,
        reason: "other".to_owned(),
        remark: "जाँच".to_owned(),
        second: office.second(),
    };
    let cancelled = office.receipt_of(Request::CancelReceipt(cancel)).await;
    assert_eq!(verify(&office, &text).await.verdict, Verdict::Cancelled);
    // The slip carries the receipt's own code.
    assert_eq!(code_on(cancelled.paper.as_ref().unwrap()), text);
    // Nobody need be signed in to check a paper.
    office.say(Request::Lock).await;
    assert_eq!(verify(&office, &text).await.verdict, Verdict::Cancelled);
}

#[tokio::test]
async fn an_altered_paper_is_forged_and_garbage_is_not_ours() {
    let (office, _) = TestOffice::at_the_counter().await;
    let view = office.cash(&property_id(1), rupees(500)).await;
    let text = code_on(view.paper.as_ref().unwrap());
    let signed = SignedClaim::from_text(&text).unwrap();

    let mut more = signed.clone();
    more.claim.amount_paise = rupees(5_000);
    assert_eq!(verify(&office, &more.to_text()).await.verdict, Verdict::Forged);
    let mut other_number = signed.clone();
    other_number.claim.number.serial += 1;
    assert_eq!(verify(&office, &other_number.to_text()).await.verdict, Verdict::Forged);
    // A forger with a whole chain of his own.
    let forger = KeyPair::from_secret([66; 32]);
    let on = common::monday();
    let of_town = journal::Certificate::town(&forger, common::TOWN, forger.public(), on);
    let of_device = journal::Certificate::device(&forger, common::TOWN, forger.public(), on);
    let invented = signed.claim.clone().sign(&forger, &of_device, &of_town);
    assert_eq!(verify(&office, &invented.to_text()).await.verdict, Verdict::UnknownIssuer);

    let (cut_short, endless) = (&text[..text.len() - 9], "PLK1:A".repeat(900));
    for garbage in ["", "PLK1:", "PLK1:%%%", "upi://pay?pa=x@y", cut_short, "🙂", endless.as_str()] {
        let verification = verify(&office, garbage).await;
        assert_eq!((verification.verdict, verification.claim), (Verdict::NotOurs, None), "{garbage}");
        assert!(!verification.words.hindi.is_empty());
    }
}

#[tokio::test]
async fn another_state_does_not_vouch_and_a_copy_without_a_file_can_still_check() {
    let (office, _) = TestOffice::at_the_counter().await;
    let view = office.cash(&property_id(1), rupees(500)).await;
    let text = code_on(view.paper.as_ref().unwrap());
    let stranger = KeyPair::from_secret([9; 32]);
    let elsewhere = TestOffice::founded_under(stranger.clone()).await;
    let unknown = verify(&elsewhere, &text).await;
    assert_eq!(unknown.verdict, Verdict::UnknownIssuer);
    assert_eq!(unknown.claim.unwrap().known_until_ms, None);

    let alone = office::verify_paper_text(&text, &office.state.public());
    assert_eq!(alone.verdict, Verdict::Genuine);
    assert_eq!(alone.claim.unwrap().known_until_ms, None);
    assert_eq!(office::verify_paper_text(&text, &stranger.public()).verdict, Verdict::UnknownIssuer);
}

#[tokio::test]
async fn a_twin_that_printed_the_same_number_is_told_apart() {
    let (office, _) = TestOffice::at_the_counter().await;
    let view = office.cash(&property_id(1), rupees(500)).await;
    let signed = SignedClaim::from_text(&code_on(view.paper.as_ref().unwrap())).unwrap();
    // What a copy of this disk would print: the device's own key, another receipt under the number.
    let identity = office.store().await.meta("identity").await.unwrap().unwrap();
    let mut decoder = minicbor::Decoder::new(&identity);
    decoder.array().unwrap();
    let device = KeyPair::from_secret(decoder.bytes().unwrap().try_into().unwrap());
    assert_eq!(device.public(), signed.device.key);
    let mut claim = signed.claim.clone();
    claim.entry = domain::Hash([8; 32]);
    let twin = claim.sign(&device, &signed.device, &signed.town);
    assert_eq!(twin.verify(&office.state.public()), Ok(()));
    let verification = verify(&office, &twin.to_text()).await;
    assert_eq!(verification.verdict, Verdict::Forged);
    // Under another day the number is found all the same.
    let mut claim = signed.claim.clone();
    claim.business_date = common::monday().next();
    let other_day = claim.sign(&device, &signed.device, &signed.town);
    assert_eq!(verify(&office, &other_day.to_text()).await.verdict, Verdict::Forged);
    // A number that has not been printed yet may come by sync.
    let mut claim = signed.claim.clone();
    claim.number.serial = 900;
    let not_here = claim.sign(&device, &signed.device, &signed.town);
    assert_eq!(verify(&office, &not_here.to_text()).await.verdict, Verdict::Genuine);
}

#[tokio::test]
async fn every_other_paper_carries_a_claim_that_holds() {
    let (office, clerk) = TestOffice::at_the_counter().await;
    let receipt = office.cash(&property_id(1), rupees(500)).await.brief.receipt;
    let ask = Request::CertifyPayment { receipt, issued_to: "रमेश".to_owned() };
    let certificate = code_on(&office.paper_of(ask).await);
    office.sign_in(office.admin).await;
    let taker = office.add_staff("नीमा आर्य", "Neema Arya", domain::people::Role::Clerk).await;
    office.sign_in(clerk).await;
    let hand_over = contract::HandOver {
        to: contract::SecondPerson { user: taker, ..office.second() },
        counted: notes(&[(500, 3)]),
        difference_reason: String::new(),
    };
    let Reply::Drawer(drawer) = office.say(Request::HandOver(hand_over)).await else { panic!() };
    let handover = code_on(&drawer.paper.unwrap());
    office.sign_in(taker).await;
    let close = CloseShift { counted: notes(&[(500, 3)]), difference_reason: String::new(), left_open: None };
    let close = code_on(&office.close_of(Request::CloseShift(close)).await.paper);
    let account = BankAccount { bank: "Nainital Bank".to_owned(), account: "001122".to_owned() };
    let remit = Remit { account, cash: notes(&[(500, 1)]), instruments: Vec::new() };
    let slip = code_on(&office.paper_of(Request::Remit(remit)).await);

    let papers = [
        (&certificate, "/P0001", rupees(500)),
        (&handover, "/H", rupees(1_500)),
        (&close, "/D0001", rupees(500)),
        (&slip, "/R0001", rupees(500)),
    ];
    for (text, number, amount) in papers {
        let verification = verify(&office, text).await;
        assert_eq!(verification.verdict, Verdict::Genuine, "{number}");
        assert!(verification.words.english.contains("agrees with the record here"), "{verification:?}");
        let claim = verification.claim.unwrap();
        assert!(claim.number.contains(number), "{}", claim.number);
        assert_eq!(claim.amount_paise, amount, "{number}");
        let mut forged = SignedClaim::from_text(text).unwrap();
        forged.claim.amount_paise = Paise(1);
        assert_eq!(verify(&office, &forged.to_text()).await.verdict, Verdict::Forged, "{number}");
    }
}
