//! Which role may write which kind of entry.

use crate::fact::Kind;
use crate::people::Role;

impl Role {
    /// Whether the role may write an entry of this kind. The one table of the office's authority: screens show what it
    /// allows, every replica judges by it.
    pub const fn may_write(self, kind: Kind) -> bool {
        use Kind::*;
        match kind {
            Seen | EpochOpened | TownFounded => false,
            ShiftOpened | ReceiptIssued | ReceiptRecovered | ReceiptCancelled | ReceiptReprinted
            | PaymentCertified | ShiftClosed | DrawerHandedOver | AdvanceSpent => {
                matches!(self, Role::Clerk | Role::Supervisor)
            }
            Remitted => matches!(self, Role::Clerk | Role::Accountant | Role::Supervisor),
            LeafBookIssued => matches!(self, Role::Accountant | Role::Supervisor),
            RecordChanged | ContactSealed => true,
            CaseSettled | DisputeAccepted => matches!(self, Role::Supervisor),
            StaffEnrolled | StaffKeyCertified => matches!(self, Role::Supervisor | Role::Administrator),
            RoleGranted | RoleWithdrawn | DeviceEnrolled | DeviceRevoked | DefinitionPublished
            | DemandBatch => {
                matches!(self, Role::Administrator)
            }
        }
    }
}
