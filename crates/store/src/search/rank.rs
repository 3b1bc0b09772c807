//! Ordering the candidates from their own words.

use super::document::{self, Line};
use super::matching::{Level, Match, Recorded};
use super::query::{Query, Word};
use super::{Closeness, Hit, MatchedField, TieClass};
use rustc_hash::FxHashMap;

/// Score between two grades: more than any cost inside one.
const SCORE_PER_GRADE: u32 = 100_000;
/// Taken off for each word met less strictly.
const COST_PER_LEVEL: u32 = 400;
/// Taken off where a word was met outside the owner's name.
const COST_ELSEWHERE: u32 = 40;
/// Taken off for each word of the owner's name that was not typed, so that the shorter name stands first.
const COST_PER_WORD_LEFT: u32 = 3;

/// The best hits, best first; equal scores in the order of the keys, so that a list does not jump.
pub(super) fn rank(
    query: &Query,
    bodies: &[(i64, String)],
    mobiles: &[(i64, String)],
    limit: usize,
) -> Vec<Hit> {
    let mut table = Table { looks_near: query.looked_near, ..Table::default() };
    let mut hits = Vec::with_capacity(bodies.len());
    for (key, body) in bodies {
        let places: Vec<Place<'_>> = document::read(body)
            .map(|(line, token, is_number)| Place { line, token, word: table.word(token, is_number) })
            .collect();
        let own: Vec<&str> =
            mobiles.iter().filter(|(owner, _)| owner == key).map(|(_, mobile)| mobile.as_str()).collect();
        // Joined readings cost more than they find where the words as typed already answer.
        let answer = query
            .readings()
            .enumerate()
            .find_map(|(reading, words)| best(reading, words, &places, &own, &mut table));
        hits.extend(answer.map(|hit| Hit { property_key: *key, ..hit }));
    }
    hits.sort_by(|a, b| b.score.cmp(&a.score).then(a.property_key.cmp(&b.property_key)));
    hits.truncate(limit);
    hits
}

/// The better of two answers: every word wherever it fits best, and every word in the owner's name. A father who bears
/// the typed spelling must not take the word from an owner in whose script it is spelled otherwise.
fn best<'b>(
    reading: usize,
    words: &[Word],
    places: &[Place<'b>],
    mobiles: &[&str],
    table: &mut Table<'b>,
) -> Option<Hit> {
    let anywhere = Answer::find(reading, words, places, mobiles, table)?.hit();
    if anywhere.tie_class.by_owner {
        return Some(anywhere);
    }
    let owner = places.iter().take_while(|place| place.line.field() == MatchedField::Owner).count();
    let by_owner = Answer::find(reading, words, places.get(..owner).unwrap_or_default(), &[], table);
    by_owner.map(|answer| answer.hit()).into_iter().chain([anywhere]).max_by_key(|hit| hit.score)
}

/// A word where it stands.
#[derive(Clone, Copy)]
struct Place<'b> {
    line: Line,
    token: &'b str,
    word: usize,
}

/// Recorded words with their keys, and which typed word meets which: candidates share most of their words.
#[derive(Default)]
struct Table<'b> {
    looks_near: bool,
    known: FxHashMap<(&'b str, bool), usize>,
    joined: FxHashMap<(&'b str, &'b str), usize>,
    words: Vec<Recorded>,
    /// By reading, place of the typed word in it, and recorded word; the outer option is "not asked yet".
    met: Vec<Vec<Vec<Option<Option<Match>>>>>,
}

impl<'b> Table<'b> {
    fn word(&mut self, token: &'b str, is_number: bool) -> usize {
        let words = &mut self.words;
        *self.known.entry((token, is_number)).or_insert_with(|| {
            words.push(Recorded::of(token, is_number));
            words.len() - 1
        })
    }

    /// Two neighbours read as one word.
    fn joined(&mut self, first: &'b str, second: &'b str) -> usize {
        let words = &mut self.words;
        *self.joined.entry((first, second)).or_insert_with(|| {
            words.push(Recorded::of(&format!("{first}{second}"), false));
            words.len() - 1
        })
    }

    fn meets(&mut self, reading: usize, at: usize, typed: &Word, word: usize) -> Option<Match> {
        let (words, looks_near) = (&self.words, self.looks_near);
        let meets = || words.get(word).and_then(|recorded| recorded.meets(typed, looks_near));
        let known = place(place(&mut self.met, reading)?, at)?;
        *place(known, word)?.get_or_insert_with(meets)
    }
}

/// A place of a list, which grows up to it.
fn place<T: Default>(list: &mut Vec<T>, at: usize) -> Option<&mut T> {
    if list.len() <= at {
        list.resize_with(at + 1, T::default);
    }
    list.get_mut(at)
}

/// What one typed word was met by: places `first .. first + covers`, none for a mobile number.
struct Found {
    met: Match,
    field: MatchedField,
    first: usize,
    covers: usize,
}

/// One candidate with every typed word met.
struct Answer {
    found: Vec<Found>,
    whole_name: bool,
    whole_number: bool,
    words_left: u32,
}

