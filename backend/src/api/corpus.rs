//! The corpus: what it consists of, and its chunks.

use super::access::InProject;
use super::error::{ApiError, Result, blocking, not_found};
use super::extract::Path;
use crate::state::AppState;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse as _, Response};
use hunch_protocol::{Corpus, encode_chunk};
use serde::Deserialize;

/// The media type of an Arrow IPC stream.
pub(crate) const ARROW: &str = "application/vnd.apache.arrow.stream";

#[derive(Deserialize)]
pub(crate) struct ChunkPath {
    hash: String,
}

/// `GET /projects/{p}/corpus`
pub(crate) async fn get(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Corpus>> {
    Ok(axum::Json(state.store.get_corpus(id).await?.corpus))
}

/// `GET /projects/{p}/chunks/{hash}`: named by its content, so it never changes and may be kept.
pub(crate) async fn chunk(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(ChunkPath { hash }): Path<ChunkPath>,
) -> Result<Response> {
    let corpus = state.store.get_corpus(id).await?.corpus;
    if !corpus.chunks.iter().any(|chunk| chunk.hash == hash) {
        return Err(not_found("chunk"));
    }
    let etag = format!("\"{hash}\"");
    let chunks = state.chunks.clone();
    let bytes = blocking(move || {
        let chunk = chunks.get(&hash)?;
        encode_chunk(&chunk).map_err(ApiError::internal)
    });
    let headers = [
        (CONTENT_TYPE, ARROW.to_owned()),
        // Private: a shared cache must not give one person's documents to another.
        (CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
        (ETAG, etag),
    ];
    Ok((headers, bytes.await?).into_response())
}
