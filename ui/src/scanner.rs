//! A scanner is a keyboard that announces itself with the character it is set to send first. What follows is kept from
//! the field that has the focus and goes where scans go: to the verification, where that screen is open, else to the
//! search. It types faster than a screen is drawn, so the text is gathered here and handed over whole.

use crate::browser;
use crate::screens::counter::Step;
use crate::screens::counter::find::FindBy;
use crate::state::{App, Screen};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Between two characters a scanner waits some milliseconds. After so long a pause a person typed the first one.
const PAUSE_MS: u64 = 500;

/// What a scanner is in the midst of typing.
#[derive(Clone, Copy)]
pub struct Scanner {
    /// `None` while nobody scans.
    gathered: StoredValue<Option<String>>,
    /// Counts characters, so that an old pause ends nothing new.
    turn: StoredValue<u64>,
    /// A finished scan for a screen that waits for one.
    pub scanned: RwSignal<Option<String>>,
}

impl Scanner {
    /// Nobody scans.
    pub fn new() -> Scanner {
        Scanner { gathered: StoredValue::new(None), turn: StoredValue::new(0), scanned: RwSignal::new(None) }
    }
}

/// Takes a key that a scanner struck. A confirming line keeps the floor: nobody's code may end up in a payment.
pub fn takes(app: App, event: &KeyboardEvent) -> bool {
    let scanner = app.scanner;
    let key = event.key();
    if let Some(gathered) = scanner.gathered.get_value() {
        match key.as_str() {
            "Enter" | "Tab" => {
                scanner.gathered.set_value(None);
                finish(app, gathered, true);
            }
            // Shift and its like come along with capital letters.
            _ if key.chars().count() == 1 => {
                scanner.gathered.set_value(Some(gathered + &key));
                wait(app);
            }
            _ => {}
        }
        return true;
    }
    let announced =
        app.desk.with_untracked(|desk| !desk.scanner_prefix.is_empty() && desk.scanner_prefix == key);
    let busy =
        app.screen.get_untracked() == Screen::Counter && app.counter.step.get_untracked().is_confirming();
    if announced && !busy {
        scanner.gathered.set_value(Some(String::new()));
        wait(app);
    }
    announced
}

/// Ends a scan that does not go on: what came is put where it can be seen, and nothing is opened.
fn wait(app: App) {
    let scanner = app.scanner;
    scanner.turn.update_value(|turn| *turn += 1);
    let turn = scanner.turn.get_value();
    browser::after(PAUSE_MS, move || {
        if scanner.turn.get_value() == turn
            && let Some(gathered) = scanner.gathered.try_update_value(Option::take).flatten()
        {
            finish(app, gathered, false);
        }
    });
}

fn finish(app: App, text: String, whole: bool) {
    if app.screen.get_untracked() == Screen::Verify {
        return app.scanner.scanned.set(Some(text));
    }
    if app.screen.get_untracked() != Screen::Counter {
        app.go(Screen::Counter);
    }
    let find = app.counter.find;
    app.counter.step.set(Step::Find);
    find.clear();
    find.look_for(app, FindBy::Number);
    find.typed(app, text);
    if whole {
        find.enter(app);
    }
}
