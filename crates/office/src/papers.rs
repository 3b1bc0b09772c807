//! From facts to papers, and from papers to the spooler. A paper is made only of what its fact says, so that the same
//! receipt prints the same on any day.

use crate::counter::{head_name, issued, receipt_view, service_name, ward_and_locality};
use crate::{Office, OfficeError, Town};
use contract::{PaperDone, PaperSize, PrintState, Problem, ReceiptView};
use domain::demand::ADVANCE_HEAD;
use domain::payment::{Instrument, PaymentMode};
use domain::receipt::ReceiptIssued;
use domain::{Bilingual, BusinessDate, ChainHead, Paise};
use journal::claim::{Claim, ClaimKind};
use paper::{Consumer, Detail, Leaf, Letterhead, Payment, Receipt, ReceiptLine, Reprint, Seal};
use store::durable_file;
use store::query::{bill, people};

impl Office {
    /// The receipt just taken, with its paper made and sent to the printer. Printing never undoes a receipt.
    pub(crate) async fn printed_receipt(
        &self,
        town: &Town,
        at: &ChainHead,
    ) -> Result<ReceiptView, OfficeError> {
        let mut view = receipt_view(self, town, at).await?;
        let paper = match self.receipt_paper(town, at, None).await {
            Ok(done) => done,
            Err(error) => {
                PaperDone { path: String::new(), print: PrintState::Failed, problem: Some(error.problem()) }
            }
        };
        view.paper = Some(paper);
        Ok(view)
    }

    /// Makes and prints a receipt's paper; `reprint` says which copy and why.
    pub(crate) async fn receipt_paper(
        &self,
        town: &Town,
        at: &ChainHead,
        reprint: Option<Reprint>,
    ) -> Result<PaperDone, OfficeError> {
        let receipt = self.receipt_for_paper(town, at, reprint).await?;
        let desk = self.desk(town).await?;
        let size = match desk.receipt_paper {
            PaperSize::A5 => paper::PaperSize::A5,
            PaperSize::Roll80 => paper::PaperSize::Roll80,
        };
        let name = match &receipt.reprint {
            None => receipt.number.clone(),
            Some(copy) => format!("{}-reprint-{}", receipt.number, copy.number),
        };
        let day = receipt.business_date.to_string();
        let printed = self.with_press(|press| press.print(&receipt, size))?;
        self.keep_and_print(town, &day, &name, &printed.pdf).await
    }

    /// Keeps a PDF among the day's papers and gives it to the printer, if one is set.
    pub(crate) async fn keep_and_print(
        &self,
        town: &Town,
        day: &str,
        name: &str,
        pdf: &[u8],
    ) -> Result<PaperDone, OfficeError> {
        let path = town.papers_folder(day).join(format!("{}.pdf", name.replace('/', "-")));
        durable_file::replace(&path, pdf)?;
        let printer = self.desk(town).await?.printer;
        let shown = path.to_string_lossy().into_owned();
        if printer.trim().is_empty() {
            return Ok(PaperDone { path: shown, print: PrintState::Kept, problem: None });
        }
        Ok(match self.shell.print(printer.trim(), &path) {
            Ok(()) => PaperDone { path: shown, print: PrintState::Printed, problem: None },
            Err(error) => {
                PaperDone { path: shown, print: PrintState::Failed, problem: Some(not_printed(&error.0)) }
            }
        })
    }

