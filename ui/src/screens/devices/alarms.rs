//! What was odd in exchanges: a peer that lost what it had, entries it refused, a copy of this computer elsewhere.

use crate::format;
use crate::parts::{Named, Said};
use crate::state::App;
use crate::words::devices as words;
use contract::AlarmView;
use leptos::prelude::*;

/// The table; nothing where all is well.
#[component]
pub fn Alarms(alarms: Vec<AlarmView>) -> impl IntoView {
    let app = App::here();
    let row = move |one: AlarmView| {
        let at_ms = one.at_ms;
        view! {
            <tr>
                <td>{move || format::ago(at_ms, app.now_ms.get(), app.language())}</td>
                <th scope="row"><Named both=one.peer /></th>
                <td><bdi>{one.about}</bdi></td>
                <td><Named both=one.what /></td>
                <td><Named both=one.cure /></td>
            </tr>
        }
    };
    (!alarms.is_empty()).then(|| {
        view! {
            <section>
                <h2><Said word=words::ALARMS /></h2>
                <div class="grid-scroll" role="region" tabindex="0" aria-label=app.say(words::ALARMS)>
                    <table class="dues" id="alarm-rows">
                        <thead>
                            <tr>
                                <th scope="col"><Said word=words::WHEN /></th>
                                <th scope="col"><Said word=words::WITH_WHOM /></th>
                                <th scope="col"><Said word=words::ABOUT /></th>
                                <th scope="col"><Said word=words::WHAT /></th>
                                <th scope="col"><Said word=words::WHAT_TO_DO /></th>
                            </tr>
                        </thead>
                        <tbody>{alarms.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}
