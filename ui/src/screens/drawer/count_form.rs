//! What closing and handing over share: the blind count, and after a difference its reason.

use crate::browser;
use crate::parts::{CashCount, Choose, Counted, Said};
use crate::state::App;
use crate::words::drawer as said;
use contract::Problem;
use domain::drawer::DenominationCount;
use leptos::prelude::*;

/// A count on its way to the office.
#[derive(Clone, Copy)]
pub struct Count {
    counted: Counted,
    reason: RwSignal<String>,
    /// The office has said that the count differs; by how much stays its secret until the count is final.
    pub differs: RwSignal<bool>,
    pub problem: RwSignal<Option<Problem>>,
    pub busy: RwSignal<bool>,
}

impl Count {
    /// Nothing counted.
    pub fn new(app: App) -> Count {
        Count {
            counted: Counted::new(app),
            reason: RwSignal::new(String::new()),
            differs: RwSignal::new(false),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// What was counted, and why it differs.
    pub fn stated(self) -> (Vec<DenominationCount>, String) {
        (self.counted.counts(), self.reason.get_untracked())
    }

    /// The office is about to be asked; `false` while it works already.
    pub fn begin(self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.busy.set(true);
        self.problem.set(None);
        true
    }

    /// What the office says is wrong; a difference asks for its reason.
    pub fn refuse(self, wrong: Problem) {
        if wrong.field.ends_with("difference_reason") {
            self.differs.set(true);
            browser::focus("difference-reason");
        }
        self.problem.set(Some(wrong));
    }
}

/// The notes and coins, and the reason where one is needed. `then` is where the cursor goes after the last coin.
#[component]
pub fn CountFields(count: Count, then: &'static str) -> impl IntoView {
    let app = App::here();
    let reasons = Signal::derive(move || {
        app.masters.with(|masters| {
            masters.as_ref().map(|masters| masters.difference_reasons.clone()).unwrap_or_default()
        })
    });
    view! {
        <CashCount counted=count.counted then />
        {move || count.differs.get().then(|| view! {
            <p class="strip look" id="count-differs"><Said word=said::COUNT_DIFFERS /></p>
            <Choose
                id="difference-reason"
                name="difference_reason"
                label=said::DIFFERENCE_REASON
                choices=reasons
                text=count.reason
                problem=count.problem
            />
        })}
    }
}
