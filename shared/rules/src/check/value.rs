//! Values and their types.

use super::{Checker, date, listing, size};
use crate::ast::{Expr, ExprKind, Name};
use crate::diagnostic::{Span, code};
use crate::fold::fold;
use crate::limits;
use crate::plan::{ArithmeticOp, ColumnType, Scalar, Value};
use crate::suggest::did_you_mean;
use std::cmp::Ordering;

/// Types of values. Text and categories are one type here: both hold text and compare alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
    Bool,
    Date,
    Label,
    Vector,
}

impl Type {
    pub(super) fn with_article(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Bool => "a boolean",
            Self::Date => "a date",
            Self::Label => "a label",
            Self::Vector => "a vector",
        }
    }

    /// Whether `<` means something.
    pub(super) fn ordered(self) -> bool {
        matches!(self, Self::Number | Self::Date)
    }
}

impl From<ColumnType> for Type {
    fn from(column: ColumnType) -> Self {
        match column {
            ColumnType::Text | ColumnType::Category => Self::Text,
            ColumnType::Number => Self::Number,
            ColumnType::Bool => Self::Bool,
            ColumnType::Date => Self::Date,
            ColumnType::Vector(_) => Self::Vector,
        }
    }
}

/// Whether an expression is `vote(…)`, so that names on the other side are labels.
pub(super) fn is_vote(expr: &Expr) -> bool {
    matches!(&expr.inner().kind, ExprKind::Call { function, .. } if function.text == "vote")
}

/// A total order on values of one type.
pub(super) fn value_order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.total_cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Label(left), Value::Label(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}

