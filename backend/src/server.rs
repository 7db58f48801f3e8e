//! A running server: the listener, the job runner and housekeeping, started and stopped together.
//!
//! `hunch serve`, the commands that work on a data folder and the tests all run this same server.

use crate::api::{self, Origins, PublicUrl};
use crate::auth::alive;
use crate::garbage::collect;
use crate::jobs::Runner;
use crate::state::AppState;
use crate::store::StoreError;
use crate::sync;
use anyhow::{Context as _, Result};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How long requests that are being answered may take to end when the server stops.
const DRAIN: Duration = Duration::from_secs(10);
/// How often old uploads and receipts are looked for.
const HOUSEKEEPING: Duration = Duration::from_hours(1);
/// How long uploads wait for their import, and idempotency keys are remembered, in microseconds.
const DAY: i64 = 24 * 3600 * 1_000_000;

/// A running server.
pub struct Server {
    address: SocketAddr,
    state: AppState,
    runner: Runner,
    http: JoinHandle<std::io::Result<()>>,
    housekeeping: JoinHandle<()>,
}

impl Server {
    /// Starts to answer on a listener and to work on jobs.
    pub async fn start(state: AppState, listener: TcpListener, public: Option<PublicUrl>) -> Result<Self> {
        let address = listener.local_addr().context("the listener has no address")?;
        sync::renew_mark(&state).await?;
        let runner = Runner::start(state.jobs()).await.context("cannot start the job runner")?;
        let router = api::router(state.clone(), Origins::new(address, public));
        let stopping = state.stopping.clone();
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        let http = axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned());
        Ok(Self {
            address,
            runner,
            http: tokio::spawn(async move { http.await }),
            housekeeping: tokio::spawn(keep_house(state.clone())),
            state,
        })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets requests and job steps that are under way end, then stops. Jobs resume at the next start.
    pub async fn stop(self) -> Result<()> {
        self.state.stopping.cancel();
        self.housekeeping.abort();
        self.runner.stop().await;
        self.state.gate.flush(&*self.state.store).await?;
        match tokio::time::timeout(DRAIN, self.http).await {
            Ok(ended) => ended.context("the server panicked")?.context("the server failed"),
            Err(_) => Ok(()), // someone keeps a request open; they had their time
        }
    }
}

/// Forgets old things now and every hour.
async fn keep_house(state: AppState) {
    let mut hours = tokio::time::interval(HOUSEKEEPING);
    loop {
        hours.tick().await;
        if let Err(error) = forget_old(&state).await {
            tracing::error!(%error, "housekeeping failed");
        }
        if let Err(error) = sync::renew_mark(&state).await {
            tracing::error!(%error, "the database's mark was not renewed");
        }
        if let Err(error) = collect(&state).await {
            tracing::error!(%error, "garbage collection failed");
        }
    }
}

/// Forgets uploads that nobody imported and idempotency keys, both after a day, sessions that ended and what devices no
/// longer need; writes down what was only counted.
pub async fn forget_old(state: &AppState) -> Result<(), StoreError> {
    state.gate.flush(&*state.store).await?;
    let before = state.clock.now() - DAY;
    state.store.compact_entities(state.clock.now()).await?;
    state.store.forget_receipts(before).await?;
    state.store.forget_sessions(alive(state.clock.now())).await?;
    for upload in state.store.uploads_before(before).await? {
        // The file first: one without an entry would never be found again.
        match tokio::fs::remove_file(state.data.upload(upload)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, %upload, "cannot remove an old upload");
            }
            _ => state.store.remove_upload(upload).await?,
        }
    }
    Ok(())
}
