//! The paths of the API, built in one place. Every argument is percent-encoded.

/// Where the API lives.
pub const API: &str = "/api/v1";
/// Where feedback widgets ask and answer: no cookies, no accounts.
pub const WIDGET_API: &str = "/w/v1";
/// The files of the feedback element.
pub const WIDGET_FILES: &str = "/widget";
/// The script of the feedback element, for a `<script>`.
pub const WIDGET_SCRIPT: &str = "/widget/v1.js";
/// Answers 200 when the server is up.
pub const HEALTH: &str = "/healthz";

/// `/projects`
pub fn projects() -> String {
    format!("{API}/projects")
}

/// `/projects/{p}`
pub fn project(project: &str) -> String {
    format!("{API}/projects/{}", segment(project))
}

/// `/uploads?name=`
pub fn uploads(name: &str) -> String {
    format!("{API}/uploads?name={}", segment(name))
}

/// `/uploads/{u}/preview`
pub fn preview(upload: &str) -> String {
    format!("{API}/uploads/{}/preview", segment(upload))
}

/// `/projects/{p}/imports`
pub fn imports(project: &str) -> String {
    below(project, "imports")
}

/// `/projects/{p}/corpus`
pub fn corpus(project: &str) -> String {
    below(project, "corpus")
}

/// `/projects/{p}/chunks/{hash}` with a [`ChunkQuery`](crate::ChunkQuery)
pub fn chunk_sample(project: &str, hash: &str, take: u32, seed: u32) -> String {
    format!("{}?take={take}&seed={seed}", chunk(project, hash))
}

/// `/projects/{p}/chunks/{hash}`
pub fn chunk(project: &str, hash: &str) -> String {
    named(project, "chunks", hash)
}

/// `/projects/{p}/figures`
pub fn figures(project: &str) -> String {
    below(project, "figures")
}

/// `/projects/{p}/rules`
pub fn rules(project: &str) -> String {
    below(project, "rules")
}

/// `/projects/{p}/rules/{r}`
pub fn rule(project: &str, rule: &str) -> String {
    named(project, "rules", rule)
}

/// `/projects/{p}/rules/{r}/revisions`
pub fn revisions(project: &str, rule: &str) -> String {
    format!("{}/revisions", named(project, "rules", rule))
}

/// `/projects/{p}/lexicons`
pub fn lexicons(project: &str) -> String {
    below(project, "lexicons")
}

/// `/projects/{p}/lexicons/{name}`
pub fn lexicon(project: &str, name: &str) -> String {
    named(project, "lexicons", name)
}

/// `/projects/{p}/weights/{hash}`
pub fn weights(project: &str, hash: &str) -> String {
    named(project, "weights", hash)
}

/// `/projects/{p}/weigh`
pub fn weigh(project: &str) -> String {
    below(project, "weigh")
}

/// `/projects/{p}/apply`
pub fn apply(project: &str) -> String {
    below(project, "apply")
}

/// `/projects/{p}/combine`
pub fn combine(project: &str) -> String {
    below(project, "combine")
}

/// `/projects/{p}/jobs`
pub fn jobs(project: &str) -> String {
    below(project, "jobs")
}

/// `/projects/{p}/jobs/{j}`
pub fn job(project: &str, job: &str) -> String {
    named(project, "jobs", job)
}

/// `/projects/{p}/jobs/{j}/cancel`
pub fn cancel(project: &str, job: &str) -> String {
    format!("{}/cancel", named(project, "jobs", job))
}

/// `/projects/{p}/events`
pub fn events(project: &str) -> String {
    below(project, "events")
}

/// `/projects/{p}/labels`
pub fn labels(project: &str) -> String {
    below(project, "labels")
}

/// `/projects/{p}/labels?…`
pub fn labels_where(project: &str, query: &crate::LabelsQuery) -> String {
    let crate::LabelsQuery { cursor, limit, flipped, label, gold } = query;
    let gold = gold.map(|gold| match gold {
        crate::GoldFilter::Right => "right",
        crate::GoldFilter::Wrong => "wrong",
    });
    with_query(
        &labels(project),
        [
            ("flipped", flipped.map(|flipped| flipped.to_string())),
            ("label", label.map(|label| label.to_string())),
            ("gold", gold.map(str::to_owned)),
            ("cursor", cursor.clone()),
            ("limit", limit.map(|limit| limit.to_string())),
        ],
    )
}

