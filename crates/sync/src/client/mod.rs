//! The asking side: when to ask, what to send, what to believe of the answer, how long to wait after a failure.
//!
//! A machine without IO: [`Client::handle`] takes what happened and says what to do next. Everything it remembers is
//! only a saving: the truth is the vector in the store, so it may be dropped at any moment and made new.

use crate::admit::Challenge;
use crate::backoff::{around_ms, wait_ms};
use crate::frame::{Credentials, FrameKind, kind_of, open, pack_signed};
use crate::host::Outcome;
use crate::limits::{ALARMS_MAX, BUDGET_BYTES_MAX, BUDGET_BYTES_MIN};
use crate::message::{Alarm, AlarmKind, Answer, ChainName, KeyCursor, Keys, Offer, ReplicaId};
use crate::plan::{Filler, Plan, covers, later_of, plan};
use crate::watch::{self, Watch};
use crate::{SyncError, host};
use domain::{Bilingual, ChainHead, Hash};
use journal::seal::WrappedKey;
use journal::{Entropy, device_of, hash};
use std::collections::BTreeSet;

mod talk;

pub use talk::{Action, Event, Status, Trouble};

/// Between two exchanges when nothing happens.
pub const IDLE_MS: i64 = 60_000;
/// A refused or forked chain is left out of the messages for this long, then tried once more.
pub const BLOCKED_MS: i64 = 30 * 60 * 1_000;
/// A peer that turns out to hold less than believed is sent the rest at once, but not for ever.
const REPLANS_MAX: u32 = 2;

#[derive(Debug)]
enum Phase {
    Waiting { until_ms: i64, asked_by_peer: bool },
    Reading,
    Gathering { keys_held: Option<KeyCursor> },
    Sending(Box<Sent>),
    Storing(Box<Heard>),
}

#[derive(Debug)]
struct Sent {
    offer: Offer,
    offer_hash: Hash,
    asked_again: bool,
}

/// What the answer leaves to decide once everything is stored.
#[derive(Debug)]
struct Heard {
    ranges: Vec<(ChainHead, u64)>,
    more: bool,
    progress: bool,
}

/// The asking side of one town's exchange with one peer.
pub struct Client {
    credentials: Credentials,
    replica: ReplicaId,
    phase: Phase,
    mine: Vec<ChainHead>,
    theirs: Vec<ChainHead>,
    heard: bool,
    keys_held_of_mine: Option<KeyCursor>,
    challenge: Vec<u8>,
    budget_bytes: u32,
    blocked: BTreeSet<ChainName>,
    forked: BTreeSet<ChainName>,
    blocked_until_ms: i64,
    replans: u32,
    changed: bool,
    only_gives: bool,
    /// The message being made answers a challenge.
    asked_again: bool,
    status: Status,
}

impl Client {
    /// A client that asks at once. `replica` names this copy of the log.
    pub fn new(credentials: Credentials, replica: ReplicaId) -> Client {
        Client {
            credentials,
            replica,
            phase: Phase::Waiting { until_ms: i64::MIN, asked_by_peer: false },
            mine: Vec::new(),
            theirs: Vec::new(),
            heard: false,
            keys_held_of_mine: None,
            challenge: Vec::new(),
            budget_bytes: BUDGET_BYTES_MAX / 4,
            blocked: BTreeSet::new(),
            forked: BTreeSet::new(),
            blocked_until_ms: i64::MIN,
            replans: 0,
            changed: false,
            only_gives: false,
            asked_again: false,
            status: Status::default(),
        }
    }

    /// For the supervisor's page.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Bytes of entries put into one message at the moment.
    pub fn budget_bytes(&self) -> u32 {
        self.budget_bytes
    }

    /// What to ask the peer while there is nothing to do: to answer once it holds something new. Nothing before its first
    /// word, and nothing while a failure is waited out.
    pub fn watch(&self) -> Option<Vec<u8>> {
        let resting = matches!(self.phase, Phase::Waiting { .. }) && self.status.failures == 0;
        if !resting || !self.heard {
            return None;
        }
        let watch = Watch {
            town: self.credentials.town.town,
            challenge: self.challenge.clone(),
            heads: watch::hash_of(&self.theirs),
        };
        watch.to_frame(&self.credentials).ok()
    }

    /// Whether what the peer has more of is left with it for now: it comes as segments.
    pub fn only_give(&mut self, only_gives: bool) {
        self.only_gives = only_gives;
    }

    /// This device.
    pub fn device(&self) -> domain::DeviceId {
        device_of(&self.credentials.key.public())
    }

    /// A take as it travels.
    pub fn signed_take(&self, take: &crate::Take) -> Result<Vec<u8>, SyncError> {
        take.to_frame(&self.credentials)
    }

