//! The tables this copy was built with, each parsed when first asked for.

use crate::boundary::Boundary;
use crate::counter::{Banks, CancelReasons, Denominations, PaymentFields, PaymentModes};
use crate::error::MastersError;
use crate::head::{Head, Heads};
use crate::place::{Districts, Towns};
use crate::service::{Groups, Service, Services};
use crate::setting::CollectionSettings;
use domain::TownCode;
use domain::demand::{HeadCode, ServiceCode};
use std::sync::OnceLock;

/// One table by the name facts refer to it with; its bytes are what is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// E.g. `property-tax/heads`.
    pub name: &'static str,
    /// The table as it stands in the file.
    pub bytes: &'static [u8],
}

macro_rules! tables {
    ($($name:literal => $path:literal,)*) => {
        &[$(Definition {
            name: $name,
            bytes: include_bytes!(concat!("../../../", $path, ".tsv")),
        }),*]
    };
}

static TABLES: &[Definition] = tables! {
    "uttarakhand/districts" => "masters/uttarakhand/districts",
    "uttarakhand/towns" => "masters/uttarakhand/towns",
    "counter/banks" => "masters/counter/banks",
    "counter/payment-modes" => "masters/counter/payment-modes",
    "counter/payment-fields" => "masters/counter/payment-fields",
    "counter/cancel-reasons" => "masters/counter/cancel-reasons",
    "counter/denominations" => "masters/counter/denominations",
    "property-tax/services" => "services/property-tax/services",
    "property-tax/heads" => "services/property-tax/heads",
    "property-tax/settings" => "services/property-tax/settings",
    "miscellaneous/groups" => "services/miscellaneous/groups",
    "miscellaneous/services" => "services/miscellaneous/services",
    "miscellaneous/heads" => "services/miscellaneous/heads",
    "miscellaneous/settings" => "services/miscellaneous/settings",
};

struct TownTables {
    town: TownCode,
    wards: Definition,
    localities: Definition,
}

macro_rules! boundaries {
    ($($code:literal)*) => {
        &[$(TownTables {
            town: TownCode($code),
            wards: Definition {
                name: concat!("uttarakhand/", $code, "/wards"),
                bytes: include_bytes!(concat!("../../../masters/uttarakhand/towns/", $code, "/wards.tsv")),
            },
            localities: Definition {
                name: concat!("uttarakhand/", $code, "/localities"),
                bytes: include_bytes!(concat!("../../../masters/uttarakhand/towns/", $code, "/localities.tsv")),
            },
        }),*]
    };
}

/// Towns whose wards are known, by number. A new folder under `masters/uttarakhand/towns` is added here; a test finds
/// one that was forgotten.
static BOUNDARIES: &[TownTables] = boundaries! {
    248409 248410 248411 248412 248413 248414 248415 248416 248417 248418 248419 248420
    248421 248422 248423 248424 248426 248427 248428 248429 248430 248433 248434 248437
    248438 248440 248441 248444 248445 248446 248447 248448 248449 248450 248451 248452
    248454 248455 248456 248457 248458 248459 248460 248461 248462 248463 248465 248466
    248468 248469 248470 248471 248474 248475 248476 248477 248478 248481 248482 248483
    248485 248486 259820 259826 259921 260112 262401 262832 262841 262842 262843 262847
    262858 262882 262883 262901 262902 262922 274457 274461 275633 275661 275665 275670
    276459 276616 277162 277163 277164 277183 277190 299524 299525 299527 299528 299529
    299532 299749 300592
};

/// All tables of the state and its services. The boundaries are per town: see [`boundary_definitions`].
pub fn definitions() -> impl Iterator<Item = Definition> {
    TABLES.iter().copied()
}

/// The two tables of one town's boundary; nothing for a town whose wards are not published.
pub fn boundary_definitions(town: TownCode) -> impl Iterator<Item = Definition> {
    town_tables(town).into_iter().flat_map(|(_, tables)| [tables.wards, tables.localities])
}

/// One table by name, a town's included.
pub fn definition(name: &str) -> Option<Definition> {
    let of_towns = BOUNDARIES.iter().flat_map(|tables| [tables.wards, tables.localities]);
    definitions().chain(of_towns).find(|definition| definition.name == name)
}

fn town_tables(town: TownCode) -> Option<(usize, &'static TownTables)> {
    let index = BOUNDARIES.binary_search_by_key(&town, |tables| tables.town).ok()?;
    BOUNDARIES.get(index).map(|tables| (index, tables))
}

type Cell<T> = OnceLock<Result<T, MastersError>>;

/// Every name asked for here stands in [`TABLES`] (a test parses all); were one missing, its empty bytes would be
/// answered with "no line of column names" and not with a panic at the counter.
fn parsed<T>(
    cell: &'static Cell<T>,
    name: &str,
    parse: fn(&[u8]) -> Result<T, MastersError>,
) -> Result<&'static T, MastersError> {
    let bytes = || TABLES.iter().find(|table| table.name == name).map_or(&[] as &[u8], |table| table.bytes);
    cell.get_or_init(|| parse(bytes())).as_ref().map_err(Clone::clone)
}

