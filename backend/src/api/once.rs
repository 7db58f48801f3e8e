//! `Idempotency-Key`: a request that is sent twice is carried out once.
//!
//! The store writes a request's receipt in the transaction that carries it out, so there is no moment at which the
//! one is there without the other.

use super::error::{ApiError, Kind, Result, bad_request};
use super::extract::{header, parse_json, require_json, unread_body};
use crate::auth::Caller;
use crate::state::AppState;
use crate::store::{Receipt, Write};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::HeaderName;
use serde::de::DeserializeOwned;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const KEY_CHARS: usize = 200;

/// The body of a `POST` that makes something. No body at all is the same as `{}`.
pub(crate) struct Once<T> {
    pub(crate) body: T,
    receipt: Option<Receipt>,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Once<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        let key = key(&request)?;
        let caller = request.extensions().get().map_or_else(String::new, Caller::author);
        let scope = format!("{caller} {} {}", request.method(), request.uri().path());
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state).await.map_err(|rejection| unread_body(&rejection))?;
        let receipt =
            key.map(|key| Receipt { scope, key, request_hash: blake3::hash(&body).to_hex().to_string() });
        if body.is_empty() {
            return Ok(Self { body: parse_json(b"{}")?, receipt });
        }
        require_json(&headers)?;
        Ok(Self { body: parse_json(&body)?, receipt })
    }
}

fn key(request: &Request) -> Result<Option<String>> {
    let Some(key) = header(request.headers(), &KEY)? else { return Ok(None) };
    if (1..=KEY_CHARS).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Some(key.to_owned()))
    } else {
        Err(bad_request(format!("`Idempotency-Key` must be 1 to {KEY_CHARS} visible ASCII characters.")))
    }
}

impl<T> Once<T> {
    /// Answers as the first time if there was one, else does the work. What `work` returns must be what the store
    /// method that took the [`Write`] returned.
    pub(crate) async fn run<R: DeserializeOwned>(
        self,
        state: &AppState,
        work: impl AsyncFnOnce(T, Write) -> Result<R>,
    ) -> Result<R> {
        let write = Write::at(state.clock.now());
        let Some(receipt) = self.receipt else { return work(self.body, write).await };
        if let Some(answer) = answered(state, &receipt).await? {
            return Ok(answer);
        }
        match work(self.body, write.with_receipt(Some(receipt.clone()))).await {
            Ok(answer) => Ok(answer),
            // Perhaps because the same request was carried out at the same time.
            Err(error) => answered(state, &receipt).await?.ok_or(error),
        }
    }
}

async fn answered<R: DeserializeOwned>(state: &AppState, receipt: &Receipt) -> Result<Option<R>> {
    let Some(stored) = state.store.find_receipt(&receipt.scope, &receipt.key).await? else { return Ok(None) };
    if stored.request_hash != receipt.request_hash {
        let detail =
            "This idempotency key was sent with another body before; use a new key for a new request.";
        return Err(ApiError::new(Kind::KeyReused, detail));
    }
    serde_json::from_value(stored.response).map(Some).map_err(ApiError::internal)
}