    /// The driver was dropped in the middle: what was under way is forgotten, and the next event begins anew.
    pub fn abandon(&mut self) {
        if !matches!(self.phase, Phase::Waiting { .. }) {
            self.phase = Phase::Waiting { until_ms: i64::MIN, asked_by_peer: false };
            self.asked_again = false;
            self.status.busy = false;
        }
    }

    /// Takes what happened and says what to do. `now_ms` is a clock that only goes forward (it need not know the date).
    /// An event that answers nothing that was asked is ignored.
    pub fn handle(&mut self, event: Event, now_ms: i64, entropy: &mut dyn Entropy) -> Action {
        let phase = std::mem::replace(&mut self.phase, Phase::Reading);
        match (phase, event) {
            (Phase::Waiting { until_ms, asked_by_peer }, event) => {
                let patient = asked_by_peer || (self.status.failures > 0 && !matches!(event, Event::Asked));
                let called = matches!(event, Event::Changed | Event::Asked);
                if now_ms >= until_ms || (called && !patient) {
                    self.forget_old_alarms();
                    return self.begin(now_ms);
                }
                self.changed |= called;
                self.phase = Phase::Waiting { until_ms, asked_by_peer };
                Action::Wait { until_ms }
            }
            (Phase::Reading, Event::Read { heads, confirmed, keys_held }) => {
                self.gather(heads, confirmed, keys_held)
            }
            (Phase::Gathering { keys_held }, Event::Gathered { filler, keys, keys_more }) => {
                self.send(filler, keys, keys_more, keys_held, now_ms, entropy)
            }
            (Phase::Sending(sent), Event::Received(bytes)) => self.receive(*sent, &bytes, now_ms, entropy),
            (Phase::Sending(_), Event::Broken { trouble, retry_after_ms }) => {
                // The line may have broken under a message too long for it.
                self.budget_bytes = (self.budget_bytes / 2).max(BUDGET_BYTES_MIN);
                self.fail(trouble, retry_after_ms, now_ms, entropy)
            }
            (Phase::Reading | Phase::Gathering { .. }, Event::Broken { trouble, .. }) => {
                self.fail(trouble, None, now_ms, entropy)
            }
            (Phase::Storing(heard), Event::Stored { outcomes, failed }) => {
                self.stored(*heard, &outcomes, failed, now_ms, entropy)
            }
            (phase, event) => {
                self.changed |= matches!(event, Event::Changed | Event::Asked);
                self.phase = phase;
                Action::Busy
            }
        }
    }

    /// What still stops a chain stays on the page; the rest was about the exchange before.
    fn forget_old_alarms(&mut self) {
        let (blocked, forked) = (&self.blocked, &self.forked);
        self.status
            .alarms
            .retain(|alarm| blocked.contains(&alarm.chain()) || forked.contains(&alarm.chain()));
    }

    fn begin(&mut self, now_ms: i64) -> Action {
        if now_ms >= self.blocked_until_ms {
            self.blocked.clear();
            self.forked.clear();
            self.blocked_until_ms = now_ms.saturating_add(BLOCKED_MS);
        }
        self.changed = false;
        self.status.busy = true;
        self.phase = Phase::Reading;
        Action::Read
    }

    fn gather(
        &mut self,
        heads: Vec<ChainHead>,
        confirmed: Vec<ChainHead>,
        keys_held: Option<KeyCursor>,
    ) -> Action {
        self.mine = heads;
        match self.heard {
            false => self.theirs = confirmed,
            // It may have said more the other way round: asking here, or by a stick.
            true => self.theirs = later_of(std::mem::take(&mut self.theirs), confirmed),
        }
        // Before the peer's first word nothing is sent on a guess, unless the store remembers what it held; and nothing
        // before its challenge is known, for it would cross the line twice.
        let known = self.heard || !self.theirs.is_empty();
        let wanted = match known && !self.challenge.is_empty() {
            true => plan(&self.mine, &self.theirs, &[]).send,
            false => Vec::new(),
        };
        let silent = self.blocked.union(&self.forked).copied().collect();
        let filler = Filler::new(wanted, self.budget_bytes, silent);
        let keys_after = self.heard.then(|| self.keys_the_peer_holds());
        self.phase = Phase::Gathering { keys_held };
        Action::Gather { filler, keys_after }
    }

    fn keys_the_peer_holds(&self) -> i64 {
        self.keys_held_of_mine.filter(|held| held.replica == self.replica).map_or(0, |held| held.order)
    }

