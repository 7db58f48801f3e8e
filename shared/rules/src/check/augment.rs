//! Policies: transformations, their parameters and the columns they change.

use super::declare::Lexicons;
use super::{Checker, CompiledPolicy, Shared, listing};
use crate::ast::{self, Argument, Augment, Expr, ExprKind, File, Item, Name, Step};
use crate::diagnostic::{Diagnostics, Span, code};
use crate::lexicon::normalize_terms;
use crate::limits;
use crate::plan::{ColumnType, Terms};
use crate::policy::{
    Amount, DEFAULT_NAME, MAX_SPREAD, MAX_TIMES, NumberKind, Policy, PolicyNumber, PolicyStep, TextChange,
};
use crate::suggest::did_you_mean;
use crate::words::{TRANSFORMATIONS, meaning, words_of};
use std::collections::BTreeSet;

/// The policies of all sources that have no error; a name is given once.
pub(super) fn policies(
    files: &[File],
    lexicons: &[Lexicons],
    shared: &mut Shared<'_>,
    diagnostics: &mut [Diagnostics],
) -> Vec<CompiledPolicy> {
    let mut names = BTreeSet::new();
    let mut policies = Vec::new();
    for (source, file) in files.iter().enumerate() {
        let lines = file.items.iter().filter_map(|item| match item {
            Item::Augment(line) => Some(line),
            _ => None,
        });
        for line in lines {
            let diagnostics = &mut diagnostics[source];
            let name = line.name.as_ref().map_or(DEFAULT_NAME, |name| &name.text);
            if !names.insert(name) {
                let message = format!("there is another policy `{name}`");
                let help = "give one a name of its own, as in `augment noisy train: …`".to_owned();
                let span = line.name.as_ref().map_or(line.split.span, |name| name.span);
                diagnostics.error_with(span, code::DUPLICATE, message, help);
            }
            // No rule is being checked: policies name none.
            let checker =
                Checker { shared, lexicons: &lexicons[source], diagnostics, index: usize::MAX, copied: 0 };
            let mut reader = Reader { checker, step: 0, numbers: Vec::new() };
            let policy = reader.policy(name, line);
            let numbers = reader.numbers;
            let steps = line.steps.iter().map(|step| step.span).collect();
            policies.extend(policy.map(|policy| CompiledPolicy {
                source,
                span: line.span,
                policy,
                steps,
                numbers,
            }));
        }
    }
    policies
}

/// Reads one policy.
struct Reader<'s, 'a> {
    checker: Checker<'s, 'a>,
    /// The step that is being read.
    step: usize,
    numbers: Vec<PolicyNumber>,
}

impl Reader<'_, '_> {
    fn policy(&mut self, name: &str, line: &Augment) -> Option<Policy> {
        let before = self.checker.diagnostics.errors();
        self.split(&line.split);
        if !(1..=limits::COPIES).contains(&line.copies) {
            let message = format!("a policy makes between 1 and {} copies", limits::COPIES);
            self.error(line.copies_span, code::VALUE, message);
        }
        let (span, value) = (line.copies_span, f64::from(line.copies));
        self.numbers.push(PolicyNumber { span, step: None, value, kind: NumberKind::Copies });
        if line.steps.len() > limits::STEPS {
            let message = format!("a policy has at most {} transformations", limits::STEPS);
            self.error(line.steps[limits::STEPS].span, code::LIMIT, message);
            return None;
        }
        let mut steps = Vec::with_capacity(line.steps.len());
        for (index, step) in line.steps.iter().enumerate() {
            self.step = index;
            steps.extend(self.step(step));
        }
        let sound = self.checker.diagnostics.errors() == before;
        sound.then(|| Policy { name: name.to_owned(), copies: line.copies, steps })
    }

    /// Copies are made for training only.
    fn split(&mut self, split: &Name) {
        if split.text == "train" {
            return;
        }
        let (message, help) = if matches!(split.text.as_str(), "dev" | "valid" | "test") {
            let help = "changed copies among the documents that measure would falsify what they measure";
            (format!("only `train` is augmented, never `{}`", split.text), help.to_owned())
        } else {
            let nearest = did_you_mean(&split.text, ["train"]);
            let help = "`train` stands before the colon, the policy's name before `train`".to_owned();
            (format!("expected `train`, found `{}`", split.text), nearest.unwrap_or(help))
        };
        self.checker.diagnostics.error_with(split.span, code::VALUE, message, help);
    }

