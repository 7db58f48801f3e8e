//! What could be a condition, counted on a sample of the documents whose label is known.

mod attributes;
mod phrases;

use crate::{Evidence, Sample, Tally};
use hunch_engine::{Bitset, Chunk, ColumnData};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A chunk with what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Share<'a> {
    /// The chunk.
    pub chunk: &'a Chunk,
    /// Rows that are not excluded.
    pub counted: &'a Bitset,
    /// What is known of their labels.
    pub evidence: &'a Evidence,
}

/// Counts of what could be a condition. Those of several shares add up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Survey {
    /// The rows surveyed.
    pub(crate) all: Tally,
    /// Words and phrases, folded, by text column.
    pub(crate) phrases: BTreeMap<String, BTreeMap<String, Tally>>,
    /// By the value as the language spells it: `age`, `words(text)`.
    pub(crate) numbers: BTreeMap<String, BTreeMap<Number, Tally>>,
    /// Constants by attribute, both as the language spells them.
    pub(crate) values: BTreeMap<String, BTreeMap<String, Tally>>,
}

/// A number cut to three digits downwards, so that few are distinct and thresholds are easy to read.
/// A threshold that has three digits parts the cut numbers as it parts the others.
///
/// Written as text: it is a key of objects, and what reads a tagged message holds keys as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Number(i64);

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0.to_string()
    }
}

impl TryFrom<String> for Number {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl Survey {
    /// Counts in the sample's rows of some chunks.
    pub fn of(shares: &[Share<'_>], sample: Sample) -> Self {
        let rows: Vec<Vec<usize>> = shares.iter().map(|share| share.rows(sample)).collect();
        let mut survey = Self::default();
        for (share, rows) in shares.iter().zip(&rows) {
            for row in rows {
                survey.all.add(share.evidence.row(*row).unwrap_or_default());
            }
            attributes::count(&mut survey, share, rows);
        }
        for column in text_columns(shares) {
            let found = phrases::count(&column, shares, &rows, &survey.all);
            survey.phrases.insert(column, found);
        }
        survey
    }

    /// Adds what another share of the corpus counted.
    pub fn merge(&mut self, other: Self) {
        self.all += &other.all;
        merge_maps(&mut self.phrases, other.phrases);
        merge_maps(&mut self.numbers, other.numbers);
        merge_maps(&mut self.values, other.values);
    }

    /// Documents whose label is known, of those surveyed.
    pub fn rows(&self) -> u64 {
        self.all.rows
    }
}

fn merge_maps<K: Ord>(
    into: &mut BTreeMap<String, BTreeMap<K, Tally>>,
    from: BTreeMap<String, BTreeMap<K, Tally>>,
) {
    for (column, counts) in from {
        let into = into.entry(column).or_default();
        for (key, tally) in counts {
            *into.entry(key).or_default() += &tally;
        }
    }
}

impl Share<'_> {
    /// The sample's rows of which something is known.
    fn rows(&self, sample: Sample) -> Vec<usize> {
        let mut known = self.evidence.known().clone();
        known.and(self.counted);
        let drawn = |row: &usize| sample.takes(self.chunk.ids.get(*row).unwrap_or_default());
        known.iter_ones().filter(drawn).collect()
    }
}

/// The names of the text columns, each once, in the chunks' order.
fn text_columns(shares: &[Share<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in shares.iter().flat_map(|share| &share.chunk.columns) {
        if matches!(column.data, ColumnData::Text(_)) && !names.contains(&column.name) {
            names.push(column.name.clone());
        }
    }
    names
}

/// A column as the language spells it.
fn spell_column(name: &str) -> String {
    if hunch_rules::is_identifier(name) { name.to_owned() } else { format!("`{name}`") }
}

impl Number {
    /// Cuts a number; `None` of one that is not finite.
    #[expect(clippy::cast_possible_wrap, reason = "the bits are what is wanted")]
    pub(crate) fn new(number: f64) -> Option<Self> {
        let cut = floor3(number);
        let bits = (cut.is_finite().then_some(cut)? + 0.0).to_bits() as i64;
        // Bits of negative floats descend.
        Some(Self(if bits < 0 { !bits ^ i64::MIN } else { bits }))
    }

    #[expect(clippy::cast_sign_loss, reason = "the bits are what is wanted")]
    pub(crate) fn value(self) -> f64 {
        let bits = if self.0 < 0 { !(self.0 ^ i64::MIN) } else { self.0 };
        f64::from_bits(bits as u64)
    }
}

/// The largest decimal number of three digits that is not above the number, by its spelling, which is exact.
fn floor3(number: f64) -> f64 {
    let near = |number: f64| format!("{number:.2e}").parse::<f64>().unwrap_or(number);
    let rounded = near(number);
    if rounded <= number {
        return rounded;
    }
    // One step of the third digit down.
    let step = 10f64.powi(exponent(rounded) - 2);
    near(rounded - step)
}

/// The decimal exponent, by the spelling.
fn exponent(number: f64) -> i32 {
    let spelled = format!("{number:e}");
    spelled.rsplit('e').next().and_then(|exponent| exponent.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cut_numbers_keep_their_order_and_three_digits(a in -1e12f64..1e12, b in -5.0f64..5.0) {
            for number in [a, b] {
                let cut = Number::new(number).unwrap().value();
                prop_assert!(cut <= number && (number - cut) <= number.abs() * 0.011, "{number} {cut}");
            }
            let (x, y) = (Number::new(a).unwrap(), Number::new(b).unwrap());
            prop_assert_eq!(x.cmp(&y), x.value().total_cmp(&y.value()));
            prop_assert!(a.total_cmp(&b).is_ge() || x <= y);
        }
    }

    #[test]
    fn small_whole_numbers_stay_as_they_are() {
        for number in [0.0, -0.0, 1.0, 6.0, 17.0, 999.0, -3.0, 0.5] {
            assert_eq!(Number::new(number).unwrap().value().to_string(), (number + 0.0).to_string());
        }
        assert_eq!(Number::new(1_999.0).unwrap().value().to_string(), "1990");
        assert_eq!(Number::new(f64::NAN), None);
    }

    #[test]
    fn counts_arrive_whole_in_a_tagged_message() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "report", rename_all = "snake_case")]
        enum Report {
            Survey { survey: Survey },
        }
        let counts = BTreeMap::from([(Number(-25), Tally::default()), (Number(0), Tally::default())]);
        let survey = Survey { numbers: BTreeMap::from([("stars".to_owned(), counts)]), ..Survey::default() };
        let report = Report::Survey { survey };
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }
}
