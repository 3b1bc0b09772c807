use journal::Entropy;

/// Randomness of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperatingSystem;

impl Entropy for OperatingSystem {
    fn fill(&mut self, bytes: &mut [u8]) {
        #[allow(clippy::disallowed_methods, reason = "this crate is the source of randomness")]
        let filled = getrandom::fill(bytes);
        if filled.is_err() {
            // Keys made of zeros would be worse than no program: nothing that was durable is lost by ending here.
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let (one, two): ([u8; 32], [u8; 32]) =
            (journal::random(&mut OperatingSystem), journal::random(&mut OperatingSystem));
        assert_ne!(one, two);
        assert_ne!(one, [0; 32]);
    }
}
