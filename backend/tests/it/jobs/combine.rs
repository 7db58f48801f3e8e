//! What a combine says of models, rules and documents, on a made corpus with gold in every split.

use super::{Bench, assert_state};
use crate::database::{TestStore, on_both_databases};
use anyhow::{Context as _, Result};
use hunch::clock::SystemIds;
use hunch::jobs::{apply_then_combine, run_until_idle};
use hunch::labels::{self, LabelFilter};
use hunch::store::JobSpec;
use hunch_model::PatternTable;
use hunch_protocol::{
    CalibrationMethod, CombineRequest, DocumentLabels, ExplanationKind, GoldFilter, JobState, LabelReport,
    NewSnapshot, PriorFrom,
};
use std::fmt::Write as _;
use uuid::Uuid;

on_both_databases!(
    every_model_is_judged_on_gold_it_has_not_learned_from,
    labels_explain_themselves_and_can_be_asked_for_by_what_is_wrong,
    a_model_below_majority_vote_on_gold_is_not_used,
    without_gold_nothing_is_made_up,
    a_prior_and_gold_change_labels_and_snapshots,
);

/// Documents of the made corpus.
const ROWS: u64 = 1_800;

/// Words that rules look for: with which chance documents of HAM and of SPAM hold each, in percent.
const WORDS: [(&str, u64, u64); 5] =
    [("love", 40, 8), ("song", 30, 10), ("check", 6, 45), ("channel", 10, 35), ("money", 2, 25)];

/// A corpus of which each word is independent given the label; splits take turns.
fn corpus() -> String {
    let mut state = 1_u64;
    let mut percent = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 100
    };
    let mut csv = "id,text,gold,split\n".to_owned();
    for row in 0..ROWS {
        let is_spam = percent() < 40;
        let holds = WORDS.iter().filter(|(_, ham, spam)| percent() < if is_spam { *spam } else { *ham });
        let text: Vec<&str> = holds.map(|(word, ..)| *word).collect();
        let (text, gold) = (text.join(" "), if is_spam { "SPAM" } else { "HAM" });
        let split = ["train", "dev", "valid", "valid", "test"][(row % 5) as usize];
        // Gold of the train split is known of some only.
        let gold = if split == "train" && row % 3 > 0 { "" } else { gold };
        // Writing to a string cannot fail.
        let _ = writeln!(csv, "{row:04},x {text},{gold},{split}");
    }
    csv
}

async fn project(bench: &Bench, csv: &str) -> Result<Uuid> {
    let project = bench.add_project().await?;
    assert_state(&bench.run(project, bench.upload(Some(csv)).await?).await?, JobState::Done);
    for (word, ham, spam) in WORDS {
        let label = if ham > spam { "HAM" } else { "SPAM" };
        bench.add_rule(project, word, &format!("rule {word}:\n  {label} when text has \"{word}\"\n")).await?;
    }
    Ok(project)
}

async fn combine(bench: &Bench, project: Uuid, request: CombineRequest) -> Result<LabelReport> {
    let ids = bench.queue(project, apply_then_combine(&SystemIds, request)).await?;
    run_until_idle(&bench.context).await?;
    assert_state(&bench.store().get_job(project, ids[1]).await?, JobState::Done);
    labels::report(bench.store().as_ref(), project).await?.context("a report")
}

async fn list(bench: &Bench, project: Uuid, filter: LabelFilter) -> Result<Vec<DocumentLabels>> {
    let (mut from, mut found) = (0, Vec::new());
    loop {
        let page =
            labels::documents(bench.store().as_ref(), &bench.context.chunks, project, from, 500, filter);
        let page = page.await?.context("labels")?;
        found.extend(page.items);
        match page.next {
            Some(next) => from = next.parse()?,
            None => return Ok(found),
        }
    }
}

