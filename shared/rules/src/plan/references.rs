//! Which stored lexicons and term weights a plan refers to.

use super::{Clause, Condition, Counted, ExampleKind, Examples, Plan, Predicate, Scalar, Terms};
use std::collections::BTreeSet;

impl Plan {
    /// Name and hash of every stored lexicon whose terms evaluating the plan needs.
    pub fn lexicons(&self) -> BTreeSet<(&str, &str)> {
        References::of(self).lexicons
    }

    /// The hashes of the term weights that evaluating the plan needs.
    pub fn weights(&self) -> BTreeSet<&str> {
        References::of(self).weights
    }
}

#[derive(Default)]
struct References<'a> {
    lexicons: BTreeSet<(&'a str, &'a str)>,
    weights: BTreeSet<&'a str>,
}

impl<'a> References<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut found = Self::default();
        of_clauses(&plan.clauses, &mut found);
        found
    }
}

fn of_clauses<'a>(clauses: &'a [Clause], found: &mut References<'a>) {
    for clause in clauses {
        of_condition(&clause.when, found);
    }
}

fn of_condition<'a>(condition: &'a Condition, found: &mut References<'a>) {
    match condition {
        Condition::Always | Condition::Is(Predicate::Regex { .. } | Predicate::Truth { .. }) => {}
        Condition::All(of) | Condition::Any(of) | Condition::AtLeast { of, .. } => {
            for condition in of {
                of_condition(condition, found);
            }
        }
        Condition::Not(of) => of_condition(of, found),
        Condition::Is(Predicate::Match(text)) => {
            of_terms(&text.terms, found);
            if let Some(near) = &text.near {
                of_terms(&near.terms, found);
            }
        }
        Condition::Is(Predicate::Compare { left, right, .. }) => {
            of_scalar(left, found);
            of_scalar(right, found);
        }
        Condition::Is(Predicate::In { value, .. } | Predicate::Missing { value }) => of_scalar(value, found),
    }
}

fn of_scalar<'a>(scalar: &'a Scalar, found: &mut References<'a>) {
    match scalar {
        Scalar::Count { of: Counted::Terms(terms), .. } => of_terms(terms, found),
        Scalar::Arithmetic { left, right, .. } => {
            of_scalar(left, found);
            of_scalar(right, found);
        }
        Scalar::RuleVote { clauses } => of_clauses(clauses, found),
        Scalar::Similar(likeness) | Scalar::Nearest(likeness) => of_examples(&likeness.examples, found),
        _ => {}
    }
}

fn of_examples<'a>(examples: &'a Examples, found: &mut References<'a>) {
    let weights = match examples {
        Examples::Texts { weights, .. } => weights,
        Examples::Vectors(_) => return,
        Examples::Lexicon(lexicon) => {
            found.lexicons.insert((&lexicon.name, &lexicon.hash));
            match &lexicon.of {
                ExampleKind::Texts { weights } => weights,
                ExampleKind::Vectors { .. } => return,
            }
        }
    };
    found.weights.extend((!weights.is_empty()).then_some(weights.as_str()));
}

fn of_terms<'a>(terms: &'a Terms, found: &mut References<'a>) {
    if let Terms::Lexicon { name, hash } = terms {
        found.lexicons.insert((name, hash));
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{
        Clause, CompareOp, Condition, Counted, Examples, Likeness, Plan, Predicate, Scalar, Terms, Value,
    };

    #[test]
    fn term_weights_are_found_once_and_only_where_there_are_some() {
        let likeness = |weights: &str| Likeness {
            column: "text".into(),
            examples: Examples::Texts { weights: weights.into(), texts: vec!["a".into()] },
            best: 1,
        };
        let clause = |value| Clause { label: 0, when: Condition::Is(Predicate::Missing { value }) };
        let clauses = ["w", "w", ""].map(|weights| clause(Scalar::Similar(likeness(weights))));
        let plan = Plan { name: "a".into(), clauses: clauses.to_vec() };
        assert_eq!(Vec::from_iter(plan.weights()), ["w"]);
    }

    #[test]
    fn a_lexicon_is_found_inside_another_rules_vote() {
        let terms = Terms::Lexicon { name: "shops".into(), hash: "h".into() };
        let count = Scalar::Count { column: "text".into(), of: Counted::Terms(terms) };
        let more = |left| {
            let right = Scalar::Const(Value::Number(1.0));
            Condition::Is(Predicate::Compare { left, op: CompareOp::Greater, right })
        };
        let inner = Clause { label: 0, when: Condition::Not(Box::new(more(count))) };
        let outer = more(Scalar::RuleVote { clauses: vec![inner] });
        let plan =
            Plan { name: "a".into(), clauses: vec![Clause { label: 0, when: Condition::All(vec![outer]) }] };
        assert_eq!(Vec::from_iter(plan.lexicons()), [("shops", "h")]);
    }
}
