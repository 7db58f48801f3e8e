//! A rules file while it is being put together.

use super::{Format, Imported, Skipped};
use crate::check::{Compiler, Source};
use crate::diagnostic::Severity;
use crate::format::format;
use crate::lexer::{is_identifier, quote};
use crate::limits;
use crate::plan::ColumnType;
use crate::schema::{ColumnDef, Schema};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A rule to be.
pub(super) struct NewRule<'t> {
    /// A name that fits; it becomes another one if it is taken.
    pub(super) name: String,
    pub(super) description: Option<&'t str>,
    pub(super) label: String,
    /// What stands after `when`.
    pub(super) condition: String,
}

pub(super) struct Draft<'c> {
    labels: Vec<String>,
    /// Whether the label set was given.
    fixed: bool,
    names: BTreeSet<String>,
    rules: String,
    count: usize,
    entries: usize,
    renamed: Vec<(String, String)>,
    skipped: Vec<Skipped>,
    compiler: &'c mut Compiler,
}

impl<'c> Draft<'c> {
    pub(super) fn new(
        labels: &[String],
        taken: Option<&BTreeSet<String>>,
        compiler: &'c mut Compiler,
    ) -> Self {
        Self {
            labels: labels.to_vec(),
            fixed: !labels.is_empty(),
            names: taken.cloned().unwrap_or_default(),
            rules: String::new(),
            count: 0,
            entries: 0,
            renamed: Vec::new(),
            skipped: Vec::new(),
            compiler,
        }
    }

    /// The label that a file means: the one so written, else the only one that differs in case alone.
    ///
    /// # Errors
    /// With a reason if there is none.
    pub(super) fn label(&mut self, written: &str) -> Result<String, String> {
        let written = written.trim();
        if written.is_empty() {
            return Err("the label is missing".to_owned());
        }
        if self.labels.iter().any(|label| label == written) {
            return Ok(written.to_owned());
        }
        let known = || self.labels.iter().filter(|label| !label.is_empty());
        if self.fixed {
            let mut alike = known().filter(|label| label.to_lowercase() == written.to_lowercase());
            if let (Some(label), None) = (alike.next(), alike.next()) {
                return Ok(label.clone());
            }
            let known: Vec<_> = known().map(|label| format!("`{label}`")).collect();
            return Err(format!("there is no label `{written}`; labels are {}", known.join(", ")));
        }
        if self.labels.len() >= limits::LABELS {
            return Err(format!("more than {} labels", limits::LABELS));
        }
        self.labels.push(written.to_owned());
        Ok(written.to_owned())
    }

    pub(super) fn skip(&mut self, line: usize, reason: impl Into<String>) {
        self.skipped.push(Skipped { line, reason: reason.into() });
    }

    /// Adds a rule made of the entries on these lines, or skips them all with the reason.
    pub(super) fn rule(&mut self, lines: &[usize], rule: &NewRule<'_>) {
        match self.checked(rule) {
            Ok(text) => {
                self.rules.push_str(&text);
                self.count += 1;
                self.entries += lines.len();
            }
            Err(reason) => lines.iter().for_each(|line| self.skip(*line, reason.clone())),
        }
    }

    fn checked(&mut self, rule: &NewRule<'_>) -> Result<String, String> {
        if self.count >= limits::RULES {
            return Err(format!("more than {} rules do not fit into one file", limits::RULES));
        }
        // Columns and labels are of no concern here: every condition is about `text`.
        let schema = Schema {
            labels: vec!["L".to_owned()],
            columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
            ..Schema::default()
        };
        let text = format!("rule r:\n  L when {}\n", rule.condition);
        let compiled = self.compiler.compile(&[Source { name: "", text: &text }], &schema);
        let wrong = compiled.diagnostics.iter().find(|found| found.severity == Severity::Error);
        if let Some(wrong) = wrong {
            return Err(wrong.to_string());
        }
        let name = self.free_name(&rule.name);
        let description = rule.description.map(|text| format!(" {}", quote(text))).unwrap_or_default();
        let text = format!("\nrule {name}{description}:\n  {} when {}\n", spell(&rule.label), rule.condition);
        // The `labels` line takes its part of the source too.
        let labels: usize = self.labels.iter().map(|label| label.len() * 2 + 4).sum();
        if self.rules.len() + text.len() + labels > limits::SOURCE_BYTES / 2 {
            return Err(format!("the rules do not fit into one file of {} bytes", limits::SOURCE_BYTES / 2));
        }
        let wanted = identifier(&rule.name);
        if wanted != name {
            self.renamed.push((wanted, name.clone()));
        }
        self.names.insert(name);
        Ok(text)
    }

    /// The name, or the first of `name_2`, `name_3` … that no rule has.
    fn free_name(&self, wanted: &str) -> String {
        let name = identifier(wanted);
        if !self.names.contains(&name) {
            return name;
        }
        let mut others = (2..).map(|number: u32| format!("{name}_{number}"));
        others.find(|name| !self.names.contains(name)).unwrap_or(name)
    }

    pub(super) fn finish(mut self, format_read: Format) -> Imported {
        let mut rules = String::new();
        if !self.labels.is_empty() {
            let named: Vec<_> =
                self.labels.iter().filter(|label| !label.is_empty()).map(|l| spell(l)).collect();
            let _infallible = writeln!(rules, "labels {}", named.join(", "));
        }
        rules.push_str(&self.rules);
        self.skipped.sort_by_key(|skipped| skipped.line);
        Imported {
            format: format_read,
            labels: self.labels,
            // Every rule was compiled, so the file has its canonical spelling.
            rules: format(&rules).unwrap_or(rules),
            entries: self.entries,
            renamed: self.renamed,
            skipped: self.skipped,
        }
    }
}

fn spell(label: &str) -> String {
    if is_identifier(label) { label.to_owned() } else { quote(label) }
}

/// A name for a rule out of any text: `50% off!` becomes `_50_off`.
pub(super) fn identifier(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut name = String::new();
    for c in text.to_lowercase().chars() {
        if c.is_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if name.chars().count() >= LONGEST {
            break;
        }
    }
    let name = name.trim_end_matches('_').to_owned();
    match name {
        name if is_identifier(&name) => name,
        name if name.is_empty() => "rule_".to_owned(),
        name => format!("_{name}"),
    }
}
