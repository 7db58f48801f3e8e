//! Changing what is synced: the one way to it for devices, for requests about single things and for the server itself.
//!
//! What an operation comes to is decided by `hunch_sync`; what the rest of the project has to say to a change is in
//! `check`; the store carries both out in one transaction.

mod check;
mod mark;

pub use check::{Writer, label_set_faults, name_fault};
pub use mark::renew_mark;

use crate::corpus::DocumentIndex;
use crate::labels::LabelError;
use crate::state::AppState;
use crate::store::{Check, EntityEdit, Pull, Push, Resolution, StoredEntity, Write};
use check::ProjectCheck;
use hunch_engine::Split;
use hunch_protocol::{Change, Entity, Key, Kind, MergeConflict, Operation, PullReply, PushReply, Receipt};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// Carries out a device's operations, each once and for ever.
pub async fn push(
    state: &AppState,
    project: Uuid,
    writer: Writer,
    device: Uuid,
    epoch: String,
    operations: Vec<Operation>,
) -> Result<PushReply, LabelError> {
    let about_documents = |operation: &Operation| {
        matches!(operation.change, Change::Resolve { .. }) || names_document(operation.key.kind)
    };
    let documents = operations.iter().any(about_documents);
    let author = writer.author.clone();
    let check = checking(state, project, writer, documents).await?;
    let operations = operations.into_iter().map(|operation| (operation, state.ids.uuid())).collect();
    let push = Push { device, epoch, author, operations };
    Ok(state.store.push(project, push, check, Write::at(state.clock.now())).await?)
}

/// A change of a single thing.
#[derive(Debug, Clone)]
pub struct Edit {
    /// What changes.
    pub key: Key,
    /// The revision it is based on, 0 for something new.
    pub base: u64,
    /// What it shall say; nothing to take it away.
    pub body: Option<Value>,
}

/// Makes changes of single things, all or none.
pub async fn edit(
    state: &AppState,
    project: Uuid,
    writer: Writer,
    edits: Vec<Edit>,
    write: Write,
) -> Result<Vec<StoredEntity>, LabelError> {
    let author = writer.author.clone();
    let documents = edits.iter().any(|edit| names_document(edit.key.kind));
    let check = checking(state, project, writer, documents).await?;
    let edits = edits.into_iter().map(|Edit { key, base, body }| {
        let author = author.clone();
        EntityEdit { key, base, body, author }
    });
    Ok(state.store.put_entities(project, edits.collect(), check, write).await?)
}

/// Settles a merge conflict for someone who does not sync.
pub async fn resolve(
    state: &AppState,
    project: Uuid,
    writer: Writer,
    conflict: Uuid,
    base: u64,
    body: Option<Value>,
) -> Result<Receipt, LabelError> {
    let author = writer.author.clone();
    let check = checking(state, project, writer, true).await?;
    let resolution = Resolution { conflict, base, body, author };
    Ok(state.store.resolve(project, resolution, check, Write::at(state.clock.now())).await?)
}

/// A page of what changed. Gold beyond the dev split never reaches a rule's author, nor do merge conflicts about it,
/// save for gold that the reader gave.
pub async fn pull(
    state: &AppState,
    project: Uuid,
    reader: &str,
    pull: Pull,
) -> Result<PullReply, LabelError> {
    let mut reply = state.store.pull(project, pull, state.clock.now()).await?;
    reply.changes = seen(state, project, reader, reply.changes).await?;
    Ok(reply)
}

/// Those of some entities that a reader may see.
pub async fn seen(
    state: &AppState,
    project: Uuid,
    reader: &str,
    entities: Vec<Entity>,
) -> Result<Vec<Entity>, LabelError> {
    if !entities.iter().any(|entity| gold_document(entity).is_some()) {
        return Ok(entities);
    }
    let documents = state.documents(project).await?;
    let is_dev = |id: String| documents.find(&id).is_some_and(|place| place.split == Split::Dev);
    let own = |entity: &Entity| entity.key.kind == Kind::Gold && entity.author == reader;
    let shown = |entity: &Entity| own(entity) || gold_document(entity).is_none_or(is_dev);
    Ok(entities.into_iter().filter(shown).collect())
}

/// The document whose gold an entity tells.
fn gold_document(entity: &Entity) -> Option<String> {
    match entity.key.kind {
        _ if entity.deleted => None,
        Kind::Gold => Some(entity.key.id.clone()),
        Kind::MergeConflict => {
            let about = MergeConflict::of(entity)?.target();
            (about.kind == Kind::Gold).then_some(about.id)
        }
        _ => None,
    }
}

fn names_document(kind: Kind) -> bool {
    matches!(kind, Kind::Annotation | Kind::Gold)
}

async fn checking(
    state: &AppState,
    project: Uuid,
    writer: Writer,
    documents: bool,
) -> Result<Arc<dyn Check>, LabelError> {
    let documents: Option<Arc<DocumentIndex>> =
        if documents { Some(state.documents(project).await?) } else { None };
    Ok(Arc::new(ProjectCheck { writer, documents }))
}