impl Answer {
    /// Every typed word takes the best place not yet taken; none where some word meets no place.
    fn find<'b>(
        reading: usize,
        words: &[Word],
        places: &[Place<'b>],
        mobiles: &[&str],
        table: &mut Table<'b>,
    ) -> Option<Answer> {
        let mut taken = vec![false; places.len()];
        let mut found: Vec<Found> = Vec::with_capacity(words.len());
        for (at, typed) in words.iter().enumerate() {
            let mut best = mobile(typed, mobiles);
            for (n, place) in places.iter().enumerate().filter(|(n, _)| taken.get(*n) == Some(&false)) {
                let Some(mut met) = table.meets(reading, at, typed, place.word) else { continue };
                let field = place.line.field();
                met.cost += elsewhere(field);
                if best.as_ref().is_none_or(|best| met < best.met) {
                    best = Some(Found { met, field, first: n, covers: 1 });
                }
            }
            let best = best.or_else(|| neighbours(reading, at, typed, places, &taken, table))?;
            for place in taken.iter_mut().skip(best.first).take(best.covers) {
                *place = true;
            }
            found.push(best);
        }
        let left = |line: Line| {
            let of_line = places.iter().zip(&taken).filter(|(place, _)| place.line == line);
            of_line.fold((0, 0), |(all, left), (_, taken)| (all + 1, left + u32::from(!taken)))
        };
        let used = |line: Line| {
            found.iter().all(|found| places.get(found.first).is_some_and(|place| place.line == line))
        };
        let owners = [Line::OwnerHindi, Line::OwnerEnglish];
        let whole_name = owners.into_iter().any(|line| used(line) && left(line) == (left(line).0, 0));
        let words_left =
            owners.into_iter().filter(|line| left(*line).0 > 0).map(|line| left(line).1).min().unwrap_or(0);
        let is_number = |field| !matches!(field, MatchedField::Owner | MatchedField::Guardian);
        let whole_number = matches!(found.as_slice(), [one] if one.covers < 2 && is_number(one.field)
            && !matches!(one.field, MatchedField::Locality | MatchedField::Address));
        Some(Answer { found, whole_name, whole_number, words_left })
    }

    fn hit(&self) -> Hit {
        let level = self.found.iter().map(|found| found.met.level).max().unwrap_or(Level::Near);
        // A whole name has every word whole: its last one met as a beginning is a longer name's beginning.
        let whole_name = self.whole_name && !self.found.iter().any(|found| found.met.level.is_beginning());
        let closeness = match level {
            Level::Whole if whole_name || self.whole_number => Closeness::Exact,
            Level::Whole => Closeness::Whole,
            Level::Prefix => Closeness::Prefix,
            Level::Sound | Level::SoundPrefix => Closeness::Sound,
            Level::Near => Closeness::Near,
        };
        let cost: u32 =
            self.found.iter().map(|found| found.met.cost + COST_PER_LEVEL * found.met.level as u32).sum();
        let by_owner = self.found.iter().all(|found| found.field == MatchedField::Owner);
        let grade = grade(closeness, by_owner, whole_name && self.found.len() > 1);
        let cost = cost + COST_PER_WORD_LEFT * self.words_left;
        let score = (grade + 1).saturating_mul(SCORE_PER_GRADE).saturating_sub(cost.min(SCORE_PER_GRADE - 1));
        let matched_field = self.found.first().map_or(MatchedField::Owner, |found| found.field);
        Hit { property_key: 0, score, matched_field, tie_class: TieClass { closeness, by_owner } }
    }
}

/// The order of answers, best highest. One person's whole name by ear is surer than its words scattered over owner,
/// father and place as written.
fn grade(closeness: Closeness, by_owner: bool, whole_name: bool) -> u32 {
    match (closeness, by_owner) {
        (Closeness::Exact, _) => 10,
        (Closeness::Sound, true) if whole_name => 9,
        (Closeness::Whole, true) => 8,
        (Closeness::Prefix, true) => 7,
        (Closeness::Whole, false) => 6,
        (Closeness::Prefix, false) => 5,
        (Closeness::Sound, true) => 4,
        (Closeness::Near, true) if whole_name => 3,
        (Closeness::Sound, false) => 2,
        (Closeness::Near, true) => 1,
        (Closeness::Near, false) => 0,
    }
}

/// Fields after the owner in the order a clerk would ask for them.
fn elsewhere(field: MatchedField) -> u32 {
    match field {
        MatchedField::Owner => 0,
        field => COST_ELSEWHERE + field as u32,
    }
}

fn mobile(typed: &Word, mobiles: &[&str]) -> Option<Found> {
    let found = |level| Found {
        met: Match { level, cost: elsewhere(MatchedField::Mobile) },
        field: MatchedField::Mobile,
        first: usize::MAX,
        covers: 0,
    };
    if !typed.is_number {
        return None;
    }
    if mobiles.contains(&typed.plain.as_str()) {
        return Some(found(Level::Whole));
    }
    let part = |mobile: &&str| {
        mobile.ends_with(typed.plain.as_str()) || (typed.is_last && mobile.starts_with(typed.plain.as_str()))
    };
    mobiles.iter().any(part).then(|| found(Level::Prefix))
}

/// Two neighbours of the owner's name that were typed as one word.
fn neighbours<'b>(
    reading: usize,
    at: usize,
    typed: &Word,
    places: &[Place<'b>],
    taken: &[bool],
    table: &mut Table<'b>,
) -> Option<Found> {
    for (first, pair) in places.windows(2).enumerate() {
        let [one, two] = pair else { continue };
        let free = taken.iter().skip(first).take(2).all(|taken| !taken);
        if !free || one.line != two.line || one.line.field() != MatchedField::Owner || typed.is_number {
            continue;
        }
        let word = table.joined(one.token, two.token);
        if let Some(met) = table.meets(reading, at, typed, word).filter(|met| met.level < Level::Near) {
            return Some(Found { met, field: MatchedField::Owner, first, covers: 2 });
        }
    }
    None
}
