//! Definitions: published tables (heads, services, reasons, banks, settings) that facts were decided under, addressed by
//! the hash of their bytes so that an old fact is always read with the table of its own day.

use crate::Hash;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The name and address of one definition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
pub struct DefinitionRef {
    /// What it defines, e.g. `property-tax/heads`.
    #[n(0)]
    pub name: String,
    /// SHA-256 of its bytes.
    #[n(1)]
    pub hash: Hash,
}