/// `/projects/{p}/labels/report`
pub fn report(project: &str) -> String {
    below(project, "labels/report")
}

/// `/projects/{p}/labels/patterns`
pub fn label_patterns(project: &str) -> String {
    below(project, "labels/patterns")
}

/// `/projects/{p}/agreement`
pub fn agreement(project: &str) -> String {
    below(project, "agreement")
}

/// `/projects/{p}/end-model`
pub fn end_model(project: &str) -> String {
    below(project, "end-model")
}

/// `/projects/{p}/end-model/file`
pub fn end_model_file(project: &str) -> String {
    below(project, "end-model/file")
}

/// `/projects/{p}/snapshots`
pub fn snapshots(project: &str) -> String {
    below(project, "snapshots")
}

/// `/projects/{p}/snapshots/{s}`
pub fn snapshot(project: &str, snapshot: &str) -> String {
    named(project, "snapshots", snapshot)
}

/// `/projects/{p}/snapshots/{s}/export?format=`
pub fn export(project: &str, snapshot: &str, format: crate::ExportFormat) -> String {
    format!("{}/export?format={}", named(project, "snapshots", snapshot), format.name())
}

/// `/projects/{p}/widgets`
pub fn widgets(project: &str) -> String {
    below(project, "widgets")
}

/// `/projects/{p}/widgets/{w}`
pub fn widget(project: &str, widget: &str) -> String {
    named(project, "widgets", widget)
}

/// `/projects/{p}/widgets/{w}/key`
pub fn widget_key(project: &str, widget: &str) -> String {
    format!("{}/key", named(project, "widgets", widget))
}

/// `/projects/{p}/widgets/{w}/secret`
pub fn widget_secret(project: &str, widget: &str) -> String {
    format!("{}/secret", named(project, "widgets", widget))
}

/// `/projects/{p}/widgets/{w}/origins`
pub fn widget_origins(project: &str, widget: &str) -> String {
    format!("{}/origins", named(project, "widgets", widget))
}

/// `/projects/{p}/feedback`
pub fn feedback(project: &str) -> String {
    below(project, "feedback")
}

/// `/projects/{p}/feedback?…`
pub fn feedback_where(project: &str, query: &crate::FeedbackQuery) -> String {
    let crate::FeedbackQuery { widget, document, author, reply, cursor, limit } = query;
    with_query(
        &feedback(project),
        [
            ("widget", widget.clone()),
            ("document", document.clone()),
            ("author", author.clone()),
            ("reply", reply.map(|reply| reply.name().to_owned())),
            ("cursor", cursor.clone()),
            ("limit", limit.map(|limit| limit.to_string())),
        ],
    )
}

/// `/w/v1/{key}`
pub fn widget_config(key: &str) -> String {
    format!("{WIDGET_API}/{}", segment(key))
}

/// `/w/v1/{key}/answers`
pub fn widget_answers(key: &str) -> String {
    format!("{WIDGET_API}/{}/answers", segment(key))
}

/// `/projects/{p}/sync/devices`
pub fn devices(project: &str) -> String {
    below(project, "sync/devices")
}

/// `/projects/{p}/sync/push`
pub fn push(project: &str) -> String {
    below(project, "sync/push")
}

/// `/projects/{p}/sync/pull?device=&since=&limit=`
pub fn pull(project: &str, device: &str, since: u64, limit: usize) -> String {
    format!("{}?device={}&since={since}&limit={limit}", below(project, "sync/pull"), segment(device))
}

/// `/projects/{p}/sync/snapshot?device=&cursor=&limit=`: pages of everything, for a device that begins or begins anew
pub fn sync_snapshot(project: &str, device: &str, cursor: u64, limit: usize) -> String {
    format!("{}?device={}&cursor={cursor}&limit={limit}", below(project, "sync/snapshot"), segment(device))
}

/// `/projects/{p}/lexicons/{name}/rename`
pub fn rename_lexicon(project: &str, name: &str) -> String {
    format!("{}/rename", lexicon(project, name))
}

/// `/projects/{p}/lexicon-terms/{hash}`
pub fn lexicon_terms(project: &str, hash: &str) -> String {
    named(project, "lexicon-terms", hash)
}

