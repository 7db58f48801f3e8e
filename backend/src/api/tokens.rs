//! Tokens: who holds one is let in from elsewhere.

use super::error::{Result, invalid};
use super::extract::{Json, Path};
use super::name::check_name;
use crate::auth::new_token;
use crate::clock::rfc3339;
use crate::state::AppState;
use crate::store::{self, NewToken, StoreError, Write};
use axum::extract::State;
use axum::http::StatusCode;
use hunch_protocol::{CreateToken, CreatedToken, Page, Token};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
pub(crate) struct TokenPath {
    t: Uuid,
}

/// `GET /tokens`
pub(crate) async fn list(State(state): State<AppState>) -> Result<axum::Json<Page<Token>>> {
    let items = state.store.list_tokens().await?.into_iter().map(on_the_wire).collect();
    Ok(axum::Json(Page { items, next: None }))
}

/// `POST /tokens`
pub(crate) async fn create(
    State(state): State<AppState>,
    Json(request): Json<CreateToken>,
) -> Result<(StatusCode, axum::Json<CreatedToken>)> {
    check_name(&request.name)?;
    let project = match request.project {
        Some(id) => Some(known_project(&state, &id).await?),
        None => None,
    };
    let (secret, hash) = new_token(state.ids.secret());
    let token = NewToken { id: state.ids.uuid(), project, name: request.name, hash, scopes: Vec::new() };
    let token = state.store.add_token(token, Write::at(state.clock.now())).await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedToken { token: on_the_wire(token), secret })))
}

async fn known_project(state: &AppState, id: &str) -> Result<Uuid> {
    let unknown = || invalid("project", "there is no such project");
    let id = Uuid::parse_str(id).map_err(|_| unknown())?;
    match state.store.get_project(id).await {
        Err(StoreError::NotFound { .. }) => Err(unknown()),
        found => Ok(found.map(|_| id)?),
    }
}

/// `DELETE /tokens/{t}`
pub(crate) async fn revoke(
    State(state): State<AppState>,
    Path(TokenPath { t }): Path<TokenPath>,
) -> Result<StatusCode> {
    state.store.revoke_token(t, state.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn on_the_wire(token: store::Token) -> Token {
    Token {
        id: token.id.to_string(),
        name: token.name,
        project: token.project.map(|id| id.to_string()),
        created_at: rfc3339(token.created_at),
        last_used_at: token.last_used_at.map(rfc3339),
        revoked_at: token.revoked_at.map(rfc3339),
    }
}
