//! Rules and their revisions.

use super::access::InProject;
use super::error::{ApiError, Result};
use super::extract::{IfMatch, Json, Paging, Path};
use super::once::Once;
use super::respond::{Created, Current, current_of};
use super::sync::writer;
use crate::state::AppState;
use crate::store::{StoredEntity, Write, rule_key};
use crate::sync::{self, Edit};
use axum::extract::State;
use axum::http::StatusCode;
use hunch_protocol::{Page, Rule, RuleBody, RuleRevision, SaveRule, routes};
use hunch_rules::ast::Item;
use serde::Deserialize;
use serde_json::json;
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
    place: InProject,
    once: Once<SaveRule>,
) -> Result<Created<Rule>> {
    let rules: Vec<StoredEntity> = once
        .run(&state, async |save, write| {
            let edit = save_edit(state.ids.uuid(), 0, save);
            Ok(sync::edit(&state, place.id, writer(&place), vec![edit], write).await?)
        })
        .await?;
    let resource = only(rules)?;
    let location = routes::rule(&place.project.id, &resource.id);
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
    place: InProject,
    Path(RulePath { r: id }): Path<RulePath>,
    IfMatch(base): IfMatch,
    Json(save): Json<SaveRule>,
) -> Result<Current<Rule>> {
    let edit = save_edit(id, base.cast_unsigned(), save);
    let saved = sync::edit(&state, place.id, writer(&place), vec![edit], Write::at(state.clock.now())).await;
    let saved = current_of(saved, async || state.store.get_rule(place.id, id).await).await?;
    only(saved).map(Current)
}

/// `DELETE /projects/{p}/rules/{r}`
pub(crate) async fn remove(
    State(state): State<AppState>,
    place: InProject,
    Path(RulePath { r: id }): Path<RulePath>,
    IfMatch(base): IfMatch,
) -> Result<StatusCode> {
    let edit = Edit { key: rule_key(id), base: base.cast_unsigned(), body: None };
    let gone = sync::edit(&state, place.id, writer(&place), vec![edit], Write::at(state.clock.now())).await;
    current_of(gone, async || state.store.get_rule(place.id, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /projects/{p}/rules/{r}/revisions`
pub(crate) async fn revisions(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(RulePath { r }): Path<RulePath>,
    paging: Paging,
) -> Result<axum::Json<Page<RuleRevision>>> {
    Ok(axum::Json(state.store.list_rule_revisions(id, r, paging.seek()?).await?))
}

/// A rule has the name that its source gives. What is wrong with a source that gives none is found when it is checked.
fn save_edit(id: Uuid, base: u64, SaveRule { source, active }: SaveRule) -> Edit {
    let (file, _) = hunch_rules::parse(&source);
    let name = file.items.iter().find_map(|item| match item {
        Item::Rule(rule) => Some(rule.name.text.clone()),
        _ => None,
    });
    let body = RuleBody { name: name.unwrap_or_default(), source, active };
    Edit { key: rule_key(id), base, body: Some(json!(body)) }
}

fn only(entities: Vec<StoredEntity>) -> Result<Rule> {
    match entities.into_iter().next() {
        Some(entity) => Ok(entity.try_into()?),
        None => Err(ApiError::internal(anyhow::anyhow!("the store returned no rule for the edit of one"))),
    }
}
