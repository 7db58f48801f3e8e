//! From the tree to plans: names, types, labels, cycles and limits.

mod augment;
mod call;
mod condition;
mod date;
mod declare;
mod likeness;
mod order;
mod size;
mod terms;
mod value;

pub(crate) use date::days_since_epoch;
#[cfg(test)]
pub(crate) use tests::schema as test_schema;

use crate::ast::{Expr, File, Item, Name, Rule};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Span, code};
use crate::limits;
use crate::parser::{parse, parse_into};
use crate::plan::{Clause, Condition, LabelIndex, Plan};
use crate::policy::{Policy, PolicyNumber};
use crate::regex::{self, BuildCheck};
use crate::schema::Schema;
use crate::suggest::did_you_mean;
use declare::Lexicons;
use size::Size;
use std::collections::{BTreeMap, BTreeSet};

/// A text to compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// File name or rule id, for messages.
    pub name: &'a str,
    /// The rule language.
    pub text: &'a str,
}

/// What [`compile`] makes of sources.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compiled {
    /// The label set by index: the schema's, else that of the `labels` line.
    pub labels: Vec<String>,
    /// The rules without errors, in the order of the sources.
    pub rules: Vec<CompiledRule>,
    /// The policies without errors, in the order of the sources.
    pub policies: Vec<CompiledPolicy>,
    /// What is wrong, by source and position.
    pub diagnostics: Vec<Diagnostic>,
}

/// A rule that can be evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledRule {
    /// Index into the sources.
    pub source: usize,
    /// Its name, unique among the rules.
    pub name: String,
    /// The text after its name.
    pub description: Option<String>,
    /// Where it stands in its source.
    pub span: Span,
    /// What it means.
    pub plan: Plan,
}

/// A policy that can be carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledPolicy {
    /// Index into the sources.
    pub source: usize,
    /// Where it stands in its source.
    pub span: Span,
    /// What it means.
    pub policy: Policy,
    /// Where each of its steps stands.
    pub steps: Vec<Span>,
    /// The numbers in it that a slider could move, in the order of the text.
    pub numbers: Vec<PolicyNumber>,
}

