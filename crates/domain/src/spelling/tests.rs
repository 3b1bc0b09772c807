//! Spellings as met on paper, each line one name.

use super::*;
use proptest::prelude::*;

/// Every spelling of a line has a fold in common with the first.
const SAME: [&str; 74] = [
    "चौधरी Chaudhary Choudhary Chaudhry Choudhry Chowdhary Chaudhari Chaudhuri",
    "लक्ष्मी Laxmi Lakshmi Lakshmy Luxmi",
    "विजय Vijay Bijay Vijai Wijay",
    "सिंह Singh Sing सिंघ",
    "मोहम्मद Mohammad Mohamad Muhammad मुहम्मद Mohd Md मो० मो.",
    "गढ़वाली Garhwali Gadhwali Gadwali Garwali",
    "कुमाऊँनी Kumaoni Kumauni कुमाउनी",
    "पहाड़ी Pahari Pahadi",
    "बिष्ट Bisht Bist बिश्ट Vishta",
    "नेगी Negi Neghi",
    "रावत Rawat Ravat Raawat Rabat",
    "उनियाल Uniyal Uniyaal",
    "जोशी Joshi Josi Joshee Zoshi",
    "पंत Pant पन्त Panth",
    "कांडपाल Kandpal काण्डपाल Kaandpal कंडपाल",
    "भट्ट Bhatt Bhat Bhutt",
    "पाण्डे Pandey Pande पांडेय पाण्डेय Paande",
    "तिवारी Tiwari Tewari Tivari Tewary",
    "नौटियाल Nautiyal Notiyal Nautiyaal",
    "डोभाल Dobhal Dobal",
    "थपलियाल Thapliyal Thapaliyal",
    "घिल्डियाल Ghildiyal Gildiyal",
    "ध्यानी Dhyani Dhiani",
    "खण्डूड़ी Khanduri Khandudi Khandoori",
    "रतूड़ी Raturi Ratudi Ratoori",
    "फर्त्याल Fartyal Phartiyal",
    "गुसाईं Gusain Gusai Gosain",
    "पंवार Panwar Pawar",
    "चौहान Chauhan Chouhan Chohan",
    "उपाध्याय Upadhyay Upadhyaya Upadhyaye",
    "श्रीवास्तव Srivastava Shrivastava Srivastav",
    "अग्रवाल Agrawal Agraval",
    "कुरैशी Qureshi Kureshi Quraishi",
    "सिद्दीकी Siddiqui Siddiqi Sidiki",
    "अंसारी Ansari Ansaari",
    "हुसैन Hussain Husain Hussein",
    "शेख Sheikh Shaikh Shekh",
    "फातिमा Fatima Phatima फ़ातिमा",
    "जाकिर Zakir Jakir ज़ाकिर",
    "गीता Geeta Gita",
    "पूनम Poonam Punam",
    "सुनीता Sunita Suneeta",
    "कौशल्या Kaushalya Kausalya Koshalya",
    "कृष्ण Krishna Krishn Krisna कृष्णा",
    "ज्ञान Gyan Jnana Dnyan",
    "क्षितिज Kshitij Xitij",
    "चन्द्र Chandra Chandr चंद्र",
    "राजेन्द्र Rajendra राजेंद्र Rajindra",
    "महेश Mahesh Mahesha",
    "बहादुर Bahadur Bahadoor",
    "हरीश Harish Hareesh",
    "सुरेश Suresh Sureesh",
    "दिनेश Dinesh Deenesh",
    "प्रकाश Prakash Prakaash",
    "मुकेश Mukesh Mookesh",
    "ओम Om Aum",
    "जय Jai Jay",
    "यशोदा Yashoda Yasoda",
    "यादव Yadav Yadava Yaadav",
    "ईश्वर Ishwar Ishvar Eshwar",
    "स्वामी Swami Swamy Svami",
    "व्यास Vyas Byas Viyas",
    "आर्य Arya Aarya Aria",
    "अरोड़ा Arora Aroda",
    "शाह Shah Shaah",
    "साह Sah Saah",
    "मेहरा Mehra Mehera",
    "मेहता Mehta",
    "ठाकुर Thakur Thakoor Takur",
    "राणा Rana Raana",
    "झा Jha Jhaa",
    "छाया Chhaya Chaya",
    "धर्मेन्द्र Dharmendra Dharmender Dharmendar",
    "कॉलोनी Colony Koloni",
];

