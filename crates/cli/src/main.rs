//! `palika` beside the window, for the office's technician and the auditor: make a demonstration town, import a register,
//! prove the file, give its contents out, exchange, look at what is unsent, check a paper.
//!
//! Everything it does goes through `office`, as from the window. This crate must not know any rule of the office; it
//! reads arguments, opens the town's folder, and puts answers on the terminal, for people in their language or with
//! `--json` for other programs. Secrets come from files or the keyring, never from arguments, which every program on
//! the machine can read.

mod answer;
mod arguments;
mod bundle;
mod demo_town;
mod enrol;
mod exchange;
mod export;
mod import;
mod open;
mod paper;
mod progress;
mod receipts;
mod status;
mod verify;

use answer::{Answer, Failure, Shown};
use arguments::{Arguments, Verb};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let shown = Shown { json: arguments.common.json, language: arguments.common.language.into() };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return shown.failure(&Failure::of_machine(&error)),
    };
    match runtime.block_on(work(arguments, shown)) {
        Ok(answer) => shown.answer(&answer),
        Err(failure) => shown.failure(&failure),
    }
}

async fn work(arguments: Arguments, shown: Shown) -> Result<Answer, Failure> {
    let Arguments { common, verb } = arguments;
    match verb {
        Verb::DemoTown(ask) => demo_town::run(&common, &ask, shown).await,
        Verb::Import(ask) => import::run(&common, &ask, shown).await,
        Verb::Verify => verify::run(&common, shown).await,
        Verb::Status => status::run(&common).await,
        Verb::Export(ask) => export::run(&common, &ask, shown).await,
        Verb::Sync => exchange::run(&common).await,
        Verb::Receipts(ask) => receipts::run(&common, &ask).await,
        Verb::VerifyPaper(ask) => paper::run(&common, &ask).await,
        Verb::Enrol(ask) => enrol::enrol(&common, &ask, shown).await,
        Verb::Invite(ask) => enrol::invite(&common, &ask, shown).await,
        Verb::Join(ask) => enrol::join(&common, &ask, shown).await,
        Verb::WriteBundle(ask) => bundle::write(&common, &ask, shown).await,
        Verb::ReadBundle(ask) => bundle::read(&common, &ask, shown).await,
    }
}
