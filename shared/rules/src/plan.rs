//! Plans: what a checked rule means, free of its spelling.
//!
//! A plan is the contract between the language and the engine.
//! Names are resolved (labels are indexes, columns exist and have the right type, lexicons carry their content hash),
//! so evaluating a plan cannot fail on the plan's account.
//! Two rules that mean the same after normalization have the same [`Plan::key`].

mod likeness;
mod references;

pub use likeness::{ExampleKind, Examples, LexiconExamples, Likeness};

use serde::{Deserialize, Serialize};

/// The index of a label in the project's ordered label set; never negative here, abstaining is the absence of a label.
pub type LabelIndex = u16;

/// A checked rule: the first clause whose condition is true gives the vote, none means abstain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The rule's name; it does not enter [`Plan::key`].
    pub name: String,
    /// Clauses in the order they are tried.
    pub clauses: Vec<Clause>,
}

/// One `LABEL when …` or `LABEL otherwise` line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// What the clause votes.
    pub label: LabelIndex,
    /// When it does; `otherwise` is [`Condition::Always`].
    pub when: Condition,
}

/// A condition under three-valued logic: true, false, or unknown where a value is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// True on every row.
    Always,
    /// True if all are, false if one is false.
    All(Vec<Condition>),
    /// True if one is, false if all are false.
    Any(Vec<Condition>),
    /// Unknown stays unknown.
    Not(Box<Condition>),
    /// True if at least `n` are true, false if fewer than `n` are true or unknown.
    AtLeast {
        /// How many must hold.
        n: u32,
        /// Of these.
        of: Vec<Condition>,
    },
    /// A leaf, evaluated over a whole chunk and cached by its key.
    Is(Predicate),
}

/// A leaf condition: depends on one row and constants only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    /// `text has any ("a", "b")`, `text contains exactly "x"`, `text has @shops`.
    Match(TextMatch),
    /// `text ~ /…/i`. Validated against the limits of the language.
    Regex {
        /// Text column.
        column: String,
        /// Pattern in the syntax of the `regex` crate, without delimiters, `\/` unescaped.
        pattern: String,
        /// The `/i` flag.
        ignore_case: bool,
    },
    /// `words(text) < 6`; both sides have the same type.
    Compare {
        /// Left side.
        left: Scalar,
        /// Operator.
        op: CompareOp,
        /// Right side.
        right: Scalar,
    },
    /// `country in ("DE", "AT")`.
    In {
        /// The value looked for.
        value: Scalar,
        /// Constants of the value's type.
        list: Vec<Value>,
    },
    /// `stars is missing`; never unknown itself.
    Missing {
        /// The value that may be missing.
        value: Scalar,
    },
    /// A boolean column standing alone.
    Truth {
        /// Boolean column.
        column: String,
    },
}

/// A search for terms in a text column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextMatch {
    /// Text or category column.
    pub column: String,
    /// Where a term must stand.
    pub place: MatchPlace,
    /// Compare code points as they are; otherwise both sides are case-folded.
    pub exact: bool,
    /// Whether one term is enough.
    pub quantifier: Quantifier,
    /// What is looked for; never empty.
    pub terms: Terms,
    /// What must stand near it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<Near>,
}

/// Other terms near those of a search: `within 3 words of "entry" in order`.
///
/// A stretch of text is near another that it does not overlap if at most `words - 1` whole words stand between them, or,
/// with `words` 0, if both are in one word. With [`Quantifier::All`] on this side each of these terms must be near the same
/// stretch; with it on the other side each of those terms must stand somewhere near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// How far apart they may be: neighbours are one word apart.
    pub words: u32,
    /// What must stand near; never empty. It is looked for as the first terms are, after `starts with` and `ends with` as
    /// whole words.
    pub terms: Terms,
    /// Whether one of these is enough.
    pub quantifier: Quantifier,
    /// It must stand behind what it is near to.
    pub in_order: bool,
}

/// Where in the text a term must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MatchPlace {
    /// `contains`: anywhere.
    Anywhere,
    /// `has`: as a whole word or phrase: the code points before and after are not `\w`, or the term's own edge is not.
    Word,
    /// `starts with`: at the start of the text.
    TextStart,
    /// `ends with`: at the end of the text.
    TextEnd,
    /// `has prefix`: at the start of a word.
    WordStart,
    /// `has suffix`: at the end of a word.
    WordEnd,
}

/// Whether one of several terms is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Quantifier {
    /// One term is enough.
    Any,
    /// Every term must match.
    All,
}

/// The terms of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terms {
    /// Written in the rule, or in a `lexicon NAME = (…)` line of the same file; sorted and without repeats.
    List(Vec<String>),
    /// A stored lexicon, whose terms the evaluator is given separately.
    Lexicon {
        /// Its name, for messages only; not serialized, because renaming a lexicon changes no vote.
        #[serde(skip_serializing, default)]
        name: String,
        /// BLAKE3 of its terms, hex: see [`crate::lexicon_hash`].
        hash: String,
    },
}

