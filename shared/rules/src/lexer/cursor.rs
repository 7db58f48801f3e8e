//! Reads one token after the other.

use super::TokenKind;
use super::literal::{continues_name, starts_name};

/// A position in a text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // A byte-order mark is white space at the start and nonsense elsewhere.
        Self { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } }
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// Skips white space within the line; the start of the next token, none at the end of the text.
    pub(super) fn skip_blank(&mut self) -> Option<usize> {
        self.take_while(|c| c.is_whitespace() && c != '\n');
        (self.at < self.text.len()).then_some(self.at)
    }

    /// Reads a token; `operand_ended` tells a division from a regular expression.
    pub(super) fn token(&mut self, operand_ended: bool) -> TokenKind {
        let Some(first) = self.next() else { return TokenKind::Unknown };
        match first {
            '\n' => TokenKind::Newline,
            '#' => {
                self.take_while(|c| c != '\n');
                TokenKind::Comment
            }
            '"' => self.delimited('"', true, TokenKind::Text),
            '`' => self.delimited('`', false, TokenKind::Column),
            '/' if !operand_ended => {
                let kind = self.delimited('/', true, TokenKind::Regex);
                if kind == TokenKind::Regex {
                    self.take_while(continues_name);
                }
                kind
            }
            '@' => {
                self.take_while(continues_name);
                TokenKind::Lexicon
            }
            '(' | ')' | ',' | ':' => TokenKind::Punctuation,
            '+' | '-' | '*' | '/' | '=' | '~' => TokenKind::Operator,
            '<' | '>' => {
                self.take_if('=');
                TokenKind::Operator
            }
            '!' if self.take_if('=') => TokenKind::Operator,
            c if c.is_ascii_digit() => self.number(),
            c if starts_name(c) => {
                self.take_while(continues_name);
                TokenKind::Name
            }
            _ => TokenKind::Unknown,
        }
    }

    /// Reads up to the closing delimiter, which must stand on the same line.
    fn delimited(&mut self, end: char, escapes: bool, kind: TokenKind) -> TokenKind {
        while let Some(c) = self.peek().filter(|&c| c != '\n') {
            self.at += c.len_utf8();
            if c == end {
                return kind;
            }
            if escapes && c == '\\' && self.peek().is_some_and(|c| c != '\n') {
                self.next();
            }
        }
        TokenKind::Unknown
    }

    /// Digits, a fraction, an exponent; letters that follow belong to it, so that `3x` is one wrong number.
    fn number(&mut self) -> TokenKind {
        self.take_while(|c| c.is_ascii_digit());
        if self.rest().starts_with('.') && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        let exponent = self.rest().strip_prefix(['e', 'E']);
        if exponent
            .is_some_and(|e| e.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit()))
        {
            self.at += 1;
            self.take_if('-');
            self.take_if('+');
        }
        self.take_while(continues_name);
        TokenKind::Number
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let taken = self.rest().starts_with(wanted);
        self.at += if taken { wanted.len_utf8() } else { 0 };
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }
}
