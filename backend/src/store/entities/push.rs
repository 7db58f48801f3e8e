//! Carrying out a device's operations. What each comes to is decided by `hunch_sync`; here it is read and written.

use super::EntityRow;
use super::change::{Check, Checking, Effect, name_in};
use crate::clock::rfc3339;
use crate::store::connection::{Writing, compute};
use crate::store::error::StoreResult;
use hunch_protocol::{Entity, Key, Kind, Operation, PushReply, Receipt, Refusal, Status};
use hunch_sync::{
    Admission, Change, Context, MergeConflict, Outcome, Reads, Verdict, admit, carry_out, target,
};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// What a device sends.
#[derive(Debug, Clone)]
pub struct Push {
    /// Which device.
    pub device: Uuid,
    /// The epoch it knows.
    pub epoch: String,
    /// Who sends; the device must be theirs.
    pub author: String,
    /// Each with the id of a merge conflict, should it come to one.
    pub operations: Vec<(Operation, Uuid)>,
}

/// How a merge conflict shall be settled, by someone who does not sync.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// The merge conflict.
    pub conflict: Uuid,
    /// The revision of the entity it is about that was looked at.
    pub base: u64,
    /// What that entity shall say; nothing to take it away.
    pub body: Option<Value>,
    /// Who settles it.
    pub author: String,
}

/// One push while it is carried out.
struct Session {
    project: Uuid,
    author: String,
    device: Option<String>,
    checking: Checking,
    /// The project's counter.
    seq: u64,
}

/// What an operation may find.
struct Found {
    reads: Reads,
    current: Option<EntityRow>,
    conflict: Option<EntityRow>,
    holders: Vec<Entity>,
    refused: Option<Refusal>,
}

