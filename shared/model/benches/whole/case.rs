//! One model on votes of one kind.

use crate::{
    clock::{peak, timed},
    votes::Made,
};
use hunch_engine::Bitset;
use hunch_model::{FitOptions, ModelKind, PatternCounter, Ties, fit};
use serde::{Deserialize, Serialize};
use std::{env, hint::black_box, process::Command, str::FromStr};

/// What is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) made: Made,
    pub(crate) model: ModelKind,
}

/// What came out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) patterns: usize,
    /// CPU seconds from votes to the table of patterns, …
    pub(crate) counted: f64,
    /// … from there to the model with all patterns' probabilities, …
    pub(crate) fitted: f64,
    /// … and to the label of each row.
    pub(crate) labeled: f64,
    /// Most memory held, in MiB.
    pub(crate) peak: u64,
}

impl Figures {
    pub(crate) fn together(&self) -> f64 {
        self.counted + self.fitted + self.labeled
    }
}

impl Case {
    /// The fastest of several runs, each in a process of its own; the most memory of all.
    pub(crate) fn best_of(&self, runs: usize) -> Figures {
        let all: Vec<Figures> = (0..runs).map(|_| self.in_a_process()).collect();
        let peak = all.iter().map(|figures| figures.peak).max().unwrap();
        let fastest = all.into_iter().min_by(|a, b| a.together().total_cmp(&b.together())).unwrap();
        Figures { peak, ..fastest }
    }

    fn in_a_process(&self) -> Figures {
        let Made { rows, sources, labels, coverage: (low, high) } = self.made;
        let argument = format!("{} {rows} {sources} {labels} {low} {high}", self.model.name());
        let output = Command::new(env::current_exe().unwrap()).arg(argument).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs it here.
    pub(crate) fn run(&self) -> Figures {
        let chunks = self.made.chunks();
        let (counted, (table, rows)) = timed(|| {
            let mut counter = PatternCounter::new(self.made.labels, &self.made.names());
            let mut rows = Vec::new();
            for chunk in &chunks {
                let votes: Vec<_> = chunk.iter().collect();
                rows.extend(counter.add_votes(&votes, &Bitset::full(chunk[0].rows)).unwrap());
            }
            let (table, order) = counter.finish();
            for pattern in &mut rows {
                *pattern = order[*pattern as usize];
            }
            (table, rows)
        });
        let (fitted, model) = timed(|| fit(self.model, &table, &FitOptions::default()).unwrap());
        let (labeled, labels) = timed(|| {
            let labels = model.labels();
            let label = |(row, pattern): (u64, &u32)| labels.label(*pattern, Ties::DocumentId, "", row);
            (0..).zip(&rows).map(label).collect::<Vec<i16>>()
        });
        black_box(labels);
        Figures { patterns: table.distinct(), counted, fitted, labeled, peak: peak().unwrap_or_default() }
    }
}

impl FromStr for Case {
    type Err = Box<dyn std::error::Error>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split(' ').collect();
        let [model, rows, sources, labels, low, high] = words[..] else { return Err("not a case".into()) };
        let coverage = (low.parse()?, high.parse()?);
        let made = Made { rows: rows.parse()?, sources: sources.parse()?, labels: labels.parse()?, coverage };
        Ok(Self { made, model: model.parse()? })
    }
}
