//! How far people agree: with each other, corrected for chance, and with gold.
//!
//! A coefficient is (observed − expected) / (1 − expected) agreement: 1 where all agree, 0 where chance would do as
//! well, below 0 where they agree less than that. They differ in what chance is taken for and in what they ask of the
//! data:
//!
//! | coefficient | annotators | chance |
//! |---|---|---|
//! | [`cohen_kappa`] | two | each labels by their own shares |
//! | [`fleiss_kappa`] | any; documents with fewer than two annotations do not count | all label by the common shares |
//! | [`krippendorff_alpha`] | the same | the same, drawn without putting back, which matters where data are few |
//!
//! Each comes with a 95 % percentile bootstrap interval over documents ([`Coefficient::interval`]).

mod annotations;
mod bootstrap;
mod coefficients;
mod gold;
mod pairs;
#[cfg(test)]
mod tests;

pub use annotations::{Annotation, AnnotationError, Annotations};
pub use bootstrap::{DRAWS, RESAMPLES, RESAMPLES_AT_LEAST};
pub use coefficients::{Coefficient, cohen_kappa, fleiss_kappa, krippendorff_alpha};
pub use gold::{AgainstGold, against_gold};
pub use pairs::{PAIRED_ANNOTATORS, Pair, pairs};
