//! Somebody hostile: an enrolled device that sends what is not so, and a stranger who shouts. Whatever they do, the others
//! keep what they have, come to the same, and name what they were given.

use super::machine::SimEntropy;
use super::town::{Town, author};
use super::wire::CHALLENGE_SECRET;
use super::{Broken, World, broken};
use crate::dice::Dice;
use domain::fact::{Fact, Seen};
use domain::identity::{PublicKey, Signature};
use domain::people::{Author, DeviceEnrolled, DeviceRevoked, Role, RoleGranted, StaffEnrolled};
use domain::{Bilingual, ChainHead, CounterCode, DeviceId, Epoch, Hash, TownCode, UserId};
use journal::{Certificate, Entry, KeyPair, Range};
use minicbor::{Decode, Encode};
use store::query::cases::{Fate, HeldRow, quarantine};
use store::query::people;
use store::{Store, StoreError};
use sync::Credentials;
use sync::admit::challenge_for;
use sync::frame::{FrameKind, open, pack, pack_signed};
use sync::message::{Alarm, AlarmKind, Answer, ChainName, Keys, Offer, ReplicaId};

/// Ranges put into one false message.
const RANGES: usize = 4;
const RANGE_BYTES: usize = 3_000;
/// Heads of devices that never were.
const INVENTED: usize = 3;

/// An enrolled device that has fallen into the wrong hands.
pub(crate) struct Rogue {
    key: KeyPair,
    credentials: Credentials,
    /// The last entry of its own chain that somebody took.
    head: ChainHead,
    /// People it enrolled in somebody's name, by the number of the entry.
    enrolled: Vec<(u64, UserId)>,
    /// Where the town's trust in it ended.
    cut: Option<u64>,
}

impl Rogue {
    pub(crate) fn of(town: &Town, dice: &mut Dice) -> Rogue {
        let mut secret = [0; 32];
        dice.fill(&mut secret);
        let key = KeyPair::from_secret(secret);
        let credentials =
            Credentials { town: town.of_town.clone(), device: town.certify(&key), key: key.clone() };
        let device = journal::device_of(&key.public());
        let head = ChainHead { device, epoch: Epoch(0), seq: 0, hash: Hash::ZERO };
        Rogue { key, credentials, head, enrolled: Vec::new(), cut: None }
    }

    pub(crate) fn enrolment(&self, town: &Town) -> DeviceEnrolled {
        town.enrolled(&self.key, &CounterCode("C99".to_owned()))
    }

    fn device(&self) -> DeviceId {
        journal::device_of(&self.key.public())
    }
}

/// A range as its bytes lay it out, to be changed where the real one cannot be.
#[derive(Clone, Encode, Decode)]
struct Loose {
    #[n(0)]
    town: TownCode,
    #[n(1)]
    key: PublicKey,
    #[n(2)]
    epoch: Epoch,
    #[n(3)]
    first_seq: u64,
    #[n(4)]
    previous: Hash,
    #[n(5)]
    authors: Vec<Author>,
    #[n(6)]
    entries: Vec<LooseEntry>,
    #[n(7)]
    signature: Signature,
}

#[derive(Clone, Encode, Decode)]
struct LooseEntry {
    #[n(0)]
    after_ms: i64,
    #[n(1)]
    kind: u16,
    #[n(2)]
    author: u32,
    #[cbor(n(3), with = "minicbor::bytes")]
    body: Vec<u8>,
}

/// A true range made false in one of many ways; some stay true and only come at the wrong time.
fn falsified(range: &Range, rogue: &Rogue, dice: &mut Dice) -> Option<Range> {
    let bytes = minicbor::to_vec(range).ok()?;
    let mut loose: Loose = minicbor::decode(&bytes).ok()?;
    let at = dice.index(loose.entries.len());
    match dice.below(11) {
        // Forged: a body, a time, an author, a number.
        0 => {
            let body = &mut loose.entries.get_mut(at)?.body;
            let place = dice.index(body.len());
            *body.get_mut(place)? ^= 1 << dice.below(8);
        }
        1 => loose.entries.get_mut(at)?.after_ms += 1,
        2 => loose.authors.get_mut(0)?.grant.0 = [9; 32],
        3 => loose.first_seq += 1 + dice.below(3),
        // Truncated, reordered, torn out of its place.
        4 => {
            loose.entries.pop();
        }
        5 => loose.entries.reverse(),
        6 => loose.previous = Hash([7; 32]),
        // Another town's, another epoch's.
        7 => loose.town = TownCode(loose.town.0 + 1),
        8 => loose.epoch = Epoch(loose.epoch.0 + 1),
        // Signed, but by the wrong key: in the owner's name, or taken over as its own.
        9 => {
            let opened = range.clone().open().ok()?;
            let head = opened.head;
            loose.signature = rogue.key.sign_head(range.town, head.epoch, head.seq, &head.hash);
        }
        // Replayed as it is.
        _ => {}
    }
    minicbor::decode(&minicbor::to_vec(&loose).ok()?).ok()
}

