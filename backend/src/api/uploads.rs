//! Uploads: files on their way into a corpus.

use super::error::{ApiError, Kind, Result, blocking};
use super::extract::{Path, Query};
use super::name::check_name;
use crate::auth::Caller;
use crate::corpus;
use crate::state::AppState;
use crate::store::Write;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use futures::StreamExt as _;
use hunch_protocol::{FileFormat, Preview, Upload};
use schemars::JsonSchema;
use serde::Deserialize;
use std::io;
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

/// How long a body may pause before the server gives up on it.
const STALL: Duration = Duration::from_mins(1);

/// The query of an upload.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct UploadQuery {
    /// The file's name, which its format is guessed from too.
    name: String,
}

#[derive(Deserialize)]
pub(crate) struct UploadPath {
    u: Uuid,
}

/// The query of a preview.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct PreviewQuery {
    /// Detected unless given.
    format: Option<FileFormat>,
}

/// `POST /uploads?name=`: the body is the file, byte for byte.
pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(UploadQuery { name }): Query<UploadQuery>,
    body: Body,
) -> Result<(StatusCode, axum::Json<Upload>)> {
    check_name(&name)?;
    let folder = state.data.uploads();
    let file = blocking(move || NamedTempFile::new_in(folder).map_err(unwritable)).await?;
    let bytes = receive(body, &file, state.limits.upload_bytes).await?;

    let id = state.ids.uuid();
    let path = state.data.upload(id);
    blocking(move || {
        file.as_file().sync_all().map_err(unwritable)?;
        file.persist(path).map(drop).map_err(|error| unwritable(error.error))
    })
    .await?;
    let upload =
        state.store.add_upload(id, name, bytes, caller.author(), Write::at(state.clock.now())).await?;
    Ok((StatusCode::CREATED, axum::Json(upload)))
}

/// Writes a body to a file as it arrives; returns its size.
async fn receive(body: Body, file: &NamedTempFile, limit: u64) -> Result<u64> {
    let mut out = tokio::fs::File::from_std(file.as_file().try_clone().map_err(unwritable)?);
    let mut stream = body.into_data_stream();
    let mut bytes = 0;
    loop {
        let stalled = |_| ApiError::new(Kind::Timeout, "The file stopped arriving; send it again.");
        let Some(part) = tokio::time::timeout(STALL, stream.next()).await.map_err(stalled)? else { break };
        let part = part.map_err(|_| super::error::bad_request("The body ended too early."))?;
        bytes += part.len() as u64;
        if bytes > limit {
            let detail = format!(
                "A file may have at most {limit} bytes; start the server with --max-upload for more."
            );
            return Err(ApiError::new(Kind::TooLarge, detail));
        }
        out.write_all(&part).await.map_err(unwritable)?;
    }
    out.flush().await.map_err(unwritable)?;
    Ok(bytes)
}

fn unwritable(error: io::Error) -> ApiError {
    if error.kind() == io::ErrorKind::StorageFull {
        return ApiError::new(Kind::Unavailable, "The server's disk is full.");
    }
    ApiError::internal(error)
}

/// `GET /uploads/{u}/preview`
pub(crate) async fn preview(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(UploadPath { u }): Path<UploadPath>,
    Query(PreviewQuery { format }): Query<PreviewQuery>,
) -> Result<axum::Json<Preview>> {
    let upload = state.store.upload_of(u, &caller.author()).await?;
    let path = state.data.upload(u);
    let preview = blocking(move || corpus::preview(&path, &upload.name, format, &corpus::Limits::default()));
    Ok(axum::Json(preview.await?))
}
