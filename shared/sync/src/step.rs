//! Carrying out one operation: from what the store has read to the revisions it must write and the receipt it must
//! keep, all in one transaction.

use crate::{
    Base, Change, Decision, Edit, Entity, Key, Kind, MergeConflict, Mine, Operation, Reason, Receipt,
    Refusal, Status, Theirs, Verdict, decide,
};
use serde_json::Value;

/// What the store has read for one operation.
#[derive(Debug, Clone, Default)]
pub struct Reads {
    /// The current revision of the operation's [`target`], a tombstone included.
    pub current: Option<Entity>,
    /// What the target said in the revision the operation names as its base: null if it took the target away, absent
    /// if there is no such revision.
    pub ancestor: Option<Value>,
    /// Of a resolution: the merge conflict. If it is settled already, with the body it had last.
    pub conflict: Option<Entity>,
    /// An open merge conflict about the target that came from the same device, if there is one.
    pub open: Option<Entity>,
}

/// Who sends an operation, and the store's part in the revisions that come of it.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Who makes the revisions.
    pub author: &'a str,
    /// From which device; none for a program that edits single entities.
    pub device: Option<&'a str>,
    /// The time by the server's clock.
    pub now: &'a str,
    /// The project's counter as it stands in the transaction.
    pub seq: u64,
    /// The id of a merge conflict, should there be one.
    pub conflict_id: &'a str,
}

/// What carrying out an operation comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Revisions to keep, in this order.
    pub writes: Vec<Written>,
    /// What to answer, now and whenever the operation is sent again.
    pub receipt: Receipt,
    /// The project's counter afterwards.
    pub seq: u64,
}

/// A revision to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The revision.
    pub entity: Entity,
    /// Whether it is the entity's current one; else it belongs to its history only.
    pub current: bool,
}

/// The entity an operation changes: of a resolution, the one its merge conflict is about. None if there is no such
/// merge conflict.
pub fn target(operation: &Operation, conflict: Option<&Entity>) -> Option<Key> {
    match operation.change {
        Change::Put { .. } | Change::Delete { .. } => Some(operation.key.clone()),
        Change::Resolve { .. } => {
            let conflict = conflict.filter(|it| it.key == operation.key)?;
            MergeConflict::of(&Entity { deleted: false, ..conflict.clone() }).map(|it| it.target())
        }
    }
}

/// Carries out an operation. `check` is as in [`decide`], about the operation's [`target`].
pub fn carry_out(
    operation: &Operation,
    reads: &Reads,
    context: &Context<'_>,
    check: &mut dyn FnMut(Option<&Value>) -> Verdict,
) -> Outcome {
    let Some(key) = target(operation, reads.conflict.as_ref()) else {
        let detail = "There is no such merge conflict. It may have been settled long ago.";
        return Steps::new(operation, context).rejected(Refusal::new("no-such-merge-conflict", detail));
    };
    let edit = Edit { key: &key, base: operation.change.base(), body: operation.change.body() };
    let decision = decide(&edit, reads.current.as_ref(), reads.ancestor.as_ref(), check);
    let mut steps = Steps::new(operation, context);
    match decision {
        Decision::Reject(refusal) => return steps.rejected(refusal),
        Decision::Apply => {
            let revision = steps.revise(&key, reads.current.as_ref(), edit.body.cloned());
            steps.answer(Status::Applied, Some(revision));
        }
        Decision::Merge(merged) => {
            let sent = steps.history(&key, reads.current.as_ref(), edit.body.cloned());
            let revision = sent.revision;
            steps.revise(&key, Some(&sent), Some(merged));
            steps.answer(Status::Merged, Some(revision));
        }
        Decision::Unchanged { revision } => steps.answer(Status::Unchanged, Some(revision)),
        Decision::Conflict { reason, holder } => {
            steps.conflict(&edit, reads, reason, holder.as_deref());
            return steps.done();
        }
    }
    if let Some(settled) = reads.conflict.as_ref().filter(|conflict| !conflict.deleted) {
        steps.revise(&settled.key, Some(settled), None);
    }
    steps.done()
}

/// Gathers what carrying out an operation comes to.
struct Steps<'a> {
    context: &'a Context<'a>,
    writes: Vec<Written>,
    receipt: Receipt,
    seq: u64,
}

