//! What holds of every model.

pub(crate) mod data;
mod published;
mod reference;
mod robust;
mod told;

use crate::{
    FitError, FitOptions, Fitted, GoldCounts, ModelKind, PatternCounter, PatternTable, Prior, SourceKind,
    Tally, Ties, fit, score, score_folds, share_interval,
};
use proptest::prelude::*;

/// The table of some rows and each row's pattern.
pub(crate) fn table(labels: usize, sources: &[&str], rows: &[Vec<i16>]) -> (PatternTable, Vec<u32>) {
    let mut counter = PatternCounter::new(labels, sources);
    let provisional: Vec<u32> = rows.iter().map(|row| counter.add(row).unwrap()).collect();
    let (table, ids) = counter.finish();
    let patterns = provisional.into_iter().map(|id| ids[id as usize]).collect();
    (table, patterns)
}

/// Every model that fits any votes, under both readings of silence.
fn every_model() -> impl Iterator<Item = (ModelKind, FitOptions)> {
    let fits_any = |kind: &ModelKind| !matches!(kind, ModelKind::MatrixCompletion | ModelKind::Triplet);
    ModelKind::ALL.into_iter().filter(fits_any).flat_map(|kind| {
        [SourceKind::Rules, SourceKind::People].into_iter().flat_map(move |sources| {
            [None, Some(30)].map(|steps| (kind, FitOptions { sources, steps, ..FitOptions::default() }))
        })
    })
}

