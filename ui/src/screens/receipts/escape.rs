//! Out of a receipt's task without doing it.

use crate::browser;
use crate::state::ReceiptTask;
use leptos::prelude::*;

/// Esc in a task goes back to the receipt; what is typed elsewhere stays.
pub fn leave_on_escape(event: &web_sys::KeyboardEvent, task: RwSignal<ReceiptTask>) {
    if event.key() == "Escape" {
        event.prevent_default();
        event.stop_propagation();
        task.set(ReceiptTask::Look);
        browser::focus("receipt");
    }
}
