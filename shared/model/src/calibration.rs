//! Probabilities that mean what they say: of documents with probability 0.8, eight in ten are right.
//!
//! Gold of the valid split ([`Judged`]) tells how far a model's probabilities are from that ([`reliability`]) and how to
//! mend them ([`Calibration::choose`]): not at all where there is too little gold, by one temperature where there is
//! some, by an isotonic curve where there is plenty. Probabilities that are not calibrated must be marked as such.

mod isotonic;
mod judged;
mod reliability;
pub(crate) mod temperature;
#[cfg(test)]
mod tests;

pub use isotonic::Isotonic;
pub use judged::{Judged, JudgedError};
pub use reliability::{Bin, Reliability, reliability};

use crate::posterior::normalize;
use crate::ties::most_likely;
use temperature::{scale, sharpness};

/// Rows of gold, of two labels at least, from which probabilities are calibrated at all. One parameter is fitted, and
/// from here on its standard error is some tenth of it.
pub const TEMPERATURE_GOLD: usize = 50;

/// Rows of gold from which a curve is fitted rather than one temperature. Isotonic regression overfits below about a
/// thousand (Niculescu-Mizil & Caruana, "Predicting good probabilities with supervised learning", ICML 2005).
pub const ISOTONIC_GOLD: usize = 1_000;

/// … and rows of gold of each label and of all others together that a curve of its own asks for.
pub const ISOTONIC_GOLD_PER_LABEL: usize = 100;

/// How a model's probabilities are mended.
#[derive(Debug, Clone, PartialEq)]
pub enum Calibration {
    /// They are as the model gave them.
    NotCalibrated(TooFew),
    /// Logarithms of probabilities are divided by this before they are normalized again: above 1 they become less
    /// sure, below 1 more. The order of labels stays.
    Temperature(f64),
    /// One rising curve per label, normalized (one curve of two labels).
    Isotonic(Isotonic),
}

/// Why nothing is calibrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooFew {
    /// Gold is scarce.
    #[error("not calibrated: {rows} rows of gold in the valid split; {TEMPERATURE_GOLD} are needed")]
    Gold {
        /// Rows of gold.
        rows: usize,
    },
    /// Gold has one label only, which fits any probability of it.
    #[error("not calibrated: gold of the valid split has one label only")]
    Labels,
}

impl Calibration {
    /// The way that the amount of gold allows.
    pub fn choose(judged: &Judged) -> Self {
        let counts = judged.gold_counts();
        if judged.len() < TEMPERATURE_GOLD {
            return Self::NotCalibrated(TooFew::Gold { rows: judged.len() });
        }
        if counts.iter().filter(|count| **count > 0).count() < 2 {
            return Self::NotCalibrated(TooFew::Labels);
        }
        let enough = |count: &usize| {
            (ISOTONIC_GOLD_PER_LABEL..=judged.len() - ISOTONIC_GOLD_PER_LABEL).contains(count)
        };
        if judged.len() >= ISOTONIC_GOLD && counts.iter().all(enough) {
            Self::Isotonic(Isotonic::fit(judged))
        } else {
            Self::temperature(judged)
        }
    }

    /// One temperature, whatever the amount of gold. Source: C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On Calibration
    /// of Modern Neural Networks", ICML 2017; gold counts as n + 1 rows of its label and one of each other among n + k,
    /// as in Platt's targets, so that few rows, all right, do not ask for certainty.
    pub fn temperature(judged: &Judged) -> Self {
        Self::Temperature(1.0 / sharpness(judged.rows()))
    }

    /// Whether probabilities may be shown as confidence.
    pub fn is_calibrated(&self) -> bool {
        !matches!(self, Self::NotCalibrated(_))
    }

    /// Whether the most likely label of every row, or its tie, stays what it is.
    ///
    /// A temperature keeps it; curves need not, as several labels each have their own.
    pub fn keeps_labels<'a>(&self, rows: impl IntoIterator<Item = &'a [f64]>) -> bool {
        rows.into_iter().all(|row| {
            let mut mended = row.to_vec();
            self.apply(&mut mended);
            most_likely(&mended) == most_likely(row)
        })
    }

    /// Mends the probabilities of one row, one per label.
    pub fn apply(&self, probabilities: &mut [f64]) {
        match self {
            Self::NotCalibrated(_) => {}
            Self::Temperature(temperature) => scale(probabilities, 1.0 / temperature),
            Self::Isotonic(curves) => {
                curves.apply(probabilities);
                normalize(probabilities);
            }
        }
    }
}
