//! Projects.

use crate::database::{TestStore, on_both_databases};
use crate::world::{SendExt as _, World};
use anyhow::Result;
use hunch_protocol::{Label, NewProject, Page, Project, UpdateProject, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    a_project_is_made_found_changed_and_taken_away,
    mistakes_are_named_field_by_field,
    an_edit_of_an_old_revision_is_refused_with_the_current_one,
    a_label_that_rules_give_is_neither_renamed_nor_retired,
    a_rule_and_the_end_of_its_label_never_pass_each_other,
    lists_come_a_page_at_a_time,
    what_is_not_there_is_not_found,
);

fn label(name: &str) -> Label {
    Label { name: name.into(), ..Label::default() }
}

async fn a_project_is_made_found_changed_and_taken_away(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let new = NewProject {
        name: "reviews".into(),
        labels: vec![label("GOOD"), label("BAD")],
        ..NewProject::default()
    };
    let answer = world.client.post(&routes::projects(), &new).await?;
    let made: Project = answer.ok(StatusCode::CREATED)?;
    assert_eq!(answer.header("location"), routes::project(&made.id));
    assert_eq!(answer.header("etag"), "\"1\"");

    let path = routes::project(&made.id);
    let answer = world.client.get(&path).await?;
    assert_eq!(answer.ok::<Project>(StatusCode::OK)?, made);
    assert_eq!((answer.header("etag"), answer.header("cache-control")), ("\"1\"", "no-store"));

    let change = UpdateProject {
        name: Some("opinions".into()),
        labels: Some(vec![label("GOOD"), label("BAD"), label("MIXED")]),
        blacklist: Some(vec!["the".into(), " a ".into(), "the".into()]),
    };
    let changed: Project = world.client.change(Method::PATCH, &path, 1, &change).await?.ok(StatusCode::OK)?;
    assert_eq!((changed.name.as_str(), changed.labels.len(), changed.revision), ("opinions", 3, 3));
    assert_eq!(changed.blacklist, ["a", "the"]);
    let renamed = UpdateProject { name: Some("views".into()), ..UpdateProject::default() };
    let renamed: Project =
        world.client.change(Method::PATCH, &path, 3, &renamed).await?.ok(StatusCode::OK)?;
    assert_eq!(renamed.blacklist, ["a", "the"], "a new name keeps the other settings");

    let answer = world.client.change(Method::DELETE, &path, 4, &json!(null)).await?;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    world.client.get(&path).await?.refused("not-found")?;
    world.stop().await
}

async fn mistakes_are_named_field_by_field(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let fields = async |body: serde_json::Value, kind: &str| -> Result<Vec<String>> {
        let problem = world.client.post(&routes::projects(), &body).await?.refused(kind)?;
        Ok(problem.errors.into_iter().map(|error| error.field).collect())
    };
    assert_eq!(fields(json!({"name": "", "labels": []}), "invalid").await?, ["name"]);
    assert_eq!(fields(json!({"name": "x", "labels": []}), "invalid").await?, ["labels"]);
    let twice = json!({"name": "x", "labels": [{"name": "A"}, {"name": "A", "color": "red"}]});
    assert_eq!(fields(twice, "invalid").await?, ["labels[1].name", "labels[1].color"]);
    assert_eq!(fields(json!({"name": "x", "labels": [{"name": 1}]}), "invalid").await?, ["labels[0].name"]);
    assert_eq!(fields(json!({"name": "x", "lables": []}), "invalid").await?.len(), 1);
    assert_eq!(fields(json!({"name": "a\nb", "labels": [{"name": "A"}]}), "invalid").await?, ["name"]);
    assert_eq!(fields(json!({"name": "a\u{0}b", "labels": [{"name": "A"}]}), "invalid").await?, [""]);

    let projects = routes::projects();
    let post = || world.client.request(Method::POST, &projects).header("content-type", "application/json");
    post().body("{\"name\": ").answer().await?.refused("bad-request")?;
    post().body("{} {}").answer().await?.refused("bad-request")?;
    post().body(vec![b' '; (1 << 20) + 1]).answer().await?.refused("too-large")?;
    let text = world.client.request(Method::POST, &projects).body("name=x");
    text.answer().await?.refused("unsupported-media-type")?;
    let answer = world.client.request(Method::PUT, &projects).json(&json!({})).answer().await?;
    answer.refused("method-not-allowed")?;
    assert_eq!(answer.header("allow"), "GET,HEAD,POST");
    world.stop().await
}

