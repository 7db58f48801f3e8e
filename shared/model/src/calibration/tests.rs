//! Calibration against what was put in.

use super::{isotonic::Curve, *};
use crate::random::Random;
use proptest::prelude::*;

/// Rows of two labels with P(label 1) as given and gold that is 1 as often as `truth` says of it.
fn drawn(rows: usize, truth: impl Fn(f64) -> f64) -> Judged {
    let mut random = Random::new(7, "calibration");
    let mut draw = move || random.below(1 << 20) as f64 / f64::from(1 << 20);
    let mut judged = Judged::new(2);
    for _ in 0..rows {
        let p = draw();
        judged.push(&[1.0 - p, p], i16::from(draw() < truth(p))).unwrap();
    }
    judged
}

/// What becomes of logits of truth that were made `factor` times too large.
fn overconfident(p: f64, factor: f64) -> f64 {
    let logit = libm::log(p / (1.0 - p)) / factor;
    1.0 / (1.0 + libm::exp(-logit))
}

#[test]
fn a_temperature_undoes_overconfidence() {
    let judged = drawn(20_000, |p| overconfident(p, 3.0));
    let Calibration::Temperature(found) = Calibration::temperature(&judged) else { panic!("no temperature") };
    assert!((found - 3.0).abs() < 0.15, "{found}");
    let mut row = [0.1, 0.9];
    Calibration::Temperature(3.0).apply(&mut row);
    assert!((row[1] - overconfident(0.9, 3.0)).abs() < 1e-12, "{row:?}");
}

#[test]
fn calibrated_probabilities_are_left_alone() {
    let judged = drawn(20_000, |p| p);
    let Calibration::Temperature(found) = Calibration::temperature(&judged) else { panic!("no temperature") };
    assert!((found - 1.0).abs() < 0.05, "{found}");
}

#[test]
fn the_way_follows_the_amount_of_gold() {
    let way = |rows| Calibration::choose(&drawn(rows, |p| p));
    assert_eq!(way(0), Calibration::NotCalibrated(TooFew::Gold { rows: 0 }));
    assert_eq!(way(49), Calibration::NotCalibrated(TooFew::Gold { rows: 49 }));
    assert!(matches!(way(50), Calibration::Temperature(_)));
    assert!(matches!(way(999), Calibration::Temperature(_)));
    assert!(matches!(way(1_000), Calibration::Isotonic(_)));
    assert_eq!(Calibration::choose(&drawn(2_000, |_| 1.0)), Calibration::NotCalibrated(TooFew::Labels));
    let rare = Calibration::choose(&drawn(2_000, |p| if p > 0.98 { 1.0 } else { 0.0 }));
    assert!(matches!(rare, Calibration::Temperature(_)), "a curve needs rows of both labels");
    let message = "not calibrated: 3 rows of gold in the valid split; 50 are needed";
    assert_eq!(TooFew::Gold { rows: 3 }.to_string(), message);
}

#[test]
fn few_rows_that_are_all_right_do_not_make_certainty() {
    let mut judged = Judged::new(2);
    for row in 0..60 {
        let gold = i16::from(row % 2 == 0);
        judged.push(&if gold == 1 { [0.3, 0.7] } else { [0.7, 0.3] }, gold).unwrap();
    }
    let mut row = [0.3, 0.7];
    Calibration::choose(&judged).apply(&mut row);
    assert!(row[1] > 0.9 && row[1] < 0.99, "{row:?}");
    let mut sure = [0.0, 1.0];
    Calibration::Temperature(2.0).apply(&mut sure);
    assert!(sure[1] > 0.99 && sure[1] < 1.0, "{sure:?}");
}

#[test]
fn a_curve_mends_what_no_temperature_can() {
    let truth = |p: f64| if p < 0.5 { 0.2 } else { 0.7 };
    let judged = drawn(20_000, truth);
    for p in [0.1, 0.3, 0.7, 0.9] {
        let mut row = [1.0 - p, p];
        Calibration::choose(&judged).apply(&mut row);
        assert!((row[1] - truth(p)).abs() < 0.04, "{p} became {row:?}");
        assert!((row[0] + row[1] - 1.0).abs() < 1e-12);
    }
}

/// By hand: 1, 0 are pooled to ½, then 1, 0, 0 would be ½, ⅓ and are pooled with it to 2/5.
#[test]
fn violators_are_pooled() {
    let seen =
        [(0.1, false), (0.2, true), (0.3, false), (0.4, true), (0.5, false), (0.6, false), (0.7, true)];
    let curve = Curve::fit(seen.into_iter());
    for (place, height) in
        [(0.0, 0.0), (0.1, 0.0), (0.2, 0.4), (0.4, 0.4), (0.6, 0.4), (0.7, 1.0), (1.0, 1.0)]
    {
        assert!((curve.at(place) - height).abs() < 1e-12, "{place}: {} instead of {height}", curve.at(place));
    }
    assert!((curve.at(0.15) - 0.2).abs() < 1e-12 && (curve.at(0.65) - 0.7).abs() < 1e-12, "linear between");
}

