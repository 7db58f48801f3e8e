//! How often something may be done: a bucket for each key that refills evenly.

use crate::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Keys whose buckets are kept; beyond that, those that are full again are forgotten.
const KEPT: usize = 100_000;

/// Limits how often something may be done per key.
pub struct Limiter<K: Hash + Eq + Clone> {
    buckets: RateLimiter<K, HashMapStateStore<K>, Injected, NoOpMiddleware<Nanos>>,
    clock: Injected,
    burst: NonZeroU32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// So many a minute, all of them at once if nothing was done in the minute before.
    pub fn per_minute(most: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        let clock = Injected(clock);
        let buckets = RateLimiter::new(Quota::per_minute(most), HashMapStateStore::default(), clock.clone());
        Self { buckets, clock, burst: most }
    }

    /// Does it so many times; the error is how long to wait. More than a minute's worth counts as a minute's worth.
    pub fn take(&self, key: &K, times: NonZeroU32) -> Result<(), Duration> {
        if self.buckets.len() > KEPT {
            self.buckets.retain_recent();
        }
        match self.buckets.check_key_n(key, times.min(self.burst)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => Err(until.wait_time_from(governor::clock::Clock::now(&self.clock))),
            Err(_) => Err(Duration::from_mins(1)),
        }
    }
}

/// The backend's clock, as buckets read it.
#[derive(Clone)]
struct Injected(Arc<dyn Clock>);

impl governor::clock::Clock for Injected {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(u64::try_from(self.0.now()).unwrap_or_default().saturating_mul(1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[derive(Default)]
    struct Fixed(AtomicI64);

    impl Clock for Fixed {
        fn now(&self) -> i64 {
            self.0.load(Ordering::SeqCst)
        }
    }

    #[test]
    fn a_flood_is_stopped_and_says_how_long_and_others_are_not() {
        let clock = Arc::new(Fixed::default());
        let number = |n| NonZeroU32::new(n).expect("not 0");
        let limiter = Limiter::per_minute(number(6), clock.clone());
        for _ in 0..6 {
            assert!(limiter.take(&"a", number(1)).is_ok());
        }
        let wait = limiter.take(&"a", number(1)).expect_err("the seventh");
        assert_eq!(wait, Duration::from_secs(10));
        assert!(limiter.take(&"b", number(99)).is_ok(), "a minute's worth at once");
        clock.0.store(10_000_000, Ordering::SeqCst);
        assert!(limiter.take(&"a", number(1)).is_ok());
        assert!(limiter.take(&"a", number(1)).is_err());
    }
}
