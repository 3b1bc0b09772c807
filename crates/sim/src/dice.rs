//! The only source of chance: the same seed throws the same numbers on every machine, for ever.

/// A seeded generator (xoshiro256\*\*, seeded through splitmix64).
///
/// Written out rather than taken from a crate, because a seed printed by a failing run two years ago must
/// still replay after every dependency was updated.
#[derive(Clone, Debug)]
pub struct Dice {
    state: [u64; 4],
}

/// One step of splitmix64; also a good mixer of a single word.
pub(crate) fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

impl Dice {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        let first = mix(seed);
        let second = mix(first);
        let third = mix(second);
        Self { state: [first, second, third, mix(third)] }
    }

    /// An independent generator for a named part, so that more throws in one part of the world do not
    /// change what happens in another.
    pub fn fork(&self, label: &str) -> Self {
        let [first, second, third, fourth] = self.state;
        let base = mix(first ^ second.rotate_left(16) ^ third.rotate_left(32) ^ fourth.rotate_left(48));
        Self::new(label.bytes().fold(base, |hash, byte| mix(hash ^ u64::from(byte))))
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.state;
        let result = s1.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (s2, s3) = (s2 ^ s0, s3 ^ s1);
        self.state = [s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), s3.rotate_left(45)];
        result
    }

    /// A number in `0..bound`; 0 when the bound is 0.
    ///
    /// The bias of the multiplication is below 2⁻⁴⁰ for the bounds used here (under 2²⁴).
    pub fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next_u64()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// A number in `0..bound` as an index; 0 when the bound is 0.
    pub fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(u64::try_from(bound).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    /// True `numerator` times in `denominator`.
    pub fn chance(&mut self, numerator: u64, denominator: u64) -> bool {
        self.below(denominator) < numerator
    }

    /// One of the choices; `None` of an empty list.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let index = self.index(choices.len());
        choices.get(index)
    }

    /// Puts the list into a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.index(last + 1));
        }
    }

    /// Fills a buffer.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let word = self.next_u64().to_le_bytes();
            for (target, source) in chunk.iter_mut().zip(word) {
                *target = source;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    /// The reference implementation of xoshiro256** gives these words from the state 1, 2, 3, 4.
    #[test]
    fn agrees_with_the_published_generator() {
        let mut dice = Dice { state: [1, 2, 3, 4] };
        let words: Vec<u64> = (0..4).map(|_| dice.next_u64()).collect();
        assert_eq!(words, [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn bounds_hold_and_forks_differ() {
        let mut dice = Dice::new(7);
        let mut seen = [0_u32; 10];
        for _ in 0..10_000 {
            seen[dice.index(10)] += 1;
        }
        assert!(seen.iter().all(|&count| (850..1_150).contains(&count)), "{seen:?}");
        assert_ne!(dice.fork("disk").next_u64(), dice.fork("network").next_u64());
        assert_eq!(dice.fork("disk").next_u64(), dice.fork("disk").next_u64());
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), None);
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut list: Vec<u32> = (0..50).collect();
        Dice::new(1).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
