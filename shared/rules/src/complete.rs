//! What can stand at a position.

mod offer;
mod position;

use crate::diagnostic::Span;
use crate::lexer::{Token, TokenKind, tokens};
use crate::schema::Schema;
use offer::Offers;
use position::Position;
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
    /// A word that is frequent in the corpus.
    Word,
}

/// The project around the text, as far as the schema does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// The names of rules in other sources.
    pub rules: &'a [String],
    /// Frequent words of the corpus, folded, in the order in which to offer them.
    pub words: &'a [String],
}

/// What can stand at a byte offset.
///
/// Names and words of the language are all listed, whatever is written so far: editors filter as one types. Words of the
/// corpus are those that begin with what is written of the last word of a term.
pub fn complete(text: &str, offset: usize, schema: &Schema, around: Surroundings<'_>) -> Vec<Completion> {
    let offset = text.floor_char_boundary(offset);
    let mut before = tokens(text);
    before.retain(|token| token.span.start < offset);
    let started = match before.last().map(|&last| started(text, last, offset)) {
        Some(Started::Nothing) => return Vec::new(),
        Some(Started::Word(span)) => {
            before.pop();
            span
        }
        Some(Started::New) | None => Span::new(offset, offset),
    };
    let written = &text[started.start..started.end];
    let position = match written.chars().next() {
        Some('@') => Position::Lexicon,
        Some('`') => Position::Column,
        _ => position::find(text, &before, schema),
    };
    let mut offers = Offers::new(text, started, schema, around);
    offers.add(position);
    if let Position::Terms { .. } | Position::Term = position
        && let Some(term) = text[started.start..offset].strip_prefix('"')
    {
        offers.corpus_words(term);
    }
    let mut completions = offers.finish();
    if written.starts_with('"') {
        completions.retain(|completion| completion.insert.starts_with('"'));
    }
    completions
}

/// What the cursor stands in or behind.
enum Started {
    /// The start of something new.
    New,
    /// A word, of which this is written.
    Word(Span),
    /// Something that is not completed: a comment, a number, a regular expression.
    Nothing,
}

fn started(text: &str, last: Token, offset: usize) -> Started {
    let touches = offset <= last.span.end;
    let inside = offset < last.span.end;
    let first = last.text(text).chars().next().unwrap_or_default();
    match last.kind {
        TokenKind::Name | TokenKind::Keyword | TokenKind::Function | TokenKind::Lexicon if touches => {
            Started::Word(Span::new(last.span.start, offset))
        }
        // A string or column that is being written: the closing quote is replaced too.
        TokenKind::Text | TokenKind::Column if inside => Started::Word(last.span),
        TokenKind::Unknown if touches && matches!(first, '"' | '`') => {
            Started::Word(Span::new(last.span.start, offset))
        }
        TokenKind::Comment | TokenKind::Number if touches => Started::Nothing,
        TokenKind::Regex if inside => Started::Nothing,
        TokenKind::Unknown if touches && first == '/' => Started::Nothing,
        _ => Started::New,
    }
}

#[cfg(test)]
mod tests;
