//! Combined labels.

use super::access::InProject;
use super::error::{ApiError, Kind, Result, blocking};
use super::extract::{Paging, Query};
use crate::labels::{LabelFilter, documents, measure_agreement, pattern_table, report as latest_report};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use hunch_protocol::{Agreement, DocumentLabels, LabelReport, LabelsQuery, Page};

/// `GET /projects/{p}/labels`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Query(LabelsQuery { flipped, label, gold, .. }): Query<LabelsQuery>,
    paging: Paging,
) -> Result<axum::Json<Page<DocumentLabels>>> {
    let seek = paging.seek::<u64>()?;
    let filter = LabelFilter { flipped, label, gold };
    let from = seek.after.unwrap_or(0);
    let page = documents(&*state.store, &state.chunks, id, from, seek.limit, filter).await?;
    page.map(axum::Json).ok_or_else(no_labels)
}

fn no_labels() -> ApiError {
    ApiError::new(Kind::NotFound, "There are no labels yet; apply the rules first.")
}

/// The media type of a pattern table.
pub(crate) const PATTERNS: &str = "application/octet-stream";

/// `GET /projects/{p}/labels/patterns`
pub(crate) async fn patterns(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<Response> {
    let bytes = pattern_table(&*state.store, id).await?.ok_or_else(no_labels)?;
    Ok(([(CONTENT_TYPE, PATTERNS), (CACHE_CONTROL, "no-cache")], Body::from(bytes)).into_response())
}

/// `GET /projects/{p}/agreement`
pub(crate) async fn agreement(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Agreement>> {
    let inputs = state.store.project_inputs(id).await?;
    let corpus = inputs.corpus.clone();
    let index = state.document_indexes.get(id, inputs.corpus_revision, corpus, &state.chunks).await?;
    let chunks = state.chunks.clone();
    blocking(move || measure_agreement(&inputs, &index, &chunks).map_err(ApiError::from))
        .await
        .map(axum::Json)
}

/// `GET /projects/{p}/labels/report`: `null` before the first combine.
pub(crate) async fn report(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Option<LabelReport>>> {
    Ok(axum::Json(latest_report(&*state.store, id).await?))
}