    pub(crate) async fn receipt_for_paper(
        &self,
        town: &Town,
        at: &ChainHead,
        reprint: Option<Reprint>,
    ) -> Result<Receipt, OfficeError> {
        let (entry, fact) = issued(town, at).await?;
        let mut reading = town.store.reading().await?;
        let record = bill::record(&mut reading, fact.consumer.as_str()).await?;
        let staff = people::staff(&mut reading).await?;
        drop(reading);
        let clerk =
            entry.author.and_then(|author| staff.into_iter().find(|person| person.user == author.user));
        let total = fact.total_paise().ok_or(OfficeError::AmountTooLarge)?;
        let advance = fact.lines.iter().filter(|line| line.head.as_str() == ADVANCE_HEAD);
        let advance = Paise::checked_sum(advance.map(|line| line.amount_paise)).unwrap_or(Paise::ZERO);
        let consumer = match record {
            Some(record) => {
                let (ward, locality) = ward_and_locality(town.code, &record.property)?;
                let property = record.property;
                Consumer {
                    name: fact.assessee.clone(),
                    father_or_husband: Bilingual::new(property.guardian_hindi, property.guardian_english),
                    id: property.property_id,
                    old_id: property.old_id,
                    ward,
                    locality,
                    address: address(&property.door_number, &property.address),
                }
            }
            None => Consumer { name: fact.assessee.clone(), ..Consumer::default() },
        };
        Ok(Receipt {
            letterhead: self.letterhead(town).await?,
            number: fact.number.to_string(),
            business_date: fact.business_date,
            taken_at_unix_ms: entry.at_ms,
            counter: fact.number.counter.0.clone(),
            clerk: clerk.map(|person| person.name).unwrap_or_default(),
            subject: service_name(&fact.service)?,
            payer: if fact.payer_name.is_empty() {
                fact.assessee.hindi.clone()
            } else {
                fact.payer_name.clone()
            },
            consumer,
            lines: printed_lines(&fact)?,
            advance,
            total,
            balance_after: (!fact.consumer.as_str().is_empty()).then_some(fact.balance_after_paise),
            payment: payment(&fact.instrument, total)?,
            seal: receipt_seal(town, at, &fact, total),
            reprint,
            leaf: fact.leaf.map(|leaf| Leaf {
                book: leaf.book,
                leaf: leaf.leaf.to_string(),
                written_on: leaf.written_on,
            }),
        })
    }

    /// What stands at the head of every paper of the town.
    pub(crate) async fn letterhead(&self, town: &Town) -> Result<Letterhead, OfficeError> {
        let desk = self.desk(town).await?;
        let office_name = masters::towns()?.get(town.code).map(|known| known.office_name());
        let department = if town.identity.demonstration {
            Bilingual::new("प्रदर्शन — वास्तविक रसीद नहीं", "DEMONSTRATION — not a real paper")
        } else {
            Bilingual::new("शहरी विकास विभाग, उत्तराखण्ड", "Urban Development Department, Uttarakhand")
        };
        Ok(Letterhead {
            town: office_name.unwrap_or_else(|| town.name.clone()),
            department,
            address: Bilingual::default(),
            digits: if desk.devanagari_digits { paper::Digits::Devanagari } else { paper::Digits::Latin },
            emblem: None,
        })
    }

    /// The sheet for the safe.
    pub(crate) async fn print_recovery_key(&self, town: &Town, key: &str) -> Result<String, OfficeError> {
        if self.shell.vfs().is_some() {
            return Ok(String::new());
        }
        let now_ms = self.shell.now_ms();
        let sheet = paper::RecoveryKeySheet {
            letterhead: self.letterhead(town).await?,
            town_code: town.code.to_string(),
            made_at_unix_ms: now_ms,
            device: format!("{} ({})", town.identity.name, town.identity.counter.0),
            key: key.replace('-', ""),
            fingerprint: journal::hash(key.as_bytes()).short(),
        };
        let printed = self.with_press(|press| press.print(&sheet, paper::PaperSize::A4))?;
        let day = BusinessDate::from_unix_ms(now_ms).to_string();
        Ok(self.keep_and_print(town, &day, "recovery-key", &printed.pdf).await?.path)
    }
}

