//! How far a share can be trusted.

use serde::{Deserialize, Serialize};

/// The two-sided normal quantile of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Two ends of an interval, `low <= high`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// Whether a value is in it, its ends included.
    pub fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The 95 % interval of a share of which `hits` of `trials` were seen, by Wilson's score (1927); none of no trials.
/// Both may be expected numbers.
pub fn wilson(hits: f64, trials: f64) -> Option<Interval> {
    (trials > 0.0).then(|| {
        let n = trials;
        let share = hits / n;
        let scale = 1.0 + Z * Z / n;
        let middle = (share + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        Interval { low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_literature() {
        // Computed from the formula in another language.
        let Interval { low, high } = wilson(58.0, 60.0).unwrap();
        assert!((low - 0.886_362).abs() < 1e-6 && (high - 0.990_811).abs() < 1e-6, "{low} {high}");
    }

    #[test]
    fn few_trials_say_little_and_none_say_nothing() {
        assert_eq!(wilson(0.0, 0.0), None);
        let Interval { low, high } = wilson(1.0, 1.0).unwrap();
        assert!(low < 0.21 && high > 0.999);
        assert!(wilson(0.0, 5.0).unwrap().contains(0.0));
    }
}
