//! Vectors: imported, handed out as lists, compared with the terms of a lexicon.

use crate::database::{TestStore, on_both_databases};
use crate::world::World;
use anyhow::{Context as _, Result};
use hunch_engine::ColumnData;
use hunch_protocol::{
    Corpus, DocumentLabels, ImportMode, ImportRequest, Job, JobResult, OnBadRow, Page, Preview, decode_chunk,
    routes,
};
use hunch_rules::ColumnType;
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(vectors_of_a_file_are_compared_with_a_lexicon_of_vectors);

const ROWS: &str = "\
    {\"id\":\"a\",\"text\":\"x\",\"embedding\":[2,0.1]}\n\
    {\"id\":\"b\",\"text\":\"y\",\"embedding\":[-1,0]}\n\
    {\"id\":\"c\",\"text\":\"z\"}\n";

async fn vectors_of_a_file_are_compared_with_a_lexicon_of_vectors(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let client = &world.client;
    let project = client.project().await?;
    let id = &project.id;
    let upload = client.upload("rows.jsonl", ROWS.to_owned()).await?.upload;

    let preview: Preview = client.get(&routes::preview(&upload)).await?.ok(StatusCode::OK)?;
    let embedding =
        preview.columns.iter().position(|column| column.name == "embedding").context("a column")?;
    assert_eq!(preview.columns[embedding].kind, ColumnType::Vector(2));
    assert_eq!(preview.rows[0][embedding].as_deref(), Some("vector of 2"));
    assert!(preview.guess.attributes.iter().any(|it| it.kind == ColumnType::Vector(2)));

    let request = ImportRequest {
        upload: upload.clone(),
        format: None,
        mapping: preview.guess,
        on_bad_row: OnBadRow::Stop,
        mode: ImportMode::Append,
    };
    let mut wrong = request.clone();
    wrong.mapping.attributes.iter_mut().for_each(|it| it.kind = ColumnType::Vector(3));
    let job: Job = client.post(&routes::imports(id), &wrong).await?.ok(StatusCode::ACCEPTED)?;
    let mut events = client.events(id, None).await?;
    let failed = events.job(&job.id, |job| job.state.ended()).await?.error.context("no error")?;
    assert!(failed.contains("it has 2 numbers, not 3"), "{failed}");

    let job: Job = client.post(&routes::imports(id), &request).await?.ok(StatusCode::ACCEPTED)?;
    let Some(JobResult::Import(report)) = client.finish(job).await?.result else { panic!("no report") };
    assert_eq!(report.added, 3);

    let corpus: Corpus = client.get(&routes::corpus(id)).await?.ok(StatusCode::OK)?;
    assert!(corpus.columns.iter().any(|it| it.name == "embedding" && it.kind == ColumnType::Vector(2)));
    let chunk = decode_chunk(&client.get(&routes::chunk(id, &corpus.chunks[0].hash)).await?.body)?;
    let Some(ColumnData::Vector(vectors)) = chunk.column("embedding") else { panic!("no vectors") };
    assert_eq!(vectors.iter().collect::<Vec<_>>(), [Some(&[2.0, 0.1][..]), Some(&[-1.0, 0.0]), None]);

    let lexicon = client.request(Method::PUT, &routes::lexicon(id, "near_spam")).header("if-none-match", "*");
    lexicon.json(&json!({ "terms": ["1 0", "[1, 0.2]"] })).send().await?.error_for_status()?;
    client.rule(&project, "rule near:\n  SPAM when similar(embedding, @near_spam, 2) > 0.8\n").await?;
    client.rule(&project, "rule far:\n  HAM when similar(embedding, (\"1 0\")) < 0\n").await?;
    client.apply(&project).await?;
    let page: Page<DocumentLabels> = client.get(&routes::labels(id)).await?.ok(StatusCode::OK)?;
    let labels: Vec<i16> = page.items.iter().map(|row| row.label).collect();
    assert_eq!(labels, [1, 0, -1]);
    Ok(())
}
