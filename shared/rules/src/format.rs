//! The canonical spelling: two spaces of indentation, one space between words, a blank line between rules, lines of at most
//! 100 characters where they can be broken. Comments stay where they are; one in the middle of an operand moves above it.

mod comments;
mod expr;
mod spell;

use crate::ast::{Augment, Clause, File, Item, LexiconTerms, Rule};
use crate::diagnostic::Diagnostic;
use crate::lexer::tokens;
use crate::parser::parse;
use comments::Comments;
use spell::spell_name;

/// Formats a source. A source with errors is not touched; its errors are returned.
///
/// Formatting changes neither meaning nor tree, keeps every comment, and formatting twice changes nothing more.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let (file, diagnostics) = parse(text);
    if diagnostics.is_empty() { Ok(print(&file, text)) } else { Err(diagnostics) }
}

/// Prints a tree; its comments are taken from the source it was read from.
pub(crate) fn print(file: &File, source: &str) -> String {
    let tokens = tokens(source);
    let mut comments = Comments::new(source, &tokens);
    comments.anchor(file, source, &tokens);
    Printer { comments, out: String::new() }.file(file)
}

const INDENT: usize = 2;

/// Characters of a line, where it can be broken.
const WIDTH: usize = 100;

struct Printer<'a> {
    /// Those not yet printed.
    comments: Comments<'a>,
    out: String,
}

impl Printer<'_> {
    fn file(mut self, file: &File) -> String {
        let mut after_rule = false;
        for (index, item) in file.items.iter().enumerate() {
            let separate = after_rule || matches!(item, Item::Rule(_));
            let start = item.span().start;
            let first = self.comments.next_before(start).unwrap_or(start);
            if separate && !self.out.is_empty() && !self.comments.blank_line_before(first) {
                self.out.push('\n');
            }
            self.leading(start, 0, true);
            match item {
                Item::Labels(line) => {
                    let labels: Vec<String> = line.labels.iter().map(spell_name).collect();
                    self.write(&["labels ", &labels.join(", ")]);
                }
                Item::Lexicon(lexicon) => {
                    self.write(&["lexicon ", &lexicon.name.text, " = "]);
                    match &lexicon.terms {
                        LexiconTerms::List(list) => self.list(list, lexicon.span, 0),
                        LexiconTerms::File(file) => self.write(&["file ", &spell::quote(&file.text)]),
                    }
                }
                Item::Rule(rule) => self.rule(rule),
                Item::Augment(line) => self.augment(line),
            }
            self.line_end(item.span().end, usize::MAX);
            if matches!(item, Item::Rule(_)) {
                self.rest_of_rule(file.items.get(index + 1).map_or(usize::MAX, |next| next.span().start));
            }
            after_rule = matches!(item, Item::Rule(_));
        }
        self.own_lines(usize::MAX, 0, true);
        self.out
    }

    /// A rule up to the end of its last clause, without the end of the line.
    fn rule(&mut self, rule: &Rule) {
        self.write(&["rule ", &rule.name.text]);
        if let Some(description) = &rule.description {
            self.write(&[" ", &spell::quote(&description.text)]);
        }
        self.out.push(':');
        let mut end = rule.description.as_ref().unwrap_or(&rule.name).span.end;
        for (index, clause) in rule.clauses.iter().enumerate() {
            self.line_end(end, clause.span.start);
            self.clause(clause, index > 0);
            end = clause.span.end;
        }
    }

    /// A policy: on one line if it fits and holds no comment, else broken before `then`.
    fn augment(&mut self, line: &Augment) {
        let name = line.name.as_ref().map(|name| format!("{} ", name.text)).unwrap_or_default();
        let copies = if line.copies == 1 { "copy" } else { "copies" };
        let head = format!("augment {name}{}: {} {copies} of ", line.split.text, line.copies);
        let steps: Vec<String> = line.steps.iter().map(spell::spell_step).collect();
        let length = head.chars().count() + steps.join(" then ").chars().count();
        let broken = length > WIDTH || self.comments.any_inside(line.span);
        self.out.push_str(&head);
        for (index, (step, spelled)) in line.steps.iter().zip(&steps).enumerate() {
            if index > 0 && broken {
                self.line_end(line.steps[index - 1].span.end, step.span.start);
                self.leading_inside(step.span.start, INDENT);
                self.out.push_str("then ");
            } else if index > 0 {
                self.out.push_str(" then ");
            }
            self.out.push_str(spelled);
        }
    }

    fn clause(&mut self, clause: &Clause, may_be_apart: bool) {
        let begin = clause.when.as_ref().map_or(clause.span.start, |when| when.span.start);
        self.leading_of(clause.span.start, begin, INDENT, may_be_apart);
        self.out.push_str(&spell_name(&clause.label));
        match &clause.when {
            Some(when) => {
                self.out.push_str(" when ");
                self.expr(when, INDENT);
            }
            None => self.out.push_str(" otherwise"),
        }
    }

    /// Comments below the last clause that are indented belong to the rule; `limit` is where the next item begins.
    fn rest_of_rule(&mut self, limit: usize) {
        while self.comments.next_before(limit).is_some() && self.comments.next_is_indented() {
            self.own_line(INDENT, true);
        }
    }

    /// Prints the comments that belong above what begins at `start`, and indents it.
    fn leading(&mut self, start: usize, indent: usize, blank_lines: bool) {
        self.leading_of(start, start, indent, blank_lines);
    }

    /// As [`Self::leading`], for something that begins at `start` and whose first operand begins at `operand`.
    fn leading_of(&mut self, start: usize, operand: usize, indent: usize, blank_lines: bool) {
        let printed = self.own_lines(start, indent, blank_lines);
        if (blank_lines || printed) && self.comments.blank_line_before(start) && !self.out.is_empty() {
            self.out.push('\n');
        }
        // Those from its middle stand right above it, so that they are still above it the next time.
        self.leading_inside(operand, indent);
    }

    /// Prints comments before an offset on lines of their own; whether there were any.
    fn own_lines(&mut self, before: usize, indent: usize, blank_lines: bool) -> bool {
        let mut printed = false;
        while self.comments.next_before(before).is_some() {
            self.own_line(indent, blank_lines || printed);
            printed = true;
        }
        printed
    }

    fn own_line(&mut self, indent: usize, blank_line: bool) {
        let Some(comment) = self.comments.take() else { return };
        if blank_line && self.comments.blank_line_before(comment.start) && !self.out.is_empty() {
            self.out.push('\n');
        }
        self.indent(indent);
        self.write(&[comment.text, "\n"]);
    }

    /// Ends the line after something that ends at `end`, with the comment that stands beside it before `limit`.
    fn line_end(&mut self, end: usize, limit: usize) {
        if let Some(comment) = self.comments.take_beside(end, limit) {
            self.write(&["  ", comment]);
        }
        self.out.push('\n');
    }

    fn write(&mut self, parts: &[&str]) {
        self.out.extend(parts.iter().copied());
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// Characters on the line so far.
    fn column(&self) -> usize {
        let line = self.out.rfind('\n').map_or(0, |end| end + 1);
        self.out[line..].chars().count()
    }
}

#[cfg(test)]
mod tests;
