//! A rules file, the lexicons it names, and what is wrong with it.

use anyhow::{Context as _, Result, bail};
use hunch_engine::{Lexicon, Lexicons, Program, Stored, Weights};
use hunch_rules::ast::{Item, LexiconTerms};
use hunch_rules::{Compiled, Diagnostic, LexiconDef, LineIndex, Schema, Severity, Source};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// Most bytes of a lexicon's file.
const LEXICON_BYTES: u64 = 1 << 30;

/// `--lexicon NAME=FILE`
#[derive(Debug, Clone)]
pub(crate) struct LexiconFile {
    name: String,
    path: PathBuf,
}

impl FromStr for LexiconFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, path)) if !name.is_empty() && !path.is_empty() => {
                Ok(Self { name: name.trim_start_matches('@').to_owned(), path: path.into() })
            }
            _ => Err("write NAME=FILE".to_owned()),
        }
    }
}

/// Rules and lexicons, read but not checked.
pub(crate) struct RulesFile {
    /// As the person named it.
    name: String,
    text: String,
    /// By name.
    lexicons: BTreeMap<String, LexiconDef>,
    /// By hash.
    terms: Lexicons,
}

impl RulesFile {
    /// Reads a rules file and its lexicons: those given, and those of its `lexicon NAME = file "…"` lines, whose paths
    /// start at the rules file's folder.
    pub(crate) fn read(path: &Path, lexicons: &[LexiconFile]) -> Result<Self> {
        let name = path.display().to_string();
        let text = read_text(path)?;
        let mut file = Self { name, text, lexicons: BTreeMap::new(), terms: Lexicons::new() };
        for lexicon in lexicons {
            file.add_lexicon(&lexicon.name, &lexicon.path)?;
        }
        let (tree, _) = hunch_rules::parse(&file.text);
        let folder = path.parent().unwrap_or(Path::new(""));
        for item in tree.items {
            if let Item::Lexicon(lexicon) = item
                && let LexiconTerms::File(terms) = &lexicon.terms
                && !file.lexicons.contains_key(&lexicon.name.text)
            {
                file.add_lexicon(&lexicon.name.text, &folder.join(&terms.text))?;
            }
        }
        Ok(file)
    }

    /// What the file says, as spans of diagnostics count it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text with its name.
    pub(crate) fn source(&self) -> Source<'_> {
        Source { name: &self.name, text: &self.text }
    }

    /// The terms of its lexicons in writing, by their hash.
    pub(crate) fn lexicon_terms(&self) -> BTreeMap<String, Vec<String>> {
        self.terms.iter().map(|(hash, lexicon)| (hash.clone(), lexicon.terms().to_vec())).collect()
    }

    /// The terms of its lexicons, by their hash.
    pub(crate) fn terms(&self) -> &Lexicons {
        &self.terms
    }

    fn add_lexicon(&mut self, name: &str, path: &Path) -> Result<()> {
        let reading = || format!("cannot read the lexicon `{name}`");
        let size = fs::metadata(path)
            .with_context(|| format!("cannot read {}", path.display()))
            .with_context(reading)?;
        if size.len() > LEXICON_BYTES {
            bail!("the lexicon `{name}` has more than {LEXICON_BYTES} bytes");
        }
        let text = read_text(path).with_context(reading)?;
        let terms = hunch_rules::normalize_terms(text.lines().map(str::to_owned));
        let hash = hunch_rules::lexicon_hash(&terms);
        self.terms.insert(hash.clone(), Arc::new(Lexicon::new(terms)));
        self.lexicons.insert(name.to_owned(), LexiconDef { name: name.to_owned(), hash });
        Ok(())
    }

    /// Checks the rules against a schema, to which the file's lexicons are added.
    pub(crate) fn compile(&self, mut schema: Schema) -> Compiled {
        schema.lexicons = self.lexicons.values().cloned().collect();
        hunch_rules::compile(&[Source { name: &self.name, text: &self.text }], &schema)
    }

    /// The rules ready to be evaluated; if one has errors, they are shown and nothing is evaluated.
    pub(crate) fn programs(&self, compiled: &Compiled, weights: &Weights) -> Result<Vec<Program>> {
        if self.show(&compiled.diagnostics)? > 0 {
            bail!("{} has errors; nothing was evaluated", self.name);
        }
        let stored = Stored { lexicons: &self.terms, weights };
        let program = |rule: &hunch_rules::CompiledRule| {
            let line = LineIndex::new(&self.text).line_column(rule.span.start).0;
            Program::compile(&rule.plan, stored)
                .with_context(|| format!("{}:{line}: rule `{}`", self.name, rule.name))
        };
        compiled.rules.iter().map(program).collect()
    }

    /// Writes diagnostics to standard error, each with file, line and column; gives the number of errors.
    pub(crate) fn show(&self, diagnostics: &[Diagnostic]) -> io::Result<usize> {
        show(&self.name, &self.text, diagnostics)
    }
}

/// Writes diagnostics of a text to standard error: `file:line:column: error[code]: message`; gives the number of errors.
pub(crate) fn show(name: &str, text: &str, diagnostics: &[Diagnostic]) -> io::Result<usize> {
    let lines = LineIndex::new(text);
    let mut out = io::stderr().lock();
    for diagnostic in diagnostics {
        let (line, column) = lines.line_column(diagnostic.span.start);
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(out, "{name}:{line}:{column}: {severity}[{}]: {}", diagnostic.code, diagnostic.message)?;
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  help: {help}")?;
        }
    }
    Ok(diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count())
}

/// A text file without its byte-order mark.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut text =
        String::from_utf8(bytes).with_context(|| format!("{} is not a text in UTF-8", path.display()))?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}
