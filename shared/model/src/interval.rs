//! How far a share can be trusted.

pub use hunch_engine::Interval;
pub(crate) use hunch_engine::wilson as wilson_expected;

/// The 95 % interval of a share of which `hits` of `trials` were seen, by Wilson's score; none of no trials.
pub fn wilson(hits: u64, trials: u64) -> Option<Interval> {
    wilson_expected(hits as f64, trials as f64)
}

/// The 95 % interval of a share of so many rows, by Wilson's score; none of no rows.
pub fn share_interval(share: f64, rows: u64) -> Option<Interval> {
    wilson_expected(share * rows as f64, rows as f64)
}
