//! The server's API, one method per endpoint.

use super::http::{self, ApiFailure, Guard};
use gloo_net::http::Method;
use hunch_protocol::{
    AcceptInvitation, AcceptedInvitation, Agreement, AuditCheck, AuditEntry, CHANGES_PER_PULL,
    ChangePassword, ChangeRole, CombineRequest, Corpus, CreateToken, CreatedInvitation, CreatedToken, Device,
    DocumentLabels, EndModelReport, EndModelRequest, Feedback, FeedbackQuery, ImportRequest, Invitation, Job,
    LabelReport, LabelsQuery, LexiconInfo, LexiconTerms, Manifest, Member, Members, NewDevice, NewInvitation,
    NewProject, NewSnapshot, OpenInvitation, OpenedInvitation, Page, Preview, Project, PullReply, PushReply,
    PushRequest, RenameLexicon, Role, RuleRevision, SaveLexicon, SaveWidget, Session, SessionInfo, SignIn,
    Snapshot, Token, Widget, WidgetOrigin, WidgetSecret, limits, routes,
};
use serde::de::DeserializeOwned;

type Answer<T> = Result<T, ApiFailure>;

/// The server that this page came from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Api;

impl Api {
    /// All projects, the newest first.
    pub async fn projects(self) -> Answer<Vec<Project>> {
        all(&routes::projects()).await
    }

    /// A project.
    pub async fn project(self, project: &str) -> Answer<Project> {
        http::get(&routes::project(project)).await
    }

    /// Makes a project.
    pub async fn create_project(self, new: &NewProject) -> Answer<Project> {
        http::write(Method::POST, &routes::projects(), Guard::None, new).await
    }

    /// What an upload seems to hold.
    pub async fn preview(self, upload: &str) -> Answer<Preview> {
        http::get(&routes::preview(upload)).await
    }

    /// Begins an import.
    pub async fn import(self, project: &str, import: &ImportRequest) -> Answer<Job> {
        http::write(Method::POST, &routes::imports(project), Guard::None, import).await
    }

    /// The corpus: columns, sources, chunks.
    pub async fn corpus(self, project: &str) -> Answer<Corpus> {
        http::get(&routes::corpus(project)).await
    }

    /// Makes this browser a device of the project.
    pub async fn register_device(self, project: &str) -> Answer<Device> {
        let new = NewDevice { name: super::browser_name() };
        http::write(Method::POST, &routes::devices(project), Guard::None, &new).await
    }

    /// Sends operations.
    pub async fn push(self, project: &str, push: &PushRequest) -> Answer<PushReply> {
        http::write(Method::POST, &routes::push(project), Guard::None, push).await
    }

    /// What changed since a cursor.
    pub async fn pull(self, project: &str, device: &str, since: u64) -> Answer<PullReply> {
        http::get(&routes::pull(project, device, since, CHANGES_PER_PULL)).await
    }

    /// A page of everything that is synced.
    pub async fn sync_snapshot(self, project: &str, device: &str, cursor: u64) -> Answer<PullReply> {
        http::get(&routes::sync_snapshot(project, device, cursor, CHANGES_PER_PULL)).await
    }

    /// A rule's history, the newest revision first.
    pub async fn revisions(self, project: &str, rule: &str) -> Answer<Vec<RuleRevision>> {
        all(&routes::revisions(project, rule)).await
    }

    /// The terms with a hash.
    pub async fn terms(self, project: &str, hash: &str) -> Answer<Vec<String>> {
        let terms: LexiconTerms = http::get(&routes::lexicon_terms(project, hash)).await?;
        Ok(terms.terms)
    }

    /// Says what a lexicon's terms are, from its revision `base`; 0 of a new one.
    pub async fn put_lexicon(
        self,
        project: &str,
        name: &str,
        base: i64,
        save: &SaveLexicon,
    ) -> Answer<LexiconInfo> {
        let guard = if base == 0 { Guard::Absent } else { Guard::Revision(base) };
        http::write(Method::PUT, &routes::lexicon(project, name), guard, save).await
    }

    /// Gives a lexicon at revision `base` another name, also where it is used.
    pub async fn rename_lexicon(
        self,
        project: &str,
        name: &str,
        base: i64,
        rename: &RenameLexicon,
    ) -> Answer<LexiconInfo> {
        let path = routes::rename_lexicon(project, name);
        http::write(Method::POST, &path, Guard::Revision(base), rename).await
    }

