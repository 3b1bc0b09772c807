//! Dependencies go down only. ARCHITECTURE.md draws these arrows; here they are held.

use anyhow::Result;

use crate::metadata::{Metadata, Package};
use crate::workspace::Workspace;

/// Everything `office` may lean on.
const BELOW_OFFICE: &[&str] =
    &["hub", "carrier", "store", "sync", "paper", "contract", "import", "masters", "journal", "domain"];
/// What a program may lean on: `office` with the machine and the line it runs on.
const AROUND_OFFICE: &[&str] = &[
    "office", "machine", "hub", "carrier", "store", "sync", "paper", "contract", "import", "masters",
    "journal", "domain",
];

/// For each crate, the crates of this workspace it may name outside its tests.
const ARROWS: &[(&str, &[&[&str]])] = &[
    ("domain", &[]),
    ("masters", &[&["domain"]]),
    ("import", &[&["domain"]]),
    ("demo", &[&["domain"]]),
    ("contract", &[&["domain"]]),
    ("journal", &[&["domain"]]),
    ("paper", &[&["journal", "domain"]]),
    ("sync", &[&["journal", "domain"]]),
    ("cipher", &[]),
    ("store", &[&["cipher", "journal", "domain"]]),
    ("carrier", &[&["store", "sync", "journal", "domain"]]),
    ("hub", &[&["carrier", "sync", "journal", "domain"]]),
    ("office", &[BELOW_OFFICE]),
    ("machine", &[&["office"], BELOW_OFFICE]),
    ("ui", &[&["contract", "domain"]]),
    ("sync-server", &[AROUND_OFFICE, &["cipher"]]),
    ("desktop", &[AROUND_OFFICE]),
    ("sim", &[AROUND_OFFICE, &["cipher", "demo"]]),
    // The demo town comes with its state: the technician's program makes the server's keys.
    ("cli", &[AROUND_OFFICE, &["demo", "sync-server"]]),
    ("bench", &[AROUND_OFFICE, &["demo", "sync-server", "measure", "scratch"]]),
    ("foreign", &[&["carrier", "sync", "import", "journal", "domain"]]),
    ("measure", &[]),
    ("scratch", &[]),
    ("readback", &[]),
    ("xtask", &[&["measure"]]),
];

/// Libraries that only the named crates may name, tests included: what is behind one crate can be replaced there.
const FENCED: &[(&str, &[&str])] = &[
    ("automerge", &["journal"]),
    ("sqlx", &["store", "sync-server", "sim", "bench"]),
    ("tauri", &["desktop"]),
    ("keyring", &["machine"]),
    ("leptos", &["ui"]),
    ("axum", &["hub", "sync-server"]),
    ("mdns-sd", &["hub"]),
    ("reqwest", &["carrier"]),
    ("printpdf", &["paper"]),
    ("rqrr", &["readback"]),
    ("anyhow", &["xtask", "bench", "scratch"]),
];

/// Findings about the arrows.
pub fn arrows(workspace: &Workspace) -> Result<Vec<String>> {
    Ok(arrow_findings(&Metadata::own(workspace)?.packages))
}

fn arrow_findings(packages: &[Package]) -> Vec<String> {
    let own: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
            findings.push(format!(
                "{}: a crate without arrows; draw them in xtask/src/tidy/arrows.rs",
                package.name
            ));
            continue;
        };
        let outside_tests = package.dependencies.iter().filter(|one| one.kind.as_deref() != Some("dev"));
        for dependency in outside_tests.map(|one| one.name.as_str()).filter(|name| own.contains(name)) {
            if !allowed.iter().any(|crates| crates.contains(&dependency)) {
                findings.push(format!("{} → {dependency}: this arrow does not go down", package.name));
            }
        }
    }
    findings
}

/// Findings about fenced libraries.
pub fn fenced_libraries(workspace: &Workspace) -> Result<Vec<String>> {
    Ok(fence_findings(&Metadata::own(workspace)?.packages))
}

fn fence_findings(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        for (library, owners) in FENCED {
            let names_it = package.dependencies.iter().any(|one| one.name == *library);
            if names_it && !owners.contains(&package.name.as_str()) {
                findings.push(format!(
                    "{} names {library}, which belongs to {}",
                    package.name,
                    owners.join(", ")
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies = dependencies
            .iter()
            .map(|(name, kind)| Dependency { name: (*name).into(), kind: kind.map(str::to_owned) })
            .collect();
        Package {
            name: name.into(),
            version: "0.1.0".into(),
            license: None,
            source: None,
            manifest_path: "Cargo.toml".into(),
            dependencies,
        }
    }

    #[test]
    fn an_arrow_upwards_is_found_and_one_in_tests_is_not() {
        let packages = [
            package("domain", &[("journal", None)]),
            package("journal", &[("domain", None), ("demo", Some("dev"))]),
            package("demo", &[("domain", Some("build"))]),
        ];
        assert_eq!(arrow_findings(&packages), ["domain → journal: this arrow does not go down"]);
    }

    #[test]
    fn a_crate_nobody_drew_is_found() {
        assert_eq!(arrow_findings(&[package("annex", &[])]).len(), 1);
    }

    #[test]
    fn a_fenced_library_is_found_also_in_tests() {
        let packages =
            [package("journal", &[("automerge", None)]), package("office", &[("automerge", Some("dev"))])];
        assert_eq!(fence_findings(&packages), ["office names automerge, which belongs to journal"]);
    }

    #[test]
    fn the_drawing_itself_has_no_circle() {
        fn reaches(from: &str, to: &str) -> bool {
            let below = ARROWS.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, below)| below);
            below.iter().copied().flatten().any(|next| *next == to || reaches(next, to))
        }
        for (name, _) in ARROWS {
            assert!(!reaches(name, name), "{name}");
        }
    }
}
