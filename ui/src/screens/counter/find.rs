//! Finding: what is typed, what answers, and which hit Enter picks.
//!
//! One question is on its way at a time; what was typed meanwhile is asked when it is answered, so that a slow office is
//! not buried. An answer to another text than the one that stands in the omnibox is dropped.

use crate::browser;
use crate::call::{ask_then, take};
use crate::screens::counter::actions;
use crate::state::App;
use crate::words::{Word, counter as words};
use contract::{Hit, Hits, Request, ServiceChoice};
use leptos::prelude::*;

/// What the omnibox looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindBy {
    /// Any field of the register.
    Anything,
    /// A number, typed or scanned.
    Number,
    /// A mobile number.
    Mobile,
    /// A service without demands.
    Service,
}

/// What answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Nothing asked yet.
    Nothing,
    /// Consumers.
    Hits(Hits),
    /// Services, and the text they answer.
    Services(String, Vec<ServiceChoice>),
}

impl Found {
    /// How many can be picked.
    pub fn len(&self) -> usize {
        match self {
            Found::Nothing => 0,
            Found::Hits(hits) => hits.hits.len(),
            Found::Services(_, services) => services.len(),
        }
    }

    /// Nothing to pick.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text it answers.
    fn text(&self) -> Option<&str> {
        match self {
            Found::Nothing => None,
            Found::Hits(hits) => Some(&hits.text),
            Found::Services(text, _) => Some(text),
        }
    }

    fn ties(&self) -> bool {
        matches!(self, Found::Hits(hits) if hits.tie)
    }
}

/// What was picked.
pub enum Pick {
    Consumer(Hit),
    Service(ServiceChoice),
}

/// The omnibox.
#[derive(Clone, Copy)]
pub struct Find {
    pub text: RwSignal<String>,
    pub by: RwSignal<FindBy>,
    pub found: RwSignal<Found>,
    /// What Enter picks; nothing where the first two tie and no arrow has chosen.
    pub selected: RwSignal<Option<usize>>,
    /// Said under the omnibox.
    pub note: RwSignal<Option<Word>>,
    asking: StoredValue<bool>,
    /// Enter came before the hits for what is typed.
    pick_when_found: StoredValue<bool>,
}

impl Find {
    /// Empty.
    pub fn new() -> Find {
        Find {
            text: RwSignal::new(String::new()),
            by: RwSignal::new(FindBy::Anything),
            found: RwSignal::new(Found::Nothing),
            selected: RwSignal::new(None),
            note: RwSignal::new(None),
            asking: StoredValue::new(false),
            pick_when_found: StoredValue::new(false),
        }
    }

    /// Empty again, for the next payer.
    pub fn clear(self) {
        self.text.set(String::new());
        self.by.set(FindBy::Anything);
        self.found.set(Found::Nothing);
        self.selected.set(None);
        self.note.set(None);
        self.pick_when_found.set_value(false);
    }

    /// Something was typed.
    pub fn typed(self, app: App, text: String) {
        self.pick_when_found.set_value(false);
        app.counter.ahead.set_value(false);
        self.note.set(None);
        self.text.set(text);
        self.ask(app);
    }

    /// Looks for something else with the same omnibox.
    pub fn look_for(self, app: App, by: FindBy) {
        if self.by.get_untracked() != by {
            let changes_kind = (self.by.get_untracked() == FindBy::Service) != (by == FindBy::Service);
            self.by.set(by);
            if changes_kind {
                self.found.set(Found::Nothing);
                self.selected.set(None);
                self.note.set(None);
                self.ask(app);
            }
        }
        browser::focus("omnibox");
    }

    fn ask(self, app: App) {
        if self.asking.get_value() {
            return;
        }
        let text = self.text.get_untracked();
        let service = self.by.get_untracked() == FindBy::Service;
        if text.trim().is_empty() && !service {
            self.found.set(Found::Nothing);
            self.selected.set(None);
            return;
        }
        self.asking.set_value(true);
        if service {
            let asked = text.clone();
            ask_then(Request::Services { text }, take!(Services), move |answer| {
                self.answered(app, answer.map(|services| Found::Services(asked, services)));
            });
        } else {
            ask_then(Request::Search { text }, take!(Hits), move |answer| {
                self.answered(app, answer.map(Found::Hits));
            });
        }
    }

    fn answered(self, app: App, answer: Result<Found, contract::Problem>) {
        self.asking.set_value(false);
        let found = match answer {
            Ok(found) => found,
            Err(problem) => {
                self.pick_when_found.set_value(false);
                app.trouble(problem);
                return;
            }
        };
        let service = self.by.get_untracked() == FindBy::Service;
        let same_kind = matches!(found, Found::Services(..)) == service;
        let current = self.text.with_untracked(|text| found.text() == Some(text.as_str()));
        if !current || !same_kind {
            self.ask(app);
            return;
        }
        self.selected.set((!found.is_empty() && !found.ties()).then_some(0));
        self.found.set(found);
        if self.pick_when_found.get_value() {
            self.pick_when_found.set_value(false);
            self.enter(app);
        }
    }

    /// The hits that are shown answer something typed before.
    pub fn is_behind(self) -> bool {
        self.found.with(|found| found.text().is_some_and(|answered| self.text.with(|text| text != answered)))
    }

    /// An arrow chooses.
    pub fn step(self, forward: bool) {
        let last = match self.found.with_untracked(Found::len) {
            0 => return,
            length => length - 1,
        };
        self.note.set(None);
        let next = match (self.selected.get_untracked(), forward) {
            (None, true) => 0,
            (None, false) => last,
            (Some(at), true) => {
                if at >= last {
                    0
                } else {
                    at + 1
                }
            }
            (Some(at), false) => {
                if at == 0 {
                    last
                } else {
                    at - 1
                }
            }
        };
        self.selected.set(Some(next));
        browser::reveal(&option_id(next));
    }

    /// Enter: picks what is selected, but never for a text that is no longer there.
    pub fn enter(self, app: App) {
        let text = self.text.get_untracked();
        let service = self.by.get_untracked() == FindBy::Service;
        if text.trim().is_empty() && !service {
            return;
        }
        let answers = self.found.with_untracked(|found| found.text() == Some(text.as_str()));
        if !answers {
            // A second Enter before the hits is meant for the bill they will open.
            app.counter.ahead.set_value(self.pick_when_found.get_value());
            self.pick_when_found.set_value(true);
            self.ask(app);
            return;
        }
        let Some(pick) = self.selected.get_untracked().and_then(|at| self.pick(at)) else {
            app.counter.ahead.set_value(false);
            let nobody = self.found.with_untracked(Found::is_empty);
            return self.note.set(Some(if nobody { words::NO_HIT } else { words::TIE }));
        };
        actions::open(app, pick);
    }

    /// The hit at a place.
    pub fn pick(self, at: usize) -> Option<Pick> {
        self.found.with_untracked(|found| match found {
            Found::Nothing => None,
            Found::Hits(hits) => hits.hits.get(at).cloned().map(Pick::Consumer),
            Found::Services(_, services) => services.get(at).cloned().map(Pick::Service),
        })
    }
}

/// The id of a hit's element.
pub fn option_id(at: usize) -> String {
    format!("hit-{at}")
}
