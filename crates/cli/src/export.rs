//! The town's contents given out for the auditor: every entry as a line of JSON, the log as it travels, receipts as CSV.

use crate::answer::{Answer, Failure, Shown, fact};
use crate::arguments::{Common, Export};
use crate::open::open;
use crate::progress::Bar;
use crate::receipts::{COLUMNS, cells};
use contract::Progress;
use domain::Bilingual;
use domain::fact::Kind;
use domain::identity::to_hex;
use journal::{Entry, Range};
use office::{OfficeError, Town};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use store::query::receipts::{Filter, list};

/// Bytes of entries read from the log at once.
const RANGE_BYTES: usize = 1 << 20;
/// Receipts read at once.
const RECEIPTS_AT_ONCE: u32 = 1_000;

/// Writes what was asked for. A file that is there already is not touched.
pub async fn run(common: &Common, ask: &Export, shown: Shown) -> Result<Answer, Failure> {
    if ask.entries.is_none() && ask.log.is_none() && ask.receipts.is_none() {
        return Err(Failure::asked(
            "E-CLI-006",
            "entries",
            "क्या निकालना है बताएँ: --entries, --log या --receipts, और फ़ाइल का नाम।",
            "Say what to give out: --entries, --log or --receipts, with the name of a file.",
        ));
    }
    let office = open(common).await?;
    let town = office.open_town().await?;
    let (mut entries, mut receipts) = (0, 0);
    if let Some(path) = &ask.entries {
        entries = write_log(&town, path, shown, write_lines).await?;
    }
    if let Some(path) = &ask.log {
        entries = write_log(&town, path, shown, write_range).await?;
    }
    if let Some(path) = &ask.receipts {
        receipts = write_receipts(&town, path).await?;
    }
    let json = json!({ "entries": entries, "receipts": receipts });
    let lines = vec![fact("प्रविष्टियाँ", "Entries", entries), fact("रसीदें", "Receipts", receipts)];
    Ok(Answer::yes(json, lines))
}

fn new_file(path: &Path) -> Result<BufWriter<File>, Failure> {
    let made = File::create_new(path);
    made.map(BufWriter::new).map_err(|error| Failure::of_machine(&format!("{}: {error}", path.display())))
}

fn finish(mut out: BufWriter<File>) -> Result<(), Failure> {
    out.flush().map_err(|error| Failure::of_machine(&error))?;
    out.get_ref().sync_all().map_err(|error| Failure::of_machine(&error))
}

/// Walks the log chain by chain, a bounded range at a time.
async fn write_log(
    town: &Town,
    path: &Path,
    shown: Shown,
    mut write: impl FnMut(&mut BufWriter<File>, &Range) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let mut out = new_file(path)?;
    let mut bar = Bar::new(shown);
    let heads = town.store.vector().await?;
    let of: u64 = heads.iter().map(|head| head.seq).sum();
    let mut done: u64 = 0;
    for head in heads {
        let mut after = 0;
        while after < head.seq {
            let range = town.store.range_after(head.device, head.epoch, after, RANGE_BYTES).await?;
            let Some(range) = range else { break };
            write(&mut out, &range)?;
            after = range.last_seq();
            done += range.len() as u64;
            bar.show(&Progress {
                what: Bilingual::new("प्रविष्टियाँ", "Entries"), done, of
            });
        }
    }
    finish(out)?;
    Ok(done)
}

/// The range as it travels, one after the other: a sequence of CBOR (RFC 8742).
fn write_range(out: &mut BufWriter<File>, range: &Range) -> Result<(), Failure> {
    let bytes = minicbor::to_vec(range).map_err(|error| Failure::of_machine(&error))?;
    out.write_all(&bytes).map_err(|error| Failure::of_machine(&error))
}

fn write_lines(out: &mut BufWriter<File>, range: &Range) -> Result<(), Failure> {
    let opened = range.clone().open().map_err(OfficeError::from)?;
    for (entry, hash) in &opened.entries {
        let line = of_entry(entry, &hash.to_hex());
        writeln!(out, "{line}").map_err(|error| Failure::of_machine(&error))?;
    }
    Ok(())
}

/// The body's bytes are always there, so that the hash can be computed again from the line alone; what people read
/// beside them is left out where it would only be bytes once more.
fn of_entry(entry: &Entry, hash: &str) -> Value {
    let kind = Kind::from_number(entry.kind);
    let is_bytes =
        matches!(kind, Some(Kind::RecordChanged | Kind::ContactSealed | Kind::DefinitionPublished) | None);
    let fact = if is_bytes { None } else { entry.fact().ok().flatten() };
    json!({
        "town": entry.town,
        "device": entry.position.device,
        "epoch": entry.position.epoch,
        "seq": entry.position.seq,
        "hash": hash,
        "previous": entry.previous,
        "at_ms": entry.at_ms,
        "kind": entry.kind,
        "name": kind.map(Kind::name),
        "author": entry.author,
        "fact": fact,
        "body": to_hex(&entry.body),
    })
}

async fn write_receipts(town: &Town, path: &Path) -> Result<u64, Failure> {
    let mut out = new_file(path)?;
    let failed = |error: std::io::Error| Failure::of_machine(&error);
    // The mark makes spreadsheets read Hindi as such.
    write!(out, "\u{feff}{}\r\n", COLUMNS.join(",")).map_err(failed)?;
    let mut done: u32 = 0;
    loop {
        let mut reading = town.store.reading().await?;
        let (rows, _, _) = list(&mut reading, &Filter::default(), done, RECEIPTS_AT_ONCE).await?;
        drop(reading);
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let cells = cells(town.code, row).map(|cell| csv_cell(&cell));
            write!(out, "{}\r\n", cells.join(",")).map_err(failed)?;
            done += 1;
        }
    }
    finish(out)?;
    Ok(u64::from(done))
}

/// Quoted where needed; a name that a spreadsheet would take for a formula is made a text.
fn csv_cell(text: &str) -> String {
    let formula =
        text.starts_with(['=', '+', '@', '\t']) || (text.starts_with('-') && text.parse::<f64>().is_err());
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payer_cannot_write_a_formula_into_the_auditors_spreadsheet() {
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("-cmd"), "'-cmd");
        assert_eq!(csv_cell("-12.50"), "-12.50");
        assert_eq!(csv_cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(csv_cell("राम सिंह"), "राम सिंह");
    }
}
