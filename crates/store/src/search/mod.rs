//! Search that ignores script: one text, typed in Hindi or Latin, against owner, father or husband, numbers, mobile,
//! door and place, first hits while typing.
//!
//! It must not know the log, people's grants or the screen. Everything it holds is derived (`0004_search.sql`), is
//! written inside the caller's transaction, and can be cleared and built again.
//!
//! Why SQL and not an index in memory. Of the 4.9 s of processor that indexing 50,000 properties into an encrypted file
//! took, cutting and folding their words alone was some 1.3 s: an index in memory would pay that at every start, in each
//! program (window and command line may both be open and would have to hear of each other's changes). FTS5 answers a
//! keystroke in 2.2 ms of processor (p99 8.3 ms, busy machine), rolls back with the transaction that failed, and costs
//! nothing at start; it takes 48 MB of the file. Why FTS5 and not a token table of our own: that is some thirty rows a
//! property written in random order, where FTS5 writes its words sorted and merges later, and intersects a half-town
//! prefix with a common name by walking compressed lists instead of probing rows.
//!
//! How a query runs: the loosest reading by ear first; the owners' strict readings, and words scattered over owner, father
//! and place, only where that was cut off; one slip away only where too little was found. Every step is cut off at some
//! tens of rows, so a single letter costs as little as a full name. Candidates are then ranked in Rust from their own
//! words ([`rank`]).

mod document;
mod index;
mod matching;
mod near;
mod query;
mod rank;
#[cfg(test)]
mod tests;

pub use index::{
    IndexEntry, add_mobiles, clear, index_properties, index_property, remove_mobile, remove_property, settle,
};

use sqlx::{Row as _, SqliteConnection};
use std::collections::HashSet;

/// Where a hit's first typed word was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchedField {
    /// The owner's name, in either script.
    Owner,
    /// Father's or husband's name.
    Guardian,
    /// The property's number or its end.
    PropertyId,
    /// The number in the register before this one.
    OldId,
    /// The number on the door.
    Door,
    /// The locality's name.
    Locality,
    /// Elsewhere in the address.
    Address,
    /// The mobile number or its last digits.
    Mobile,
}

/// How well a hit answers; worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Closeness {
    /// Some word is a slip away.
    Near,
    /// Some word sounds the same and is spelled otherwise.
    Sound,
    /// Some word is the beginning of the recorded one.
    Prefix,
    /// Every word stands there as typed.
    Whole,
    /// The typed words are the whole name or the whole number.
    Exact,
}

/// Hits of one class answer the query equally well: where the first two are of one class, nobody has said which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TieClass {
    /// How well.
    pub closeness: Closeness,
    /// Whether by the owner's name alone; a hit by the owner answers better than one by place or father.
    pub by_owner: bool,
}

/// One property that answers the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The projection's key.
    pub property_key: i64,
    /// Higher is better; comparable within one result only.
    pub score: u32,
    /// Where the first word was found.
    pub matched_field: MatchedField,
    /// See [`first_two_tie`].
    pub tie_class: TieClass,
}

/// Whether Enter must not pick: the second hit answers no worse than the first.
pub fn first_two_tie(hits: &[Hit]) -> bool {
    matches!(hits, [first, second, ..] if second.tie_class >= first.tie_class)
}

/// Candidates asked of one step; more than a screen of hits, few enough to rank in a millisecond.
const CANDIDATES_PER_STEP: usize = 60;
/// Candidates of the loosest steps, where ranking has to do the choosing.
const CANDIDATES_PER_NEAR_STEP: usize = 240;

