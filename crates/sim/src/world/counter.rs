//! One counter: takes money through the store as the office does, keeps what it promised its clerk, and may die at any
//! write.

use super::machine::Machine;
use super::town::{CONSUMERS, Town, USER, author, consumer_code, people};
use super::{Broken, SimClock, Story, broken};
use crate::dice::Dice;
use crate::vfs::Disk;
use carrier::Clock;
use domain::demand::{ConsumerCode, HeadCode, ServiceCode};
use domain::drawer::{ShiftClosed, ShiftOpened};
use domain::fact::Fact;
use domain::identity::DraftId;
use domain::payment::Instrument;
use domain::people::{Author, DeviceEnrolled, Role};
use domain::receipt::{ReceiptIssued, ReceiptLine, ReceiptNumber};
use domain::{Bilingual, BusinessDate, ChainHead, CounterCode, DeviceId, Epoch, FinancialYear, Hash, Paise};
use journal::{Certificate, KeyPair};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Series;
use store::query::desk;
use store::{StoreError, Writer};

/// The clocks of one counter: wrong by some amount, and one that only goes forward.
pub(super) struct CounterClock {
    pub(super) clock: Arc<SimClock>,
    pub(super) error_ms: i64,
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
#[derive(Clone)]
pub(crate) struct Promise {
    pub(crate) receipt: ChainHead,
    /// Whose dues it pays; `None` for a fee.
    pub(crate) consumer: Option<usize>,
    pub(crate) paise: i64,
    pub(crate) cancelled: Option<ChainHead>,
    /// A cancellation that died with a disk. A stick may bring it back.
    pub(crate) cancelled_once: Option<ChainHead>,
}

/// Whether a counter works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It takes money.
    Serving,
    /// Its disk died.
    Dead,
    /// It was found to be one of two copies; its file is kept.
    Twin,
}

/// Where a counter stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) index: usize,
    pub(crate) building: usize,
    pub(crate) line: usize,
}

pub(crate) struct Counter {
    pub(super) index: usize,
    /// The building it stands in.
    pub(super) building: usize,
    /// The line it shares with others.
    pub(super) line: usize,
    pub(crate) machine: Machine,
    pub(super) standing: Standing,
    pub(super) dice: Dice,
    pub(super) clock: CounterClock,
    pub(super) writer: Writer,
    code: CounterCode,
    of_town: Certificate,
    of_device: Certificate,
    /// Which second person's key was made here.
    pub(super) second: usize,
    presses: u64,
    /// The number of the last own entry that was acknowledged, kept outside the file as the real mark is.
    pub(super) mark: u64,
    /// Runs a later version.
    pub(super) is_newer: bool,
    /// A copy of the disk, in the safe.
    pub(super) copy: Option<Disk>,
    /// The other half, where the disk was copied into a second computer and nobody noticed yet.
    pub(super) twin: Option<usize>,
    /// The disk failed: the computer is to be replaced.
    pub(super) disk_died: bool,
    /// The file is behind the mark: a new epoch must be opened before anything is written.
    pub(super) is_behind: bool,
    pub(super) promised: Vec<Promise>,
    /// Whatever else was acknowledged: it must be found again as a receipt must.
    pub(super) acknowledged: Vec<ChainHead>,
    /// What the files of dues that were brought in here ask of every consumer, with the entry that says so.
    pub(super) demanded: Vec<(ChainHead, i64)>,
    /// Receipts of which the last copy died with a disk. A stick may still bring them back.
    pub(super) died: Vec<Promise>,
    /// The same of files of dues.
    pub(super) demanded_once: Vec<(ChainHead, i64)>,
    /// Receipts that stand on this half of a found clone alone: its file is kept for them.
    pub(super) on_branch: Vec<Promise>,
    /// Receipts of a branch that was given up, under the entries that stand for them now.
    pub(super) entered_again: BTreeSet<ChainHead>,
}

