//! Accounts, for those who look after the server.

use super::access::Act;
use super::error::{Result, not_found};
use super::extract::{Json, Path};
use super::session::new_password;
use crate::clock::rfc3339;
use crate::state::AppState;
use crate::store::Account;
use axum::extract::State;
use axum::http::StatusCode;
use hunch_protocol::{Page, ResetPassword, User};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct UserPath {
    login: String,
}

/// `GET /users`
pub(crate) async fn list(State(state): State<AppState>) -> Result<axum::Json<Page<User>>> {
    let items = state.store.list_accounts().await?.into_iter().map(on_the_wire).collect();
    Ok(axum::Json(Page { items, next: None }))
}

fn on_the_wire(account: Account) -> User {
    User {
        id: account.id.to_string(),
        login: account.login,
        name: account.name,
        admin: account.admin,
        created_at: rfc3339(account.created_at),
    }
}

/// `PUT /users/{login}/password`
pub(crate) async fn reset_password(
    State(state): State<AppState>,
    act: Act,
    Path(UserPath { login }): Path<UserPath>,
    Json(reset): Json<ResetPassword>,
) -> Result<StatusCode> {
    let login = login.to_lowercase();
    let (account, _) = state.store.find_account(&login).await?.ok_or_else(|| not_found("account"))?;
    let hash = new_password(&state, "password", reset.password, &login).await?;
    state.store.set_password(account.id, hash, None, act.on(login).write(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}
