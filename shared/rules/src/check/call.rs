//! Functions.

use super::likeness::Given;
use super::value::Type;
use super::{Checker, listing};
use crate::ast::{self, Argument, Expr, ExprKind, Name};
use crate::diagnostic::{Span, code};
use crate::plan::{CharClass, Counted, Quantifier, Scalar};
use crate::suggest::did_you_mean;
use crate::words::{CLASSES, FUNCTIONS, meaning, words_of};

/// The rule an expression names, if it is `vote(rule)`.
pub(super) fn rule_reference(expr: &Expr) -> Option<(&str, Span)> {
    match &expr.kind {
        ExprKind::Call { function, arguments } if function.text == "vote" => match arguments.as_slice() {
            [Argument::Value(Expr { kind: ExprKind::Name(name), span })] => Some((name.as_str(), *span)),
            _ => None,
        },
        _ => None,
    }
}

impl Checker<'_, '_> {
    /// A function's value.
    pub(super) fn call(
        &mut self,
        function: &Name,
        arguments: &[Argument],
        span: Span,
    ) -> Option<(Scalar, Type)> {
        use Argument::{List, Regex, Terms, Value};
        match (function.text.as_str(), arguments) {
            ("words", [Value(column)]) => {
                self.text_column(column, "`words`").map(|column| (Scalar::Words(column), Type::Number))
            }
            ("length", [Value(column)]) => {
                self.text_column(column, "`length`").map(|column| (Scalar::Length(column), Type::Number))
            }
            ("count", [Value(column), Regex(regex)]) => {
                let column = self.text_column(column, "`count`");
                let usable = self.regex(regex);
                let (pattern, ignore_case) = (regex.pattern.clone(), regex.ignore_case);
                column.filter(|_| usable).map(|column| count(column, Counted::Regex { pattern, ignore_case }))
            }
            ("count", [Value(column), Terms(terms, span)]) => self.count_terms(column, terms, *span),
            ("count", [Value(column), Value(Expr { kind: ExprKind::Text(text), span })]) => {
                let term = ast::Terms::One(Name { text: text.clone(), span: *span });
                self.count_terms(column, &term, *span)
            }
            ("share", [Value(column), Value(Expr { kind: ExprKind::Name(class), span })]) => {
                let column = self.text_column(column, "`share`");
                let class = self.class(class, *span)?;
                column.map(|column| (Scalar::Share { column, class }, Type::Number))
            }
            ("vote", [Value(Expr { kind: ExprKind::Name(rule), span })]) => {
                self.rule_vote(rule, *span).map(|vote| (vote, Type::Label))
            }
            ("vote", [Value(Expr { kind: ExprKind::Text(source), span })]) => {
                self.source(source, *span).map(|source| (Scalar::SourceVote(source), Type::Label))
            }
            ("prob", [Value(source), Value(label)]) => self.probability(source, label),
            (name @ ("similar" | "nearest"), [Value(column), List(examples, span), best @ ..])
                if best.len() < 2 =>
            {
                self.likeness(name, column, &Given::List(examples, *span), best.first())
            }
            (
                name @ ("similar" | "nearest"),
                [Value(column), Terms(ast::Terms::Lexicon(lexicon), _), best @ ..],
            ) if best.len() < 2 => self.likeness(name, column, &Given::Lexicon(lexicon), best.first()),
            (name, _) => {
                self.misused(name, function.span, span);
                None
            }
        }
    }

    /// Reports a function that does not exist or is used in the wrong way.
    fn misused(&mut self, name: &str, name_span: Span, span: Span) {
        if let Some(usage) = meaning(FUNCTIONS, name) {
            let help = format!("write it as in `{usage}`");
            self.diagnostics.error_with(span, code::TYPE, format!("`{name}` is not used like this"), help);
        } else {
            let help = did_you_mean(name, words_of(FUNCTIONS))
                .or_else(|| listing("functions are", words_of(FUNCTIONS)));
            self.diagnostics.error_with(
                name_span,
                code::UNKNOWN_FUNCTION,
                format!("there is no function `{name}`"),
                help,
            );
        }
    }

