//! Operands: constants, names, function calls, lists, terms and regular expressions.

use super::{Parsed, Parser, Reported};
use crate::ast::{Argument, Expr, ExprKind, Name, Regex, Terms};
use crate::diagnostic::{Span, code};
use crate::lexer::{TokenKind, regex_value};
use crate::limits;
use crate::words::QUANTIFIERS;

impl Parser<'_> {
    /// A constant without sign, a name or a column, if one is there.
    pub(super) fn operand(&mut self) -> Option<ExprKind> {
        let token = self.peek()?;
        let word = self.text_of(token);
        let kind = match token.kind {
            TokenKind::Text => return self.literal().map(|literal| ExprKind::Text(literal.text)),
            TokenKind::Number => ExprKind::Number(self.number_value(word, token.span)),
            TokenKind::Name => ExprKind::Name(word.to_owned()),
            TokenKind::Column => {
                let name = &word[1..word.len() - 1];
                if name.is_empty() {
                    self.diagnostics.error(
                        token.span,
                        code::LITERAL,
                        "there is no column name between the backticks",
                    );
                }
                ExprKind::Column(name.to_owned())
            }
            TokenKind::Keyword if word == "true" => ExprKind::Bool(true),
            TokenKind::Keyword if word == "false" => ExprKind::Bool(false),
            _ => return None,
        };
        self.at += 1;
        Some(kind)
    }

    fn number_value(&mut self, text: &str, span: Span) -> f64 {
        let value = text.parse::<f64>();
        if !text.contains('_') && value.as_ref().is_ok_and(|value| value.is_finite()) {
            return value.unwrap_or_default();
        }
        let message = format!("`{text}` is not a number");
        let help = "numbers look like 12, 0.5 or 1e6".to_owned();
        self.diagnostics.error_with(span, code::LITERAL, message, help);
        0.0
    }

    pub(super) fn integer(&mut self, expected: &str) -> Parsed<u32> {
        let Some(token) = self.eat_kind(TokenKind::Number) else {
            return Err(self.unexpected(expected, &[]));
        };
        self.text_of(token).parse().map_err(|_| {
            let message = format!("expected {expected}: a whole number, found `{}`", self.text_of(token));
            self.diagnostics.error(token.span, code::LITERAL, message);
            Reported
        })
    }

    /// `( … , … )` of constants.
    pub(super) fn list(&mut self) -> Parsed<Vec<Expr>> {
        let start = self.span().start;
        self.expect("(", "a list in parentheses")?;
        let mut list = vec![self.constant()?];
        while self.eat(",") {
            list.push(self.constant()?);
        }
        self.expect(")", "`,` or `)`")?;
        if list.len() > limits::LIST_TERMS {
            let message =
                format!("the list has {} members; at most {} are possible", list.len(), limits::LIST_TERMS);
            let help = "longer lists are lexicons of the project".to_owned();
            self.diagnostics.error_with(self.since(start), code::LIMIT, message, help);
        }
        Ok(list)
    }

    /// A member of a list; names are labels there.
    fn constant(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let negative = self.eat("-");
        let kind = match self.kind() {
            Some(TokenKind::Function) if !negative => self.call()?,
            Some(TokenKind::Column) => return Err(self.unexpected("a constant", &[])),
            _ => match self.operand() {
                Some(ExprKind::Number(value)) if negative => ExprKind::Number(-value),
                Some(kind) if !negative => kind,
                _ => {
                    return Err(
                        self.unexpected(if negative { "a number" } else { "a text, number or date" }, &[])
                    );
                }
            },
        };
        Ok(Expr { span: self.since(start), kind })
    }

    /// `"…"`, `@name`, `any ( … )` or `all ( … )`.
    pub(super) fn terms(&mut self) -> Parsed<Terms> {
        if let Some(text) = self.literal() {
            return Ok(Terms::One(text));
        }
        if let Some(token) = self.eat_kind(TokenKind::Lexicon) {
            let name = &self.text_of(token)[1..];
            if name.is_empty() {
                self.diagnostics.error(token.span, code::LITERAL, "the name of a lexicon follows `@`");
            }
            return Ok(Terms::Lexicon(Name { text: name.to_owned(), span: token.span }));
        }
        if let Some(&(_, quantifier)) = QUANTIFIERS.iter().find(|(word, _)| self.at_word(0, word)) {
            self.at += 1;
            return Ok(Terms::List(quantifier, self.list()?));
        }
        if self.at_word(0, "(") {
            let help = "write `any (…)` if one is enough, `all (…)` if each must be there".to_owned();
            self.diagnostics.error_with(
                self.span(),
                code::SYNTAX,
                "`any` or `all` must stand before a list",
                help,
            );
            return Err(Reported);
        }
        if let Some(token) = self.peek().filter(|token| token.kind == TokenKind::Name) {
            let help = format!("write \"{}\"", self.text_of(token));
            self.diagnostics.error_with(
                token.span,
                code::SYNTAX,
                "a text to look for stands in quotes",
                help,
            );
            return Err(Reported);
        }
        Err(self
            .unexpected("a text in quotes, `@lexicon`, `any (…)` or `all (…)`", &["any", "all", "exactly"]))
    }

    /// A regular expression, if one is there.
    pub(super) fn regex(&mut self) -> Option<Regex> {
        let token = self.eat_kind(TokenKind::Regex)?;
        let text = self.text_of(token);
        let end = text.rfind('/').unwrap_or(1).max(1);
        let flags = &text[end + 1..];
        let pattern = regex_value(&text[1..end]);
        if !matches!(flags, "" | "i") {
            let span = Span::new(token.span.start + end + 1, token.span.end);
            let help = "`i` after the closing slash ignores case; there is no other flag".to_owned();
            self.diagnostics.error_with(span, code::LITERAL, format!("unknown flag `{flags}`"), help);
        }
        if pattern.is_empty() {
            let help = "a comment begins with `#`".to_owned();
            self.diagnostics.error_with(token.span, code::LITERAL, "the regular expression is empty", help);
        }
        let length = pattern.chars().count();
        if length > limits::PATTERN_CHARS {
            let message = format!(
                "the regular expression has {length} characters; at most {} are possible",
                limits::PATTERN_CHARS
            );
            self.diagnostics.error(token.span, code::LIMIT, message);
        }
        Some(Regex { span: token.span, pattern, ignore_case: flags == "i" })
    }

    /// `name( … )`; `date("…")` is a constant.
    pub(super) fn call(&mut self) -> Parsed<ExprKind> {
        let Some(token) = self.eat_kind(TokenKind::Function) else {
            return Err(self.unexpected("a function", &[]));
        };
        let function = Name { text: self.text_of(token).to_owned(), span: token.span };
        self.expect("(", "`(`")?;
        let arguments = self.nested(Self::arguments)?;
        if function.text == "date"
            && let [Argument::Value(Expr { kind: ExprKind::Text(text), span })] = arguments.as_slice()
        {
            return Ok(ExprKind::Date(Name { text: text.clone(), span: *span }));
        }
        Ok(ExprKind::Call { function, arguments })
    }

    /// Arguments and the closing parenthesis.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Argument>> {
        let mut arguments = Vec::new();
        if !self.at_word(0, ")") {
            arguments.push(self.argument()?);
            while self.eat(",") {
                arguments.push(self.argument()?);
            }
        }
        self.expect(")", "`,` or `)`")?;
        Ok(arguments)
    }

    fn argument(&mut self) -> Parsed<Argument> {
        let start = self.span().start;
        if let Some(regex) = self.regex() {
            return Ok(Argument::Regex(regex));
        }
        if self.at_word(0, "(") {
            let list = self.list()?;
            return Ok(Argument::List(list, self.since(start)));
        }
        if self.kind() == Some(TokenKind::Lexicon) || self.at_word(0, "any") || self.at_word(0, "all") {
            let terms = self.terms()?;
            return Ok(Argument::Terms(terms, self.since(start)));
        }
        match self.operand() {
            Some(kind) => Ok(Argument::Value(Expr { span: self.since(start), kind })),
            None => Err(self.unexpected("a column, a name, a text or a regular expression", &[])),
        }
    }
}
