//! The words and signs of the language, each in one place for all who read or write them.

use crate::plan::{ArithmeticOp, CharClass, CompareOp, MatchPlace, Quantifier};

/// Words that cannot be the name of anything unless quoted.
pub(crate) const RESERVED: &[&str] = &[
    "all",
    "and",
    "any",
    "augment",
    "contains",
    "false",
    "has",
    "in",
    "is",
    "labels",
    "lexicon",
    "not",
    "or",
    "otherwise",
    "rule",
    "true",
    "when",
];

/// Words that begin a top-level line.
pub(crate) const TOP_LEVEL: &[&str] = &["rule", "lexicon", "labels", "augment"];

pub(crate) const COMPARISONS: &[(&str, CompareOp)] = &[
    ("<", CompareOp::Less),
    ("<=", CompareOp::LessOrEqual),
    ("=", CompareOp::Equal),
    ("!=", CompareOp::NotEqual),
    (">=", CompareOp::GreaterOrEqual),
    (">", CompareOp::Greater),
];

/// Signs of sums.
pub(crate) const SUMS: &[(&str, ArithmeticOp)] = &[("+", ArithmeticOp::Add), ("-", ArithmeticOp::Subtract)];

/// Signs of products.
pub(crate) const PRODUCTS: &[(&str, ArithmeticOp)] =
    &[("*", ArithmeticOp::Multiply), ("/", ArithmeticOp::Divide)];

/// Searches in a text; those of two words come before the one they begin with.
pub(crate) const SEARCHES: &[(&str, MatchPlace)] = &[
    ("has prefix", MatchPlace::WordStart),
    ("has suffix", MatchPlace::WordEnd),
    ("has", MatchPlace::Word),
    ("contains", MatchPlace::Anywhere),
    ("starts with", MatchPlace::TextStart),
    ("ends with", MatchPlace::TextEnd),
];

pub(crate) const QUANTIFIERS: &[(&str, Quantifier)] = &[("any", Quantifier::Any), ("all", Quantifier::All)];

/// Functions and how each is used.
pub(crate) const FUNCTIONS: &[(&str, &str)] = &[
    ("count", "count(text, /!/)"),
    ("date", "date(\"2020-01-31\")"),
    ("length", "length(text)"),
    ("nearest", "nearest(text, (\"first example\", \"second example\"))"),
    ("prob", "prob(\"source\", LABEL)"),
    ("share", "share(text, uppercase)"),
    ("similar", "similar(text, (\"first example\", \"second example\"))"),
    ("vote", "vote(rule)"),
    ("words", "words(text)"),
];

/// Transformations of `augment` lines and how each is used.
pub(crate) const TRANSFORMATIONS: &[(&str, &str)] = &[
    ("swap", "swap(1)"),
    ("delete", "delete(0.1)"),
    ("insert", "insert(0.1, @lexicon)"),
    ("replace", "replace(0.1, @lexicon)"),
    ("typo", "typo(0.05)"),
    ("case", "case(0.1)"),
    ("punctuation", "punctuation(0.1)"),
    ("shuffle", "shuffle()"),
    ("eda", "eda(0.1, @synonyms)"),
    ("drop", "drop(0.1)"),
    ("jitter", "jitter(column, 0.1)"),
    ("resample", "resample(column)"),
];

/// The classes of `share`.
pub(crate) const CLASSES: &[(&str, CharClass)] = &[
    ("uppercase", CharClass::Uppercase),
    ("lowercase", CharClass::Lowercase),
    ("letters", CharClass::Letters),
    ("digits", CharClass::Digits),
    ("spaces", CharClass::Spaces),
    ("punctuation", CharClass::Punctuation),
    ("emoji", CharClass::Emoji),
    ("non_ascii", CharClass::NonAscii),
];

/// The words of a table.
pub(crate) fn words_of<T>(table: &'static [(&'static str, T)]) -> impl Iterator<Item = &'static str> {
    table.iter().map(|(word, _)| *word)
}

/// What a word means.
pub(crate) fn meaning<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}

/// How a meaning is written; every meaning is in its table.
pub(crate) fn word_for<T: PartialEq>(table: &[(&'static str, T)], meaning: &T) -> &'static str {
    table.iter().find(|(_, known)| known == meaning).map_or("", |(word, _)| *word)
}
