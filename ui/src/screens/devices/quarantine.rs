//! Entries that are refused, waiting or disputed, one by one, for the technician: what a person settles of them is among
//! the cases.

use crate::format;
use crate::parts::{Named, Said};
use crate::state::App;
use crate::words::{common, devices as words};
use contract::{DeviceView, QuarantineView};
use domain::DeviceId;
use leptos::prelude::*;

/// The table.
#[component]
pub fn Quarantine(held: Vec<QuarantineView>, devices: Vec<DeviceView>) -> impl IntoView {
    let app = App::here();
    if held.is_empty() {
        return ().into_any();
    }
    let name = |device: DeviceId| {
        let known = devices.iter().find(|one| one.device == device);
        known.map_or_else(|| short(&device.to_hex()), |one| format!("{} · {}", one.counter, one.name))
    };
    let row = |one: QuarantineView| {
        view! {
            <tr data-entry=one.entry.to_hex()>
                <th scope="row"><bdi>{name(one.device)}</bdi></th>
                <td class="money">{one.seq}</td>
                <td><Named both=one.what /></td>
                <td class="money">{one.amount_paise.map(format::cell)}</td>
                <td><Named both=one.fate /></td>
            </tr>
        }
    };
    view! {
        <details class="held">
            <summary><Said word=words::QUARANTINE /></summary>
            <div class="grid-scroll" role="region" tabindex="0" aria-label=app.say(words::QUARANTINE)>
                <table class="dues" id="quarantine-rows">
                    <thead>
                        <tr>
                            <th scope="col"><Said word=words::DEVICE /></th>
                            <th scope="col" class="money"><Said word=words::SERIAL /></th>
                            <th scope="col"><Said word=words::WHAT /></th>
                            <th scope="col" class="money"><Said word=common::AMOUNT /></th>
                            <th scope="col"><Said word=words::FATE /></th>
                        </tr>
                    </thead>
                    <tbody>{held.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// Enough of a name to tell devices apart.
fn short(hex: &str) -> String {
    hex.chars().take(8).collect()
}
