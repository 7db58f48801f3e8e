//! Sources that say the same: copies, near-copies, and sources whose votes another has all.

use crate::pattern::PatternTable;

/// Patterns looked at, at most: enough to see a copy, few enough for a million dense rows.
const PATTERNS: usize = 20_000;
/// Votes that two sources must share to be compared.
const VOTES: u64 = 20;
/// Same votes, as a share of the rows where either votes, from which two sources begin to count as one …
const BEGIN: f64 = 0.9;
/// … and at which they do.
const COPY: f64 = 0.97;
/// Same votes in excess of what labels explain from which two sources begin to count as one …
const EXCESS: f64 = 0.3;
/// … and at which they do.
const EXCESS_OF_COPY: f64 = 0.6;
/// Most sources that are compared with each other (32 MiB of counts).
const SOURCES: usize = 2_000;

/// How often pairs of sources vote the same.
pub(crate) struct Similar {
    sources: usize,
    /// Rows where both vote the same, per pair.
    same: Vec<u64>,
    /// Rows where a source votes.
    votes: Vec<u64>,
    /// Rows where both vote, whatever they say, per pair.
    both: Vec<u64>,
    /// Votes per source and label.
    of_label: Vec<u64>,
    /// Documents of each label, if its share is that of its votes.
    label_rows: Vec<f64>,
}

impl Similar {
    /// Counts; nothing is alike above [`SOURCES`] sources.
    pub(crate) fn of(table: &PatternTable) -> Self {
        let sources = table.sources().len();
        let mut similar = Self {
            sources,
            same: Vec::new(),
            votes: vec![0; sources],
            both: Vec::new(),
            of_label: vec![0; sources * table.labels()],
            label_rows: vec![0.0; table.labels()],
        };
        if sources > SOURCES {
            return similar;
        }
        similar.same = vec![0; sources * sources];
        similar.both = vec![0; sources * sources];
        let stride = table.len().div_ceil(PATTERNS).max(1);
        let mut rows = 0;
        for (cells, count) in table.patterns().step_by(stride) {
            rows += count;
            for (at, &cell) in cells.iter().enumerate() {
                let one = table.cells()[cell as usize];
                similar.votes[one.source as usize] += count;
                similar.of_label[one.source as usize * table.labels() + usize::from(one.label)] += count;
                for &other in &cells[at + 1..] {
                    let other = table.cells()[other as usize];
                    let (low, high) = (one.source.min(other.source), one.source.max(other.source));
                    let pair = low as usize * sources + high as usize;
                    similar.both[pair] += count;
                    similar.same[pair] += if one.label == other.label { count } else { 0 };
                }
            }
        }
        let votes: u64 = similar.votes.iter().sum();
        for (label, share) in similar.label_rows.iter_mut().enumerate() {
            let of_label: u64 = similar.of_label.iter().skip(label).step_by(table.labels()).sum();
            *share = rows as f64 * of_label as f64 / votes.max(1) as f64;
        }
        similar
    }

    /// The share of one vote that each source has: a copy made n times has 1/n each.
    pub(crate) fn shares(&self) -> Vec<f64> {
        let mut like = vec![Vec::new(); self.sources];
        for (one, other) in self.pairs() {
            let likeness = self.likeness(one, other);
            like[one].push(likeness);
            like[other].push(likeness);
        }
        // Sorted, so that the order of the sources changes no bit.
        let share = |mut like: Vec<f64>| {
            like.sort_by(f64::total_cmp);
            1.0 / (1.0 + like.iter().sum::<f64>())
        };
        like.into_iter().map(share).collect()
    }

    /// Pairs that vote the same nearly always, with the share of rows on which they do.
    pub(crate) fn near_duplicates(&self) -> Vec<(usize, usize, f64)> {
        let found = self.pairs().map(|(one, other)| (one, other, self.overlap(one, other)));
        found.filter(|(_, _, overlap)| *overlap >= BEGIN).collect()
    }

    /// Pairs whose first votes nowhere but where the second votes the same, and less often.
    pub(crate) fn subsumed(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (one, other) in self.pairs() {
            let same = self.same[one * self.sources + other];
            for (small, large) in [(one, other), (other, one)] {
                if same == self.votes[small]
                    && self.votes[small] < self.votes[large]
                    && self.overlap(one, other) < BEGIN
                {
                    found.push((small, large));
                }
            }
        }
        found
    }

    /// Pairs with enough in common, by index.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let compared = if self.same.is_empty() { 0 } else { self.sources };
        (0..compared)
            .flat_map(move |one| (one + 1..compared).map(move |other| (one, other)))
            .filter(|(one, other)| self.same[one * self.sources + other] >= VOTES)
    }

    /// How far two sources count as one: from 0 to 1.
    fn likeness(&self, one: usize, other: usize) -> f64 {
        let overlap = self.overlap(one, other);
        // No more can be in excess than there is.
        if overlap <= EXCESS {
            return 0.0;
        }
        let ramp = |value: f64, begin: f64, end: f64| ((value - begin) / (end - begin)).clamp(0.0, 1.0);
        ramp(overlap, BEGIN, COPY).max(ramp(self.excess(one, other), EXCESS, EXCESS_OF_COPY))
    }

    /// Same votes in excess of what the documents' labels explain, as a share of the rows where either votes, less those
    /// explained.
    ///
    /// Sources that are right vote the same because a document has its label: on at most `n_i · n_j / R` of the `R` documents of
    /// a label, were both right whenever they vote for it. Dense sources that agree may do so by being right, all of them; rare
    /// rules seldom meet by chance.
    fn excess(&self, one: usize, other: usize) -> f64 {
        let pair = one * self.sources + other;
        let either = (self.votes[one] + self.votes[other] - self.both[pair]) as f64;
        let labels = self.label_rows.len();
        let mut explained = 0.0;
        for (label, rows) in self.label_rows.iter().enumerate() {
            let (one, other) = (self.of_label[one * labels + label], self.of_label[other * labels + label]);
            if one.min(other) > 0 {
                explained += one as f64 * other as f64 / rows.max(one.max(other) as f64);
            }
        }
        if either > explained { (self.same[pair] as f64 - explained) / (either - explained) } else { 0.0 }
    }

    fn overlap(&self, one: usize, other: usize) -> f64 {
        let pair = one * self.sources + other;
        let either = self.votes[one] + self.votes[other] - self.both[pair];
        if either > 0 { self.same[pair] as f64 / either as f64 } else { 0.0 }
    }
}
