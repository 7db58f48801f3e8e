//! What `hunch fit` reports.

use crate::cli::table::{self, percent};
use hunch_model::{FitError, Fitted, Interval, ModelKind, PatternTable, Scores, SourceKind, Warning};
use serde::Serialize;
use std::io::{self, Write};

/// The JSON form, described in `docs/cli.md`: stable.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    rows: u64,
    covered: u64,
    patterns: usize,
    source_kind: &'static str,
    source_kind_reason: &'static str,
    gold_used: bool,
    /// Each label's share of gold.
    gold_prior: Vec<ShareReport>,
    pub(super) models: Vec<ModelReport>,
    /// Models that cannot be fitted to these votes.
    skipped: Vec<Skipped>,
    warnings: Vec<WarningReport>,
    /// Whether the model is no better than majority vote on gold by more than noise.
    pub(super) majority_is_enough: Option<bool>,
    /// The model whose labels are written.
    pub(super) labels_from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) explanation: Option<String>,
}

#[derive(Debug, Serialize)]
struct ShareReport {
    share: f64,
    low: f64,
    high: f64,
}

#[derive(Debug, Serialize)]
struct Skipped {
    name: &'static str,
    reason: String,
}

#[derive(Debug, Serialize)]
struct WarningReport {
    kind: &'static str,
    reason: String,
    way_out: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct ModelReport {
    name: &'static str,
    default: bool,
    accuracy: Option<f64>,
    accuracy_covered: Option<f64>,
    macro_f1: Option<f64>,
    f1: Option<f64>,
    log_loss: Option<f64>,
    brier: Option<f64>,
    seconds: f64,
    prior: Vec<f64>,
    steps: u32,
    sources: Vec<SourceReport>,
}

#[derive(Debug, Serialize)]
struct SourceReport {
    name: String,
    accuracy: Option<f64>,
}

impl Report {
    pub(super) fn new(
        table: &PatternTable,
        kind: SourceKind,
        reason: &'static str,
        gold_used: bool,
        gold_shares: Vec<(f64, Interval)>,
    ) -> Self {
        let share = |(share, Interval { low, high })| ShareReport { share, low, high };
        Self {
            rows: table.rows(),
            covered: table.covered(),
            patterns: table.distinct(),
            source_kind: match kind {
                SourceKind::Rules => "rules",
                SourceKind::People => "people",
            },
            source_kind_reason: reason,
            gold_used,
            gold_prior: gold_shares.into_iter().map(share).collect(),
            models: Vec::new(),
            skipped: Vec::new(),
            warnings: Vec::new(),
            majority_is_enough: None,
            labels_from: ModelKind::default().name(),
            explanation: None,
        }
    }

    /// Says why a model is not there.
    pub(super) fn skip(&mut self, kind: ModelKind, error: &FitError) {
        self.skipped.push(Skipped { name: kind.name(), reason: error.to_string() });
    }

    pub(super) fn warn(&mut self, warnings: &[Warning], sources: &[String], labels: &[String]) {
        let told = |warning: &Warning| WarningReport {
            kind: warning.name(),
            reason: warning.reason(sources, labels),
            way_out: warning.way_out(),
        };
        self.warnings = warnings.iter().map(told).collect();
    }

    /// Models below each other, then what they think of each source.
    pub(super) fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        let header = ["model", "accuracy", "covered", "macro F1", "F1", "log loss", "Brier", "seconds"];
        let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
        let row = |model: &ModelReport| {
            vec![
                format!("{}{}", model.name, if model.default { " *" } else { "" }),
                percent(model.accuracy),
                percent(model.accuracy_covered),
                percent(model.macro_f1),
                percent(model.f1),
                number(model.log_loss),
                number(model.brier),
                format!("{:.6}", model.seconds),
            ]
        };
        table::write(out, &header, &self.models.iter().map(row).collect::<Vec<_>>())?;
        writeln!(out)?;

        let names = self.models.iter().map(|model| model.name);
        let header: Vec<&str> = std::iter::once("source's accuracy by").chain(names).collect();
        let sources = self.models.first().map_or(&[][..], |model| &model.sources);
        let row = |(place, source): (usize, &SourceReport)| {
            let of_models = self.models.iter().map(|model| percent(model.sources[place].accuracy));
            std::iter::once(source.name.clone()).chain(of_models).collect()
        };
        table::write(out, &header, &sources.iter().enumerate().map(row).collect::<Vec<_>>())?;

        let Self { rows, covered, patterns, source_kind, source_kind_reason, .. } = self;
        writeln!(out, "\n{rows} documents, {covered} with a vote, {patterns} distinct rows of votes")?;
        writeln!(out, "sources taken for {source_kind}: {source_kind_reason}")?;
        if self.gold_used {
            writeln!(out, "scores are on gold that the models have learned from")?;
        }
        for Skipped { name, reason } in &self.skipped {
            writeln!(out, "no {name}: {reason}")?;
        }
        if self.majority_is_enough == Some(true) {
            writeln!(
                out,
                "majority vote is enough here: on gold the default is no better by more than noise"
            )?;
        }
        for WarningReport { reason, way_out, .. } in &self.warnings {
            writeln!(out, "warning: {reason}; {way_out}")?;
        }
        if let Some(explanation) = &self.explanation {
            writeln!(out, "{explanation}")?;
        }
        Ok(())
    }
}

impl ModelReport {
    pub(super) fn new(fitted: &Fitted, scores: Scores, seconds: f64, sources: &[String]) -> Self {
        let source = |(name, accuracy): (&String, &Option<f64>)| SourceReport {
            name: name.clone(),
            accuracy: *accuracy,
        };
        Self {
            name: fitted.kind.name(),
            default: fitted.kind == ModelKind::default(),
            accuracy: scores.accuracy,
            accuracy_covered: scores.accuracy_covered,
            macro_f1: scores.macro_f1,
            f1: scores.f1,
            log_loss: scores.log_loss,
            brier: scores.brier,
            seconds,
            prior: fitted.prior.clone(),
            steps: fitted.steps,
            sources: sources.iter().zip(&fitted.accuracies).map(source).collect(),
        }
    }
}
