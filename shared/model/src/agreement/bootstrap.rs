//! Intervals by drawing documents again and again (Efron 1979), the percentile method.

use crate::{Interval, random::Random};

/// Resamples that an interval is made of …
pub const RESAMPLES: u64 = 1_000;
/// … fewer where all resamples together would draw more documents than this …
pub const DRAWS: u64 = 50_000_000;
/// … but never fewer than these.
pub const RESAMPLES_AT_LEAST: u64 = 100;

/// Seeds every interval; numbers in published reports must not move.
const SEED: u64 = 0;

/// The 95 % interval of a statistic over documents of several kinds, `counts` of each, and the number of resamples.
///
/// A resample draws as many documents as there are, with replacement, and `statistic` sees how many of each kind it
/// drew. Resamples in which it is not defined (one label only) are left out; there is no interval if that leaves
/// fewer than half. Kinds must be in an order that does not depend on the documents' order.
pub(super) fn interval(
    counts: &[u64],
    purpose: &str,
    statistic: impl Fn(&[u64]) -> Option<f64>,
) -> (Option<Interval>, u64) {
    let documents: u64 = counts.iter().sum();
    if documents < 2 {
        return (None, 0);
    }
    let resamples = (DRAWS / documents).clamp(RESAMPLES_AT_LEAST, RESAMPLES);
    // Kind of the n-th document, so that a draw is one look-up.
    let kinds: Vec<u32> = (0..).zip(counts).flat_map(|(kind, &n)| (0..n).map(move |_| kind)).collect();
    let mut random = Random::new(SEED, purpose);
    let mut drawn = vec![0; counts.len()];
    let mut values = Vec::new();
    for _ in 0..resamples {
        drawn.fill(0);
        for _ in 0..documents {
            let document = usize::try_from(random.below(documents)).unwrap_or(0);
            drawn[kinds[document] as usize] += 1;
        }
        values.extend(statistic(&drawn));
    }
    if (values.len() as u64) < resamples.div_ceil(2) {
        return (None, resamples);
    }
    values.sort_unstable_by(f64::total_cmp);
    (Some(Interval { low: percentile(&values, 0.025), high: percentile(&values, 0.975) }), resamples)
}

/// Linear between the two nearest ranks; `sorted` must not be empty.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the length")]
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}
