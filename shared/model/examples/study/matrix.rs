//! A vote matrix with its truth, made or read.

use hunch_model::{GoldCounts, PatternCounter, PatternTable};
use std::{collections::BTreeMap, error::Error, fs, path::Path};

pub(crate) struct Matrix {
    pub(crate) labels: usize,
    votes: Vec<Vec<i16>>,
    truth: Vec<i16>,
}

/// The matrix as models see it.
pub(crate) struct Counted {
    pub(crate) table: PatternTable,
    /// Rows of a pattern with a label.
    pub(crate) gold: BTreeMap<(u32, usize), u64>,
}

impl Matrix {
    pub(crate) fn new(labels: usize, sources: usize, truth: &[usize]) -> Self {
        let truth = truth.iter().map(|&label| label as i16).collect::<Vec<_>>();
        Self { labels, votes: vec![vec![-1; sources]; truth.len()], truth }
    }

    pub(crate) fn vote(&mut self, row: usize, source: usize, label: usize) {
        self.votes[row][source] = label as i16;
    }

    /// A copy whose vote is missing where `missing` says so.
    pub(crate) fn near_copy(&mut self, from: usize, to: usize, mut missing: impl FnMut() -> bool) {
        self.votes.iter_mut().for_each(|row| row[to] = if missing() { -1 } else { row[from] });
    }

    /// Reads `label,source,…`, an empty label or -1 where there is none.
    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let text = fs::read_to_string(path)?;
        let (mut votes, mut truth) = (Vec::new(), Vec::new());
        for line in text.lines().skip(1) {
            let mut cells = line.split(',').map(|cell| cell.trim().parse::<i16>());
            truth.push(cells.next().and_then(Result::ok).unwrap_or(-1));
            votes.push(cells.collect::<Result<Vec<_>, _>>()?);
        }
        let most = truth.iter().chain(votes.iter().flatten()).max().copied().unwrap_or(0);
        Ok(Self { labels: usize::try_from(most)? + 1, votes, truth })
    }

    pub(crate) fn count(&self) -> Result<Counted, Box<dyn Error>> {
        let sources = self.votes.first().map_or(0, Vec::len);
        let names: Vec<String> = (0..sources).map(|source| format!("s{source:04}")).collect();
        let mut counter = PatternCounter::new(self.labels, &names);
        let patterns = self.votes.iter().map(|row| counter.add(row)).collect::<Result<Vec<_>, _>>()?;
        let (table, order) = counter.finish();
        let mut gold = BTreeMap::new();
        for (pattern, &label) in patterns.iter().zip(&self.truth) {
            if let Ok(label) = usize::try_from(label) {
                *gold.entry((order[*pattern as usize], label)).or_default() += 1;
            }
        }
        Ok(Counted { table, gold })
    }
}

impl Counted {
    pub(crate) fn gold_counts(&self) -> GoldCounts {
        let mut counts = GoldCounts::default();
        for (&(pattern, label), &rows) in &self.gold {
            (0..rows).for_each(|_| counts.add(pattern, label as i16));
        }
        counts
    }
}
