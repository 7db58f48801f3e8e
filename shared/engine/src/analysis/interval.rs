//! How far an accuracy can be trusted.

/// The two-sided normal quantile of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of a share of which `hits` of `trials` were seen, by Wilson's score (1927); `None` of no trials.
/// Hits that are only probable count as their probability.
pub fn wilson(hits: f64, trials: u64) -> Option<(f64, f64)> {
    if trials == 0 {
        return None;
    }
    let n = trials as f64;
    let share = hits / n;
    let scale = 1.0 + Z * Z / n;
    let middle = (share + Z * Z / (2.0 * n)) / scale;
    let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some(((middle - half).max(0.0), (middle + half).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_literature() {
        // Computed from the formula in another language.
        let (low, high) = wilson(58.0, 60).unwrap();
        assert!((low - 0.886_362).abs() < 1e-6 && (high - 0.990_811).abs() < 1e-6, "{low} {high}");
    }

    #[test]
    fn few_trials_say_little_and_none_say_nothing() {
        assert_eq!(wilson(0.0, 0), None);
        let (low, high) = wilson(1.0, 1).unwrap();
        assert!(low < 0.21 && high > 0.999);
    }
}
