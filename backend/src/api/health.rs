//! `/healthz`: whether the server can do its work.

use super::error::Result;
use crate::state::AppState;
use crate::store::Seek;
use axum::extract::State;

/// 200 when the database answers.
pub(crate) async fn health(State(state): State<AppState>) -> Result<&'static str> {
    state.store.list_projects(Seek { after: None, limit: 1 }).await?;
    Ok("ok")
}
