//! Reads `tauri.conf.json` and the capabilities into the build.
fn main() {
    tauri_build::build();
}
