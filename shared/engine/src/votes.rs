//! A rule's votes on a chunk: one bitset per label it can vote.

use std::collections::BTreeMap;

use hunch_rules::plan::LabelIndex;

use crate::{Bitset, FormatError, chunk::ABSTAIN, cursor::Cursor};

/// The votes of one rule on the rows of one chunk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleVotes {
    /// Number of rows of the chunk.
    pub rows: usize,
    /// The rows voted for each label: labels ascend, no row is in two sets, every set has `rows` rows.
    pub by_label: Vec<(LabelIndex, Bitset)>,
}

impl RuleVotes {
    /// The votes as a list would give them, [`ABSTAIN`] for none.
    pub fn from_votes(votes: &[i16]) -> Self {
        let mut by_label = BTreeMap::new();
        for (row, vote) in votes.iter().enumerate() {
            if let Ok(label) = LabelIndex::try_from(*vote) {
                by_label.entry(label).or_insert_with(|| Bitset::new(votes.len())).set(row);
            }
        }
        Self { rows: votes.len(), by_label: by_label.into_iter().collect() }
    }

    /// The rows voted for `label`.
    pub fn label(&self, label: LabelIndex) -> Option<&Bitset> {
        let index = self.by_label.binary_search_by_key(&label, |(label, _)| *label).ok()?;
        Some(&self.by_label[index].1)
    }

    /// The label voted on a row, or [`ABSTAIN`].
    pub fn vote(&self, row: usize) -> i16 {
        let label = self.by_label.iter().find(|(_, rows)| rows.get(row)).map(|(label, _)| *label);
        label.and_then(|label| i16::try_from(label).ok()).unwrap_or(ABSTAIN)
    }

    /// The votes row by row.
    pub fn to_votes(&self) -> Vec<i16> {
        let mut votes = vec![ABSTAIN; self.rows];
        for (label, rows) in &self.by_label {
            let label = i16::try_from(*label).unwrap_or(ABSTAIN);
            rows.iter_ones().for_each(|row| votes[row] = label);
        }
        votes
    }

    /// The rows voted on.
    pub fn any(&self) -> Bitset {
        let mut any = Bitset::new(self.rows);
        self.by_label.iter().for_each(|(_, rows)| any.or(rows));
        any
    }

    /// Adds the votes of other rows: slices of a chunk make up its votes.
    pub fn merge(&mut self, other: &Self) {
        for (label, rows) in &other.by_label {
            match self.by_label.binary_search_by_key(label, |(label, _)| *label) {
                Ok(index) => self.by_label[index].1.or(rows),
                Err(index) => self.by_label.insert(index, (*label, rows.clone())),
            }
        }
        self.rows = self.rows.max(other.rows);
    }

    /// The stored form, little-endian: rows (4 bytes), number of labels (2), then for each label its index (2) and its
    /// rows as 64-bit words.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a chunk has few rows, a label set at most 2^15 labels"
    )]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = (self.rows as u32).to_le_bytes().to_vec();
        bytes.extend((self.by_label.len() as u16).to_le_bytes());
        for (label, rows) in &self.by_label {
            bytes.extend(label.to_le_bytes());
            bytes.extend(rows.words().iter().flat_map(|word| word.to_le_bytes()));
        }
        bytes
    }

    /// Reads what [`Self::encode`] wrote and refuses everything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut cursor = Cursor::new(bytes);
        let rows = cursor.length()?;
        let labels = u16::from_le_bytes(cursor.array()?);
        let mut votes = Self { rows, by_label: Vec::new() };
        let mut taken = None;
        for _ in 0..labels {
            let label = LabelIndex::from_le_bytes(cursor.array()?);
            let voted = cursor.bitset(rows)?;
            // Made only now that the bytes are known to hold as many rows.
            let taken = taken.get_or_insert_with(|| Bitset::new(rows));
            let ascends = votes.by_label.last().is_none_or(|(last, _)| *last < label);
            if !ascends || i16::try_from(label).is_err() || taken.count_common(&voted) > 0 {
                return Err(FormatError::Canonical("labels out of order or a row voted twice"));
            }
            taken.or(&voted);
            votes.by_label.push((label, voted));
        }
        cursor.end()?;
        Ok(votes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn stored_votes_come_back(list in prop::collection::vec(-1i16..4, 0..200)) {
            let votes = RuleVotes::from_votes(&list);
            prop_assert_eq!((0..list.len()).map(|row| votes.vote(row)).collect::<Vec<_>>(), votes.to_votes());
            prop_assert_eq!(votes.any().count_ones(), list.iter().filter(|vote| **vote >= 0).count());
            prop_assert_eq!(votes.to_votes(), list);
            prop_assert_eq!(RuleVotes::decode(&votes.encode()), Ok(votes));
        }

        #[test]
        fn random_bytes_never_crash_the_decoder(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(votes) = RuleVotes::decode(&bytes) {
                prop_assert_eq!(votes.encode(), bytes);
            }
        }
    }

    #[test]
    fn a_row_voted_twice_is_refused() {
        let row = Bitset::full(1);
        let votes = RuleVotes { rows: 1, by_label: vec![(0, row.clone()), (1, row)] };
        assert!(RuleVotes::decode(&votes.encode()).is_err());
    }
}
