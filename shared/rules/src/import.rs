//! Rules from the files of other tools: keyword lists, tables of regular expressions, Prodigy's `patterns.jsonl`, Argilla's
//! `query,label`.
//!
//! What a file says becomes the text of a rules file, which people read and edit from then on. A line that cannot become
//! part of a rule is named with its reason; no line is lost silently.

mod argilla;
mod draft;
mod keywords;
mod prodigy;
mod query;
mod regex_table;
mod table;

use crate::check::Compiler;
use draft::Draft;
use std::collections::BTreeSet;
use std::str::FromStr;

/// Bytes of a file to import.
pub const IMPORT_BYTES: usize = 16 << 20;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Words and phrases, one a line; with a label before each and a tab between, or for one label.
    Keywords,
    /// A header and lines `label<TAB>regex`; searched ignoring case.
    RegexTable,
    /// Prodigy's or spaCy's `patterns.jsonl`: `{"label": "SPAM", "pattern": …}`.
    Prodigy,
    /// CSV with the columns `query` and `label`, as Argilla 1 keeps its rules.
    Argilla,
}

/// What the caller knows beside the file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// What the file holds; found out unless given.
    pub format: Option<Format>,
    /// The label set in order; without it, labels come in the order of the file.
    pub labels: &'a [String],
    /// The label of words that stand without one.
    pub label: Option<&'a str>,
    /// Names that new rules must not have.
    pub taken: Option<&'a BTreeSet<String>>,
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What the file was read as.
    pub format: Format,
    /// The label set, in order.
    pub labels: Vec<String>,
    /// A rules file in canonical spelling.
    pub rules: String,
    /// How many entries of the file are in it.
    pub entries: usize,
    /// Rules whose name was taken: the name they would have, and the one they have.
    pub renamed: Vec<(String, String)>,
    /// The others, by line.
    pub skipped: Vec<Skipped>,
}

/// A line that is not in the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// From 1.
    pub line: usize,
    /// Why, as a sentence without a full stop.
    pub reason: String,
}

/// Why nothing of a file can be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It exceeds [`IMPORT_BYTES`].
    #[error("the file has more than {} MiB", IMPORT_BYTES >> 20)]
    TooLarge,
    /// It is a list of words, and nobody said of which label.
    #[error(
        "the words stand without a label; say which one they are for, or write `label<TAB>keyword` lines"
    )]
    NoLabel,
    /// The label of the words is not in the label set.
    #[error("the words cannot get their label: {0}")]
    Label(String),
    /// A table without a line that names its columns.
    #[error("the first line must name the columns {0}")]
    NoHeader(&'static str),
}

impl Format {
    /// All, with the name each has on the command line.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("keywords", Self::Keywords),
        ("regex-table", Self::RegexTable),
        ("prodigy", Self::Prodigy),
        ("argilla", Self::Argilla),
    ];

    /// What a file seems to hold. What is nothing else is a list of words.
    pub fn detect(text: &str) -> Self {
        let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        if first.starts_with('{') {
            Self::Prodigy
        } else if argilla::columns(first).is_some() {
            Self::Argilla
        } else if regex_table::columns(first).is_some() {
            Self::RegexTable
        } else {
            Self::Keywords
        }
    }

    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = || Self::NAMES.map(|(name, _)| name).join(", ");
        Self::NAMES
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, format)| *format)
            .ok_or_else(|| format!("the formats are {}", known()))
    }
}

/// Reads a file of another tool. The compiler checks every rule that comes of it.
///
/// # Errors
/// When nothing of the file can be read. What is wrong with single lines is listed in the result.
pub fn import(text: &str, options: Options<'_>, compiler: &mut Compiler) -> Result<Imported, ImportError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > IMPORT_BYTES {
        return Err(ImportError::TooLarge);
    }
    if text.trim().is_empty() {
        return Err(ImportError::Empty);
    }
    let format = options.format.unwrap_or_else(|| Format::detect(text));
    let mut draft = Draft::new(options.labels, options.taken, compiler);
    match format {
        Format::Keywords => keywords::read(text, options.label, &mut draft)?,
        Format::RegexTable => regex_table::read(text, &mut draft)?,
        Format::Prodigy => prodigy::read(text, &mut draft),
        Format::Argilla => argilla::read(text, &mut draft)?,
    }
    Ok(draft.finish(format))
}

#[cfg(test)]
mod tests;