    fn step(&mut self, step: &Step) -> Option<PolicyStep> {
        let name = step.name.text.as_str();
        match (name, step.arguments.as_slice()) {
            ("swap", [amount, column @ ..]) if column.len() < 2 => {
                let amount = self.amount(amount);
                self.text(step, column, amount.map(TextChange::Swap))
            }
            ("delete" | "typo" | "case" | "punctuation", [share, column @ ..]) if column.len() < 2 => {
                let change = self.share(share).map(|share| match name {
                    "delete" => TextChange::Delete { share },
                    "typo" => TextChange::Typo { share },
                    "case" => TextChange::Case { share },
                    _ => TextChange::Punctuation { share },
                });
                self.text(step, column, change)
            }
            ("insert" | "replace", [share, terms, column @ ..]) if column.len() < 2 => {
                let (share, terms) = (self.share(share), self.terms(terms));
                let change = share.zip(terms).map(|(share, terms)| match name {
                    "insert" => TextChange::Insert { share, terms },
                    _ => TextChange::Replace { share, terms },
                });
                self.text(step, column, change)
            }
            ("shuffle", column) if column.len() < 2 => self.text(step, column, Some(TextChange::Shuffle)),
            ("eda", [alpha, rest @ ..]) if rest.len() < 3 => self.eda(step, alpha, rest),
            ("drop", [share, columns @ ..]) => self.drop_cells(step, share, columns),
            ("jitter", [column, spread]) => {
                let column = self.attribute(column, "`jitter`", &[ColumnType::Number], "numbers");
                let spread = self.number(spread, 0.0, MAX_SPREAD, NumberKind::Spread);
                Some(PolicyStep::Jitter { column: column?, spread: spread? })
            }
            ("resample", [column]) => {
                let column = self.attribute(column, "`resample`", &[ColumnType::Category], "categories")?;
                Some(PolicyStep::Resample { column })
            }
            _ => {
                self.misused(step);
                None
            }
        }
    }

    /// Reports a transformation that does not exist or is used in the wrong way.
    fn misused(&mut self, step: &Step) {
        let name = step.name.text.as_str();
        let diagnostics = &mut *self.checker.diagnostics;
        if let Some(usage) = meaning(TRANSFORMATIONS, name) {
            let help = format!("write it as in `{usage}`");
            diagnostics.error_with(step.span, code::TYPE, format!("`{name}` is not used like this"), help);
        } else {
            let names = || words_of(TRANSFORMATIONS);
            let help = did_you_mean(name, names())
                .unwrap_or_else(|| format!("transformations are {}", names().collect::<Vec<_>>().join(", ")));
            let message = format!("there is no transformation `{name}`");
            diagnostics.error_with(step.name.span, code::UNKNOWN_FUNCTION, message, help);
        }
    }

    /// A change of the named column, else of the corpus' text.
    fn text(&mut self, step: &Step, column: &[Argument], change: Option<TextChange>) -> Option<PolicyStep> {
        let user = format!("`{}`", step.name.text);
        let column = match column {
            [] => self.default_text(step),
            [column, ..] => self.attribute(column, &user, &[ColumnType::Text, ColumnType::Category], "text"),
        };
        Some(PolicyStep::Text { column: column?, change: change? })
    }

    fn default_text(&mut self, step: &Step) -> Option<String> {
        let column = self.checker.shared.schema.column("text");
        let column = column.filter(|column| matches!(column.kind, ColumnType::Text | ColumnType::Category));
        if column.is_none() {
            let message = format!("`{}` changes text, but there is no column `text`", step.name.text);
            let help = "name the column as the last parameter, as in `typo(0.05, title)`".to_owned();
            self.checker.diagnostics.error_with(step.span, code::UNKNOWN_COLUMN, message, help);
        }
        column.map(|column| column.name.clone())
    }

    fn eda(&mut self, step: &Step, alpha: &Argument, rest: &[Argument]) -> Option<PolicyStep> {
        let alpha = self.share(alpha);
        let (synonyms, column) = match rest {
            [terms @ (Argument::Terms(..) | Argument::List(..)), column @ ..] => {
                (Some(self.terms(terms)), column)
            }
            column => (None, column),
        };
        let synonyms = match synonyms {
            Some(terms) => Some(terms?),
            None => None,
        };
        if column.len() > 1 {
            self.misused(step);
            return None;
        }
        self.text(step, column, alpha.map(|alpha| TextChange::Eda { alpha, synonyms }))
    }