    fn send(
        &mut self,
        filler: Filler,
        keys: Vec<(i64, WrappedKey)>,
        keys_more: bool,
        keys_held: Option<KeyCursor>,
        now_ms: i64,
        entropy: &mut dyn Entropy,
    ) -> Action {
        let filled = filler.done();
        for fork in &filled.forks {
            self.alarm(Alarm::about(AlarmKind::Fork, &fork.theirs, ""));
        }
        let offer = Offer {
            town: self.credentials.town.town,
            replica: self.replica,
            challenge: self.challenge.clone(),
            heads: self.mine.clone(),
            forked: self.forked.iter().copied().collect(),
            ranges: filled.ranges,
            keys: Keys::stretch(self.keys_the_peer_holds(), keys),
            keys_held,
            budget_bytes: if self.only_gives { BUDGET_BYTES_MIN } else { self.budget_bytes },
            more: filled.more || keys_more,
        };
        let asked_again = std::mem::take(&mut self.asked_again);
        self.send_offer(offer, asked_again, now_ms, entropy)
    }

    fn send_offer(
        &mut self,
        offer: Offer,
        asked_again: bool,
        now_ms: i64,
        entropy: &mut dyn Entropy,
    ) -> Action {
        match pack_signed(FrameKind::Offer, &offer, &self.credentials) {
            Ok(frame) => {
                self.phase = Phase::Sending(Box::new(Sent { offer, offer_hash: hash(&frame), asked_again }));
                Action::Send(frame)
            }
            Err(error) => {
                // One batch longer than a message: its chain steps aside, so that the others get through.
                self.block(offer.ranges.iter().map(ChainName::of_range), now_ms);
                self.fail(Trouble::from(&error), None, now_ms, entropy)
            }
        }
    }

    fn receive(&mut self, sent: Sent, bytes: &[u8], now_ms: i64, entropy: &mut dyn Entropy) -> Action {
        let result = kind_of(bytes).and_then(|kind| match kind {
            FrameKind::Challenge if !sent.asked_again => {
                open::<Challenge>(FrameKind::Challenge, bytes).map(Err)
            }
            _ => open::<Answer>(FrameKind::Answer, bytes)
                .and_then(|answer| answer.checked(sent.offer.town))
                .and_then(|answer| match answer.offer == sent.offer_hash {
                    true => Ok(Ok(answer)),
                    false => Err(SyncError::OtherAnswer),
                }),
        });
        match result {
            Ok(Ok(answer)) => self.answered(&sent.offer, answer),
            Ok(Err(Challenge { challenge })) => {
                let first = self.challenge.is_empty();
                self.challenge = challenge.clone();
                if first && !self.theirs.is_empty() {
                    self.asked_again = true;
                    return self.begin(now_ms);
                }
                let offer = Offer { challenge, ..sent.offer };
                self.send_offer(offer, true, now_ms, entropy)
            }
            Err(error) => self.fail(Trouble::from(&error), None, now_ms, entropy),
        }
    }

    fn answered(&mut self, offer: &Offer, answer: Answer) -> Action {
        let found = plan(&self.mine, &answer.heads, &self.theirs);
        self.raise_alarms(&found, &answer);
        self.challenge = answer.challenge;
        self.budget_bytes = self.budget_bytes.saturating_mul(2).min(BUDGET_BYTES_MAX);

        let sent_something = !offer.ranges.is_empty() || !offer.keys.keys.is_empty();
        let grew = !covers(&self.theirs, &answer.heads) || self.keys_held_of_mine != answer.keys_held;
        let replanned = !found.shrunk.is_empty() && self.replans < REPLANS_MAX;
        self.replans = if replanned { self.replans + 1 } else { 0 };
        let progress = !self.heard || (sent_something && grew) || replanned;
        self.count_sent(&answer.heads);
        self.theirs = answer.heads;
        self.keys_held_of_mine = answer.keys_held;
        self.heard = true;

        let silent: BTreeSet<ChainName> = self.blocked.union(&self.forked).copied().collect();
        let owed = found.send.iter().any(|wanted| !silent.contains(&wanted.chain()));
        let keys_cursor = answer.keys.cursor(answer.replica, offer.keys_held);
        let action = Action::Store {
            keys: answer.keys.keys,
            keys_cursor,
            confirmed: self.theirs.clone(),
            ranges: answer.ranges,
        };
        if let Action::Store { ranges, keys, .. } = &action {
            self.phase = Phase::Storing(Box::new(Heard {
                ranges: ranges.iter().map(|range| (host::claimed_end(range), range.len() as u64)).collect(),
                more: (answer.more && !self.only_gives) || offer.more || owed,
                progress: progress || (!keys.is_empty() && Some(keys_cursor) != offer.keys_held),
            }));
        }
        action
    }

