//! Numbers and constants by row: attributes, and measures of texts.

use super::{Number, Share, Survey, spell_column};
use crate::evidence::Tally;
use hunch_engine::{Column, ColumnData, words};
use std::collections::BTreeMap;

/// Distinct constants of one attribute that are counted; one with more says little.
const CONSTANTS: usize = 2_000;
/// Longest constant, in bytes.
const CONSTANT_BYTES: usize = 100;
/// Bytes of a text that are measured.
const MEASURED_BYTES: usize = 4_096;

/// Counts the attributes and measures of the rows.
pub(super) fn count(survey: &mut Survey, share: &Share<'_>, rows: &[usize]) {
    for Column { name, data } in &share.chunk.columns {
        let column = spell_column(name);
        match data {
            ColumnData::Number(values) => numbers(survey, column, share, rows, |row| values.get(row)),
            ColumnData::Bool(values) => {
                constants(survey, column, share, rows, |row| values.get(row).map(|value| value.to_string()));
            }
            ColumnData::Category(values) => constants(survey, column, share, rows, |row| {
                let short = |value: &&str| value.len() <= CONSTANT_BYTES;
                Some(hunch_rules::quote(&hunch_rules::fold(values.get(row).filter(short)?)))
            }),
            ColumnData::Text(texts) => {
                let measure = |survey: &mut Survey, operand: String, of: fn(&str) -> Option<f64>| {
                    numbers(survey, operand, share, rows, |row| {
                        let text = texts.get(row)?;
                        of(&text[..text.floor_char_boundary(MEASURED_BYTES)])
                    });
                };
                measure(survey, format!("words({column})"), |text| Some(words(text).count() as f64));
                measure(survey, format!("length({column})"), |text| Some(text.chars().count() as f64));
                measure(survey, format!("share({column}, uppercase)"), |text| {
                    of_all(text, char::is_uppercase)
                });
                measure(survey, format!("share({column}, digits)"), |text| of_all(text, char::is_numeric));
            }
            // Days since 1970 would be cut to three digits; no number of a vector says anything alone.
            ColumnData::Date(_) | ColumnData::Vector(_) => {}
        }
    }
}

fn numbers(
    survey: &mut Survey,
    operand: String,
    share: &Share<'_>,
    rows: &[usize],
    value: impl Fn(usize) -> Option<f64>,
) {
    let counts = survey.numbers.entry(operand).or_default();
    for row in rows {
        if let Some(number) = value(*row).and_then(Number::new) {
            add(counts, number, share, *row);
        }
    }
}

fn constants(
    survey: &mut Survey,
    operand: String,
    share: &Share<'_>,
    rows: &[usize],
    value: impl Fn(usize) -> Option<String>,
) {
    let counts = survey.values.entry(operand).or_default();
    for row in rows {
        if let Some(value) = value(*row)
            && (counts.len() < CONSTANTS || counts.contains_key(&value))
        {
            add(counts, value, share, *row);
        }
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, Tally>, key: K, share: &Share<'_>, row: usize) {
    counts.entry(key).or_default().add(share.evidence.row(row).unwrap_or_default());
}

/// The share of a text's characters, unless it has none.
fn of_all(text: &str, is: impl Fn(char) -> bool) -> Option<f64> {
    let all = text.chars().count();
    (all > 0).then(|| text.chars().filter(|c| is(*c)).count() as f64 / all as f64)
}
