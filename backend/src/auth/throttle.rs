//! Slows down those who guess passwords, per login and per address.

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// How many tries come at once.
const BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// How long until another try is free.
const LOGIN_REFILL: Duration = Duration::from_mins(1);
const ADDRESS_REFILL: Duration = Duration::from_secs(6);
/// Beyond this many keys those that are full again are forgotten.
const KEYS: usize = 10_000;

/// Counts tries.
pub(crate) struct Throttle {
    logins: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<String>,
}

impl Default for Throttle {
    fn default() -> Self {
        let limiter = |refill| {
            let quota = Quota::with_period(refill).unwrap_or(Quota::per_minute(BURST)).allow_burst(BURST);
            RateLimiter::keyed(quota)
        };
        Self { logins: limiter(LOGIN_REFILL), addresses: limiter(ADDRESS_REFILL) }
    }
}

impl Throttle {
    /// Counts a try; `Err` says how long to wait before the next.
    pub(crate) fn try_login(&self, login: &str, address: &str) -> Result<(), Duration> {
        self.try_address(address)?;
        check(&self.logins, login)
    }

    /// Counts a try with no login, such as one with an invitation.
    pub(crate) fn try_address(&self, address: &str) -> Result<(), Duration> {
        check(&self.addresses, address)
    }
}

fn check(limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> Result<(), Duration> {
    if limiter.len() > KEYS {
        limiter.retain_recent();
    }
    limiter.check_key(&key.to_owned()).map_err(|wait| wait.wait_time_from(DefaultClock::default().now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_slow_for_one_login_from_everywhere_and_for_all_logins_from_one_place() {
        let throttle = Throttle::default();
        for place in 0..10 {
            assert!(throttle.try_login("ada", &format!("192.0.2.{place}")).is_ok());
        }
        let wait = throttle.try_login("ada", "192.0.2.99").expect_err("an eleventh try");
        assert!(wait > Duration::from_secs(50), "{wait:?}");
        for login in 0..9 {
            assert!(throttle.try_login(&format!("user{login}"), "192.0.2.99").is_ok(), "{login}");
        }
        assert!(throttle.try_login("grace", "192.0.2.99").is_err());
        assert!(throttle.try_login("grace", "192.0.2.100").is_ok());
    }
}
