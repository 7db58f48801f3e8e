//! A device: a replica in memory, and the database that it goes on from when it dies.

use super::BrokenCursor;
use hunch_sync::{
    Device as Identity, Draft, DraftError, Entity, Key, LogError, Meta, Patch, Pending, PullReply, PushReply,
    Replica,
};
use std::collections::BTreeMap;

/// A device's database: it carries out patches, whole or not at all.
#[derive(Debug, Clone, Default)]
struct Kept {
    meta: Meta,
    entities: BTreeMap<Key, Entity>,
    outbox: BTreeMap<u64, Pending>,
}

impl Kept {
    fn apply(&mut self, patch: Patch) {
        if patch.clear {
            self.entities.clear();
        }
        self.entities.extend(patch.entities.into_iter().map(|entity| (entity.key.clone(), entity)));
        for key in patch.removed {
            self.entities.remove(&key);
        }
        self.outbox.extend(patch.pending.into_iter().map(|pending| (pending.place, pending)));
        for place in patch.dropped {
            self.outbox.remove(&place);
        }
        self.meta = patch.meta.unwrap_or_else(|| self.meta.clone());
    }

    fn load(&self) -> Replica {
        let entities = self.entities.values().cloned().collect();
        Replica::load(self.meta.clone(), entities, self.outbox.values().cloned().collect())
    }
}

/// What a device asks the server.
#[derive(Debug, Clone)]
pub(super) enum Request {
    Register,
    Push(hunch_sync::PushRequest),
    Pull { device: String, since: u64, limit: usize, snapshot: bool },
}

/// What the server answers.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    Registered(Identity),
    Pushed(String, Result<PushReply, LogError>),
    Pulled(u64, Result<PullReply, LogError>),
}

/// A browser that writes rules.
pub(super) struct Device {
    pub(super) name: String,
    pub(super) replica: Replica,
    kept: Kept,
    /// Answers to requests of another life are not heard: the page that asked is gone.
    pub(super) life: u64,
    /// Whether the server said 410.
    stranger: bool,
    broken: Option<BrokenCursor>,
}

impl Device {
    pub(super) fn new(name: String, broken: Option<BrokenCursor>) -> Self {
        let replica = Replica::default();
        Self { name, replica, kept: Kept::default(), life: 0, stranger: true, broken }
    }

    /// The page dies and is opened again.
    pub(super) fn crash(&mut self) {
        self.replica = self.kept.load();
        self.life += 1;
        self.stranger = self.kept.meta.device.is_none();
    }

    /// Whether memory and database say the same, as they must between transitions.
    pub(super) fn keeps_what_it_knows(&self) -> bool {
        self.kept.load() == self.replica
    }

    /// A person's edit. Dying before it is kept loses it, but then it was never shown as kept.
    pub(super) fn edit(&mut self, draft: Draft) -> Result<(), DraftError> {
        let patch = self.replica.edit(draft)?;
        self.kept.apply(patch);
        Ok(())
    }

    /// The next request, if there is one to make; `pull` to ask what is new although there may be something to push.
    /// `dies`: after it is kept that operations are sent, before they are.
    pub(super) fn ask(&mut self, pull: bool, limit: usize, dies: bool) -> Option<Request> {
        let meta = self.replica.meta().clone();
        let Some(device) = meta.device.filter(|_| !self.stranger) else { return Some(Request::Register) };
        let request = if pull || meta.resyncing {
            Request::Pull { device, since: meta.cursor, limit, snapshot: meta.resyncing }
        } else {
            let (request, patch) = self.replica.next_push()?;
            self.kept.apply(patch);
            Request::Push(request)
        };
        if dies {
            self.crash();
            return None;
        }
        Some(request)
    }

    /// Takes an answer. `dies`: before it is kept.
    pub(super) fn hear(&mut self, answer: Answer, dies: bool) -> Result<(), LogError> {
        let patch = match answer {
            Answer::Registered(identity) if self.stranger => {
                self.stranger = false;
                self.life += 1;
                self.replica.register(identity)
            }
            Answer::Registered(_) => return Ok(()),
            Answer::Pushed(device, Ok(reply)) => {
                let patch = self.replica.take_push(&device, &reply);
                self.follow_push(&reply, patch)
            }
            Answer::Pulled(since, Ok(reply)) => self.replica.take_pull(since, reply),
            Answer::Pushed(_, Err(LogError::ResyncRequired))
            | Answer::Pulled(_, Err(LogError::ResyncRequired)) => {
                self.stranger = true;
                return Ok(());
            }
            // A push that was sent twice and overtaken by a later one.
            Answer::Pushed(_, Err(error)) | Answer::Pulled(_, Err(error)) => return Err(error),
        };
        if dies {
            self.crash();
        } else {
            self.kept.apply(patch);
        }
        Ok(())
    }

    /// The mistake to notice: takes the cursor from a push's answer.
    fn follow_push(&mut self, reply: &PushReply, mut patch: Patch) -> Patch {
        if self.broken != Some(BrokenCursor::PushReply) {
            return patch;
        }
        let reached =
            reply.receipts.iter().filter_map(|receipt| receipt.server_seq).max().unwrap_or_default();
        let mut meta = self.replica.meta().clone();
        meta.cursor = meta.cursor.max(reached);
        patch.meta = Some(meta.clone());
        let entities = self.replica.all_stored().cloned().collect();
        self.replica = Replica::load(meta, entities, self.replica.outbox().cloned().collect());
        patch
    }

    /// Whether all it wants is done and all there is has arrived.
    pub(super) fn rests(&self, counter: u64) -> bool {
        let meta = self.replica.meta();
        !self.stranger && !meta.resyncing && meta.cursor == counter && self.replica.counts().pending == 0
    }
}