/// In these lines the later spellings lie near the first, not on it: the vowel or a consonant differs to the ear.
const NEAR: [&str; 12] = [
    "Gusai",
    "Gosain",
    "Vishta",
    "Panwar",
    "Dharmender",
    "Dharmendar",
    "Luxmi",
    "Bhutt",
    "Chaudhuri",
    "Uniyaal",
    "Pawar",
    "Mehera",
];

fn key(word: &str) -> String {
    tokens(word).first().map(|token| token.plain.clone()).unwrap_or_default()
}

#[test]
fn one_name_in_its_spellings_is_one_sound() {
    let mut differing = Vec::new();
    for line in SAME {
        let words: Vec<&str> = line.split(' ').collect();
        let first = folds(&key(words[0]));
        for word in &words[1..] {
            let same = folds(&key(word)).iter().any(|fold| first.contains(fold));
            if !same {
                let nearest =
                    folds(&key(word)).iter().map(|fold| distance(fold, &first[0])).min().unwrap_or(99);
                differing.push((*word, folds(&key(word)), first.clone(), nearest));
                assert!(
                    nearest <= DISTANCE_PER_CONSONANT,
                    "{word} {:?} is far from {} {first:?}",
                    folds(&key(word)),
                    words[0]
                );
            }
        }
    }
    let unexpected: Vec<_> = differing.iter().filter(|(word, ..)| !NEAR.contains(word)).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

#[test]
fn different_names_stay_apart() {
    for (a, b) in [("Ram", "Roma"), ("नेगी", "नागी"), ("Mohan", "Mahan"), ("Joshi", "Jasi"), ("Bora", "Bohra")]
    {
        assert_ne!(fold_word(a), fold_word(b), "{a} {b}");
    }
}

#[test]
fn plain_keys_forget_only_what_nobody_means() {
    for (a, b) in [
        ("पन्त", "पंत"),
        ("कुँवर", "कुंवर"),
        ("ज़फ़र", "जफर"),
        ("RAM", "ram"),
        ("Rāma", "rama"),
        ("क्\u{200d}ष", "क्ष"),
        ("Ｒａｍ", "ram"),
    ] {
        assert_eq!(plain(a), plain(b), "{a} {b}");
    }
    for (a, b) in [("गढ़वाल", "गढवाल"), ("राम", "रम"), ("laxmi", "lakshmi"), ("जन्म", "जंम")]
    {
        assert_ne!(plain(a), plain(b), "{a} {b}");
    }
}

#[test]
fn the_fine_key_ranks_within_a_fold() {
    assert_eq!(fine("विजय"), fine("Vijay"));
    assert_ne!(fine("विजय"), fine("Bijay"));
    assert_eq!(fold_word("विजय"), fold_word("Bijay"));
}

#[test]
fn a_name_being_typed_is_the_beginning_of_the_name() {
    let mut all = 0_u32;
    let mut kept = 0_u32;
    for line in SAME {
        for word in line.split(' ') {
            let whole = folds(word);
            let letters: Vec<char> = word.chars().collect();
            for end in 1..=letters.len() {
                let typed: String = letters[..end].iter().collect();
                all += 1;
                kept += u32::from(
                    query_folds(&typed, true)
                        .iter()
                        .any(|typed| whole.iter().any(|fold| fold.starts_with(typed))),
                );
            }
        }
    }
    assert!(all > 1_200 && kept * 100 >= all * 97, "{kept} of {all}");
}

#[test]
fn texts_fall_into_words_and_numbers() {
    let plain = |text: &str| tokens(text).into_iter().map(|token| token.plain).collect::<Vec<_>>().join(" ");
    assert_eq!(plain("PT-248459-000123"), "pt-248459-000123");
    assert_eq!(plain("मकान नं० १२/३-ब"), "मकान नं 12-3-ब");
    assert_eq!(plain("Smt. Kamla Devi W/o Late Ram-Singh"), "smt kamla devi late ram singh");
    assert_eq!(plain("Gali No.-3"), "gali no-3");
    assert_eq!(plain("Line16 Block"), "line 16 block");
    assert_eq!(plain("Mohd. Ali"), "mohammad ali");
    assert_eq!(plain("  🙂 \u{202e} ... "), "");
    assert!(tokens("श्रीमती").iter().all(|token| is_title(&token.plain)));
    assert!(tokens(&"अ ".repeat(5_000)).len() == WORDS_MAX);
    assert!(plain(&"क".repeat(5_000)).chars().count() <= WORD_CHARACTERS_MAX);
}

#[test]
fn distances_weigh_what_people_slip_on() {
    let (rajendra, rajender) = (fold_word("Rajendra"), fold_word("Rajender"));
    assert!(distance(&rajendra, &rajender) < DISTANCE_PER_CONSONANT);
    assert_eq!(distance("rmis", "rims"), DISTANCE_PER_CONSONANT.min(4));
    assert_eq!(distance("", "rm"), 7);
    assert_eq!(prefix_distance("rm", "rmis"), 0);
    assert_eq!(distance("rm", "rm"), 0);
}

/// [`distance`] by its definition: the cheapest way from one word to the other, tried from the ends.
fn cheapest(typed: &[char], recorded: &[char]) -> u32 {
    let one = |letter: char| distance(&letter.to_string(), "");
    match (typed, recorded) {
        (rest, []) | ([], rest) => rest.iter().map(|letter| one(*letter)).sum(),
        ([typed_rest @ .., t], [recorded_rest @ .., r]) => {
            let changed = match t == r {
                true => 0,
                false => super::distance::change(*t, *r),
            };
            let mut best = (cheapest(typed_rest, recorded_rest) + changed)
                .min(cheapest(typed_rest, recorded) + one(*t))
                .min(cheapest(typed, recorded_rest) + one(*r));
            if let ([typed_rest @ .., t2], [recorded_rest @ .., r2]) = (typed_rest, recorded_rest)
                && (t2, t) == (r, r2)
            {
                best = best.min(cheapest(typed_rest, recorded_rest) + DISTANCE_PER_CONSONANT);
            }
            best
        }
    }
}

#[test]
fn a_distance_is_the_cheapest_way() {
    let words = ["", "r", "rm", "mr", "rmis", "rims", "sinh", "singh", "rajndr", "rajidr", "nabat"];
    for typed in words {
        for recorded in words {
            let (t, r): (Vec<char>, Vec<char>) = (typed.chars().collect(), recorded.chars().collect());
            assert_eq!(distance(typed, recorded), cheapest(&t, &r), "{typed} {recorded}");
            let begun = (0..=r.len()).map(|end| cheapest(&t, r.get(..end).unwrap_or_default())).min();
            assert_eq!(Some(prefix_distance(typed, recorded)), begun, "{typed} {recorded}");
        }
    }
}

proptest! {
    #[test]
    fn keys_take_any_text(word in any::<String>(), typed in any::<bool>()) {
        let fold = fold_word(&word);
        prop_assert_eq!(&fold_word(&fold), &fold);
        prop_assert_eq!(plain(&plain(&word)), plain(&word));
        prop_assert!(folds(&word).contains(&fold));
        prop_assert!(fold.chars().count() <= 2 * WORD_CHARACTERS_MAX);
        query_folds(&word, typed);
        skeleton(&fold);
        tokens(&word);
    }

    #[test]
    fn keys_take_words_of_both_scripts(word in "[a-zA-Z\u{900}-\u{97f}\u{200c}\u{200d}.०-९ -]{0,30}", other in "[a-z\u{905}-\u{94d}]{0,9}") {
        for token in tokens(&word) {
            let fold = fold_word(&token.plain);
            prop_assert_eq!(&fold_word(&fold), &fold);
            prop_assert!(token.is_number || plain(&token.plain) == token.plain);
        }
        prop_assert_eq!(distance(&word, &other), distance(&other, &word));
        prop_assert!(prefix_distance(&word, &other) <= distance(&word, &other));
    }
}
