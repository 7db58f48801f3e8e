//! Requests to the server, and how they fail.

use gloo_net::http::{Method, RequestBuilder, Response};
use hunch_protocol::{PROBLEM_JSON, PROTOCOL, PROTOCOL_HEADER, Problem, routes};
use serde::{Serialize, de::DeserializeOwned};

/// Why a request came to nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiFailure {
    /// The server cannot be reached.
    Offline,
    /// The server understood and said no.
    Refused(Box<Problem>),
    /// The server is of a version that this page does not fit.
    Outdated,
    /// The server's answer makes no sense; what it was, as a sentence.
    Protocol(String),
}

impl ApiFailure {
    /// What the server says of a field of the request.
    pub fn about(&self, field: &str) -> Option<String> {
        let Self::Refused(problem) = self else { return None };
        problem.errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// A refusal that needs no server to be known.
    pub(super) fn refused(status: u16, detail: &str) -> Self {
        Self::Refused(Box::new(Problem {
            kind: String::new(),
            title: String::new(),
            status,
            detail: detail.to_owned(),
            errors: Vec::new(),
            current: None,
            expected: None,
        }))
    }

    /// What a person can do about it, as a sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Offline => "Check that `hunch serve` is running and that this machine reaches it.",
            Self::Refused(problem) if problem.status == 401 => {
                "Open the link that the server printed when it started: it signs this browser in."
            }
            Self::Refused(problem) if problem.status == 404 => {
                "It may have been taken away, or the address is wrong."
            }
            Self::Refused(problem) if problem.status >= 500 => {
                "The server's log says more. Trying again may help."
            }
            Self::Refused(_) => "",
            Self::Outdated => "Reload the page. What was written here is kept.",
            Self::Protocol(_) => "Reload the page: the server may have been updated.",
        }
    }
}

impl std::fmt::Display for ApiFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Offline => f.write_str("The server cannot be reached."),
            Self::Refused(problem) => problem.fmt(f),
            Self::Outdated => {
                f.write_str("The server has been updated, and this page is of the version before.")
            }
            Self::Protocol(detail) => write!(f, "The server's answer could not be understood: {detail}"),
        }
    }
}

impl std::error::Error for ApiFailure {}

/// What guards a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Nothing does.
    None,
    /// The thing must be at this revision.
    Revision(i64),
    /// There must be no such thing.
    Absent,
}

/// Asks for JSON.
pub(super) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiFailure> {
    let request = RequestBuilder::new(path).method(Method::GET).build();
    decode(send(request).await?).await
}

/// Sends JSON and reads the JSON that comes back.
///
/// Creating requests carry an `Idempotency-Key`, so that one which was lost on the way can be sent once more.
pub(super) async fn write<B: Serialize, T: DeserializeOwned>(
    method: Method,
    path: &str,
    guard: Guard,
    body: &B,
) -> Result<T, ApiFailure> {
    decode(send_body(method, path, guard, body).await?).await
}

/// Sends JSON to which no body comes back.
pub(super) async fn write_only<B: Serialize>(
    method: Method,
    path: &str,
    guard: Guard,
    body: &B,
) -> Result<(), ApiFailure> {
    accepted(send_body(method, path, guard, body).await?).await.map(drop)
}

async fn send_body<B: Serialize>(
    method: Method,
    path: &str,
    guard: Guard,
    body: &B,
) -> Result<Response, ApiFailure> {
    let key = super::random_key();
    let build = || {
        let request = RequestBuilder::new(path).method(method.clone());
        let request = match guard {
            Guard::None => request,
            Guard::Absent => request.header("if-none-match", "*"),
            Guard::Revision(revision) => request.header("if-match", &format!("\"{revision}\"")),
        };
        let request = if method == Method::POST { request.header("idempotency-key", &key) } else { request };
        request.json(body)
    };
    match send(build()).await {
        Err(ApiFailure::Offline) if method == Method::POST => send(build()).await,
        answer => answer,
    }
}

async fn send(request: Result<gloo_net::http::Request, gloo_net::Error>) -> Result<Response, ApiFailure> {
    let request = request.map_err(|error| ApiFailure::Protocol(error.to_string()))?;
    request.send().await.map_err(|_| ApiFailure::Offline)
}

async fn decode<T: DeserializeOwned>(response: Response) -> Result<T, ApiFailure> {
    let text = accepted(response).await?;
    serde_json::from_str(&text).map_err(|error| ApiFailure::Protocol(error.to_string()))
}

/// The body of an answer that says yes.
async fn accepted(response: Response) -> Result<String, ApiFailure> {
    // A proxy on the way may answer without it.
    let speaks = response.headers().get(PROTOCOL_HEADER);
    if speaks.is_some_and(|version| version != PROTOCOL.to_string()) {
        return Err(ApiFailure::Outdated);
    }
    let problem = response.headers().get("content-type").is_some_and(|kind| kind.starts_with(PROBLEM_JSON));
    // A wrong password is no news about who is signed in.
    if response.status() == 401 && !response.url().ends_with(&routes::session()) {
        tell_signed_out();
    }
    let text = response.text().await.map_err(|_| ApiFailure::Offline)?;
    if response.ok() { Ok(text) } else { Err(refusal(response.status(), problem, &text)) }
}

/// The page's event for an answer that says that nobody is signed in.
const SIGNED_OUT: &str = "hunch-signed-out";

fn tell_signed_out() {
    if let Ok(event) = web_sys::Event::new(SIGNED_OUT) {
        // Fails for an event that is being dispatched already.
        let _ = leptos::prelude::window().dispatch_event(&event);
    }
}

/// Runs something whenever the server says that nobody is signed in.
pub(super) fn on_signed_out(run: impl Fn() + 'static) {
    // The page listens as long as it lives.
    leptos::prelude::window_event_listener_untyped(SIGNED_OUT, move |_| run());
}

/// What an answer that says no means.
pub(super) fn refusal(status: u16, is_problem: bool, text: &str) -> ApiFailure {
    match serde_json::from_str(text) {
        Ok(problem) if is_problem => ApiFailure::Refused(Box::new(problem)),
        _ => ApiFailure::Protocol(format!("status {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_in_its_own_words() {
        let text =
            r#"{"type":"not-found","title":"Not found","status":404,"detail":"There is no such project."}"#;
        let failure = refusal(404, true, text);
        assert_eq!(failure.to_string(), "There is no such project.");
        assert!(!failure.advice().is_empty());
    }

    #[test]
    fn a_proxy_that_answers_in_html_is_not_taken_for_the_server() {
        let failure = refusal(502, false, "<html>bad gateway</html>");
        assert_eq!(failure, ApiFailure::Protocol("status 502".to_owned()));
    }
}
