//! Lets callers in, and to what they may do only: the one place where that is decided.
//!
//! Every entry of [`super::endpoints`] names its [`Access`]; [`admit`] stands before its handler. Handlers learn of their
//! project and of what the caller may do in it through [`InProject`], of the caller alone through `Extension<Caller>`.

use super::client_address::client_address;
use super::endpoints::Facts;
use super::error::{ApiError, Kind, Result, not_found};
use super::security::Door;
use crate::auth::{Caller, holder, session_holder};
use crate::state::AppState;
use crate::store::{Record, Write};
use axum::RequestPartsExt as _;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::Method;
use axum::http::header::{AUTHORIZATION, COOKIE, HeaderMap};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hunch_protocol::{AuthMode, Project, Role, Scope};
use std::sync::Arc;
use uuid::Uuid;

/// Who may use an endpoint. A token needs one of the scopes as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone who may talk to the server at all.
    Public,
    /// Whoever signed in.
    SignedIn(&'static [Scope]),
    /// Whoever signed in and is not confined to one project.
    Unconfined(&'static [Scope]),
    /// Whoever signed in, but no token.
    Person,
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

/// Finds out who sends a request and whether they may; hands both on to the handler, and records what was done unless
/// the handler's own transaction does.
pub(crate) async fn admit(
    State((state, facts)): State<(AppState, Arc<Facts>)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let act = match check(&state, &facts, &mut parts).await {
        Ok(act) => act,
        Err(error) => return error.into_response(),
    };
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    parts.extensions.insert(act.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    if changes && !facts.records_itself && response.status().is_success() {
        // It is done and cannot be taken back, so it is answered whether or not it could be recorded.
        if let Err(error) = state.store.record(act.write(&state)).await {
            tracing::error!(%error, action = facts.name, "what was done could not be recorded");
        }
    }
    response
}

async fn check(state: &AppState, facts: &Facts, parts: &mut Parts) -> Result<Act> {
    let caller = match caller(state, parts).await {
        Err(error) if facts.access == Access::Public && error.kind() == Kind::Unauthorized => None,
        caller => Some(caller?),
    };
    let mut act = Act {
        project: None,
        author: caller.as_ref().map_or_else(|| "nobody".into(), Caller::author),
        action: facts.name,
        target: parts.uri.path().to_owned(),
        address: address(state, parts),
    };
    let Some(caller) = caller else { return Ok(act) };
    match facts.access {
        Access::SignedIn(scopes) => need_scope(&caller, scopes)?,
        Access::Unconfined(scopes) => {
            if caller.only_project().is_some() {
                return Err(forbidden("This token is good for one project only."));
            }
            need_scope(&caller, scopes)?;
        }
        Access::Person if matches!(caller, Caller::Token { .. }) => {
            return Err(forbidden("This is for people; a token cannot do it."));
        }
        Access::Server if !caller.is_admin() => {
            return Err(forbidden("Only those who look after the server may do this."));
        }
        Access::Public | Access::Person | Access::Server => {}
        Access::Project(least, scopes) => {
            let here = project_of(state, &caller, parts).await?;
            if here.role < least {
                return Err(forbidden(format!(
                    "This needs the role {} in the project; yours is {}.",
                    least.name(),
                    here.role.name()
                )));
            }
            need_scope(&caller, scopes)?;
            act.project = Some(here.id);
            parts.extensions.insert(here);
        }
    }
    parts.extensions.insert(caller);
    Ok(act)
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
    let role = caller.role_in(&*state.store, id).await?.ok_or_else(unknown)?;
    Ok(InProject { id, project: state.store.get_project(id).await?, caller: caller.clone(), role })
}

/// Who sends a request. A token that is sent must be valid; else a session counts; else, on a server that is open to
/// its machine, being there.
async fn caller(state: &AppState, parts: &Parts) -> Result<Caller> {
    let (store, entrance, now) = (&*state.store, &*state.auth, state.clock.now());
    let local = parts.extensions.get() == Some(&Door::Local);
    match bearer(&parts.headers) {
        Some(secret) if local && entrance.is_key(secret) => return Ok(Caller::Local { session: None }),
        Some(token) => {
            return holder(store, token, now).await?.ok_or_else(|| {
                unauthorized(
                    "This token is not valid, or no longer. Make one with `hunch token create NAME`.",
                )
            });
        }
        None if parts.headers.contains_key(AUTHORIZATION) => {
            return Err(unauthorized("Send the token as `Authorization: Bearer TOKEN`."));
        }
        None if entrance.is_open() && local => return Ok(Caller::Local { session: None }),
        None => {}
    }
    if let Some(secret) = entrance.cookie().and_then(|name| cookie(&parts.headers, name))
        && let Some(caller) = session_holder(store, secret, &address(state, parts), now).await?
    {
        return Ok(caller);
    }
    Err(unauthorized(match entrance.mode() {
        AuthMode::Accounts => "Sign in, or send a token as `Authorization: Bearer TOKEN`.",
        AuthMode::Link => {
            "Open the link that `hunch serve` shows on its terminal, or send a token as `Authorization: Bearer TOKEN`."
        }
        AuthMode::None => "From elsewhere a token is needed. Make one with `hunch token create NAME`.",
    }))
}

/// 401 with a sentence.
pub(crate) fn unauthorized(detail: &str) -> ApiError {
    ApiError::new(Kind::Unauthorized, detail)
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(key, value)| (key == name).then_some(value))
}

/// The client's address, as text.
fn address(state: &AppState, parts: &Parts) -> String {
    client_address(&parts.extensions, &parts.headers, state.limits.trusted_proxies).to_string()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// What is being done, for the audit.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    /// The project of the path.
    project: Option<Uuid>,
    /// Who does it.
    pub(crate) author: String,
    /// The endpoint's name.
    action: &'static str,
    /// On what: the path, unless the handler says better.
    pub(crate) target: String,
    /// From where.
    pub(crate) address: String,
}

impl Act {
    /// A write now that records what is done in the same transaction.
    pub(crate) fn write(&self, state: &AppState) -> Write {
        Write::at(state.clock.now()).recorded(Record {
            project: self.project,
            author: self.author.clone(),
            action: self.action.to_owned(),
            target: self.target.clone(),
            address: self.address.clone(),
        })
    }

    /// By someone of whom the request alone did not tell.
    pub(crate) fn by(self, author: String) -> Self {
        Self { author, ..self }
    }

    /// On what it is done, as people call it.
    pub(crate) fn on(self, target: impl Into<String>) -> Self {
        Self { target: target.into(), ..self }
    }
}

impl FromRequestParts<AppState> for Act {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        let act = parts.extensions.get().cloned();
        act.ok_or_else(|| ApiError::internal(anyhow::anyhow!("the endpoint is not in the table")))
    }
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
