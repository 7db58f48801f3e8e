//! Lexicons.

use crate::database::{TestStore, on_both_databases};
use crate::world::{Answer, SendExt as _, World};
use anyhow::Result;
use hunch_protocol::{Lexicon, LexiconInfo, Page, Project, RenameLexicon, Rule, SaveLexicon, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_lexicon_is_kept_sorted_and_guarded_by_its_etag,
    a_lexicon_that_rules_use_stays,
    a_renamed_lexicon_is_named_anew_by_its_rules,
);

fn terms(terms: &[&str]) -> SaveLexicon {
    SaveLexicon { terms: terms.iter().map(|term| (*term).to_owned()).collect() }
}

async fn make(world: &World, project: &Project, name: &str, body: &SaveLexicon) -> Result<Answer> {
    let request = world.client.request(Method::PUT, &routes::lexicon(&project.id, name));
    request.header("if-none-match", "*").json(body).answer().await
}

async fn a_lexicon_is_kept_sorted_and_guarded_by_its_etag(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    let path = routes::lexicon(&project.id, "shops");

    let answer = make(&world, &project, "shops", &terms(&["etsy", " amazon ", "etsy", ""])).await?;
    let made: LexiconInfo = answer.ok(StatusCode::CREATED)?;
    assert_eq!((made.terms, made.revision, answer.header("etag")), (2, 1, "\"1\""));
    assert_eq!(answer.header("location"), path);
    let lexicon: Lexicon = world.client.get(&path).await?.ok(StatusCode::OK)?;
    assert_eq!((lexicon.info, lexicon.terms), (made.clone(), vec!["amazon".to_owned(), "etsy".to_owned()]));

    make(&world, &project, "shops", &terms(&["x"])).await?.refused("name-taken")?;
    make(&world, &project, "empty", &terms(&[" "])).await?.refused("invalid")?;
    let unguarded = world.client.request(Method::PUT, &path).json(&terms(&["x"])).answer().await?;
    unguarded.refused("precondition-required")?;
    let both =
        world.client.request(Method::PUT, &path).header("if-match", "\"1\"").header("if-none-match", "*");
    both.json(&terms(&["x"])).answer().await?.refused("bad-request")?;

    let changed = world.client.change(Method::PUT, &path, 1, &terms(&["ebay"])).await?;
    assert_eq!(changed.ok::<LexiconInfo>(StatusCode::OK)?.revision, 2);
    world.client.change(Method::PUT, &path, 1, &terms(&["x"])).await?.refused("changed-meanwhile")?;
    world
        .client
        .change(Method::PUT, &routes::lexicon(&project.id, "none"), 1, &terms(&["x"]))
        .await?
        .refused("not-found")?;

    // Lexicons may be larger than other bodies.
    let words: Vec<String> = (0..200_000).map(|word| format!("word{word}")).collect();
    let large = make(&world, &project, "large", &SaveLexicon { terms: words }).await?;
    assert_eq!(large.ok::<LexiconInfo>(StatusCode::CREATED)?.terms, 200_000);

    make(&world, &project, "a/b c", &terms(&["x"])).await?.ok::<LexiconInfo>(StatusCode::CREATED)?;
    let list: Page<LexiconInfo> =
        world.client.get(&routes::lexicons(&project.id)).await?.ok(StatusCode::OK)?;
    let names: Vec<&str> = list.items.iter().map(|lexicon| lexicon.name.as_str()).collect();
    assert_eq!(names, ["a/b c", "large", "shops"]);

    world.client.change(Method::DELETE, &path, 1, &json!(null)).await?.refused("changed-meanwhile")?;
    let removed = world.client.change(Method::DELETE, &path, 2, &json!(null)).await?;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    world.client.get(&path).await?.refused("not-found")?;
    world.stop().await
}

async fn a_lexicon_that_rules_use_stays(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    world.client.import(&project, "id,text\n1,from amazon\n".into()).await?;
    make(&world, &project, "shops", &terms(&["amazon"])).await?.ok::<LexiconInfo>(StatusCode::CREATED)?;
    world.client.rule(&project, "rule shop:\n  SPAM when text has @shops\n").await?;
    let path = routes::lexicon(&project.id, "shops");
    let problem = world.client.change(Method::DELETE, &path, 1, &json!(null)).await?.refused("in-use")?;
    assert!(problem.detail.contains("shop"), "{problem:?}");
    world.stop().await
}

async fn a_renamed_lexicon_is_named_anew_by_its_rules(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    world.client.import(&project, "id,text\n1,from amazon\n".into()).await?;
    for name in ["shops", "taken"] {
        make(&world, &project, name, &terms(&["amazon"])).await?.ok::<LexiconInfo>(StatusCode::CREATED)?;
    }
    let rule = world.client.rule(&project, "rule shop:\n  SPAM when text has @shops\n").await?;
    let path = routes::rename_lexicon(&project.id, "shops");
    let to = |name: &str| RenameLexicon { name: name.to_owned() };
    world.client.change(Method::POST, &path, 2, &to("stores")).await?.refused("changed-meanwhile")?;
    world.client.change(Method::POST, &path, 1, &to("taken")).await?;
    let still: Rule = world.client.get(&routes::rule(&project.id, &rule.id)).await?.ok(StatusCode::OK)?;
    assert!(still.source.contains("@shops"), "a refused rename changes nothing: {}", still.source);

    let renamed = world.client.change(Method::POST, &path, 1, &to("stores")).await?;
    assert_eq!(renamed.ok::<LexiconInfo>(StatusCode::OK)?.name, "stores");
    let rule: Rule = world.client.get(&routes::rule(&project.id, &rule.id)).await?.ok(StatusCode::OK)?;
    assert!(rule.source.contains("@stores"), "{}", rule.source);
    world.client.get(&routes::lexicon(&project.id, "shops")).await?.refused("not-found")?;
    world.stop().await
}
