//! Regular expressions: the one way they are built, and what is wrong with those that cannot be.

use crate::diagnostic::{Diagnostics, Span, code};
use crate::{ast, limits};
use regex_syntax::hir::{Hir, HirKind};

/// Builds a regular expression of the language; the check and every evaluator use this, so that they agree.
///
/// # Errors
/// When the pattern does not parse or exceeds the limits of the language; never for a pattern in a [`crate::Plan`].
pub fn build_regex(pattern: &str, ignore_case: bool) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .size_limit(limits::COMPILED_REGEX_BYTES)
        .nest_limit(NEST_LIMIT)
        .build()
}

/// Groups, repetitions and alternatives within one another.
const NEST_LIMIT: u32 = 64;

/// Whether a pattern that parses can be built: what is wrong with it, as a sentence.
pub(crate) type BuildCheck = fn(pattern: &str, ignore_case: bool) -> Result<(), String>;

/// Builds the pattern: the only way to know how large it becomes.
pub(crate) fn builds(pattern: &str, ignore_case: bool) -> Result<(), String> {
    build_regex(pattern, ignore_case).map(drop).map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => format!("it needs more than {limit} bytes when compiled"),
        other => other.to_string(),
    })
}

/// Checks a regular expression; true if it can be used.
pub(crate) fn check_regex(regex: &ast::Regex, builds: BuildCheck, diagnostics: &mut Diagnostics) -> bool {
    if regex.pattern.is_empty() || regex.pattern.chars().count() > limits::PATTERN_CHARS {
        return false; // the parser has said so
    }
    let parsed = regex_syntax::ParserBuilder::new()
        .case_insensitive(regex.ignore_case)
        .nest_limit(NEST_LIMIT)
        .build()
        .parse(&regex.pattern);
    let (message, at) = match &parsed {
        Err(regex_syntax::Error::Parse(error)) if is_too_deep(error) => {
            let span = span_in_source(regex, error.span().start.offset, error.span().end.offset);
            let message = format!("the regular expression nests too deeply: at most {NEST_LIMIT} levels");
            diagnostics.error_with(span, code::LIMIT, message, advice("nest").map(str::to_owned));
            return false;
        }
        Ok(hir) if repetitions(hir) > u64::from(limits::REPETITIONS) => {
            let message = format!(
                "the regular expression repeats a part {} times; at most {} are possible",
                repetitions(hir),
                limits::REPETITIONS
            );
            let help = "use smaller numbers in `{…}`, or `+`: within one another they multiply".to_owned();
            diagnostics.error_with(regex.span, code::LIMIT, message, help);
            return false;
        }
        Err(regex_syntax::Error::Parse(error)) => (error.kind().to_string(), Some(error.span())),
        Err(regex_syntax::Error::Translate(error)) => (error.kind().to_string(), Some(error.span())),
        Err(other) => (other.to_string(), None),
        Ok(_) => match builds(&regex.pattern, regex.ignore_case) {
            Ok(()) => return true,
            Err(message) => (message, None),
        },
    };
    let span = at.map_or(regex.span, |at| span_in_source(regex, at.start.offset, at.end.offset));
    let help = advice(&message).map(str::to_owned);
    diagnostics.error_with(
        span,
        code::REGEX,
        format!("the regular expression cannot be used: {message}"),
        help,
    );
    false
}

/// Where a stretch of the pattern stands in the source, where slashes have a backslash before them.
fn span_in_source(regex: &ast::Regex, start: usize, end: usize) -> Span {
    let offset = |at: usize| {
        let before = regex.pattern.get(..at).unwrap_or(&regex.pattern);
        regex.span.start + 1 + at + before.matches('/').count()
    };
    Span::new(offset(start), offset(end))
}

fn is_too_deep(error: &regex_syntax::ast::Error) -> bool {
    matches!(error.kind(), regex_syntax::ast::ErrorKind::NestLimitExceeded(_))
}

/// How many copies of a part a compiled expression has: what makes it large.
fn repetitions(hir: &Hir) -> u64 {
    let inside = |parts: &[Hir]| parts.iter().map(repetitions).max().unwrap_or(1);
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            let count = u64::from(repetition.max.unwrap_or(repetition.min).max(repetition.min).max(1));
            count.saturating_mul(repetitions(&repetition.sub))
        }
        HirKind::Capture(capture) => repetitions(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => inside(parts),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => 1,
    }
}

fn advice(message: &str) -> Option<&'static str> {
    if message.contains("look-around") || message.contains("backreference") {
        Some(
            "the language keeps to expressions that take linear time; combine two conditions with `and` instead",
        )
    } else if message.contains("bytes when compiled") {
        Some("use smaller repetition counts, or `[a-z]` instead of `\\w`")
    } else if message.contains("nest") {
        Some("use fewer groups within one another")
    } else {
        None
    }
}
