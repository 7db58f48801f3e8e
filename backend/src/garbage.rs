//! Garbage collection: objects and votes that nothing names any more.
//!
//! An object may go when no corpus and no snapshot names it, neither does an object that is named, and it has lain
//! untouched for a day; putting bytes that are there touches them. Nothing is collected while a job runs, because a job
//! may name what it has read or put. A job that starts meanwhile reads what is named now and touches what it puts.

use crate::blocking::blocking;
use crate::corpus::CorpusError;
use crate::labels::LabelError;
use crate::state::AppState;
use hunch_engine::ENGINE_VERSION;
use std::collections::HashSet;

/// How long an object stays that nothing names, in microseconds.
const OBJECTS: i64 = 24 * 3600 * 1_000_000;
/// How long votes of a rule stay that is not used as it is: going back to it then costs nothing.
const VOTES: i64 = 7 * OBJECTS;

/// Removes what nothing names any more. Does nothing while a job runs, nor to objects of a folder that several
/// databases have used, because the others may name them.
pub async fn collect(state: &AppState) -> Result<(), LabelError> {
    let now = state.clock.now();
    let votes = state.store.forget_votes(ENGINE_VERSION, now - VOTES).await?;
    if votes > 0 {
        tracing::info!(votes, "removed votes that nothing uses");
    }
    if state.data.databases() != 1 {
        return Ok(());
    }
    let Some(named) = state.store.named_objects().await? else { return Ok(()) };
    let objects = state.objects.clone();
    let swept = blocking(move || {
        let mut live: HashSet<String> = named.iter().cloned().collect();
        for name in &named {
            live.extend(objects.names_in(name)?);
        }
        objects.sweep(&live, now - OBJECTS)
    });
    let swept = swept.await.unwrap_or(Err(CorpusError::Cancelled))?;
    if swept > 0 {
        tracing::info!(objects = swept, "removed objects that nothing names");
    }
    Ok(())
}
