//! A register from a file, as the window takes it.

use crate::answer::{Answer, Failure, Line, Shown, fact, said};
use crate::arguments::{Common, Import};
use crate::open::{open, sign_in};
use crate::progress::watched;
use contract::{ImportCheck, ImportDone, Reply, Request};
use office::OfficeError;
use serde_json::json;

/// Checks the file, and takes it unless asked only to check.
pub async fn run(common: &Common, ask: &Import, shown: Shown) -> Result<Answer, Failure> {
    let office = open(common).await?;
    sign_in(&office, common).await?;
    let path = ask.file.to_string_lossy().into_owned();
    let request = Request::CheckImport { path: path.clone() };
    let check = match watched(&office, shown, office.answer(request)).await? {
        Reply::ImportCheck(check) => check,
        _ => return Err(OfficeError::NoTown.into()),
    };
    let refused = check.problem_count > 0 && !ask.good_rows_only;
    if ask.check || refused {
        let mut lines = of_check(&check, shown);
        if refused && !ask.check {
            lines.push(said(
                "कुछ नहीं लिया गया। त्रुटियाँ सुधारें, या --good-rows-only दें।",
                "Nothing was taken. Correct the problems, or give --good-rows-only.",
            ));
        }
        return Ok(Answer { json: json!({ "check": check }), lines, yes: check.problem_count == 0 });
    }
    let request = Request::RunImport { path, good_rows_only: ask.good_rows_only };
    let done = match watched(&office, shown, office.answer(request)).await? {
        Reply::ImportDone(done) => done,
        _ => return Err(OfficeError::NoTown.into()),
    };
    let mut lines = of_check(&check, shown);
    lines.extend(of_done(&done));
    Ok(Answer::yes(json!({ "check": check, "done": done }), lines))
}

fn of_check(check: &ImportCheck, shown: Shown) -> Vec<Line> {
    let mut lines: Vec<Line> = check
        .problems
        .iter()
        .map(|problem| {
            let message = problem.message.get(shown.language);
            let (row, column, value, code) = (problem.row, &problem.column, &problem.value, &problem.code);
            Line::Row(format!("{row}\t{column}\t{value}\t{message} ({code})"))
        })
        .collect();
    lines.extend([
        fact("पंक्तियाँ", "Rows", check.rows),
        fact("सही संपत्तियाँ", "Good properties", check.properties),
        fact("देय पंक्तियाँ", "Due lines", check.due_lines),
        fact("देय राशि ₹", "Dues ₹", check.due_paise),
        fact("त्रुटियाँ", "Problems", check.problem_count),
    ]);
    lines
}

fn of_done(done: &ImportDone) -> [Line; 5] {
    [
        fact("नई", "Created", done.created),
        fact("बदली", "Changed", done.changed),
        fact("यथावत", "Unchanged", done.unchanged),
        fact("देय पंक्तियाँ दर्ज", "Due lines entered", done.due_lines),
        fact("छोड़ी गई", "Left out", done.left_out),
    ]
}
