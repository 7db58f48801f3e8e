//! Conditions, and their normal form: what means the same by the laws of three-valued logic gets the same plan.

use super::Checker;
use super::terms::Search;
use super::value::{Type, is_vote, value_order};
use crate::ast::{Expr, ExprKind};
use crate::diagnostic::{Span, code};
use crate::plan::{ColumnType, CompareOp, Condition, Predicate, Scalar, Value};

/// Why a vector is no side of a comparison, and what is done with one instead.
const VECTOR_WHOLE: &str = "a vector is not compared as a whole";
const COMPARE_VECTOR: &str = "compare it with examples, as in `similar(…, @examples) > 0.8`";

impl Checker<'_, '_> {
    /// A condition; none if an error was reported.
    pub(super) fn condition(&mut self, expr: &Expr) -> Option<Condition> {
        if self.diagnostics.overflowed() {
            return None; // searching for the nearest names costs time, and nothing more is listed
        }
        match &expr.kind {
            ExprKind::Paren(inner) => self.condition(inner),
            ExprKind::Not(inner) => self.condition(inner).map(not),
            ExprKind::And(of) => self.conditions(of).map(all),
            ExprKind::Or(of) => self.conditions(of).map(any),
            ExprKind::AtLeast { n, of } => self.at_least(*n, of, expr.span),
            ExprKind::Compare { left, op, right } => self.compare(left, *op, right),
            ExprKind::In { value, negated, list } => {
                self.contained(value, list).map(|found| not_if(*negated, found))
            }
            ExprKind::Missing { value, negated } => self.missing(value).map(|found| not_if(*negated, found)),
            ExprKind::Matches { value, regex } => {
                let column = self.text_column(value, "`~`");
                let regex_fits = self.regex(regex);
                let (pattern, ignore_case) = (regex.pattern.clone(), regex.ignore_case);
                column
                    .filter(|_| regex_fits)
                    .map(|column| Condition::Is(Predicate::Regex { column, pattern, ignore_case }))
            }
            ExprKind::Search { value, place, exact, terms, near } => {
                let search = Search { place: *place, exact: *exact, terms, near: near.as_ref() };
                self.search(value, &search).map(|found| Condition::Is(Predicate::Match(found)))
            }
            ExprKind::Bool(true) => Some(Condition::Always),
            ExprKind::Bool(false) => Some(not(Condition::Always)),
            ExprKind::Error => None,
            _ => self.truth(expr),
        }
    }

    /// All conditions, so that each has its errors reported; none if one has.
    fn conditions(&mut self, of: &[Expr]) -> Option<Vec<Condition>> {
        let checked: Vec<_> = of.iter().map(|condition| self.condition(condition)).collect();
        checked.into_iter().collect()
    }

    fn at_least(&mut self, n: u32, of: &[Expr], span: Span) -> Option<Condition> {
        let conditions = self.conditions(of);
        if n == 0 || n as usize > of.len() {
            let message = if n == 0 {
                "at least 0 always holds".to_owned()
            } else {
                format!("at least {n} of {} can never hold", of.len())
            };
            self.diagnostics.error(span, code::VALUE, message);
            return None;
        }
        let mut conditions = conditions?;
        Some(if n == 1 {
            any(conditions)
        } else if n as usize == conditions.len() {
            all(conditions)
        } else {
            conditions.sort_by_cached_key(spelling);
            Condition::AtLeast { n, of: conditions }
        })
    }

    /// A value that stands alone must be a boolean column.
    fn truth(&mut self, expr: &Expr) -> Option<Condition> {
        let (value, found) = self.value(expr)?;
        match value {
            Scalar::Column(column) if found == Type::Bool => Some(Condition::Is(Predicate::Truth { column })),
            _ => {
                let help = match found {
                    Type::Text => "compare it, as in `… = \"word\"`, or search it, as in `… has \"word\"`",
                    Type::Number => "compare it, as in `… > 3`",
                    Type::Date => "compare it, as in `… >= date(\"2020-01-31\")`",
                    Type::Label => "compare it, as in `vote(rule) = LABEL`",
                    Type::Bool => "compare it, as in `… = true`",
                    Type::Vector => COMPARE_VECTOR,
                };
                let message = format!("{} alone is no condition", found.with_article());
                self.diagnostics.error_with(expr.span, code::TYPE, message, help.to_owned());
                None
            }
        }
    }

