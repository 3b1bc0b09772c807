//! The shift's running totals at the foot of the right column.

use crate::format;
use crate::parts::{Keycap, Named, Said};
use crate::state::{App, Screen};
use crate::words::{common, counter as said};
use contract::ShiftView;
use leptos::prelude::*;

/// Receipts and money of the open shift, or the way to open one.
#[component]
pub fn ShiftTotals() -> impl IntoView {
    let app = App::here();
    let shift =
        Memo::new(move |_| app.drawer.with(|drawer| drawer.as_ref().map(|drawer| drawer.shift.clone())));
    view! {
        <aside id="shift-totals" class="shift" data-testid="shift-totals" aria-live="polite" aria-label=app.say(said::SHIFT)>
            {move || match shift.get() {
                None => ().into_any(),
                Some(None) => view! { <NoShift /> }.into_any(),
                Some(Some(shift)) => view! { <Running shift /> }.into_any(),
            }}
        </aside>
    }
}

#[component]
fn NoShift() -> impl IntoView {
    let app = App::here();
    view! {
        <p><Said word=said::NO_SHIFT /></p>
        <button type="button" id="go-open-shift" on:click=move |_| app.go(Screen::Drawer)>
            <Said word=said::OPEN_SHIFT /> <Keycap key="Ctrl+B" />
        </button>
    }
}

#[component]
fn Running(shift: ShiftView) -> impl IntoView {
    let app = App::here();
    let count = shift.receipts;
    view! {
        <p class="shift-line">
            <span><Said word=said::SHIFT /> " " <span class="figures">{shift.business_date.on_paper()}</span> " · " <Named both=shift.holder_name /></span>
            <button type="button" class="quiet-button" on:click=move |_| app.go(Screen::Drawer)>
                <Said word=said::SHIFT_SUM /> <Keycap key="Ctrl+B" />
            </button>
        </p>
        <p class="shift-sum">
            <span id="shift-receipts" data-count=count.to_string()>
                {move || common::receipts(app.language(), u64::from(count))}
            </span>
            <strong class="money" id="shift-collected" data-paise=shift.collected_paise.0.to_string()>
                {format::rupees(shift.collected_paise)}
            </strong>
        </p>
    }
}
