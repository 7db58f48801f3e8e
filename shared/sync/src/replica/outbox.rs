//! The outbox: from a person's change to the receipt that ends it.

use super::{Draft, DraftError, OPERATION_BYTES, Patch, Pending, PendingState, Replica};
use crate::{Change, Key, OPERATIONS_PER_PUSH, Operation, PushReply, PushRequest, Receipt, Status};
use serde_json::Value;

impl Pending {
    /// Whether it may still have to be sent.
    pub fn unanswered(&self) -> bool {
        matches!(self.state, PendingState::Waiting | PendingState::Sent)
    }
}

impl Replica {
    /// Takes a person's change into the outbox; it shows at once.
    ///
    /// If the latest operation was not sent yet and is about the same entity, the change takes its place. Operations
    /// about other entities in between keep the order in which things were made, for one may need the other.
    /// A change that was made from something else than what is on its way does not replace it: both are sent from
    /// their own base, and the server merges them as it does the changes of two devices.
    pub fn edit(&mut self, draft: Draft) -> Result<Patch, DraftError> {
        let target = self.target(&draft.key, &draft.change).ok_or(DraftError::NoSuchMergeConflict)?;
        let mut operation =
            Operation { id: draft.id, seq: 0, key: draft.key, change: draft.change, made_at: draft.made_at };
        let bytes = size(&operation);
        if bytes > OPERATION_BYTES {
            return Err(DraftError::TooLarge { bytes, most: OPERATION_BYTES });
        }
        let apart = draft.seen.as_ref().is_some_and(|seen| self.has_moved_on(&target, seen));
        let latest = self.outbox.back_mut().filter(|latest| {
            !apart
                && latest.state == PendingState::Waiting
                && latest.target == target
                && latest.operation.key == operation.key
        });
        if let Some(latest) = latest {
            operation.change.rebase(latest.operation.change.base());
            latest.operation = operation;
            latest.author = draft.author;
            return Ok(Patch { pending: vec![latest.clone()], ..Patch::default() });
        }
        let base = operation.change.base();
        if !apart {
            operation.change.rebase(self.carried(&target, base).unwrap_or(base));
        }
        let known = self.entities.get(&target).filter(|entity| entity.revision == base);
        self.meta.placed += 1;
        let pending = Pending {
            place: self.meta.placed,
            operation,
            base_body: known.map(|entity| entity.body.clone()),
            target,
            author: draft.author,
            apart,
            state: PendingState::Waiting,
        };
        self.outbox.push_back(pending.clone());
        Ok(Patch { pending: vec![pending], meta: Some(self.meta.clone()), ..Patch::default() })
    }

    /// Whether what is on its way about the entity says something else than these fields.
    fn has_moved_on(&self, target: &Key, seen: &Value) -> bool {
        let latest =
            self.outbox.iter().rev().find(|pending| {
                pending.target == *target && !matches!(pending.state, PendingState::Refused(_))
            });
        let says = |body: &Value| match seen {
            Value::Object(fields) => fields.iter().all(|(name, value)| body.get(name) == Some(value)),
            seen => body == seen,
        };
        latest.is_some_and(|latest| !latest.operation.change.body().is_some_and(says))
    }

    /// The next push, and what to keep before it is sent: which operations were sent, under which numbers. None if
    /// there is nothing to send or the device must first be registered or resynced.
    ///
    /// A second operation about one entity waits for the first one's receipt, which tells its base.
    pub fn next_push(&mut self) -> Option<(PushRequest, Patch)> {
        let device = self.meta.device.clone().filter(|_| !self.meta.resyncing)?;
        let mut operations: Vec<Operation> = Vec::new();
        let mut targets: Vec<Key> = Vec::new();
        let mut bytes = 0;
        let mut patch = Patch::default();
        for pending in self.outbox.iter_mut().filter(|pending| pending.unanswered()) {
            bytes += size(&pending.operation) + 1;
            let full = operations.len() == OPERATIONS_PER_PUSH || bytes > OPERATION_BYTES + 1;
            if full || targets.contains(&pending.target) {
                break;
            }
            if pending.state == PendingState::Waiting {
                self.meta.numbered += 1;
                pending.operation.seq = self.meta.numbered;
                pending.state = PendingState::Sent;
                patch.pending.push(pending.clone());
            }
            targets.push(pending.target.clone());
            operations.push(pending.operation.clone());
        }
        if operations.is_empty() {
            return None;
        }
        if !patch.pending.is_empty() {
            patch.meta = Some(self.meta.clone());
        }
        Some((PushRequest { device, epoch: self.meta.epoch.clone(), operations }, patch))
    }

