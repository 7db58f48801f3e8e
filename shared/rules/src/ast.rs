//! The tree of a source, as written: names are not looked up, types are not checked.
//!
//! Its JSON, which [`crate::tree`] reads and writes, holds no positions, so that two spellings of one tree are equal there.

#[cfg(test)]
pub(crate) mod arbitrary;

use crate::diagnostic::Span;
use crate::plan::{ArithmeticOp, CompareOp, MatchPlace, Quantifier};
use crate::tree::{TermsForm, number, unplaced};
use serde::{Deserialize, Serialize};

/// A file of rules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its lines and rules, in order.
    pub items: Vec<Item>,
}

/// What stands at the top level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// `labels HAM, SPAM`
    Labels(Labels),
    /// `lexicon shops = ("amazon", "ebay")`
    Lexicon(Lexicon),
    /// `rule NAME: …`
    Rule(Rule),
    /// `augment train: 2 copies of typo(0.05)`
    Augment(Augment),
}

/// A name, or a text that stands for one, and where it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Name {
    /// Without quotes.
    pub text: String,
    /// With quotes.
    #[serde(skip)]
    pub span: Span,
}

/// The label set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The whole line.
    #[serde(skip)]
    pub span: Span,
    /// By index.
    pub labels: Vec<Name>,
}

/// A named list of terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// The whole line.
    #[serde(skip)]
    pub span: Span,
    /// Its name, without `@`.
    pub name: Name,
    /// Where the terms are.
    pub terms: LexiconTerms,
}

/// Where the terms of a lexicon are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LexiconTerms {
    /// In the source.
    List(Vec<Expr>),
    /// In a file that the project or the command line brings under the lexicon's name.
    File(Name),
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// From `rule` to the end of the last clause.
    #[serde(skip)]
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// The text after the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Name>,
    /// In the order they are tried.
    pub clauses: Vec<Clause>,
}

/// A line of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The whole line.
    #[serde(skip)]
    pub span: Span,
    /// What it votes.
    pub label: Name,
    /// When it does; none for `otherwise`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expr>,
}

/// An `augment` line: a policy by which changed copies of documents are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Augment {
    /// The whole line.
    #[serde(skip)]
    pub span: Span,
    /// What the policy is called, where that is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The split it is for.
    pub split: Name,
    /// How many copies of each document.
    pub copies: u32,
    /// Where that number is written.
    #[serde(skip)]
    pub copies_span: Span,
    /// What is done to each copy, one after the other.
    pub steps: Vec<Step>,
}

/// A transformation and its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// With its parentheses.
    #[serde(skip)]
    pub span: Span,
    /// Which one.
    pub name: Name,
    /// What stands between the parentheses.
    pub arguments: Vec<Argument>,
}

/// A condition or a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Expr {
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// Kinds of conditions and values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ExprKind {
    /// `12`; in lists also `-12`. Written as a text where readers of JSON may round the number.
    Number(
        #[serde(with = "number")]
        #[cfg_attr(feature = "schema", schemars(schema_with = "number::schema"))]
        f64,
    ),
    /// `"…"`
    Text(String),
    /// `true`, `false`
    Bool(bool),
    /// `date("2020-01-31")`
    Date(Name),
    /// A column or a label.
    Name(String),
    /// A column in backticks.
    Column(String),
    /// `( … )`
    Paren(Box<Expr>),
    /// `not …`
    Not(Box<Expr>),
    /// `- …`
    Negate(Box<Expr>),
    /// `… and …`
    And(Vec<Expr>),
    /// `… or …`
    Or(Vec<Expr>),
    /// `at least 2 of ( …, … )`
    AtLeast {
        /// How many.
        n: u32,
        /// Of these.
        of: Vec<Expr>,
    },
    /// A sum or a product, from left to right.
    Arithmetic {
        /// The first operand.
        first: Box<Expr>,
        /// The others, with the operator before each: `+` and `-`, or `*` and `/`.
        rest: Vec<(ArithmeticOp, Expr)>,
    },
    /// `… < …`
    Compare {
        /// Left side.
        left: Box<Expr>,
        /// Operator.
        op: CompareOp,
        /// Right side.
        right: Box<Expr>,
    },
    /// `… in ( …, … )`
    In {
        /// The value looked for.
        value: Box<Expr>,
        /// `not in`
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        negated: bool,
        /// Constants.
        list: Vec<Expr>,
    },
    /// `… is missing`
    Missing {
        /// The value that may be missing.
        value: Box<Expr>,
        /// `is not missing`
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        negated: bool,
    },
    /// `… ~ /…/`
    Matches {
        /// A text column.
        value: Box<Expr>,
        /// What it is matched with.
        regex: Regex,
    },
    /// `… has "…"`
    Search {
        /// A text column.
        value: Box<Expr>,
        /// Where a term must stand.
        place: MatchPlace,
        /// `exactly`
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        exact: bool,
        /// What is looked for.
        terms: Terms,
        /// `within 3 words of …`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        near: Option<Near>,
    },
    /// `name( …, … )`
    Call {
        /// The function.
        function: Name,
        /// What stands between the parentheses.
        arguments: Vec<Argument>,
    },
    /// What could not be read; a diagnostic says why.
    #[serde(skip)]
    Error,
}

