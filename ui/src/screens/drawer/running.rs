//! The running shift: receipts and money of all modes. No expected cash: the count is blind.

use crate::format;
use crate::parts::{Fact, Named, Said};
use crate::state::App;
use crate::words::drawer as words;
use leptos::prelude::*;

/// Its figures.
#[component]
pub fn Running() -> impl IntoView {
    let app = App::here();
    let shift =
        Memo::new(move |_| app.drawer.with(|drawer| drawer.as_ref().and_then(|drawer| drawer.shift.clone())));
    move || {
        shift.get().map(|shift| view! {
            <div id="running-shift" data-testid="running-shift">
                <h2><Said word=words::RUNNING /> " " <span class="figures">{shift.business_date.on_paper()}</span></h2>
                <dl class="facts">
                    <Fact label=words::HOLDER><Named both=shift.holder_name /></Fact>
                    <Fact label=words::OPENED_AT><span class="figures">{format::moment(shift.opened_at_ms)}</span></Fact>
                    <Fact label=words::FLOAT><span class="money">{format::rupees(shift.float_paise)}</span></Fact>
                    <Fact label=words::RECEIPTS><span class="figures" id="running-receipts">{shift.receipts}</span></Fact>
                    <Fact label=words::COLLECTED>
                        <strong class="money" id="running-collected">{format::rupees(shift.collected_paise)}</strong>
                    </Fact>
                </dl>
                <p class="quiet"><Said word=words::BLIND /></p>
            </div>
        })
    }
}
