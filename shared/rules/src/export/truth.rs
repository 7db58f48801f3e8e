//! Conditions of which only the truth matters.
//!
//! A clause fires where its condition is true; whether it is false or unknown elsewhere makes no difference. By the laws of
//! De Morgan, which hold for three truths, `not` moves inwards until it stands before leaves: `not at least 2 of 3` is true
//! where at least 2 of the 3 are false. Then every part is asked for its truth alone.

use crate::plan::{Condition, Predicate};

pub(super) enum Truth<'p> {
    Constant(bool),
    All(Vec<Self>),
    Any(Vec<Self>),
    AtLeast { n: usize, of: Vec<Self> },
    Leaf { predicate: &'p Predicate, negated: bool },
}

/// When a condition is true; `negated`, when it is false.
pub(super) fn truth(condition: &Condition, negated: bool) -> Truth<'_> {
    match condition {
        Condition::Always => Truth::Constant(!negated),
        Condition::Not(inner) => truth(inner, !negated),
        Condition::Is(predicate) => Truth::Leaf { predicate, negated },
        Condition::All(of) if negated => Truth::Any(parts(of, negated)),
        Condition::Any(of) if negated => Truth::All(parts(of, negated)),
        Condition::All(of) => Truth::All(parts(of, negated)),
        Condition::Any(of) => Truth::Any(parts(of, negated)),
        Condition::AtLeast { n, of } => {
            let n = usize::try_from(*n).unwrap_or(usize::MAX);
            // False where fewer than n are true or unknown, that is, where more than all but n are false.
            let n = if negated { (of.len() + 1).saturating_sub(n) } else { n };
            Truth::AtLeast { n, of: parts(of, negated) }
        }
    }
}

fn parts(of: &[Condition], negated: bool) -> Vec<Truth<'_>> {
    of.iter().map(|part| truth(part, negated)).collect()
}
