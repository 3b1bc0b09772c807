//! What goes to the terminal: for people in their language, for programs as one JSON object.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to its terminal")]

use contract::Problem;
use domain::{Bilingual, Language};
use office::OfficeError;
use serde_json::Value;
use std::process::ExitCode;

/// Done, and the answer is no.
const NO: u8 = 1;
/// The town's file cannot be opened.
const CLOSED: u8 = 3;
/// Anything else.
const STOPPED: u8 = 4;

/// What a verb found or did.
pub struct Answer {
    /// For programs.
    pub json: Value,
    /// For people, line by line.
    pub lines: Vec<Line>,
    /// False where the answer is no.
    pub yes: bool,
}

impl Answer {
    /// A good answer.
    pub fn yes(json: Value, lines: Vec<Line>) -> Answer {
        Answer { json, lines, yes: true }
    }
}

/// One line for people.
pub enum Line {
    /// A label and a value.
    Fact(Bilingual, String),
    /// A sentence.
    Said(Bilingual),
    /// As it is: a row of a list.
    Row(String),
}

/// A labelled line.
pub fn fact(hindi: &str, english: &str, value: impl ToString) -> Line {
    Line::Fact(Bilingual::new(hindi, english), value.to_string())
}

/// A sentence.
pub fn said(hindi: impl Into<String>, english: impl Into<String>) -> Line {
    Line::Said(Bilingual { hindi: hindi.into(), english: english.into() })
}

/// What stopped a verb.
#[derive(Debug)]
pub struct Failure {
    /// In both languages, with its stable code.
    pub problem: Box<Problem>,
    exit: u8,
}

impl Failure {
    /// Of the machine: no threads, no folder.
    pub fn of_machine(error: &dyn std::fmt::Display) -> Failure {
        OfficeError::File(error.to_string()).into()
    }

    /// The town's file cannot be opened.
    pub fn closed(problem: Problem) -> Failure {
        Failure { problem: Box::new(problem), exit: CLOSED }
    }

    /// The arguments are sound, yet ask for what cannot be.
    pub fn asked(code: &str, field: &str, hindi: &str, english: &str) -> Failure {
        let problem = Problem {
            code: code.to_owned(),
            message: Bilingual::new(hindi, english),
            field: field.to_owned(),
            detail: String::new(),
        };
        problem.into()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure { problem: Box::new(problem), exit: STOPPED }
    }
}

impl From<OfficeError> for Failure {
    fn from(error: OfficeError) -> Failure {
        error.problem().into()
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Failure {
        OfficeError::from(error).into()
    }
}

/// How the terminal is spoken to.
#[derive(Clone, Copy)]
pub struct Shown {
    /// For programs.
    pub json: bool,
    /// For people.
    pub language: Language,
}

impl Shown {
    /// Puts an answer out.
    pub fn answer(self, answer: &Answer) -> ExitCode {
        if self.json {
            println!("{}", answer.json);
        } else {
            for line in &answer.lines {
                match line {
                    Line::Fact(label, value) => println!("{}: {value}", label.get(self.language)),
                    Line::Said(text) => println!("{}", text.get(self.language)),
                    Line::Row(row) => println!("{row}"),
                }
            }
        }
        if answer.yes { ExitCode::SUCCESS } else { ExitCode::from(NO) }
    }

    /// Puts a failure out.
    pub fn failure(self, failure: &Failure) -> ExitCode {
        let Problem { code, message, detail, .. } = failure.problem.as_ref();
        if self.json {
            println!("{}", serde_json::json!({ "problem": failure.problem }));
        } else {
            eprintln!("{code}: {}", message.get(self.language));
            if !detail.is_empty() {
                eprintln!("  {detail}");
            }
        }
        ExitCode::from(failure.exit)
    }
}
