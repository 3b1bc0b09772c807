//! A street of people, asked for as clerks ask.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

use super::*;
use domain::register::Property;
use proptest::prelude::*;
use sqlx::Connection as _;

/// Key, owner, owner in Latin, father, door, locality, mobile.
type Row = (i64, &'static str, &'static str, &'static str, &'static str, [&'static str; 2], &'static str);

const STREET: [Row; 13] = [
    (1, "राम प्रसाद शर्मा", "", "हरि शर्मा", "12/3", ["Gandhi Nagar", "गांधी नगर"], "9876543210"),
    (2, "", "Ramesh Choudhry", "Mohan Choudhry", "12/30", ["Gandhi Nagar", "गांधी नगर"], "9876500000"),
    (3, "रमेश चौधरी", "", "सोहन चौधरी", "14", ["Talli Bamori", "तल्ली बमौरी"], "8006543210"),
    (4, "लक्ष्मी बिष्ट", "Laxmi Bisht", "Gopal Bisht", "7-B", ["Talli Bamori", "तल्ली बमौरी"], ""),
    (5, "", "Vijay Singh Negi", "Dan Singh", "101", ["Line No.-16", "लाइन नं 16"], ""),
    (6, "मो० आरिफ", "Mohd Arif", "मो० सलीम", "5", ["Gandhi Nagar", "गांधी नगर"], ""),
    (7, "श्रीमती कमला देवी", "", "स्व. बिशन सिंह", "6", ["Ranibagh", "रानीबाग"], ""),
    (8, "गोविन्द बल्लभ पन्त", "", "मनोरथ पन्त", "1", ["Ranibagh", "रानीबाग"], ""),
    (9, "", "Rajender Singh Khanduri", "", "2", ["Ranibagh", "रानीबाग"], ""),
    (10, "", "Suresh Kandpal", "", "3", ["Ranibagh", "रानीबाग"], ""),
    (11, "सुरेश चन्द्र", "", "", "4", ["Kandpal Colony", "कांडपाल कॉलोनी"], ""),
    (12, "राम", "", "", "8", ["Ranibagh", "रानीबाग"], ""),
    (13, "विजय सिंह नेगी", "", "Dan Singh", "102", ["Ranibagh", "रानीबाग"], ""),
];

fn property(row: &Row) -> Property {
    let (key, hindi, english, father, door, ..) = *row;
    Property {
        property_id: format!("PT-248459-{:06}", key * 111),
        old_id: format!("HW/{key}/{}", 5_000 + key),
        owner_hindi: hindi.into(),
        owner_english: english.into(),
        guardian_hindi: father.into(),
        door_number: door.into(),
        ..Property::default()
    }
}

async fn street() -> SqliteConnection {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let migration = include_str!("../../../../migrations/0004_search.sql");
    sqlx::raw_sql(migration).execute(&mut connection).await.unwrap();
    for row in &STREET {
        let mobile = (!row.6.is_empty()).then_some(row.6);
        index_property(&mut connection, row.0, &property(row), &row.5, mobile).await.unwrap();
    }
    connection
}

async fn keys(connection: &mut SqliteConnection, text: &str) -> Vec<i64> {
    search(connection, text, 10).await.unwrap().iter().map(|hit| hit.property_key).collect()
}

#[tokio::test]
async fn whoever_is_meant_stands_first() {
    let mut connection = street().await;
    for (text, first) in [
        ("ram prasad sharma", 1),
        ("Sharma Ram", 1),
        ("शर्मा राम प्र", 1),
        ("ramprasad", 1),
        ("rm prsad", 1),
        ("lakshmi b", 4),
        ("Laxmi", 4),
        ("लक्षमी बिस्ट", 4),
        ("bijay singh negi ran", 13),
        ("mohammad arif", 6),
        ("मोहम्मद आ", 6),
        ("Smt Kamla Devi", 7),
        ("kamla bishan", 7),
        ("govind ballabh pant", 8),
        ("गोविंद पंत", 8),
        ("rajendra khandudi", 9),
        ("राजेन्द्र खण्डूड़ी", 9),
        ("kandpa", 10),
        ("कांडप", 10),
        ("suresh colony", 11),
        ("PT-248459-000333", 3),
        ("pt248459000333", 3),
        ("248459-000333", 3),
        ("000333", 3),
        ("333", 3),
        ("०००३३३", 3),
        ("5009", 9),
        ("HW/9/5009", 9),
        ("12/3", 1),
        ("7b", 4),
        ("7-B bamori", 4),
        ("9876543210", 1),
        ("+91 98765 43210", 1),
        ("ramesh sohan", 3),
        ("ramesh choudhry", 2),
        ("राम", 12),
        ("ram", 12),
    ] {
        assert_eq!(keys(&mut connection, text).await.first(), Some(&first), "{text}");
    }
}

#[tokio::test]
async fn the_field_that_answered_is_named() {
    let mut connection = street().await;
    for (text, field) in [
        ("arif", MatchedField::Owner),
        ("manorath", MatchedField::Guardian),
        ("PT-248459-000333", MatchedField::PropertyId),
        ("HW/9/5009", MatchedField::OldId),
        ("7-B", MatchedField::Door),
        ("bamori", MatchedField::Locality),
        ("9876500000", MatchedField::Mobile),
    ] {
        assert_eq!(search(&mut connection, text, 10).await.unwrap()[0].matched_field, field, "{text}");
    }
}

#[tokio::test]
async fn enter_picks_only_where_one_answers_best() {
    let mut connection = street().await;
    for (text, ties) in [
        ("kandpa", false),
        ("govind", false),
        ("3210", true),
        ("9876543210", false),
        ("gandhi nagar", true),
        ("vijay singh negi", true), // one in each script
        ("विजय सिंह नेगी", true),
        ("ramesh", true),
        ("रमेश चौधरी", true), // written so once, sounding so twice
        ("000333", false),
        ("zzzz", false),
    ] {
        let hits = search(&mut connection, text, 10).await.unwrap();
        assert_eq!(first_two_tie(&hits), ties, "{text} {hits:#?}");
    }
}

#[tokio::test]
async fn every_word_must_be_met() {
    let mut connection = street().await;
    assert_eq!(keys(&mut connection, "ramesh ranibagh").await, Vec::<i64>::new());
    assert_eq!(keys(&mut connection, "ramesh bamori").await, vec![3]);
    assert_eq!(keys(&mut connection, "3210 bamori").await, vec![3]);
    assert_eq!(keys(&mut connection, "").await, Vec::<i64>::new());
    assert_eq!(keys(&mut connection, " 🙂 \" * OR ( ").await, keys(&mut connection, "or").await);
}

#[tokio::test]
async fn a_change_a_removal_and_a_rebuild_show_at_once() {
    let mut connection = street().await;
    let moved = Property { owner_english: "Deepak Uniyal".into(), ..property(&STREET[9]) };
    index_property(&mut connection, 10, &moved, &[], None).await.unwrap();
    assert_eq!(keys(&mut connection, "uniyal").await, vec![10]);
    assert!(!keys(&mut connection, "kandpal").await.contains(&10));

    remove_property(&mut connection, 1).await.unwrap();
    assert!(!keys(&mut connection, "sharma").await.contains(&1));
    assert!(!keys(&mut connection, "9876543210").await.contains(&1));

    assert_eq!(keys(&mut connection, "9876500000").await, vec![2]);
    remove_mobile(&mut connection, 2, "09876500000").await.unwrap();
    assert_eq!(keys(&mut connection, "9876500000").await, Vec::<i64>::new());

    let before = keys(&mut connection, "singh").await;
    clear(&mut connection).await.unwrap();
    assert_eq!(keys(&mut connection, "singh").await, Vec::<i64>::new());
    let properties: Vec<(i64, Property, [&str; 2])> =
        STREET.iter().map(|r| (r.0, property(r), r.5)).collect();
    let entries: Vec<IndexEntry<'_>> = properties
        .iter()
        .map(|(key, property, names)| IndexEntry { key: *key, property, locality_names: names })
        .collect();
    index_properties(&mut connection, &entries).await.unwrap();
    settle(&mut connection).await.unwrap();
    assert_eq!(keys(&mut connection, "singh").await, before);
    assert_eq!(keys(&mut connection, "8006543210").await, vec![3], "mobile numbers outlive a rebuild");
}

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_trace() {
    let mut connection = street().await;
    let mut transaction = connection.begin().await.unwrap();
    let stranger = Property { owner_english: "Quirky Xylophone".into(), ..Property::default() };
    index_property(&mut transaction, 99, &stranger, &[], Some("7000000001")).await.unwrap();
    assert_eq!(keys(&mut transaction, "xylo").await, vec![99]);
    transaction.rollback().await.unwrap();
    assert_eq!(keys(&mut connection, "xylo").await, Vec::<i64>::new());
    assert_eq!(keys(&mut connection, "7000000001").await, Vec::<i64>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is recorded and whatever is typed: no error, and a recorded first word finds its property.
    #[test]
    fn any_text_is_taken(owner in any::<String>(), typed in any::<String>(), mixed in "[a-zA-Z0-9\u{900}-\u{97f}/\"'*() -]{0,24}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut connection = street().await;
            let odd = Property { owner_hindi: owner.clone(), door_number: mixed.clone(), ..Property::default() };
            index_property(&mut connection, 50, &odd, &[&typed], Some(&mixed)).await.unwrap();
            search(&mut connection, &typed, 10).await.unwrap();
            search(&mut connection, &mixed, 10).await.unwrap();
            let words = domain::spelling::tokens(&owner);
            let named = words.iter().find(|t| !t.is_number && !domain::spelling::is_title(&t.plain));
            if let Some(word) = named {
                assert!(keys(&mut connection, &word.plain).await.contains(&50), "{owner:?} {word:?}");
            }
        });
    }
}
