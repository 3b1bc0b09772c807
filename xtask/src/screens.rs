//! The screens' bundle: `ui` compiled to WebAssembly, with its glue, page, styles and fonts, in `ui/dist`.
//!
//! wasm-bindgen is used as a library, so `Cargo.lock` alone decides its version: the glue and the `wasm-bindgen` that
//! `ui` was compiled with cannot drift apart, and there is nothing to install.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::Workspace;
use crate::{process, progress};

/// The target the screens are compiled for.
pub const SCREENS_TARGET: &str = "wasm32-unknown-unknown";

/// Builds the bundle. Its standard library must be there (`prepare`).
pub fn build(workspace: &Workspace, release: bool) -> Result<()> {
    progress::heading("screens");
    let (profile, folder) = if release { ("wasm-release", "wasm-release") } else { ("dev", "debug") };
    let mut cargo = workspace.cargo();
    process::shown(cargo.args(["build", "-p", "ui", "--target", SCREENS_TARGET, "--profile", profile]))?;
    let wasm = workspace.target.join(SCREENS_TARGET).join(folder).join("ui.wasm");
    progress::step("wasm-bindgen", || bundle(workspace, &wasm, release))
}

fn bundle(workspace: &Workspace, wasm: &Path, release: bool) -> Result<()> {
    let ui = workspace.root.join("ui");
    let made = workspace.target.join("screens");
    let _ = fs::remove_dir_all(&made);
    fs::create_dir_all(&made)?;
    Bindgen::new()
        .input_path(wasm)
        .out_name("ui")
        .web(true)?
        .typescript(false)
        .debug(!release)
        // Names of functions serve a stack trace while building; DWARF would make the page six times its size.
        .remove_name_section(release)
        .keep_debug(false)
        .generate(&made)
        .context("wasm-bindgen")?;
    for file in ["index.html", "boot.js", "early.js"] {
        fs::copy(ui.join(file), made.join(file)).with_context(|| format!("ui/{file}"))?;
    }
    let assets = ui.join("assets");
    if assets.is_dir() {
        copy_folder(&assets, &made)?;
    }
    // The window shows the letters that paper prints: one set of fonts in the tree.
    copy_folder(&workspace.root.join("crates/paper/fonts"), &made.join("fonts"))?;
    replace_changed(&made, &ui.join("dist"))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Makes `to` equal to `from`, touching only what differs: the shell embeds these files, and an untouched file does
/// not have it compiled again.
fn replace_changed(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            replace_changed(&entry.path(), &target)?;
        } else if fs::read(&target).ok() != Some(fs::read(entry.path())?) {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_touched_and_what_is_gone_goes() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("fonts")).unwrap();
        fs::create_dir_all(to.join("old")).unwrap();
        fs::write(from.join("same"), "1").unwrap();
        fs::write(to.join("same"), "1").unwrap();
        fs::write(from.join("fonts/new"), "2").unwrap();
        fs::write(to.join("gone"), "3").unwrap();
        let before = fs::metadata(to.join("same")).unwrap().modified().unwrap();
        replace_changed(&from, &to).unwrap();
        assert_eq!(fs::metadata(to.join("same")).unwrap().modified().unwrap(), before);
        assert_eq!(fs::read_to_string(to.join("fonts/new")).unwrap(), "2");
        assert!(!to.join("gone").exists() && !to.join("old").exists());
    }
}
