//! A new device takes segments: the snapshot first, then the history, each piece from the byte at which the one before
//! broke off, each segment checked against its name before anything of it is stored. What cannot be had as a segment
//! comes by exchange like anything else.

use crate::clock::Clock;
use crate::guest::{Broken, Carry, Guest, failure};
use crate::noted;
use crate::sealing::{open_history, open_part};
use crate::taking::PIECE_BYTES_MIN;
use domain::Paise;
use journal::Entropy;
use store::{Coming, StoreError};
use sync::admit::Challenge;
use sync::client::Event;
use sync::frame::{FrameKind, kind_of, open};
use sync::limits::SEGMENT_PIECE_BYTES_MAX;
use sync::segment::{Catalogue, Segment, SegmentKind, SegmentPiece, Take};
use sync::{Alarm, AlarmKind, SyncError};

/// Meta: the peer this file began from.
const FROM: &str = "arriving-from";

impl Guest {
    /// Takes segments until there are none to take, or the line breaks. Own entries go up in between. May be dropped at
    /// any point.
    pub async fn take_segments<C: Carry>(
        &mut self,
        carrier: &C,
        clock: &dyn Clock,
        entropy: &mut dyn Entropy,
    ) -> Result<(), Broken> {
        if self.taking.over || !self.wants_segments().await.map_err(failure)? {
            return self.end_taking();
        }
        if self.store.arriving().await.map_err(failure)?.is_none() && !self.begin_arriving(carrier).await? {
            return self.end_taking();
        }
        self.taking.under_way = true;
        for (place, coming) in self.store.segments_to_come().await.map_err(failure)? {
            let Some(bytes) = self.whole_segment(carrier, &coming).await? else {
                return self.leave_the_rest().await.map_err(failure);
            };
            if !self.store_segment(place, &coming, &bytes, clock.now_ms()).await? {
                return self.leave_the_rest().await.map_err(failure);
            }
            if self.has_unsent().await.map_err(failure)? {
                self.pass(Event::Asked, carrier, clock, entropy).await;
            }
        }
        self.end_taking()
    }

    fn end_taking(&mut self) -> Result<(), Broken> {
        self.taking.over = true;
        self.taking.under_way = false;
        Ok(())
    }

    /// A file begins from one peer; the names in another's catalogue are others.
    async fn wants_segments(&self) -> Result<bool, StoreError> {
        if !self.store.wants_segments().await? {
            return Ok(false);
        }
        let begun = self.store.arriving().await?.is_some();
        Ok(!begun || self.store.meta(FROM).await?.as_deref() == Some(self.peer.as_bytes()))
    }

    /// Folds what arrived, where all of it is here and nobody sits here, or whoever does has been still for a minute. What
    /// the snapshot had said otherwise is noted as an alarm about whom it came from.
    pub async fn take_up(&mut self, clock: &dyn Clock) -> Result<Option<store::TakenUp>, StoreError> {
        let is_still = self.taking.is_still(self.store.presses(), clock);
        let Some(taken) = self.store.take_up(is_still).await? else { return Ok(None) };
        if !taken.differed.is_empty() {
            let from = self.store.meta(FROM).await?.unwrap_or_default();
            let mut alarm = Alarm::about_peer(AlarmKind::SnapshotDiffered);
            alarm.detail = self.store.snapshot_differed().await?;
            noted::note_alarms(&self.store, &String::from_utf8_lossy(&from), &[alarm], clock.now_ms())
                .await?;
        }
        Ok(Some(taken))
    }

    /// Whether all is here and waits only for a moment when nobody sits here.
    pub(crate) async fn waits_for_a_pause(&self) -> bool {
        self.store.arriving().await.is_ok_and(|arriving| arriving.is_some_and(|arriving| arriving.whole))
    }

    /// Whether segments are still to be taken, and this side only gives meanwhile.
    pub(crate) fn is_taking(&self) -> bool {
        self.taking.under_way
    }

    /// What is not here yet comes by exchange; where not even the snapshot is whole, as though there had been none.
    async fn leave_the_rest(&mut self) -> Result<(), StoreError> {
        let _ = self.end_taking();
        match self.store.arriving().await?.is_some_and(|arriving| arriving.usable) {
            true => self.store.expect_no_more_segments().await,
            false => self.store.give_up_arriving().await,
        }
    }