#[test]
fn three_labels_are_mended_one_against_the_rest() {
    let mut random = Random::new(3, "three");
    let mut judged = Judged::new(3);
    for _ in 0..6_000 {
        let likely = usize::try_from(random.below(3)).unwrap();
        let mut row = [0.05; 3];
        row[likely] = 0.9;
        // Right six times in ten instead of nine.
        let gold =
            if random.below(10) < 6 { likely } else { (likely + 1 + usize::from(random.below(2) == 0)) % 3 };
        judged.push(&row, i16::try_from(gold).unwrap()).unwrap();
    }
    let calibration = Calibration::choose(&judged);
    assert!(matches!(calibration, Calibration::Isotonic(_)));
    let mut row = [0.05, 0.9, 0.05];
    calibration.apply(&mut row);
    assert!((row[1] - 0.6).abs() < 0.03 && (row.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{row:?}");
}

/// Four rows by hand: confidences 0.9, 0.9 with one right, 0.6 right, and a tie.
#[test]
fn a_diagram_comes_out_as_by_hand() {
    let mut judged = Judged::new(2);
    for (p, gold) in [(0.9, 1), (0.9, 0), (0.6, 1), (0.5, 0)] {
        judged.push(&[1.0 - p, p], gold).unwrap();
    }
    let diagram = reliability(&judged, 10);
    let bins: Vec<_> = diagram.bins.iter().map(|bin| (bin.rows, bin.accuracy)).collect();
    assert_eq!(bins, [(1, 0.5), (1, 1.0), (2, 0.5)]);
    assert!((diagram.bins[2].low - 0.8).abs() < 1e-12 && (diagram.bins[2].confidence - 0.9).abs() < 1e-12);
    assert!((diagram.error.unwrap() - (0.0 + 0.4 + 2.0 * 0.4) / 4.0).abs() < 1e-12);
    // Only the last bin has two rows: 0.4² − ½·½/1.
    assert!((diagram.squared_error_debiased.unwrap() - (0.16 - 0.25)).abs() < 1e-12);
    let nothing = reliability(&Judged::new(2), 10);
    assert_eq!((nothing.bins.len(), nothing.error, nothing.error_by_chance), (0, None, None));
}

/// The bias of the plug-in error, and that both ways of telling it work.
#[test]
fn chance_is_not_taken_for_bad_calibration() {
    let diagram = reliability(&drawn(500, |p| p), 15);
    let (error, by_chance) = (diagram.error.unwrap(), diagram.error_by_chance.unwrap());
    assert!(error > 0.02 && (error / by_chance - 1.0).abs() < 0.5, "{error} {by_chance}");
    assert!(diagram.squared_error_debiased.unwrap().abs() < 0.002, "{diagram:?}");
    let bad = reliability(&drawn(500, |p| overconfident(p, 3.0)), 15);
    assert!(bad.error.unwrap() > 2.5 * bad.error_by_chance.unwrap(), "{bad:?}");
    assert!(bad.squared_error_debiased.unwrap() > 0.01, "{bad:?}");
}

#[test]
fn impossible_rows_are_refused() {
    let mut judged = Judged::new(2);
    assert_eq!(judged.push(&[1.0], 0), Err(JudgedError::Length { found: 1, expected: 2 }));
    assert!(matches!(judged.push(&[f64::NAN, 1.0], 0), Err(JudgedError::Probabilities(_))));
    assert!(matches!(judged.push(&[0.9, 0.9], 0), Err(JudgedError::Probabilities(_))));
    assert_eq!(judged.push(&[0.5, 0.5], 2), Err(JudgedError::NoSuchLabel { gold: 2, labels: 2 }));
    assert_eq!(judged.push(&[0.5, 0.5], -1), Ok(()));
    assert!(judged.is_empty());
}

proptest! {
    #[test]
    fn curves_rise_and_stay_between_0_and_1(
        seen in prop::collection::vec((0.0_f64..=1.0, any::<bool>()), 0..60),
        places in prop::collection::vec(0.0_f64..=1.0, 2..20),
    ) {
        let curve = Curve::fit(seen.iter().copied());
        let mut places = places;
        places.sort_by(f64::total_cmp);
        let heights: Vec<f64> = places.iter().map(|place| curve.at(*place)).collect();
        prop_assert!(heights.windows(2).all(|two| two[0] <= two[1] + 1e-12), "{heights:?}");
        prop_assert!(heights.iter().all(|height| (-1e-12..=1.0 + 1e-12).contains(height)));
    }

    #[test]
    fn calibrated_rows_are_distributions_whose_order_a_temperature_keeps(
        rows in prop::collection::vec((prop::collection::vec(0.0_f64..1.0, 3), 0_i16..3), 60..120),
    ) {
        let mut judged = Judged::new(3);
        let rows: Vec<Vec<f64>> = rows.into_iter().map(|(mut row, gold)| {
            for p in &mut row {
                *p += 0.01;
            }
            normalize(&mut row);
            judged.push(&row, gold).unwrap();
            row
        }).collect();
        let calibration = Calibration::choose(&judged);
        for row in rows {
            let mut mended = row.clone();
            calibration.apply(&mut mended);
            prop_assert!((mended.iter().sum::<f64>() - 1.0).abs() < 1e-9 && mended.iter().all(|p| *p >= 0.0));
            if matches!(calibration, Calibration::Temperature(_)) {
                prop_assert!((0..3).all(|l| (0..3).all(|m| row[l] <= row[m] || mended[l] >= mended[m])));
            }
        }
    }
}
