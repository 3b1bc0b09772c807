//! A file of the office: read and reported on, and, on the person's word, taken.

use super::known::known_town;
use crate::{Office, OfficeError};
use contract::{ImportCheck, ImportDone, ImportProblem, Problem, Progress, Reply};
use domain::fact::Kind;
use domain::register::RegisterRow;
use domain::{Bilingual, Hash, Language, Paise, TownCode};
use import::{Checked, Choice, ImportError, Severity};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often the bar moves while a file is read.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

impl Office {
    /// Reads a file and reports, writing nothing.
    pub(crate) async fn check_import(&self, path: String) -> Result<Reply, OfficeError> {
        let checked = self.read_register(&path).await?;
        Ok(Reply::ImportCheck(report(&checked)))
    }

    /// Takes a file: the whole of it, or its good rows on the person's word.
    pub(crate) async fn run_import(&self, path: String, good_rows_only: bool) -> Result<Reply, OfficeError> {
        let checked = self.read_register(&path).await?;
        let left_out = checked.properties_left_out() + checked.rows_without_property();
        let choice = if good_rows_only { Choice::GoodRowsOnly } else { Choice::WholeFile };
        let rows = checked.take(choice).map_err(|error| match error {
            ImportError::NotWhole { errors } => OfficeError::ImportProblems(errors),
            other => OfficeError::Import(Box::new(problem_of(&other))),
        })?;
        let source = source_of(&rows);
        let done = self.import_rows(&rows, source).await?;
        Ok(Reply::ImportDone(ImportDone { left_out, ..done }))
    }

    async fn read_register(&self, path: &str) -> Result<Checked, OfficeError> {
        let (town, session) = self.at_work().await?;
        town.author(&session.user, Kind::DemandBatch).await?;
        let read = self.read_beside(town.code, PathBuf::from(path.trim())).await;
        self.set_progress(None);
        read
    }

    /// Reading a large file takes seconds of one processor: it runs beside the counter, and only says how far it is.
    async fn read_beside(&self, town: TownCode, path: PathBuf) -> Result<Checked, OfficeError> {
        let (done, of) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (done_there, of_there) = (Arc::clone(&done), Arc::clone(&of));
        let mut reading = tokio::task::spawn_blocking(move || {
            let known = known_town(town)?;
            let bytes = read_bounded(&path)?;
            import::check(&bytes, None, &known, &mut |bytes_done, bytes_of| {
                done_there.store(bytes_done, Ordering::Relaxed);
                of_there.store(bytes_of, Ordering::Relaxed);
            })
            .map_err(|problem| OfficeError::Import(Box::new(of_file(&problem))))
        });
        loop {
            tokio::select! {
                read = &mut reading => return read.map_err(|error| OfficeError::File(error.to_string()))?,
                () = tokio::time::sleep(PROGRESS_EVERY) => self.set_progress(Some(Progress {
                    what: Bilingual::new("फ़ाइल जाँची जा रही है", "Checking the file"),
                    done: done.load(Ordering::Relaxed),
                    of: of.load(Ordering::Relaxed),
                })),
            }
        }
    }
}

/// SHA-256 of the canonical bytes: what names an import, whatever file and order it came in.
pub fn source_of(rows: &[RegisterRow]) -> Hash {
    let mut digest = Sha256::new();
    import::write_canonical(rows, &mut |bytes| digest.update(bytes));
    Hash(digest.finalize().into())
}

fn read_bounded(path: &std::path::Path) -> Result<Vec<u8>, OfficeError> {
    let failed = |error: std::io::Error| OfficeError::File(error.to_string());
    let about = std::fs::metadata(path).map_err(failed)?;
    if !about.is_file() {
        return Err(OfficeError::File("not a file".to_owned()));
    }
    let bytes_max = import::limits::CSV_BYTES_MAX as u64;
    if about.len() > bytes_max {
        let error = ImportError::FileTooLarge { megabytes_max: bytes_max >> 20 };
        return Err(OfficeError::Import(Box::new(problem_of(&error))));
    }
    std::fs::read(path).map_err(failed)
}

fn report(checked: &Checked) -> ImportCheck {
    let problems = checked.problems();
    // Notes keep no row out; they are shown where there is room beside the errors.
    let (errors, notes): (Vec<_>, Vec<_>) =
        problems.kept().iter().partition(|problem| problem.error.severity() == Severity::Error);
    let shown = errors.into_iter().chain(notes).take(import::limits::PROBLEMS_MAX);
    let good = checked.good_rows();
    let sum = Paise::checked_sum(checked.totals().values().copied());
    ImportCheck {
        rows: checked.rows_read(),
        properties: good.len() as u64,
        due_lines: good.iter().map(|row| row.dues.len() as u64).sum(),
        due_paise: sum.unwrap_or(Paise(i64::MAX)),
        problems: shown.map(import_problem).collect(),
        problem_count: problems.errors(),
    }
}

fn import_problem(problem: &import::Problem) -> ImportProblem {
    ImportProblem {
        code: problem.error.code().to_owned(),
        row: problem.row.unwrap_or(0),
        column: problem.column.as_ref().map(column_name).unwrap_or_default(),
        value: problem.value.clone(),
        message: in_both(&problem.error),
    }
}

fn column_name(column: &import::ColumnName) -> String {
    if column.header.is_empty() {
        column.letter.clone()
    } else {
        format!("{} ({})", column.header, column.letter)
    }
}

fn in_both(error: &ImportError) -> Bilingual {
    Bilingual::new(error.message(Language::Hindi), error.message(Language::English))
}

fn problem_of(error: &ImportError) -> Problem {
    Problem {
        code: error.code().to_owned(),
        message: in_both(error),
        field: "path".to_owned(),
        detail: String::new(),
    }
}

/// The one problem for which nothing of the file can be taken, with its place. The value is left out: it may be personal,
/// and a problem's detail goes into reports.
fn of_file(problem: &import::Problem) -> Problem {
    let row = problem.row.map(|row| format!("row {row}"));
    let column = problem.column.as_ref().map(|column| format!("column {}", column.letter));
    let place: Vec<String> = row.into_iter().chain(column).collect();
    Problem { detail: place.join(", "), ..problem_of(&problem.error) }
}
