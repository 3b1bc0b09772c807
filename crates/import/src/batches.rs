//! Dues as demand batches, and the bytes their source is named by. Both depend on what a file says and not on the order
//! it says it in, so two devices that import it make the same entries.

use domain::Hash;
use domain::demand::{ConsumerCode, DemandBatch, DemandLine, ServiceCode};
use domain::limits::DEMAND_BATCH_LINES_MAX;
use domain::register::{PropertyField, RegisterRow};

/// Splits the dues of rows in the order of [`crate::Checked::take`] into batches of at most
/// [`DEMAND_BATCH_LINES_MAX`] lines. The lines of one property stay together, so a batch that has not arrived leaves no
/// half bill. `source` is the SHA-256 of [`write_canonical`]'s bytes; legacy amounts are decided under nothing.
pub fn demand_batches(
    rows: &[RegisterRow],
    service: &ServiceCode,
    source: Hash,
) -> impl Iterator<Item = DemandBatch> {
    let mut rest = rows.iter().filter(|row| !row.dues.is_empty()).peekable();
    // A property with more lines than a batch holds (a file cannot bring one) would be cut, not lost.
    let mut pending: Vec<DemandLine> = Vec::new();
    std::iter::from_fn(move || {
        let mut lines = std::mem::take(&mut pending);
        while let Some(row) =
            rest.next_if(|row| lines.is_empty() || lines.len() + row.dues.len() <= DEMAND_BATCH_LINES_MAX)
        {
            lines.extend(demand_lines(row));
        }
        if lines.len() > DEMAND_BATCH_LINES_MAX {
            pending = lines.split_off(DEMAND_BATCH_LINES_MAX);
        }
        (!lines.is_empty()).then(|| DemandBatch {
            service: service.clone(),
            source,
            lines,
            under: Vec::new(),
        })
    })
}

fn demand_lines(row: &RegisterRow) -> impl Iterator<Item = DemandLine> + '_ {
    row.dues.iter().map(|due| DemandLine {
        consumer: ConsumerCode(row.property.property_id.clone()),
        year: due.year,
        head: due.head.clone(),
        amount_paise: due.amount_paise,
    })
}

/// Feeds the canonical bytes of the rows to a hasher: what names an import, whatever file and order it came in.
/// `docs/import-format.md` has the layout. Mobile numbers are in it only as "there is one": they are personal, and the
/// name of a batch is not sealed.
pub fn write_canonical(rows: &[RegisterRow], sink: &mut dyn FnMut(&[u8])) {
    sink(b"palika-register-1\n");
    for row in rows {
        for field in PropertyField::ALL {
            write_text(field.get(&row.property), sink);
        }
        sink(&[u8::from(!row.mobile.is_empty())]);
        sink(&(row.dues.len() as u64).to_be_bytes());
        for due in &row.dues {
            sink(&due.year.0.to_be_bytes());
            write_text(due.head.as_str(), sink);
            sink(&due.amount_paise.0.to_be_bytes());
        }
    }
}

fn write_text(text: &str, sink: &mut dyn FnMut(&[u8])) {
    sink(&(text.len() as u64).to_be_bytes());
    sink(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::register::{OpeningDue, Property};
    use domain::{FinancialYear, Paise};

    fn rows(dues: &[usize]) -> Vec<RegisterRow> {
        let row = |(number, count): (usize, &usize)| RegisterRow {
            property: Property { property_id: format!("PT-{number:04}"), ..Property::default() },
            mobile: String::new(),
            dues: (0..*count)
                .map(|back| OpeningDue {
                    year: FinancialYear(2026 - i16::try_from(back).unwrap()),
                    head: "PT_TAX".into(),
                    amount_paise: Paise(100),
                })
                .collect(),
        };
        dues.iter().enumerate().map(row).collect()
    }

    fn sizes(dues: &[usize]) -> Vec<usize> {
        let rows = rows(dues);
        demand_batches(&rows, &ServiceCode::from("PT"), Hash::ZERO).map(|batch| batch.lines.len()).collect()
    }

    #[test]
    fn batches_are_full_but_never_split_a_property() {
        assert_eq!(sizes(&[]), [0_usize; 0]);
        assert_eq!(sizes(&[0, 0]), [0_usize; 0]);
        assert_eq!(sizes(&[1; 1_000]), [1_000]);
        assert_eq!(sizes(&[1; 1_001]), [1_000, 1]);
        assert_eq!(sizes(&[300, 300, 300, 300, 0, 500]), [900, 800]);
        assert_eq!(sizes(&[2_500, 1]), [1_000, 1_000, 501]);
    }
}
