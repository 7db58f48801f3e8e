//! How often sources vote what, with labels known as far as the other sources and gold say.

use super::{ALONE, Facts};
use crate::{
    gold::GoldCounts,
    pattern::{Cell, PatternTable},
    posterior::{LogWeights, Posteriors, normalize},
    source_kind::SourceKind,
};
use hunch_engine::wilson;

/// What is believed of labels before a round.
pub(super) enum Start<'a> {
    /// Each label's share of the votes.
    VoteShares,
    /// What the round before found.
    Weights(&'a LogWeights),
}

/// Soft counts of rows, believed and known.
pub(super) struct Counts {
    pub(super) believed: Rows,
    pub(super) gold: Rows,
}

/// Rows by label.
#[derive(Clone)]
pub(super) struct Rows {
    /// Per label.
    pub(super) of_label: Vec<f64>,
    /// Per cell and label: rows with that vote.
    pub(super) of_cell: Vec<f64>,
    /// Per source and label: rows where it votes.
    pub(super) voted: Vec<f64>,
    /// Per source and label: what its own view of the rows it votes on adds to `of_label`.
    pub(super) own_view: Vec<f64>,
}

impl Rows {
    fn new(table: &PatternTable) -> Self {
        let (labels, sources) = (table.labels(), table.sources().len());
        Self {
            of_label: vec![0.0; labels],
            of_cell: vec![0.0; table.cells().len() * labels],
            voted: vec![0.0; sources * labels],
            own_view: vec![0.0; sources * labels],
        }
    }

    /// Rows of a label as a source sees them.
    pub(super) fn seen_by(&self, source: usize, label: usize) -> f64 {
        (self.of_label[label] + self.own_view[source * self.of_label.len() + label]).max(0.0)
    }

    fn add_vote(&mut self, cell: usize, source: usize, rows: f64, view: &[f64], all: &[f64]) {
        let labels = view.len();
        for (label, (share, all)) in view.iter().zip(all).enumerate() {
            self.of_cell[cell * labels + label] += rows * share;
            self.voted[source * labels + label] += rows * share;
            self.own_view[source * labels + label] += rows * (share - all);
        }
    }
}

impl Counts {
    pub(super) fn of(table: &PatternTable, facts: &Facts, start: &Start<'_>, gold: &GoldCounts) -> Self {
        let beliefs = Beliefs::of(table, facts, start);
        let mut counts = Self { believed: Rows::new(table), gold: Rows::new(table) };
        let (mut view, mut of_labels) = (vec![0.0; table.labels()], vec![0.0; table.labels()]);
        for (pattern, (cells, rows)) in (0..).zip(table.patterns()) {
            let all = beliefs.rows.row(pattern as usize);
            let known = counts.add_gold(table, cells, gold.of(pattern));
            let rows = rows.saturating_sub(known) as f64;
            let alone = cells.len() < 2;
            // A lone vote of a person says nothing of the person, and no vote of nobody.
            if rows <= 0.0 || alone && facts.kind == SourceKind::People && cells.is_empty() {
                continue;
            }
            for (sum, share) in counts.believed.of_label.iter_mut().zip(all) {
                *sum += rows * share;
            }
            if alone && facts.kind == SourceKind::People {
                continue;
            }
            let votes = Votes::of(table, facts, cells, &mut of_labels);
            for &cell in cells {
                beliefs.without(table, facts, cell, all, &votes, &mut view);
                let source = table.cells()[cell as usize].source as usize;
                counts.believed.add_vote(cell as usize, source, rows, &view, all);
            }
        }
        counts
    }

    /// Adds the rows of a pattern that have gold; gives how many there are.
    fn add_gold(
        &mut self,
        table: &PatternTable,
        cells: &[u32],
        of_pattern: impl Iterator<Item = (usize, u64)>,
    ) -> u64 {
        let labels = self.gold.of_label.len();
        let mut known = 0;
        for (label, count) in of_pattern.filter(|(label, _)| *label < labels) {
            known += count;
            let rows = count as f64;
            self.gold.of_label[label] += rows;
            for &cell in cells {
                let source = table.cells()[cell as usize].source as usize;
                self.gold.of_cell[cell as usize * labels + label] += rows;
                self.gold.voted[source * labels + label] += rows;
            }
        }
        known
    }

