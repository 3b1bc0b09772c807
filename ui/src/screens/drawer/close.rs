//! Counting blind and closing: the expected sum shows only after the count, and a difference needs its reason.

use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Keycap, Mark, PaperLine, ProblemLine, Said};
use crate::screens::drawer::busy_word;
use crate::screens::drawer::count_form::{Count, CountFields};
use crate::state::App;
use crate::words::{self, common, drawer as said};
use contract::{CloseShift, DayClose, Request};
use domain::drawer::ModeTotal;
use domain::{BusinessDate, Hash};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The count, and after a difference its reason.
#[component]
pub fn CloseForm(closed: RwSignal<Option<DayClose>>) -> impl IntoView {
    let app = App::here();
    let left_open = Memo::new(move |_| left_open(app));
    let count = Count::new(app);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !count.begin() {
            return;
        }
        let (counted, difference_reason) = count.stated();
        let close = CloseShift {
            counted,
            difference_reason,
            left_open: left_open.get_untracked().map(|(shift, _)| shift),
        };
        ask_then(Request::CloseShift(close), take!(DayClose), move |answer| {
            count.busy.set(false);
            match answer {
                Ok(sheet) => {
                    closed.set(Some(*sheet));
                    app.refresh_drawer();
                    app.refresh();
                }
                Err(wrong) => count.refuse(wrong),
            }
        });
    };
    let word = move || {
        busy_word(count.busy.get(), if count.differs.get() { said::DO_CLOSE } else { said::DO_COUNT })
    };
    view! {
        <form class="task" id="close-form" on:submit=submit>
            <h2><Said word=said::CLOSE_SHIFT /></h2>
            {move || left_open.get().map(|(_, date)| view! {
                <p><Mark kind="look"><Said word=said::LEFT_OPEN /></Mark> " " {date.on_paper()}</p>
            })}
            <p><Said word=said::BLIND /></p>
            <CountFields count then="close-shift" />
            <ProblemLine problem=count.problem fields=&["difference_reason"] />
            <div class="actions">
                <button type="submit" class="primary" id="close-shift">
                    {move || word().get(app.language())} <Keycap key="Enter" />
                </button>
            </div>
        </form>
    }
}

/// A shift of before this computer was put back, while no other is open.
pub fn left_open(app: App) -> Option<(Hash, BusinessDate)> {
    app.drawer.with(|drawer| {
        let drawer = drawer.as_ref().filter(|drawer| drawer.shift.is_none())?;
        drawer.left_open.first().map(|shift| (shift.shift, shift.business_date))
    })
}

/// What the close found, and its sheet.
#[component]
pub fn Closed(closed: DayClose) -> impl IntoView {
    let difference = closed.difference_paise;
    let (kind, word) = match difference.0 {
        0 => ("good", said::EXACT),
        paise if paise < 0 => ("look", said::SHORT),
        _ => ("look", said::EXCESS),
    };
    view! {
        <div id="day-close" class="issued" data-testid="day-close" data-difference=difference.0.to_string()>
            <h2><Mark kind="good"><Said word=said::CLOSED /></Mark></h2>
            <table class="dues">
                <thead>
                    <tr>
                        <th scope="col"><Said word=common::MODE /></th>
                        <th scope="col" class="money"><Said word=said::RECEIPTS /></th>
                        <th scope="col" class="money"><Said word=said::EXPECTED /></th>
                    </tr>
                </thead>
                <tbody>
                    {closed
                        .expected
                        .into_iter()
                        .map(|ModeTotal { mode, receipts, amount_paise }| view! {
                            <tr>
                                <th scope="row"><Said word=words::mode(mode) /></th>
                                <td class="money">{receipts}</td>
                                <td class="money">{format::cell(amount_paise)}</td>
                            </tr>
                        })
                        .collect_view()}
                </tbody>
            </table>
            <dl class="sums">
                <div class="sum"><dt><Said word=said::EXPECTED_CASH /></dt><dd class="money">{format::rupees(closed.expected_cash_paise)}</dd></div>
                <div class="sum"><dt><Said word=said::COUNTED_CASH /></dt><dd class="money">{format::rupees(closed.counted_cash_paise)}</dd></div>
                <div class="sum big">
                    <dt><Said word=said::DIFFERENCE /> " " <Mark kind><Said word /></Mark></dt>
                    <dd class="money">{format::rupees(difference)}</dd>
                </div>
                <div class="sum"><dt><Said word=said::CHAIN_HEAD /></dt><dd><bdi class="code" lang="en">{closed.chain_head}</bdi></dd></div>
            </dl>
            <p><Said word=said::SHEET /></p>
            <PaperLine paper=closed.paper />
        </div>
    }
}
