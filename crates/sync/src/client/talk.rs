//! What the machine and its driver say to each other.

use crate::SyncError;
use crate::host::Outcome;
use crate::message::{Alarm, KeyCursor};
use crate::plan::Filler;
use domain::{Bilingual, ChainHead};
use journal::Range;
use journal::seal::WrappedKey;

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// Time passed.
    Tick,
    /// Something was committed here, or the peer called: exchange soon, unless a failure is being waited out.
    Changed,
    /// A person asked: exchange now, unless the peer itself asked for patience.
    Asked,
    /// Answers [`Action::Read`].
    Read {
        /// Heads durably held here.
        heads: Vec<ChainHead>,
        /// What the peer last said it holds, as kept in the store; empty where it never spoke.
        confirmed: Vec<ChainHead>,
        /// How far the peer's keys are held here.
        keys_held: Option<KeyCursor>,
    },
    /// Answers [`Action::Gather`].
    Gathered {
        /// The filler, filled.
        filler: Filler,
        /// Keys after the place asked for, with their places.
        keys: Vec<(i64, WrappedKey)>,
        /// More keys are waiting.
        keys_more: bool,
    },
    /// Answers [`Action::Send`]: bytes came back, whatever they are.
    Received(Vec<u8>),
    /// Answers [`Action::Send`]: no line, no answer in time, or a refusal. Also [`Action::Read`] and [`Action::Gather`],
    /// where the store failed.
    Broken {
        /// For the person.
        trouble: Trouble,
        /// The peer asked for this much patience.
        retry_after_ms: Option<i64>,
    },
    /// Answers [`Action::Store`].
    Stored {
        /// Of each range, in order.
        outcomes: Vec<Outcome>,
        /// Where storing itself failed (a full disk): why. Nothing of the rest was stored.
        failed: Option<Trouble>,
    },
}

/// What to do next.
#[derive(Debug)]
pub enum Action {
    /// Nothing until then, or until [`Event::Changed`] or [`Event::Asked`].
    Wait {
        /// On the clock given to [`Client::handle`], which only goes forward.
        until_ms: i64,
    },
    /// Read the vector and what is kept about the peer.
    Read,
    /// Fill the message.
    Gather {
        /// Ask it, answer it, until it asks no more.
        filler: Filler,
        /// Keys after this place of our list; `None` for none.
        keys_after: Option<i64>,
    },
    /// Carry this to the peer.
    Send(Vec<u8>),
    /// Store what came. Each range by itself; the cursor only after all keys.
    Store {
        /// Ranges.
        ranges: Vec<Range>,
        /// Wrapped keys.
        keys: Vec<WrappedKey>,
        /// Our cursor in the peer's list afterwards.
        keys_cursor: KeyCursor,
        /// All the peer durably holds. The store compares each hash with its own entry before it clears "unsent"; of a
        /// chain that is not listed the peer holds nothing any more.
        confirmed: Vec<ChainHead>,
    },
    /// An earlier action has not been answered yet.
    Busy,
}

/// Why the last try failed, for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Stable code.
    pub code: String,
    /// What happened, what is safe, what to do.
    pub message: Bilingual,
}

impl From<&SyncError> for Trouble {
    fn from(error: &SyncError) -> Trouble {
        Trouble { code: error.code().to_string(), message: error.message() }
    }
}

/// What the supervisor's page shows of an exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// An exchange is under way.
    pub busy: bool,
    /// Failures in a row.
    pub failures: u32,
    /// Exchanges brought to their end since start.
    pub successes: u64,
    /// The last failure, until a success.
    pub trouble: Option<Trouble>,
    /// Of the last exchange.
    pub alarms: Vec<Alarm>,
    /// The peer holds more of our own chain than we do: this device was restored or cloned and must begin a new epoch
    /// before it writes.
    pub own_chain_ahead: bool,
    /// Entries the peer confirmed, since start.
    pub entries_sent: u64,
    /// Entries received, since start.
    pub entries_received: u64,
}
