//! What screens are made of: fields, amounts, names, problems, lists, counts of notes.

mod cash_count;
mod choice;
mod field;
mod problem;
mod roving;
mod second_person;
mod shown;
mod underway;

pub use cash_count::{CashCount, Counted};
pub use choice::Choose;
pub use field::{Field, Text};
pub use problem::{ProblemLine, ProblemNote, own_problem};
pub use roving::{Rows, row_keys};
pub use second_person::{SecondPersonFields, SecondPersonTyped};
pub use shown::{Fact, Keycap, Mark, Named, PaperLine, Progressing, Said};
pub use underway::{Underway, UnderwayBar};
