//! What is typed at the tender, field by field, and how it becomes a payment.

use crate::format::{digits_only, read_day};
use crate::parts::{Text, own_problem};
use crate::screens::counter::work::Work;
use crate::words::{Word, common, counter as words};
use contract::{Payment, Problem};
use domain::money::AmountError;
use domain::payment::{Instrument, InstrumentError, PaymentMode};
use domain::receipt::{LeafReference, ReceiptLine};
use domain::{BusinessDate, FinancialYear, Paise};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// A field of the tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    Amount,
    Tendered,
    Number,
    Dated,
    Ifsc,
    Bank,
    Branch,
    CardLastFour,
    ApprovalCode,
    PayerName,
    PayerMobile,
    Remark,
    LeafBook,
    LeafNumber,
    LeafDate,
}

impl Entry {
    /// All, in the order of the form.
    pub const ALL: [Entry; 15] = [
        Entry::Amount,
        Entry::Tendered,
        Entry::Number,
        Entry::Dated,
        Entry::Ifsc,
        Entry::Bank,
        Entry::Branch,
        Entry::CardLastFour,
        Entry::ApprovalCode,
        Entry::PayerName,
        Entry::PayerMobile,
        Entry::Remark,
        Entry::LeafBook,
        Entry::LeafNumber,
        Entry::LeafDate,
    ];

    /// The element's id.
    pub const fn id(self) -> &'static str {
        match self {
            Entry::Amount => "amount",
            Entry::Tendered => "tendered",
            Entry::Number => "instrument-number",
            Entry::Dated => "instrument-date",
            Entry::Ifsc => "ifsc",
            Entry::Bank => "bank",
            Entry::Branch => "branch",
            Entry::CardLastFour => "card-last-four",
            Entry::ApprovalCode => "approval-code",
            Entry::PayerName => "payer-name",
            Entry::PayerMobile => "payer-mobile",
            Entry::Remark => "remark",
            Entry::LeafBook => "leaf-book",
            Entry::LeafNumber => "leaf-number",
            Entry::LeafDate => "leaf-date",
        }
    }

    /// The field's name in the request, by which a problem names it.
    pub const fn field(self) -> &'static str {
        match self {
            Entry::Amount => "amount_paise",
            Entry::Tendered => "tendered_paise",
            Entry::Number => "number",
            Entry::Dated => "dated",
            Entry::Ifsc => "ifsc",
            Entry::Bank => "bank",
            Entry::Branch => "branch",
            Entry::CardLastFour => "card_last_four",
            Entry::ApprovalCode => "approval_code",
            Entry::PayerName => "payer_name",
            Entry::PayerMobile => "payer_mobile",
            Entry::Remark => "remark",
            Entry::LeafBook => "book",
            Entry::LeafNumber => "leaf",
            Entry::LeafDate => "written_on",
        }
    }

    /// The field a problem names, by the last part of its path.
    pub fn of_field(field: &str) -> Option<Entry> {
        let last = field.rsplit('.').next().unwrap_or(field);
        Entry::ALL.into_iter().find(|entry| entry.field() == last)
    }

    /// What stands over the field; the number is called by its mode.
    pub const fn label(self, mode: PaymentMode) -> Word {
        match self {
            Entry::Amount => words::AMOUNT_TO_TAKE,
            Entry::Tendered => words::TENDERED,
            Entry::Number => match mode {
                PaymentMode::Cheque => words::CHEQUE_NUMBER,
                PaymentMode::DemandDraft => words::DRAFT_NUMBER,
                PaymentMode::Neft | PaymentMode::Rtgs => words::UTR,
                PaymentMode::Cash | PaymentMode::Upi | PaymentMode::Card => words::RRN,
            },
            Entry::Dated => words::INSTRUMENT_DATE,
            Entry::Ifsc => words::IFSC,
            Entry::Bank => words::BANK,
            Entry::Branch => words::BRANCH,
            Entry::CardLastFour => words::CARD_LAST_FOUR,
            Entry::ApprovalCode => words::APPROVAL_CODE,
            Entry::PayerName => words::PAYER_NAME,
            Entry::PayerMobile => words::PAYER_MOBILE,
            Entry::Remark => common::REMARK,
            Entry::LeafBook => words::LEAF_BOOK,
            Entry::LeafNumber => words::LEAF_NUMBER,
            Entry::LeafDate => words::LEAF_DATE,
        }
    }

    /// What stands under the field while nothing is wrong.
    pub const fn hint(self, mode: PaymentMode) -> Option<Word> {
        match self {
            Entry::Tendered => Some(words::TENDERED_HINT),
            Entry::Number => Some(match mode {
                PaymentMode::Cheque | PaymentMode::DemandDraft => words::SIX_DIGITS,
                PaymentMode::Neft => words::SIXTEEN_CHARACTERS,
                PaymentMode::Rtgs => words::TWENTY_TWO_CHARACTERS,
                PaymentMode::Upi => words::TWELVE_DIGITS_OPTIONAL,
                PaymentMode::Cash | PaymentMode::Card => words::TWELVE_DIGITS,
            }),
            Entry::Dated | Entry::LeafDate => Some(common::DAY_HINT),
            Entry::Ifsc => Some(words::IFSC_HINT),
            Entry::PayerName => Some(words::PAYER_NAME_HINT),
            Entry::PayerMobile => Some(words::MOBILE_HINT),
            _ => None,
        }
    }

    /// Which keys a touch keyboard shows.
    pub const fn input_mode(self) -> &'static str {
        match self {
            Entry::Amount | Entry::Tendered => "decimal",
            Entry::Dated | Entry::LeafDate | Entry::LeafNumber | Entry::PayerMobile | Entry::CardLastFour => {
                "numeric"
            }
            _ => "text",
        }
    }

    /// The fields a mode has, in the order they are gone through.
    pub const fn of_mode(mode: PaymentMode) -> &'static [Entry] {
        match mode {
            PaymentMode::Cash => &[Entry::Tendered],
            PaymentMode::Upi => &[Entry::Number],
            PaymentMode::Cheque | PaymentMode::DemandDraft => {
                &[Entry::Number, Entry::Dated, Entry::Ifsc, Entry::Bank, Entry::Branch]
            }
            PaymentMode::Card => &[Entry::CardLastFour, Entry::Number, Entry::ApprovalCode],
            PaymentMode::Neft | PaymentMode::Rtgs => &[Entry::Number, Entry::Dated],
        }
    }
}

