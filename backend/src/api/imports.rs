//! Imports: an upload becomes part of a corpus.

use super::access::InProject;
use super::error::{Result, invalid};
use super::jobs::start;
use super::once::Once;
use super::respond::Accepted;
use crate::state::AppState;
use crate::store::{JobSpec, StoreError};
use axum::extract::State;
use hunch_protocol::ImportRequest;
use uuid::Uuid;

/// `POST /projects/{p}/imports`
pub(crate) async fn create(
    State(state): State<AppState>,
    InProject { id, caller, .. }: InProject,
    once: Once<ImportRequest>,
) -> Result<Accepted> {
    start(&state, id, once, async |request| {
        let unknown = || invalid("upload", "there is no such upload; files are kept for a day");
        let upload = Uuid::parse_str(&request.upload).map_err(|_| unknown())?;
        match state.store.upload_of(upload, &caller.author()).await {
            Err(StoreError::NotFound { .. }) => return Err(unknown()),
            found => found?,
        };
        if request.mapping.text.is_empty() {
            return Err(invalid("mapping.text", "name at least one text column"));
        }
        Ok(JobSpec::Import(request))
    })
    .await
}
