//! Conditions.

use super::{Kind, Writer};
use crate::export::locate::Construct;
use crate::export::pattern::{Use, translate};
use crate::export::search;
use crate::export::text::{Text, TextTest};
use crate::export::truth::Truth;
use crate::plan::{CompareOp, Predicate, Scalar, TextMatch, Value};

impl Writer<'_, '_> {
    pub(super) fn condition(&mut self, truth: &Truth<'_>) -> String {
        match truth {
            Truth::Constant(value) => truth_word(*value),
            Truth::All(parts) => self.joined(parts, " AND "),
            Truth::Any(parts) => self.joined(parts, " OR "),
            Truth::AtLeast { n, of } => {
                let ones: Vec<String> = of
                    .iter()
                    .map(|part| format!("CASE WHEN {} THEN 1 ELSE 0 END", self.condition(part)))
                    .collect();
                format!("{} >= {n}", ones.join(" + "))
            }
            Truth::Leaf { predicate, negated: false } => self.leaf(predicate),
            Truth::Leaf { predicate, negated: true } => format!("NOT ({})", self.leaf(predicate)),
        }
    }

    fn joined(&mut self, parts: &[Truth<'_>], operator: &str) -> String {
        let written = |part: &Truth<'_>| match part {
            Truth::All(_) | Truth::Any(_) => format!("({})", self.condition(part)),
            _ => self.condition(part),
        };
        parts.iter().map(written).collect::<Vec<_>>().join(operator)
    }

    fn leaf(&mut self, predicate: &Predicate) -> String {
        match predicate {
            Predicate::Match(found) => self.search(found),
            Predicate::Regex { column, pattern, ignore_case } => {
                match translate(pattern, *ignore_case, self.dialect.flavor(), Use::Test) {
                    Ok(translated) => {
                        let text = self.column(column, Kind::Searched);
                        self.dialect.matches(&text, &translated)
                    }
                    Err(reason) => self.refuse(&Construct::Regex(pattern.clone()), reason),
                }
            }
            Predicate::Compare { left, op, right } => self.compare(left, *op, right),
            Predicate::In { value, list } => self.contained(value, list),
            Predicate::Missing { value: Scalar::Const(_) | Scalar::RuleVote { .. } } => "FALSE".to_owned(),
            Predicate::Missing { value: Scalar::Column(column) } => {
                let kind = self.kind(column);
                format!("{} IS NULL", self.column(column, kind))
            }
            Predicate::Missing { value } => format!("({}) IS NULL", self.value(value)),
            Predicate::Truth { column } => self.column(column, Kind::Bool),
        }
    }

    fn search(&mut self, found: &TextMatch) -> String {
        if found.near.is_some() {
            return self.refuse(&Construct::Near, "SQL has nothing that counts the words between two places");
        }
        let Some(terms) = self.terms(&found.terms) else { return "NULL".to_owned() };
        let all: Vec<String> = search::expressions(found, &terms)
            .iter()
            .map(|any| self.one_matches(&found.column, any))
            .collect();
        if all.len() == 1 { all.concat() } else { format!("({})", all.join(" AND ")) }
    }

    /// Whether one of the expressions matches in a column.
    fn one_matches(&mut self, column: &str, expressions: &[String]) -> String {
        let text = self.column(column, Kind::Text);
        let mut any = Vec::new();
        for expression in expressions {
            match translate(expression, false, self.dialect.flavor(), Use::Test) {
                Ok(pattern) => any.push(self.dialect.matches(&text, &pattern)),
                Err(reason) => return self.refuse(&Construct::Text, reason),
            }
        }
        if any.len() == 1 { any.concat() } else { format!("({})", any.join(" OR ")) }
    }

    fn compare(&mut self, left: &Scalar, op: CompareOp, right: &Scalar) -> String {
        let schema = self.rules.schema;
        let Some((one, other)) = Text::of(left, schema).zip(Text::of(right, schema)) else {
            return format!("{} {} {}", self.value(left), sign(op), self.value(right));
        };
        match one.equals(other) {
            Some(TextTest::Matches(column, expressions)) => {
                let equal = self.one_matches(column, &expressions);
                if op == CompareOp::NotEqual { format!("NOT {equal}") } else { equal }
            }
            Some(TextTest::Known(equal)) => truth_word(equal == (op == CompareOp::Equal)),
            None => self.refuse(
                &Construct::TextComparison,
                "SQL folds case by the tables of its own Unicode version",
            ),
        }
    }

    fn contained(&mut self, value: &Scalar, list: &[Value]) -> String {
        let Some(text) = Text::of(value, self.rules.schema) else {
            let list: Vec<String> = list.iter().map(|value| self.constant(value)).collect();
            return format!("{} IN ({})", self.value(value), list.join(", "));
        };
        match text.is_among(list) {
            TextTest::Matches(column, expressions) => self.one_matches(column, &expressions),
            TextTest::Known(found) => truth_word(found),
        }
    }

    pub(super) fn kind(&self, column: &str) -> Kind {
        self.rules.schema.column(column).map_or(Kind::Text, |column| column.kind.into())
    }
}

fn truth_word(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "<>",
        CompareOp::GreaterOrEqual => ">=",
        CompareOp::Greater => ">",
    }
}
