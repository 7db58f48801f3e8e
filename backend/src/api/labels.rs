//! Combined labels.

use super::access::InProject;
use super::error::{ApiError, Kind, Result};
use super::extract::Paging;
use crate::labels::{documents, report as latest_report};
use crate::state::AppState;
use axum::extract::State;
use hunch_protocol::{DocumentLabels, LabelReport, Page};

/// `GET /projects/{p}/labels`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    paging: Paging,
) -> Result<axum::Json<Page<DocumentLabels>>> {
    let seek = paging.seek::<u64>()?;
    let page = documents(&*state.store, &state.chunks, id, seek.after.unwrap_or(0), seek.limit).await?;
    let none = || ApiError::new(Kind::NotFound, "There are no labels yet; apply the rules first.");
    page.map(axum::Json).ok_or_else(none)
}

/// `GET /projects/{p}/labels/report`: `null` before the first combine.
pub(crate) async fn report(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Option<LabelReport>>> {
    Ok(axum::Json(latest_report(&*state.store, id).await?))
}
