//! An empty window of the same Tauri: one page with one field. What it takes to start and to hold in memory is what no
//! window of ours can do without, so the figures of `cargo xtask bench counter` are held against it.

fn main() -> Result<(), tauri::Error> {
    tauri::Builder::default().run(tauri::generate_context!("examples/empty_window/tauri.conf.json"))
}