/// The best `limit` properties for what was typed so far, best first. Empty for a text without letters or digits.
///
/// # Errors
/// What SQLite says; nothing is changed either way.
pub async fn search(
    connection: &mut SqliteConnection,
    text: &str,
    limit: usize,
) -> Result<Vec<Hit>, sqlx::Error> {
    let mut query = query::Query::parse(text);
    if query.is_empty() {
        return Ok(Vec::new());
    }
    // A class is only known to be tied when its second hit was fetched too.
    let enough = limit.max(2);
    let mut candidates = Candidates::default();
    let mobiles = mobiles(connection, &query).await?;
    candidates.add(with_keys(connection, &mobiles).await?);
    if let Some(digits) = query.only_number() {
        candidates.add(with_number(connection, &digits).await?);
    }
    // The loosest reading by ear holds all stricter ones: when it is not cut off, there is nothing more to ask.
    let by_ear = matching(connection, &query.by_ear(), CANDIDATES_PER_STEP).await?;
    let is_cut_off = by_ear.len() >= CANDIDATES_PER_STEP;
    candidates.add(by_ear);
    if is_cut_off {
        candidates.add(owners(connection, &query).await?);
    }
    if is_cut_off && candidates.bodies.len() < CANDIDATES_PER_STEP + enough {
        for step in query.scattered_steps() {
            candidates.add(matching(connection, &step, CANDIDATES_PER_STEP).await?);
        }
    }
    if candidates.bodies.len() < enough {
        look_near(connection, &mut query).await?;
        for step in query.near_steps() {
            let near = matching(connection, &step, CANDIDATES_PER_NEAR_STEP).await?;
            let is_cut_off = near.len() >= CANDIDATES_PER_NEAR_STEP;
            candidates.add(near);
            if !is_cut_off {
                break;
            }
        }
    }
    Ok(rank::rank(&query, &candidates.bodies, &mobiles, limit))
}

/// Properties with their words, each once.
#[derive(Default)]
struct Candidates {
    seen: HashSet<i64>,
    bodies: Vec<(i64, String)>,
}

impl Candidates {
    /// Answers how many were new.
    fn add(&mut self, found: Vec<(i64, String)>) -> usize {
        let before = self.bodies.len();
        for (key, body) in found {
            if self.seen.insert(key) {
                self.bodies.push((key, body));
            }
        }
        self.bodies.len() - before
    }
}

// Rows cross a channel between SQLite's thread and ours, one wake-up each: every read below comes back as one row.
const FIELD: char = '\u{1f}';
const RECORD: char = '\u{1e}';

async fn one_text<'q>(
    connection: &mut SqliteConnection,
    query: sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
) -> Result<String, sqlx::Error> {
    let row = query.fetch_one(connection).await?;
    Ok(row.try_get::<Option<String>, _>(0)?.unwrap_or_default())
}

/// What the owners' steps find, in one statement: a letter or two cut the reading by ear off at every keystroke.
async fn owners(
    connection: &mut SqliteConnection,
    query: &query::Query,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let mut sql = sqlx::query(
        "with best(k) as (\
          select * from (select rowid from search_text where search_text match ?1 limit ?5) \
          union select * from (select rowid from search_text where search_text match ?2 limit ?5) \
          union select * from (select rowid from search_text where search_text match ?3 limit ?5) \
          union select * from (select rowid from search_text where search_text match ?4 limit ?5)) \
         select group_concat(d.property_key || char(31) || d.body, char(30)) \
         from best cross join search_document d on d.property_key = best.k",
    );
    for step in query.owner_steps() {
        sql = sql.bind(step);
    }
    let limit = i64::try_from(CANDIDATES_PER_STEP).unwrap_or(i64::MAX);
    Ok(pairs(&one_text(connection, sql.bind(limit)).await?))
}

