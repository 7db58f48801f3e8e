//! Lexicons.

use super::access::InProject;
use super::error::{Result, blocking};
use super::extract::{Base, IfMatch, Json, Paging, Path};
use super::name::check_name;
use super::respond::{Created, Current, current_of};
use super::sync::{address_of, writer};
use crate::state::AppState;
use crate::store::{StoreResult, Write, lexicon_key};
use crate::sync::{self, Edit};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hunch_protocol::{
    Entity, Kind, Lexicon, LexiconAddress, LexiconInfo, Page, RenameLexicon, SaveLexicon, routes,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

#[derive(Deserialize)]
pub(crate) struct LexiconPath {
    name: String,
}

/// `GET /projects/{p}/lexicons`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    paging: Paging,
) -> Result<axum::Json<Page<LexiconInfo>>> {
    Ok(axum::Json(state.store.list_lexicons(id, paging.seek()?).await?))
}

/// `GET /projects/{p}/lexicons/{name}`
pub(crate) async fn get(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(LexiconPath { name }): Path<LexiconPath>,
) -> Result<Current<Lexicon>> {
    let info = state.store.get_lexicon(id, &name).await?;
    let terms = state.store.lexicon_terms(id, &info.hash).await?;
    Ok(Current(Lexicon { info, terms }))
}

/// `PUT /projects/{p}/lexicons/{name}`
pub(crate) async fn put(
    State(state): State<AppState>,
    place: InProject,
    Path(LexiconPath { name }): Path<LexiconPath>,
    base: Base,
    Json(SaveLexicon { terms }): Json<SaveLexicon>,
) -> Result<Response> {
    check_name(&name)?;
    let (address, terms) = blocking(move || address_of(terms)).await?;
    // Before the change that names them, because many of them take a while.
    state.store.add_terms(place.id, &address.hash, terms).await?;
    let base = match base {
        Base::Revision(revision) => revision.cast_unsigned(),
        Base::Absent => 0,
    };
    let edit = Edit { key: lexicon_key(&name), base, body: Some(json!(address)) };
    let put = sync::edit(&state, place.id, writer(&place), vec![edit], Write::at(state.clock.now())).await;
    current_of(put, async || state.store.get_lexicon(place.id, &name).await).await?;
    let info = state.store.get_lexicon(place.id, &name).await?;
    let location = routes::lexicon(&place.project.id, &name);
    Ok(match base {
        0 => Created { resource: info, location }.into_response(),
        _ => Current(info).into_response(),
    })
}

/// `DELETE /projects/{p}/lexicons/{name}`
pub(crate) async fn remove(
    State(state): State<AppState>,
    place: InProject,
    Path(LexiconPath { name }): Path<LexiconPath>,
    IfMatch(base): IfMatch,
) -> Result<StatusCode> {
    let edit = Edit { key: lexicon_key(&name), base: base.cast_unsigned(), body: None };
    let gone = sync::edit(&state, place.id, writer(&place), vec![edit], Write::at(state.clock.now())).await;
    current_of(gone, async || state.store.get_lexicon(place.id, &name).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /projects/{p}/lexicons/{name}/rename`
pub(crate) async fn rename(
    State(state): State<AppState>,
    place: InProject,
    Path(LexiconPath { name }): Path<LexiconPath>,
    IfMatch(base): IfMatch,
    Json(RenameLexicon { name: to }): Json<RenameLexicon>,
) -> Result<Current<LexiconInfo>> {
    check_name(&to)?;
    let info = state.store.get_lexicon(place.id, &name).await?;
    if to == name {
        return Ok(Current(info));
    }
    let address = json!(LexiconAddress { hash: info.hash, count: info.terms });
    let mut edits = vec![Edit { key: lexicon_key(&to), base: 0, body: Some(address) }];
    edits.extend(users(&state, place.id, &name, &to).await?);
    edits.push(Edit { key: lexicon_key(&name), base: base.cast_unsigned(), body: None });
    let renamed = sync::edit(&state, place.id, writer(&place), edits, Write::at(state.clock.now())).await;
    current_of(renamed, async || state.store.get_lexicon(place.id, &name).await).await?;
    Ok(Current(state.store.get_lexicon(place.id, &to).await?))
}

/// Rules, active or not, and policies that name a lexicon, naming another one.
async fn users(state: &AppState, project: Uuid, from: &str, to: &str) -> StoreResult<Vec<Edit>> {
    let mut edits = Vec::new();
    for kind in [Kind::Rule, Kind::Policy] {
        for Entity { key, revision, mut body, .. } in state.store.entities_of(project, kind).await? {
            let Some(source) = body.get("source").and_then(|source| source.as_str()) else { continue };
            if hunch_rules::names_lexicon(source, from) {
                body["source"] = json!(hunch_rules::rename_lexicon(source, from, to));
                edits.push(Edit { key, base: revision, body: Some(body) });
            }
        }
    }
    Ok(edits)
}
