//! The counter: omnibox and hits at the left, the bill in the middle, the tender and the shift at the right.

pub mod actions;
mod bill;
mod bill_years;
mod confirm;
pub mod draft;
pub mod find;
mod form;
mod heads;
mod instrument;
mod last_receipt;
mod omnibox;
mod shift;
mod tender;
mod upi;
mod work;

pub use confirm::Lines;
pub use form::{Entry, Typed, bind};
pub use work::{Step, Work};

use crate::browser;
use crate::parts::Said;
use crate::screens::counter::find::Find;
use crate::state::App;
use crate::words::settings as words;
use contract::{Payment, Preview, Problem, ReceiptView};
use leptos::prelude::*;
use std::collections::HashMap;

/// Drafts set aside: by (service, consumer), what was typed.
type Parked = HashMap<(String, String), Typed>;

/// Everything at the counter. Lives as long as the window.
#[derive(Clone, Copy)]
pub struct Counter {
    pub find: Find,
    pub step: RwSignal<Step>,
    pub work: RwSignal<Option<Work>>,
    pub typed: RwSignal<Typed>,
    /// What Enter will take: exactly what the office was asked to preview.
    pub confirming: RwSignal<Option<(Payment, Preview)>>,
    pub problem: RwSignal<Option<Problem>>,
    /// The receipt just issued, until the next.
    pub last: RwSignal<Option<ReceiptView>>,
    /// The open payment came back from a draft.
    pub restored: RwSignal<bool>,
    /// Enter came while the bill was on its way: the tender is left as it is and checked at once.
    pub ahead: StoredValue<bool>,
    pub parked: StoredValue<Parked>,
    /// The last change that a delayed saving of the draft was set off by.
    pub draft_turn: StoredValue<u64>,
}

impl Counter {
    /// An empty desk.
    pub fn new() -> Counter {
        Counter {
            find: Find::new(),
            step: RwSignal::new(Step::Find),
            work: RwSignal::new(None),
            typed: RwSignal::new(Typed::default()),
            confirming: RwSignal::new(None),
            problem: RwSignal::new(None),
            last: RwSignal::new(None),
            restored: RwSignal::new(false),
            ahead: StoredValue::new(false),
            parked: StoredValue::new(HashMap::new()),
            draft_turn: StoredValue::new(0),
        }
    }

    /// Another person's desk: nothing of the one before.
    pub fn clear_desk(self) {
        self.close_work();
        self.find.clear();
        self.last.set(None);
        self.parked.set_value(HashMap::new());
    }

    /// Nothing open, cursor's place in the omnibox.
    pub fn close_work(self) {
        self.draft_turn.update_value(|turn| *turn += 1);
        self.work.set(None);
        self.typed.set(Typed::default());
        self.confirming.set(None);
        self.problem.set(None);
        self.restored.set(false);
        self.ahead.set_value(false);
        self.step.set(Step::Find);
    }

    /// A name is being typed or something is open.
    pub fn is_in_use(self) -> bool {
        self.step.get_untracked() != Step::Find
            || self.work.with_untracked(Option::is_some)
            || self.find.text.with_untracked(|text| !text.is_empty())
    }

    /// Keeps what was typed for something that is not open now.
    pub fn set_aside(self, key: (String, String), typed: Typed) {
        self.parked.update_value(|parked| {
            parked.insert(key, typed);
        });
    }

    /// Puts the cursor where the step needs it.
    pub fn focus_step(self) {
        match self.step.get_untracked() {
            Step::Find | Step::Opening => browser::focus("omnibox"),
            Step::Tender | Step::Checking => self.focus_tender(),
            Step::Confirm | Step::Taking => browser::focus("confirm"),
        }
    }

    /// The cursor came to the tender by mouse or Tab: the step follows it.
    pub fn came_to_tender(self) {
        if self.step.get_untracked() == Step::Find && self.work.with_untracked(Option::is_some) {
            self.step.set(Step::Tender);
        }
    }

    /// Puts the cursor into the first field the tender has.
    pub fn focus_tender(self) {
        let service = self.work.with_untracked(|work| matches!(work, Some(Work::Service(_))));
        let empty = self.typed.with_untracked(|typed| typed.heads.iter().all(String::is_empty));
        if service && empty {
            browser::focus("head-0");
            return;
        }
        self.focus_mode_field();
    }

    /// Puts the cursor into the first field of the mode.
    pub fn focus_mode_field(self) {
        let mode = self.typed.with_untracked(|typed| typed.mode);
        browser::focus(Entry::of_mode(mode).first().map_or("amount", |entry| entry.id()));
    }
}

/// The screen.
#[component]
pub fn CounterScreen() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    draft::keep_saved(app);
    let confirming = move || counter.step.get().is_confirming();
    view! {
        <h1 class="sr-only"><Said word=words::COUNTER /></h1>
        <div class="counter" data-testid="counter">
            <section class="column find" prop:inert=confirming aria-labelledby="find-heading">
                <omnibox::Omnibox />
            </section>
            <section class="column middle" prop:inert=confirming aria-labelledby="bill-heading">
                <bill::Middle />
            </section>
            <section class="column side" aria-labelledby="tender-heading">
                <tender::Side />
                <shift::ShiftTotals />
            </section>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_comes_late_does_not_take_over_what_is_being_typed() {
        let owner = Owner::new();
        owner.with(|| {
            let counter = Counter::new();
            assert!(!counter.is_in_use());
            counter.find.text.set("राम".to_owned());
            assert!(counter.is_in_use());

            let key = ("PT".to_owned(), "PT-248459-000123".to_owned());
            counter.set_aside(key.clone(), Typed { touched: true, ..Typed::default() });
            assert!(counter.parked.with_value(|parked| parked.contains_key(&key)));

            counter.find.text.set(String::new());
            counter.step.set(Step::Opening);
            assert!(counter.is_in_use());
        });
    }
}
