//! From tokens to the tree, by recursive descent. After an error it goes on at the next clause, line or rule,
//! so that one mistake hides no other.

mod augment;
mod expr;
mod item;
mod layout;
mod operand;

pub(crate) use layout::significant;

use crate::ast::{File, Name};
use crate::diagnostic::{Diagnostic, Diagnostics, Span, code};
use crate::lexer::{Token, TokenKind, text_value, tokens};
use crate::limits;
use crate::suggest::did_you_mean;

/// Reads a source. What could not be read is left out of the tree, or stands in it as [`crate::ast::ExprKind::Error`].
pub fn parse(text: &str) -> (File, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::new(0);
    let file = parse_into(text, &mut diagnostics);
    (file, diagnostics.finish())
}

/// Reads a source, reporting to `diagnostics`.
pub(crate) fn parse_into(text: &str, diagnostics: &mut Diagnostics) -> File {
    if text.len() > limits::SOURCE_BYTES {
        let message =
            format!("the source has {} bytes; at most {} are read", text.len(), limits::SOURCE_BYTES);
        diagnostics.error(Span::new(0, 0), code::LIMIT, message);
        return File::default();
    }
    let tokens = significant(text, &tokens(text));
    Parser { text, tokens, at: 0, depth: 0, diagnostics }.file()
}

/// An error was reported; the caller goes on at a place it knows.
struct Reported;

type Parsed<T> = Result<T, Reported>;

/// The position in a source.
struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// Parentheses, `not` and `at least` around the position.
    depth: usize,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn kind(&self) -> Option<TokenKind> {
        self.peek().map(|token| token.kind)
    }

    fn text_of(&self, token: Token) -> &'a str {
        token.text(self.text)
    }

    /// Whether the token `ahead` of the position is this word or sign of the language.
    fn at_word(&self, ahead: usize, word: &str) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|&token| {
            matches!(token.kind, TokenKind::Keyword | TokenKind::Operator | TokenKind::Punctuation)
                && self.text_of(token) == word
        })
    }

    fn at_line_end(&self) -> bool {
        self.kind().is_none_or(|kind| kind == TokenKind::Newline)
    }

    /// Takes the token if it is this word or sign.
    fn eat(&mut self, word: &str) -> bool {
        let there = self.at_word(0, word);
        self.at += usize::from(there);
        there
    }

    /// Takes the token if it is of this kind.
    fn eat_kind(&mut self, kind: TokenKind) -> Option<Token> {
        let token = self.peek().filter(|token| token.kind == kind)?;
        self.at += 1;
        Some(token)
    }

    fn expect(&mut self, word: &str, expected: &str) -> Parsed<()> {
        if self.eat(word) { Ok(()) } else { Err(self.unexpected(expected, &[word])) }
    }

    /// Where the position is: the token, or the place where one is missing.
    fn span(&self) -> Span {
        match self.peek() {
            Some(token) if token.kind != TokenKind::Newline => token.span,
            _ => {
                let end = self.last_end();
                Span::new(end, end)
            }
        }
    }

    /// The end of the token before the position.
    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    /// From a start to the end of the token before the position.
    fn since(&self, start: usize) -> Span {
        Span::new(start, self.last_end().max(start))
    }

    /// Goes on after the end of the line.
    fn skip_line(&mut self) {
        while !self.at_line_end() {
            self.at += 1;
        }
        self.at += usize::from(self.peek().is_some());
    }

    /// Runs `parse` one level deeper.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == limits::NESTING {
            let message = format!("nested too deeply: at most {} levels", limits::NESTING);
            self.diagnostics.error(self.span(), code::LIMIT, message);
            return Err(Reported);
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// Reports that the token is not what stands here. `words` are what a mistyped word may have meant.
    fn unexpected(&mut self, expected: &str, words: &[&str]) -> Reported {
        let Some(token) = self.peek().filter(|token| token.kind != TokenKind::Newline) else {
            let end = if self.peek().is_some() { "the line" } else { "the text" };
            self.diagnostics.error(
                self.span(),
                code::SYNTAX,
                format!("expected {expected}, but {end} ends here"),
            );
            return Reported;
        };
        let found = self.text_of(token);
        if token.kind == TokenKind::Unknown {
            let (code, message, help) = unknown(found);
            self.diagnostics.error_with(token.span, code, message, help.map(str::to_owned));
        } else {
            let help = did_you_mean(found, words.iter().copied()).filter(|_| !words.contains(&found));
            let message = format!("expected {expected}, found {}", shown(found));
            self.diagnostics.error_with(token.span, code::SYNTAX, message, help);
        }
        Reported
    }

    /// A text literal at the position.
    fn literal(&mut self) -> Option<Name> {
        let token = self.eat_kind(TokenKind::Text)?;
        let quoted = self.text_of(token);
        let inner = &quoted[1..quoted.len() - 1];
        let text = text_value(inner).unwrap_or_else(|(at, escape)| {
            let start = token.span.start + 1 + at;
            let help = "a backslash is written `\\\\`; escapes are \\\" \\n \\t \\r and \\u{…}".to_owned();
            let message = format!("`{escape}` means nothing in a text");
            self.diagnostics.error_with(Span::new(start, start + escape.len()), code::LITERAL, message, help);
            inner.to_owned()
        });
        Some(Name { text, span: token.span })
    }
}

/// How a message shows a piece of the source: at most 40 characters.
fn shown(found: &str) -> String {
    match found.char_indices().nth(40) {
        Some((at, _)) => format!("`{}…`", &found[..at]),
        None => format!("`{found}`"),
    }
}

/// What to say about characters that begin no token.
fn unknown(found: &str) -> (&'static str, String, Option<&'static str>) {
    let (code, message, help) = match found.chars().next().unwrap_or_default() {
        '"' => (code::LITERAL, "the text has no closing `\"` on its line", None),
        '`' => (code::LITERAL, "the column name has no closing backtick on its line", None),
        '/' => (
            code::LITERAL,
            "the regular expression has no closing `/` on its line",
            Some("a slash inside is written `\\/`; a comment begins with `#`"),
        ),
        '\'' | '‘' | '’' | '‚' | '“' | '”' | '„' | '«' | '»' => {
            (code::SYNTAX, "texts stand in straight double quotes", Some("write \"…\""))
        }
        '&' => (code::SYNTAX, "`&` means nothing here", Some("write `and`")),
        '|' => (code::SYNTAX, "`|` means nothing here", Some("write `or`")),
        '!' => (code::SYNTAX, "`!` means nothing here", Some("write `not`, or `!=` to compare")),
        '≤' | '≥' | '≠' => (code::SYNTAX, "compare with `<=`, `>=` or `!=`", None),
        ';' | '{' | '}' => (code::SYNTAX, "each clause stands on its own line, without `;` and braces", None),
        _ => return (code::SYNTAX, format!("{} means nothing here", shown(found)), None),
    };
    (code, message.to_owned(), help)
}

#[cfg(test)]
mod tests;
