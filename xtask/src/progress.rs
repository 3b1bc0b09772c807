//! One line that says what is going on and for how long: nothing that lasts is silent.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A shorter step needs no line of its own while it runs.
const QUIET_FOR: Duration = Duration::from_secs(2);
/// Between two marks where the output is a file or a pipe.
const MARK_EVERY: Duration = Duration::from_secs(30);
const FRAME_EVERY: Duration = Duration::from_millis(120);
const FRAMES: [char; 8] = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// Runs `work` under a line with `label`: a turning mark with the elapsed time on a terminal; elsewhere a plain line
/// after two seconds, then every half minute.
pub fn step<T>(label: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let (finished, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if std::io::stderr().is_terminal() {
                turn(label, begun, &waiting);
            } else {
                mark(label, begun, &waiting);
            }
        });
        let result = work();
        drop(finished);
        result
    })
}

fn turn(label: &str, begun: Instant, waiting: &std::sync::mpsc::Receiver<()>) {
    let mut frames = FRAMES.iter().cycle();
    while waiting.recv_timeout(FRAME_EVERY) == Err(RecvTimeoutError::Timeout) {
        let frame = frames.next().copied().unwrap_or('…');
        eprint!("\r\x1b[2K{frame} {label}  {} s", begun.elapsed().as_secs());
        let _ = std::io::stderr().flush();
    }
    eprint!("\r\x1b[2K");
}

fn mark(label: &str, begun: Instant, waiting: &std::sync::mpsc::Receiver<()>) {
    let mut pause = QUIET_FOR;
    while waiting.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        eprintln!("… {label}, {} s", begun.elapsed().as_secs());
        pause = MARK_EVERY;
    }
}

/// A heading for programs that show their own progress below it, such as cargo.
pub fn heading(label: &str) {
    eprintln!("— {label}");
}

/// A line for something done.
pub fn done(label: &str) {
    eprintln!("✓ {label}");
}
