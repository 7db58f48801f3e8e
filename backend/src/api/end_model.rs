//! The end model: training it, what is known of it, and its file.

use super::access::InProject;
use super::error::{ApiError, Kind, Result, invalid, not_found};
use super::jobs::start;
use super::once::Once;
use super::respond::Accepted;
use crate::state::AppState;
use crate::store::JobSpec;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse as _, Response};
use hunch_protocol::{EndModelReport, EndModelRequest};

/// The media type of a model's file.
pub(crate) const MODEL: &str = "application/octet-stream";

/// Most passes that may be asked for.
const PASSES: u32 = 50;

/// `POST /projects/{p}/end-model`
pub(crate) async fn train(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    once: Once<EndModelRequest>,
) -> Result<Accepted> {
    start(&state, id, once, async |request: EndModelRequest| {
        if request.passes.is_some_and(|passes| !(1..=PASSES).contains(&passes)) {
            return Err(invalid("passes", format!("must be from 1 to {PASSES}")));
        }
        if state.store.label_report(id).await?.is_none() {
            return Err(ApiError::new(Kind::NotReady, "There are no labels yet; apply the rules first."));
        }
        Ok(JobSpec::Train(request))
    })
    .await
}

/// `GET /projects/{p}/end-model`: `null` before the first.
pub(crate) async fn get(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Option<EndModelReport>>> {
    let Some(report) = state.store.end_model(id).await? else { return Ok(axum::Json(None)) };
    let latest = state.store.label_report(id).await?;
    let stale = latest.is_none_or(|latest| latest.report.job != report.labels);
    Ok(axum::Json(Some(EndModelReport { stale, ..report })))
}

/// `GET /projects/{p}/end-model/file`
pub(crate) async fn file(State(state): State<AppState>, InProject { id, .. }: InProject) -> Result<Response> {
    let report = state.store.end_model(id).await?.ok_or_else(|| not_found("end model"))?;
    let bytes = state.objects.get(&report.model).await?;
    let headers = [
        (CONTENT_TYPE, MODEL.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"end-model-{:.12}.hunch\"", report.model)),
        (ETAG, format!("\"{}\"", report.model)),
    ];
    Ok((headers, bytes).into_response())
}
