//! The exchange on a stick, where no line is: a file for another computer, and reading the one it sent.

use crate::call::{ask_then, take};
use crate::parts::{Choose, Field, Mark, ProblemLine, Said, Underway, UnderwayBar};
use crate::screens::devices::Page;
use crate::state::App;
use crate::words::devices as words;
use contract::{Bundle, BundleFor, Choice, DeviceView, Problem, Request};
use domain::{Bilingual, DeviceId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Written,
    Read,
}

#[derive(Clone, Copy)]
struct Stick {
    page: Page,
    work: Underway,
    done: RwSignal<Option<(Way, Bundle)>>,
}

impl Stick {
    fn ask(self, request: Request, way: Way, problem: RwSignal<Option<Problem>>) {
        if !self.work.begin() {
            return;
        }
        problem.set(None);
        self.done.set(None);
        ask_then(request, take!(Bundle), move |answer| {
            self.work.end();
            match answer {
                Ok(bundle) => {
                    self.done.try_set(Some((way, bundle)));
                }
                Err(wrong) => {
                    problem.try_set(Some(wrong));
                }
            }
            // A file that broke half way brought something too.
            self.page.look(Request::SyncPage);
        });
    }
}

/// Both forms, and what the last file carried.
#[component]
pub fn Stick(#[prop(into)] devices: Signal<Vec<DeviceView>>, page: Page) -> impl IntoView {
    let stick = Stick { page, work: Underway::new(), done: RwSignal::new(None) };
    view! {
        <section class="task" aria-labelledby="stick-heading">
            <h2 id="stick-heading"><Said word=words::STICK /></h2>
            <p><Said word=words::STICK_MORE /></p>
            <WriteForm devices stick />
            <ReadForm stick />
            <UnderwayBar work=stick.work />
            {move || stick.done.get().map(|(way, bundle)| view! { <Told way bundle /> })}
        </section>
    }
}

#[component]
fn WriteForm(devices: Signal<Vec<DeviceView>>, stick: Stick) -> impl IntoView {
    let (device, path) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let problem = RwSignal::new(None::<Problem>);
    let choices = Signal::derive(move || {
        let others = devices.get().into_iter().filter(|one| !one.here && !one.revoked);
        others
            .map(|one| {
                let name = format!("{} · {}", one.counter, one.name);
                Choice { code: one.device.to_hex(), name: Bilingual::new(name.as_str(), name.as_str()) }
            })
            .collect::<Vec<_>>()
    });
    let alone = Memo::new(move |_| choices.with(Vec::is_empty));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(device) = DeviceId::from_hex(&device.get_untracked()) else {
            return crate::browser::focus("stick-device");
        };
        let path = path.get_untracked().trim().to_owned();
        stick.ask(Request::WriteBundle(BundleFor { device, path }), Way::Written, problem);
    };
    let form = move || {
        view! {
            <form id="stick-write-form" on:submit=submit>
                <div class="triple">
                    <Choose id="stick-device" name="device" label=words::STICK_FOR choices text=device problem />
                    <Field id="stick-write-path" name="path" label=words::STICK_WRITE_PATH text=path hint=Some(words::STICK_PATH_HINT) problem />
                </div>
                <ProblemLine problem fields=&["path", "device"] />
                <div class="actions"><button type="submit" class="primary" id="stick-write"><Said word=words::STICK_WRITE /></button></div>
            </form>
        }
    };
    view! {
        <Show when=move || !alone.get() fallback=|| view! { <p id="stick-alone"><Said word=words::NO_OTHER_DEVICE /></p> }>
            {form()}
        </Show>
    }
}

#[component]
fn ReadForm(stick: Stick) -> impl IntoView {
    let (path, problem) = (RwSignal::new(String::new()), RwSignal::new(None::<Problem>));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let path = path.get_untracked().trim().to_owned();
        stick.ask(Request::ReadBundle { path }, Way::Read, problem);
    };
    view! {
        <form id="stick-read-form" on:submit=submit>
            <div class="triple">
                <Field id="stick-read-path" name="path" label=words::STICK_READ_PATH text=path hint=Some(words::STICK_PATH_HINT) problem />
            </div>
            <ProblemLine problem fields=&["path"] />
            <div class="actions"><button type="submit" class="primary" id="stick-read"><Said word=words::STICK_READ /></button></div>
        </form>
    }
}

/// What the file carried, and what the person does next.
#[component]
fn Told(way: Way, bundle: Bundle) -> impl IntoView {
    let app = App::here();
    let Bundle { name, counter, entries, entries_new, alarms, lacks_earlier, is_old, .. } = bundle;
    let next = match (way, lacks_earlier, is_old) {
        (Way::Written, ..) => words::STICK_WRITTEN,
        (Way::Read, true, _) => words::STICK_LACKS,
        (Way::Read, _, true) => words::STICK_OLD,
        (Way::Read, ..) => words::STICK_ANSWER,
    };
    let count = move || match way {
        Way::Written => words::entries_written(app.language(), entries),
        Way::Read => words::entries_read(app.language(), entries, entries_new),
    };
    let (id, kind) = match way {
        Way::Written => ("stick-written", "good"),
        Way::Read if lacks_earlier || alarms > 0 => ("stick-was-read", "look"),
        Way::Read => ("stick-was-read", "good"),
    };
    view! {
        <div class=format!("strip {kind}") id=id role="status" data-entries=entries.to_string() data-new=entries_new.to_string()>
            <p><Mark kind><bdi>{counter}</bdi> " · " <bdi>{name}</bdi> ": " {count}</Mark></p>
            <p><Said word=next /></p>
            {(alarms > 0).then(|| view! { <p><Said word=words::STICK_REFUSED /></p> })}
        </div>
    }
}
