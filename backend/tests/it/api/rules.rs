//! Rules.

use crate::database::{TestStore, on_both_databases};
use crate::world::{SendExt as _, World};
use anyhow::Result;
use hunch_protocol::{Page, Rule, RuleRevision, SaveRule, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_rule_lives_through_revisions_and_comes_back_after_its_removal,
    a_rule_that_does_not_compile_is_refused_with_every_place,
    two_edits_from_one_revision_never_overwrite_each_other,
    a_rule_that_others_name_does_not_vanish_under_them,
    a_name_is_given_once,
);

fn save(source: &str) -> SaveRule {
    SaveRule { source: source.into(), active: true }
}

const SHORT: &str = "rule short:\n  HAM when words(text) < 6\n";

async fn a_rule_lives_through_revisions_and_comes_back_after_its_removal(store: TestStore) -> Result<()> {
    let (world, project) = with_rows(store).await?;
    let answer = world.client.post(&routes::rules(&project), &save(SHORT)).await?;
    let rule: Rule = answer.ok(StatusCode::CREATED)?;
    let path = routes::rule(&project, &rule.id);
    assert_eq!((answer.header("location"), answer.header("etag")), (path.as_str(), "\"1\""));
    assert_eq!((rule.name.as_str(), rule.active, rule.revision), ("short", true, 1));

    let edited = SaveRule { source: SHORT.replace('6', "4"), active: false };
    let rule: Rule = world.client.change(Method::PUT, &path, 1, &edited).await?.ok(StatusCode::OK)?;
    assert_eq!((rule.active, rule.revision), (false, 2));
    let answer = world.client.get(&path).await?;
    assert_eq!((answer.ok::<Rule>(StatusCode::OK)?, answer.header("etag")), (rule, "\"2\""));

    let removed = world.client.change(Method::DELETE, &path, 2, &json!(null)).await?;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    world.client.get(&path).await?.refused("not-found")?;
    let list: Page<Rule> = world.client.get(&routes::rules(&project)).await?.ok(StatusCode::OK)?;
    assert!(list.items.is_empty());

    let back: Rule = world.client.change(Method::PUT, &path, 3, &save(SHORT)).await?.ok(StatusCode::OK)?;
    assert_eq!((back.revision, back.source.as_str()), (4, SHORT));
    let revisions = routes::revisions(&project, &back.id);
    let revisions: Page<RuleRevision> = world.client.get(&revisions).await?.ok(StatusCode::OK)?;
    let history: Vec<(i64, bool)> = revisions.items.iter().map(|it| (it.revision, it.deleted)).collect();
    assert_eq!(history, [(4, false), (3, true), (2, false), (1, false)]);
    world.stop().await
}

async fn a_rule_that_does_not_compile_is_refused_with_every_place(store: TestStore) -> Result<()> {
    let (world, project) = with_rows(store).await?;
    let rules = routes::rules(&project);
    let source = "rule bad:\n  SPAM when txt has \"a\"\n  SPAMM when words(text) < 6\n";
    let problem = world.client.post(&rules, &save(source)).await?.refused("invalid")?;
    assert_eq!(problem.errors.len(), 2, "{problem:?}");
    for error in &problem.errors {
        assert_eq!(error.field, "source");
        assert!(error.code.is_some(), "{error:?}");
    }
    let marked: Vec<&str> =
        problem.errors.iter().filter_map(|it| it.span.map(|(a, b)| &source[a..b])).collect();
    assert_eq!(marked, ["txt", "SPAMM"]);

    for (source, hint) in [
        ("", "exactly one"),
        ("rule a:\n  HAM when words(text) < 2\nrule b:\n  HAM when words(text) < 3\n", "exactly one"),
        (&format!("{SHORT}# {}", "x".repeat(64 << 10)), "bytes"),
        ("rule a:\n  HAM when text has \"\0\"\n", "NUL"),
    ] {
        let problem = world.client.post(&rules, &save(source)).await?.refused("invalid")?;
        assert!(problem.detail.contains(hint), "{problem:?}");
    }
    let list: Page<Rule> = world.client.get(&rules).await?.ok(StatusCode::OK)?;
    assert!(list.items.is_empty());
    world.stop().await
}