impl<'a> Steps<'a> {
    fn new(operation: &Operation, context: &'a Context<'a>) -> Self {
        let receipt = Receipt {
            seq: operation.seq,
            status: Status::Unchanged,
            revision: None,
            server_seq: None,
            merge_conflict: None,
            problem: None,
        };
        Self { context, writes: Vec::new(), receipt, seq: context.seq }
    }

    fn answer(&mut self, status: Status, revision: Option<u64>) {
        self.receipt.status = status;
        self.receipt.revision = revision;
    }

    fn rejected(mut self, refusal: Refusal) -> Outcome {
        self.receipt.status = Status::Rejected;
        self.receipt.problem = Some(refusal);
        Outcome { writes: Vec::new(), receipt: self.receipt, seq: self.context.seq }
    }

    fn done(mut self) -> Outcome {
        self.receipt.server_seq = Some(self.seq);
        Outcome { writes: self.writes, receipt: self.receipt, seq: self.seq }
    }

    /// Writes an entity's next revision, which is its current one, and returns its number.
    fn revise(&mut self, key: &Key, before: Option<&Entity>, body: Option<Value>) -> u64 {
        self.seq += 1;
        let entity = self.next(key, before, body);
        let revision = entity.revision;
        self.writes.push(Written { entity, current: true });
        revision
    }

    /// Writes an entity's next revision, which another one follows at once.
    fn history(&mut self, key: &Key, before: Option<&Entity>, body: Option<Value>) -> Entity {
        let entity = self.next(key, before, body);
        self.writes.push(Written { entity: entity.clone(), current: false });
        entity
    }

    fn next(&self, key: &Key, before: Option<&Entity>, body: Option<Value>) -> Entity {
        Entity {
            key: key.clone(),
            revision: before.map_or(0, |before| before.revision) + 1,
            seq: self.seq,
            deleted: body.is_none(),
            body: body.unwrap_or_default(),
            author: self.context.author.to_owned(),
            updated_at: self.context.now.to_owned(),
        }
    }

    /// Keeps an edit in a merge conflict: in the one it wants to settle or the device's own about the same entity, if
    /// one of them is open, else in a new one.
    fn conflict(&mut self, edit: &Edit<'_>, reads: &Reads, reason: Reason, holder: Option<&Entity>) {
        let kept = self.keep_inactive(edit, reads, reason);
        let theirs = holder.or(reads.current.as_ref());
        let record = MergeConflict {
            kind: edit.key.kind,
            id: edit.key.id.clone(),
            base: reads.ancestor.clone().map(|body| Base { revision: edit.base, body }),
            theirs: Theirs {
                revision: theirs.map_or(0, |theirs| theirs.revision),
                body: theirs.and_then(Entity::live).cloned(),
                author: theirs.map(|theirs| theirs.author.clone()).unwrap_or_default(),
            },
            mine: Mine {
                body: edit.body.cloned(),
                author: self.context.author.to_owned(),
                device: self.context.device.map(str::to_owned),
            },
            reason,
            made_at: self.context.now.to_owned(),
        };
        let open = [&reads.conflict, &reads.open].into_iter().flatten().find(|conflict| !conflict.deleted);
        let key = open
            .map_or_else(|| Key::new(Kind::MergeConflict, self.context.conflict_id), |open| open.key.clone());
        // What the protocol defines always has a JSON form.
        let body = serde_json::to_value(record).unwrap_or_default();
        self.receipt.merge_conflict = Some(key.id.clone());
        self.revise(&key, open, Some(body));
        self.answer(Status::Conflict, kept);
    }

    /// A new entity whose name is taken is kept, inactive.
    fn keep_inactive(&mut self, edit: &Edit<'_>, reads: &Reads, reason: Reason) -> Option<u64> {
        let begins = reads.current.as_ref().and_then(Entity::live).is_none();
        let mut body = edit.body.filter(|_| reason == Reason::NameTaken && begins)?.clone();
        *body.get_mut("active")? = Value::Bool(false);
        Some(self.revise(edit.key, reads.current.as_ref(), Some(body)))
    }
}

#[cfg(test)]
mod tests;
