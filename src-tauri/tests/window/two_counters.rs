//! The whole story: money is taken with the line down, the server starts, a second computer joins by code, and the
//! payment stands in its window. `cargo xtask run` walks the same story through the demo town where nobody can see a
//! window.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use demo::landmark::UNIQUE_TYPED_ENGLISH;
use demo::staff::{ACCOUNTANT, ADMINISTRATOR, CLERK};
use fantoccini::key::Key;
use sync_server::{Config, Running};

use crate::driver::{Kept, Window, free_port};
use crate::{papers, town};

/// The first exchange of the demo town takes its time in a build that is not optimised.
const LARGE_TOWN: Duration = Duration::from_secs(900);
/// That of the small one does not.
const SMALL_TOWN: Duration = Duration::from_secs(90);
/// How many properties further on the walk looks for one that still owes: each walk pays one of them.
const LOOKED_AT_MAX: u32 = 200;

/// Where the story takes place.
struct Place {
    first: PathBuf,
    second: PathBuf,
    server: String,
    /// Keys and towns of the server the story starts; `None` where one runs already.
    server_data: Option<PathBuf>,
    /// How long an exchange may take.
    patience: Duration,
}

impl Place {
    /// The demo town that `cargo xtask run` names, else a small town made here.
    async fn of(made_here: &Path) -> Self {
        let named = |name: &str| std::env::var_os(name);
        if let (Some(first), Some(server)) = (named("PALIKA_WALK_TOWN"), named("PALIKA_WALK_SERVER")) {
            let (first, server) = (PathBuf::from(first), server.into_string().unwrap());
            return Self {
                first,
                second: made_here.join("second"),
                server,
                server_data: None,
                patience: LARGE_TOWN,
            };
        }
        let (first, server_data) = (made_here.join("first"), made_here.join("state"));
        std::fs::create_dir_all(&server_data).unwrap();
        let server = format!("http://127.0.0.1:{}", free_port());
        town::of_state(&first, &server_data, server.clone()).await;
        Self {
            first,
            second: made_here.join("second"),
            server,
            server_data: Some(server_data),
            patience: SMALL_TOWN,
        }
    }

    async fn line_returns(&self) -> Option<Running> {
        let data = self.server_data.clone()?;
        let keys = sync_server::open_keys(&data, None).unwrap();
        let listen = self.server.strip_prefix("http://").unwrap().parse().unwrap();
        let config = Config { listen, ..Config::on_this_computer(&data, keys) };
        Some(sync_server::start(config).await.unwrap())
    }
}

#[tokio::test]
async fn a_payment_taken_with_the_line_down_stands_in_the_window_of_a_second_computer() {
    let made_here = tempfile::tempdir().unwrap();
    let place = Place::of(made_here.path()).await;
    let kept = Kept::here();

    let mut first = Window::open(&place.first).await;
    first.sign_in(CLERK.english, CLERK.password).await;
    with_open_shift(&mut first, &kept).await;
    let consumer = open_bill_with_dues(&mut first).await;
    kept.picture(&first, "walk-1-bill").await;
    let number = take_all_of_it(&mut first).await;
    kept.picture(&first, "walk-2-receipt").await;
    kept.paper(&papers::receipt(&place.first, &number));

    let running = place.line_returns().await;
    first.chord(Key::Control, 'l').await;
    first.sign_in(ADMINISTRATOR.english, ADMINISTRATOR.password).await;
    let code = invite(&mut first, &kept).await;
    everything_is_sent(&first, place.patience).await;

    let mut second = Window::open(&place.second).await;
    join(&mut second, &place, &code).await;
    second.sign_in(ACCOUNTANT.english, ACCOUNTANT.password).await;
    let_in(&mut second, place.patience).await;
    stands_in_the_list(&mut second, &number, place.patience).await;
    kept.picture(&second, "walk-4-second-computer-receipts").await;
    shows_nothing_due(&mut second, &consumer, place.patience).await;
    kept.picture(&second, "walk-5-second-computer-bill").await;

    println!("receipt {number} of {consumer} stands on both computers");
    second.close().await;
    first.close().await;
    if let Some(running) = running {
        running.shutdown().await;
    }
}

/// Opens a shift by its key, unless one is open from before.
async fn with_open_shift(window: &mut Window, kept: &Kept) {
    window.focused("omnibox").await;
    // The cursor stands there before the drawer has answered.
    window.find("#go-open-shift, #shift-receipts").await;
    if window.script("return document.getElementById('go-open-shift') !== null;").await == true {
        window.chord(Key::Control, 'b').await;
        window.fill("float", "500").await;
        kept.picture(window, "walk-0-shift").await;
        window.press(Key::Enter).await;
        window.find("#shift-totals").await;
        window.focused("omnibox").await;
    }
}

