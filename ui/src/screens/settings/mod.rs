//! Settings of this window: language, colours, size of letters, paper, printer, scanner, UPI address. Each acts at once.

mod keys;

use crate::browser;
use crate::call::{ask_then, take};
use crate::parts::{Choose, Fact, Field, Named, Said, Text};
use crate::state::{App, theme_name};
use crate::words::{Word, settings as words};
use contract::{Choice, Desk, PaperSize, Request, Theme};
use domain::{Bilingual, Language};
use leptos::prelude::*;

/// The screen.
#[component]
pub fn Settings() -> impl IntoView {
    let app = App::here();
    browser::focus("desk-language");
    let text = move |get: fn(&Desk) -> String, set: fn(&mut Desk, &str)| Text {
        get: Signal::derive(move || app.desk.with(get)),
        set: Callback::new(move |typed: String| app.change_desk(|desk| set(desk, &typed))),
    };
    let fixed = |choices: Vec<Choice>| Signal::derive(move || choices.clone());
    let language =
        text(|desk| language_code(desk.language).to_owned(), |desk, code| desk.language = language_of(code));
    let theme = text(|desk| theme_name(desk.theme).to_owned(), |desk, code| desk.theme = theme_of(code));
    let zoom = text(
        |desk| desk.zoom_percent.to_string(),
        |desk, code| desk.zoom_percent = code.parse().unwrap_or(100),
    );
    let paper = text(
        |desk| paper_code(desk.receipt_paper).to_owned(),
        |desk, code| desk.receipt_paper = paper_of(code),
    );
    view! {
        <div class="page settings">
            <h1><Said word=words::SETTINGS /></h1>
            <p><Said word=words::SETTINGS_NOTE /></p>
            <div class="two-columns task">
                <Choose id="desk-language" label=words::LANGUAGE choices=fixed(languages()) text=language settled=true />
                <Choose id="desk-theme" label=words::THEME choices=fixed(themes()) text=theme settled=true />
                <Choose id="desk-zoom" label=words::ZOOM choices=fixed(zooms()) text=zoom settled=true />
                <Choose id="desk-paper" label=words::RECEIPT_PAPER choices=fixed(papers()) text=paper settled=true />
                <Printer />
                <Late id="desk-scanner" label=words::SCANNER_PREFIX hint=words::SCANNER_HINT get=|desk| desk.scanner_prefix.clone() set=|desk, text| desk.scanner_prefix = text />
                <Late id="desk-upi" label=words::UPI_ADDRESS hint=words::UPI_HINT get=|desk| desk.upi_address.clone() set=|desk, text| desk.upi_address = text />
            </div>
            <label class="check">
                <input type="checkbox" id="desk-digits" prop:checked=move || app.desk.with(|desk| desk.devanagari_digits)
                    on:change:target=move |event| { let on = event.target().checked(); app.change_desk(|desk| desk.devanagari_digits = on); } />
                <span><Said word=words::DEVANAGARI_DIGITS /></span>
            </label>
            <keys::Keys />
            <About />
        </div>
    }
}

/// A queue of the spooler by choice; by name where the spooler lists none.
#[component]
fn Printer() -> impl IntoView {
    let app = App::here();
    let queues = RwSignal::new(Vec::<String>::new());
    ask_then(Request::Printers, take!(Printers), move |answer| {
        if let Ok(answer) = answer {
            queues.try_set(answer);
        }
    });
    let text = Text {
        get: Signal::derive(move || app.desk.with(|desk| desk.printer.clone())),
        set: Callback::new(move |queue: String| app.change_desk(|desk| desk.printer = queue)),
    };
    let choices = Signal::derive(move || {
        // One that is set and has vanished stays in the list: it may only be switched off.
        let set = app.desk.with(|desk| desk.printer.clone());
        let vanished = (!set.is_empty() && queues.with(|queues| !queues.contains(&set))).then_some(set);
        let none = Choice { code: String::new(), name: words::NO_PRINTER.both() };
        let named = |queue: String| choice(&queue, Bilingual::new(queue.as_str(), queue.as_str()));
        std::iter::once(none).chain(queues.get().into_iter().chain(vanished).map(named)).collect::<Vec<_>>()
    });
    move || {
        if queues.with(Vec::is_empty) {
            view! {
                <Late id="desk-printer" label=words::PRINTER hint=words::PRINTER_HINT get=|desk| desk.printer.clone() set=|desk, text| desk.printer = text />
            }
            .into_any()
        } else {
            view! { <Choose id="desk-printer" label=words::PRINTER choices text settled=true /> }.into_any()
        }
    }
}

