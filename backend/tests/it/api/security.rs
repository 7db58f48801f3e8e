//! What keeps foreign pages out, and what the answers tell browsers.

use crate::database::{TestStore, on_both_databases};
use crate::world::{Answer, SendExt as _, World};
use anyhow::Result;
use hunch_protocol::{Page, Project, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_page_under_a_foreign_name_reaches_nothing,
    a_foreign_page_changes_and_reads_nothing,
    every_answer_tells_browsers_to_be_strict,
    the_server_says_when_it_is_up,
);

async fn a_page_under_a_foreign_name_reaches_nothing(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    for path in ["/", "/healthz", "/api/v1/projects", "/api/v1/nothing", "/p/1/rules"] {
        for host in ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost:1"] {
            let answer = world.client.request(Method::GET, path).header("host", host).answer().await?;
            answer.refused("foreign-host")?;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
        }
    }
    let port = world.client.url.rsplit(':').next().unwrap_or_default();
    for name in ["localhost", "127.0.0.1", "[::1]"] {
        let request =
            world.client.request(Method::GET, &routes::projects()).header("host", format!("{name}:{port}"));
        request.answer().await?.ok::<Page<Project>>(StatusCode::OK)?;
    }
    world.stop().await
}

async fn a_foreign_page_changes_and_reads_nothing(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let sample = json!({"name": "x", "labels": [{"name": "A"}]});
    let projects = routes::projects();
    let foreign = [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("origin", "http://localhost:1"),
        ("sec-fetch-site", "cross-site"),
    ];
    for (name, value) in foreign {
        let post = world.client.request(Method::POST, &projects).header(name, value).json(&sample);
        let answer = post.answer().await?;
        answer.refused("foreign-origin")?;
        assert_eq!(answer.header("access-control-allow-origin"), "");
        let get = world.client.request(Method::GET, &projects).header(name, value);
        get.answer().await?.refused("foreign-origin")?;
        let preflight = world.client.request(Method::OPTIONS, &projects).header(name, value);
        preflight.answer().await?.refused("foreign-origin")?;
    }
    let own = world.client.request(Method::POST, &projects).header("origin", world.client.url.clone());
    own.header("sec-fetch-site", "same-origin")
        .json(&sample)
        .answer()
        .await?
        .ok::<Project>(StatusCode::CREATED)?;
    let list: Page<Project> = world.client.get(&projects).await?.ok(StatusCode::OK)?;
    assert_eq!(list.items.len(), 1);
    world.stop().await
}

fn assert_strict(answer: &Answer, path: &str) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';"), "{path}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    for careless in ["unsafe-inline", "'unsafe-eval'", "*", "http:", "https:"] {
        assert!(!policy.contains(careless), "{path}: {policy}");
    }
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(header), value, "{path}: {header}");
    }
}

async fn every_answer_tells_browsers_to_be_strict(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    for path in ["/", "/new", "/p/1/rules", "/nothing.js", "/healthz", "/api/v1/nothing"] {
        assert_strict(&world.client.get(path).await?, path);
    }
    let path = routes::project(&project.id);
    let answer = world.client.get(&path).await?;
    assert_strict(&answer, &path);
    assert_eq!(answer.header("cache-control"), "no-store");
    let refused = world.client.request(Method::GET, "/").header("host", "evil.example").answer().await?;
    assert_strict(&refused, "a refused request");

    let page = world.client.get("/p/1/rules").await?;
    assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
    assert!(!page.text().contains("%%CSP_NONCE%%"));
    world.stop().await
}

async fn the_server_says_when_it_is_up(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let answer = world.client.get(routes::HEALTH).await?;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, "ok".into()));
    let answer = world.client.request(Method::POST, routes::HEALTH).answer().await?;
    answer.refused("method-not-allowed")?;
    world.stop().await
}
