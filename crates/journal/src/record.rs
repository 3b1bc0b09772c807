//! Register records as documents: what several people describe together, merged without losing anybody's words.
//!
//! The `fields` map comes from one fixed first change that every replica makes for itself, so that two devices never
//! make two maps. Fields are scalar texts written one by one; an unchanged value is not written at all. Concurrent
//! unequal writes are all kept; the one shown is Automerge's deterministic winner.

use crate::JournalError;
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};
use domain::{DeviceId, DocumentId, Epoch, Hash, TownCode};
use std::sync::OnceLock;

const FIELDS: &str = "fields";
const FIRST_ACTOR: [u8; 16] = *b"palika-record-01";

/// A document's id, derived so that two devices that import the same file make the same documents.
pub fn document_of(town: TownCode, register: &str, source_id: &str) -> DocumentId {
    DocumentId(crate::derive_identity("palika record 1", town, &[register, source_id]))
}

/// One value of a field with the change that wrote it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldSide {
    /// The value.
    pub value: String,
    /// The Automerge hash of the change.
    pub change: Hash,
}

/// A field: what is shown, and every concurrent value where they differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldState {
    /// Shown.
    pub value: String,
    /// Empty where all agree; else all sides in a fixed order.
    pub conflict: Vec<FieldSide>,
}

/// One register record.
pub struct Record {
    document: AutoCommit,
    fields: ObjId,
    /// Changes whose past is not here yet. Automerge would keep them too, and try them in the middle of somebody else's.
    waiting: Vec<Change>,
}

struct First {
    document: AutoCommit,
    fields: ObjId,
}

/// The fixed first change, made once per process.
fn first() -> Result<&'static First, JournalError> {
    static FIRST: OnceLock<Result<First, String>> = OnceLock::new();
    FIRST
        .get_or_init(|| {
            let mut document = AutoCommit::new().with_actor(ActorId::from(FIRST_ACTOR));
            let fields = document.put_object(ROOT, FIELDS, ObjType::Map).map_err(|e| e.to_string())?;
            document.commit_with(CommitOptions::default().with_time(0));
            Ok(First { document, fields })
        })
        .as_ref()
        .map_err(|error| JournalError::Change(error.clone()))
}

fn failed(error: impl std::fmt::Display) -> JournalError {
    JournalError::Change(error.to_string())
}

impl Record {
    /// An empty record.
    pub fn new() -> Result<Record, JournalError> {
        let first = first()?;
        Ok(Record { document: first.document.clone(), fields: first.fields.clone(), waiting: Vec::new() })
    }

    /// The record made by a set of changes, in any order.
    pub fn load<'a>(changes: impl IntoIterator<Item = &'a [u8]>) -> Result<Record, JournalError> {
        let mut record = Record::new()?;
        for change in changes {
            record.apply(change)?;
        }
        Ok(record)
    }

    /// Applies one change as it stands in an entry. A change that is already there changes nothing; one whose past is
    /// missing is kept until it comes. After an error the record is of no use: it is loaded anew without that change.
    pub fn apply(&mut self, change: &[u8]) -> Result<(), JournalError> {
        let bytes = change.to_vec();
        let change = caught(|| Change::from_bytes(bytes).map_err(failed))?;
        if !has_past(&mut self.document, &change) {
            self.waiting.push(change);
            return Ok(());
        }
        caught(|| self.document.apply_changes([change]).map_err(failed))?;
        while let Some(ready) = self.waiting.iter().position(|change| has_past(&mut self.document, change)) {
            let change = self.waiting.swap_remove(ready);
            // One that breaks has no effect, and harms nothing of what it waited for.
            let mut tried = self.document.clone();
            if caught(|| tried.apply_changes([change]).map_err(failed)).is_ok() {
                self.document = tried;
            }
        }
        Ok(())
    }

    /// Writes fields; returns the change's bytes, or `None` where every value already stands (and no conflict hides
    /// behind it).
    pub fn write(
        &mut self,
        device: DeviceId,
        epoch: Epoch,
        at_ms: i64,
        fields: &[(&str, &str)],
    ) -> Result<Option<Vec<u8>>, JournalError> {
        let mut actor = device.0.to_vec();
        actor.extend_from_slice(&epoch.0.to_be_bytes());
        self.document.set_actor(ActorId::from(actor));
        let mut written = false;
        for (key, value) in fields {
            let state = self.field(key)?;
            if state.value == *value && state.conflict.is_empty() {
                continue;
            }
            if state.value == *value {
                // Automerge would only strike out the other values. A decision to keep one is a write of its own: whoever
                // decides otherwise at the same time must be heard too, and not pass over it unseen.
                self.document.delete(&self.fields, *key).map_err(failed)?;
            }
            self.document.put(&self.fields, *key, *value).map_err(failed)?;
            written = true;
        }
        if !written {
            return Ok(None);
        }
        self.document.commit_with(CommitOptions::default().with_time(at_ms.div_euclid(1_000)));
        let change = self.document.get_last_local_change();
        Ok(change.map(|change| change.raw_bytes().to_vec()))
    }

    /// What a field says now.
    pub fn field(&self, key: &str) -> Result<FieldState, JournalError> {
        let values = self.document.get_all(&self.fields, key).map_err(failed)?;
        let mut sides = Vec::with_capacity(values.len());
        for (value, id) in &values {
            let change = self.document.hash_for_opid(id).map(|hash| Hash(hash.0)).unwrap_or(Hash::ZERO);
            sides.push(FieldSide { value: text_of(value), change });
        }
        let shown = match self.document.get(&self.fields, key).map_err(failed)? {
            Some((value, _)) => text_of(&value),
            None => String::new(),
        };
        sides.sort();
        let agree = sides.iter().all(|side| side.value == shown);
        Ok(FieldState { value: shown, conflict: if agree { Vec::new() } else { sides } })
    }

    /// The change that wrote the value shown, where one did.
    pub fn shown_by(&self, key: &str) -> Result<Option<Hash>, JournalError> {
        let shown = self.document.get(&self.fields, key).map_err(failed)?;
        Ok(shown.and_then(|(_, id)| self.document.hash_for_opid(&id)).map(|hash| Hash(hash.0)))
    }

    /// What a field said before a change: as it was at the change's dependencies.
    pub fn field_before(&mut self, key: &str, change: &Hash) -> Result<String, JournalError> {
        let Some(change) = self.document.get_change_by_hash(&ChangeHash(change.0)) else {
            return Ok(String::new());
        };
        let value = self.document.get_at(&self.fields, key, change.deps()).map_err(failed)?;
        Ok(value.map(|(value, _)| text_of(&value)).unwrap_or_default())
    }

    /// Hashes of the changes nothing builds on yet, in a fixed order.
    pub fn heads(&mut self) -> Vec<Hash> {
        let mut heads: Vec<Hash> = self.document.get_heads().into_iter().map(|hash| Hash(hash.0)).collect();
        heads.sort_unstable();
        heads
    }
}

