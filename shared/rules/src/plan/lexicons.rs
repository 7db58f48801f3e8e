//! Which stored lexicons a plan refers to.

use super::{Clause, Condition, Counted, Plan, Predicate, Scalar, Terms};
use std::collections::BTreeSet;

impl Plan {
    /// Name and hash of every stored lexicon whose terms evaluating the plan needs.
    pub fn lexicons(&self) -> BTreeSet<(&str, &str)> {
        let mut found = BTreeSet::new();
        of_clauses(&self.clauses, &mut found);
        found
    }
}

fn of_clauses<'a>(clauses: &'a [Clause], found: &mut BTreeSet<(&'a str, &'a str)>) {
    for clause in clauses {
        of_condition(&clause.when, found);
    }
}

fn of_condition<'a>(condition: &'a Condition, found: &mut BTreeSet<(&'a str, &'a str)>) {
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

fn of_scalar<'a>(scalar: &'a Scalar, found: &mut BTreeSet<(&'a str, &'a str)>) {
    match scalar {
        Scalar::Count { of: Counted::Terms(terms), .. } => of_terms(terms, found),
        Scalar::Arithmetic { left, right, .. } => {
            of_scalar(left, found);
            of_scalar(right, found);
        }
        Scalar::RuleVote { clauses } => of_clauses(clauses, found),
        _ => {}
    }
}

fn of_terms<'a>(terms: &'a Terms, found: &mut BTreeSet<(&'a str, &'a str)>) {
    if let Terms::Lexicon { name, hash } = terms {
        found.insert((name, hash));
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{Clause, CompareOp, Condition, Counted, Plan, Predicate, Scalar, Terms, Value};

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