/// Everything typed for one payment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed {
    /// 32 hexadecimal digits, made when the bill was opened: names the press.
    pub draft: String,
    pub mode: PaymentMode,
    pub texts: BTreeMap<Entry, String>,
    /// Miscellaneous heads: the amounts in the order of the service's heads.
    pub heads: Vec<String>,
    /// The fields of a pre-printed leaf show.
    pub leaf: bool,
    /// Our reference in the UPI code that was shown.
    pub upi_reference: String,
    /// A person changed something: worth keeping when another bill is opened.
    pub touched: bool,
}

impl Typed {
    /// The text of a field.
    pub fn text(&self, entry: Entry) -> &str {
        self.texts.get(&entry).map_or("", String::as_str)
    }

    /// Writes a field.
    pub fn put(&mut self, entry: Entry, text: impl Into<String>) {
        self.texts.insert(entry, text.into());
    }

    /// The amount, as far as it can be read.
    pub fn amount(&self, work: &Work) -> Result<Paise, Problem> {
        if matches!(work, Work::Service(_)) {
            return self.heads_sum();
        }
        amount(self.text(Entry::Amount), Entry::Amount.field())
    }

    fn heads_sum(&self) -> Result<Paise, Problem> {
        let mut sum = Paise::ZERO;
        for text in self.heads.iter().filter(|text| !text.trim().is_empty()) {
            let one = amount(text, "lines")?;
            sum = sum
                .checked_add(one)
                .ok_or_else(|| own_problem("E-UI-010", common::NOT_AN_AMOUNT, "lines"))?;
        }
        Ok(sum)
    }

