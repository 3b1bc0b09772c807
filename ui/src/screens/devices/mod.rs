//! Devices and exchange: what asks for a decision, every device, what is unsent in rupees, what was odd.

mod alarms;
mod cases;
mod device_list;
mod invite;
mod nearby;
mod quarantine;
mod server;
mod stick;

use crate::browser;
use crate::call::{ask_then, take};
use crate::parts::{ProblemLine, Said};
use crate::state::App;
use crate::words::devices as words;
use contract::{Problem, Request, SyncPage, SyncState};
use domain::fact::Kind;
use leptos::prelude::*;

/// How often the page asks again while the office exchanges.
const WATCH_MS: u64 = 1_000;

/// The page's state, handed to its parts.
#[derive(Clone, Copy)]
struct Page {
    page: RwSignal<Option<SyncPage>>,
    problem: RwSignal<Option<Problem>>,
}

impl Page {
    /// Asks for what the person wants; what was wrong before is over.
    fn ask(self, request: Request) {
        self.problem.try_set(None);
        self.look(request);
    }

    /// Asks, and while the exchange runs asks again. What is typed below, and what is wrong with it, stays.
    fn look(self, request: Request) {
        ask_then(request, take!(SyncPage), move |answer| match answer {
            Ok(page) => {
                let busy = page.state == SyncState::Busy;
                if self.page.try_get_untracked().is_some_and(|old| old.as_ref() != Some(&*page)) {
                    self.page.try_set(Some(*page));
                }
                if busy {
                    browser::after(WATCH_MS, move || {
                        if self.page.try_get_untracked().is_some() {
                            self.look(Request::SyncPage);
                        }
                    });
                }
            }
            Err(wrong) => {
                self.problem.try_set(Some(wrong));
            }
        });
    }
}

/// The screen.
#[component]
pub fn Devices() -> impl IntoView {
    let app = App::here();
    let page = Page { page: RwSignal::new(None), problem: RwSignal::new(None) };
    page.ask(Request::SyncPage);
    // What an exchange in the background changed is shown here too, not only in the status line.
    let exchanged = Memo::new(move |_| {
        app.situation
            .with(|situation| situation.as_ref().map(|one| (one.sync, one.last_success_ms, one.unsent)))
    });
    Effect::new(move |before: Option<()>| {
        exchanged.track();
        if before.is_some() {
            page.look(Request::SyncPage);
        }
    });
    browser::focus("sync-now");
    let desk = cases::Desk::new();
    let may_enrol = Memo::new(move |_| app.may(Kind::DeviceEnrolled));
    let devices = Memo::new(move |_| page.page.with(|page| page.as_ref().map(|page| page.devices.clone())));
    let cases = Memo::new(move |_| page.page.with(|page| page.as_ref().map(|page| page.cases.clone())));
    let alarms = Memo::new(move |_| page.page.with(|page| page.as_ref().map(|page| page.alarms.clone())));
    let held = Memo::new(move |_| {
        page.page.with(|page| page.as_ref().map(|page| (page.quarantine.clone(), page.devices.clone())))
    });
    view! {
        <div class="page devices">
            <h1><Said word=words::DEVICES /></h1>
            <ProblemLine problem=page.problem fields=&["device_name", "counter", "user", "decision", "remark", "reason"] />
            {move || page.page.get().map(|shown| view! { <server::Server shown page /> })}
            {move || cases.get().map(|cases| view! { <cases::Cases cases page desk /> })}
            {move || devices.get().map(|devices| view! { <device_list::DeviceList devices page /> })}
            <nearby::NearbyComputers />
            <stick::Stick devices=Signal::derive(move || devices.get().unwrap_or_default()) page />
            {move || alarms.get().map(|alarms| view! { <alarms::Alarms alarms /> })}
            {move || held.get().map(|(held, devices)| view! { <quarantine::Quarantine held devices /> })}
            {move || may_enrol.get().then(|| view! { <invite::Invite problem=page.problem /> })}
        </div>
    }
}
