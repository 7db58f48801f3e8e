//! Snapshots: freezing labels, and what was frozen.

use super::access::InProject;
use super::download;
use super::error::{ApiError, Kind, Result, invalid};
use super::extract::{Paging, Path, Query};
use super::jobs::start;
use super::name::check_name;
use super::once::Once;
use super::respond::Accepted;
use crate::export::{self, ExportError, augmented, snapshot, table};
use crate::state::AppState;
use crate::store::JobSpec;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::response::IntoResponse;
use hunch_protocol::{ExportFormat, NewSnapshot, Page, Snapshot};
use schemars::JsonSchema;
use serde::Deserialize;

/// The media type of a Parquet file, which is compressed inside.
pub(crate) const PARQUET: &str = "application/vnd.apache.parquet";
pub(crate) const CSV: &str = "text/csv; charset=utf-8";
pub(crate) const JSONL: &str = "application/x-ndjson";

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
            check_name(&new.name)?;
        }
        if state.store.label_report(id).await?.is_none() {
            return Err(ApiError::new(Kind::NotReady, "There are no labels yet; apply the rules first."));
        }
        let inputs = state.store.project_inputs(id).await?;
        if let Some(name) =
            new.policies.iter().find(|name| inputs.policies.iter().all(|it| it.name != **name))
        {
            return Err(invalid("policies", format!("There is no policy `{name}`.")));
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

/// The query of an export.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ExportQuery {
    /// Parquet unless given.
    #[serde(default)]
    format: ExportFormat,
}

/// `GET /projects/{p}/snapshots/{s}/export?format=`
pub(crate) async fn export(
    State(state): State<AppState>,
    InProject { id, project, .. }: InProject,
    Path(SnapshotPath { s }): Path<SnapshotPath>,
    Query(ExportQuery { format }): Query<ExportQuery>,
) -> Result<impl IntoResponse> {
    let manifest = state.store.snapshot_manifest(id, &s).await?;
    let media_type = match format {
        ExportFormat::Parquet => PARQUET,
        ExportFormat::Csv => CSV,
        ExportFormat::Jsonl => JSONL,
    };
    let name = format!("{}-{:.12}.{}", file_name(&project.name), s, format.name());
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let body = download::body(move |out| {
        let labels = manifest.labels.clone();
        if manifest.policies.is_empty() {
            let rows = snapshot::rows(manifest, state.chunks, state.objects);
            return export::write(out, format, &s, &labels, rows).map(drop);
        }
        let rows = augmented::rows(s.clone(), manifest, state.chunks, state.objects);
        let rows = rows.map_err(|error| ExportError::Rows(error.into()))?;
        table::write(out, format, &[(export::SNAPSHOT, &s)], rows).map(drop)
    });
    Ok((headers, body))
}

/// A name that every file system takes.
fn file_name(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = name.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "labels".into() } else { words.join("-") }
}
