//! Keys under which words one slip apart meet.

use domain::spelling;

/// The skeleton of a fold, and it with any one consonant left out where enough are left to tell words apart.
pub(super) fn near_keys(fold: &str) -> Vec<String> {
    let skeleton: Vec<char> = spelling::skeleton(fold).chars().collect();
    let mut keys = vec![skeleton.iter().collect::<String>()];
    if skeleton.len() >= 3 {
        for without in 0..skeleton.len() {
            let rest = skeleton.iter().enumerate().filter(|(n, _)| *n != without).map(|(_, c)| *c);
            keys.push(rest.collect());
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}
