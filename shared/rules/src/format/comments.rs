//! Comments and the places they belong to.

use crate::ast::{Expr, ExprKind, File, Item, LexiconTerms, Terms};
use crate::diagnostic::Span;
use crate::lexer::{Token, TokenKind};
use std::collections::VecDeque;

/// A comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comment<'a> {
    /// From `#` to the last character that is not white space.
    pub text: &'a str,
    /// Where it is written.
    pub start: usize,
    /// Where it belongs: where it is written, or the start of the operand in whose middle it is written.
    anchor: usize,
}

/// The comments of a source that are not printed yet.
pub(super) struct Comments<'a> {
    source: &'a str,
    rest: VecDeque<Comment<'a>>,
}

impl<'a> Comments<'a> {
    pub(super) fn new(source: &'a str, tokens: &[Token]) -> Self {
        let comments = tokens.iter().filter(|token| token.kind == TokenKind::Comment);
        let rest = comments.map(|token| {
            let start = token.span.start;
            Comment { text: token.text(source).trim_end(), start, anchor: start }
        });
        Self { source, rest: rest.collect() }
    }

    /// Moves comments in the middle of something that is never broken over lines to its start.
    pub(super) fn anchor(&mut self, file: &File, source: &str, tokens: &[Token]) {
        if self.rest.is_empty() {
            return;
        }
        let mut solid = Solid { source, tokens, spans: Vec::new() };
        for item in &file.items {
            match item {
                Item::Rule(rule) => {
                    for when in rule.clauses.iter().filter_map(|clause| clause.when.as_ref()) {
                        solid.expr(when);
                    }
                }
                Item::Lexicon(lexicon) => {
                    if let LexiconTerms::List(list) = &lexicon.terms {
                        solid.spans.extend(list.iter().map(|member| member.span));
                    }
                }
                // What stands before the first step, and each step, are never broken over lines.
                Item::Augment(line) => {
                    let first = line.steps.first().map_or(line.span, |step| step.span);
                    solid.spans.push(Span::new(line.span.start, first.end));
                    solid.spans.extend(line.steps.iter().skip(1).map(|step| step.span));
                }
                Item::Labels(_) => {}
            }
        }
        let mut spans = solid.spans.into_iter().peekable();
        for comment in &mut self.rest {
            while spans.next_if(|span| span.end <= comment.start).is_some() {}
            if let Some(span) = spans.peek().filter(|span| span.start < comment.start) {
                comment.anchor = span.start;
            }
        }
    }

    /// Where the next comment is written, if it belongs before `offset`.
    pub(super) fn next_before(&self, offset: usize) -> Option<usize> {
        self.rest.front().filter(|comment| comment.anchor < offset).map(|comment| comment.start)
    }

    /// Whether a comment belongs inside a stretch.
    pub(super) fn any_inside(&self, span: Span) -> bool {
        self.rest.front().is_some_and(|comment| span.start < comment.anchor && comment.anchor < span.end)
    }

    /// Whether the next comment stands on a line of its own that is indented.
    pub(super) fn next_is_indented(&self) -> bool {
        self.rest.front().is_some_and(|comment| {
            let before = &self.source[..comment.start];
            let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
            !line.is_empty() && line.trim().is_empty()
        })
    }

    pub(super) fn take(&mut self) -> Option<Comment<'a>> {
        self.rest.pop_front()
    }

    /// The next comment, if it stands on the line where something ends, and before `limit`.
    pub(super) fn take_beside(&mut self, end: usize, limit: usize) -> Option<&'a str> {
        let beside = |comment: &Comment<'_>| {
            comment.anchor == comment.start
                && (end..limit).contains(&comment.start)
                && !self.source[end..comment.start].contains('\n')
        };
        let comment = self.rest.front().copied().filter(beside)?;
        self.rest.pop_front();
        Some(comment.text)
    }

    /// Whether an empty line stands above the line on which something begins.
    pub(super) fn blank_line_before(&self, offset: usize) -> bool {
        let before = self.source.get(..offset).unwrap_or_default();
        before[before.trim_end().len()..].matches('\n').count() > 1
    }
}

/// Collects the stretches that are never broken over lines, in order.
struct Solid<'t> {
    source: &'t str,
    tokens: &'t [Token],
    spans: Vec<Span>,
}

impl Solid<'_> {
    /// In step with [`super::Printer::broken`].
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::And(of) | ExprKind::Or(of) => self.all(of),
            ExprKind::Not(inner) => {
                let first = self.spans.len();
                self.expr(inner);
                // What follows `not` stays on its line.
                if let Some(span) = self.spans.get_mut(first) {
                    span.start = expr.span.start;
                }
            }
            ExprKind::Paren(inner) => {
                self.spans.push(Span::new(expr.span.start, expr.span.start + 1));
                self.expr(inner);
            }
            ExprKind::AtLeast { of, .. } => {
                self.head(expr, of);
                self.all(of);
            }
            ExprKind::In { list, .. } | ExprKind::Search { terms: Terms::List(_, list), near: None, .. } => {
                self.head(expr, list);
                self.spans.extend(list.iter().map(|member| member.span));
            }
            _ => self.spans.push(expr.span),
        }
    }

    fn all(&mut self, of: &[Expr]) {
        for operand in of {
            self.expr(operand);
        }
    }

    /// What stands before the parenthesis that opens a list.
    fn head(&mut self, expr: &Expr, list: &[Expr]) {
        let Some(first) = list.first() else { return };
        let before = self.tokens.partition_point(|token| token.span.start < first.span.start);
        let open = self.tokens[..before].iter().rfind(|token| token.text(self.source) == "(");
        self.spans.push(Span::new(expr.span.start, open.map_or(first.span.start, |open| open.span.start)));
    }
}
