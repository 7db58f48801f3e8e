//! Who is in a project, and what they may do.

use super::access::{Act, InProject};
use super::error::{ApiError, Kind, Result};
use super::extract::{Json, Path};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use hunch_protocol::{ChangeRole, Member, Members};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
pub(crate) struct MemberPath {
    m: Uuid,
}

/// `GET /projects/{p}/members`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, role, .. }: InProject,
) -> Result<axum::Json<Members>> {
    Ok(axum::Json(Members { role, items: state.store.list_members(id).await? }))
}

/// `PUT /projects/{p}/members/{m}`
pub(crate) async fn change(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    act: Act,
    Path(MemberPath { m }): Path<MemberPath>,
    Json(ChangeRole { role }): Json<ChangeRole>,
) -> Result<axum::Json<Member>> {
    let write = act.on(format!("user:{m} {}", role.name())).write(&state);
    Ok(axum::Json(state.store.set_role(id, m, role, write).await?))
}

/// `DELETE /projects/{p}/members/{m}`
pub(crate) async fn remove(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    act: Act,
    Path(MemberPath { m }): Path<MemberPath>,
) -> Result<StatusCode> {
    let write = act.on(format!("user:{m}")).write(&state);
    state.store.remove_member(id, m, write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /projects/{p}/leave`
pub(crate) async fn leave(
    State(state): State<AppState>,
    InProject { id, caller, .. }: InProject,
    act: Act,
) -> Result<StatusCode> {
    let Some(account) = caller.account() else {
        return Err(ApiError::new(Kind::NotReady, "Only someone with an account can leave a project."));
    };
    state.store.remove_member(id, account, act.on(caller.author()).write(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}
