//! The service worker: what the app keeps in the browser so that it opens without the network.

use super::eval::sampling::{self, Held};
use super::project::ProjectState;
use super::sync;
use hunch_protocol::routes;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::ServiceWorkerRegistration;

/// Where the bundle of `frontend/offline` lies.
const SCRIPT: &str = "/sw.js";

/// What the page says to the service worker; `frontend/offline/service-worker.ts` hears it.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Message {
    Keep(Vec<String>),
    Forget(bool),
}

/// Starts the service worker. Without one (plain HTTP from another machine) the app works while the network does.
pub fn start() {
    if let Some(workers) = workers() {
        drop(workers.register(SCRIPT));
    }
}

/// Has what an open project consists of kept, also what was fetched before there was a service worker.
pub fn keep(project: ProjectState) {
    let paths = Memo::new(move |_| {
        let id = project.id();
        let chunks = project.corpus.with(|corpus| {
            let held = Held::new(&id, corpus?, sampling::limit());
            Some(held.chunks.into_iter().map(|(chunk, _)| chunk.url).collect::<Vec<_>>())
        })?;
        let lexicons = project.lexicons.with(|lexicons| {
            Some(lexicons?.iter().map(|lexicon| routes::lexicon(&id, &lexicon.name)).collect::<Vec<_>>())
        })?;
        let reads = [
            routes::page(&routes::projects(), None, Some(hunch_protocol::limits::PAGE_MAX)),
            routes::project(&id),
            routes::corpus(&id),
            routes::members(&id),
            routes::session(),
            routes::report(&id),
            routes::page(&routes::jobs(&id), None, Some(hunch_protocol::limits::PAGE)),
            routes::page(&routes::snapshots(&id), None, Some(hunch_protocol::limits::PAGE_MAX)),
        ];
        Some(reads.into_iter().chain(lexicons).chain(chunks).collect::<Vec<_>>())
    });
    Effect::new(move |_| {
        if let Some(paths) = paths.get() {
            spawn_local(say(Message::Keep(paths)));
        }
    });
}

/// Forgets everything of a server that this browser keeps: whoever is at the machine next must not see it.
pub async fn forget() {
    say(Message::Forget(true)).await;
    sync::forget_all().await;
}

async fn say(message: Message) {
    let Some(workers) = workers() else { return };
    let Ok(ready) = workers.ready() else { return };
    let Ok(registration) = JsFuture::from(ready).await else { return };
    let active = registration.unchecked_into::<ServiceWorkerRegistration>().active();
    let json = serde_json::to_string(&message).unwrap_or_default();
    if let Some(active) = active {
        // Fails for what cannot be copied only; a text can.
        let _ = active.post_message(&json.into());
    }
}

fn workers() -> Option<web_sys::ServiceWorkerContainer> {
    let navigator = window().navigator();
    // Browsers have none outside of secure contexts.
    let there = js_sys::Reflect::has(&navigator, &"serviceWorker".into()) == Ok(true);
    there.then(|| navigator.service_worker())
}