/// A text that is kept when the person leaves the field, not at each letter.
#[component]
fn Late(
    id: &'static str,
    label: Word,
    hint: Word,
    get: fn(&Desk) -> String,
    set: fn(&mut Desk, String),
) -> impl IntoView {
    let app = App::here();
    let typed = RwSignal::new(app.desk.with_untracked(get));
    let keep = move || {
        let text = typed.get_untracked().trim().to_owned();
        if app.desk.with_untracked(get) != text {
            app.change_desk(|desk| set(desk, text));
        }
    };
    view! {
        <div on:focusout=move |_| keep() on:keydown=move |event| if event.key() == "Enter" { keep() }>
            <Field id label text=typed hint=Some(hint) />
        </div>
    }
}

#[component]
fn About() -> impl IntoView {
    let app = App::here();
    let about = Memo::new(move |_| {
        app.situation.with(|situation| {
            situation.as_ref().map(|situation| (situation.town.clone(), situation.version.clone()))
        })
    });
    view! {
        <section aria-labelledby="about-heading">
            <h2 id="about-heading"><Said word=words::PROGRAM /></h2>
            {move || about.get().map(|(town, version)| view! {
                <dl class="facts">
                    <Fact label=words::VERSION><span class="code" id="version">{version}</span></Fact>
                    {town.map(|town| view! {
                        <Fact label=words::TOWN><Named both=town.name /> " " <span class="code">{town.code.to_string()}</span></Fact>
                        <Fact label=words::DEVICE><bdi>{town.counter}</bdi> " · " <bdi>{town.device_name}</bdi></Fact>
                        <Fact label=words::PROPERTIES><span class="figures">{domain::money::group_indian(town.properties)}</span></Fact>
                    })}
                </dl>
            })}
        </section>
    }
}

fn choice(code: &str, name: Bilingual) -> Choice {
    Choice { code: code.to_owned(), name }
}

fn languages() -> Vec<Choice> {
    [(Language::Hindi, "हिन्दी"), (Language::English, "English")]
        .map(|(language, name)| choice(language_code(language), Bilingual::new(name, name)))
        .to_vec()
}

const fn language_code(language: Language) -> &'static str {
    crate::words::tag(language)
}

fn language_of(code: &str) -> Language {
    if code == language_code(Language::English) { Language::English } else { Language::Hindi }
}

const THEMES: [(Theme, Word); 3] = [
    (Theme::System, words::THEME_SYSTEM),
    (Theme::Light, words::THEME_LIGHT),
    (Theme::Dark, words::THEME_DARK),
];

fn themes() -> Vec<Choice> {
    THEMES.map(|(theme, word)| choice(theme_name(theme), word.both())).to_vec()
}

fn theme_of(code: &str) -> Theme {
    THEMES.into_iter().find(|(theme, _)| theme_name(*theme) == code).map_or(Theme::System, |(theme, _)| theme)
}

fn zooms() -> Vec<Choice> {
    ["100", "125", "150", "200"]
        .map(|percent| choice(percent, Bilingual::new(format!("{percent} %"), format!("{percent} %"))))
        .to_vec()
}

const PAPERS: [(PaperSize, &str, Word); 2] =
    [(PaperSize::A5, "a5", words::PAPER_A5), (PaperSize::Roll80, "roll-80", words::PAPER_ROLL)];

fn papers() -> Vec<Choice> {
    PAPERS.map(|(_, code, word)| choice(code, word.both())).to_vec()
}

fn paper_code(paper: PaperSize) -> &'static str {
    PAPERS.into_iter().find(|(size, ..)| *size == paper).map_or("a5", |(_, code, _)| code)
}

fn paper_of(code: &str) -> PaperSize {
    PAPERS.into_iter().find(|(_, known, _)| *known == code).map_or(PaperSize::A5, |(size, ..)| size)
}
