//! Who sends a request, and what they may do. It knows nothing of HTTP: [`crate::api`] asks it.
//!
//! A server lets people in by one of the ways of [`Entrance`]. Secrets (of sessions, tokens, invitations and links) hold 256
//! random bits, so a plain hash is enough to keep them, and finding one by its hash tells nothing; passwords are
//! hashed slowly ([`password`]).

mod entrance;
pub(crate) mod password;
mod throttle;

pub(crate) use entrance::LinkRefusal;
pub use entrance::{Announce, Entrance};

use crate::store::{Account, Alive, NewSession, Store, StoreResult, Token};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hunch_protocol::{CallerInfo, Role, Scope};
use uuid::Uuid;

/// What every token begins with, so that leaked ones are found by those who look for them.
const TOKEN_PREFIX: &str = "hunch_";
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// How exactly is kept when a token or a session was last used: a busy client must not turn reads into writes.
const USE_RESOLUTION: i64 = MINUTE;
/// How long a session lasts that is not used.
const SESSION_IDLE: i64 = 7 * DAY;
/// How long a session lasts at most.
const SESSION_LENGTH: i64 = 30 * DAY;
/// Most characters that are kept of what a browser calls itself.
const AGENT_CHARS: usize = 200;

/// The author of what someone on this machine writes.
pub(crate) const LOCAL: &str = "local";

/// Who sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Someone on this machine, by the session that the link began if one was needed.
    Local {
        /// The session.
        session: Option<Uuid>,
    },
    /// Someone who signed in.
    Person {
        /// Their account.
        account: Account,
        /// The session they signed in by.
        session: Uuid,
    },
    /// The holder of a token.
    Token {
        /// The token's id.
        id: Uuid,
        /// What people call it.
        name: String,
        /// The one project it is good for; all if none.
        project: Option<Uuid>,
        /// What it is good for.
        scopes: Vec<Scope>,
    },
}

impl Caller {
    /// The author of what the caller writes: a name that no other caller has.
    pub(crate) fn author(&self) -> String {
        match self {
            Self::Local { .. } => LOCAL.into(),
            Self::Person { account, .. } => format!("user:{}", account.id),
            Self::Token { id, .. } => format!("token:{id}"),
        }
    }

    /// The caller as the page shows them.
    pub(crate) fn info(&self) -> CallerInfo {
        let (name, login) = match self {
            Self::Local { .. } => ("You".to_owned(), None),
            Self::Person { account, .. } => (account.name.clone(), Some(account.login.clone())),
            Self::Token { name, .. } => (name.clone(), None),
        };
        CallerInfo { author: self.author(), name, login, admin: self.is_admin() }
    }

    /// The caller's account, if it has one.
    pub(crate) fn account(&self) -> Option<Uuid> {
        match self {
            Self::Person { account, .. } => Some(account.id),
            Self::Local { .. } | Self::Token { .. } => None,
        }
    }

    /// The session the request came by, if it came by one.
    pub(crate) fn session(&self) -> Option<Uuid> {
        match self {
            Self::Local { session } => *session,
            Self::Person { session, .. } => Some(*session),
            Self::Token { .. } => None,
        }
    }

    /// The one project the caller may see; all if none.
    pub(crate) fn only_project(&self) -> Option<Uuid> {
        match self {
            Self::Local { .. } | Self::Person { .. } => None,
            Self::Token { project, .. } => *project,
        }
    }

    /// Whether one of some scopes is among the caller's.
    pub(crate) fn has(&self, any: &[Scope]) -> bool {
        match self {
            Self::Local { .. } | Self::Person { .. } => true,
            Self::Token { scopes, .. } => any.iter().any(|scope| {
                *scope == Scope::Read || scopes.contains(scope) || scopes.contains(&Scope::Admin)
            }),
        }
    }

    /// Whether the caller may look after the server itself.
    pub(crate) fn is_admin(&self) -> bool {
        match self {
            Self::Local { .. } => true,
            Self::Person { account, .. } => account.admin,
            Self::Token { project, scopes, .. } => project.is_none() && scopes.contains(&Scope::Admin),
        }
    }

    /// The caller's role in a project, if it is there; `None` if they may not even know of it.
    pub(crate) async fn role_in(&self, store: &dyn Store, project: Uuid) -> StoreResult<Option<Role>> {
        Ok(match self {
            Self::Local { .. } => Some(Role::Owner),
            Self::Person { account, .. } => store.role_of(project, account.id).await?,
            Self::Token { project: only, scopes, .. } => {
                only.is_none_or(|only| only == project).then(|| role_of(scopes))
            }
        })
    }
}

/// The least role that may do all that scopes are good for.
fn role_of(scopes: &[Scope]) -> Role {
    let roles = scopes.iter().map(|scope| match scope {
        Scope::Read => Role::Viewer,
        Scope::Labels | Scope::Rules => Role::Engineer,
        Scope::Admin => Role::Owner,
    });
    roles.max().unwrap_or(Role::Viewer)
}

/// A new secret and the hash that is kept of it.
pub(crate) fn new_secret(random: [u8; 32]) -> (String, String) {
    let secret = BASE64_URL_SAFE_NO_PAD.encode(random);
    let hash = secret_hash(&secret);
    (secret, hash)
}

/// A new token and the hash that is kept of it.
pub(crate) fn new_token(random: [u8; 32]) -> (String, String) {
    let token = format!("{TOKEN_PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random));
    let hash = secret_hash(&token);
    (token, hash)
}

/// What is kept of a secret.
pub(crate) fn secret_hash(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

/// The holder of a token; `None` if there is no such token, or not any more.
pub(crate) async fn holder(store: &dyn Store, token: &str, now: i64) -> StoreResult<Option<Caller>> {
    let Some(token) = store.find_token(&secret_hash(token), now).await? else { return Ok(None) };
    let Token { id, name, project, scopes, last_used_at, .. } = token;
    if last_used_at.is_none_or(|last| now - last >= USE_RESOLUTION) {
        store.use_token(id, now).await?;
    }
    Ok(Some(Caller::Token { id, name, project, scopes }))
}

/// Whose session it is that a secret opens; `None` if there is no such session, or not any more.
pub(crate) async fn session_holder(
    store: &dyn Store,
    secret: &str,
    address: &str,
    now: i64,
) -> StoreResult<Option<Caller>> {
    let found = store.find_session(&secret_hash(secret), alive(now)).await?;
    let Some((session, account)) = found else { return Ok(None) };
    if now - session.used_at >= USE_RESOLUTION {
        store.use_session(session.id, address.to_owned(), now).await?;
    }
    Ok(Some(match account {
        Some(account) => Caller::Person { account, session: session.id },
        None => Caller::Local { session: Some(session.id) },
    }))
}

/// Which sessions are alive at a time.
pub(crate) fn alive(now: i64) -> Alive {
    Alive { now, used_since: now - SESSION_IDLE }
}

/// A session that begins now, whose secret has a hash.
pub(crate) fn new_session(id: Uuid, hash: String, agent: &str, address: &str, now: i64) -> NewSession {
    let agent = agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARS).collect();
    NewSession { id, hash, agent, address: address.to_owned(), expires_at: now + SESSION_LENGTH }
}

/// How many seconds a browser may keep the secret of a session.
pub(crate) fn session_seconds() -> i64 {
    SESSION_LENGTH / 1_000_000
}
