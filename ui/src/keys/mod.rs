//! The keys of the window: one table, read by the listener, by the help (F1) and by the settings, where each may be
//! changed. Letters act only with Ctrl or Alt, and `/` only where nobody types, so that no key is taken from a text.

pub mod chosen;

use crate::browser;
use crate::scanner;
use crate::screens::counter::find::FindBy;
use crate::screens::counter::{Entry, Step, actions};
use crate::state::{App, ReceiptTask, Screen};
use crate::words::{Word, settings as said};
use contract::Stage;
use domain::payment::PaymentMode;
use leptos::ev;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Help,
    Find(FindBy),
    Edit(Entry),
    Mode(PaymentMode),
    Forward,
    Back,
    Reprint,
    Cancel,
    Language,
    Lock,
    Balance,
    Leaf,
    DropDraft,
    EditProperty,
    Go(Screen),
}

/// A key as the table holds it.
pub struct Key {
    /// As written on things: `Ctrl+R`.
    pub shown: &'static str,
    pub act: Act,
    pub does: Word,
}

const fn key(shown: &'static str, act: Act, does: Word) -> Key {
    Key { shown, act, does }
}

/// All of them, in the order of the help.
pub const KEYS: [Key; 34] = [
    key("F1", Act::Help, said::KEY_HELP),
    key("F2", Act::Find(FindBy::Anything), said::KEY_FIND),
    key("/", Act::Find(FindBy::Anything), said::KEY_FIND),
    key("F3", Act::Find(FindBy::Number), said::KEY_NUMBER),
    key("F4", Act::Find(FindBy::Mobile), said::KEY_MOBILE),
    key("Alt+S", Act::Find(FindBy::Service), said::KEY_SERVICE),
    key("F5", Act::Edit(Entry::Amount), said::KEY_PART),
    key("F6", Act::Mode(PaymentMode::Cash), said::KEY_CASH),
    key("F7", Act::Mode(PaymentMode::Upi), said::KEY_UPI),
    key("F8", Act::Mode(PaymentMode::Cheque), said::KEY_CHEQUE),
    key("F9", Act::Mode(PaymentMode::Card), said::KEY_CARD),
    key("F10", Act::Mode(PaymentMode::Neft), said::KEY_TRANSFER),
    key("Alt+N", Act::Edit(Entry::PayerName), said::KEY_PAYER),
    key("Alt+M", Act::Edit(Entry::PayerMobile), said::KEY_PAYER_MOBILE),
    key("Alt+R", Act::Edit(Entry::Remark), said::KEY_REMARK),
    key("Alt+B", Act::Leaf, said::KEY_LEAF),
    key("Alt+E", Act::EditProperty, said::KEY_EDIT),
    key("Alt+D", Act::DropDraft, said::KEY_DROP),
    key("Ctrl+Enter", Act::Forward, said::KEY_CONFIRM),
    key("Esc", Act::Back, said::KEY_BACK),
    key("Ctrl+R", Act::Reprint, said::KEY_REPRINT),
    key("Ctrl+Shift+X", Act::Cancel, said::KEY_CANCEL),
    key("Ctrl+B", Act::Balance, said::KEY_BALANCE),
    key("Ctrl+L", Act::Lock, said::KEY_LOCK),
    key("Alt+H", Act::Language, said::KEY_LANGUAGE),
    key("Alt+1", Act::Go(Screen::Counter), said::COUNTER),
    key("Alt+2", Act::Go(Screen::Receipts), said::RECEIPTS),
    key("Alt+3", Act::Go(Screen::Drawer), said::DRAWER),
    key("Alt+4", Act::Go(Screen::Import), said::IMPORT),
    key("Alt+5", Act::Go(Screen::Staff), said::STAFF),
    key("Alt+6", Act::Go(Screen::Devices), said::DEVICES),
    key("Alt+7", Act::Go(Screen::Verify), said::VERIFY),
    key("Alt+8", Act::Go(Screen::Settings), said::SETTINGS),
    key("Enter", Act::Forward, said::KEY_ENTER),
];

/// Keys that act where the cursor is, and not on the window: they stand in the help and are looked up nowhere.
pub const KEYS_OF_PLACES: [(&str, Word); 4] = [
    ("↑ ↓", said::KEY_PICK),
    ("PgUp PgDn Home End", said::KEY_PAGES),
    ("Tab Shift+Tab", said::KEY_TAB),
    ("Space", said::KEY_SPACE),
];

/// Listens for as long as the window lives.
pub fn listen(app: App) {
    let _ = window_event_listener(ev::keydown, move |event| {
        if stage(app) == Some(Stage::Open) && scanner::takes(app, &event) {
            return event.prevent_default();
        }
        let Some(act) = act_of(app, &event) else { return };
        if act == Act::Find(FindBy::Anything) && event.key() == "/" && browser::is_typing() {
            return;
        }
        if act == Act::Forward && event.key() == "Enter" && !event.ctrl_key() && !is_for_the_next_step(app) {
            return;
        }
        if handle(app, act, event.repeat()) {
            event.prevent_default();
        }
    });
}

/// True at the counter while the cursor is nowhere, as between a change and the drawing of it: Enter is then meant for
/// the next step. Any other plain Enter is the focused element's own.
fn is_for_the_next_step(app: App) -> bool {
    app.screen.get_untracked() == Screen::Counter && !browser::has_focus()
}

fn stage(app: App) -> Option<Stage> {
    app.situation.with_untracked(|situation| situation.as_ref().map(|situation| situation.stage))
}

