//! The answering side's turn, from an admitted offer to the answer. The driver stores and reads; this decides.

use crate::admit::{Guest, challenge_for};
use crate::frame::{FrameKind, pack};
use crate::limits::ALARMS_MAX;
use crate::message::{Alarm, AlarmKind, Answer, ChainName, KeyCursor, Keys, ReplicaId};
use crate::plan::{Filled, Filler, Fork, Plan, Wanted, plan};
use crate::{SyncError, admit};
use domain::{ChainHead, DeviceId, Hash};
use journal::Range;
use std::collections::BTreeSet;

/// What became of one range at the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Durably stored, something of it new.
    Stored,
    /// All of it was held already.
    Duplicate,
    /// Its past is not here: nothing stored; it will be sent from where this side's head stands.
    Gap,
    /// Another entry stands at one of its places. Kept as evidence; the head did not move.
    Forked,
    /// Chain or signature do not hold; the stable code says which.
    Refused(&'static str),
}

/// One range's place and outcome, for the alarm.
pub fn alarm_of(head: &ChainHead, outcome: &Outcome) -> Option<Alarm> {
    match outcome {
        Outcome::Stored | Outcome::Duplicate | Outcome::Gap => None,
        Outcome::Forked => Some(Alarm::about(AlarmKind::Fork, head, "")),
        Outcome::Refused(code) => Some(Alarm::about(AlarmKind::Refused, head, code)),
    }
}

/// The end a range claims, before it is opened: names it in alarms.
pub fn claimed_end(range: &Range) -> ChainHead {
    ChainHead { device: range.device(), epoch: range.epoch, seq: range.last_seq(), hash: Hash::ZERO }
}

/// One turn of the answering side.
#[derive(Debug)]
pub struct Turn {
    device: DeviceId,
    offer_hash: Hash,
    theirs: Vec<ChainHead>,
    their_replica: ReplicaId,
    keys_held_of_mine: Option<KeyCursor>,
    forks_known: BTreeSet<ChainName>,
    /// Ends of ranges that another branch stands against here.
    forked: Vec<ChainHead>,
    budget_bytes: u32,
    revoked: bool,
    held_back: bool,
    alarms: BTreeSet<Alarm>,
}

/// What the offer brought, to be stored before anything is answered.
#[derive(Debug)]
pub struct Brought {
    /// Ranges, each to be received by itself: one that is refused does not touch the others.
    pub ranges: Vec<Range>,
    /// Wrapped keys.
    pub keys: Keys,
    /// What the asking device durably holds.
    pub heads: Vec<ChainHead>,
}

impl Turn {
    /// Begins a turn.
    pub fn new(guest: Guest) -> (Turn, Brought) {
        let Guest { identity, offer, offer_hash } = guest;
        let turn = Turn {
            device: identity.device,
            offer_hash,
            theirs: offer.heads.clone(),
            their_replica: offer.replica,
            keys_held_of_mine: offer.keys_held,
            forks_known: offer.forked.into_iter().collect(),
            forked: Vec::new(),
            budget_bytes: offer.budget_bytes,
            revoked: false,
            held_back: false,
            alarms: BTreeSet::new(),
        };
        (turn, Brought { ranges: offer.ranges, keys: offer.keys, heads: offer.heads })
    }

    /// The asking device.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// The asking replica.
    pub fn their_replica(&self) -> ReplicaId {
        self.their_replica
    }

    /// Notes what became of one range.
    pub fn received(&mut self, end: &ChainHead, outcome: &Outcome) {
        self.alarms.extend(alarm_of(end, outcome));
        let is_told = self.forked.iter().any(|told| ChainName::of(told) == ChainName::of(end));
        if *outcome == Outcome::Forked && !is_told {
            self.forked.push(*end);
        }
    }

    /// The town ended its trust in the asking device: nothing is given to it any more. Said after what it brought was
    /// stored, since the revocation itself may have come with it.
    pub fn revoke(&mut self) {
        self.revoked = true;
        let mut alarm = Alarm::about_peer(AlarmKind::Revoked);
        alarm.device = self.device;
        self.alarms.insert(alarm);
    }

    /// Whether the town still trusts the asking device is not known here yet: nothing is given to it this time.
    pub fn hold_back(&mut self) {
        self.held_back = true;
    }

    /// True where entries and keys may be given.
    pub fn may_receive(&self) -> bool {
        !self.revoked && !self.held_back
    }

