//! Codes people read out and type: the state's enrolment code of a town, the town's invitation of a device. And the
//! message that leaves an invitation's sealed package with the server.

use crate::admit::{Admission, Challenged, Identity, open_signed};
use crate::frame::{Credentials, FrameKind, Parts, pack_signed};
use crate::limits::{CHALLENGE_BYTES_MAX, INVITATION_BYTES_MAX, INVITATION_VALID_MS_MAX};
use crate::{Admitted, SyncError};
use domain::TownCode;
use journal::{Entropy, random};
use minicbor::{Decode, Encode};

/// Crockford's alphabet: no I, L, O, U, so that nothing is mistaken for a digit or read as a word.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// Characters of an enrolment code: 75 random bits and a check.
pub const ENROLMENT_CHARACTERS: usize = 16;
/// Characters of an invitation code: 40 bits that name it, 55 bits that open it, and a check.
pub const INVITATION_CHARACTERS: usize = 20;
const INVITATION_ID_CHARACTERS: usize = 8;

/// A code as it is stored and compared: upper-case, without dashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenCode(String);

impl SpokenCode {
    /// A new code of `characters`, the last of them a check (Luhn in base 32: any one wrong character shows, and
    /// nearly every swap of neighbours).
    pub fn generate(characters: usize, entropy: &mut dyn Entropy) -> SpokenCode {
        let mut values: Vec<u8> = Vec::with_capacity(characters);
        while values.len() + 1 < characters {
            let [byte] = random::<1>(entropy);
            values.push(byte & 31);
        }
        values.push(check_value(&values));
        SpokenCode(values.into_iter().map(letter).collect())
    }

    /// Reads what was typed: any case, dashes and spaces ignored, O for 0, I and L for 1, Devanagari digits too.
    /// `None` where the length or the check is wrong.
    pub fn parse(text: &str, characters: usize) -> Option<SpokenCode> {
        let mut values = Vec::with_capacity(characters);
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '_' | '.'))
        {
            if values.len() == characters {
                return None;
            }
            values.push(value_of(c)?);
        }
        let (check, front) = values.split_last()?;
        let right = values.len() == characters && check_value(front) == *check;
        right.then(|| SpokenCode(values.iter().copied().map(letter).collect()))
    }

    /// In groups of four, as it is shown.
    pub fn spoken(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// Without dashes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn letter(value: u8) -> char {
    ALPHABET.get(usize::from(value)).copied().unwrap_or('0')
}

fn value_of(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c @ '०'..='९' => char::from_digit(u32::from(c) - u32::from('०'), 10)?,
        c => c,
    };
    ALPHABET.iter().position(|letter| *letter == c).and_then(|place| u8::try_from(place).ok())
}

fn check_value(values: &[u8]) -> u8 {
    let sum: u32 = values
        .iter()
        .rev()
        .enumerate()
        .map(|(place, value)| {
            let factor = if place % 2 == 0 { 2 } else { 1 };
            let product = u32::from(*value) * factor;
            product / 32 + product % 32
        })
        .sum();
    ((32 - sum % 32) % 32) as u8
}

/// An invitation's code in its two halves: the server sees only the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationCode(SpokenCode);

impl InvitationCode {
    /// A new one.
    pub fn generate(entropy: &mut dyn Entropy) -> InvitationCode {
        InvitationCode(SpokenCode::generate(INVITATION_CHARACTERS, entropy))
    }

    /// Reads what was typed.
    pub fn parse(text: &str) -> Option<InvitationCode> {
        SpokenCode::parse(text, INVITATION_CHARACTERS).map(InvitationCode)
    }

    /// As it is shown.
    pub fn spoken(&self) -> String {
        self.0.spoken()
    }

    /// Names the package at the server.
    pub fn id(&self) -> String {
        self.0.0.chars().take(INVITATION_ID_CHARACTERS).collect()
    }

    /// Opens the package ([`journal::lockbox`]); never leaves the two computers.
    pub fn secret(&self) -> String {
        self.0.0.chars().skip(INVITATION_ID_CHARACTERS).collect()
    }
}

/// True for the name of an invitation as a path may carry it.
pub fn is_invitation_id(id: &str) -> bool {
    id.len() == INVITATION_ID_CHARACTERS && id.chars().all(|c| ALPHABET.contains(&c))
}

/// Leaves a sealed package with the server for whoever knows the code.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Deposit {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// As in [`crate::Offer::challenge`].
    #[cbor(n(1), with = "minicbor::bytes")]
    pub challenge: Vec<u8>,
    /// [`InvitationCode::id`].
    #[n(2)]
    pub id: String,
    /// The server forgets it after this long.
    #[n(3)]
    pub valid_ms: i64,
    /// Opaque to the server.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub package: Vec<u8>,
}

impl Challenged for Deposit {
    fn challenge(&self) -> &[u8] {
        &self.challenge
    }
    fn town(&self) -> TownCode {
        self.town
    }
}

impl Deposit {
    /// The signed frame.
    pub fn to_frame(&self, credentials: &Credentials) -> Result<Vec<u8>, SyncError> {
        pack_signed(FrameKind::Deposit, self, credentials)
    }
}

/// The town a deposit claims, so that its key can be looked up; checked by [`admit_deposit`].
pub fn deposit_town(frame: &[u8]) -> Result<TownCode, SyncError> {
    Parts::of(FrameKind::Deposit, frame).map(|parts| parts.town.town)
}

/// Opens a deposit at the server.
pub fn admit_deposit(
    frame: &[u8],
    admission: &Admission<'_>,
) -> Result<Admitted<(Identity, Deposit)>, SyncError> {
    let (identity, mut deposit, recent) = open_signed::<Deposit>(FrameKind::Deposit, frame, admission)?;
    if deposit.package.len() > INVITATION_BYTES_MAX || deposit.challenge.len() > CHALLENGE_BYTES_MAX {
        return Err(SyncError::TooLarge("invitation"));
    }
    if !is_invitation_id(&deposit.id) {
        return Err(SyncError::Malformed("invitation"));
    }
    deposit.valid_ms = deposit.valid_ms.clamp(0, INVITATION_VALID_MS_MAX);
    if !recent {
        return Ok(Admitted::AskAgain(identity.device));
    }
    Ok(Admitted::Guest(Box::new((identity, deposit))))
}
