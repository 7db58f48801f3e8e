//! Lines: label sets, lexicons, rules and their clauses.

use super::{Parsed, Parser, Reported};
use crate::ast::{Clause, Expr, ExprKind, File, Item, Labels, Lexicon, LexiconTerms, Name, Rule};
use crate::diagnostic::{Span, code};
use crate::lexer::TokenKind;
use crate::limits;
use crate::words::TOP_LEVEL;

impl Parser<'_> {
    pub(super) fn file(mut self) -> File {
        let mut items = Vec::new();
        let mut rules = 0;
        loop {
            while self.eat_kind(TokenKind::Newline).is_some() {}
            let Some(start) = self.peek().map(|token| token.span.start) else { break };
            if self.eat("labels") {
                items.extend(self.or_skip_line(|parser| parser.labels(start)).map(Item::Labels));
            } else if self.eat("lexicon") {
                items.extend(self.or_skip_line(|parser| parser.lexicon(start)).map(Item::Lexicon));
            } else if self.eat("augment") {
                items.extend(self.or_skip_line(|parser| parser.augment(start)).map(Item::Augment));
            } else if self.at_rule() {
                rules += 1;
                let rule = self.rule(start);
                if rules > limits::RULES {
                    let message = format!("more than {} rules in one source", limits::RULES);
                    self.diagnostics.error(rule.span, code::LIMIT, message);
                    break;
                }
                items.push(Item::Rule(rule));
            } else {
                self.stray_lines();
            }
        }
        File { items }
    }

    /// `rule`, or something in its place before what looks like the rest of a rule's first line.
    fn at_rule(&self) -> bool {
        let kind = |ahead: usize| self.tokens.get(self.at + ahead).map(|token| token.kind);
        let described = usize::from(kind(2) == Some(TokenKind::Text));
        let mistyped = kind(0) == Some(TokenKind::Name) && kind(1) == Some(TokenKind::Name);
        self.at_word(0, "rule") || (mistyped && self.at_word(2 + described, ":"))
    }

    /// What `parse` reads; after an error, nothing, and the position is behind the line.
    fn or_skip_line<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Option<T> {
        let parsed = parse(self).ok();
        if parsed.is_none() {
            self.skip_line();
        }
        parsed
    }

    /// Reports a line that begins nothing and skips the lines up to one that does.
    fn stray_lines(&mut self) {
        if self.at_word(1, "when") || self.at_word(1, "otherwise") {
            let message = "a clause stands in a rule: a line `rule NAME:` is missing above it";
            self.diagnostics.error(self.span(), code::SYNTAX, message);
        } else {
            self.unexpected("`rule`, `labels`, `lexicon` or `augment`", TOP_LEVEL);
        }
        while self.peek().is_some() && !self.at_top_level() {
            self.skip_line();
        }
    }

    fn at_top_level(&self) -> bool {
        TOP_LEVEL.iter().any(|word| self.at_word(0, word)) || self.at_rule()
    }

    fn labels(&mut self, start: usize) -> Parsed<Labels> {
        let mut labels = vec![self.label()?];
        while self.eat(",") {
            labels.push(self.label()?);
        }
        if labels.len() > limits::LABELS {
            let message = format!("{} labels; at most {} are possible", labels.len(), limits::LABELS);
            self.diagnostics.error(self.since(start), code::LIMIT, message);
            return Err(Reported);
        }
        let span = self.since(start);
        self.line_end("`,` or the end of the line")?;
        Ok(Labels { span, labels })
    }

    fn lexicon(&mut self, start: usize) -> Parsed<Lexicon> {
        let name = self.name("the name of the lexicon")?;
        self.expect("=", "`=` and the terms")?;
        let terms = if self.eat("file") {
            match self.literal() {
                Some(file) => LexiconTerms::File(file),
                None => return Err(self.unexpected("a file name in quotes", &[])),
            }
        } else if self.at_word(0, "(") {
            LexiconTerms::List(self.list()?)
        } else {
            return Err(self.unexpected("a list such as `(\"a\", \"b\")`, or `file \"…\"`", &["file"]));
        };
        let span = self.since(start);
        self.line_end("the end of the line")?;
        Ok(Lexicon { span, name, terms })
    }

    /// Never fails: a rule whose first line is wrong still has its clauses read.
    fn rule(&mut self, start: usize) -> Rule {
        if !self.eat("rule") {
            self.unexpected("`rule`", &["rule"]);
            self.at += 1;
        }
        let (name, description) = self.rule_head(start).unwrap_or_else(|Reported| {
            self.skip_line();
            (Name { text: String::new(), span: Span::new(start, start) }, None)
        });
        let mut clauses = Vec::new();
        loop {
            while self.eat_kind(TokenKind::Newline).is_some() {}
            if self.peek().is_none() || self.at_top_level() {
                break;
            }
            clauses.extend(self.or_skip_line(Self::clause));
        }
        let end = self.tokens[..self.at].iter().rfind(|token| token.kind != TokenKind::Newline);
        Rule { span: Span::new(start, end.map_or(start, |token| token.span.end)), name, description, clauses }
    }

    fn rule_head(&mut self, start: usize) -> Parsed<(Name, Option<Name>)> {
        let name = self.name("the name of the rule")?;
        let description = self.literal();
        if !self.eat(":") {
            self.unexpected("`:`", &[]);
            // Only the colon is missing: go on as if it were there.
            return if self.at_line_end() { Ok((name, description)) } else { Err(Reported) };
        }
        let next = self.tokens[self.at..].iter().find(|token| token.kind != TokenKind::Newline);
        if next.is_none_or(|&next| next.kind == TokenKind::Keyword && TOP_LEVEL.contains(&self.text_of(next)))
        {
            let message = format!("rule `{}` has no clause", name.text);
            let help = "add a line such as `LABEL when text has \"word\"`".to_owned();
            self.diagnostics.error_with(self.since(start), code::SYNTAX, message, help);
        }
        Ok((name, description))
    }

    fn clause(&mut self) -> Parsed<Clause> {
        let start = self.span().start;
        let label = self.label()?;
        let when = if self.eat("otherwise") {
            None
        } else if self.eat("when") {
            let begin = self.span().start;
            Some(self.or().unwrap_or_else(|Reported| {
                while !self.at_line_end() {
                    self.at += 1;
                }
                Expr { span: self.since(begin), kind: ExprKind::Error }
            }))
        } else {
            return Err(self.unexpected("`when` or `otherwise` after the label", &["when", "otherwise"]));
        };
        let span = self.since(start);
        if when.is_none() {
            self.line_end("the end of the line")?;
        } else {
            self.condition_end()?;
        }
        Ok(Clause { span, label, when })
    }

    fn label(&mut self) -> Parsed<Name> {
        if let Some(label) = self.literal() {
            return Ok(label);
        }
        self.name("a label")
    }

    /// A plain name; a reserved word is explained.
    pub(super) fn name(&mut self, expected: &str) -> Parsed<Name> {
        match self.peek() {
            Some(token) if matches!(token.kind, TokenKind::Name | TokenKind::Function) => {
                self.at += 1;
                Ok(Name { text: self.text_of(token).to_owned(), span: token.span })
            }
            Some(token) if token.kind == TokenKind::Keyword => {
                let word = self.text_of(token);
                let message = format!("expected {expected}, found `{word}`, a word of the language");
                let help = (expected == "a label").then(|| format!("write \"{word}\" if it is a label"));
                self.diagnostics.error_with(token.span, code::SYNTAX, message, help);
                Err(Reported)
            }
            _ => Err(self.unexpected(expected, &[])),
        }
    }

    pub(super) fn line_end(&mut self, expected: &str) -> Parsed<()> {
        if self.at_line_end() { Ok(()) } else { Err(self.unexpected(expected, &[])) }
    }
}