async fn two_edits_from_one_revision_never_overwrite_each_other(store: TestStore) -> Result<()> {
    let (world, project) = with_rows(store).await?;
    let rule: Rule =
        world.client.post(&routes::rules(&project), &save(SHORT)).await?.ok(StatusCode::CREATED)?;
    let path = routes::rule(&project, &rule.id);
    let (mine, theirs) = (save(&SHORT.replace('6', "5")), save(&SHORT.replace('6', "7")));
    let (mine, theirs) = tokio::join!(
        world.client.change(Method::PUT, &path, 1, &mine),
        world.client.change(Method::PUT, &path, 1, &theirs),
    );
    let (mine, theirs) = (mine?, theirs?);
    let (won, lost) = if mine.status == StatusCode::OK { (mine, theirs) } else { (theirs, mine) };
    let won: Rule = won.ok(StatusCode::OK)?;
    let problem = lost.refused("changed-meanwhile")?;
    assert_eq!(problem.current, Some(serde_json::to_value(&won)?));

    let unguarded = world.client.request(Method::PUT, &path).json(&save(SHORT)).answer().await?;
    unguarded.refused("precondition-required")?;
    let unguarded = world.client.request(Method::DELETE, &path).answer().await?;
    unguarded.refused("precondition-required")?;
    // Whoever edits an old revision hears of that first.
    let broken = world.client.change(Method::PUT, &path, 1, &save("rule x:\n")).await?;
    broken.refused("changed-meanwhile")?;
    world.stop().await
}

async fn a_rule_that_others_name_does_not_vanish_under_them(store: TestStore) -> Result<()> {
    let (world, project) = with_rows(store).await?;
    let rules = routes::rules(&project);
    let short: Rule = world.client.post(&rules, &save(SHORT)).await?.ok(StatusCode::CREATED)?;
    let user = "rule user:\n  HAM when vote(short) = HAM and text has \"love\"\n";
    let user: Rule = world.client.post(&rules, &save(user)).await?.ok(StatusCode::CREATED)?;
    let path = routes::rule(&project, &short.id);

    let problem = world.client.change(Method::DELETE, &path, 1, &json!(null)).await?.refused("in-use")?;
    assert!(problem.detail.contains("user"), "{problem:?}");
    let off = SaveRule { active: false, ..save(SHORT) };
    world.client.change(Method::PUT, &path, 1, &off).await?.refused("in-use")?;
    // Its meaning may change, of course, and so may its name: those that name it follow.
    let edited = save(&SHORT.replace('6', "5"));
    world.client.change(Method::PUT, &path, 1, &edited).await?.ok::<Rule>(StatusCode::OK)?;
    let renamed = save(&SHORT.replace("short", "brief"));
    world.client.change(Method::PUT, &path, 2, &renamed).await?.ok::<Rule>(StatusCode::OK)?;
    let user_path = routes::rule(&project, &user.id);
    let follows: Rule = world.client.get(&user_path).await?.ok(StatusCode::OK)?;
    assert_eq!((follows.revision, follows.source), (2, user.source.replace("short", "brief")));

    world.client.change(Method::DELETE, &user_path, 2, &json!(null)).await?;
    let removed = world.client.change(Method::DELETE, &path, 3, &json!(null)).await?;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    world.stop().await
}

async fn a_name_is_given_once(store: TestStore) -> Result<()> {
    let (world, project) = with_rows(store).await?;
    let rules = routes::rules(&project);
    let off = SaveRule { active: false, ..save(SHORT) };
    world.client.post(&rules, &off).await?.ok::<Rule>(StatusCode::CREATED)?;
    let problem = world.client.post(&rules, &save(SHORT)).await?.refused("name-taken")?;
    assert!(problem.detail.contains("name"), "{problem:?}");
    world.stop().await
}

/// A project that has a text column.
async fn with_rows(store: TestStore) -> Result<(World, String)> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    world.client.import(&project, "id,text\n1,I love this song\n".into()).await?;
    Ok((world, project.id))
}
