//! The desktop program: the shell of `lib.rs` with the screens embedded.

// A clerk's machine shows no black console beside the window; the command line is `palika`.
#![cfg_attr(windows, windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    desktop::open(tauri::generate_context!())
}
