//! `Idempotency-Key`.

use crate::database::{TestStore, on_both_databases};
use crate::world::{Answer, SendExt as _, World};
use anyhow::Result;
use hunch_protocol::{Job, Label, NewProject, Page, Project, routes};
use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde_json::json;

on_both_databases!(
    a_request_that_is_sent_twice_is_carried_out_once,
    the_same_request_sent_at_the_same_time_is_carried_out_once,
    a_refused_request_may_be_corrected_under_its_key,
);

fn new(name: &str) -> NewProject {
    let labels = vec![Label { name: "A".into(), ..Label::default() }];
    NewProject { name: name.into(), labels, ..NewProject::default() }
}

async fn send(world: &World, path: &str, key: &str, body: &impl Serialize) -> Result<Answer> {
    world.client.request(Method::POST, path).header("idempotency-key", key).json(body).answer().await
}

async fn projects(world: &World) -> Result<usize> {
    let page: Page<Project> = world.client.get(&routes::projects()).await?.ok(StatusCode::OK)?;
    Ok(page.items.len())
}

async fn a_request_that_is_sent_twice_is_carried_out_once(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let path = routes::projects();
    let first = send(&world, &path, "k1", &new("one")).await?;
    let again = send(&world, &path, "k1", &new("one")).await?;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(projects(&world).await?, 1);

    send(&world, &path, "k1", &new("two")).await?.refused("key-reused")?;
    send(&world, &path, "k2", &new("two")).await?.ok::<Project>(StatusCode::CREATED)?;
    for key in ["", "with space", &"x".repeat(201)] {
        send(&world, &path, key, &new("three")).await?.refused("bad-request")?;
    }

    // The key is this request's own: another route may see it again.
    let project: Project = first.ok(StatusCode::CREATED)?;
    world.client.import(&project, "id,text\n1,a\n".into()).await?;
    let apply = routes::apply(&project.id);
    let first: Job = send(&world, &apply, "k1", &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    let again: Job = send(&world, &apply, "k1", &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    assert_eq!(first.id, again.id);

    world.clock.advance(25 * 3600 * 1_000_000);
    world.forget_old().await?;
    send(&world, &path, "k1", &new("much later")).await?.ok::<Project>(StatusCode::CREATED)?;
    world.stop().await
}

async fn the_same_request_sent_at_the_same_time_is_carried_out_once(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let (path, body) = (routes::projects(), new("one"));
    let answers = futures::future::join_all((0..8).map(|_| send(&world, &path, "k", &body))).await;
    let mut ids = Vec::new();
    for answer in answers {
        ids.push(answer?.ok::<Project>(StatusCode::CREATED)?.id);
    }
    ids.dedup();
    assert_eq!((ids.len(), projects(&world).await?), (1, 1));
    world.stop().await
}

async fn a_refused_request_may_be_corrected_under_its_key(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let path = routes::projects();
    send(&world, &path, "k", &new("")).await?.refused("invalid")?;
    send(&world, &path, "k", &new("one")).await?.ok::<Project>(StatusCode::CREATED)?;
    world.stop().await
}
