//! Feedback widgets: setting them up, their keys and secrets, where they are used.

use super::access::InProject;
use super::error::{ApiError, Kind, Result, problem_error};
use super::extract::{IfMatch, Json, Path};
use super::name::name_fault;
use super::once::Once;
use super::respond::{Created, Current};
use super::security::PublicUrl;
use crate::feedback::{new_key, new_secret};
use crate::state::AppState;
use crate::store::{WidgetChange, Write};
use axum::extract::State;
use axum::http::StatusCode;
use hunch_protocol::{
    Page, ProblemError, SaveWidget, WIDGET_TEXTS, Widget, WidgetOrigin, WidgetSecret, limits, routes,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Most characters of a text of the element.
const TEXT_CHARS: usize = 200;
/// How long a secret that was replaced is still good, in microseconds: time to put the new one everywhere.
const OLD_SECRET: i64 = 24 * 3600 * 1_000_000;

#[derive(Deserialize)]
pub(crate) struct WidgetPath {
    w: Uuid,
}

/// `GET /projects/{p}/widgets`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
) -> Result<axum::Json<Page<Widget>>> {
    Ok(axum::Json(Page { items: state.store.list_widgets(id).await?, next: None }))
}

/// `POST /projects/{p}/widgets`
pub(crate) async fn create(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    once: Once<SaveWidget>,
) -> Result<Created<Widget>> {
    let resource: Widget = once
        .run(&state, async |settings, write| {
            let (settings, key) = (check(settings)?, new_key(state.ids.secret()));
            Ok(state.store.add_widget(id, state.ids.uuid(), key, settings, write).await?)
        })
        .await?;
    let location = routes::widget(&id.to_string(), &resource.id);
    Ok(Created { resource, location })
}

/// `GET /projects/{p}/widgets/{w}`
pub(crate) async fn get(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(WidgetPath { w }): Path<WidgetPath>,
) -> Result<Current<Widget>> {
    Ok(Current(state.store.get_widget(id, w).await?))
}

/// `PUT /projects/{p}/widgets/{w}`
pub(crate) async fn replace(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(WidgetPath { w }): Path<WidgetPath>,
    IfMatch(base): IfMatch,
    Json(settings): Json<SaveWidget>,
) -> Result<Current<Widget>> {
    let change = WidgetChange::Settings(check(settings)?);
    Ok(Current(state.store.update_widget(id, w, change, base, Write::at(state.clock.now())).await?))
}

/// `DELETE /projects/{p}/widgets/{w}`
pub(crate) async fn remove(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(WidgetPath { w }): Path<WidgetPath>,
    IfMatch(base): IfMatch,
) -> Result<StatusCode> {
    state.store.remove_widget(id, w, base, Write::at(state.clock.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /projects/{p}/widgets/{w}/key`: pages that carry the key before are refused from then on.
pub(crate) async fn rotate_key(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(WidgetPath { w }): Path<WidgetPath>,
    IfMatch(base): IfMatch,
) -> Result<Current<Widget>> {
    let change = WidgetChange::Key(new_key(state.ids.secret()));
    Ok(Current(state.store.update_widget(id, w, change, base, Write::at(state.clock.now())).await?))
}

/// `POST /projects/{p}/widgets/{w}/secret`
pub(crate) async fn rotate_secret(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(WidgetPath { w }): Path<WidgetPath>,
    IfMatch(base): IfMatch,
) -> Result<(StatusCode, axum::Json<WidgetSecret>)> {
    let (secret, now) = (new_secret(state.ids.secret()), state.clock.now());
    let change = WidgetChange::Secret(secret.clone(), now + OLD_SECRET);
    state.store.update_widget(id, w, change, base, Write::at(now)).await?;
    Ok((StatusCode::CREATED, axum::Json(WidgetSecret { secret })))
}

/// `GET /projects/{p}/widgets/{w}/origins`
pub(crate) async fn origins(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(WidgetPath { w }): Path<WidgetPath>,
) -> Result<axum::Json<Page<WidgetOrigin>>> {
    Ok(axum::Json(Page { items: state.store.widget_origins(id, w).await?, next: None }))
}

/// The settings with origins as browsers spell them; 422 with everything that is wrong.
fn check(mut settings: SaveWidget) -> Result<SaveWidget> {
    let mut errors: Vec<ProblemError> = Vec::new();
    if let Some(fault) = name_fault(&settings.name) {
        errors.push(problem_error("name", fault));
    }
    if settings.origins.len() > limits::WIDGET_ORIGINS {
        errors.push(problem_error("origins", format!("must be at most {}", limits::WIDGET_ORIGINS)));
    }
    for (at, origin) in settings.origins.iter_mut().enumerate() {
        match origin.parse::<PublicUrl>() {
            Ok(url) => url.origin().clone_into(origin),
            Err(why) => errors.push(problem_error(format!("origins[{at}]"), why)),
        }
    }
    let mut seen = BTreeSet::new();
    settings.origins.retain(|origin| seen.insert(origin.clone()));
    for (name, text) in &settings.texts {
        if !WIDGET_TEXTS.contains(&name.as_str()) {
            let known = WIDGET_TEXTS.join(", ");
            errors.push(problem_error(format!("texts.{name}"), format!("is no text; they are {known}")));
        } else if text.chars().count() > TEXT_CHARS {
            errors.push(problem_error(
                format!("texts.{name}"),
                format!("must have at most {TEXT_CHARS} characters"),
            ));
        }
    }
    if errors.is_empty() {
        return Ok(settings);
    }
    Err(ApiError::new(Kind::Invalid, "The widget's settings are not valid.").with_errors(errors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        let origins = ["https://Shop.example:443/", "http://localhost:3000", "https://shop.example"];
        let settings = SaveWidget {
            name: "shop".into(),
            origins: origins.map(str::to_owned).to_vec(),
            ..SaveWidget::default()
        };
        let checked = check(settings).expect("good settings");
        assert_eq!(checked.origins, ["https://shop.example", "http://localhost:3000"]);
    }

    #[test]
    fn every_mistake_in_the_settings_is_named_with_its_place() {
        let settings = SaveWidget {
            origins: ["*", "https://shop.example/page", "https://*.shop.example", "null"]
                .map(str::to_owned)
                .to_vec(),
            texts: [("hello".to_owned(), "x".to_owned()), ("yes".to_owned(), "x".repeat(300))].into(),
            ..SaveWidget::default()
        };
        let error = check(settings).expect_err("mistakes");
        let fields: Vec<&str> = error.errors().iter().map(|error| error.field.as_str()).collect();
        let expected =
            ["name", "origins[0]", "origins[1]", "origins[2]", "origins[3]", "texts.hello", "texts.yes"];
        assert_eq!(fields, expected);
    }
}
