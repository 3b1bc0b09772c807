//! Every table in the rooms of the masters is embedded and reads; spoilt ones answer with an error, never a panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use domain::{Language, TownCode};
use masters::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn read_any(name: &str, bytes: &[u8]) -> Result<(), MastersError> {
    match name.rsplit('/').next().unwrap_or_default() {
        "districts" => Districts::parse(bytes).map(drop),
        "towns" => Towns::parse(bytes).map(drop),
        "banks" => Banks::parse(bytes).map(drop),
        "payment-modes" => PaymentModes::parse(bytes).map(drop),
        "payment-fields" => PaymentFields::parse(bytes).map(drop),
        "cancel-reasons" => CancelReasons::parse(bytes).map(drop),
        "denominations" => Denominations::parse(bytes).map(drop),
        "services" => Services::parse(bytes).map(drop),
        "heads" => Heads::parse(bytes).map(drop),
        "settings" => CollectionSettings::parse(bytes).map(drop),
        "groups" => Groups::parse(bytes).map(drop),
        other => panic!("nothing reads {other}"),
    }
}

#[test]
fn every_definition_reads_and_has_its_own_name() {
    let names: BTreeSet<&str> = definitions().map(|definition| definition.name).collect();
    assert_eq!(names.len(), definitions().count());
    for table in definitions() {
        assert_eq!(read_any(table.name, table.bytes), Ok(()), "{}", table.name);
        assert_eq!(definition(table.name), Some(table));
    }
    assert!(
        ["property-tax/heads", "miscellaneous/services", "uttarakhand/towns"]
            .iter()
            .all(|n| names.contains(n))
    );
    assert_eq!(definition("uttarakhand/248459/wards").unwrap().name, "uttarakhand/248459/wards");
    assert_eq!(definition("no/such"), None);
}

fn tables_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tables_under(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "tsv") {
            found.push(path);
        }
    }
}

/// A town or table added to the rooms but forgotten in the crate would silently not exist.
#[test]
fn no_table_of_the_rooms_is_forgotten() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut found = Vec::new();
    tables_under(&root.join("masters"), &mut found);
    tables_under(&root.join("services"), &mut found);
    assert!(found.len() > 200);
    for path in found {
        let inside = path.strip_prefix(&root).unwrap().with_extension("");
        let name =
            inside.to_str().unwrap().replace("masters/", "").replace("services/", "").replace("towns/", "");
        let embedded = definition(&name).unwrap_or_else(|| panic!("{name} is not embedded"));
        assert_eq!(embedded.bytes, std::fs::read(&path).unwrap(), "{name}");
        let text = std::str::from_utf8(embedded.bytes).unwrap();
        assert!(text.starts_with("# ") && text.ends_with('\n') && !text.contains('\r'), "{name}");
        let ends_blank = |line: &str| line.ends_with(['\t', ' ']);
        assert!(!text.lines().any(ends_blank), "{name}: an editor would strip an empty last cell");
    }
}

/// Definitions arrive in the log from other machines: cut anywhere, or with any byte changed, they must be read or
/// refused, and a refusal must name a place and be told in both languages.
#[test]
fn spoilt_bytes_are_refused_with_a_place_and_a_cure() {
    let mut refused = 0;
    for table in definitions() {
        for at in (0..table.bytes.len()).step_by(211) {
            let mut cut = table.bytes[..at].to_vec();
            refused += usize::from(read_any(table.name, &cut).is_err());
            cut.extend_from_slice(b"\t\xff\n");
            refused += usize::from(read_any(table.name, &cut).is_err());
            let mut changed = table.bytes.to_vec();
            changed[at] = changed[at].wrapping_add(1);
            if let Err(error) = read_any(table.name, &changed) {
                refused += 1;
                assert!(error.code().starts_with("E-MASTERS-"));
                let [hindi, english] = [Language::Hindi, Language::English].map(|l| error.message(l));
                assert!(
                    hindi.contains("तालिका") && english.to_lowercase().contains("table"),
                    "{hindi} {english}"
                );
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn a_spoilt_boundary_is_refused() {
    let [wards, localities] = ["wards", "localities"]
        .map(|table| definition(&format!("uttarakhand/248412/{table}")).unwrap().bytes.to_vec());
    let town = TownCode(248_412);
    assert_eq!(Boundary::parse(town, &wards, &localities).as_ref(), Ok(boundary(town).unwrap().unwrap()));
    let stray = [&localities[..], "M9999\tW1\tनगर\tNagar\tmachine\t-\n".as_bytes()].concat();
    let error = Boundary::parse(town, &wards, &stray).unwrap_err();
    assert_eq!(error.code(), "E-MASTERS-005");
    assert!(error.to_string().contains("uttarakhand/248412/localities, line 8, column ward"), "{error}");
}
