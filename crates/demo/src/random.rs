//! A small seeded generator. Randomness of the machine is never asked for: a demo town is a value of its seed.

/// SplitMix64: 64 bits of state, one multiplication a step, and, which matters more here, a good stream from *any*
/// seed. Every property gets its own stream, so property 417 is the same in a register of 500 and of 50,000.
pub(crate) struct Random(u64);

impl Random {
    /// The stream of one property.
    pub(crate) fn for_property(seed: u64, number: u32) -> Random {
        let mut mixer = Random(seed ^ 0x5061_6c69_6b61_2131);
        let start = mixer.next().wrapping_add(u64::from(number).wrapping_mul(0xD1B5_4A32_D192_ED03));
        let mut stream = Random(start);
        stream.next();
        stream
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where the bound is 0. The bias of the widening multiplication is below 2⁻³².
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let high = (self.next() >> 32).wrapping_mul(u64::from(bound)) >> 32;
        u32::try_from(high).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True in `percent` of a hundred.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of a list; `None` only where the list is empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(usize::try_from(self.below(u32::try_from(list.len()).unwrap_or(u32::MAX))).unwrap_or(0))
    }

    /// The position of the weight that was drawn.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        for (position, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return position;
            }
            rest -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_fill_their_range_evenly() {
        let mut random = Random::for_property(1, 1);
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[random.below(6) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
        assert_eq!(random.below(0), 0);
        assert!((0..1_000).all(|_| (3..=5).contains(&random.between(3, 5))));
    }

    #[test]
    fn neighbours_do_not_resemble_each_other() {
        let firsts: std::collections::BTreeSet<u64> =
            (0..10_000).map(|number| Random::for_property(7, number).next()).collect();
        assert_eq!(firsts.len(), 10_000);
        assert_ne!(Random::for_property(7, 1).next(), Random::for_property(8, 1).next());
    }

    #[test]
    fn weights_are_respected() {
        let mut random = Random::for_property(3, 3);
        let drawn: Vec<usize> = (0..10_000).map(|_| random.weighted(&[1, 0, 3])).collect();
        assert_eq!(drawn.iter().filter(|position| **position == 1).count(), 0);
        let last = drawn.iter().filter(|position| **position == 2).count();
        assert!((7_300..7_700).contains(&last), "{last}");
    }
}
