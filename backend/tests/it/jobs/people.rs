//! Annotations and gold on their way into labels and snapshots.

use super::{Bench, COMMENTS, assert_state};
use crate::database::{TestStore, on_both_databases};
use crate::entities::Anything;
use anyhow::{Context as _, Result, bail};
use hunch::clock::SystemIds;
use hunch::jobs::{apply_then_combine, run_until_idle};
use hunch::labels::{self, LabelBlock, LabelFilter};
use hunch::store::{EntityEdit, JobSpec, Write};
use hunch_protocol::{
    AnnotationBody, CombineRequest, DocumentLabels, ExplanationKind, GoldBody, JobResult, JobState, Key,
    Kind, LabelReport, NewSnapshot, PersonLabel,
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

on_both_databases!(
    a_person_that_gold_speaks_against_is_not_believed_and_all_others_are,
    people_change_labels_beside_rules_and_explain_them,
    people_alone_make_labels,
    what_cannot_count_is_counted_as_ignored,
    gold_that_people_give_comes_before_the_file_s,
    every_annotation_and_gold_makes_labels_stale_and_snapshots_different,
);

async fn imported(bench: &Bench) -> Result<Uuid> {
    let project = bench.add_project().await?;
    assert_state(&bench.run(project, bench.upload(Some(COMMENTS)).await?).await?, JobState::Done);
    Ok(project)
}

async fn combine(bench: &Bench, project: Uuid, model: Option<&str>) -> Result<LabelReport> {
    let request = CombineRequest { model: model.map(str::to_owned), ..CombineRequest::default() };
    let ids = bench.queue(project, apply_then_combine(&SystemIds, request)).await?;
    run_until_idle(&bench.context).await?;
    assert_state(&bench.store().get_job(project, ids[1]).await?, JobState::Done);
    labels::report(bench.store().as_ref(), project).await?.context("a report")
}

async fn documents(bench: &Bench, project: Uuid) -> Result<Vec<DocumentLabels>> {
    let all = LabelFilter::default();
    let page = labels::documents(bench.store().as_ref(), &bench.context.chunks, project, 0, 100, all).await?;
    Ok(page.context("labels")?.items)
}

async fn put(bench: &Bench, project: Uuid, key: Key, body: serde_json::Value) -> Result<()> {
    let edit = EntityEdit { key, base: 0, body: Some(body), author: "local".to_owned() };
    bench.store().put_entities(project, vec![edit], Arc::new(Anything), Write::at(5)).await?;
    Ok(())
}

async fn annotate(
    bench: &Bench,
    project: Uuid,
    author: &str,
    document: &str,
    label: Option<i16>,
) -> Result<()> {
    let body = AnnotationBody {
        document: document.to_owned(),
        author: author.to_owned(),
        label,
        likelihood: None,
        guidelines: None,
    };
    let key = Key { kind: Kind::Annotation, id: AnnotationBody::id(author, document) };
    put(bench, project, key, json!(body)).await
}

async fn give_gold(bench: &Bench, project: Uuid, document: &str, label: i16) -> Result<()> {
    let body = GoldBody { label, author: "local".to_owned() };
    put(bench, project, Key { kind: Kind::Gold, id: document.to_owned() }, json!(body)).await
}

async fn freeze(bench: &Bench, project: Uuid) -> Result<String> {
    let job = bench.run(project, JobSpec::Snapshot(NewSnapshot::default())).await?;
    match job.result {
        Some(JobResult::Snapshot { id }) => Ok(id),
        other => bail!("not a snapshot: {other:?} {:?}", job.error),
    }
}

async fn people_change_labels_beside_rules_and_explain_them(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = imported(&bench).await?;
    bench.add_rules(project).await?;
    // The rules take `e` for spam; two people know better. No rule votes on `d`.
    annotate(&bench, project, "user:1", "e", Some(0)).await?;
    annotate(&bench, project, "user:2", "e", Some(0)).await?;
    annotate(&bench, project, "user:2", "d", Some(1)).await?;
    annotate(&bench, project, "user:3", "a", None).await?;
    let report = combine(&bench, project, None).await?;
    assert_eq!((report.rows, report.covered, report.patterns), (5, 5, 3));
    let people: Vec<_> =
        report.people.iter().map(|person| (person.author.as_str(), person.annotations)).collect();
    assert_eq!(people, [("user:1", 1), ("user:2", 2)]);
    assert!(report.people[0].accuracy > Some(0.5), "{report:?}");
    assert_eq!(report.ignored_annotations, 0);

    let found = documents(&bench, project).await?;
    let labels: Vec<_> = found.iter().map(|document| (document.id.as_str(), document.label)).collect();
    assert_eq!(labels, [("a", 1), ("b", 0), ("c", 1), ("d", 1), ("e", 0)]);
    let said = |author: &str, label| PersonLabel { author: author.to_owned(), label: Some(label) };
    assert_eq!(found[4].people, [said("user:1", 0), said("user:2", 0)]);
    assert_eq!(found[4].majority, [2.0 / 3.0, 1.0 / 3.0]);
    assert_eq!(found[3].people, [said("user:2", 1)]);
    assert!(found[3].covered && found[0].people.is_empty());
    for document in found.iter().filter(|document| document.label >= 0) {
        let (label, rival) = (document.label, document.rival.context("a rival")?);
        let odds =
            document.probabilities[usize::try_from(label)?] / document.probabilities[usize::try_from(rival)?];
        let sum: f64 = document.explanation.iter().map(|term| term.log_odds).sum();
        assert!((sum - odds.ln()).abs() < 1e-9, "{document:?}");
        let people = document.explanation.iter().filter(|term| term.of == ExplanationKind::Person);
        assert_eq!(people.count(), document.people.len());
    }

    let report = combine(&bench, project, Some("majority")).await?;
    assert!(report.models[0].used);
    assert_eq!(documents(&bench, project).await?[4].label, 0);
    Ok(())
}

/// Nobody is overruled by nobody, unless gold shows a person to be worse than chance.
async fn a_person_that_gold_speaks_against_is_not_believed_and_all_others_are(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = bench.add_project().await?;
    let rows = (0..24).map(|row| format!("{row:02},nothing,{},dev\n", if row < 12 { "HAM" } else { "" }));
    let csv = format!("id,text,gold,split\n{}", rows.collect::<String>());
    assert_state(&bench.run(project, bench.upload(Some(&csv)).await?).await?, JobState::Done);
    // Both say the same of everything, and nobody else says anything: a spammer's votes, wrong on all gold, and someone's
    // of whom gold tells nothing.
    for row in 0..12 {
        annotate(&bench, project, "user:wrong", &format!("{row:02}"), Some(1)).await?;
    }
    annotate(&bench, project, "user:wrong", "12", Some(1)).await?;
    annotate(&bench, project, "user:new", "13", Some(1)).await?;
    combine(&bench, project, None).await?;
    let found = documents(&bench, project).await?;
    assert_eq!(found[13].label, 1, "{:?}", found[13]);
    let lifted = |document: &DocumentLabels| {
        document.explanation.iter().any(|term| term.of == ExplanationKind::Unanimity)
    };
    assert!(!lifted(&found[12]) && !lifted(&found[0]), "gold speaks against them: {:?}", found[12]);
    Ok(())
}

async fn people_alone_make_labels(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = imported(&bench).await?;
    for (document, label) in [("a", 1), ("b", 0), ("c", 1)] {
        for author in ["widget:w:1", "widget:w:2"] {
            annotate(&bench, project, author, document, Some(label)).await?;
        }
    }
    let report = combine(&bench, project, None).await?;
    assert_eq!((report.covered, report.patterns, report.sources.len()), (3, 0, 0));
    let found = documents(&bench, project).await?;
    assert_eq!(found.iter().map(|document| document.label).collect::<Vec<_>>(), [1, 0, 1, -1, -1]);
    assert_eq!(found[3].probabilities, report.used_model().context("a model")?.prior);
    assert!(report.used_model().context("a model")?.prior[1] > 0.5);

    let manifest = bench.store().snapshot_manifest(project, &freeze(&bench, project).await?).await?;
    let block = bench.context.objects.get(&manifest.chunks[0].labels).await?;
    assert_eq!(LabelBlock::decode(&block)?.labels, [1, 0, 1, -1, -1]);
    Ok(())
}

async fn what_cannot_count_is_counted_as_ignored(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = imported(&bench).await?;
    annotate(&bench, project, "user:1", "not there", Some(0)).await?;
    annotate(&bench, project, "user:1", "a", Some(7)).await?;
    annotate(&bench, project, "user:2", "b", Some(0)).await?;
    let report = combine(&bench, project, None).await?;
    assert_eq!((report.covered, report.ignored_annotations), (1, 2));
    let people: Vec<_> = report.people.iter().map(|person| (person.annotations, person.accuracy)).collect();
    assert_eq!(people, [(0, None), (1, None)]);
    Ok(())
}

async fn gold_that_people_give_comes_before_the_file_s(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = imported(&bench).await?;
    bench.add_rules(project).await?;
    // The file says HAM of `e`, which the rules take for spam; `c` and `d` are train, where gold scores nothing.
    give_gold(&bench, project, "e", 1).await?;
    give_gold(&bench, project, "d", 1).await?;
    let report = combine(&bench, project, None).await?;
    assert_eq!(report.gold, 3);
    assert_eq!(report.models[0].scores.as_ref().context("scores")?.accuracy, Some(1.0));
    let gold: Vec<_> = documents(&bench, project).await?.iter().map(|document| document.gold).collect();
    assert_eq!(gold, [Some(1), Some(0), None, None, Some(1)]);
    Ok(())
}

async fn every_annotation_and_gold_makes_labels_stale_and_snapshots_different(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = imported(&bench).await?;
    bench.add_rules(project).await?;
    combine(&bench, project, None).await?;
    let plain = freeze(&bench, project).await?;
    let is_stale = async || {
        let report = labels::report(bench.store().as_ref(), project).await?;
        anyhow::Ok(report.context("a report")?.stale)
    };

    annotate(&bench, project, "local", "e", Some(0)).await?;
    assert!(is_stale().await?);
    let refused = bench.run(project, JobSpec::Snapshot(NewSnapshot::default())).await?;
    assert_state(&refused, JobState::Failed);
    combine(&bench, project, None).await?;
    let annotated = freeze(&bench, project).await?;
    give_gold(&bench, project, "a", 1).await?;
    assert!(is_stale().await?);
    combine(&bench, project, None).await?;
    let with_gold = freeze(&bench, project).await?;
    assert!(plain != annotated && annotated != with_gold);

    let manifest = bench.store().snapshot_manifest(project, &with_gold).await?;
    let annotations = bench.context.objects.get(&manifest.annotations.context("annotations")?).await?;
    assert_eq!(annotations, r#"[{"author":"local","document":"e","label":0}]"#);
    let gold = bench.context.objects.get(&manifest.gold.context("gold")?).await?;
    assert_eq!(gold, r#"{"a":1}"#);
    assert_eq!(manifest.model.people.context("people")?.annotations, 1);

    // The same in another project is the same snapshot, whatever order it came about in.
    let twin = imported(&bench).await?;
    give_gold(&bench, twin, "a", 1).await?;
    annotate(&bench, twin, "local", "e", Some(0)).await?;
    bench.add_rules(twin).await?;
    combine(&bench, twin, None).await?;
    assert_eq!(freeze(&bench, twin).await?, with_gold);
    Ok(())
}
