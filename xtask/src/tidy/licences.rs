//! Every package's licence against the list in `deny.toml`, and every package from the registry: a dependency under
//! unknown terms, or from somebody's branch, is not shipped to a municipality.
//!
//! Reads the same file as cargo-deny, so that whoever has it gets the same answer, and more (advisories).

use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::metadata::{Metadata, Package};
use crate::workspace::Workspace;

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    package: String,
    allow: Vec<String>,
}

/// Findings about packages that are not this workspace's own.
pub fn licences(workspace: &Workspace) -> Result<Vec<String>> {
    let deny: Deny =
        toml::from_str(&fs::read_to_string(workspace.root.join("deny.toml"))?).context("deny.toml")?;
    let packages = Metadata::whole(workspace)?.packages;
    Ok(packages.iter().filter_map(|package| finding(package, &deny.licenses)).collect())
}

fn finding(package: &Package, licences: &Licences) -> Option<String> {
    let source = package.source.as_deref()?;
    let name = format!("{} {}", package.name, package.version);
    if !source.starts_with("registry+") && !source.starts_with("sparse+") {
        return Some(format!("{name}: comes from {source}"));
    }
    let Some(expression) = &package.license else { return Some(format!("{name}: names no licence")) };
    let own = licences.exceptions.iter().filter(|exception| exception.package == package.name);
    let also: Vec<&String> = own.flat_map(|exception| &exception.allow).collect();
    let allowed = |term: &str| licences.allow.iter().chain(also.iter().copied()).any(|allow| allow == term);
    match holds(expression, &allowed) {
        Some(true) => None,
        Some(false) => Some(format!("{name}: {expression} is not in deny.toml")),
        None => Some(format!("{name}: {expression:?} is no licence expression")),
    }
}

/// Whether the terms of an SPDX expression can be met with allowed ones; `None` when it cannot be read. An old `/`
/// means `OR`.
fn holds(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let result = either(&mut rest, allowed)?;
    rest.is_empty().then_some(result)
}

fn either(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut result = both(rest, allowed)?;
    while let Some(tail) = rest.strip_prefix(&["OR"]) {
        *rest = tail;
        result |= both(rest, allowed)?;
    }
    Some(result)
}

fn both(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut result = term(rest, allowed)?;
    while let Some(tail) = rest.strip_prefix(&["AND"]) {
        *rest = tail;
        result &= term(rest, allowed)?;
    }
    Some(result)
}

fn term(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    match **rest {
        ["(", ref tail @ ..] => {
            *rest = tail;
            let result = either(rest, allowed)?;
            *rest = rest.strip_prefix(&[")"])?;
            Some(result)
        }
        [id, "WITH", exception, ref tail @ ..] => {
            *rest = tail;
            Some(allowed(&format!("{id} WITH {exception}")) || allowed(id))
        }
        [id, ref tail @ ..] if !["OR", "AND", "WITH", ")"].contains(&id) => {
            *rest = tail;
            Some(allowed(id))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str) -> Option<bool> {
        holds(expression, &|term| ["MIT", "Apache-2.0"].contains(&term))
    }

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        assert_eq!(check("MIT OR GPL-3.0"), Some(true));
        assert_eq!(check("MIT AND GPL-3.0"), Some(false));
        assert_eq!(check("GPL-3.0/MIT"), Some(true));
        assert_eq!(check("(GPL-3.0 OR MIT) AND Apache-2.0"), Some(true));
        assert_eq!(check("GPL-3.0 OR MIT AND BSD-3-Clause"), Some(false));
        assert_eq!(check("Apache-2.0 WITH LLVM-exception OR GPL-3.0"), Some(true));
        for broken in ["", "MIT OR", "(MIT", "MIT)", "MIT Apache-2.0", "OR MIT"] {
            assert_eq!(check(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_package_outside_the_registry_or_without_licence_is_found() {
        let licences = Licences { allow: vec!["MIT".into()], exceptions: Vec::new() };
        let package = |source: Option<&str>, license: Option<&str>| Package {
            name: "thing".into(),
            version: "1.0.0".into(),
            license: license.map(str::to_owned),
            source: source.map(str::to_owned),
            manifest_path: "Cargo.toml".into(),
            dependencies: Vec::new(),
        };
        assert!(finding(&package(None, None), &licences).is_none());
        assert!(finding(&package(Some("registry+here"), Some("MIT")), &licences).is_none());
        assert!(finding(&package(Some("registry+here"), None), &licences).is_some());
        assert!(finding(&package(Some("registry+here"), Some("GPL-3.0")), &licences).is_some());
        assert!(finding(&package(Some("git+there"), Some("MIT")), &licences).is_some());
    }
}
