//! Who owes whom what, from two vectors alone.

use crate::limits::{ENTRIES_MAX, FORK_EVIDENCE_ENTRIES, RANGE_BYTES_MAX, RANGES_MAX};
use crate::message::ChainName;
use domain::{ChainHead, DeviceId, Epoch, Hash};
use journal::Range;
use std::collections::{BTreeMap, BTreeSet};

/// A stretch of one chain the peer lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The device.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: Epoch,
    /// The peer's head: entries after this one are wanted.
    pub after_seq: u64,
    /// What the peer holds there: a range whose `previous` differs shows a fork. `None` where the stretch is itself sent
    /// as the proof of one.
    pub after_hash: Option<Hash>,
    /// Entries between the two heads.
    pub missing: u64,
}

impl Wanted {
    /// The chain.
    pub fn chain(&self) -> ChainName {
        ChainName { device: self.device, epoch: self.epoch }
    }

    /// True where our entry at the peer's head is not the peer's: our chain forked before that place.
    pub fn is_forked_by(&self, range: &Range) -> bool {
        self.after_hash
            .is_some_and(|held| range.first_seq == self.after_seq.saturating_add(1) && range.previous != held)
    }
}

/// One place, two entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Our head.
    pub mine: ChainHead,
    /// The peer's.
    pub theirs: ChainHead,
}

impl Fork {
    /// The stretch of our branch that proves it to the peer.
    pub fn evidence(&self) -> Wanted {
        let after_seq = self.mine.seq.min(self.theirs.seq).saturating_sub(FORK_EVIDENCE_ENTRIES);
        Wanted {
            device: self.mine.device,
            epoch: self.mine.epoch,
            after_seq,
            after_hash: None,
            missing: self.mine.seq.saturating_sub(after_seq),
        }
    }
}

/// A chain of which the peer once held more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// What it held.
    pub before: ChainHead,
    /// What it holds now; `None` where the whole chain is gone.
    pub now: Option<ChainHead>,
}

/// The comparison of two vectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What the peer lacks, the shortest stretch first: a long import must not keep a counter's receipts waiting.
    pub send: Vec<Wanted>,
    /// Chains that differ at the same place. Nothing of them is sent but the proof.
    pub forks: Vec<Fork>,
    /// Heads of the peer that are beyond ours.
    pub ahead: Vec<ChainHead>,
    /// Chains of which the peer once held more. They are sent again like any other.
    pub shrunk: Vec<Shrunk>,
    /// The peer holds nothing at all though it once did.
    pub emptied: bool,
}

/// Compares what we hold, what the peer says it holds, and what it said before (empty where it never spoke).
///
/// Heads of one chain given twice count by the longest: a foreign list is not trusted to be tidy.
pub fn plan(mine: &[ChainHead], theirs: &[ChainHead], before: &[ChainHead]) -> Plan {
    let (mine, theirs, before) = (by_chain(mine), by_chain(theirs), by_chain(before));
    let mut plan = Plan::default();
    for (chain, head) in &mine {
        match theirs.get(chain) {
            None if head.seq > 0 => plan.send.push(wanted(head, 0, Hash::ZERO)),
            Some(other) if other.seq < head.seq => {
                let after_hash = if other.seq == 0 { Hash::ZERO } else { other.hash };
                plan.send.push(wanted(head, other.seq, after_hash));
            }
            Some(other) if other.seq == head.seq && other.hash != head.hash => {
                plan.forks.push(Fork { mine: *head, theirs: *other });
            }
            _ => {}
        }
    }
    for (chain, other) in &theirs {
        if mine.get(chain).is_none_or(|head| head.seq < other.seq) {
            plan.ahead.push(*other);
        }
    }
    for (chain, held) in &before {
        let now = theirs.get(chain);
        if now.is_none_or(|now| now.seq < held.seq) {
            plan.shrunk.push(Shrunk { before: *held, now: now.copied() });
        }
    }
    plan.emptied = theirs.is_empty() && !before.is_empty();
    plan.send.sort_by_key(|wanted| (wanted.missing, wanted.chain()));
    plan
}

fn wanted(head: &ChainHead, after_seq: u64, after_hash: Hash) -> Wanted {
    Wanted {
        device: head.device,
        epoch: head.epoch,
        after_seq,
        after_hash: Some(after_hash),
        missing: head.seq.saturating_sub(after_seq),
    }
}

fn by_chain(heads: &[ChainHead]) -> BTreeMap<ChainName, ChainHead> {
    let mut chains = BTreeMap::new();
    for head in heads {
        let longest = chains.entry(ChainName::of(head)).or_insert(*head);
        if head.seq > longest.seq {
            *longest = *head;
        }
    }
    chains
}