/// The first `limit` properties an expression finds, with their words.
async fn matching(
    connection: &mut SqliteConnection,
    expression: &str,
    limit: usize,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let sql = sqlx::query(
        "select group_concat(d.property_key || char(31) || d.body, char(30)) from \
         (select rowid from search_text where search_text match ?1 limit ?2) t \
         cross join search_document d on d.property_key = t.rowid",
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(pairs(&one_text(connection, sql.bind(expression).bind(limit)).await?))
}

/// The properties of the mobile numbers found, with their words.
async fn with_keys(
    connection: &mut SqliteConnection,
    mobiles: &[(i64, String)],
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    if mobiles.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<i64> = mobiles.iter().map(|(key, _)| *key).collect();
    let sql = sqlx::query(
        "select group_concat(property_key || char(31) || body, char(30)) from search_document \
         where property_key in (select value from json_each(?1))",
    );
    Ok(pairs(&one_text(connection, sql.bind(json_numbers(&keys))).await?))
}

/// Mobile numbers a typed number may mean, with their properties.
async fn mobiles(
    connection: &mut SqliteConnection,
    query: &query::Query,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let mut found = Vec::new();
    for (digits, being_typed) in query.mobile_digits() {
        let sql = sqlx::query(
            "select group_concat(property_key || char(31) || mobile, char(30)) from ( \
             select * from (select property_key, mobile from search_mobile \
              where reversed >= ?1 and reversed < ?1 || ':' limit ?3) \
             union select * from (select property_key, mobile from search_mobile \
              where ?4 and mobile >= ?2 and mobile < ?2 || ':' limit ?3))",
        );
        let reversed: String = digits.chars().rev().collect();
        let limit = i64::try_from(CANDIDATES_PER_STEP).unwrap_or(i64::MAX);
        let sql = sql.bind(reversed).bind(digits).bind(limit).bind(being_typed);
        found.extend(pairs(&one_text(connection, sql).await?));
    }
    Ok(found)
}

/// The first properties whose number, or number before, begins so.
async fn with_number(
    connection: &mut SqliteConnection,
    number: &str,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let sql = sqlx::query(
        "select group_concat(property_key || char(31) || body, char(30)) from ( \
         select * from (select property_key, body from search_document \
          where property_number >= ?1 and property_number < ?1 || char(1114111) \
          order by property_number limit ?2) \
         union all select * from (select property_key, body from search_document \
          where old_number >= ?1 and old_number < ?1 || char(1114111) order by old_number limit ?2))",
    );
    let limit = i64::try_from(CANDIDATES_PER_STEP).unwrap_or(i64::MAX);
    Ok(pairs(&one_text(connection, sql.bind(number).bind(limit)).await?))
}

/// Gives every word of the query the recorded folds that lie near it.
async fn look_near(connection: &mut SqliteConnection, query: &mut query::Query) -> Result<(), sqlx::Error> {
    let (mut whole, mut beginnings) = (Vec::new(), Vec::new());
    for word in query.words() {
        let keys = word.near_keys();
        whole.extend(keys.0);
        beginnings.extend(keys.1);
    }
    let sql = sqlx::query(
        "select group_concat(fold, char(30)) from ( \
         select n.fold from json_each(?1) k cross join search_near n on n.near = k.value \
         union select * from (select n.fold from json_each(?2) k cross join search_near n \
          on n.near >= k.value and n.near < k.value || char(1114111) limit 2000))",
    );
    let folds = one_text(connection, sql.bind(json_texts(&whole)).bind(json_texts(&beginnings))).await?;
    query.keep_nearest(&folds.split(RECORD).filter(|fold| !fold.is_empty()).collect::<Vec<_>>());
    Ok(())
}

fn pairs(records: &str) -> Vec<(i64, String)> {
    let pair = |record: &str| {
        let (key, text) = record.split_once(FIELD)?;
        Some((key.parse().ok()?, text.to_owned()))
    };
    records.split(RECORD).filter_map(pair).collect()
}

/// As `json_each` takes them.
pub(crate) fn json_numbers(keys: &[i64]) -> String {
    let list: Vec<String> = keys.iter().map(ToString::to_string).collect();
    format!("[{}]", list.join(","))
}

/// Keys hold letters, digits and marks only, so quoting is enough.
fn json_texts(texts: &[String]) -> String {
    let list: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    format!("[{}]", list.join(","))
}
