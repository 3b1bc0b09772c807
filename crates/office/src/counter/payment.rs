//! Taking money: checked, spread, numbered and made durable in one transaction; only then shown and printed.

use super::shift::held_shift;
use super::{head_name, open_dues, service_name, wrap_purpose};
use crate::authority::humblest;
use crate::receipts::has_left_the_drawer;
use crate::{Office, OfficeError, Town};
use contract::{LineView, Payment, Preview, ReceiptBrief, ReceiptView, Reply};
use domain::allocation::{allocate, total_due};
use domain::demand::{ADVANCE_HEAD, ConsumerCode, ServiceCode};
use domain::fact::{Fact, Kind};
use domain::identity::DraftId;
use domain::limits::{NAME_CHARACTERS_MAX, RECEIPT_LINES_MAX, RECEIPT_PAISE_MAX, TEXT_CHARACTERS_MAX};
use domain::payment::PaymentMode;
use domain::people::Author;
use domain::receipt::{ReceiptIssued, ReceiptLine, ReceiptNumber, Sealed};
use domain::register::PROPERTY_TAX_SERVICE;
use domain::{Bilingual, ChainHead, FinancialYear, Language, Paise, words};
use journal::seal::{self, PersonKey, WrappedKey};
use masters::ServiceFolder;
use store::Writing;
use store::query::bill::{self, DueRow, ReceiptRow, RecordRow};
use store::query::payment::{Asked, BeforePayment, before_payment};
use store::query::{desk, people};

/// A payment whose fields hold, spread over what is due.
pub(crate) struct Spread {
    pub(crate) lines: Vec<ReceiptLine>,
    pub(crate) balance_after_paise: Paise,
}

impl Office {
    pub(crate) async fn preview(&self, payment: Payment) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        check_fields(&payment)?;
        let mut reading = town.store.reading().await?;
        let last = desk::last_shift(&mut reading, &town.device, town.writer.epoch).await?;
        let dues = bill::dues(&mut reading, &payment.service, &payment.consumer).await?;
        drop(reading);
        let date = held_shift(last, &session.user)?.business_date;
        payment.instrument.check(payment.amount_paise, date)?;
        let spread = spread(&payment, &dues, date.financial_year())?;
        let advance = spread.lines.iter().filter(|line| line.head.as_str() == ADVANCE_HEAD);
        Ok(Reply::Preview(Preview {
            amount_paise: payment.amount_paise,
            words: in_words(payment.amount_paise),
            change_paise: payment.instrument.change_paise(payment.amount_paise),
            balance_after_paise: spread.balance_after_paise,
            advance_paise: Paise::checked_sum(advance.map(|line| line.amount_paise)).unwrap_or(Paise::ZERO),
            lines: line_views(&payment.service, &spread.lines)?,
        }))
    }

    pub(crate) async fn take_payment(&self, payment: Payment) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let draft = DraftId::from_hex(&payment.draft).ok_or(OfficeError::Draft)?;
        check_fields(&payment)?;
        // Asked under the write lock: a doubled Enter waits there for the first one, and finds its receipt.
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        let asked = Asked {
            device: &town.device,
            epoch: town.writer.epoch,
            user: &session.user,
            draft: &draft,
            service: &payment.service,
            consumer: &payment.consumer,
        };
        let before = before_payment(writing.connection(), &asked).await?;
        if let Some(receipt) = before.pressed {
            drop(writing);
            return self.receipt_without_paper(&town, &receipt).await;
        }
        let author = humblest(&before.grants, &session.user, Kind::ReceiptIssued)?;
        let fact = self.receipt_fact(&town, before, &mut writing, &payment, author, draft).await?;
        let issued = writing.append(Some(author), &Fact::from(fact)).await?;
        writing.note_press(&draft, &issued, &session.user);
        self.commit(writing).await?;
        // From here on the money is recorded: nothing below may turn it into an error.
        Ok(Reply::Receipt(Box::new(self.printed_receipt(&town, &issued).await?)))
    }

    async fn receipt_without_paper(&self, town: &Town, receipt: &ChainHead) -> Result<Reply, OfficeError> {
        Ok(Reply::Receipt(Box::new(receipt_view(self, town, receipt).await?)))
    }

    /// Everything the receipt says, read under the write lock so that it still holds at commit.
    async fn receipt_fact(
        &self,
        town: &Town,
        before: BeforePayment,
        writing: &mut Writing,
        payment: &Payment,
        author: Author,
        draft: DraftId,
    ) -> Result<ReceiptIssued, OfficeError> {
        let shift = held_shift(before.shift, &author.user)?;
        let date = shift.business_date;
        payment.instrument.check(payment.amount_paise, date)?;
        let assessee = assessee(before.record, payment)?;
        let spread = spread(payment, &before.dues, date.financial_year())?;
        if let Some(leaf) = &payment.leaf {
            crate::drawer::check_leaf(writing, &town.identity.counter.0, leaf).await?;
        }
        let serial = before.last_serials.get(&date.financial_year()).map_or(1, |last| last + 1);
        let payer_mobile = self.sealed_mobile(town, writing, payment, serial).await?;
        Ok(ReceiptIssued {
            number: ReceiptNumber {
                town: town.code,
                counter: town.identity.counter.clone(),
                epoch: town.writer.epoch,
                year: date.financial_year(),
                serial,
            },
            shift: shift.shift.hash,
            business_date: date,
            service: ServiceCode::from(payment.service.as_str()),
            consumer: ConsumerCode::from(payment.consumer.as_str()),
            assessee,
            payer_name: clean(&payment.payer_name),
            payer_mobile,
            lines: spread.lines,
            instrument: payment.instrument.clone(),
            balance_after_paise: spread.balance_after_paise,
            leaf: payment.leaf.clone(),
            draft,
            template: paper::RECEIPT_TEMPLATE_VERSION,
            under: decided_under(&payment.service)?,
            remark: clean(&payment.remark),
        })
    }

    /// The mobile, sealed under a key of the payer's own that is kept beside the log.
    async fn sealed_mobile(
        &self,
        town: &Town,
        writing: &mut Writing,
        payment: &Payment,
        serial: u32,
    ) -> Result<Option<Sealed>, OfficeError> {
        if payment.payer_mobile.is_empty() {
            return Ok(None);
        }
        let source = if payment.consumer.is_empty() { serial.to_string() } else { payment.consumer.clone() };
        let register = if payment.consumer.is_empty() { "receipt" } else { "payer" };
        town.seal_for(writing, self.shell.entropy().as_mut(), register, &source, &payment.payer_mobile)
            .await
            .map(Some)
    }
}

