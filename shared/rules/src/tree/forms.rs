//! Parts of the tree whose JSON has another form than their type.

use crate::ast::{Expr, Name, Terms};
use crate::plan::Quantifier;
use serde::{Deserialize, Serialize};

/// What a search looks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename = "Terms", rename_all = "snake_case")]
pub(crate) enum TermsForm {
    /// `"…"`
    One(Name),
    /// `@name`, without the `@`.
    Lexicon(Name),
    /// `any ( … )`
    Any(Vec<Expr>),
    /// `all ( … )`
    All(Vec<Expr>),
}

impl From<Terms> for TermsForm {
    fn from(terms: Terms) -> Self {
        match terms {
            Terms::One(text) => Self::One(text),
            Terms::Lexicon(name) => Self::Lexicon(name),
            Terms::List(Quantifier::Any, list) => Self::Any(list),
            Terms::List(Quantifier::All, list) => Self::All(list),
        }
    }
}

impl From<TermsForm> for Terms {
    fn from(form: TermsForm) -> Self {
        match form {
            TermsForm::One(text) => Self::One(text),
            TermsForm::Lexicon(name) => Self::Lexicon(name),
            TermsForm::Any(list) => Self::List(Quantifier::Any, list),
            TermsForm::All(list) => Self::List(Quantifier::All, list),
        }
    }
}
