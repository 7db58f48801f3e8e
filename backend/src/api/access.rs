//! Lets callers in, and to what they may do only: the one place where that is decided.
//!
//! Every entry of [`super::endpoints`] names its [`Access`]; [`admit`] stands before its handler. Handlers learn of their
//! project and of what the caller may do in it through [`InProject`], of the caller alone through `Extension<Caller>`.

use super::endpoints::Facts;
use super::error::{ApiError, Kind, Result, not_found};
use super::security::Door;
use crate::auth::{Caller, holder};
use crate::state::AppState;
use axum::RequestPartsExt as _;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hunch_protocol::{Project, Role, Scope};
use std::sync::Arc;
use uuid::Uuid;

/// Who may use an endpoint. A token needs one of the scopes as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever signed in.
    SignedIn(&'static [Scope]),
    /// Whoever signed in and is not confined to one project.
    Unconfined(&'static [Scope]),
    /// Those who look after the server.
    Server,
    /// Those with at least this role in the project of the path; to all others it is not there, or forbidden.
    Project(Role, &'static [Scope]),
}

/// Seeing what one may see anyway.
pub(crate) const SIGNED_IN: Access = Access::SignedIn(&[Scope::Read]);
/// Making a project.
pub(crate) const UNCONFINED: Access = Access::Unconfined(&[Scope::Rules]);
/// Bringing a file.
pub(crate) const UPLOAD: Access = Access::SignedIn(&[Scope::Rules]);
/// Looking after the server.
pub(crate) const SERVER: Access = Access::Server;
/// Seeing a project.
pub(crate) const READ: Access = Access::Project(Role::Viewer, &[Scope::Read]);
/// Sending a device's operations; each is looked at for itself.
pub(crate) const PUSH: Access = Access::Project(Role::Annotator, &[Scope::Labels, Scope::Rules]);
/// Building on a project: all that an engineer does.
pub(crate) const BUILD: Access = Access::Project(Role::Engineer, &[Scope::Rules]);
/// Disposing of a project.
pub(crate) const OWN: Access = Access::Project(Role::Owner, &[Scope::Admin]);

/// Finds out who sends a request and whether they may; hands both on to the handler.
pub(crate) async fn admit(
    State((state, facts)): State<(AppState, Arc<Facts>)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match check(&state, facts.access, &mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => error.into_response(),
    }
}

async fn check(state: &AppState, access: Access, parts: &mut Parts) -> Result<()> {
    let door = parts.extensions.get().copied();
    let caller = caller(state, &parts.headers, door).await?;
    match access {
        Access::SignedIn(scopes) => need_scope(&caller, scopes)?,
        Access::Unconfined(scopes) => {
            if caller.only_project().is_some() {
                return Err(forbidden("This token is good for one project only."));
            }
            need_scope(&caller, scopes)?;
        }
        Access::Server if !caller.is_admin() => {
            return Err(forbidden("Only those who look after the server may do this."));
        }
        Access::Server => {}
        Access::Project(least, scopes) => {
            let place = project_of(state, &caller, parts).await?;
            if place.role < least {
                return Err(forbidden(format!(
                    "This needs the role {} in the project; yours is {}.",
                    least.name(),
                    place.role.name()
                )));
            }
            need_scope(&caller, scopes)?;
            parts.extensions.insert(place);
        }
    }
    parts.extensions.insert(caller);
    Ok(())
}

fn need_scope(caller: &Caller, scopes: &[Scope]) -> Result<()> {
    if caller.has(scopes) {
        return Ok(());
    }
    let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
    Err(forbidden(format!("This token is not good for that; it needs the scope {}.", names.join(" or "))))
}

fn forbidden(detail: impl Into<String>) -> ApiError {
    ApiError::new(Kind::Forbidden, detail)
}

/// The project of the path, if it is there and the caller may see it; 404 otherwise.
async fn project_of(state: &AppState, caller: &Caller, parts: &mut Parts) -> Result<InProject> {
    let unknown = || not_found("project");
    let params: RawPathParams = parts.extract().await.map_err(|_| unknown())?;
    let id = params.iter().find_map(|(name, value)| (name == "p").then_some(value));
    let id = id.and_then(|id| Uuid::parse_str(id).ok()).ok_or_else(unknown)?;
    let role = caller.role_in(id).ok_or_else(unknown)?;
    Ok(InProject { id, project: state.store.get_project(id).await?, caller: caller.clone(), role })
}

/// Who sends a request. A token that is sent must be valid; without one only this machine is let in.
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

/// The project of the path, whose endpoint the caller may use.
#[derive(Clone)]
pub(crate) struct InProject {
    /// Its id.
    pub(crate) id: Uuid,
    /// The project.
    pub(crate) project: Project,
    /// Who sends the request.
    pub(crate) caller: Caller,
    /// What they may do in the project.
    pub(crate) role: Role,
}

impl InProject {
    /// Whether the caller may do something that takes a role, and of a token a scope, beyond what the endpoint takes.
    pub(crate) fn may(&self, least: Role, scope: Scope) -> bool {
        self.role >= least && self.caller.has(&[scope])
    }
}

impl FromRequestParts<AppState> for InProject {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        let here = parts.extensions.get().cloned();
        here.ok_or_else(|| ApiError::internal(anyhow::anyhow!("the endpoint's access names no project")))
    }
}
