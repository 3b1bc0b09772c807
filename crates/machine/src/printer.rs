//! Gives a PDF to the system's spooler, without a dialog.

use office::PrintError;
use std::path::Path;
#[cfg(unix)]
use std::process::{Command, Stdio};

#[cfg(unix)]
pub(crate) fn print(queue: &str, pdf: &Path) -> Result<(), PrintError> {
    spool("lp", queue, pdf)
}

/// A spooler takes a job in well under a second; one that hangs must not hold up the next payer.
#[cfg(unix)]
const SPOOLER_WAIT: std::time::Duration = std::time::Duration::from_secs(10);
#[cfg(unix)]
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(20);

#[cfg(unix)]
fn spool(program: &str, queue: &str, pdf: &Path) -> Result<(), PrintError> {
    let mut command = Command::new(program);
    command.arg("-d").arg(queue).arg("--").arg(pdf);
    answered(command).map(|_| ())
}

/// The spooler's queues. A machine without a spooler has none.
#[cfg(unix)]
pub(crate) fn queues() -> Vec<String> {
    let mut command = Command::new("lpstat");
    command.arg("-e");
    let said = answered(command).unwrap_or_default();
    said.lines().map(str::trim).filter(|queue| !queue.is_empty()).map(str::to_owned).collect()
}

/// What a program of the spooler said, once it ended well.
#[cfg(unix)]
fn answered(mut command: Command) -> Result<String, PrintError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| PrintError(format!("{program}: {error}"));
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let mut waited = std::time::Duration::ZERO;
    while child.try_wait().map_err(failed)?.is_none() {
        if waited >= SPOOLER_WAIT {
            let _ = child.kill();
            let _ = child.wait();
            return Err(PrintError(format!("{program}: the spooler does not answer")));
        }
        std::thread::park_timeout(LOOK_AGAIN);
        waited += LOOK_AGAIN;
    }
    let ended = child.wait_with_output().map_err(failed)?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(PrintError(said.lines().next().unwrap_or("the spooler refused").to_owned()))
}

#[cfg(windows)]
pub(crate) fn queues() -> Vec<String> {
    Vec::new()
}

#[cfg(windows)]
pub(crate) fn print(_: &str, _: &Path) -> Result<(), PrintError> {
    Err(PrintError("this build has no way to the Windows spooler; the PDF is kept".to_owned()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_spooler_that_refuses_or_is_missing_is_an_error_and_no_more() {
        let pdf = Path::new("/nonexistent.pdf");
        assert!(spool("false", "counter", pdf).is_err());
        assert!(spool("/nonexistent/lp", "counter", pdf).is_err());
        assert_eq!(spool("true", "counter", pdf), Ok(()));
    }
}
