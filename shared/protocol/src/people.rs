//! People: what they may do, how they come in, who is in a project, and what was done by whom.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// What someone may do in a project; each role may do all that those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees everything of the project but who did what.
    Viewer,
    /// Labels documents.
    Annotator,
    /// Writes rules, lexicons and policies, decides gold, imports, applies, freezes, runs widgets.
    Engineer,
    /// Lets people and programs in, changes label set and settings, deletes the project.
    Owner,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Annotator, Self::Engineer, Self::Owner];

    /// Its name on the wire and on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Annotator => "annotator",
            Self::Engineer => "engineer",
            Self::Owner => "owner",
        }
    }
}

/// What a token is good for. Every token may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Scope {
    /// What a viewer may.
    #[serde(rename = "read")]
    Read,
    /// Annotations and gold.
    #[serde(rename = "labels:write")]
    Labels,
    /// What else an engineer may: rules, lexicons, policies, imports, jobs, snapshots, widgets.
    #[serde(rename = "rules:write")]
    Rules,
    /// Everything, people and tokens too.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 4] = [Self::Read, Self::Labels, Self::Rules, Self::Admin];

    /// Its name on the wire and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Labels => "labels:write",
            Self::Rules => "rules:write",
            Self::Admin => "admin",
        }
    }
}

/// How a server lets people in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuthMode {
    /// By a link that the server prints on its terminal, once per link.
    Link,
    /// By accounts.
    Accounts,
    /// Whoever is on the machine.
    None,
}

/// `GET /session`: how this server lets people in, and who the caller is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionInfo {
    /// How the server lets people in.
    pub mode: AuthMode,
    /// Who the caller is; absent for one who has not signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<CallerInfo>,
}

/// Who sends requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallerInfo {
    /// The author of what they write: `local`, `user:UUID`, `token:UUID`.
    pub author: String,
    /// What people call them.
    pub name: String,
    /// What they sign in with; absent without an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// Whether they may look after the server itself: accounts and server-wide tokens.
    pub admin: bool,
}

/// `POST /session`: sign in, with a login and a password or with the secret of a printed link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// With `--auth accounts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// With `--auth accounts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// With `--auth link`: what stands behind `#link=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// `PUT /account/password`: a new password for the caller; other sessions of theirs end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The one that is good now.
    pub current: String,
    /// The one that shall be.
    pub new: String,
}

/// `PUT /users/{login}/password`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The password that shall be; all sessions of the account end.
    pub password: String,
}

/// A session of the caller: one browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// Identifier, no secret.
    pub id: String,
    /// Whether the request came by it.
    pub current: bool,
    /// What the browser calls itself.
    pub agent: String,
    /// Address it was last used from.
    pub address: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// An account, for those who look after the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct User {
    /// Identifier.
    pub id: String,
    /// What they sign in with.
    pub login: String,
    /// What people call them.
    pub name: String,
    /// Whether they may look after the server itself.
    pub admin: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Someone in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    /// The account's identifier.
    pub id: String,
    /// The author of what they write.
    pub author: String,
    /// What people call them.
    pub name: String,
    /// What they sign in with.
    pub login: String,
    /// What they may do.
    pub role: Role,
    /// When they came.
    pub created_at: Timestamp,
}

/// `GET /projects/{p}/members`: who is in the project, and what the caller may do in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Members {
    /// The caller's role.
    pub role: Role,
    /// People, in the order they came; empty on a server without accounts.
    pub items: Vec<Member>,
}

/// `PUT /projects/{p}/members/{m}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// What they may do from now on.
    pub role: Role,
}

/// `POST /projects/{p}/invitations`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// What the invited may do.
    pub role: Role,
    /// For whom it is: a note for those who invite.
    #[serde(default)]
    pub note: String,
    /// How many days it is good for, 1 to 30; 7 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// An invitation that nobody took up yet, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// Identifier, no secret.
    pub id: String,
    /// What the invited may do.
    pub role: Role,
    /// For whom it is.
    pub note: String,
    /// The author of the invitation.
    pub by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is no longer good.
    pub expires_at: Timestamp,
}

/// An invitation with its secret, which is told this once and not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreatedInvitation {
    /// The invitation.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// What stands behind `/invitation#` in the link to send.
    pub secret: String,
}

/// `POST /invitation`: what an invitation is to. The secret travels in the body, since paths are logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenInvitation {
    /// What stands behind `/invitation#`.
    pub secret: String,
}

/// What an invitation is to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenedInvitation {
    /// The project's name; absent on the invitation to the server itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// What the invited may do there.
    pub role: Role,
    /// When it is no longer good.
    pub expires_at: Timestamp,
}

/// `POST /invitation/accept`: makes an account and signs in; one who is signed in sends the secret alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// What stands behind `/invitation#`.
    pub secret: String,
    /// The account to make; absent for one who is signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<NewAccount>,
}

/// An account to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// What to sign in with: 1 to 64 letters, digits and `.-_@+`, case ignored.
    pub login: String,
    /// What people shall call them.
    pub name: String,
    /// 8 to 1,024 bytes, and none of the most common ones.
    pub password: String,
}

/// What accepting an invitation led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptedInvitation {
    /// Who the caller is now.
    pub caller: CallerInfo,
    /// The project they are in now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

/// Something that was done. Each entry's hash covers the entry before it, so none can be changed or taken away unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// Its number, from 1 without a gap.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who: an author.
    pub author: String,
    /// What: an operation's name in the API's description, such as `members.change`.
    pub action: String,
    /// On what: a path below the API, or what a person would call it.
    pub target: String,
    /// From where.
    pub address: String,
    /// BLAKE3 of this entry and of the hash before it.
    pub hash: String,
}

/// `GET /projects/{p}/audit/check`: whether the entries are those that were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditCheck {
    /// How many entries were looked at.
    pub entries: u64,
    /// The first entry that is not as it was written, or is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u64>,
}
