//! Three-valued logic over all rows of a chunk at once.

use crate::{Bitset, bitset::BLOCK_ROWS};

/// Where a condition is true, and where it is unknown because a value is missing; elsewhere it is false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The rows on which it is true.
    pub yes: Bitset,
    /// The rows on which it is unknown; none of them is in `yes`.
    pub unknown: Bitset,
}

impl Truth {
    /// True on all rows, or false on all.
    pub(crate) fn all(rows: usize, value: bool) -> Self {
        let yes = if value { Bitset::full(rows) } else { Bitset::new(rows) };
        Self { yes, unknown: Bitset::new(rows) }
    }

    /// Notes what is known of the rows from a block's first one on, of which nothing was noted before.
    pub(crate) fn set_blocks(&mut self, first: usize, known: &[Option<bool>]) {
        for (block, values) in (first..).zip(known.chunks(BLOCK_ROWS)) {
            // Without branches: whether a row matches is nothing a processor can predict.
            let bits = |of: fn(Option<bool>) -> bool| {
                values.iter().enumerate().fold(0, |bits, (row, value)| bits | u64::from(of(*value)) << row)
            };
            self.yes.set_block(block, bits(|value| value == Some(true)));
            self.unknown.set_block(block, bits(|value| value.is_none()));
        }
    }

    /// True or unknown.
    fn possible(&self) -> Bitset {
        let mut possible = self.yes.clone();
        possible.or(&self.unknown);
        possible
    }

    fn from_possible(yes: Bitset, mut possible: Bitset) -> Self {
        possible.and_not(&yes);
        Self { yes, unknown: possible }
    }

    pub(crate) fn not(self) -> Self {
        Self { yes: self.possible().not(), unknown: self.unknown }
    }

    pub(crate) fn and(self, other: &Self) -> Self {
        let (mut yes, mut possible) = (self.yes.clone(), self.possible());
        yes.and(&other.yes);
        possible.and(&other.possible());
        Self::from_possible(yes, possible)
    }

    pub(crate) fn or(self, other: &Self) -> Self {
        let (mut yes, mut possible) = (self.yes.clone(), self.possible());
        yes.or(&other.yes);
        possible.or(&other.possible());
        Self::from_possible(yes, possible)
    }

    /// True where at least `n` of the conditions are, false where fewer than `n` are true or unknown.
    pub(crate) fn at_least(n: u32, rows: usize, of: &[Self]) -> Self {
        let reached = |set: fn(&Self) -> Bitset| -> Bitset {
            let mut counts = vec![0u32; rows];
            for truth in of {
                set(truth).iter_ones().for_each(|row| counts[row] += 1);
            }
            counts.iter().map(|count| *count >= n).collect()
        };
        Self::from_possible(reached(|truth| truth.yes.clone()), reached(Self::possible))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All nine pairs of true, false and unknown, against SQL's tables.
    #[test]
    fn conditions_combine_as_in_sql() {
        let values = [Some(true), Some(false), None];
        let pairs: Vec<_> = values.iter().flat_map(|a| values.iter().map(move |b| (*a, *b))).collect();
        let truth = |values: Vec<Option<bool>>| Truth {
            yes: values.iter().map(|value| *value == Some(true)).collect(),
            unknown: values.iter().map(Option::is_none).collect(),
        };
        let left = || truth(pairs.iter().map(|(a, _)| *a).collect());
        let right = truth(pairs.iter().map(|(_, b)| *b).collect());
        let and = |(a, b): &(Option<bool>, Option<bool>)| match (a, b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        let negate = |value: Option<bool>| value.map(|value| !value);
        let or = |(a, b): &(Option<bool>, Option<bool>)| negate(and(&(negate(*a), negate(*b))));
        assert_eq!(left().not(), truth(pairs.iter().map(|(a, _)| negate(*a)).collect()));
        assert_eq!(left().and(&right), truth(pairs.iter().map(and).collect()));
        assert_eq!(left().or(&right), truth(pairs.iter().map(or).collect()));
        let both = [left(), right.clone()];
        assert_eq!(Truth::at_least(2, pairs.len(), &both), left().and(&right));
        assert_eq!(Truth::at_least(1, pairs.len(), &both), left().or(&right));
        assert_eq!(Truth::at_least(0, pairs.len(), &both), Truth::all(pairs.len(), true));
        assert_eq!(Truth::at_least(3, pairs.len(), &both), Truth::all(pairs.len(), false));
    }
}
