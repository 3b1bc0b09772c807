//! One counter: takes money through the store as the office does, keeps what it promised its clerk, and may die at any
//! write.

use super::machine::{Machine, SimEntropy};
use super::town::{CONSUMERS, Town, USER, author, consumer_code, people};
use super::wire::{Line, Wire};
use super::{Broken, SimClock, Story, broken};
use crate::dice::Dice;
use carrier::{Clock, Guest};
use domain::demand::{ConsumerCode, HeadCode, ServiceCode};
use domain::drawer::{ShiftClosed, ShiftOpened};
use domain::fact::Fact;
use domain::identity::DraftId;
use domain::payment::Instrument;
use domain::people::{Author, DeviceEnrolled, Role};
use domain::receipt::{ReceiptIssued, ReceiptLine, ReceiptNumber};
use domain::{Bilingual, BusinessDate, ChainHead, CounterCode, Epoch, FinancialYear, Hash, Paise};
use journal::{Certificate, KeyPair};
use std::sync::Arc;
use store::Series;
use store::query::desk;
use store::{StoreError, Writer};
use sync::Credentials;
use sync::client::Event;

/// The clocks of one counter: wrong by some amount, and one that only goes forward.
struct CounterClock {
    clock: Arc<SimClock>,
    error_ms: i64,
}

impl Clock for CounterClock {
    fn now_ms(&self) -> i64 {
        self.clock.now_ms().saturating_add(self.error_ms)
    }

    fn forward_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}

/// Service and head of the register's dues.
pub(crate) const PROPERTY_TAX: (&str, &str) = ("PT", "PT_TAX");
/// Service and head of a fee, which no consumer owes.
const FEE: (&str, &str) = ("MISC.TENDER-FORM", "MISC_FEE");

/// A receipt somebody holds in hand.
pub(crate) struct Promise {
    pub(crate) receipt: ChainHead,
    /// Whose dues it pays; `None` for a fee.
    pub(crate) consumer: Option<usize>,
    pub(crate) paise: i64,
    pub(crate) cancelled: Option<ChainHead>,
}

pub(crate) struct Counter {
    pub(super) index: usize,
    pub(crate) machine: Machine,
    dice: Dice,
    clock: CounterClock,
    pub(super) writer: Writer,
    code: CounterCode,
    of_town: Certificate,
    of_device: Certificate,
    presses: u64,
    pub(super) promised: Vec<Promise>,
    /// Whatever else was acknowledged: it must be found again as a receipt must.
    pub(super) acknowledged: Vec<ChainHead>,
    /// What the files of dues that were brought in here ask of every consumer.
    pub(super) demanded: Vec<i64>,
}

