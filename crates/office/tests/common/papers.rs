//! What stands on a paper that was made.

use contract::PaperDone;

/// The words of a paper, with single spaces.
pub fn words_of(paper: &PaperDone) -> String {
    readback::words(&pdf(paper)).unwrap().join(" ")
}

/// The text of the one code on a paper.
pub fn code_on(paper: &PaperDone) -> String {
    readback::code(&pdf(paper)).unwrap_or_else(|error| panic!("{}: {error}", paper.path))
}

fn pdf(paper: &PaperDone) -> Vec<u8> {
    std::fs::read(&paper.path).unwrap()
}
