//! Work that may last: begun once at a time, and while it lasts the office is asked how far it is.

use super::Progressing;
use crate::browser;
use crate::call::{ask_then, take};
use contract::{Progress, Request};
use leptos::prelude::*;

/// How often the bar asks how far the work is.
const PROGRESS_MS: u64 = 250;

/// The work of one screen.
#[derive(Clone, Copy)]
pub struct Underway {
    busy: RwSignal<bool>,
    progress: RwSignal<Option<Progress>>,
}

impl Underway {
    /// Nothing yet.
    pub fn new() -> Underway {
        Underway { busy: RwSignal::new(false), progress: RwSignal::new(None) }
    }

    /// False where it runs already.
    pub fn begin(self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.busy.set(true);
        self.watch();
        true
    }

    /// It is over, however it ended.
    pub fn end(self) {
        self.busy.try_set(false);
        self.progress.try_set(None);
    }

    fn watch(self) {
        browser::after(PROGRESS_MS, move || {
            if self.busy.try_get_untracked() != Some(true) {
                return;
            }
            ask_then(Request::Progress, take!(Progress), move |answer| {
                if let Ok(progress) = answer {
                    self.progress.try_set(progress);
                }
                self.watch();
            });
        });
    }
}

/// The bar's place, which is there before the bar is.
#[component]
pub fn UnderwayBar(work: Underway) -> impl IntoView {
    view! {
        <div class="progress-place">
            {move || work.progress.get().map(|progress| view! { <Progressing progress /> })}
        </div>
    }
}
