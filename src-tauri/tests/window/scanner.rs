//! A scanner is a keyboard that announces itself: what it types goes to the search, whatever has the focus.

use demo::landmark::UNIQUE;
use demo::staff::CLERK;
use fantoccini::key::Key;

use crate::driver::Window;
use crate::town;

#[tokio::test]
async fn a_scan_opens_the_bill_from_any_screen_and_field() {
    let folder = tempfile::tempdir().unwrap();
    town::with_open_shift(folder.path()).await;
    let mut window = Window::open(folder.path()).await;
    window.focused("password").await;
    window.type_text(CLERK.password).await;
    window.press(Key::Enter).await;
    window.focused("omnibox").await;
    window.chord(Key::Alt, '8').await;
    window.fill("desk-scanner", "~").await;
    window.press(Key::Enter).await;
    window.chord(Key::Alt, '2').await;
    window.focused("receipt-filter").await;

    let consumer = demo::property_id(town::HALDWANI, UNIQUE.number);
    window.strike_at_once(&format!("~{consumer}{}", char::from(Key::Enter))).await;
    window.find(&format!("#bill[data-consumer='{consumer}']")).await;
    window.focused("tendered").await;

    // A second scan leaves what is typed for the first bill, and takes nothing of it along.
    window.type_text("900").await;
    let other = demo::property_id(town::HALDWANI, UNIQUE.number + 1);
    window.strike_at_once(&format!("~{other}{}", char::from(Key::Enter))).await;
    window.find(&format!("#bill[data-consumer='{other}']")).await;
    assert_eq!(window.value("tendered").await, "");
    window.strike_at_once(&format!("~{consumer}{}", char::from(Key::Enter))).await;
    window.find(&format!("#bill[data-consumer='{consumer}']")).await;
    assert_eq!(window.value("tendered").await, "900");
    window.close().await;
}
