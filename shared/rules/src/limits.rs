//! The limits of the language. Each is checked before anything large is built, and has a diagnostic of code `limit`.

/// Bytes of one source text.
pub const SOURCE_BYTES: usize = 1 << 20;

/// Rules in one source.
pub const RULES: usize = 1_000;

/// Labels of a label set.
pub const LABELS: usize = 1_000;

/// Code points of a regular expression.
pub const PATTERN_CHARS: usize = 1_000;

/// Bytes a regular expression may take when compiled.
pub const COMPILED_REGEX_BYTES: usize = 1 << 20;

/// How often a regular expression may repeat a part: numbers of repetitions within one another multiply.
pub const REPETITIONS: u32 = 1_000;

/// Distinct regular expressions in one compilation: each costs up to a few milliseconds to check.
pub const REGEXES: usize = 1_000;

/// How deep parentheses, `not` and `at least` may nest in a source, and groups in a regular expression.
pub const NESTING: usize = 64;

/// Members of a list written in a rule, and terms of a lexicon written in a source. Longer lists are project lexicons.
pub const LIST_TERMS: usize = 10_000;

/// Code points of one term that a rule or a lexicon of a source looks for.
pub const TERM_CHARS: usize = 1_000;

/// Words that `within` may reach over.
pub const NEAR_WORDS: u32 = 1_000;

/// Terms of an `all (…)` beside `within`: each is tried with each of the other side.
pub const NEAR_ALL_TERMS: usize = 100;

/// Examples of one `similar` or `nearest`: each may be compared with every row.
pub const EXAMPLES: usize = 1_000;

/// Numbers of a vector.
pub const VECTOR_NUMBERS: usize = 8_192;

/// So many numbers of an example count as one part of a plan.
pub const PART_NUMBERS: usize = 16;

/// Parts of one rule's plan: conditions, values and terms, those of the rules it names counted too.
pub const PLAN_PARTS: usize = 50_000;

/// Parts of all plans of one compilation that are copied from lexicons written in a source and from other rules.
pub const COPIED_PARTS: usize = 1_000_000;

/// How deep a plan may nest, counted in levels of its JSON, so that any JSON reader takes it (many stop at 128).
pub const PLAN_DEPTH: usize = 120;

/// How deep the JSON of a file's tree may nest, for the same reason.
pub const TREE_DEPTH: usize = 120;

/// Copies of a document that one policy makes.
pub const COPIES: u32 = 100;

/// Transformations of one policy.
pub const STEPS: usize = 20;

/// Diagnostics of one source; a text with more of them is not a rules file.
pub const DIAGNOSTICS: usize = 200;