impl Town {
    /// Seals a personal text under the key of a record's person, made when first needed, inside the caller's batch.
    pub(crate) async fn seal_for(
        &self,
        writing: &mut Writing,
        entropy: &mut dyn journal::Entropy,
        register: &str,
        source_id: &str,
        text: &str,
    ) -> Result<Sealed, OfficeError> {
        let person = seal::person_of(self.code, register, source_id, &self.device);
        let held = people::person_key(writing.connection(), &person).await?;
        let opened = held.and_then(|wrapped| {
            seal::unwrap(&self.identity.town_secret, &wrap_purpose(&person), &wrapped).ok()
        });
        let key = match opened.and_then(|bytes| bytes.as_slice().try_into().ok()) {
            Some(bytes) => PersonKey(bytes),
            None => {
                let key = PersonKey::generate(entropy);
                let bytes = seal::wrap(&self.identity.town_secret, &wrap_purpose(&person), &key.0, entropy)?;
                people::add_person_key(writing.connection(), &WrappedKey { person, bytes }).await?;
                key
            }
        };
        Ok(seal::seal(person, &key, text, entropy)?)
    }
}

fn assessee(record: Option<RecordRow>, payment: &Payment) -> Result<Bilingual, OfficeError> {
    if payment.consumer.is_empty() {
        let name = clean(&payment.payer_name);
        if name.is_empty() {
            return Err(OfficeError::Missing("payer_name"));
        }
        return Ok(Bilingual::new(name.clone(), name));
    }
    let property = record.ok_or(OfficeError::NoSuchConsumer)?.property;
    Ok(Bilingual { hindi: property.owner_hindi, english: property.owner_english })
}