/// Somebody who answers what is not so.
pub(crate) struct Liar {
    dice: Dice,
    heads: Vec<ChainHead>,
    ranges: Vec<Range>,
    asking: DeviceId,
}

impl Liar {
    /// An answer to an offer: right in its form, false in what it says.
    pub(crate) fn answer(&mut self, frame: &[u8]) -> Vec<u8> {
        if self.dice.chance(1, 8) {
            let mut noise = vec![0; self.dice.index(400)];
            self.dice.fill(&mut noise);
            return noise;
        }
        let mut heads = lying_heads(&self.heads, &mut self.dice);
        if self.dice.chance(1, 2) {
            // "I hold everything you have": what was never sent must not count as sent.
            heads = self.heads.clone();
        }
        let own = ChainHead { device: self.asking, epoch: Epoch(0), seq: u64::MAX, hash: Hash([1; 32]) };
        let alarms = vec![
            Alarm::about(AlarmKind::OwnChainAhead, &own, ""),
            Alarm { kind: 9_999, ..Alarm::about(AlarmKind::Fork, &own, "later") },
        ];
        let answer = Answer {
            offer: journal::hash(frame),
            replica: ReplicaId([6; 16]),
            challenge: vec![5; 24],
            heads,
            ranges: self.ranges.clone(),
            keys: Keys::default(),
            keys_held: None,
            alarms,
            more: self.dice.chance(1, 2),
        };
        pack(FrameKind::Answer, &answer).unwrap_or_default()
    }
}

/// What somebody may say they hold: less, more, something else, devices nobody knows.
fn lying_heads(heads: &[ChainHead], dice: &mut Dice) -> Vec<ChainHead> {
    let mut lies: Vec<ChainHead> = Vec::new();
    for head in heads {
        let mut lie = *head;
        match dice.below(5) {
            0 => lie.seq = u64::MAX,
            1 => lie.hash = Hash([3; 32]),
            2 => lie.seq = dice.below(head.seq + 1),
            3 => continue,
            _ => {}
        }
        lies.push(lie);
    }
    for _ in 0..dice.index(INVENTED) {
        let mut device = DeviceId([0; 16]);
        dice.fill(&mut device.0);
        lies.push(ChainHead { device, epoch: Epoch(9), seq: dice.next_u64(), hash: Hash([4; 32]) });
    }
    lies
}

impl World {
    /// True ranges of some replica, made false.
    async fn false_ranges(&self, store: &Store, dice: &mut Dice) -> Vec<Range> {
        let Ok(heads) = store.vector().await else { return Vec::new() };
        let mut ranges = Vec::new();
        for _ in 0..RANGES {
            let Some(head) = dice.pick(&heads) else { break };
            let after = dice.below(head.seq);
            if let Ok(Some(range)) = store.range_after(head.device, head.epoch, after, RANGE_BYTES).await {
                ranges.extend(falsified(&range, &self.rogue, dice));
            }
        }
        ranges
    }

