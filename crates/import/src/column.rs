//! What a column can hold.

use crate::town::Sign;
use domain::FinancialYear;
use domain::demand::HeadCode;
use domain::register::PropertyField;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Field(PropertyField),
    /// The owner in whichever script.
    Owner,
    /// Father or husband in whichever script.
    Guardian,
    Mobile,
    Year,
    Head,
    Amount,
    /// Wide form: the amount of one year and head.
    Due {
        year: FinancialYear,
        head: HeadCode,
        sign: Sign,
    },
    Ignored,
}
