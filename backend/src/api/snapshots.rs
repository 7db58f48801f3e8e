//! Snapshots: freezing labels, and what was frozen.

use super::error::{ApiError, Kind, Result, invalid};
use super::extract::{Paging, Path};
use super::jobs::start;
use super::label_set::check_name;
use super::once::Once;
use super::respond::Accepted;
use crate::auth::InProject;
use crate::state::AppState;
use crate::store::JobSpec;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::response::IntoResponse;
use hunch_protocol::{NewSnapshot, Page, Snapshot};
use serde::Deserialize;

/// The media type of a Parquet file, which is compressed inside.
pub(crate) const PARQUET: &str = "application/vnd.apache.parquet";

#[derive(Deserialize)]
pub(crate) struct SnapshotPath {
    s: String,
}

/// `GET /projects/{p}/snapshots`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    paging: Paging,
) -> Result<axum::Json<Page<Snapshot>>> {
    Ok(axum::Json(state.store.list_snapshots(id, paging.seek()?).await?))
}

/// `POST /projects/{p}/snapshots`
pub(crate) async fn create(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    once: Once<NewSnapshot>,
) -> Result<Accepted> {
    start(&state, id, once, async |new| {
        if !new.name.is_empty() {
            check_name(&new.name).map_err(|message| invalid("name", message))?;
        }
        if state.store.label_report(id).await?.is_none() {
            return Err(ApiError::new(Kind::NotReady, "There are no labels yet; apply the rules first."));
        }
        Ok(JobSpec::Snapshot(new))
    })
    .await
}

/// `GET /projects/{p}/snapshots/{s}`: named by its content, so it never changes.
pub(crate) async fn manifest(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(SnapshotPath { s }): Path<SnapshotPath>,
) -> Result<impl IntoResponse> {
    let manifest = state.store.snapshot_manifest(id, &s).await?;
    let headers =
        [(CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()), (ETAG, format!("\"{s}\""))];
    Ok((headers, axum::Json(manifest)))
}
