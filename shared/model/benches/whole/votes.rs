//! Made votes: independent sources that vote any label, as rules leave them, chunk by chunk.

use hunch_engine::{CHUNK_ROWS, RuleVotes};

/// What votes are like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    pub(crate) rows: usize,
    pub(crate) sources: usize,
    pub(crate) labels: usize,
    /// Share of the rows on which sources vote, from the least to the most.
    pub(crate) coverage: (f64, f64),
}

impl Made {
    pub(crate) fn names(&self) -> Vec<String> {
        (0..self.sources).map(|source| format!("s{source:03}")).collect()
    }

    /// Each source's votes on each chunk. Between right 0.4 (two labels: 0.55) and 0.9 of the time.
    pub(crate) fn chunks(&self) -> Vec<Vec<RuleVotes>> {
        let mut random = Random(7);
        let (low, high) = self.coverage;
        let least = if self.labels == 2 { 0.55 } else { 0.4 };
        let skills: Vec<(f64, f64)> = (0..self.sources)
            .map(|_| (low + (high - low) * random.share(), least + (0.9 - least) * random.share()))
            .collect();
        let mut chunks = Vec::new();
        for start in (0..self.rows).step_by(CHUNK_ROWS) {
            let rows = CHUNK_ROWS.min(self.rows - start);
            let truth: Vec<usize> = (0..rows).map(|_| random.below(self.labels)).collect();
            let of_source = |&(coverage, accuracy): &(f64, f64)| {
                let vote = |&truth: &usize| {
                    if random.share() >= coverage {
                        -1
                    } else if random.share() < accuracy {
                        i16::try_from(truth).unwrap()
                    } else {
                        i16::try_from((truth + 1 + random.below(self.labels - 1)) % self.labels).unwrap()
                    }
                };
                RuleVotes::from_votes(&truth.iter().map(vote).collect::<Vec<_>>())
            };
            chunks.push(skills.iter().map(of_source).collect());
        }
        chunks
    }
}

/// A small generator, so that every run measures the same votes.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn share(&mut self) -> f64 {
        self.next() as f64 / (1_u64 << 31) as f64
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next()).unwrap() % n
    }
}