async fn every_model_is_judged_on_gold_it_has_not_learned_from(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = project(&bench, &corpus()).await?;
    let report = combine(&bench, project, CombineRequest::default()).await?;
    assert_eq!((report.gold, report.evidence), (360, 480), "a third of train, and dev");
    for model in report.models.iter().filter(|model| model.refused.is_none()) {
        let (dev, valid) = (model.scores.as_ref().context("dev")?, model.valid.as_ref().context("valid")?);
        assert_eq!((dev.rows, valid.rows), (360, 720), "{}", model.name);
        for scores in [dev, valid] {
            let (share, interval) =
                (scores.accuracy.context("a share")?, scores.accuracy_interval.context("an interval")?);
            assert!(interval.low < share && share < interval.high, "{scores:?}");
        }
        assert_eq!(model.confusion.iter().flatten().sum::<u64>(), 1_080, "{}", model.name);
        assert!(model.label_rows.iter().sum::<u64>() == report.covered, "{}", model.name);
    }
    let used = report.used_model().context("a model")?;
    assert_eq!((used.name.as_str(), report.models[0].flips), ("robust", 0));
    assert!(used.flips > 0 && used.valid.as_ref().context("valid")?.accuracy > Some(0.7), "{used:?}");
    assert!(report.majority_is_enough.is_some());

    for rule in &report.rules {
        let empirical = rule.empirical.context("gold where it votes")?;
        let share = empirical.right as f64 / empirical.votes as f64;
        assert!(empirical.interval.low < share && share < empirical.interval.high, "{rule:?}");
        assert!(rule.votes > rule.unique && rule.unique > 0 && rule.value.is_some(), "{rule:?}");
    }
    let calibration = report.calibration.context("720 rows of gold calibrate")?;
    assert_eq!(calibration.method, CalibrationMethod::Temperature);
    assert!(calibration.rows < 720 && calibration.reason.is_none(), "those with a vote");
    let after = calibration.after.context("after")?;
    assert!(after.error.context("an error")? < 0.1 && after.bins.iter().all(|bin| bin.rows > 0));
    let names: Vec<_> = report.sensitivity.iter().map(|flips| flips.name.as_str()).collect();
    assert_eq!(names, ["uniform", "votes", "gold"]);
    for flips in &report.sensitivity {
        assert_eq!(flips.rows, flips.from_to.iter().map(|flip| flip.rows).sum::<u64>());
    }
    Ok(())
}

async fn labels_explain_themselves_and_can_be_asked_for_by_what_is_wrong(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = project(&bench, &corpus()).await?;
    let report = combine(&bench, project, CombineRequest::default()).await?;
    let all = list(&bench, project, LabelFilter::default()).await?;
    assert_eq!(all.len() as u64, ROWS);
    let likeliest = |shares: &[f64]| i16::from(shares[1] > shares[0]);
    for document in all.iter().filter(|document| document.covered) {
        let label = usize::try_from(document.label)?;
        let rival = usize::try_from(document.rival.context("a rival")?)?;
        let odds = (document.probabilities[label] / document.probabilities[rival]).ln();
        let sum: f64 = document.explanation.iter().map(|term| term.log_odds).sum();
        assert!((sum - odds).abs() < 1e-9, "{document:?}");
        let votes: Vec<_> =
            document.explanation.iter().filter(|term| term.of == ExplanationKind::Vote).collect();
        assert!(!votes.is_empty() && votes.iter().all(|term| term.name.is_some()), "{document:?}");
        // Nobody is overruled by nobody.
        if votes.iter().all(|term| term.label == votes[0].label) {
            assert_eq!(votes[0].label, Some(document.label), "{document:?}");
        }
    }
    let wrong = LabelFilter { gold: Some(GoldFilter::Wrong), ..LabelFilter::default() };
    let found = list(&bench, project, wrong).await?;
    let expected = all.iter().filter(|document| document.gold.is_some_and(|gold| gold != document.label));
    assert!(!found.is_empty() && found.iter().eq(expected));
    let flipped = LabelFilter { flipped: Some(true), ..LabelFilter::default() };
    let found = list(&bench, project, flipped).await?;
    assert_eq!(found.len() as u64, report.used_model().context("a model")?.flips);
    for document in &found {
        let [ham, spam] = document.majority[..] else { panic!("{document:?}") };
        assert!((ham - spam).abs() < 1e-9 || likeliest(&document.majority) != document.label, "{document:?}");
    }
    let spam = LabelFilter { label: Some(1), flipped: Some(false), ..LabelFilter::default() };
    assert!(list(&bench, project, spam).await?.iter().all(|document| document.label == 1));
    let none = LabelFilter { label: Some(-1), ..LabelFilter::default() };
    assert_eq!(list(&bench, project, none).await?.len() as u64, report.rows - report.covered);

    let bytes = labels::pattern_table(bench.store().as_ref(), project).await?.context("a table")?;
    let (table, gold) = PatternTable::from_bytes(&bytes)?;
    assert_eq!((table.rows(), table.sources().len(), gold.rows()), (ROWS, 5, 360), "dev gold only");
    let document = all.iter().find(|document| document.covered).context("a document")?;
    let voted = document.explanation.iter().filter(|term| term.of == ExplanationKind::Vote).count();
    assert_eq!(table.votes(document.pattern).iter().filter(|vote| **vote >= 0).count(), voted);
    Ok(())
}

