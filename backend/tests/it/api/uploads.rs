//! Uploads, previews, imports and the corpus they make.

use crate::database::{TestStore, on_both_databases};
use crate::world::{SendExt as _, UPLOAD_BYTES, World};
use anyhow::Result;
use hunch_protocol::{
    Corpus, ImportMode, ImportRequest, Job, JobResult, JobState, Mapping, OnBadRow, Preview, decode_chunk,
    routes,
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    a_file_is_previewed_imported_and_read_back_as_chunks,
    bad_rows_are_reported_or_stop_the_import_as_asked,
    files_that_cannot_be_used_are_refused_with_a_reason,
    uploads_are_forgotten_after_a_day,
);

const FILE: &str =
    "id,text,label,stars\n1,I love this song,HAM,5\n2,check out my channel,SPAM,\n3,please subscribe,1,2\n";

fn request(upload: String, mapping: Mapping) -> ImportRequest {
    ImportRequest { upload, format: None, mapping, on_bad_row: OnBadRow::Skip, mode: ImportMode::Append }
}

async fn a_file_is_previewed_imported_and_read_back_as_chunks(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    let upload = world.client.upload("comments.csv", FILE).await?;
    assert_eq!((upload.name.as_str(), upload.bytes), ("comments.csv", FILE.len() as u64));

    let preview: Preview = world.client.get(&routes::preview(&upload.upload)).await?.ok(StatusCode::OK)?;
    assert_eq!((preview.columns.len(), preview.rows.len()), (4, 3));
    assert_eq!(preview.guess.text, ["text"]);
    assert_eq!(preview.guess.id.as_deref(), Some("id"));

    let path = routes::imports(&project.id);
    let answer = world.client.post(&path, &request(upload.upload, preview.guess)).await?;
    let job: Job = answer.ok(StatusCode::ACCEPTED)?;
    assert_eq!(answer.header("location"), routes::job(&project.id, &job.id));
    let job = world.client.finish(job).await?;
    let Some(JobResult::Import(report)) = job.result else { anyhow::bail!("no report: {job:?}") };
    assert_eq!((report.rows, report.added, report.skipped), (3, 3, 0));

    let corpus: Corpus = world.client.get(&routes::corpus(&project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!((corpus.rows, corpus.chunks.len(), corpus.default_text.as_deref()), (3, 1, Some("text")));
    let hash = &corpus.chunks[0].hash;
    let answer = world.client.get(&routes::chunk(&project.id, hash)).await?;
    assert_eq!(answer.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(answer.header("etag"), format!("\"{hash}\""));
    assert_eq!(answer.header("content-type"), "application/vnd.apache.arrow.stream");
    let chunk = decode_chunk(&answer.body)?;
    assert_eq!((chunk.rows, chunk.ids.get(1)), (3, Some("2")));

    let other = world.client.project().await?;
    world.client.get(&routes::chunk(&other.id, hash)).await?.refused("not-found")?;
    world.stop().await
}

async fn bad_rows_are_reported_or_stop_the_import_as_asked(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    let file = "id,text,label\n1,fine,HAM\n1,the same id,HAM\n2,no such label,MAYBE\n";
    let mapping = Mapping {
        text: vec!["text".into()],
        id: Some("id".into()),
        gold: Some("label".into()),
        ..Mapping::default()
    };
    let upload = world.client.upload("rows.csv", file).await?.upload;
    let stop = ImportRequest { on_bad_row: OnBadRow::Stop, ..request(upload.clone(), mapping.clone()) };
    let path = routes::imports(&project.id);
    let job: Job = world.client.post(&path, &stop).await?.ok(StatusCode::ACCEPTED)?;
    let mut events = world.client.events(&project.id, None).await?;
    let job = events.job(&job.id, |job| job.state.ended()).await?;
    assert_eq!(job.state, JobState::Failed);
    assert!(job.error.as_ref().is_some_and(|error| error.contains("line 3")), "{job:?}");
    let corpus: Corpus = world.client.get(&routes::corpus(&project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!(corpus.rows, 0);

    let job: Job = world.client.post(&path, &request(upload, mapping)).await?.ok(StatusCode::ACCEPTED)?;
    let job = world.client.finish(job).await?;
    let Some(JobResult::Import(report)) = job.result else { anyhow::bail!("no report: {job:?}") };
    assert_eq!((report.added, report.skipped), (1, 2));
    assert_eq!(report.bad_rows.iter().map(|bad| bad.line).collect::<Vec<_>>(), [3, 4]);
    world.stop().await
}

async fn files_that_cannot_be_used_are_refused_with_a_reason(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    let uploads = routes::uploads("big.csv");
    let request_upload = |body: Vec<u8>| world.client.request(Method::POST, &uploads).body(body);
    let limit = usize::try_from(UPLOAD_BYTES)?;
    request_upload(vec![b'a'; limit + 1]).answer().await?.refused("too-large")?;
    assert_eq!(request_upload(vec![b'a'; limit]).answer().await?.status, StatusCode::CREATED);
    let nameless = world.client.request(Method::POST, "/api/v1/uploads").body("x").answer().await?;
    nameless.refused("bad-request")?;
    let strange = world.client.request(Method::POST, &routes::uploads("a\nb")).body("x").answer().await?;
    strange.refused("invalid")?;

    let empty = world.client.upload("empty.csv", "").await?.upload;
    let problem = world.client.get(&routes::preview(&empty)).await?.refused("invalid")?;
    assert!(problem.detail.contains("empty.csv"), "{problem:?}");
    world.client.get(&format!("{}?format=xls", routes::preview(&empty))).await?.refused("bad-request")?;

    let path = routes::imports(&project.id);
    let mapping = Mapping { text: vec!["text".into()], ..Mapping::default() };
    for upload in ["nonsense", "01890000-0000-7000-8000-000000000000"] {
        let problem =
            world.client.post(&path, &request(upload.into(), mapping.clone())).await?.refused("invalid")?;
        assert_eq!(problem.errors[0].field, "upload");
    }
    let textless = world.client.post(&path, &request(empty, Mapping::default())).await?.refused("invalid")?;
    assert_eq!(textless.errors[0].field, "mapping.text");
    world.stop().await
}

async fn uploads_are_forgotten_after_a_day(store: TestStore) -> Result<()> {
    let world = World::start(store).await?;
    let upload = world.client.upload("comments.csv", FILE).await?.upload;
    world.clock.advance(25 * 3600 * 1_000_000);
    world.forget_old().await?;
    world.client.get(&routes::preview(&upload)).await?.refused("not-found")?;
    world.stop().await
}
