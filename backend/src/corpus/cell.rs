//! Cells of a file and the typed values they stand for.

use hunch_rules::limits::VECTOR_NUMBERS;
use hunch_rules::{ColumnType, VectorError, parse_vector};
use std::borrow::Cow;

/// A cell as its file has it. Files of text know only the first two kinds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Missing,
    Text(String),
    Integer(i128),
    Number(f64),
    Bool(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// A list of numbers, `None` where one is missing.
    List(Vec<Option<f32>>),
}

/// A value of a document's column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Of a text or category column.
    Text(String),
    /// Finite.
    Number(f64),
    Bool(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Finite numbers, as many as the column's vectors have.
    Vector(Vec<f32>),
}

/// A cell that does not have its column's type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum WrongType {
    #[error("`{cell}` is not {expected}")]
    Cell { cell: String, expected: &'static str },
    #[error("not a vector of {length} numbers: {reason}")]
    Vector { length: u32, reason: VectorError },
}

impl Cell {
    /// The cell as text; `None` if missing.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Missing => return None,
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Bool(value) => Cow::Owned(value.to_string()),
            Self::Date(days) => Cow::Owned(date_text(*days)),
            Self::List(numbers) => Cow::Owned(list_text(numbers)),
        })
    }

    /// The cell as text without surrounding space; `None` if missing or empty.
    pub(super) fn trimmed(&self) -> Option<Cow<'_, str>> {
        let text = match self.text()? {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            owned @ Cow::Owned(_) => owned,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// The cell as a value of a column. Empty text is a value in text columns and missing in all others.
    pub(super) fn value(&self, kind: ColumnType) -> Result<Option<Value>, WrongType> {
        if kind == ColumnType::Text {
            return Ok(self.text().map(|text| Value::Text(text.into_owned())));
        }
        if let (ColumnType::Vector(length), Self::List(numbers)) = (kind, self) {
            return vector(checked(numbers), length).map(Some);
        }
        let Some(text) = self.trimmed() else { return Ok(None) };
        match kind {
            ColumnType::Vector(length) => return vector(parse_vector(&text), length).map(Some),
            ColumnType::Text | ColumnType::Category => Ok(Some(Value::Text(text.to_string()))),
            ColumnType::Number => self.number(&text),
            ColumnType::Bool => bool_of(&text).map(|value| Some(Value::Bool(value))).ok_or("true or false"),
            ColumnType::Date => {
                date_of(&text).map(|days| Some(Value::Date(days))).ok_or("a date such as 2026-03-31")
            }
        }
        .map_err(|expected| wrong(&text, expected))
    }

    fn number(&self, text: &str) -> Result<Option<Value>, &'static str> {
        let number = match self {
            // Beyond 2^53 the nearest float is what a number column can hold.
            Self::Integer(number) => *number as f64,
            Self::Number(number) => *number,
            _ => text.parse().map_err(|_| "a number")?,
        };
        if number.is_nan() {
            Ok(None)
        } else if number.is_finite() {
            // One zero, so that equal numbers have equal bytes.
            Ok(Some(Value::Number(number + 0.0)))
        } else {
            Err("a finite number")
        }
    }
}

/// A list of numbers as JSON.
fn list_text(numbers: &[Option<f32>]) -> String {
    let number = |number: &Option<f32>| number.map_or("null".to_owned(), |number| number.to_string());
    format!("[{}]", numbers.iter().map(number).collect::<Vec<_>>().join(","))
}

/// A list as a vector, by the rules of [`parse_vector`].
fn checked(numbers: &[Option<f32>]) -> Result<Vec<f32>, VectorError> {
    match numbers.len() {
        0 => return Err(VectorError::Empty),
        length if length > VECTOR_NUMBERS => return Err(VectorError::TooLong),
        _ => {}
    }
    let number = |number: &Option<f32>| match number {
        Some(number) if number.is_finite() => Ok(number + 0.0),
        Some(number) => Err(VectorError::NotFinite(number.to_string())),
        None => Err(VectorError::NotANumber("null".to_owned())),
    };
    numbers.iter().map(number).collect()
}

fn vector(vector: Result<Vec<f32>, VectorError>, length: u32) -> Result<Value, WrongType> {
    let vector = vector.and_then(|vector| match vector.len() {
        found if found == length as usize => Ok(Value::Vector(vector)),
        found => Err(VectorError::Length { found, expected: length }),
    });
    vector.map_err(|reason| WrongType::Vector { length, reason })
}

