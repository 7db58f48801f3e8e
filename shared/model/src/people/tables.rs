//! What is known of each source: how often it votes what on documents of each label.

use super::{ACCURACY, POOL, RULES_ACCURACY, SHRINKAGE, votes::Lists};

/// How often sources vote what, with labels known as far as posteriors say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tables {
    labels: usize,
    /// How many of the sources are people.
    people: usize,
    /// How often people of the project are right.
    accuracy: f64,
    /// n(label, vote) per cell and label.
    of_cell: Vec<f64>,
    /// n(label) per source and label.
    of_source: Vec<f64>,
}

/// What one vote adds to the tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share<'a> {
    /// Per label of the document.
    pub(super) of_vote: &'a [f64],
    /// Per part of the vote and label.
    pub(super) of_parts: &'a [f64],
}

impl Tables {
    /// Nothing is known.
    pub(super) fn new(lists: &Lists, labels: usize) -> Self {
        let people = lists.people as usize;
        let of_cell = vec![0.0; lists.cells.len() * labels];
        Self { labels, people, accuracy: ACCURACY, of_cell, of_source: vec![0.0; (people + 1) * labels] }
    }

    /// Adds a vote.
    pub(super) fn add(&mut self, lists: &Lists, vote: usize, share: Share<'_>) {
        let (vote, labels) = (&lists.votes[vote], self.labels);
        let of_source = &mut self.of_source[vote.source as usize * labels..];
        of_source.iter_mut().zip(share.of_vote).for_each(|(sum, share)| *sum += share);
        let parts = lists.parts[vote.parts.clone()].iter().zip(share.of_parts.chunks_exact(labels));
        for ((cell, _), shares) in parts {
            let of_cell = &mut self.of_cell[*cell as usize * labels..];
            of_cell.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
        }
    }

    /// Finds how right people are on the whole, never less than by chance.
    pub(super) fn pool(&mut self, lists: &Lists) {
        let labels = self.labels;
        let of_people =
            lists.cells.iter().enumerate().filter(|(_, cell)| (cell.source as usize) < self.people);
        let right: f64 =
            of_people.map(|(at, cell)| self.of_cell[at * labels + usize::from(cell.label)]).sum();
        let all: f64 = self.of_source[..self.people * labels].iter().sum();
        self.accuracy = ((right + POOL * self.accuracy) / (all + POOL)).clamp(1.0 / labels as f64, 1.0);
    }

    /// Fills in P(part of the vote | label) times how well it fits, per part and label, capped so that none speaks against
    /// what it says. `left_out` is what the vote itself added, if it is to be weighed by its source's others only.
    pub(super) fn weigh(&self, lists: &Lists, vote: usize, left_out: Option<Share<'_>>, weights: &mut [f64]) {
        let (vote, labels) = (&lists.votes[vote], self.labels);
        let source = vote.source as usize;
        let of_source = &self.of_source[source * labels..];
        let parts = lists.parts[vote.parts.clone()].iter().enumerate();
        for ((part, (cell, fit)), weights) in parts.zip(weights.chunks_exact_mut(labels)) {
            let voted = usize::from(lists.cells[*cell as usize].label);
            let counts = &self.of_cell[*cell as usize * labels..];
            for (label, weight) in weights.iter_mut().enumerate() {
                let (mut count, mut of_label) = (counts[label], of_source[label]);
                if let Some(own) = left_out {
                    count = (count - own.of_parts[part * labels + label]).max(0.0);
                    of_label = (of_label - own.of_vote[label]).max(0.0);
                }
                *weight = self.share(source, count, of_label, label == voted);
            }
            let right = weights[voted];
            for weight in weights {
                *weight = fit * weight.min(right);
            }
        }
    }

    /// P(vote | label) of a source for all votes: for each label what it votes, row by row.
    pub(super) fn confusion(&self, lists: &Lists, source: usize) -> Vec<f64> {
        let labels = self.labels;
        let of_source = &self.of_source[source * labels..][..labels];
        let unseen = |at: usize| self.share(source, 0.0, of_source[at / labels], at / labels == at % labels);
        let mut table: Vec<f64> = (0..labels * labels).map(unseen).collect();
        let cells = lists.cells.iter().zip(self.of_cell.chunks_exact(labels));
        for (cell, counts) in cells.filter(|(cell, _)| cell.source as usize == source) {
            let voted = usize::from(cell.label);
            for (label, count) in counts.iter().enumerate() {
                table[label * labels + voted] = self.share(source, *count, of_source[label], label == voted);
            }
        }
        table
    }

    /// P(vote | label), from how often the source votes so on that label's documents, and on how many of them it votes.
    fn share(&self, source: usize, count: f64, of_label: f64, is_right: bool) -> f64 {
        let expected = if source < self.people { self.accuracy } else { RULES_ACCURACY };
        let expected = expected.max(1.0 / self.labels as f64);
        let anchor = if is_right { expected } else { (1.0 - expected) / (self.labels.max(2) - 1) as f64 };
        (count + SHRINKAGE * anchor) / (of_label + SHRINKAGE)
    }
}
