//! What is open at the counter, and how far it has come.

use contract::{Bill, ServiceChoice};

/// What money is being taken for.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// The dues of one consumer.
    Dues(Box<Bill>),
    /// A service without demands.
    Service(ServiceChoice),
}

impl Work {
    /// The service's code.
    pub fn service(&self) -> &str {
        match self {
            Work::Dues(bill) => &bill.service,
            Work::Service(service) => &service.service,
        }
    }

    /// The consumer; empty for a service without an account.
    pub fn consumer(&self) -> &str {
        match self {
            Work::Dues(bill) => &bill.consumer,
            Work::Service(_) => "",
        }
    }

    /// What its typed fields are kept under while another bill is open.
    pub fn key(&self) -> (String, String) {
        (self.service().to_owned(), self.consumer().to_owned())
    }
}

/// How far the work at the counter has come. Esc goes back one step, Enter forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// The cursor is in the omnibox.
    #[default]
    Find,
    /// A pick was made; its bill is on the way.
    Opening,
    /// How the money comes.
    Tender,
    /// The office is asked what would be printed.
    Checking,
    /// The confirming line shows; Enter takes the money.
    Confirm,
    /// The money is being written. Nothing else can be done until the office has answered.
    Taking,
}

impl Step {
    /// The confirming line has the floor: the rest of the counter does not answer.
    pub const fn is_confirming(self) -> bool {
        matches!(self, Step::Confirm | Step::Taking)
    }
}