/// Many rules for one label that copy each other's mistakes make one coin drift; gold tells.
async fn a_model_below_majority_vote_on_gold_is_not_used(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = project(&bench, &corpus()).await?;
    let balance = Some(vec![0.999, 0.001]);
    let request = CombineRequest {
        model: Some("dawid-skene".to_owned()),
        balance,
        use_gold: false,
        ..CombineRequest::default()
    };
    let report = combine(&bench, project, request).await?;
    assert_eq!((report.chosen.as_str(), report.used.as_str()), ("dawid-skene", "majority"));
    let warning = report.warnings.iter().find(|warning| warning.name == "below-majority");
    let warning = warning.context("a warning")?;
    assert!(!warning.reason.is_empty() && warning.way_out.contains("majority vote's labels are used"));
    assert_eq!(report.evidence, 0);
    let documents = list(&bench, project, LabelFilter::default()).await?;
    assert!(documents.iter().all(|document| document.explanation.is_empty()));
    Ok(())
}

async fn without_gold_nothing_is_made_up(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let csv: String =
        corpus().lines().map(|line| line.replace(",HAM,", ",,").replace(",SPAM,", ",,") + "\n").collect();
    let project = project(&bench, &csv).await?;
    let report = combine(&bench, project, CombineRequest::default()).await?;
    assert_eq!((report.gold, report.evidence, report.majority_is_enough), (0, 0, None));
    assert!(report.calibration.is_none() && report.sensitivity.len() == 2);
    assert!(report.rules.iter().all(|rule| rule.empirical.is_none() && rule.value.is_none()));
    for model in &report.models {
        assert!(model.scores.is_none() && model.valid.is_none() && model.confusion.is_empty());
    }
    let document = list(&bench, project, LabelFilter::default()).await?.swap_remove(0);
    assert!(document.explanation.iter().all(|term| term.of != ExplanationKind::Calibration));
    Ok(())
}

async fn a_prior_and_gold_change_labels_and_snapshots(db: TestStore) -> Result<()> {
    let bench = Bench::new(db)?;
    let project = project(&bench, &corpus()).await?;
    let mut ids = Vec::new();
    for request in [
        CombineRequest::default(),
        CombineRequest { use_gold: false, ..CombineRequest::default() },
        CombineRequest { prior: Some(PriorFrom::Uniform), ..CombineRequest::default() },
        CombineRequest { balance: Some(vec![0.9, 0.1]), ..CombineRequest::default() },
        CombineRequest::default(),
    ] {
        combine(&bench, project, request).await?;
        let job = bench.run(project, JobSpec::Snapshot(NewSnapshot::default())).await?;
        assert_state(&job, JobState::Done);
        let Some(hunch_protocol::JobResult::Snapshot { id }) = job.result else { panic!("{job:?}") };
        ids.push(id);
    }
    assert_eq!(ids[0], ids[4], "equal inputs, equal id");
    let manifest = bench.store().snapshot_manifest(project, &ids[0]).await?;
    assert_eq!(manifest.model.evidence, 480);
    assert!(manifest.model.calibration.is_some());
    ids.pop();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    Ok(())
}
