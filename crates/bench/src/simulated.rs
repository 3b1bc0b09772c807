//! A counter without its screen, its folds and its disk: its chain, its keys, and the very machine that decides what is
//! exchanged. A thousand of them fit beside the server that is measured.

use crate::history;
use anyhow::{Context as _, Result};
use carrier::{Broken, Carry as _, Server};
use domain::fact::{Fact, Seen};
use domain::people::Author;
use domain::receipt::ReceiptNumber;
use domain::register::RegisterRow;
use domain::{BusinessDate, ChainHead, CounterCode, DeviceId, Epoch, Hash, TownCode, UserId};
use journal::{Certificate, Entry, KeyPair, Range, device_of};
use machine::OperatingSystem;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use sync::client::{Action, Client, Event};
use sync::plan::{Ask, Filler};
use sync::{Credentials, KeyCursor, ReplicaId};

type Heads = BTreeMap<(DeviceId, Epoch), ChainHead>;

/// One counter.
pub struct Counter {
    town: TownCode,
    key: KeyPair,
    counter: CounterCode,
    client: Client,
    server: Server,
    rows: Arc<Vec<RegisterRow>>,
    turn: usize,
    serial: u32,
    entries: Vec<Entry>,
    /// Numbers of the entries at which a batch ends.
    batches: Vec<u64>,
    head: ChainHead,
    foreign: Heads,
    said: Heads,
    confirmed: Vec<ChainHead>,
    keys_held: Option<KeyCursor>,
    /// The server asked for patience, or the line broke.
    pub troubles: usize,
}

/// What a town's counters share.
pub struct Town {
    /// Its number.
    pub code: TownCode,
    /// Its key.
    pub key: KeyPair,
    /// The state's certificate of it.
    pub certificate: Certificate,
    /// The line to the state.
    pub server: Server,
    /// Whose dues are paid.
    pub rows: Arc<Vec<RegisterRow>>,
}

impl Counter {
    /// The counter of that number in a town.
    pub fn of(town: &Town, number: usize) -> Counter {
        let key = KeyPair::generate(&mut OperatingSystem);
        let on = BusinessDate::from_unix_ms(machine::now_ms());
        let device = Certificate::device(&town.key, town.code, key.public(), on);
        let credentials = Credentials { town: town.certificate.clone(), device, key: key.clone() };
        let replica = ReplicaId(journal::random(&mut OperatingSystem));
        let head = ChainHead { device: device_of(&key.public()), epoch: Epoch(0), seq: 0, hash: Hash::ZERO };
        Counter {
            town: town.code,
            key,
            counter: CounterCode(format!("C{number:02}")),
            client: Client::new(credentials, replica),
            server: town.server.clone(),
            rows: Arc::clone(&town.rows),
            turn: number * 1_000,
            serial: 0,
            entries: Vec::new(),
            batches: Vec::new(),
            head,
            foreign: Heads::new(),
            said: Heads::new(),
            confirmed: Vec::new(),
            keys_held: None,
            troubles: 0,
        }
    }

    /// Takes one payment: a batch of its own, as at a counter.
    pub fn take(&mut self) -> Result<()> {
        let at_ms = machine::now_ms();
        let date = BusinessDate::from_unix_ms(at_ms);
        self.turn += 1;
        self.serial += 1;
        let number = ReceiptNumber {
            town: self.town,
            counter: self.counter.clone(),
            epoch: Epoch(0),
            year: date.financial_year(),
            serial: self.serial,
        };
        let row = history::row_of(&self.rows, self.turn)?;
        let receipt = history::receipt(number, Hash([7; 32]), date, row, self.turn)?;
        let unsaid: Vec<ChainHead> = self
            .foreign
            .iter()
            .filter(|(chain, head)| self.said.get(chain) != Some(head))
            .map(|(_, h)| *h)
            .collect();
        if !unsaid.is_empty() {
            self.said = self.foreign.clone();
            self.append(at_ms, None, &Fact::from(Seen { heads: unsaid }));
        }
        let author = Author { user: UserId([9; 16]), grant: Hash([3; 32]) };
        self.append(at_ms, Some(author), &Fact::from(receipt));
        self.batches.push(self.head.seq);
        Ok(())
    }

