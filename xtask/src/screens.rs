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
    fs::write(made.join("index.html"), whole_page(&ui)?)?;
    // The window shows the letters that paper prints: one set of fonts in the tree.
    copy_folder(&workspace.root.join("crates/paper/fonts"), &made.join("fonts"))?;
    replace_changed(&made, &ui.join("dist"))
}

/// The page with its styles and its own scripts written into it. Each that it had to ask for would be one more trip to
/// the shell before the first field can be drawn.
fn whole_page(ui: &Path) -> Result<String> {
    let page = fs::read_to_string(ui.join("index.html")).context("ui/index.html")?;
    let mut whole = String::new();
    for line in page.lines() {
        let written = |name: &str| fs::read_to_string(ui.join(name)).with_context(|| format!("ui/{name}"));
        let asked = line.trim();
        if let Some(style) = asked.strip_prefix("<link rel=\"stylesheet\" href=\"") {
            let name = style.strip_suffix("\" />").context("a style sheet's line in ui/index.html")?;
            whole += &format!("<style>\n{}</style>\n", written(name)?);
        } else if let Some((opening, name)) = asked.split_once(" src=\"") {
            let name = name.strip_suffix("\"></script>").context("a script's line in ui/index.html")?;
            whole += &format!("{opening}>\n{}</script>\n", written(name)?);
        } else {
            whole += &format!("{line}\n");
        }
    }
    Ok(whole)
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
    fn the_page_asks_for_no_style_and_no_script_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let line = |text: &str| format!("    {text}\n");
        let page = line("<link rel=\"stylesheet\" href=\"one.css\" />")
            + &line("<script type=\"module\" src=\"boot.js\"></script>")
            + &line("<p>पालिका</p>");
        fs::write(folder.path().join("index.html"), page).unwrap();
        assert!(whole_page(folder.path()).unwrap_err().to_string().contains("ui/one.css"));
        fs::write(folder.path().join("one.css"), "b { color: red }\n").unwrap();
        fs::write(folder.path().join("boot.js"), "go();\n").unwrap();
        assert_eq!(
            whole_page(folder.path()).unwrap(),
            "<style>\nb { color: red }\n</style>\n<script type=\"module\">\ngo();\n</script>\n    <p>पालिका</p>\n"
        );
    }

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
