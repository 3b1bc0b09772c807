//! Which key does what at this computer: the usual keys, and those the office has put in their place. Everything that
//! shows a key asks here, so that what is written on a button is what it answers to.

use super::{KEYS, Key};
use crate::state::App;
use crate::words::Word;
use contract::Desk;
use leptos::prelude::*;

/// Why a pressed key cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It belongs to what is typed.
    Text,
    /// Another act has it.
    Taken(Word),
}

/// Keys that edit text everywhere, in every program.
const OF_EDITING: [&str; 6] = ["Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Y", "Ctrl+Z"];

/// Enter and Esc answer questions everywhere; they stay what they are.
pub fn is_changeable(key: &Key) -> bool {
    !matches!(key.shown, "Enter" | "Esc")
}

/// The key that stands for a usual one here; empty where it is switched off.
pub fn of_desk<'a>(desk: &'a Desk, usual: &'a str) -> &'a str {
    desk.keys.get(usual).map_or(usual, String::as_str)
}

/// The same for the screen.
pub fn shown(app: App, usual: &str) -> String {
    app.desk.with(|desk| of_desk(desk, usual).to_owned())
}

/// As `aria-keyshortcuts` wants it; `None` where there is no key.
pub fn spoken(app: App, usual: &str) -> Option<String> {
    let shown = shown(app, usual);
    (!shown.is_empty()).then(|| shown.replace("Ctrl+", "Control+"))
}

/// What a pressed key, as written on things, stands for at this desk.
pub fn meant<'k>(desk: &Desk, pressed: &str) -> Option<&'k Key> {
    KEYS.iter().find(|key| of_desk(desk, key.shown) == pressed).filter(|_| !pressed.is_empty())
}

/// Whether a pressed key may stand for a usual one.
///
/// # Errors
/// Why not.
pub fn fits(desk: &Desk, usual: &str, pressed: &str) -> Result<(), Unfit> {
    let named = KEYS.iter().any(|key| key.shown == pressed);
    let held = ["Ctrl+", "Alt+"].iter().any(|held| pressed.starts_with(held));
    let is_function = pressed.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok());
    if !(named || held || is_function) || OF_EDITING.contains(&pressed) {
        return Err(Unfit::Text);
    }
    match meant(desk, pressed) {
        Some(other) if other.shown != usual => Err(Unfit::Taken(other.does)),
        _ => Ok(()),
    }
}

/// Puts a key in the place of the usual one; an empty one switches it off.
pub fn choose(desk: &mut Desk, usual: &str, pressed: &str) {
    match pressed == usual {
        true => desk.keys.remove(usual),
        false => desk.keys.insert(usual.to_owned(), pressed.to_owned()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(desk: &Desk, pressed: &str) -> Option<&'static str> {
        meant(desk, pressed).map(|key| key.shown)
    }

    #[test]
    fn a_chosen_key_takes_the_place_of_the_usual_one() {
        let mut desk = Desk::default();
        assert_eq!(act(&desk, "F6"), Some("F6"));
        assert_eq!(fits(&desk, "F6", "F12"), Ok(()));
        choose(&mut desk, "F6", "F12");
        assert_eq!((act(&desk, "F12"), act(&desk, "F6")), (Some("F6"), None));
        // The key that became free may do something else now.
        assert_eq!(fits(&desk, "F7", "F6"), Ok(()));
        choose(&mut desk, "F6", "F6");
        assert_eq!(desk, Desk::default());
    }

    #[test]
    fn the_slash_can_be_switched_off() {
        let mut desk = Desk::default();
        choose(&mut desk, "/", "");
        assert_eq!((act(&desk, "/"), act(&desk, "")), (None, None));
        assert_eq!(act(&desk, "F2"), Some("F2"), "the other key of the same act stays");
    }

    #[test]
    fn a_letter_an_editing_key_and_another_acts_key_do_not_fit() {
        let desk = Desk::default();
        for text in ["k", "K", "Shift+K", "Space", "Tab", "ArrowDown", "Ctrl+C", "", "Fn"] {
            assert_eq!(fits(&desk, "F6", text), Err(Unfit::Text), "{text:?}");
        }
        assert!(matches!(fits(&desk, "F6", "F7"), Err(Unfit::Taken(_))));
        assert_eq!(fits(&desk, "F6", "Ctrl+K"), Ok(()));
    }
}
