//! What differs between the dialects.

use crate::export::pattern::Flavor;

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// 1.3 and later.
    DuckDb,
    /// 3.4 and later.
    Spark,
    /// 15 and later, in a database of encoding UTF8.
    Postgres,
}

/// Bytes of a text that regular expressions search: `hunch_engine::REGEX_TEXT_BYTES`.
const SEARCHED_BYTES: usize = 1 << 20;

impl Dialect {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::DuckDb => "DuckDB",
            Self::Spark => "Spark",
            Self::Postgres => "Postgres",
        }
    }

    pub(super) fn flavor(self) -> Flavor {
        match self {
            Self::DuckDb => Flavor::Re2,
            Self::Spark => Flavor::Java,
            Self::Postgres => Flavor::Postgres,
        }
    }

    /// The name of a column or table.
    pub(super) fn name(self, name: &str) -> String {
        match self {
            Self::Spark => format!("`{}`", name.replace('`', "``")),
            Self::DuckDb | Self::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// A regular expression as a literal. In Spark it has no quote, and a raw literal does not depend on how Spark is set.
    pub(super) fn pattern(self, pattern: &str) -> String {
        match self {
            Self::Spark => format!("r'{pattern}'"),
            Self::DuckDb | Self::Postgres => format!("'{}'", pattern.replace('\'', "''")),
        }
    }

    /// Whether an expression matches a text.
    pub(super) fn matches(self, text: &str, pattern: &str) -> String {
        let pattern = self.pattern(pattern);
        match self {
            Self::DuckDb => format!("regexp_matches({text}, {pattern})"),
            Self::Spark => format!("({text} RLIKE {pattern})"),
            Self::Postgres => format!("({text} ~ {pattern})"),
        }
    }

    /// How often an expression matches in a text; missing where the text is.
    pub(super) fn count(self, text: &str, pattern: &str) -> String {
        let pattern = self.pattern(pattern);
        match self {
            Self::DuckDb => format!("len(regexp_extract_all({text}, {pattern}))"),
            Self::Spark => format!("array_size(regexp_extract_all({text}, {pattern}, 0))"),
            Self::Postgres => format!("regexp_count({text}, {pattern})"),
        }
    }

    /// How many words of a text an expression matches as a whole, for a dialect that cannot look beside a match.
    pub(super) fn count_words(text: &str, word: &str, pattern: &str) -> String {
        let (word, pattern) = (Self::DuckDb.pattern(word), Self::DuckDb.pattern(pattern));
        format!(
            "len(list_filter(regexp_extract_all({text}, {word}), lambda word: regexp_full_match(word, {pattern})))"
        )
    }

    /// The text without what an expression matches.
    pub(super) fn without(self, text: &str, pattern: &str) -> String {
        let pattern = self.pattern(pattern);
        match self {
            Self::Spark => format!("regexp_replace({text}, {pattern}, '')"),
            Self::DuckDb | Self::Postgres => format!("regexp_replace({text}, {pattern}, '', 'g')"),
        }
    }

    /// Code points of a text.
    pub(super) fn length(self, text: &str) -> String {
        match self {
            Self::DuckDb => format!("length({text})"),
            Self::Spark | Self::Postgres => format!("char_length({text})"),
        }
    }

    pub(super) fn double(self, value: &str) -> String {
        let double = if self == Self::Postgres { "DOUBLE PRECISION" } else { "DOUBLE" };
        format!("CAST({value} AS {double})")
    }

    /// A column of numbers, where what is not finite is missing.
    pub(super) fn number_or_missing(self, column: &str) -> String {
        self.finite_or_missing(&format!("NULLIF({}, {})", self.double(column), self.double("'NaN'")))
    }

    /// What is calculated, missing where it is not finite. Postgres stops with an error there.
    pub(super) fn calculated(self, value: &str) -> String {
        if self == Self::Postgres { format!("({value})") } else { self.finite_or_missing(value) }
    }

    fn finite_or_missing(self, value: &str) -> String {
        let (most, least) = (self.double("'Infinity'"), self.double("'-Infinity'"));
        format!("NULLIF(NULLIF({value}, {most}), {least})")
    }

    pub(super) fn text(self, column: &str) -> String {
        let text = match self {
            Self::DuckDb => "VARCHAR",
            Self::Spark => "STRING",
            Self::Postgres => "TEXT",
        };
        format!("CAST({column} AS {text})")
    }

    /// A text as regular expressions search it. Of a longer one rules search the beginning only; here the query stops.
    pub(super) fn searched(self, text: &str) -> String {
        let (length, error) = match self {
            Self::DuckDb => ("strlen", "error('a text of more than 1 MiB')".to_owned()),
            Self::Spark => ("octet_length", "raise_error('a text of more than 1 MiB')".to_owned()),
            // There is no function that fails; this cast does, for every text of such a length.
            Self::Postgres => (
                "octet_length",
                format!("CAST(CAST(left({text}, 0) || 'a text of more than 1 MiB' AS INTEGER) AS TEXT)"),
            ),
        };
        format!("CASE WHEN {length}({text}) > {SEARCHED_BYTES} THEN {error} ELSE {text} END")
    }
}
