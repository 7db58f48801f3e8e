//! Inviting people into a project, and taking up an invitation.

use super::access::{Act, InProject};
use super::error::{ApiError, Kind, Result, invalid};
use super::extract::{Json, Path};
use super::name::check_name;
use super::session::{begin, new_password};
use crate::auth::{Caller, new_secret, secret_hash};
use crate::state::AppState;
use crate::store::{InvitationDraft, NewAccount, StoreError, Taken, Taker};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use hunch_protocol::{
    AcceptInvitation, AcceptedInvitation, AuthMode, CreatedInvitation, Invitation, NewInvitation,
    OpenInvitation, OpenedInvitation, Page, limits,
};
use serde::Deserialize;
use uuid::Uuid;

/// How many days an invitation is good for.
const DAYS: u32 = 7;
const MOST_DAYS: u32 = 30;
/// Microseconds of a day.
const DAY: i64 = 24 * 3600 * 1_000_000;
/// Most characters of a login.
const LOGIN_CHARS: usize = 64;

#[derive(Deserialize)]
pub(crate) struct InvitationPath {
    i: Uuid,
}

/// `GET /projects/{p}/invitations`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Page<Invitation>>> {
    let items = state.store.list_invitations(id, state.clock.now()).await?;
    Ok(axum::Json(Page { items, next: None }))
}

/// `POST /projects/{p}/invitations`
pub(crate) async fn create(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    act: Act,
    Json(new): Json<NewInvitation>,
) -> Result<(StatusCode, axum::Json<CreatedInvitation>)> {
    if state.auth.mode() != AuthMode::Accounts {
        let detail = "This server has no accounts; start it with --auth accounts to invite people.";
        return Err(ApiError::new(Kind::NotReady, detail));
    }
    let days = new.days.unwrap_or(DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(invalid("days", format!("must be from 1 to {MOST_DAYS}")));
    }
    if new.note.chars().count() > limits::NAME_CHARS || new.note.chars().any(char::is_control) {
        return Err(invalid(
            "note",
            format!("must be one line of at most {} characters", limits::NAME_CHARS),
        ));
    }
    let (secret, hash) = new_secret(state.ids.secret());
    let draft = InvitationDraft {
        id: state.ids.uuid(),
        role: new.role,
        note: new.note,
        hash,
        author: act.author.clone(),
        expires_at: state.clock.now() + i64::from(days) * DAY,
    };
    let write = act.on(format!("{} {}", new.role.name(), draft.id)).write(&state);
    let invitation = state.store.add_invitation(id, draft, write).await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedInvitation { invitation, secret })))
}

/// `DELETE /projects/{p}/invitations/{i}`
pub(crate) async fn revoke(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    act: Act,
    Path(InvitationPath { i }): Path<InvitationPath>,
) -> Result<StatusCode> {
    state.store.revoke_invitation(id, i, act.on(i.to_string()).write(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /invitation`: what one is invited to.
pub(crate) async fn open(
    State(state): State<AppState>,
    act: Act,
    Json(OpenInvitation { secret }): Json<OpenInvitation>,
) -> Result<axum::Json<OpenedInvitation>> {
    state.auth.throttle.try_address(&act.address).map_err(ApiError::too_many)?;
    let found = state.store.find_invitation(&secret_hash(&secret), state.clock.now()).await?;
    let found = found.ok_or_else(gone)?;
    Ok(axum::Json(OpenedInvitation {
        project: found.project.map(|(_, name)| name),
        role: found.invitation.role,
        expires_at: found.invitation.expires_at,
    }))
}

fn gone() -> ApiError {
    let detail =
        "This invitation was taken up, was taken back, or is too old. Ask whoever sent it for another.";
    ApiError::new(Kind::NotFound, detail)
}

/// `POST /invitation/accept`
pub(crate) async fn accept(
    State(state): State<AppState>,
    caller: Option<Extension<Caller>>,
    act: Act,
    headers: HeaderMap,
    Json(AcceptInvitation { secret, account }): Json<AcceptInvitation>,
) -> Result<Response> {
    state.auth.throttle.try_address(&act.address).map_err(ApiError::too_many)?;
    let hash = secret_hash(&secret);
    // Hashing a password takes long; whoever has no invitation shall not make the server do it.
    let found = state.store.find_invitation(&hash, state.clock.now()).await?.ok_or_else(gone)?;
    let act = act.on(format!("{} {}", found.invitation.role.name(), found.invitation.id));
    let take = async |taker| match state.store.take_invitation(&hash, taker, act.write(&state)).await {
        Err(StoreError::NotFound { what: "invitation" }) => Err(gone()),
        taken => Ok(taken?),
    };
    match (account, caller) {
        (None, Some(Extension(Caller::Person { account, session }))) => {
            let Taken { account, project } = take(Taker::Known(account.id)).await?;
            Ok(axum::Json(accepted(&Caller::Person { account, session }, project)).into_response())
        }
        (None, _) => Err(invalid("account", "must be given, unless you sign in first")),
        (Some(new), _) => {
            let account = new_account(&state, new).await?;
            let (session, cookie) = begin(&state, &headers, &act.address);
            let id = session.id;
            let Taken { account, project } = take(Taker::New(account, session)).await?;
            let accepted = accepted(&Caller::Person { account, session: id }, project);
            Ok(([cookie], axum::Json(accepted)).into_response())
        }
    }
}

fn accepted(caller: &Caller, project: Option<Uuid>) -> AcceptedInvitation {
    AcceptedInvitation { caller: caller.info(), project: project.map(|id| id.to_string()) }
}

/// The account that someone wants to have; 422 if it will not do.
async fn new_account(state: &AppState, new: hunch_protocol::NewAccount) -> Result<NewAccount> {
    let login = new.login.trim().to_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_@+".contains(c);
    if login.is_empty() || login.len() > LOGIN_CHARS || !login.chars().all(plain) {
        let rule = format!("must be 1 to {LOGIN_CHARS} letters without accents, digits and .-_@+");
        return Err(invalid("account.login", rule));
    }
    check_name(&new.name).map_err(|_| invalid("account.name", "must be 1 to 200 characters in one line"))?;
    let password = new_password(state, "account.password", new.password, &login).await?;
    Ok(NewAccount { id: state.ids.uuid(), login, name: new.name, password })
}