impl Checker<'_, '_> {
    /// A value and its type; none if an error was reported.
    pub(super) fn value(&mut self, expr: &Expr) -> Option<(Scalar, Type)> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.value(inner),
            ExprKind::Name(_) | ExprKind::Column(_) => {
                let (name, kind) = self.column(expr)?;
                Some((Scalar::Column(name), kind.into()))
            }
            ExprKind::Negate(inner) => {
                let zero = Scalar::Const(Value::Number(0.0));
                Some(match self.number(inner)? {
                    Scalar::Const(Value::Number(number)) => {
                        (Scalar::Const(Value::Number(0.0 - number)), Type::Number)
                    }
                    other => (arithmetic(ArithmeticOp::Subtract, zero, other), Type::Number),
                })
            }
            ExprKind::Arithmetic { first, rest } => Some((self.chain(first, rest)?, Type::Number)),
            ExprKind::Call { function, arguments } => self.call(function, arguments, expr.span),
            ExprKind::Error => None,
            _ if expr.is_condition() => {
                let message = "a condition stands here where a value is needed";
                let help = "join conditions with `and`, `or` and `not`".to_owned();
                self.diagnostics.error_with(expr.span, code::TYPE, message, help);
                None
            }
            _ => self.constant(expr).map(|(value, kind)| (Scalar::Const(value), kind)),
        }
    }

    /// A number.
    fn number(&mut self, expr: &Expr) -> Option<Scalar> {
        let (scalar, kind) = self.value(expr)?;
        if kind == Type::Number {
            return Some(scalar);
        }
        let message = format!("only numbers can be calculated with; this is {}", kind.with_article());
        self.diagnostics.error(expr.span, code::TYPE, message);
        None
    }

    /// A sum or product from left to right.
    fn chain(&mut self, first: &Expr, rest: &[(ArithmeticOp, Expr)]) -> Option<Scalar> {
        let operands: Vec<_> =
            rest.iter().map(|(op, operand)| (*op, self.number(operand), operand.span)).collect();
        // The first operand comes last here only so that all have their errors reported.
        let mut result = self.number(first)?;
        for (op, operand, span) in operands {
            result = arithmetic(op, result, operand?);
            if size::Size::of_scalar(&result).depth > limits::PLAN_DEPTH {
                self.diagnostics.error(span, code::LIMIT, "too many operations on one another");
                return None;
            }
        }
        Some(result)
    }

    /// A constant, without regard to what it is compared with.
    fn constant(&mut self, expr: &Expr) -> Option<(Value, Type)> {
        Some(match &expr.kind {
            // Adding zero turns -0 into 0, which is equal and has another spelling.
            ExprKind::Number(number) => (Value::Number(number + 0.0), Type::Number),
            ExprKind::Text(text) => (Value::Text(fold(text).into_owned()), Type::Text),
            ExprKind::Bool(value) => (Value::Bool(*value), Type::Bool),
            ExprKind::Date(text) => {
                let Some(days) = date::days_since_epoch(&text.text) else {
                    let message = format!("`{}` is no day of the calendar", text.text);
                    let help = "write year, month and day as in `date(\"2020-01-31\")`".to_owned();
                    self.diagnostics.error_with(text.span, code::VALUE, message, help);
                    return None;
                };
                (Value::Date(days), Type::Date)
            }
            _ => {
                self.diagnostics.error(expr.span, code::TYPE, "a constant is needed here");
                return None;
            }
        })
    }

    /// A member of an `in` list; `wanted` is the type of the value it is compared with, where that is known.
    pub(super) fn member(&mut self, expr: &Expr, wanted: Option<Type>, votes: bool) -> Option<Value> {
        if votes {
            return match self.label_operand(expr)? {
                (Scalar::Const(label), _) => Some(label),
                _ => None,
            };
        }
        if let ExprKind::Name(name) = &expr.kind {
            let help = format!("write \"{name}\"");
            self.diagnostics.error_with(expr.span, code::TYPE, "a text in a list stands in quotes", help);
            return None;
        }
        let (value, kind) = self.constant(expr)?;
        if wanted.is_none_or(|wanted| wanted == kind) {
            return Some(value);
        }
        let wanted = wanted.map_or("", Type::with_article);
        let message = format!("the list holds {}, but {wanted} is looked for", kind.with_article());
        self.diagnostics.error(expr.span, code::TYPE, message);
        None
    }

    /// A label opposite a vote.
    pub(super) fn label_operand(&mut self, expr: &Expr) -> Option<(Scalar, Type)> {
        let inner = expr.inner();
        if let ExprKind::Name(name) | ExprKind::Text(name) = &inner.kind {
            let label = self.label(&Name { text: name.clone(), span: inner.span })?;
            return Some((Scalar::Const(Value::Label(label)), Type::Label));
        }
        self.diagnostics.error(expr.span, code::TYPE, "a vote is compared with a label or another vote");
        None
    }

    /// A text or category column that `user` searches.
    pub(super) fn text_column(&mut self, expr: &Expr, user: &str) -> Option<String> {
        let inner = expr.inner();
        if !matches!(inner.kind, ExprKind::Name(_) | ExprKind::Column(_)) {
            if !matches!(inner.kind, ExprKind::Error) {
                let message = format!("{user} searches a column of text; something else stands here");
                self.diagnostics.error(expr.span, code::TYPE, message);
            }
            return None;
        }
        let (name, kind) = self.column(inner)?;
        let kind = Type::from(kind);
        if kind == Type::Text {
            return Some(name);
        }
        let message = format!("{user} searches text, but `{name}` holds {}", kind.with_article());
        self.diagnostics.error(expr.span, code::TYPE, message);
        None
    }

    /// The column that a name means.
    pub(super) fn column(&mut self, expr: &Expr) -> Option<(String, ColumnType)> {
        let (ExprKind::Name(name) | ExprKind::Column(name)) = &expr.kind else { return None };
        if let Some(column) = self.shared.schema.column(name) {
            return Some((column.name.clone(), column.kind));
        }
        if !name.is_empty() {
            self.unknown_column(name, expr.span); // of an empty name the parser has said so
        }
        None
    }

    fn unknown_column(&mut self, name: &str, span: Span) {
        let schema = self.shared.schema;
        let help = if self.shared.labels.iter().any(|label| label == name) {
            Some(format!("`{name}` is a label; compare it with a vote, as in `vote(rule) = {name}`"))
        } else {
            did_you_mean(name, schema.column_names())
                .or_else(|| listing("columns are", schema.column_names()))
        };
        self.diagnostics.error_with(span, code::UNKNOWN_COLUMN, format!("there is no column `{name}`"), help);
    }
}

fn arithmetic(op: ArithmeticOp, left: Scalar, right: Scalar) -> Scalar {
    Scalar::Arithmetic { op, left: Box::new(left), right: Box::new(right) }
}