    /// What a clerk wants to take, or the field that cannot be read.
    pub fn payment(&self, work: &Work, today: BusinessDate) -> Result<Payment, Problem> {
        let amount_paise = self.amount(work)?;
        Ok(Payment {
            draft: self.draft.clone(),
            service: work.service().to_owned(),
            consumer: work.consumer().to_owned(),
            amount_paise,
            lines: self.lines(work, today.financial_year())?,
            instrument: self.instrument(amount_paise, today)?,
            payer_name: self.text(Entry::PayerName).trim().to_owned(),
            payer_mobile: digits_only(self.text(Entry::PayerMobile)),
            remark: self.text(Entry::Remark).trim().to_owned(),
            leaf: self.leaf_reference(today)?,
        })
    }

    fn lines(&self, work: &Work, year: FinancialYear) -> Result<Vec<ReceiptLine>, Problem> {
        let Work::Service(service) = work else { return Ok(Vec::new()) };
        let mut lines = Vec::new();
        for (head, text) in service.heads.iter().zip(&self.heads) {
            if !text.trim().is_empty() {
                let amount_paise = amount(text, "lines")?;
                lines.push(ReceiptLine { year, head: head.head.clone(), amount_paise });
            }
        }
        Ok(lines)
    }

    /// How the money came, as typed for the chosen mode.
    pub fn instrument(&self, amount_paise: Paise, today: BusinessDate) -> Result<Instrument, Problem> {
        let has = |entry: Entry| Entry::of_mode(self.mode).contains(&entry);
        let text = |entry: Entry| if has(entry) { self.text(entry).trim().to_owned() } else { String::new() };
        let latin = |entry: Entry| text(entry).chars().map(crate::format::latin_digit).collect::<String>();
        let tendered_paise = match (has(Entry::Tendered), self.text(Entry::Tendered).trim()) {
            (false, _) => Paise::ZERO,
            (true, "") => amount_paise,
            (true, typed) => amount(typed, Entry::Tendered.field())?,
        };
        let dated = match text(Entry::Dated).as_str() {
            "" => None,
            typed => Some(day(typed, today, Entry::Dated.field())?),
        };
        Ok(Instrument {
            mode: self.mode,
            tendered_paise,
            number: latin(Entry::Number).to_ascii_uppercase(),
            dated,
            ifsc: latin(Entry::Ifsc).to_ascii_uppercase(),
            bank: text(Entry::Bank),
            branch: text(Entry::Branch),
            card_last_four: latin(Entry::CardLastFour),
            approval_code: latin(Entry::ApprovalCode),
            our_reference: if self.mode == PaymentMode::Upi {
                self.upi_reference.clone()
            } else {
                String::new()
            },
        })
    }

    fn leaf_reference(&self, today: BusinessDate) -> Result<Option<LeafReference>, Problem> {
        if !self.leaf {
            return Ok(None);
        }
        let number = digits_only(self.text(Entry::LeafNumber));
        let leaf = number
            .parse()
            .map_err(|_| own_problem("E-UI-012", words::LEAF_NUMBER_MISSING, Entry::LeafNumber.field()))?;
        Ok(Some(LeafReference {
            book: self.text(Entry::LeafBook).trim().to_owned(),
            leaf,
            written_on: day(self.text(Entry::LeafDate), today, Entry::LeafDate.field())?,
        }))
    }

    /// The first field the instrument still needs and nobody has typed yet, when Enter was pressed in `from`. Whether
    /// it is needed is the domain's rule.
    pub fn next_gap(&self, payment: &Payment, today: BusinessDate, from: Option<Entry>) -> Option<Entry> {
        let error = payment.instrument.check(payment.amount_paise, today).err()?;
        let gap = match error {
            InstrumentError::TenderedTooLittle => Entry::Tendered,
            InstrumentError::ChequeNumber
            | InstrumentError::RetrievalReference
            | InstrumentError::TransferReference => Entry::Number,
            InstrumentError::DateMissing | InstrumentError::DateInFuture | InstrumentError::Stale => {
                Entry::Dated
            }
            InstrumentError::Ifsc => Entry::Ifsc,
            InstrumentError::CardDigits => Entry::CardLastFour,
            InstrumentError::BankMissing if !self.text(Entry::Bank).trim().is_empty() => Entry::Branch,
            InstrumentError::BankMissing if from == Some(Entry::Ifsc) => Entry::Bank,
            InstrumentError::BankMissing => Entry::Ifsc,
        };
        (self.text(gap).trim().is_empty() && from != Some(gap)).then_some(gap)
    }
}

