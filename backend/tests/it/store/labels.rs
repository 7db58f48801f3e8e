use super::add_project;
use crate::database::{TestStore, on_both_databases};
use anyhow::Result;
use hunch::store::{NewLabels, Seek, StoreError, Write};
use hunch_protocol::{CombineRequest, EndModelReport, LabelReport, Manifest, ManifestModel, ModelReport};
use uuid::Uuid;

on_both_databases!(
    labels_take_the_place_of_those_before,
    an_end_model_takes_the_place_of_the_one_before,
    a_snapshot_is_kept_byte_for_byte_and_made_once,
);

fn report(rows: u64) -> LabelReport {
    let model = ModelReport {
        name: "majority".into(),
        used: true,
        prior: vec![0.1, 0.9],
        label_rows: vec![rows, 0],
        ..ModelReport::default()
    };
    LabelReport {
        job: "j".into(),
        created_at: "t".into(),
        rows,
        covered: 1,
        patterns: 1,
        sources: vec!["a".into()],
        models: vec![model],
        ..LabelReport::default()
    }
}

async fn labels_take_the_place_of_those_before(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    assert_eq!(store.label_report(project).await?, None);
    let none = store.label_patterns(project).await;
    assert!(matches!(none, Err(StoreError::NotFound { .. })), "{none:?}");

    let labels = |rows, chunk: &str| NewLabels {
        inputs: format!("inputs {rows}"),
        request: CombineRequest { balance: Some(vec![0.1 + 0.2, 0.7]), ..CombineRequest::default() },
        report: report(rows),
        patterns: vec![1, 2],
        votes: vec![5],
        weights: vec![6],
        people: vec![4],
        blocks: vec![(chunk.into(), vec![3])],
    };
    store.put_labels(project, labels(5, "a"), Write::at(1)).await?;
    store.put_labels(project, labels(6, "b"), Write::at(2)).await?;
    let stored = store.label_report(project).await?.expect("there are labels");
    assert_eq!((stored.inputs.as_str(), stored.report), ("inputs 6", report(6)));
    assert_eq!(stored.request.balance, Some(vec![0.1 + 0.2, 0.7]));
    assert_eq!(store.label_patterns(project).await?, [1, 2]);
    assert_eq!(store.label_people(project).await?, [4]);
    assert_eq!((store.label_votes(project).await?, store.label_weights(project).await?), (vec![5], vec![6]));
    assert_eq!(store.label_block(project, "b").await?, [3]);
    let old = store.label_block(project, "a").await;
    assert!(matches!(old, Err(StoreError::NotFound { .. })), "{old:?}");
    let unknown = store.put_labels(Uuid::nil(), labels(1, "a"), Write::at(3)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");
    Ok(())
}

async fn an_end_model_takes_the_place_of_the_one_before(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    assert_eq!(store.end_model(project).await?, None);
    let report = |model: &str| EndModelReport {
        job: "j".into(),
        created_at: "t".into(),
        labels: "c".into(),
        stale: false,
        model: model.into(),
        bytes: 3,
        columns: vec!["text".into()],
        documents: 5,
        labeled: 4,
        cross_validation: None,
        dev: None,
        valid: None,
        as_source: true,
    };
    store.put_end_model(project, report("a"), Write::at(1)).await?;
    store.put_end_model(project, report("b"), Write::at(2)).await?;
    assert_eq!(store.end_model(project).await?, Some(report("b")));
    let unknown = store.put_end_model(Uuid::nil(), report("a"), Write::at(3)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");
    Ok(())
}

async fn a_snapshot_is_kept_byte_for_byte_and_made_once(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let manifest = Manifest {
        format: 1,
        engine: 1,
        rows: 3,
        covered: 2,
        seed: u64::MAX,
        labels: vec!["HAM".into()],
        chunks: vec![],
        rules: vec![],
        lexicons: vec![],
        weights: vec![],
        sources: vec![],
        policies: vec![],
        annotations: None,
        gold: None,
        model: ManifestModel {
            name: "majority".into(),
            prior: vec![0.1 + 0.2, 1e-300],
            balance: None,
            prior_from: None,
            evidence: 0,
            calibration: None,
            ties: "id-hash".into(),
            people: None,
        },
    };
    let made = store.add_snapshot(project, "h1", "first", &manifest, Write::at(1)).await?;
    assert_eq!((made.name.as_str(), made.rows, made.covered), ("first", 3, 2));
    let again = store.add_snapshot(project, "h1", "second", &manifest, Write::at(2)).await?;
    assert_eq!(again, made);
    assert_eq!(store.get_snapshot(project, "h1").await?, made);
    assert_eq!(store.snapshot_manifest(project, "h1").await?, manifest);
    let unknown = store.get_snapshot(project, "h9").await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "snapshot" })), "{unknown:?}");

    store.add_snapshot(project, "h2", "other", &manifest, Write::at(3)).await?;
    let page = store.list_snapshots(project, Seek { after: None, limit: 1 }).await?;
    assert_eq!(page.items[0].id, "h2");
    let next = page.next.expect("there is another").parse()?;
    let page = store.list_snapshots(project, Seek { after: Some(next), limit: 1 }).await?;
    assert_eq!((page.items[0].id.as_str(), page.next), ("h1", None));
    Ok(())
}
