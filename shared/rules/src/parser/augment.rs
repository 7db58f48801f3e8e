//! Policies: `augment NAME train: 2 copies of … then …`.

use super::{Parsed, Parser};
use crate::ast::{Augment, Name, Step};
use crate::lexer::TokenKind;
use crate::words::{TRANSFORMATIONS, words_of};

impl Parser<'_> {
    pub(super) fn augment(&mut self, start: usize) -> Parsed<Augment> {
        let first = self.name("`train:`, or the name of the policy and `train:`")?;
        let (name, split) = if self.at_word(0, ":") || self.at_line_end() {
            (None, first)
        } else {
            (Some(first), self.name("`train`")?)
        };
        self.expect(":", "`:`")?;
        let copies_span = self.span();
        let copies = self.integer("how many copies")?;
        if !self.eat("copies") {
            self.expect("copy", "`copies of`")?;
        }
        self.expect("of", "`of` and a transformation")?;
        let mut steps = vec![self.step()?];
        while self.eat("then") {
            steps.push(self.step()?);
        }
        let span = self.since(start);
        self.line_end("`then` or the end of the line")?;
        Ok(Augment { span, name, split, copies, copies_span, steps })
    }

    fn step(&mut self) -> Parsed<Step> {
        let start = self.span().start;
        let Some(token) = self.eat_kind(TokenKind::Function) else {
            let names: Vec<&str> = words_of(TRANSFORMATIONS).collect();
            return Err(self.unexpected("a transformation such as `typo(0.05)`", &names));
        };
        let name = Name { text: self.text_of(token).to_owned(), span: token.span };
        self.expect("(", "`(`")?;
        let arguments = self.nested(Self::arguments)?;
        Ok(Step { span: self.since(start), name, arguments })
    }
}
