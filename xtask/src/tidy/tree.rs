//! The files of the tree: what they open with, how long they are.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::metadata::Metadata;
use crate::process;
use crate::workspace::Workspace;

/// From here on a file is listed as long.
pub const LINES_WANTED: usize = 500;

/// The files that git knows or would add, as paths from the root.
pub fn files(workspace: &Workspace) -> Result<Vec<String>> {
    let mut git = std::process::Command::new("git");
    git.current_dir(&workspace.root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = process::stdout_of(&mut git)?;
    let there = |path: &&str| !path.is_empty() && workspace.root.join(path).is_file();
    Ok(listed.split('\0').filter(there).map(str::to_owned).collect())
}

/// Every crate's root file must open with what the crate does.
pub fn opening_words(workspace: &Workspace) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for package in Metadata::own(workspace)?.packages {
        let folder = package.manifest_path.parent().unwrap_or(Path::new("."));
        let roots = ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file));
        let Some(root) = roots.into_iter().find(|file| file.is_file()) else {
            findings.push(format!("{}: neither src/lib.rs nor src/main.rs", package.name));
            continue;
        };
        if !fs::read_to_string(&root)?.starts_with("//! ") {
            findings.push(format!("{}: does not open with what the crate does (//!)", root.display()));
        }
    }
    Ok(findings)
}

/// Rust files past [`LINES_WANTED`], longest first. Listed, not refused: a table may be long.
pub fn long_files(workspace: &Workspace) -> Result<Vec<(String, usize)>> {
    let mut long = Vec::new();
    for path in files(workspace)?.into_iter().filter(|path| path.ends_with(".rs")) {
        let lines = fs::read_to_string(workspace.root.join(&path))?.lines().count();
        if lines >= LINES_WANTED {
            long.push((path, lines));
        }
    }
    long.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    Ok(long)
}
