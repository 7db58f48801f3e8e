//! The people and programs of a project, for the team page.

use super::project::ProjectState;
use super::remote::Remote;
use super::session::Session;
use super::toasts::Toasts;
use super::{Api, ApiFailure};
use hunch_protocol::{
    AuditCheck, AuditEntry, AuthMode, Invitation, Member, Members, Role, Session as Browser, Token,
};
use leptos::task::spawn_local;

/// What the team page shows.
#[derive(Clone, Copy)]
pub struct Team {
    /// The project.
    pub project: ProjectState,
    /// People, and the caller's role.
    pub members: Remote<Members>,
    /// Invitations nobody took up yet; empty for those who may not see them.
    pub invitations: Remote<Vec<Invitation>>,
    /// The project's tokens; empty for those who may not see them.
    pub tokens: Remote<Vec<Token>>,
    /// Where one is signed in.
    pub browsers: Remote<Vec<Browser>>,
    /// What was done lately; empty for those who may not see it.
    pub audit: Remote<Vec<AuditEntry>>,
    toasts: Toasts,
    session: Session,
}

impl Team {
    /// Begins to load.
    pub fn open(project: ProjectState) -> Self {
        let id = move || project.id();
        Self {
            project,
            members: project.members,
            invitations: Remote::load(move || async move { owners_only(Api.invitations(&id()).await) }),
            tokens: Remote::load(move || async move { owners_only(Api.tokens(&id()).await) }),
            browsers: Remote::load(|| Api.sessions()),
            audit: Remote::load(move || async move { owners_only(Api.audit(&id()).await) }),
            toasts: Toasts::expect(),
            session: Session::expect(),
        }
    }

    /// The caller's role. Tracks.
    pub fn role(self) -> Option<Role> {
        self.project.role()
    }

    /// Whether the caller owns the project. Tracks.
    pub fn is_owner(self) -> bool {
        self.role() == Some(Role::Owner)
    }

    /// Whether the server has accounts. Tracks.
    pub fn has_accounts(self) -> bool {
        self.session.mode() == Some(AuthMode::Accounts)
    }

    /// The name of an author: a member's, else the author itself. Tracks.
    pub fn name_of(self, author: &str) -> String {
        let name = self.members.with(|members| {
            let found = members?.items.iter().find(|member| member.author == author);
            found.map(|member| member.name.clone())
        });
        name.unwrap_or_else(|| author.to_owned())
    }

    /// Gives a member another role.
    pub fn change_role(self, member: &Member, role: Role) {
        let id = member.id.clone();
        self.act("The role could not be changed", async move |project| {
            Api.change_role(&project, &id, role).await.map(drop)
        });
    }

    /// Takes a member out.
    pub fn remove(self, member: &Member) {
        let id = member.id.clone();
        self.act("The member could not be taken out", async move |project| {
            Api.remove_member(&project, &id).await
        });
    }

    /// Takes an invitation back.
    pub fn revoke_invitation(self, id: String) {
        self.act("The invitation could not be taken back", async move |project| {
            Api.revoke_invitation(&project, &id).await
        });
    }

    /// Takes a token back.
    pub fn revoke_token(self, id: String) {
        self.act("The token could not be taken back", async move |project| {
            Api.revoke_token(&project, &id).await
        });
    }

    /// Ends a session of one's own.
    pub fn end_session(self, id: String) {
        self.act("The session could not be ended", async move |_| Api.end_session(&id).await);
    }

    /// Computes every hash of the audit again, and tells what came of it.
    pub fn check_audit(self) {
        spawn_local(async move {
            match Api.check_audit(&self.project.id()).await {
                Ok(AuditCheck { entries, broken_at: None }) => {
                    self.toasts.tell(format!("All {entries} entries are as they were written."));
                }
                Ok(AuditCheck { broken_at: Some(at), .. }) => {
                    self.toasts.fail(format!("Entry {at} is not as it was written, or is missing."));
                }
                Err(failure) => self.toasts.fail(failure.to_string()),
            }
        });
    }

    /// Loads all again.
    pub fn refresh(self) {
        self.members.refresh();
        self.invitations.refresh();
        self.tokens.refresh();
        self.browsers.refresh();
        self.audit.refresh();
    }

    fn act<F>(self, what: &'static str, request: impl FnOnce(String) -> F + 'static)
    where
        F: Future<Output = Result<(), ApiFailure>> + 'static,
    {
        spawn_local(async move {
            if let Err(failure) = request(self.project.id()).await {
                self.toasts.fail(format!("{what}. {failure}"));
            }
            self.refresh();
        });
    }
}

/// What only owners may see is nothing to others.
fn owners_only<T>(answer: Result<Vec<T>, ApiFailure>) -> Result<Vec<T>, ApiFailure> {
    match answer {
        Err(ApiFailure::Refused(problem)) if problem.status == 403 => Ok(Vec::new()),
        answer => answer,
    }
}
