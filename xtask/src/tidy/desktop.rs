//! What the desktop must not carry: libraries of the state's server, which a choice of features could bring along.

use anyhow::Result;

use crate::process;
use crate::test::SHELL;
use crate::workspace::Workspace;

/// Of the server alone.
const SERVER_ONLY: &[&str] = &["sqlx-postgres", "prometheus-client", "object_store", "sync-server"];

/// Findings about what the desktop is built from, on any system.
pub fn server_only(workspace: &Workspace) -> Result<Vec<String>> {
    let mut cargo = workspace.cargo();
    cargo.args(["tree", "--package", SHELL, "--edges", "no-dev", "--target", "all", "--prefix", "none"]);
    let tree = process::stdout_of(cargo.args(["--format", "{p}", "--quiet"]))?;
    anyhow::ensure!(tree.lines().any(|line| line.starts_with("store ")), "cargo tree shows no desktop");
    Ok(findings(&tree))
}

fn findings(tree: &str) -> Vec<String> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let mut found: Vec<&str> = names.filter(|name| SERVER_ONLY.contains(name)).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|name| format!("{SHELL} carries {name}, which belongs to the server")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_of_the_server_is_found_once() {
        let tree = "desktop v0.1.0 (x)\nsqlx v0.9.0\nsqlx-postgres v0.9.0\nsqlx-postgres v0.9.0 (*)\n";
        assert_eq!(findings(tree), [format!("{SHELL} carries sqlx-postgres, which belongs to the server")]);
        assert!(findings("sqlx v0.9.0\nsqlx-sqlite v0.9.0\n").is_empty());
    }
}
