//! Answers that several resources give.

use super::error::{Result, changed_meanwhile};
use super::extract::etag;
use crate::labels::LabelError;
use crate::store::{StoreError, StoreResult};
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{ETAG, LOCATION};
use axum::response::{IntoResponse, Response};
use hunch_protocol::{Job, Lexicon, LexiconInfo, Project, Rule, Widget, routes};
use serde::Serialize;

/// Something that changes by revisions.
pub(crate) trait Revised: Serialize {
    /// The revision that its `ETag` names.
    fn revision(&self) -> i64;
}

macro_rules! revised {
    ($($resource:ty: $($field:ident).+;)*) => {
        $(impl Revised for $resource {
            fn revision(&self) -> i64 {
                self.$($field).+
            }
        })*
    };
}

revised! {
    Project: revision;
    Rule: revision;
    LexiconInfo: revision;
    Lexicon: info.revision;
    Widget: revision;
}

/// What an edit returned; if it was based on an old revision, 412 with the resource as it is now.
pub(crate) async fn current_of<T, R: Revised>(
    edited: Result<T, LabelError>,
    current: impl AsyncFnOnce() -> StoreResult<R>,
) -> Result<T> {
    match edited {
        Err(LabelError::Store(StoreError::Stale { .. })) => {
            let current = current().await?;
            Err(changed_meanwhile(current.revision(), &current))
        }
        edited => Ok(edited?),
    }
}

/// 200 with an `ETag`.
pub(crate) struct Current<T>(pub(crate) T);

impl<T: Revised> IntoResponse for Current<T> {
    fn into_response(self) -> Response {
        ([(ETAG, etag(self.0.revision()))], Json(self.0)).into_response()
    }
}

/// 201 with an `ETag` and where it is.
pub(crate) struct Created<T> {
    pub(crate) resource: T,
    pub(crate) location: String,
}

impl<T: Revised> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, [(LOCATION, self.location)], Current(self.resource)).into_response()
    }
}

/// 202 with a job and where to ask how it gets on.
pub(crate) struct Accepted(pub(crate) Job);

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        let location = routes::job(&self.0.project, &self.0.id);
        (StatusCode::ACCEPTED, [(LOCATION, location)], Json(self.0)).into_response()
    }
}
