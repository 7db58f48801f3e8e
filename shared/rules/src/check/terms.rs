//! Terms and regular expressions.

use super::Checker;
use super::declare::{lexicon_advice, stored};
use crate::ast::{self, Expr, ExprKind, Name, Near};
use crate::diagnostic::{Diagnostics, Span, code};
use crate::fold::fold;
use crate::limits;
use crate::plan::{self, MatchPlace, Quantifier, Terms, TextMatch};
use crate::regex::check_regex;
use crate::words::{SEARCHES, word_for};

/// What follows the column in a search.
pub(super) struct Search<'e> {
    pub place: MatchPlace,
    pub exact: bool,
    pub terms: &'e ast::Terms,
    pub near: Option<&'e Near>,
}

impl Checker<'_, '_> {
    pub(super) fn search(&mut self, value: &Expr, search: &Search<'_>) -> Option<TextMatch> {
        let column = self.text_column(value, &format!("`{}`", word_for(SEARCHES, &search.place)));
        let terms = self.terms(search.terms, search.exact);
        let near = search.near.map(|near| self.near(near, search));
        let (terms, quantifier) = terms?;
        let (place, exact) = (search.place, search.exact);
        Some(TextMatch {
            column: column?,
            place,
            exact,
            quantifier,
            terms,
            near: near.map_or(Some(None), |near| near.map(Some))?,
        })
    }

    fn near(&mut self, near: &Near, search: &Search<'_>) -> Option<plan::Near> {
        let terms = self.terms(&near.terms, search.exact);
        if near.distance == 0 && search.place != MatchPlace::Anywhere {
            let message = "whole words are at least 1 word apart";
            let help =
                "neighbours are within 1 word; with `contains`, pieces of one word are within 0".to_owned();
            self.diagnostics.error_with(near.span, code::VALUE, message, help);
            return None;
        }
        if near.distance > limits::NEAR_WORDS {
            let message = format!(
                "{} words are too far for `within`; at most {} are possible",
                near.distance,
                limits::NEAR_WORDS
            );
            self.diagnostics.error(near.span, code::LIMIT, message);
            return None;
        }
        let each = [search.terms, &near.terms].map(all_of).into_iter().flatten().max();
        if let Some(count) = each.filter(|count| *count > limits::NEAR_ALL_TERMS) {
            let message = format!(
                "beside `within`, `all (…)` has {count} terms; at most {} are possible",
                limits::NEAR_ALL_TERMS
            );
            self.diagnostics.error(near.span, code::LIMIT, message);
            return None;
        }
        let (terms, quantifier) = terms?;
        Some(plan::Near { words: near.distance, terms, quantifier, in_order: near.ordered })
    }

    /// Terms in normal form: folded unless exact, sorted, without repeats; `any` where there is one only.
    pub(super) fn terms(&mut self, terms: &ast::Terms, exact: bool) -> Option<(Terms, Quantifier)> {
        let (list, quantifier) = match terms {
            ast::Terms::One(text) => (vec![self.term(&text.text, text.span)?], Quantifier::Any),
            ast::Terms::Lexicon(name) => match self.lexicon(name)? {
                Terms::List(list) => (list, Quantifier::Any),
                stored @ Terms::Lexicon { .. } => return Some((stored, Quantifier::Any)),
            },
            ast::Terms::List(quantifier, members) => {
                let terms: Vec<_> = members.iter().map(|member| self.member_term(member)).collect();
                (terms.into_iter().collect::<Option<Vec<_>>>()?, *quantifier)
            }
        };
        let mut list: Vec<String> =
            if exact { list } else { list.iter().map(|term| fold(term).into_owned()).collect() };
        list.sort_unstable();
        list.dedup();
        let quantifier = if list.len() == 1 { Quantifier::Any } else { quantifier };
        Some((Terms::List(list), quantifier))
    }

    pub(super) fn member_term(&mut self, member: &Expr) -> Option<String> {
        match &member.kind {
            ExprKind::Text(text) => self.term(text, member.span),
            ExprKind::Name(name) => {
                let help = format!("write \"{name}\"");
                self.diagnostics.error_with(
                    member.span,
                    code::TYPE,
                    "a text to look for stands in quotes",
                    help,
                );
                None
            }
            _ => {
                self.diagnostics.error(member.span, code::TYPE, "only texts in quotes can be looked for");
                None
            }
        }
    }

    fn term(&mut self, text: &str, span: Span) -> Option<String> {
        if text.is_empty() {
            self.diagnostics.error(span, code::VALUE, "an empty term is in every text");
            return None;
        }
        (!too_long(text, span, self.diagnostics)).then(|| text.to_owned())
    }

    /// The terms of a lexicon: of the source, else of the project.
    pub(super) fn lexicon(&mut self, name: &Name) -> Option<Terms> {
        if name.text.is_empty() {
            return None; // the parser has said so
        }
        let lexicons = self.lexicons;
        match lexicons.get(&name.text) {
            Some(Some(terms)) => {
                if let Terms::List(list) = terms {
                    self.copy(list.len(), name.span)?;
                }
                Some(terms.clone())
            }
            Some(None) => {
                let message = format!("the lexicon `{}` has an error of its own", name.text);
                self.diagnostics.error(name.span, code::BROKEN_REFERENCE, message);
                None
            }
            None => stored(&name.text, self.shared.schema).or_else(|| {
                let help = lexicon_advice(&name.text, lexicons, self.shared.schema);
                let message = format!("there is no lexicon `{}`", name.text);
                self.diagnostics.error_with(name.span, code::UNKNOWN_LEXICON, message, help);
                None
            }),
        }
    }

    /// Whether a regular expression is usable; each is checked once.
    pub(super) fn regex(&mut self, regex: &ast::Regex) -> bool {
        let key = (regex.pattern.clone(), regex.ignore_case);
        if self.shared.regexes.contains(&key) {
            return true;
        }
        if self.shared.regexes.len() >= limits::REGEXES {
            let message = format!("more than {} different regular expressions", limits::REGEXES);
            self.diagnostics.error(regex.span, code::LIMIT, message);
            return false;
        }
        let usable = self.shared.known_regexes.contains(&key)
            || check_regex(regex, self.shared.builds, self.diagnostics);
        if usable {
            self.shared.regexes.insert(key);
        }
        usable
    }
}

/// How many terms must all be there.
fn all_of(terms: &ast::Terms) -> Option<usize> {
    match terms {
        ast::Terms::List(Quantifier::All, list) => Some(list.len()),
        _ => None,
    }
}

/// Reports a term that is longer than terms can be.
pub(super) fn too_long(text: &str, span: Span, diagnostics: &mut Diagnostics) -> bool {
    let length = text.chars().count();
    if length > limits::TERM_CHARS {
        let message =
            format!("the term has {length} characters; at most {} are possible", limits::TERM_CHARS);
        diagnostics.error(span, code::LIMIT, message);
    }
    length > limits::TERM_CHARS
}
