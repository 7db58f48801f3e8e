//! Published figures, reproduced from the published votes.

use super::data::{count, crowd, judge, wrench};
use crate::{FitOptions, ModelKind, SourceKind};

/// As papers print it.
fn percent(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

/// Dawid-Skene as WRENCH runs it.
fn to_convergence() -> FitOptions {
    FitOptions { steps: Some(10_000), smoothing: Some(0.0), ..FitOptions::default() }
}

/// WRENCH, table of label models, official splits: fitted on train, judged on test.
#[test]
fn wrench_cells_come_out_to_the_hundredth() {
    if let (Some(train), Some(test)) = (wrench("youtube", "train"), wrench("youtube", "test")) {
        let accuracy = |kind| percent(judge(kind, &to_convergence(), &train, &test).1);
        assert_eq!(accuracy(ModelKind::Majority), "84.00");
        assert_eq!(accuracy(ModelKind::DawidSkene), "83.20");
    }
    if let (Some(train), Some(test)) = (wrench("sms", "train"), wrench("sms", "test")) {
        let f1 = |kind| percent(judge(kind, &to_convergence(), &train, &test).0.f1.unwrap());
        assert_eq!(f1(ModelKind::Majority), "23.97");
        assert_eq!(f1(ModelKind::DawidSkene), "4.94");
    }
}

/// Truth inference on crowds: silence says nothing. With abstention as a symbol rte falls to 88.12.
#[test]
fn people_are_weighed_as_the_literature_does() {
    let people = FitOptions { sources: SourceKind::People, ..FitOptions::default() };
    for (set, majority, dawid_skene) in
        [("rte", "89.69", "92.75"), ("bluebirds", "75.93", "89.81"), ("dog", "82.22", "84.26")]
    {
        if let Some(rows) = crowd(&format!("crowd/{set}")) {
            let accuracy = |kind| percent(judge(kind, &people, &rows, &rows).0.accuracy.unwrap());
            assert_eq!(accuracy(ModelKind::Majority), majority, "{set}");
            assert_eq!(accuracy(ModelKind::DawidSkene), dawid_skene, "{set}");
        }
    }
}

/// The default must not fall far below majority vote on rules, as EM to convergence does.
#[test]
fn the_default_stays_near_majority_vote_on_rules() {
    for set in ["youtube", "sms"] {
        let splits = ["train", "valid", "test"].map(|split| wrench(set, split));
        let rows: Vec<_> = splits.into_iter().flatten().flatten().collect();
        if !rows.is_empty() {
            let accuracy = |kind| judge(kind, &FitOptions::default(), &rows, &rows).0.accuracy.unwrap();
            let (majority, default) = (accuracy(ModelKind::Majority), accuracy(ModelKind::default()));
            println!("{set}: majority {:.2}, default {:.2}", majority * 100.0, default * 100.0);
            assert!(default > majority - 0.02, "{set}: {default} against {majority}");
        }
    }
}

#[test]
fn real_crowds_and_real_rules_are_told_apart() {
    let kind = |rows| SourceKind::detect(&count(&rows).finish().0).0;
    for set in ["rte", "bluebirds", "dog"] {
        assert!(crowd(&format!("crowd/{set}")).is_none_or(|rows| kind(rows) == SourceKind::People), "{set}");
    }
    for set in ["youtube", "sms"] {
        assert!(wrench(set, "train").is_none_or(|rows| kind(rows) == SourceKind::Rules), "{set}");
    }
}