    /// Per source, whether gold shows that its votes are right less often than by chance.
    pub(super) fn worse_than_chance(&self, table: &PatternTable) -> Vec<bool> {
        let labels = table.labels();
        let mut right = vec![0.0; table.sources().len()];
        for (at, cell) in table.cells().iter().enumerate() {
            right[cell.source as usize] += self.gold.of_cell[at * labels + usize::from(cell.label)];
        }
        let is_worse = |(source, right): (usize, &f64)| {
            let voted: f64 = self.gold.voted[source * labels..][..labels].iter().sum();
            wilson(*right, voted).is_some_and(|interval| interval.high < 1.0 / labels as f64)
        };
        right.iter().enumerate().map(is_worse).collect()
    }
}

/// P(label) of patterns, and what of it is owed to single votes.
struct Beliefs {
    rows: Posteriors,
    /// By the votes of all rows.
    prior: Vec<f64>,
    /// Factors that take a cell's vote and those of its copies out again, per cell and label; none at the start.
    without: Option<Vec<f64>>,
}

impl Beliefs {
    fn of(table: &PatternTable, facts: &Facts, start: &Start<'_>) -> Self {
        let labels = table.labels();
        let shares_of = &facts.shares;
        let shares = Posteriors::of(table, |cells, row| votes(table, facts, cells, row));
        let mut prior = vec![0.0; labels];
        for ((cells, rows), shares) in table.patterns().zip(shares.rows()) {
            if !cells.is_empty() {
                prior.iter_mut().zip(shares).for_each(|(sum, share)| *sum += rows as f64 * share);
            }
        }
        normalize(&mut prior);
        let (rows, without) = match start {
            Start::VoteShares => {
                let mut rows = shares;
                rows.set_row(0, &prior);
                (rows, None)
            }
            Start::Weights(weights) => {
                let of_cells = table.cells().iter().zip(weights.cells.chunks_exact(labels));
                let factors = of_cells.flat_map(|(cell, weights)| {
                    let share = shares_of[cell.source as usize];
                    weights.iter().map(move |weight| libm::exp(-weight / share))
                });
                let factors = factors.collect();
                (weights.posteriors(table), Some(factors))
            }
        };
        Self { rows, prior, without }
    }

    /// What is believed of a pattern by all votes but one.
    fn without(
        &self,
        table: &PatternTable,
        facts: &Facts,
        cell: u32,
        all: &[f64],
        votes: &Votes<'_>,
        view: &mut [f64],
    ) {
        // Beside other people, one's own vote is evidence too: people are many and independent.
        if facts.kind == SourceKind::People {
            view.copy_from_slice(all);
            return;
        }
        let own = usize::from(table.cells()[cell as usize].label);
        match &self.without {
            Some(factors) => {
                let factors = &factors[cell as usize * view.len()..];
                for ((share, all), factor) in view.iter_mut().zip(all).zip(factors) {
                    *share = all * factor;
                }
            }
            None if votes.alone => view.copy_from_slice(&self.prior),
            None => {
                view.copy_from_slice(votes.of_labels);
                view[own] = (view[own] - 1.0).max(0.0);
            }
        }
        normalize(view);
        if votes.alone {
            for share in view.iter_mut() {
                *share *= 1.0 - ALONE;
            }
            view[own] += ALONE;
        }
    }
}

/// The votes of a pattern, copies sharing one.
struct Votes<'a> {
    of_labels: &'a [f64],
    /// Whether there is but one. Copies of a source are no others: together they have one vote, and all of it is taken out.
    alone: bool,
}

impl<'a> Votes<'a> {
    fn of(table: &PatternTable, facts: &Facts, cells: &[u32], of_labels: &'a mut [f64]) -> Self {
        of_labels.fill(0.0);
        let mut votes = 0.0;
        for &cell in cells {
            let Cell { source, label } = table.cells()[cell as usize];
            let share = facts.shares[source as usize];
            of_labels[usize::from(label)] += share;
            votes += share;
        }
        Self { of_labels, alone: votes < 1.0 + 1e-9 }
    }
}

/// Each label's share of the votes, copies sharing one.
fn votes(table: &PatternTable, facts: &Facts, cells: &[u32], row: &mut [f64]) {
    for &cell in cells {
        let cell = table.cells()[cell as usize];
        row[usize::from(cell.label)] += facts.shares[cell.source as usize];
    }
    normalize(row);
}
