//! Agreement corrected for chance.

use super::{Annotations, bootstrap};
use crate::Interval;
use std::collections::BTreeMap;

/// An agreement coefficient and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// (observed − expected) / (1 − expected): 1 where all agree, 0 where chance would do as well.
    pub value: f64,
    /// Share of pairs of annotations of one document that agree.
    pub observed: f64,
    /// That share if annotations were given by chance.
    pub expected: f64,
    /// 95 % of resamples of the documents lie here; none if too few of them define the coefficient.
    pub interval: Option<Interval>,
    /// How many resamples there were.
    pub resamples: u64,
    /// Documents that count: those with two annotations or more, or of both annotators.
    pub documents: u64,
}

/// Observed and expected agreement.
type Shares = (f64, f64);

/// Cohen's kappa of two annotators, over the documents that both labeled.
///
/// None if there is no such document, or if they gave one and the same label to all: then chance explains everything.
/// Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
/// (1960), 37-46.
pub fn cohen_kappa(annotations: &Annotations, one: &str, other: &str) -> Option<Coefficient> {
    let (one, other) = (annotations.place(one)?, annotations.place(other)?);
    let mut cells: BTreeMap<(u16, u16), u64> = BTreeMap::new();
    for answers in annotations.by_document() {
        let label = |who| answers.iter().find(|(annotator, _)| *annotator == who).map(|(_, label)| *label);
        if let (Some(of_one), Some(of_other)) = (label(one), label(other)) {
            *cells.entry((of_one, of_other)).or_default() += 1;
        }
    }
    let (cells, counts): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
    coefficient(&counts, "cohen", |counts| cohen_shares(&cells, counts, annotations.labels()))
}

/// Fleiss' kappa over the documents with at least two annotations.
///
/// Fleiss has the same number on each document; where numbers differ, each document counts once in the observed
/// agreement and each annotation once in the shares of labels. None if only one label was given, or no document
/// counts. Source: J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological Bulletin 76
/// (1971), 378-382.
pub fn fleiss_kappa(annotations: &Annotations) -> Option<Coefficient> {
    let (kinds, counts) = kinds(annotations);
    coefficient(&counts, "fleiss", |counts| fleiss_shares(&kinds, counts, annotations.labels()))
}

/// Krippendorff's alpha for nominal data over the documents with at least two annotations; missing ones are no trouble.
///
/// None if only one label was given, or no document counts. Source: K. Krippendorff, "Computing Krippendorff's
/// Alpha-Reliability" (2011), from the coincidences of values within documents. The interval resamples documents;
/// Krippendorff's own resamples pairs of values, which takes the pairs of one document for independent and so comes
/// out narrower.
pub fn krippendorff_alpha(annotations: &Annotations) -> Option<Coefficient> {
    let (kinds, counts) = kinds(annotations);
    coefficient(&counts, "krippendorff", |counts| alpha_shares(&kinds, counts, annotations.labels()))
}

/// How often each label was given to a document, ascending by label.
type Kind = Vec<(u16, u64)>;

/// The kinds of documents with two annotations or more, ascending, and how many there are of each.
fn kinds(annotations: &Annotations) -> (Vec<Kind>, Vec<u64>) {
    let mut kinds: BTreeMap<Kind, u64> = BTreeMap::new();
    for answers in annotations.by_document().filter(|answers| answers.len() > 1) {
        let mut kind: BTreeMap<u16, u64> = BTreeMap::new();
        for (_, label) in answers {
            *kind.entry(*label).or_default() += 1;
        }
        *kinds.entry(kind.into_iter().collect()).or_default() += 1;
    }
    kinds.into_iter().unzip()
}

fn coefficient(
    counts: &[u64],
    purpose: &str,
    shares: impl Fn(&[u64]) -> Option<Shares>,
) -> Option<Coefficient> {
    let (observed, expected) = shares(counts)?;
    let value = corrected((observed, expected))?;
    let (interval, resamples) = bootstrap::interval(counts, purpose, |counts| corrected(shares(counts)?));
    let documents = counts.iter().sum();
    Some(Coefficient { value, observed, expected, interval, resamples, documents })
}

/// Agreement beyond chance as a share of what is possible; none where chance explains everything.
pub(super) fn corrected((observed, expected): Shares) -> Option<f64> {
    (expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

/// Of pairs of labels, so many of each.
pub(super) fn cohen_shares(cells: &[(u16, u16)], counts: &[u64], labels: usize) -> Option<Shares> {
    let (mut ones, mut others) = (vec![0_u64; labels], vec![0_u64; labels]);
    let (mut agreed, mut documents) = (0, 0);
    for (&(one, other), &count) in cells.iter().zip(counts) {
        ones[usize::from(one)] += count;
        others[usize::from(other)] += count;
        agreed += if one == other { count } else { 0 };
        documents += count;
    }
    let n = documents as f64;
    let by_chance: f64 = ones.iter().zip(&others).map(|(one, other)| *one as f64 * *other as f64).sum();
    (documents > 0).then(|| (agreed as f64 / n, by_chance / (n * n)))
}

fn fleiss_shares(kinds: &[Kind], counts: &[u64], labels: usize) -> Option<Shares> {
    let mut given = vec![0_u64; labels];
    let (mut observed, mut documents) = (0.0, 0);
    for (kind, &count) in kinds.iter().zip(counts) {
        let annotations: u64 = kind.iter().map(|(_, n)| n).sum();
        let agreeing: u64 = kind.iter().map(|(_, n)| n * (n - 1)).sum();
        observed += count as f64 * (agreeing as f64 / (annotations * (annotations - 1)) as f64);
        documents += count;
        for (label, n) in kind {
            given[usize::from(*label)] += count * n;
        }
    }
    let all = given.iter().sum::<u64>() as f64;
    let by_chance = given.iter().map(|&n| (n as f64 / all) * (n as f64 / all)).sum();
    (documents > 0).then(|| (observed / documents as f64, by_chance))
}

fn alpha_shares(kinds: &[Kind], counts: &[u64], labels: usize) -> Option<Shares> {
    let mut given = vec![0_u64; labels];
    let mut coincidences = 0.0;
    for (kind, &count) in kinds.iter().zip(counts) {
        let annotations: u64 = kind.iter().map(|(_, n)| n).sum();
        let agreeing: u64 = kind.iter().map(|(_, n)| n * (n - 1)).sum();
        coincidences += count as f64 * (agreeing as f64 / (annotations - 1) as f64);
        for (label, n) in kind {
            given[usize::from(*label)] += count * n;
        }
    }
    let all = given.iter().sum::<u64>() as f64;
    let by_chance: f64 = given.iter().map(|&n| n as f64 * (n as f64 - 1.0).max(0.0)).sum();
    (all > 1.0).then(|| (coincidences / all, by_chance / (all * (all - 1.0))))
}
