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
    page.map(axum::Json).ok_or_else(no_labels)
}

/// `GET /projects/{p}/labels/report`
pub(crate) async fn report(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<LabelReport>> {
    let report = latest_report(&*state.store, id).await?;
    report.map(axum::Json).ok_or_else(no_labels)
}

fn no_labels() -> ApiError {
    ApiError::new(Kind::NotFound, "There are no labels yet; apply the rules first.")
}