/// A regular expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Regex {
    /// With its slashes.
    #[serde(skip)]
    pub span: Span,
    /// Without slashes, `\/` unescaped.
    pub pattern: String,
    /// The `/i` flag.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignore_case: bool,
}

/// What a search looks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "TermsForm", into = "TermsForm")]
pub enum Terms {
    /// `"…"`
    One(Name),
    /// `@name`, without the `@`.
    Lexicon(Name),
    /// `any ( … )`, `all ( … )`
    List(Quantifier, Vec<Expr>),
}

/// How near other terms must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// From `within` to the end.
    #[serde(skip)]
    pub span: Span,
    /// In words.
    pub distance: u32,
    /// The other terms.
    pub terms: Terms,
    /// `in order`
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ordered: bool,
}

/// What may stand between the parentheses of a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// A name, a column in backticks, a text or a number.
    Value(Expr),
    /// `/…/`
    Regex(Regex),
    /// `@name`, `any ( … )`
    #[serde(with = "unplaced")]
    #[cfg_attr(feature = "schema", schemars(with = "Terms"))]
    Terms(Terms, Span),
    /// `( …, … )`
    #[serde(with = "unplaced")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Expr>"))]
    List(Vec<Expr>, Span),
}

impl Argument {
    /// Where it is written.
    pub fn span(&self) -> Span {
        match self {
            Self::Value(value) => value.span,
            Self::Regex(regex) => regex.span,
            Self::Terms(_, span) | Self::List(_, span) => *span,
        }
    }
}

impl Item {
    /// Where it is written.
    pub fn span(&self) -> Span {
        match self {
            Self::Labels(line) => line.span,
            Self::Lexicon(lexicon) => lexicon.span,
            Self::Rule(rule) => rule.span,
            Self::Augment(line) => line.span,
        }
    }
}

impl Expr {
    /// The expression inside any parentheses around it.
    pub fn inner(&self) -> &Self {
        let mut expr = self;
        while let ExprKind::Paren(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }

    /// Whether this is a condition by its form, not a value.
    pub(crate) fn is_condition(&self) -> bool {
        matches!(
            self.inner().kind,
            ExprKind::Not(_)
                | ExprKind::And(_)
                | ExprKind::Or(_)
                | ExprKind::AtLeast { .. }
                | ExprKind::Compare { .. }
                | ExprKind::In { .. }
                | ExprKind::Missing { .. }
                | ExprKind::Matches { .. }
                | ExprKind::Search { .. }
        )
    }

    /// Calls `f` on this expression and all inside it.
    pub(crate) fn visit<'a>(&'a self, f: &mut impl FnMut(&'a Self)) {
        f(self);
        match &self.kind {
            ExprKind::Paren(inner) | ExprKind::Not(inner) | ExprKind::Negate(inner) => inner.visit(f),
            ExprKind::And(of) | ExprKind::Or(of) | ExprKind::AtLeast { of, .. } => {
                for operand in of {
                    operand.visit(f);
                }
            }
            ExprKind::Arithmetic { first, rest } => {
                first.visit(f);
                for (_, operand) in rest {
                    operand.visit(f);
                }
            }
            ExprKind::Compare { left, right, .. } => {
                left.visit(f);
                right.visit(f);
            }
            ExprKind::In { value, .. }
            | ExprKind::Missing { value, .. }
            | ExprKind::Matches { value, .. }
            | ExprKind::Search { value, .. } => value.visit(f),
            ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Bool(_)
            | ExprKind::Date(_)
            | ExprKind::Name(_)
            | ExprKind::Column(_)
            | ExprKind::Call { .. }
            | ExprKind::Error => {}
        }
    }
}
