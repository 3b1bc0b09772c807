//! Receipts as rows, for the terminal and for spreadsheets.

use crate::answer::{Answer, Failure, Line, fact};
use crate::arguments::{Common, Receipts};
use crate::open::open;
use domain::payment::PaymentMode;
use domain::receipt::ReceiptNumber;
use domain::{BusinessDate, CounterCode, TownCode};
use serde_json::{Value, json};
use store::query::bill::ReceiptRow;
use store::query::receipts::{Filter, list};

/// The newest receipts that fit.
pub async fn run(common: &Common, ask: &Receipts) -> Result<Answer, Failure> {
    let filter = Filter {
        text: ask.text.clone().unwrap_or_default(),
        from: date(ask.from.as_deref(), "from")?,
        to: date(ask.to.as_deref(), "to")?,
        ..Filter::default()
    };
    let office = open(common).await?;
    let town = office.open_town().await?;
    let (rows, count, sum) = list(&mut *town.store.reading().await?, &filter, 0, ask.limit).await?;
    let json = json!({
        "receipts": rows.iter().map(|row| of_row(town.code, row)).collect::<Vec<_>>(),
        "count": count,
        "standing_paise": sum,
    });
    let mut lines: Vec<Line> = rows.iter().map(|row| Line::Row(cells(town.code, row).join("\t"))).collect();
    lines.push(fact("रसीदें", "Receipts", count));
    lines.push(fact("योग ₹ (निरस्त छोड़कर)", "Sum ₹ (cancelled left out)", sum));
    Ok(Answer::yes(json, lines))
}

/// A day as people write it.
fn date(text: Option<&str>, field: &str) -> Result<Option<BusinessDate>, Failure> {
    let Some(text) = text else { return Ok(None) };
    BusinessDate::parse(text).map(Some).map_err(|_| {
        Failure::asked(
            "E-CLI-005",
            field,
            "दिनांक 2026-11-23 या 23-11-2026 की तरह लिखें।",
            "Write a date as 2026-11-23 or 23-11-2026.",
        )
    })
}

/// The number as printed.
pub fn number(town: TownCode, row: &ReceiptRow) -> String {
    let number = ReceiptNumber {
        town,
        counter: CounterCode(row.counter.clone()),
        epoch: row.receipt.epoch,
        year: row.year,
        serial: row.serial,
    };
    number.to_string()
}

fn mode(row: &ReceiptRow) -> String {
    let mode = PaymentMode::ALL.into_iter().find(|mode| *mode as i64 == row.mode);
    mode.map(|mode| format!("{mode:?}")).unwrap_or_default()
}

fn state(row: &ReceiptRow) -> &'static str {
    match (row.cancelled, row.disputed, row.remitted) {
        (true, _, _) => "cancelled",
        (false, true, _) => "disputed",
        (false, false, true) => "remitted",
        (false, false, false) => "standing",
    }
}

/// Column names of [`cells`].
pub const COLUMNS: [&str; 10] = [
    "number",
    "business_date",
    "service",
    "consumer",
    "payer",
    "amount_rupees",
    "mode",
    "state",
    "confirmed",
    "entry",
];

/// One receipt as cells.
pub fn cells(town: TownCode, row: &ReceiptRow) -> [String; 10] {
    let amount = row.amount_paise.0;
    let sign = if amount < 0 { "-" } else { "" };
    let magnitude = amount.unsigned_abs();
    [
        number(town, row),
        row.business_date.to_string(),
        row.service.clone(),
        row.consumer.clone(),
        row.payer.clone(),
        format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100),
        mode(row),
        state(row).to_owned(),
        row.confirmed.to_string(),
        row.receipt.hash.to_hex(),
    ]
}

fn of_row(town: TownCode, row: &ReceiptRow) -> Value {
    json!({
        "number": number(town, row),
        "receipt": row.receipt,
        "business_date": row.business_date,
        "at_ms": row.at_ms,
        "service": row.service,
        "consumer": row.consumer,
        "payer": row.payer,
        "amount_paise": row.amount_paise,
        "mode": mode(row),
        "state": state(row),
        "confirmed": row.confirmed,
    })
}
