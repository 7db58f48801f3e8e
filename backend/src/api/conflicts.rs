//! Merge conflicts, for programs that do not sync.

use super::access::InProject;
use super::error::{ApiError, Result, changed_meanwhile, not_found};
use super::extract::{Json, Paging, Path};
use super::sync::writer;
use crate::state::AppState;
use crate::sync;
use axum::extract::State;
use hunch_protocol::{Entity, Key, Kind, Page, Receipt, ResolveRequest, Status};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
pub(crate) struct ConflictPath {
    c: Uuid,
}

/// `GET /projects/{p}/merge-conflicts`
pub(crate) async fn list(
    State(state): State<AppState>,
    place: InProject,
    paging: Paging,
) -> Result<axum::Json<Page<Entity>>> {
    let page = state.store.list_entities(place.id, Kind::MergeConflict, paging.seek()?).await?;
    let entities = page.items.into_iter().map(|stored| stored.entity).collect();
    let items = sync::seen(&state, place.id, &place.caller.author(), entities).await?;
    Ok(axum::Json(Page { items, next: page.next }))
}

/// `POST /projects/{p}/merge-conflicts/{c}/resolve`
pub(crate) async fn resolve(
    State(state): State<AppState>,
    place: InProject,
    Path(ConflictPath { c }): Path<ConflictPath>,
    Json(ResolveRequest { base, body }): Json<ResolveRequest>,
) -> Result<axum::Json<Receipt>> {
    // One that is settled is not there for those who do not sync.
    let key = Key::new(Kind::MergeConflict, c.to_string());
    state.store.get_entity(place.id, &key).await?;
    let receipt = sync::resolve(&state, place.id, writer(&place), c, base, body).await?;
    match (receipt.status, &receipt.problem) {
        (Status::Conflict, _) => {
            let now = state.store.get_entity(place.id, &key).await?.entity;
            Err(changed_meanwhile(now.revision.cast_signed(), &now))
        }
        (Status::Rejected, Some(refusal)) => Err(ApiError::refused(&refusal.code, refusal.detail.clone())),
        (Status::Rejected, None) => Err(not_found("merge conflict")),
        _ => Ok(axum::Json(receipt)),
    }
}
