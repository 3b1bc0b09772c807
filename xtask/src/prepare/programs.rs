//! Programs from crates.io that tests run beside what they test, built once into `programs` of cargo's target folder.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{process, progress};

/// A program of this version, with these features only.
struct Wanted {
    name: &'static str,
    version: &'static str,
    features: &'static str,
}

/// A store of objects that speaks S3.
const GARAGE: Wanted = Wanted { name: "garage", version: "2.5.0", features: "bundled-libs,sqlite" };
const BUILD_LIMIT: Duration = Duration::from_secs(1_800);

/// Makes sure that they are there. Costs some milliseconds where they are.
pub fn ensure(workspace: &Workspace) -> Result<()> {
    let Wanted { name, version, features } = GARAGE;
    let folder = workspace.target.join("programs");
    let program = folder.join("bin").join(name);
    if said_by(&program).is_some_and(|said| is_of(&said, version)) {
        return Ok(());
    }
    let built = folder.join("built");
    let mut cargo = workspace.cargo();
    // Not optimised: what is tested with it is ours, and it is built in a third of the time.
    cargo.args(["install", name, "--version", version, "--locked", "--force", "--profile", "dev"]);
    cargo.args(["--no-default-features", "--features", features, "--config", "profile.dev.debug=false"]);
    cargo.arg("--root").arg(&folder).arg("--target-dir").arg(&built).env_remove("CARGO_TARGET_DIR");
    let ran = progress::step(&format!("{name} {version} from crates.io"), || {
        process::captured(&mut cargo, BUILD_LIMIT)
    })?;
    if !ran.is_success() {
        bail!("{name} {version} could not be built: {}", ran.text().trim());
    }
    std::fs::remove_dir_all(built)?;
    match said_by(&program) {
        Some(said) if is_of(&said, version) => Ok(()),
        said => bail!("{} says {said:?}", program.display()),
    }
}

fn said_by(program: &std::path::Path) -> Option<String> {
    let output = std::process::Command::new(program).arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Beside the version stand a name, where it was built from, and features.
fn is_of(said: &str, version: &str) -> bool {
    said.split(|one: char| !one.is_ascii_digit() && one != '.').any(|word| word == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_itself_will_do() {
        assert!(is_of("garage cargo:2.5.0 [features: bundled-libs, sqlite]\n", "2.5.0"));
        assert!(!is_of("garage cargo:2.5.01", "2.5.0") && !is_of("", "2.5.0"));
    }
}