    fn compare(&mut self, left: &Expr, op: CompareOp, right: &Expr) -> Option<Condition> {
        if let Some((condition, wanted)) =
            self.condition_and_bool(left, right).or_else(|| self.condition_and_bool(right, left))
        {
            return self.compare_condition(condition, op, wanted);
        }
        let votes = is_vote(left) || is_vote(right);
        let left_side = if votes && !is_vote(left) { self.label_operand(left) } else { self.value(left) };
        let right_side = if votes && !is_vote(right) { self.label_operand(right) } else { self.value(right) };
        let ((left_value, left_type), (right_value, right_type)) = (left_side?, right_side?);
        if left_type == Type::Vector || right_type == Type::Vector {
            let help = COMPARE_VECTOR.to_owned();
            self.diagnostics.error_with(left.span.to(right.span), code::TYPE, VECTOR_WHOLE, help);
            return None;
        }
        if left_type != right_type {
            let message =
                format!("cannot compare {} with {}", left_type.with_article(), right_type.with_article());
            let help = advice_on_types(left_type, right_type).map(str::to_owned);
            self.diagnostics.error_with(left.span.to(right.span), code::TYPE, message, help);
            return None;
        }
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) && !left_type.ordered() {
            let message = format!("{} has no order: only `=` and `!=` compare it", left_type.with_article());
            self.diagnostics.error(left.span.to(right.span), code::TYPE, message);
            return None;
        }
        Some(Condition::Is(comparison(left_value, op, right_value)))
    }

    /// A condition, or a boolean column, on one side and `true` or `false` on the other.
    fn condition_and_bool<'e>(&self, condition: &'e Expr, value: &Expr) -> Option<(&'e Expr, bool)> {
        let boolean = match &condition.inner().kind {
            ExprKind::Name(name) | ExprKind::Column(name) => {
                self.shared.schema.column(name).is_some_and(|column| column.kind == ColumnType::Bool)
            }
            _ => condition.is_condition(),
        };
        match value.inner().kind {
            ExprKind::Bool(wanted) if boolean => Some((condition, wanted)),
            _ => None,
        }
    }

    /// `(…) = true` and the like.
    fn compare_condition(&mut self, condition: &Expr, op: CompareOp, wanted: bool) -> Option<Condition> {
        let checked = self.condition(condition)?;
        match op {
            CompareOp::Equal => Some(not_if(!wanted, checked)),
            CompareOp::NotEqual => Some(not_if(wanted, checked)),
            _ => {
                self.diagnostics.error(
                    condition.span,
                    code::TYPE,
                    "a boolean has no order: only `=` and `!=` compare it",
                );
                None
            }
        }
    }

    fn contained(&mut self, value: &Expr, list: &[Expr]) -> Option<Condition> {
        let votes = is_vote(value);
        let checked = self.value(value);
        let wanted = checked.as_ref().map(|(_, found)| *found);
        let members: Vec<Option<Value>> =
            list.iter().map(|member| self.member(member, wanted, votes)).collect();
        let (scalar, found) = checked?;
        if found == Type::Vector {
            self.diagnostics.error_with(value.span, code::TYPE, VECTOR_WHOLE, COMPARE_VECTOR.to_owned());
            return None;
        }
        let mut list = members.into_iter().collect::<Option<Vec<Value>>>()?;
        list.sort_by(value_order);
        list.dedup();
        Some(Condition::Is(match <[Value; 1]>::try_from(list) {
            Ok([only]) => comparison(scalar, CompareOp::Equal, Scalar::Const(only)),
            Err(list) => Predicate::In { value: scalar, list },
        }))
    }

    fn missing(&mut self, value: &Expr) -> Option<Condition> {
        let (scalar, _) = self.value(value)?;
        match scalar {
            Scalar::RuleVote { .. } => {
                let help = "compare the vote instead: while the rule abstains, `=` is false for every label";
                self.diagnostics.warn(
                    value.span,
                    code::CONSTANT,
                    "the vote of a rule is never missing",
                    help,
                );
            }
            Scalar::Const(_) => {
                self.diagnostics.warn(
                    value.span,
                    code::CONSTANT,
                    "a constant is never missing",
                    "name a column",
                );
            }
            _ => {}
        }
        Some(Condition::Is(Predicate::Missing { value: scalar }))
    }
}

/// A comparison with its constant, if it has one, on the right.
fn comparison(left: Scalar, op: CompareOp, right: Scalar) -> Predicate {
    if !matches!(left, Scalar::Const(_)) || matches!(right, Scalar::Const(_)) {
        return Predicate::Compare { left, op, right };
    }
    let op = match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        CompareOp::Greater => CompareOp::Less,
        same @ (CompareOp::Equal | CompareOp::NotEqual) => same,
    };
    Predicate::Compare { left: right, op, right: left }
}

/// Advice for a comparison of unlike types.
fn advice_on_types(left: Type, right: Type) -> Option<&'static str> {
    match (left, right) {
        (Type::Date, Type::Text) | (Type::Text, Type::Date) => Some("write a day as `date(\"2020-01-31\")`"),
        (Type::Number, Type::Text) | (Type::Text, Type::Number) => {
            Some("numbers stand without quotes, texts with")
        }
        (Type::Bool, Type::Text) | (Type::Text, Type::Bool) => {
            Some("`true` and `false` stand without quotes")
        }
        (Type::Label, _) | (_, Type::Label) => {
            Some("a label is compared with `vote(…)`; a text stands in quotes")
        }
        _ => None,
    }
}

fn not(condition: Condition) -> Condition {
    match condition {
        Condition::Not(inner) => *inner,
        other => Condition::Not(Box::new(other)),
    }
}

fn not_if(negated: bool, condition: Condition) -> Condition {
    if negated { not(condition) } else { condition }
}

fn all(of: Vec<Condition>) -> Condition {
    let flat = of.into_iter().flat_map(|condition| match condition {
        Condition::All(inner) => inner,
        other => vec![other],
    });
    only_or(flat.collect(), Condition::All)
}

fn any(of: Vec<Condition>) -> Condition {
    let flat = of.into_iter().flat_map(|condition| match condition {
        Condition::Any(inner) => inner,
        other => vec![other],
    });
    only_or(flat.collect(), Condition::Any)
}

/// Sorts conditions, drops repeats, and wraps them unless only one is left.
fn only_or(mut of: Vec<Condition>, wrap: impl Fn(Vec<Condition>) -> Condition) -> Condition {
    of.sort_by_cached_key(spelling);
    of.dedup();
    match <[Condition; 1]>::try_from(of) {
        Ok([only]) => only,
        Err(of) => wrap(of),
    }
}

/// Some total order on conditions that depends on what they say only.
fn spelling(condition: &Condition) -> String {
    // Infallible: see `canonical_hash`.
    serde_json::to_string(condition).unwrap_or_default()
}
