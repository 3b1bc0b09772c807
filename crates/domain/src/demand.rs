//! Demands: what a consumer owes for a year under a head, entered in batches, and the sums folded from them.

use crate::{FinancialYear, Hash, Paise};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

macro_rules! code {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
        )]
        #[serde(transparent)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub String);

        impl $name {
            /// The code's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> $name {
                $name(text.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code!(
    /// A head of account on bills, e.g. `PT_TAX`; the masters name it.
    HeadCode
);
code!(
    /// A service that demands or receives money, e.g. `PT` or `ADVT.Hoardings`; the masters name it.
    ServiceCode
);
code!(
    /// Who owes inside a service: for property tax the property id.
    ConsumerCode
);

/// The head under which money beyond the dues is kept for the consumer.
pub const ADVANCE_HEAD: &str = "ADVANCE";

/// One amount owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct DemandLine {
    /// Who owes.
    #[n(0)]
    pub consumer: ConsumerCode,
    /// For which year.
    #[n(1)]
    pub year: FinancialYear,
    /// Under which head.
    #[n(2)]
    pub head: HeadCode,
    /// How much; negative for a credit such as a rebate.
    #[n(3)]
    pub amount_paise: Paise,
}

/// Up to [`crate::limits::DEMAND_BATCH_LINES_MAX`] demand lines made by one run. A line is named by (service, consumer,
/// year, head): the same run made twice, on one device or two, is one demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct DemandBatch {
    /// The service that demands.
    #[n(0)]
    pub service: ServiceCode,
    /// SHA-256 of the file or definition the run was made from.
    #[n(1)]
    pub source: Hash,
    /// The lines.
    #[n(2)]
    pub lines: Vec<DemandLine>,
    /// The hashes of the definitions the amounts were decided under; empty for amounts taken as they were.
    #[n(3)]
    pub under: Vec<Hash>,
}

/// Of two unequal demands with one name the larger stands (by magnitude, then by value) and a case opens. A maximum
/// does not depend on the order in which the two arrive.
#[must_use]
pub fn stronger_demand(one: Paise, other: Paise) -> Paise {
    let rank = |amount: Paise| (amount.0.unsigned_abs(), amount.0);
    if rank(one) >= rank(other) { one } else { other }
}

/// What has been demanded and what receipts have applied to it: two sums, so that order cannot matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The demand; negative for a credit.
    pub demand_paise: Paise,
    /// The sum of the lines of all receipts that stand.
    pub applied_paise: Paise,
}

impl Balance {
    /// Still to be paid: `max(0, demand − Σ lines)`. For a credit, what is still to be given (negative), or, where two
    /// counters gave it twice, what the consumer owes again (positive).
    #[must_use]
    pub fn due(self) -> Paise {
        let rest = Paise(self.demand_paise.0.saturating_sub(self.applied_paise.0));
        if self.demand_paise.is_negative() { rest } else { rest.or_zero_if_negative() }
    }

    /// Paid beyond the demand: `max(0, Σ lines − demand)`; it shows as advance.
    #[must_use]
    pub fn excess(self) -> Paise {
        if self.demand_paise.is_negative() {
            return Paise::ZERO;
        }
        Paise(self.applied_paise.0.saturating_sub(self.demand_paise.0)).or_zero_if_negative()
    }
}
