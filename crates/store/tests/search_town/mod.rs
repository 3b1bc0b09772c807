//! A register of 50,000 owners made of the words of `names.tsv`, in an encrypted file, for the search tests.

use domain::register::Property;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _};
use store::search::{IndexEntry, add_mobiles, index_properties, settle};

pub const OWNERS: usize = 50_000;
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/tests/data/search/");

/// One line of `spellings.tsv`.
pub struct Spelling {
    pub split: String,
    pub transliterator: String,
    pub query: String,
    pub owner: Name,
    pub recorded: Script,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name {
    pub hindi: String,
    pub english: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    Hindi,
    Latin,
    Both,
}

pub struct Person {
    pub name: Name,
    pub property: Property,
    pub locality: [String; 2],
    pub mobile: String,
}

/// Numbers from a seed, the same on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

fn lines(file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(format!("{DATA}{file}")).unwrap();
    text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').map(str::to_owned).collect()).collect()
}

pub fn spellings() -> Vec<Spelling> {
    let script = |text: &str| if text == "hindi" { Script::Hindi } else { Script::Latin };
    let line = |f: Vec<String>| Spelling {
        recorded: script(&f[2]),
        owner: Name { hindi: f[4].clone(), english: f[5].clone() },
        split: f[0].clone(),
        transliterator: f[1].clone(),
        query: f[3].clone(),
    };
    lines("spellings.tsv").into_iter().map(line).collect()
}

/// Words of one kind, each as often as it is met.
struct Words(Vec<(Name, usize)>);

impl Words {
    fn of(kind: &str) -> Words {
        let mut sum = 0;
        let mut all = Vec::new();
        for f in lines("names.tsv").into_iter().filter(|f| f[0] == kind) {
            sum += f[3].parse::<usize>().unwrap();
            all.push((Name { english: f[1].clone(), hindi: f[2].clone() }, sum));
        }
        Words(all)
    }

    fn draw(&self, dice: &mut Dice) -> &Name {
        let at = dice.below(self.0.last().unwrap().1);
        &self.0[self.0.partition_point(|(_, sum)| *sum <= at)].0
    }
}

fn join(words: &[&Name]) -> Name {
    let text = |of: fn(&Name) -> &str| words.iter().map(|w| of(w)).collect::<Vec<_>>().join(" ");
    Name { hindi: text(|w| &w.hindi), english: text(|w| &w.english) }
}

/// The owners the spellings ask for, in the one script they are recorded in, then others up to [`OWNERS`].
pub fn people() -> Vec<Person> {
    let (given, middle, surname) = (Words::of("given"), Words::of("middle"), Words::of("surname"));
    let mut dice = Dice(248_459);
    let places: Vec<[String; 2]> = localities(&surname);
    let mut wanted = spellings().into_iter().map(|s| (s.owner, s.recorded));
    let person = |dice: &mut Dice| match dice.below(10) {
        0..4 => join(&[given.draw(dice), middle.draw(dice), surname.draw(dice)]),
        4..9 => join(&[given.draw(dice), surname.draw(dice)]),
        _ => join(&[given.draw(dice), middle.draw(dice)]),
    };
    let mut all = Vec::with_capacity(OWNERS);
    for n in 0..OWNERS {
        let (name, script) = wanted.next().unwrap_or_else(|| {
            let script =
                [Script::Hindi, Script::Hindi, Script::Latin, Script::Latin, Script::Both][dice.below(5)];
            (person(&mut dice), script)
        });
        let guardian = join(&[given.draw(&mut dice), surname.draw(&mut dice)]);
        let place = places[dice.below(places.len())].clone();
        let only = |wanted: Script, text: &str| {
            if script == wanted || script == Script::Both { text.to_owned() } else { String::new() }
        };
        let property = Property {
            property_id: format!("PT-248459-{:06}", n + 1),
            old_id: format!("W{}/{}", n % 53 + 1, 10_000 + n),
            owner_hindi: only(Script::Hindi, &name.hindi),
            owner_english: only(Script::Latin, &name.english),
            guardian_hindi: only(Script::Hindi, &guardian.hindi),
            guardian_english: only(Script::Latin, &guardian.english),
            door_number: format!("{}/{}", dice.below(900) + 1, dice.below(9) + 1),
            ..Property::default()
        };
        let mobile = format!("{}{:09}", 6 + dice.below(4), dice.below(1_000_000_000));
        all.push(Person { name, property, locality: place, mobile });
    }
    all
}

fn localities(surname: &Words) -> Vec<[String; 2]> {
    let kinds =
        [("Nagar", "नगर"), ("Colony", "कॉलोनी"), ("Vihar", "विहार"), ("Puram", "पुरम"), ("Bazar", "बाजार")];
    let named = surname.0.iter().take(80).flat_map(|(name, _)| {
        kinds.map(|(english, hindi)| {
            [format!("{} {english}", name.english), format!("{} {hindi}", name.hindi)]
        })
    });
    named.collect()
}

/// An encrypted file with the search tables.
pub async fn open(folder: &std::path::Path) -> SqliteConnection {
    let key = "x'2b7e151628aed2a6abf7158809cf4f3c2b7e151628aed2a6abf7158809cf4f3c'";
    let options = SqliteConnectOptions::new()
        .filename(folder.join("town.db"))
        .create_if_missing(true)
        .pragma("key", format!("\"{key}\""))
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("cache_size", "-16384");
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(include_str!("../../../../migrations/0004_search.sql"))
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

/// Indexes everybody; the property's key is its place in the list plus one.
pub async fn fill(connection: &mut SqliteConnection, people: &[Person]) {
    let mut transaction = connection.begin().await.unwrap();
    for (n, chunk) in people.chunks(500).enumerate() {
        let names: Vec<[&str; 2]> =
            chunk.iter().map(|p| [p.locality[0].as_str(), p.locality[1].as_str()]).collect();
        let entries: Vec<IndexEntry<'_>> = chunk
            .iter()
            .zip(&names)
            .enumerate()
            .map(|(i, (p, names))| IndexEntry {
                key: (n * 500 + i + 1) as i64,
                property: &p.property,
                locality_names: names,
            })
            .collect();
        index_properties(&mut transaction, &entries).await.unwrap();
    }
    let mobiles: Vec<(i64, &str)> = people.iter().zip(1..).map(|(p, key)| (key, p.mobile.as_str())).collect();
    add_mobiles(&mut transaction, &mobiles).await.unwrap();
    settle(&mut transaction).await.unwrap();
    transaction.commit().await.unwrap();
}
