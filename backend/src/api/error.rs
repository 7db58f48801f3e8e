//! Errors of the API: every refusal is an RFC 9457 problem document of a kind that `docs/api.md` lists.
//!
//! Handlers end with `return Err(not_found("rule"))`; status codes are chosen here and nowhere else.
//! What the server is to blame for is logged here, once, and told to the client without its inside.

use crate::corpus::CorpusError;
use crate::labels::LabelError;
use crate::store::StoreError;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use hunch_protocol::{PROBLEM_JSON, Problem, ProblemError};
use hunch_sync::LogError;
use serde::Serialize;
use std::time::Duration;

/// What a handler returns.
pub(crate) type Result<T, E = ApiError> = std::result::Result<T, E>;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $status:ident, $name:literal, $title:literal;)*) => {
        /// The kinds of problems there are.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            pub(crate) const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The problem's `type`.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// The kind in words.
            pub(crate) fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)* }
            }

            /// The HTTP status that goes with it.
            pub(crate) fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status,)* }
            }
        }
    };
}

kinds! {
    /// A body, query or header that cannot be read at all.
    BadRequest = BAD_REQUEST, "bad-request", "The request cannot be read";
    /// No session or token where one is needed, or one that is not valid.
    Unauthorized = UNAUTHORIZED, "unauthorized", "A session or a valid token is needed";
    /// The caller is known, but may not do this.
    Forbidden = FORBIDDEN, "forbidden", "The caller may not do this";
    /// Sent by a page of another site.
    ForeignOrigin = FORBIDDEN, "foreign-origin", "Pages of other sites may not use this server";
    /// The page that asks is not from one of the widget's origins.
    OriginRefused = FORBIDDEN, "origin-refused", "Pages of this origin may not use the widget";
    /// The widget is switched off.
    WidgetOff = FORBIDDEN, "widget-off", "The widget takes no answers";
    /// The widget takes answers of signed identities only.
    SignatureRequired = FORBIDDEN, "signature-required", "The identity must be signed";
    /// No current secret of the widget made this signature.
    SignatureWrong = FORBIDDEN, "signature-wrong", "The identity's signature is wrong";
    /// The signature held once.
    SignatureExpired = FORBIDDEN, "signature-expired", "The identity's signature has expired";
    /// No widget has this publishable key.
    UnknownKey = NOT_FOUND, "unknown-key", "There is no widget with this key";
    /// No such route, project, rule, …
    NotFound = NOT_FOUND, "not-found", "There is no such thing";
    /// The route exists, the method does not.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method-not-allowed", "The method does not fit this route";
    /// The body stopped arriving.
    Timeout = REQUEST_TIMEOUT, "timeout", "The request took too long to arrive";
    /// A name that must be unique is in use.
    NameTaken = CONFLICT, "name-taken", "The name is taken";
    /// Something else still refers to it.
    InUse = CONFLICT, "in-use", "Something else still uses it";
    /// What the request builds on is not there yet.
    NotReady = CONFLICT, "not-ready", "Something has to come first";
    /// A device's operation came before those that precede it.
    SequenceGap = CONFLICT, "sequence-gap", "Operations are missing";
    /// It has ended, so nothing can be done about it.
    TooLate = CONFLICT, "too-late", "It has ended already";
    /// The device's copy cannot be brought up to date.
    ResyncRequired = GONE, "resync-required", "Everything has to be fetched anew";
    /// `If-Match` names a revision that is no longer current.
    ChangedMeanwhile = PRECONDITION_FAILED, "changed-meanwhile", "Someone else changed it meanwhile";
    /// Beyond a limit in bytes.
    TooLarge = PAYLOAD_TOO_LARGE, "too-large", "The body is too large";
    /// Not the media type the route reads.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The body has the wrong media type";
    /// The `Host` is not one of this server's names.
    ForeignHost = MISDIRECTED_REQUEST, "foreign-host", "This server does not answer under that name";
    /// Readable, but not acceptable; `errors` says what and where.
    Invalid = UNPROCESSABLE_ENTITY, "invalid", "Some of the request is not valid";
    /// A label that the project does not have.
    UnknownLabel = UNPROCESSABLE_ENTITY, "unknown-label", "There is no such label";
    /// A document that the corpus does not hold and that the widget may not make.
    UnknownDocument = UNPROCESSABLE_ENTITY, "unknown-document", "There is no such document";
    /// The same `Idempotency-Key` with another request.
    KeyReused = UNPROCESSABLE_ENTITY, "key-reused", "The idempotency key was used for another request";
    /// The same number of a device with another operation.
    SequenceReused = UNPROCESSABLE_ENTITY, "sequence-reused", "The number was used for another operation";
    /// `If-Match` is missing.
    PreconditionRequired = PRECONDITION_REQUIRED, "precondition-required", "Say which revision the change is based on";
    /// Too often from one address, or too much through one widget.
    RateLimited = TOO_MANY_REQUESTS, "rate-limited", "Too many requests";
    /// The server's fault.
    Internal = INTERNAL_SERVER_ERROR, "internal", "The server failed";
    /// The server's fault, and it passes.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "The server cannot answer right now";
}

