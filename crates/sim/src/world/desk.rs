//! What a counter does besides taking money: it cancels with a second person, describes a property, brings dues in.
//! Each is one batch of the real store, and may be cut off at any write.

use super::Story;
use super::counter::{Counter, PROPERTY_TAX, Promise, not_found};
use super::town::{CONSUMERS, SECOND, USER, author, consumer_code, second_key};
use crate::dice::Dice;
use crate::world::Broken;
use domain::demand::{DemandBatch, DemandLine, HeadCode, ServiceCode};
use domain::fact::{Fact, Kind, RecordChanged, Register};
use domain::identity::Signature;
use domain::people::{Approval, Author, Role, StaffKeyCertified};
use domain::receipt::ReceiptCancelled;
use domain::{ChainHead, FinancialYear, Hash, Paise, UserId};
use journal::{Certificate, Record};
use store::StoreError;
use store::query::{bill, desk, people, register};

/// Unequal demands of one name are rare in life and wanted here.
const DEMANDS: [i64; 3] = [90_000, 110_000, 130_000];
const OWNERS: [&str; 4] = ["Ram Singh", "Shyam Lal", "Sita Devi", "Gita Pant"];

impl Counter {
    /// The second person's key, certified on this device by the first act of the counter.
    pub(crate) async fn certify_second(&mut self) -> Result<(), StoreError> {
        let person = second_key(self.second);
        let day = super::town::first_day();
        let certificate =
            Certificate::person(&self.writer.key, self.writer.town, SECOND, person.public(), day);
        let mut writing = self.machine.store().map_err(not_found)?.begin(&self.writer, self.now_ms()).await?;
        let certified = StaffKeyCertified { certificate: certificate.to_bytes() };
        writing.append(None, &Fact::from(certified)).await?;
        let head = writing.commit().await?;
        self.keep_mark(&head);
        Ok(())
    }

    pub(crate) async fn grant_of(&self, user: UserId, role: Role) -> Result<Author, StoreError> {
        let store = self.machine.store().map_err(not_found)?;
        let grants = people::grants(&mut *store.reading().await?).await?;
        let grant = grants.iter().find(|grant| grant.user == user && grant.role == role);
        grant.map(|grant| Author { user, grant: grant.grant }).ok_or(StoreError::NotFound("grant"))
    }

    /// Cancels one of the counter's own receipts.
    pub(crate) async fn cancel(&mut self, dice: &mut Dice, story: &mut Story) -> Result<(), Broken> {
        // Only what this epoch wrote: the office cancels in the drawer that is open.
        let is_open =
            |promise: &Promise| promise.cancelled.is_none() && promise.receipt.epoch == self.writer.epoch;
        let standing: Vec<usize> =
            (0..self.promised.len()).filter(|at| self.promised.get(*at).is_some_and(is_open)).collect();
        let Some(at) = dice.pick(&standing).copied() else { return Ok(()) };
        let Some(receipt) = self.promised.get(at).map(|promise| promise.receipt) else { return Ok(()) };
        match self.try_cancel(receipt).await {
            Ok(head) => {
                story.note("receipts cancelled");
                self.note_cancelled(at, head);
                Ok(())
            }
            Err(error) => {
                self.after_failure("cancelling", &error, None, story).await?;
                // The clerk looks in the list: the cancellation is there, or it never was.
                match self.found_cancellation(&receipt).await {
                    Ok(Some(head)) => self.note_cancelled(at, head),
                    Ok(None) => {}
                    Err(_) if self.machine.is_suspect() => self.disk_died = true,
                    Err(broken) => return Err(broken),
                }
                Ok(())
            }
        }
    }

    fn note_cancelled(&mut self, at: usize, by: ChainHead) {
        self.keep_mark(&by);
        if let Some(promise) = self.promised.get_mut(at) {
            promise.cancelled = Some(by);
        }
    }

    async fn try_cancel(&self, receipt: ChainHead) -> Result<ChainHead, StoreError> {
        let clerk = self.grant_of(USER, Role::Clerk).await?;
        let supervisor = self.grant_of(SECOND, Role::Supervisor).await?;
        let mut writing = self.machine.store().map_err(not_found)?.begin(&self.writer, self.now_ms()).await?;
        let device = self.device();
        let shift = desk::last_shift(writing.connection(), &device, self.writer.epoch).await?;
        let unsigned = ReceiptCancelled {
            receipt,
            shift: shift.map_or(Hash::ZERO, |row| row.shift.hash),
            reason: "wrong-amount".to_owned(),
            remark: String::new(),
            approval: Approval { author: supervisor, signature: Signature([0; 64]) },
        };
        let person = second_key(self.second);
        let kind = Kind::ReceiptCancelled;
        let approval =
            store::approve(&person, supervisor, kind, self.writer.town, &Fact::from(unsigned.clone()));
        let fact = Fact::from(ReceiptCancelled { approval, ..unsigned });
        let head = writing.append(Some(clerk), &fact).await?;
        writing.commit().await?;
        Ok(head)
    }

