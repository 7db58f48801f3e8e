//! Requests that no client of ours would send.

use crate::database::{TestStore, on_both_databases};
use crate::world::{SendExt as _, World};
use anyhow::{Context as _, Result, ensure};
use hunch_protocol::{PROBLEM_JSON, routes};
use reqwest::Method;

on_both_databases!(no_body_makes_the_server_fail, no_path_or_query_makes_the_server_fail);

/// Sends a request that may be refused, but must not be answered with a failure of the server.
async fn survive(world: &World, method: Method, path: &str, body: &str) -> Result<()> {
    let request = world.client.request(method.clone(), path).header("content-type", "application/json");
    let request = request.header("if-match", "\"1\"").body(body.to_owned());
    let what = || format!("{method} {path} {body:.80}");
    let answer = request.answer().await.with_context(what)?;
    ensure!(answer.status.as_u16() < 500, "{}: {}", what(), answer.text());
    if answer.status.as_u16() >= 400 && path.starts_with(routes::API) {
        ensure!(answer.header("content-type") == PROBLEM_JSON, "{}: {:?}", what(), answer.headers);
    }
    Ok(())
}

async fn no_body_makes_the_server_fail(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?.id;
    world.client.import(&world.client.project().await?, "id,text\n1,a\n".into()).await?;
    let writes = [
        (Method::POST, routes::projects()),
        (Method::PATCH, routes::project(&project)),
        (Method::POST, routes::imports(&project)),
        (Method::POST, routes::rules(&project)),
        (Method::PUT, routes::rule(&project, "01890000-0000-7000-8000-000000000000")),
        (Method::PUT, routes::lexicon(&project, "x")),
        (Method::POST, routes::combine(&project)),
        (Method::POST, routes::snapshots(&project)),
        (Method::POST, routes::tokens()),
    ];
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let nested = format!("{{\"source\": \"rule a:\\n  HAM when {}true\"}}", "not (".repeat(5_000));
    let bodies = [
        "",
        "null",
        "[]",
        "\"\"",
        "{}",
        "1e999",
        "{\"name\": \"x\", \"labels\": [{\"name\": \"\u{202e}\u{feff}\"}], \"seed\": 18446744073709551615}",
        "{\"name\": \"x\", \"labels\": [{\"name\": \"A\"}], \"seed\": 18446744073709551616}",
        "{\"name\": \"x\", \"name\": \"y\"}",
        "{\"name\": \"\\ud800\"}",
        "{\"name\": \"\\u0000\"}",
        "{\"terms\": [\"\u{1}\", \"\u{10ffff}\", \"a\\u0000b\"]}",
        "{\"balance\": [1e308, -1e308]}",
        "{\"upload\": \"../../etc/passwd\", \"mapping\": {\"text\": [\"\\u0000\"]}}",
        "{\"source\": \"rule r:\\n  HAM when text ~ /(((((((((((a{1,99}){1,99}){1,99}))))))))))/\"}",
        &nested,
        &deep,
    ];
    for (method, path) in writes {
        for body in bodies {
            survive(&world, method.clone(), &path, body).await?;
        }
    }
    world.stop().await
}

async fn no_path_or_query_makes_the_server_fail(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?.id;
    let odd = ["%00", "%ff", "..", "%2e%2e%2f", "a%2fb", "'", "%22%3b--", "%f0%9f%98%80", &"x".repeat(5_000)];
    for segment in odd {
        for path in [
            format!("/{segment}"),
            format!("/p/{segment}"),
            format!("/api/v1/{segment}"),
            format!("/api/v1/projects/{segment}"),
            format!("/api/v1/projects/{segment}/events"),
            format!("/api/v1/projects/{project}/rules/{segment}"),
            format!("/api/v1/projects/{project}/lexicons/{segment}"),
            format!("/api/v1/projects/{project}/chunks/{segment}"),
            format!("/api/v1/projects/{project}/snapshots/{segment}"),
            format!("/api/v1/projects/{project}/snapshots/{segment}/export"),
            format!("/api/v1/projects?cursor={segment}"),
            format!("/api/v1/projects/{project}/lexicons?cursor={segment}"),
            format!("/api/v1/projects/{project}/labels?cursor={segment}"),
            format!("/api/v1/projects/{project}/jobs?limit={segment}"),
            format!("/api/v1/uploads?name={segment}"),
        ] {
            for method in [Method::GET, Method::POST, Method::DELETE, Method::TRACE] {
                survive(&world, method, &path, "").await?;
            }
        }
    }
    world.stop().await
}
