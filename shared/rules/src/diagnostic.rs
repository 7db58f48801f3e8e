//! What is wrong with a source, where, and what to do about it.

use crate::limits;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A stretch of a source, in UTF-8 bytes from its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From `start` to before `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// From the start of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.end) }
    }

    /// Whether `other` begins inside, or at the end.
    pub fn holds(self, other: Self) -> bool {
        self.start <= other.start && other.start <= self.end
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The rule, or the line, is not used.
    Error,
    /// The rule is used; it may not mean what its author thinks.
    Warning,
}

/// One thing that is wrong with a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Index into the sources given to [`crate::compile`].
    pub source: usize,
    /// Where.
    pub span: Span,
    /// A stable name of the kind of mistake, one of [`code`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, and what was expected.
    pub message: String,
    /// What to do, such as the nearest known name.
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.help {
            Some(help) => write!(f, "{} ({help})", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// The codes of diagnostics. They are stable: programs and documentation may name them.
pub mod code {
    /// The text does not follow the grammar.
    pub const SYNTAX: &str = "syntax";
    /// A string, regular expression, number or name is not well written.
    pub const LITERAL: &str = "literal";
    /// A limit of the language is exceeded: see [`crate::limits`].
    pub const LIMIT: &str = "limit";
    /// A regular expression that cannot be used.
    pub const REGEX: &str = "regex";
    /// A label outside the label set.
    pub const UNKNOWN_LABEL: &str = "unknown_label";
    /// A column the corpus does not have.
    pub const UNKNOWN_COLUMN: &str = "unknown_column";
    /// A lexicon that is neither in the source nor in the project.
    pub const UNKNOWN_LEXICON: &str = "unknown_lexicon";
    /// A rule that does not exist.
    pub const UNKNOWN_RULE: &str = "unknown_rule";
    /// An external source that does not exist.
    pub const UNKNOWN_SOURCE: &str = "unknown_source";
    /// A function, or a class of `share`, that does not exist.
    pub const UNKNOWN_FUNCTION: &str = "unknown_function";
    /// A name that is given twice.
    pub const DUPLICATE: &str = "duplicate";
    /// A `labels` line is missing.
    pub const NO_LABELS: &str = "no_labels";
    /// A `labels` line differs from the label set.
    pub const LABELS_DIFFER: &str = "labels_differ";
    /// A value of the wrong type.
    pub const TYPE: &str = "type";
    /// A value that cannot be right, such as the 31st of February or an empty term.
    pub const VALUE: &str = "value";
    /// Rules that name each other in a circle.
    pub const CYCLE: &str = "cycle";
    /// A rule or lexicon that cannot be used because what it names has an error of its own.
    pub const BROKEN_REFERENCE: &str = "broken_reference";
    /// A clause that can never be reached (warning).
    pub const UNREACHABLE: &str = "unreachable";
    /// A condition that always comes out the same (warning).
    pub const CONSTANT: &str = "constant";

    /// All of them, in the order of `docs/errors.md`.
    pub const ALL: &[&str] = &[
        SYNTAX,
        LITERAL,
        LIMIT,
        REGEX,
        UNKNOWN_LABEL,
        UNKNOWN_COLUMN,
        UNKNOWN_LEXICON,
        UNKNOWN_RULE,
        UNKNOWN_SOURCE,
        UNKNOWN_FUNCTION,
        DUPLICATE,
        NO_LABELS,
        LABELS_DIFFER,
        TYPE,
        VALUE,
        CYCLE,
        BROKEN_REFERENCE,
        UNREACHABLE,
        CONSTANT,
    ];
}

/// Collects the diagnostics of one source, up to [`limits::DIAGNOSTICS`].
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    source: usize,
    list: Vec<Diagnostic>,
    /// Errors reported, kept or not.
    errors: usize,
}

impl Diagnostics {
    pub(crate) fn new(source: usize) -> Self {
        Self { source, ..Self::default() }
    }

    /// Reports an error.
    pub(crate) fn error(&mut self, span: Span, code: &'static str, message: impl Into<String>) {
        self.push(span, code, Severity::Error, message.into(), None);
    }

    /// Reports an error with advice, if there is some.
    pub(crate) fn error_with(
        &mut self,
        span: Span,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        self.push(span, code, Severity::Error, message.into(), help.into());
    }

    /// Reports a warning.
    pub(crate) fn warn(&mut self, span: Span, code: &'static str, message: impl Into<String>, help: &str) {
        self.push(span, code, Severity::Warning, message.into(), Some(help.to_owned()));
    }

    /// How many errors were reported so far.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether an error that begins in a stretch was reported.
    pub(crate) fn error_in(&self, span: Span) -> bool {
        self.list.iter().any(|found| found.severity == Severity::Error && span.holds(found.span))
    }

    /// Whether a diagnostic of a code was reported.
    pub(crate) fn reported(&self, code: &str) -> bool {
        self.list.iter().any(|found| found.code == code)
    }

    /// Whether there are more problems than are kept, so that nothing can be said about any one part of the source.
    pub(crate) fn overflowed(&self) -> bool {
        self.list.len() > limits::DIAGNOSTICS
    }

    /// The diagnostics by position.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        self.list
    }

    fn push(
        &mut self,
        span: Span,
        code: &'static str,
        severity: Severity,
        message: String,
        help: Option<String>,
    ) {
        self.errors += usize::from(severity == Severity::Error);
        let source = self.source;
        if self.list.len() < limits::DIAGNOSTICS {
            self.list.push(Diagnostic { source, span, code, severity, message, help });
        } else if self.list.len() == limits::DIAGNOSTICS {
            let message = format!("more than {} problems: the rest is not listed", limits::DIAGNOSTICS);
            self.list.push(Diagnostic {
                source,
                span,
                code: code::LIMIT,
                severity: Severity::Error,
                message,
                help: None,
            });
        }
    }
}