    /// Takes the answer to a push that `device` made. The cursor stays: others' changes may lie below those numbers.
    /// An answer that came late or twice changes nothing.
    pub fn take_push(&mut self, device: &str, reply: &PushReply) -> Patch {
        let mut patch = Patch::default();
        if self.meta.device.as_deref() != Some(device) {
            return patch;
        }
        for receipt in &reply.receipts {
            self.take_receipt(receipt, &mut patch);
        }
        self.drop_arrived(&mut patch);
        patch
    }

    fn take_receipt(&mut self, receipt: &Receipt, patch: &mut Patch) {
        let sent = self
            .outbox
            .iter_mut()
            .find(|pending| pending.state == PendingState::Sent && pending.operation.seq == receipt.seq);
        let Some(sent) = sent else { return };
        sent.state = match (&receipt.problem, receipt.status) {
            (Some(refusal), Status::Rejected) => PendingState::Refused(refusal.clone()),
            _ => PendingState::Done {
                server_seq: receipt.server_seq.unwrap_or_default(),
                revision: receipt.revision,
            },
        };
        let sent = sent.clone();
        patch.pending.push(sent.clone());
        if let Some(revision) = receipt.revision {
            self.rebase_next(&sent, revision, patch);
        }
    }

    /// The next operation about the entity, unless made apart, was made from what was sent, whatever the server merged
    /// that into.
    fn rebase_next(&mut self, sent: &Pending, revision: u64, patch: &mut Patch) {
        let next = self
            .outbox
            .iter_mut()
            .find(|pending| pending.state == PendingState::Waiting && pending.target == sent.target);
        let Some(next) = next.filter(|next| !next.apart) else { return };
        next.operation.change.rebase(revision);
        next.base_body = sent.operation.change.body().cloned();
        patch.pending.push(next.clone());
    }

    /// The revision that an operation from this base became which has not arrived yet.
    fn carried(&self, target: &Key, from: u64) -> Option<u64> {
        self.outbox.iter().rev().find_map(|pending| match pending.state {
            PendingState::Done { revision, .. }
                if pending.target == *target && pending.operation.change.base() == from =>
            {
                revision
            }
            _ => None,
        })
    }

    /// Forgets a refused operation that the person has seen.
    pub fn dismiss(&mut self, place: u64) -> Patch {
        self.drop_where(|pending| pending.place == place && matches!(pending.state, PendingState::Refused(_)))
    }

    pub(super) fn drop_arrived(&mut self, patch: &mut Patch) {
        let cursor = self.meta.cursor;
        let arrived = self.drop_where(
            |pending| matches!(pending.state, PendingState::Done { server_seq, .. } if server_seq <= cursor),
        );
        patch.pending.retain(|pending| !arrived.dropped.contains(&pending.place));
        patch.dropped.extend(arrived.dropped);
    }

    fn drop_where(&mut self, is: impl Fn(&Pending) -> bool) -> Patch {
        let dropped = self.outbox.iter().filter(|pending| is(pending)).map(|pending| pending.place).collect();
        self.outbox.retain(|pending| !is(pending));
        Patch { dropped, ..Patch::default() }
    }

    /// Under a new identity nothing has been sent; what was carried out arrives with the snapshot.
    pub(super) fn unsend(&mut self) -> Patch {
        let mut patch = self.drop_where(|pending| matches!(pending.state, PendingState::Done { .. }));
        for pending in self.outbox.iter_mut().filter(|pending| pending.unanswered()) {
            pending.operation.seq = 0;
            pending.state = PendingState::Waiting;
            patch.pending.push(pending.clone());
        }
        patch
    }

    /// A base in another life of the project counts only if it says here what it said there.
    pub(super) fn forget_foreign_bases(&mut self, patch: &mut Patch) {
        for pending in self.outbox.iter_mut().filter(|pending| pending.state == PendingState::Waiting) {
            let known = self.entities.get(&pending.target);
            let same = known.is_some_and(|entity| {
                entity.revision == pending.operation.change.base()
                    && entity.live() == pending.base_body.as_ref()
            });
            if !same {
                pending.operation.change.rebase(0);
                patch.pending.push(pending.clone());
            }
        }
    }
}

impl Change {
    fn rebase(&mut self, onto: u64) {
        match self {
            Self::Put { base, .. } | Self::Delete { base } | Self::Resolve { base, .. } => *base = onto,
        }
    }
}

fn size(operation: &Operation) -> usize {
    // What the protocol defines always has a JSON form. A number has at most 20 digits.
    serde_json::to_vec(operation).map_or(0, |json| json.len() + 20)
}
