//! How far a long piece of work is, on the terminal's second stream.
#![allow(clippy::print_stderr, reason = "a command line speaks to its terminal")]

use crate::answer::Shown;
use contract::{Progress, Reply, Request};
use office::Office;
use std::future::Future;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// A terminal is told often; a file that catches the stream, seldom.
const TERMINAL_EVERY: Duration = Duration::from_millis(250);
const FILE_EVERY: Duration = Duration::from_secs(5);

/// One line that is written over itself on a terminal.
pub struct Bar {
    shown: Shown,
    terminal: bool,
    written: bool,
}

impl Bar {
    /// A bar; silent where programs read.
    pub fn new(shown: Shown) -> Bar {
        Bar { shown, terminal: std::io::stderr().is_terminal(), written: false }
    }

    /// How often it is worth writing.
    pub fn every(&self) -> Duration {
        if self.terminal { TERMINAL_EVERY } else { FILE_EVERY }
    }

    /// Writes the present state.
    pub fn show(&mut self, progress: &Progress) {
        if self.shown.json {
            return;
        }
        let what = progress.what.get(self.shown.language);
        let Progress { done, of, .. } = progress;
        let text = match of {
            0 => what.to_owned(),
            _ => {
                let percent = done.saturating_mul(100) / of;
                format!("{what}: {percent}% ({done} / {of})")
            }
        };
        if self.terminal {
            eprint!("\r\u{1b}[K{text}");
            let _ = std::io::stderr().flush();
            self.written = true;
        } else {
            eprintln!("{text}");
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.written {
            eprintln!();
        }
    }
}

/// Waits for work of the office and shows meanwhile how far it is.
pub async fn watched<T>(office: &Office, shown: Shown, work: impl Future<Output = T>) -> T {
    let mut bar = Bar::new(shown);
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(bar.every()) => {
                if let Ok(Reply::Progress(Some(progress))) = office.answer(Request::Progress).await {
                    bar.show(&progress);
                }
            }
        }
    }
}
