//! Signing in and out, the sessions one has, and one's password.

use super::access::{Act, cookie, unauthorized};
use super::error::{ApiError, Kind, Result, invalid, not_found};
use super::extract::{Json, Path};
use crate::auth::{
    Caller, LinkRefusal, alive, new_secret, new_session, password, session_holder, session_seconds,
};
use crate::clock::rfc3339;
use crate::state::AppState;
use crate::store::{Account, NewSession, StoredSession};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, HeaderName, HeaderValue, SET_COOKIE, USER_AGENT};
use axum::response::IntoResponse;
use hunch_protocol::{AuthMode, ChangePassword, Page, Session, SessionInfo, SignIn};
use serde::Deserialize;
use uuid::Uuid;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// What signing out takes from the browser: this person's documents and unsent work too.
const EVERYTHING: HeaderValue = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");

#[derive(Deserialize)]
pub(crate) struct SessionPath {
    i: Uuid,
}

/// `GET /session`
pub(crate) async fn get(
    State(state): State<AppState>,
    caller: Option<Extension<Caller>>,
) -> axum::Json<SessionInfo> {
    let caller = caller.map(|Extension(caller)| caller.info());
    axum::Json(SessionInfo { mode: state.auth.mode(), caller })
}

/// `POST /session`: begins a session, a new one even for a browser that has one.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    act: Act,
    headers: HeaderMap,
    Json(request): Json<SignIn>,
) -> Result<impl IntoResponse> {
    let account = match (state.auth.mode(), request) {
        (AuthMode::Link, SignIn { link: Some(link), login: None, password: None }) => {
            open_link(&state, &link)?;
            None
        }
        (AuthMode::Accounts, SignIn { link: None, login: Some(login), password: Some(password) }) => {
            Some(check_password(&state, &act, login, password).await?)
        }
        (AuthMode::Link, _) => return Err(invalid("link", "must be given, and nothing else")),
        (AuthMode::Accounts, _) => {
            return Err(invalid("login", "must be given, with `password` and nothing else"));
        }
        (AuthMode::None, _) => {
            let detail = "This server has no sessions; whoever is on its machine may use it.";
            return Err(ApiError::new(Kind::NotReady, detail));
        }
    };
    end_earlier(&state, &headers, &act).await?;
    let (session, header) = begin(&state, &headers, &act.address);
    let id = session.id;
    let author = account.as_ref().map_or_else(|| "local".into(), |account| format!("user:{}", account.id));
    let write = act.by(author).write(&state);
    state.store.add_session(account.as_ref().map(|account| account.id), session, write).await?;
    let caller = match account {
        Some(account) => Caller::Person { account, session: id },
        None => Caller::Local { session: Some(id) },
    };
    Ok(([header], axum::Json(SessionInfo { mode: state.auth.mode(), caller: Some(caller.info()) })))
}

/// Uses up a link.
fn open_link(state: &AppState, link: &str) -> Result<()> {
    state.auth.use_link(link, state.ids.secret()).map_err(|refusal| {
        unauthorized(match refusal {
            LinkRefusal::Used => {
                "This link was used already, and each is good once. The terminal that runs `hunch serve` shows the next one."
            }
            LinkRefusal::Unknown => {
                "This link is none of this server's, or of before it was started again. The terminal that runs `hunch serve` shows one that is good."
            }
        })
    })
}

/// The account of a login, if the password is right.
async fn check_password(state: &AppState, act: &Act, login: String, password: String) -> Result<Account> {
    let login = login.trim().to_lowercase();
    state.auth.throttle.try_login(&login, &act.address).map_err(ApiError::too_many)?;
    let found = if login.contains('\0') { None } else { state.store.find_account(&login).await? };
    let (account, kept) = found.unzip();
    if password.len() <= password::LONGEST
        && state.auth.passwords.verify(password, kept).await
        && let Some(account) = account
    {
        return Ok(account);
    }
    tracing::warn!(?login, address = act.address, "a sign-in was refused");
    Err(unauthorized("The login or the password is wrong."))
}

