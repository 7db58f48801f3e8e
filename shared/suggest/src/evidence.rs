//! What is known of documents' labels: gold, a model's probabilities, or that they were chosen.

use hunch_engine::Bitset;
use hunch_rules::LabelIndex;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Probabilities are counted in ten-thousandths, so that sums are the same in any order.
const UNIT: u64 = 10_000;

/// What is known of the label of each row of a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    known: Bitset,
    /// Where each row's shares start, and the end of the last.
    starts: Vec<u32>,
    /// Labels with their probability in [`UNIT`]s, ascending within a row.
    shares: Vec<(LabelIndex, u16)>,
}

impl Evidence {
    /// A label per row, negative where it is not known.
    pub fn gold(gold: &[i16]) -> Self {
        Self::collect(gold.iter().map(|label| {
            let label = LabelIndex::try_from(*label).ok()?;
            Some([(label, 1.0)])
        }))
    }

    /// Probabilities by label per row; none where nothing is known.
    pub fn probable<'a>(rows: impl Iterator<Item = Option<&'a [f64]>>) -> Self {
        Self::collect(rows.map(|row| {
            Some(
                row?.iter()
                    .enumerate()
                    .filter_map(|(label, share)| Some((LabelIndex::try_from(label).ok()?, *share))),
            )
        }))
    }

    /// Every row is known: the chosen ones have the label, the others none that matters.
    pub fn chosen(chosen: &Bitset, label: LabelIndex) -> Self {
        Self::collect((0..chosen.len()).map(|row| Some(chosen.get(row).then_some((label, 1.0)))))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=10,000")]
    fn collect<R: IntoIterator<Item = (LabelIndex, f64)>>(rows: impl Iterator<Item = Option<R>>) -> Self {
        let units = |share: f64| (share.clamp(0.0, 1.0) * UNIT as f64).round() as u16;
        Self::from_rows(
            rows.map(|row| Some(row?.into_iter().map(move |(label, share)| (label, units(share))))),
        )
    }

    #[expect(clippy::cast_possible_truncation, reason = "a chunk has few rows")]
    fn from_rows<R: IntoIterator<Item = (LabelIndex, u16)>>(rows: impl Iterator<Item = Option<R>>) -> Self {
        let mut evidence = Self { starts: vec![0], ..Self::default() };
        for row in rows {
            evidence.known.push(row.is_some());
            let shares = row.into_iter().flatten().filter(|(_, share)| *share > 0);
            evidence.shares.extend(shares);
            evidence.starts.push(evidence.shares.len() as u32);
        }
        evidence
    }

    /// What is known of some rows, which must exist, in this order.
    pub fn take(&self, rows: &[usize]) -> Self {
        Self::from_rows(rows.iter().map(|row| self.row(*row).map(<[_]>::to_vec)))
    }

    /// The rows of which something is known.
    pub fn known(&self) -> &Bitset {
        &self.known
    }

    /// What is known of a row.
    pub(crate) fn row(&self, row: usize) -> Option<&[(LabelIndex, u16)]> {
        if !self.known.get(row) {
            return None;
        }
        self.shares.get(*self.starts.get(row)? as usize..*self.starts.get(row + 1)? as usize)
    }

    /// A row's probability of a label in [`UNIT`]s.
    pub(crate) fn share(&self, row: usize, label: LabelIndex) -> u64 {
        let shares = self.row(row).unwrap_or_default();
        shares.iter().find(|(of, _)| *of == label).map_or(0, |(_, share)| u64::from(*share))
    }
}

/// Rows of which something is known, and the sum of their probabilities by label.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// How many rows.
    pub rows: u64,
    /// By label, ascending, in ten-thousandths of a row.
    shares: Vec<(LabelIndex, u64)>,
}

impl Tally {
    /// Counts a row.
    pub(crate) fn add(&mut self, row: &[(LabelIndex, u16)]) {
        self.rows += 1;
        for (label, share) in row {
            self.add_share(*label, u64::from(*share));
        }
    }

    fn add_share(&mut self, label: LabelIndex, share: u64) {
        match self.shares.binary_search_by_key(&label, |(label, _)| *label) {
            Ok(at) => self.shares[at].1 += share,
            Err(at) => self.shares.insert(at, (label, share)),
        }
    }

    /// The labels with the expected number of rows of each.
    pub fn labels(&self) -> impl Iterator<Item = (LabelIndex, f64)> {
        self.shares.iter().map(|(label, share)| (*label, rows_of(*share)))
    }

    /// The expected share of a label; 0 of no rows.
    pub fn share(&self, label: LabelIndex) -> f64 {
        let found = self.shares.iter().find(|(of, _)| *of == label).map_or(0, |(_, share)| *share);
        if self.rows == 0 { 0.0 } else { rows_of(found) / self.rows as f64 }
    }

    /// What is left of a whole once a part of it is taken away.
    pub(crate) fn without(&self, part: &Self) -> Self {
        let less = |(label, share): &(LabelIndex, u64)| {
            let gone = part.shares.iter().find(|(of, _)| of == label).map_or(0, |(_, share)| *share);
            (*label, share.saturating_sub(gone))
        };
        Self { rows: self.rows.saturating_sub(part.rows), shares: self.shares.iter().map(less).collect() }
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.rows += other.rows;
        for (label, share) in &other.shares {
            self.add_share(*label, *share);
        }
    }
}

/// Rows of a sum of probabilities in [`UNIT`]s.
pub(crate) fn rows_of(share: u64) -> f64 {
    share as f64 / UNIT as f64
}
