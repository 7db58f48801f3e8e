//! Values computed from rows: what stands on either side of a comparison.
//!
//! Everything that is not text is an `f64` here, missing is NaN: numbers, days, booleans as 0 and 1, votes. All are exact
//! there and keep their order, and whatever is computed from a missing value is missing by itself.

use std::{cmp::Ordering, sync::Arc};

use hunch_rules::{
    fold,
    plan::{ArithmeticOp, CompareOp, Counted, LabelIndex, MatchPlace, Quantifier, Scalar, Value},
};

use crate::{
    ProgramError,
    char_class::CharSet,
    likeness::Likeness,
    program::{Clause, Compiler, Key},
    regexes::Pattern,
    terms::{Search, SearchKind},
};

/// So many constants are compared one by one: most differ in length already.
const FEW_TEXTS: usize = 8;

/// A side of a comparison.
#[derive(Debug)]
pub(crate) enum Operand {
    /// A column; the chunk tells whether it holds text.
    Column(String),
    /// A folded constant.
    Text(String),
    /// Anything else.
    Number(Number),
}

/// A computed number.
#[derive(Debug)]
pub(crate) enum Number {
    Const(f64),
    Column(String),
    Measured { key: Key, column: String, measure: Measure },
    Likeness(Likeness),
    Arithmetic { op: ArithmeticOp, left: Box<Number>, right: Box<Number> },
    RuleVote(Vec<Clause>),
    SourceVote(String),
    SourceProbability { source: String, label: LabelIndex },
}

/// What is measured of a text; costly enough to be kept.
#[derive(Debug)]
pub(crate) enum Measure {
    Words,
    Length,
    Share(CharSet),
    Matches(Pattern),
    Terms(Arc<Search>),
}

/// The values of an operand on a range of rows.
pub(crate) enum Cells<'a> {
    /// NaN where missing.
    Numbers(Vec<f64>),
    /// Folded.
    Texts(Vec<Option<&'a str>>),
}

/// The list of an `in`.
#[derive(Debug)]
pub(crate) struct Constants {
    /// Ascending.
    numbers: Vec<f64>,
    /// Folded, ascending.
    texts: Vec<String>,
}

impl Operand {
    pub(crate) fn compile(scalar: &Scalar, compiler: &mut Compiler<'_>) -> Result<Self, ProgramError> {
        Ok(match scalar {
            Scalar::Column(name) => Self::Column(name.clone()),
            Scalar::Const(Value::Text(text)) => Self::Text(fold(text).into_owned()),
            other => Self::Number(Number::compile(other, compiler)?),
        })
    }
}

impl Number {
    fn compile(scalar: &Scalar, compiler: &mut Compiler<'_>) -> Result<Self, ProgramError> {
        let (column, measure) = match scalar {
            Scalar::Const(value) => return Ok(Self::Const(number(value))),
            Scalar::Column(name) => return Ok(Self::Column(name.clone())),
            Scalar::Arithmetic { op, left, right } => {
                let left = Box::new(Self::compile(left, compiler)?);
                let right = Box::new(Self::compile(right, compiler)?);
                return Ok(Self::Arithmetic { op: *op, left, right });
            }
            Scalar::RuleVote { clauses } => return Ok(Self::RuleVote(compiler.clauses(clauses)?)),
            Scalar::SourceVote(source) => return Ok(Self::SourceVote(source.clone())),
            Scalar::SourceProbability { source, label } => {
                return Ok(Self::SourceProbability { source: source.clone(), label: *label });
            }
            Scalar::Similar(likeness) | Scalar::Nearest(likeness) => {
                return Likeness::compile(scalar, likeness, compiler).map(Self::Likeness);
            }
            Scalar::Words(column) => (column, Measure::Words),
            Scalar::Length(column) => (column, Measure::Length),
            Scalar::Share { column, class } => (column, Measure::Share(CharSet::new(*class))),
            Scalar::Count { column, of: Counted::Regex { pattern, ignore_case } } => {
                (column, Measure::Matches(Pattern::new(pattern, *ignore_case)?))
            }
            Scalar::Count { column, of: Counted::Terms(terms) } => {
                let kind = SearchKind { place: MatchPlace::Word, quantifier: Quantifier::Any, exact: false };
                (column, Measure::Terms(Search::of(terms, kind, compiler.lexicons)?))
            }
        };
        Ok(Self::Measured { key: compiler.measured(scalar), column: column.clone(), measure })
    }
}

