//! Staff, roles, invitations.

use domain::people::Role;
use domain::{Bilingual, UserId};
use serde::{Deserialize, Serialize};

/// A name on the sign-in screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffChoice {
    /// Who.
    pub user: UserId,
    /// Name.
    pub name: Bilingual,
    /// Has a password at this device.
    pub has_password: bool,
}

/// One of the staff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffMember {
    /// Who, and whether there is a password here.
    pub choice: StaffChoice,
    /// Roles held.
    pub roles: Vec<Role>,
}

/// A new person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddStaff {
    /// Name in both scripts.
    pub name: Bilingual,
    /// First role.
    pub role: Role,
    /// First password at this device.
    pub password: String,
}

/// A role more or less.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeRole {
    /// Who.
    pub user: UserId,
    /// Which.
    pub role: Role,
    /// Why; needed when withdrawing.
    pub reason: String,
}

/// Invite a further device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InviteDevice {
    /// What people will call it.
    pub device_name: String,
    /// Its counter, e.g. `C04`.
    pub counter: String,
    /// Who signs in there first.
    pub user: UserId,
}

/// Invite a further device by a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InviteToFile {
    /// Which device, for whom.
    pub invite: InviteDevice,
    /// Where to write the file.
    pub path: String,
}

/// An invitation, shown once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// Read out or typed at the new device.
    pub code: String,
    /// The server it is good for; empty for none, where it is a file.
    pub server: String,
}