macro_rules! accessor {
    ($(#[$doc:meta])* $function:ident, $type:ty, $name:literal) => {
        $(#[$doc])*
        pub fn $function() -> Result<&'static $type, MastersError> {
            static CELL: Cell<$type> = OnceLock::new();
            parsed(&CELL, $name, <$type>::parse)
        }
    };
}

accessor!(
    /// The districts of the state.
    districts, Districts, "uttarakhand/districts"
);
accessor!(
    /// The towns of the state.
    towns, Towns, "uttarakhand/towns"
);
accessor!(
    /// Banks of instruments.
    banks, Banks, "counter/banks"
);
accessor!(
    /// Payment modes.
    payment_modes, PaymentModes, "counter/payment-modes"
);
accessor!(
    /// What is asked for each payment mode.
    payment_fields, PaymentFields, "counter/payment-fields"
);
accessor!(
    /// Cancel reasons.
    cancel_reasons, CancelReasons, "counter/cancel-reasons"
);
accessor!(
    /// Notes and coins.
    denominations, Denominations, "counter/denominations"
);
accessor!(
    /// The groups of the services.
    groups, Groups, "miscellaneous/groups"
);

/// The wards and localities of a town; `Ok(None)` where the state has published none. Only this town is parsed.
pub fn boundary(town: TownCode) -> Result<Option<&'static Boundary>, MastersError> {
    static CELLS: [Cell<Boundary>; BOUNDARIES_COUNT] = [const { OnceLock::new() }; BOUNDARIES_COUNT];
    let Some((index, tables)) = town_tables(town) else { return Ok(None) };
    let Some(cell) = CELLS.get(index) else { return Ok(None) };
    let parse = || Boundary::parse(town, tables.wards.bytes, tables.localities.bytes);
    cell.get_or_init(parse).as_ref().map(Some).map_err(Clone::clone)
}

const BOUNDARIES_COUNT: usize = BOUNDARIES.len();

/// A folder under `services/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceFolder {
    /// Property tax.
    PropertyTax,
    /// Everything taken without a register of its own.
    Miscellaneous,
}

impl ServiceFolder {
    /// All.
    pub const ALL: [ServiceFolder; 2] = [ServiceFolder::PropertyTax, ServiceFolder::Miscellaneous];

    /// The folder's name, with which the names of its tables begin.
    pub const fn name(self) -> &'static str {
        match self {
            ServiceFolder::PropertyTax => "property-tax",
            ServiceFolder::Miscellaneous => "miscellaneous",
        }
    }

    /// Its services.
    pub fn services(self) -> Result<&'static Services, MastersError> {
        static CELLS: [Cell<Services>; 2] = [const { OnceLock::new() }; 2];
        let [property_tax, miscellaneous] = &CELLS;
        match self {
            ServiceFolder::PropertyTax => parsed(property_tax, "property-tax/services", Services::parse),
            ServiceFolder::Miscellaneous => parsed(miscellaneous, "miscellaneous/services", Services::parse),
        }
    }

    /// The heads of its services.
    pub fn heads(self) -> Result<&'static Heads, MastersError> {
        static CELLS: [Cell<Heads>; 2] = [const { OnceLock::new() }; 2];
        let [property_tax, miscellaneous] = &CELLS;
        match self {
            ServiceFolder::PropertyTax => parsed(property_tax, "property-tax/heads", Heads::parse),
            ServiceFolder::Miscellaneous => parsed(miscellaneous, "miscellaneous/heads", Heads::parse),
        }
    }

    /// The state's settings for its services.
    pub fn settings(self) -> Result<&'static CollectionSettings, MastersError> {
        static CELLS: [Cell<CollectionSettings>; 2] = [const { OnceLock::new() }; 2];
        let [property_tax, miscellaneous] = &CELLS;
        let parse = CollectionSettings::parse;
        match self {
            ServiceFolder::PropertyTax => parsed(property_tax, "property-tax/settings", parse),
            ServiceFolder::Miscellaneous => parsed(miscellaneous, "miscellaneous/settings", parse),
        }
    }

    /// The folder a service stands in.
    pub fn of(service: &ServiceCode) -> Result<Option<ServiceFolder>, MastersError> {
        for folder in ServiceFolder::ALL {
            if folder.services()?.get(service).is_some() {
                return Ok(Some(folder));
            }
        }
        Ok(None)
    }
}

/// A service of any folder.
pub fn service(code: &ServiceCode) -> Result<Option<&'static Service>, MastersError> {
    for folder in ServiceFolder::ALL {
        if let Some(found) = folder.services()?.get(code) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A head as a receipt line names it: the service's own, or one of all services of its folder.
pub fn head(service: &ServiceCode, code: &HeadCode) -> Result<Option<&'static Head>, MastersError> {
    let Some(folder) = ServiceFolder::of(service)? else { return Ok(None) };
    let found = folder.heads()?.get(code);
    Ok(found.filter(|head| head.service.as_ref().is_none_or(|owner| owner == service)))
}
