//! From the tree to plans: names, types, labels, cycles and limits.

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::parser::parse_into;
use crate::plan::Plan;
use crate::schema::Schema;

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

/// Compiles sources against a schema. Never fails: rules with errors are left out and every error is listed.
///
/// The rules of all sources see each other by name; `lexicon` lines are local to their source.
pub fn compile(sources: &[Source<'_>], schema: &Schema) -> Compiled {
    let mut compiled = Compiled { labels: schema.labels.clone(), ..Compiled::default() };
    for (index, source) in sources.iter().enumerate() {
        let mut diagnostics = Diagnostics::new(index);
        parse_into(source.text, &mut diagnostics);
        compiled.diagnostics.extend(diagnostics.finish());
    }
    compiled
}