    async fn begin_arriving<C: Carry>(&mut self, carrier: &C) -> Result<bool, Broken> {
        let take = Take { town: self.town, challenge: Vec::new(), name: None, offset: 0, bytes: 1 };
        let Some((_, frame)) = self.take(carrier, take).await? else { return Ok(false) };
        let Ok(catalogue) = Catalogue::of_frame(&frame) else { return Ok(false) };
        if catalogue.segments.is_empty() {
            return Ok(false);
        }
        let coming: Vec<Coming> = catalogue.segments.iter().map(coming_of).collect();
        let begun = async {
            self.store.set_meta(FROM, self.peer.as_bytes()).await?;
            self.store.begin_arriving(&catalogue.position, &coming, catalogue.made_ms).await
        };
        begun.await.map(|()| true).map_err(failure)
    }

    /// All bytes of a segment; `None` where the peer does not have it any more, or gives another.
    async fn whole_segment<C: Carry>(
        &mut self,
        carrier: &C,
        coming: &Coming,
    ) -> Result<Option<Vec<u8>>, Broken> {
        let begun = self.taking.begun.take().filter(|(name, _)| *name == coming.name);
        let mut bytes = begun.map_or_else(Vec::new, |(_, bytes)| bytes);
        while (bytes.len() as u64) < coming.bytes {
            let take = Take {
                town: self.town,
                challenge: Vec::new(),
                name: Some(coming.name),
                offset: bytes.len() as u64,
                bytes: self.taking.piece_bytes,
            };
            match self.take(carrier, take).await {
                Ok(Some((asked, frame))) => match SegmentPiece::of_frame(&frame, &asked) {
                    Ok(piece) => bytes.extend_from_slice(&piece.bytes),
                    Err(_) => return Ok(None),
                },
                Ok(None) => return Ok(None),
                Err(broken) => {
                    self.taking.piece_bytes = (self.taking.piece_bytes / 2).max(PIECE_BYTES_MIN);
                    self.taking.begun = Some((coming.name, bytes));
                    return Err(broken);
                }
            }
            self.taking.piece_bytes = self.taking.piece_bytes.saturating_mul(2).min(SEGMENT_PIECE_BYTES_MAX);
        }
        Ok(Some(bytes))
    }

    /// Asks, once more where the challenge was too old; answers with what was asked and the frame that came.
    async fn take<C: Carry>(
        &mut self,
        carrier: &C,
        mut take: Take,
    ) -> Result<Option<(Take, Vec<u8>)>, Broken> {
        for _ in 0..2 {
            take.challenge.clone_from(&self.taking.challenge);
            let frame = self.client.signed_take(&take).map_err(|error| Broken::from(&error))?;
            let Some(answer) = carrier.take(self.town, frame).await? else { return Ok(None) };
            if kind_of(&answer) != Ok(FrameKind::Challenge) {
                return Ok(Some((take, answer)));
            }
            let asked: Challenge =
                open(FrameKind::Challenge, &answer).map_err(|error| Broken::from(&error))?;
            self.taking.challenge = asked.challenge;
        }
        Err(Broken::from(&SyncError::OtherAnswer))
    }

    /// Whether it is what its name says and holds; stores it where it is.
    async fn store_segment(
        &self,
        place: i64,
        coming: &Coming,
        bytes: &[u8],
        now_ms: i64,
    ) -> Result<bool, Broken> {
        if coming.is_snapshot {
            let Ok(part) = open_part(&coming.name, bytes) else { return Ok(false) };
            return match self.store.take_part(place, part).await {
                Ok(()) => Ok(true),
                Err(StoreError::Journal(_)) => Ok(false),
                Err(error) => Err(failure(error)),
            };
        }
        let Ok(ranges) = open_history(&coming.name, bytes, self.town) else { return Ok(false) };
        let received = self.store.take_history(place, ranges, now_ms).await.map_err(failure)?;
        let holds =
            |one: &store::Received| matches!(one.outcome, store::Outcome::Stored | store::Outcome::Duplicate);
        Ok(received.iter().all(holds))
    }

    async fn has_unsent(&self) -> Result<bool, StoreError> {
        let own = self.client.device();
        let Some(head) = self.store.vector().await?.into_iter().find(|head| head.device == own) else {
            return Ok(false);
        };
        Ok(!self.store.confirmed(&self.peer).await?.contains(&head))
    }
}

fn coming_of(segment: &Segment) -> Coming {
    Coming {
        name: segment.name,
        is_snapshot: segment.kind == SegmentKind::Snapshot,
        bytes: segment.bytes,
        records: segment.records,
        receipts: segment.receipts,
        paise: Paise(segment.paise),
    }
}
