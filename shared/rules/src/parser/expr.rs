//! Conditions and values, from the loosest binding (`or`) to the tightest (a single operand).

use super::{Parsed, Parser, Reported};
use crate::ast::{Expr, ExprKind, Near};
use crate::diagnostic::code;
use crate::lexer::TokenKind;
use crate::plan::{ArithmeticOp, CompareOp, MatchPlace};
use crate::words::{COMPARISONS, PRODUCTS, SEARCHES, SUMS};

/// What a word after an operand may have meant.
const AFTER_OPERAND: &[&str] = &["has", "contains", "and", "or", "in", "is", "starts with", "ends with"];

impl Parser<'_> {
    pub(super) fn or(&mut self) -> Parsed<Expr> {
        let first = self.and()?;
        self.chain(first, "or", Self::and, ExprKind::Or)
    }

    fn and(&mut self) -> Parsed<Expr> {
        let first = self.not()?;
        self.chain(first, "and", Self::not, ExprKind::And)
    }

    fn chain(
        &mut self,
        first: Expr,
        word: &str,
        operand: impl Fn(&mut Self) -> Parsed<Expr>,
        kind: impl Fn(Vec<Expr>) -> ExprKind,
    ) -> Parsed<Expr> {
        if !self.at_word(0, word) {
            return Ok(first);
        }
        let start = first.span.start;
        let mut operands = vec![first];
        while self.eat(word) {
            operands.push(operand(self)?);
        }
        Ok(Expr { span: self.since(start), kind: kind(operands) })
    }

    fn not(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        if self.eat("not") {
            let inner = self.nested(Self::not)?;
            return Ok(Expr { span: self.since(start), kind: ExprKind::Not(Box::new(inner)) });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed<Expr> {
        let left = self.sum()?;
        let start = left.span.start;
        let value = |left| Box::new(left);
        let kind = if let Some(&(_, op)) = COMPARISONS.iter().find(|(sign, _)| self.at_word(0, sign)) {
            self.at += 1;
            if op == CompareOp::Equal && self.at_word(0, "=") {
                let message = "one `=` compares";
                self.diagnostics.error(self.span(), code::SYNTAX, message);
                self.at += 1;
            }
            ExprKind::Compare { left: value(left), op, right: Box::new(self.sum()?) }
        } else if self.at_word(0, "in") || (self.at_word(0, "not") && self.at_word(1, "in")) {
            let negated = self.eat("not");
            self.at += 1;
            ExprKind::In { value: value(left), negated, list: self.list()? }
        } else if self.eat("is") {
            let negated = self.eat("not");
            self.expect("missing", "`missing` or `not missing`")?;
            ExprKind::Missing { value: value(left), negated }
        } else if self.eat("~") {
            let Some(regex) = self.regex() else {
                return Err(self.unexpected("a regular expression such as `/check.*out/i`", &[]));
            };
            ExprKind::Matches { value: value(left), regex }
        } else if let Some(place) = self.match_place() {
            let exact = self.eat("exactly");
            let terms = self.terms()?;
            let near = self.near()?;
            ExprKind::Search { value: value(left), place, exact, terms, near }
        } else {
            return Ok(left);
        };
        Ok(Expr { span: self.since(start), kind })
    }

    /// The words of a search, if they are there.
    fn match_place(&mut self) -> Option<MatchPlace> {
        let &(words, place) = SEARCHES
            .iter()
            .find(|(words, _)| words.split(' ').enumerate().all(|(ahead, word)| self.at_word(ahead, word)))?;
        self.at += words.split(' ').count();
        Some(place)
    }

    fn near(&mut self) -> Parsed<Option<Near>> {
        let start = self.span().start;
        if !self.eat("within") {
            return Ok(None);
        }
        let distance = self.integer("a number of words")?;
        if !self.eat("word") {
            self.expect("words", "`words of`")?;
        }
        self.expect("of", "`of`")?;
        let terms = self.terms()?;
        let ordered = self.at_word(0, "in") && self.at_word(1, "order");
        self.at += if ordered { 2 } else { 0 };
        Ok(Some(Near { span: self.since(start), distance, terms, ordered }))
    }

    fn sum(&mut self) -> Parsed<Expr> {
        self.arithmetic(SUMS, Self::product)
    }

    fn product(&mut self) -> Parsed<Expr> {
        self.arithmetic(PRODUCTS, Self::signed)
    }

    fn arithmetic(
        &mut self,
        signs: &[(&str, ArithmeticOp)],
        operand: impl Fn(&mut Self) -> Parsed<Expr>,
    ) -> Parsed<Expr> {
        let first = operand(self)?;
        let start = first.span.start;
        let mut rest = Vec::new();
        while let Some(&(_, op)) = signs.iter().find(|(sign, _)| self.at_word(0, sign)) {
            self.at += 1;
            rest.push((op, operand(self)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Expr { span: self.since(start), kind: ExprKind::Arithmetic { first: Box::new(first), rest } })
    }

    fn signed(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        if !self.eat("-") {
            return self.primary();
        }
        let inner = self.primary()?;
        Ok(Expr { span: self.since(start), kind: ExprKind::Negate(Box::new(inner)) })
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let kind = if self.eat("(") {
            let inner = self.nested(Self::or)?;
            if !self.at_word(0, ")") {
                return Err(self.unexpected("`)` or an operator", AFTER_OPERAND));
            }
            self.at += 1;
            ExprKind::Paren(Box::new(inner))
        } else if self.eat("at") {
            self.expect("least", "`least`")?;
            let n = self.integer("how many conditions must hold")?;
            self.expect("of", "`of`")?;
            self.expect("(", "`(` and the conditions")?;
            let of = self.nested(Self::conditions)?;
            ExprKind::AtLeast { n, of }
        } else if self.kind() == Some(TokenKind::Function) {
            self.call()?
        } else if let Some(operand) = self.operand() {
            operand
        } else {
            return Err(
                self.unexpected("a condition: a column, a function, `not` or `(`", &["not", "at least"])
            );
        };
        Ok(Expr { span: self.since(start), kind })
    }

    /// Conditions with commas between them, and the closing parenthesis.
    fn conditions(&mut self) -> Parsed<Vec<Expr>> {
        let mut of = vec![self.or()?];
        while self.eat(",") {
            of.push(self.or()?);
        }
        if self.eat(")") { Ok(of) } else { Err(self.unexpected("`,` or `)`", AFTER_OPERAND)) }
    }

    /// Reports what follows a condition on its line.
    pub(super) fn condition_end(&mut self) -> Parsed<()> {
        if self.at_line_end() {
            return Ok(());
        }
        if self.at_word(0, "not") && ["has", "contains", "starts"].iter().any(|word| self.at_word(1, word)) {
            let help = "write `not` before the column, as in `not text has \"word\"`".to_owned();
            self.diagnostics.error_with(
                self.span(),
                code::SYNTAX,
                "`not` stands before a whole condition",
                help,
            );
            return Err(Reported);
        }
        let compared_twice = COMPARISONS.iter().any(|(sign, _)| self.at_word(0, sign));
        if compared_twice {
            let help = "write two comparisons, as in `1 < stars and stars < 4`".to_owned();
            let message = "a comparison has two sides";
            self.diagnostics.error_with(self.span(), code::SYNTAX, message, help);
            return Err(Reported);
        }
        Err(self.unexpected(
            "`and`, `or`, an operator such as `has` or `=`, or the end of the line",
            AFTER_OPERAND,
        ))
    }
}