impl Counter {
    pub(crate) fn new(at: Place, mut dice: Dice, town: &Town, clock: Arc<SimClock>) -> Counter {
        let mut secret = [0; 32];
        dice.fill(&mut secret);
        let key = KeyPair::from_secret(secret);
        let machine = Machine::new(dice.fork("machine"));
        Counter::with(at, machine, dice, town, key, clock)
    }

    fn with(
        at: Place,
        machine: Machine,
        dice: Dice,
        town: &Town,
        key: KeyPair,
        clock: Arc<SimClock>,
    ) -> Counter {
        Counter {
            index: at.index,
            building: at.building,
            line: at.line,
            machine,
            standing: Standing::Serving,
            dice,
            clock: CounterClock { clock, error_ms: 0 },
            of_town: town.of_town.clone(),
            of_device: town.certify(&key),
            writer: Writer { town: town.code, key, epoch: Epoch(0) },
            code: CounterCode(format!("C{:02}", at.index + 1)),
            second: at.index,
            presses: 0,
            mark: 0,
            is_newer: false,
            copy: None,
            twin: None,
            disk_died: false,
            is_behind: false,
            promised: Vec::new(),
            acknowledged: Vec::new(),
            demanded: Vec::new(),
            died: Vec::new(),
            demanded_once: Vec::new(),
            on_branch: Vec::new(),
            entered_again: BTreeSet::new(),
        }
    }

    /// A second computer with this one's disk: the same device, and neither knows of the other.
    pub(crate) async fn cloned(&self, index: usize, town: &Town, dice: &mut Dice) -> Result<Counter, Broken> {
        let machine = self.machine.twin(dice).await?;
        let (key, clock) = (self.writer.key.clone(), Arc::clone(&self.clock.clock));
        let mut twin =
            Counter::with(Place { index, ..self.place() }, machine, dice.fork("counter"), town, key, clock);
        twin.writer.epoch = self.writer.epoch;
        twin.code = self.code.clone();
        twin.second = self.second;
        // Presses are random in life; here they must not be the other half's.
        twin.presses = self.presses + (1 << 32);
        twin.mark = self.mark;
        twin.is_newer = self.is_newer;
        twin.twin = Some(self.index);
        Ok(twin)
    }

    pub(super) fn place(&self) -> Place {
        Place { index: self.index, building: self.building, line: self.line }
    }

    pub(crate) fn name(&self) -> String {
        format!("{}{}", self.code.0, self.writer.epoch.letters())
    }

    pub(crate) fn is_serving(&self) -> bool {
        self.standing == Standing::Serving
    }

    /// Where other computers may find it by themselves or by stick: not half of a clone, see [`super::plan`].
    pub(crate) fn is_alone(&self) -> bool {
        self.is_serving() && self.twin.is_none()
    }

    pub(super) fn certificates(&self) -> (Certificate, Certificate) {
        (self.of_town.clone(), self.of_device.clone())
    }

