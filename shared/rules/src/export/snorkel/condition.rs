//! Conditions and values.
//!
//! A leaf is True, False or None; asked for its truth it is compared with `True`, for its opposite with `False`.

use super::{Construct, Writer, string};
use crate::export::pattern::{Flavor, Use, translate};
use crate::export::text::{Text, TextTest};
use crate::export::truth::Truth;
use crate::export::{NO_WEIGHTS, search};
use crate::plan::{ArithmeticOp, ColumnType, CompareOp, Counted, Predicate, Scalar, Terms, TextMatch, Value};

impl Writer<'_, '_> {
    pub(super) fn condition(&mut self, truth: &Truth<'_>) -> String {
        match truth {
            Truth::Constant(value) => if *value { "True" } else { "False" }.to_owned(),
            Truth::All(parts) => self.joined(parts, " and "),
            Truth::Any(parts) => self.joined(parts, " or "),
            Truth::AtLeast { n, of } => {
                let parts: Vec<String> =
                    of.iter().map(|part| format!("({})", self.condition(part))).collect();
                format!("sum([{}]) >= {n}", parts.join(", "))
            }
            Truth::Leaf { predicate, negated } => {
                format!("{} is {}", self.leaf(predicate), if *negated { "False" } else { "True" })
            }
        }
    }

