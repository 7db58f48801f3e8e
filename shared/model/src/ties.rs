//! Which label a row gets when several are equally likely.

use sha1::{Digest, Sha1};

/// Probabilities this close to the largest count as tied with it, as in Snorkel's `probs_to_preds`.
const TOLERANCE: f64 = 1e-5;

/// A deterministic rule that picks one of several equally likely labels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ties {
    /// By the document's id: the first eight bytes of its BLAKE3 hash, little-endian, modulo the number of tied labels.
    /// A document keeps its label wherever it stands in the corpus.
    #[default]
    DocumentId,
    /// By the row's number from 0: SHA-1 of its decimal digits as a big-endian integer, modulo the number of tied
    /// labels. It is what Snorkel and WRENCH do, for comparison with published tables.
    Wrench,
}

impl Ties {
    /// The most likely label; `row` is the row's number from 0. -1 if there are no probabilities.
    pub fn choose(self, probabilities: &[f64], document_id: &str, row: u64) -> i16 {
        let tied = || tied(probabilities);
        let choice = match (self, tied().count()) {
            (_, 0 | 1) => 0,
            (Self::DocumentId, n) => {
                let hash = blake3::hash(document_id.as_bytes());
                let first =
                    hash.as_bytes()[..8].iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
                usize::try_from(first % n as u64).unwrap_or(0)
            }
            (Self::Wrench, n) => {
                let digest = Sha1::digest(row.to_string());
                digest.iter().fold(0, |rest, &byte| (rest * 256 + usize::from(byte)) % n)
            }
        };
        tied().nth(choice).and_then(|label| i16::try_from(label).ok()).unwrap_or(-1)
    }
}

/// The most likely label, ties broken by [`Ties::DocumentId`].
pub fn break_tie(probabilities: &[f64], document_id: &str) -> i16 {
    Ties::DocumentId.choose(probabilities, document_id, 0)
}

/// The labels whose probability is the largest, ascending.
pub fn most_likely(probabilities: &[f64]) -> Vec<usize> {
    tied(probabilities).collect()
}

/// As [`most_likely`], one after the other.
pub(crate) fn tied(probabilities: &[f64]) -> impl Iterator<Item = usize> {
    let largest = probabilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (0..probabilities.len()).filter(move |&label| largest - probabilities[label] < TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_winner_is_taken_whatever_the_id() {
        assert_eq!(break_tie(&[0.2, 0.7, 0.1], "a"), 1);
        assert_eq!(Ties::Wrench.choose(&[0.2, 0.7, 0.1], "a", 5), 1);
        assert_eq!(break_tie(&[], "a"), -1);
    }

    /// Written into snapshots: must never move.
    #[test]
    fn a_document_keeps_its_tie_for_ever() {
        let picks: Vec<i16> = ["", "a", "b", "c", "doc-17"].map(|id| break_tie(&[0.25; 4], id)).to_vec();
        assert_eq!(picks, [3, 3, 0, 2, 1]);
    }

    /// `int(hashlib.sha1(str(i).encode()).hexdigest(), 16) % 2` and `% 3` in Python.
    #[test]
    fn published_tables_can_be_compared_with() {
        let of = |tied: usize| {
            (0..8).map(|row| Ties::Wrench.choose(&vec![0.5; tied], "", row)).collect::<Vec<_>>()
        };
        assert_eq!(of(2), [0, 1, 0, 1, 0, 0, 0, 0]);
        assert_eq!(of(3), [0, 0, 0, 1, 0, 0, 1, 2]);
    }
}
