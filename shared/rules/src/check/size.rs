//! How large plans are.

use crate::plan::{Condition, Counted, Plan, Predicate, Scalar, Terms};

/// The size of a plan or of a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// Conditions, values and terms.
    pub parts: usize,
    /// Levels of its JSON.
    pub depth: usize,
}

/// Levels of JSON around a clause's condition: the plan, its clauses, the clause.
const PLAN_LEVELS: usize = 3;

impl Size {
    pub(super) fn of_plan(plan: &Plan) -> Self {
        Self::around(PLAN_LEVELS, plan.clauses.iter().map(|clause| Self::of_condition(&clause.when)))
    }

    fn of_condition(condition: &Condition) -> Self {
        match condition {
            Condition::Always => Self::leaf(0),
            Condition::All(of) | Condition::Any(of) => Self::around(2, of.iter().map(Self::of_condition)),
            Condition::Not(inner) => Self::around(1, [Self::of_condition(inner)]),
            Condition::AtLeast { of, .. } => Self::around(3, of.iter().map(Self::of_condition)),
            Condition::Is(predicate) => Self::around(1, [Self::of_predicate(predicate)]),
        }
    }

    fn of_predicate(predicate: &Predicate) -> Self {
        match predicate {
            Predicate::Match(search) => {
                let near = search.near.iter().map(|near| Self::around(1, [Self::of_terms(&near.terms)]));
                Self::around(2, near.chain([Self::of_terms(&search.terms)]))
            }
            Predicate::Regex { .. } | Predicate::Truth { .. } => Self::leaf(2),
            Predicate::Compare { left, right, .. } => {
                Self::around(2, [Self::of_scalar(left), Self::of_scalar(right)])
            }
            Predicate::In { value, list } => {
                let size = Self::around(2, [Self::of_scalar(value), Self::leaf(2)]);
                Self { parts: size.parts + list.len(), ..size }
            }
            Predicate::Missing { value } => Self::around(2, [Self::of_scalar(value)]),
        }
    }

    pub(super) fn of_scalar(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::Column(_) | Scalar::Words(_) | Scalar::Length(_) | Scalar::SourceVote(_) => Self::leaf(1),
            Scalar::Const(_) | Scalar::Share { .. } | Scalar::SourceProbability { .. } => Self::leaf(2),
            Scalar::Count { of: Counted::Regex { .. }, .. } => Self::leaf(4),
            Scalar::Count { of: Counted::Terms(terms), .. } => Self::around(3, [Self::of_terms(terms)]),
            Scalar::Arithmetic { left, right, .. } => {
                Self::around(2, [Self::of_scalar(left), Self::of_scalar(right)])
            }
            Scalar::Similar(likeness) | Scalar::Nearest(likeness) => {
                Self { parts: 1 + likeness.examples.parts(), depth: 6 }
            }
            Scalar::RuleVote { clauses } => {
                Self::around(4, clauses.iter().map(|clause| Self::of_condition(&clause.when)))
            }
        }
    }

    fn of_terms(terms: &Terms) -> Self {
        let parts = match terms {
            Terms::List(terms) => terms.len(),
            Terms::Lexicon { .. } => 1,
        };
        Self { parts, depth: 2 }
    }

    fn leaf(depth: usize) -> Self {
        Self { parts: 1, depth }
    }

    /// One part, `levels` of JSON, and what is inside.
    fn around(levels: usize, inner: impl IntoIterator<Item = Self>) -> Self {
        let start = Self { parts: 1, depth: 0 };
        let inside = inner.into_iter().fold(start, |sum, size| Self {
            parts: sum.parts + size.parts,
            depth: sum.depth.max(size.depth),
        });
        Self { depth: inside.depth + levels, ..inside }
    }
}