/// The signed claim of a receipt, with the chain's head.
pub(crate) fn receipt_seal(town: &Town, at: &ChainHead, fact: &ReceiptIssued, total: Paise) -> Seal {
    let claim = Claim {
        kind: ClaimKind::Receipt,
        number: fact.number.clone(),
        business_date: fact.business_date,
        amount_paise: total,
        entry: at.hash,
    };
    seal_of(town, claim)
}

/// A claim signed by this device, as printed.
pub(crate) fn seal_of(town: &Town, claim: Claim) -> Seal {
    let chain_head = claim.entry.short();
    let signed = claim.sign(&town.writer.key, &town.of_device, &town.of_town);
    let device: String = town.device.to_hex().chars().take(8).collect();
    Seal { qr: signed.to_text(), chain_head, device: format!("{device}-{}", town.writer.epoch.letters()) }
}

fn printed_lines(fact: &ReceiptIssued) -> Result<Vec<ReceiptLine>, OfficeError> {
    fact.lines
        .iter()
        .filter(|line| line.head.as_str() != ADVANCE_HEAD)
        .map(|line| {
            Ok(ReceiptLine {
                head: head_name(fact.service.as_str(), &line.head)?,
                period: line.year.to_string(),
                amount: line.amount_paise,
            })
        })
        .collect()
}

fn address(door_number: &str, rest: &str) -> Bilingual {
    let parts: Vec<&str> = [door_number, rest].into_iter().filter(|part| !part.is_empty()).collect();
    let text = parts.join(", ");
    Bilingual::new(text.clone(), text)
}

/// The mode in words, with what identifies the payment.
pub(crate) fn payment(instrument: &Instrument, total: Paise) -> Result<Payment, OfficeError> {
    let mode = instrument.mode;
    let name = masters::payment_modes()?.get(mode).map(|known| known.name.clone()).unwrap_or_default();
    let is_cash = mode == PaymentMode::Cash;
    Ok(Payment {
        mode: name,
        details: instrument_details(instrument),
        subject_to_realisation: mode.subject_to_realisation(),
        tendered: is_cash.then_some(instrument.tendered_paise),
        change: is_cash.then(|| instrument.change_paise(total)),
    })
}

/// What identifies an instrument, labelled.
pub(crate) fn instrument_details(instrument: &Instrument) -> Vec<Detail> {
    let number = match instrument.mode {
        PaymentMode::Cheque => Bilingual::new("चेक संख्या", "Cheque no."),
        PaymentMode::DemandDraft => Bilingual::new("ड्राफ़्ट संख्या", "Draft no."),
        PaymentMode::Neft | PaymentMode::Rtgs => Bilingual::new("UTR", "UTR"),
        _ => Bilingual::new("RRN", "RRN"),
    };
    let rows = [
        (number, instrument.number.clone()),
        (Bilingual::new("दिनांक", "Dated"), instrument.dated.map(BusinessDate::on_paper).unwrap_or_default()),
        (Bilingual::new("IFSC", "IFSC"), instrument.ifsc.clone()),
        (Bilingual::new("बैंक", "Bank"), instrument.bank.clone()),
        (Bilingual::new("शाखा", "Branch"), instrument.branch.clone()),
        (Bilingual::new("कार्ड के अंतिम अंक", "Card ending"), instrument.card_last_four.clone()),
        (Bilingual::new("अनुमोदन कोड", "Approval code"), instrument.approval_code.clone()),
        (Bilingual::new("हमारा संदर्भ", "Our reference"), instrument.our_reference.clone()),
    ];
    rows.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| Detail { label, value })
        .collect()
}

fn not_printed(detail: &str) -> Problem {
    Problem {
        code: "E-OFFICE-060".to_owned(),
        message: Bilingual::new(
            "रसीद दर्ज और सुरक्षित है, पर छपी नहीं। प्रिंटर देखें और Ctrl+R से दोबारा छापें।",
            "The receipt is recorded and safe, but it was not printed. See to the printer and print again with Ctrl+R.",
        ),
        field: "printer".to_owned(),
        detail: detail.to_owned(),
    }
}