/// Compiles sources against a schema. Never fails: rules and policies with errors are left out and every error is listed.
///
/// The rules of all sources see each other by name; `lexicon` lines are local to their source.
pub fn compile(sources: &[Source<'_>], schema: &Schema) -> Compiled {
    Compiler::default().compile(sources, schema)
}

/// Compiles a text that holds one policy, with lexicons of its own if need be, as a project keeps it; and what is wrong
/// with it. With an error there is no policy.
pub fn compile_policy(text: &str, schema: &Schema) -> (Option<CompiledPolicy>, Vec<Diagnostic>) {
    let (file, unreadable) = parse(text);
    let mut extra = Diagnostics::new(0);
    let (policies, others): (Vec<&Item>, Vec<&Item>) =
        file.items.iter().partition(|item| matches!(item, Item::Augment(_)));
    if let Some(rule) = others.iter().find(|item| !matches!(item, Item::Lexicon(_))) {
        extra.error(rule.span(), code::VALUE, "a policy is kept by itself, without rules and labels");
    }
    match policies.as_slice() {
        [] if unreadable.is_empty() => {
            let help = "write one, such as `augment train: 2 copies of typo(0.05)`".to_owned();
            let end = Span::new(text.len(), text.len());
            extra.error_with(end, code::VALUE, "there is no `augment` line", help);
        }
        [_, second, ..] => {
            extra.error(second.span(), code::VALUE, "a second policy begins here; keep one");
        }
        _ => {}
    }
    let mut compiled = Compiler::without_sizes().compile(&[Source { name: "", text }], schema);
    compiled.diagnostics.extend(extra.finish());
    compiled.diagnostics.sort_by_key(|found| (found.span.start, found.span.end));
    let sound = compiled.diagnostics.iter().all(|found| found.severity != Severity::Error);
    (compiled.policies.pop().filter(|_| sound), compiled.diagnostics)
}

/// Compiles again and again while someone types: regular expressions that the last compilation found usable, which is
/// most of its cost, are not checked again.
#[derive(Debug, Clone)]
pub struct Compiler {
    /// Pattern and whether it ignores case.
    usable: BTreeSet<(String, bool)>,
    builds: BuildCheck,
}

impl Default for Compiler {
    fn default() -> Self {
        Self { usable: BTreeSet::new(), builds: regex::builds }
    }
}

impl Compiler {
    /// A compiler that does not find out how large regular expressions become, for a page that must not download the
    /// machinery to build them. Whoever evaluates the plans builds them anyway and says when one is too large.
    pub fn without_sizes() -> Self {
        Self { usable: BTreeSet::new(), builds: |_, _| Ok(()) }
    }

    /// As [`compile`].
    pub fn compile(&mut self, sources: &[Source<'_>], schema: &Schema) -> Compiled {
        let (compiled, usable) = compile_knowing(&self.usable, self.builds, sources, schema);
        self.usable = usable;
        compiled
    }
}

/// Compiles, and tells which regular expressions are usable; `known` are some that are.
fn compile_knowing(
    known: &BTreeSet<(String, bool)>,
    builds: BuildCheck,
    sources: &[Source<'_>],
    schema: &Schema,
) -> (Compiled, BTreeSet<(String, bool)>) {
    let mut diagnostics: Vec<Diagnostics> = (0..sources.len()).map(Diagnostics::new).collect();
    let files: Vec<File> =
        sources.iter().zip(&mut diagnostics).map(|(source, into)| parse_into(source.text, into)).collect();

    let labels = declare::labels(&files, schema, &mut diagnostics);
    let lexicons: Vec<Lexicons> = files
        .iter()
        .zip(&mut diagnostics)
        .map(|(file, into)| declare::lexicons(file, schema, into))
        .collect();
    let rules = declare::rules(&files, &mut diagnostics);
    let order = order::order(&rules, &mut diagnostics);

    let mut shared = Shared {
        schema,
        labels,
        names: rules.by_name,
        plans: vec![None; rules.all.len()],
        circular: order.circular,
        known_regexes: known,
        builds,
        regexes: BTreeSet::new(),
        copied: 0,
    };
    for index in order.sequence {
        let (source, rule) = rules.all[index];
        let diagnostics = &mut diagnostics[source];
        let mut checker =
            Checker { shared: &mut shared, lexicons: &lexicons[source], diagnostics, index, copied: 0 };
        let plan = checker.rule(rule);
        shared.plans[index] = plan;
    }
    let policies = augment::policies(&files, &lexicons, &mut shared, &mut diagnostics);

    let mut compiled = Compiled { labels: shared.labels, ..Compiled::default() };
    for (&(source, rule), plan) in rules.all.iter().zip(shared.plans) {
        let Some(Measured { plan, .. }) = plan.filter(|_| !diagnostics[source].overflowed()) else {
            continue;
        };
        let description = rule.description.as_ref().map(|text| text.text.clone());
        compiled.rules.push(CompiledRule {
            source,
            name: rule.name.text.clone(),
            description,
            span: rule.span,
            plan,
        });
    }
    compiled.policies = policies;
    compiled.policies.retain(|policy| !diagnostics[policy.source].overflowed());
    compiled.diagnostics = diagnostics.into_iter().flat_map(Diagnostics::finish).collect();
    (compiled, shared.regexes)
}

/// A plan and its size, so that rules that name it need not measure it again.
#[derive(Clone)]
struct Measured {
    plan: Plan,
    size: Size,
}

/// What all rules of one compilation share.
struct Shared<'a> {
    schema: &'a Schema,
    labels: Vec<String>,
    /// Indexes of rules.
    names: BTreeMap<&'a str, usize>,
    /// By index; none for rules that are not checked yet or have errors.
    plans: Vec<Option<Measured>>,
    /// By index: whether the rule names itself in a circle.
    circular: Vec<bool>,
    /// Regular expressions that are usable, from an earlier compilation.
    known_regexes: &'a BTreeSet<(String, bool)>,
    /// Whether another one can be built.
    builds: BuildCheck,
    /// Those that this compilation uses.
    regexes: BTreeSet<(String, bool)>,
    /// Parts of plans that were copied from other rules and from lexicons.
    copied: usize,
}

/// Checks one rule.
struct Checker<'s, 'a> {
    shared: &'s mut Shared<'a>,
    lexicons: &'s Lexicons,
    diagnostics: &'s mut Diagnostics,
    /// The rule's index.
    index: usize,
    /// As [`Shared::copied`], of this rule.
    copied: usize,
}

impl Checker<'_, '_> {
    /// The rule's plan, if nothing is wrong with it.
    fn rule(&mut self, rule: &Rule) -> Option<Measured> {
        let mut clauses = Vec::with_capacity(rule.clauses.len());
        let mut otherwise = false;
        let mut sound = true;
        for clause in &rule.clauses {
            if otherwise {
                let help = "move it above `otherwise`, or remove it";
                self.diagnostics.warn(clause.span, code::UNREACHABLE, "this clause is never reached", help);
            }
            let label = self.label(&clause.label);
            let when = match &clause.when {
                Some(when) => self.condition(when),
                None => Some(Condition::Always),
            };
            otherwise |= clause.when.is_none();
            match (label, when) {
                (Some(label), Some(when)) => clauses.push(Clause { label, when }),
                _ => sound = false,
            }
        }
        let plan = Plan { name: rule.name.text.clone(), clauses };
        let size = Size::of_plan(&plan);
        if size.parts > limits::PLAN_PARTS {
            self.too_large(rule.span);
        }
        if size.depth > limits::PLAN_DEPTH {
            let message = "the rule, with the rules it names, nests too deeply";
            self.diagnostics.error(rule.name.span, code::LIMIT, message);
        }
        (sound && !self.diagnostics.error_in(rule.span)).then_some(Measured { plan, size })
    }

    /// The index of a label.
    fn label(&mut self, name: &Name) -> Option<LabelIndex> {
        let labels = &self.shared.labels;
        let known = labels.iter().position(|label| *label == name.text && !label.is_empty());
        if let Some(label) = known.and_then(|index| LabelIndex::try_from(index).ok()) {
            return Some(label);
        }
        if labels.is_empty() {
            if self.diagnostics.reported(code::NO_LABELS) {
                return None;
            }
            let message = format!("the label `{}` is used, but there is no label set", name.text);
            let help = "name the labels in order in a line at the top, such as `labels HAM, SPAM`".to_owned();
            self.diagnostics.error_with(name.span, code::NO_LABELS, message, help);
        } else {
            let known = || labels.iter().map(String::as_str).filter(|label| !label.is_empty());
            let help = did_you_mean(&name.text, known()).or_else(|| listing("labels are", known()));
            let message = format!("there is no label `{}`", name.text);
            self.diagnostics.error_with(name.span, code::UNKNOWN_LABEL, message, help);
        }
        None
    }

    /// Counts parts that are about to be copied into the rule's plan.
    fn copy(&mut self, parts: usize, span: Span) -> Option<()> {
        self.copied = self.copied.saturating_add(parts);
        if self.copied > limits::PLAN_PARTS {
            self.too_large(span);
            return None;
        }
        self.shared.copied = self.shared.copied.saturating_add(parts);
        if self.shared.copied > limits::COPIED_PARTS {
            let message = format!(
                "the rules copy more than {} parts from lexicons and one another",
                limits::COPIED_PARTS
            );
            let help = "keep long lists in lexicons of the project".to_owned();
            self.diagnostics.error_with(span, code::LIMIT, message, help);
            return None;
        }
        Some(())
    }

    fn too_large(&mut self, span: Span) {
        let message = format!("the rule, with what it names, has more than {} parts", limits::PLAN_PARTS);
        let help = "keep long lists in lexicons of the project".to_owned();
        self.diagnostics.error_with(span, code::LIMIT, message, help);
    }
}

/// Advice that lists what there is, if that is little.
fn listing<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let names: Vec<String> = names.into_iter().take(13).map(|name| format!("`{name}`")).collect();
    (1..=12).contains(&names.len()).then(|| format!("{what} {}", names.join(", ")))
}

/// The rules of all sources.
struct Rules<'a> {
    /// Source and rule.
    all: Vec<(usize, &'a Rule)>,
    /// Index in `all`; of rules with one name, the first.
    by_name: BTreeMap<&'a str, usize>,
}

/// The rules that a rule names by `vote(name)`, and where.
fn references(rule: &Rule) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    let conditions = rule.clauses.iter().filter_map(|clause| clause.when.as_ref());
    conditions
        .for_each(|condition| condition.visit(&mut |expr: &Expr| found.extend(call::rule_reference(expr))));
    found
}

/// The rules of a file.
fn rules_of(file: &File) -> impl Iterator<Item = &Rule> {
    file.items.iter().filter_map(|item| match item {
        Item::Rule(rule) => Some(rule),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
