//! The people of a demo town. Their passwords are known to everybody: nothing in such a town is anybody's.

use domain::people::Role;

/// One of the staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    /// Name in Devanagari.
    pub hindi: &'static str,
    /// Name in Latin script.
    pub english: &'static str,
    /// The role enrolled with.
    pub role: Role,
    /// The password at the demo's first device.
    pub password: &'static str,
}

/// Founds the town, and so begins with every role.
pub const ADMINISTRATOR: DemoPerson = DemoPerson {
    hindi: "मीना जोशी",
    english: "Meena Joshi",
    role: Role::Administrator,
    password: "palika-admin",
};

/// Sits at the counter.
pub const CLERK: DemoPerson =
    DemoPerson {
        hindi: "राकेश बिष्ट", english: "Rakesh Bisht", role: Role::Clerk, password: "palika-clerk"
    };

/// Remits and signs as the second person.
pub const ACCOUNTANT: DemoPerson = DemoPerson {
    hindi: "सुनीता पन्त",
    english: "Sunita Pant",
    role: Role::Accountant,
    password: "palika-accounts",
};

/// All of them, the founder first.
pub const STAFF: [DemoPerson; 3] = [ADMINISTRATOR, CLERK, ACCOUNTANT];

/// The passphrase of a demo town's file, for trying what a machine without a keyring asks.
pub const PASSPHRASE: &str = "palika-demo";