/// True where every head of `lower` is also in `upper`, or passed by it.
pub fn covers(upper: &[ChainHead], lower: &[ChainHead]) -> bool {
    let upper = by_chain(upper);
    by_chain(lower).iter().all(|(chain, head)| {
        head.seq == 0
            || upper.get(chain).is_some_and(|other| {
                other.seq > head.seq || (other.seq == head.seq && other.hash == head.hash)
            })
    })
}

/// Of two things one replica said of the same chains, the later of each.
pub fn later_of(heads: Vec<ChainHead>, also: Vec<ChainHead>) -> Vec<ChainHead> {
    let mut later: BTreeMap<ChainName, ChainHead> =
        heads.into_iter().map(|head| (ChainName::of(&head), head)).collect();
    for head in also {
        let held = later.entry(ChainName::of(&head)).or_insert(head);
        if held.seq < head.seq {
            *held = head;
        }
    }
    later.into_values().collect()
}

/// Fills one bounded message with ranges, giving each chain a fair share: in the first message of a new device stand
/// the beginnings of all chains (the town's founding and its definitions among them), not one long import alone.
#[derive(Debug)]
pub struct Filler {
    waiting: std::vec::IntoIter<Wanted>,
    /// The chain being read, and what is left of its share.
    current: Option<(Wanted, usize)>,
    left_bytes: usize,
    left_entries: usize,
    blocked: BTreeSet<ChainName>,
    filled: Filled,
}

/// What [`Filler`] asks the store for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The chain and the place.
    pub wanted: Wanted,
    /// Bytes at the most, unless one signed batch is longer.
    pub bytes_max: usize,
}

impl Filler {
    /// A message of about `budget_bytes` of entries, without the chains that are `blocked`.
    pub fn new(wanted: Vec<Wanted>, budget_bytes: u32, blocked: BTreeSet<ChainName>) -> Filler {
        Filler {
            waiting: wanted.into_iter(),
            current: None,
            left_bytes: budget_bytes as usize,
            left_entries: ENTRIES_MAX,
            blocked,
            filled: Filled::default(),
        }
    }

    /// The next stretch to read; `None` when the message is full or nothing is wanted any more.
    pub fn ask(&mut self) -> Option<Ask> {
        if self.current.is_none() {
            let blocked = &self.blocked;
            let chains_left = self.waiting.len().max(1);
            let next = self.waiting.find(|wanted| !blocked.contains(&wanted.chain()))?;
            self.current = Some((next, (self.left_bytes / chains_left).max(1)));
        }
        let (wanted, share) = self.current?;
        if self.left_bytes == 0 || self.left_entries == 0 || self.filled.ranges.len() >= RANGES_MAX {
            self.filled.more = true;
            return None;
        }
        Some(Ask { wanted, bytes_max: share.min(RANGE_BYTES_MAX) })
    }

    /// What the store gave for the last ask; `None` where it holds no signature there yet.
    pub fn put(&mut self, range: Option<Range>) {
        let (Some((asked, share)), Some(range)) = (self.current.take(), range) else { return };
        let size = range.size_bytes();
        let too_long = range.len() > self.left_entries || size > self.left_bytes;
        if too_long && !self.filled.ranges.is_empty() {
            self.filled.more = true;
            return;
        }
        if let Some(held) = asked.after_hash.filter(|_| asked.is_forked_by(&range)) {
            let Wanted { device, epoch, after_seq: seq, .. } = asked;
            let mine = ChainHead { device, epoch, seq, hash: range.previous };
            let fork = Fork { mine, theirs: ChainHead { hash: held, ..mine } };
            self.filled.forks.push(fork);
            // What follows the other side's head proves that the branches differ, not where. The stretch before it is read
            // first.
            let head_seq = seq.saturating_add(asked.missing);
            let proof = Fork { mine: ChainHead { seq: head_seq, ..mine }, ..fork }.evidence();
            if proof.after_seq < seq {
                self.current = Some((proof, share));
                return;
            }
        }
        let read = range.last_seq().saturating_sub(asked.after_seq);
        if read < asked.missing {
            let rest = Wanted {
                after_seq: range.last_seq(),
                after_hash: None,
                missing: asked.missing - read,
                ..asked
            };
            match share.saturating_sub(size) {
                0 => self.filled.more = true,
                left => self.current = Some((rest, left)),
            }
        }
        self.left_bytes = self.left_bytes.saturating_sub(size);
        self.left_entries = self.left_entries.saturating_sub(range.len());
        self.filled.ranges.push(range);
    }

    /// The ranges, the forks that showed while reading, and whether more is waiting than fitted.
    pub fn done(self) -> Filled {
        self.filled
    }
}

/// A filled message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// For the message.
    pub ranges: Vec<Range>,
    /// Seen while reading: the peer's head is not on our chain.
    pub forks: Vec<Fork>,
    /// More is waiting.
    pub more: bool,
}
