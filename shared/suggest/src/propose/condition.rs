//! Conditions and how telling they are.

use super::Kind;
use crate::evidence::Tally;
use crate::survey::{Number, Survey};
use hunch_engine::wilson;
use hunch_rules::{LabelIndex, is_identifier, quote};
use std::collections::BTreeMap;

/// Rows whose label is known that a condition must hold on.
const SUPPORT: u64 = 3;

/// A condition that may become a rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub(super) kind: Kind,
    pub(super) term: String,
    /// As the language spells it.
    pub(super) text: String,
    /// What a rule's name is made of.
    pub(super) words: String,
    pub(super) label: LabelIndex,
    /// Rows by which it beats chance for sure.
    pub(super) worth: f64,
}

/// All conditions that tell a label better than chance.
pub(super) fn conditions(survey: &Survey, precision: f64) -> Vec<Condition> {
    let judge = Judge { all: &survey.all, precision };
    let mut found = Vec::new();
    for (column, phrases) in &survey.phrases {
        found.extend(texts(column, phrases, &judge));
    }
    for (operand, counts) in &survey.numbers {
        found.extend(thresholds(operand, counts, &judge));
    }
    for (operand, counts) in &survey.values {
        found.extend(counts.iter().filter_map(|(value, tally)| {
            let (label, worth, _) = judge.best(tally)?;
            Some(Condition {
                kind: Kind::Attribute,
                term: format!("{operand} = {value}"),
                text: format!("{operand} = {value}"),
                words: format!("{operand} {value}"),
                label,
                worth,
            })
        }));
    }
    found
}

/// What telling means.
struct Judge<'a> {
    all: &'a Tally,
    precision: f64,
}

impl Judge<'_> {
    /// The label that the rows of a tally have for sure more often than all rows, with the rows by which it does, and the
    /// lower end of its precision's interval.
    fn best(&self, tally: &Tally) -> Option<(LabelIndex, f64, f64)> {
        let judged = tally.labels().filter_map(|(label, hits)| {
            let low = wilson(hits, tally.rows as f64)?.low;
            let precise = hits >= self.precision * tally.rows as f64;
            let gain = low - self.all.share(label);
            (precise && gain > 0.0).then_some((label, tally.rows as f64 * gain, low))
        });
        let best = judged.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        best.filter(|_| tally.rows >= SUPPORT)
    }
}

fn texts(column: &str, phrases: &BTreeMap<String, Tally>, judge: &Judge<'_>) -> Vec<Condition> {
    let spelled = if is_identifier(column) { column.to_owned() } else { format!("`{column}`") };
    let mut found = Vec::new();
    for (phrase, tally) in phrases {
        let Some((label, worth, low)) = judge.best(tally) else { continue };
        // A phrase is worth its length only if it is more precise than its parts.
        let shorter =
            [phrase.split_once(' ').map(|(_, rest)| rest), phrase.rsplit_once(' ').map(|(rest, _)| rest)];
        let better = |part: &&str| {
            let of = phrases.get(*part).and_then(|tally| judge.best(tally));
            of.is_some_and(|(of, _, part_low)| of == label && part_low >= low)
        };
        if shorter.iter().flatten().any(better) {
            continue;
        }
        found.push(Condition {
            kind: if phrase.contains(' ') { Kind::Phrase } else { Kind::Word },
            term: phrase.clone(),
            text: format!("{spelled} has {}", quote(phrase)),
            words: phrase.clone(),
            label,
            worth,
        });
    }
    found
}

/// For each label and direction the threshold that tells most.
fn thresholds(operand: &str, counts: &BTreeMap<Number, Tally>, judge: &Judge<'_>) -> Vec<Condition> {
    let mut whole = Tally::default();
    for tally in counts.values() {
        whole += tally;
    }
    let mut best: BTreeMap<(LabelIndex, bool), (f64, f64)> = BTreeMap::new();
    let mut below = Tally::default();
    for (number, tally) in counts {
        for (part, is_below) in [(below.clone(), true), (whole.without(&below), false)] {
            // The condition that holds on all rows says nothing.
            if part.rows == whole.rows {
                continue;
            }
            if let Some((label, worth, _)) = judge.best(&part) {
                let known = best.entry((label, is_below)).or_insert((0.0, 0.0));
                if worth > known.0 {
                    *known = (worth, number.value());
                }
            }
        }
        below += tally;
    }
    let condition = |((label, is_below), (worth, at)): ((LabelIndex, bool), (f64, f64))| {
        let (sign, word) = if is_below { ("<", "below") } else { (">=", "from") };
        Condition {
            kind: Kind::Attribute,
            term: format!("{operand} {sign}"),
            text: format!("{operand} {sign} {at}"),
            words: format!("{operand} {word} {at}"),
            label,
            worth,
        }
    };
    best.into_iter().map(condition).collect()
}
