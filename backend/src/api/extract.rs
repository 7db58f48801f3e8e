//! What handlers take from a request. Every refusal is a problem document.

use super::error::{ApiError, Kind, Result, bad_request, invalid, not_found};
use crate::store::Seek;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use hunch_protocol::{PageQuery, limits};
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// A JSON body. 415 unless it says that it is JSON, 413 beyond the route's limit, 400 if it is not JSON, 422 with the
/// field's path if it is not what the route reads.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        require_json(request.headers())?;
        let body = Bytes::from_request(request, state).await.map_err(|rejection| unread_body(&rejection))?;
        parse_json(&body).map(Self)
    }
}

/// 415 unless the body is said to be JSON.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<()> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "Send JSON, with the header `Content-Type: application/json`.";
    Err(ApiError::new(Kind::UnsupportedMediaType, detail))
}

/// Reads JSON; an error names the field.
pub(crate) fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        if error.is_data() {
            invalid(if path == "." { String::new() } else { path }, error.to_string())
        } else {
            bad_request(format!("The body is not JSON: {error}."))
        }
    })?;
    deserializer.end().map_err(|error| bad_request(format!("The body is not JSON: {error}.")))?;
    if holds_nul(body) {
        return Err(invalid("", "A text holds a NUL character (\\u0000); take it out."));
    }
    Ok(value)
}

/// Whether a string of a JSON document holds a NUL character, which Postgres cannot keep. JSON can only spell it as an
/// escape: a backslash that is not itself escaped, before `u0000`.
fn holds_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(start) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = &rest[start + 1..];
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

/// Says why a body could not be read.
pub(crate) fn unread_body(rejection: &BytesRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::new(
            Kind::TooLarge,
            "The body is larger than this route reads; docs/api.md lists the limits.",
        )
    } else {
        bad_request("The body ended too early.")
    }
}

/// Typed path parameters. What is not of the type, or has a zero byte, cannot exist: 404.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        if parts.uri.path().contains("%00") {
            return Err(not_found("thing"));
        }
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| not_found("thing"))
    }
}

/// A typed query string.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        query
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| bad_request(format!("The query cannot be read: {}.", rejection.body_text())))
    }
}

/// Where a page of a list starts and how long it is.
pub(crate) struct Paging {
    cursor: Option<String>,
    limit: u32,
}

impl Paging {
    /// As the store wants it; 400 if the cursor is none that this server gave.
    pub(crate) fn seek<K: FromStr>(self) -> Result<Seek<K>> {
        let not_a_cursor = |_| bad_request("The `cursor` is not one that this list gave.");
        let after = self.cursor.map(|cursor| cursor.parse().map_err(not_a_cursor)).transpose()?;
        Ok(Seek { after, limit: self.limit })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Query(PageQuery { cursor, limit }) = Query::from_request_parts(parts, state).await?;
        let limit = limit.unwrap_or(limits::PAGE);
        if !(1..=limits::PAGE_MAX).contains(&limit) {
            return Err(invalid("limit", format!("must be from 1 to {}", limits::PAGE_MAX)));
        }
        if cursor.as_ref().is_some_and(|cursor| cursor.contains('\0')) {
            return Err(bad_request("The `cursor` is not one that this list gave."));
        }
        Ok(Self { cursor, limit })
    }
}

/// The `ETag` of a resource's revision.
pub(crate) fn etag(revision: i64) -> HeaderValue {
    // Digits and quotes are always a valid header value.
    HeaderValue::from_str(&format!("\"{revision}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The revision that a change is based on, from `If-Match`. 428 if missing.
pub(crate) struct IfMatch(pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match header(&parts.headers, &IF_MATCH)? {
            Some(value) => revision(value).map(Self),
            None => {
                Err(precondition_required("Send `If-Match` with the `ETag` that the change is based on."))
            }
        }
    }
}

/// What a `PUT` to a chosen name is based on: a revision, or nothing being there. 428 if missing.
pub(crate) enum Base {
    /// `If-Match: "3"`
    Revision(i64),
    /// `If-None-Match: *`
    Absent,
}

impl<S: Send + Sync> FromRequestParts<S> for Base {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match (header(&parts.headers, &IF_MATCH)?, header(&parts.headers, &IF_NONE_MATCH)?) {
            (Some(value), None) => revision(value).map(Self::Revision),
            (None, Some("*")) => Ok(Self::Absent),
            (None, None) => Err(precondition_required(
                "Send `If-Match` with the `ETag` that the change is based on, or `If-None-Match: *` for a new one.",
            )),
            _ => Err(bad_request("Send either `If-Match` with one `ETag`, or `If-None-Match: *`.")),
        }
    }
}

fn precondition_required(detail: &str) -> ApiError {
    ApiError::new(Kind::PreconditionRequired, detail)
}

fn revision(value: &str) -> Result<i64> {
    let digits = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    digits
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| bad_request("`If-Match` must be one `ETag` as this server gave it, such as `\"3\"`."))
}

/// A header's value as text; 400 if it is not text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    value.to_str().map(Some).map_err(|_| bad_request(format!("The header `{name}` is not plain text.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_character_is_found_however_it_hides_and_nothing_else_is_taken_for_one() {
        for json in [r#""\u0000""#, r#"{"a": "x\\\u0000"}"#, r#"["\n\u0000"]"#] {
            assert!(holds_nul(json.as_bytes()), "{json}");
        }
        for json in [r#""\\u0000""#, r#""u0000""#, r#""\u0001""#, "\"\\"] {
            assert!(!holds_nul(json.as_bytes()), "{json}");
        }
    }
}
