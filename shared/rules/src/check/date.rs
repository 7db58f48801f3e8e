//! Calendar days.

/// Days from 1970-01-01 to a day written as `YYYY-MM-DD` in the proleptic Gregorian calendar.
pub(crate) fn days_since_epoch(text: &str) -> Option<i32> {
    let digits = |part: &str, length: usize| -> Option<i32> {
        let plain = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let mut parts = text.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if parts.next().is_some() || !(1..=length).contains(&day) {
        return None;
    }
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    let year = year - i32::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_does_not_exist_is_refused_and_others_count_from_1970() {
        let good = [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2024-03-01", 19_783)];
        for (text, days) in good {
            assert_eq!(days_since_epoch(text), Some(days), "{text}");
        }
        assert_eq!(days_since_epoch("0000-01-01"), Some(-719_528));
        assert_eq!(days_since_epoch("9999-12-31"), Some(2_932_896));
        for bad in [
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-01-00",
            "2024-1-1",
            "+024-01-01",
            "2024-01-01-",
            "",
        ] {
            assert_eq!(days_since_epoch(bad), None, "{bad}");
        }
    }
}
