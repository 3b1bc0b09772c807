//! The password field that stands before the screens do.

use demo::staff::CLERK;
use fantoccini::key::Key;

use crate::driver::Window;
use crate::town;

#[tokio::test]
async fn what_is_typed_before_the_screens_are_there_signs_in_at_the_second_start() {
    let folder = tempfile::tempdir().unwrap();
    town::with_open_shift(folder.path()).await;
    // The first start keeps how its sign-in looks.
    let window = Window::open(folder.path()).await;
    window.focused("password").await;
    window.close().await;

    let mut window = Window::open(folder.path()).await;
    let field = "return document.activeElement && document.activeElement.type === 'password';";
    while window.script(field).await != true {}
    window.type_text(CLERK.password).await;
    window.press(Key::Enter).await;
    window.focused("omnibox").await;
    assert_eq!(window.script("return document.getElementById('early') === null;").await, true);
    window.close().await;
}