macro_rules! impl_push {
    ($db:ty) => {
        impl Writing<$db> {
            pub(super) async fn push(
                &mut self,
                project: Uuid,
                push: Push,
                check: Arc<dyn Check>,
            ) -> StoreResult<PushReply> {
                let seq = self.lock(project).await?;
                let device = self.device(project, push.device, &push.author).await?;
                device.expect_epoch(&push.epoch)?;
                let checking = Checking::new(project, check);
                let mut session = Session {
                    project,
                    author: push.author,
                    device: Some(push.device.to_string()),
                    checking,
                    seq,
                };
                let mut acknowledged = device.acknowledged();
                let mut receipts = Vec::new();
                for (operation, conflict_id) in push.operations {
                    let sent = blake3::hash(operation.canonical().as_bytes()).to_hex().to_string();
                    let stored = if operation.seq <= acknowledged {
                        self.operation_receipt(project, push.device, operation.seq).await?
                    } else {
                        None
                    };
                    let hash = stored.as_ref().map(|(hash, _)| hash.as_str());
                    match (admit(acknowledged, operation.seq, hash, &sent)?, stored) {
                        (Admission::Replay, Some((_, receipt))) => receipts.push(receipt),
                        (_, _) => {
                            let receipt = self.carry_out(&mut session, operation, conflict_id).await?;
                            self.add_operation_receipt(project, push.device, &sent, &receipt).await?;
                            acknowledged = receipt.seq;
                            receipts.push(receipt);
                        }
                    }
                }
                self.acknowledge(project, push.device, acknowledged).await?;
                self.set_counter(project, session.seq).await?;
                Ok(PushReply { accepted_through: acknowledged, receipts })
            }

            pub(super) async fn resolve(
                &mut self,
                project: Uuid,
                resolution: Resolution,
                check: Arc<dyn Check>,
            ) -> StoreResult<Receipt> {
                let seq = self.lock(project).await?;
                let Resolution { conflict, base, body, author } = resolution;
                let checking = Checking::new(project, check);
                let mut session = Session { project, author, device: None, checking, seq };
                let operation = Operation {
                    id: conflict.to_string(),
                    seq: 0,
                    key: Key::new(Kind::MergeConflict, conflict.to_string()),
                    change: Change::Resolve { base, body },
                    made_at: rfc3339(self.write.now),
                };
                let receipt = self.carry_out(&mut session, operation, conflict).await?;
                self.set_counter(project, session.seq).await?;
                Ok(receipt)
            }

            /// Carries out one operation and returns its receipt.
            async fn carry_out(
                &mut self,
                session: &mut Session,
                mut operation: Operation,
                conflict_id: Uuid,
            ) -> StoreResult<Receipt> {
                let found = self.look_up(session, &mut operation).await?;
                let Found { reads, current, conflict, holders, refused } = found;
                let (author, device) = (session.author.clone(), session.device.clone());
                let (now, seq, checking) = (rfc3339(self.write.now), session.seq, session.checking.clone());
                let (outcome, effect) = compute(move || {
                    let conflict_id = conflict_id.to_string();
                    let context = Context {
                        author: &author,
                        device: device.as_deref(),
                        now: &now,
                        seq,
                        conflict_id: &conflict_id,
                    };
                    let question =
                        Question { operation: &operation, reads: &reads, holders: &holders, refused };
                    Ok(question.decide(&context, &checking))
                })
                .await?;
                let Outcome { writes, mut receipt, seq } = outcome;
                session.seq = seq;
                for written in writes {
                    let mut entity = written.entity;
                    self.keep_terms(session.project, &mut entity).await?;
                    let before = [&current, &conflict].into_iter().flatten();
                    let before = before.into_iter().find(|row| row.key() == entity.key).cloned();
                    self.keep_revision(session.project, &entity, before.as_ref()).await?;
                    if written.current {
                        let row = self.keep_entity(session.project, &entity, before.as_ref()).await?;
                        session.checking.follow(&row)?;
                    }
                }
                if matches!(receipt.status, Status::Applied | Status::Merged) && !effect.also.is_empty() {
                    self.set_counter(session.project, session.seq).await?;
                    self.bring_along(&mut session.checking, effect, &session.author).await?;
                    session.seq = self.lock(session.project).await?;
                    receipt.server_seq = Some(session.seq);
                }
                Ok(receipt)
            }

            /// Reads what the decision needs.
            async fn look_up(
                &mut self,
                session: &mut Session,
                operation: &mut Operation,
            ) -> StoreResult<Found> {
                let project = session.project;
                self.prepare(&mut session.checking).await?;
                let conflict = match operation.change {
                    Change::Resolve { .. } => self.entity(project, &operation.key).await?,
                    Change::Put { .. } | Change::Delete { .. } => None,
                };
                let mut found = Found {
                    reads: Reads {
                        conflict: conflict.as_ref().map(EntityRow::with_last_body),
                        ..Reads::default()
                    },
                    current: None,
                    conflict,
                    holders: Vec::new(),
                    refused: None,
                };
                let Some(key) = target(operation, found.reads.conflict.as_ref()) else { return Ok(found) };
                let base = operation.change.base();
                found.current = self.entity_or_rest(project, &key).await?;
                let current = found.current.clone().map(Entity::from);
                match &current {
                    Some(current) if current.revision == base => {
                        found.reads.ancestor = Some(current.body.clone());
                    }
                    Some(_) => {
                        found.reads.ancestor = self.body_of(project, &key, base).await?;
                        if let Some(device) = &session.device {
                            found.reads.open = self.open_conflict(project, &key, device).await?;
                        }
                    }
                    None => {}
                }
                let names = [operation.change.body(), current.as_ref().map(|current| &current.body)];
                let names = names.map(|body| body.and_then(|body| name_in(&key, body)));
                let holders = self.holders(project, &key, names).await?;
                found.holders = holders.into_iter().map(Entity::from).collect();
                found.reads.current = current;
                if key.kind == Kind::Lexicon {
                    found.refused = self.expand_terms(project, operation, &mut found.reads).await?;
                }
                Ok(found)
            }

            /// The open merge conflict about an entity that came from a device.
            async fn open_conflict(
                &mut self,
                project: Uuid,
                about: &Key,
                device: &str,
            ) -> StoreResult<Option<Entity>> {
                let open = self.entities(project, Kind::MergeConflict).await?.into_iter().map(Entity::from);
                let mut open = open.filter(|entity| {
                    MergeConflict::of(entity).is_some_and(|conflict| {
                        conflict.target() == *about && conflict.mine.device.as_deref() == Some(device)
                    })
                });
                Ok(open.next())
            }
        }
    };
}
impl_push!(sqlx::Sqlite);
impl_push!(sqlx::Postgres);

/// An operation and all that its decision follows from.
struct Question<'a> {
    operation: &'a Operation,
    reads: &'a Reads,
    holders: &'a [Entity],
    refused: Option<Refusal>,
}

impl Question<'_> {
    /// What the operation comes to, and what comes along with it.
    fn decide(self, context: &Context<'_>, checking: &Checking) -> (Outcome, Effect) {
        let key = target(self.operation, self.reads.conflict.as_ref());
        let mut effect = Effect::default();
        let mut refused = self.refused;
        let current = self.reads.current.as_ref().and_then(Entity::live);
        let outcome = carry_out(self.operation, self.reads, context, &mut |body| {
            let Some(key) = &key else { return Verdict::Fine };
            if let Some(refusal) = refused.take() {
                return Verdict::Refused(refusal);
            }
            match checking.ask(key, current, body) {
                Ok(found) => effect = found,
                Err(refused) => return Verdict::Refused(refused.into()),
            }
            let name = body.and_then(|body| name_in(key, body));
            let holder =
                self.holders.iter().find(|holder| name.is_some() && name_in(key, &holder.body) == name);
            holder.map_or(Verdict::Fine, |holder| Verdict::NameTaken(Box::new(holder.clone())))
        });
        (outcome, effect)
    }
}
