//! A field that two people wrote at the same time without knowing of each other. One value is shown meanwhile; a person
//! keeps it or chooses another. Either decision is written as a change that has seen all sides, so that on every
//! replica one value stands alone, and as the fact of who decided.

use super::{Names, named};
use crate::{OfficeError, Refusal, Town};
use contract::{CaseView, Choice};
use domain::Bilingual;
use domain::fact::Fact;
use store::Writing;
use store::query::cases::{self, ConflictRow, SideRow};

const PREFIX: &str = "conflict/";
const KEEP: &str = "keep-";
const TAKE: &str = "take-";

/// The case's name.
pub(crate) fn name(property_id: &str, field: &str) -> String {
    format!("{PREFIX}{property_id}/{field}")
}

/// Property and field of a name. A property's number may have strokes in it; a field's key has none.
pub(super) fn parse(case: &str) -> Option<(&str, &str)> {
    case.strip_prefix(PREFIX)?.rsplit_once('/')
}

/// Open conflicts: all, or of one field of one property.
pub(super) async fn open(
    town: &Town,
    names: &Names,
    only: Option<(&str, &str)>,
) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let mut views = Vec::new();
    for conflict in cases::conflicts(&mut reading).await? {
        let wanted = only.is_none_or(|(property_id, field)| {
            conflict.property_id == property_id && conflict.field == field
        });
        if wanted {
            let sides = cases::sides(&mut reading, &conflict).await?;
            views.push(view(&conflict, &sides, names)?);
        }
    }
    Ok(views)
}

fn view(conflict: &ConflictRow, sides: &[SideRow], names: &Names) -> Result<CaseView, OfficeError> {
    let shown = sides.iter().map(|side| names.side(side.value.clone(), side.user, side.device, side.at_ms));
    Ok(CaseView {
        sides: shown.collect(),
        decisions: decisions(sides),
        ..named(name(&conflict.property_id, &conflict.field))?
    })
}

/// One for each value. The code names the change and not a place in the list: a side that arrives between the look and
/// the press must not turn one decision into another.
fn decisions(sides: &[SideRow]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::with_capacity(sides.len());
    let mut values: Vec<&str> = Vec::with_capacity(sides.len());
    for side in sides {
        if values.contains(&side.value.as_str()) {
            continue;
        }
        values.push(&side.value);
        let shown = if side.value.is_empty() {
            Bilingual::new("(खाली)", "(empty)")
        } else {
            Bilingual::new(side.value.as_str(), side.value.as_str())
        };
        let name = if side.shown {
            Bilingual::new(format!("यही रखें: {}", shown.hindi), format!("Keep: {}", shown.english))
        } else {
            Bilingual::new(format!("यह चुनें: {}", shown.hindi), format!("Choose: {}", shown.english))
        };
        choices.push(Choice { code: code(side), name });
    }
    choices
}

fn code(side: &SideRow) -> String {
    let prefix = if side.shown { KEEP } else { TAKE };
    format!("{prefix}{}", side.change.short())
}

/// The change that leaves the decided value standing alone, judged by what the file holds under the write lock.
pub(super) async fn decided(
    writing: &mut Writing,
    town: &Town,
    property_id: &str,
    field: &str,
    decision: &str,
    now_ms: i64,
) -> Result<Option<Fact>, OfficeError> {
    let held = cases::conflicts(writing.connection()).await?;
    let held = held.into_iter().find(|row| row.property_id == property_id && row.field == field);
    let conflict = held.ok_or(OfficeError::NoSuchCase)?;
    let sides = cases::sides(writing.connection(), &conflict).await?;
    let side = sides.iter().find(|side| code(side) == decision).ok_or(Refusal::NoSuchDecision)?;
    let by = (town.device, town.writer.epoch, now_ms);
    Ok(cases::settle_conflict(writing, property_id, field, &side.value, by).await?)
}
