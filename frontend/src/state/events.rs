//! What the server says unasked: that something changed, and how jobs get on.

use futures::stream::{AbortHandle, Abortable, StreamExt as _, select_all};
use gloo_net::eventsource::State;
use gloo_net::eventsource::futures::EventSource;
use gloo_timers::future::TimeoutFuture;
use hunch_protocol::{JOB, Job, POKE, Poke, routes};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

/// Whether the page hears from the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Connection {
    /// Not yet, or not for the moment.
    #[default]
    Connecting,
    /// Yes.
    Live,
    /// No; the page keeps trying.
    Lost,
}

/// Something the server said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// The stream has begun: anything may have changed before.
    Opened,
    /// Something changed.
    Poke(Poke),
    /// A job is somewhere else now.
    Job(Box<Job>),
}

/// First wait before a stream that the server refused is asked for again; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: u32 = 1_000;
const LONGEST_WAIT: u32 = 30_000;
/// A stream that ends sooner was cut by something in between, in milliseconds.
const QUICK: f64 = 10_000.0;
/// After so many of those in a row the page waits longer between streams, and looks for changes by itself.
const QUICK_ENDS: u32 = 3;
const AFTER_QUICK_ENDS: u32 = 300_000;

/// Listens to a project until the owner is gone.
pub fn listen(project: String, connection: RwSignal<Connection>, hear: impl Fn(News) + 'static) {
    let (handle, registration) = AbortHandle::new_pair();
    on_cleanup(move || handle.abort());
    let listening = async move {
        let mut wait = FIRST_WAIT;
        loop {
            let end = stream(&project, connection, &hear).await;
            connection.try_set(Connection::Lost);
            wait = match end {
                End::NeverOpened => (wait * 2).min(LONGEST_WAIT),
                End::Closed => FIRST_WAIT,
                End::CutAgain => AFTER_QUICK_ENDS,
            };
            TimeoutFuture::new(wait).await;
        }
    };
    spawn_local(async move {
        let _: Result<(), _> = Abortable::new(listening, registration).await;
    });
}

/// How a stream ended.
enum End {
    /// The server refused it, or was not there.
    NeverOpened,
    /// The browser gave it up.
    Closed,
    /// Something keeps cutting it soon after it opens.
    CutAgain,
}

/// One stream, until it is given up; the browser opens it again by itself when it breaks.
async fn stream(project: &str, connection: RwSignal<Connection>, hear: &impl Fn(News)) -> End {
    let Ok(mut source) = EventSource::new(&routes::events(project)) else { return End::NeverOpened };
    // `open` and `error` are the browser's own events; they carry no data.
    let Ok(subscriptions) = ["open", "error", POKE, JOB]
        .map(|kind| source.subscribe(kind))
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
    else {
        return End::NeverOpened;
    };
    let mut events = select_all(subscriptions);
    let mut opened = None;
    let mut quick_ends = 0;
    while let Some(event) = events.next().await {
        let Ok((kind, message)) = event else { break };
        match kind.as_str() {
            "error" if source.state() == State::Closed => break,
            "error" => {
                connection.try_set(if opened.is_some() { Connection::Lost } else { Connection::Connecting });
                let quick = opened.is_some_and(|opened| js_sys::Date::now() - opened < QUICK);
                quick_ends = if quick { quick_ends + 1 } else { 0 };
                if quick_ends == QUICK_ENDS {
                    return End::CutAgain;
                }
            }
            "open" => {
                opened = Some(js_sys::Date::now());
                connection.try_set(Connection::Live);
                hear(News::Opened);
            }
            kind => message.data().as_string().and_then(|data| read(kind, &data)).into_iter().for_each(hear),
        }
    }
    if opened.is_some() { End::Closed } else { End::NeverOpened }
}

/// What an event says. Kinds and fields this page does not know are of a newer server's and passed over.
fn read(kind: &str, data: &str) -> Option<News> {
    match kind {
        POKE => serde_json::from_str(data).ok().map(News::Poke),
        JOB => serde_json::from_str(data).ok().map(|job| News::Job(Box::new(job))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_protocol::Changed;

    #[test]
    fn a_poke_names_what_to_fetch() {
        let news = read(POKE, r#"{"seq":7,"changed":["rules","labels"]}"#);
        assert_eq!(news, Some(News::Poke(Poke { seq: 7, changed: vec![Changed::Rules, Changed::Labels] })));
    }

    #[test]
    fn an_event_of_a_newer_server_is_passed_over() {
        assert_eq!(read("presence", "{}"), None);
        assert_eq!(read(POKE, r#"{"seq":7,"changed":["weather"]}"#), None);
    }
}
