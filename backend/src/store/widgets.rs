//! Feedback widgets: how they are set up, and where pages that use them are from.

use super::connection::{Pools, Write, Writing, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreError, StoreResult};
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{Changed, SaveWidget, Widget, WidgetOrigin, limits};
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

/// A widget with what only the server may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWidget {
    /// Its identifier.
    pub id: Uuid,
    /// Its project.
    pub project: Uuid,
    /// As its team sees it.
    pub widget: Widget,
    /// The keys of the HMAC that signs identities; the second is good until a time.
    pub secrets: (Option<String>, Option<(String, i64)>),
}

/// What of a widget is made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WidgetChange {
    /// How it is set up.
    Settings(SaveWidget),
    /// Its publishable key: the one before is unknown from then on.
    Key(String),
    /// Its secret: the one before is good until a time.
    Secret(String, i64),
}

/// Requests from pages of an origin, since the last time they were written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The widget.
    pub widget: Uuid,
    /// The origin.
    pub origin: String,
    /// Requests that were let in.
    pub accepted: i64,
    /// Requests that were refused because of their origin.
    pub refused: i64,
    /// When the last one came.
    pub at: i64,
}

/// Feedback widgets.
#[async_trait]
pub trait Widgets: Send + Sync {
    /// Adds a widget. Conflict: its id or key is taken, or the project has as many as it may have.
    async fn add_widget(
        &self,
        project: Uuid,
        id: Uuid,
        key: String,
        settings: SaveWidget,
        write: Write,
    ) -> StoreResult<Widget>;

    /// A project's widgets, in the order they were made.
    async fn list_widgets(&self, project: Uuid) -> StoreResult<Vec<Widget>>;

    /// A widget of a project.
    async fn get_widget(&self, project: Uuid, id: Uuid) -> StoreResult<Widget>;

    /// The widget of a publishable key.
    async fn find_widget(&self, key: &str) -> StoreResult<Option<StoredWidget>>;

    /// Changes a widget, based on a revision.
    async fn update_widget(
        &self,
        project: Uuid,
        id: Uuid,
        change: WidgetChange,
        base: i64,
        write: Write,
    ) -> StoreResult<Widget>;

    /// Removes a widget, based on a revision. Its answers stay.
    async fn remove_widget(&self, project: Uuid, id: Uuid, base: i64, write: Write) -> StoreResult<()>;

    /// Notes where requests came from. Of origins that were only ever refused, the [`limits::WIDGET_ORIGINS`] seen last
    /// are kept.
    async fn note_origin(&self, sighting: Sighting) -> StoreResult<()>;

    /// Where requests came from, the latest first.
    async fn widget_origins(&self, project: Uuid, id: Uuid) -> StoreResult<Vec<WidgetOrigin>>;
}