impl Constants {
    pub(crate) fn new(list: &[Value]) -> Self {
        let texts = list.iter().filter_map(|value| match value {
            Value::Text(text) => Some(fold(text).into_owned()),
            _ => None,
        });
        let mut numbers: Vec<_> = list.iter().map(number).filter(|number| !number.is_nan()).collect();
        numbers.sort_unstable_by(f64::total_cmp);
        let mut texts: Vec<_> = texts.collect();
        texts.sort_unstable();
        Self { numbers, texts }
    }

    /// Whether each value is in the list; `None` where it is missing.
    pub(crate) fn contain(&self, values: &Cells<'_>) -> Vec<Option<bool>> {
        match values {
            Cells::Numbers(values) => values.iter().map(|value| self.has_number(*value)).collect(),
            Cells::Texts(values) => {
                values.iter().map(|value| value.map(|text| self.has_text(text))).collect()
            }
        }
    }

    fn has_text(&self, text: &str) -> bool {
        if self.texts.len() <= FEW_TEXTS {
            self.texts.iter().any(|other| other == text)
        } else {
            self.texts.binary_search_by(|other| other.as_str().cmp(text)).is_ok()
        }
    }

    fn has_number(&self, value: f64) -> Option<bool> {
        // Both zeros are equal, but not to `total_cmp`; adding zero leaves only the positive one.
        (!value.is_nan())
            .then(|| self.numbers.binary_search_by(|other| other.total_cmp(&(value + 0.0))).is_ok())
    }
}

impl Cells<'_> {
    /// Compares row by row; `None` where a side is missing or the sides are not of one type.
    pub(crate) fn compare(&self, op: CompareOp, other: &Self) -> Vec<Option<bool>> {
        let holds = |ordering: Option<Ordering>| ordering.map(|ordering| holds(op, ordering));
        match (self, other) {
            (Self::Numbers(left), Self::Numbers(right)) => {
                left.iter().zip(right).map(|(left, right)| holds(left.partial_cmp(right))).collect()
            }
            (Self::Texts(left), Self::Texts(right)) => left
                .iter()
                .zip(right)
                .map(|(left, right)| holds(left.zip(*right).map(|(l, r)| l.cmp(r))))
                .collect(),
            (Self::Numbers(values), Self::Texts(_)) => vec![None; values.len()],
            (Self::Texts(values), Self::Numbers(_)) => vec![None; values.len()],
        }
    }

    /// Whether each value is missing.
    pub(crate) fn missing(&self) -> Vec<bool> {
        match self {
            Self::Numbers(values) => values.iter().map(|value| value.is_nan()).collect(),
            Self::Texts(values) => values.iter().map(Option::is_none).collect(),
        }
    }
}

/// The result of an operation; one that is not a finite number, as of a division by zero, is missing.
pub(crate) fn arithmetic(op: ArithmeticOp, left: f64, right: f64) -> f64 {
    let result = match op {
        ArithmeticOp::Add => left + right,
        ArithmeticOp::Subtract => left - right,
        ArithmeticOp::Multiply => left * right,
        ArithmeticOp::Divide => left / right,
    };
    if result.is_finite() { result } else { f64::NAN }
}

/// A constant as a number; NaN for text.
fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => number + 0.0,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Date(days) => f64::from(*days),
        Value::Label(label) => f64::from(*label),
        Value::Text(_) => f64::NAN,
    }
}

fn holds(op: CompareOp, ordering: Ordering) -> bool {
    match op {
        CompareOp::Less => ordering.is_lt(),
        CompareOp::LessOrEqual => ordering.is_le(),
        CompareOp::Equal => ordering.is_eq(),
        CompareOp::NotEqual => ordering.is_ne(),
        CompareOp::GreaterOrEqual => ordering.is_ge(),
        CompareOp::Greater => ordering.is_gt(),
    }
}