    async fn found_cancellation(&self, receipt: &ChainHead) -> Result<Option<ChainHead>, Broken> {
        let store = self.machine.store()?;
        let mut reading = store.reading().await.map_err(super::broken("reading"))?;
        let events = store::query::receipts::events(&mut reading, receipt).await;
        Ok(events.map_err(super::broken("looking for the cancellation"))?.first().copied())
    }

    /// Writes an owner into a property's document; the other counters write others into the same field.
    pub(crate) async fn describe(&mut self, dice: &mut Dice, story: &mut Story) -> Result<(), Broken> {
        let (consumer, owner) = (dice.index(CONSUMERS), *dice.pick(&OWNERS).unwrap_or(&"Ram Singh"));
        match self.try_describe(consumer, owner).await {
            Ok(head) => {
                story.note("properties described");
                if let Some(head) = head {
                    self.keep_mark(&head);
                    self.acknowledged.push(head);
                }
                Ok(())
            }
            Err(error) => self.after_failure("describing", &error, None, story).await.map(|_| ()),
        }
    }

    async fn try_describe(&self, consumer: usize, owner: &str) -> Result<Option<ChainHead>, StoreError> {
        let clerk = self.grant_of(USER, Role::Clerk).await?;
        let now_ms = self.now_ms();
        let mut writing = self.machine.store().map_err(not_found)?.begin(&self.writer, now_ms).await?;
        let code = consumer_code(consumer);
        let held = bill::record(writing.connection(), code.as_str()).await?;
        let mut record = match held {
            Some(row) => register::document(writing.connection(), row.key).await?,
            None => Record::new()?,
        };
        let fields = [("property_id", code.as_str()), ("owner_english", owner)];
        let device = self.device();
        let Some(change) = record.write(device, self.writer.epoch, now_ms, &fields)? else { return Ok(None) };
        let document = journal::record::document_of(self.writer.town, "property", code.as_str());
        let fact = Fact::from(RecordChanged { register: Register::Property, document, change });
        let head = writing.append(Some(clerk), &fact).await?;
        writing.commit().await?;
        Ok(Some(head))
    }

    /// Brings a file of dues in; counters that bring the same one, or another of the same names, end with one demand.
    pub(crate) async fn bring_dues(&mut self, dice: &mut Dice, story: &mut Story) -> Result<(), Broken> {
        let amount = dice.pick(&DEMANDS).copied().unwrap_or_default();
        // Even a look into the file may write (a read-ahead of the log's index), and be where the power goes.
        let Ok(before) = self.own_seq().await else {
            let unseen = StoreError::NotFound("vector");
            return self.after_failure("looking at the chain", &unseen, None, story).await.map(|_| ());
        };
        match self.try_dues(amount).await {
            Ok(head) => {
                story.note("files of dues");
                self.keep_mark(&head);
                self.acknowledged.push(head);
                self.demanded.push((head, amount));
                Ok(())
            }
            Err(error) => {
                // Nobody was told; what the disk kept counts all the same.
                if self.after_failure("bringing dues in", &error, Some(before), story).await?
                    && let Ok(Some(head)) = self.own_head(self.writer.epoch).await
                {
                    self.demanded.push((head, amount));
                }
                Ok(())
            }
        }
    }

    async fn try_dues(&self, amount: i64) -> Result<ChainHead, StoreError> {
        let administrator = self.grant_of(USER, Role::Administrator).await?;
        let lines = (0..CONSUMERS).map(|consumer| DemandLine {
            consumer: consumer_code(consumer),
            year: FinancialYear(2024),
            head: HeadCode::from(PROPERTY_TAX.1),
            amount_paise: Paise(amount),
        });
        let batch = DemandBatch {
            service: ServiceCode::from(PROPERTY_TAX.0),
            source: journal::hash(&amount.to_be_bytes()),
            lines: lines.collect(),
            under: Vec::new(),
        };
        let mut writing = self.machine.store().map_err(not_found)?.begin(&self.writer, self.now_ms()).await?;
        writing.append_all(Some(author(administrator.grant)), &[Fact::from(batch)]).await?;
        writing.commit().await
    }
}

impl Promise {
    /// What the receipt applies to a due: nothing once it is cancelled, and nothing where it was a fee.
    pub(crate) fn applied(&self, consumer: usize) -> i64 {
        let counts = self.cancelled.is_none() && self.consumer == Some(consumer);
        if counts { self.paise } else { 0 }
    }
}
