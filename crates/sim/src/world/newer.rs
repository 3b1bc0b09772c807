//! A later version beside this one: it writes kinds that are not known here, longer bodies of those that are, and longer
//! messages. What this version does not understand it keeps and passes on.

use super::counter::{Counter, not_found};
use super::{Broken, Story};
use crate::dice::Dice;
use domain::demand::{DemandBatch, ServiceCode};
use domain::fact::Fact;
use domain::people::{Author, Role};
use domain::{ChainHead, Hash};
use minicbor::encode::{Encoder, Error, Write};
use std::io::Read;
use store::StoreError;
use sync::frame::{FrameKind, kind_of, open, pack, pack_signed};
use sync::{Answer, Credentials};

/// Kinds no version knows yet.
const UNKNOWN_KINDS: [u16; 3] = [61, 77, 4_000];
/// Header, two certificates, signature.
const SIGNED_FRONT_BYTES: usize = 6 + 2 * journal::certificate::CERTIFICATE_BYTES + 64;
const FRONT_BYTES: usize = 6;
/// No frame of a simulated town unfolds to more.
const UNFOLDED_BYTES_MAX: u64 = 64 << 20;

/// A CBOR array with one more element at its end, as a later version writes it; `None` where it is none, or a long one.
pub(super) fn longer(array: &[u8]) -> Option<Vec<u8>> {
    let (first, rest) = array.split_first()?;
    if !(0x80..0x97).contains(first) {
        return None;
    }
    let mut longer = vec![first + 1];
    longer.extend_from_slice(rest);
    // A text nobody here knows the meaning of.
    longer.extend_from_slice(&[0x65, b'l', b'a', b't', b'e', b'r']);
    Some(longer)
}

/// Bytes that are CBOR already.
struct Written(Vec<u8>);

impl minicbor::Encode<()> for Written {
    fn encode<W: Write>(&self, encoder: &mut Encoder<W>, _: &mut ()) -> Result<(), Error<W::Error>> {
        encoder.writer_mut().write_all(&self.0).map_err(Error::write)
    }
}

fn unfolded(payload: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(payload).ok()?;
    decoder.take(UNFOLDED_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The offer as a later version sends it.
pub(super) fn longer_offer(frame: &[u8], credentials: &Credentials) -> Option<Vec<u8>> {
    let array = unfolded(frame.get(SIGNED_FRONT_BYTES..)?)?;
    pack_signed(FrameKind::Offer, &Written(longer(&array)?), credentials).ok()
}

/// The answer as a later version gives it, to the offer that was `asked` and had been made longer into `sent`.
pub(super) fn longer_answer(frame: &[u8], sent: &[u8], asked: &[u8]) -> Option<Vec<u8>> {
    let kind = kind_of(frame).ok()?;
    let array = match kind {
        FrameKind::Answer => {
            let mut answer: Answer = open(kind, frame).ok()?;
            if answer.offer == journal::hash(sent) {
                answer.offer = journal::hash(asked);
            }
            minicbor::to_vec(&answer).ok()?
        }
        _ => unfolded(frame.get(FRONT_BYTES..)?)?,
    };
    pack(kind, &Written(longer(&array)?)).ok()
}

impl Counter {
    /// Appends an entry of a kind this version does not know, as the later version on this computer does.
    pub(super) async fn write_unknown(&mut self, dice: &mut Dice, story: &mut Story) -> Result<(), Broken> {
        let kind = dice.pick(&UNKNOWN_KINDS).copied().unwrap_or(61);
        let mut body = vec![0; dice.index(200)];
        dice.fill(&mut body);
        let author = self.grant_of(super::town::USER, Role::Clerk).await;
        self.write_as_later("writing an unknown kind", kind, body, author, "unknown kinds written", story)
            .await
    }

    /// Appends a batch of no dues whose body is longer than this version's.
    pub(super) async fn write_longer(&mut self, dice: &mut Dice, story: &mut Story) -> Result<(), Broken> {
        let mut source = Hash([0; 32]);
        dice.fill(&mut source.0);
        let batch =
            DemandBatch { service: ServiceCode::from("PT"), source, lines: Vec::new(), under: Vec::new() };
        let fact = Fact::from(batch);
        let Some(body) = longer(&fact.encode()) else { return Err(Broken("a body is no array".to_owned())) };
        let author = self.grant_of(super::town::USER, Role::Administrator).await;
        let kind = fact.kind().number();
        self.write_as_later("writing a longer body", kind, body, author, "longer bodies written", story).await
    }

    async fn write_as_later(
        &mut self,
        what: &str,
        kind: u16,
        body: Vec<u8>,
        author: Result<Author, StoreError>,
        counted: &'static str,
        story: &mut Story,
    ) -> Result<(), Broken> {
        let written = match author {
            Ok(author) => self.append_encoded(kind, body, author).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(head) => {
                story.note(counted);
                self.keep_mark(&head);
                self.acknowledged.push(head);
                Ok(())
            }
            Err(error) => self.after_failure(what, &error, None, story).await.map(|_| ()),
        }
    }

    async fn append_encoded(
        &self,
        kind: u16,
        body: Vec<u8>,
        author: Author,
    ) -> Result<ChainHead, StoreError> {
        let mut writing = self.machine.store().map_err(not_found)?.begin(&self.writer, self.now_ms()).await?;
        writing.append_encoded(Some(author), kind, body).await?;
        writing.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_array_begins_as_the_shorter() {
        assert_eq!(longer(&[0x82, 1, 2]), Some(vec![0x83, 1, 2, 0x65, b'l', b'a', b't', b'e', b'r']));
        assert_eq!(longer(&[0xa0]), None);
        assert_eq!(longer(&[]), None);
    }
}