/// A refusal on its way to the client.
#[derive(Debug)]
pub(crate) struct ApiError(Box<Refusal>);

#[derive(Debug)]
struct Refusal {
    kind: Kind,
    detail: String,
    errors: Vec<ProblemError>,
    expected: Option<u64>,
    current: Option<(HeaderValue, serde_json::Value)>,
    retry_after: Option<Duration>,
    source: Option<anyhow::Error>,
}

impl ApiError {
    /// A refusal; `detail` is a sentence that says what went wrong and what to do about it.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self(Box::new(Refusal {
            kind,
            detail,
            errors: Vec::new(),
            expected: None,
            current: None,
            retry_after: None,
            source: None,
        }))
    }

    /// A change that a check did not agree with; `code` is a kind's name.
    pub(crate) fn refused(code: &str, detail: impl Into<String>) -> Self {
        let kind = Kind::ALL.iter().copied().find(|kind| kind.name() == code);
        Self::new(kind.unwrap_or(Kind::Invalid), detail)
    }

    /// The server's fault. The cause is logged and never sent.
    pub(crate) fn internal(source: impl Into<anyhow::Error>) -> Self {
        let mut error =
            Self::new(Kind::Internal, "Something went wrong inside the server; its log says what.");
        error.0.source = Some(source.into());
        error
    }

    /// The server's fault, but worth another try. The cause is logged and never sent.
    pub(crate) fn unavailable(source: impl Into<anyhow::Error>) -> Self {
        let mut error =
            Self::new(Kind::Unavailable, "The server is busy or its database is away; try again soon.");
        error.0.source = Some(source.into());
        error
    }

    /// 429: so many tries that the next is to wait.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let detail = format!("There were too many tries; the next is in {} s.", wait.as_secs() + 1);
        Self::new(Kind::RateLimited, detail).with_retry_after(wait)
    }

    /// Says what is wrong with each part of the request.
    pub(crate) fn with_errors(mut self, errors: Vec<ProblemError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// What kind of refusal it is.
    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What is wrong with each part of the request.
    #[cfg(test)]
    pub(crate) fn errors(&self) -> &[ProblemError] {
        &self.0.errors
    }

    /// Says how long to wait before another try.
    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The refusal as a document, for an answer that holds several.
    pub(crate) fn into_problem(self) -> Problem {
        self.into_parts().0
    }

    /// The document and the headers that go with it. What the server is to blame for is logged.
    fn into_parts(self) -> (Problem, HeaderMap) {
        let Refusal { kind, detail, errors, expected, current, retry_after, source } = *self.0;
        if let Some(source) = source {
            tracing::error!(error = format!("{source:#}"), problem = kind.name(), "request failed");
        }
        let (etag, current) = current.unzip();
        let problem = Problem {
            kind: kind.name().into(),
            title: kind.title().into(),
            status: kind.status().as_u16(),
            detail,
            errors,
            expected,
            current,
        };
        let mut headers = HeaderMap::new();
        match kind {
            Kind::Unauthorized => headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            Kind::Unavailable => headers.insert(RETRY_AFTER, HeaderValue::from_static("1")),
            _ => None,
        };
        if let Some(wait) = retry_after {
            headers
                .insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)));
        }
        if let Some(etag) = etag {
            headers.insert(ETAG, etag);
        }
        (problem, headers)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.kind().status();
        let (problem, mut headers) = self.into_parts();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        (status, headers, serde_json::to_vec(&problem).unwrap_or_default()).into_response()
    }
}

