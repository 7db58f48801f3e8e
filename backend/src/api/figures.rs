//! Figures of a rule that is not saved, told while they grow.

use super::access::InProject;
use super::download;
use super::error::{ApiError, Kind, Result};
use super::extract::Json;
use super::snapshots::JSONL;
use crate::figures::{Edit, FiguresError};
use crate::state::AppState;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use hunch_protocol::{EditedRule, limits};
use tokio::sync::Semaphore;

/// Corpora that are evaluated at a time for all callers: each takes all cores. Others wait.
static TURNS: Semaphore = Semaphore::const_new(1);

/// `POST /projects/{p}/figures`: lines of JSON. Whoever stops reading ends the evaluation.
pub(crate) async fn edited(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Json(edited): Json<EditedRule>,
) -> Result<impl IntoResponse> {
    if edited.source.len() > limits::RULE_BYTES {
        let detail = format!("The rule has more than {} bytes.", limits::RULE_BYTES);
        return Err(ApiError::new(Kind::Invalid, detail));
    }
    let edit = Edit::prepare(&state.store, &state.objects, id, edited).await?;
    let turn = TURNS.acquire().await.map_err(ApiError::internal)?;
    let body = download::body(move |out| {
        let _turn = turn;
        edit.write(&state.chunks, out)
    });
    Ok(([(CONTENT_TYPE, JSONL), (CACHE_CONTROL, "no-store")], body))
}

impl From<FiguresError> for ApiError {
    fn from(error: FiguresError) -> Self {
        match error {
            FiguresError::Source(errors) => {
                Self::new(Kind::Invalid, "The rule does not compile.").with_errors(errors)
            }
            FiguresError::Program(error) => {
                Self::new(Kind::Invalid, format!("The rule cannot be used: {error}."))
            }
            FiguresError::Store(error) => error.into(),
            FiguresError::Corpus(error) => error.into(),
            FiguresError::Told(error) => Self::internal(error),
        }
    }
}