/// Opens the bill of the landmark, or, where an earlier walk paid it, of the next property that owes something.
async fn open_bill_with_dues(window: &mut Window) -> String {
    window.type_text(UNIQUE_TYPED_ENGLISH).await;
    window.press(Key::Enter).await;
    for number in 1..LOOKED_AT_MAX {
        let due = window.attribute("#total-due", "data-paise").await;
        if due.parse::<i64>().unwrap() > 0 {
            return window.attribute("#bill", "data-consumer").await;
        }
        let next = demo::property_id(town::HALDWANI, number);
        open_bill(window, &next).await;
    }
    panic!("nobody among {LOOKED_AT_MAX} owes anything");
}

async fn open_bill(window: &mut Window, consumer: &str) {
    window.press(Key::F3).await;
    window.focused("omnibox").await;
    window.chord(Key::Control, 'a').await;
    window.type_text(consumer).await;
    window.press(Key::Enter).await;
    window.find(&format!("#bill[data-consumer='{consumer}']")).await;
}

async fn take_all_of_it(window: &mut Window) -> String {
    window.find("#amount").await;
    window.press(Key::Enter).await;
    window.find("#confirm-panel").await;
    window.focused("confirm").await;
    window.press(Key::Enter).await;
    window.attribute("#receipt-strip", "data-number").await
}

async fn invite(window: &mut Window, kept: &Kept) -> String {
    window.focused("omnibox").await;
    window.chord(Key::Alt, '6').await;
    window.find("#invite-form").await;
    // The list comes after the form; a counter is counted once it is there.
    window.find("[data-device]").await;
    let used = window.script("return document.querySelectorAll('[data-device]').length;").await;
    let counter = format!("C{:02}", used.as_u64().unwrap() + 1);
    window.fill("invite-name", "Second counter").await;
    window.fill("invite-counter", &counter).await;
    let name = if window.script("return document.documentElement.lang;").await == "hi" {
        ACCOUNTANT.hindi
    } else {
        ACCOUNTANT.english
    };
    window.choose("#invite-user", name).await;
    window.fill("invite-name", "Second counter").await;
    window.press(Key::Enter).await;
    let code = window.text_when("#invitation-code", |text| !text.is_empty()).await;
    kept.picture(window, "walk-3-invitation").await;
    code
}

/// The status line's count of unsent receipts goes to nothing.
async fn everything_is_sent(window: &Window, limit: Duration) {
    until(window, limit, "receipts stay unsent", async || {
        window.attribute("#status-unsent", "data-receipts").await == "0"
    })
    .await;
}

async fn join(window: &mut Window, place: &Place, code: &str) {
    window.fill("join-server", &place.server).await;
    window.fill("join-code", code).await;
    window.fill("join-password", ACCOUNTANT.password).await;
    window.press(Key::Enter).await;
    let there = |id: &str| format!("return document.getElementById('{id}') !== null;");
    until(window, place.patience, "the second computer does not join", async || {
        window.script(&there("recovery-kept")).await == true
    })
    .await;
    // The key goes into the safe: a tick, and on.
    window.focused("recovery-kept").await;
    window.type_text(" ").await;
    window.press(Key::Tab).await;
    window.press(Key::Enter).await;
    until(window, place.patience, "the second computer does not come to its sign-in", async || {
        window.script(&there("sign-in-form")).await == true
    })
    .await;
}

/// Until the town's log has come, the sign-in says that it has not; the person presses Enter again.
async fn let_in(window: &mut Window, limit: Duration) {
    let begun = Instant::now();
    while window.script("return document.getElementById('omnibox') === null;").await == true {
        if begun.elapsed() > limit {
            panic!("the second computer lets nobody in\n{}", window.not_as_expected().await);
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        if window.script("return document.querySelector('#sign-in-form .problem-note, #sign-in-form [role=alert]') !== null;").await == true {
            window.press(Key::Enter).await;
        }
    }
    window.focused("omnibox").await;
}

/// Asks for the list again until the receipt has come.
async fn stands_in_the_list(window: &mut Window, number: &str, limit: Duration) {
    let row = format!("return document.querySelector(\"[data-number='{number}']\") !== null;");
    let begun = Instant::now();
    while window.script(&row).await != true {
        if begun.elapsed() > limit {
            panic!("{number} does not come\n{}", window.not_as_expected().await);
        }
        window.chord(Key::Alt, '1').await;
        window.chord(Key::Alt, '2').await;
        window.find("#receipt-rows").await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn shows_nothing_due(window: &mut Window, consumer: &str, limit: Duration) {
    window.chord(Key::Alt, '1').await;
    window.find("#omnibox").await;
    open_bill(window, consumer).await;
    let window = &*window;
    until(window, limit, "the due stays on the second computer", async || {
        window.attribute("#total-due", "data-paise").await == "0"
    })
    .await;
}

async fn until(window: &Window, limit: Duration, otherwise: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        if begun.elapsed() > limit {
            panic!("{otherwise}\n{}", window.not_as_expected().await);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
