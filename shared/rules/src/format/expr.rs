//! Conditions: on one line if they fit and hold no comment, else broken before `and` and `or` and inside parentheses.

use super::spell::{spell, spell_head};
use super::{INDENT, Printer, WIDTH};
use crate::ast::{Expr, ExprKind, Terms};
use crate::diagnostic::Span;

impl Printer<'_> {
    /// Prints a condition where the line stands; lines that follow are indented by `indent` at least.
    pub(super) fn expr(&mut self, expr: &Expr, indent: usize) {
        let line = spell(expr);
        if self.fits(&line, expr.span) { self.out.push_str(&line) } else { self.broken(expr, &line, indent) }
    }

    fn fits(&self, line: &str, span: Span) -> bool {
        !self.comments.any_inside(span) && self.column() + line.chars().count() <= WIDTH
    }

    /// Prints over several lines what can be, else `line`.
    fn broken(&mut self, expr: &Expr, line: &str, indent: usize) {
        match &expr.kind {
            ExprKind::Or(of) => self.chain("or", of, indent + INDENT),
            ExprKind::And(of) => self.chain("and", of, indent + INDENT),
            ExprKind::Not(inner) => {
                self.out.push_str("not ");
                self.expr(inner, indent);
            }
            ExprKind::Paren(inner) => self.block(std::slice::from_ref(&**inner), expr.span, indent),
            ExprKind::AtLeast { of, .. } => {
                self.out.push_str(&spell_head(expr));
                self.block(of, expr.span, indent);
            }
            ExprKind::In { list, .. } | ExprKind::Search { terms: Terms::List(_, list), near: None, .. } => {
                self.out.push_str(&spell_head(expr));
                self.list(list, expr.span, indent);
            }
            _ => self.out.push_str(line),
        }
    }

    /// Operands on a line each, all but the first after their word.
    fn chain(&mut self, word: &str, of: &[Expr], indent: usize) {
        let mut end = None;
        for operand in of {
            if let Some(end) = end {
                self.line_end(end, operand.span.start);
                self.leading_inside(operand.span.start, indent);
                self.out.push_str(word);
                self.out.push(' ');
            }
            self.expr(operand, indent);
            end = Some(operand.span.end);
        }
    }

    /// Conditions on a line each between parentheses.
    fn block(&mut self, of: &[Expr], span: Span, indent: usize) {
        self.out.push_str("(\n");
        for (index, operand) in of.iter().enumerate() {
            self.leading_inside(operand.span.start, indent + INDENT);
            self.expr(operand, indent + INDENT);
            if index + 1 < of.len() {
                self.out.push(',');
            }
            let limit = of.get(index + 1).map_or(span.end, |next| next.span.start);
            self.line_end(operand.span.end, limit);
        }
        self.close(span, indent);
    }

    /// Constants between parentheses: on one line, else on a line each.
    pub(super) fn list(&mut self, list: &[Expr], span: Span, indent: usize) {
        let line = super::spell::spell_list(list);
        if self.fits(&line, span) { self.out.push_str(&line) } else { self.block(list, span, indent) }
    }

    fn close(&mut self, span: Span, indent: usize) {
        while self.comments.next_before(span.end).is_some() {
            self.own_line(indent + INDENT, false);
        }
        self.indent(indent);
        self.out.push(')');
    }

    /// Comments above an operand, without blank lines, and the operand's indentation.
    pub(super) fn leading_inside(&mut self, start: usize, indent: usize) {
        while self.comments.next_before(start + 1).is_some() {
            self.own_line(indent, false);
        }
        self.indent(indent);
    }
}
