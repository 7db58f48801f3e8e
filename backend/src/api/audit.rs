//! What was done by whom.

use super::access::InProject;
use super::error::Result;
use super::extract::Paging;
use crate::state::AppState;
use axum::extract::State;
use hunch_protocol::{AuditCheck, AuditEntry, Page};

/// `GET /projects/{p}/audit`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    paging: Paging,
) -> Result<axum::Json<Page<AuditEntry>>> {
    Ok(axum::Json(state.store.list_audit(Some(id), paging.seek()?).await?))
}

/// `GET /projects/{p}/audit/check`
pub(crate) async fn check(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<AuditCheck>> {
    Ok(axum::Json(state.store.check_audit(Some(id)).await?))
}

/// `GET /audit`
pub(crate) async fn list_server(
    State(state): State<AppState>,
    paging: Paging,
) -> Result<axum::Json<Page<AuditEntry>>> {
    Ok(axum::Json(state.store.list_audit(None, paging.seek()?).await?))
}
