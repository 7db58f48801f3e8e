//! Values.

use super::{Dialect, Kind, Writer};
use crate::export::locate::Construct;
use crate::export::pattern::{Use, translate};
use crate::export::{NO_WEIGHTS, search};
use crate::plan::{ArithmeticOp, Counted, Scalar, Terms, Value};

impl Writer<'_, '_> {
    /// A value that is no text.
    pub(super) fn value(&mut self, scalar: &Scalar) -> String {
        match scalar {
            Scalar::Const(value) => self.constant(value),
            Scalar::Column(column) => {
                let kind = self.kind(column);
                self.column(column, kind)
            }
            Scalar::Words(column) => {
                let text = self.column(column, Kind::Text);
                self.counted(&text, r"\w+", false, &Construct::Call("words"), true)
            }
            Scalar::Length(column) => {
                let text = self.column(column, Kind::Text);
                self.dialect.length(&text)
            }
            Scalar::Count { column, of: Counted::Regex { pattern, ignore_case } } => {
                let text = self.column(column, Kind::Searched);
                self.counted(&text, pattern, *ignore_case, &Construct::Regex(pattern.clone()), false)
            }
            Scalar::Count { column, of: Counted::Terms(terms) } => self.count_terms(column, terms),
            Scalar::Share { column, class } => {
                let text = self.column(column, Kind::Text);
                match translate(&format!("[^{}]", class.pattern()), false, self.dialect.flavor(), Use::Test) {
                    Ok(others) => {
                        let inside = self.dialect.length(&self.dialect.without(&text, &others));
                        let all = self.dialect.length(&text);
                        format!("{} / NULLIF({all}, 0)", self.dialect.double(&inside))
                    }
                    Err(reason) => self.refuse(&Construct::Call("share"), reason),
                }
            }
            Scalar::Arithmetic { op, left, right } => {
                let (left, right) = (self.operand(left), self.operand(right));
                self.dialect.calculated(&match op {
                    ArithmeticOp::Add => format!("{left} + {right}"),
                    ArithmeticOp::Subtract => format!("{left} - {right}"),
                    ArithmeticOp::Multiply => format!("{left} * {right}"),
                    ArithmeticOp::Divide => format!("{left} / NULLIF({right}, 0)"),
                })
            }
            Scalar::RuleVote { clauses } => format!("({})", self.vote(clauses)),
            Scalar::Similar(_) => self.refuse(&Construct::Call("similar"), NO_WEIGHTS),
            Scalar::Nearest(_) => self.refuse(&Construct::Call("nearest"), NO_WEIGHTS),
            Scalar::SourceVote(_) => {
                self.refuse(&Construct::Call("vote"), "the votes of external sources are not in the table")
            }
            Scalar::SourceProbability { .. } => self.refuse(
                &Construct::Call("prob"),
                "the probabilities of external sources are not in the table",
            ),
        }
    }

    /// An operand that is calculated with.
    fn operand(&mut self, scalar: &Scalar) -> String {
        let value = self.value(scalar);
        self.dialect.double(&value)
    }

    pub(super) fn constant(&mut self, value: &Value) -> String {
        match value {
            Value::Number(number) => spell_number(*number),
            Value::Bool(true) => "TRUE".to_owned(),
            Value::Bool(false) => "FALSE".to_owned(),
            Value::Label(label) => label.to_string(),
            Value::Date(days) => {
                let (year, month, day) = civil(*days);
                if year < 1 && self.dialect == Dialect::Postgres {
                    return self.refuse(&Construct::Date, "Postgres has no year 0");
                }
                format!("DATE '{year:04}-{month:02}-{day:02}'")
            }
            // Texts are compared by expressions.
            Value::Text(_) => self.refuse(&Construct::Text, "a text stands where a number is expected"),
        }
    }

    fn counted(
        &mut self,
        text: &str,
        pattern: &str,
        ignore_case: bool,
        construct: &Construct,
        one_length: bool,
    ) -> String {
        match translate(pattern, ignore_case, self.dialect.flavor(), Use::Count { one_length }) {
            Ok(pattern) => self.dialect.count(text, &pattern),
            Err(reason) => self.refuse(construct, reason),
        }
    }

    fn count_terms(&mut self, column: &str, terms: &Terms) -> String {
        let construct = Construct::Call("count");
        let Some(terms) = self.terms(terms) else { return "NULL".to_owned() };
        let text = self.column(column, Kind::Text);
        if self.dialect == Dialect::DuckDb && terms.iter().all(|term| search::is_word(term)) {
            let flavor = self.dialect.flavor();
            let any = search::one_of(&terms.iter().collect::<Vec<_>>(), false);
            let word = translate(r"\w+", false, flavor, Use::Test);
            return match (word, translate(&any, false, flavor, Use::Test)) {
                (Ok(word), Ok(any)) => Dialect::count_words(&text, &word, &any),
                (Err(reason), _) | (_, Err(reason)) => self.refuse(&construct, reason),
            };
        }
        match search::occurrences(&terms) {
            Some(pattern) => self.counted(&text, &pattern, false, &construct, true),
            None => {
                self.refuse(&construct, "several terms are counted here, and one of them is no single word")
            }
        }
    }
}

/// A number, as a floating-point literal unless it is a small integer.
fn spell_number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e9 { format!("{number:.0}") } else { format!("{number:e}") }
}

/// Year, month and day of a count of days since 1970-01-01.
fn civil(days: i32) -> (i64, i64, i64) {
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    let days = i64::from(days) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_the_dates_they_were_written_as() {
        let cases = [(0, (1970, 1, 1)), (-1, (1969, 12, 31)), (11_016, (2000, 2, 29)), (-719_528, (0, 1, 1))];
        for (days, date) in cases {
            assert_eq!(civil(days), date);
        }
    }

    #[test]
    fn numbers_keep_their_value_and_never_become_decimals() {
        assert_eq!(
            [6.0, 0.5, -2.0, 1e300, 0.1].map(spell_number),
            ["6", "5e-1", "-2", "1e300", "1e-1"].map(str::to_owned)
        );
    }
}
