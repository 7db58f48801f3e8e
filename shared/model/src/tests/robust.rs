//! What the default promises.

use super::{data, table};
use crate::{
    FitOptions, Fitted, GoldCounts, ModelKind, PatternTable, Prior, Reason, SourceKind, Tally, Ties, fit,
    random::Random, score, similar::Similar,
};
use proptest::prelude::*;

/// Rows of independent sources that vote any label, with the truth.
fn made(seed: u64, labels: u64, sources: usize, rows: usize, skew: f64) -> (Vec<Vec<i16>>, Vec<i16>) {
    let mut random = Random::new(seed, "robust");
    let share = |random: &mut Random| random.below(1_000_000) as f64 / 1e6;
    let skills: Vec<(f64, f64)> =
        (0..sources).map(|_| (0.55 + 0.35 * share(&mut random), 0.1 + 0.5 * share(&mut random))).collect();
    let (mut votes, mut truth) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let label = if share(&mut random) < skew { 0 } else { 1 + random.below(labels - 1) };
        let vote = |(accuracy, coverage): &(f64, f64), random: &mut Random| {
            if share(random) >= *coverage {
                -1
            } else if share(random) < *accuracy {
                i16::try_from(label).unwrap()
            } else {
                i16::try_from((label + 1 + random.below(labels - 1)) % labels).unwrap()
            }
        };
        votes.push(skills.iter().map(|skill| vote(skill, &mut random)).collect());
        truth.push(i16::try_from(label).unwrap());
    }
    (votes, truth)
}

fn names(sources: usize) -> Vec<String> {
    (0..sources).map(|source| format!("s{source:04}")).collect()
}

fn count(labels: usize, votes: &[Vec<i16>]) -> (PatternTable, Vec<u32>) {
    let names = names(votes[0].len());
    table(labels, &names.iter().map(String::as_str).collect::<Vec<_>>(), votes)
}

fn accuracy(
    table: &PatternTable,
    patterns: &[u32],
    truth: &[i16],
    kind: ModelKind,
    options: &FitOptions,
) -> f64 {
    let fitted = fit(kind, table, options).unwrap();
    let mut tally = Tally::default();
    patterns.iter().zip(truth).for_each(|(&pattern, &gold)| tally.add(pattern, gold, gold));
    100.0 * score(&fitted, &tally).accuracy.unwrap()
}

/// Where Dawid-Skene's assumptions hold, caution costs at most two points against knowing everything.
#[test]
fn two_labels_come_within_two_points_of_the_oracle() {
    for sources in [10, 50] {
        for skew in [0.5, 0.8] {
            let (votes, truth) = made(7, 2, sources, 5_000, skew);
            let (table, patterns) = count(2, &votes);
            let options = FitOptions { sources: SourceKind::detect(&table).0, ..FitOptions::default() };
            let mut gold = GoldCounts::default();
            patterns.iter().zip(&truth).for_each(|(&pattern, &label)| gold.add(pattern, label));
            let knowing = FitOptions { gold, steps: Some(1), ..options.clone() };
            let oracle = accuracy(&table, &patterns, &truth, ModelKind::DawidSkene, &knowing);
            let default = accuracy(&table, &patterns, &truth, ModelKind::Robust, &options);
            assert!(default > oracle - 2.0, "{sources} sources, {skew}: {default} against {oracle}");
        }
    }
}

#[test]
fn ten_copies_of_one_rule_do_not_outvote_three() {
    let (votes, _) = made(3, 2, 4, 1_000, 0.5);
    let copied: Vec<Vec<i16>> =
        votes.iter().map(|row| (0..9).map(|_| row[0]).chain(row.iter().copied()).collect()).collect();
    let mut rows = copied;
    rows.push([vec![1; 10], vec![0; 3]].concat());
    let (table, patterns) = count(2, &rows);
    let fitted = fit(ModelKind::Robust, &table, &FitOptions::default()).unwrap();
    assert_eq!(fitted.label(patterns[1_000], Ties::DocumentId, "x", 0), 0);
}

