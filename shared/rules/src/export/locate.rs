//! Where in a source the construct stands that a plan's part was made of.

use super::{Refusal, Rules};
use crate::ast::{Argument, Clause, Expr, ExprKind, File, Item, Terms};
use crate::check::CompiledRule;
use crate::diagnostic::Span;
use crate::parser::parse;

/// What can be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Construct {
    /// `/…/`
    Regex(String),
    /// `@name`
    Lexicon(String),
    /// `name(…)`
    Call(&'static str),
    /// Two columns of text compared with each other.
    TextComparison,
    /// `date("…")`
    Date,
    /// `within … words of …`
    Near,
    /// A text or a term.
    Text,
}

impl Construct {
    fn spelled(&self) -> String {
        match self {
            Self::Regex(pattern) => format!("`/{pattern}/`"),
            Self::Lexicon(name) => format!("`@{name}`"),
            Self::Call(function) => format!("`{function}(…)`"),
            Self::TextComparison => "comparing two columns of text".to_owned(),
            Self::Date => "`date(…)`".to_owned(),
            Self::Near => "`within … words of …`".to_owned(),
            Self::Text => "a text".to_owned(),
        }
    }

    /// Where it stands in an expression, if it is this one.
    fn span_in(&self, expr: &Expr) -> Option<Span> {
        let is_column = |side: &Expr| matches!(side.inner().kind, ExprKind::Name(_) | ExprKind::Column(_));
        match (&expr.kind, self) {
            (ExprKind::Matches { regex, .. }, Self::Regex(pattern)) if regex.pattern == *pattern => {
                Some(regex.span)
            }
            (ExprKind::Search { near: Some(near), .. }, Self::Near) => Some(near.span),
            (ExprKind::Search { terms: Terms::Lexicon(name), .. }, Self::Lexicon(wanted)) => {
                (name.text == *wanted).then_some(name.span)
            }
            (ExprKind::Search { .. } | ExprKind::Compare { .. } | ExprKind::In { .. }, Self::Text)
            | (ExprKind::Date(_), Self::Date) => Some(expr.span),
            (ExprKind::Compare { left, right, .. }, Self::TextComparison) => {
                (is_column(left) && is_column(right)).then_some(expr.span)
            }
            (ExprKind::Compare { left, right, .. }, Self::Date) => {
                let day =
                    [left, right].into_iter().find(|side| matches!(side.inner().kind, ExprKind::Date(_)));
                day.map(|day| day.span)
            }
            (ExprKind::Call { function, arguments }, _) => {
                arguments.iter().find_map(|argument| match (argument, self) {
                    (Argument::Regex(regex), Self::Regex(pattern)) if regex.pattern == *pattern => {
                        Some(regex.span)
                    }
                    (Argument::Terms(Terms::Lexicon(name), _), Self::Lexicon(wanted)) => {
                        (name.text == *wanted).then_some(name.span)
                    }
                    (_, Self::Call(name)) => (function.text == *name).then_some(expr.span),
                    _ => None,
                })
            }
            _ => None,
        }
    }
}

/// The refusal of a construct in a clause of a rule. If it stands in another rule that the clause names, its place is
/// where that rule is named.
pub(super) fn refusal(
    rules: &Rules<'_>,
    rule: &CompiledRule,
    clause: usize,
    construct: &Construct,
    reason: String,
) -> Refusal {
    let file = rules.sources.get(rule.source).map(|source| parse(source.text).0).unwrap_or_default();
    let span = clause_of(&file, rule, clause).map_or(rule.span, |clause| {
        let find = |construct: &Construct| {
            let mut found = None;
            if let Some(when) = &clause.when {
                when.visit(&mut |expr| found = found.or_else(|| construct.span_in(expr)));
            }
            found
        };
        find(construct).or_else(|| find(&Construct::Call("vote"))).unwrap_or(clause.span)
    });
    let (source, name) = (rule.source, rule.name.clone());
    Refusal { source, span, rule: name, construct: construct.spelled(), reason }
}

fn clause_of<'f>(file: &'f File, rule: &CompiledRule, clause: usize) -> Option<&'f Clause> {
    let rules = file.items.iter().filter_map(|item| match item {
        Item::Rule(found) => Some(found),
        _ => None,
    });
    rules.into_iter().find(|found| found.span == rule.span)?.clauses.get(clause)
}
