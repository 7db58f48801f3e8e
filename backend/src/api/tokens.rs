//! Tokens: who holds one is let in, to one project or to all.

use super::access::{Act, InProject};
use super::error::{Result, invalid};
use super::extract::{Json, Path};
use super::name::check_name;
use crate::auth::new_token;
use crate::clock::rfc3339;
use crate::state::AppState;
use crate::store::{self, NewToken};
use axum::extract::State;
use axum::http::StatusCode;
use hunch_protocol::{CreateToken, CreatedToken, Page, Token};
use serde::Deserialize;
use uuid::Uuid;

/// Most days a token that ends is good for.
const MOST_DAYS: u32 = 3_650;
/// Microseconds of a day.
const DAY: i64 = 24 * 3600 * 1_000_000;

#[derive(Deserialize)]
pub(crate) struct TokenPath {
    t: Uuid,
}

/// `GET /tokens`
pub(crate) async fn list(State(state): State<AppState>) -> Result<axum::Json<Page<Token>>> {
    page(&state, None).await
}

/// `GET /projects/{p}/tokens`
pub(crate) async fn list_of_project(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Page<Token>>> {
    page(&state, Some(id)).await
}

async fn page(state: &AppState, project: Option<Uuid>) -> Result<axum::Json<Page<Token>>> {
    let items = state.store.list_tokens(project).await?.into_iter().map(on_the_wire).collect();
    Ok(axum::Json(Page { items, next: None }))
}

/// `POST /tokens`
pub(crate) async fn create(
    State(state): State<AppState>,
    act: Act,
    Json(request): Json<CreateToken>,
) -> Result<(StatusCode, axum::Json<CreatedToken>)> {
    add(&state, None, act, request).await
}

/// `POST /projects/{p}/tokens`
pub(crate) async fn create_for_project(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    act: Act,
    Json(request): Json<CreateToken>,
) -> Result<(StatusCode, axum::Json<CreatedToken>)> {
    add(&state, Some(id), act, request).await
}

async fn add(
    state: &AppState,
    project: Option<Uuid>,
    act: Act,
    request: CreateToken,
) -> Result<(StatusCode, axum::Json<CreatedToken>)> {
    let CreateToken { name, mut scopes, days } = request;
    check_name(&name)?;
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(invalid("scopes", "must name at least one"));
    }
    if days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
        return Err(invalid("days", format!("must be from 1 to {MOST_DAYS}")));
    }
    let expires_at = days.map(|days| state.clock.now() + i64::from(days) * DAY);
    let (secret, hash) = new_token(state.ids.secret());
    let token = NewToken { id: state.ids.uuid(), project, name, hash, scopes, expires_at };
    let write = act.on(format!("token:{}", token.id)).write(state);
    let token = state.store.add_token(token, write).await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedToken { token: on_the_wire(token), secret })))
}

/// `DELETE /tokens/{t}`
pub(crate) async fn revoke(
    State(state): State<AppState>,
    act: Act,
    Path(TokenPath { t }): Path<TokenPath>,
) -> Result<StatusCode> {
    remove(&state, None, act, t).await
}

/// `DELETE /projects/{p}/tokens/{t}`
pub(crate) async fn revoke_of_project(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    act: Act,
    Path(TokenPath { t }): Path<TokenPath>,
) -> Result<StatusCode> {
    remove(&state, Some(id), act, t).await
}

async fn remove(state: &AppState, project: Option<Uuid>, act: Act, id: Uuid) -> Result<StatusCode> {
    let write = act.on(format!("token:{id}")).write(state);
    state.store.revoke_token(id, project, write).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn on_the_wire(token: store::Token) -> Token {
    Token {
        id: token.id.to_string(),
        name: token.name,
        project: token.project.map(|id| id.to_string()),
        scopes: token.scopes,
        created_at: rfc3339(token.created_at),
        expires_at: token.expires_at.map(rfc3339),
        last_used_at: token.last_used_at.map(rfc3339),
        revoked_at: token.revoked_at.map(rfc3339),
    }
}
