//! The models of Snorkel, `flyingsquid` and crowd-kit against figures of `reference/reference.py`, which states the formulas of
//! the first two for `numpy` and runs the third.

use crate::{FitError, FitOptions, Fitted, ModelKind, PatternCounter, PatternTable, Prior, SourceKind, fit};

/// The matrix that the script makes too.
fn votes(rows: i64, sources: i64, labels: i64) -> Vec<Vec<i16>> {
    let vote = |i: i64, j: i64| {
        let truth = (i * i + 3 * i) % 7 % labels;
        let x = (i * 31 + j * 17 + i * j * 5) % 23;
        let vote = if x < 14 - j {
            truth
        } else if x < 18 {
            (truth + 1 + j) % labels
        } else {
            -1
        };
        i16::try_from(vote).unwrap()
    };
    (0..rows).map(|i| (0..sources).map(|j| vote(i, j)).collect()).collect()
}

fn table(labels: usize) -> (PatternTable, Vec<u32>) {
    let rows = votes(210, 5, i64::try_from(labels).unwrap());
    super::table(labels, &["a", "b", "c", "d", "e"], &rows)
}

fn largest_difference(fitted: &Fitted, patterns: &[u32], expected: &[&[f64]]) -> f64 {
    let rows = patterns.iter().zip(expected);
    let differences = rows
        .flat_map(|(&pattern, row)| fitted.posterior(pattern).iter().zip(*row).map(|(a, b)| (a - b).abs()));
    differences.fold(0.0, f64::max)
}

fn fitted(kind: ModelKind, labels: usize, prior: &[f64]) -> (Fitted, Vec<u32>) {
    let (table, patterns) = table(labels);
    let options = FitOptions { prior: Prior::Given(prior.to_vec()), ..FitOptions::default() };
    (fit(kind, &table, &options).unwrap(), patterns)
}

#[test]
fn matrix_completion_is_snorkels() {
    let (two, patterns) = fitted(ModelKind::MatrixCompletion, 2, &[0.3, 0.7]);
    let expected: [&[f64]; 4] = [
        &[0.982_080_491_712, 0.017_919_508_288_3],
        &[0.987_483_192_342, 0.012_516_807_657_6],
        &[0.000_415_402_459_706, 0.999_584_597_54],
        &[0.949_854_395_73, 0.050_145_604_270_2],
    ];
    assert!(largest_difference(&two, &patterns, &expected) < 1e-9);
    let (three, patterns) = fitted(ModelKind::MatrixCompletion, 3, &[0.2, 0.5, 0.3]);
    let expected: [&[f64]; 4] = [
        &[0.957_987_631_784, 0.002_910_731_162_8, 0.039_101_637_053_1],
        &[1.945_296_189_6e-12, 0.999_999_999_859, 1.388_723_804_06e-10],
        &[0.933_573_238_399, 0.066_424_104_601_8, 2.656_999_562_23e-6],
        &[7.511_427_385_65e-7, 0.999_999_243_732, 5.125_479_353_5e-9],
    ];
    assert!(largest_difference(&three, &patterns, &expected) < 1e-9);
}

#[test]
fn triplets_are_flying_squids_with_the_prior_applied_once() {
    let (fitted, patterns) = fitted(ModelKind::Triplet, 2, &[0.7, 0.3]);
    let expected: [&[f64]; 4] = [
        &[0.998_587_268_793, 0.001_412_731_206_63],
        &[0.999_444_117_06, 0.000_555_882_939_557],
        &[0.014_935_456_733_1, 0.985_064_543_267],
        &[0.797_223_797_511, 0.202_776_202_489],
    ];
    assert!(largest_difference(&fitted, &patterns, &expected) < 1e-9);
}

/// Where silence says nothing; crowd-kit keeps probabilities above 1e-10, so the figures are those of two steps.
#[test]
fn dawid_skene_on_people_is_crowd_kits() {
    let (table, patterns) = table(2);
    let options = FitOptions {
        sources: SourceKind::People,
        steps: Some(2),
        smoothing: Some(0.0),
        ..FitOptions::default()
    };
    let fitted = fit(ModelKind::DawidSkene, &table, &options).unwrap();
    let expected: [&[f64]; 4] = [
        &[0.998_697_145_793, 0.001_302_854_206_79],
        &[0.999_170_138_642, 0.000_829_861_358_305],
        &[0.049_746_028_880_6, 0.950_253_971_119],
        &[0.994_544_023_834, 0.005_455_976_166_45],
    ];
    assert!(largest_difference(&fitted, &patterns, &expected) < 1e-9);
}

#[test]
fn two_sources_are_refused_by_models_that_compare_three() {
    let mut counter = PatternCounter::new(2, &["a", "b"]);
    counter.add(&[0, 1]).unwrap();
    let (table, _) = counter.finish();
    for kind in [ModelKind::MatrixCompletion, ModelKind::Triplet] {
        let refusal = fit(kind, &table, &FitOptions::default()).unwrap_err();
        assert_eq!(refusal, FitError::FewSources { model: kind.name(), found: 2 });
    }
}
