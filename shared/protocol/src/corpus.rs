//! Uploads, imports and the corpus they make.

use crate::ContentHash;
use hunch_rules::{ColumnDef, ColumnType, WeightsDef};
use serde::{Deserialize, Serialize};

/// A file that was sent and waits to be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Upload {
    /// Identifier, for the preview and the import.
    pub upload: String,
    /// The file's name as the client gave it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// Formats a corpus can be read from; compression (`.gz`, `.zst`) is seen from the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Comma-separated values with a header.
    Csv,
    /// Tab-separated values with a header.
    Tsv,
    /// One JSON object per line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
}

/// What an upload seems to hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Preview {
    /// Detected, or as asked for.
    pub format: FileFormat,
    /// In the file's order.
    pub columns: Vec<PreviewColumn>,
    /// The first ten rows, cells as text; `None` is missing. Long cells are cut.
    pub rows: Vec<Vec<Option<String>>>,
    /// What the server would do unless told otherwise.
    pub guess: Mapping,
    /// Distinct values of the guessed gold column in the rows looked at, at most 200.
    pub labels: Vec<String>,
    /// Things a person should know, such as a byte-order mark or ragged rows.
    pub notes: Vec<String>,
}

/// A column of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PreviewColumn {
    /// Its name in the file.
    pub name: String,
    /// The type its first values have.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether a value is missing in the rows looked at.
    pub missing: bool,
}

/// What an import's columns are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Text columns, the main one first.
    #[serde(default)]
    pub text: Vec<String>,
    /// Column of stable identifiers; without it an id is made from the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Column of true labels, names or indexes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<String>,
    /// Column of splits: train, dev, valid, test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Columns that rules may use as typed attributes.
    #[serde(default)]
    pub attributes: Vec<AttributeMapping>,
    /// Columns that hold votes or probabilities of external sources.
    #[serde(default)]
    pub votes: Vec<VoteMapping>,
}

/// A column that becomes an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AttributeMapping {
    /// Its name in the file and in rules.
    pub column: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
}

/// A column that holds an external source's votes or probabilities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VoteMapping {
    /// Its name in the file.
    pub column: String,
    /// The source's name in rules: `vote("gpt")`.
    pub source: String,
    /// Absent: the column holds votes. Present: it holds the probability of this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What to do with a row that cannot be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnBadRow {
    /// Leave it out and report it.
    #[default]
    Skip,
    /// End the import with an error and change nothing.
    Stop,
}

/// How rows meet those that are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// Rows are new; a row whose id is there already is bad.
    #[default]
    Append,
    /// A row whose id is there takes its place; others are new.
    Update,
}

/// `POST /projects/{p}/imports`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The upload's identifier.
    pub upload: String,
    /// Detected unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<FileFormat>,
    /// What the columns are.
    pub mapping: Mapping,
    /// What to do with bad rows.
    #[serde(default)]
    pub on_bad_row: OnBadRow,
    /// How rows meet those that are there.
    #[serde(default)]
    pub mode: ImportMode,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportReport {
    /// Rows read from the file, good or bad.
    pub rows: u64,
    /// Rows that are new.
    pub added: u64,
    /// Rows that took the place of one with their id.
    pub updated: u64,
    /// Bad rows left out.
    pub skipped: u64,
    /// The first hundred bad rows.
    pub bad_rows: Vec<BadRow>,
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BadRow {
    /// Line of the file where the row starts, from 1; for Parquet, the row's number from 1.
    pub line: u64,
    /// Why, as a sentence.
    pub reason: String,
}

/// `GET /projects/{p}/corpus`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Corpus {
    /// Documents that are not excluded.
    pub rows: u64,
    /// Documents hidden by an exclusion.
    pub excluded: u64,
    /// Columns that rules can use, in order.
    pub columns: Vec<CorpusColumn>,
    /// The column a rule means when it names none: the first text column.
    pub default_text: Option<String>,
    /// External sources that rules can name.
    pub sources: Vec<String>,
    /// Chunks in order; rows are numbered through them.
    pub chunks: Vec<ChunkInfo>,
}

/// A column of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CorpusColumn {
    /// Its name in rules.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Of a text column, the term weights by which `similar` and `nearest` weigh words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<ContentHash>,
}

impl CorpusColumn {
    /// A column without term weights.
    pub fn new(name: impl Into<String>, kind: ColumnType) -> Self {
        Self { name: name.into(), kind, weights: None }
    }

    /// The column as rules are compiled against it.
    pub fn definition(&self) -> ColumnDef {
        ColumnDef { name: self.name.clone(), kind: self.kind }
    }

    /// Its term weights as rules are compiled against them.
    pub fn term_weights(&self) -> Option<WeightsDef> {
        let hash = self.weights.clone()?;
        Some(WeightsDef { column: self.name.clone(), hash })
    }
}

/// `GET /projects/{p}/chunks/{hash}`: nothing for the whole chunk, or both for some of its rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChunkQuery {
    /// How many rows: every split and label of gold has its share, and each row the same chance.
    pub take: Option<u32>,
    /// Which ones, 0 if not said: the same seed gives the same rows.
    pub seed: Option<u32>,
}

/// An immutable piece of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChunkInfo {
    /// Its place in the corpus, from 0.
    pub ordinal: u32,
    /// Its name: the hash of its columns.
    pub hash: ContentHash,
    /// How many rows it has, excluded ones too.
    pub rows: u32,
    /// Bytes of text in it; 0 where that was not yet counted when it was made.
    #[serde(default)]
    pub text_bytes: u64,
    /// Rows of the chunk that are excluded, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<u32>,
}
