//! Numbers, sizes and times as people read them: thousands separators, three significant digits, percentages with
//! one decimal, times relative to now.

/// Between a number and its unit: narrow, and never broken over two lines.
const GAP: char = '\u{202f}';

/// `1,956`
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 rule`, `1,956 rows`
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `12.7 %` of a share from 0 to 1
pub fn percent(share: f64) -> String {
    format!("{:.1}{GAP}%", share * 100.0)
}

/// The share `part` of `whole` as a percentage; `None` of nothing.
pub fn share(part: u64, whole: u64) -> Option<String> {
    (whole > 0).then(|| percent(part as f64 / whole as f64))
}

/// `214/1,686`
pub fn of(part: u64, whole: u64) -> String {
    format!("{}/{}", count(part), count(whole))
}

/// Three significant digits: `0.873`, `12.3`, `0.00412`
pub fn significant(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    // The exponent after rounding: 0.9999 is 1.00, not 1.000.
    let rounded = format!("{number:.2e}");
    let magnitude: i32 = rounded.rsplit('e').next().and_then(|exponent| exponent.parse().ok()).unwrap_or(0);
    let decimals = usize::try_from(2 - magnitude).unwrap_or(0).min(8);
    format!("{number:.decimals$}")
}

/// `+1.8`, `−0.6`: one decimal, always with its sign
pub fn signed(number: f64) -> String {
    let sign = if number < 0.0 { '\u{2212}' } else { '+' };
    format!("{sign}{:.1}", number.abs())
}

/// `91.0–98.6 %` of an interval of shares
pub fn interval(low: f64, high: f64) -> String {
    format!("{:.1}–{:.1}{GAP}%", low * 100.0, high * 100.0)
}

/// `54.2 MB`
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes}{GAP}B");
    }
    let mut size = bytes as f64 / 1000.0;
    let mut unit = 0;
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    format!("{}{GAP}{}", significant(size), UNITS[unit])
}

/// How long ago, from seconds: `just now`, `5 minutes ago`, `3 days ago`
pub fn ago(seconds: f64) -> String {
    const STEPS: [(f64, f64, &str); 6] = [
        (3600.0, 60.0, "minute"),
        (86_400.0, 3600.0, "hour"),
        (604_800.0, 86_400.0, "day"),
        (2_629_800.0, 604_800.0, "week"),
        (31_557_600.0, 2_629_800.0, "month"),
        (f64::INFINITY, 31_557_600.0, "year"),
    ];
    if seconds < 60.0 || seconds.is_nan() {
        return "just now".to_owned();
    }
    let (_, unit, name) = STEPS.into_iter().find(|(below, ..)| seconds < *below).unwrap_or(STEPS[5]);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, far below 2^64")]
    let number = (seconds / unit).floor() as u64;
    format!("{} ago", counted(number, name, &format!("{name}s")))
}

/// The first eight digits of a content address, enough to tell its kind apart at a glance.
pub fn short_hash(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

/// At most so many characters of a text.
pub fn shortened(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_can_be_read() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1956), "1,956");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "rule", "rules"), "1 rule");
        assert_eq!(counted(0, "rule", "rules"), "0 rules");
    }

    #[test]
    fn a_share_of_nothing_is_unknown_and_not_zero() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(214, 1686).as_deref(), Some("12.7\u{202f}%"));
        assert_eq!(of(214, 1686), "214/1,686");
    }

    #[test]
    fn figures_carry_three_digits_that_matter() {
        assert_eq!(significant(0.873_21), "0.873");
        assert_eq!(significant(12.345), "12.3");
        assert_eq!(significant(1234.5), "1234");
        assert_eq!(significant(0.004_123), "0.00412");
        assert_eq!(significant(0.0), "0");
    }

    #[test]
    fn what_speaks_for_and_against_is_told_apart_by_its_sign() {
        assert_eq!(signed(1.84), "+1.8");
        assert_eq!(signed(-0.62), "\u{2212}0.6");
        assert_eq!(interval(0.9104, 0.986), "91.0–98.6\u{202f}%");
    }

    #[test]
    fn a_long_id_is_cut_between_characters() {
        assert_eq!(shortened("añb", 2), "añ…");
        assert_eq!(shortened("ab", 2), "ab");
    }

    #[test]
    fn sizes_step_up_before_they_grow_a_fourth_digit() {
        assert_eq!(bytes(12), "12\u{202f}B");
        assert_eq!(bytes(54_200_000), "54.2\u{202f}MB");
        assert_eq!(bytes(999_900), "1.00\u{202f}MB");
    }

    #[test]
    fn times_are_told_in_the_largest_unit_that_fits() {
        assert_eq!(ago(-3.0), "just now");
        assert_eq!(ago(61.0), "1 minute ago");
        assert_eq!(ago(7_300.0), "2 hours ago");
        assert_eq!(ago(5.0 * 86_400.0), "5 days ago");
        assert_eq!(ago(f64::NAN), "just now");
    }
}