    pub(super) fn device(&self) -> DeviceId {
        journal::device_of(&self.writer.key.public())
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
    pub(crate) fn demanded(&self) -> impl Iterator<Item = i64> {
        self.demanded.iter().map(|(_, amount)| *amount)
    }

    /// Notes that an own entry was acknowledged.
    pub(super) fn keep_mark(&mut self, head: &ChainHead) {
        if head.epoch == self.writer.epoch {
            self.mark = self.mark.max(head.seq);
        }
    }

    pub(crate) fn enrolment(&self, town: &Town) -> DeviceEnrolled {
        town.enrolled(&self.writer.key, &self.code)
    }

    pub(crate) async fn found(
        &mut self,
        town: &Town,
        devices: Vec<DeviceEnrolled>,
    ) -> Result<(Hash, ChainHead), Broken> {
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
            Ok((founded.hash, writing.commit().await?))
        };
        let (founder, head) = founding().await.map_err(broken::<StoreError>("founding"))?;
        self.keep_mark(&head);
        Ok((founder, head))
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    async fn clerk_author(&self) -> Result<Author, StoreError> {
        self.grant_of(USER, Role::Clerk).await
    }

    pub(crate) async fn open_shift(&mut self) -> Result<(), Broken> {
        self.certify_second().await.map_err(broken("certifying the second person"))?;
        self.try_open_shift().await.map_err(broken("opening the first shift"))
    }

    pub(super) async fn try_open_shift(&mut self) -> Result<(), StoreError> {
        let clerk = self.clerk_author().await?;
        let store = self.machine.store().map_err(not_found)?;
        let device = self.device();
        let last = desk::last_shift(&mut *store.reading().await?, &device, self.writer.epoch).await?;
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
        let shift = writing.append(Some(clerk), &Fact::from(opened)).await?;
        let again = self.enter_lost_receipts(&mut writing, clerk, &shift).await?;
        let head = writing.commit().await?;
        self.keep_mark(&head);
        self.keep_entered_again(again);
        Ok(())
    }

    /// Money is taken in a shift. A disk that filled up after the last was closed left none.
    async fn try_shift(&mut self) -> Result<(), StoreError> {
        match self.has_shift().await? {
            true => Ok(()),
            false => self.try_open_shift().await,
        }
    }

    /// Takes money. If the power goes, the clerk was told nothing; what the disk kept is found after the restart.
    pub(crate) async fn take_money(&mut self, dice: &mut Dice, story: &mut Story) -> Result<(), Broken> {
        self.presses += 1;
        let draft = DraftId(u128::from(self.presses).to_be_bytes());
        let consumer = (!dice.chance(1, 5)).then(|| dice.index(CONSUMERS));
        let paise = 100 + dice.below(200_000) as i64;
        let promise = |receipt| Promise { receipt, consumer, paise, cancelled: None, cancelled_once: None };
        let taken = match self.try_shift().await {
            Ok(()) => self.try_receipt(draft, consumer, paise).await,
            Err(error) => Err(error),
        };
        match taken {
            Ok(head) => {
                story.note("receipts acknowledged");
                self.keep_mark(&head);
                self.promised.push(promise(head));
                Ok(())
            }
            Err(error) => {
                self.after_failure("taking money", &error, None, story).await?;
                match self.pressed(&draft).await {
                    Ok(Some(head)) => {
                        story.note("receipts found after a cut");
                        self.keep_mark(&head);
                        self.promised.push(promise(head));
                        Ok(())
                    }
                    Ok(None) => Ok(()),
                    Err(_) if self.machine.is_suspect() => {
                        self.disk_died = true;
                        Ok(())
                    }
                    Err(broken) => Err(broken),
                }
            }
        }
    }

    /// What a press came to, as the office asks after a restart.
    async fn pressed(&self, draft: &DraftId) -> Result<Option<ChainHead>, Broken> {
        let device = self.device();
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
        let device = self.device();
        let shift = desk::last_shift(writing.connection(), &device, self.writer.epoch)
            .await?
            .filter(|row| row.closed_seq.is_none())
            .ok_or(StoreError::NotFound("shift"))?;
        let year = shift.business_date.financial_year();
        let serial = writing.next_serial(Series::Receipt, year).await?;
        let number = ReceiptNumber {
            town: self.writer.town,
            counter: self.code.clone(),
            epoch: self.writer.epoch,
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
            Err(error) => {
                self.after_failure("closing the day", &error, None, story).await?;
                // The day may be closed and the next not begun.
                if self.machine.is_full() || self.disk_died || self.is_behind {
                    Ok(())
                } else {
                    self.ensure_shift().await
                }
            }
        }
    }

    async fn try_close(&mut self) -> Result<(), StoreError> {
        let clerk = self.clerk_author().await?;
        let mut writing = self.machine.store().map_err(not_found)?.begin(&self.writer, self.now_ms()).await?;
        let device = self.device();
        let shift = desk::last_shift(writing.connection(), &device, self.writer.epoch).await?;
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
        let head = writing.commit().await?;
        self.keep_mark(&head);
        Ok(())
    }
}

pub(super) fn not_found(_: Broken) -> StoreError {
    StoreError::NotFound("machine")
}
