//! Money of closed shifts goes to the bank: all their cash, and the cheques and drafts the person lists.

use super::cash::Counted;
use crate::claims::{number_on_paper, of_remittance};
use crate::counter::{brief, issued};
use crate::paper_done::done_or_problem;
use crate::papers::seal_of;
use crate::{Office, OfficeError, Town, reasons};
use contract::{BankAccount, PaperDone, Remit, Remittable, Reply};
use domain::drawer::Remitted;
use domain::fact::{Fact, Kind};
use domain::payment::PaymentMode;
use domain::{Bilingual, BusinessDate, ChainHead, Hash, Paise};
use std::collections::BTreeSet;
use store::Series;
use store::query::Connection;
use store::query::bill::ReceiptRow;
use store::query::{desk, entries, shift};
use store::{StoreError, Writing};

/// What is in hand of closed shifts.
struct InHand {
    closes: Vec<Hash>,
    /// Cash receipts that stand. The float is none of it: it stays in the drawer for the next shift.
    cash_paise: Paise,
    instruments: Vec<ReceiptRow>,
    /// Cash receipts that came back after their shift was paid in. Part of the cash above.
    late_cash: Vec<ReceiptRow>,
    /// The days of the closed shifts, oldest first.
    days: Vec<BusinessDate>,
}

impl InHand {
    async fn of(connection: &mut Connection, town: &Town) -> Result<InHand, OfficeError> {
        let (device, epoch) = (&town.device, town.writer.epoch);
        let mut closes = Vec::new();
        let mut days = Vec::new();
        let mut cash_paise = Paise::ZERO;
        for closed in desk::shifts_to_remit(connection, device, epoch).await? {
            let close = match closed.closed_epoch.zip(closed.closed_seq) {
                Some((by, seq)) => entries::head_at(connection, device, by, seq).await?,
                None => None,
            };
            closes.push(close.ok_or(StoreError::NotFound("close"))?.hash);
            days.push(closed.business_date);
            for (mode, _, sum) in desk::shift_totals(connection, &closed.shift).await? {
                if mode == PaymentMode::Cash as i64 {
                    cash_paise = cash_paise.checked_add(sum).ok_or(OfficeError::AmountTooLarge)?;
                }
            }
        }
        let instruments = shift::instruments_in_hand(connection, device, epoch).await?;
        let late_cash = shift::late_cash(connection, device, epoch).await?;
        for row in &late_cash {
            cash_paise = cash_paise.checked_add(row.amount_paise).ok_or(OfficeError::AmountTooLarge)?;
            days.push(row.business_date);
        }
        Ok(InHand { closes, cash_paise, instruments, late_cash, days })
    }

    /// The rows of the instruments named, each once. One that is not in hand went with an earlier slip, was cancelled,
    /// or was never here.
    fn listed(&self, named: &[ChainHead]) -> Result<Vec<ReceiptRow>, OfficeError> {
        let named: BTreeSet<&ChainHead> = named.iter().collect();
        let rows: Vec<ReceiptRow> =
            self.instruments.iter().filter(|row| named.contains(&row.receipt)).cloned().collect();
        if rows.len() == named.len() { Ok(rows) } else { Err(StoreError::NotFound("instrument").into()) }
    }
}