async fn an_edit_of_an_old_revision_is_refused_with_the_current_one(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    let path = routes::project(&project.id);
    let rename = |name: &str| UpdateProject { name: Some(name.into()), ..UpdateProject::default() };

    let unguarded = world.client.request(Method::PATCH, &path).json(&rename("mine")).answer().await?;
    unguarded.refused("precondition-required")?;
    let answer = world.client.change(Method::PATCH, &path, project.revision, &rename("theirs")).await?;
    let theirs: Project = answer.ok(StatusCode::OK)?;
    let answer = world.client.change(Method::PATCH, &path, project.revision, &rename("mine")).await?;
    let problem = answer.refused("changed-meanwhile")?;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(answer.header("etag"), "\"2\"");
    let current: Project = serde_json::from_value(problem.current.unwrap_or_default())?;
    assert_eq!((current.name, current.revision), (theirs.name, theirs.revision));
    world
        .client
        .change(Method::DELETE, &path, project.revision, &json!(null))
        .await?
        .refused("changed-meanwhile")?;
    let garbled = world.client.request(Method::PATCH, &path).header("if-match", "two").json(&rename("mine"));
    garbled.answer().await?.refused("bad-request")?;
    world.stop().await
}

async fn a_label_that_rules_give_is_neither_renamed_nor_retired(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    world.client.import(&project, "id,text\n1,check it out\n".into()).await?;
    world.client.rule(&project, "rule spammy:\n  SPAM when text has \"check\"\n").await?;
    let path = routes::project(&project.id);
    let change = async |labels: Vec<Label>| {
        let change = UpdateProject { labels: Some(labels), ..UpdateProject::default() };
        world.client.change(Method::PATCH, &path, project.revision, &change).await
    };

    let renamed = change(vec![label("HAM"), label("JUNK")]).await?.refused("in-use")?;
    assert!(renamed.detail.contains("spammy"), "{renamed:?}");
    let retired = Label { retired: true, ..label("SPAM") };
    change(vec![label("HAM"), retired]).await?.refused("in-use")?;
    change(vec![label("SPAM"), label("HAM")]).await?.refused("in-use")?;
    change(vec![label("HAM")]).await?.refused("invalid")?;
    let ham = Label { retired: true, ..label("HAM") };
    let changed: Project = change(vec![ham, label("SPAM"), label("UNSURE")]).await?.ok(StatusCode::OK)?;
    assert_eq!(changed.label_names(), ["", "SPAM", "UNSURE"]);
    world.stop().await
}

async fn a_rule_and_the_end_of_its_label_never_pass_each_other(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    for _ in 0..10 {
        let project = world.client.project().await?;
        world.client.import(&project, "id,text\n1,check it out\n".into()).await?;
        let save = json!({"source": "rule spammy:\n  SPAM when text has \"check\"\n"});
        let retire = json!({"labels": [{"name": "HAM"}, {"name": "SPAM", "retired": true}]});
        let (rules, path) = (routes::rules(&project.id), routes::project(&project.id));
        let (saved, retired) = tokio::join!(
            world.client.post(&rules, &save),
            world.client.change(Method::PATCH, &path, project.revision, &retire),
        );
        let outcome = (saved?.status.as_u16(), retired?.status.as_u16());
        assert!(matches!(outcome, (201, 409) | (422, 200)), "{outcome:?}");
    }
    world.stop().await
}

async fn lists_come_a_page_at_a_time(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(world.client.project().await?.id);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let path = routes::page(&routes::projects(), cursor.as_deref(), Some(2));
        let page: Page<Project> = world.client.get(&path).await?.ok(StatusCode::OK)?;
        assert!(page.items.len() <= 2);
        found.extend(page.items.into_iter().map(|project| project.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, made);
    let list = routes::projects();
    world.client.get(&routes::page(&list, Some("not a cursor"), None)).await?.refused("bad-request")?;
    world.client.get(&routes::page(&list, None, Some(0))).await?.refused("invalid")?;
    world.client.get(&format!("{list}?limit=many")).await?.refused("bad-request")?;
    world.stop().await
}

async fn what_is_not_there_is_not_found(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let nobody = "01890000-0000-7000-8000-000000000000";
    let paths = [
        "/api/v1/nothing".to_owned(),
        "/api/v1".to_owned(),
        "/nothing.js".to_owned(),
        routes::project("1"),
        routes::project("%00"),
        routes::project(nobody),
        routes::corpus(nobody),
        routes::chunk(nobody, "00"),
        routes::rules(nobody),
        routes::rule(nobody, nobody),
        routes::revisions(nobody, nobody),
        routes::lexicons(nobody),
        routes::lexicon(nobody, "x"),
        routes::jobs(nobody),
        routes::job(nobody, nobody),
        routes::events(nobody),
        routes::labels(nobody),
        routes::report(nobody),
        routes::snapshots(nobody),
        routes::snapshot(nobody, "00"),
        routes::preview(nobody),
    ];
    for path in paths {
        world.client.get(&path).await?.refused("not-found").map_err(|error| error.context(path))?;
    }
    let project = world.client.project().await?.id;
    let paths = [
        routes::chunk(&project, "00"),
        routes::rule(&project, nobody),
        routes::revisions(&project, nobody),
        routes::lexicon(&project, "x\0y"),
        routes::job(&project, nobody),
        routes::labels(&project),
        routes::snapshot(&project, "00"),
        routes::export(&project, "00", hunch_protocol::ExportFormat::Csv),
    ];
    for path in paths {
        world.client.get(&path).await?.refused("not-found").map_err(|error| error.context(path))?;
    }
    world.stop().await
}
