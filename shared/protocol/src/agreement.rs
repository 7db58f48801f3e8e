//! How far people agree, with each other and with gold; definitions in `docs/figures.md`.

use crate::Interval;
use serde::{Deserialize, Serialize};

/// `GET /projects/{p}/agreement`: over the annotations there are now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Agreement {
    /// Documents with an annotation.
    pub documents: u64,
    /// Annotations that give a label; skipped documents and answers that are no label do not.
    pub annotations: u64,
    /// Krippendorff's alpha for nominal data; absent where chance explains everything, or no document has two annotations.
    pub krippendorff_alpha: Option<AgreementCoefficient>,
    /// Fleiss' kappa; absent likewise.
    pub fleiss_kappa: Option<AgreementCoefficient>,
    /// Everyone who annotated, by name.
    pub annotators: Vec<AnnotatorReport>,
    /// Every two who labeled a document in common, among the hundred with the most annotations.
    pub pairs: Vec<AnnotatorPair>,
}

/// A coefficient of agreement: 1 where all agree, 0 where chance would do as well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgreementCoefficient {
    /// (observed − expected) / (1 − expected).
    pub value: f64,
    /// 95 % of resamples of the documents lie here; absent if too few of them define the coefficient.
    pub interval: Option<Interval>,
    /// How many resamples there were.
    pub resamples: u64,
    /// Share of pairs of annotations of one document that agree.
    pub observed: f64,
    /// That share if annotations were given by chance.
    pub expected: f64,
    /// Documents with two annotations or more.
    pub documents: u64,
}

/// A person beside gold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnnotatorReport {
    /// Who: `local`, `user:…`, `token:…`, `widget:…`.
    pub author: String,
    /// Documents they labeled.
    pub annotations: u64,
    /// Those of them with gold in the dev split.
    pub judged: u64,
    /// Those of them labeled as gold is.
    pub right: u64,
    /// Share of right ones; absent without gold.
    pub accuracy: Option<f64>,
    /// Its 95 % Wilson interval.
    pub interval: Option<Interval>,
}

/// How far two people agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnnotatorPair {
    /// Who, the first in the alphabet first.
    pub authors: [String; 2],
    /// Documents that both labeled.
    pub documents: u64,
    /// Documents on which they agree.
    pub agreed: u64,
    /// Cohen's kappa; absent if both gave one and the same label to all.
    pub kappa: Option<f64>,
}