/// `/projects/{p}/merge-conflicts`
pub fn merge_conflicts(project: &str) -> String {
    below(project, "merge-conflicts")
}

/// `/projects/{p}/merge-conflicts/{c}/resolve`
pub fn resolve(project: &str, conflict: &str) -> String {
    format!("{}/resolve", named(project, "merge-conflicts", conflict))
}

/// `/tokens`
pub fn tokens() -> String {
    format!("{API}/tokens")
}

/// `/tokens/{t}`
pub fn token(token: &str) -> String {
    format!("{API}/tokens/{}", segment(token))
}

/// `/projects/{p}/tokens`
pub fn project_tokens(project: &str) -> String {
    below(project, "tokens")
}

/// `/projects/{p}/tokens/{t}`
pub fn project_token(project: &str, token: &str) -> String {
    named(project, "tokens", token)
}

/// `/openapi.json`
pub fn openapi() -> String {
    format!("{API}/openapi.json")
}

/// `/session`
pub fn session() -> String {
    format!("{API}/session")
}

/// `/sessions`
pub fn sessions() -> String {
    format!("{API}/sessions")
}

/// `/sessions/{i}`
pub fn one_session(session: &str) -> String {
    format!("{API}/sessions/{}", segment(session))
}

/// `/account/password`
pub fn password() -> String {
    format!("{API}/account/password")
}

/// `/users`
pub fn users() -> String {
    format!("{API}/users")
}

/// `/users/{login}/password`
pub fn user_password(login: &str) -> String {
    format!("{API}/users/{}/password", segment(login))
}

/// `/invitation`
pub fn invitation() -> String {
    format!("{API}/invitation")
}

/// `/invitation/accept`
pub fn accept_invitation() -> String {
    format!("{API}/invitation/accept")
}

/// `/projects/{p}/members`
pub fn members(project: &str) -> String {
    below(project, "members")
}

/// `/projects/{p}/members/{m}`
pub fn member(project: &str, account: &str) -> String {
    named(project, "members", account)
}

/// `/projects/{p}/leave`
pub fn leave(project: &str) -> String {
    below(project, "leave")
}

/// `/projects/{p}/invitations`
pub fn invitations(project: &str) -> String {
    below(project, "invitations")
}

/// `/projects/{p}/invitations/{i}`
pub fn one_invitation(project: &str, invitation: &str) -> String {
    named(project, "invitations", invitation)
}

/// `/projects/{p}/audit`
pub fn audit(project: &str) -> String {
    below(project, "audit")
}

/// `/projects/{p}/audit/check`
pub fn audit_check(project: &str) -> String {
    below(project, "audit/check")
}

/// A list's path with its query.
pub fn page(path: &str, cursor: Option<&str>, limit: Option<u32>) -> String {
    let cursor = cursor.map(str::to_owned);
    with_query(path, [("cursor", cursor), ("limit", limit.map(|limit| limit.to_string()))])
}

/// A path with those fields of a query that have a value.
fn with_query<const N: usize>(path: &str, fields: [(&str, Option<String>); N]) -> String {
    let given = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", segment(&value?))));
    let query = given.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn below(project: &str, what: &str) -> String {
    format!("{API}/projects/{}/{what}", segment(project))
}

fn named(project: &str, what: &str, name: &str) -> String {
    format!("{API}/projects/{}/{what}/{}", segment(project), segment(name))
}

/// Percent-encodes all but RFC 3986's unreserved characters, so that a name is always one segment.
fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_slash_or_a_space_stays_one_segment() {
        assert_eq!(lexicon("p", "a/b c%ß"), "/api/v1/projects/p/lexicons/a%2Fb%20c%25%C3%9F");
    }

    #[test]
    fn a_page_carries_its_cursor_and_limit() {
        assert_eq!(page("/x", None, None), "/x");
        assert_eq!(page("/x", Some("a=b"), Some(10)), "/x?cursor=a%3Db&limit=10");
        let query = crate::LabelsQuery { flipped: Some(true), label: Some(-1), ..Default::default() };
        assert_eq!(labels_where("p", &query), "/api/v1/projects/p/labels?flipped=true&label=-1");
    }
}
