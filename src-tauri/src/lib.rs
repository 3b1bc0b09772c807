//! The desktop shell: one window around the screens of `ui`, and one command between them and the office.
//!
//! Must not know: rules, sums, words of the screens, SQL, or the shape of a request (that is `contract`). It owns
//! what only a machine has: the window, the folder, the clock, the keyring, the printer.

mod desk;
mod diary;
mod folder;

use std::process::ExitCode;
use std::sync::Arc;

use desk::Desk;
use diary::{Diary, Event};
use tauri::Manager as _;

/// The window's one command: the request goes to the office and comes back as its reply, or as the problem. It runs
/// beside the window, which stays alive however long the office takes; if the window goes, the work goes on.
#[tauri::command]
async fn call(
    desk: tauri::State<'_, Arc<Desk>>,
    request: serde_json::Value,
) -> Result<serde_json::Value, serde_json::Value> {
    let desk = Arc::clone(&desk);
    let work = tauri::async_runtime::spawn(async move { desk.answer(request).await });
    work.await.unwrap_or_else(|_| Err(desk::broken_off()))
}

/// Opens the town's file while the screens load, so that the first of them need not wait for it; and not before the page
/// itself is there, since until then both would want the same processors and the field to type in would come later.
fn open_file_early(desk: &Arc<Desk>) {
    let desk = Arc::clone(desk);
    tauri::async_runtime::spawn(async move { desk.office().await });
}

/// Opens the window over the town's folder and stays until it is closed. `screens` is the embedded page with its
/// configuration, which only the program itself can build.
pub fn open(screens: tauri::Context) -> ExitCode {
    let folder = folder::town_folder(std::env::args_os().skip(1));
    let diary = Arc::new(Diary::open(&folder));
    diary.note(Event::Started);
    let desk = Arc::new(Desk::open(folder, Arc::clone(&diary)));
    let run = tauri::Builder::default()
        .manage(desk)
        .invoke_handler(tauri::generate_handler![call])
        .on_page_load(|window, _| open_file_early(window.state::<Arc<Desk>>().inner()))
        .run(screens);
    match run {
        Ok(()) => {
            diary.note(Event::Closed);
            ExitCode::SUCCESS
        }
        Err(_) => {
            diary.note(Event::NoWindow);
            ExitCode::FAILURE
        }
    }
}
