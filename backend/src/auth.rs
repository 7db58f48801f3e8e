//! Who sends a request, and what they may do. It knows nothing of HTTP: [`crate::api`] asks it.
//!
//! There are no accounts yet: whoever is on this machine may do everything, and so may the holder of a token, within
//! the token's project if it names one.

use crate::store::{Store, StoreResult, Token};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hunch_protocol::{Role, Scope};
use uuid::Uuid;

/// What every token begins with, so that leaked ones are found by those who look for them.
const TOKEN_PREFIX: &str = "hunch_";
/// How exactly is kept when a token was last used, in microseconds: a busy client must not turn reads into writes.
const USE_RESOLUTION: i64 = 60_000_000;

/// The author of what someone on this machine writes.
pub(crate) const LOCAL: &str = "local";

/// Who sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Someone on this machine.
    Local,
    /// The holder of a token.
    Token {
        /// The token's id.
        id: Uuid,
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
            Self::Local => LOCAL.into(),
            Self::Token { id, .. } => format!("token:{id}"),
        }
    }

    /// The one project the caller may see; all if none.
    pub(crate) fn only_project(&self) -> Option<Uuid> {
        match self {
            Self::Local => None,
            Self::Token { project, .. } => *project,
        }
    }

    /// Whether one of some scopes is among the caller's.
    pub(crate) fn has(&self, any: &[Scope]) -> bool {
        match self {
            Self::Local => true,
            Self::Token { scopes, .. } => any.iter().any(|scope| {
                *scope == Scope::Read || scopes.contains(scope) || scopes.contains(&Scope::Admin)
            }),
        }
    }

    /// Whether the caller may look after the server itself.
    pub(crate) fn is_admin(&self) -> bool {
        match self {
            Self::Local => true,
            Self::Token { project, scopes, .. } => project.is_none() && scopes.contains(&Scope::Admin),
        }
    }

    /// The caller's role in a project that is there; `None` if they may not even know of it.
    pub(crate) fn role_in(&self, project: Uuid) -> Option<Role> {
        match self {
            Self::Local => Some(Role::Owner),
            Self::Token { project: only, scopes, .. } => {
                only.is_none_or(|only| only == project).then(|| role_of(scopes))
            }
        }
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

/// A new token and the hash that is kept of it.
pub(crate) fn new_token(secret: [u8; 32]) -> (String, String) {
    let token = format!("{TOKEN_PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(secret));
    let hash = token_hash(&token);
    (token, hash)
}

/// The holder of a token; `None` if there is no such token, or not any more.
pub(crate) async fn holder(store: &dyn Store, token: &str, now: i64) -> StoreResult<Option<Caller>> {
    let Some(Token { id, project, last_used_at, .. }) = store.find_token(&token_hash(token)).await? else {
        return Ok(None);
    };
    if last_used_at.is_none_or(|last| now - last >= USE_RESOLUTION) {
        store.use_token(id, now).await?;
    }
    Ok(Some(Caller::Token { id, project, scopes: vec![Scope::Admin] }))
}

/// A token holds 256 random bits, so a plain hash is enough to keep it, and finding it by its hash tells nothing.
fn token_hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}