/// Whoever writes one rule in ten wordings has nine tenths of the votes in common, not all.
#[test]
fn ten_rules_that_share_most_of_their_votes_do_not_outvote_three() {
    let mut random = Random::new(11, "near copies");
    let rows = 6_000;
    let mut votes = Vec::new();
    for row in 0..rows {
        let own = |random: &mut Random| random.below(10) == 0;
        let (found, label) = (own(&mut random), i16::try_from(row % 2).unwrap());
        let copy = |random: &mut Random| if found && random.below(10) < 8 { 1 } else { -1 };
        let mut of_row: Vec<i16> = (0..10).map(|_| copy(&mut random)).collect();
        for _ in 0..3 {
            of_row.push(if random.below(4) == 0 { label } else { -1 });
        }
        votes.push(of_row);
    }
    let against = [vec![1; 10], vec![0; 3]].concat();
    votes.push(against);
    let (table, patterns) = count(2, &votes);
    let fitted = fit(ModelKind::Robust, &table, &FitOptions::default()).unwrap();
    assert_eq!(
        fitted.label(patterns[rows], Ties::DocumentId, "x", 0),
        0,
        "{:?}",
        fitted.posterior(patterns[rows])
    );
}

/// Sources that agree because they are right are no copies: all of them count.
#[test]
fn sources_that_are_right_keep_their_votes() {
    let mut random = Random::new(12, "right");
    let vote = |label: i16, random: &mut Random| if random.below(10) == 0 { 1 - label } else { label };
    let votes: Vec<Vec<i16>> =
        (0..2_000).map(|row| (0..7).map(|_| vote(i16::from(row % 2 == 0), &mut random)).collect()).collect();
    assert_eq!(Similar::of(&count(2, &votes).0).shares(), [1.0; 7]);
}

/// A prior is what was believed before anyone voted; votes that all agree say otherwise.
#[test]
fn a_label_believed_impossible_is_taken_where_all_vote_for_it() {
    let (votes, _) = made(9, 3, 5, 500, 0.5);
    let (table, patterns) = count(3, &votes);
    let prior = Prior::Given(vec![0.0, 0.5, 0.5]);
    let fitted = fit(ModelKind::Robust, &table, &FitOptions { prior, ..FitOptions::default() }).unwrap();
    let mut seen = 0;
    for (row, &pattern) in votes.iter().zip(&patterns) {
        if row.contains(&0) && row.iter().all(|vote| *vote <= 0) {
            assert_eq!(fitted.label(pattern, Ties::DocumentId, "x", 0), 0);
            seen += 1;
        }
    }
    assert!(seen > 10);
}

#[test]
fn copies_change_little() {
    let (votes, _) = made(5, 3, 5, 1_000, 0.4);
    let copied: Vec<Vec<i16>> = votes.iter().map(|row| [&row[..], &row[2..3], &row[2..3]].concat()).collect();
    let ((plain, of_plain), (more, of_more)) = (count(3, &votes), count(3, &copied));
    let options = FitOptions::default();
    let (plain, more) =
        (fit(ModelKind::Robust, &plain, &options).unwrap(), fit(ModelKind::Robust, &more, &options).unwrap());
    let pairs = of_plain.iter().zip(&of_more);
    let label = |fitted: &Fitted, pattern: u32| fitted.label(pattern, Ties::DocumentId, "x", 0);
    let moved = pairs.filter(|(one, other)| label(&plain, **one) != label(&more, **other)).count();
    assert!(moved <= 20, "{moved} of 1000 labels moved");
}

/// Gold makes labels better smoothly; the first gold labels never make them worse beyond noise.
#[test]
fn gold_never_makes_it_worse() {
    let mut curve = Vec::new();
    for seed in 0..6 {
        let (votes, truth) = made(seed, 3, 6, 3_000, 0.6);
        let (table, patterns) = count(3, &votes);
        let of = |rows: usize| {
            let mut gold = GoldCounts::default();
            patterns.iter().zip(&truth).take(rows).for_each(|(&pattern, &label)| gold.add(pattern, label));
            accuracy(
                &table,
                &patterns,
                &truth,
                ModelKind::Robust,
                &FitOptions { gold, ..FitOptions::default() },
            )
        };
        curve.push([0, 1, 5, 20, 100, 500].map(of));
    }
    let mean = |at: usize| curve.iter().map(|curve| curve[at]).sum::<f64>() / curve.len() as f64;
    println!("accuracy with 0, 1, 5, 20, 100, 500 gold labels: {:.2?}", (0..6).map(mean).collect::<Vec<_>>());
    for at in 1..6 {
        assert!(mean(at) > mean(0) - 0.3, "{at}");
        for curve in &curve {
            assert!(curve[at] > curve[0] - 1.0, "{curve:?}");
        }
    }
    assert!(mean(5) > mean(0));
}

