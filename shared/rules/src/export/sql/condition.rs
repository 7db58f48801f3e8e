//! Conditions.

use super::{Kind, Writer};
use crate::export::locate::Construct;
use crate::export::pattern::{Use, translate};
use crate::export::search;
use crate::export::truth::Truth;
use crate::fold::fold;
use crate::plan::{CompareOp, Predicate, Scalar, TextMatch, Value};

impl Writer<'_, '_> {
    pub(super) fn condition(&mut self, truth: &Truth<'_>) -> String {
        match truth {
            Truth::Constant(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
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
        match (self.as_text(left), self.as_text(right)) {
            (None, None) => format!("{} {} {}", self.value(left), sign(op), self.value(right)),
            (Some(Text::Column(column)), Some(Text::Const(text)))
            | (Some(Text::Const(text)), Some(Text::Column(column))) => {
                let equal = self.one_matches(column, &search::whole(&[text]));
                if op == CompareOp::NotEqual { format!("NOT {equal}") } else { equal }
            }
            (Some(Text::Const(left)), Some(Text::Const(right))) => {
                let holds = (fold(left) == fold(right)) == (op == CompareOp::Equal);
                if holds { "TRUE" } else { "FALSE" }.to_owned()
            }
            _ => self.refuse(
                &Construct::TextComparison,
                "SQL folds case by the tables of its own Unicode version",
            ),
        }
    }

    fn contained(&mut self, value: &Scalar, list: &[Value]) -> String {
        match self.as_text(value) {
            None => {
                let list: Vec<String> = list.iter().map(|value| self.constant(value)).collect();
                format!("{} IN ({})", self.value(value), list.join(", "))
            }
            Some(text) => {
                let texts: Vec<&String> = list
                    .iter()
                    .filter_map(|value| if let Value::Text(text) = value { Some(text) } else { None })
                    .collect();
                match text {
                    Text::Column(column) => self.one_matches(column, &search::whole(&texts)),
                    Text::Const(text) => {
                        let holds = texts.iter().any(|other| fold(other) == fold(text));
                        if holds { "TRUE" } else { "FALSE" }.to_owned()
                    }
                }
            }
        }
    }

    fn as_text<'s>(&self, scalar: &'s Scalar) -> Option<Text<'s>> {
        match scalar {
            Scalar::Const(Value::Text(text)) => Some(Text::Const(text)),
            Scalar::Column(column) if self.kind(column) == Kind::Text => Some(Text::Column(column)),
            _ => None,
        }
    }

    pub(super) fn kind(&self, column: &str) -> Kind {
        self.rules.schema.column(column).map_or(Kind::Text, |column| column.kind.into())
    }
}

/// A side of a comparison that is a text.
enum Text<'s> {
    Column(&'s String),
    Const(&'s String),
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
