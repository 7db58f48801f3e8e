//! A project's event stream (server-sent events): hints that something can be fetched, and how jobs get on.

use super::access::InProject;
use super::error::Result;
use crate::events::News;
use crate::state::AppState;
use crate::store::Seek;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};

use hunch_protocol::{Changed, JOB, Job, POKE, Poke};
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};

const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a stream lasts. Its listener comes back at once and is asked anew who they are, so that someone who was
/// signed out or taken out of the project hears no more than this long.
const LONGEST: Duration = Duration::from_mins(10);
/// How many of the project's latest jobs a listener is told of when it connects.
const LATEST_JOBS: u32 = 20;

/// `GET /projects/{p}/events`
pub(crate) async fn stream(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    // Listen first, look then: what happens in between is told twice rather than not at all.
    let receiver = state.events.subscribe();
    let seen: Option<i64> = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let missed = state.store.changes_since(id, seen.unwrap_or(i64::MAX)).await?;
    let mut first = Vec::new();
    match seen {
        Some(seen) if seen == missed.seq => {}
        Some(seen) if seen < missed.seq => first.push(poke(&missed)),
        // New here, or from before the database was set back.
        _ => first.push(poke(&Poke { changed: Changed::ALL.into(), ..missed })),
    }
    let jobs = state.store.list_jobs(id, Seek { after: None, limit: LATEST_JOBS }).await?;
    first.extend(jobs.items.iter().rev().map(job));

    let project = id.to_string();
    // A listener that is too slow misses events: its stream ends, it comes back with `Last-Event-ID`, and is told.
    // A listener that is too slow misses events: its stream ends, it comes back with `Last-Event-ID`, and is told.
    let live =
        BroadcastStream::new(receiver).map_while(Result::ok).filter_map(move |event| match event.news {
            _ if event.project != project => None,
            News::Poke(news) => Some(poke(&news)),
            News::Job(news) => Some(job(&news)),
        });
    let events = tokio_stream::iter(first).chain(live).map(Ok);
    let stopping = state.stopping.clone().cancelled_owned();
    let events = futures::StreamExt::take_until(events, async {
        // Whichever comes first ends the stream.
        let _ = tokio::time::timeout(LONGEST, stopping).await;
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

fn poke(poke: &Poke) -> Event {
    event(POKE, poke).id(poke.seq.to_string())
}

fn job(job: &Job) -> Event {
    event(JOB, job)
}

fn event(kind: &str, data: &impl serde::Serialize) -> Event {
    // What the protocol defines always has a JSON form.
    Event::default().event(kind).data(serde_json::to_string(data).unwrap_or_default())
}