impl Counter {
    pub(crate) fn new(index: usize, mut dice: Dice, town: &Town, clock: Arc<SimClock>) -> Counter {
        let mut secret = [0; 32];
        dice.fill(&mut secret);
        let key = KeyPair::from_secret(secret);
        let of_device = town.certify(&key);
        Counter {
            index,
            machine: Machine::new(dice.fork("machine")),
            dice,
            clock: CounterClock { clock, error_ms: 0 },
            writer: Writer { town: town.code, key, epoch: Epoch(0) },
            code: CounterCode(format!("C{:02}", index + 1)),
            of_town: town.of_town.clone(),
            of_device,
            presses: 0,
            promised: Vec::new(),
            acknowledged: Vec::new(),
            demanded: Vec::new(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.code.0
    }

    /// Receipts that were acknowledged, or found durable after a cut.
    pub(crate) fn promised(&self) -> &[Promise] {
        &self.promised
    }

    /// Other entries that were acknowledged, cancellations included.
    pub(crate) fn acknowledged(&self) -> impl Iterator<Item = &ChainHead> {
        self.acknowledged.iter().chain(self.promised.iter().filter_map(|promise| promise.cancelled.as_ref()))
    }

    /// The demands of the files of dues brought in here.
    pub(crate) fn demanded(&self) -> &[i64] {
        &self.demanded
    }

    pub(crate) fn enrolment(&self, town: &Town) -> DeviceEnrolled {
        town.enrolled(&self.writer.key, &self.code)
    }

    pub(crate) async fn found(&mut self, town: &Town, devices: Vec<DeviceEnrolled>) -> Result<(), Broken> {
        let founding = || async {
            let mut writing =
                self.machine.store().map_err(not_found)?.begin(&self.writer, self.now_ms()).await?;
            let founded =
                writing.append(None, &Fact::from(town.founded(&self.writer.key, &self.code))).await?;
            let administrator = author(founded.hash);
            for fact in people() {
                writing.append(Some(administrator), &fact).await?;
            }
            for device in devices.into_iter().skip(1) {
                writing.append(Some(administrator), &Fact::from(device)).await?;
            }
            writing.append(Some(administrator), &Fact::from(town.demands())).await?;
            writing.commit().await
        };
        founding().await.map(|_| ()).map_err(broken("founding"))
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    async fn clerk_author(&self) -> Result<Author, StoreError> {
        self.grant_of(USER, Role::Clerk).await
    }

    /// Entries held, of all chains.
    pub(super) async fn entries_held(&self) -> Result<u64, Broken> {
        let vector = self.machine.store()?.vector().await.map_err(broken("vector"))?;
        Ok(vector.iter().map(|head| head.seq).sum())
    }

    /// Entries of the counter's own chain.
    pub(super) async fn own_seq(&self) -> Result<u64, Broken> {
        let device = journal::device_of(&self.writer.key.public());
        let vector = self.machine.store()?.vector().await.map_err(broken("vector"))?;
        Ok(vector.iter().find(|head| head.device == device).map_or(0, |head| head.seq))
    }

    pub(crate) async fn open_shift(&mut self) -> Result<(), Broken> {
        self.certify_second().await.map_err(broken("certifying the second person"))?;
        self.try_open_shift().await.map_err(broken("opening the first shift"))
    }

    async fn try_open_shift(&mut self) -> Result<(), StoreError> {
        let clerk = self.clerk_author().await?;
        let store = self.machine.store().map_err(not_found)?;
        let device = journal::device_of(&self.writer.key.public());
        let last = desk::last_shift(&mut *store.reading().await?, &device, Epoch(0)).await?;
        let date = BusinessDate::from_unix_ms(self.clock.clock.now_ms());
        let date = last.as_ref().map_or(date, |row| row.business_date.max(date));
        let mut writing = store.begin(&self.writer, self.now_ms()).await?;
        let opened = ShiftOpened {
            counter: self.code.clone(),
            business_date: date,
            float_paise: Paise::ZERO,
            clock_suspect: self.clock.error_ms != 0,
            previous: last.map(|row| row.shift.hash),
        };
        writing.append(Some(clerk), &Fact::from(opened)).await?;
        writing.commit().await.map(|_| ())
    }

    /// Takes money. If the power goes, the clerk was told nothing; what the disk kept is found after the restart.
    pub(crate) async fn take_money(&mut self, dice: &mut Dice, story: &mut Story) -> Result<(), Broken> {
        self.presses += 1;
        let draft = DraftId(u128::from(self.presses).to_be_bytes());
        let consumer = (!dice.chance(1, 5)).then(|| dice.index(CONSUMERS));
        let paise = 100 + dice.below(200_000) as i64;
        let promise = |receipt| Promise { receipt, consumer, paise, cancelled: None };
        match self.try_receipt(draft, consumer, paise).await {
            Ok(head) => {
                story.acknowledged += 1;
                self.promised.push(promise(head));
                Ok(())
            }
            Err(error) => {
                self.after_failure("taking money", &error, None, story).await?;
                if let Some(head) = self.pressed(&draft).await? {
                    story.found_after_cut += 1;
                    self.promised.push(promise(head));
                }
                Ok(())
            }
        }
    }

    /// What a press came to, as the office asks after a restart.
    async fn pressed(&self, draft: &DraftId) -> Result<Option<ChainHead>, Broken> {
        let device = journal::device_of(&self.writer.key.public());
        let mut reading = self.machine.store()?.reading().await.map_err(broken("reading"))?;
        let found = store::query::payment::pressed(&mut reading, draft, &device).await;
        found.map_err(broken("looking for the press"))
    }

    async fn try_receipt(
        &self,
        draft: DraftId,
        consumer: Option<usize>,
        paise: i64,
    ) -> Result<ChainHead, StoreError> {
        let clerk = self.clerk_author().await?;
        let mut writing = self.machine.store().map_err(not_found)?.begin(&self.writer, self.now_ms()).await?;
        let device = journal::device_of(&self.writer.key.public());
        let shift = desk::last_shift(writing.connection(), &device, Epoch(0))
            .await?
            .filter(|row| row.closed_seq.is_none())
            .ok_or(StoreError::NotFound("shift"))?;
        let year = shift.business_date.financial_year();
        let serial = writing.next_serial(Series::Receipt, year).await?;
        let number = ReceiptNumber {
            town: self.writer.town,
            counter: self.code.clone(),
            epoch: Epoch(0),
            year,
            serial,
        };
        let fact =
            Fact::from(self.receipt(number, shift.shift.hash, shift.business_date, draft, consumer, paise));
        let head = writing.append(Some(clerk), &fact).await?;
        writing.note_press(&draft, &head, &USER);
        writing.commit().await?;
        Ok(head)
    }

    fn receipt(
        &self,
        number: ReceiptNumber,
        shift: Hash,
        business_date: BusinessDate,
        draft: DraftId,
        consumer: Option<usize>,
        paise: i64,
    ) -> ReceiptIssued {
        let (service, head) = if consumer.is_some() { PROPERTY_TAX } else { FEE };
        ReceiptIssued {
            number,
            shift,
            business_date,
            service: ServiceCode::from(service),
            consumer: consumer.map_or_else(|| ConsumerCode::from(""), consumer_code),
            assessee: Bilingual::new("राम", "Ram"),
            payer_name: String::new(),
            payer_mobile: None,
            lines: vec![ReceiptLine {
                year: FinancialYear(2025),
                head: HeadCode::from(head),
                amount_paise: Paise(paise),
            }],
            instrument: Instrument::exact_cash(Paise(paise)),
            balance_after_paise: Paise::ZERO,
            leaf: None,
            draft,
            template: 1,
            under: Vec::new(),
            remark: String::new(),
        }
    }

    /// Closes the shift and opens the next; a cut in between leaves a counter without a shift, which the restart mends.
    pub(crate) async fn close_day(&mut self, story: &mut Story) -> Result<(), Broken> {
        let closed = match self.try_close().await {
            Ok(()) => self.try_open_shift().await,
            Err(error) => Err(error),
        };
        match closed {
            Ok(()) => Ok(()),
            Err(error) => self.after_failure("closing the day", &error, None, story).await.map(|_| ()),
        }
    }

    async fn try_close(&self) -> Result<(), StoreError> {
        let clerk = self.clerk_author().await?;
        let mut writing = self.machine.store().map_err(not_found)?.begin(&self.writer, self.now_ms()).await?;
        let device = journal::device_of(&self.writer.key.public());
        let shift = desk::last_shift(writing.connection(), &device, Epoch(0)).await?;
        let Some(shift) = shift.filter(|row| row.closed_seq.is_none()) else { return Ok(()) };
        let head = writing.head().hash;
        let closed = ShiftClosed {
            shift: shift.shift.hash,
            counted: Vec::new(),
            expected: Vec::new(),
            expected_cash_paise: Paise::ZERO,
            difference_paise: Paise::ZERO,
            difference_reason: String::new(),
            receipts_issued: 0,
            receipts_cancelled: 0,
            head,
        };
        writing.append(Some(clerk), &Fact::from(closed)).await?;
        writing.commit().await.map(|_| ())
    }

    /// One turn of the exchange with the server, as the background loop takes it.
    pub(crate) async fn exchange(&mut self, wire: &Wire, story: &mut Story) -> Result<(), Broken> {
        self.ask("server", &wire.of(self.index), story).await
    }

    /// One turn with whoever answers at the end of a line.
    pub(super) async fn ask(&mut self, peer: &str, line: &Line<'_>, story: &mut Story) -> Result<(), Broken> {
        let credentials = self.credentials();
        let mut entropy = self.entropy("exchange");
        let store = self.machine.store()?.clone();
        if let Ok(mut guest) = Guest::new(store, peer, credentials, Epoch(0), &mut entropy).await {
            guest.pass(Event::Asked, line, &self.clock, &mut entropy).await;
        }
        if self.machine.is_dead() {
            self.revive(None, story).await?;
        }
        Ok(())
    }

    pub(super) fn credentials(&self) -> Credentials {
        Credentials {
            town: self.of_town.clone(),
            device: self.of_device.clone(),
            key: self.writer.key.clone(),
        }
    }

    /// Randomness for what is done now.
    pub(super) fn entropy(&self, what: &str) -> SimEntropy {
        SimEntropy(self.dice.fork(&format!("{what} {}", self.clock.forward_ms())))
    }

    pub(crate) fn jump_clock(&mut self, dice: &mut Dice) {
        // A dead battery, a wrong year, or a few hours.
        let jumps = [-self.clock.clock.now_ms(), 2_290_000_000_000, 7_200_000, -86_400_000];
        self.clock.error_ms = dice.pick(&jumps).copied().unwrap_or(0);
    }

    pub(crate) fn right_clock(&mut self) {
        self.clock.error_ms = 0;
    }

    pub(crate) async fn restart(&mut self, story: &mut Story) -> Result<(), Broken> {
        if self.machine.is_dead() {
            return self.revive(None, story).await.map(|_| ());
        }
        self.machine.restart().await?;
        self.check_promises().await
    }

    /// An error is right only where the power went. Answers whether the disk kept the batch all the same: whether the
    /// counter's own chain is longer than it was `before`.
    pub(super) async fn after_failure(
        &mut self,
        what: &str,
        error: &StoreError,
        before: Option<u64>,
        story: &mut Story,
    ) -> Result<bool, Broken> {
        if !self.machine.is_dead() {
            return Err(Broken(format!("{what} at {} failed with the power on: {error}", self.code.0)));
        }
        self.revive(before, story).await
    }

    async fn revive(&mut self, before: Option<u64>, story: &mut Story) -> Result<bool, Broken> {
        story.power_cuts += 1;
        self.machine.revive().await?;
        let kept = match before {
            Some(before) => self.own_seq().await? > before,
            None => false,
        };
        self.check_promises().await?;
        self.ensure_shift().await?;
        Ok(kept)
    }

    /// Every receipt that was promised is in the file.
    async fn check_promises(&self) -> Result<(), Broken> {
        let store = self.machine.store()?;
        let receipts = self.promised.iter().map(|promise| &promise.receipt);
        for entry in receipts.chain(self.acknowledged()) {
            store.entry(entry).await.map_err(|error| {
                Broken(format!("entry {} of {} is lost after a restart: {error}", entry.seq, self.code.0))
            })?;
        }
        Ok(())
    }

    async fn ensure_shift(&mut self) -> Result<(), Broken> {
        let device = journal::device_of(&self.writer.key.public());
        let store = self.machine.store()?;
        let mut reading = store.reading().await.map_err(broken("reading"))?;
        let last = desk::last_shift(&mut reading, &device, Epoch(0)).await.map_err(broken("shift"))?;
        drop(reading);
        if last.is_some_and(|row| row.closed_seq.is_none()) {
            return Ok(());
        }
        self.try_open_shift().await.map_err(broken("opening a shift after a restart"))
    }
}

pub(super) fn not_found(_: Broken) -> StoreError {
    StoreError::NotFound("machine")
}