/// Names the cell, cut to what fits a message.
pub(super) fn wrong(text: &str, expected: &'static str) -> WrongType {
    let mut cell: String = text.chars().take(60).collect();
    if cell.len() < text.len() {
        cell.push('…');
    }
    WrongType::Cell { cell, expected }
}

/// `true`/`false`, `yes`/`no`, `1`/`0`, in any case.
pub(super) fn bool_of(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("yes") || is("1") {
        Some(true)
    } else if is("false") || is("no") || is("0") {
        Some(false)
    } else {
        None
    }
}

/// The day of `2026-03-31`, alone or before a time (`2026-03-31T12:00:00Z`), as days since 1970-01-01.
pub(super) fn date_of(text: &str) -> Option<i32> {
    let (date, rest) = text.split_at_checked(10)?;
    if !(rest.is_empty() || rest.starts_with(['T', ' '])) {
        return None;
    }
    let mut parts = date.split('-');
    let mut part = |digits: usize| {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()));
        part.and_then(|part| part.parse::<i32>().ok())
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let days = days_from_civil(year, month, day);
    // A day that does not exist, such as 2026-02-30, comes back as another.
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

/// `2026-03-31` of days since 1970-01-01.
pub(crate) fn date_text(days: i32) -> String {
    let (year, month, day) = civil_from_days(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days since 1970-01-01 of a day of the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level
/// Date Algorithms", `days_from_civil`).
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of days since 1970-01-01 (same source, `civil_from_days`).
fn civil_from_days(days: i32) -> (i32, i32, i32) {
    let days = i64::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // Years of 32-bit day numbers fit 32 bits with room to spare.
    [year, month, day].map(|part| i32::try_from(part).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, kind: ColumnType) -> Result<Option<Value>, String> {
        Cell::Text(text.to_owned()).value(kind).map_err(|error| error.to_string())
    }

    #[test]
    fn cells_become_values_of_their_columns_type() {
        assert_eq!(value(" 4.50 ", ColumnType::Number), Ok(Some(Value::Number(4.5))));
        assert_eq!(value("Yes", ColumnType::Bool), Ok(Some(Value::Bool(true))));
        assert_eq!(value("1970-01-02", ColumnType::Date), Ok(Some(Value::Date(1))));
        assert_eq!(value("2013-11-07T06:20:48", ColumnType::Date), Ok(Some(Value::Date(16_016))));
        assert_eq!(value(" a ", ColumnType::Category), Ok(Some(Value::Text("a".to_owned()))));
        assert_eq!(value(" a ", ColumnType::Text), Ok(Some(Value::Text(" a ".to_owned()))));
    }

    #[test]
    fn an_empty_cell_is_an_empty_text_but_a_missing_attribute() {
        assert_eq!(value("", ColumnType::Text), Ok(Some(Value::Text(String::new()))));
        for kind in [ColumnType::Category, ColumnType::Number, ColumnType::Bool, ColumnType::Date] {
            assert_eq!(value("", kind), Ok(None));
            assert_eq!(Cell::Missing.value(kind), Ok(None));
        }
        assert_eq!(Cell::Missing.value(ColumnType::Text), Ok(None));
    }

    #[test]
    fn a_wrong_cell_is_quoted_in_the_reason() {
        assert_eq!(value("four", ColumnType::Number), Err("`four` is not a number".to_owned()));
        assert_eq!(value("inf", ColumnType::Number), Err("`inf` is not a finite number".to_owned()));
        assert_eq!(value("maybe", ColumnType::Bool), Err("`maybe` is not true or false".to_owned()));
        for date in ["2026-02-30", "2026-13-01", "31.03.2026", "2026-3-1", "2026-03-31x", "ü026-03-31"] {
            assert!(value(date, ColumnType::Date).unwrap_err().contains("is not a date"), "{date}");
        }
    }

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        for days in -146_097..146_097 {
            assert_eq!(date_of(&date_text(days)), Some(days));
        }
    }

    #[test]
    fn whole_numbers_stay_exact_as_text() {
        assert_eq!(Cell::Integer(9_007_199_254_740_993).text().as_deref(), Some("9007199254740993"));
    }
}