fn check_amount(amount_paise: Paise) -> Result<(), OfficeError> {
    if amount_paise <= Paise::ZERO {
        return Err(OfficeError::AmountNotPositive);
    }
    if amount_paise > RECEIPT_PAISE_MAX {
        return Err(OfficeError::AmountTooLarge);
    }
    Ok(())
}

pub(crate) fn check_fields(payment: &Payment) -> Result<(), OfficeError> {
    check_amount(payment.amount_paise)?;
    for (field, text, characters_max) in [
        ("payer_name", &payment.payer_name, NAME_CHARACTERS_MAX),
        ("bank", &payment.instrument.bank, NAME_CHARACTERS_MAX),
        ("branch", &payment.instrument.branch, NAME_CHARACTERS_MAX),
        ("number", &payment.instrument.number, NAME_CHARACTERS_MAX),
        ("approval_code", &payment.instrument.approval_code, NAME_CHARACTERS_MAX),
        ("our_reference", &payment.instrument.our_reference, NAME_CHARACTERS_MAX),
        ("ifsc", &payment.instrument.ifsc, NAME_CHARACTERS_MAX),
        ("remark", &payment.remark, TEXT_CHARACTERS_MAX),
    ] {
        if text.chars().count() > characters_max {
            return Err(OfficeError::TooLong { field, characters_max });
        }
    }
    if !payment.payer_mobile.is_empty() && !is_mobile(&payment.payer_mobile) {
        return Err(OfficeError::Mobile);
    }
    Ok(())
}

/// Ten digits from 6 to 9 (Department of Telecommunications numbering plan).
pub(crate) fn is_mobile(text: &str) -> bool {
    text.len() == 10
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.bytes().next().is_some_and(|first| (b'6'..=b'9').contains(&first))
}

/// Text as it may stand on paper: no control or direction marks, single spaces.
pub(crate) fn clean(text: &str) -> String {
    let is_mark = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let kept: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_mark(*c)).collect();
    kept.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Dues: spread by the rule, within what the head's setting lets a clerk choose. Miscellaneous: the lines as given.
fn spread(payment: &Payment, dues: &[DueRow], year: FinancialYear) -> Result<Spread, OfficeError> {
    if payment.lines.is_empty() {
        return spread_over_dues(payment, dues, year);
    }
    let service = ServiceCode::from(payment.service.as_str());
    if payment.lines.len() > RECEIPT_LINES_MAX {
        return Err(OfficeError::LinesDoNotAddUp);
    }
    for line in &payment.lines {
        if line.amount_paise <= Paise::ZERO {
            return Err(OfficeError::AmountNotPositive);
        }
        if masters::head(&service, &line.head)?.is_none() {
            return Err(OfficeError::NoSuchHead);
        }
    }
    let sum = Paise::checked_sum(payment.lines.iter().map(|line| line.amount_paise));
    if sum != Some(payment.amount_paise) {
        return Err(OfficeError::LinesDoNotAddUp);
    }
    Ok(Spread { lines: payment.lines.clone(), balance_after_paise: Paise::ZERO })
}

pub(crate) fn spread_over_dues(
    payment: &Payment,
    dues: &[DueRow],
    year: FinancialYear,
) -> Result<Spread, OfficeError> {
    if payment.service != PROPERTY_TAX_SERVICE || payment.consumer.is_empty() {
        return Err(OfficeError::NoSuchHead);
    }
    let open = open_dues(dues)?;
    let due = total_due(&open).ok_or(OfficeError::AmountTooLarge)?;
    let setting =
        ServiceFolder::PropertyTax.settings()?.of_service(&ServiceCode::from(payment.service.as_str()));
    if due.is_zero() && !setting.advance_allowed {
        return Err(OfficeError::NothingDue);
    }
    if payment.amount_paise < due && !setting.part_payment_allowed {
        return Err(OfficeError::PartPaymentNotAllowed);
    }
    if payment.amount_paise > due && !setting.advance_allowed {
        return Err(OfficeError::AdvanceNotAllowed);
    }
    let lines = allocate(&open, payment.amount_paise, year).map_err(|_| OfficeError::AmountTooLarge)?;
    if lines.len() > RECEIPT_LINES_MAX {
        return Err(OfficeError::AmountTooLarge);
    }
    let left = Paise(due.0 - payment.amount_paise.0).or_zero_if_negative();
    Ok(Spread { lines, balance_after_paise: left })
}