#[derive(FromRow)]
struct WidgetRow {
    id: Uuid,
    project_id: Uuid,
    key: String,
    secret: Option<String>,
    old_secret: Option<String>,
    old_secret_until: Option<i64>,
    settings: Json<SaveWidget>,
    #[sqlx(try_from = "i64")]
    added_documents: u32,
    #[sqlx(try_from = "i64")]
    answers: u64,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<WidgetRow> for StoredWidget {
    fn from(row: WidgetRow) -> Self {
        let widget = Widget {
            id: row.id.to_string(),
            key: row.key,
            signed: row.secret.is_some(),
            settings: row.settings.0,
            added_documents: row.added_documents,
            answers: row.answers,
            revision: row.revision,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        };
        let secrets = (row.secret, row.old_secret.zip(row.old_secret_until));
        Self { id: row.id, project: row.project_id, widget, secrets }
    }
}

#[derive(FromRow)]
struct OriginRow {
    origin: String,
    #[sqlx(try_from = "i64")]
    accepted: u64,
    #[sqlx(try_from = "i64")]
    refused: u64,
    last_at: i64,
}

impl From<OriginRow> for WidgetOrigin {
    fn from(row: OriginRow) -> Self {
        let last_at = rfc3339(row.last_at);
        Self { origin: row.origin, accepted: row.accepted, refused: row.refused, last_at }
    }
}

const COUNT: &str = "select count(*) from widgets where project_id = $1 and not removed";

const ADD: &str = "
    insert into widgets (id, project_id, key, settings, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)";

const LIST: &str = "
    select widgets.*,
        (select count(*) from feedback where widget_id = widgets.id and not replaced) as answers
    from widgets where project_id = $1 and not removed order by id";

const GET: &str = "
    select widgets.*,
        (select count(*) from feedback where widget_id = widgets.id and not replaced) as answers
    from widgets where project_id = $1 and id = $2 and not removed";

/// Without the count of answers: every request of a page asks this.
const FIND: &str = "
    select widgets.*, cast(0 as bigint) as answers from widgets where key = $1 and not removed";

const UPDATE: &str = "
    update widgets set settings = $2, revision = revision + 1, updated_at = $3 where id = $1";

const UPDATE_KEY: &str =
    "update widgets set key = $2, revision = revision + 1, updated_at = $3 where id = $1";

const UPDATE_SECRET: &str = "
    update widgets set old_secret = secret, old_secret_until = $3, secret = $2, revision = revision + 1,
        updated_at = $4
    where id = $1";

const REMOVE: &str = "update widgets set removed = true, updated_at = $2 where id = $1";

const NOTE: &str = "
    insert into widget_origins (widget_id, origin, accepted, refused, last_at) values ($1, $2, $3, $4, $5)
    on conflict (widget_id, origin) do update set accepted = widget_origins.accepted + excluded.accepted,
        refused = widget_origins.refused + excluded.refused, last_at = excluded.last_at";

const FORGET_ORIGINS: &str = "
    delete from widget_origins where widget_id = $1 and accepted = 0 and origin not in
        (select origin from widget_origins where widget_id = $1 and accepted = 0
            order by last_at desc, origin limit $2)";

const ORIGINS: &str = "
    select origin, accepted, refused, last_at from widget_origins where widget_id = $1
    order by last_at desc, origin";

macro_rules! impl_widgets {
    ($db:ty) => {
        #[async_trait]
        impl Widgets for Pools<$db> {
            async fn add_widget(
                &self,
                project: Uuid,
                id: Uuid,
                key: String,
                settings: SaveWidget,
                write: Write,
            ) -> StoreResult<Widget> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Widgets).await?;
                    let widgets: i64 =
                        sqlx::query_scalar(COUNT).bind(project).fetch_one(&mut *tx.connection).await?;
                    if usize::try_from(widgets).is_ok_and(|widgets| widgets >= limits::WIDGETS) {
                        return Err(StoreError::Conflict { what: "a project has at most 100 widgets" });
                    }
                    sqlx::query(ADD)
                        .bind(id)
                        .bind(project)
                        .bind(key)
                        .bind(Json(settings))
                        .bind(tx.write.now)
                        .execute(&mut *tx.connection)
                        .await
                        .or_conflict("there is a widget with this id or key")?;
                    let widget = tx.widget(project, id).await?;
                    tx.commit(widget).await
                })
                .await
            }

            async fn list_widgets(&self, project: Uuid) -> StoreResult<Vec<Widget>> {
                let rows: Vec<WidgetRow> = sqlx::query_as(LIST).bind(project).fetch_all(&self.reads).await?;
                Ok(rows.into_iter().map(|row| StoredWidget::from(row).widget).collect())
            }

            async fn get_widget(&self, project: Uuid, id: Uuid) -> StoreResult<Widget> {
                let row: Option<WidgetRow> =
                    sqlx::query_as(GET).bind(project).bind(id).fetch_optional(&self.reads).await?;
                Ok(StoredWidget::from(row.or_not_found("widget")?).widget)
            }

            async fn find_widget(&self, key: &str) -> StoreResult<Option<StoredWidget>> {
                let row: Option<WidgetRow> =
                    sqlx::query_as(FIND).bind(key).fetch_optional(&self.reads).await?;
                Ok(row.map(StoredWidget::from))
            }

            async fn update_widget(
                &self,
                project: Uuid,
                id: Uuid,
                change: WidgetChange,
                base: i64,
                write: Write,
            ) -> StoreResult<Widget> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Widgets).await?;
                    tx.check_widget(project, id, base).await?;
                    let (now, query) = (tx.write.now, sqlx::query::<$db>);
                    let query = match change {
                        WidgetChange::Settings(settings) => {
                            query(UPDATE).bind(id).bind(Json(settings)).bind(now)
                        }
                        WidgetChange::Key(key) => query(UPDATE_KEY).bind(id).bind(key).bind(now),
                        WidgetChange::Secret(secret, until) => {
                            query(UPDATE_SECRET).bind(id).bind(secret).bind(until).bind(now)
                        }
                    };
                    query
                        .execute(&mut *tx.connection)
                        .await
                        .or_conflict("there is a widget with this key")?;
                    let widget = tx.widget(project, id).await?;
                    tx.commit(widget).await
                })
                .await
            }

            async fn remove_widget(
                &self,
                project: Uuid,
                id: Uuid,
                base: i64,
                write: Write,
            ) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Widgets).await?;
                    tx.check_widget(project, id, base).await?;
                    sqlx::query(REMOVE).bind(id).bind(tx.write.now).execute(&mut *tx.connection).await?;
                    tx.commit(()).await
                })
                .await
            }

            async fn note_origin(&self, sighting: Sighting) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(Write::at(sighting.at)).await?;
                    sqlx::query(NOTE)
                        .bind(sighting.widget)
                        .bind(sighting.origin)
                        .bind(sighting.accepted)
                        .bind(sighting.refused)
                        .bind(sighting.at)
                        .execute(&mut *tx.connection)
                        .await?;
                    sqlx::query(FORGET_ORIGINS)
                        .bind(sighting.widget)
                        .bind(i64::try_from(limits::WIDGET_ORIGINS).unwrap_or(i64::MAX))
                        .execute(&mut *tx.connection)
                        .await?;
                    tx.commit(()).await
                })
                .await
            }

            async fn widget_origins(&self, project: Uuid, id: Uuid) -> StoreResult<Vec<WidgetOrigin>> {
                self.get_widget(project, id).await?;
                let rows: Vec<OriginRow> = sqlx::query_as(ORIGINS).bind(id).fetch_all(&self.reads).await?;
                Ok(rows.into_iter().map(WidgetOrigin::from).collect())
            }
        }

        impl Writing<$db> {
            async fn widget(&mut self, project: Uuid, id: Uuid) -> StoreResult<Widget> {
                let row: Option<WidgetRow> =
                    sqlx::query_as(GET).bind(project).bind(id).fetch_optional(&mut *self.connection).await?;
                Ok(StoredWidget::from(row.or_not_found("widget")?).widget)
            }

            async fn check_widget(&mut self, project: Uuid, id: Uuid, base: i64) -> StoreResult<()> {
                let current = self.widget(project, id).await?;
                if current.revision == base {
                    Ok(())
                } else {
                    Err(StoreError::stale(current.revision, &current))
                }
            }
        }
    };
}
impl_widgets!(sqlx::Sqlite);
impl_widgets!(sqlx::Postgres);