    /// What the rogue writes into its own chain: acts it has no right to. One number twice only to somebody who holds the
    /// first already: whoever has heard two halves of a fork cannot put them together (see [`super::plan`]).
    fn usurped(&mut self, vector: &[ChainHead], dice: &mut Dice) -> Option<Range> {
        let last = self.rogue.head;
        let again = ChainHead { seq: 0, hash: Hash::ZERO, ..last };
        let torn = ChainHead { hash: Hash([8; 32]), ..last };
        let is_again = vector.contains(&last) && dice.chance(1, 4);
        let head = match (is_again, dice.chance(1, 2)) {
            (false, _) => last,
            (true, true) => again,
            // The next number, after an entry that never was.
            (true, false) => torn,
        };
        let victim = vector.get(dice.index(vector.len()))?;
        let mut facts: Vec<(Option<Author>, Fact)> = Vec::new();
        match dice.below(3) {
            0 => facts.push((None, revoked(victim, "taken over"))),
            1 => facts.push((None, RoleGranted { user: UserId([7; 16]), role: Role::Administrator }.into())),
            // In a colleague's name, as whoever sits at an enrolled computer can: believed until the town says otherwise.
            _ => {
                let mut user = UserId([0; 16]);
                dice.fill(&mut user.0);
                let name = Bilingual::new("कोई", "Somebody");
                facts.push((None, Fact::Seen(Seen { heads: vec![self.founding] })));
                facts.push((Some(author(self.founder)), StaffEnrolled { user, name }.into()));
                if !is_again {
                    self.rogue.enrolled.push((head.seq + 2, user));
                }
            }
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut previous = head;
        for (author, fact) in &facts {
            let at_ms = (dice.next_u64() >> 1) as i64;
            let entry = Entry::following(self.town.code, &previous, at_ms, *author, fact);
            previous = entry.head();
            entries.push(entry);
        }
        let signature =
            self.rogue.key.sign_head(self.town.code, previous.epoch, previous.seq, &previous.hash);
        Range::pack(self.rogue.key.public(), &entries, signature)
    }

    /// The town ends its trust in the rogue device, as far as somebody knows its chain.
    pub(super) async fn revoke_rogue(&mut self, at: usize) -> Result<(), Broken> {
        let device = self.rogue.device();
        let Some(counter) = self.counters.get_mut(at).filter(|counter| counter.is_alone()) else {
            return Ok(());
        };
        let Ok(vector) = counter.machine.store()?.vector().await else { return Ok(()) };
        let known = vector.into_iter().find(|head| head.device == device);
        let (Some(known), None) = (known, self.rogue.cut) else { return Ok(()) };
        if counter.write_as_administrator(&revoked(&known, "stolen"), &mut self.story).await? {
            self.story.note("devices revoked");
            self.rogue.cut = Some(known.seq);
        }
        Ok(())
    }

    /// The rogue device, or a stranger, sends the server a message.
    pub(super) async fn tell_lies(&mut self, dice: &mut Dice) -> Result<(), Broken> {
        self.story.note("lies told");
        let is_stranger = dice.chance(1, 3);
        let frame =
            if is_stranger { self.strange_frame(dice).await? } else { self.false_offer(dice).await? };
        let answered = self.wire.send_straight(&frame).await;
        let answer = answered.ok().and_then(|bytes| open::<Answer>(FrameKind::Answer, &bytes).ok());
        self.revive_server().await?;
        match answer {
            Some(_) if is_stranger => return Err(Broken("a stranger was answered".to_owned())),
            Some(answer) => self.judge_answer(&answer).await?,
            None => {}
        }
        let server = self.server.lock().await;
        let vector = server.store()?.vector().await.unwrap_or_default();
        let device = self.rogue.device();
        // A centre that was put back has forgotten some of it; the rogue has not, or it would fork where nobody can tell.
        let longer = |head: &ChainHead| {
            head.device == device && head.epoch == Epoch(0) && head.seq > self.rogue.head.seq
        };
        if let Some(head) = vector.into_iter().find(longer) {
            self.rogue.head = head;
        }
        Ok(())
    }

    /// A revoked device is given nothing, and of what was refused something can be shown.
    async fn judge_answer(&self, answer: &Answer) -> Result<(), Broken> {
        let is = |kind| move |alarm: &Alarm| alarm.known_kind() == Some(kind);
        if answer.alarms.iter().any(is(AlarmKind::Revoked)) && !answer.ranges.is_empty() {
            return Err(Broken("a revoked device was given entries".to_owned()));
        }
        let refused = answer.alarms.iter().find(|alarm| is(AlarmKind::Refused)(alarm));
        let (Some(refused), Ok(held)) = (refused, self.evidence().await) else { return Ok(()) };
        match held.iter().any(|row| row.device == refused.device && row.fate == Fate::Refused) {
            true => Ok(()),
            false => Err(Broken("what was refused was not kept as evidence".to_owned())),
        }
    }

    async fn evidence(&self) -> Result<Vec<HeldRow>, StoreError> {
        let store = self.server.lock().await.store().map_err(super::counter::not_found)?.clone();
        let mut reading = store.reading().await?;
        quarantine(&mut reading).await
    }

    /// What the rogue did in somebody's name beyond its cut has no effect.
    pub(super) async fn judge_rogue(&self, store: &Store) -> Result<(), Broken> {
        let mut reading = store.reading().await.map_err(broken("reading"))?;
        let devices = people::devices(&mut reading).await.map_err(broken("devices"))?;
        let staff = people::staff(&mut reading).await.map_err(broken("staff"))?;
        let is_revoked = devices.iter().any(|row| row.device == self.rogue.device() && row.revoked);
        let Some(cut) = self.rogue.cut.filter(|_| is_revoked) else { return Ok(()) };
        for (seq, user) in &self.rogue.enrolled {
            if *seq > cut && staff.iter().any(|row| row.user == *user) {
                return Err(Broken(format!("entry {seq} of a device revoked at {cut} has force")));
            }
        }
        Ok(())
    }

    async fn false_offer(&mut self, dice: &mut Dice) -> Result<Vec<u8>, Broken> {
        let server = self.server.lock().await;
        let store = server.store()?.clone();
        drop(server);
        let mut ranges = self.false_ranges(&store, dice).await;
        let vector = store.vector().await.unwrap_or_default();
        ranges.extend(self.usurped(&vector, dice));
        dice.shuffle(&mut ranges);
        // A message with another town's range is refused whole; in this one it must not hide the rest every time.
        if dice.chance(3, 4) {
            ranges.retain(|range| range.town == self.town.code);
        }
        let heads = lying_heads(&vector, dice);
        let offer = Offer {
            town: self.town.code,
            replica: ReplicaId([6; 16]),
            challenge: challenge_for(&self.rogue.device(), &CHALLENGE_SECRET, self.clock.now_ms()),
            forked: heads.iter().take(1).map(ChainName::of).collect(),
            heads,
            ranges,
            keys: Keys::default(),
            keys_held: None,
            budget_bytes: if dice.chance(1, 2) { u32::MAX } else { 0 },
            more: true,
        };
        pack_signed(FrameKind::Offer, &offer, &self.rogue.credentials).map_err(broken("a false offer"))
    }

    /// Certificates a stranger made, a town's certificate for a device's, another's key, an old challenge.
    async fn strange_frame(&self, dice: &mut Dice) -> Result<Vec<u8>, Broken> {
        let stranger = KeyPair::generate(&mut SimEntropy(dice.fork("stranger")));
        let (town, day) = (self.town.code, super::town::first_day());
        let of_stranger = Certificate::device(&stranger, town, stranger.public(), day);
        let mut credentials = self.rogue.credentials.clone();
        let (mut asking, mut secret) = (self.rogue.device(), CHALLENGE_SECRET);
        match dice.below(5) {
            0 => {
                asking = journal::device_of(&stranger.public());
                let of_town = Certificate::town(&stranger, town, stranger.public(), day);
                credentials = Credentials { town: of_town, device: of_stranger, key: stranger };
            }
            1 => {
                asking = journal::device_of(&stranger.public());
                credentials = Credentials { device: of_stranger, key: stranger, ..credentials };
            }
            2 => credentials.device = credentials.town.clone(),
            3 => credentials.key = stranger,
            _ => secret = [0; 32],
        }
        let offer = Offer {
            town,
            replica: ReplicaId([6; 16]),
            challenge: challenge_for(&asking, &secret, self.clock.now_ms()),
            heads: Vec::new(),
            forked: Vec::new(),
            ranges: Vec::new(),
            keys: Keys::default(),
            keys_held: None,
            budget_bytes: 1 << 20,
            more: false,
        };
        let mut frame =
            pack_signed(FrameKind::Offer, &offer, &credentials).map_err(broken("a stranger's offer"))?;
        if dice.chance(1, 3) {
            frame.truncate(dice.index(frame.len()));
        }
        Ok(frame)
    }

    /// A counter asks somebody in its building who answers what is not so.
    pub(super) async fn false_answer(&mut self, at: usize, dice: &mut Dice) -> Result<(), Broken> {
        let Some(counter) = self.counters.get(at) else { return Ok(()) };
        let store = counter.machine.store()?.clone();
        let ranges = self.false_ranges(&store, dice).await;
        let asking = counter.device();
        let heads = store.vector().await.unwrap_or_default();
        drop(store);
        let liar = Liar { dice: dice.fork("liar"), heads, ranges, asking };
        self.story.note("false answers given");
        let (peer, line) = (format!("device/{}", self.rogue.device()), self.wire.to_liar(counter.line, liar));
        let Some(counter) = self.counters.get_mut(at) else { return Ok(()) };
        counter.ask(&peer, &line, &mut self.story).await?;
        Ok(())
    }

    /// What the server kept of what was not so.
    pub(super) async fn count_evidence(&mut self) -> Result<(), Broken> {
        // Evidence is each replica's own: a disk that lost a bit may have lost it there, and nobody else has it.
        let is_sound = self.server.lock().await.is_sound();
        let held = match self.evidence().await {
            Err(_) if !is_sound => return Ok(()),
            held => held.map_err(broken("evidence"))?,
        };
        let refused = held.iter().filter(|row| row.fate == Fate::Refused).count();
        self.story.count("false ranges kept as evidence", refused as u64);
        Ok(())
    }
}

fn revoked(head: &ChainHead, reason: &str) -> Fact {
    let ChainHead { device, epoch, seq, hash } = *head;
    DeviceRevoked { device, epoch, seq, hash, reason: reason.to_owned() }.into()
}
