//! The counter: find a payer, show the bill, take the money, keep what is typed.

mod bill;
mod draft;
mod history;
mod payment;
mod search;
mod shift;
mod upi;

pub(crate) use bill::{head_name, open_dues, service_name, ward_and_locality, wrap_purpose};
pub(crate) use history::words_of_dispute;
pub(crate) use payment::{
    Spread, brief, check_fields, clean, in_words, is_mobile, issued, line_views, receipt_view,
    spread_over_dues,
};
pub(crate) use shift::held_shift;
