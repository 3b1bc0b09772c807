//! The Rust standard library for a target rustup did not bring: asked of rustup, else built once from its sources,
//! as Rust's own bootstrap does, and laid where rustup would have laid it. Every later cargo call is the ordinary one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::debian_source;
use crate::workspace::Workspace;
use crate::{process, progress};

/// rustup asks a server that may not answer; past this the sources are the quicker way.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);
/// A build of the standard library takes 32–68 s on two idle cores.
const BUILD_LIMIT: Duration = Duration::from_secs(1800);
/// Names an archive of the library's sources, for machines with no other way to them.
const SOURCE_VARIABLE: &str = "RUST_STD_SOURCE";

/// Makes sure the active toolchain has the standard library of `target`.
pub fn ensure(workspace: &Workspace, target: &str, from_source: bool) -> Result<()> {
    let rustc = Rustc::active(workspace, target)?;
    if rustc.has_std() {
        return Ok(());
    }
    let mut tried = Vec::new();
    if !from_source {
        match ask_rustup(target) {
            Ok(()) if rustc.has_std() => return Ok(()),
            Ok(()) => tried.push("rustup target add: said yes, but brought nothing".to_owned()),
            Err(error) => tried.push(format!("rustup target add: {error:#}")),
        }
    }
    let work = workspace.target.join(format!("std-{}-{target}", rustc.release));
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work)?;
    let sources =
        find_sources(&rustc, &work, &mut tried).with_context(|| nothing_found(&rustc, target, &tried))?;
    progress::step(&format!("building Rust's standard library for {target}, once"), || {
        build(&rustc, &sources, &work, target)
    })?;
    install(&rustc, &work.join("target").join(target).join("release/deps"))?;
    fs::remove_dir_all(&work)?;
    progress::done(&format!("standard library for {target} in {}", rustc.target_libraries.display()));
    Ok(())
}

/// The compiler that cargo will use.
struct Rustc {
    release: String,
    sysroot: PathBuf,
    target_libraries: PathBuf,
}

impl Rustc {
    fn active(workspace: &Workspace, target: &str) -> Result<Self> {
        let ask = |arguments: &[&str]| {
            let mut rustc = Command::new("rustc");
            process::stdout_of(rustc.current_dir(&workspace.root).args(arguments))
        };
        let version = ask(&["-vV"])?;
        let release = version.lines().find_map(|line| line.strip_prefix("release: "));
        Ok(Self {
            release: release.context("rustc -vV names no release")?.to_owned(),
            sysroot: PathBuf::from(ask(&["--print", "sysroot"])?.trim()),
            target_libraries: PathBuf::from(ask(&["--print", "target-libdir", "--target", target])?.trim()),
        })
    }

