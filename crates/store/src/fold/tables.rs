//! Which tables a refold makes anew.

/// Every projection a refold makes anew. `code`, `consumer` and `record` are places, not sums: their rows keep their
/// numbers, and a record's texts are written again from its document.
pub(super) const PROJECTIONS: [&str; 25] = [
    "seen",
    "disputed",
    "unknown",
    "town",
    "device",
    "enrolment",
    "staff",
    "grant_of_role",
    "withdrawal",
    "staff_key",
    "definition",
    "due",
    "conflict",
    "record_change",
    "contact",
    "shift",
    "shift_close",
    "receipt",
    "recovered",
    "series",
    "receipt_event",
    "remittance",
    "leaf_book",
    "leaf",
    "case_settled",
];

/// What a refold must know first, and keeps.
pub(super) const TRUST: [&str; 3] = ["revocation", "acceptance", "device_cut"];
