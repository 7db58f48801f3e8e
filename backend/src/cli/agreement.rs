//! `hunch agreement`: how far people agree, with each other and with gold.

use super::table::{self, percent};
use crate::corpus::{VotesFile, VotesOptions};
use anyhow::Result;
use hunch_engine::ABSTAIN;
use hunch_model::Interval;
use hunch_model::agreement::{
    AgainstGold, Annotation, Annotations, Coefficient, Pair, against_gold, fleiss_kappa, krippendorff_alpha,
    pairs,
};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Measure how far annotators agree with each other and with gold
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File of votes, one column per annotator: CSV, TSV, JSONL, Parquet or npz
    votes: PathBuf,
    /// Column of gold labels; `label` (in npz `gold`) unless given, if there is one
    #[arg(long, value_name = "COLUMN")]
    gold: Option<String>,
    /// The labels in order, where votes are names or the largest index is not voted
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    labels: Option<Vec<String>>,
    /// How to write the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Table,
    Json,
}

/// The JSON form, described in `docs/cli.md`: stable.
#[derive(Debug, Serialize)]
struct Report {
    documents: usize,
    annotations: usize,
    krippendorff_alpha: Option<CoefficientReport>,
    fleiss_kappa: Option<CoefficientReport>,
    annotators: Vec<AnnotatorReport>,
    pairs: Vec<PairReport>,
}

#[derive(Debug, Serialize)]
struct CoefficientReport {
    value: f64,
    interval: Option<[f64; 2]>,
    resamples: u64,
    observed: f64,
    expected: f64,
    documents: u64,
}

#[derive(Debug, Serialize)]
struct AnnotatorReport {
    name: String,
    annotations: u64,
    judged: u64,
    right: u64,
    accuracy: Option<f64>,
    interval: Option<[f64; 2]>,
}

#[derive(Debug, Serialize)]
struct PairReport {
    annotators: [String; 2],
    documents: u64,
    agreed: u64,
    cohen_kappa: Option<f64>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let options =
        VotesOptions { labels: args.labels.clone(), gold: args.gold.clone(), ..VotesOptions::default() };
    let file = VotesFile::open(&args.votes, &options)?;
    let (mut ids, mut gold, mut given) = (Vec::new(), HashMap::new(), Vec::new());
    let mut rows = file.rows()?;
    while let Some(row) = rows.next()? {
        let id = row.id.clone().unwrap_or_else(|| ids.len().to_string());
        let labels = row.votes.iter().enumerate().filter(|(_, label)| **label != ABSTAIN);
        given.extend(labels.map(|(source, label)| (ids.len(), source, *label)));
        gold.insert(id.clone(), row.gold);
        ids.push(id);
    }
    let annotation = |&(row, source, label): &(usize, usize, i16)| Annotation {
        document: &ids[row],
        annotator: &file.sources()[source],
        label,
    };
    let annotations = Annotations::new(file.labels().len(), given.iter().map(annotation))?;
    let report = Report::new(&annotations, &against_gold(&annotations, |id| gold.get(id).copied()));
    let mut out = io::stdout().lock();
    match args.format {
        Format::Table => report.write_tables(&mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Report {
    fn new(annotations: &Annotations, judged: &[AgainstGold]) -> Self {
        let annotator = |found: &AgainstGold| AnnotatorReport {
            name: found.annotator.clone(),
            annotations: found.annotations,
            judged: found.judged,
            right: found.right,
            accuracy: found.accuracy,
            interval: found.interval.map(ends),
        };
        let name = |place: u32| annotations.annotators()[place as usize].clone();
        let pair = |pair: Pair| PairReport {
            annotators: [name(pair.annotators.0), name(pair.annotators.1)],
            documents: pair.documents,
            agreed: pair.agreed,
            cohen_kappa: pair.kappa,
        };
        Self {
            documents: annotations.documents().len(),
            annotations: annotations.len(),
            krippendorff_alpha: krippendorff_alpha(annotations).map(CoefficientReport::of),
            fleiss_kappa: fleiss_kappa(annotations).map(CoefficientReport::of),
            annotators: judged.iter().map(annotator).collect(),
            pairs: pairs(annotations).into_iter().map(pair).collect(),
        }
    }

    /// The coefficients, then the annotators, then every two of them.
    fn write_tables(&self, out: &mut impl io::Write) -> io::Result<()> {
        writeln!(out, "{} annotations of {} documents\n", self.annotations, self.documents)?;
        let coefficients =
            [("Krippendorff's alpha", &self.krippendorff_alpha), ("Fleiss' kappa", &self.fleiss_kappa)];
        let rows = coefficients.map(|(name, found)| {
            let value = found.as_ref().map_or_else(|| "–".to_owned(), |found| format!("{:.3}", found.value));
            let interval = found.as_ref().and_then(|found| found.interval);
            let interval =
                interval.map_or_else(|| "–".to_owned(), |[low, high]| format!("{low:.3} to {high:.3}"));
            let documents = found.as_ref().map_or(0, |found| found.documents);
            vec![name.to_owned(), value, interval, documents.to_string()]
        });
        table::write(out, &["coefficient", "value", "95 % interval", "documents"], &rows)?;
        writeln!(out)?;
        let annotators = self.annotators.iter().map(|found| {
            let interval = found.interval.map(|ends| ends.map(|end| percent(Some(end))));
            let interval = interval.map_or_else(|| "–".to_owned(), |[low, high]| format!("{low} to {high}"));
            let (annotations, judged) = (found.annotations.to_string(), found.judged.to_string());
            vec![found.name.clone(), annotations, judged, percent(found.accuracy), interval]
        });
        let header = ["annotator", "annotations", "with gold", "right", "95 % interval"];
        table::write(out, &header, &annotators.collect::<Vec<_>>())?;
        writeln!(out)?;
        let pairs = self.pairs.iter().map(|pair| {
            let share = pair.agreed as f64 / pair.documents as f64;
            let kappa = pair.cohen_kappa.map_or_else(|| "–".to_owned(), |kappa| format!("{kappa:.3}"));
            vec![pair.annotators.join(", "), pair.documents.to_string(), percent(Some(share)), kappa]
        });
        let header = ["pair", "documents", "agree", "Cohen's kappa"];
        table::write(out, &header, &pairs.collect::<Vec<_>>())
    }
}

impl CoefficientReport {
    fn of(found: Coefficient) -> Self {
        let Coefficient { value, observed, expected, interval, resamples, documents } = found;
        Self { value, interval: interval.map(ends), resamples, observed, expected, documents }
    }
}

fn ends(interval: Interval) -> [f64; 2] {
    [interval.low, interval.high]
}
