//! Properties every demo register holds at a fixed number, so that walkthroughs and the window's tests can name them.

use domain::Bilingual;

/// A property whose owner is the same whatever the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landmark {
    /// The running number in the property id.
    pub number: u32,
    /// The owner in Devanagari.
    pub owner_hindi: &'static str,
    /// The owner in Latin script.
    pub owner_english: &'static str,
    /// Father or husband in Devanagari.
    pub guardian_hindi: &'static str,
    /// Father or husband in Latin script.
    pub guardian_english: &'static str,
}

/// What a clerk types to find [`UNIQUE`]: six letters.
pub const UNIQUE_TYPED_ENGLISH: &str = "digamb";
/// The same in Devanagari: six code points.
pub const UNIQUE_TYPED_HINDI: &str = "दिगम्ब";
/// What a clerk types to meet the two [`TIED`] owners: six letters.
pub const TIED_TYPED_ENGLISH: &str = "tejpal";
/// The same in Devanagari: six code points.
pub const TIED_TYPED_HINDI: &str = "तेजपाल";

/// The only owner whose name begins with [`UNIQUE_TYPED_ENGLISH`]; no other name of the register has a word that does.
/// Has dues of at least the current year.
pub const UNIQUE: Landmark = Landmark {
    number: 123,
    owner_hindi: "दिगम्बर सिंह फर्स्वाण",
    owner_english: "Digamber Singh Farswan",
    guardian_hindi: "त्रिलोक सिंह फर्स्वाण",
    guardian_english: "Trilok Singh Farswan",
};

/// Two people of one name, and no third: Enter must not choose between them. Both have dues.
pub const TIED: [Landmark; 2] = [
    Landmark {
        number: 217,
        owner_hindi: "तेजपाल सिंह बिष्ट",
        owner_english: "Tejpal Singh Bisht",
        guardian_hindi: "गोपाल सिंह बिष्ट",
        guardian_english: "Gopal Singh Bisht",
    },
    Landmark {
        number: 391,
        owner_hindi: "तेजपाल सिंह बिष्ट",
        owner_english: "Tejpal Singh Bisht",
        guardian_hindi: "हयात सिंह बिष्ट",
        guardian_english: "Hayat Singh Bisht",
    },
];

impl Landmark {
    /// The landmark at a running number.
    pub fn at(number: u32) -> Option<&'static Landmark> {
        [&UNIQUE, &TIED[0], &TIED[1]].into_iter().find(|landmark| landmark.number == number)
    }

    /// The owner in both scripts.
    pub fn owner(&self) -> Bilingual {
        Bilingual::new(self.owner_hindi, self.owner_english)
    }

    /// Father or husband in both scripts.
    pub fn guardian(&self) -> Bilingual {
        Bilingual::new(self.guardian_hindi, self.guardian_english)
    }
}