    fn joined(&mut self, parts: &[Truth<'_>], operator: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| format!("({})", self.condition(part))).collect();
        parts.join(operator)
    }

    fn leaf(&mut self, predicate: &Predicate) -> String {
        match predicate {
            Predicate::Match(found) => self.search(found),
            Predicate::Regex { column, pattern, ignore_case } => {
                match translate(pattern, *ignore_case, Flavor::Python, Use::Test) {
                    Ok(translated) => {
                        format!("_found(_searched({}), {})", text(column), self.pattern(translated))
                    }
                    Err(reason) => self.refuse(&Construct::Regex(pattern.clone()), reason),
                }
            }
            Predicate::Compare { left, op, right } => self.compare(left, *op, right),
            Predicate::In { value, list } => self.contained(value, list),
            Predicate::Missing { value: Scalar::Const(_) | Scalar::RuleVote { .. } } => "False".to_owned(),
            Predicate::Missing { value } => format!("({} is None)", self.value(value)),
            Predicate::Truth { column } => format!("_bool(row, {})", string(column)),
        }
    }

    fn search(&mut self, found: &TextMatch) -> String {
        if found.near.is_some() {
            return self.refuse(&Construct::Near, "the distance of words is not written in Python");
        }
        let Some(terms) = self.terms(&found.terms) else { return "None".to_owned() };
        let all: Vec<String> = search::expressions(found, &terms)
            .iter()
            .map(|any| self.one_matches(&found.column, any))
            .collect();
        // All are None together, where there is no text.
        if all.len() == 1 { all.concat() } else { format!("({})", all.join(" and ")) }
    }

    /// Whether one of the expressions matches in a column.
    fn one_matches(&mut self, column: &str, expressions: &[String]) -> String {
        let mut patterns = Vec::new();
        for expression in expressions {
            match translate(expression, false, Flavor::Python, Use::Test) {
                Ok(translated) => patterns.push(self.pattern(translated)),
                Err(reason) => return self.refuse(&Construct::Text, reason),
            }
        }
        format!("_found({}, {})", text(column), patterns.join(", "))
    }

    fn compare(&mut self, left: &Scalar, op: CompareOp, right: &Scalar) -> String {
        let schema = self.rules.schema;
        let Some((one, other)) = Text::of(left, schema).zip(Text::of(right, schema)) else {
            return format!("_compare({}, {}, {})", self.value(left), function(op), self.value(right));
        };
        match one.equals(other) {
            Some(TextTest::Matches(column, expressions)) => {
                let equal = self.one_matches(column, &expressions);
                // Compared with None, both ways give None.
                if op == CompareOp::NotEqual { format!("_compare({equal}, ne, True)") } else { equal }
            }
            Some(TextTest::Known(equal)) => truth_word(equal == (op == CompareOp::Equal)),
            None => self.refuse(&Construct::TextComparison, "Python folds case by another table"),
        }
    }

    fn contained(&mut self, value: &Scalar, list: &[Value]) -> String {
        let Some(text) = Text::of(value, self.rules.schema) else {
            let list: Vec<String> = list.iter().map(constant).collect();
            return format!("_among({}, [{}])", self.value(value), list.join(", "));
        };
        match text.is_among(list) {
            TextTest::Matches(column, expressions) => self.one_matches(column, &expressions),
            TextTest::Known(found) => truth_word(found),
        }
    }

    fn value(&mut self, scalar: &Scalar) -> String {
        match scalar {
            Scalar::Const(value) => constant(value),
            Scalar::Column(column) => {
                let kind = self.rules.schema.column(column).map(|column| column.kind);
                let read = match kind {
                    Some(ColumnType::Number) => "_number",
                    Some(ColumnType::Bool) => "_bool",
                    Some(ColumnType::Date) => "_date",
                    Some(ColumnType::Vector(_)) => "_value",
                    _ => "_text",
                };
                format!("{read}(row, {})", string(column))
            }
            Scalar::Words(column) => self.counted(&text(column), r"\w+", false, &Construct::Call("words")),
            Scalar::Length(column) => format!("_length({})", text(column)),
            Scalar::Count { column, of: Counted::Regex { pattern, ignore_case } } => {
                let searched = format!("_searched({})", text(column));
                self.counted(&searched, pattern, *ignore_case, &Construct::Regex(pattern.clone()))
            }
            Scalar::Count { column, of: Counted::Terms(terms) } => self.count_terms(column, terms),
            Scalar::Share { column, class } => {
                match translate(&format!("[{}]", class.pattern()), false, Flavor::Python, Use::Test) {
                    Ok(translated) => format!("_share({}, {})", text(column), self.pattern(translated)),
                    Err(reason) => self.refuse(&Construct::Call("share"), reason),
                }
            }
            Scalar::Arithmetic { op, left, right } => {
                let function = match op {
                    ArithmeticOp::Add => "add",
                    ArithmeticOp::Subtract => "sub",
                    ArithmeticOp::Multiply => "mul",
                    ArithmeticOp::Divide => "truediv",
                };
                format!("_calculate({}, {function}, {})", self.value(left), self.value(right))
            }
            Scalar::RuleVote { clauses } => self.vote(clauses),
            Scalar::Similar(_) => self.refuse(&Construct::Call("similar"), NO_WEIGHTS),
            Scalar::Nearest(_) => self.refuse(&Construct::Call("nearest"), NO_WEIGHTS),
            Scalar::SourceVote(_) => {
                self.refuse(&Construct::Call("vote"), "the votes of external sources are not in the rows")
            }
            Scalar::SourceProbability { .. } => self.refuse(
                &Construct::Call("prob"),
                "the probabilities of external sources are not in the rows",
            ),
        }
    }

    fn counted(&mut self, text: &str, pattern: &str, ignore_case: bool, construct: &Construct) -> String {
        match translate(pattern, ignore_case, Flavor::Python, Use::Count { one_length: false }) {
            Ok(translated) => format!("_count({text}, {})", self.pattern(translated)),
            Err(reason) => self.refuse(construct, reason),
        }
    }

    fn count_terms(&mut self, column: &str, terms: &Terms) -> String {
        let construct = Construct::Call("count");
        let Some(terms) = self.terms(terms) else { return "None".to_owned() };
        match search::occurrences(&terms) {
            Some(pattern) => self.counted(&text(column), &pattern, false, &construct),
            None => {
                self.refuse(&construct, "several terms are counted here, and one of them is no single word")
            }
        }
    }

    fn terms(&mut self, terms: &Terms) -> Option<Vec<String>> {
        match crate::export::terms(self.rules, terms) {
            Ok(terms) => Some(terms.to_vec()),
            Err((construct, reason)) => {
                self.refuse(&construct, reason);
                None
            }
        }
    }
}

fn text(column: &str) -> String {
    format!("_text(row, {})", string(column))
}

fn constant(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{number:?}"),
        Value::Bool(value) => truth_word(*value),
        Value::Date(days) => days.to_string(),
        Value::Label(label) => label.to_string(),
        Value::Text(text) => string(text),
    }
}

fn truth_word(value: bool) -> String {
    if value { "True" } else { "False" }.to_owned()
}

fn function(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Less => "lt",
        CompareOp::LessOrEqual => "le",
        CompareOp::Equal => "eq",
        CompareOp::NotEqual => "ne",
        CompareOp::GreaterOrEqual => "ge",
        CompareOp::Greater => "gt",
    }
}