/// Keeps the window's keys from acting behind a dialog; language and Esc are left to it.
pub fn swallow(app: App, event: &KeyboardEvent) {
    match act_of(app, event) {
        Some(Act::Language | Act::Back) | None => {}
        Some(Act::Forward) => event.stop_propagation(),
        Some(_) => {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}

/// Looks a pressed key up.
fn act_of(app: App, event: &KeyboardEvent) -> Option<Act> {
    let pressed = pressed(event);
    app.desk.with_untracked(|desk| chosen::meant(desk, &pressed).map(|key| key.act))
}

/// A pressed key as written on things. Letters go by the key's place where the layout gives no Latin letter, so that the
/// Hindi keyboard has the same keys.
pub fn pressed(event: &KeyboardEvent) -> String {
    name_of(
        &event.key(),
        &event.code(),
        event.ctrl_key() || event.meta_key(),
        event.alt_key(),
        event.shift_key(),
    )
}

fn name_of(key: &str, code: &str, ctrl: bool, alt: bool, shift: bool) -> String {
    if key == "/" && !ctrl && !alt {
        return key.to_owned();
    }
    let base = match (key, code.strip_prefix("Key"), code.strip_prefix("Digit")) {
        (_, Some(letter), _) | (_, _, Some(letter)) => letter.to_owned(),
        ("Escape", ..) => "Esc".to_owned(),
        _ if key.chars().count() == 1 => key.to_uppercase(),
        _ => key.to_owned(),
    };
    let mut name = String::new();
    for (held, modifier) in [(ctrl, "Ctrl+"), (alt, "Alt+"), (shift, "Shift+")] {
        if held {
            name.push_str(modifier);
        }
    }
    name + &base
}

/// Does what the key says. `false` leaves the key to the page.
fn handle(app: App, act: Act, repeated: bool) -> bool {
    if act == Act::Language {
        if !repeated {
            app.switch_language();
        }
        return true;
    }
    if stage(app) != Some(Stage::Open) {
        // A reload would lose what is typed here too.
        return matches!(act, Act::Reprint | Act::Edit(Entry::Amount));
    }
    if repeated {
        return true;
    }
    let step = app.counter.step.get_untracked();
    let at_counter = app.screen.get_untracked() == Screen::Counter;
    if at_counter && step.is_confirming() && !matches!(act, Act::Forward | Act::Back | Act::Lock | Act::Help)
    {
        return true;
    }
    match act {
        Act::Language => {}
        Act::Help => app.help.update(|shown| *shown = !*shown),
        Act::Lock if step == Step::Taking => {}
        Act::Lock => app.lock(),
        Act::Balance => app.go(Screen::Drawer),
        Act::Reprint => with_last(app, ReceiptTask::Reprint),
        Act::Cancel => with_last(app, ReceiptTask::Cancel),
        Act::Go(screen) => app.go(screen),
        Act::Back => return back(app, at_counter),
        Act::Find(by) => {
            app.help.set(false);
            if !at_counter {
                app.go(Screen::Counter);
            }
            find(app, by);
        }
        Act::Forward if at_counter => actions::forward(app, None),
        Act::Edit(entry) if at_counter => actions::edit(app, entry),
        Act::Mode(mode) if at_counter => actions::choose_mode(app, mode),
        Act::Leaf if at_counter => actions::toggle_leaf(app),
        Act::DropDraft if at_counter => actions::drop_work(app),
        Act::EditProperty if at_counter => actions::edit_property(app),
        // Elsewhere Ctrl+Enter is the form's; the rest would be the browser's (F5 reloads, F10 opens a menu).
        Act::Forward => return false,
        Act::Edit(_) | Act::Mode(_) | Act::Leaf | Act::DropDraft | Act::EditProperty => {}
    }
    true
}

fn find(app: App, by: FindBy) {
    let counter = app.counter;
    if counter.step.get_untracked() == Step::Tender {
        counter.step.set(Step::Find);
    }
    // F2 keeps looking among services where that is what is open; Alt+S goes there and back.
    let by = match (by, counter.find.by.get_untracked()) {
        (FindBy::Service, FindBy::Service) => FindBy::Anything,
        (by, _) => by,
    };
    counter.find.look_for(app, by);
}

/// The receipt a person would mean: the one open on the receipts screen, else the last one issued here.
fn with_last(app: App, task: ReceiptTask) {
    let opened = app.opened_receipt.get_untracked().map(|(receipt, _)| receipt);
    let here = app.screen.get_untracked() == Screen::Receipts;
    let last = app.counter.last.with_untracked(|last| last.as_ref().map(|receipt| receipt.brief.clone()));
    match opened.filter(|_| here).or(last) {
        Some(receipt) => app.open_receipt(receipt, task),
        None => app.go(Screen::Receipts),
    }
}

fn back(app: App, at_counter: bool) -> bool {
    if app.help.get_untracked() {
        app.help.set(false);
        return true;
    }
    if at_counter {
        actions::back(app);
        return true;
    }
    // A screen that has something open to go back from has handled the key itself.
    app.go(Screen::Counter);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_on_a_hindi_layout_too() {
        assert_eq!(name_of("ि", "KeyL", true, false, false), "Ctrl+L");
        assert_eq!(name_of("X", "KeyX", true, false, true), "Ctrl+Shift+X");
        assert_eq!(name_of("1", "Digit1", false, true, false), "Alt+1");
        assert_eq!(name_of("F5", "F5", false, false, false), "F5");
        assert_eq!(name_of("/", "NumpadDivide", false, false, false), "/");
        assert_eq!(name_of("Escape", "Escape", false, false, false), "Esc");
        assert_eq!(name_of("ा", "KeyE", false, false, false), "E", "a letter alone is no key of the table");
    }

    #[test]
    fn no_two_acts_share_a_key() {
        for (at, one) in KEYS.iter().enumerate() {
            assert!(KEYS.iter().skip(at + 1).all(|other| other.shown != one.shown), "{}", one.shown);
        }
    }
}