#[test]
fn gold_that_shows_a_source_to_be_worse_than_chance_lifts_unanimity() {
    let mut rows = vec![vec![0, -1, -1]; 60];
    rows.extend(vec![vec![1, 1, 1]; 60]);
    rows.extend(vec![vec![-1, 0, 0]; 60]);
    let (table, patterns) = count(2, &rows);
    let mut gold = GoldCounts::default();
    patterns[..40].iter().for_each(|&pattern| gold.add(pattern, 1));
    let options = FitOptions { gold, ..FitOptions::default() };
    let fitted = fit(ModelKind::Robust, &table, &options).unwrap();
    assert_eq!(fitted.label(patterns[0], Ties::DocumentId, "x", 0), 1);
    assert_eq!(fitted.label(patterns[130], Ties::DocumentId, "x", 0), 0);
}

/// Published sets: at least as good as the best of the classic models, or within a point.
#[test]
fn the_default_holds_its_own_on_public_data() {
    let converged = FitOptions { steps: Some(1_000), smoothing: Some(0.01), ..FitOptions::default() };
    let rules = ["youtube", "sms"].map(|set| {
        let splits = ["train", "valid", "test"].map(|split| data::wrench(set, split));
        (set, SourceKind::Rules, splits.into_iter().flatten().flatten().collect::<Vec<_>>(), 0.0)
    });
    let crowds = [("rte", 92.5), ("bluebirds", 89.5), ("dog", 84.0)].map(|(set, least)| {
        (set, SourceKind::People, data::crowd(&format!("crowd/{set}")).unwrap_or_default(), least)
    });
    for (set, sources, rows, least) in
        rules.into_iter().chain(crowds).filter(|(_, _, rows, _)| !rows.is_empty())
    {
        let of = |kind, options: &FitOptions| {
            let options = FitOptions { sources, ..options.clone() };
            100.0 * data::judge(kind, &options, &rows, &rows).0.accuracy.unwrap()
        };
        let plain = FitOptions::default();
        let classics = [
            of(ModelKind::Majority, &plain),
            of(ModelKind::DawidSkene, &converged),
            of(ModelKind::MatrixCompletion, &plain),
            of(ModelKind::Triplet, &plain),
        ];
        let best = classics.iter().copied().fold(0.0, f64::max);
        let default = of(ModelKind::Robust, &plain);
        println!("{set}: default {default:.2}; majority, converged, completion, triplet {classics:.2?}");
        assert!(default >= best - 1.0 && default >= least, "{set}: {default} against {classics:?}");
    }
}

proptest! {
    #[test]
    fn explanations_add_up_and_nobody_is_overruled_by_nobody(
        rows in prop::collection::vec(prop::collection::vec(-1i16..3, 4), 1..60),
        people in any::<bool>(),
        skewed in any::<bool>(),
    ) {
        let (table, patterns) = count(3, &rows);
        let sources = if people { SourceKind::People } else { SourceKind::Rules };
        let prior = if skewed { Prior::Given(vec![0.98, 0.01, 0.01]) } else { Prior::Learned };
        let options = FitOptions { sources, prior, ..FitOptions::default() };
        for kind in [ModelKind::Robust, ModelKind::DawidSkene, ModelKind::OneCoin, ModelKind::MatrixCompletion] {
            let Ok(fitted) = fit(kind, &table, &options) else { continue };
            for (row, &pattern) in rows.iter().zip(&patterns) {
                let voted: Vec<i16> = row.iter().copied().filter(|vote| *vote >= 0).collect();
                let label = fitted.label(pattern, Ties::DocumentId, "x", 0);
                let (Ok(index), false) = (u16::try_from(label), voted.is_empty()) else { continue };
                if kind == ModelKind::Robust && voted.iter().all(|vote| *vote == voted[0]) {
                    prop_assert_eq!(label, voted[0]);
                }
                let explanation = fitted.explain(&table, pattern, index).unwrap();
                let posterior = fitted.posterior(pattern);
                let odds = (posterior[usize::from(index)] / posterior[usize::from(explanation.rival)]).ln();
                prop_assert!((explanation.log_odds() - odds).abs() < 1e-6 || odds > 500.0);
                let votes = explanation.terms.iter().filter(|term| matches!(term.of, Reason::Vote(_)));
                prop_assert_eq!(votes.count(), voted.len());
            }
        }
    }
}
