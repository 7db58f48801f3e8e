//! Tokens.

use crate::database::{TestStore, on_both_databases};
use crate::world::{SendExt as _, World};
use anyhow::Result;
use hunch_protocol::{CreateToken, CreatedToken, Page, Project, Scope, Token, routes};
use reqwest::{Method, StatusCode};

on_both_databases!(
    a_token_opens_what_it_is_good_for_until_it_is_taken_back,
    a_proxied_request_needs_a_token,
    a_token_ends_when_it_was_said_to
);

async fn token(world: &World, project: Option<&str>, scopes: &[Scope]) -> Result<CreatedToken> {
    let create = CreateToken { name: "robot".into(), scopes: scopes.to_vec(), days: None };
    let path = project.map_or_else(routes::tokens, routes::project_tokens);
    world.client.post(&path, &create).await?.ok(StatusCode::CREATED)
}

async fn a_token_opens_what_it_is_good_for_until_it_is_taken_back(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let (mine, other) = (world.client.project().await?, world.client.project().await?);
    let created = token(&world, Some(&mine.id), &[Scope::Rules]).await?;
    assert!(created.secret.starts_with("hunch_") && created.secret.len() > 40);
    let with =
        |method: Method, path: &str, secret: &str| world.client.request(method, path).bearer_auth(secret);
    let get = async |path: String| with(Method::GET, &path, &created.secret).answer().await;

    get(routes::project(&mine.id)).await?.ok::<Project>(StatusCode::OK)?;
    get(routes::project(&other.id)).await?.refused("not-found")?;
    let list: Page<Project> = get(routes::projects()).await?.ok(StatusCode::OK)?;
    assert_eq!(list.items.iter().map(|project| &project.id).collect::<Vec<_>>(), [&mine.id]);
    get(routes::tokens()).await?.refused("forbidden")?;
    let another = CreateToken { name: "another".into(), scopes: vec![Scope::Admin], days: None };
    let another = with(Method::POST, &routes::tokens(), &created.secret).json(&another);
    another.answer().await?.refused("forbidden")?;

    let list = world.client.get(&routes::tokens()).await?;
    assert!(!list.text().contains(&created.secret));
    let list: Page<Token> = list.ok(StatusCode::OK)?;
    assert!(list.items[0].last_used_at.is_some());

    let master = token(&world, None, &[Scope::Admin]).await?.secret;
    let revoked = with(Method::DELETE, &routes::token(&created.token.id), &master).answer().await?;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    get(routes::project(&mine.id)).await?.refused("unauthorized")?;
    let useless = CreateToken { name: "x".into(), scopes: Vec::new(), days: None };
    world.client.post(&routes::tokens(), &useless).await?.refused("invalid")?;
    let endless = CreateToken { name: "x".into(), scopes: vec![Scope::Read], days: Some(0) };
    world.client.post(&routes::tokens(), &endless).await?.refused("invalid")?;
    world.stop().await
}

async fn a_token_ends_when_it_was_said_to(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let create = CreateToken { name: "trial".into(), scopes: vec![Scope::Read], days: Some(2) };
    let created: CreatedToken =
        world.client.post(&routes::tokens(), &create).await?.ok(StatusCode::CREATED)?;
    let get = async || {
        world.client.request(Method::GET, &routes::projects()).bearer_auth(&created.secret).answer().await
    };
    let day = 24 * 3600 * 1_000_000;
    world.clock.advance(2 * day - 60_000_000);
    get().await?.ok::<Page<Project>>(StatusCode::OK)?;
    world.clock.advance(2 * 60_000_000);
    get().await?.refused("unauthorized")?;
    world.stop().await
}

async fn a_proxied_request_needs_a_token(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let secret = token(&world, None, &[Scope::Read]).await?.secret;
    let proxied =
        || world.client.request(Method::GET, "/api/v1/projects").header("x-forwarded-for", "203.0.113.7");
    let answer = proxied().answer().await?;
    answer.refused("unauthorized")?;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    proxied().bearer_auth("hunch_wrong").answer().await?.refused("unauthorized")?;
    proxied().header("authorization", "Basic eDp5").answer().await?.refused("unauthorized")?;
    proxied().bearer_auth(secret).answer().await?.ok::<Page<Project>>(StatusCode::OK)?;
    world.stop().await
}
