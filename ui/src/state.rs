//! What the whole window knows: the situation, the drawer, the masters, which screen shows, what is being said.
//!
//! Everything a person has typed at the counter lives here and not in the screens, so that going to another screen,
//! locking, or changing the language loses nothing.

use crate::browser;
use crate::call::{ask_then, take, take_done};
use crate::scanner::Scanner;
use crate::screens::counter::Counter;
use crate::words::{Word, tag};
use contract::{Desk, Drawer, MastersView, Problem, ReceiptBrief, Request, Situation, Stage, Theme};
use domain::fact::Kind;
use domain::{Bilingual, BusinessDate, Language, UserId};
use leptos::prelude::*;

/// A screen of the bar, in the order of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Counter,
    Receipts,
    Drawer,
    Import,
    Staff,
    Devices,
    Verify,
    Settings,
    /// Reached from a bill, not from the bar.
    Property,
}

/// A line above the status strip, until the next one or Esc.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    Said(Word),
    Trouble(Problem),
}

/// The window's state. `Copy`: only handles.
#[derive(Clone, Copy)]
pub struct App {
    pub situation: RwSignal<Option<Situation>>,
    pub desk: RwSignal<Desk>,
    pub screen: RwSignal<Screen>,
    pub drawer: RwSignal<Option<Drawer>>,
    pub masters: RwSignal<Option<MastersView>>,
    pub notice: RwSignal<Option<Notice>>,
    pub help: RwSignal<bool>,
    pub counter: Counter,
    pub scanner: Scanner,
    /// The receipt the receipts screen opens with, and whether straight at its cancellation.
    pub opened_receipt: RwSignal<Option<(ReceiptBrief, ReceiptTask)>>,
    /// The recovery key was shown and the person said that it is kept.
    pub key_kept: RwSignal<bool>,
    /// Whose desk the counter's state belongs to.
    last_person: RwSignal<Option<UserId>>,
    /// Settings on their way to the office: until they are kept, an older answer must not turn them back.
    desk_on_its_way: StoredValue<u32>,
    /// The language was chosen before a town's file was open, which alone can keep it.
    language_waits: StoredValue<bool>,
    /// Time for "… ago", moved on by the window's own turn.
    pub now_ms: RwSignal<i64>,
    /// What the system asks for, looked at on the same turn.
    pub system_is_dark: RwSignal<bool>,
}

/// What a person wants with a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptTask {
    Look,
    Reprint,
    Cancel,
    Certify,
}

impl App {
    /// Nothing known yet.
    pub fn new() -> App {
        App {
            situation: RwSignal::new(None),
            desk: RwSignal::new(Desk::default()),
            screen: RwSignal::new(Screen::Counter),
            drawer: RwSignal::new(None),
            masters: RwSignal::new(None),
            notice: RwSignal::new(None),
            help: RwSignal::new(false),
            counter: Counter::new(),
            scanner: Scanner::new(),
            opened_receipt: RwSignal::new(None),
            key_kept: RwSignal::new(false),
            last_person: RwSignal::new(None),
            desk_on_its_way: StoredValue::new(0),
            language_waits: StoredValue::new(false),
            now_ms: RwSignal::new(browser::now_ms()),
            system_is_dark: RwSignal::new(browser::system_is_dark()),
        }
    }

    /// The window's state, from anywhere below [`crate::frame::Window`].
    pub fn here() -> App {
        expect_context::<App>()
    }

    /// The language of the screen, tracked.
    pub fn language(self) -> Language {
        self.desk.with(|desk| desk.language)
    }

