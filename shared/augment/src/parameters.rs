//! What transformations of attributes need to know of the corpus, measured once and then frozen with the policy.

use hunch_engine::{Bitset, Chunk, ColumnData};
use hunch_rules::{Policy, PolicyStep};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Measured over the train documents. Chunks are measured one by one and merged in the corpus' order, so that everyone
/// gets the same numbers to the bit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// Of the columns that `jitter` changes.
    pub numbers: BTreeMap<String, Moments>,
    /// Of the columns that `resample` changes.
    pub categories: BTreeMap<String, Categories>,
}

/// Of a column of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Finite values.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// The sum of squared distances from the mean.
    pub squares: f64,
    /// Whether all are whole numbers.
    pub whole: bool,
}

/// How often each value of a category occurs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Categories {
    /// By value.
    pub counts: BTreeMap<String, u64>,
    /// Rows without a value.
    pub missing: u64,
}

impl Parameters {
    /// Measures what a policy needs, over some rows of a chunk.
    pub fn measure(policy: &Policy, chunk: &Chunk, rows: &Bitset) -> Self {
        let mut parameters = Self::default();
        for step in &policy.steps {
            match step {
                PolicyStep::Jitter { column, .. } => {
                    if let Some(ColumnData::Number(values)) = chunk.column(column) {
                        let mut moments = Moments::default();
                        rows.iter_ones().filter_map(|row| values.get(row)).for_each(|x| moments.add(x));
                        parameters.numbers.insert(column.clone(), moments);
                    }
                }
                PolicyStep::Resample { column } => {
                    if let Some(texts) = chunk.text_column(column) {
                        let mut categories = Categories::default();
                        rows.iter_ones().for_each(|row| categories.add(texts.get(row)));
                        parameters.categories.insert(column.clone(), categories);
                    }
                }
                PolicyStep::Text { .. } | PolicyStep::Drop { .. } => {}
            }
        }
        parameters
    }

    /// Adds what was measured on the chunk that follows.
    pub fn merge(&mut self, next: Self) {
        for (column, moments) in next.numbers {
            self.numbers.entry(column).or_default().merge(moments);
        }
        for (column, categories) in next.categories {
            let known = self.categories.entry(column).or_default();
            known.missing += categories.missing;
            for (value, count) in categories.counts {
                *known.counts.entry(value).or_default() += count;
            }
        }
    }
}

impl Default for Moments {
    fn default() -> Self {
        Self { count: 0, mean: 0.0, squares: 0.0, whole: true }
    }
}

impl Moments {
    /// The standard deviation; 0 of no values.
    pub fn deviation(self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.squares / self.count as f64).sqrt() }
    }

    /// Welford's step.
    fn add(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
        self.whole &= value.fract() == 0.0;
    }

    /// The step of Chan, Golub and `LeVeque` (1979).
    fn merge(&mut self, next: Self) {
        let count = self.count + next.count;
        if count == 0 {
            return;
        }
        let between = next.mean - self.mean;
        let weight = next.count as f64 / count as f64;
        self.mean += between * weight;
        self.squares += next.squares + between * between * self.count as f64 * weight;
        self.whole &= next.whole;
        self.count = count;
    }
}

impl Categories {
    /// Rows.
    pub fn rows(&self) -> u64 {
        self.missing + self.counts.values().sum::<u64>()
    }

    /// The value at a place among all rows, in the order of values, missing ones last.
    pub fn at(&self, mut place: u64) -> Option<&str> {
        for (value, count) in &self.counts {
            if place < *count {
                return Some(value);
            }
            place -= count;
        }
        None
    }

    fn add(&mut self, value: Option<&str>) {
        match value {
            None => self.missing += 1,
            Some(value) => match self.counts.get_mut(value) {
                Some(count) => *count += 1,
                None => drop(self.counts.insert(value.to_owned(), 1)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_measured_apart_come_to_what_they_are_together() {
        let values: Vec<f64> = (0..100).map(|x| f64::from(x * x % 37)).collect();
        let of = |values: &[f64]| {
            let mut moments = Moments::default();
            for x in values {
                moments.add(*x);
            }
            moments
        };
        let (whole, mut parts) = (of(&values), of(&values[..31]));
        parts.merge(of(&values[31..]));
        assert_eq!(parts.count, whole.count);
        assert!(
            (parts.mean - whole.mean).abs() < 1e-9 && (parts.deviation() - whole.deviation()).abs() < 1e-9
        );
        let mut none = Moments::default();
        none.merge(Moments::default());
        assert_eq!(none.deviation().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn categories_are_drawn_as_often_as_they_occur() {
        let mut categories = Categories::default();
        for value in [Some("b"), None, Some("a"), Some("b")] {
            categories.add(value);
        }
        let drawn: Vec<_> = (0..categories.rows()).map(|place| categories.at(place)).collect();
        assert_eq!(drawn, [Some("a"), Some("b"), Some("b"), None]);
    }
}
