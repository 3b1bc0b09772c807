//! Keys that the office has changed.

use demo::landmark::UNIQUE_TYPED_ENGLISH;
use fantoccini::key::Key;

use crate::counter::at_the_counter;
use crate::driver::Window;

async fn is_pressed(window: &Window, id: &str) -> bool {
    window.attribute(&format!("#{id}"), "aria-pressed").await == "true"
}

#[tokio::test]
async fn a_changed_key_does_what_the_usual_one_did_and_is_written_on_the_button() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = at_the_counter(folder.path()).await;
    window.chord(Key::Alt, '8').await;
    window.focus("key-f8").await;
    window.press(Key::Enter).await;
    window.press(Key::F12).await;
    window.text_when("#key-f8", |text| text == "F12").await;
    window.focus("key-slash").await;
    window.press(Key::Enter).await;
    window.press(Key::Delete).await;
    window.text_when("#key-slash", |text| text != "/").await;

    window.press(Key::F2).await;
    window.focused("omnibox").await;
    window.type_text(UNIQUE_TYPED_ENGLISH).await;
    window.press(Key::Enter).await;
    window.focused("tendered").await;
    window.press(Key::F8).await;
    assert!(is_pressed(&window, "mode-cash").await, "the usual key does nothing any more");
    window.press(Key::F12).await;
    window.focused("instrument-number").await;
    assert!(is_pressed(&window, "mode-cheque").await);
    assert!(window.text("#mode-cheque").await.contains("F12"));

    window.chord(Key::Alt, '8').await;
    window.click("#keys-usual").await;
    window.text_when("#key-f8", |text| text == "F8").await;
    window.close().await;
}