/// A value computed from a row; it may be missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    /// A constant.
    Const(Value),
    /// An attribute.
    Column(String),
    /// Number of words of a text column: maximal runs of `\w`.
    Words(String),
    /// Number of code points of a text column.
    Length(String),
    /// Number of non-overlapping matches.
    Count {
        /// Text column.
        column: String,
        /// What is counted.
        of: Counted,
    },
    /// Share of a text column's code points that are of the class; missing for the empty text.
    Share {
        /// Text column.
        column: String,
        /// Class of code points.
        class: CharClass,
    },
    /// Arithmetic on numbers; a division by zero is missing.
    Arithmetic {
        /// Operator.
        op: ArithmeticOp,
        /// Left operand.
        left: Box<Scalar>,
        /// Right operand.
        right: Box<Scalar>,
    },
    /// The vote of another rule of the file; `-1` while it abstains, so `vote(x) = SPAM` is false then, not unknown.
    RuleVote {
        /// The other rule's plan, without its name: a cycle is impossible by construction.
        clauses: Vec<Clause>,
    },
    /// The vote of an external source: missing where the source has none.
    SourceVote(String),
    /// The probability an external source gives to a label: missing where the source has none.
    SourceProbability {
        /// The source's name.
        source: String,
        /// The label.
        label: LabelIndex,
    },
    /// The mean cosine with the most similar examples; missing where the row has nothing to compare.
    Similar(Likeness),
    /// The place in the list, from 1, of the `best`-th most similar example, of equally similar ones the earlier;
    /// missing where fewer examples have anything in common with the row.
    Nearest(Likeness),
}

/// What `count` counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Matches of a regular expression.
    Regex {
        /// Pattern, as in [`Predicate::Regex`].
        pattern: String,
        /// The `/i` flag.
        ignore_case: bool,
    },
    /// Whole-word occurrences of any of the terms, case-folded.
    Terms(Terms),
}

/// Classes of code points for `share`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CharClass {
    /// `\p{Uppercase}`
    Uppercase,
    /// `\p{Lowercase}`
    Lowercase,
    /// `\p{Alphabetic}`
    Letters,
    /// `\p{Nd}`
    Digits,
    /// `\p{White_Space}`
    Spaces,
    /// `\p{P}`
    Punctuation,
    /// `\p{Emoji_Presentation}` and emoji sequences' variation selector
    Emoji,
    /// Anything beyond ASCII.
    NonAscii,
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CompareOp {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
}

/// Arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// Text, compared under case folding.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// Days since 1970-01-01 in the proleptic Gregorian calendar.
    Date(i32),
    /// A label, on the other side of a vote.
    Label(LabelIndex),
}

/// Types of columns and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Free text, searched.
    Text,
    /// 64-bit float.
    Number,
    /// Boolean.
    Bool,
    /// Calendar day.
    Date,
    /// One of few strings, compared under case folding; may be searched as text too.
    Category,
    /// So many 32-bit floats, compared with examples by their angle.
    Vector(u32),
}

impl Plan {
    /// The content address of what the rule means: BLAKE3 (hex) of the canonical JSON of its clauses.
    ///
    /// Names, comments and spelling do not enter; lexicons and referenced rules do, by content.
    pub fn key(&self) -> String {
        canonical_hash(&self.clauses)
    }

    /// The labels the rule can vote, ascending and without repeats.
    pub fn labels(&self) -> Vec<LabelIndex> {
        let mut labels: Vec<_> = self.clauses.iter().map(|clause| clause.label).collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }
}

impl CharClass {
    /// The class as a regular expression, without the brackets around it.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Uppercase => r"\p{Uppercase}",
            Self::Lowercase => r"\p{Lowercase}",
            Self::Letters => r"\p{Alphabetic}",
            Self::Digits => r"\p{Nd}",
            Self::Spaces => r"\p{White_Space}",
            Self::Punctuation => r"\p{P}",
            Self::Emoji => r"\p{Emoji_Presentation}\u{FE0F}",
            Self::NonAscii => r"[^\x00-\x7F]",
        }
    }
}

impl Predicate {
    /// The content address of the predicate, for caches.
    pub fn key(&self) -> String {
        canonical_hash(self)
    }
}

/// BLAKE3 (hex) of a value's canonical JSON: sorted keys, no spaces, UTF-8.
pub fn canonical_hash<T: Serialize>(value: &T) -> String {
    // `serde_json::Value` keeps its keys sorted (the `preserve_order` feature is banned in the workspace), plans hold
    // no map with keys that are not strings and no number that is not finite, so both steps are infallible here.
    let json = serde_json::to_value(value).map(|value| value.to_string()).unwrap_or_default();
    blake3::hash(json.as_bytes()).to_hex().to_string()
}