/// Hashes of the tables the receipt was decided under.
fn decided_under(service: &str) -> Result<Vec<domain::Hash>, OfficeError> {
    let folder = ServiceFolder::of(&ServiceCode::from(service))?.ok_or(OfficeError::NoSuchHead)?;
    let names = [format!("{}/heads", folder.name()), format!("{}/settings", folder.name())];
    Ok(names.iter().filter_map(|name| masters::definition(name)).map(|d| journal::hash(d.bytes)).collect())
}

pub(crate) fn in_words(amount_paise: Paise) -> Bilingual {
    Bilingual::new(
        words::amount_in_words(amount_paise, Language::Hindi),
        words::amount_in_words(amount_paise, Language::English),
    )
}

pub(crate) fn line_views(service: &str, lines: &[ReceiptLine]) -> Result<Vec<LineView>, OfficeError> {
    lines
        .iter()
        .map(|line| Ok(LineView { name: head_name(service, &line.head)?, line: line.clone() }))
        .collect()
}

/// The receipt's own fact.
pub(crate) async fn issued(
    town: &Town,
    at: &ChainHead,
) -> Result<(journal::Entry, ReceiptIssued), OfficeError> {
    let entry = town.store.entry(at).await?;
    match entry.fact()? {
        Some(Fact::ReceiptIssued(fact)) => Ok((entry, fact)),
        Some(Fact::ReceiptRecovered(fact)) => Ok((entry, fact.receipt)),
        _ => Err(store::StoreError::NotFound("receipt").into()),
    }
}

/// One line of a list.
pub(crate) async fn brief(town: &Town, row: &ReceiptRow) -> Result<ReceiptBrief, OfficeError> {
    let (_, fact) = issued(town, &row.receipt).await?;
    let mode = PaymentMode::ALL.into_iter().find(|mode| *mode as i64 == row.mode).unwrap_or_default();
    Ok(ReceiptBrief {
        receipt: row.receipt,
        number: fact.number.to_string(),
        business_date: row.business_date,
        at_ms: row.at_ms,
        assessee: fact.assessee,
        payer_name: fact.payer_name,
        amount_paise: row.amount_paise,
        mode,
        cancelled: row.cancelled,
        counter: fact.number.counter.0,
        confirmed: row.confirmed,
    })
}

/// The whole receipt as the screen shows it.
pub(crate) async fn receipt_view(
    office: &Office,
    town: &Town,
    at: &ChainHead,
) -> Result<ReceiptView, OfficeError> {
    let mut reading = town.store.reading().await?;
    let row = bill::receipt(&mut reading, at).await?.ok_or(store::StoreError::NotFound("receipt"))?;
    let staff = people::staff(&mut reading).await?;
    drop(reading);
    let (entry, fact) = issued(town, at).await?;
    let clerk = entry.author.and_then(|author| staff.iter().find(|person| person.user == author.user));
    let own = at.device == town.device && at.epoch == town.writer.epoch;
    let total = fact.total_paise().unwrap_or(row.amount_paise);
    Ok(ReceiptView {
        brief: brief(town, &row).await?,
        service_name: service_name(&fact.service)?,
        service: fact.service.0.clone(),
        consumer: fact.consumer.0.clone(),
        lines: line_views(fact.service.as_str(), &fact.lines)?,
        words: in_words(total),
        change_paise: fact.instrument.change_paise(total),
        instrument: fact.instrument,
        balance_after_paise: fact.balance_after_paise,
        leaf: fact.leaf,
        clerk: clerk.map(|person| person.name.clone()).unwrap_or_default(),
        chain_head: at.hash.short(),
        disputed: office.dispute_words(town, at).await?,
        history: office.history_of(town, at).await?,
        may_cancel: own && !row.cancelled && !has_left_the_drawer(town, &row).await?,
        // The paper of one entered again is in the payer's hands, and names another entry.
        may_reprint: own && !row.cancelled && entry.kind == Kind::ReceiptIssued.number(),
        may_certify: !row.cancelled,
        paper: None,
    })
}