/// Ends the session that the browser had, so that nothing which knew it is signed in now.
async fn end_earlier(state: &AppState, headers: &HeaderMap, act: &Act) -> Result<()> {
    let Some(secret) = state.auth.cookie().and_then(|name| cookie(headers, name)) else { return Ok(()) };
    let now = state.clock.now();
    let Some(earlier) = session_holder(&*state.store, secret, &act.address, now).await? else {
        return Ok(());
    };
    if let Some(id) = earlier.session() {
        let act = act.clone().by(earlier.author()).on("the session before");
        state.store.end_session(id, earlier.account(), act.write(state)).await?;
    }
    Ok(())
}

/// A session that begins now, and the header that gives its secret to the browser.
pub(super) fn begin(
    state: &AppState,
    headers: &HeaderMap,
    address: &str,
) -> (NewSession, (HeaderName, String)) {
    let (secret, hash) = new_secret(state.ids.secret());
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let session = new_session(state.ids.uuid(), hash, agent, address, state.clock.now());
    (session, set_cookie(state, &secret, session_seconds()))
}

fn set_cookie(state: &AppState, secret: &str, seconds: i64) -> (HeaderName, String) {
    let name = state.auth.cookie().unwrap_or_default();
    let secure = if state.auth.mode() == AuthMode::Accounts { "; Secure" } else { "" };
    (SET_COOKIE, format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"))
}

/// `DELETE /session`: ends the session the request came by.
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    act: Act,
) -> Result<impl IntoResponse> {
    let id = caller.session().ok_or_else(|| not_found("session"))?;
    state.store.end_session(id, caller.account(), act.write(&state)).await?;
    let forget = set_cookie(&state, "", 0);
    Ok((StatusCode::NO_CONTENT, [forget], [(CLEAR_SITE_DATA, EVERYTHING)]))
}

/// `GET /sessions`
pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
) -> Result<axum::Json<Page<Session>>> {
    if state.auth.cookie().is_none() {
        return Ok(axum::Json(Page { items: Vec::new(), next: None }));
    }
    let sessions = state.store.list_sessions(caller.account(), alive(state.clock.now())).await?;
    let items = sessions.into_iter().map(|session| on_the_wire(session, caller.session())).collect();
    Ok(axum::Json(Page { items, next: None }))
}

fn on_the_wire(session: StoredSession, current: Option<Uuid>) -> Session {
    Session {
        id: session.id.to_string(),
        current: Some(session.id) == current,
        agent: session.agent,
        address: session.address,
        created_at: rfc3339(session.created_at),
        used_at: rfc3339(session.used_at),
        expires_at: rfc3339(session.expires_at),
    }
}

/// `DELETE /sessions/{i}`
pub(crate) async fn end(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    act: Act,
    Path(SessionPath { i }): Path<SessionPath>,
) -> Result<StatusCode> {
    state.store.end_session(i, caller.account(), act.write(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /account/password`
pub(crate) async fn change_password(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    act: Act,
    Json(change): Json<ChangePassword>,
) -> Result<StatusCode> {
    let Caller::Person { account, session } = caller else {
        return Err(ApiError::new(Kind::NotReady, "There is no account here whose password could change."));
    };
    let kept = state.store.find_account(&account.login).await?.map(|(_, kept)| kept);
    state.auth.throttle.try_login(&account.login, &act.address).map_err(ApiError::too_many)?;
    if change.current.len() > password::LONGEST || !state.auth.passwords.verify(change.current, kept).await {
        return Err(invalid("current", "is not the password of this account"));
    }
    let hash = new_password(&state, "new", change.new, &account.login).await?;
    state.store.set_password(account.id, hash, Some(session), act.write(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The hash of a password that someone is to have from now on; 422 about the field if it will not do.
pub(super) async fn new_password(
    state: &AppState,
    field: &str,
    password: String,
    login: &str,
) -> Result<String> {
    if let Some(fault) = password::fault(&password, login) {
        return Err(invalid(field, fault));
    }
    let hash = state.auth.passwords.hash(password, state.ids.secret()).await;
    hash.ok_or_else(|| ApiError::new(Kind::Unavailable, "The server is stopping; try again soon."))
}
