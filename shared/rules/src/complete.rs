//! What can stand at a position.

use crate::diagnostic::Span;
use crate::schema::Schema;
use serde::Serialize;

/// Something that can stand at the position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Completion {
    /// The text it replaces: what is written of the word so far.
    pub replace: Span,
    /// What to write, with quotes where needed.
    pub insert: String,
    /// What to show.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words on it, such as a column's type.
    pub detail: String,
}

/// Kinds of completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CompletionKind {
    /// A column.
    Column,
    /// A label.
    Label,
    /// A lexicon.
    Lexicon,
    /// Another rule.
    Rule,
    /// An external source.
    Source,
    /// A function.
    Function,
    /// A class of `share`.
    Class,
    /// A word or sign of the language.
    Keyword,
}

/// What can stand at a byte offset; `rules` are the names of rules in other sources.
pub fn complete(text: &str, offset: usize, schema: &Schema, rules: &[String]) -> Vec<Completion> {
    let _ = (text, offset, schema, rules);
    Vec::new()
}
