//! The store's contract: every method, the same on both databases.

mod corpus;
mod entities;
mod garbage;
mod jobs;
mod labels;
mod people;
mod projects;
mod rules;
mod tokens;
mod widgets;

use anyhow::Result;
use hunch::events::News;
use hunch::store::{ProjectDraft, Store, Write};
use hunch_protocol::{Changed, Label};
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

fn label(name: &str) -> Label {
    Label { name: name.to_owned(), ..Label::default() }
}

fn draft(labels: Vec<Label>, seed: u64) -> ProjectDraft {
    ProjectDraft { name: "spam".to_owned(), labels, seed, author: "local".to_owned() }
}

async fn add_project(store: &Arc<dyn Store>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let draft = draft(vec![label("HAM"), label("SPAM")], u64::MAX);
    store.add_project(id, draft, Write::at(1_000_000)).await?;
    Ok(id)
}

/// What the events told since the last call.
fn told(receiver: &mut Receiver<hunch::events::Event>) -> Vec<(i64, Vec<Changed>)> {
    let mut pokes = Vec::new();
    while let Ok(event) = receiver.try_recv() {
        if let News::Poke(poke) = event.news {
            pokes.push((poke.seq, poke.changed));
        }
    }
    pokes
}

#[tokio::test]
async fn an_unknown_kind_of_database_is_refused_with_a_sentence() {
    let refused = hunch::store::connect("mysql://localhost/hunch", hunch::events::Events::default()).await;
    let message = refused.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(message.contains("sqlite:") && message.contains("postgres:"), "{message}");
}
