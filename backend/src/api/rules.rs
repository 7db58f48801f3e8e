//! Rules and their revisions.

use super::access::InProject;
use super::error::{ApiError, Kind, Result, blocking, changed_meanwhile, invalid};
use super::extract::{IfMatch, Json, Paging, Path};
use super::once::Once;
use super::respond::{Created, Current};
use crate::rules::{broken, compile};
use crate::state::AppState;
use crate::store::{ProjectInputs, RuleDraft, RuleEdit, Write};
use axum::extract::State;
use axum::http::StatusCode;
use hunch_protocol::{Page, ProblemError, Rule, RuleRevision, SaveRule, limits, routes};
use hunch_rules::{Diagnostic, Severity};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
pub(crate) struct RulePath {
    r: Uuid,
}

/// `GET /projects/{p}/rules`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    paging: Paging,
) -> Result<axum::Json<Page<Rule>>> {
    Ok(axum::Json(state.store.list_rules(id, paging.seek()?).await?))
}

/// `POST /projects/{p}/rules`
pub(crate) async fn create(
    State(state): State<AppState>,
    InProject { id: project, .. }: InProject,
    once: Once<SaveRule>,
) -> Result<Created<Rule>> {
    let rules: Vec<Rule> = once
        .run(&state, async |save, write| {
            let _alone = state.checking.lock().await;
            let before = state.store.project_inputs(project).await?;
            if before.project.rules >= limits::RULES as u64 {
                return Err(invalid("", format!("A project has at most {} rules.", limits::RULES)));
            }
            let id = state.ids.uuid();
            let draft = blocking(move || check(&before, &id.to_string(), save)).await?;
            Ok(state.store.edit_rules(project, vec![RuleEdit::Add { id, draft }], write).await?)
        })
        .await?;
    let resource = only(rules)?;
    let location = routes::rule(&project.to_string(), &resource.id);
    Ok(Created { resource, location })
}

/// `GET /projects/{p}/rules/{r}`
pub(crate) async fn get(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(RulePath { r }): Path<RulePath>,
) -> Result<Current<Rule>> {
    Ok(Current(state.store.get_rule(id, r).await?))
}

/// `PUT /projects/{p}/rules/{r}`
pub(crate) async fn replace(
    State(state): State<AppState>,
    InProject { id: project, .. }: InProject,
    Path(RulePath { r: id }): Path<RulePath>,
    IfMatch(base): IfMatch,
    Json(save): Json<SaveRule>,
) -> Result<Current<Rule>> {
    match check_base(&state, project, id, base).await {
        // Perhaps it was removed, and this brings it back; the store knows.
        Err(error) if error.kind() == Kind::NotFound => {}
        checked => checked?,
    }
    let _alone = state.checking.lock().await;
    let before = state.store.project_inputs(project).await?;
    let draft = blocking(move || check(&before, &id.to_string(), save)).await?;
    let edits = vec![RuleEdit::Replace { id, base, draft }];
    let rules = state.store.edit_rules(project, edits, Write::at(state.clock.now())).await?;
    only(rules).map(Current)
}

/// `DELETE /projects/{p}/rules/{r}`
pub(crate) async fn remove(
    State(state): State<AppState>,
    InProject { id: project, .. }: InProject,
    Path(RulePath { r: id }): Path<RulePath>,
    IfMatch(base): IfMatch,
) -> Result<StatusCode> {
    check_base(&state, project, id, base).await?;
    let _alone = state.checking.lock().await;
    let before = state.store.project_inputs(project).await?;
    blocking(move || {
        let (id, mut after) = (id.to_string(), before.clone());
        after.rules.retain(|rule| rule.id != id);
        check_others(&before, &after)
    })
    .await?;
    let edits = vec![RuleEdit::Remove { id, base }];
    state.store.edit_rules(project, edits, Write::at(state.clock.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /projects/{p}/rules/{r}/revisions`
pub(crate) async fn revisions(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(RulePath { r }): Path<RulePath>,
    paging: Paging,
) -> Result<axum::Json<Page<RuleRevision>>> {
    Ok(axum::Json(state.store.list_revisions(id, r, paging.seek()?).await?))
}

/// Whoever edits an old revision shall hear of that first, not of what would be wrong with the edit.
async fn check_base(state: &AppState, project: Uuid, id: Uuid, base: i64) -> Result<()> {
    let current = state.store.get_rule(project, id).await?;
    if current.revision == base { Ok(()) } else { Err(changed_meanwhile(current.revision, &current)) }
}

/// What is to be saved, if it is exactly one rule, compiles among the project's active rules and breaks none of them.
fn check(before: &ProjectInputs, id: &str, save: SaveRule) -> Result<RuleDraft> {
    if save.source.len() > limits::RULE_BYTES {
        return Err(invalid("source", format!("must have at most {} bytes", limits::RULE_BYTES)));
    }
    let mut edited = Rule {
        id: id.to_owned(),
        name: String::new(),
        source: save.source,
        active: save.active,
        revision: 0,
        created_at: String::new(),
        updated_at: String::new(),
    };
    let mut after = before.clone();
    after.rules.retain(|rule| rule.id != id);
    after.rules.push(edited.clone());
    let place = after.rules.len() - 1;
    let compiled = compile(&after);
    let errors: Vec<ProblemError> = compiled
        .diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.source == place && diagnostic.severity == Severity::Error)
        .map(problem_error)
        .collect();
    if !errors.is_empty() {
        return Err(ApiError::new(Kind::Invalid, "The rule does not compile.").with_errors(errors));
    }
    let mut names = compiled.rules.into_iter().filter(|rule| rule.source == place).map(|rule| rule.name);
    let (Some(name), None) = (names.next(), names.next()) else {
        return Err(invalid("source", "must hold exactly one rule"));
    };
    edited.name.clone_from(&name);
    after.rules.pop();
    if edited.active {
        after.rules.push(edited.clone());
    }
    check_others(before, &after)?;
    Ok(RuleDraft { name, source: edited.source, active: edited.active })
}

/// 409 if active rules that name the edited one would no longer compile.
fn check_others(before: &ProjectInputs, after: &ProjectInputs) -> Result<()> {
    let others = broken(before, after);
    if others.is_empty() {
        return Ok(());
    }
    let detail =
        format!("Other rules name this one and would break: {}. Edit them first.", others.join(", "));
    Err(ApiError::new(Kind::InUse, detail))
}

fn problem_error(diagnostic: Diagnostic) -> ProblemError {
    ProblemError {
        field: "source".into(),
        message: diagnostic.message,
        code: Some(diagnostic.code.into()),
        help: diagnostic.help,
        span: Some((diagnostic.span.start, diagnostic.span.end)),
    }
}

fn only(rules: Vec<Rule>) -> Result<Rule> {
    let rule = rules.into_iter().next();
    rule.ok_or_else(|| ApiError::internal(anyhow::anyhow!("the store returned no rule for the edit of one")))
}