    /// Applies the active rules to the whole corpus; combining follows.
    pub async fn apply(self, project: &str) -> Answer<Job> {
        http::write(Method::POST, &routes::apply(project), Guard::None, &serde_json::json!({})).await
    }

    /// Counts the words of text columns anew.
    pub async fn weigh(self, project: &str) -> Answer<Job> {
        http::write(Method::POST, &routes::weigh(project), Guard::None, &serde_json::json!({})).await
    }

    /// Combines the votes that are there.
    pub async fn combine(self, project: &str, combine: &CombineRequest) -> Answer<Job> {
        http::write(Method::POST, &routes::combine(project), Guard::None, combine).await
    }

    /// The latest jobs, the newest first.
    pub async fn jobs(self, project: &str) -> Answer<Vec<Job>> {
        let page: Page<Job> =
            http::get(&routes::page(&routes::jobs(project), None, Some(limits::PAGE))).await?;
        Ok(page.items)
    }

    /// Asks for a job's end.
    pub async fn cancel(self, project: &str, job: &str) -> Answer<Job> {
        http::write(Method::POST, &routes::cancel(project, job), Guard::None, &serde_json::json!({})).await
    }

    /// What the latest combine found; nothing before the first.
    pub async fn report(self, project: &str) -> Answer<Option<LabelReport>> {
        http::get(&routes::report(project)).await
    }

    /// A page of documents with their combined labels, in the corpus' order.
    pub async fn labels(self, project: &str, query: &LabelsQuery) -> Answer<Page<DocumentLabels>> {
        http::get(&routes::labels_where(project, query)).await
    }

    /// How far people agree, with each other and with gold.
    pub async fn agreement(self, project: &str) -> Answer<Agreement> {
        http::get(&routes::agreement(project)).await
    }

    /// The latest end model; nothing before the first.
    pub async fn end_model(self, project: &str) -> Answer<Option<EndModelReport>> {
        http::get(&routes::end_model(project)).await
    }

    /// Begins to train an end model.
    pub async fn train(self, project: &str, request: &EndModelRequest) -> Answer<Job> {
        http::write(Method::POST, &routes::end_model(project), Guard::None, request).await
    }

    /// All snapshots, the newest first.
    pub async fn snapshots(self, project: &str) -> Answer<Vec<Snapshot>> {
        all(&routes::snapshots(project)).await
    }

    /// Begins a snapshot.
    pub async fn create_snapshot(self, project: &str, new: &NewSnapshot) -> Answer<Job> {
        http::write(Method::POST, &routes::snapshots(project), Guard::None, new).await
    }

    /// The feedback widgets, in the order they were made.
    pub async fn widgets(self, project: &str) -> Answer<Vec<Widget>> {
        all(&routes::widgets(project)).await
    }

    /// Makes a widget.
    pub async fn create_widget(self, project: &str, settings: &SaveWidget) -> Answer<Widget> {
        http::write(Method::POST, &routes::widgets(project), Guard::None, settings).await
    }

    /// Sets a widget up anew.
    pub async fn save_widget(self, project: &str, before: &Widget, settings: &SaveWidget) -> Answer<Widget> {
        let path = routes::widget(project, &before.id);
        http::write(Method::PUT, &path, Guard::Revision(before.revision), settings).await
    }

    /// Takes a widget away; its answers stay.
    pub async fn remove_widget(self, project: &str, widget: &Widget) -> Answer<()> {
        let path = routes::widget(project, &widget.id);
        http::write_only(Method::DELETE, &path, Guard::Revision(widget.revision), &serde_json::json!({}))
            .await
    }

    /// Gives a widget a new publishable key.
    pub async fn rotate_widget_key(self, project: &str, widget: &Widget) -> Answer<Widget> {
        let path = routes::widget_key(project, &widget.id);
        http::write(Method::POST, &path, Guard::Revision(widget.revision), &serde_json::json!({})).await
    }

    /// Gives a widget a new secret, which is told this once.
    pub async fn rotate_widget_secret(self, project: &str, widget: &Widget) -> Answer<WidgetSecret> {
        let path = routes::widget_secret(project, &widget.id);
        http::write(Method::POST, &path, Guard::Revision(widget.revision), &serde_json::json!({})).await
    }

    /// Where pages that use a widget are from, the latest first.
    pub async fn widget_origins(self, project: &str, widget: &str) -> Answer<Vec<WidgetOrigin>> {
        all(&routes::widget_origins(project, widget)).await
    }

    /// A page of answers, the newest first.
    pub async fn feedback(self, project: &str, query: &FeedbackQuery) -> Answer<Page<Feedback>> {
        http::get(&routes::feedback_where(project, query)).await
    }