    fn raise_alarms(&mut self, found: &Plan, answer: &Answer) {
        if found.emptied {
            self.alarm(Alarm::about_peer(AlarmKind::Empty));
        }
        for shrunk in found.shrunk.iter().filter(|_| !found.emptied) {
            self.alarm(Alarm::about(AlarmKind::Shrunk, &shrunk.before, ""));
        }
        for fork in &found.forks {
            self.alarm(Alarm::about(AlarmKind::Fork, &fork.theirs, ""));
            self.forked.insert(ChainName::of(&fork.mine));
        }
        let own = device_of(&self.credentials.key.public());
        for head in found.ahead.iter().filter(|head| head.device == own) {
            self.alarm(Alarm::about(AlarmKind::OwnChainAhead, head, ""));
        }
        for alarm in &answer.alarms {
            match alarm.known_kind() {
                Some(AlarmKind::Refused) => {
                    self.blocked.insert(alarm.chain());
                }
                Some(AlarmKind::Fork) => {
                    self.forked.insert(alarm.chain());
                }
                _ => {}
            }
            self.alarm(alarm.clone());
        }
    }

    fn alarm(&mut self, alarm: Alarm) {
        if self.status.alarms.len() < ALARMS_MAX && !self.status.alarms.contains(&alarm) {
            self.status.alarms.push(alarm);
        }
    }

    fn count_sent(&mut self, now: &[ChainHead]) {
        let before = plan(&self.mine, &self.theirs, &[]).send;
        let after = plan(&self.mine, now, &[]).send;
        let owed = |wanted: &[crate::Wanted]| wanted.iter().map(|w| w.missing).sum::<u64>();
        if self.heard {
            self.status.entries_sent += owed(&before).saturating_sub(owed(&after));
        }
    }

    fn stored(
        &mut self,
        heard: Heard,
        outcomes: &[Outcome],
        failed: Option<Trouble>,
        now_ms: i64,
        entropy: &mut dyn Entropy,
    ) -> Action {
        let own = device_of(&self.credentials.key.public());
        let mut stored_any = false;
        for ((end, entries), outcome) in heard.ranges.iter().zip(outcomes) {
            if let Some(alarm) = host::alarm_of(end, outcome) {
                self.alarm(alarm);
            }
            match outcome {
                Outcome::Stored => {
                    stored_any = true;
                    self.status.entries_received += entries;
                    // Only what we signed ourselves proves it; a head the peer merely claims does not.
                    self.status.own_chain_ahead |= end.device == own;
                }
                Outcome::Forked => {
                    self.forked.insert(ChainName::of(end));
                }
                Outcome::Refused(_) => self.block(std::iter::once(ChainName::of(end)), now_ms),
                Outcome::Duplicate | Outcome::Gap => {}
            }
        }
        if let Some(trouble) = failed {
            return self.fail(trouble, None, now_ms, entropy);
        }
        let progress = heard.progress || stored_any;
        if heard.more && !progress {
            // The peer asks for more but nothing moves: waiting is right, asking in a circle is not.
            return self.fail(stalled(), None, now_ms, entropy);
        }
        self.status.failures = 0;
        self.status.trouble = None;
        if heard.more || self.changed {
            return self.begin(now_ms);
        }
        self.status.successes += 1;
        self.wait(around_ms(IDLE_MS, entropy), false, now_ms)
    }

    fn block(&mut self, chains: impl Iterator<Item = ChainName>, now_ms: i64) {
        self.blocked.extend(chains);
        self.blocked_until_ms = now_ms.saturating_add(BLOCKED_MS);
    }

    fn fail(
        &mut self,
        trouble: Trouble,
        retry_after_ms: Option<i64>,
        now_ms: i64,
        entropy: &mut dyn Entropy,
    ) -> Action {
        self.asked_again = false;
        self.status.failures = self.status.failures.saturating_add(1);
        self.status.trouble = Some(trouble);
        let wait = wait_ms(self.status.failures, retry_after_ms, entropy);
        self.wait(wait, retry_after_ms.is_some(), now_ms)
    }

    fn wait(&mut self, wait_ms: i64, asked_by_peer: bool, now_ms: i64) -> Action {
        self.status.busy = false;
        let until_ms = now_ms.saturating_add(wait_ms);
        self.phase = Phase::Waiting { until_ms, asked_by_peer };
        Action::Wait { until_ms }
    }
}

fn stalled() -> Trouble {
    Trouble {
        code: "E-SYNC-009".into(),
        message: Bilingual::new(
            "सर्वर कुछ अभिलेख नहीं ले पा रहा है। वे यहाँ सुरक्षित हैं और अपने आप दोबारा भेजे जाएँगे। सूचना इसी पृष्ठ पर है; पर्यवेक्षक को दिखाएँ।",
            "The server does not get on with some records. They are safe here and are sent again by themselves. This page says which; show it to the supervisor.",
        ),
    }
}
