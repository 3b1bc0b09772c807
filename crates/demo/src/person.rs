//! Who owns the house: a name in both scripts, put together the way each community of the state does it.

use crate::names::{Name, given, surnames};
use crate::random::Random;
use domain::Bilingual;

/// An owner and the father or husband the register names them by.
pub(crate) struct Person {
    pub(crate) owner: Bilingual,
    pub(crate) guardian: Bilingual,
}

#[derive(Clone, Copy)]
enum Community {
    HillRajput,
    HillBrahmin,
    HillArtisan,
    Plains,
    Bhotia,
    Muslim,
    Sikh,
}

const COMMUNITIES: [(Community, u32); 7] = [
    (Community::HillRajput, 34),
    (Community::HillBrahmin, 24),
    (Community::HillArtisan, 11),
    (Community::Plains, 15),
    (Community::Bhotia, 2),
    (Community::Muslim, 10),
    (Community::Sikh, 4),
];

/// A name being put together. Both scripts grow word by word, so neither can lag behind.
#[derive(Default)]
struct Words(Bilingual);

impl Words {
    fn push(&mut self, hindi: &str, english: &str) {
        for (text, word) in [(&mut self.0.hindi, hindi), (&mut self.0.english, english)] {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
    }

    /// The usual Latin spelling four times out of five, as a register typed over decades has it.
    fn push_name(&mut self, random: &mut Random, list: &[Name]) {
        if let Some(name) = random.pick(list) {
            let other = random.chance(20).then(|| random.pick(name.also)).flatten();
            self.push(name.hindi, other.copied().unwrap_or(name.english));
        }
    }
}

/// The surname once drawn, so that a father carries his child's.
struct Family {
    community: Community,
    surname: Bilingual,
}

impl Family {
    fn draw(random: &mut Random) -> Family {
        let weights = COMMUNITIES.map(|(_, weight)| weight);
        let community = COMMUNITIES
            .get(random.weighted(&weights))
            .map_or(Community::HillRajput, |(community, _)| *community);
        let mut surname = Words::default();
        surname.push_name(
            random,
            match community {
                Community::HillRajput => surnames::HILL_RAJPUT,
                Community::HillBrahmin => surnames::HILL_BRAHMIN,
                Community::HillArtisan => surnames::HILL_ARTISAN,
                Community::Plains => surnames::PLAINS,
                Community::Bhotia => surnames::BHOTIA,
                Community::Muslim => surnames::MUSLIM,
                Community::Sikh => surnames::SIKH,
            },
        );
        Family { community, surname: surname.0 }
    }

    fn man(&self, random: &mut Random) -> Bilingual {
        let mut words = Words::default();
        match self.community {
            Community::HillRajput | Community::Bhotia => {
                words.push_name(random, given::MEN);
                if random.chance(85) {
                    words.push("सिंह", "Singh");
                }
            }
            Community::HillBrahmin | Community::HillArtisan | Community::Plains => {
                words.push_name(random, given::MEN);
                match random.weighted(&[30, 12, 6, 6, 46]) {
                    0 => words.push("चन्द्र", "Chandra"),
                    1 => words.push("कुमार", "Kumar"),
                    2 => words.push("दत्त", "Dutt"),
                    3 => words.push("प्रसाद", "Prasad"),
                    _ => {}
                }
            }
            Community::Muslim => {
                if random.chance(40) {
                    words.push("मोहम्मद", if random.chance(50) { "Mohd" } else { "Mohammad" });
                }
                words.push_name(random, given::MUSLIM_MEN);
            }
            Community::Sikh => {
                words.push_name(random, given::SIKHS);
                words.push("सिंह", "Singh");
            }
        }
        if random.chance(if matches!(self.community, Community::Sikh) { 60 } else { 94 }) {
            words.push(&self.surname.hindi, &self.surname.english);
        }
        words.0
    }

    fn woman(&self, random: &mut Random) -> Bilingual {
        let mut words = Words::default();
        match self.community {
            Community::Muslim => {
                words.push_name(random, given::MUSLIM_WOMEN);
                match random.below(4) {
                    0 => words.push("बेगम", "Begum"),
                    1 => words.push("खातून", "Khatoon"),
                    2 => words.push("परवीन", "Parveen"),
                    _ => words.push(&self.surname.hindi, &self.surname.english),
                }
            }
            Community::Sikh => {
                words.push_name(random, given::SIKHS);
                words.push("कौर", "Kaur");
                if random.chance(40) {
                    words.push(&self.surname.hindi, &self.surname.english);
                }
            }
            _ => {
                if random.chance(8) {
                    words.push("श्रीमती", "Smt.");
                }
                words.push_name(random, given::WOMEN);
                if random.chance(45) {
                    words.push("देवी", "Devi");
                } else {
                    words.push(&self.surname.hindi, &self.surname.english);
                }
            }
        }
        words.0
    }
}

/// Draws an owner; a third are women, two in a hundred own together with others.
pub(crate) fn draw(random: &mut Random) -> Person {
    let family = Family::draw(random);
    let mut owner = if random.chance(34) { family.woman(random) } else { family.man(random) };
    if random.chance(2) {
        owner.hindi.push_str(" व अन्य");
        owner.english.push_str(" and others");
    }
    Person { owner, guardian: family.man(random) }
}

/// Draws a shop, school, temple or trust: owners without a father.
pub(crate) fn draw_institution(random: &mut Random) -> Bilingual {
    const KINDS: [(&str, &str); 10] = [
        ("जनरल स्टोर", "General Store"),
        ("ट्रेडर्स", "Traders"),
        ("मेडिकल स्टोर", "Medical Store"),
        ("मिष्ठान्न भण्डार", "Mishthan Bhandar"),
        ("वस्त्र भण्डार", "Vastra Bhandar"),
        ("होटल", "Hotel"),
        ("पब्लिक स्कूल", "Public School"),
        ("मोटर्स", "Motors"),
        ("मन्दिर समिति", "Mandir Samiti"),
        ("धर्मशाला", "Dharamshala"),
    ];
    let mut words = Words::default();
    let list = if random.chance(50) { given::MEN } else { surnames::HILL_RAJPUT };
    words.push_name(random, list);
    if let Some((hindi, english)) = random.pick(&KINDS) {
        words.push(hindi, english);
    }
    words.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn both_scripts_have_the_same_number_of_words() {
        for number in 0..20_000 {
            let person = draw(&mut Random::for_property(11, number));
            for name in [&person.owner, &person.guardian] {
                let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).count();
                // "चन्द्रशेखर" is one word in Hindi and, for half the families, two in Latin.
                assert!(words(&name.english).abs_diff(words(&name.hindi)) <= 1, "{name:?}");
                assert!(words(&name.hindi) >= 1, "{name:?}");
            }
        }
    }

    #[test]
    fn some_people_share_a_name_and_most_do_not() {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for number in 0..50_000 {
            *counts.entry(draw(&mut Random::for_property(5, number)).owner.english).or_default() += 1;
        }
        let alone = counts.values().filter(|count| **count == 1).count();
        assert!(alone > 10_000, "{alone} names stand alone");
        assert!(counts.values().any(|count| *count >= 5));
        assert!(counts.values().all(|count| *count < 300), "{:?}", counts.iter().max_by_key(|(_, c)| **c));
    }
}