/// The Automerge hash of a change's bytes.
pub fn change_hash(bytes: &[u8]) -> Result<Hash, JournalError> {
    caught(|| Change::from_bytes(bytes.to_vec()).map(|change| Hash(change.hash().0)).map_err(failed))
}

fn has_past(document: &mut AutoCommit, change: &Change) -> bool {
    change.deps().iter().all(|dep| document.get_change_by_hash(dep).is_some())
}

/// Automerge panics on some changes that it has read without an error. Whoever holds an enrolled device may write one, and
/// it comes again with every exchange: no computer of the town would start any more.
fn caught<T>(attempt: impl FnOnce() -> Result<T, JournalError>) -> Result<T, JournalError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(attempt))
        .unwrap_or_else(|_| Err(JournalError::Change("a change that Automerge cannot apply".to_owned())))
}

fn text_of(value: &Value<'_>) -> String {
    match value {
        Value::Scalar(scalar) => match scalar.as_ref() {
            ScalarValue::Str(text) => text.to_string(),
            other => other.to_string(),
        },
        Value::Object(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: DeviceId = DeviceId([1; 16]);
    const TWO: DeviceId = DeviceId([2; 16]);

    /// Names an actor whose changes are not in its past; Automerge looks it up and panics.
    #[test]
    fn a_change_of_an_unknown_actor_is_refused_and_stops_nothing() {
        let hostile = include_bytes!("../../../fuzz/corpus/change/unknown-actor");
        assert!(Record::new().unwrap().apply(hostile).is_err());
        let mut record = Record::new().unwrap();
        let sound = record.write(ONE, Epoch(0), 1_000, &[("ward", "W1")]).unwrap().unwrap();
        assert!(Record::load([sound.as_slice()]).is_ok());
        assert_eq!(record.field("ward").unwrap().value, "W1");
    }

    #[test]
    fn a_change_that_comes_before_its_past_waits_for_it() {
        let mut record = Record::new().unwrap();
        let first = record.write(ONE, Epoch(0), 1_000, &[("ward", "W1")]).unwrap().unwrap();
        let second = record.write(ONE, Epoch(0), 2_000, &[("ward", "W2")]).unwrap().unwrap();
        let mut late = Record::new().unwrap();
        late.apply(&second).unwrap();
        assert_eq!(late.field("ward").unwrap().value, "");
        late.apply(&first).unwrap();
        assert_eq!(late.field("ward").unwrap().value, "W2");
        assert_eq!(late.heads(), record.heads());
    }

    #[test]
    fn two_devices_that_write_the_same_agree_without_conflict() {
        let (mut one, mut two) = (Record::new().unwrap(), Record::new().unwrap());
        let of_one = one.write(ONE, Epoch(0), 1_000, &[("ward", "W1"), ("usage", "")]).unwrap().unwrap();
        let of_two = two.write(TWO, Epoch(0), 9_000, &[("ward", "W1")]).unwrap().unwrap();
        one.apply(&of_two).unwrap();
        two.apply(&of_one).unwrap();
        assert_eq!(one.field("ward").unwrap(), two.field("ward").unwrap());
        assert_eq!(one.field("ward").unwrap().conflict, []);
        assert_eq!(one.heads(), two.heads());
    }

    #[test]
    fn whoever_keeps_the_value_shown_is_heard_beside_whoever_chooses_the_other() {
        let (mut one, mut two) = (Record::new().unwrap(), Record::new().unwrap());
        let of_one = one.write(ONE, Epoch(0), 1_000, &[("owner_english", "Ram")]).unwrap().unwrap();
        let of_two = two.write(TWO, Epoch(0), 1_000, &[("owner_english", "Shyam")]).unwrap().unwrap();
        one.apply(&of_two).unwrap();
        two.apply(&of_one).unwrap();
        let shown = one.field("owner_english").unwrap().value;
        let other = if shown == "Ram" { "Shyam" } else { "Ram" };
        let kept = one.write(ONE, Epoch(0), 2_000, &[("owner_english", &shown)]).unwrap().unwrap();
        assert_eq!(one.field("owner_english").unwrap().value, shown);
        assert_eq!(one.field("owner_english").unwrap().conflict, []);
        let chosen = two.write(TWO, Epoch(0), 2_000, &[("owner_english", other)]).unwrap().unwrap();
        one.apply(&chosen).unwrap();
        two.apply(&kept).unwrap();
        assert_eq!(one.field("owner_english").unwrap(), two.field("owner_english").unwrap());
        assert_eq!(one.field("owner_english").unwrap().conflict.len(), 2);
        // Both keep it: no further case.
        let (mut three, mut four) = (Record::new().unwrap(), Record::new().unwrap());
        for record in [&mut three, &mut four] {
            record.apply(&of_one).unwrap();
            record.apply(&of_two).unwrap();
        }
        let of_three = three.write(ONE, Epoch(1), 2_000, &[("owner_english", &shown)]).unwrap().unwrap();
        let of_four = four.write(TWO, Epoch(1), 2_000, &[("owner_english", &shown)]).unwrap().unwrap();
        three.apply(&of_four).unwrap();
        four.apply(&of_three).unwrap();
        assert_eq!(three.field("owner_english").unwrap(), four.field("owner_english").unwrap());
        assert_eq!(three.field("owner_english").unwrap().conflict, []);
    }

    #[test]
    fn unequal_concurrent_writes_keep_both_values() {
        let mut one = Record::new().unwrap();
        let of_one = one.write(ONE, Epoch(0), 1_000, &[("owner_english", "Ram")]).unwrap().unwrap();
        let mut two = Record::new().unwrap();
        let of_two = two.write(TWO, Epoch(0), 1_000, &[("owner_english", "Shyam")]).unwrap().unwrap();
        let first = Record::load([of_one.as_slice(), of_two.as_slice()]).unwrap();
        let second = Record::load([of_two.as_slice(), of_one.as_slice()]).unwrap();
        let state = first.field("owner_english").unwrap();
        assert_eq!(state, second.field("owner_english").unwrap());
        assert_eq!(state.conflict.len(), 2);
        one.apply(&of_two).unwrap();
        let settled = one.write(ONE, Epoch(0), 2_000, &[("owner_english", &state.value)]).unwrap();
        assert!(settled.is_some(), "writing the shown value settles the conflict");
        assert_eq!(one.field("owner_english").unwrap().conflict, []);
    }

    #[test]
    fn an_unchanged_value_is_not_written() {
        let mut record = Record::new().unwrap();
        record.write(ONE, Epoch(0), 1_000, &[("ward", "W1")]).unwrap().unwrap();
        assert_eq!(record.write(ONE, Epoch(0), 2_000, &[("ward", "W1")]).unwrap(), None);
    }

    #[test]
    fn a_field_before_a_disputed_change() {
        let mut record = Record::new().unwrap();
        record.write(ONE, Epoch(0), 1_000, &[("ward", "W1")]).unwrap().unwrap();
        let second = record.write(TWO, Epoch(0), 2_000, &[("ward", "W2")]).unwrap().unwrap();
        assert_eq!(record.field_before("ward", &change_hash(&second).unwrap()).unwrap(), "W1");
    }

    #[test]
    fn the_first_change_is_the_same_for_ever() {
        let mut record = Record::new().unwrap();
        insta::assert_snapshot!(record.heads()[0].to_hex());
    }

    #[test]
    fn a_change_in_a_golden_file_still_applies() {
        let mut record = Record::new().unwrap();
        let change = record.write(ONE, Epoch(0), 1_000, &[("owner_hindi", "राम")]).unwrap().unwrap();
        insta::assert_snapshot!(domain::identity::to_hex(&change));
        assert_eq!(Record::load([change.as_slice()]).unwrap().field("owner_hindi").unwrap().value, "राम");
    }
}