    /// A word in the screen's language, whichever that is at the moment.
    pub fn say(self, word: Word) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || word.get(self.language())
    }

    /// A name in the screen's language, or in the other where this one is missing; with the language it is in.
    pub fn name(self, both: &Bilingual) -> (String, &'static str) {
        let language = self.language();
        let other = match language {
            Language::Hindi => Language::English,
            Language::English => Language::Hindi,
        };
        let shown = if both.get(language).trim().is_empty() { other } else { language };
        (both.get(shown).to_owned(), tag(shown))
    }

    /// Only the text of [`App::name`], for attributes and options.
    pub fn text(self, both: &Bilingual) -> String {
        self.name(both).0
    }

    /// The colours of the page, tracked.
    pub fn colours(self) -> &'static str {
        match self.desk.with(|desk| desk.theme) {
            Theme::System if self.system_is_dark.get() => theme_name(Theme::Dark),
            Theme::System => theme_name(Theme::Light),
            chosen => theme_name(chosen),
        }
    }

    /// What shows first, tracked.
    pub fn stage(self) -> Option<Stage> {
        self.situation.with(|situation| situation.as_ref().map(|situation| situation.stage))
    }

    /// Whether a role of the person covers an entry of this kind, by the office's own table. The office decides
    /// anyway; the screen only spares a person a key that would be refused.
    pub fn may(self, kind: Kind) -> bool {
        self.situation.with(|situation| may(situation.as_ref(), kind))
    }

    /// The same, for a part of the screen that is drawn once.
    pub fn may_now(self, kind: Kind) -> bool {
        self.situation.with_untracked(|situation| may(situation.as_ref(), kind))
    }

    /// The day of business: the open shift's, or the one the drawer proposes, or the clock's.
    pub fn today(self) -> BusinessDate {
        self.drawer
            .with_untracked(|drawer| {
                drawer
                    .as_ref()
                    .map(|drawer| drawer.shift.as_ref().map_or(drawer.propose, |shift| shift.business_date))
            })
            .unwrap_or_else(|| BusinessDate::from_unix_ms(browser::now_ms()))
    }

    /// Takes what the office says the window is about. Signals change only where the answer did, so that a poll moves
    /// nothing on the screen.
    pub fn settle(self, situation: Situation) {
        if self.language_waits.get_value() {
            if situation.town.is_some() {
                self.language_waits.set_value(false);
                let language = self.desk.with_untracked(|desk| desk.language);
                self.desk.set(Desk { language, ..situation.desk.clone() });
                self.keep_desk();
            }
        } else if self.desk_on_its_way.get_value() == 0
            && self.desk.with_untracked(|desk| *desk != situation.desk)
        {
            self.desk.set(situation.desk.clone());
        }
        let person = situation.person.as_ref().map(|person| person.user);
        let was_open =
            self.situation.with_untracked(|old| old.as_ref().map(|old| old.stage)) == Some(Stage::Open);
        let opens = situation.stage == Stage::Open && !was_open;
        if self.situation.with_untracked(|old| old.as_ref() != Some(&situation)) {
            self.situation.set(Some(situation));
        }
        if opens {
            self.begin_work(person);
        }
    }

    /// A desk was opened: the same person goes on where the screen was locked; another starts with an empty desk.
    fn begin_work(self, person: Option<UserId>) {
        self.notice.set(None);
        let another = self.last_person.get_untracked() != person;
        if another {
            self.last_person.set(person);
            self.screen.set(Screen::Counter);
            self.counter.clear_desk();
        }
        if self.screen.get_untracked() == Screen::Counter {
            self.counter.focus_step();
        }
        // The cursor first: the next name is typed while these are on their way.
        browser::after(0, move || {
            self.refresh_drawer();
            ask_then(Request::Masters, take!(Masters), move |masters| match masters {
                Ok(masters) => self.masters.set(Some(*masters)),
                Err(problem) => self.trouble(problem),
            });
            if another {
                crate::screens::counter::draft::restore(self);
            }
        });
    }

    /// Asks again what the window is about.
    pub fn refresh(self) {
        ask_then(Request::Situation, take!(Situation), move |situation| match situation {
            Ok(situation) => self.settle(*situation),
            Err(problem) => self.trouble(problem),
        });
    }

    /// Asks again for the open shift.
    pub fn refresh_drawer(self) {
        ask_then(Request::Drawer, take!(Drawer), move |drawer| match drawer {
            Ok(drawer) => self.set_drawer(*drawer),
            Err(problem) => self.trouble(problem),
        });
    }

    /// Shows another state of the drawer, if it is another.
    pub fn set_drawer(self, drawer: Drawer) {
        if self.drawer.with_untracked(|old| old.as_ref() != Some(&drawer)) {
            self.drawer.set(Some(drawer));
        }
    }

    /// Says what went wrong, above the status strip.
    pub fn trouble(self, problem: Problem) {
        self.notice.set(Some(Notice::Trouble(problem)));
    }

    /// Changes the window's settings here at once, and has them kept.
    pub fn change_desk(self, change: impl FnOnce(&mut Desk)) {
        self.desk.update(change);
        if self.situation.with_untracked(|situation| situation.as_ref().is_none_or(|s| s.town.is_none())) {
            self.language_waits.set_value(true);
            return;
        }
        self.keep_desk();
    }

    fn keep_desk(self) {
        let desk = self.desk.get_untracked();
        self.desk_on_its_way.update_value(|count| *count += 1);
        ask_then(Request::SaveDesk(desk), take!(Situation), move |kept| {
            self.desk_on_its_way.update_value(|count| *count = count.saturating_sub(1));
            match kept {
                Ok(situation) => self.settle(*situation),
                Err(problem) => self.trouble(problem),
            }
        });
    }

    /// हिन्दी ⇄ English, with nothing else touched.
    pub fn switch_language(self) {
        self.change_desk(|desk| {
            desk.language = match desk.language {
                Language::Hindi => Language::English,
                Language::English => Language::Hindi,
            };
        });
    }

    /// Locks the screen; what is typed stays here and, as a draft, with the office.
    pub fn lock(self) {
        crate::screens::counter::draft::save_now(self);
        ask_then(Request::Lock, take!(Situation), move |situation| match situation {
            Ok(situation) => self.settle(*situation),
            Err(problem) => self.trouble(problem),
        });
    }

    /// Shows a screen.
    pub fn go(self, screen: Screen) {
        self.notice.set(None);
        self.help.set(false);
        // A screen that shows already keeps what is open on it.
        if self.screen.get_untracked() != screen {
            self.screen.set(screen);
        }
        if screen == Screen::Counter {
            self.counter.focus_step();
        }
    }

    /// Opens a receipt on the receipts screen.
    pub fn open_receipt(self, receipt: ReceiptBrief, task: ReceiptTask) {
        self.opened_receipt.set(Some((receipt, task)));
        self.go(Screen::Receipts);
    }
}

fn may(situation: Option<&Situation>, kind: Kind) -> bool {
    situation
        .and_then(|situation| situation.person.as_ref())
        .is_some_and(|person| person.roles.iter().any(|role| role.may_write(kind)))
}

/// The name of a theme in settings.
pub const fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// Forgets an answer that says only that it is done, but not a problem.
pub fn done_or_trouble(app: App, request: Request) {
    ask_then(request, take_done, move |done| {
        if let Err(problem) = done {
            app.trouble(problem);
        }
    });
}
