//! The project's commands: `cargo xtask run`, `cargo xtask test` and the few helpers beside them.
//!
//! Must not know what the office does: it builds, starts and counts programs, and reads the source tree. The only
//! crate of the workspace it uses is `measure`, the form of a benchmark's row.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool at a terminal: it shows elapsed time, waits for programs and writes into target/"
)]

mod bench;
mod fuzz;
mod metadata;
mod mutants;
mod prepare;
mod process;
mod progress;
mod run;
mod screens;
mod simulate;
mod test;
mod tidy;
mod verbs;
mod virtual_display;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match verbs::start(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
