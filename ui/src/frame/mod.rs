//! The window around the screens: which stage shows, the bar of screens, the notice, the status strip, the help.

pub mod gate;
mod help;
mod notice;
mod status;
mod top_bar;

use crate::browser;
use crate::early;
use crate::keys;
use crate::parts::Said;
use crate::screens::counter::CounterScreen;
use crate::screens::devices::Devices;
use crate::screens::drawer::DrawerScreen;
use crate::screens::first_run::FirstRun;
use crate::screens::import::Import;
use crate::screens::property::EditPropertyScreen;
use crate::screens::receipts::Receipts;
use crate::screens::recovery_key::ShowRecoveryKey;
use crate::screens::sealed::Sealed;
use crate::screens::settings::Settings;
use crate::screens::sign_in::SignInScreen;
use crate::screens::staff::StaffScreen;
use crate::screens::verify::Verify;
use crate::state::{App, Screen};
use crate::words::{common, tag};
use contract::Stage;
use leptos::prelude::*;
use std::time::Duration;

/// How often the strip asks what is unsent. Receipts and keys ask by themselves.
const REFRESH: Duration = Duration::from_secs(10);

/// Everything.
#[component]
pub fn Window() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    keys::listen(app);
    app.refresh();
    Effect::new(move |_| {
        let colours = app.colours();
        app.desk.with(|desk| browser::dress_page(tag(desk.language), colours, desk.zoom_percent));
    });
    set_interval(
        move || {
            app.now_ms.set(browser::now_ms());
            let dark = browser::system_is_dark();
            if app.system_is_dark.get_untracked() != dark {
                app.system_is_dark.set(dark);
            }
            if app.situation.with_untracked(|situation| situation.as_ref().map(|s| s.stage))
                == Some(Stage::Open)
            {
                app.refresh();
            }
        },
        REFRESH,
    );
    let stage = Memo::new(move |_| app.stage());
    Effect::new(move |_| match stage.get() {
        // The sign-in takes over itself, with what was typed.
        Some(Stage::SignIn) => {}
        None if app.notice.with(Option::is_none) => {}
        None | Some(Stage::Open) => drop(early::take()),
        Some(Stage::NoTown | Stage::Sealed) => {
            drop(early::take());
            early::forget();
        }
    });
    let key_to_show = Memo::new(move |_| {
        let key = app
            .situation
            .with(|situation| situation.as_ref().and_then(|situation| situation.recovery_key.clone()));
        key.filter(|_| !app.key_kept.get())
    });
    view! {
        <div id="app" data-stage=move || stage.get().map(|stage| format!("{stage:?}"))>
            {move || match (key_to_show.get(), stage.get()) {
                (Some(key), _) => view! { <ShowRecoveryKey key_paper=key /> }.into_any(),
                (None, None) => view! { <Loading /> }.into_any(),
                (None, Some(Stage::NoTown)) => view! { <FirstRun /> }.into_any(),
                (None, Some(Stage::Sealed)) => view! { <Sealed /> }.into_any(),
                (None, Some(Stage::SignIn)) => view! { <SignInScreen /> }.into_any(),
                (None, Some(Stage::Open)) => view! { <Office /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Loading() -> impl IntoView {
    let app = App::here();
    view! {
        <main class="gate">
            <p role="status"><Said word=common::LOADING /></p>
            <notice::NoticeLine />
            {move || app.notice.get().map(|_| view! {
                <button type="button" id="try-again" on:click=move |_| { app.notice.set(None); app.refresh(); }>
                    <Said word=common::TRY_AGAIN />
                </button>
            })}
        </main>
    }
}

/// The desk: bar, screen, notice, strip.
#[component]
fn Office() -> impl IntoView {
    let app = App::here();
    let demonstration = Memo::new(move |_| {
        app.situation.with(|situation| {
            situation
                .as_ref()
                .and_then(|situation| situation.town.as_ref())
                .is_some_and(|town| town.demonstration)
        })
    });
    view! {
        <top_bar::TopBar />
        <main id="screen" data-screen=move || format!("{:?}", app.screen.get())>
            {move || match app.screen.get() {
                Screen::Counter => view! { <CounterScreen /> }.into_any(),
                Screen::Receipts => view! { <Receipts /> }.into_any(),
                Screen::Drawer => view! { <DrawerScreen /> }.into_any(),
                Screen::Import => view! { <Import /> }.into_any(),
                Screen::Staff => view! { <StaffScreen /> }.into_any(),
                Screen::Devices => view! { <Devices /> }.into_any(),
                Screen::Verify => view! { <Verify /> }.into_any(),
                Screen::Settings => view! { <Settings /> }.into_any(),
                Screen::Property => view! { <EditPropertyScreen /> }.into_any(),
            }}
        </main>
        <help::Help />
        <notice::NoticeLine />
        <status::StatusStrip demonstration />
    }
}
