//! The clerk's story in the real window: find, bill, take, printed, without a click.

use std::path::Path;

use demo::landmark::{TIED_TYPED_ENGLISH, UNIQUE, UNIQUE_TYPED_ENGLISH, UNIQUE_TYPED_HINDI};
use demo::staff::CLERK;
use fantoccini::key::Key;

use crate::driver::{Kept, Window};
use crate::{papers, town};

/// A clerk at an open drawer, the cursor in the omnibox.
pub async fn at_the_counter(folder: &Path) -> Window {
    town::with_open_shift(folder).await;
    let mut window = Window::open(folder).await;
    window.find("#password").await;
    window.focused("password").await;
    window.type_text(CLERK.password).await;
    window.press(Key::Enter).await;
    window.focused("omnibox").await;
    window.take_keystrokes();
    window
}

#[tokio::test]
async fn nine_keys_and_no_click_from_name_to_printed_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = at_the_counter(folder.path()).await;
    let kept = Kept::here();
    assert_eq!(UNIQUE_TYPED_ENGLISH.chars().count(), 6);

    window.type_text(UNIQUE_TYPED_ENGLISH).await;
    window.press(Key::Enter).await;
    window
        .text_when("#bill", |text| text.contains(UNIQUE.owner_english) || text.contains(UNIQUE.owner_hindi))
        .await;
    kept.picture(&window, "bill").await;
    window.press(Key::Enter).await;
    window.focused("confirm").await;
    kept.picture(&window, "confirm").await;
    window.press(Key::Enter).await;
    let number = window.attribute("#receipt-strip", "data-number").await;
    assert_eq!(window.take_keystrokes(), 9);
    kept.picture(&window, "receipt").await;

    assert!(number.starts_with("248459/C01-a/") && number.ends_with("/000001"), "{number}");
    assert_eq!(papers::of_first_counter(folder.path()).len(), 1);
    window.focused("omnibox").await;
    window.close().await;
}

#[tokio::test]
async fn a_name_two_owners_share_is_not_picked_by_enter() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = at_the_counter(folder.path()).await;
    window.type_text(TIED_TYPED_ENGLISH).await;
    window.find("#hits:not([aria-busy=true]) [role=option]:nth-child(2)").await;
    window.press(Key::Enter).await;
    window.text_when("#find-note", |text| !text.is_empty()).await;
    assert_eq!(window.script("return document.querySelectorAll('#amount').length;").await, 0);
    window.press(Key::Down).await;
    window.press(Key::Enter).await;
    window.find("#amount").await;
    window.close().await;
}

#[tokio::test]
async fn a_doubled_enter_is_one_receipt_and_hindi_finds_the_same_owner() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = at_the_counter(folder.path()).await;
    window.type_text(UNIQUE_TYPED_HINDI).await;
    window.press(Key::Enter).await;
    window.find("#amount").await;
    window.press(Key::Enter).await;
    window.focused("confirm").await;
    window.press_twice(Key::Enter).await;
    window.find("#receipt-strip").await;
    window.focused("omnibox").await;
    assert_eq!(papers::of_first_counter(folder.path()).len(), 1);
    window.close().await;
}

#[tokio::test]
async fn an_enter_that_comes_before_the_cursor_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = at_the_counter(folder.path()).await;
    window.type_text(UNIQUE_TYPED_ENGLISH).await;
    window.press(Key::Enter).await;
    for (field, next) in [("tendered", "#confirm-panel"), ("confirm", "#receipt-strip")] {
        window.focused(field).await;
        window.script("document.activeElement.blur(); return true;").await;
        window.press(Key::Enter).await;
        window.find(next).await;
    }
    window.focused("omnibox").await;
    assert_eq!(papers::of_first_counter(folder.path()).len(), 1);
    window.close().await;
}
