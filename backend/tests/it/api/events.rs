//! The event stream.

use crate::database::{TestStore, on_both_databases};
use crate::world::World;
use anyhow::{Context as _, Result};
use hunch_protocol::{Changed, Job, Poke, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_listener_hears_of_every_change_and_catches_up_after_a_break,
    a_listener_does_not_keep_the_server_from_stopping,
);

async fn poke(events: &mut crate::world::EventStream) -> Result<(String, Poke)> {
    loop {
        let event = events.next().await?.context("the stream ended")?;
        if event.kind == "poke" {
            return Ok((event.id, serde_json::from_str(&event.data)?));
        }
    }
}

async fn a_listener_hears_of_every_change_and_catches_up_after_a_break(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let (project, other) = (world.client.project().await?, world.client.project().await?);
    let mut events = world.client.events(&project.id, None).await?;
    let (id, first) = poke(&mut events).await?;
    assert_eq!(
        (id, first.seq, first.changed.len()),
        (project.seq.to_string(), project.seq, Changed::ALL.len())
    );

    let rename = json!({"name": "renamed"});
    world.client.change(Method::PATCH, &routes::project(&other.id), 1, &rename).await?;
    world.client.change(Method::PATCH, &routes::project(&project.id), 1, &rename).await?;
    let (_, renamed) = poke(&mut events).await?;
    assert_eq!((renamed.seq, renamed.changed), (project.seq + 1, vec![Changed::Project]));
    drop(events);

    world.client.import(&project, "id,text\n1,a\n".into()).await?;
    world.client.rule(&project, "rule short:\n  HAM when words(text) < 6\n").await?;
    let mut events = world.client.events(&project.id, Some(renamed.seq)).await?;
    let (_, missed) = poke(&mut events).await?;
    assert_eq!(missed.changed, [Changed::Corpus, Changed::Rules]);

    let mut events = world.client.events(&project.id, Some(missed.seq + 100)).await?;
    let (_, everything) = poke(&mut events).await?;
    assert_eq!((everything.seq, everything.changed.len()), (missed.seq, Changed::ALL.len()));

    let mut events = world.client.events(&project.id, Some(missed.seq)).await?;
    let event = events.next().await?.context("the latest jobs")?;
    assert_eq!(event.kind, "job");
    let import: Job = serde_json::from_str(&event.data)?;
    assert!(import.state.ended());

    let apply: Job =
        world.client.post(&routes::apply(&project.id), &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    events.job(&apply.id, |job| job.state.ended()).await?;
    let (_, labels) = poke(&mut events).await?;
    assert_eq!(labels.changed, [Changed::Labels]);
    world.stop().await
}

async fn a_listener_does_not_keep_the_server_from_stopping(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    let mut events = world.client.events(&project.id, None).await?;
    poke(&mut events).await?;
    world.stop().await?;
    assert_eq!(events.next().await?, None);
    Ok(())
}
