//! Carries operations to the server and changes back: the part of the leading tab.

use super::Sync;
use super::tabs::Leadership;
use crate::state::{Api, ApiFailure};
use futures::channel::mpsc::UnboundedReceiver;
use futures::{StreamExt as _, future::Either};
use gloo_timers::future::TimeoutFuture;
use hunch_sync::{Patch, PendingState, Replica};

/// First wait after the server could not be reached; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: u32 = 1_000;
const LONGEST_WAIT: u32 = 30_000;
/// How often to look for changes while no stream of events tells of them.
const POLL: u32 = 30_000;

/// Why to exchange again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// There is something to send; it waits while the server cannot be reached.
    Edited,
    /// There is something to fetch, or the network is back.
    Now,
}

/// Waits for the lead, then exchanges whenever there is reason to, until the project is closed.
pub(super) async fn run(sync: Sync, leadership: Leadership, mut wakes: UnboundedReceiver<Wake>) {
    super::tabs::lead(&format!("hunch.{}", sync.project()), leadership).await;
    if !sync.begin_to_lead() {
        return;
    }
    let mut wait = FIRST_WAIT;
    loop {
        let failure = exchange(sync).await.err();
        let failed = failure.is_some();
        sync.stand(failure);
        let pause = if failed { Some(wait) } else { (!sync.hears_of_changes()).then_some(POLL) };
        wait = if failed { (wait * 2).min(LONGEST_WAIT) } else { FIRST_WAIT };
        if !wait_for(&mut wakes, pause, |wake| wake == Wake::Now || !failed).await {
            return;
        }
    }
}

/// Waits for a wake that counts, or for some time; `false` if the project was closed.
async fn wait_for(
    wakes: &mut UnboundedReceiver<Wake>,
    pause: Option<u32>,
    counts: impl Fn(Wake) -> bool,
) -> bool {
    let mut timer = match pause {
        Some(pause) => Either::Left(TimeoutFuture::new(pause)),
        None => Either::Right(std::future::pending::<()>()),
    };
    loop {
        match futures::future::select(wakes.next(), &mut timer).await {
            Either::Left((None, _)) => return false,
            Either::Left((Some(wake), _)) if counts(wake) => break,
            Either::Left(_) => {}
            Either::Right(_) => return true,
        }
    }
    // One exchange serves all that came meanwhile.
    while wakes.try_recv().is_ok() {}
    true
}

/// Fetches what changed, sends what waits, and fetches what came of it.
async fn exchange(sync: Sync) -> Result<(), ApiFailure> {
    // A number that the server does not expect, or a life of the project it does not know, is mended once: a second
    // time it would be again.
    let mut mended = false;
    loop {
        let outcome = match attempt(sync).await {
            Err(failure) if !mended && is_lost(&failure) => {
                mended = true;
                register(sync).await
            }
            outcome => return outcome,
        };
        outcome?;
    }
}

/// Whether this device's numbers, or its copy, are of no use to the server.
fn is_lost(failure: &ApiFailure) -> bool {
    matches!(failure, ApiFailure::Refused(problem)
        if problem.status == 410 || ["sequence-gap", "sequence-reused"].contains(&problem.kind.as_str()))
}

async fn attempt(sync: Sync) -> Result<(), ApiFailure> {
    if sync.read(|replica| replica.meta().device.is_none()) == Some(true) {
        register(sync).await?;
    }
    pull(sync).await?;
    let mut sent = false;
    while let Some(request) = sync.change(take_next_push).await?.flatten() {
        let reply = Api.push(&sync.project(), &request).await?;
        sync.change(move |replica| (replica.take_push(&request.device, &reply), ())).await?;
        sent = true;
    }
    if sent && sync.read(awaits_effects) == Some(true) { pull(sync).await } else { Ok(()) }
}

fn take_next_push(replica: &mut Replica) -> (Patch, Option<hunch_sync::PushRequest>) {
    replica.next_push().map(|(request, patch)| (patch, Some(request))).unwrap_or_default()
}

fn awaits_effects(replica: &Replica) -> bool {
    replica.outbox().any(|pending| matches!(pending.state, PendingState::Done { .. }))
}

async fn register(sync: Sync) -> Result<(), ApiFailure> {
    let device = Api.register_device(&sync.project()).await?;
    sync.change(move |replica| (replica.register(device), ())).await?;
    Ok(())
}

async fn pull(sync: Sync) -> Result<(), ApiFailure> {
    loop {
        let meta = sync.read(|replica| replica.meta().clone()).unwrap_or_default();
        let Some(device) = meta.device else { return Ok(()) };
        let page = if meta.resyncing {
            Api.sync_snapshot(&sync.project(), &device, meta.cursor).await
        } else {
            Api.pull(&sync.project(), &device, meta.cursor).await
        };
        let page = page?;
        let more = page.more;
        sync.change(move |replica| (replica.take_pull(meta.cursor, page), ())).await?;
        if !more {
            return Ok(());
        }
    }
}
