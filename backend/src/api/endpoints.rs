//! Every endpoint of the API, in one table: the router, the check of who may do what ([`super::access`]), the OpenAPI
//! document ([`super::openapi`]) and the test of every role against every endpoint are made from it.
//!
//! A new endpoint is one entry here; `backend/tests/it/api/matrix.rs` asks it for every kind of caller.

mod endpoint;
mod making_labels;

pub(crate) use endpoint::{Content, Endpoint, Facts, Precondition};

use super::access::{Access, BUILD, OWN, PUSH, READ, SERVER, SIGNED_IN, UNCONFINED, UPLOAD};
use super::error::Kind;
use super::{
    audit, conflicts, corpus, feedback, figures, imports, invitations, jobs, lexicons, members, openapi,
    projects, rules, session, snapshots, sync, tokens, uploads, users, widgets,
};
use axum::http::StatusCode;
use endpoint::{delete, get, patch, post, put};
use hunch_protocol::{
    AcceptInvitation, AcceptedInvitation, AuditCheck, AuditEntry, ChangePassword, ChangeRole, ChunkQuery,
    Corpus, CreateToken, CreatedInvitation, CreatedToken, Device, EditedRule, Entity, Feedback,
    FeedbackQuery, ImportRequest, Invitation, Job, Lexicon, LexiconAddress, LexiconInfo, LexiconTerms,
    Member, Members, NewDevice, NewInvitation, NewProject, OpenInvitation, OpenedInvitation, Page, Preview,
    Project, PullReply, PushReply, PushRequest, Receipt, RenameLexicon, ResetPassword, ResolveRequest, Rule,
    RuleRevision, SaveLexicon, SaveRule, SaveWidget, Session, SessionInfo, SignIn, Token, UpdateProject,
    Upload, User, Widget, WidgetOrigin, WidgetSecret, limits,
};

