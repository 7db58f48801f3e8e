use super::path::import_apply_combine;
use super::{Bench, assert_state};
use crate::database::{TestStore, on_both_databases};
use crate::entities::Anything;
use anyhow::{Context as _, Result};
use hunch::export::{augmented, table};
use hunch::store::{EntityEdit, JobSpec, Write};
use hunch_protocol::{ExportFormat, JobResult, JobState, Key, Kind, NewSnapshot};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

on_both_databases!(
    a_snapshot_carries_copies_of_train_documents_with_their_lineage,
    equal_policies_give_the_same_snapshot_and_others_another,
    a_policy_that_cannot_be_carried_out_is_refused_by_name,
);

async fn put_policy(bench: &Bench, project: Uuid, name: &str, steps: &str) -> Result<()> {
    let source = format!("augment {name} train: 2 copies of {steps}");
    let key = Key::new(Kind::Policy, Uuid::now_v7().to_string());
    let body = Some(json!({ "name": name, "source": source }));
    let edit = EntityEdit { key, base: 0, body, author: "local".to_owned() };
    bench.store().put_entities(project, vec![edit], Arc::new(Anything), Write::at(5)).await?;
    Ok(())
}

async fn freeze(bench: &Bench, project: Uuid, policies: &[&str]) -> Result<String> {
    let policies = policies.iter().map(ToString::to_string).collect();
    let job = bench.run(project, JobSpec::Snapshot(NewSnapshot { name: String::new(), policies })).await?;
    assert_state(&job, JobState::Done);
    match job.result {
        Some(JobResult::Snapshot { id }) => Ok(id),
        other => anyhow::bail!("not a snapshot: {other:?}"),
    }
}

async fn export(bench: &Bench, project: Uuid, id: &str) -> Result<Vec<Value>> {
    let manifest = bench.store().snapshot_manifest(project, id).await?;
    let (chunks, objects, id) = (bench.context.chunks.clone(), bench.context.objects.clone(), id.to_owned());
    let text = tokio::task::spawn_blocking(move || -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let rows = augmented::rows(id, manifest, chunks, objects)?;
        table::write(&mut out, ExportFormat::Jsonl, &[], rows)?;
        Ok(out)
    });
    let text = String::from_utf8(text.await??)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

async fn a_snapshot_carries_copies_of_train_documents_with_their_lineage(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = import_apply_combine(&bench).await?;
    put_policy(&bench, project, "swapped", "swap(1)").await?;
    let id = freeze(&bench, project, &["swapped"]).await?;
    let manifest = bench.store().snapshot_manifest(project, &id).await?;
    // Copies count in no figure.
    assert_eq!((manifest.rows, manifest.covered), (5, 4));
    let policy = manifest.policies.first().context("a policy")?;
    assert_eq!((policy.name.as_str(), policy.copies, policy.seed), ("swapped", 2, manifest.seed));
    assert_eq!(policy.blocks.iter().map(|block| block.rows).sum::<u32>(), 4);

    let rows = export(&bench, project, &id).await?;
    let ids: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "d", "e", "c~swapped~1", "c~swapped~2", "d~swapped~1", "d~swapped~2"]);
    let (parent, copy) = (&rows[2], &rows[5]);
    assert_eq!((&copy["parent"], &parent["parent"]), (&parent["id"], &Value::Null));
    assert_eq!((&copy["policy"], &copy["seed"]), (&"swapped".into(), &manifest.seed.to_string().into()));
    assert_eq!(copy["parameters"], "augment swapped train: 2 copies of swap(1)");
    for same in ["label", "p_HAM", "p_SPAM", "split", "snapshot"] {
        assert_eq!(copy[same], parent[same], "{same}");
    }
    assert_eq!(parent["text"], "subscribe to my channel");
    assert_ne!(copy["text"], parent["text"]);
    Ok(())
}

async fn equal_policies_give_the_same_snapshot_and_others_another(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = import_apply_combine(&bench).await?;
    put_policy(&bench, project, "swapped", "swap(1)").await?;
    put_policy(&bench, project, "typed", "typo(0.2)").await?;
    let both = freeze(&bench, project, &["typed", "swapped"]).await?;
    assert_eq!(freeze(&bench, project, &["swapped", "typed", "typed"]).await?, both);
    let one = freeze(&bench, project, &["typed"]).await?;
    let none = freeze(&bench, project, &[]).await?;
    assert!(one != both && none != both && one != none);
    Ok(())
}

async fn a_policy_that_cannot_be_carried_out_is_refused_by_name(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = import_apply_combine(&bench).await?;
    put_policy(&bench, project, "broken", "jitter(nowhere, 0.1)").await?;
    for (name, why) in [("broken", "does not compile"), ("missing", "there is no policy")] {
        let new = NewSnapshot { name: String::new(), policies: vec![name.to_owned()] };
        let job = bench.run(project, JobSpec::Snapshot(new)).await?;
        assert_state(&job, JobState::Failed);
        let error = job.error.context("an error")?;
        assert!(error.contains(why) && error.contains(name), "{error}");
    }
    Ok(())
}
