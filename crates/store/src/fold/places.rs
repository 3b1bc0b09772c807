//! Places of codes and consumers in this file: short numbers for names that repeat on every row.

use super::authority::{AUTHORITY, asking_authority};
use super::drawer::SHIFT_BY_HASH;
use super::money::LAST_SERIAL;
use super::{Fold, Read, Step};
use crate::log::{INSERT_ENTRY, bind_entry};
use crate::series::Series;
use crate::{StoreError, rows};
use domain::Hash;
use domain::fact::Fact;
use domain::people::Author;
use domain::receipt::ReceiptIssued;
use journal::Entry;
use sqlx::Row as _;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Consumers asked for with one statement. Fewer are asked for one by one, as they come.
const AT_ONCE: usize = 256;
const FEW: usize = 4;
/// Codes asked for with a receipt; more are asked for one by one.
const CODES: usize = 16;

/// Asks for [`AT_ONCE`] consumers of a service by code; answers `place id place id …`, where a place is known.
static PLACES: LazyLock<String> = LazyLock::new(|| {
    let asked: Vec<String> = (0..AT_ONCE).map(|place| format!("({place},?)")).collect();
    format!(
        "with asked (place, code) as (values {}) select group_concat(asked.place || ' ' || consumer.id, ' ') \
         from asked cross join consumer on consumer.code = asked.code and consumer.service = ?",
        asked.join(",")
    )
});

impl Fold<'_> {
    /// The place of a code (service or head) in this file.
    pub(crate) async fn code(&mut self, text: &str) -> Result<i64, StoreError> {
        if let Some(id) = self.codes.get(text) {
            return Ok(*id);
        }
        let known: Option<i64> = sqlx::query_scalar("select id from code where text = ?")
            .bind(text)
            .fetch_optional(&mut *self.connection)
            .await?;
        let id = match known {
            Some(id) => id,
            None => {
                sqlx::query_scalar("insert into code (text) values (?) returning id")
                    .bind(text)
                    .fetch_one(&mut *self.connection)
                    .await?
            }
        };
        self.codes.insert(text.to_owned(), id);
        Ok(id)
    }

    /// The place of a consumer in this file.
    pub(crate) async fn consumer(&mut self, service: i64, code: &str) -> Result<i64, StoreError> {
        if let Some(id) = self.consumers.get(&service).and_then(|known| known.get(code)) {
            return Ok(*id);
        }
        let known: Option<i64> = sqlx::query_scalar("select id from consumer where code = ? and service = ?")
            .bind(code)
            .bind(service)
            .fetch_optional(&mut *self.connection)
            .await?;
        let id = match known {
            Some(id) => id,
            None => {
                sqlx::query_scalar("insert into consumer (service, code) values (?, ?) returning id")
                    .bind(service)
                    .bind(code)
                    .fetch_one(&mut *self.connection)
                    .await?
            }
        };
        self.consumers.entry(service).or_default().insert(code.to_owned(), id);
        Ok(id)
    }

    /// Looks up, many with one statement, the places of consumers that receipts name. A statement costs as much as what
    /// it asks here, and the receipts of a range are nearly all of different consumers.
    pub(super) async fn learn_consumers(&mut self, facts: &[Read]) -> Result<(), StoreError> {
        let named: BTreeSet<(&str, &str)> = facts
            .iter()
            .filter_map(|fact| match fact {
                Ok(Some(Fact::ReceiptIssued(receipt))) if !receipt.consumer.as_str().is_empty() => {
                    Some((receipt.service.as_str(), receipt.consumer.as_str()))
                }
                _ => None,
            })
            .collect();
        let named: Vec<(&str, &str)> = named.into_iter().collect();
        for of_service in named.chunk_by(|one, next| one.0 == next.0) {
            let Some((service, _)) = of_service.first() else { continue };
            let service = self.code(service).await?;
            let known = self.consumers.entry(service).or_default();
            let unknown: Vec<&str> =
                of_service.iter().map(|(_, code)| *code).filter(|code| !known.contains_key(*code)).collect();
            for some in unknown.chunks(AT_ONCE).filter(|some| some.len() >= FEW) {
                self.learn(service, some).await?;
            }
        }
        Ok(())
    }

    /// Writes an own receipt's entry and asks for everything that folding it looks up, with one trip: somebody waits.
    pub(super) async fn write_receipt(
        &mut self,
        step: &Step<'_>,
        pair: &(Entry, Hash),
        author: Author,
        receipt: &ReceiptIssued,
    ) -> Result<(), StoreError> {
        let mut codes = BTreeSet::from([receipt.service.as_str()]);
        codes.extend(receipt.lines.iter().map(|line| line.head.as_str()));
        let text = format!(
            "{INSERT_ENTRY}; {AUTHORITY}; {SHIFT_BY_HASH}; {LAST_SERIAL}; select id, text from code where text in ({}); \
             select consumer.service, consumer.id from consumer join code on code.id = consumer.service \
             where consumer.code = ? and code.text = ?",
            ["?"; CODES].join(",")
        );
        let query = bind_entry(sqlx::query(sqlx::AssertSqlSafe(text)), step.chain.id, pair);
        let mut query = asking_authority(query, step, Some(author))
            .bind(step.chain.id)
            .bind(receipt.shift.0.as_slice())
            .bind(step.chain.id)
            .bind(Series::Receipt as i64)
            .bind(receipt.number.year.0);
        let mut codes = codes.into_iter();
        for _ in 0..CODES {
            query = query.bind(codes.next());
        }
        let query = query.bind(receipt.consumer.as_str()).bind(receipt.service.as_str());
        let [_author, _entry, cut, enrolled, seen, granted, withdrawn, shift, serial, codes, consumer] =
            rows::answers(self.connection, query).await?;
        self.keep_authority(step, Some(author), &[cut, enrolled, seen, granted, withdrawn])?;
        self.learn_shift(step, &receipt.shift, shift.first())?;
        self.learn_serial(step, Series::Receipt, receipt.number.year.0, serial.first())?;
        for row in &codes {
            self.codes.insert(row.try_get(1)?, row.try_get(0)?);
        }
        if let Some(row) = consumer.first() {
            let known = self.consumers.entry(row.try_get(0)?).or_default();
            known.insert(receipt.consumer.as_str().to_owned(), row.try_get(1)?);
        }
        Ok(())
    }

    async fn learn(&mut self, service: i64, codes: &[&str]) -> Result<(), StoreError> {
        // One row for all of them: each row of an answer is another trip from the driver's thread. A code may hold
        // anything, so it is named by its place among those asked for.
        let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(PLACES.as_str()));
        // One text for every count, so that it stays prepared; nobody has the code null.
        for place in 0..AT_ONCE {
            query = query.bind(codes.get(place).copied());
        }
        let found: Option<String> = query.bind(service).fetch_one(&mut *self.connection).await?;
        let known = self.consumers.entry(service).or_default();
        let found = found.unwrap_or_default();
        let mut numbers = found.split(' ').map(str::parse::<i64>);
        while let (Some(Ok(place)), Some(Ok(id))) = (numbers.next(), numbers.next()) {
            if let Some(code) = usize::try_from(place).ok().and_then(|place| codes.get(place)) {
                known.insert((*code).to_owned(), id);
            }
        }
        Ok(())
    }
}