    fn append(&mut self, at_ms: i64, author: Option<Author>, fact: &Fact) {
        let entry = Entry::following(self.town, &self.head, at_ms, author, fact);
        self.head = entry.head();
        self.entries.push(entry);
    }

    /// Its town.
    pub fn town(&self) -> TownCode {
        self.town
    }

    /// Entries written so far.
    pub fn written(&self) -> usize {
        self.entries.len()
    }

    /// Bytes of the last entry.
    pub fn last_bytes(&self) -> Vec<u8> {
        self.entries.last().map(Entry::to_bytes).unwrap_or_default()
    }

    /// The server said that it durably holds everything written here.
    pub fn is_acknowledged(&self) -> bool {
        self.head.seq == 0 || self.confirmed.contains(&self.head)
    }

    /// Exchanges until all of it is acknowledged, as patiently as it is asked to be.
    pub async fn deliver(&mut self) -> Result<()> {
        loop {
            let until_ms = self.pass().await?;
            if self.is_acknowledged() && self.client.status().failures == 0 {
                return Ok(());
            }
            let wait = u64::try_from(until_ms - machine::now_ms()).unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    /// One pass of the machine.
    pub async fn pass(&mut self) -> Result<i64> {
        let mut event = Event::Asked;
        loop {
            event = match self.client.handle(event, machine::now_ms(), &mut OperatingSystem) {
                Action::Wait { until_ms } => return Ok(until_ms),
                Action::Read => Event::Read {
                    heads: self
                        .foreign
                        .values()
                        .copied()
                        .chain((self.head.seq > 0).then_some(self.head))
                        .collect(),
                    confirmed: self.confirmed.clone(),
                    keys_held: self.keys_held,
                },
                Action::Gather { filler, .. } => {
                    Event::Gathered { filler: self.filled(filler), keys: Vec::new(), keys_more: false }
                }
                Action::Send(frame) => match self.server.carry(self.town, frame).await {
                    Ok(answer) => Event::Received(answer),
                    Err(Broken { trouble, retry_after_ms }) => {
                        self.troubles += 1;
                        Event::Broken { trouble, retry_after_ms }
                    }
                },
                Action::Store { ranges, keys_cursor, confirmed, .. } => {
                    let outcomes = vec![sync::host::Outcome::Stored; ranges.len()];
                    for range in ranges {
                        let head = range.unfold()?.head;
                        self.foreign.insert((head.device, head.epoch), head);
                    }
                    (self.confirmed, self.keys_held) = (confirmed, Some(keys_cursor));
                    Event::Stored { outcomes, failed: None }
                }
                Action::Busy => return Ok(machine::now_ms()),
            };
        }
    }

    fn filled(&self, mut filler: Filler) -> Filler {
        while let Some(ask) = filler.ask() {
            filler.put(self.range(&ask));
        }
        filler
    }

    /// Of its own chain, cut where a batch ends.
    fn range(&self, ask: &Ask) -> Option<Range> {
        let after =
            usize::try_from(ask.wanted.after_seq).ok().filter(|_| ask.wanted.device == self.head.device)?;
        let (mut bytes, mut upto) = (0, after);
        for end in self.batches.iter().map(|end| *end as usize).filter(|end| *end > after) {
            bytes += self.entries.get(upto..end)?.iter().map(|entry| entry.body.len() + 20).sum::<usize>();
            if bytes > ask.bytes_max && upto > after {
                break;
            }
            upto = end;
        }
        let entries = self.entries.get(after..upto)?;
        let last = entries.last()?.head();
        let signature = self.key.sign_head(self.town, last.epoch, last.seq, &last.hash);
        Range::pack(self.key.public(), entries, signature)
    }
}

/// A town that the register has taken up.
pub async fn town(
    code: TownCode,
    root: &KeyPair,
    register: &sync_server::Register,
    server: Server,
    rows: Arc<Vec<RegisterRow>>,
) -> Result<Town> {
    let key = KeyPair::generate(&mut OperatingSystem);
    let now_ms = machine::now_ms();
    let certificate = Certificate::town(root, code, key.public(), BusinessDate::from_unix_ms(now_ms));
    register.adopt(&certificate, now_ms).await.context("the register")?;
    Ok(Town { code, key, certificate, server, rows })
}
