//! Who sends a request, and what they may do.
//!
//! There are no accounts yet: whoever is on this machine may do everything, and so may a token. All the same every
//! handler learns of its project through [`InProject`] alone, so that this is the one place that decides.

use crate::api::error::{ApiError, Kind, Result, not_found};
use crate::api::extract::Path;
use crate::api::security::Door;
use crate::state::AppState;
use crate::store::Token;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hunch_protocol::Project;
use serde::Deserialize;
use uuid::Uuid;

/// What every token begins with, so that leaked ones are found by those who look for them.
const TOKEN_PREFIX: &str = "hunch_";

/// Who sends a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Someone on this machine.
    #[default]
    Local,
    /// The holder of a token.
    Token {
        /// The token's id.
        id: Uuid,
        /// The one project it is good for; all if none.
        project: Option<Uuid>,
    },
}

impl Caller {
    /// Who sends this request, once [`authenticate`] has let it through.
    pub(crate) fn of(request: &Request) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    /// 403 for a token that is good for one project only.
    pub(crate) fn require_all_projects(&self) -> Result<()> {
        match self {
            Self::Token { project: Some(_), .. } => {
                Err(ApiError::new(Kind::Forbidden, "This token is good for one project only."))
            }
            _ => Ok(()),
        }
    }

    /// A name that no other caller has.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Local => "local".into(),
            Self::Token { id, .. } => format!("token {id}"),
        }
    }
}

/// A new token and the hash that is kept of it.
pub(crate) fn new_token(secret: [u8; 32]) -> (String, String) {
    let token = format!("{TOKEN_PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(secret));
    let hash = token_hash(&token);
    (token, hash)
}

/// A token holds 256 random bits, so a plain hash is enough to keep it, and finding it by its hash tells nothing.
fn token_hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

/// Finds out who sends a request. A token that is sent must be valid; without one only this machine is let in.
pub(crate) async fn authenticate(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let door = request.extensions().get().copied();
    match caller(&state, request.headers(), door).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

async fn caller(state: &AppState, headers: &HeaderMap, door: Option<Door>) -> Result<Caller> {
    let unauthorized = |detail: &str| Err(ApiError::new(Kind::Unauthorized, detail));
    match bearer(headers) {
        Some(token) => match state.store.find_token(&token_hash(token)).await? {
            Some(token) => {
                note_use(state, &token).await?;
                Ok(Caller::Token { id: token.id, project: token.project })
            }
            None => unauthorized(
                "This token is not valid, or no longer. Make one with `hunch token create NAME`.",
            ),
        },
        None if headers.contains_key(AUTHORIZATION) => {
            unauthorized("Send the token as `Authorization: Bearer TOKEN`.")
        }
        None if door == Some(Door::Local) => Ok(Caller::Local),
        None => unauthorized("From elsewhere a token is needed. Make one with `hunch token create NAME`."),
    }
}

/// Keeps when a token was last used, to the minute: a busy client must not turn every read into a write.
async fn note_use(state: &AppState, token: &Token) -> Result<()> {
    let now = state.clock.now();
    if token.last_used_at.is_none_or(|last| now - last >= 60_000_000) {
        state.store.use_token(token.id, now).await?;
    }
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The project of the path, if it is there and the caller may see it; 404 otherwise.
pub(crate) struct InProject {
    /// Its id.
    pub(crate) id: Uuid,
    /// The project.
    pub(crate) project: Project,
}

#[derive(Deserialize)]
struct ProjectPath {
    p: Uuid,
}

impl FromRequestParts<AppState> for InProject {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let Path(ProjectPath { p: id }) = Path::from_request_parts(parts, state).await?;
        if let Some(Caller::Token { project: Some(only), .. }) = parts.extensions.get()
            && *only != id
        {
            return Err(not_found("project"));
        }
        Ok(Self { id, project: state.store.get_project(id).await? })
    }
}