fn amount(text: &str, field: &str) -> Result<Paise, Problem> {
    Paise::parse(text).map_err(|error| match error {
        AmountError::Empty => own_problem("E-UI-014", common::AMOUNT_MISSING, field),
        _ => own_problem("E-UI-010", common::NOT_AN_AMOUNT, field),
    })
}

fn day(text: &str, today: BusinessDate, field: &str) -> Result<BusinessDate, Problem> {
    read_day(text, today).ok_or_else(|| own_problem("E-UI-011", common::NOT_A_DAY, field))
}

/// A field of the form as an input binds it.
pub fn bind(typed: RwSignal<Typed>, entry: Entry) -> Text {
    Text {
        get: Signal::derive(move || typed.with(|typed| typed.text(entry).to_owned())),
        set: Callback::new(move |text: String| {
            typed.update(|typed| {
                typed.put(entry, text);
                typed.touched = true;
            });
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::ServiceChoice;

    fn today() -> BusinessDate {
        BusinessDate::new(2026, 11, 23).unwrap()
    }

    fn dues() -> Work {
        Work::Service(ServiceChoice {
            service: "PT".into(),
            name: Default::default(),
            group: Default::default(),
            heads: Vec::new(),
        })
    }

    #[test]
    fn enter_walks_through_the_fields_of_a_cheque() {
        let mut typed = Typed { mode: PaymentMode::Cheque, ..Typed::default() };
        let gap = |typed: &Typed, from: Option<Entry>| {
            let payment = typed.payment(&dues(), today()).unwrap();
            typed.next_gap(&payment, today(), from)
        };
        assert_eq!(gap(&typed, None), Some(Entry::Number));
        assert_eq!(
            gap(&typed, Some(Entry::Number)),
            None,
            "the office says what is wrong with an empty number"
        );
        typed.put(Entry::Number, "123456");
        assert_eq!(gap(&typed, Some(Entry::Number)), Some(Entry::Dated));
        typed.put(Entry::Dated, "2011");
        assert_eq!(gap(&typed, Some(Entry::Dated)), Some(Entry::Ifsc));
        assert_eq!(gap(&typed, Some(Entry::Ifsc)), Some(Entry::Bank));
        typed.put(Entry::Bank, "भारतीय स्टेट बैंक");
        assert_eq!(gap(&typed, Some(Entry::Bank)), Some(Entry::Branch));
        typed.put(Entry::Branch, "हल्द्वानी");
        assert_eq!(gap(&typed, Some(Entry::Branch)), None);
    }

    #[test]
    fn fields_of_another_mode_stay_typed_but_are_not_sent() {
        let mut typed = Typed { mode: PaymentMode::Cash, ..Typed::default() };
        typed.put(Entry::Number, "123456");
        let payment = typed.payment(&dues(), today()).unwrap();
        assert_eq!(payment.instrument, Instrument::exact_cash(Paise::ZERO));
        typed.mode = PaymentMode::Upi;
        assert_eq!(typed.payment(&dues(), today()).unwrap().instrument.number, "123456");
    }

    #[test]
    fn what_cannot_be_read_names_its_field() {
        let mut typed = Typed::default();
        typed.put(Entry::Tendered, "1e5");
        assert_eq!(typed.payment(&dues(), today()).unwrap_err().field, "tendered_paise");
        typed.put(Entry::Tendered, "");
        typed.leaf = true;
        assert_eq!(typed.payment(&dues(), today()).unwrap_err().field, "leaf");
        typed.put(Entry::LeafNumber, "१७");
        assert_eq!(typed.payment(&dues(), today()).unwrap_err().field, "written_on");
        assert_eq!(Entry::of_field("instrument.number"), Some(Entry::Number));
    }
}