    fn count_terms(&mut self, column: &Expr, terms: &ast::Terms, span: Span) -> Option<(Scalar, Type)> {
        if matches!(terms, ast::Terms::List(Quantifier::All, _)) {
            let help = "write `any (…)`: every occurrence of any term counts".to_owned();
            self.diagnostics.error_with(span, code::TYPE, "`count` cannot count `all (…)`", help);
            return None;
        }
        let column = self.text_column(column, "`count`");
        let (terms, _) = self.terms(terms, false)?;
        column.map(|column| count(column, Counted::Terms(terms)))
    }

    fn class(&mut self, name: &str, span: Span) -> Option<CharClass> {
        let known = meaning(CLASSES, name);
        if known.is_none() {
            let help =
                did_you_mean(name, words_of(CLASSES)).or_else(|| listing("classes are", words_of(CLASSES)));
            let message = format!("there is no class of characters `{name}`");
            self.diagnostics.error_with(span, code::UNKNOWN_FUNCTION, message, help);
        }
        known
    }

    fn rule_vote(&mut self, name: &str, span: Span) -> Option<Scalar> {
        let Some(&index) = self.shared.names.get(name) else {
            let names = self.shared.names.keys().copied();
            let help = if self.shared.schema.sources.iter().any(|source| source == name) {
                Some(format!("external sources stand in quotes: `vote(\"{name}\")`"))
            } else {
                did_you_mean(name, names)
            };
            self.diagnostics.error_with(span, code::UNKNOWN_RULE, format!("there is no rule `{name}`"), help);
            return None;
        };
        let Some(named) = &self.shared.plans[index] else {
            // Of a circle every member has its error already.
            if !(self.shared.circular[index] && self.shared.circular[self.index]) {
                let message = format!("the rule `{name}` has an error of its own");
                self.diagnostics.error(span, code::BROKEN_REFERENCE, message);
            }
            return None;
        };
        let parts = named.size.parts;
        self.copy(parts, span)?;
        let clauses = self.shared.plans[index].as_ref().map(|named| named.plan.clauses.clone())?;
        Some(Scalar::RuleVote { clauses })
    }

    fn source(&mut self, name: &str, span: Span) -> Option<String> {
        let sources = &self.shared.schema.sources;
        if sources.iter().any(|source| source == name) {
            return Some(name.to_owned());
        }
        let help = if self.shared.names.contains_key(name) {
            Some(format!("rules stand without quotes: `vote({name})`"))
        } else {
            let names = || sources.iter().map(String::as_str);
            did_you_mean(name, names()).or_else(|| listing("external sources are", names()))
        };
        let message = format!("there is no external source `{name}`");
        self.diagnostics.error_with(span, code::UNKNOWN_SOURCE, message, help);
        None
    }

    fn probability(&mut self, source: &Expr, label: &Expr) -> Option<(Scalar, Type)> {
        let name = match &source.kind {
            ExprKind::Text(name) => self.source(name, source.span),
            ExprKind::Name(name) => {
                let help = if self.shared.names.contains_key(name.as_str()) {
                    "a rule votes without a probability: write `vote(rule) = LABEL`".to_owned()
                } else {
                    format!("external sources stand in quotes: `prob(\"{name}\", LABEL)`")
                };
                let message = "`prob` takes an external source";
                self.diagnostics.error_with(source.span, code::TYPE, message, help);
                None
            }
            _ => {
                self.diagnostics.error(
                    source.span,
                    code::TYPE,
                    "`prob` takes the name of an external source in quotes",
                );
                None
            }
        };
        let (ExprKind::Name(label_name) | ExprKind::Text(label_name)) = &label.kind else {
            self.diagnostics.error(label.span, code::TYPE, "`prob` takes a label");
            return None;
        };
        let label = self.label(&Name { text: label_name.clone(), span: label.span })?;
        Some((Scalar::SourceProbability { source: name?, label }, Type::Number))
    }
}

fn count(column: String, of: Counted) -> (Scalar, Type) {
    (Scalar::Count { column, of }, Type::Number)
}
