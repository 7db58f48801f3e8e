//! Comparisons of texts, which every target writes as matches of regular expressions.

use super::search;
use crate::fold::fold;
use crate::plan::{ColumnType, Scalar, Value};
use crate::schema::Schema;

/// A side of a comparison that is a text.
#[derive(Clone, Copy)]
pub(super) enum Text<'s> {
    Column(&'s String),
    Const(&'s String),
}

/// What a comparison of texts asks for.
pub(super) enum TextTest<'s> {
    /// Whether one of the expressions matches in a column.
    Matches(&'s String, Vec<String>),
    /// Nothing: its truth is known.
    Known(bool),
}

impl<'s> Text<'s> {
    /// The text that a scalar is, if it is one.
    pub(super) fn of(scalar: &'s Scalar, schema: &Schema) -> Option<Self> {
        let is_text = |column: &str| {
            let kind = schema.column(column).map(|column| column.kind);
            matches!(kind, None | Some(ColumnType::Text | ColumnType::Category))
        };
        match scalar {
            Scalar::Const(Value::Text(text)) => Some(Self::Const(text)),
            Scalar::Column(column) if is_text(column) => Some(Self::Column(column)),
            _ => None,
        }
    }

    /// Whether it equals another; none of two columns, whose case no other tool folds alike.
    pub(super) fn equals(self, other: Self) -> Option<TextTest<'s>> {
        Some(match (self, other) {
            (Self::Column(column), Self::Const(text)) | (Self::Const(text), Self::Column(column)) => {
                TextTest::Matches(column, search::whole(&[text]))
            }
            (Self::Const(left), Self::Const(right)) => TextTest::Known(fold(left) == fold(right)),
            (Self::Column(_), Self::Column(_)) => return None,
        })
    }

    /// Whether it is one of the texts of a list.
    pub(super) fn is_among(self, list: &[Value]) -> TextTest<'s> {
        let mut texts = list.iter().filter_map(|value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        });
        match self {
            Self::Column(column) => TextTest::Matches(column, search::whole(&texts.collect::<Vec<_>>())),
            Self::Const(text) => TextTest::Known(texts.any(|other| fold(other) == fold(text))),
        }
    }
}
