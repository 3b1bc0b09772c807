//! A display without a screen, with a session bus and an unlocked keyring of its own: what the real window needs on
//! a machine where nobody sits. Nothing of the person's own keyring or caches is touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The smallest screen the window is drawn for, and no larger: what does not fit shows up in the pictures.
const SCREEN: &str = "-screen 0 1366x768x24 -nolisten tcp";

/// Unlocks a fresh keyring, then becomes the program. The daemon ends with the session bus.
const SESSION: &str =
    r#"printf 'counter\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" "$@""#;

/// A short-lived folder for the session's sockets, keyring and caches.
pub struct Home {
    folder: PathBuf,
}

impl Home {
    /// A fresh one. It lies in the system's temporary folder, as a socket's path may have no more than 107 bytes.
    pub fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("palika-session-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for part in ["runtime", "data", "cache", "config"] {
            fs::create_dir_all(folder.join(part))?;
        }
        private(&folder.join("runtime"))?;
        Ok(Self { folder })
    }

    fn part(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[cfg(unix)]
fn private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).context("the session's folder")
}

#[cfg(not(unix))]
fn private(_folder: &Path) -> Result<()> {
    anyhow::bail!("a virtual display is only known on Linux")
}

/// Whether a person could see a window.
pub fn has_screen() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The same command on a virtual display; arguments may still be added.
pub fn inside(command: &Command, home: &Home) -> Command {
    let mut outer = Command::new("xvfb-run");
    outer.args(["--auto-servernum", "--server-args", SCREEN]);
    outer.args(["dbus-run-session", "--", "sh", "-c", SESSION]);
    outer.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
    outer.env("XDG_RUNTIME_DIR", home.part("runtime"));
    outer.env("XDG_DATA_HOME", home.part("data"));
    outer.env("XDG_CACHE_HOME", home.part("cache"));
    outer.env("XDG_CONFIG_HOME", home.part("config"));
    outer
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::process;

    #[test]
    fn a_session_has_a_display_a_bus_and_an_open_keyring_and_leaves_nothing() {
        let home = Home::new().unwrap();
        let folder = home.folder.clone();
        let mut script = Command::new("sh");
        script.args(["-c", "echo $DISPLAY; echo $DBUS_SESSION_BUS_ADDRESS; ls $XDG_DATA_HOME/keyrings"]);
        let ran = process::captured(&mut inside(&script, &home), Duration::from_secs(60)).unwrap();
        assert!(ran.is_success(), "{}", ran.text());
        let lines: Vec<&str> = ran.stdout.lines().collect();
        assert!(lines[0].starts_with(':') && lines[1].starts_with("unix:"), "{}", ran.text());
        assert!(ran.stdout.contains("login.keyring"), "{}", ran.text());
        drop(home);
        assert!(!folder.exists());
    }
}