    /// The named columns, else all attributes.
    fn drop_cells(&mut self, step: &Step, share: &Argument, columns: &[Argument]) -> Option<PolicyStep> {
        let share = self.share(share);
        let kinds = [ColumnType::Number, ColumnType::Bool, ColumnType::Date, ColumnType::Category];
        let named: Vec<Option<String>> =
            columns.iter().map(|column| self.attribute(column, "`drop`", &kinds, "attributes")).collect();
        let mut columns: Vec<String> = named.into_iter().collect::<Option<_>>()?;
        if columns.is_empty() {
            let all = self.checker.shared.schema.columns.iter();
            columns = all.filter(|it| kinds.contains(&it.kind)).map(|it| it.name.clone()).collect();
        }
        if columns.is_empty() {
            self.error(step.span, code::UNKNOWN_COLUMN, "`drop` takes away attributes, but there are none");
            return None;
        }
        Some(PolicyStep::Drop { share: share?, columns })
    }

    /// A column of one of some types.
    fn attribute(
        &mut self,
        argument: &Argument,
        user: &str,
        kinds: &[ColumnType],
        what: &str,
    ) -> Option<String> {
        let Argument::Value(column @ Expr { kind: ExprKind::Name(_) | ExprKind::Column(_), .. }) = argument
        else {
            self.error(argument.span(), code::TYPE, format!("{user} takes the name of a column here"));
            return None;
        };
        let (name, kind) = self.checker.column(column)?;
        if kinds.contains(&kind) {
            return Some(name);
        }
        let schema = self.checker.shared.schema;
        let fitting = schema.columns.iter().filter(|it| kinds.contains(&it.kind)).map(|it| it.name.as_str());
        let message = format!("{user} changes {what}, which `{name}` does not hold");
        let help = listing(&format!("columns of {what} are"), fitting);
        self.checker.diagnostics.error_with(column.span, code::TYPE, message, help);
        None
    }

    /// `@name`, or a list.
    fn terms(&mut self, argument: &Argument) -> Option<Terms> {
        match argument {
            Argument::Terms(ast::Terms::Lexicon(name), _) => self.checker.lexicon(name),
            Argument::List(list, _) | Argument::Terms(ast::Terms::List(_, list), _) => {
                let terms: Vec<_> = list.iter().map(|member| self.checker.member_term(member)).collect();
                Some(Terms::List(normalize_terms(terms.into_iter().collect::<Option<Vec<_>>>()?)))
            }
            _ => {
                let help = "write `@lexicon`, or a list such as `(\"a\", \"b\")`".to_owned();
                let message = "terms are expected here";
                self.checker.diagnostics.error_with(argument.span(), code::TYPE, message, help);
                None
            }
        }
    }

    /// A whole number of times from 1, or a share below 1.
    fn amount(&mut self, argument: &Argument) -> Option<Amount> {
        if let Some((value, span)) = number(argument)
            && value >= 1.0
        {
            let times = (1..=MAX_TIMES).find(|times| f64::from(*times).total_cmp(&value).is_eq());
            if times.is_none() {
                let message = format!("expected a whole number up to {MAX_TIMES}, or a share below 1");
                self.error(span, code::VALUE, message);
            }
            self.numbers.push(PolicyNumber { span, step: Some(self.step), value, kind: NumberKind::Times });
            return times.map(Amount::Times);
        }
        self.share(argument).map(Amount::Share)
    }

    fn share(&mut self, argument: &Argument) -> Option<f64> {
        self.number(argument, 0.0, 1.0, NumberKind::Share)
    }

    fn number(&mut self, argument: &Argument, min: f64, max: f64, kind: NumberKind) -> Option<f64> {
        let Some((value, span)) = number(argument) else {
            let message = format!("a number between {min} and {max} is expected here");
            self.error(argument.span(), code::TYPE, message);
            return None;
        };
        if !(min..=max).contains(&value) {
            self.error(span, code::VALUE, format!("{value} is not between {min} and {max}"));
            return None;
        }
        self.numbers.push(PolicyNumber { span, step: Some(self.step), value, kind });
        Some(value)
    }

    fn error(&mut self, span: Span, code: &'static str, message: impl Into<String>) {
        self.checker.diagnostics.error(span, code, message);
    }
}

fn number(argument: &Argument) -> Option<(f64, Span)> {
    match argument {
        Argument::Value(Expr { kind: ExprKind::Number(value), span }) => Some((*value, *span)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