    fn has_std(&self) -> bool {
        let Ok(entries) = fs::read_dir(&self.target_libraries) else { return false };
        entries.filter_map(Result::ok).any(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    }
}

fn ask_rustup(target: &str) -> Result<()> {
    if !process::exists("rustup") {
        bail!("there is no rustup");
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", target]);
    let label = format!("rustup target add {target}");
    let asked = progress::step(&label, || process::captured(&mut rustup, RUSTUP_LIMIT))?;
    if !asked.is_success() {
        bail!("{}", asked.text().trim());
    }
    Ok(())
}

/// The `library` folder of exactly this compiler's release.
fn find_sources(rustc: &Rustc, work: &Path, tried: &mut Vec<String>) -> Result<PathBuf> {
    let beside = rustc.sysroot.join("lib/rustlib/src/rust/library");
    if is_library(&beside) {
        return Ok(beside);
    }
    tried.push("rustup's rust-src: not installed".to_owned());
    let unpacked = work.join("library");
    match named_archive(rustc, &unpacked) {
        Ok(()) => return Ok(unpacked),
        Err(error) => tried.push(format!("{SOURCE_VARIABLE}: {error:#}")),
    }
    match debian_source::unpack(&rustc.release, work) {
        Ok(()) if is_library(&unpacked) => return Ok(unpacked),
        Ok(()) => tried.push("Debian's rust-src: holds no library".to_owned()),
        Err(error) => tried.push(format!("Debian's rust-src: {error:#}")),
    }
    bail!("no sources of the standard library")
}

fn is_library(folder: &Path) -> bool {
    folder.join("std/Cargo.toml").is_file() && folder.join("sysroot/Cargo.toml").is_file()
}

fn named_archive(rustc: &Rustc, unpacked: &Path) -> Result<()> {
    let archive = std::env::var_os(SOURCE_VARIABLE).map(PathBuf::from).context("not set")?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    // A library of another release compiles with luck and misbehaves later.
    if !name.contains(&rustc.release) {
        bail!("{} does not carry {} in its name", archive.display(), rustc.release);
    }
    fs::create_dir_all(unpacked)?;
    process::shown(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(unpacked))?;
    if !is_library(unpacked) {
        fs::remove_dir_all(unpacked)?;
        bail!("{} holds no std and sysroot at its top", archive.display());
    }
    Ok(())
}

/// A throw-away package that depends on the library by path: building inside `library/` itself fails, since its
/// workspace wants crates that a packaged source leaves out.
fn build(rustc: &Rustc, sources: &Path, work: &Path, target: &str) -> Result<()> {
    let package = work.join("package");
    fs::create_dir_all(package.join("src"))?;
    fs::write(package.join("src/lib.rs"), "")?;
    fs::write(package.join("Cargo.toml"), manifest(sources))?;
    fs::copy(sources.join("Cargo.lock"), package.join("Cargo.lock"))?;

    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(&package)
        .args(["build", "--release", "--target", target])
        .args(["-p", "std", "-p", "panic_abort", "-p", "proc_macro", "-p", "test"])
        .env("RUSTC_BOOTSTRAP", "1")
        // The same metadata hash as the official builds: rlibs of one toolchain must not be mistaken for another's.
        .env("__CARGO_DEFAULT_LIB_METADATA", "stablestd")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", work.join("target"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER");
    let vendored = sources.join("vendor");
    if vendored.is_dir() {
        cargo.args(["--offline", "--config", "source.crates-io.replace-with='vendored'", "--config"]);
        cargo.arg(format!("source.vendored.directory='{}'", vendored.display()));
    }
    let built = process::captured(&mut cargo, BUILD_LIMIT)?;
    if !built.is_success() {
        bail!(
            "building the standard library of Rust {} for {target} failed:\n{}",
            rustc.release,
            built.text()
        );
    }
    Ok(())
}

fn manifest(sources: &Path) -> String {
    let path = |folder: &str| sources.join(folder).display().to_string();
    format!(
        "[package]\nname = \"std-for-target\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\nsysroot = {{ path = '{}', features = [\"panic-unwind\", \"backtrace\"] }}\n\
         [profile.release]\ncodegen-units = 1\n[profile.release.package.compiler_builtins]\ncodegen-units = 10000\n\
         [patch.crates-io]\n\
         rustc-std-workspace-core = {{ path = '{}' }}\n\
         rustc-std-workspace-alloc = {{ path = '{}' }}\n\
         rustc-std-workspace-std = {{ path = '{}' }}\n",
        path("sysroot"),
        path("rustc-std-workspace-core"),
        path("rustc-std-workspace-alloc"),
        path("rustc-std-workspace-std"),
    )
}

fn install(rustc: &Rustc, built: &Path) -> Result<()> {
    let to = &rustc.target_libraries;
    let cannot = || {
        format!("{} cannot be written: use rustup's toolchain, or run this once as its owner", to.display())
    };
    fs::create_dir_all(to).with_context(cannot)?;
    let entries = fs::read_dir(built)?.collect::<Result<Vec<_>, _>>()?;
    let mut libraries: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    libraries.retain(|path| path.extension().is_some_and(|extension| extension == "rlib"));
    // std last: `has_std` looks for it, so a copy that breaks off is made again.
    libraries.sort_by_key(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libstd-"))
    });
    for library in libraries {
        fs::copy(&library, to.join(library.file_name().unwrap_or_default())).with_context(cannot)?;
    }
    Ok(())
}

fn nothing_found(rustc: &Rustc, target: &str, tried: &[String]) -> String {
    format!(
        "the screens need Rust's standard library for {target}, and none was to be had. Tried:\n  {}\n\
         Any one of these helps: a line to Rust's server; `rustup component add rust-src`; Debian's rust-src {}; or \
         {SOURCE_VARIABLE} naming an archive of that release's library folder",
        tried.join("\n  "),
        rustc.release
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_known_by_std_and_sysroot() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_library(folder.path()));
        for part in ["std", "sysroot"] {
            fs::create_dir(folder.path().join(part)).unwrap();
            fs::write(folder.path().join(part).join("Cargo.toml"), "").unwrap();
        }
        assert!(is_library(folder.path()));
    }

    #[test]
    fn when_nothing_is_found_every_attempt_is_named() {
        let rustc = Rustc { release: "1.2.3".into(), sysroot: "".into(), target_libraries: "".into() };
        let text = nothing_found(&rustc, "some-target", &["one: no".into(), "two: no".into()]);
        for part in ["some-target", "one: no", "two: no", "1.2.3", SOURCE_VARIABLE] {
            assert!(text.contains(part), "{text}");
        }
    }
}