    /// Compares vectors once everything is stored. `mine` is what is durably held now, `before` what this device's
    /// replica was last known to hold.
    pub fn plan(&mut self, mine: &[ChainHead], before: &[ChainHead]) -> Filler {
        let plan = plan(mine, &self.theirs, before);
        if plan.emptied {
            self.alarms.insert(Alarm::about_peer(AlarmKind::Empty));
        } else {
            self.alarms.extend(plan.shrunk.iter().map(|s| Alarm::about(AlarmKind::Shrunk, &s.before, "")));
        }
        let own_lost = plan.send.iter().filter(|wanted| wanted.device == self.device);
        let own_lost = own_lost.map(|wanted| ChainHead {
            device: wanted.device,
            epoch: wanted.epoch,
            seq: wanted.after_seq.saturating_add(wanted.missing),
            hash: Hash::ZERO,
        });
        self.alarms.extend(own_lost.map(|head| Alarm::about(AlarmKind::OwnChainAhead, &head, "")));
        let mut send = Vec::new();
        for fork in &plan.forks {
            self.alarms.insert(Alarm::about(AlarmKind::Fork, &fork.theirs, ""));
            send.push(fork.evidence());
        }
        send.extend(self.shorter_branches(&plan, mine));
        send.extend(plan.send);
        if !self.may_receive() {
            send.clear();
        }
        Filler::new(send, self.budget_bytes, self.forks_known.clone())
    }

    /// Proofs of branches that are the shorter ones here: nothing of them is owed, and the other side would never see one.
    fn shorter_branches(&self, plan: &Plan, mine: &[ChainHead]) -> Vec<Wanted> {
        let sent: BTreeSet<ChainName> = plan.send.iter().map(Wanted::chain).collect();
        let forked: BTreeSet<ChainName> = plan.forks.iter().map(|fork| ChainName::of(&fork.mine)).collect();
        let mut proofs = Vec::new();
        for end in &self.forked {
            let chain = ChainName::of(end);
            let head = mine.iter().find(|head| ChainName::of(head) == chain);
            if let Some(head) = head.filter(|_| !sent.contains(&chain) && !forked.contains(&chain)) {
                proofs.push(Fork { mine: *head, theirs: *end }.evidence());
            }
        }
        proofs
    }

    /// From which place of this side's list of keys the asking side wants more.
    pub fn keys_after(&self, mine: ReplicaId) -> i64 {
        self.keys_held_of_mine.filter(|held| held.replica == mine).map_or(0, |held| held.order)
    }

    /// Puts the answer together.
    pub fn answer(self, parts: Parts<'_>) -> Answer {
        let Filled { ranges, forks, more } = parts.filled;
        let mut alarms = self.alarms;
        alarms.extend(forks.iter().map(|fork| Alarm::about(AlarmKind::Fork, &fork.theirs, "")));
        Answer {
            offer: self.offer_hash,
            replica: parts.replica,
            challenge: challenge_for(&self.device, parts.challenge_secret, parts.now_ms),
            heads: parts.heads,
            ranges,
            keys: parts.keys,
            keys_held: Some(parts.keys_held),
            alarms: alarms.into_iter().take(ALARMS_MAX).collect(),
            more: more || parts.keys_more,
        }
    }
}

/// What the driver read for the answer.
#[derive(Debug)]
pub struct Parts<'a> {
    /// This replica.
    pub replica: ReplicaId,
    /// Heads durably held now.
    pub heads: Vec<ChainHead>,
    /// From [`Turn::plan`]'s filler.
    pub filled: Filled,
    /// The stretch after [`Turn::keys_after`].
    pub keys: Keys,
    /// More keys are waiting.
    pub keys_more: bool,
    /// How far the asking side's list is held now.
    pub keys_held: KeyCursor,
    /// See [`crate::Admission`].
    pub challenge_secret: &'a [u8; 32],
    /// See [`crate::Admission`].
    pub now_ms: i64,
}

/// The frame of an answer.
pub fn answer_frame(answer: &Answer) -> Result<Vec<u8>, SyncError> {
    pack(FrameKind::Answer, answer)
}

/// The frame that asks a device to ask again.
pub fn challenge_frame(device: &DeviceId, secret: &[u8; 32], now_ms: i64) -> Result<Vec<u8>, SyncError> {
    pack(FrameKind::Challenge, &admit::Challenge { challenge: challenge_for(device, secret, now_ms) })
}
