//! Notes and coins counted by denomination: Enter goes to the next, the worth stands beside each.

use crate::browser;
use crate::format;
use crate::parts::shown::Said;
use crate::state::App;
use crate::words::common;
use domain::Paise;
use domain::drawer::{DenominationCount, count_worth};
use leptos::prelude::*;

/// What was counted, as typed, one text a denomination.
#[derive(Clone, Copy)]
pub struct Counted {
    typed: RwSignal<Vec<String>>,
    denominations: Memo<Vec<Paise>>,
}

impl Counted {
    /// Nothing counted of the masters' notes and coins.
    pub fn new(app: App) -> Counted {
        let denominations = Memo::new(move |_| {
            app.masters.with(|masters| {
                masters.as_ref().map(|masters| masters.denominations_paise.clone()).unwrap_or_default()
            })
        });
        Counted { typed: RwSignal::new(Vec::new()), denominations }
    }

    fn text(self, at: usize) -> String {
        self.typed.with(|typed| typed.get(at).cloned().unwrap_or_default())
    }

    fn put(self, at: usize, text: String) {
        self.typed.update(|typed| {
            if typed.len() <= at {
                typed.resize(at + 1, String::new());
            }
            if let Some(place) = typed.get_mut(at) {
                *place = text;
            }
        });
    }

    /// The count, denominations without a figure left out.
    pub fn counts(self) -> Vec<DenominationCount> {
        let typed = self.typed.get();
        self.denominations
            .get()
            .into_iter()
            .zip(typed)
            .filter_map(|(denomination_paise, text)| {
                let count = format::digits_only(&text).parse().ok().filter(|count| *count > 0)?;
                Some(DenominationCount { denomination_paise, count })
            })
            .collect()
    }

    /// What it is worth.
    pub fn worth(self) -> Paise {
        count_worth(&self.counts()).unwrap_or_default()
    }

    fn worth_of(self, at: usize, denomination: Paise) -> Paise {
        let count = format::digits_only(&self.text(at)).parse().unwrap_or(0);
        denomination.checked_mul(count).unwrap_or_default()
    }
}

/// The table of notes and coins.
#[component]
pub fn CashCount(
    counted: Counted,
    /// Where the cursor goes after the last coin.
    then: &'static str,
) -> impl IntoView {
    let app = App::here();
    let rows = move || {
        let denominations = counted.denominations.get();
        let last = denominations.len().saturating_sub(1);
        denominations
            .into_iter()
            .enumerate()
            .map(|(at, denomination)| {
                let next = if at == last { then.to_owned() } else { count_id(at + 1) };
                view! { <CountRow counted at denomination next /> }
            })
            .collect_view()
    };
    view! {
        <table class="cash-count" data-testid="cash-count">
            <thead>
                <tr>
                    <th scope="col" class="money"><Said word=common::DENOMINATION /></th>
                    <th scope="col"><Said word=common::COUNT /></th>
                    <th scope="col" class="money"><Said word=common::WORTH /></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row" colspan="2">{app.say(common::TOTAL)}</th>
                    <td class="money strong" id="counted-total" aria-live="polite">
                        {move || format::rupees(counted.worth())}
                    </td>
                </tr>
            </tfoot>
        </table>
    }
}

fn count_id(at: usize) -> String {
    format!("count-{at}")
}

#[component]
fn CountRow(counted: Counted, at: usize, denomination: Paise, next: String) -> impl IntoView {
    let app = App::here();
    let name = format!("₹{}", format::plain(denomination));
    let label = name.clone();
    let on_key = move |event: web_sys::KeyboardEvent| {
        let target = match event.key().as_str() {
            "Enter" | "ArrowDown" => next.clone(),
            "ArrowUp" if at > 0 => count_id(at - 1),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        browser::focus(target);
    };
    view! {
        <tr>
            <th scope="row" class="money">{name}</th>
            <td>
                <input
                    id=count_id(at)
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-label=move || format!("{label} × {}", common::COUNT.get(app.language()))
                    prop:value=move || counted.text(at)
                    on:input:target=move |event| counted.put(at, event.target().value())
                    on:keydown=on_key
                />
            </td>
            <td class="money">{move || format::cell(counted.worth_of(at, denomination))}</td>
        </tr>
    }
}
