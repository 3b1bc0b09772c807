/// What tells this machine from a copy of its disk elsewhere. Hashed: the operating system asks that its own number not
/// be shown to others, and this one stands in a file that may be copied.
pub(crate) fn name() -> String {
    match number() {
        Some(number) => journal::hash(format!("palika machine 1 {}", number.trim()).as_bytes()).short(),
        // Some containers have no number. Copies between such machines are then told apart by the mark's nonce alone.
        None => "unnamed".to_owned(),
    }
}

#[cfg(windows)]
fn number() -> Option<String> {
    let key = windows_registry::LOCAL_MACHINE.open("SOFTWARE\\Microsoft\\Cryptography").ok()?;
    key.get_string("MachineGuid").ok()
}

#[cfg(not(windows))]
fn number() -> Option<String> {
    ["/etc/machine-id", "/var/lib/dbus/machine-id"]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .find(|number| !number.trim().is_empty())
}