    /// How the server lets people in, and who the caller is.
    pub async fn session(self) -> Answer<SessionInfo> {
        http::get(&routes::session()).await
    }

    /// Signs in.
    pub async fn sign_in(self, request: &SignIn) -> Answer<SessionInfo> {
        http::write(Method::POST, &routes::session(), Guard::None, request).await
    }

    /// Signs out.
    pub async fn sign_out(self) -> Answer<()> {
        remove(&routes::session()).await
    }

    /// Gives the caller's account another password; their other sessions end.
    pub async fn change_password(self, change: &ChangePassword) -> Answer<()> {
        http::write_only(Method::PUT, &routes::password(), Guard::None, change).await
    }

    /// Where one is signed in.
    pub async fn sessions(self) -> Answer<Vec<Session>> {
        all(&routes::sessions()).await
    }

    /// Ends a session of one's own.
    pub async fn end_session(self, session: &str) -> Answer<()> {
        remove(&routes::one_session(session)).await
    }

    /// What an invitation is to.
    pub async fn open_invitation(self, secret: &str) -> Answer<OpenedInvitation> {
        let open = OpenInvitation { secret: secret.to_owned() };
        http::write(Method::POST, &routes::invitation(), Guard::None, &open).await
    }

    /// Takes up an invitation.
    pub async fn accept_invitation(self, accept: &AcceptInvitation) -> Answer<AcceptedInvitation> {
        http::write(Method::POST, &routes::accept_invitation(), Guard::None, accept).await
    }

    /// Who is in a project, and the caller's role.
    pub async fn members(self, project: &str) -> Answer<Members> {
        http::get(&routes::members(project)).await
    }

    /// Gives a member another role.
    pub async fn change_role(self, project: &str, member: &str, role: Role) -> Answer<Member> {
        let path = routes::member(project, member);
        http::write(Method::PUT, &path, Guard::None, &ChangeRole { role }).await
    }

    /// Takes a member out of a project.
    pub async fn remove_member(self, project: &str, member: &str) -> Answer<()> {
        remove(&routes::member(project, member)).await
    }

    /// Invitations that nobody took up yet.
    pub async fn invitations(self, project: &str) -> Answer<Vec<Invitation>> {
        all(&routes::invitations(project)).await
    }

    /// Invites someone.
    pub async fn invite(self, project: &str, new: &NewInvitation) -> Answer<CreatedInvitation> {
        http::write(Method::POST, &routes::invitations(project), Guard::None, new).await
    }

    /// Takes an invitation back.
    pub async fn revoke_invitation(self, project: &str, invitation: &str) -> Answer<()> {
        remove(&routes::one_invitation(project, invitation)).await
    }

    /// The project's tokens.
    pub async fn tokens(self, project: &str) -> Answer<Vec<Token>> {
        all(&routes::project_tokens(project)).await
    }

    /// Makes a token.
    pub async fn create_token(self, project: &str, new: &CreateToken) -> Answer<CreatedToken> {
        http::write(Method::POST, &routes::project_tokens(project), Guard::None, new).await
    }

    /// Takes a token back.
    pub async fn revoke_token(self, project: &str, token: &str) -> Answer<()> {
        remove(&routes::project_token(project, token)).await
    }

    /// What was done lately, the newest first.
    pub async fn audit(self, project: &str) -> Answer<Vec<AuditEntry>> {
        let page: Page<AuditEntry> =
            http::get(&routes::page(&routes::audit(project), None, Some(limits::PAGE))).await?;
        Ok(page.items)
    }

    /// Whether the audit is as it was written.
    pub async fn check_audit(self, project: &str) -> Answer<AuditCheck> {
        http::get(&routes::audit_check(project)).await
    }

    /// What a snapshot's labels follow from.
    pub async fn manifest(self, project: &str, snapshot: &str) -> Answer<Manifest> {
        http::get(&routes::snapshot(project, snapshot)).await
    }
}

/// Takes something away.
async fn remove(path: &str) -> Answer<()> {
    http::write_only(Method::DELETE, path, Guard::None, &serde_json::json!({})).await
}

/// A whole list, page after page.
async fn all<T: DeserializeOwned>(path: &str) -> Answer<Vec<T>> {
    let mut items = Vec::new();
    let mut cursor = None;
    loop {
        let page: Page<T> = http::get(&routes::page(path, cursor.as_deref(), Some(limits::PAGE_MAX))).await?;
        items.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(items),
        }
    }
}
