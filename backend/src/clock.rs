//! Time, identifiers and secrets: the three things that differ from run to run, injected so that tests can fix them.
//!
//! Nothing else in the backend asks the system for the time or for randomness.

use hunch_protocol::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;
}

/// Makes identifiers and secrets.
pub trait Ids: Send + Sync {
    /// A new identifier, never given before.
    fn uuid(&self) -> Uuid;
    /// 256 bits that nobody can guess.
    fn secret(&self) -> [u8; 32];
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        // A clock before 1970 or after the year 294,000 is broken; the nearest representable time is as good as any.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// Time-ordered identifiers (UUID version 7) and secrets from the system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn secret(&self) -> [u8; 32] {
        // Version 4 identifiers come from the system's generator, 122 random bits each: four of them, hashed down
        // to 32 bytes, hold all the bits there is room for.
        let mut hasher = blake3::Hasher::new();
        for _ in 0..4 {
            hasher.update(Uuid::new_v4().as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

/// A time as the wire has it: RFC 3339 in UTC with microseconds, such as `2026-03-01T12:00:00.000000Z`.
pub fn rfc3339(micros: i64) -> Timestamp {
    let (days, micros) = (micros.div_euclid(86_400_000_000), micros.rem_euclid(86_400_000_000));
    let (year, month, day) = civil(days);
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{micros:06}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_on_the_wire_are_the_days_people_know() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(rfc3339(951_782_400_000_000), "2000-02-29T00:00:00.000000Z");
        assert_eq!(rfc3339(1_772_366_400_000_001), "2026-03-01T12:00:00.000001Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999999Z");
    }

    #[test]
    fn identifiers_sort_by_the_time_they_were_made() {
        let ids: Vec<Uuid> = (0..100).map(|_| SystemIds.uuid()).collect();
        assert!(ids.is_sorted());
    }
}
