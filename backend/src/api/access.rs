//! Lets callers in, and to their projects only.
//!
//! Every handler learns of its project through [`InProject`] and of its caller through [`Everywhere`] or
//! `Extension<Caller>`, so that this is the one place where roles will be asked for.

use super::error::{ApiError, Kind, Result, not_found};
use super::extract::Path;
use super::security::Door;
use crate::auth::{Caller, holder};
use crate::state::AppState;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hunch_protocol::Project;
use serde::Deserialize;
use uuid::Uuid;

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
    let unauthorized = |detail: &str| ApiError::new(Kind::Unauthorized, detail);
    match bearer(headers) {
        Some(token) => holder(&*state.store, token, state.clock.now()).await?.ok_or_else(|| {
            unauthorized("This token is not valid, or no longer. Make one with `hunch token create NAME`.")
        }),
        None if headers.contains_key(AUTHORIZATION) => {
            Err(unauthorized("Send the token as `Authorization: Bearer TOKEN`."))
        }
        None if door == Some(Door::Local) => Ok(Caller::Local),
        None => {
            Err(unauthorized("From elsewhere a token is needed. Make one with `hunch token create NAME`."))
        }
    }
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
        if only_project(parts).is_some_and(|only| only != id) {
            return Err(not_found("project"));
        }
        Ok(Self { id, project: state.store.get_project(id).await? })
    }
}

/// A caller who is not confined to one project; 403 otherwise.
pub(crate) struct Everywhere;

impl FromRequestParts<AppState> for Everywhere {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        match only_project(parts) {
            Some(_) => Err(ApiError::new(Kind::Forbidden, "This token is good for one project only.")),
            None => Ok(Self),
        }
    }
}

fn only_project(parts: &Parts) -> Option<Uuid> {
    parts.extensions.get().and_then(Caller::only_project)
}
