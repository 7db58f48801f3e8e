//! Who agrees with whom.

use super::{
    Annotations,
    coefficients::{cohen_shares, corrected},
};
use std::collections::{BTreeMap, BTreeSet};

/// Only so many annotators, those with the most annotations, are compared with one another.
pub const PAIRED_ANNOTATORS: usize = 100;

/// How far two annotators agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Places in [`Annotations::annotators`], the lower one first.
    pub annotators: (u32, u32),
    /// Documents that both labeled, at least one.
    pub documents: u64,
    /// Documents on which they agree.
    pub agreed: u64,
    /// Cohen's kappa; none if both gave one and the same label to all.
    pub kappa: Option<f64>,
}

/// Every two annotators who labeled a document in common, ascending, among the [`PAIRED_ANNOTATORS`] with the most
/// annotations (of equally many, those first in the alphabet).
pub fn pairs(annotations: &Annotations) -> Vec<Pair> {
    let busiest = busiest(annotations);
    let mut pairs: BTreeMap<(u32, u32), BTreeMap<(u16, u16), u64>> = BTreeMap::new();
    for answers in annotations.by_document() {
        let answers: Vec<_> = answers.iter().filter(|(annotator, _)| busiest.contains(annotator)).collect();
        for (place, (one, of_one)) in answers.iter().enumerate() {
            for (other, of_other) in &answers[place + 1..] {
                let cells = pairs.entry((*one, *other)).or_default();
                *cells.entry((*of_one, *of_other)).or_default() += 1;
            }
        }
    }
    let pair = |(annotators, cells): ((u32, u32), BTreeMap<(u16, u16), u64>)| {
        let (cells, counts): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
        let agreed = cells.iter().zip(&counts).filter(|((a, b), _)| a == b).map(|(_, count)| count).sum();
        let kappa = cohen_shares(&cells, &counts, annotations.labels()).and_then(corrected);
        Pair { annotators, documents: counts.iter().sum(), agreed, kappa }
    };
    pairs.into_iter().map(pair).collect()
}

fn busiest(annotations: &Annotations) -> BTreeSet<u32> {
    let mut counts = vec![0_u64; annotations.annotators().len()];
    annotations.by_document().flatten().for_each(|(annotator, _)| counts[*annotator as usize] += 1);
    let mut places: Vec<(u32, u64)> = (0..).zip(counts).collect();
    places.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    places.into_iter().take(PAIRED_ANNOTATORS).map(|(place, _)| place).collect()
}
