//! Mends the probabilities of the model in use on gold of the valid split.

use super::gold::{FOLDS, Gold};
use crate::jobs::error::JobError;
use hunch_engine::Split;
use hunch_model::Fitted;
use hunch_model::calibration::{self, Calibration, Isotonic, Judged, reliability};
use hunch_protocol::{CalibrationMethod, Reliability, ReliabilityBin};

/// Ranges of confidence in a reliability diagram.
const BINS: usize = 10;

/// Probabilities as they are kept, and what was done to them.
pub(super) struct Calibrated {
    /// P(label) of each pattern, pattern after pattern.
    pub(super) posteriors: Vec<f64>,
    /// None without gold in the valid split.
    pub(super) report: Option<hunch_protocol::Calibration>,
}

/// Calibrates the probabilities of patterns with a vote, if there is gold enough; labels stay what they are.
pub(super) fn calibrate(model: &Fitted, patterns: u32, gold: &Gold) -> Result<Calibrated, JobError> {
    let labels = model.prior.len();
    let mut parts = vec![Judged::new(labels); FOLDS];
    let mut all = Judged::new(labels);
    for document in gold.documents.iter().filter(|it| it.split == Split::Valid && it.pattern != 0) {
        let row = model.posterior(document.pattern);
        all.push(row, document.label)?;
        for (_, others) in parts.iter_mut().enumerate().filter(|(fold, _)| *fold != document.fold) {
            others.push(row, document.label)?;
        }
    }
    let voted = || (1..patterns).map(|pattern| model.posterior(pattern));
    let mut calibration = Calibration::choose(&all);
    if !calibration.keeps_labels(voted()) {
        calibration = Calibration::temperature(&all);
    }
    let mut posteriors = model.posterior(0).to_vec();
    for row in voted() {
        let start = posteriors.len();
        posteriors.extend(row);
        calibration.apply(&mut posteriors[start..]);
    }
    let report = if all.is_empty() {
        None
    } else {
        let after = after(&calibration, model, gold, &parts)?;
        Some(report(&calibration, &all, after))
    };
    Ok(Calibrated { posteriors, report })
}

/// How reliable mended probabilities are: each part of the gold as the others mend it.
fn after(
    calibration: &Calibration,
    model: &Fitted,
    gold: &Gold,
    parts: &[Judged],
) -> Result<Option<Reliability>, JobError> {
    let again = |others: &Judged| match calibration {
        Calibration::NotCalibrated(_) => None,
        Calibration::Temperature(_) => Some(Calibration::temperature(others)),
        Calibration::Isotonic(_) => Some(Calibration::Isotonic(Isotonic::fit(others))),
    };
    let Some(by_part) = parts.iter().map(again).collect::<Option<Vec<_>>>() else { return Ok(None) };
    let mut mended = Judged::new(model.prior.len());
    for document in gold.documents.iter().filter(|it| it.split == Split::Valid && it.pattern != 0) {
        let mut row = model.posterior(document.pattern).to_vec();
        by_part[document.fold].apply(&mut row);
        mended.push(&row, document.label)?;
    }
    Ok(Some(told(&mended)))
}

fn report(
    calibration: &Calibration,
    all: &Judged,
    after: Option<Reliability>,
) -> hunch_protocol::Calibration {
    let mut report = hunch_protocol::Calibration {
        method: CalibrationMethod::None,
        reason: None,
        temperature: None,
        curves: Vec::new(),
        rows: all.len() as u64,
        before: told(all),
        after,
    };
    match calibration {
        Calibration::NotCalibrated(why) => report.reason = Some(why.to_string()),
        Calibration::Temperature(temperature) => {
            report.method = CalibrationMethod::Temperature;
            report.temperature = Some(*temperature);
        }
        Calibration::Isotonic(isotonic) => {
            report.method = CalibrationMethod::Isotonic;
            report.curves = isotonic.curves();
        }
    }
    report
}

fn told(judged: &Judged) -> Reliability {
    let calibration::Reliability { bins, error, error_by_chance, .. } = reliability(judged, BINS);
    let bin = |bin: calibration::Bin| ReliabilityBin {
        low: bin.low,
        high: bin.high,
        rows: bin.rows,
        confidence: bin.confidence,
        accuracy: bin.accuracy,
        interval: bin.interval.into(),
    };
    Reliability { error, error_by_chance, bins: bins.into_iter().map(bin).collect() }
}