/// Runs work where it may block.
pub(crate) async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    E: Into<ApiError> + Send + 'static,
{
    match crate::blocking::blocking(work).await {
        Some(result) => result.map_err(Into::into),
        None => Err(ApiError::new(Kind::Unavailable, "The server is stopping; try again soon.")),
    }
}

/// 404: `what` as in "rule".
pub(crate) fn not_found(what: &str) -> ApiError {
    ApiError::new(Kind::NotFound, format!("There is no such {what}."))
}

/// 400 with a sentence.
pub(crate) fn bad_request(detail: impl Into<String>) -> ApiError {
    ApiError::new(Kind::BadRequest, detail)
}

/// 422 on one field.
pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> ApiError {
    let (field, message) = (field.into(), message.into());
    let detail =
        if field.is_empty() { sentence(&message) } else { sentence(&format!("`{field}`: {message}")) };
    ApiError::new(Kind::Invalid, detail).with_errors(vec![problem_error(field, message)])
}

/// One thing that is wrong with a field.
pub(crate) fn problem_error(field: impl Into<String>, message: impl Into<String>) -> ProblemError {
    ProblemError { field: field.into(), message: message.into(), code: None, help: None, span: None }
}

/// 412 with the resource as it is now.
pub(crate) fn changed_meanwhile(revision: i64, current: &impl Serialize) -> ApiError {
    let mut error = ApiError::new(
        Kind::ChangedMeanwhile,
        format!(
            "It is at revision {revision} now; `current` holds it. Settle the difference and send again."
        ),
    );
    error.0.current =
        serde_json::to_value(current).ok().map(|current| (super::extract::etag(revision), current));
    error
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what } => not_found(what),
            StoreError::Conflict { what } => Self::new(Kind::NameTaken, sentence(what)),
            StoreError::TooLate { why } => Self::new(Kind::TooLate, sentence(why)),
            // The winner's receipt is looked up before this is told to anyone.
            StoreError::Repeated => Self::new(Kind::KeyReused, "This idempotency key has just been used."),
            StoreError::Stale { revision, current } => changed_meanwhile(revision, &current),
            StoreError::Refused(refused) => {
                Self::refused(refused.code, refused.detail).with_errors(refused.errors)
            }
            StoreError::Log(error) => error.into(),
            StoreError::NulCharacter => invalid("", sentence(&error.to_string())),
            StoreError::Unavailable(_) => Self::unavailable(error),
            StoreError::Inconsistent { .. } => Self::internal(error),
        }
    }
}

impl From<LogError> for ApiError {
    fn from(error: LogError) -> Self {
        let (kind, expected) = match error {
            LogError::Gap { expected, .. } => (Kind::SequenceGap, Some(expected)),
            LogError::Reused { .. } => (Kind::SequenceReused, None),
            LogError::ResyncRequired => (Kind::ResyncRequired, None),
        };
        let mut refusal = Self::new(kind, sentence(&error.to_string()));
        refusal.0.expected = expected;
        refusal
    }
}

impl From<CorpusError> for ApiError {
    fn from(error: CorpusError) -> Self {
        if error.is_input() { invalid("", sentence(&error.to_string())) } else { Self::internal(error) }
    }
}

impl From<LabelError> for ApiError {
    fn from(error: LabelError) -> Self {
        match error {
            LabelError::Store(error) => error.into(),
            LabelError::Corpus(error) => error.into(),
            LabelError::Annotations(error) => Self::internal(error),
        }
    }
}

/// An error's text as a sentence: a capital first, unless it begins with a name, and a full stop last.
pub(crate) fn sentence(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    let (first, rest) = match word.chars().next() {
        Some(first) if word.chars().all(|c| c.is_ascii_lowercase()) => {
            (first.to_ascii_uppercase(), &text[1..])
        }
        Some(first) => (first, &text[first.len_utf8()..]),
        None => return String::new(),
    };
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{rest}{stop}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_problem_is_in_the_documentation() {
        let documentation = include_str!("../../../docs/api.md");
        for kind in Kind::ALL {
            let row = format!("| `{}` | {} |", kind.name(), kind.status().as_u16());
            assert!(documentation.contains(&row), "docs/api.md has no row that begins `{row}`");
        }
    }
}