/// All of them, in the order of the documentation.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    use Access::{Person, Public};
    use Kind::{InUse, NameTaken, NotFound, NotReady, RateLimited, TooLate};
    use Precondition::{Revision, RevisionOrAbsent};
    const OK: StatusCode = StatusCode::OK;
    const CREATED: StatusCode = StatusCode::CREATED;
    const ACCEPTED: StatusCode = StatusCode::ACCEPTED;
    let before = vec![
        get("api.describe", "/openapi.json", Public, "This description", openapi::get)
            .gives::<serde_json::Value>(OK),
        // Projects
        get("projects.list", "/projects", SIGNED_IN, "The projects one may see", projects::list)
            .pages::<Project>(),
        post(
            "projects.create",
            "/projects",
            UNCONFINED,
            "A new project, empty or the sample",
            projects::create,
        )
        .takes_once::<NewProject>()
        .gives::<Project>(CREATED),
        get("projects.get", "/projects/{p}", READ, "A project", projects::get).gives::<Project>(OK),
        patch(
            "projects.update",
            "/projects/{p}",
            OWN,
            "Changes a project's name, label set or blacklist",
            projects::update,
        )
        .takes::<UpdateProject>()
        .based_on(Revision)
        .gives::<Project>(OK)
        .refuses(&[InUse]),
        delete(
            "projects.remove",
            "/projects/{p}",
            OWN,
            "Takes a project away with all that is in it",
            projects::remove,
        )
        .based_on(Revision)
        .gives_nothing(),
        // Bringing documents
        post("uploads.create", "/uploads", UPLOAD, "A file to be imported", uploads::create)
            .asks::<uploads::UploadQuery>()
            .takes_bytes(&["application/octet-stream"])
            .gives::<Upload>(CREATED)
            .refuses(&[Kind::Timeout]),
        get(
            "uploads.preview",
            "/uploads/{u}/preview",
            UPLOAD,
            "What an upload seems to hold",
            uploads::preview,
        )
        .asks::<uploads::PreviewQuery>()
        .gives::<Preview>(OK),
        post(
            "imports.create",
            "/projects/{p}/imports",
            BUILD,
            "Reads an upload into the corpus",
            imports::create,
        )
        .takes_once::<ImportRequest>()
        .gives::<Job>(ACCEPTED),
        get("corpus.get", "/projects/{p}/corpus", READ, "What the corpus consists of", corpus::get)
            .gives::<Corpus>(OK),
        get("corpus.chunk", "/projects/{p}/chunks/{hash}", READ, "A chunk of the corpus", corpus::chunk)
            .asks::<ChunkQuery>()
            .gives_bytes(&[corpus::ARROW]),
        post(
            "figures.edited",
            "/projects/{p}/figures",
            READ,
            "Figures of a rule that is not saved over the whole corpus, as lines that grow",
            figures::edited,
        )
        .takes::<EditedRule>()
        .only_reads()
        .gives_bytes(&[snapshots::JSONL]),
        get(
            "corpus.weights",
            "/projects/{p}/weights/{hash}",
            READ,
            "Term weights of a text column",
            corpus::weights,
        )
        .gives_bytes(&["application/json"]),
        post(
            "corpus.weigh",
            "/projects/{p}/weigh",
            BUILD,
            "Counts the words of all text columns anew",
            jobs::weigh,
        )
        .takes_once::<jobs::Nothing>()
        .gives::<Job>(ACCEPTED),
        // Writing rules
        get("rules.list", "/projects/{p}/rules", READ, "The rules", rules::list).pages::<Rule>(),
        post("rules.create", "/projects/{p}/rules", BUILD, "A new rule", rules::create)
            .takes_once::<SaveRule>()
            .gives::<Rule>(CREATED)
            .refuses(&[InUse, NameTaken]),
        get("rules.get", "/projects/{p}/rules/{r}", READ, "A rule", rules::get).gives::<Rule>(OK),
        put("rules.replace", "/projects/{p}/rules/{r}", BUILD, "A new revision of a rule", rules::replace)
            .takes::<SaveRule>()
            .based_on(Revision)
            .gives::<Rule>(OK)
            .refuses(&[InUse, NameTaken]),
        delete(
            "rules.remove",
            "/projects/{p}/rules/{r}",
            BUILD,
            "Takes a rule away; its history stays",
            rules::remove,
        )
        .based_on(Revision)
        .gives_nothing()
        .refuses(&[InUse]),
        get(
            "rules.revisions",
            "/projects/{p}/rules/{r}/revisions",
            READ,
            "A rule's history, newest first",
            rules::revisions,
        )
        .pages::<RuleRevision>(),
        get(
            "lexicons.list",
            "/projects/{p}/lexicons",
            READ,
            "The lexicons, without their terms",
            lexicons::list,
        )
        .pages::<LexiconInfo>(),
        get("lexicons.get", "/projects/{p}/lexicons/{name}", READ, "A lexicon with its terms", lexicons::get)
            .gives::<Lexicon>(OK),
        put("lexicons.put", "/projects/{p}/lexicons/{name}", BUILD, "A lexicon's terms", lexicons::put)
            .takes::<SaveLexicon>()
            .at_most(limits::LEXICON_BYTES)
            .based_on(RevisionOrAbsent)
            .gives::<LexiconInfo>(OK)
            .gives::<LexiconInfo>(CREATED)
            .refuses(&[NameTaken]),
        delete(
            "lexicons.remove",
            "/projects/{p}/lexicons/{name}",
            BUILD,
            "Takes a lexicon away",
            lexicons::remove,
        )
        .based_on(Revision)
        .gives_nothing()
        .refuses(&[InUse]),
        post(
            "lexicons.rename",
            "/projects/{p}/lexicons/{name}/rename",
            BUILD,
            "Gives a lexicon another name, also where rules and policies name it",
            lexicons::rename,
        )
        .takes::<RenameLexicon>()
        .based_on(Revision)
        .gives::<LexiconInfo>(OK)
        .refuses(&[NameTaken, InUse]),
        // Syncing
        post(
            "sync.register",
            "/projects/{p}/sync/devices",
            READ,
            "Registers a device that syncs",
            sync::register,
        )
        .takes::<NewDevice>()
        .gives::<Device>(CREATED),
        post("sync.push", "/projects/{p}/sync/push", PUSH, "Carries out a device's operations", sync::push)
            .takes::<PushRequest>()
            .gives::<PushReply>(OK)
            .refuses(&[Kind::SequenceGap, Kind::SequenceReused, Kind::ResyncRequired])
            .records_itself(),
        get("sync.pull", "/projects/{p}/sync/pull", READ, "What changed after a cursor", sync::pull)
            .asks::<sync::PullQuery>()
            .gives::<PullReply>(OK)
            .refuses(&[Kind::ResyncRequired]),
        get(
            "sync.snapshot",
            "/projects/{p}/sync/snapshot",
            READ,
            "Everything, for a copy that is begun anew",
            sync::snapshot,
        )
        .asks::<sync::SnapshotQuery>()
        .gives::<PullReply>(OK)
        .refuses(&[Kind::ResyncRequired]),
        put(
            "lexicons.put_terms",
            "/projects/{p}/lexicon-terms/{hash}",
            BUILD,
            "Terms that a lexicon is to name by their hash",
            sync::put_terms,
        )
        .takes::<LexiconTerms>()
        .at_most(limits::LEXICON_BYTES)
        .gives::<LexiconAddress>(OK),
        get(
            "lexicons.terms",
            "/projects/{p}/lexicon-terms/{hash}",
            READ,
            "The terms with a hash",
            sync::terms,
        )
        .gives::<LexiconTerms>(OK),
        get(
            "conflicts.list",
            "/projects/{p}/merge-conflicts",
            READ,
            "The open merge conflicts",
            conflicts::list,
        )
        .pages::<Entity>(),
        post(
            "conflicts.resolve",
            "/projects/{p}/merge-conflicts/{c}/resolve",
            BUILD,
            "Settles a merge conflict",
            conflicts::resolve,
        )
        .takes::<ResolveRequest>()
        .gives::<Receipt>(OK)
        .refuses(&[InUse, Kind::ChangedMeanwhile]),
    ];
    let after = vec![
        // Asking a product's users
        get("widgets.list", "/projects/{p}/widgets", READ, "The feedback widgets", widgets::list)
            .gives::<hunch_protocol::Page<Widget>>(OK),
        post("widgets.create", "/projects/{p}/widgets", BUILD, "A new feedback widget", widgets::create)
            .takes_once::<SaveWidget>()
            .gives::<Widget>(CREATED)
            .refuses(&[NameTaken]),
        get("widgets.get", "/projects/{p}/widgets/{w}", READ, "A feedback widget", widgets::get)
            .gives::<Widget>(OK),
        put("widgets.replace", "/projects/{p}/widgets/{w}", BUILD, "Sets a widget up anew", widgets::replace)
            .takes::<SaveWidget>()
            .based_on(Revision)
            .gives::<Widget>(OK),
        delete(
            "widgets.remove",
            "/projects/{p}/widgets/{w}",
            BUILD,
            "Takes a widget away; its answers stay",
            widgets::remove,
        )
        .based_on(Revision)
        .gives_nothing(),
        post(
            "widgets.rotate_key",
            "/projects/{p}/widgets/{w}/key",
            BUILD,
            "A new publishable key in place of the one before",
            widgets::rotate_key,
        )
        .based_on(Revision)
        .gives::<Widget>(OK),
        post(
            "widgets.rotate_secret",
            "/projects/{p}/widgets/{w}/secret",
            BUILD,
            "A new secret that signs identities, told this once",
            widgets::rotate_secret,
        )
        .based_on(Revision)
        .gives::<WidgetSecret>(CREATED),
        get(
            "widgets.origins",
            "/projects/{p}/widgets/{w}/origins",
            READ,
            "Where pages that use the widget are from, refused ones too",
            widgets::origins,
        )
        .gives::<hunch_protocol::Page<WidgetOrigin>>(OK),
        get(
            "feedback.list",
            "/projects/{p}/feedback",
            READ,
            "Answers of users, newest first",
            feedback::list,
        )
        .asks::<FeedbackQuery>()
        .gives::<hunch_protocol::Page<Feedback>>(OK),
        // People
        get(
            "session.get",
            "/session",
            Public,
            "How the server lets people in, and who the caller is",
            session::get,
        )
        .gives::<SessionInfo>(OK),
        post("session.begin", "/session", Public, "Signs in", session::sign_in)
            .takes::<SignIn>()
            .gives::<SessionInfo>(OK)
            .refuses(&[Kind::Unauthorized, NotReady, RateLimited])
            .records_itself(),
        delete("session.end", "/session", Person, "Signs out", session::sign_out)
            .gives_nothing()
            .refuses(&[NotFound])
            .records_itself(),
        get("sessions.list", "/sessions", Person, "Where one is signed in", session::list)
            .gives::<Page<Session>>(OK),
        delete("sessions.end", "/sessions/{i}", Person, "Ends a session of one's own", session::end)
            .gives_nothing()
            .records_itself(),
        put(
            "account.password",
            "/account/password",
            Person,
            "Changes one's password",
            session::change_password,
        )
        .takes::<ChangePassword>()
        .gives_nothing()
        .refuses(&[NotReady, RateLimited])
        .records_itself(),
        get("users.list", "/users", SERVER, "The accounts", users::list).gives::<Page<User>>(OK),
        put(
            "users.password",
            "/users/{login}/password",
            SERVER,
            "Gives an account another password",
            users::reset_password,
        )
        .takes::<ResetPassword>()
        .gives_nothing()
        .records_itself(),
        post("invitation.open", "/invitation", Public, "What an invitation is to", invitations::open)
            .takes::<OpenInvitation>()
            .gives::<OpenedInvitation>(OK)
            .refuses(&[NotFound, RateLimited])
            .records_itself(),
        post(
            "invitation.accept",
            "/invitation/accept",
            Public,
            "Takes up an invitation",
            invitations::accept,
        )
        .takes::<AcceptInvitation>()
        .gives::<AcceptedInvitation>(OK)
        .refuses(&[NotFound, NameTaken, RateLimited])
        .records_itself(),
        get("members.list", "/projects/{p}/members", READ, "Who is in the project", members::list)
            .gives::<Members>(OK),
        put(
            "members.change",
            "/projects/{p}/members/{m}",
            OWN,
            "Gives a member another role",
            members::change,
        )
        .takes::<ChangeRole>()
        .gives::<Member>(OK)
        .refuses(&[TooLate])
        .records_itself(),
        delete(
            "members.remove",
            "/projects/{p}/members/{m}",
            OWN,
            "Takes a member out of the project",
            members::remove,
        )
        .gives_nothing()
        .refuses(&[TooLate])
        .records_itself(),
        post("members.leave", "/projects/{p}/leave", READ, "Leaves the project", members::leave)
            .gives_nothing()
            .refuses(&[NotReady, TooLate])
            .records_itself(),
        get(
            "invitations.list",
            "/projects/{p}/invitations",
            OWN,
            "Invitations that nobody took up yet",
            invitations::list,
        )
        .gives::<Page<Invitation>>(OK),
        post("invitations.create", "/projects/{p}/invitations", OWN, "Invites someone", invitations::create)
            .takes::<NewInvitation>()
            .gives::<CreatedInvitation>(CREATED)
            .refuses(&[NotReady])
            .records_itself(),
        delete(
            "invitations.revoke",
            "/projects/{p}/invitations/{i}",
            OWN,
            "Takes an invitation back",
            invitations::revoke,
        )
        .gives_nothing()
        .records_itself(),
        get("audit.list", "/projects/{p}/audit", OWN, "What was done by whom, newest first", audit::list)
            .pages::<AuditEntry>(),
        get(
            "audit.check",
            "/projects/{p}/audit/check",
            OWN,
            "Whether the audit is as it was written",
            audit::check,
        )
        .gives::<AuditCheck>(OK),
        get(
            "audit.server",
            "/audit",
            SERVER,
            "What was done outside projects, newest first",
            audit::list_server,
        )
        .pages::<AuditEntry>(),
        // Letting programs in
        get("tokens.list", "/tokens", SERVER, "All tokens, without their secrets", tokens::list)
            .gives::<Page<Token>>(OK),
        post("tokens.create", "/tokens", SERVER, "A token that is good for all projects", tokens::create)
            .takes::<CreateToken>()
            .gives::<CreatedToken>(CREATED)
            .records_itself(),
        delete("tokens.revoke", "/tokens/{t}", SERVER, "Takes a token back", tokens::revoke)
            .gives_nothing()
            .records_itself(),
        get(
            "project-tokens.list",
            "/projects/{p}/tokens",
            OWN,
            "The project's tokens",
            tokens::list_of_project,
        )
        .gives::<Page<Token>>(OK),
        post(
            "project-tokens.create",
            "/projects/{p}/tokens",
            OWN,
            "A token that is good for the project",
            tokens::create_for_project,
        )
        .takes::<CreateToken>()
        .gives::<CreatedToken>(CREATED)
        .records_itself(),
        delete(
            "project-tokens.revoke",
            "/projects/{p}/tokens/{t}",
            OWN,
            "Takes a token of the project's back",
            tokens::revoke_of_project,
        )
        .gives_nothing()
        .records_itself(),
    ];
    [before, making_labels::endpoints(), after].into_iter().flatten().collect()
}
