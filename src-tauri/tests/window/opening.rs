//! The window opens, shows the page in Hindi, takes keys, and asks the shell.

use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Kept, Window};

#[tokio::test]
async fn the_window_opens_and_asks_the_shell() {
    let town = tempfile::tempdir().unwrap();
    let window = Window::open(town.path()).await;
    window.find("#app main").await;

    let situation = window.call(json!({ "ask": "situation" })).await.unwrap();
    assert_eq!(situation["is"], "situation");
    assert_eq!(situation["of"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(situation["of"]["stage"], "NoTown");

    let problem = window.call(json!({ "no such thing": {} })).await.unwrap_err();
    assert_eq!(problem["code"], "E-SHELL-001");
    for language in ["hindi", "english"] {
        assert!(!problem["message"][language].as_str().unwrap().is_empty());
    }

    let kept = Kept::here();
    let picture = kept.picture(&window, "opening").await;
    assert!(picture.starts_with(b"\x89PNG"));
    window.close().await;
    let diary = std::fs::read_to_string(town.path().join("logs/shell.log")).unwrap();
    assert!(diary.contains("started") && diary.contains("unknown-request"), "{diary}");
}

#[tokio::test]
async fn nothing_is_loaded_from_outside_the_program() {
    let town = tempfile::tempdir().unwrap();
    let window = Window::open(town.path()).await;
    window.find("#app main").await;
    // The content policy must refuse an inline script and a foreign address alike.
    let ran = window
        .script(
            "const script = document.createElement('script'); script.textContent = 'window.smuggled = true';
             document.body.append(script); return window.smuggled === undefined;",
        )
        .await;
    assert_eq!(ran, json!(true));
    let loaded =
        window.script("return performance.getEntriesByType('resource').map(entry => entry.name);").await;
    for name in loaded.as_array().unwrap() {
        let name = name.as_str().unwrap();
        assert!(name.starts_with("tauri://localhost/") || name.starts_with("ipc://localhost/"), "{name}");
    }
    window.close().await;
}

#[tokio::test]
async fn keys_of_both_scripts_reach_the_page_and_are_counted() {
    let town = tempfile::tempdir().unwrap();
    let mut window = Window::open(town.path()).await;
    window.find("#app main").await;
    window
        .script(
            "const field = document.createElement('input'); const echo = document.createElement('p');
             echo.id = 'echo'; echo.textContent = '·';
             field.addEventListener('keydown', event => {
                 if (event.key === 'Enter') echo.textContent = field.value;
             });
             document.body.replaceChildren(field, echo); field.focus();",
        )
        .await;
    window.type_text("सीता Ramx").await;
    window.press(Key::Backspace).await;
    window.press(Key::Enter).await;
    assert_eq!(window.text_when("#echo", |text| text != "·").await, "सीता Ram");
    assert_eq!(window.take_keystrokes(), 11);

    window.chord(Key::Control, 'a').await;
    window.type_text("१").await;
    window.press(Key::Enter).await;
    assert_eq!(window.text_when("#echo", |text| text != "सीता Ram").await, "१");
    assert_eq!(window.take_keystrokes(), 3);
    window.close().await;
}
