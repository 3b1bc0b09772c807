//! Every device: last seen, entries held, what of it the server has not confirmed, in rupees.

use crate::browser;
use crate::format;
use crate::parts::{Field, Mark, Said};
use crate::screens::devices::Page;
use crate::state::App;
use crate::words::{common, devices as words};
use contract::{DeviceView, Request};
use domain::DeviceId;
use domain::fact::Kind;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The table, and under it the form to end trust in one.
#[component]
pub fn DeviceList(devices: Vec<DeviceView>, page: Page) -> impl IntoView {
    let app = App::here();
    let may_revoke = app.may_now(Kind::DeviceRevoked);
    let revoking = RwSignal::new(None::<(DeviceId, String)>);
    view! {
        <section>
            <div class="grid-scroll" role="region" tabindex="0" aria-label=app.say(words::DEVICES)>
                <table class="dues" id="device-rows">
                    <thead>
                        <tr>
                            <th scope="col"><Said word=words::DEVICE /></th>
                            <th scope="col"><Said word=common::COUNTER /></th>
                            <th scope="col"><Said word=words::LAST_SEEN /></th>
                            <th scope="col" class="money"><Said word=words::ENTRIES /></th>
                            <th scope="col" class="money"><Said word=words::UNSENT /></th>
                            <th scope="col"><Said word=crate::words::receipts::STATE /></th>
                            {may_revoke.then(|| view! { <th scope="col"><Said word=words::REVOKE /></th> })}
                        </tr>
                    </thead>
                    <tbody>
                        {devices.into_iter().map(|device| view! { <Row device may_revoke revoking /> }).collect_view()}
                    </tbody>
                </table>
            </div>
            {move || revoking.get().map(|(device, name)| view! { <Revoke device name revoking page /> })}
        </section>
    }
}

#[component]
fn Row(
    device: DeviceView,
    may_revoke: bool,
    revoking: RwSignal<Option<(DeviceId, String)>>,
) -> impl IntoView {
    let app = App::here();
    let (seen, unsent) = (device.last_seen_ms, device.unsent);
    let states = [
        (device.forked, "stop", words::FORKED),
        (device.revoked, "stop", words::REVOKED),
        (!device.forked && !device.revoked, "good", words::IN_ORDER),
    ];
    let last_seen = move || match seen {
        Some(at) => format::ago(at, app.now_ms.get(), app.language()),
        None => words::NEVER.get(app.language()).to_owned(),
    };
    let waiting = move || match unsent.receipts {
        0 => "–".to_owned(),
        receipts => {
            let since = unsent.since_ms.map(|at| format::ago(at, app.now_ms.get(), app.language()));
            common::waiting(app.language(), receipts, unsent.amount_paise, since)
        }
    };
    let can_revoke = may_revoke && !device.here && !device.revoked;
    let (id, name) = (device.device, device.name.clone());
    let label = device.name.clone();
    view! {
        <tr data-device=id.to_hex() data-unsent-paise=unsent.amount_paise.0.to_string()>
            <th scope="row">
                <bdi>{device.name}</bdi>
                {device.here.then(|| view! { " " <span class="chip"><Said word=words::HERE /></span> })}
            </th>
            <td><bdi>{device.counter}</bdi></td>
            <td>{last_seen}</td>
            <td class="money">{device.entries}</td>
            <td class="money strong">{waiting}</td>
            <td class="states">
                {states
                    .into_iter()
                    .filter(|(holds, ..)| *holds)
                    .map(|(_, kind, word)| view! { <Mark kind><Said word /></Mark> })
                    .collect_view()}
            </td>
            {may_revoke.then(|| view! {
                <td>
                    {can_revoke.then(|| view! {
                        <button
                            type="button"
                            class="danger"
                            aria-label=move || format!("{}: {label}", words::REVOKE.get(app.language()))
                            on:click=move |_| {
                                revoking.set(Some((id, name.clone())));
                                browser::focus("revoke-reason");
                            }
                        >
                            <Said word=words::REVOKE />
                        </button>
                    })}
                </td>
            })}
        </tr>
    }
}

#[component]
fn Revoke(
    device: DeviceId,
    name: String,
    revoking: RwSignal<Option<(DeviceId, String)>>,
    page: Page,
) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        page.ask(Request::RevokeDevice { device, reason: reason.get_untracked().trim().to_owned() });
        revoking.set(None);
    };
    view! {
        <form class="task" id="revoke-form" on:submit=submit>
            <h2><Said word=words::REVOKE /> ": " <bdi>{name}</bdi></h2>
            <p><Said word=words::REVOKE_MORE /></p>
            <Field id="revoke-reason" name="reason" label=words::REVOKE_REASON text=reason problem=page.problem />
            <div class="actions">
                <button type="submit" class="primary danger" id="revoke"><Said word=words::REVOKE /></button>
                <button type="button" class="quiet-button" on:click=move |_| revoking.set(None)><Said word=common::BACK /></button>
            </div>
        </form>
    }
}
