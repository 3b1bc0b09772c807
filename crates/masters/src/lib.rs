//! The masters: towns, wards, localities, services, heads, settings, banks, payment modes, reasons and denominations,
//! read from the tables under `masters/` and `services/` and from definitions that arrive in the log.
//!
//! This crate must not know the log, hashes of definitions, files on disk, SQL or the screen. It embeds the tables it
//! was built with, gives each as (name, bytes) so that others may address it by hash, and reads any bytes of the same
//! form with the same code. It compiles to wasm. Tables are parsed when first asked for: a town's boundary alone, so
//! that the start of the counter never waits for the other hundred and one.

pub mod boundary;
pub mod counter;
mod embedded;
mod error;
pub mod head;
pub mod place;
pub mod service;
pub mod setting;
mod table;

pub use boundary::{Boundary, Locality, Made, Ward};
pub use counter::{
    Asked, Bank, BankKind, Banks, CancelReason, CancelReasons, Denomination, DenominationKind, Denominations,
    FieldShape, PaymentField, PaymentFields, PaymentModeInfo, PaymentModes, Remitted,
};
pub use embedded::{
    Definition, ServiceFolder, banks, boundary, boundary_definitions, cancel_reasons, definition,
    definitions, denominations, districts, groups, head, payment_fields, payment_modes, service, towns,
};
pub use error::{Cure, MastersError};
pub use head::{Head, HeadCategory, Heads, NmamCode};
pub use place::{District, Districts, Division, Grade, Town, Towns};
pub use service::{Group, Groups, Service, ServiceState, Services};
pub use setting::{CollectionSetting, CollectionSettings, MobileAsked};
