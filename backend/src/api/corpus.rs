//! The corpus: what it consists of, and its chunks.

use super::access::InProject;
use super::error::{ApiError, Result, blocking, invalid, not_found};
use super::extract::{Path, Query};
use crate::state::AppState;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse as _, Response};
use hunch_protocol::{ChunkQuery, Corpus, encode_chunk, encode_sample};
use serde::Deserialize;

/// The media type of an Arrow IPC stream.
pub(crate) const ARROW: &str = "application/vnd.apache.arrow.stream";

#[derive(Deserialize)]
pub(crate) struct HashPath {
    hash: String,
}

/// `GET /projects/{p}/corpus`
pub(crate) async fn get(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Corpus>> {
    Ok(axum::Json(state.store.get_corpus(id).await?.corpus))
}

/// `GET /projects/{p}/chunks/{hash}`: named by its content, so it never changes and may be kept. So do some of its rows.
pub(crate) async fn chunk(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(HashPath { hash }): Path<HashPath>,
    Query(ChunkQuery { take, seed }): Query<ChunkQuery>,
) -> Result<Response> {
    let corpus = state.store.get_corpus(id).await?.corpus;
    if !corpus.chunks.iter().any(|chunk| chunk.hash == hash) {
        return Err(not_found("chunk"));
    }
    if seed.is_some() && take.is_none() {
        return Err(invalid("take", "how many rows must be said with `seed`"));
    }
    let seed = u64::from(seed.unwrap_or_default());
    let etag = match take {
        None => format!("\"{hash}\""),
        Some(take) => format!("\"{hash}-{take}-{seed}\""),
    };
    let chunks = state.chunks.clone();
    let bytes = blocking(move || {
        let chunk = chunks.get(&hash)?;
        let encoded = match take {
            None => encode_chunk(&chunk),
            Some(take) => encode_sample(&chunk, &chunk.sample(take as usize, seed)),
        };
        encoded.map_err(ApiError::internal)
    });
    let headers = [
        (CONTENT_TYPE, ARROW.to_owned()),
        // Private: a shared cache must not give one person's documents to another.
        (CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
        (ETAG, etag),
    ];
    Ok((headers, bytes.await?).into_response())
}

/// `GET /projects/{p}/weights/{hash}`: named by its content, so it never changes and may be kept.
pub(crate) async fn weights(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(HashPath { hash }): Path<HashPath>,
) -> Result<Response> {
    let corpus = state.store.get_corpus(id).await?.corpus;
    if !corpus.columns.iter().any(|column| column.weights.as_ref() == Some(&hash)) {
        return Err(not_found("term weights"));
    }
    let bytes = state.objects.get(&hash).await?;
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
        (ETAG, format!("\"{hash}\"")),
    ];
    Ok((headers, bytes).into_response())
}