impl Office {
    pub(crate) async fn remittable(&self) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let mut reading = town.store.reading().await?;
        let in_hand = InHand::of(&mut reading, &town).await?;
        let accounts = shift::accounts(&mut reading).await?;
        drop(reading);
        let mut instruments = Vec::with_capacity(in_hand.instruments.len());
        for row in &in_hand.instruments {
            instruments.push(brief(&town, row).await?);
        }
        Ok(Reply::Remittable(Remittable {
            cash_paise: in_hand.cash_paise,
            instruments,
            closes: in_hand.closes,
            accounts: accounts.into_iter().map(|(bank, account)| BankAccount { bank, account }).collect(),
        }))
    }

    pub(crate) async fn remit(&self, ask: Remit) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let author = town.author(&session.user, Kind::Remitted).await?;
        let bank = reasons::name("bank", &ask.account.bank)?;
        let account = reasons::name("account", &ask.account.account)?;
        let counted = Counted::of(&ask.cash)?;
        let business_date = self.paper_day(&town).await?;
        let now_ms = self.shell.now_ms();
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let in_hand = InHand::of(writing.connection(), &town).await?;
        let listed = in_hand.listed(&ask.instruments)?;
        let amount_paise = amount(&counted, &in_hand, &listed)?;
        let fact = Remitted {
            serial: next_serial(&mut writing, business_date).await?,
            business_date,
            bank,
            account,
            cash: counted.pieces,
            instruments: listed.iter().chain(&in_hand.late_cash).map(|row| row.receipt).collect(),
            amount_paise,
            closes: in_hand.closes.clone(),
        };
        let at = writing.append(Some(author), &Fact::from(fact.clone())).await?;
        self.commit(writing).await?;
        let slip = self.remittance_slip(&town, &at, &fact, &in_hand, (now_ms, session.name)).await;
        Ok(Reply::Paper(done_or_problem(slip)))
    }

    async fn remittance_slip(
        &self,
        town: &Town,
        at: &ChainHead,
        fact: &Remitted,
        in_hand: &InHand,
        (made_at_ms, carried_by): (i64, Bilingual),
    ) -> Result<PaperDone, OfficeError> {
        let claim = of_remittance(&town.issuer(), at, fact);
        let number = number_on_paper(claim.kind, &claim.number);
        let mut instruments = Vec::with_capacity(fact.instruments.len());
        let is_cash = |receipt: &ChainHead| in_hand.late_cash.iter().any(|row| row.receipt == *receipt);
        for receipt in fact.instruments.iter().filter(|receipt| !is_cash(receipt)) {
            instruments.push(instrument_line(town, receipt).await?);
        }
        let instruments_total = Paise::checked_sum(instruments.iter().map(|line| line.amount))
            .ok_or(OfficeError::AmountTooLarge)?;
        let letterhead = self.letterhead(town).await?;
        let slip = paper::RemittanceSlip {
            number: number.clone(),
            date: fact.business_date,
            made_at_unix_ms: made_at_ms,
            bank: bank_words(&fact.bank)?,
            branch: String::new(),
            account_number: fact.account.clone(),
            account_name: letterhead.town.clone(),
            counters: town.identity.counter.0.clone(),
            collected: days_words(&in_hand.days),
            carried_by,
            cash: fact.cash.clone(),
            cash_total: in_hand.cash_paise,
            instruments,
            instruments_total,
            total: fact.amount_paise,
            letterhead,
            seal: seal_of(town, claim),
        };
        let printed = self.with_press(|press| press.print(&slip, paper::PaperSize::A5))?;
        self.keep_and_print(town, &fact.business_date.to_string(), &number, &printed.pdf).await
    }
}

async fn next_serial(writing: &mut Writing, on: BusinessDate) -> Result<u32, OfficeError> {
    Ok(writing.next_serial(Series::Remittance, on.financial_year()).await?)
}

/// What goes to the bank. All cash of the closed shifts goes at once: what a clerk could hold back from a slip would be
/// nobody's to account for.
fn amount(counted: &Counted, in_hand: &InHand, listed: &[ReceiptRow]) -> Result<Paise, OfficeError> {
    if counted.worth_paise != in_hand.cash_paise {
        return Err(OfficeError::SlipDoesNotAddUp {
            counted_paise: counted.worth_paise,
            in_hand_paise: in_hand.cash_paise,
        });
    }
    let of_instruments = Paise::checked_sum(listed.iter().map(|row| row.amount_paise));
    let sum = of_instruments.and_then(|sum| sum.checked_add(counted.worth_paise));
    match sum.ok_or(OfficeError::AmountTooLarge)? {
        Paise::ZERO => Err(OfficeError::AmountNotPositive),
        sum => Ok(sum),
    }
}

async fn instrument_line(town: &Town, receipt: &ChainHead) -> Result<paper::Instrument, OfficeError> {
    let (_, fact) = issued(town, receipt).await?;
    let amount = fact.total_paise().ok_or(OfficeError::AmountTooLarge)?;
    let instrument = fact.instrument;
    let kind = masters::payment_modes()?.get(instrument.mode).map(|known| known.name.clone());
    let drawn_on: Vec<String> = if instrument.bank.is_empty() {
        vec![instrument.ifsc]
    } else {
        vec![instrument.bank, instrument.branch]
    };
    let drawn_on: Vec<String> = drawn_on.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(paper::Instrument {
        kind: kind.unwrap_or_default(),
        number: instrument.number,
        date: instrument.dated.map(BusinessDate::on_paper).unwrap_or_default(),
        bank: drawn_on.join(", "),
        amount,
    })
}

/// A bank of the masters by its name; any other as it was written.
fn bank_words(bank: &str) -> Result<Bilingual, OfficeError> {
    let known = masters::banks()?.get(bank);
    Ok(known.map_or_else(|| Bilingual::new(bank, bank), |known| known.name.clone()))
}

fn days_words(days: &[BusinessDate]) -> String {
    match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if first == last => first.on_paper(),
        (Some(first), Some(last)) => format!("{} – {}", first.on_paper(), last.on_paper()),
        _ => String::new(),
    }
}
