//! Receipts whose entry is lost, entered again; and the branches of a chain that its own device gave up.

use super::money::blank;
use super::{Dispute, Fold, Step};
use crate::{StoreError, rows};
use domain::fact::{Fact, Kind, Seen};
use domain::identity::PublicKey;
use domain::limits::{RECEIPT_LINES_MAX, RECEIPT_PAISE_MAX};
use domain::receipt::{ReceiptIssued, ReceiptRecovered};
use domain::{ChainHead, DeviceId, Hash, Paise};
use journal::{Claim, ClaimKind, Entry, SignedClaim};
use std::collections::HashSet;

impl Fold<'_> {
    /// Whether a receipt was entered again, so that its own entry is the shadow and not the receipt.
    pub(super) async fn was_recovered(&mut self, receipt: &Hash) -> Result<bool, StoreError> {
        if let Some(known) = &self.recovered {
            return Ok(known.contains(receipt));
        }
        let known: Vec<Vec<u8>> = sqlx::query_scalar("select distinct original from recovered")
            .fetch_all(&mut *self.connection)
            .await?;
        let known: HashSet<Hash> = known.iter().map(|bytes| rows::hash(bytes)).collect::<Result<_, _>>()?;
        let found = known.contains(receipt);
        self.recovered = Some(known);
        Ok(found)
    }

    /// The receipt is this entry from now on, in the drawer that answers for the money. Its first entry, where it is here
    /// or comes later, and whoever entered it again after the one that stands first, are shown and not summed.
    pub(super) async fn receipt_recovered(
        &mut self,
        step: &Step<'_>,
        body: &ReceiptRecovered,
    ) -> Result<Option<Dispute>, StoreError> {
        let claim = match self.recovery_objection(step, body).await? {
            Ok(claim) => claim,
            Err(objection) => return Ok(Some(objection)),
        };
        let device = DeviceId(claim.device.subject);
        let claim = claim.claim;
        let others: Vec<(i64, i64)> = sqlx::query_as("select chain, seq from recovered where original = ?")
            .bind(claim.entry.0.as_slice())
            .fetch_all(&mut *self.connection)
            .await?;
        let mut stands = true;
        for other in others {
            if self.stands_first(step, Some(other)).await? {
                self.replace(other).await?;
            } else {
                stands = false;
            }
        }
        if let Some(first) = self.first_entry(&device, &claim).await? {
            self.replace(first).await?;
        }
        self.insert_recovered(step, &device, &claim, body.entry.is_some()).await?;
        if let Some(known) = &mut self.recovered {
            known.insert(claim.entry);
        }
        self.money_taken(step, &body.receipt, false, !stands).await?;
        Ok(None)
    }

    async fn insert_recovered(
        &mut self,
        step: &Step<'_>,
        device: &DeviceId,
        claim: &Claim,
        proven: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into recovered (original, chain, seq, device, epoch, year, serial, proven) \
             values (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(claim.entry.0.as_slice())
        .bind(step.chain.id)
        .bind(step.seq())
        .bind(device.0.as_slice())
        .bind(claim.number.epoch.0)
        .bind(claim.number.year.0)
        .bind(claim.number.serial)
        .bind(proven)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// The row of the entry that first recorded the receipt, where it is folded here.
    async fn first_entry(
        &mut self,
        device: &DeviceId,
        claim: &Claim,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "select receipt.chain, receipt.seq from receipt join chain on chain.id = receipt.chain \
             join entry on entry.chain = receipt.chain and entry.seq = receipt.seq \
             where chain.device = ? and chain.epoch = ? and receipt.business_date = ? and entry.hash = ?",
        )
        .bind(device.0.as_slice())
        .bind(claim.number.epoch.0)
        .bind(claim.business_date.to_number())
        .bind(claim.entry.0.as_slice())
        .fetch_optional(&mut *self.connection)
        .await?)
    }

    /// Another row is the receipt now. Whether it was cancelled meanwhile makes no difference to the sums: then its lines
    /// are off already.
    async fn replace(&mut self, (chain, seq): (i64, i64)) -> Result<(), StoreError> {
        let counted: Option<bool> = sqlx::query_scalar(
            "update receipt set replaced = 1 where chain = ? and seq = ? and replaced = 0 \
             returning cancelled_seq is null",
        )
        .bind(chain)
        .bind(seq)
        .fetch_optional(&mut *self.connection)
        .await?;
        if counted != Some(true) {
            return Ok(());
        }
        let head = sqlx::query(
            "select chain.device, chain.epoch, entry.seq, entry.hash from entry join chain on chain.id = entry.chain \
             where entry.chain = ? and entry.seq = ?",
        )
        .bind(chain)
        .bind(seq)
        .fetch_one(&mut *self.connection)
        .await?;
        self.unapply(&crate::log::head_of_row(&head)?).await
    }

    /// The paper's claim where all of it holds; otherwise why the receipt is not taken.
    async fn recovery_objection(
        &mut self,
        step: &Step<'_>,
        body: &ReceiptRecovered,
    ) -> Result<Result<SignedClaim, Dispute>, StoreError> {
        let root: Option<Vec<u8>> = sqlx::query_scalar("select value from meta where name = 'state_root'")
            .fetch_optional(&mut *self.connection)
            .await?;
        let root = root.as_deref().and_then(PublicKey::from_slice);
        let Ok(signed) = SignedClaim::from_text(&body.claim) else { return Ok(Err("claim")) };
        if root.is_none_or(|root| signed.verify(&root).is_err()) || !says(&signed.claim, &body.receipt) {
            return Ok(Err("claim"));
        }
        if signed.claim.number.town != self.town {
            return Ok(Err("number"));
        }
        let Some(shift) = self.shift_of(step, &body.receipt.shift).await? else { return Ok(Err("no-shift")) };
        if shift.closed {
            return Ok(Err("shift"));
        }
        match (&body.entry, &body.approval) {
            (Some(entry), _) if is_proven_by(&signed.claim, &body.receipt, entry) => Ok(Ok(signed)),
            (None, Some(approval)) => {
                let unsigned = ReceiptRecovered { approval: Some(blank(approval)), ..body.clone() };
                let objection = self.approval_objection(step, approval, &Fact::from(unsigned), true).await?;
                Ok(objection.map_or(Ok(signed), Err))
            }
            _ => Ok(Err("approval-signature")),
        }
    }

    /// Whether everything a writer had seen is folded here. Of a branch that its own device gave up it is what stands before
    /// the branch.
    pub(super) async fn past_is_here(&mut self, seen: &Seen) -> Result<bool, StoreError> {
        for head in &seen.heads {
            let here: Option<i64> = sqlx::query_scalar(
                "select 1 from chain join entry on entry.chain = chain.id \
                 where chain.device = ? and chain.epoch = ? and chain.folded_seq >= ? and entry.seq = ? and entry.hash = ? \
                 union all select 1 from given_up left join chain on chain.device = given_up.device \
                 and chain.epoch = given_up.epoch where given_up.device = ? and given_up.epoch = ? and seq = ? and hash = ? \
                 and coalesce(chain.folded_seq, 0) >= after_seq limit 1",
            )
            .bind(head.device.0.as_slice())
            .bind(head.epoch.0)
            .bind(head.seq as i64)
            .bind(head.seq as i64)
            .bind(head.hash.0.as_slice())
            .bind(head.device.0.as_slice())
            .bind(head.epoch.0)
            .bind(head.seq as i64)
            .bind(head.hash.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
            if here.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A device that gave up a branch of its own: where that branch stood, the other one is taken, and whoever had seen the
    /// given-up one is not held up by it. It is learnt as soon as it is held and not in its turn: what its own writer had
    /// seen before may be the very branch that no replica takes any more.
    pub(crate) async fn learn_given_up(&mut self, entry: &Entry) -> Result<(), StoreError> {
        if entry.kind != Kind::EpochOpened.number() {
            return Ok(());
        }
        let Ok(Some(Fact::EpochOpened(body))) = entry.fact() else { return Ok(()) };
        for (head, kept_seq) in body.gives_up(entry.position.device, entry.position.epoch) {
            self.give_up(&head, kept_seq).await?;
        }
        Ok(())
    }

    async fn give_up(&mut self, head: &ChainHead, kept_seq: u64) -> Result<(), StoreError> {
        let new = sqlx::query(
            "insert into given_up (device, epoch, after_seq, seq, hash) values (?, ?, ?, ?, ?) \
             on conflict do update set after_seq = excluded.after_seq where excluded.after_seq < after_seq",
        )
        .bind(head.device.0.as_slice())
        .bind(head.epoch.0)
        .bind(kept_seq as i64)
        .bind(head.seq as i64)
        .bind(head.hash.0.as_slice())
        .execute(&mut *self.connection)
        .await?
        .rows_affected();
        if new > 0 {
            self.set_branch_aside(head, kept_seq).await?;
            crate::branch::settle_forks(self.connection, &head.device, Some(head.epoch)).await?;
        }
        Ok(())
    }

    /// Moves a given-up branch out of the chain, where it is what is held of it. Its entries stay in the file, beside the
    /// log; what of them still counts was entered again by their device.
    async fn set_branch_aside(&mut self, head: &ChainHead, kept_seq: u64) -> Result<(), StoreError> {
        let chain: Option<i64> = sqlx::query_scalar(
            "select chain.id from chain join entry on entry.chain = chain.id \
             where chain.device = ? and chain.epoch = ? and entry.seq = ? and entry.hash = ?",
        )
        .bind(head.device.0.as_slice())
        .bind(head.epoch.0)
        .bind(head.seq as i64)
        .bind(head.hash.0.as_slice())
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some(chain) = chain else { return Ok(()) };
        crate::branch::set_aside(self.connection, chain, kept_seq).await?;
        self.must_refold = true;
        Ok(())
    }
}

/// Whether the paper says what is entered.
fn says(claim: &Claim, receipt: &ReceiptIssued) -> bool {
    let total = receipt.total_paise();
    claim.kind == ClaimKind::Receipt
        && claim.number == receipt.number
        && claim.business_date == receipt.business_date
        && total == Some(claim.amount_paise)
        && total.is_some_and(|total| total > Paise::ZERO && total <= RECEIPT_PAISE_MAX)
        && (1..=RECEIPT_LINES_MAX).contains(&receipt.lines.len())
}

/// Whether these bytes are the entry the paper names, and it says what is entered, its shift aside.
fn is_proven_by(claim: &Claim, receipt: &ReceiptIssued, entry: &[u8]) -> bool {
    let lost = (journal::hash(entry) == claim.entry).then(|| Entry::from_bytes(entry).ok()).flatten();
    match lost.and_then(|lost| lost.fact().ok().flatten()) {
        Some(Fact::ReceiptIssued(lost)) => ReceiptIssued { shift: receipt.shift, ..lost } == *receipt,
        _ => false,
    }
}
