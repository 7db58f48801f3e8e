//! From text to tokens. Never fails: what no token can start with becomes a token of its own kind.

mod cursor;
mod literal;

pub use literal::{is_identifier, quote};
pub(crate) use literal::{quote_regex, regex_value, text_value};

use crate::diagnostic::Span;
use crate::words::RESERVED;
use cursor::Cursor;
use serde::Serialize;

/// A piece of the source, for the parser and for highlighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Where it stands. Tokens are ascending and do not overlap; between them is white space.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}

/// Kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// `# …` up to the end of the line.
    Comment,
    /// A word of the language.
    Keyword,
    /// A name before an opening parenthesis.
    Function,
    /// Any other name: a label, column, rule, lexicon or class.
    Name,
    /// A column in backticks.
    Column,
    /// `@name`
    Lexicon,
    /// `"…"`
    Text,
    /// `12`, `0.5`, `1e6`
    Number,
    /// `/…/i`
    Regex,
    /// `+ - * / < <= = != >= > ~`
    Operator,
    /// `( ) , :`
    Punctuation,
    /// The end of a line.
    Newline,
    /// A string, column or regular expression that does not end, or characters without meaning.
    Unknown,
}

/// Splits a text into tokens, for highlighting. Works on any text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut cursor = Cursor::new(text);
    let mut tokens: Vec<Token> = Vec::new();
    while let Some(start) = cursor.skip_blank() {
        let operand_ended = tokens.last().is_some_and(|last| ends_operand(text, *last));
        let kind = cursor.token(operand_ended);
        let span = Span::new(start, cursor.offset());
        match tokens.last_mut() {
            // One message for a run of nonsense, not one per character.
            Some(last) if kind == TokenKind::Unknown && last.kind == kind && last.span.end == start => {
                last.span.end = span.end;
            }
            _ => tokens.push(Token { span, kind }),
        }
    }
    mark_words(text, &mut tokens);
    tokens
}

/// After an operand a `/` divides, elsewhere it starts a regular expression.
fn ends_operand(text: &str, token: Token) -> bool {
    match token.kind {
        TokenKind::Name => {
            !RESERVED.contains(&token.text(text)) || matches!(token.text(text), "true" | "false")
        }
        TokenKind::Column | TokenKind::Text | TokenKind::Number | TokenKind::Regex | TokenKind::Lexicon => {
            true
        }
        TokenKind::Punctuation => token.text(text) == ")",
        _ => false,
    }
}

impl Token {
    /// The token as written.
    pub fn text(self, source: &str) -> &str {
        &source[self.span.start..self.span.end]
    }
}

/// Tells words of the language and functions from names. Few words are reserved; the others count only next to their
/// partner (`starts with`, `at least`), so that a column may be called `order`.
fn mark_words(source: &str, tokens: &mut [Token]) {
    let word = |token: Option<&Token>| token.map_or("", |token| token.text(source));
    for i in 0..tokens.len() {
        if tokens[i].kind != TokenKind::Name {
            continue;
        }
        let before = word(i.checked_sub(1).and_then(|i| tokens.get(i)));
        let after = word(tokens.get(i + 1));
        let follows_number = i > 0 && tokens[i - 1].kind == TokenKind::Number;
        let keyword = match word(tokens.get(i)) {
            "starts" | "ends" => after == "with",
            "with" => matches!(before, "starts" | "ends"),
            "prefix" | "suffix" => before == "has",
            "exactly" => matches!(before, "has" | "contains" | "with" | "prefix" | "suffix"),
            "missing" => before == "is" || (before == "not" && i > 1 && word(tokens.get(i - 2)) == "is"),
            "at" => after == "least",
            "least" => before == "at",
            "of" => {
                let counted = i > 1 && tokens[i - 2].kind == TokenKind::Number;
                follows_number || (counted && matches!(before, "words" | "word" | "copies" | "copy"))
            }
            "copies" | "copy" => follows_number,
            // A step has ended, here or on a line above; a label at the start of a clause may be called so.
            "then" => {
                last_on_line_above(source, &tokens[..i]) == ")" && !matches!(after, "when" | "otherwise")
            }
            "words" | "word" => follows_number && after == "of",
            "within" => tokens.get(i + 1).is_some_and(|next| next.kind == TokenKind::Number),
            "order" => before == "in",
            "file" => before == "=" && tokens.get(i + 1).is_some_and(|next| next.kind == TokenKind::Text),
            other => RESERVED.contains(&other),
        };
        if keyword {
            tokens[i].kind = TokenKind::Keyword;
        } else if after == "(" {
            tokens[i].kind = TokenKind::Function;
        }
    }
}

/// The last of some tokens that is neither a comment nor the end of a line.
fn last_on_line_above<'a>(source: &'a str, tokens: &[Token]) -> &'a str {
    let solid = |token: &&Token| !matches!(token.kind, TokenKind::Comment | TokenKind::Newline);
    tokens.iter().rfind(solid).map_or("", |token| token.text(source))
}

#[cfg(test)]
mod tests;