/// Posteriors are distributions, accuracies are shares.
fn assert_sound(table: &PatternTable, fitted: &Fitted) {
    let is_share = |value: &f64| (0.0..=1.0).contains(value);
    for pattern in 0..u32::try_from(table.len()).unwrap() {
        let row = fitted.posterior(pattern);
        assert!(row.iter().all(is_share), "{fitted:?}");
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{fitted:?}");
    }
    assert!((fitted.prior.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(fitted.accuracies.iter().flatten().all(is_share), "{fitted:?}");
}

#[test]
fn without_votes_the_answer_is_the_prior() {
    for rows in [vec![], vec![vec![-1, -1]; 5]] {
        let (table, _) = table(2, &["a", "b"], &rows);
        for (kind, mut options) in every_model() {
            let fitted = fit(kind, &table, &options).unwrap();
            assert_eq!(fitted.posterior(0), [0.5, 0.5]);
            assert_eq!(fitted.accuracies, [None, None]);
            assert_eq!(fitted.label(0, Ties::DocumentId, "a", 0), -1);
            options.prior = Prior::Given(vec![0.2, 0.8]);
            assert_eq!(fit(kind, &table, &options).unwrap().posterior(0), [0.2, 0.8]);
        }
    }
}

#[test]
fn no_sources_one_source_and_one_label_are_no_trouble() {
    for (kind, options) in every_model() {
        let (none, _) = table(2, &[], &vec![vec![]; 3]);
        assert_sound(&none, &fit(kind, &none, &options).unwrap());

        let (one, patterns) = table(2, &["a"], &[vec![0], vec![0], vec![1], vec![-1]]);
        let fitted = fit(kind, &one, &options).unwrap();
        assert_sound(&one, &fitted);
        let labels: Vec<i16> = patterns.iter().map(|&p| fitted.label(p, Ties::DocumentId, "x", 0)).collect();
        assert_eq!((labels[0], labels[3]), (0, -1), "{kind:?}");

        let (single, _) = table(1, &["a", "b"], &[vec![0, -1], vec![0, 0], vec![-1, -1]]);
        let fitted = fit(kind, &single, &options).unwrap();
        assert_sound(&single, &fitted);
        assert_eq!(fitted.posterior(1), [1.0]);
    }
}

#[test]
fn two_hundred_labels_and_two_thousand_sources_fit() {
    let names: Vec<String> = (0..2_000).map(|source| format!("s{source}")).collect();
    let mut counter = PatternCounter::new(200, &names);
    let mut patterns = Vec::new();
    for row in 0..400_i16 {
        let vote = |source: i16| if (source + row) % 97 == 0 { (row + source / 970) % 200 } else { -1 };
        patterns.push(counter.add(&(0..2_000).map(vote).collect::<Vec<_>>()).unwrap());
    }
    let (table, ids) = counter.finish();
    for (kind, options) in every_model() {
        let fitted = fit(kind, &table, &options).unwrap();
        assert_sound(&table, &fitted);
        let first = ids[patterns[0] as usize];
        assert!(fitted.label(first, Ties::DocumentId, "x", 0) >= 0);
    }
}

#[test]
fn what_cannot_be_fitted_is_refused_with_a_reason() {
    let (two, _) = table(2, &["a"], &[vec![0]]);
    let refusal = |prior: &[f64], smoothing| {
        let options = FitOptions { prior: Prior::Given(prior.to_vec()), smoothing, ..FitOptions::default() };
        fit(ModelKind::DawidSkene, &two, &options).unwrap_err()
    };
    assert_eq!(refusal(&[1.0], None), FitError::PriorLength { found: 1, expected: 2 });
    assert!(matches!(refusal(&[0.5, 0.6], None), FitError::PriorShares(_)));
    assert!(matches!(refusal(&[f64::NAN, 1.0], None), FitError::PriorShares(_)));
    assert!(matches!(refusal(&[-0.5, 1.5], None), FitError::PriorShares(_)));
    assert!(matches!(refusal(&[0.5, 0.5], Some(f64::NAN)), FitError::Smoothing(_)));
    let (none, _) = table(0, &["a"], &[vec![-1]]);
    assert_eq!(fit(ModelKind::Majority, &none, &FitOptions::default()), Err(FitError::NoLabels));
}

/// One-class keyword rules: models that take silence for nothing see only agreement and collapse to one label.
#[test]
fn one_class_rules_do_not_collapse_to_one_label() {
    let mut rows = vec![vec![0, -1, -1]; 40];
    rows.extend(vec![vec![-1, 1, -1]; 30]);
    rows.extend(vec![vec![-1, 1, 1]; 20]);
    rows.extend(vec![vec![-1; 3]; 10]);
    let (table, patterns) = table(2, &["ham", "spam", "loud"], &rows);
    for steps in [None, Some(10_000)] {
        let fitted =
            fit(ModelKind::DawidSkene, &table, &FitOptions { steps, ..FitOptions::default() }).unwrap();
        let label = |row: usize| fitted.label(patterns[row], Ties::DocumentId, "x", 0);
        assert_eq!((label(0), label(40), label(70), label(90)), (0, 1, 1, -1));
    }
}

#[test]
fn gold_overrules_what_sources_agree_on() {
    let mut rows = vec![vec![0, 0]; 50];
    rows.extend(vec![vec![1, 1]; 50]);
    let (table, patterns) = table(2, &["a", "b"], &rows);
    let mut gold = GoldCounts::default();
    for row in 0..50 {
        gold.add(patterns[row], 1);
        gold.add(patterns[50 + row], 0);
    }
    gold.add(patterns[0], -1);
    let options = FitOptions { gold, ..FitOptions::default() };
    let fitted = fit(ModelKind::DawidSkene, &table, &options).unwrap();
    assert_eq!(fitted.label(patterns[0], Ties::DocumentId, "x", 0), 1);
    assert_eq!(fitted.accuracies, [Some(0.0), Some(0.0)]);
}

#[test]
fn scores_mean_what_the_figures_page_says() {
    let rows = [vec![0, 0], vec![1, 1], vec![0, 1], vec![-1, -1]];
    let (table, patterns) = table(2, &["a", "b"], &rows);
    let fitted = fit(ModelKind::Majority, &table, &FitOptions::default()).unwrap();
    assert_eq!(score(&fitted, &Tally::default()).accuracy, None);
    let mut tally = Tally::default();
    // Right, wrong, a tie guessed right, uncovered guessed wrong, no gold.
    for (row, gold, guess) in [(0, 0, 0), (1, 0, 1), (2, 1, 1), (3, 1, 0), (0, -1, 0)] {
        tally.add(patterns[row], gold, guess);
    }
    let scores = score(&fitted, &tally);
    assert_eq!(scores.accuracy, Some((1.0 + 0.0 + 0.5 + 0.5) / 4.0));
    assert_eq!(scores.accuracy_covered, Some(0.5));
    assert_eq!((scores.f1, scores.macro_f1), (Some(0.5), Some(0.5)));
    assert_eq!(scores.brier, Some((0.0 + 2.0 + 0.5 + 0.5) / 4.0));
    let expected = (1e15_f64.ln() + 2.0 * 2.0_f64.ln()) / 4.0;
    assert!((scores.log_loss.unwrap() - expected).abs() < 1e-12);
}

#[test]
fn confusion_counts_gold_against_guesses() {
    let rows = [vec![0, 0], vec![1, 1], vec![0, 1], vec![-1, -1]];
    let (table, patterns) = table(2, &["a", "b"], &rows);
    let fitted = fit(ModelKind::Majority, &table, &FitOptions::default()).unwrap();
    let mut gold = GoldCounts::default();
    for (row, label, rows) in [(0, 0, 4), (1, 0, 2), (2, 1, 3), (3, 1, 2)] {
        gold.add_rows(patterns[row], label, rows);
    }
    let tally = Tally::of(&fitted, &gold);
    // The three ties and the two uncovered rows are shared out.
    assert_eq!(tally.confusion(2), [[4, 2], [3, 2]]);
    assert_eq!((tally.len(), gold.rows()), (11, 11));
    let scores = score(&fitted, &tally);
    assert_eq!(scores.accuracy, Some((4.0 + 1.5 + 1.0) / 11.0));
    let interval = share_interval(scores.accuracy.unwrap(), tally.len()).unwrap();
    assert!(interval.low < 0.59 && interval.high > 0.59);
    let (one, other) = (Tally::of(&fitted, &gold.folds(2)[0]), Tally::of(&fitted, &gold.folds(2)[1]));
    let folds = score_folds([(&fitted, &one), (&fitted, &other)]);
    assert!((folds.accuracy.unwrap() - scores.accuracy.unwrap()).abs() < 1e-12);
}

#[test]
fn names_are_those_of_the_files() {
    for kind in ModelKind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    assert!("naive".parse::<ModelKind>().unwrap_err().to_string().contains("dawid-skene"));
}

#[test]
fn crowds_and_rules_are_told_apart() {
    let people: Vec<Vec<i16>> = (0..60)
        .map(|row| {
            (0..9).map(|worker| if (row + worker) % 3 == 0 { i16::from(row % 2 == 0) } else { -1 }).collect()
        })
        .collect();
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    assert_eq!(SourceKind::detect(&table(2, &names, &people).0).0, SourceKind::People);
    let one_class: Vec<Vec<i16>> =
        people.iter().map(|row| row.iter().map(|vote| if *vote == 1 { 1 } else { -1 }).collect()).collect();
    assert_eq!(SourceKind::detect(&table(2, &names, &one_class).0).0, SourceKind::Rules);
    let dense: Vec<Vec<i16>> = (0..60).map(|row| vec![i16::from(row % 2 == 0); 9]).collect();
    assert_eq!(SourceKind::detect(&table(2, &names, &dense).0).0, SourceKind::Rules);
    let many: Vec<Vec<i16>> = dense.iter().map(|row| vec![row[0]; 20]).collect();
    let many_names: Vec<String> = (0..20).map(|source| format!("m{source:02}")).collect();
    let many_names: Vec<&str> = many_names.iter().map(String::as_str).collect();
    assert_eq!(SourceKind::detect(&table(2, &many_names, &many).0).0, SourceKind::People);
    assert_eq!(SourceKind::detect(&table(2, &names, &[]).0).0, SourceKind::Rules);
}

/// Figures that must not move: a change here changes every snapshot made before.
#[test]
fn probabilities_keep_their_last_bit() {
    let mut rows = Vec::new();
    for row in 0..120_i16 {
        let vote = |keep: i16, label: i16| if row % keep == 0 { label } else { -1 };
        rows.push(vec![vote(2, row % 3), vote(3, 1), vote(5, 2), vote(7, row % 2)]);
    }
    let (table, patterns) = table(3, &["first", "second", "third", "fourth"], &rows);
    let shown: Vec<String> = every_model()
        .map(|(kind, options)| {
            let fitted = fit(kind, &table, &options).unwrap();
            let first = fitted.posterior(patterns[0]);
            format!(
                "{} {:?} {} steps: prior {:?} first {first:?} accuracies {:?}",
                kind.name(),
                options.sources,
                fitted.steps,
                fitted.prior,
                fitted.accuracies
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

proptest! {
    #[test]
    fn order_of_rows_and_of_sources_changes_nothing(
        rows in prop::collection::vec(prop::collection::vec(-1i16..3, 4), 1..60),
        order in Just((0..4).collect::<Vec<usize>>()).prop_shuffle(),
        shift in 0_usize..60,
    ) {
        let names = ["w", "x", "y", "z"];
        let (plain, plain_patterns) = table(3, &names, &rows);
        let shift = shift % rows.len();
        let turned: Vec<Vec<i16>> = (0..rows.len())
            .map(|row| order.iter().map(|&source| rows[(row + shift) % rows.len()][source]).collect())
            .collect();
        let turned_names: Vec<&str> = order.iter().map(|&source| names[source]).collect();
        let (other, other_patterns) = table(3, &turned_names, &turned);
        for (kind, options) in every_model() {
            let (plain_fit, other_fit) = (fit(kind, &plain, &options).unwrap(), fit(kind, &other, &options).unwrap());
            assert_sound(&plain, &plain_fit);
            for (row, &pattern) in plain_patterns.iter().enumerate() {
                let other_pattern = other_patterns[(row + rows.len() - shift) % rows.len()];
                // To the last bit.
                prop_assert_eq!(plain_fit.posterior(pattern), other_fit.posterior(other_pattern));
            }
            for (place, &source) in order.iter().enumerate() {
                prop_assert_eq!(plain_fit.accuracies[source], other_fit.accuracies[place]);
            }
        }
    }
}
