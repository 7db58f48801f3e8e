//! Labels beyond their list: filters, the pattern table, agreement among people, the end model.

use crate::database::{TestStore, on_both_databases};
use crate::entities::Anything;
use crate::world::{SendExt as _, World};
use anyhow::{Context as _, Result, ensure};
use hunch::store::{EntityEdit, Write};
use hunch_model::PatternTable;
use hunch_model::end_model::EndModel;
use hunch_protocol::{
    Agreement, AnnotationBody, Corpus, DocumentLabels, END_MODEL, EndModelReport, GoldFilter, Job, JobKind,
    Key, Kind, LabelReport, LabelsQuery, NewProject, Page, Project, routes,
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

on_both_databases!(
    labels_are_asked_for_by_what_is_wrong_and_refit_from_their_patterns,
    people_are_told_how_far_they_agree,
    an_end_model_is_trained_scored_downloaded_and_made_a_source,
);

/// The sample project with its labels.
async fn sample(world: &World) -> Result<Project> {
    let sample = NewProject { sample: true, ..NewProject::default() };
    let project: Project = world.client.post(&routes::projects(), &sample).await?.ok(StatusCode::CREATED)?;
    let jobs: Page<Job> = world.client.get(&routes::jobs(&project.id)).await?.ok(StatusCode::OK)?;
    for job in jobs.items {
        world.client.finish(job).await?;
    }
    Ok(project)
}

async fn labels_are_asked_for_by_what_is_wrong_and_refit_from_their_patterns(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let client = &world.client;
    let empty = client.project().await?;
    client.get(&routes::label_patterns(&empty.id)).await?.refused("not-found")?;

    let id = sample(&world).await?.id;
    let report: LabelReport = client.get(&routes::report(&id)).await?.ok(StatusCode::OK)?;
    let wrong = LabelsQuery { gold: Some(GoldFilter::Wrong), limit: Some(1_000), ..LabelsQuery::default() };
    let wrong: Page<DocumentLabels> =
        client.get(&routes::labels_where(&id, &wrong)).await?.ok(StatusCode::OK)?;
    assert!(wrong.items.iter().all(|it| it.gold.is_some_and(|gold| gold != it.label)), "{wrong:?}");

    // Page by page there are as many as the report says.
    let (mut cursor, mut flipped) = (None, 0);
    loop {
        let query = LabelsQuery { flipped: Some(true), limit: Some(7), cursor, ..LabelsQuery::default() };
        let page: Page<DocumentLabels> =
            client.get(&routes::labels_where(&id, &query)).await?.ok(StatusCode::OK)?;
        flipped += page.items.len() as u64;
        let Some(next) = page.next else { break };
        cursor = Some(next);
    }
    assert_eq!(flipped, report.used_model().context("a model")?.flips);
    client.get(&format!("{}?gold=perhaps", routes::labels(&id))).await?.refused("bad-request")?;

    let answer = client.get(&routes::label_patterns(&id)).await?;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/octet-stream"));
    let (table, gold) = PatternTable::from_bytes(&answer.body)?;
    assert_eq!((table.rows(), table.sources()), (report.rows, &report.sources[..]));
    assert_eq!(gold.rows(), report.gold);
    world.stop().await
}

async fn people_are_told_how_far_they_agree(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let client = &world.client;
    let project = client.project().await?;
    let none: Agreement = client.get(&routes::agreement(&project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!((none.annotations, none.krippendorff_alpha, none.annotators.len()), (0, None, 0));

    client.import(&project, "id,text\na,one\nb,two\nc,three\nd,four\n".into()).await?;
    let id: Uuid = project.id.parse()?;
    let given = [
        ("user:1", "a", Some(0)),
        ("user:2", "a", Some(0)),
        ("user:1", "b", Some(1)),
        ("user:2", "b", Some(1)),
        ("user:1", "c", Some(1)),
        ("user:2", "c", Some(0)),
        ("user:2", "d", None),
    ];
    for (author, document, label) in given {
        let body = AnnotationBody {
            document: document.to_owned(),
            author: author.to_owned(),
            label,
            likelihood: None,
            guidelines: None,
        };
        let key = Key { kind: Kind::Annotation, id: AnnotationBody::id(author, document) };
        let edit = EntityEdit { key, base: 0, body: Some(json!(body)), author: author.to_owned() };
        world.state().store.put_entities(id, vec![edit], Arc::new(Anything), Write::at(5)).await?;
    }
    let found: Agreement = client.get(&routes::agreement(&project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!((found.documents, found.annotations, found.pairs.len()), (3, 6, 1));
    let pair = &found.pairs[0];
    assert_eq!((&pair.authors, pair.documents, pair.agreed), (&["user:1".into(), "user:2".into()], 3, 2));
    // Two of three agree; by chance 4/9 would.
    assert!((pair.kappa.context("kappa")? - 0.4).abs() < 1e-12, "{pair:?}");
    let alpha = found.krippendorff_alpha.context("alpha")?;
    assert!(alpha.value > 0.0 && alpha.value < 1.0 && alpha.documents == 3, "{alpha:?}");
    assert!(found.annotators.iter().all(|person| person.judged == 0 && person.accuracy.is_none()));
    world.stop().await
}

async fn an_end_model_is_trained_scored_downloaded_and_made_a_source(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let client = &world.client;
    let empty = client.project().await?;
    client.post(&routes::end_model(&empty.id), &json!({})).await?.refused("not-ready")?;
    let none: Option<EndModelReport> = client.get(&routes::end_model(&empty.id)).await?.ok(StatusCode::OK)?;
    assert_eq!(none, None);
    client.get(&routes::end_model_file(&empty.id)).await?.refused("not-found")?;

    let project = sample(&world).await?;
    let id = project.id.clone();
    client.post(&routes::end_model(&id), &json!({"passes": 0})).await?.refused("invalid")?;
    let job: Job =
        client.post(&routes::end_model(&id), &json!({"passes": 2})).await?.ok(StatusCode::ACCEPTED)?;
    client.finish(job).await?;
    let report: Option<EndModelReport> = client.get(&routes::end_model(&id)).await?.ok(StatusCode::OK)?;
    let report = report.context("a report")?;
    assert!(!report.stale && report.labeled > 0 && report.labeled <= report.documents, "{report:?}");
    let dev = report.dev.as_ref().context("the sample has gold")?;
    assert!(dev.rows > 0 && dev.accuracy > Some(0.6) && dev.accuracy_interval.is_some(), "{dev:?}");
    let file = client.get(&routes::end_model_file(&id)).await?;
    ensure!(file.status == StatusCode::OK, "{}", file.text());
    let model = EndModel::from_bytes(&file.body)?;
    assert_eq!((model.hash(), file.body.len() as u64), (report.model.clone(), report.bytes));
    // What is named is no garbage.
    world.collect_garbage().await?;
    assert_eq!(client.get(&routes::end_model_file(&id)).await?.status, StatusCode::OK);

    let body = json!({"passes": 2, "as_source": true});
    let request = client.request(Method::POST, &routes::end_model(&id)).json(&body);
    let job: Job = request.answer().await?.ok(StatusCode::ACCEPTED)?;
    let job = client.finish(job).await?;
    let jobs: Page<Job> = client.get(&routes::jobs(&id)).await?.ok(StatusCode::OK)?;
    let apply = jobs.items.iter().find(|it| it.after.as_ref() == Some(&job.id)).context("an apply")?;
    assert_eq!(apply.kind, JobKind::Apply);
    let combine = jobs.items.iter().find(|it| it.after.as_ref() == Some(&apply.id)).context("a combine")?;
    client.finish(combine.clone()).await?;
    let corpus: Corpus = client.get(&routes::corpus(&id)).await?.ok(StatusCode::OK)?;
    assert!(corpus.sources.iter().any(|source| source == END_MODEL));
    let label = &project.labels[0].name;
    let learned = format!("rule learned:\n  {label} when prob(\"{END_MODEL}\", {label}) > 0.5\n");
    client.rule(&project, &learned).await?;
    client.apply(&project).await?;
    let labels: LabelReport = client.get(&routes::report(&id)).await?.ok(StatusCode::OK)?;
    let learned = labels.rules.iter().find(|rule| rule.name == "learned").context("the rule")?;
    assert!(learned.votes > 0 && labels.rows == 2_000, "{learned:?}");
    let report: Option<EndModelReport> = client.get(&routes::end_model(&id)).await?.ok(StatusCode::OK)?;
    assert!(report.is_some_and(|report| report.stale && report.as_source));
    world.stop().await
}
