//! Rules as labeling functions in Python, for Snorkel.

mod condition;

use super::locate::{self, Construct};
use super::truth::truth;
use super::{Refusal, Refusals, Rules};
use crate::check::CompiledRule;
use crate::plan::{Clause, canonical_hash};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What labeling functions call.
const SUPPORT: &str = include_str!("snorkel/support.py");

/// Writes all rules as a Python module: `LFS` is the list of its labeling functions. Votes are indexes of labels, -1
/// abstains. Columns are read by name from the row, be it a pandas Series, a mapping or an object.
///
/// # Errors
/// With every construct that Python has no equal for.
pub fn snorkel(rules: &Rules<'_>) -> Result<String, Refusals> {
    let mut module = Module::default();
    let mut refusals = Vec::new();
    let mut functions = String::new();
    let mut names = Vec::new();
    for (at, rule) in rules.compiled.rules.iter().enumerate() {
        let mut writer = Writer { rules, rule, clause: 0, module: &mut module, refusals: &mut refusals };
        let body = writer.body(&rule.plan.clauses);
        let name = if is_plain(&rule.name) { rule.name.clone() } else { format!("rule_{}", at + 1) };
        let docs =
            rule.description.as_ref().map(|text| format!("    {}\n", string(text))).unwrap_or_default();
        let _infallible = write!(
            functions,
            "\n\n@labeling_function(name={})\ndef {name}(row):\n{docs}{body}",
            string(&rule.name)
        );
        names.push(name);
    }
    if !refusals.is_empty() {
        return Err(Refusals(refusals));
    }
    let labels: Vec<String> = rules.compiled.labels.iter().map(|label| string(label)).collect();
    let mut text = format!(
        "\"\"\"Labeling functions of {} rules, written by Hunch for Snorkel.\n\nA vote is an index into LABELS, -1 abstains.\n\"\"\"\n\n\
         import re\nfrom math import isfinite\nfrom operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv\n\n\
         from snorkel.labeling import labeling_function\n\nLABELS = [{}]\n\n",
        names.len(),
        labels.join(", ")
    );
    for (at, pattern) in module.patterns.iter().enumerate() {
        let _infallible = writeln!(text, "_P{at} = re.compile(r\"{pattern}\")");
    }
    text.push_str("\n\n");
    text.push_str(SUPPORT);
    for (at, vote) in module.votes.iter().enumerate() {
        let _infallible = write!(text, "\n\ndef _vote_{at}(row):\n{vote}");
    }
    text.push_str(&functions);
    let _infallible = writeln!(text, "\n\nLFS = [{}]", names.join(", "));
    Ok(text)
}

/// What functions of one module share.
#[derive(Default)]
struct Module {
    /// Translated, each once.
    patterns: Vec<String>,
    /// Bodies of functions that give the votes of rules inside others.
    votes: Vec<String>,
    /// Their place by the hash of their clauses.
    by_hash: BTreeMap<String, usize>,
}

/// Writes one rule. What cannot be written is refused, and the rest goes on, so that every refusal is found.
struct Writer<'w, 'a> {
    rules: &'w Rules<'a>,
    rule: &'w CompiledRule,
    /// The index of the clause that is being written.
    clause: usize,
    module: &'w mut Module,
    refusals: &'w mut Vec<Refusal>,
}

impl Writer<'_, '_> {
    /// The lines of a rule's function.
    fn body(&mut self, clauses: &[Clause]) -> String {
        let mut text = String::new();
        for (at, clause) in clauses.iter().enumerate() {
            self.clause = at;
            let _infallible = write!(text, "{}", self.returns(clause));
        }
        text + "    return -1\n"
    }

    fn returns(&mut self, clause: &Clause) -> String {
        let when = self.condition(&truth(&clause.when, false));
        format!("    if {when}:\n        return {}\n", clause.label)
    }

    /// A call that gives the vote of a rule inside this one.
    fn vote(&mut self, clauses: &[Clause]) -> String {
        let hash = canonical_hash(&clauses);
        let known = self.module.by_hash.get(&hash).copied();
        let at = known.unwrap_or_else(|| {
            let body: String = clauses.iter().map(|clause| self.returns(clause)).collect();
            self.module.votes.push(body + "    return -1\n");
            let at = self.module.votes.len() - 1;
            self.module.by_hash.insert(hash, at);
            at
        });
        format!("_vote_{at}(row)")
    }

    /// The name of a compiled expression.
    fn pattern(&mut self, translated: String) -> String {
        let known = self.module.patterns.iter().position(|known| *known == translated);
        let at = known.unwrap_or_else(|| {
            self.module.patterns.push(translated);
            self.module.patterns.len() - 1
        });
        format!("_P{at}")
    }

    fn refuse(&mut self, construct: &Construct, reason: impl Into<String>) -> String {
        let refusal = locate::refusal(self.rules, self.rule, self.clause, construct, reason.into());
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
        "None".to_owned()
    }
}

/// Whether a rule's name can be the name of a function of the module.
fn is_plain(name: &str) -> bool {
    const TAKEN: &[&str] = &[
        "add",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "eq",
        "except",
        "finally",
        "for",
        "from",
        "ge",
        "global",
        "gt",
        "if",
        "import",
        "isfinite",
        "labeling_function",
        "lambda",
        "le",
        "lt",
        "mul",
        "ne",
        "nonlocal",
        "pass",
        "raise",
        "re",
        "return",
        "sub",
        "truediv",
        "try",
        "while",
        "with",
        "yield",
        "None",
        "True",
        "False",
        "LABELS",
        "LFS",
        "any",
        "bool",
        "float",
        "getattr",
        "isinstance",
        "len",
        "str",
        "sum",
        "type",
    ];
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with("rule_")
        && !TAKEN.contains(&name)
}

/// A text as a literal.
fn string(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                let _infallible = write!(literal, "\\u{:04x}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal + "\""
}
